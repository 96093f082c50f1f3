/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Setting up: Feature, the clock, the subscriptions; and the clock again while the session runs. */
#include "transfer_parts.h"

#include <string.h>

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

CalTransferAction
cal_transfer_on_opened(CalTransfer *transfer, int64_t now_ms)
{
  begin_connection(transfer);
  return cal_transfer_enter(transfer, CAL_TRANSFER_FEATURE, now_ms + CAL_TRANSFER_SETUP_MS,
                            (CalTransferAction){ .kind = CAL_TRANSFER_READ_FEATURE });
}

CalTransferAction
cal_transfer_read_clock(CalTransfer *transfer, int64_t now_ms)
{
  transfer->clock_ms = now_ms + CAL_TRANSFER_CLOCK_MS;
  return cal_transfer_enter(transfer, CAL_TRANSFER_CLOCK, now_ms + CAL_TRANSFER_SETUP_MS,
                            (CalTransferAction){ .kind = CAL_TRANSFER_READ_CLOCK });
}

CalTransferAction
cal_transfer_on_feature(CalTransfer *transfer, const uint8_t *bytes, size_t n_bytes, int64_t now_ms)
{
  const uint32_t log_id = transfer->feature.log_id;
  switch (cal_tag_feature_decode(bytes, n_bytes, &transfer->feature)) {
  case CAL_TAG_FEATURE_OK:
    if (transfer->feature.log_id != log_id)
      transfer->n_gaps = 0; /* the old log is closed with its gaps */
    return cal_transfer_read_clock(transfer, now_ms);
  case CAL_TAG_FEATURE_NEWER:
    return cal_transfer_fail(transfer, CAL_TRANSFER_FAULT_VERSION);
  case CAL_TAG_FEATURE_BROKEN:
    return cal_transfer_fail(transfer, CAL_TRANSFER_FAULT_PROTOCOL);
  }
  return cal_transfer_fail(transfer, CAL_TRANSFER_FAULT_PROTOCOL);
}

CalTransferAction
cal_transfer_after_clock(CalTransfer *transfer, int64_t now_ms)
{
  if (transfer->subscribed)
    return cal_transfer_evaluate(transfer);
  return cal_transfer_enter(transfer, CAL_TRANSFER_SUBSCRIBING, now_ms + CAL_TRANSFER_SETUP_MS,
                            (CalTransferAction){ .kind = CAL_TRANSFER_SUBSCRIBE });
}

/* One that was never set shows 0, which is off by decades. */
static bool
is_off(const CalTagClock *clock, CalInstant host_now)
{
  const CalInstant ahead = (CalInstant)clock->time - host_now;
  return ahead > CAL_TRANSFER_CLOCK_OFF_S || ahead < -CAL_TRANSFER_CLOCK_OFF_S;
}

CalTransferAction
cal_transfer_on_clock(CalTransfer *transfer, const CalTransferEvent *event, int64_t now_ms)
{
  CalTagClock clock;
  if (!cal_tag_clock_decode(event->bytes, event->n_bytes, &clock))
    return cal_transfer_fail(transfer, CAL_TRANSFER_FAULT_PROTOCOL);
  const bool representable = event->host_now > 0 && event->host_now <= UINT32_MAX;
  transfer->clock_left_alone = !event->host_believable || !representable;
  if (transfer->clock_left_alone || !is_off(&clock, event->host_now))
    return cal_transfer_after_clock(transfer, now_ms);
  return cal_transfer_enter(
      transfer, CAL_TRANSFER_SETTING, now_ms + CAL_TRANSFER_SETUP_MS,
      (CalTransferAction){ .kind = CAL_TRANSFER_WRITE_CLOCK, .clock_time = (uint32_t)event->host_now });
}

CalTransferAction
cal_transfer_subscribe_again(CalTransfer *transfer, int64_t now_ms)
{
  if (++transfer->misfires >= CAL_TRANSFER_MISFIRES_MAX)
    return cal_transfer_rest(transfer, CAL_TRANSFER_CONFUSED, now_ms);
  return cal_transfer_enter(transfer, CAL_TRANSFER_SUBSCRIBING, now_ms + CAL_TRANSFER_SETUP_MS,
                            (CalTransferAction){ .kind = CAL_TRANSFER_SUBSCRIBE });
}

CalTransferAction
cal_transfer_on_subscribed(CalTransfer *transfer)
{
  transfer->subscribed = true;
  return cal_transfer_evaluate(transfer);
}

/* A look at the clock in a running session is no reason to end it. */
CalTransferAction
cal_transfer_setup_failed(CalTransfer *transfer, CalTransferFault fault)
{
  if (fault == CAL_TRANSFER_FAULT_GONE)
    return cal_transfer_nothing; /* its end comes, or the deadline */
  if (transfer->subscribed && fault != CAL_TRANSFER_FAULT_AUTH)
    return cal_transfer_evaluate(transfer);
  return cal_transfer_fail(transfer, fault);
}
