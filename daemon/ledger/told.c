/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "told.h"

#include <string.h>

#include "row.h"
#include "store.h"

static const char sql_blocks[] = "SELECT log, block FROM record_day WHERE day = ? ORDER BY log, block";
static const char sql_records[] = "SELECT id, time, rest, shift FROM record WHERE id >= ? ORDER BY id";
static const char sql_any_undone[] = "SELECT EXISTS (SELECT 1 FROM record_undone)";
static const char sql_is_undone[] = "SELECT EXISTS (SELECT 1 FROM record_undone WHERE id = ?)";
static const char sql_log[] =
    "SELECT address, log_id FROM log CROSS JOIN tag ON tag.tag = log.tag WHERE log = ?";
G_STATIC_ASSERT(CAL_ROW_BLOCK_BITS == 8);

/* A day's fold reads from half a day before it to some hours behind it, which lie on three days of UTC. */
#define KEPT_DAYS 3

typedef struct {
  gint64 day;
  GArray *told;
} KeptDay;

/* What a day is read with. */
typedef struct {
  CalLedger *ledger;
  CalStatement *records;
  CalSpan within;
  gboolean any_undone;
  GArray *told;
} Reader;

/* -- Order: they nearly always lie in it, which is seen as they are read; then nothing is sorted. -- */

static int
compare_told(gconstpointer a, gconstpointer b)
{
  const CalTold *x = a, *y = b;
  if (x->at != y->at)
    return x->at < y->at ? -1 : 1;
  const int by_tag = cal_address_compare(&x->tag, &y->tag);
  if (by_tag != 0)
    return by_tag;
  if (x->log_id != y->log_id)
    return x->log_id < y->log_id ? -1 : 1;
  return x->id < y->id ? -1 : x->id > y->id;
}

static void
put_in_order(GArray *told)
{
  for (guint i = 1; i < told->len; i++) {
    if (compare_told(&g_array_index(told, CalTold, i - 1), &g_array_index(told, CalTold, i)) > 0) {
      g_array_sort(told, compare_told);
      return;
    }
  }
}

/* -- Reading, block by block ---------------------------------------------------------------------------- */

/* Whose records these are. */
static gboolean
read_log(CalLedger *ledger, gint64 log, CalTold *told, GError **error)
{
  gboolean has_row;
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_log, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64(statement->stmt, 1, log);
  if (!cal_statement_next(statement, &has_row, error))
    return FALSE;
  if (has_row) {
    cal_row_read_address(statement->stmt, 0, &told->tag);
    told->log_id = (guint32)sqlite3_column_int64(statement->stmt, 1);
  }
  return TRUE;
}

static gboolean
is_undone(const Reader *reader, gint64 id, gboolean *undone, GError **error)
{
  gint64 number = 0;
  if (reader->any_undone && !cal_store_number(reader->ledger, sql_is_undone, id, 0, 0, &number, error))
    return FALSE;
  *undone = number != 0;
  return TRUE;
}

static gboolean
is_undated(sqlite3_stmt *stmt, gint64 shift)
{
  return shift == 0 && sqlite3_column_type(stmt, 3) == SQLITE_NULL;
}

static gboolean
end_early(CalStatement *statement)
{
  sqlite3_reset(statement->stmt);
  return TRUE;
}

/* `told` holds whose they are. The end is looked for here, since SQLite takes longer to compare. */
static gboolean
read_block(Reader *reader, gint64 first_id, CalTold *told, GError **error)
{
  gboolean ok, undone;
  sqlite3_stmt *stmt = reader->records->stmt;
  const gint64 last_id = first_id + (1 << CAL_ROW_BLOCK_BITS) - 1;
  sqlite3_bind_int64(stmt, 1, first_id);
  while (cal_statement_each(reader->records, &ok, error)) {
    const gint64 time = sqlite3_column_int64(stmt, 1), shift = sqlite3_column_int64(stmt, 3);
    told->id = sqlite3_column_int64(stmt, 0);
    if (told->id > last_id)
      return end_early(reader->records);
    /* Without a sign: a damaged row may hold any number. */
    told->at = (CalInstant)((guint64)time + (guint64)shift);
    if (told->at < reader->within.start || told->at >= reader->within.end || is_undated(stmt, shift))
      continue;
    if (!is_undone(reader, told->id, &undone, error))
      return FALSE;
    cal_row_read_rest(stmt, 2, told->id, time, told->raw);
    if (!undone)
      g_array_append_val(reader->told, *told);
  }
  return ok;
}

