/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 *   CLOSED ─OPENED▶ FEATURE ▶ CLOCK ──▶ SETTING ──▶ SUBSCRIBING          (a day later, or after CLOCK_NEWS:
 *                      │ newer  └── right already ──▶   │                 LIVE ▶ CLOCK ▶ SETTING ▶ LOOKING)
 *                      ▼ version                        ▼
 *                   FAILED          ┌──────────────▶ LOOKING ◀──────────────────────────────┐
 *                                   │                 │ decides, in this order:             │
 *                                   │  no floor       ├─ report first ──▶ REQUESTING        │
 *                                   │  a gap          ├─ report range ──▶ REQUESTING        │
 *                                   │  tail unknown   ├─ number, report ≥ ▶ REQUESTING      │
 *                                   │  settled above  ├─ BARRIER, delete ≤ ▶ REQUESTING     │
 *                                   │  nothing to ask └─▶ LIVE ── records, 200 ms ──────────┤
 *                                   │                                                       │
 *   REQUESTING ── answer, all there ┴───────────────────────────────────────────────────────┤
 *        │ ─────── answer, not all there ──▶ QUIET ── 2 s without a notification ───────────┤
 *        │ 30 s of silence, or busy                                                         │
 *        ▼                                                                                  │
 *     ABORTING ── answer, or 5 s ──▶ a misfire: LOOKING again, the third time ▶ RESTING ─15 min
 *
 * Records are taken in every state after SUBSCRIBING, committed when 64 are there or 200 ms after the first;
 * ENDED commits what is there. A delete is written for what LOOKED calls settled, after the barrier, never
 * for what the tag or this machine believes.
 */
#include "transfer_parts.h"

_Static_assert(sizeof(CalTransfer) < 2048, "transfer.h promises that a tag costs less than 2 KiB");

void
cal_transfer_init(CalTransfer *transfer)
{
  *transfer = (CalTransfer){ .state = CAL_TRANSFER_CLOSED,
                             .step_ms = CAL_TRANSFER_NEVER,
                             .commit_ms = CAL_TRANSFER_NEVER,
                             .gap_ms = CAL_TRANSFER_NEVER,
                             .clock_ms = CAL_TRANSFER_NEVER };
}

const char *
cal_transfer_state_name(CalTransferState state)
{
  static const char *const names[CAL_TRANSFER_STATES] = {
    "closed",     "feature", "clock",    "setting", "subscribing", "looking", "storing",
    "requesting", "quiet",   "aborting", "live",    "resting",     "failed",
  };
  return state < CAL_TRANSFER_STATES ? names[state] : "?";
}

int64_t
cal_transfer_deadline_ms(const CalTransfer *transfer)
{
  const int64_t clock = transfer->state == CAL_TRANSFER_LIVE ? transfer->clock_ms : CAL_TRANSFER_NEVER;
  return cal_transfer_earlier(cal_transfer_earlier(transfer->step_ms, transfer->commit_ms), clock);
}

bool
cal_transfer_is_set_up(const CalTransfer *transfer)
{
  return transfer->subscribed;
}

/* -- The owner's answers */

/* Behind the barrier the tag may forget what is settled. */
static CalTransferAction
delete_settled(CalTransfer *transfer, int64_t now_ms)
{
  const CalRecordAccessRequest what = { .opcode = CAL_RECORD_ACCESS_DELETE,
                                        .op = CAL_RECORD_ACCESS_LESS_OR_EQUAL,
                                        .sequence = transfer->settled };
  transfer->delete_ms = now_ms + CAL_TRANSFER_DELETE_MS;
  return cal_transfer_request(transfer, CAL_TRANSFER_ASK_DELETE, what, now_ms);
}

static CalTransferAction
on_stored(CalTransfer *transfer, const CalTransferEvent *event, int64_t now_ms)
{
  (void)event;
  if (transfer->storing == CAL_TRANSFER_BARRIER)
    return delete_settled(transfer, now_ms);
  return cal_transfer_evaluate(transfer);
}

