/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the files of the transfer use of one another; transfer.h is what others use of it.
 *
 *   transfer.c          the drawing, time, and which event goes where
 *   transfer_moves.c    the moves that all make: enter a state, ask, rest, give up
 *   transfer_setup.c    Feature, clock, subscriptions
 *   transfer_records.c  records and their batch
 *   transfer_ask.c      what to ask next
 *   transfer_gaps.c     gaps and the passes over them
 *   transfer_answer.c   what became of what was asked
 */
#ifndef CAL_MACHINE_TRANSFER_PARTS_H
#define CAL_MACHINE_TRANSFER_PARTS_H

#include "transfer.h"

static const CalTransferAction cal_transfer_nothing = { .kind = CAL_TRANSFER_NOTHING };

static inline int64_t
cal_transfer_earlier(int64_t a, int64_t b)
{
  return a < b ? a : b;
}

static inline uint32_t
cal_transfer_after(uint32_t sequence)
{
  return sequence == UINT32_MAX ? sequence : sequence + 1;
}

/* -- Moves. look() leaves out what is in the batch, evaluate() commits it first. */
CalTransferAction cal_transfer_enter(CalTransfer *transfer, CalTransferState state, int64_t step_ms,
                                     CalTransferAction action);
CalTransferAction cal_transfer_fail(CalTransfer *transfer, CalTransferFault fault);
CalTransferAction cal_transfer_commit(CalTransfer *transfer);
CalTransferAction cal_transfer_look(CalTransfer *transfer);
CalTransferAction cal_transfer_evaluate(CalTransfer *transfer);
CalTransferAction cal_transfer_request(CalTransfer *transfer, CalTransferAsk ask, CalRecordAccessRequest what,
                                       int64_t now_ms);
CalTransferAction cal_transfer_rest(CalTransfer *transfer, CalTransferTrouble trouble, int64_t now_ms);
CalTransferAction cal_transfer_misfire(CalTransfer *transfer, CalTransferTrouble trouble, int64_t now_ms);
CalTransferAction cal_transfer_abort(CalTransfer *transfer, int64_t now_ms);
CalTransferAction cal_transfer_store(CalTransfer *transfer, CalTransferAction action);
CalTransferAction cal_transfer_mark_lost(CalTransfer *transfer, uint32_t first, uint32_t last);

/* -- Gaps. merge_gap() is true when it has one range to ask for. */
void cal_transfer_forget_closed_gaps(CalTransfer *transfer);
void cal_transfer_count_fruitless(CalTransfer *transfer, uint32_t first, uint32_t last);
CalTransferAction cal_transfer_ask_range(CalTransfer *transfer, uint32_t first, uint32_t last,
                                         int64_t now_ms);
void cal_transfer_begin_pass(CalTransfer *transfer, unsigned pass, uint32_t from);
void cal_transfer_end_pass(CalTransfer *transfer);
bool cal_transfer_merge_gap(CalTransfer *transfer, uint32_t first, uint32_t last);
CalTransferAction cal_transfer_single_gap(CalTransfer *transfer, uint32_t first, uint32_t last,
                                          int64_t now_ms);

/* -- Asking */
CalTransferAction cal_transfer_on_looked(CalTransfer *transfer, const CalTransferEvent *event,
                                         int64_t now_ms);

/* -- Setting up */
CalTransferAction cal_transfer_on_opened(CalTransfer *transfer, int64_t now_ms);
CalTransferAction cal_transfer_read_clock(CalTransfer *transfer, int64_t now_ms);
CalTransferAction cal_transfer_on_feature(CalTransfer *transfer, const uint8_t *bytes, size_t n_bytes,
                                          int64_t now_ms);
CalTransferAction cal_transfer_after_clock(CalTransfer *transfer, int64_t now_ms);
CalTransferAction cal_transfer_on_clock(CalTransfer *transfer, const CalTransferEvent *event, int64_t now_ms);
CalTransferAction cal_transfer_subscribe_again(CalTransfer *transfer, int64_t now_ms);
CalTransferAction cal_transfer_on_subscribed(CalTransfer *transfer);
CalTransferAction cal_transfer_setup_failed(CalTransfer *transfer, CalTransferFault fault);

/* -- Records */
void cal_transfer_leave_out(CalTransfer *transfer);
CalTransferAction cal_transfer_on_junk(CalTransfer *transfer);
CalTransferAction cal_transfer_on_record(CalTransfer *transfer, const CalTransferEvent *event,
                                         int64_t now_ms);
CalTransferAction cal_transfer_on_committed(CalTransfer *transfer);

/* -- Answers */
CalTransferAction cal_transfer_conclude(CalTransfer *transfer, int64_t now_ms);
CalTransferAction cal_transfer_on_answer(CalTransfer *transfer, const CalTransferEvent *event,
                                         int64_t now_ms);
CalTransferAction cal_transfer_request_failed(CalTransfer *transfer, CalTransferFault fault, int64_t now_ms);

#endif
