/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cache of day results: one to a date, of which a key tells what it was made by and from. */

#include "store.h"

static const char sql_get[] = "SELECT result FROM day WHERE date = ? AND key = ?";
static const char sql_put[] = "INSERT INTO day (date, key, result) VALUES (?, ?, ?)"
                              "  ON CONFLICT DO UPDATE SET key = excluded.key, result = excluded.result";
static const char sql_has_earlier_zone[] =
    "SELECT EXISTS (SELECT 1 FROM entry WHERE stands AND kind >= 20 AND kind = ? AND at < ?)";
static const char sql_has[] = "SELECT EXISTS (SELECT 1 FROM day WHERE date BETWEEN ? AND ?)";
static const char sql_drop[] = "DELETE FROM day WHERE date BETWEEN ? AND ?";

/* A date of any zone differs from that of UTC by one at most, and an event reaches into the neighbours of its
 * day (cal_day_touched()): so many days around are more than enough, and a day too many is only folded again.
 */
#define DAY_S   INT64_C(86400)
#define REACH_S (3 * DAY_S)

/* Blocks of days lie in the same table, far before the first date that there can be. */
#define BLOCKS_AT (-(INT64_C(1) << 40))

static gint64
block_of(gint64 date)
{
  return BLOCKS_AT + date / CAL_LEDGER_BLOCK_DAYS - (date % CAL_LEDGER_BLOCK_DAYS < 0);
}

static GBytes *
get(CalLedger *ledger, gint64 date, const char *key)
{
  gboolean has_row;
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_get, NULL);
  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64(statement->stmt, 1, date);
  sqlite3_bind_text(statement->stmt, 2, key, -1, SQLITE_STATIC);
  if (!cal_statement_next(statement, &has_row, NULL) || !has_row)
    return NULL;
  const void *result = sqlite3_column_blob(statement->stmt, 0);
  return g_bytes_new(result, (gsize)sqlite3_column_bytes(statement->stmt, 0));
}

GBytes *
cal_ledger_cached_day(CalLedger *ledger, CalDate date, const char *key)
{
  return get(ledger, date, key);
}

gboolean
cal_ledger_block_begins(CalDate date)
{
  return date % CAL_LEDGER_BLOCK_DAYS == 0;
}

GBytes *
cal_ledger_cached_block(CalLedger *ledger, CalDate first, const char *key)
{
  return get(ledger, block_of(first), key);
}

static gboolean
put(CalLedger *ledger, gint64 date, const char *key, GBytes *result, GError **error)
{
  gsize size;
  const void *bytes = g_bytes_get_data(result, &size);
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_put, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64(statement->stmt, 1, date);
  sqlite3_bind_text(statement->stmt, 2, key, -1, SQLITE_STATIC);
  if (size == 0)
    sqlite3_bind_zeroblob(statement->stmt, 3, 0);
  else
    sqlite3_bind_blob64(statement->stmt, 3, bytes, size, SQLITE_STATIC);
  return cal_statement_run(statement, error);
}

gboolean
cal_ledger_cache_days(CalLedger *ledger, const CalCachedDay *days, gsize n_days, const char *key,
                      GError **error)
{
  g_auto(CalTransaction) transaction = { 0 };
  if (!cal_transaction_begin(&transaction, ledger, error))
    return FALSE;
  for (gsize i = 0; i < n_days; i++)
    if (!put(ledger, days[i].date, key, days[i].result, error))
      return FALSE;
  return cal_transaction_commit(&transaction, error);
}

gboolean
cal_ledger_cache_day(CalLedger *ledger, CalDate date, const char *key, GBytes *result, GError **error)
{
  return cal_ledger_cache_days(ledger, &(CalCachedDay){ date, result }, 1, key, error);
}

gboolean
cal_ledger_cache_block(CalLedger *ledger, CalDate first, const char *key, GBytes *bytes, GError **error)
{
  g_auto(CalTransaction) transaction = { 0 };
  return cal_transaction_begin(&transaction, ledger, error) &&
         put(ledger, block_of(first), key, bytes, error) && cal_transaction_commit(&transaction, error);
}

static gboolean
drop(CalLedger *ledger, gint64 first, gint64 last, GError **error)
{
  return cal_store_run(ledger, sql_drop, first, last, error) &&
         cal_store_run(ledger, sql_drop, block_of(first), block_of(last), error);
}

static gboolean
has_any(CalLedger *ledger, gint64 first, gint64 last)
{
  gint64 any = 1;
  return !cal_store_number(ledger, sql_has, first, last, 1, &any, NULL) || any != 0;
}

/* Mostly there is nothing, since what touches days drops them as it is committed: to look for it takes less
 * than a transaction. */
gboolean
cal_ledger_drop_cached_days(CalLedger *ledger, CalDate first, CalDate last, GError **error)
{
  g_auto(CalTransaction) transaction = { 0 };
  if (!has_any(ledger, first, last) && !has_any(ledger, block_of(first), block_of(last)))
    return TRUE;
  return cal_transaction_begin(&transaction, ledger, error) && drop(ledger, first, last, error) &&
         cal_transaction_commit(&transaction, error);
}

/* -- What is void --------------------------------------------------------------------------------------- */

void
cal_days_touch(CalLedger *ledger, CalSpan span)
{
  CalSpan *all = &ledger->touched;
  if (span.end <= span.start)
    return;
  if (all->end <= all->start)
    *all = span;
  all->start = MIN(all->start, span.start);
  all->end = MAX(all->end, span.end);
}

void
cal_days_touch_records(CalLedger *ledger, CalSpan span)
{
  cal_days_touch(ledger, span);
  if (span.end > span.start)
    ledger->latest_end = MAX(ledger->latest_end, span.end);
}

/* What is touched is what it names, and not the day on which that was said. */
static gboolean
speaks_of_another(CalEntryKind kind)
{
  return kind == CAL_ENTRY_UNDO || kind == CAL_ENTRY_DATE || kind == CAL_ENTRY_TOMBSTONE;
}

/* The first zone of all holds for the time before it, too. */
static CalInstant
holds_from(CalLedger *ledger, CalEntryKind kind, CalInstant at)
{
  gint64 has_earlier = 0;
  if (kind != CAL_ENTRY_ZONE)
    return at;
  return cal_store_number(ledger, sql_has_earlier_zone, kind, at, 0, &has_earlier, NULL) && has_earlier != 0
             ? at
             : G_MININT64;
}

void
cal_days_touch_entry(CalLedger *ledger, CalEntryKind kind, CalInstant at)
{
  const CalInstant end = cal_entry_kind_is_setting(kind) ? G_MAXINT64 : at + (at < G_MAXINT64);
  if (!speaks_of_another(kind))
    cal_days_touch(ledger, (CalSpan){ MIN(holds_from(ledger, kind, at), end - 1), end });
}

/* In dates that a database may hold; rounded outwards. */
static gint64
date_near(CalInstant at, gint64 by_s)
{
  const CalInstant within = CLAMP(at, G_MININT32 * DAY_S, G_MAXINT32 * DAY_S);
  return (within + by_s) / DAY_S;
}

gboolean
cal_days_drop_touched(CalLedger *ledger, GError **error)
{
  const CalSpan all = ledger->touched;
  return all.end <= all.start ||
         drop(ledger, date_near(all.start, -REACH_S), date_near(all.end, REACH_S), error);
}
