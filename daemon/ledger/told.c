/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "told.h"

#include <string.h>

#include "row.h"
#include "store.h"

static const char sql_blocks[] = "SELECT log, block FROM record_day WHERE day = ? ORDER BY log, block";
static const char sql_records[] = "SELECT id, time, rest, shift FROM record WHERE id >= ? ORDER BY id";
static const char sql_any_undone[] = "SELECT EXISTS (SELECT 1 FROM record_undone)";
static const char sql_any_undated[] = "SELECT EXISTS (SELECT 1 FROM record WHERE shift IS NULL)";
static const char sql_is_undone[] = "SELECT EXISTS (SELECT 1 FROM record_undone WHERE id = ?)";
static const char sql_log[] =
    "SELECT address, log_id FROM log CROSS JOIN tag ON tag.tag = log.tag WHERE log = ?";
G_STATIC_ASSERT(CAL_ROW_BLOCK_BITS == 8);
#define BLOCK_RECORDS (1 << CAL_ROW_BLOCK_BITS)

/* What a day is read with. */
typedef struct {
  CalLedger *ledger;
  CalKept *kept; /* NULL: nothing is kept, and of a block no more is read than is asked for */
  CalStatement *records;
  CalSpan within;
  gboolean any_undone;
  gboolean any_undated;
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
is_undated(const Reader *reader, gint64 shift)
{
  return reader->any_undated && shift == 0 && sqlite3_column_type(reader->records->stmt, 3) == SQLITE_NULL;
}

static gboolean
is_within(CalSpan span, CalInstant at)
{
  return at >= span.start && at < span.end;
}

static gboolean
end_early(CalStatement *statement)
{
  sqlite3_reset(statement->stmt);
  return TRUE;
}

/* `told` holds whose they are; what is read goes to `to`, which has room for a block. The end is looked for
 * here, since SQLite takes longer to compare. A damaged file may tell more rows than there are numbers. */
static gboolean
read_rows(const Reader *reader, gint64 first_id, CalTold *told, CalTold **to, GError **error)
{
  gboolean ok, undone;
  sqlite3_stmt *stmt = reader->records->stmt;
  const gint64 last_id = first_id + BLOCK_RECORDS - 1;
  const CalTold *const room_ends = *to + BLOCK_RECORDS;
  sqlite3_bind_int64(stmt, 1, first_id);
  while (cal_statement_each(reader->records, &ok, error)) {
    const gint64 time = sqlite3_column_int64(stmt, 1), shift = sqlite3_column_int64(stmt, 3);
    told->id = sqlite3_column_int64(stmt, 0);
    if (told->id > last_id || *to == room_ends)
      return end_early(reader->records);
    /* Without a sign: a damaged row may hold any number. */
    told->at = (CalInstant)((guint64)time + (guint64)shift);
    if ((reader->kept == NULL && !is_within(reader->within, told->at)) || is_undated(reader, shift))
      continue;
    if (!is_undone(reader, told->id, &undone, error))
      return FALSE;
    cal_row_read_rest(stmt, 2, told->id, time, told->raw);
    if (!undone)
      *(*to)++ = *told;
  }
  return ok;
}

/* Two days often meet in a block: what was read of it for the one is there for the next. */
static GArray *
block_of(const Reader *reader, gint64 first_id, CalTold *told, GError **error)
{
  GArray *known = reader->kept != NULL ? cal_kept_block(reader->kept, first_id) : NULL;
  if (known != NULL)
    return known;
  g_autoptr(GArray) block = g_array_sized_new(FALSE, FALSE, sizeof(CalTold), BLOCK_RECORDS);
  CalTold *const from = (CalTold *)(gpointer)block->data;
  CalTold *to = from;
  if (!read_rows(reader, first_id, told, &to, error))
    return NULL;
  g_array_set_size(block, (guint)(to - from));
  if (reader->kept != NULL)
    cal_kept_keep_block(reader->kept, first_id, block);
  return g_steal_pointer(&block);
}

static gboolean
read_block(Reader *reader, gint64 first_id, CalTold *told, GError **error)
{
  g_autoptr(GArray) block = block_of(reader, first_id, told, error);
  if (block == NULL)
    return FALSE;
  for (guint from = 0, to; from < block->len; from = to + 1) {
    for (to = from; to < block->len && is_within(reader->within, g_array_index(block, CalTold, to).at);)
      to++;
    g_array_append_vals(reader->told, &g_array_index(block, CalTold, from), to - from);
  }
  return TRUE;
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
read_day(CalLedger *ledger, CalKept *kept, gint64 day, CalSpan within, GError **error)
{
  gint64 undone, undated;
  g_autoptr(GArray) told = g_array_new(FALSE, FALSE, sizeof(CalTold));
  g_autoptr(CalStatement) records = cal_statement_take(ledger, sql_records, error);
  if (records == NULL || !cal_store_number(ledger, sql_any_undone, 0, 0, 0, &undone, error) ||
      !cal_store_number(ledger, sql_any_undated, 0, 0, 0, &undated, error))
    return NULL;
  Reader reader = { ledger, kept, records, within, undone != 0, undated != 0, told };
  if (!read_blocks(&reader, day, error))
    return NULL;
  put_in_order(told);
  return g_steal_pointer(&told);
}

GArray *
cal_told_day(CalLedger *ledger, gint64 day, CalSpan span, gboolean keeps, GError **error)
{
  const CalSpan whole = { day * 86400, (day + 1) * 86400 };
  if (!keeps || ledger->kept == NULL)
    return read_day(ledger, NULL, day, (CalSpan){ MAX(span.start, whole.start), MIN(span.end, whole.end) },
                    error);
  GArray *told = cal_kept_day(ledger->kept, day);
  if (told == NULL && (told = read_day(ledger, ledger->kept, day, whole, error)) != NULL)
    cal_kept_keep_day(ledger->kept, day, told);
  return told;
}

void
cal_told_forget(CalLedger *ledger)
{
  if (ledger->kept != NULL)
    cal_kept_clear(ledger->kept);
}

void
cal_ledger_keep_days(CalLedger *ledger, gboolean keep)
{
  if (keep && ledger->kept == NULL)
    ledger->kept = cal_kept_new();
  if (!keep)
    g_clear_pointer(&ledger->kept, cal_kept_free);
}
