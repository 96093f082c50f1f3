/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/record.h>

#include "cursor.h"

static void
decode_payload(CalCursor cursor, CalRecord *record)
{
  switch (record->type) {
  case CAL_RECORD_UV:
    cal_cursor_pull_u16(&cursor, &record->uv.duration_s);
    cal_cursor_pull_u16(&cursor, &record->uv.mean);
    cal_cursor_pull_u16(&cursor, &record->uv.maximum);
    break;
  case CAL_RECORD_INTAKE:
    cal_cursor_pull_u8(&cursor, &record->intake.slot);
    cal_cursor_pull_u8(&cursor, &record->intake.presses);
    break;
  case CAL_RECORD_WEAR:
    cal_cursor_pull_u8(&cursor, &record->wear.on);
    break;
  case CAL_RECORD_CLOCK:
    cal_cursor_pull_u32(&cursor, &record->clock.uptime_s);
    cal_cursor_pull_u32(&cursor, &record->clock.previous);
    break;
  default: /* a byte that no version of the profile names yet */
    break;
  }
}

/* Every pull succeeds: there are 20 bytes, and the fields are no more. */
void
cal_record_decode(const uint8_t bytes[CAL_RECORD_SIZE], CalRecord *record)
{
  CalCursor cursor = { bytes, CAL_RECORD_SIZE };
  *record = (CalRecord){ 0 };
  cal_cursor_pull_u32(&cursor, &record->sequence);
  cal_cursor_pull_u32(&cursor, &record->time);
  cal_cursor_pull_u16(&cursor, &record->boot);
  cal_cursor_pull_u8(&cursor, &record->type);
  cal_cursor_pull_u8(&cursor, &record->flags);
  memcpy(record->payload, cursor.at, sizeof record->payload);
  decode_payload(cursor, record);
}

static void
encode_payload(const CalRecord *record, uint8_t *at)
{
  switch (record->type) {
  case CAL_RECORD_UV:
    at = cal_put_le(at, 2, record->uv.duration_s);
    at = cal_put_le(at, 2, record->uv.mean);
    cal_put_le(at, 2, record->uv.maximum);
    break;
  case CAL_RECORD_INTAKE:
    at = cal_put_le(at, 1, record->intake.slot);
    cal_put_le(at, 1, record->intake.presses);
    break;
  case CAL_RECORD_WEAR:
    cal_put_le(at, 1, record->wear.on);
    break;
  case CAL_RECORD_CLOCK:
    at = cal_put_le(at, 4, record->clock.uptime_s);
    cal_put_le(at, 4, record->clock.previous);
    break;
  default: /* a byte that no version of the profile names yet */
    memcpy(at, record->payload, sizeof record->payload);
    break;
  }
}

void
cal_record_encode(const CalRecord *record, uint8_t bytes[CAL_RECORD_SIZE])
{
  memset(bytes, 0, CAL_RECORD_SIZE);
  uint8_t *at = cal_put_le(bytes, 4, record->sequence);
  at = cal_put_le(at, 4, record->time);
  at = cal_put_le(at, 2, record->boot);
  at = cal_put_le(at, 1, record->type);
  at = cal_put_le(at, 1, record->flags);
  encode_payload(record, at);
}

size_t
cal_record_count(size_t notification_size)
{
  return notification_size % CAL_RECORD_SIZE == 0 ? notification_size / CAL_RECORD_SIZE : 0;
}

static CalRecordVerdict
judge_uv(const CalRecordUv *uv)
{
  if (uv->duration_s == 0)
    return CAL_RECORD_NO_DURATION;
  if (uv->duration_s > CAL_RECORD_DURATION_MAX_S)
    return CAL_RECORD_LONG_DURATION;
  if (uv->mean > CAL_RECORD_UV_INDEX_MAX || uv->maximum > CAL_RECORD_UV_INDEX_MAX)
    return CAL_RECORD_HIGH_UV_INDEX;
  return uv->mean > uv->maximum ? CAL_RECORD_MEAN_ABOVE_MAXIMUM : CAL_RECORD_ACCEPTED;
}

static CalRecordVerdict
judge_intake(const CalRecordIntake *intake, uint8_t slots)
{
  if (intake->slot == 0 || (slots != 0 && intake->slot > slots))
    return CAL_RECORD_NO_SUCH_SLOT;
  if (intake->presses == 0)
    return CAL_RECORD_NO_PRESSES;
  return intake->presses > CAL_RECORD_PRESSES_MAX ? CAL_RECORD_MANY_PRESSES : CAL_RECORD_ACCEPTED;
}

CalRecordVerdict
cal_record_verdict(const CalRecord *record, uint8_t slots)
{
  switch (record->type) {
  case CAL_RECORD_UV:
    return judge_uv(&record->uv);
  case CAL_RECORD_INTAKE:
    return judge_intake(&record->intake, slots);
  case CAL_RECORD_WEAR:
    return record->wear.on > 1 ? CAL_RECORD_NEITHER_ON_NOR_OFF : CAL_RECORD_ACCEPTED;
  case CAL_RECORD_CLOCK:
    return CAL_RECORD_ACCEPTED;
  default: /* a byte that no version of the profile names yet */
    return CAL_RECORD_UNKNOWN_TYPE;
  }
}

const char *
cal_record_verdict_name(CalRecordVerdict verdict)
{
  switch (verdict) {
  case CAL_RECORD_ACCEPTED:
    return "accepted";
  case CAL_RECORD_NO_DURATION:
    return "no-duration";
  case CAL_RECORD_LONG_DURATION:
    return "long-duration";
  case CAL_RECORD_MEAN_ABOVE_MAXIMUM:
    return "mean-above-maximum";
  case CAL_RECORD_HIGH_UV_INDEX:
    return "high-uv-index";
  case CAL_RECORD_NO_SUCH_SLOT:
    return "no-such-slot";
  case CAL_RECORD_NO_PRESSES:
    return "no-presses";
  case CAL_RECORD_MANY_PRESSES:
    return "many-presses";
  case CAL_RECORD_NEITHER_ON_NOR_OFF:
    return "neither-on-nor-off";
  case CAL_RECORD_UNKNOWN_TYPE:
    return "unknown-type";
  }
  return "";
}

const char *
cal_record_type_name(uint8_t type)
{
  static const char *const names[] = { NULL, "uv", "intake", "wear", "clock" };
  return type < sizeof names / sizeof *names ? names[type] : NULL;
}
