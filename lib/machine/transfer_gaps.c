/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Gaps, how often each was asked for in vain, and the passes that ask for them. */
#include "transfer_parts.h"

static CalTransferGap *
find_gap(CalTransfer *transfer, uint32_t first, uint32_t last)
{
  for (unsigned i = 0; i < transfer->n_gaps; i++)
    if (transfer->gaps[i].first == first && transfer->gaps[i].last == last)
      return &transfer->gaps[i];
  return NULL;
}

/* Those at or below settled are closed. */
void
cal_transfer_forget_closed_gaps(CalTransfer *transfer)
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
void
cal_transfer_count_fruitless(CalTransfer *transfer, uint32_t first, uint32_t last)
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

CalTransferAction
cal_transfer_ask_range(CalTransfer *transfer, uint32_t first, uint32_t last, int64_t now_ms)
{
  const CalRecordAccessRequest what = {
    .opcode = CAL_RECORD_ACCESS_REPORT, .op = CAL_RECORD_ACCESS_RANGE, .sequence = first, .last = last
  };
  transfer->span_first = 0;
  transfer->merged = 0;
  transfer->asked++;
  return cal_transfer_request(transfer, CAL_TRANSFER_ASK_GAP, what, now_ms);
}

void
cal_transfer_begin_pass(CalTransfer *transfer, unsigned pass, uint32_t from)
{
  transfer->pass = (uint8_t)pass;
  transfer->pass_from = from;
  transfer->gap_from = from;
  transfer->asked = 0;
  transfer->merged = 0;
  transfer->span_first = 0;
}

/* The pass is through. One that asked nothing need not be repeated. */
void
cal_transfer_end_pass(CalTransfer *transfer)
{
  const unsigned next = transfer->asked == 0 ? CAL_TRANSFER_PASSES : transfer->pass + 1u;
  cal_transfer_begin_pass(transfer, next, transfer->pass_from);
}

/* The first pass asks for neighbouring gaps in one range: a notification lost in every ten would otherwise
 * cost a request for every ten records. True when it has one to ask for, in *first ... *last. */
bool
cal_transfer_merge_gap(CalTransfer *transfer, uint32_t first, uint32_t last)
{
  if (first != 0 && transfer->span_first == 0)
    transfer->span_first = first;
  else if (first == 0 || first - transfer->span_last > CAL_TRANSFER_MERGE)
    return transfer->span_first != 0;
  transfer->span_last = last;
  transfer->gap_from = cal_transfer_after(last);
  return ++transfer->merged >= CAL_TRANSFER_MERGED_MAX || last == UINT32_MAX;
}

/* The pass meets one gap by itself. */
CalTransferAction
cal_transfer_single_gap(CalTransfer *transfer, uint32_t first, uint32_t last, int64_t now_ms)
{
  const CalTransferGap *gap = find_gap(transfer, first, last);
  if (is_lost(gap))
    return cal_transfer_mark_lost(transfer, first, last);
  transfer->gap_from = cal_transfer_after(last);
  if (gap && gap->here >= CAL_TRANSFER_PASSES - 1)
    return cal_transfer_look(transfer);
  return cal_transfer_ask_range(transfer, first, last, now_ms);
}
