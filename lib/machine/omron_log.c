/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 *   CLOSED ─OPENED▶ CLOCK ── right, off, or not to be set ──▶ WHERE ◀──────────── each minute ───────────┐
 *                     │ unset: a new run ▶ STORING ▶ SETTING ──▶ │                                       │
 *                     ▼                                          ▼                                       │
 *                  (below)      ┌─────────────────────────▶ LOOKING, which decides in this order:        │
 *                               │                            │                                           │
 *                               │  the run is another, or ◀──┤ keep run ──▶ STORING ─────────▶ LOOKING   │
 *                               │  has a page only now       │                                           │
 *                               │  no floor: where does it ◀─┤ request ▶ REQUESTING ▶ ASKING ⇄ WAITING   │
 *                               │  begin? (halving)          │              flag, then LOOKING or floor  │
 *                               │  the ring has overwritten ◀┤ mark lost ─▶ STORING ─────────▶ LOOKING   │
 *                               │  rows are wanted ◀─────────┤ request ▶ REQUESTING ▶ ASKING ⇄ WAITING   │
 *                               │                            │     READING, row by row ▶ STORING ▶ LOOKING
 *                               │  the clock is off ◀────────┤ CLOCK ▶ (STORING) ▶ SETTING ▶ WHERE       │
 *                               │  nothing ◀─────────────────┘ LIVE ── a minute ──▶ SHOWING ─────────────┘
 *
 *   Silence for 30 s, or a storage that fails ▶ RESTING ── later ──▶ CLOCK.   A page that does not come ▶
 * WHERE; the third time ▶ RESTING, the sixth time it is lost.   ENDED ▶ CLOSED from anywhere.
 *
 * A clock that is merely off is set only when all rows are here: what a set does to a log that is being
 * written is not documented, and a sensor of which it is known begins again at page 0.
 */
#include "omron_log.h"

#include <calcifer/dating.h>

static const CalOmronAction nothing = { .kind = CAL_OMRON_NOTHING };

void
cal_omron_log_init(CalOmronLog *log)
{
  *log = (CalOmronLog){ .state = CAL_OMRON_CLOSED,
                        .step_ms = CAL_OMRON_NEVER,
                        .silent_ms = CAL_OMRON_NEVER,
                        .clock_ms = CAL_OMRON_NEVER };
}

const char *
cal_omron_state_name(CalOmronState state)
{
  static const char *const names[CAL_OMRON_STATES] = {
    "closed", "clock",   "setting", "where",   "looking", "storing", "requesting",
    "asking", "waiting", "reading", "showing", "live",    "resting", "unusable",
  };
  return state < CAL_OMRON_STATES ? names[state] : "?";
}

int64_t
cal_omron_log_deadline_ms(const CalOmronLog *log)
{
  return log->step_ms;
}

/* -- Moves */

static CalOmronAction
enter(CalOmronLog *log, CalOmronState state, int64_t step_ms, CalOmronActionKind kind)
{
  log->state = state;
  log->step_ms = step_ms;
  return (CalOmronAction){ .kind = kind };
}

/* What the sensor answers, in 30 seconds or never. */
static CalOmronAction
call(CalOmronLog *log, CalOmronState state, CalOmronActionKind kind, int64_t now_ms)
{
  return enter(log, state, now_ms + CAL_OMRON_SILENCE_MS, kind);
}

static CalOmronAction
store(CalOmronLog *log, CalOmronActionKind kind)
{
  return enter(log, CAL_OMRON_STORING, CAL_OMRON_NEVER, kind);
}

static CalOmronAction
look(CalOmronLog *log)
{
  return enter(log, CAL_OMRON_LOOKING, CAL_OMRON_NEVER, CAL_OMRON_LOOK);
}

static CalOmronAction
rest(CalOmronLog *log, CalOmronTrouble trouble, int64_t now_ms)
{
  const int64_t pause_ms = trouble == CAL_OMRON_NO_STORE ? CAL_OMRON_STORE_MS : CAL_OMRON_REST_MS;
  log->trouble = trouble;
  log->of = 0;
  log->n_batch = 0;
  log->set_to = 0;
  return enter(log, CAL_OMRON_RESTING, now_ms + pause_ms, CAL_OMRON_NOTHING);
}

