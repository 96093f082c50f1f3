/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dating_cache.h"

#include "owner_dates.h"
#include "row.h"
#include "store.h"

static const char sql_clock_at_or_above[] =
    "SELECT id FROM record_clock WHERE id >= ? AND id <= ? ORDER BY id LIMIT 1";
static const char sql_clock_below[] =
    "SELECT id FROM record_clock WHERE id < ? AND id >= ? ORDER BY id DESC LIMIT 1";
static const char sql_nearest_unset_shift[] = "SELECT shift FROM record WHERE id ="
                                              "  (SELECT max(id) FROM record_unset WHERE id < ? AND id > ?)";
static const char sql_read[] = "SELECT id, time, rest FROM record WHERE id = ?";
static const char sql_note_clock[] = "INSERT INTO record_clock (id) VALUES (?)";
static const char sql_note_unset[] = "INSERT INTO record_unset (id, received) VALUES (?, ?)";
static const char sql_note_day[] =
    "INSERT INTO record_day (day, log, block) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
static const char sql_downwards[] =
    "SELECT id, time, rest, shift FROM record WHERE id <= ? AND id > ? ORDER BY id DESC";
static const char sql_shift[] = "UPDATE record SET shift = ? WHERE id = ?";

void
cal_dating_touch(CalSpan *span, const CalRecord *record, CalInstant at)
{
  if (at == CAL_INSTANT_NONE)
    return;
  const CalSpan own = { at, at + cal_row_length_s(record) };
  if (span->end <= span->start)
    *span = own;
  span->start = MIN(span->start, own.start);
  span->end = MAX(span->end, own.end);
}

/* -- The plan ------------------------------------------------------------------------------------------- */

static gboolean
read_clock(CalLedger *ledger, gint64 id, CalDatingRecord *clock, GError **error)
{
  guint8 raw[CAL_RECORD_SIZE];
  CalRecord record;
  gboolean has_row;
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_read, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64(statement->stmt, 1, id);
  if (!cal_statement_next(statement, &has_row, error))
    return FALSE;
  if (!has_row)
    return cal_store_fail(ledger, SQLITE_CORRUPT, "read", error);
  cal_row_read_raw(statement->stmt, 0, raw);
  cal_record_decode(raw, &record);
  *clock = cal_dating_record(&record);
  return TRUE;
}

static void
look_at_batch(CalDatingPlan *plan, const CalRecord *records, gsize n_records)
{
  guint32 lowest = G_MAXUINT32, highest = 0;
  for (gsize i = 0; i < n_records; i++) {
    const CalDatingRecord record = cal_dating_record(&records[i]);
    lowest = MIN(lowest, record.sequence);
    highest = MAX(highest, record.sequence);
    plan->is_parted = plan->is_parted || cal_dating_is_clock(&record);
    plan->has_unset = plan->has_unset || !record.clock_set;
  }
  plan->lowest = cal_row_id(plan->log, lowest);
  plan->highest = cal_row_id(plan->log, highest);
}

static gboolean
has_other_boot(const CalRecord *records, gsize n_records, guint16 boot)
{
  for (gsize i = 0; i < n_records; i++)
    if (records[i].boot != boot)
      return TRUE;
  return FALSE;
}

/* The clock below the batch, or what is below all ids of the log. */
static gboolean
find_bottom(CalLedger *ledger, const CalDatingPlan *plan, gint64 *bottom, GError **error)
{
  const gint64 base = cal_row_id(plan->log, 0);
  return cal_store_number(ledger, sql_clock_below, plan->lowest, base, base - 1, bottom, error);
}

/* A record of another boot cuts those below it off from the clock above: that matters when the nearest of
 * them was dated by it. Those behind it that were cut off before stay so. */
static gboolean
breaks_run(CalLedger *ledger, const CalDatingPlan *plan, gboolean *breaks, GError **error)
{
  gint64 bottom, shift;
  if (!find_bottom(ledger, plan, &bottom, error) ||
      !cal_store_number(ledger, sql_nearest_unset_shift, plan->lowest, bottom, G_MININT64, &shift, error))
    return FALSE;
  *breaks = shift != G_MININT64;
  return TRUE;
}

