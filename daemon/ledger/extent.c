/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between which instants anything happened. */
#include <calcifer/dating.h>

#include "row.h"
#include "store.h"

static const char sql_first_of_others[] =
    "SELECT min(at) FROM (SELECT min(at) AS at FROM entry WHERE stands AND kind < 20 AND kind <> 7"
    "  UNION ALL SELECT min(at) FROM sample)";
static const char sql_last_of_others[] =
    "SELECT max(at) FROM (SELECT max(at) AS at FROM entry WHERE stands AND kind < 20 AND kind <> 7"
    "  UNION ALL SELECT max(at) FROM sample)";
static const char sql_next[] = "SELECT min(at) FROM (SELECT min(at) AS at FROM entry WHERE stands AND kind < "
                               "20 AND kind <> 7 AND at >= ?1"
                               "  UNION ALL SELECT min(at) FROM sample WHERE at >= ?1"
                               "  UNION ALL SELECT min(day) * 86400 FROM record_day WHERE day >= ?2)";
static const char sql_first_day[] = "SELECT min(day) FROM record_day WHERE day > ?";
static const char sql_last_day[] = "SELECT max(day) FROM record_day WHERE day < ?";
#define RECORDS_OF_DAY                                                                                       \
  "  FROM record_day d CROSS JOIN record r"                                                                  \
  "    ON r.id BETWEEN (d.log << 32) + (d.block << 8) AND (d.log << 32) + (d.block << 8) + 255"              \
  "  WHERE d.day = ?1 AND r.at >= ?1 * 86400 AND r.at < (?1 + 1) * 86400"                                    \
  "  AND NOT EXISTS (SELECT 1 FROM record_undone u WHERE u.id = r.id)"
static const char sql_first_of_day[] = "SELECT min(r.at)" RECORDS_OF_DAY;
static const char sql_last_of_day[] = "SELECT max(r.at)" RECORDS_OF_DAY;

/* The first, or last, instant of a record that stands; `none` when there is none. A day may have lost all its
 * records to undoing or to dating anew: then the next one is asked. */
static gboolean
find_record(CalLedger *ledger, const char *sql_day, const char *sql_of_day, gint64 beyond, gint64 none,
            gint64 *at, GError **error)
{
  gint64 day = beyond;
  for (*at = none; *at == none;) {
    if (!cal_store_number(ledger, sql_day, day, 0, none, &day, error))
      return FALSE;
    if (day == none)
      return TRUE;
    if (!cal_store_number(ledger, sql_of_day, day, 0, none, at, error))
      return FALSE;
  }
  return TRUE;
}

/* Of what is committed. What is dated before waits for a clock, and counts on no day. */
static gboolean
first_instant(CalLedger *ledger, CalInstant *first, GError **error)
{
  gint64 first_record;
  const gint64 before_all = cal_row_day(CAL_DATING_EARLIEST) - 1;
  if (!cal_store_number(ledger, sql_first_of_others, 0, 0, G_MAXINT64, first, error) ||
      !find_record(ledger, sql_first_day, sql_first_of_day, before_all, G_MAXINT64, &first_record, error))
    return FALSE;
  *first = MIN(*first, first_record);
  return TRUE;
}

gboolean
cal_ledger_oldest(CalLedger *ledger, CalInstant *oldest, GError **error)
{
  if (!ledger->oldest_known && !first_instant(ledger, &ledger->oldest, error))
    return FALSE;
  ledger->oldest_known = TRUE;
  *oldest = ledger->oldest;
  for (guint i = 0; i < ledger->samples->len; i++)
    *oldest = MIN(*oldest, g_array_index(ledger->samples, CalEvent, i).at);
  if (*oldest == G_MAXINT64)
    *oldest = CAL_INSTANT_NONE;
  return TRUE;
}

gboolean
cal_ledger_extent(CalLedger *ledger, CalSpan *span, GError **error)
{
  gint64 first, last, last_record;
  if (!first_instant(ledger, &first, error) ||
      !cal_store_number(ledger, sql_last_of_others, 0, 0, G_MININT64, &last, error) ||
      !find_record(ledger, sql_last_day, sql_last_of_day, G_MAXINT64, G_MININT64, &last_record, error))
    return FALSE;
  last = MAX(last, last_record);
  for (guint i = 0; i < ledger->samples->len; i++) {
    const CalInstant at = g_array_index(ledger->samples, CalEvent, i).at;
    first = MIN(first, at);
    last = MAX(last, at);
  }
  *span = first > last ? (CalSpan){ CAL_INSTANT_NONE, CAL_INSTANT_NONE } : (CalSpan){ first, last + 1 };
  return TRUE;
}

gboolean
cal_ledger_next(CalLedger *ledger, CalInstant from, CalInstant *at, GError **error)
{
  gint64 next;
  if (!cal_store_number(ledger, sql_next, from, cal_row_day(from), G_MAXINT64, &next, error))
    return FALSE;
  for (guint i = 0; i < ledger->samples->len; i++) {
    const CalInstant pending = g_array_index(ledger->samples, CalEvent, i).at;
    next = pending >= from ? MIN(next, pending) : next;
  }
  *at = next == G_MAXINT64 ? CAL_INSTANT_NONE : MAX(next, from);
  return TRUE;
}