static CalOmronAction
give_up(CalOmronLog *log, CalTransferFault fault)
{
  CalOmronAction action = enter(log, CAL_OMRON_UNUSABLE, CAL_OMRON_NEVER, CAL_OMRON_FAIL);
  action.fault = fault;
  return action;
}

/* Before the first answers there is nothing to come back to; after them it may just be a bad moment. */
static CalOmronAction
fail(CalOmronLog *log, CalTransferFault fault, CalOmronTrouble trouble, int64_t now_ms)
{
  return log->set_up ? rest(log, trouble, now_ms) : give_up(log, fault);
}

static CalOmronAction
read_clock(CalOmronLog *log, int64_t now_ms)
{
  log->clock_turn = false;
  return call(log, CAL_OMRON_CLOCK, CAL_OMRON_READ_CLOCK, now_ms);
}

static CalOmronAction
read_newest(CalOmronLog *log, int64_t now_ms)
{
  return call(log, CAL_OMRON_WHERE, CAL_OMRON_READ_NEWEST, now_ms);
}

static CalOmronAction
request(CalOmronLog *log, uint32_t page, uint8_t row, int64_t now_ms)
{
  CalOmronAction action = call(log, CAL_OMRON_REQUESTING, CAL_OMRON_REQUEST, now_ms);
  log->page = page;
  log->silent_ms = now_ms + CAL_OMRON_SILENCE_MS;
  action.page = (uint16_t)(page % CAL_OMRON_PAGES);
  action.row = row;
  return action;
}

static CalOmronAction
mark_lost(CalOmronLog *log, uint32_t first, uint32_t last)
{
  CalOmronAction action = store(log, CAL_OMRON_MARK_LOST);
  action.first = first;
  action.last = last;
  return action;
}

/* -- The clock */

static CalOmronAction
set_clock(CalOmronLog *log, uint32_t time, int64_t now_ms)
{
  CalOmronAction action = call(log, CAL_OMRON_SETTING, CAL_OMRON_WRITE_CLOCK, now_ms);
  action.clock_time = time;
  log->set_to = 0;
  return action;
}

/* Remembered first: a run that never began is replaced by the next, one unknown would be taken for strange.
 */
static CalOmronAction
begin_run(CalOmronLog *log, uint32_t now)
{
  cal_omron_run_set(&log->run, &log->newest, now);
  log->set_to = now;
  return store(log, CAL_OMRON_KEEP_RUN);
}

/* The rows of the run were dated by a clock that was wrong by more than a drift. What it showed becomes the
 * last record of its log, in the place of the row that is not complete. */
static CalOmronAction
close_run(CalOmronLog *log, uint32_t shown, uint32_t now)
{
  cal_omron_run_clock(log->target + 1, now, shown, log->batch[0]);
  log->n_batch = 1;
  log->set_to = now;
  return store(log, CAL_OMRON_COMMIT);
}

static bool
has_rows(const CalOmronLog *log)
{
  return log->run.anchored && log->floor != 0 && log->target >= log->floor;
}

/* All rows are here, and the clock was read anew. */
static CalOmronAction
correct_clock(CalOmronLog *log, uint32_t shown, uint32_t now, int64_t now_ms)
{
  const int64_t off_s = (int64_t)now - shown;
  log->clock_due = false;
  if (off_s >= -CAL_OMRON_CLOCK_OFF_S && off_s <= CAL_OMRON_CLOCK_OFF_S)
    return read_newest(log, now_ms);
  if (off_s >= -CAL_DATING_DRIFT_MAX_S && off_s <= CAL_DATING_DRIFT_MAX_S)
    return set_clock(log, now, now_ms);
  return has_rows(log) ? close_run(log, shown, now) : begin_run(log, now);
}

static bool
is_right(uint32_t shown, CalInstant now)
{
  return shown >= now - CAL_OMRON_CLOCK_OFF_S && shown <= now + CAL_OMRON_CLOCK_OFF_S;
}

