/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include <calcifer/record.h>

#include "dating_cache.h"
#include "forget.h"
#include "row.h"
#include "store.h"
#include "stretches.h"
#include "tags.h"
#include "undo.h"

/* Copies kept beside a record, of any number that a tag gone wrong may send. */
#define MAX_CONFLICTS 4

/* How many records one statement adds: most of what it costs to run one is the same for one row as for many.
 * Measured with batches of 512 (tests/bench/ingest.c): 16 at once take three quarters of the time, and more
 * gain little. */
#define N_AT_ONCE 16

#define VALUES_OF_ONE  "(?, ?, ?, ?)"
#define VALUES_OF_FOUR VALUES_OF_ONE ", " VALUES_OF_ONE ", " VALUES_OF_ONE ", " VALUES_OF_ONE
#define N_VALUES       4
#define ADD            "INSERT INTO record (id, time, rest, shift) VALUES "

static const char sql_add_record[] = ADD VALUES_OF_ONE " ON CONFLICT DO NOTHING";
static const char sql_add_records[] =
    ADD VALUES_OF_FOUR ", " VALUES_OF_FOUR ", " VALUES_OF_FOUR ", " VALUES_OF_FOUR;
static const char sql_any_between[] = "SELECT 1 FROM record WHERE id BETWEEN ? AND ? LIMIT 1";
static const char sql_read[] = "SELECT id, time, rest FROM record WHERE id = ?";
static const char sql_record_is_there[] = "SELECT count(*) FROM record WHERE id = ?";
static const char sql_conflict_is_kept[] = "SELECT count(*) FROM conflict WHERE id = ? AND raw = ?";
static const char sql_count_conflicts[] = "SELECT count(*) FROM conflict WHERE id = ?";
static const char sql_add_conflict[] = "INSERT INTO conflict (id, raw, received) VALUES (?, ?, ?)";
static const char sql_add_rejected[] = "UPDATE log SET rejected = rejected + ? WHERE log = ?";

/* What one call of cal_ledger_append_records() brings. */
typedef struct CalBatch {
  CalLogRow log;
  const guint8 (*raw)[CAL_RECORD_SIZE];
  gsize n_records;
  CalInstant received;
  CalRecord *records;
  GArray *fresh; /* CalStretch of one record each */
  CalStatement *insert, *insert_many;
  gint64 n_forgotten; /* among the sequences from its lowest to its highest */
  gboolean all_fresh; /* it ascends, and of those sequences none is there or forgotten */
  CalDatingPlan plan;
  CalTally tally;
  CalSpan touched;
  gint64 n_rejected;
} CalBatch;

static void
cal_batch_clear(CalBatch *batch)
{
  g_clear_pointer(&batch->records, g_free);
  g_clear_pointer(&batch->fresh, g_array_unref);
  g_clear_pointer(&batch->insert, cal_statement_release);
  g_clear_pointer(&batch->insert_many, cal_statement_release);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CalBatch, cal_batch_clear)

/* -- One record ----------------------------------------------------------------------------------------- */

/* Binds the values of the row at a place in the statement. `raw` must stay until it has run. */
static void
bind_record(sqlite3_stmt *stmt, int place, gint64 id, const CalRecord *record, const guint8 *raw,
            CalInstant at)
{
  const int first = 1 + N_VALUES * place;
  sqlite3_bind_int64(stmt, first, id);
  cal_row_bind_raw(stmt, first + 1, raw);
  if (at != CAL_INSTANT_NONE)
    sqlite3_bind_int64(stmt, first + 3, at - record->time);
  else
    sqlite3_bind_null(stmt, first + 3);
}

static gboolean
insert_record(CalLedger *ledger, const CalBatch *batch, gint64 id, const CalRecord *record, const guint8 *raw,
              CalInstant at, gboolean *is_fresh, GError **error)
{
  bind_record(batch->insert->stmt, 0, id, record, raw, at);
  if (!cal_statement_run(batch->insert, error))
    return FALSE;
  *is_fresh = sqlite3_changes(ledger->db) > 0;
  return TRUE;
}

static gboolean
equals_stored(CalLedger *ledger, gint64 id, const guint8 *raw, gboolean *equal, GError **error)
{
  guint8 stored[CAL_RECORD_SIZE] = { 0 };
  gboolean has_row;
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_read, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64(statement->stmt, 1, id);
  if (!cal_statement_next(statement, &has_row, error))
    return FALSE;
  if (has_row)
    cal_row_read_raw(statement->stmt, 0, stored);
  *equal = has_row && memcmp(stored, raw, CAL_RECORD_SIZE) == 0;
  return TRUE;
}

static gboolean
conflict_is_kept(CalLedger *ledger, gint64 id, const guint8 *raw, gboolean *kept, GError **error)
{
  gboolean has_row;
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_conflict_is_kept, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64(statement->stmt, 1, id);
  sqlite3_bind_blob(statement->stmt, 2, raw, CAL_RECORD_SIZE, SQLITE_STATIC);
  if (!cal_statement_next(statement, &has_row, error))
    return FALSE;
  *kept = has_row && sqlite3_column_int64(statement->stmt, 0) > 0;
  return TRUE;
}

