/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 *   CLOSED ─OPENED▶ FEATURE ▶ CLOCK ──▶ SETTING ──▶ SUBSCRIBING          (a day later, or on CLOCK_NEWS:
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
#include "transfer.h"

#include <string.h>

static const CalTransferAction nothing = { .kind = CAL_TRANSFER_NOTHING };

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

/* -- Small pieces */

static int64_t
earlier(int64_t a, int64_t b)
{
  return a < b ? a : b;
}

int64_t
cal_transfer_deadline_ms(const CalTransfer *transfer)
{
  const int64_t clock = transfer->state == CAL_TRANSFER_LIVE ? transfer->clock_ms : CAL_TRANSFER_NEVER;
  return earlier(earlier(transfer->step_ms, transfer->commit_ms), clock);
}

bool
cal_transfer_is_set_up(const CalTransfer *transfer)
{
  return transfer->subscribed;
}

static CalTransferAction
enter(CalTransfer *transfer, CalTransferState state, int64_t step_ms, CalTransferAction action)
{
  transfer->state = state;
  transfer->step_ms = step_ms;
  return action;
}

static CalTransferAction
fail(CalTransfer *transfer, CalTransferFault fault)
{
  return enter(transfer, CAL_TRANSFER_FAILED, CAL_TRANSFER_NEVER,
               (CalTransferAction){ .kind = CAL_TRANSFER_FAIL, .fault = fault });
}

static CalTransferAction
commit(CalTransfer *transfer)
{
  transfer->commit_ms = CAL_TRANSFER_NEVER;
  return (CalTransferAction){ .kind = CAL_TRANSFER_COMMIT };
}

static CalTransferAction
look(CalTransfer *transfer)
{
  return enter(transfer, CAL_TRANSFER_LOOKING, CAL_TRANSFER_NEVER,
               (CalTransferAction){ .kind = CAL_TRANSFER_LOOK, .first = transfer->gap_from });
}

/* Commits what is there and looks what to do next. Without a floor nothing may be committed yet. */
static CalTransferAction
evaluate(CalTransfer *transfer)
{
  const CalTransferAction action = look(transfer);
  return transfer->n_batch > 0 && transfer->floor != 0 ? commit(transfer) : action;
}

static CalTransferAction
request(CalTransfer *transfer, CalTransferAsk ask, CalRecordAccessRequest what, int64_t now_ms)
{
  transfer->ask = ask;
  transfer->ask_first = what.sequence;
  transfer->ask_last = what.last;
  transfer->reported = 0;
  transfer->brought = 0;
  transfer->lowest = UINT32_MAX;
  return enter(transfer, CAL_TRANSFER_REQUESTING, now_ms + CAL_TRANSFER_SILENCE_MS,
               (CalTransferAction){ .kind = CAL_TRANSFER_REQUEST, .request = what });
}

static CalTransferAction
rest(CalTransfer *transfer, CalTransferTrouble trouble, int64_t now_ms)
{
  transfer->trouble = trouble;
  transfer->of = 0;
  transfer->misfires = CAL_TRANSFER_MISFIRES_MAX - 1; /* one more try after the rest */
  const bool is_ours = trouble == CAL_TRANSFER_NO_STORE;
  return enter(transfer, CAL_TRANSFER_RESTING,
               now_ms + (is_ours ? CAL_TRANSFER_STORE_MS : CAL_TRANSFER_REST_MS), nothing);
}

/* A procedure came to nothing. */
static CalTransferAction
misfire(CalTransfer *transfer, CalTransferTrouble trouble, int64_t now_ms)
{
  if (++transfer->misfires >= CAL_TRANSFER_MISFIRES_MAX)
    return rest(transfer, trouble, now_ms);
  return evaluate(transfer);
}

static CalTransferAction
abort_procedure(CalTransfer *transfer, int64_t now_ms)
{
  const CalRecordAccessRequest what = { .opcode = CAL_RECORD_ACCESS_ABORT, .op = CAL_RECORD_ACCESS_NULL };
  return enter(transfer, CAL_TRANSFER_ABORTING, now_ms + CAL_TRANSFER_ABORT_MS,
               (CalTransferAction){ .kind = CAL_TRANSFER_REQUEST, .request = what });
}

/* -- Gaps and how often they were asked for */

static CalTransferGap *
find_gap(CalTransfer *transfer, uint32_t first, uint32_t last)
{
  for (unsigned i = 0; i < transfer->n_gaps; i++)
    if (transfer->gaps[i].first == first && transfer->gaps[i].last == last)
      return &transfer->gaps[i];
  return NULL;
}

/* Those at or below settled are closed. */
static void
forget_closed_gaps(CalTransfer *transfer)
{
  unsigned kept = 0;
  for (unsigned i = 0; i < transfer->n_gaps; i++)
    if (transfer->gaps[i].last > transfer->settled)
      transfer->gaps[kept++] = transfer->gaps[i];
  transfer->n_gaps = kept;
}

static void
count_up(uint8_t *count)
{
  if (*count < UINT8_MAX)
    ++*count;
}

/* One more request for it brought nothing. */
static void
count_fruitless(CalTransfer *transfer, uint32_t first, uint32_t last)
{
  CalTransferGap *gap = find_gap(transfer, first, last);
  if (!gap && transfer->n_gaps == CAL_TRANSFER_GAPS_MAX)
    return; /* its turn comes when others are closed */
  if (!gap) {
    gap = &transfer->gaps[transfer->n_gaps++];
    *gap = (CalTransferGap){ .first = first, .last = last };
  }
  if (gap->here == 0)
    count_up(&gap->connections);
  count_up(&gap->requests);
  count_up(&gap->here);
}

static bool
is_lost(const CalTransferGap *gap)
{
  return gap && gap->requests >= CAL_TRANSFER_LOST_AFTER && gap->connections >= 2;
}

static CalTransferAction
store(CalTransfer *transfer, CalTransferAction action)
{
  transfer->storing = action.kind;
  return enter(transfer, CAL_TRANSFER_STORING, CAL_TRANSFER_NEVER, action);
}

static CalTransferAction
mark_lost(CalTransfer *transfer, uint32_t first, uint32_t last)
{
  return store(transfer, (CalTransferAction){ .kind = CAL_TRANSFER_MARK_LOST, .first = first, .last = last });
}

static uint32_t
after(uint32_t sequence)
{
  return sequence == UINT32_MAX ? sequence : sequence + 1;
}

static CalTransferAction
ask_range(CalTransfer *transfer, uint32_t first, uint32_t last, int64_t now_ms)
{
  const CalRecordAccessRequest what = {
    .opcode = CAL_RECORD_ACCESS_REPORT, .op = CAL_RECORD_ACCESS_RANGE, .sequence = first, .last = last
  };
  transfer->span_first = 0;
  transfer->merged = 0;
  transfer->asked++;
  return request(transfer, CAL_TRANSFER_ASK_GAP, what, now_ms);
}

static void
begin_pass(CalTransfer *transfer, unsigned pass, uint32_t from)
{
  transfer->pass = (uint8_t)pass;
  transfer->pass_from = from;
  transfer->gap_from = from;
  transfer->asked = 0;
  transfer->merged = 0;
  transfer->span_first = 0;
}

/* The pass is through. One that asked nothing need not be repeated. */
static void
end_pass(CalTransfer *transfer)
{
  const unsigned next = transfer->asked == 0 ? CAL_TRANSFER_PASSES : transfer->pass + 1u;
  begin_pass(transfer, next, transfer->pass_from);
}

/* The first pass asks for neighbouring gaps in one range: a notification lost in every ten would otherwise
 * cost a request for every ten records. True when it has one to ask for, in *first ... *last. */
static bool
merge_gap(CalTransfer *transfer, uint32_t first, uint32_t last)
{
  if (first != 0 && transfer->span_first == 0)
    transfer->span_first = first;
  else if (first == 0 || first - transfer->span_last > CAL_TRANSFER_MERGE)
    return transfer->span_first != 0;
  transfer->span_last = last;
  transfer->gap_from = after(last);
  return ++transfer->merged >= CAL_TRANSFER_MERGED_MAX || last == UINT32_MAX;
}

/* The pass meets one gap by itself. */
static CalTransferAction
single_gap(CalTransfer *transfer, uint32_t first, uint32_t last, int64_t now_ms)
{
  const CalTransferGap *gap = find_gap(transfer, first, last);
  if (is_lost(gap))
    return mark_lost(transfer, first, last);
  transfer->gap_from = after(last);
  if (gap && gap->here >= CAL_TRANSFER_PASSES - 1)
    return look(transfer);
  return ask_range(transfer, first, last, now_ms);
}

/* -- Deciding what to ask */

static CalTransferAction
ask_first(CalTransfer *transfer, int64_t now_ms)
{
  const CalRecordAccessRequest what = { .opcode = CAL_RECORD_ACCESS_REPORT,
                                        .op = CAL_RECORD_ACCESS_FIRST,
                                        .last = UINT32_MAX };
  return request(transfer, CAL_TRANSFER_ASK_FIRST, what, now_ms);
}

static uint32_t
tail_first(const CalTransfer *transfer)
{
  return transfer->newest >= transfer->floor ? transfer->newest + 1 : transfer->floor;
}

static CalTransferAction
ask_above(CalTransfer *transfer, CalRecordAccessOpcode opcode, CalTransferAsk ask, int64_t now_ms)
{
  const CalRecordAccessRequest what = { .opcode = opcode,
                                        .op = CAL_RECORD_ACCESS_GREATER_OR_EQUAL,
                                        .sequence = tail_first(transfer),
                                        .last = UINT32_MAX };
  return request(transfer, ask, what, now_ms);
}

static CalTransferAction
ask_tail(CalTransfer *transfer, int64_t now_ms)
{
  if (!transfer->number_known)
    return ask_above(transfer, CAL_RECORD_ACCESS_NUMBER, CAL_TRANSFER_ASK_NUMBER, now_ms);
  return ask_above(transfer, CAL_RECORD_ACCESS_REPORT, CAL_TRANSFER_ASK_TAIL, now_ms);
}

static bool
has_to_delete(const CalTransfer *transfer)
{
  return transfer->settled >= transfer->floor && transfer->settled > transfer->deleted;
}

/* All below the horizon had its passes. Above it a gap shows in settled staying behind. */
static bool
has_new_gap(const CalTransfer *transfer)
{
  return transfer->settled < transfer->newest && transfer->newest > transfer->horizon;
}

static CalTransferAction
go_live(CalTransfer *transfer, int64_t now_ms)
{
  const int64_t delete_ms = has_to_delete(transfer) ? transfer->delete_ms : CAL_TRANSFER_NEVER;
  transfer->of = 0;
  if (!has_new_gap(transfer))
    transfer->gap_ms = CAL_TRANSFER_NEVER;
  else if (transfer->gap_ms == CAL_TRANSFER_NEVER)
    transfer->gap_ms = now_ms + CAL_TRANSFER_QUIET_MS;
  return enter(transfer, CAL_TRANSFER_LIVE, earlier(delete_ms, transfer->gap_ms), nothing);
}

/* The tail is known to be here. */
static CalTransferAction
delete_or_live(CalTransfer *transfer, int64_t now_ms)
{
  if (has_to_delete(transfer) && now_ms >= transfer->delete_ms)
    return store(transfer, (CalTransferAction){ .kind = CAL_TRANSFER_BARRIER });
  return go_live(transfer, now_ms);
}

static CalTransferAction
decide_after_gaps(CalTransfer *transfer, int64_t now_ms)
{
  if (!transfer->tail_done && transfer->newest != UINT32_MAX)
    return ask_tail(transfer, now_ms);
  return delete_or_live(transfer, now_ms);
}

static CalTransferAction
after_passes(CalTransfer *transfer, int64_t now_ms)
{
  transfer->horizon = transfer->newest;
  return decide_after_gaps(transfer, now_ms);
}

/* A pass over the gaps, one LOOK at a time. */
static CalTransferAction
decide_gap(CalTransfer *transfer, uint32_t first, uint32_t last, int64_t now_ms)
{
  if (transfer->asked >= CAL_TRANSFER_PASS_MAX) {
    end_pass(transfer);
    return look(transfer);
  }
  if (transfer->pass == 0) {
    if (merge_gap(transfer, first, last))
      return ask_range(transfer, transfer->span_first, transfer->span_last, now_ms);
    if (first != 0)
      return look(transfer);
  } else if (first != 0) {
    return single_gap(transfer, first, last, now_ms);
  }
  end_pass(transfer);
  return transfer->pass < CAL_TRANSFER_PASSES ? look(transfer) : after_passes(transfer, now_ms);
}

static CalTransferAction
decide(CalTransfer *transfer, uint32_t gap_first, uint32_t gap_last, int64_t now_ms)
{
  if (transfer->floor == 0)
    return transfer->tag_is_empty ? go_live(transfer, now_ms) : ask_first(transfer, now_ms);
  if (transfer->pass < CAL_TRANSFER_PASSES)
    return decide_gap(transfer, gap_first, gap_last, now_ms);
  return decide_after_gaps(transfer, now_ms);
}

static CalTransferAction
on_looked(CalTransfer *transfer, const CalTransferEvent *event, int64_t now_ms)
{
  transfer->floor = event->floor;
  transfer->settled = event->settled;
  transfer->newest = event->newest;
  forget_closed_gaps(transfer);
  if (transfer->n_batch > 0 && transfer->floor != 0)
    return commit(transfer); /* came while there was no floor */
  return decide(transfer, event->gap_first, event->gap_last, now_ms);
}

/* -- Setting up */

static void
begin_connection(CalTransfer *transfer)
{
  const uint32_t log_id = transfer->feature.log_id;
  const CalTransfer before = *transfer;
  cal_transfer_init(transfer);
  transfer->feature.log_id = log_id;
  transfer->junk = before.junk;
  transfer->trouble = before.trouble;
  transfer->n_gaps = before.n_gaps;
  memcpy(transfer->gaps, before.gaps, sizeof transfer->gaps);
  for (unsigned i = 0; i < transfer->n_gaps; i++)
    transfer->gaps[i].here = 0;
}

static CalTransferAction
on_opened(CalTransfer *transfer, int64_t now_ms)
{
  begin_connection(transfer);
  return enter(transfer, CAL_TRANSFER_FEATURE, now_ms + CAL_TRANSFER_SETUP_MS,
               (CalTransferAction){ .kind = CAL_TRANSFER_READ_FEATURE });
}

static CalTransferAction
read_clock(CalTransfer *transfer, int64_t now_ms)
{
  transfer->clock_ms = now_ms + CAL_TRANSFER_CLOCK_MS;
  return enter(transfer, CAL_TRANSFER_CLOCK, now_ms + CAL_TRANSFER_SETUP_MS,
               (CalTransferAction){ .kind = CAL_TRANSFER_READ_CLOCK });
}

static CalTransferAction
on_feature(CalTransfer *transfer, const uint8_t *bytes, size_t n_bytes, int64_t now_ms)
{
  const uint32_t log_id = transfer->feature.log_id;
  switch (cal_tag_feature_decode(bytes, n_bytes, &transfer->feature)) {
  case CAL_TAG_FEATURE_OK:
    if (transfer->feature.log_id != log_id)
      transfer->n_gaps = 0; /* the old log is closed with its gaps */
    return read_clock(transfer, now_ms);
  case CAL_TAG_FEATURE_NEWER:
    return fail(transfer, CAL_TRANSFER_FAULT_VERSION);
  case CAL_TAG_FEATURE_BROKEN:
    return fail(transfer, CAL_TRANSFER_FAULT_PROTOCOL);
  }
  return fail(transfer, CAL_TRANSFER_FAULT_PROTOCOL);
}

static CalTransferAction
after_clock(CalTransfer *transfer, int64_t now_ms)
{
  if (transfer->subscribed)
    return evaluate(transfer);
  return enter(transfer, CAL_TRANSFER_SUBSCRIBING, now_ms + CAL_TRANSFER_SETUP_MS,
               (CalTransferAction){ .kind = CAL_TRANSFER_SUBSCRIBE });
}

static bool
is_off(const CalTagClock *clock, CalInstant host_now)
{
  const CalInstant ahead = (CalInstant)clock->time - host_now;
  return clock->time == 0 || ahead > CAL_TRANSFER_CLOCK_OFF_S || ahead < -CAL_TRANSFER_CLOCK_OFF_S;
}

static CalTransferAction
on_clock(CalTransfer *transfer, const CalTransferEvent *event, int64_t now_ms)
{
  CalTagClock clock;
  if (!cal_tag_clock_decode(event->bytes, event->n_bytes, &clock))
    return fail(transfer, CAL_TRANSFER_FAULT_PROTOCOL);
  const bool representable = event->host_now > 0 && event->host_now <= UINT32_MAX;
  transfer->clock_left_alone = !event->host_believable || !representable;
  if (transfer->clock_left_alone || !is_off(&clock, event->host_now))
    return after_clock(transfer, now_ms);
  return enter(
      transfer, CAL_TRANSFER_SETTING, now_ms + CAL_TRANSFER_SETUP_MS,
      (CalTransferAction){ .kind = CAL_TRANSFER_WRITE_CLOCK, .clock_time = (uint32_t)event->host_now });
}

static CalTransferAction
on_subscribed(CalTransfer *transfer)
{
  transfer->subscribed = true;
  return evaluate(transfer);
}

/* -- Records */

static uint32_t
sequence_of(const uint8_t *bytes)
{
  return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* What is left out here was not committed, so that it is asked for again. */
static void
leave_out(CalTransfer *transfer)
{
  transfer->tail_done = false;
  transfer->tag_is_empty = false;
}

static void
keep_time(CalTransfer *transfer, int64_t now_ms)
{
  if (transfer->state == CAL_TRANSFER_REQUESTING)
    transfer->step_ms = now_ms + CAL_TRANSFER_SILENCE_MS;
  if (transfer->state == CAL_TRANSFER_QUIET)
    transfer->step_ms = earlier(now_ms + CAL_TRANSFER_QUIET_MS, transfer->quiet_end_ms);
}

static void
count_record(CalTransfer *transfer, uint32_t sequence)
{
  transfer->tag_is_empty = false;
  transfer->done++;
  transfer->reported++;
  if (sequence < transfer->ask_first || sequence > transfer->ask_last)
    return;
  transfer->brought++;
  transfer->lowest = sequence < transfer->lowest ? sequence : transfer->lowest;
}

static CalTransferAction
take_record(CalTransfer *transfer, const uint8_t *bytes, int64_t now_ms)
{
  count_record(transfer, sequence_of(bytes));
  keep_time(transfer, now_ms);
  if (transfer->state == CAL_TRANSFER_REQUESTING && transfer->reported > CAL_TRANSFER_REPORT_MAX)
    return abort_procedure(transfer, now_ms);
  if (transfer->n_batch == CAL_TRANSFER_BATCH_MAX) {
    leave_out(transfer);
    return nothing;
  }
  memcpy(transfer->batch[transfer->n_batch++], bytes, CAL_RECORD_SIZE);
  if (transfer->n_batch == CAL_TRANSFER_BATCH_MAX && transfer->floor != 0)
    return commit(transfer);
  if (transfer->commit_ms == CAL_TRANSFER_NEVER)
    transfer->commit_ms = now_ms + CAL_TRANSFER_BATCH_MS;
  return nothing;
}

static CalTransferAction
on_record(CalTransfer *transfer, const uint8_t *bytes, int64_t now_ms)
{
  switch (transfer->state) {
  case CAL_TRANSFER_CLOSED:  /* of a session that is over, or under a log id that is not read yet: */
  case CAL_TRANSFER_FEATURE: /* the tag still has it */
  case CAL_TRANSFER_FAILED:
  case CAL_TRANSFER_STATES:
    return nothing;
  case CAL_TRANSFER_CLOCK:
  case CAL_TRANSFER_SETTING:
  case CAL_TRANSFER_SUBSCRIBING: /* notifications of an earlier session that BlueZ resumed by itself */
    if (!transfer->subscribed)
      return nothing;
    return take_record(transfer, bytes, now_ms);
  case CAL_TRANSFER_LOOKING:
  case CAL_TRANSFER_STORING:
  case CAL_TRANSFER_REQUESTING:
  case CAL_TRANSFER_QUIET:
  case CAL_TRANSFER_ABORTING:
  case CAL_TRANSFER_LIVE:
  case CAL_TRANSFER_RESTING:
    return take_record(transfer, bytes, now_ms);
  }
  return nothing;
}

static CalTransferAction
on_junk(CalTransfer *transfer)
{
  transfer->junk++;
  return nothing;
}

static CalTransferAction
on_record_or_junk(CalTransfer *transfer, const CalTransferEvent *event, int64_t now_ms)
{
  if (event->n_bytes != CAL_RECORD_SIZE || sequence_of(event->bytes) == 0)
    return on_junk(transfer);
  return on_record(transfer, event->bytes, now_ms);
}

static CalTransferAction
on_committed(CalTransfer *transfer)
{
  transfer->n_batch = 0;
  transfer->commit_ms = CAL_TRANSFER_NEVER;
  switch (transfer->state) {
  case CAL_TRANSFER_LOOKING:
    return look(transfer);
  case CAL_TRANSFER_LIVE:
    return evaluate(transfer);
  case CAL_TRANSFER_CLOSED:
  case CAL_TRANSFER_FEATURE:
  case CAL_TRANSFER_CLOCK:
  case CAL_TRANSFER_SETTING:
  case CAL_TRANSFER_SUBSCRIBING:
  case CAL_TRANSFER_STORING:
  case CAL_TRANSFER_REQUESTING:
  case CAL_TRANSFER_QUIET:
  case CAL_TRANSFER_ABORTING:
  case CAL_TRANSFER_RESTING:
  case CAL_TRANSFER_FAILED:
  case CAL_TRANSFER_STATES:
    return nothing;
  }
  return nothing;
}

/* -- What became of a procedure */

static CalTransferAction
wait_for_silence(CalTransfer *transfer, int64_t now_ms)
{
  transfer->quiet_end_ms = now_ms + CAL_TRANSFER_SILENCE_MS;
  return enter(transfer, CAL_TRANSFER_QUIET, now_ms + CAL_TRANSFER_QUIET_MS, nothing);
}

static CalTransferAction
set_floor(CalTransfer *transfer)
{
  return store(transfer, (CalTransferAction){ .kind = CAL_TRANSFER_SET_FLOOR, .first = transfer->lowest });
}

/* What a tail brought shows in newest; whether it left gaps, in settled. */
static void
judge_tail(CalTransfer *transfer)
{
  if (transfer->brought == 0) {
    transfer->tail_done = ++transfer->empty_tails >= 2;
    return;
  }
  transfer->empty_tails = 0;
  begin_pass(transfer, 0, after(transfer->horizon));
}

/* A report is over, and nothing more is expected of it. */
static CalTransferAction
conclude_report(CalTransfer *transfer, int64_t now_ms)
{
  switch (transfer->ask) {
  case CAL_TRANSFER_ASK_FIRST:
    return transfer->brought > 0 ? set_floor(transfer) : misfire(transfer, CAL_TRANSFER_LOST_WORD, now_ms);
  case CAL_TRANSFER_ASK_GAP:
    if (transfer->brought == 0 && transfer->pass > 0)
      count_fruitless(transfer, transfer->ask_first, transfer->ask_last);
    return evaluate(transfer);
  case CAL_TRANSFER_ASK_TAIL:
    judge_tail(transfer);
    return evaluate(transfer);
  case CAL_TRANSFER_ASK_NUMBER:
  case CAL_TRANSFER_ASK_DELETE:
    return evaluate(transfer);
  }
  return evaluate(transfer);
}

/* Success, says the tag. Of a tail or a short range it shows at once whether all came. */
static CalTransferAction
on_success(CalTransfer *transfer, int64_t now_ms)
{
  transfer->trouble = CAL_TRANSFER_FINE;
  switch (transfer->ask) {
  case CAL_TRANSFER_ASK_FIRST:
    return wait_for_silence(transfer, now_ms);
  case CAL_TRANSFER_ASK_GAP:
    if (transfer->brought > transfer->ask_last - transfer->ask_first)
      return conclude_report(transfer, now_ms);
    return wait_for_silence(transfer, now_ms);
  case CAL_TRANSFER_ASK_TAIL:
    if (transfer->of > 0 && transfer->done >= transfer->of)
      return conclude_report(transfer, now_ms);
    return wait_for_silence(transfer, now_ms);
  case CAL_TRANSFER_ASK_NUMBER:
    transfer->number_known = true;
    return evaluate(transfer);
  case CAL_TRANSFER_ASK_DELETE:
    transfer->deleted = transfer->ask_first;
    return evaluate(transfer);
  }
  return evaluate(transfer);
}

/* Nothing there, says the tag. If records came all the same, it is the answer that is wrong. */
static CalTransferAction
on_no_records(CalTransfer *transfer, int64_t now_ms)
{
  transfer->trouble = CAL_TRANSFER_FINE;
  if (transfer->ask != CAL_TRANSFER_ASK_DELETE && transfer->brought > 0)
    return wait_for_silence(transfer, now_ms);
  switch (transfer->ask) {
  case CAL_TRANSFER_ASK_FIRST:
    transfer->tag_is_empty = true;
    return evaluate(transfer);
  case CAL_TRANSFER_ASK_GAP:
    return mark_lost(transfer, transfer->ask_first, transfer->ask_last);
  case CAL_TRANSFER_ASK_TAIL:
    transfer->tail_done = true;
    return evaluate(transfer);
  case CAL_TRANSFER_ASK_NUMBER:
  case CAL_TRANSFER_ASK_DELETE:
    return on_success(transfer, now_ms);
  }
  return evaluate(transfer);
}

static CalTransferAction
on_code(CalTransfer *transfer, uint8_t code, int64_t now_ms)
{
  switch ((CalRecordAccessCode)code) {
  case CAL_RECORD_ACCESS_SUCCESS:
    return on_success(transfer, now_ms);
  case CAL_RECORD_ACCESS_NO_RECORDS:
    return on_no_records(transfer, now_ms);
  case CAL_RECORD_ACCESS_NOT_COMPLETED: /* what came is kept; the rest is asked for again */
    return misfire(transfer, CAL_TRANSFER_CONFUSED, now_ms);
  case CAL_RECORD_ACCESS_OPCODE_UNSUPPORTED: /* all of these a version 1 tag serves */
  case CAL_RECORD_ACCESS_OPERATOR_INVALID:
  case CAL_RECORD_ACCESS_OPERATOR_UNSUPPORTED:
  case CAL_RECORD_ACCESS_OPERAND_INVALID:
  case CAL_RECORD_ACCESS_OPERAND_UNSUPPORTED:
  case CAL_RECORD_ACCESS_ABORT_FAILED:
    break;
  }
  if (transfer->ask != CAL_TRANSFER_ASK_NUMBER)
    return misfire(transfer, CAL_TRANSFER_CONFUSED, now_ms);
  transfer->number_known = true; /* we can do without */
  return evaluate(transfer);
}

static CalRecordAccessOpcode
opcode_of(CalTransferAsk ask)
{
  switch (ask) {
  case CAL_TRANSFER_ASK_FIRST:
  case CAL_TRANSFER_ASK_GAP:
  case CAL_TRANSFER_ASK_TAIL:
    return CAL_RECORD_ACCESS_REPORT;
  case CAL_TRANSFER_ASK_NUMBER:
    return CAL_RECORD_ACCESS_NUMBER;
  case CAL_TRANSFER_ASK_DELETE:
    return CAL_RECORD_ACCESS_DELETE;
  }
  return CAL_RECORD_ACCESS_REPORT;
}

static CalTransferAction
on_answer_to_request(CalTransfer *transfer, const CalRecordAccessAnswer *answer, int64_t now_ms)
{
  if (answer->request != (uint8_t)opcode_of(transfer->ask))
    return on_junk(transfer);
  if (answer->is_number) {
    transfer->done = 0;
    transfer->of = answer->number;
  }
  return on_code(transfer, answer->code, now_ms);
}

/* Any answer ends the waiting: that of the abort, or that of a procedure which it came too late to end. */
static CalTransferAction
on_answer_to_abort(CalTransfer *transfer, const CalRecordAccessAnswer *answer, int64_t now_ms)
{
  if (answer->request != CAL_RECORD_ACCESS_ABORT)
    return nothing;
  return misfire(transfer, CAL_TRANSFER_SILENT, now_ms);
}

static CalTransferAction
on_answer(CalTransfer *transfer, const CalTransferEvent *event, int64_t now_ms)
{
  CalRecordAccessAnswer answer;
  if (!cal_record_access_answer_decode(event->bytes, event->n_bytes, &answer))
    return on_junk(transfer);
  switch (transfer->state) {
  case CAL_TRANSFER_REQUESTING:
    return on_answer_to_request(transfer, &answer, now_ms);
  case CAL_TRANSFER_ABORTING:
    return on_answer_to_abort(transfer, &answer, now_ms);
  case CAL_TRANSFER_CLOSED: /* nobody asked */
  case CAL_TRANSFER_FEATURE:
  case CAL_TRANSFER_CLOCK:
  case CAL_TRANSFER_SETTING:
  case CAL_TRANSFER_SUBSCRIBING:
  case CAL_TRANSFER_LOOKING:
  case CAL_TRANSFER_STORING:
  case CAL_TRANSFER_QUIET:
  case CAL_TRANSFER_LIVE:
  case CAL_TRANSFER_RESTING:
  case CAL_TRANSFER_FAILED:
  case CAL_TRANSFER_STATES:
    return on_junk(transfer);
  }
  return nothing;
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
  return request(transfer, CAL_TRANSFER_ASK_DELETE, what, now_ms);
}

static CalTransferAction
on_stored(CalTransfer *transfer, const CalTransferEvent *event, int64_t now_ms)
{
  (void)event;
  if (transfer->storing == CAL_TRANSFER_BARRIER)
    return delete_settled(transfer, now_ms);
  return evaluate(transfer);
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
    leave_out(transfer);
    return rest(transfer, CAL_TRANSFER_NO_STORE, now_ms);
  case CAL_TRANSFER_CLOSED:
  case CAL_TRANSFER_FEATURE:
  case CAL_TRANSFER_SUBSCRIBING:
  case CAL_TRANSFER_FAILED:
  case CAL_TRANSFER_STATES:
    return nothing;
  }
  return nothing;
}

/* -- What fails, and time */

static CalTransferAction
subscribe_again(CalTransfer *transfer, int64_t now_ms)
{
  if (++transfer->misfires >= CAL_TRANSFER_MISFIRES_MAX)
    return rest(transfer, CAL_TRANSFER_CONFUSED, now_ms);
  return enter(transfer, CAL_TRANSFER_SUBSCRIBING, now_ms + CAL_TRANSFER_SETUP_MS,
               (CalTransferAction){ .kind = CAL_TRANSFER_SUBSCRIBE });
}

static CalTransferAction
request_failed(CalTransfer *transfer, CalTransferFault fault, int64_t now_ms)
{
  switch (fault) {
  case CAL_TRANSFER_FAULT_AUTH:
    return fail(transfer, fault);
  case CAL_TRANSFER_FAULT_BUSY: /* one that an earlier session of ours began */
    return abort_procedure(transfer, now_ms);
  case CAL_TRANSFER_FAULT_UNSUBSCRIBED:
    return subscribe_again(transfer, now_ms);
  case CAL_TRANSFER_FAULT_GONE:
    return nothing;
  case CAL_TRANSFER_FAULT_VERSION:
  case CAL_TRANSFER_FAULT_PROTOCOL:
  case CAL_TRANSFER_FAULT_OTHER:
    return misfire(transfer, CAL_TRANSFER_CONFUSED, now_ms);
  }
  return nothing;
}

/* A look at the clock in a running session is no reason to end it. */
static CalTransferAction
setup_failed(CalTransfer *transfer, CalTransferFault fault)
{
  if (fault == CAL_TRANSFER_FAULT_GONE)
    return nothing; /* its end comes, or the deadline */
  if (transfer->subscribed && fault != CAL_TRANSFER_FAULT_AUTH)
    return evaluate(transfer);
  return fail(transfer, fault);
}

static CalTransferAction
on_call_failed(CalTransfer *transfer, CalTransferFault fault, int64_t now_ms)
{
  switch (transfer->state) {
  case CAL_TRANSFER_FEATURE:
  case CAL_TRANSFER_CLOCK:
  case CAL_TRANSFER_SETTING:
  case CAL_TRANSFER_SUBSCRIBING:
    return setup_failed(transfer, fault);
  case CAL_TRANSFER_REQUESTING:
    return request_failed(transfer, fault, now_ms);
  case CAL_TRANSFER_ABORTING:
    return misfire(transfer, CAL_TRANSFER_CONFUSED, now_ms);
  case CAL_TRANSFER_CLOSED: /* the tag's answer overtook it */
  case CAL_TRANSFER_LOOKING:
  case CAL_TRANSFER_STORING:
  case CAL_TRANSFER_QUIET:
  case CAL_TRANSFER_LIVE:
  case CAL_TRANSFER_RESTING:
  case CAL_TRANSFER_FAILED:
  case CAL_TRANSFER_STATES:
    return nothing;
  }
  return nothing;
}

/* A delete is due, or a new gap had its time to fill. */
static CalTransferAction
look_from_live(CalTransfer *transfer, int64_t now_ms)
{
  if (now_ms >= transfer->gap_ms) {
    transfer->gap_ms = CAL_TRANSFER_NEVER;
    begin_pass(transfer, 1, after(transfer->horizon));
  }
  return evaluate(transfer);
}

static CalTransferAction
wake_from_rest(CalTransfer *transfer)
{
  transfer->tail_done = false;
  transfer->empty_tails = 0;
  begin_pass(transfer, 0, 0);
  return evaluate(transfer);
}

static CalTransferAction
on_step_time(CalTransfer *transfer, int64_t now_ms)
{
  switch (transfer->state) {
  case CAL_TRANSFER_FEATURE:
  case CAL_TRANSFER_CLOCK:
  case CAL_TRANSFER_SETTING:
  case CAL_TRANSFER_SUBSCRIBING:
    return setup_failed(transfer, CAL_TRANSFER_FAULT_OTHER);
  case CAL_TRANSFER_REQUESTING:
    return abort_procedure(transfer, now_ms);
  case CAL_TRANSFER_QUIET:
    return conclude_report(transfer, now_ms);
  case CAL_TRANSFER_ABORTING:
    return misfire(transfer, CAL_TRANSFER_SILENT, now_ms);
  case CAL_TRANSFER_LIVE:
    return look_from_live(transfer, now_ms);
  case CAL_TRANSFER_RESTING:
    return wake_from_rest(transfer);
  case CAL_TRANSFER_CLOSED: /* these have no deadline */
  case CAL_TRANSFER_LOOKING:
  case CAL_TRANSFER_STORING:
  case CAL_TRANSFER_FAILED:
  case CAL_TRANSFER_STATES:
    return nothing;
  }
  return nothing;
}

/* The batch is due. In a live connection it is looked at what it changed. */
static CalTransferAction
on_batch_time(CalTransfer *transfer)
{
  transfer->commit_ms = CAL_TRANSFER_NEVER;
  if (transfer->state == CAL_TRANSFER_LIVE)
    return evaluate(transfer);
  return transfer->floor != 0 && transfer->n_batch > 0 ? commit(transfer) : nothing;
}

static CalTransferAction
on_time(CalTransfer *transfer, int64_t now_ms)
{
  if (now_ms >= transfer->commit_ms)
    return on_batch_time(transfer);
  if (now_ms >= transfer->step_ms)
    return on_step_time(transfer, now_ms);
  if (transfer->state == CAL_TRANSFER_LIVE && now_ms >= transfer->clock_ms)
    return read_clock(transfer, now_ms);
  return nothing;
}

static CalTransferAction
on_ended(CalTransfer *transfer)
{
  const bool keep = transfer->n_batch > 0 && transfer->floor != 0;
  transfer->subscribed = false;
  transfer->of = 0;
  transfer->commit_ms = CAL_TRANSFER_NEVER;
  return enter(transfer, CAL_TRANSFER_CLOSED, CAL_TRANSFER_NEVER,
               keep ? (CalTransferAction){ .kind = CAL_TRANSFER_COMMIT } : nothing);
}

/* -- The step */

/* What only one state waits for. */
static CalTransferAction
when(CalTransfer *transfer, CalTransferState state, const CalTransferEvent *event, int64_t now_ms,
     CalTransferAction (*then)(CalTransfer *, const CalTransferEvent *, int64_t))
{
  return transfer->state == state ? then(transfer, event, now_ms) : nothing;
}

static CalTransferAction
then_feature(CalTransfer *transfer, const CalTransferEvent *event, int64_t now_ms)
{
  return on_feature(transfer, event->bytes, event->n_bytes, now_ms);
}

static CalTransferAction
then_after_clock(CalTransfer *transfer, const CalTransferEvent *event, int64_t now_ms)
{
  (void)event;
  return after_clock(transfer, now_ms);
}

static CalTransferAction
then_subscribed(CalTransfer *transfer, const CalTransferEvent *event, int64_t now_ms)
{
  (void)event;
  (void)now_ms;
  return on_subscribed(transfer);
}

static CalTransferAction
then_read_clock(CalTransfer *transfer, const CalTransferEvent *event, int64_t now_ms)
{
  (void)event;
  return read_clock(transfer, now_ms);
}

CalTransferAction
cal_transfer_step(CalTransfer *transfer, const CalTransferEvent *event, int64_t now_ms)
{
  switch (event->kind) {
  case CAL_TRANSFER_OPENED:
    return on_opened(transfer, now_ms);
  case CAL_TRANSFER_ENDED:
    return on_ended(transfer);
  case CAL_TRANSFER_FEATURE_READ:
    return when(transfer, CAL_TRANSFER_FEATURE, event, now_ms, then_feature);
  case CAL_TRANSFER_CLOCK_READ:
    return when(transfer, CAL_TRANSFER_CLOCK, event, now_ms, on_clock);
  case CAL_TRANSFER_CLOCK_SET:
    return when(transfer, CAL_TRANSFER_SETTING, event, now_ms, then_after_clock);
  case CAL_TRANSFER_SUBSCRIBED:
    return when(transfer, CAL_TRANSFER_SUBSCRIBING, event, now_ms, then_subscribed);
  case CAL_TRANSFER_LOOKED:
    return when(transfer, CAL_TRANSFER_LOOKING, event, now_ms, on_looked);
  case CAL_TRANSFER_COMMITTED:
    return on_committed(transfer);
  case CAL_TRANSFER_STORED:
    return when(transfer, CAL_TRANSFER_STORING, event, now_ms, on_stored);
  case CAL_TRANSFER_STORE_FAILED:
    return on_store_failed(transfer, now_ms);
  case CAL_TRANSFER_RECORD:
    return on_record_or_junk(transfer, event, now_ms);
  case CAL_TRANSFER_JUNK:
    return on_junk(transfer);
  case CAL_TRANSFER_ANSWER:
    return on_answer(transfer, event, now_ms);
  case CAL_TRANSFER_CALL_FAILED:
    return on_call_failed(transfer, event->fault, now_ms);
  case CAL_TRANSFER_CLOCK_NEWS:
    return when(transfer, CAL_TRANSFER_LIVE, event, now_ms, then_read_clock);
  case CAL_TRANSFER_TIME:
    return on_time(transfer, now_ms);
  case CAL_TRANSFER_EVENTS:
    return nothing;
  }
  return nothing;
}