static CalOmronAction
on_clock(CalOmronLog *log, const CalOmronEvent *event, int64_t now_ms)
{
  uint32_t shown;
  const bool turn = log->clock_turn;
  log->clock_turn = false;
  if (!cal_omron_time_decode(event->bytes, event->n_bytes, &shown))
    return fail(log, CAL_TRANSFER_FAULT_PROTOCOL, CAL_OMRON_CONFUSED, now_ms);
  const bool settable =
      event->host_believable && event->host_now > 0 && event->host_now <= (CalInstant)UINT32_MAX;
  log->clock_ms = now_ms + CAL_OMRON_CLOCK_MS;
  log->clock_left_alone = !settable;
  log->clock_due = settable && !is_right(shown, event->host_now);
  if (settable && shown == 0)
    return begin_run(log, (uint32_t)event->host_now);
  if (turn && settable)
    return correct_clock(log, shown, (uint32_t)event->host_now, now_ms);
  return read_newest(log, now_ms);
}

static CalOmronAction
on_clock_written(CalOmronLog *log, const CalOmronEvent *event, int64_t now_ms)
{
  (void)event;
  log->clock_due = false;
  return read_newest(log, now_ms);
}

/* -- What to do */

static CalOmronAction
on_newest(CalOmronLog *log, const CalOmronEvent *event, int64_t now_ms)
{
  if (!cal_omron_newest_decode(event->bytes, event->n_bytes, &log->newest))
    return fail(log, CAL_TRANSFER_FAULT_PROTOCOL, CAL_OMRON_CONFUSED, now_ms);
  log->set_up = true;
  log->met = false;
  return look(log);
}

/* Everything that can be had is here. */
static CalOmronAction
be_live(CalOmronLog *log, CalOmronTrouble trouble, int64_t now_ms)
{
  log->trouble = trouble;
  log->of = 0;
  log->tries = 0;
  if (log->clock_due) {
    log->clock_due = false;
    CalOmronAction action = read_clock(log, now_ms);
    log->clock_turn = true;
    return action;
  }
  return enter(log, CAL_OMRON_LIVE, now_ms + CAL_OMRON_LIVE_MS, CAL_OMRON_NOTHING);
}

/* All is here: from this page on the pace is reckoned anew, so that no drift ever adds up. */
static CalOmronAction
caught_up(CalOmronLog *log, int64_t now_ms)
{
  if (log->run.page == log->at)
    return be_live(log, CAL_OMRON_FINE, now_ms);
  log->run.page = log->at;
  log->run.created = log->newest.created;
  return store(log, CAL_OMRON_KEEP_RUN);
}

static CalOmronAction
probe(CalOmronLog *log, int64_t now_ms)
{
  log->probing = log->low_page < log->high_page;
  if (log->probing)
    return request(log, log->low_page + (log->high_page - log->low_page) / 2, 0, now_ms);
  CalOmronAction action = store(log, CAL_OMRON_SET_FLOOR);
  action.first = cal_omron_sequence(log->low_page, 0);
  return action;
}

static CalOmronAction
fetch(CalOmronLog *log, uint32_t next, int64_t now_ms)
{
  const uint32_t page = cal_omron_page_of(next);
  log->probing = false;
  log->low = cal_omron_row_of(next);
  log->high = page == cal_omron_page_of(log->target) ? cal_omron_row_of(log->target) : CAL_OMRON_ROWS - 1;
  log->row = log->high;
  return request(log, page, log->high, now_ms);
}

static void
show_progress(CalOmronLog *log, uint32_t next)
{
  const uint32_t left = log->target - next + 1;
  if (log->of < left)
    log->of = left;
  log->done = log->of - left;
}

/* What the run has, and what is committed of it. */
static CalOmronAction
advance(CalOmronLog *log, int64_t now_ms)
{
  const uint32_t next = log->settled + 1 > log->floor ? log->settled + 1 : log->floor;
  const uint32_t oldest = cal_omron_sequence(log->at - (CAL_OMRON_PAGES - 1), 0);
  if (next > log->target)
    return caught_up(log, now_ms);
  show_progress(log, next);
  if (next < oldest)
    return mark_lost(log, next, oldest - 1 < log->target ? oldest - 1 : log->target);
  return fetch(log, next, now_ms);
}