/* Storage fails: the tag is told nothing, and keeps what it has. */
static CalTransferAction
on_store_failed(CalTransfer *transfer, int64_t now_ms)
{
  transfer->n_batch = 0;
  transfer->commit_ms = CAL_TRANSFER_NEVER;
  switch (transfer->state) {
  case CAL_TRANSFER_CLOCK:
  case CAL_TRANSFER_SETTING:
  case CAL_TRANSFER_LOOKING:
  case CAL_TRANSFER_STORING:
  case CAL_TRANSFER_REQUESTING:
  case CAL_TRANSFER_QUIET:
  case CAL_TRANSFER_ABORTING:
  case CAL_TRANSFER_LIVE:
  case CAL_TRANSFER_RESTING:
    cal_transfer_leave_out(transfer);
    return cal_transfer_rest(transfer, CAL_TRANSFER_NO_STORE, now_ms);
  case CAL_TRANSFER_CLOSED:
  case CAL_TRANSFER_FEATURE:
  case CAL_TRANSFER_SUBSCRIBING:
  case CAL_TRANSFER_FAILED:
  case CAL_TRANSFER_STATES:
    return cal_transfer_nothing;
  }
  return cal_transfer_nothing;
}

/* -- What fails, and time */

static CalTransferAction
on_call_failed(CalTransfer *transfer, CalTransferFault fault, int64_t now_ms)
{
  switch (transfer->state) {
  case CAL_TRANSFER_FEATURE:
  case CAL_TRANSFER_CLOCK:
  case CAL_TRANSFER_SETTING:
  case CAL_TRANSFER_SUBSCRIBING:
    return cal_transfer_setup_failed(transfer, fault);
  case CAL_TRANSFER_REQUESTING:
    return cal_transfer_request_failed(transfer, fault, now_ms);
  case CAL_TRANSFER_ABORTING:
    return cal_transfer_misfire(transfer, CAL_TRANSFER_CONFUSED, now_ms);
  case CAL_TRANSFER_CLOSED: /* the tag's answer overtook it */
  case CAL_TRANSFER_LOOKING:
  case CAL_TRANSFER_STORING:
  case CAL_TRANSFER_QUIET:
  case CAL_TRANSFER_LIVE:
  case CAL_TRANSFER_RESTING:
  case CAL_TRANSFER_FAILED:
  case CAL_TRANSFER_STATES:
    return cal_transfer_nothing;
  }
  return cal_transfer_nothing;
}

/* A delete is due, or a new gap had its time to fill. */
static CalTransferAction
look_from_live(CalTransfer *transfer, int64_t now_ms)
{
  if (now_ms >= transfer->gap_ms) {
    transfer->gap_ms = CAL_TRANSFER_NEVER;
    cal_transfer_begin_pass(transfer, 1, cal_transfer_after(transfer->horizon));
  }
  return cal_transfer_evaluate(transfer);
}

static CalTransferAction
wake_from_rest(CalTransfer *transfer)
{
  transfer->tail_done = false;
  transfer->empty_tails = 0;
  cal_transfer_begin_pass(transfer, 0, 0);
  return cal_transfer_evaluate(transfer);
}

static CalTransferAction
on_step_time(CalTransfer *transfer, int64_t now_ms)
{
  switch (transfer->state) {
  case CAL_TRANSFER_FEATURE:
  case CAL_TRANSFER_CLOCK:
  case CAL_TRANSFER_SETTING:
  case CAL_TRANSFER_SUBSCRIBING:
    return cal_transfer_setup_failed(transfer, CAL_TRANSFER_FAULT_OTHER);
  case CAL_TRANSFER_REQUESTING:
    return cal_transfer_abort(transfer, now_ms);
  case CAL_TRANSFER_QUIET:
    return cal_transfer_conclude(transfer, now_ms);
  case CAL_TRANSFER_ABORTING:
    return cal_transfer_misfire(transfer, CAL_TRANSFER_SILENT, now_ms);
  case CAL_TRANSFER_LIVE:
    return look_from_live(transfer, now_ms);
  case CAL_TRANSFER_RESTING:
    return wake_from_rest(transfer);
  case CAL_TRANSFER_CLOSED: /* these have no deadline */
  case CAL_TRANSFER_LOOKING:
  case CAL_TRANSFER_STORING:
  case CAL_TRANSFER_FAILED:
  case CAL_TRANSFER_STATES:
    return cal_transfer_nothing;
  }
  return cal_transfer_nothing;
}

/* The batch is due. In a live connection it is looked at what it changed. */
static CalTransferAction
on_batch_time(CalTransfer *transfer)
{
  transfer->commit_ms = CAL_TRANSFER_NEVER;
  if (transfer->state == CAL_TRANSFER_LIVE)
    return cal_transfer_evaluate(transfer);
  return transfer->floor != 0 && transfer->n_batch > 0 ? cal_transfer_commit(transfer) : cal_transfer_nothing;
}