static gboolean
look_at_clocks(CalLedger *ledger, CalDatingPlan *plan, GError **error)
{
  const gint64 end = cal_row_id(plan->log, G_MAXUINT32);
  gint64 nearest;
  if (!cal_store_number(ledger, sql_clock_at_or_above, plan->highest, end, 0, &plan->above, error) ||
      !cal_store_number(ledger, sql_clock_at_or_above, plan->lowest, end, 0, &nearest, error))
    return FALSE;
  plan->is_parted = plan->is_parted || nearest != plan->above;
  return plan->above == 0 || read_clock(ledger, plan->above, &plan->clock, error);
}

gboolean
cal_dating_plan(CalLedger *ledger, gint64 log, const CalRecord *records, gsize n_records, CalDatingPlan *plan,
                GError **error)
{
  *plan = (CalDatingPlan){ .log = log, .noted_day = G_MININT64 };
  look_at_batch(plan, records, n_records);
  if (!look_at_clocks(ledger, plan, error))
    return FALSE;
  plan->anew = plan->is_parted || (plan->above != 0 && plan->has_unset);
  if (plan->anew || plan->above == 0 || !has_other_boot(records, n_records, plan->clock.boot))
    return TRUE;
  return breaks_run(ledger, plan, &plan->anew, error);
}

CalInstant
cal_dating_guess(CalLedger *ledger, const CalDatingPlan *plan, const CalRecord *record)
{
  CalDating dating = { .has_clock = plan->above != 0, .clock = plan->clock };
  const CalDatingRecord undated = cal_dating_record(record);
  if (plan->is_parted)
    return CAL_INSTANT_NONE;
  const CalInstant at = cal_dating_step(&dating, &undated);
  return at != CAL_INSTANT_NONE ? at : cal_owner_dates_find(ledger, plan->log, &undated);
}

/* -- Writing -------------------------------------------------------------------------------------------- */

/* Records come in the order of time more often than not: most lie on the day and in the block of the one
 * before. */
static gboolean
note_day(CalLedger *ledger, CalDatingPlan *plan, gint64 id, CalInstant at, GError **error)
{
  const gint64 day = cal_row_day(at);
  const gint64 block = cal_row_sequence(id) >> CAL_ROW_BLOCK_BITS;
  if (day == plan->noted_day && block == plan->noted_block)
    return TRUE;
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_note_day, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64(statement->stmt, 1, day);
  sqlite3_bind_int64(statement->stmt, 2, plan->log);
  sqlite3_bind_int64(statement->stmt, 3, block);
  plan->noted_day = day;
  plan->noted_block = block;
  return cal_statement_run(statement, error);
}

gboolean
cal_dating_note(CalLedger *ledger, CalDatingPlan *plan, const CalRecord *record, CalInstant at,
                CalInstant received, GError **error)
{
  const CalDatingRecord dating = cal_dating_record(record);
  const gint64 id = cal_row_id(plan->log, record->sequence);
  if (cal_dating_is_clock(&dating) && !cal_store_run(ledger, sql_note_clock, id, 0, error))
    return FALSE;
  if (!dating.clock_set && !cal_store_run(ledger, sql_note_unset, id, received, error))
    return FALSE;
  return at == CAL_INSTANT_NONE || note_day(ledger, plan, id, at, error);
}

/* -- Dating anew ---------------------------------------------------------------------------------------- */

static gboolean
set_instant(CalLedger *ledger, CalDatingPlan *plan, gint64 id, const CalRecord *record, CalInstant at,
            GError **error)
{
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_shift, error);
  if (statement == NULL)
    return FALSE;
  if (at != CAL_INSTANT_NONE)
    sqlite3_bind_int64(statement->stmt, 1, at - record->time);
  sqlite3_bind_int64(statement->stmt, 2, id);
  return cal_statement_run(statement, error) &&
         (at == CAL_INSTANT_NONE || note_day(ledger, plan, id, at, error));
}

