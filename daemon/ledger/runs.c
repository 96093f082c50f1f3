/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The runs that nothing dates, and what is known of when they were. */
#include <calcifer/dating.h>

#include "dating_cache.h"
#include "row.h"
#include "store.h"
#include "tags.h"

/* Bytes 8 and 9 of a record, its boot number, are the first two of `rest`. */
#define OTHER_BOOT "substr(rest, 1, 2) <> "

static const char sql_undated[] =
    "SELECT r.id, r.time, r.rest, l.log_id, u.received"
    "  FROM log l CROSS JOIN record r ON r.log = l.log AND r.shift IS NULL JOIN record_unset u ON u.id = r.id"
    "  WHERE l.tag = ? ORDER BY r.id";
static const char sql_other_between[] =
    "SELECT 1 FROM record WHERE id > ?1 AND id < ?2 AND " OTHER_BOOT "?3 LIMIT 1";
static const char sql_other_below[] =
    "SELECT id FROM record WHERE id < ?1 AND id > ?2 AND " OTHER_BOOT "?3 ORDER BY id DESC LIMIT 1";
static const char sql_other_above[] =
    "SELECT id FROM record WHERE id > ?1 AND id <= ?2 AND " OTHER_BOOT "?3 ORDER BY id LIMIT 1";
static const char sql_dated_below[] =
    "SELECT id, time, rest, at FROM record WHERE id < ? AND id > ? AND shift IS NOT NULL"
    "  ORDER BY id DESC LIMIT 1";
static const char sql_unset_within[] =
    "SELECT r.id, r.time, r.rest FROM record_unset u JOIN record r ON r.id = u.id"
    "  WHERE u.id BETWEEN ? AND ?";

/* Answers one of the three above, whose boot number is compared as its bytes; 0 when there is no such row. */
static gboolean
look_for_other_boot(CalLedger *ledger, const char *sql, gint64 first, gint64 second, guint16 boot,
                    gint64 *found, GError **error)
{
  const guint8 bytes[] = { (guint8)(boot & 0xff), (guint8)(boot >> 8) };
  gboolean has_row;
  g_autoptr(CalStatement) row = cal_statement_take(ledger, sql, error);
  if (row == NULL)
    return FALSE;
  sqlite3_bind_int64(row->stmt, 1, first);
  sqlite3_bind_int64(row->stmt, 2, second);
  sqlite3_bind_blob(row->stmt, 3, bytes, sizeof bytes, SQLITE_STATIC);
  if (!cal_statement_next(row, &has_row, error))
    return FALSE;
  *found = has_row ? sqlite3_column_int64(row->stmt, 0) : 0;
  return TRUE;
}

/* -- Collecting ----------------------------------------------------------------------------------------- */

typedef struct CalRunRow {
  gint64 id;
  CalRecord record;
  guint32 log_id;
  CalInstant received;
} CalRunRow;

/* The run that is being read, with the ids of its first and last record so far. */
typedef struct CalRunReader {
  GArray *runs;
  gint64 first_id, last_id; /* 0: none yet */
  gint64 below_id;       /* the last record of the run before it in its log; or what is below all of them */
  CalInstant end_before; /* of what is dated below that */
} CalRunReader;

/* A tag gone wrong may begin a run with every record; nobody dates so many. */
#define MAX_RUNS 1000

static CalRunRow
read_row(CalStatement *rows)
{
  guint8 raw[CAL_RECORD_SIZE];
  CalRunRow row = { .id = sqlite3_column_int64(rows->stmt, 0),
                    .log_id = (guint32)sqlite3_column_int64(rows->stmt, 3),
                    .received = sqlite3_column_int64(rows->stmt, 4) };
  cal_row_read_raw(rows->stmt, 0, raw);
  cal_record_decode(raw, &row.record);
  return row;
}

static CalUndatedRun *
current(const CalRunReader *reader)
{
  return &g_array_index(reader->runs, CalUndatedRun, reader->runs->len - 1);
}

static gboolean
belongs(CalLedger *ledger, const CalRunReader *reader, const CalRunRow *row, gboolean *same, GError **error)
{
  gint64 other = 0;
  *same = reader->last_id != 0 && row->id >> 32 == reader->last_id >> 32 &&
          row->record.boot == current(reader)->boot;
  if (*same && row->id > reader->last_id + 1 &&
      !look_for_other_boot(ledger, sql_other_between, reader->last_id, row->id, row->record.boot, &other,
                           error))
    return FALSE;
  *same = *same && other == 0;
  return TRUE;
}

/* The end of what is dated before the run: the instants of a log rise, so that is the nearest. Between the
 * run before and this one nothing is undated, so little is read. */
static gboolean
find_end_before(CalLedger *ledger, CalRunReader *reader, GError **error)
{
  guint8 raw[CAL_RECORD_SIZE];
  CalRecord record;
  gboolean has_row;
  g_autoptr(CalStatement) row = cal_statement_take(ledger, sql_dated_below, error);
  if (row == NULL)
    return FALSE;
  sqlite3_bind_int64(row->stmt, 1, reader->first_id);
  sqlite3_bind_int64(row->stmt, 2, reader->below_id);
  if (!cal_statement_next(row, &has_row, error))
    return FALSE;
  if (!has_row)
    return TRUE; /* as of the run before */
  cal_row_read_raw(row->stmt, 0, raw);
  cal_record_decode(raw, &record);
  reader->end_before =
      sqlite3_column_int64(row->stmt, 3) + (record.type == CAL_RECORD_UV ? cal_row_length_s(&record) : 0);
  return TRUE;
}

