/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stretches.h"

#include "error.h"
#include "store.h"
#include "tags.h"

enum {
  COMMITTED = 0,
  SETTLED = 1,
};

static const char sql_at_or_before[] = "SELECT first, last, sum FROM stretch WHERE log = ? AND with_lost = ?"
                                       "  AND first <= ? ORDER BY first DESC LIMIT 1";
static const char sql_starting_within[] =
    "SELECT first, last, sum FROM stretch WHERE log = ? AND with_lost = ?"
    "  AND first > ? AND first <= ? ORDER BY first";
static const char sql_remove_within[] = "DELETE FROM stretch WHERE log = ? AND with_lost = ?"
                                        "  AND first > ? AND first <= ?";
static const char sql_put[] = "INSERT INTO stretch (log, with_lost, first, last, sum) VALUES (?, ?, ?, ?, ?)"
                              "  ON CONFLICT DO UPDATE SET last = excluded.last, sum = excluded.sum";
static const char sql_next_start[] =
    "SELECT first FROM stretch WHERE log = ? AND with_lost = 1 AND first > ? ORDER BY first LIMIT 1";
static const char sql_newest[] =
    "SELECT last FROM stretch WHERE log = ? AND with_lost = 0 ORDER BY first DESC LIMIT 1";
static const char sql_set_floor[] = "UPDATE log SET floor = ?2 WHERE log = ?1";
static const char sql_add_lost[] = "INSERT INTO lost (log, first, last) VALUES (?, ?, ?)";
static const char sql_other_logs[] = "SELECT o.log, o.floor FROM log JOIN log o ON o.tag = log.tag AND o.log "
                                     "<> log.log AND o.floor IS NOT NULL"
                                     "  WHERE log.log = ?";

static void
bind_four(CalStatement *statement, gint64 log, gint64 kind, gint64 third, gint64 fourth)
{
  sqlite3_bind_int64(statement->stmt, 1, log);
  sqlite3_bind_int64(statement->stmt, 2, kind);
  sqlite3_bind_int64(statement->stmt, 3, third);
  if (sqlite3_bind_parameter_count(statement->stmt) > 3)
    sqlite3_bind_int64(statement->stmt, 4, fourth);
}

static CalStretch
read_stretch(CalStatement *statement)
{
  return (CalStretch){ sqlite3_column_int64(statement->stmt, 0), sqlite3_column_int64(statement->stmt, 1),
                       (guint64)sqlite3_column_int64(statement->stmt, 2) };
}

/* The last range that begins at or before `sequence`. */
static gboolean
find_at_or_before(CalLedger *ledger, gint64 log, gint64 kind, gint64 sequence, gboolean *found,
                  CalStretch *stretch, GError **error)
{
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_at_or_before, error);
  if (statement == NULL)
    return FALSE;
  bind_four(statement, log, kind, sequence, 0);
  if (!cal_statement_next(statement, found, error))
    return FALSE;
  if (*found)
    *stretch = read_stretch(statement);
  return TRUE;
}

/* Lets the range swallow those that begin within or right behind it. */
static gboolean
swallow(CalLedger *ledger, gint64 log, gint64 kind, gint64 after, CalStretch *stretch, GError **error)
{
  g_autoptr(CalStatement) within = cal_statement_take(ledger, sql_starting_within, error);
  g_autoptr(CalStatement) removal = cal_statement_take(ledger, sql_remove_within, error);
  if (within == NULL || removal == NULL)
    return FALSE;
  const gint64 reach = stretch->last + 1;
  gboolean ok, any = FALSE;
  bind_four(within, log, kind, after, reach);
  while (cal_statement_each(within, &ok, error)) {
    const CalStretch next = read_stretch(within);
    stretch->last = MAX(stretch->last, next.last);
    stretch->sum += next.sum;
    any = TRUE;
  }
  if (!ok)
    return FALSE;
  bind_four(removal, log, kind, after, reach);
  return !any || cal_statement_run(removal, error);
}