static gboolean
keep_conflict(CalLedger *ledger, gint64 id, const guint8 *raw, CalInstant received, GError **error)
{
  gint64 n_kept;
  if (!cal_store_number(ledger, sql_count_conflicts, id, 0, 0, &n_kept, error))
    return FALSE;
  if (n_kept >= MAX_CONFLICTS)
    return TRUE;
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_add_conflict, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64(statement->stmt, 1, id);
  sqlite3_bind_blob(statement->stmt, 2, raw, CAL_RECORD_SIZE, SQLITE_STATIC);
  sqlite3_bind_int64(statement->stmt, 3, received);
  return cal_statement_run(statement, error);
}

/* A record whose identity is taken: the same again, a conflict that is known, or a new one. */
static gboolean
take_known(CalLedger *ledger, CalBatch *batch, gint64 id, const guint8 *raw, GError **error)
{
  gboolean is_known;
  if (!equals_stored(ledger, id, raw, &is_known, error) ||
      (!is_known && !conflict_is_kept(ledger, id, raw, &is_known, error)))
    return FALSE;
  if (is_known) {
    batch->tally.duplicates++;
    return TRUE;
  }
  batch->tally.conflicts++;
  return keep_conflict(ledger, id, raw, batch->received, error);
}

/* What follows from a record that was not there and is inserted now. */
static gboolean
count_fresh(CalLedger *ledger, CalBatch *batch, const CalRecord *record, const guint8 *raw, CalInstant at,
            GError **error)
{
  const CalStretch own = { record->sequence, record->sequence,
                           cal_sum_bytes(CAL_SUM_BASIS, raw, CAL_RECORD_SIZE) };
  g_array_append_val(batch->fresh, own);
  batch->tally.fresh++;
  batch->n_rejected += cal_record_verdict(record, 0) != CAL_RECORD_ACCEPTED;
  cal_dating_touch(&batch->touched, record, at);
  return cal_dating_note(ledger, &batch->plan, record, at, batch->received, error);
}

static gboolean
take_record(CalLedger *ledger, CalBatch *batch, gsize i, GError **error)
{
  const CalRecord *record = &batch->records[i];
  const guint8 *raw = batch->raw[i];
  const gint64 id = cal_row_id(batch->log.log, record->sequence);
  const CalInstant at = cal_dating_guess(ledger, &batch->plan, record);
  gboolean is_fresh, is_forgotten = FALSE;
  if (batch->n_forgotten > 0 && !cal_forget_knows_record(ledger, id, &is_forgotten, error))
    return FALSE;
  if (is_forgotten) {
    batch->tally.duplicates++;
    return TRUE;
  }
  if (!insert_record(ledger, batch, id, record, raw, at, &is_fresh, error))
    return FALSE;
  if (!is_fresh)
    return take_known(ledger, batch, id, raw, error);
  return count_fresh(ledger, batch, record, raw, at, error);
}

/* The next N_AT_ONCE of a batch that is all fresh. */
static gboolean
take_many(CalLedger *ledger, CalBatch *batch, gsize first, GError **error)
{
  CalInstant at[N_AT_ONCE];
  for (int i = 0; i < N_AT_ONCE; i++) {
    const CalRecord *record = &batch->records[first + (gsize)i];
    at[i] = cal_dating_guess(ledger, &batch->plan, record);
    bind_record(batch->insert_many->stmt, i, cal_row_id(batch->log.log, record->sequence), record,
                batch->raw[first + (gsize)i], at[i]);
  }
  if (!cal_statement_run(batch->insert_many, error))
    return FALSE;
  for (gsize i = 0; i < N_AT_ONCE; i++)
    if (!count_fresh(ledger, batch, &batch->records[first + i], batch->raw[first + i], at[i], error))
      return FALSE;
  return TRUE;
}

gboolean
cal_ledger_knows_record(CalLedger *ledger, const CalAddress *tag, guint32 log_id,
                        const guint8 raw[CAL_RECORD_SIZE], CalKnown *known, GError **error)
{
  CalRecord record;
  CalLogRow log;
  gint64 there;
  gboolean equal, forgotten;
  cal_record_decode(raw, &record);
  *known = CAL_KNOWN_NOT;
  if (!cal_logs_find(ledger, tag, log_id, &log, error))
    return FALSE;
  const gint64 id = cal_row_id(log.log, record.sequence);
  if (log.log == 0)
    return TRUE;
  if (!cal_forget_knows_record(ledger, id, &forgotten, error) ||
      !cal_store_number(ledger, sql_record_is_there, id, 0, 0, &there, error) ||
      !equals_stored(ledger, id, raw, &equal, error) ||
      (!equal && !conflict_is_kept(ledger, id, raw, &equal, error)))
    return FALSE;
  if (there != 0)
    *known = equal ? CAL_KNOWN_SAME : CAL_KNOWN_OTHERWISE;
  if (forgotten)
    *known = CAL_KNOWN_SAME;
  return TRUE;
}

/* -- The batch ------------------------------------------------------------------------------------------ */

