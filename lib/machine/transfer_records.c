/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Records as they come, and the batch in which they are committed. */
#include "transfer_parts.h"

#include <string.h>

static uint32_t
sequence_of(const uint8_t *bytes)
{
  return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* What is left out here was not committed, so that it is asked for again. */
void
cal_transfer_leave_out(CalTransfer *transfer)
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
    transfer->step_ms = cal_transfer_earlier(now_ms + CAL_TRANSFER_QUIET_MS, transfer->quiet_end_ms);
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
    return cal_transfer_abort(transfer, now_ms);
  if (transfer->n_batch == CAL_TRANSFER_BATCH_MAX) {
    cal_transfer_leave_out(transfer);
    return cal_transfer_nothing;
  }
  memcpy(transfer->batch[transfer->n_batch++], bytes, CAL_RECORD_SIZE);
  if (transfer->n_batch == CAL_TRANSFER_BATCH_MAX && transfer->floor != 0)
    return cal_transfer_commit(transfer);
  if (transfer->commit_ms == CAL_TRANSFER_NEVER)
    transfer->commit_ms = now_ms + CAL_TRANSFER_BATCH_MS;
  return cal_transfer_nothing;
}

static CalTransferAction
on_record(CalTransfer *transfer, const uint8_t *bytes, int64_t now_ms)
{
  switch (transfer->state) {
  case CAL_TRANSFER_CLOSED:  /* of a session that is over, or under a log id that is not read yet: */
  case CAL_TRANSFER_FEATURE: /* the tag still has it */
  case CAL_TRANSFER_FAILED:
  case CAL_TRANSFER_STATES:
    return cal_transfer_nothing;
  case CAL_TRANSFER_CLOCK:
  case CAL_TRANSFER_SETTING:
  case CAL_TRANSFER_SUBSCRIBING: /* notifications of an earlier session that BlueZ resumed by itself */
    if (!transfer->subscribed)
      return cal_transfer_nothing;
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
  return cal_transfer_nothing;
}

CalTransferAction
cal_transfer_on_junk(CalTransfer *transfer)
{
  transfer->junk++;
  return cal_transfer_nothing;
}

CalTransferAction
cal_transfer_on_record(CalTransfer *transfer, const CalTransferEvent *event, int64_t now_ms)
{
  if (event->n_bytes != CAL_RECORD_SIZE || sequence_of(event->bytes) == 0)
    return cal_transfer_on_junk(transfer);
  return on_record(transfer, event->bytes, now_ms);
}

CalTransferAction
cal_transfer_on_committed(CalTransfer *transfer)
{
  transfer->n_batch = 0;
  transfer->commit_ms = CAL_TRANSFER_NEVER;
  switch (transfer->state) {
  case CAL_TRANSFER_LOOKING:
    return cal_transfer_look(transfer);
  case CAL_TRANSFER_LIVE:
    return cal_transfer_evaluate(transfer);
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
    return cal_transfer_nothing;
  }
  return cal_transfer_nothing;
}