/* Once in each look: a sensor that contradicts itself is not asked for ever. */
static CalOmronAction
meet_run(CalOmronLog *log, int64_t now_ms)
{
  const uint32_t former = log->run.log_id;
  if (log->met)
    return rest(log, CAL_OMRON_CONFUSED, now_ms);
  log->met = true;
  cal_omron_run_meet(&log->run, &log->newest);
  log->run.log_id += log->run.log_id == former;
  return store(log, CAL_OMRON_KEEP_RUN);
}

/* A run that we began has no page yet, or has its first. */
static CalOmronAction
wait_for_run(CalOmronLog *log, int64_t now_ms)
{
  if (cal_omron_run_anchor(&log->run, &log->newest))
    return store(log, CAL_OMRON_KEEP_RUN);
  return be_live(log, CAL_OMRON_FINE, now_ms);
}

static CalOmronAction
on_looked(CalOmronLog *log, const CalOmronEvent *event, int64_t now_ms)
{
  log->run = event->run;
  log->floor = event->floor;
  log->settled = event->settled;
  log->target = 0;
  if (log->newest.created == 0)
    return be_live(log, log->clock_left_alone ? CAL_OMRON_FINE : CAL_OMRON_NO_LOG, now_ms);
  if (log->run.log_id != 0 && !log->run.anchored)
    return wait_for_run(log, now_ms);
  if (log->run.log_id == 0 || !cal_omron_run_place(&log->run, &log->newest, &log->at) ||
      event->newest > cal_omron_sequence(log->at, log->newest.row))
    return meet_run(log, now_ms);
  log->target = cal_omron_sequence(log->at, log->newest.row) - 1;
  if (log->floor != 0)
    return advance(log, now_ms);
  log->low_page = cal_omron_run_lowest(&log->run, log->at, log->newest.created);
  log->high_page = log->at;
  return probe(log, now_ms);
}

static CalOmronAction
on_stored(CalOmronLog *log, const CalOmronEvent *event, int64_t now_ms)
{
  (void)event;
  const uint32_t set_to = log->set_to;
  const bool clock_is_kept = set_to != 0 && log->n_batch > 0;
  log->n_batch = 0;
  if (clock_is_kept) /* the old run is closed */
    return begin_run(log, set_to);
  return set_to != 0 ? set_clock(log, set_to, now_ms) : look(log);
}

/* -- A page */

/* A page that does not come, or is not the one that it should be. */
static CalOmronAction
misfire(CalOmronLog *log, CalOmronTrouble trouble, bool is_gone, int64_t now_ms)
{
  const uint32_t first = cal_omron_sequence(log->page, log->low);
  const uint32_t last = cal_omron_sequence(log->page, log->high);
  const bool erased = is_gone && log->page < log->at - (CAL_OMRON_PAGES - 1) + CAL_OMRON_ERASED;
  log->tries = log->tried == log->page ? log->tries + 1 : 1;
  log->tried = log->page;
  log->n_batch = 0;
  if (erased || log->tries >= CAL_OMRON_TRIES_MAX) {
    log->tries = 0;
    return mark_lost(log, first, last);
  }
  return log->tries % CAL_OMRON_TRIES == 0 ? rest(log, trouble, now_ms) : read_newest(log, now_ms);
}

static CalOmronAction
after_probe(CalOmronLog *log, bool is_of_run, int64_t now_ms)
{
  if (is_of_run)
    log->high_page = log->page;
  else
    log->low_page = log->page + 1;
  return probe(log, now_ms);
}

static CalOmronAction
ask_later(CalOmronLog *log, int64_t now_ms)
{
  if (now_ms >= log->silent_ms)
    return rest(log, CAL_OMRON_SILENT, now_ms);
  return enter(log, CAL_OMRON_WAITING, now_ms + CAL_OMRON_ASK_MS, CAL_OMRON_NOTHING);
}

