/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a tag brought, in numbers. */
#include <calcifer/dating.h>
#include <calcifer/record.h>

#include "row.h"
#include "store.h"
#include "tags.h"

static const char sql_tag_numbers[] = "SELECT heard, duplicates FROM tag WHERE tag = ?";
static const char sql_log_numbers[] = "SELECT coalesce(sum((last - first + 1) * (1 - with_lost)), 0),"
                                      "  coalesce(sum((last - first + 1) * (2 * with_lost - 1)), 0)"
                                      "  FROM log JOIN stretch USING (log) WHERE tag = ?";
static const char sql_rejected[] = "SELECT sum(rejected) FROM log WHERE tag = ?";
static const char sql_conflicts[] = "SELECT count(*) FROM log l CROSS JOIN conflict c ON c.id BETWEEN l.log "
                                    "<< 32 AND (l.log << 32) + 4294967295"
                                    "  WHERE l.tag = ?";
static const char sql_undated[] =
    "SELECT count(*) FROM log l CROSS JOIN record r ON r.log = l.log AND r.shift IS NULL WHERE l.tag = ?";
/* The records of the days on which one may be held. */
#define RECORDS_OF_DAYS(which)                                                                               \
  "SELECT r.id, r.time, r.rest, r.at FROM record_day d"                                                      \
  "  CROSS JOIN log l ON l.log = d.log AND l.tag = ?1 CROSS JOIN record r"                                   \
  "    ON r.id BETWEEN (d.log << 32) + (d.block << 8) AND (d.log << 32) + (d.block << 8) + 255"              \
  "  WHERE d.day " which " ?2 AND r.at >= d.day * 86400 AND r.at < (d.day + 1) * 86400"
static const char sql_early_days[] = RECORDS_OF_DAYS("<");
static const char sql_late_days[] = RECORDS_OF_DAYS(">=");

/* Of all tags. */
static const char sql_late_records[] =
    "SELECT r.id, r.time, r.rest, r.at FROM record_day d CROSS JOIN record r"
    "    ON r.id BETWEEN (d.log << 32) + (d.block << 8) AND (d.log << 32) + (d.block << 8) + 255"
    "  WHERE d.day >= ?1 AND r.at >= d.day * 86400 AND r.at < (d.day + 1) * 86400";

static gboolean
count_tag(CalLedger *ledger, gint64 tag, CalTagCounts *counts, GError **error)
{
  gboolean has_row;
  g_autoptr(CalStatement) numbers = cal_statement_take(ledger, sql_tag_numbers, error);
  if (numbers == NULL)
    return FALSE;
  sqlite3_bind_int64(numbers->stmt, 1, tag);
  if (!cal_statement_next(numbers, &has_row, error))
    return FALSE;
  if (has_row) {
    counts->received += sqlite3_column_int64(numbers->stmt, 0);
    counts->duplicates += sqlite3_column_int64(numbers->stmt, 1);
  }
  return TRUE;
}

/* Two sums over the ranges: what is in, and what is settled without being in. */
static gboolean
count_logs(CalLedger *ledger, gint64 tag, CalTagCounts *counts, GError **error)
{
  gboolean has_row;
  g_autoptr(CalStatement) numbers = cal_statement_take(ledger, sql_log_numbers, error);
  if (numbers == NULL)
    return FALSE;
  sqlite3_bind_int64(numbers->stmt, 1, tag);
  if (!cal_statement_next(numbers, &has_row, error))
    return FALSE;
  counts->received += sqlite3_column_int64(numbers->stmt, 0);
  counts->lost = sqlite3_column_int64(numbers->stmt, 1);
  return TRUE;
}

static gboolean
count_held(CalLedger *ledger, const char *sql, gint64 tag, gint64 day, CalInstant now, gint64 *n_held,
           GError **error)
{
  gboolean ok;
  g_autoptr(CalStatement) rows = cal_statement_take(ledger, sql, error);
  if (rows == NULL)
    return FALSE;
  sqlite3_bind_int64(rows->stmt, 1, tag);
  sqlite3_bind_int64(rows->stmt, 2, day);
  while (cal_statement_each(rows, &ok, error)) {
    guint8 raw[CAL_RECORD_SIZE];
    CalRecord record;
    cal_row_read_raw(rows->stmt, 0, raw);
    cal_record_decode(raw, &record);
    *n_held += cal_dating_is_held(sqlite3_column_int64(rows->stmt, 3), record.uv.duration_s, now);
  }
  return ok;
}

/* When the last record of all ends is looked up once, and known from then on by what comes. A record on a day
 * before `day` is over by its end, or at least none is known to be later. */
static gboolean
know_latest_end(CalLedger *ledger, gint64 day, GError **error)
{
  gboolean ok;
  CalInstant latest = MAX(ledger->latest_end, (day + 1) * 86400);
  g_autoptr(CalStatement) rows = cal_statement_take(ledger, sql_late_records, error);
  if (rows == NULL)
    return FALSE;
  sqlite3_bind_int64(rows->stmt, 1, day);
  while (cal_statement_each(rows, &ok, error)) {
    guint8 raw[CAL_RECORD_SIZE];
    CalRecord record;
    cal_row_read_raw(rows->stmt, 0, raw);
    cal_record_decode(raw, &record);
    latest = MAX(latest, sqlite3_column_int64(rows->stmt, 3) + record.uv.duration_s);
  }
  ledger->latest_end = latest;
  ledger->latest_known = ok;
  return ok;
}

/* Those that end ahead of the clock: mostly there are none, and that is known without a look. */
static gboolean
count_late(CalLedger *ledger, gint64 tag, CalInstant now, gint64 *n_held, GError **error)
{
  const gint64 day =
      MAX(cal_row_day(CAL_DATING_EARLIEST), cal_row_day(now + CAL_DATING_AHEAD_MAX_S - G_MAXUINT16));
  if (!ledger->latest_known && !know_latest_end(ledger, day, error))
    return FALSE;
  return ledger->latest_end <= now + CAL_DATING_AHEAD_MAX_S ||
         count_held(ledger, sql_late_days, tag, day, now, n_held, error);
}

gboolean
cal_ledger_tag_counts(CalLedger *ledger, const CalAddress *tag, CalInstant now, CalTagCounts *counts,
                      GError **error)
{
  gint64 row;
  const gint64 earliest = cal_row_day(CAL_DATING_EARLIEST);
  *counts = (CalTagCounts){ .duplicates = cal_tags_pending_duplicates(ledger, tag) };
  for (guint i = 0; i < ledger->samples->len; i++)
    counts->received += cal_address_compare(&g_array_index(ledger->samples, CalEvent, i).tag, tag) == 0;
  return cal_tags_find(ledger, tag, &row, error) && count_tag(ledger, row, counts, error) &&
         count_logs(ledger, row, counts, error) &&
         cal_store_number(ledger, sql_rejected, row, 0, 0, &counts->rejected, error) &&
         cal_store_number(ledger, sql_conflicts, row, 0, 0, &counts->conflicts, error) &&
         cal_store_number(ledger, sql_undated, row, 0, 0, &counts->undated, error) &&
         count_held(ledger, sql_early_days, row, earliest, now, &counts->held, error) &&
         count_late(ledger, row, now, &counts->held, error);
}