static gboolean
put(CalLedger *ledger, gint64 log, gint64 kind, const CalStretch *stretch, GError **error)
{
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_put, error);
  if (statement == NULL)
    return FALSE;
  bind_four(statement, log, kind, stretch->first, stretch->last);
  sqlite3_bind_int64(statement->stmt, 5, (gint64)stretch->sum);
  return cal_statement_run(statement, error);
}

static gboolean
add(CalLedger *ledger, gint64 log, gint64 kind, CalStretch stretch, GError **error)
{
  gboolean found;
  CalStretch before;
  if (!find_at_or_before(ledger, log, kind, stretch.first, &found, &before, error))
    return FALSE;
  const gint64 after = stretch.first;
  if (found && before.last + 1 >= stretch.first) {
    stretch.first = before.first;
    stretch.last = MAX(stretch.last, before.last);
    stretch.sum += before.sum;
  }
  return swallow(ledger, log, kind, after, &stretch, error) && put(ledger, log, kind, &stretch, error);
}

gboolean
cal_stretches_add_committed(CalLedger *ledger, gint64 log, const CalStretch *stretch, GError **error)
{
  return add(ledger, log, COMMITTED, *stretch, error) &&
         cal_stretches_add_settled(ledger, log, stretch->first, stretch->last, error);
}

gboolean
cal_stretches_add_settled(CalLedger *ledger, gint64 log, gint64 first, gint64 last, GError **error)
{
  return add(ledger, log, SETTLED, (CalStretch){ first, last, 0 }, error);
}

gboolean
cal_stretches_subtract(CalLedger *ledger, gint64 log, gint64 sequence, guint64 sum, GError **error)
{
  gboolean found;
  CalStretch stretch;
  if (!find_at_or_before(ledger, log, COMMITTED, sequence, &found, &stretch, error))
    return FALSE;
  if (!found)
    return TRUE; /* only damage does that, which a check tells */
  stretch.sum -= sum;
  return put(ledger, log, COMMITTED, &stretch, error);
}

gboolean
cal_stretches_settled_at(CalLedger *ledger, gint64 log, gint64 sequence, gboolean *found, CalStretch *stretch,
                         GError **error)
{
  if (!find_at_or_before(ledger, log, SETTLED, sequence, found, stretch, error))
    return FALSE;
  *found = *found && stretch->last >= sequence;
  return TRUE;
}

gboolean
cal_ledger_log_state(CalLedger *ledger, const CalAddress *tag, guint32 log_id, CalLogState *state,
                     GError **error)
{
  CalLogRow row;
  CalStretch stretch;
  gboolean found;
  gint64 newest;
  if (!cal_logs_find(ledger, tag, log_id, &row, error) ||
      !cal_store_number(ledger, sql_newest, row.log, 0, 0, &newest, error) ||
      !cal_stretches_settled_at(ledger, row.log, row.floor, &found, &stretch, error))
    return FALSE;
  *state = (CalLogState){ .floor = row.floor, .newest = (guint32)newest };
  if (row.floor != 0)
    state->settled = found ? (guint32)stretch.last : row.floor - 1;
  return TRUE;
}

/* The first sequence at or above `from` that is not settled. */
static gboolean
find_unsettled(CalLedger *ledger, gint64 log, gint64 from, gint64 *first, GError **error)
{
  gboolean found;
  CalStretch stretch;
  if (!cal_stretches_settled_at(ledger, log, from, &found, &stretch, error))
    return FALSE;
  *first = found ? stretch.last + 1 : from;
  return TRUE;
}