static CalOmronAction
on_flag(CalOmronLog *log, const CalOmronEvent *event, int64_t now_ms)
{
  CalOmronFlag flag;
  if (!cal_omron_flag_decode(event->bytes, event->n_bytes, &flag))
    return misfire(log, CAL_OMRON_CONFUSED, false, now_ms);
  if (flag.state == CAL_OMRON_RETRIEVING)
    return ask_later(log, now_ms);
  const bool is_it =
      flag.state == CAL_OMRON_COMPLETED && cal_omron_run_fits(&log->run, log->page, flag.created);
  if (log->probing)
    return after_probe(log, is_it, now_ms);
  if (!is_it)
    return misfire(log, CAL_OMRON_CONFUSED, true, now_ms);
  log->created = flag.created;
  return call(log, CAL_OMRON_READING, CAL_OMRON_READ_ROW, now_ms);
}

static CalOmronAction
on_requested(CalOmronLog *log, const CalOmronEvent *event, int64_t now_ms)
{
  (void)event;
  return call(log, CAL_OMRON_ASKING, CAL_OMRON_READ_FLAG, now_ms);
}

/* From the highest down. */
static CalOmronAction
on_row(CalOmronLog *log, const CalOmronEvent *event, int64_t now_ms)
{
  CalOmronRow row;
  if (!cal_omron_row_decode(event->bytes, event->n_bytes, &row) || row.row != log->row)
    return misfire(log, CAL_OMRON_CONFUSED, false, now_ms);
  cal_omron_run_record(&log->run, log->page, log->created, &row, log->batch[log->row - log->low]);
  if (log->row > log->low) {
    log->row--;
    return call(log, CAL_OMRON_READING, CAL_OMRON_READ_ROW, now_ms);
  }
  log->n_batch = log->high - log->low + 1u;
  log->tries = 0;
  return store(log, CAL_OMRON_COMMIT);
}

/* -- What fails, and time */

static bool
waits_for_answer(CalOmronState state)
{
  switch (state) {
  case CAL_OMRON_CLOCK:
  case CAL_OMRON_SETTING:
  case CAL_OMRON_WHERE:
  case CAL_OMRON_REQUESTING:
  case CAL_OMRON_ASKING:
  case CAL_OMRON_READING:
  case CAL_OMRON_SHOWING:
    return true;
  case CAL_OMRON_CLOSED:
  case CAL_OMRON_LOOKING:
  case CAL_OMRON_STORING:
  case CAL_OMRON_WAITING:
  case CAL_OMRON_LIVE:
  case CAL_OMRON_RESTING:
  case CAL_OMRON_UNUSABLE:
  case CAL_OMRON_STATES:
    return false;
  }
  return false;
}

/* The end of a link that is gone is told soon. */
static CalOmronAction
on_call_failed(CalOmronLog *log, CalTransferFault fault, int64_t now_ms)
{
  if (!waits_for_answer(log->state))
    return nothing;
  if (fault == CAL_TRANSFER_FAULT_GONE)
    return enter(log, CAL_OMRON_UNUSABLE, CAL_OMRON_NEVER, CAL_OMRON_NOTHING);
  return fail(log, fault, CAL_OMRON_SILENT, now_ms);
}

static CalOmronAction
on_time(CalOmronLog *log, int64_t now_ms)
{
  if (now_ms < log->step_ms)
    return nothing;
  switch (log->state) {
  case CAL_OMRON_LIVE:
    return call(log, CAL_OMRON_SHOWING, CAL_OMRON_READ_LATEST, now_ms);
  case CAL_OMRON_RESTING:
    return read_clock(log, now_ms);
  case CAL_OMRON_WAITING:
    return call(log, CAL_OMRON_ASKING, CAL_OMRON_READ_FLAG, now_ms);
  case CAL_OMRON_CLOCK:
  case CAL_OMRON_SETTING:
  case CAL_OMRON_WHERE:
  case CAL_OMRON_REQUESTING:
  case CAL_OMRON_ASKING:
  case CAL_OMRON_READING:
  case CAL_OMRON_SHOWING:
    return fail(log, CAL_TRANSFER_FAULT_OTHER, CAL_OMRON_SILENT, now_ms);
  case CAL_OMRON_CLOSED: /* these have no deadline */
  case CAL_OMRON_LOOKING:
  case CAL_OMRON_STORING:
  case CAL_OMRON_UNUSABLE:
  case CAL_OMRON_STATES:
    return nothing;
  }
  return nothing;
}

