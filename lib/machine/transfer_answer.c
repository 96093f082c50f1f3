/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What became of a procedure on the tag. */
#include "transfer_parts.h"

static CalTransferAction
wait_for_silence(CalTransfer *transfer, int64_t now_ms)
{
  transfer->quiet_end_ms = now_ms + CAL_TRANSFER_SILENCE_MS;
  return cal_transfer_enter(transfer, CAL_TRANSFER_QUIET, now_ms + CAL_TRANSFER_QUIET_MS,
                            cal_transfer_nothing);
}

static CalTransferAction
set_floor(CalTransfer *transfer)
{
  return cal_transfer_store(transfer,
                            (CalTransferAction){ .kind = CAL_TRANSFER_SET_FLOOR, .first = transfer->lowest });
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
  cal_transfer_begin_pass(transfer, 0, cal_transfer_after(transfer->horizon));
}

/* A report is over, and nothing more is expected of it. */
CalTransferAction
cal_transfer_conclude(CalTransfer *transfer, int64_t now_ms)
{
  switch (transfer->ask) {
  case CAL_TRANSFER_ASK_FIRST:
    return transfer->brought > 0 ? set_floor(transfer)
                                 : cal_transfer_misfire(transfer, CAL_TRANSFER_LOST_WORD, now_ms);
  case CAL_TRANSFER_ASK_GAP:
    if (transfer->brought == 0 && transfer->pass > 0)
      cal_transfer_count_fruitless(transfer, transfer->ask_first, transfer->ask_last);
    return cal_transfer_evaluate(transfer);
  case CAL_TRANSFER_ASK_TAIL:
    judge_tail(transfer);
    return cal_transfer_evaluate(transfer);
  case CAL_TRANSFER_ASK_NUMBER:
  case CAL_TRANSFER_ASK_DELETE:
    return cal_transfer_evaluate(transfer);
  }
  return cal_transfer_evaluate(transfer);
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
      return cal_transfer_conclude(transfer, now_ms);
    return wait_for_silence(transfer, now_ms);
  case CAL_TRANSFER_ASK_TAIL:
    if (transfer->of > 0 && transfer->done >= transfer->of)
      return cal_transfer_conclude(transfer, now_ms);
    return wait_for_silence(transfer, now_ms);
  case CAL_TRANSFER_ASK_NUMBER:
    transfer->number_known = true;
    return cal_transfer_evaluate(transfer);
  case CAL_TRANSFER_ASK_DELETE:
    transfer->deleted = transfer->ask_first;
    return cal_transfer_evaluate(transfer);
  }
  return cal_transfer_evaluate(transfer);
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
    return cal_transfer_evaluate(transfer);
  case CAL_TRANSFER_ASK_GAP:
    return cal_transfer_mark_lost(transfer, transfer->ask_first, transfer->ask_last);
  case CAL_TRANSFER_ASK_TAIL:
    transfer->tail_done = true;
    return cal_transfer_evaluate(transfer);
  case CAL_TRANSFER_ASK_NUMBER:
  case CAL_TRANSFER_ASK_DELETE:
    return on_success(transfer, now_ms);
  }
  return cal_transfer_evaluate(transfer);
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
    return cal_transfer_misfire(transfer, CAL_TRANSFER_CONFUSED, now_ms);
  case CAL_RECORD_ACCESS_OPCODE_UNSUPPORTED: /* all of these a version 1 tag serves */
  case CAL_RECORD_ACCESS_OPERATOR_INVALID:
  case CAL_RECORD_ACCESS_OPERATOR_UNSUPPORTED:
  case CAL_RECORD_ACCESS_OPERAND_INVALID:
  case CAL_RECORD_ACCESS_OPERAND_UNSUPPORTED:
  case CAL_RECORD_ACCESS_ABORT_FAILED:
    break;
  }
  if (transfer->ask != CAL_TRANSFER_ASK_NUMBER)
    return cal_transfer_misfire(transfer, CAL_TRANSFER_CONFUSED, now_ms);
  transfer->number_known = true; /* we can do without */
  return cal_transfer_evaluate(transfer);
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
    return cal_transfer_on_junk(transfer);
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
    return cal_transfer_nothing;
  return cal_transfer_misfire(transfer, CAL_TRANSFER_SILENT, now_ms);
}

CalTransferAction
cal_transfer_on_answer(CalTransfer *transfer, const CalTransferEvent *event, int64_t now_ms)
{
  CalRecordAccessAnswer answer;
  if (!cal_record_access_answer_decode(event->bytes, event->n_bytes, &answer))
    return cal_transfer_on_junk(transfer);
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
    return cal_transfer_on_junk(transfer);
  }
  return cal_transfer_nothing;
}

CalTransferAction
cal_transfer_request_failed(CalTransfer *transfer, CalTransferFault fault, int64_t now_ms)
{
  switch (fault) {
  case CAL_TRANSFER_FAULT_AUTH:
    return cal_transfer_fail(transfer, fault);
  case CAL_TRANSFER_FAULT_BUSY: /* one that an earlier session of ours began */
    return cal_transfer_abort(transfer, now_ms);
  case CAL_TRANSFER_FAULT_UNSUBSCRIBED:
    return cal_transfer_subscribe_again(transfer, now_ms);
  case CAL_TRANSFER_FAULT_GONE:
    return cal_transfer_nothing;
  case CAL_TRANSFER_FAULT_VERSION:
  case CAL_TRANSFER_FAULT_PROTOCOL:
  case CAL_TRANSFER_FAULT_OTHER:
    return cal_transfer_misfire(transfer, CAL_TRANSFER_CONFUSED, now_ms);
  }
  return cal_transfer_nothing;
}