static CalTransferAction
on_time(CalTransfer *transfer, int64_t now_ms)
{
  if (now_ms >= transfer->commit_ms)
    return on_batch_time(transfer);
  if (now_ms >= transfer->step_ms)
    return on_step_time(transfer, now_ms);
  if (transfer->state == CAL_TRANSFER_LIVE && now_ms >= transfer->clock_ms)
    return cal_transfer_read_clock(transfer, now_ms);
  return cal_transfer_nothing;
}

static CalTransferAction
on_ended(CalTransfer *transfer)
{
  const bool keep = transfer->n_batch > 0 && transfer->floor != 0;
  transfer->subscribed = false;
  transfer->of = 0;
  transfer->commit_ms = CAL_TRANSFER_NEVER;
  const CalTransferAction last = { .kind = keep ? CAL_TRANSFER_COMMIT : CAL_TRANSFER_NOTHING };
  return cal_transfer_enter(transfer, CAL_TRANSFER_CLOSED, CAL_TRANSFER_NEVER, last);
}

/* -- The step */

/* What only one state waits for. */
static CalTransferAction
when(CalTransfer *transfer, CalTransferState state, const CalTransferEvent *event, int64_t now_ms,
     CalTransferAction (*then)(CalTransfer *, const CalTransferEvent *, int64_t))
{
  return transfer->state == state ? then(transfer, event, now_ms) : cal_transfer_nothing;
}

static CalTransferAction
then_feature(CalTransfer *transfer, const CalTransferEvent *event, int64_t now_ms)
{
  return cal_transfer_on_feature(transfer, event->bytes, event->n_bytes, now_ms);
}

static CalTransferAction
then_after_clock(CalTransfer *transfer, const CalTransferEvent *event, int64_t now_ms)
{
  (void)event;
  return cal_transfer_after_clock(transfer, now_ms);
}

static CalTransferAction
then_subscribed(CalTransfer *transfer, const CalTransferEvent *event, int64_t now_ms)
{
  (void)event;
  (void)now_ms;
  return cal_transfer_on_subscribed(transfer);
}

/* What is on its way goes first; the clock is compared as soon as the connection is live. */
static CalTransferAction
on_clock_news(CalTransfer *transfer, int64_t now_ms)
{
  if (transfer->state == CAL_TRANSFER_LIVE)
    return cal_transfer_read_clock(transfer, now_ms);
  transfer->clock_ms = now_ms;
  return cal_transfer_nothing;
}

CalTransferAction
cal_transfer_step(CalTransfer *transfer, const CalTransferEvent *event, int64_t now_ms)
{
  switch (event->kind) {
  case CAL_TRANSFER_OPENED:
    return cal_transfer_on_opened(transfer, now_ms);
  case CAL_TRANSFER_ENDED:
    return on_ended(transfer);
  case CAL_TRANSFER_FEATURE_READ:
    return when(transfer, CAL_TRANSFER_FEATURE, event, now_ms, then_feature);
  case CAL_TRANSFER_CLOCK_READ:
    return when(transfer, CAL_TRANSFER_CLOCK, event, now_ms, cal_transfer_on_clock);
  case CAL_TRANSFER_CLOCK_SET:
    return when(transfer, CAL_TRANSFER_SETTING, event, now_ms, then_after_clock);
  case CAL_TRANSFER_SUBSCRIBED:
    return when(transfer, CAL_TRANSFER_SUBSCRIBING, event, now_ms, then_subscribed);
  case CAL_TRANSFER_LOOKED:
    return when(transfer, CAL_TRANSFER_LOOKING, event, now_ms, cal_transfer_on_looked);
  case CAL_TRANSFER_COMMITTED:
    return cal_transfer_on_committed(transfer);
  case CAL_TRANSFER_STORED:
    return when(transfer, CAL_TRANSFER_STORING, event, now_ms, on_stored);
  case CAL_TRANSFER_STORE_FAILED:
    return on_store_failed(transfer, now_ms);
  case CAL_TRANSFER_RECORD:
    return cal_transfer_on_record(transfer, event, now_ms);
  case CAL_TRANSFER_JUNK:
    return cal_transfer_on_junk(transfer);
  case CAL_TRANSFER_ANSWER:
    return cal_transfer_on_answer(transfer, event, now_ms);
  case CAL_TRANSFER_CALL_FAILED:
    return on_call_failed(transfer, event->fault, now_ms);
  case CAL_TRANSFER_CLOCK_NEWS:
    return on_clock_news(transfer, now_ms);
  case CAL_TRANSFER_TIME:
    return on_time(transfer, now_ms);
  case CAL_TRANSFER_EVENTS:
    return cal_transfer_nothing;
  }
  return cal_transfer_nothing;
}