static void
decode_batch(CalBatch *batch)
{
  batch->records = g_new(CalRecord, batch->n_records);
  for (gsize i = 0; i < batch->n_records; i++)
    cal_record_decode(batch->raw[i], &batch->records[i]);
}

static gint
compare_stretches(gconstpointer a, gconstpointer b)
{
  const CalStretch *left = a, *right = b;
  return (left->first > right->first) - (left->first < right->first);
}

/* Adds the fresh records to the ranges, as few as they make. */
static gboolean
add_stretches(CalLedger *ledger, CalBatch *batch, GError **error)
{
  g_array_sort(batch->fresh, compare_stretches);
  for (guint i = 0; i < batch->fresh->len;) {
    CalStretch run = g_array_index(batch->fresh, CalStretch, i);
    for (i++; i < batch->fresh->len; i++) {
      const CalStretch *next = &g_array_index(batch->fresh, CalStretch, i);
      if (next->first != run.last + 1)
        break;
      run.last = next->last;
      run.sum += next->sum;
    }
    if (!cal_stretches_add_committed(ledger, batch->log.log, &run, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
ascends(const CalBatch *batch)
{
  for (gsize i = 1; i < batch->n_records; i++)
    if (batch->records[i].sequence <= batch->records[i - 1].sequence)
      return FALSE;
  return TRUE;
}

/* What is asked and prepared once for all its records. */
static gboolean
begin_batch(CalLedger *ledger, CalBatch *batch, GError **error)
{
  gint64 is_any_there;
  batch->insert = cal_statement_take(ledger, sql_add_record, error);
  if (batch->insert == NULL ||
      !cal_dating_plan(ledger, batch->log.log, batch->records, batch->n_records, &batch->plan, error) ||
      !cal_forget_count_records(ledger, batch->plan.lowest, batch->plan.highest, &batch->n_forgotten,
                                error) ||
      !cal_store_number(ledger, sql_any_between, batch->plan.lowest, batch->plan.highest, 0, &is_any_there,
                        error))
    return FALSE;
  batch->all_fresh = !is_any_there && batch->n_forgotten == 0 && ascends(batch);
  if (!batch->all_fresh || batch->n_records < N_AT_ONCE)
    return TRUE;
  batch->insert_many = cal_statement_take(ledger, sql_add_records, error);
  return batch->insert_many != NULL;
}

static gboolean
take_records(CalLedger *ledger, CalBatch *batch, GError **error)
{
  gsize i = 0;
  for (; batch->all_fresh && i + N_AT_ONCE <= batch->n_records; i += N_AT_ONCE)
    if (!take_many(ledger, batch, i, error))
      return FALSE;
  for (; i < batch->n_records; i++)
    if (!take_record(ledger, batch, i, error))
      return FALSE;
  return TRUE;
}

static gboolean
take_batch(CalLedger *ledger, CalBatch *batch, GError **error)
{
  if (!begin_batch(ledger, batch, error) || !take_records(ledger, batch, error))
    return FALSE;
  if (batch->fresh->len == 0)
    return TRUE;
  return add_stretches(ledger, batch, error) && cal_undo_apply_to_records(ledger, error) &&
         cal_dating_carry_out(ledger, &batch->plan, &batch->touched, error) &&
         (batch->n_rejected == 0 ||
          cal_store_run(ledger, sql_add_rejected, batch->n_rejected, batch->log.log, error));
}

static void
tell(const CalBatch *batch, CalTally *tally, CalSpan *touched)
{
  tally->fresh += batch->tally.fresh;
  tally->duplicates += batch->tally.duplicates;
  tally->conflicts += batch->tally.conflicts;
  if (batch->touched.end <= batch->touched.start)
    return;
  if (touched->end <= touched->start)
    *touched = batch->touched;
  touched->start = MIN(touched->start, batch->touched.start);
  touched->end = MAX(touched->end, batch->touched.end);
}

gboolean
cal_ledger_append_records(CalLedger *ledger, const CalAddress *tag, guint32 log_id,
                          const guint8 (*raw)[CAL_RECORD_SIZE], gsize n_records, CalInstant received,
                          CalTally *tally, CalSpan *touched, GError **error)
{
  g_auto(CalTransaction) transaction = { 0 };
  g_auto(CalBatch) batch = { .raw = raw, .n_records = n_records, .received = received };
  if (n_records == 0)
    return TRUE;
  decode_batch(&batch);
  batch.fresh = g_array_sized_new(FALSE, FALSE, sizeof(CalStretch), (guint)n_records);
  if (!cal_transaction_begin(&transaction, ledger, error) ||
      !cal_logs_ensure(ledger, tag, log_id, &batch.log, error) || !take_batch(ledger, &batch, error))
    return FALSE;
  const gint64 n_duplicates = (gint64)batch.tally.duplicates;
  if (n_duplicates > 0)
    cal_tags_count_duplicates(ledger, tag, n_duplicates);
  cal_days_touch_records(ledger, batch.touched);
  if (!cal_transaction_commit(&transaction, error)) {
    cal_tags_count_duplicates(ledger, tag, -n_duplicates); /* they will be sent again */
    return FALSE;
  }
  tell(&batch, tally, touched);
  return TRUE;
}
