/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What to ask next, of what the owner has and misses. */
#include "transfer_parts.h"

static CalTransferAction
ask_first(CalTransfer *transfer, int64_t now_ms)
{
  const CalRecordAccessRequest what = { .opcode = CAL_RECORD_ACCESS_REPORT,
                                        .op = CAL_RECORD_ACCESS_FIRST,
                                        .last = UINT32_MAX };
  return cal_transfer_request(transfer, CAL_TRANSFER_ASK_FIRST, what, now_ms);
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
  return cal_transfer_request(transfer, ask, what, now_ms);
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
  return cal_transfer_enter(transfer, CAL_TRANSFER_LIVE, cal_transfer_earlier(delete_ms, transfer->gap_ms),
                            cal_transfer_nothing);
}

/* The tail is known to be here. */
static CalTransferAction
delete_or_live(CalTransfer *transfer, int64_t now_ms)
{
  if (has_to_delete(transfer) && now_ms >= transfer->delete_ms)
    return cal_transfer_store(transfer, (CalTransferAction){ .kind = CAL_TRANSFER_BARRIER });
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
    cal_transfer_end_pass(transfer);
    return cal_transfer_look(transfer);
  }
  if (transfer->pass == 0) {
    if (cal_transfer_merge_gap(transfer, first, last))
      return cal_transfer_ask_range(transfer, transfer->span_first, transfer->span_last, now_ms);
    if (first != 0)
      return cal_transfer_look(transfer);
  } else if (first != 0) {
    return cal_transfer_single_gap(transfer, first, last, now_ms);
  }
  cal_transfer_end_pass(transfer);
  return transfer->pass < CAL_TRANSFER_PASSES ? cal_transfer_look(transfer) : after_passes(transfer, now_ms);
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

CalTransferAction
cal_transfer_on_looked(CalTransfer *transfer, const CalTransferEvent *event, int64_t now_ms)
{
  transfer->floor = event->floor;
  transfer->settled = event->settled;
  transfer->newest = event->newest;
  cal_transfer_forget_closed_gaps(transfer);
  if (transfer->n_batch > 0 && transfer->floor != 0)
    return cal_transfer_commit(transfer); /* came while there was no floor */
  return decide(transfer, event->gap_first, event->gap_last, now_ms);
}