gboolean
cal_ledger_next_gap(CalLedger *ledger, const CalAddress *tag, guint32 log_id, guint32 from, guint32 up_to,
                    guint32 *first, guint32 *last, GError **error)
{
  CalLogRow row;
  gint64 gap, next;
  *first = *last = 0;
  if (!cal_logs_find(ledger, tag, log_id, &row, error) ||
      !find_unsettled(ledger, row.log, MAX(from, row.floor), &gap, error) ||
      !cal_store_number(ledger, sql_next_start, row.log, gap, (gint64)up_to + 1, &next, error))
    return FALSE;
  if (row.floor == 0 || gap > up_to)
    return FALSE;
  *first = (guint32)gap;
  *last = (guint32)MIN(next - 1, (gint64)up_to);
  return TRUE;
}

/* Commits a loss with the transaction under way, unless all of the range is settled already. */
static gboolean
lose(CalLedger *ledger, gint64 log, gint64 first, gint64 last, GError **error)
{
  gint64 gap;
  if (!find_unsettled(ledger, log, first, &gap, error))
    return FALSE;
  if (gap > last)
    return TRUE;
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_add_lost, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64(statement->stmt, 1, log);
  sqlite3_bind_int64(statement->stmt, 2, first);
  sqlite3_bind_int64(statement->stmt, 3, last);
  return cal_statement_run(statement, error) && cal_stretches_add_settled(ledger, log, first, last, error);
}

gboolean
cal_ledger_mark_lost(CalLedger *ledger, const CalAddress *tag, guint32 log_id, guint32 first, guint32 last,
                     GError **error)
{
  CalLogRow row;
  g_auto(CalTransaction) transaction = { 0 };
  if (first > last) {
    g_set_error(error, CAL_ERROR, CAL_ERROR_INVALID, "The range %u to %u is empty.", first, last);
    return FALSE;
  }
  return cal_transaction_begin(&transaction, ledger, error) &&
         cal_logs_ensure(ledger, tag, log_id, &row, error) && lose(ledger, row.log, first, last, error) &&
         cal_transaction_commit(&transaction, error);
}

/* What the other logs of this tag still wait for will not come: their records are gone from it. */
static gboolean
close_other_logs(CalLedger *ledger, gint64 log, GError **error)
{
  g_autoptr(CalStatement) others = cal_statement_take(ledger, sql_other_logs, error);
  gboolean ok;
  if (others == NULL)
    return FALSE;
  sqlite3_bind_int64(others->stmt, 1, log);
  while (cal_statement_each(others, &ok, error)) {
    const gint64 other = sqlite3_column_int64(others->stmt, 0);
    const gint64 floor = sqlite3_column_int64(others->stmt, 1);
    gint64 newest;
    if (!cal_store_number(ledger, sql_newest, other, 0, 0, &newest, error) ||
        (newest >= floor && !lose(ledger, other, floor, newest, error)))
      return FALSE;
  }
  return ok;
}

static gboolean
set_floor(CalLedger *ledger, const CalLogRow *row, guint32 floor, GError **error)
{
  if (row->floor != 0) {
    g_set_error(error, CAL_ERROR, CAL_ERROR_EXISTS, "This log begins at record %u already, not at %u.",
                row->floor, floor);
    return FALSE;
  }
  return cal_store_run(ledger, sql_set_floor, row->log, floor, error) &&
         close_other_logs(ledger, row->log, error);
}

gboolean
cal_ledger_set_floor(CalLedger *ledger, const CalAddress *tag, guint32 log_id, guint32 floor, GError **error)
{
  CalLogRow row;
  g_auto(CalTransaction) transaction = { 0 };
  if (floor == 0) {
    g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID, "A log begins at record 1 or later.");
    return FALSE;
  }
  if (!cal_logs_find(ledger, tag, log_id, &row, error))
    return FALSE;
  if (row.floor == floor)
    return TRUE;
  return cal_transaction_begin(&transaction, ledger, error) &&
         cal_logs_ensure(ledger, tag, log_id, &row, error) && set_floor(ledger, &row, floor, error) &&
         cal_transaction_commit(&transaction, error);
}