/* One row on the way down. *idle: it had no clock of its own, and its instant stays. */
static gboolean
date_row(CalLedger *ledger, CalDatingPlan *plan, CalStatement *row, CalDating *dating, gboolean *idle,
         CalSpan *touched, GError **error)
{
  guint8 raw[CAL_RECORD_SIZE];
  CalRecord record;
  cal_row_read_raw(row->stmt, 0, raw);
  cal_record_decode(raw, &record);
  const CalDatingRecord undated = cal_dating_record(&record);
  const gboolean was_dated = sqlite3_column_type(row->stmt, 3) != SQLITE_NULL;
  const CalInstant before =
      was_dated ? (CalInstant)record.time + sqlite3_column_int64(row->stmt, 3) : CAL_INSTANT_NONE;
  const CalInstant by_clock = cal_dating_step(dating, &undated);
  const CalInstant at =
      by_clock != CAL_INSTANT_NONE ? by_clock : cal_owner_dates_find(ledger, plan->log, &undated);
  *idle = at == before && !undated.clock_set;
  if (at == before)
    return TRUE;
  cal_dating_touch(touched, &record, before);
  cal_dating_touch(touched, &record, at);
  return set_instant(ledger, plan, sqlite3_column_int64(row->stmt, 0), &record, at, error);
}

/* Below the batch nothing more changes: no clock of the batch acts there, and either the run still reaches
 * the clock above, as it did before, or here it had been cut off already. */
static gboolean
is_done(const CalDatingPlan *plan, const CalDating *dating, gint64 id, gboolean idle)
{
  return id < plan->lowest && !plan->is_parted && (dating->run_reaches || idle);
}

gboolean
cal_dating_carry_out(CalLedger *ledger, CalDatingPlan *plan, CalSpan *touched, GError **error)
{
  gint64 bottom;
  if (!plan->anew)
    return TRUE;
  g_autoptr(CalStatement) rows = cal_statement_take(ledger, sql_downwards, error);
  if (rows == NULL || !find_bottom(ledger, plan, &bottom, error))
    return FALSE;
  sqlite3_bind_int64(rows->stmt, 1, plan->above != 0 ? plan->above : plan->highest);
  sqlite3_bind_int64(rows->stmt, 2, bottom);
  CalDating dating = { 0 };
  gboolean ok, idle = FALSE;
  while (cal_statement_each(rows, &ok, error)) {
    const gint64 id = sqlite3_column_int64(rows->stmt, 0);
    if (is_done(plan, &dating, id, idle))
      return TRUE;
    gboolean row_idle;
    if (!date_row(ledger, plan, rows, &dating, &row_idle, touched, error))
      return FALSE;
    idle = row_idle && id < plan->lowest;
  }
  return ok;
}

/* From the clock above down to the lowest: what is between may be dated by it, or by the owner. */
gboolean
cal_dating_anew(CalLedger *ledger, gint64 log, guint32 from, guint32 to, GError **error)
{
  const gint64 top = cal_row_id(log, to), end = cal_row_id(log, G_MAXUINT32);
  CalDatingPlan plan = { .log = log, .noted_day = G_MININT64 };
  CalDating dating = { 0 };
  CalSpan touched = { 0, 0 };
  gboolean ok, idle;
  g_autoptr(CalStatement) rows = cal_statement_take(ledger, sql_downwards, error);
  if (rows == NULL || !cal_store_number(ledger, sql_clock_at_or_above, top, end, top, &plan.above, error))
    return FALSE;
  sqlite3_bind_int64(rows->stmt, 1, plan.above);
  sqlite3_bind_int64(rows->stmt, 2, cal_row_id(log, from) - 1);
  while (cal_statement_each(rows, &ok, error))
    if (!date_row(ledger, &plan, rows, &dating, &idle, &touched, error))
      return FALSE;
  cal_days_touch_records(ledger, touched);
  return ok;
}