static gboolean
read_blocks(Reader *reader, gint64 day, GError **error)
{
  gboolean ok;
  CalTold told = { 0 };
  gint64 known_log = -1;
  g_autoptr(CalStatement) blocks = cal_statement_take(reader->ledger, sql_blocks, error);
  if (blocks == NULL)
    return FALSE;
  sqlite3_bind_int64(blocks->stmt, 1, day);
  while (cal_statement_each(blocks, &ok, error)) {
    const gint64 log = sqlite3_column_int64(blocks->stmt, 0);
    const gint64 block = sqlite3_column_int64(blocks->stmt, 1);
    if (log != known_log && !read_log(reader->ledger, log, &told, error))
      return FALSE;
    known_log = log;
    if (!read_block(reader, cal_row_id(log, block << CAL_ROW_BLOCK_BITS), &told, error))
      return FALSE;
  }
  return ok;
}

static GArray *
read_day(CalLedger *ledger, gint64 day, CalSpan within, GError **error)
{
  gint64 any;
  g_autoptr(GArray) told = g_array_new(FALSE, FALSE, sizeof(CalTold));
  g_autoptr(CalStatement) records = cal_statement_take(ledger, sql_records, error);
  if (records == NULL || !cal_store_number(ledger, sql_any_undone, 0, 0, 0, &any, error))
    return NULL;
  Reader reader = { ledger, records, within, any != 0, told };
  if (!read_blocks(&reader, day, error))
    return NULL;
  put_in_order(told);
  return g_steal_pointer(&told);
}

/* -- What is kept --------------------------------------------------------------------------------------- */

static void
clear_kept(gpointer kept)
{
  g_array_unref(((KeptDay *)kept)->told);
}

static GArray *
find_kept(const CalLedger *ledger, gint64 day)
{
  for (guint i = 0; i < ledger->kept_days->len; i++) {
    const KeptDay *kept = &g_array_index(ledger->kept_days, KeptDay, i);
    if (kept->day == day)
      return g_array_ref(kept->told);
  }
  return NULL;
}

static void
keep(CalLedger *ledger, gint64 day, GArray *told)
{
  const KeptDay kept = { day, g_array_ref(told) };
  if (ledger->kept_days->len == KEPT_DAYS)
    g_array_remove_index(ledger->kept_days, 0);
  g_array_append_val(ledger->kept_days, kept);
}

GArray *
cal_told_day(CalLedger *ledger, gint64 day, CalSpan span, gboolean keeps, GError **error)
{
  const CalSpan whole = { day * 86400, (day + 1) * 86400 };
  if (!keeps || ledger->kept_days == NULL)
    return read_day(ledger, day, (CalSpan){ MAX(span.start, whole.start), MIN(span.end, whole.end) }, error);
  GArray *told = find_kept(ledger, day);
  if (told == NULL && (told = read_day(ledger, day, whole, error)) != NULL)
    keep(ledger, day, told);
  return told;
}

void
cal_told_forget(CalLedger *ledger)
{
  if (ledger->kept_days != NULL)
    g_array_set_size(ledger->kept_days, 0);
}

void
cal_ledger_keep_days(CalLedger *ledger, gboolean keep)
{
  if (keep == (ledger->kept_days != NULL))
    return;
  if (!keep) {
    g_clear_pointer(&ledger->kept_days, g_array_unref);
    return;
  }
  ledger->kept_days = g_array_new(FALSE, FALSE, sizeof(KeptDay));
  g_array_set_clear_func(ledger->kept_days, clear_kept);
}