static CalOmronAction
on_opened(CalOmronLog *log, int64_t now_ms)
{
  log->set_up = false;
  log->set_to = 0;
  log->n_batch = 0;
  return read_clock(log, now_ms);
}

static CalOmronAction
on_ended(CalOmronLog *log)
{
  log->set_up = false;
  log->set_to = 0;
  log->n_batch = 0;
  log->of = 0;
  return enter(log, CAL_OMRON_CLOSED, CAL_OMRON_NEVER, CAL_OMRON_NOTHING);
}

static CalOmronAction
on_shown(CalOmronLog *log, const CalOmronEvent *event, int64_t now_ms)
{
  (void)event;
  return now_ms >= log->clock_ms ? read_clock(log, now_ms) : read_newest(log, now_ms);
}

static CalOmronAction
on_store_failed(CalOmronLog *log, const CalOmronEvent *event, int64_t now_ms)
{
  (void)event;
  return rest(log, CAL_OMRON_NO_STORE, now_ms);
}

/* What is on its way goes first; the clock is compared with the next look at the device. */
static CalOmronAction
on_clock_news(CalOmronLog *log, int64_t now_ms)
{
  if (log->state == CAL_OMRON_LIVE)
    return read_clock(log, now_ms);
  log->clock_ms = now_ms;
  return nothing;
}

/* -- The step */

/* What only one state waits for. */
static CalOmronAction
when(CalOmronLog *log, CalOmronState state, const CalOmronEvent *event, int64_t now_ms,
     CalOmronAction (*then)(CalOmronLog *, const CalOmronEvent *, int64_t))
{
  return log->state == state ? then(log, event, now_ms) : nothing;
}

CalOmronAction
cal_omron_log_step(CalOmronLog *log, const CalOmronEvent *event, int64_t now_ms)
{
  switch (event->kind) {
  case CAL_OMRON_OPENED:
    return on_opened(log, now_ms);
  case CAL_OMRON_ENDED:
    return on_ended(log);
  case CAL_OMRON_CLOCK_READ:
    return when(log, CAL_OMRON_CLOCK, event, now_ms, on_clock);
  case CAL_OMRON_CLOCK_WRITTEN:
    return when(log, CAL_OMRON_SETTING, event, now_ms, on_clock_written);
  case CAL_OMRON_NEWEST_READ:
    return when(log, CAL_OMRON_WHERE, event, now_ms, on_newest);
  case CAL_OMRON_LOOKED:
    return when(log, CAL_OMRON_LOOKING, event, now_ms, on_looked);
  case CAL_OMRON_STORED:
    return when(log, CAL_OMRON_STORING, event, now_ms, on_stored);
  case CAL_OMRON_STORE_FAILED:
    return log->state == CAL_OMRON_LOOKING ? on_store_failed(log, event, now_ms)
                                           : when(log, CAL_OMRON_STORING, event, now_ms, on_store_failed);
  case CAL_OMRON_REQUESTED:
    return when(log, CAL_OMRON_REQUESTING, event, now_ms, on_requested);
  case CAL_OMRON_FLAG_READ:
    return when(log, CAL_OMRON_ASKING, event, now_ms, on_flag);
  case CAL_OMRON_ROW_READ:
    return when(log, CAL_OMRON_READING, event, now_ms, on_row);
  case CAL_OMRON_LATEST_READ:
    return when(log, CAL_OMRON_SHOWING, event, now_ms, on_shown);
  case CAL_OMRON_CALL_FAILED:
    return on_call_failed(log, event->fault, now_ms);
  case CAL_OMRON_CLOCK_NEWS:
    return on_clock_news(log, now_ms);
  case CAL_OMRON_TIME:
    return on_time(log, now_ms);
  case CAL_OMRON_EVENTS:
    return nothing;
  }
  return nothing;
}