/* What is known around it. A run before that ends later than this one was received has a clock gone wrong,
 * and bounds nothing. */
static gboolean
end_run(CalLedger *ledger, CalRunReader *reader, GError **error)
{
  gint64 below, above;
  const gint64 base = cal_row_id(reader->first_id >> 32, 0),
               end = cal_row_id(reader->first_id >> 32, G_MAXUINT32);
  if (reader->first_id == 0)
    return TRUE;
  CalUndatedRun *run = current(reader);
  if (!look_for_other_boot(ledger, sql_other_below, reader->first_id, base - 1, run->boot, &below, error) ||
      !look_for_other_boot(ledger, sql_other_above, reader->last_id, end, run->boot, &above, error) ||
      !find_end_before(ledger, reader, error))
    return FALSE;
  run->from = below != 0 ? cal_row_sequence(below) + 1 : 0;
  run->to = above != 0 ? cal_row_sequence(above) - 1 : G_MAXUINT32;
  run->after = reader->end_before <= run->before ? reader->end_before : CAL_INSTANT_NONE;
  return TRUE;
}

static void
begin_run(CalRunReader *reader, const CalRunRow *row)
{
  const CalUndatedRun run = { .log_id = row->log_id,
                              .first = row->record.sequence,
                              .boot = row->record.boot,
                              .uptime_s = row->record.time,
                              .after = CAL_INSTANT_NONE,
                              .before = G_MAXINT64 };
  const gboolean is_same_log = reader->last_id >> 32 == row->id >> 32;
  g_array_append_val(reader->runs, run);
  reader->below_id = is_same_log ? reader->last_id : cal_row_id(row->id >> 32, 0) - 1;
  if (!is_same_log)
    reader->end_before = CAL_INSTANT_NONE;
  reader->first_id = row->id;
}

static void
add_row(CalRunReader *reader, const CalRunRow *row)
{
  CalUndatedRun *run = current(reader);
  const gint64 lasts_s = row->record.type == CAL_RECORD_UV ? cal_row_length_s(&row->record) : 0;
  const gint64 end_s = (gint64)row->record.time - run->uptime_s + lasts_s;
  run->last = row->record.sequence;
  run->n_records++;
  run->length_s = MAX(run->length_s, end_s);
  if (row->received >= CAL_DATING_EARLIEST) /* else the host had no clock, either */
    run->before = MIN(run->before, row->received - end_s);
  reader->last_id = row->id;
}

static gboolean
take_row(CalLedger *ledger, CalRunReader *reader, const CalRunRow *row, GError **error)
{
  gboolean same;
  if (!belongs(ledger, reader, row, &same, error) || (!same && !end_run(ledger, reader, error)))
    return FALSE;
  if (!same)
    begin_run(reader, row);
  add_row(reader, row);
  return TRUE;
}

GArray *
cal_ledger_undated_runs(CalLedger *ledger, const CalAddress *tag, GError **error)
{
  gint64 tag_row;
  gboolean ok;
  g_autoptr(GArray) runs = g_array_new(FALSE, TRUE, sizeof(CalUndatedRun));
  CalRunReader reader = { .runs = runs };
  g_autoptr(CalStatement) rows = cal_statement_take(ledger, sql_undated, error);
  if (rows == NULL || !cal_tags_find(ledger, tag, &tag_row, error))
    return NULL;
  sqlite3_bind_int64(rows->stmt, 1, tag_row);
  while (cal_statement_each(rows, &ok, error)) {
    const CalRunRow row = read_row(rows);
    if (runs->len == MAX_RUNS && (row.record.boot != current(&reader)->boot))
      break;
    if (!take_row(ledger, &reader, &row, error))
      return NULL;
  }
  return ok && end_run(ledger, &reader, error) ? g_steal_pointer(&runs) : NULL;
}

/* -- What was dated ------------------------------------------------------------------------------------- */

gboolean
cal_ledger_dated_span(CalLedger *ledger, const CalEntry *entry, CalSpan *span, GError **error)
{
  CalDatingOwner owner;
  CalLogRow log;
  gboolean ok;
  *span = (CalSpan){ 0, 0 };
  if (!cal_dating_owner_parse(entry->name, entry->value, &owner))
    return TRUE;
  g_autoptr(CalStatement) rows = cal_statement_take(ledger, sql_unset_within, error);
  if (rows == NULL || !cal_logs_find(ledger, &owner.tag, owner.log_id, &log, error))
    return FALSE;
  sqlite3_bind_int64(rows->stmt, 1, cal_row_id(log.log, owner.from));
  sqlite3_bind_int64(rows->stmt, 2, cal_row_id(log.log, owner.to));
  while (cal_statement_each(rows, &ok, error)) {
    guint8 raw[CAL_RECORD_SIZE];
    CalRecord record;
    cal_row_read_raw(rows->stmt, 0, raw);
    cal_record_decode(raw, &record);
    const CalDatingRecord undated = cal_dating_record(&record);
    cal_dating_touch(span, &record, cal_dating_by_owner(&owner, &undated));
  }
  return ok;
}
