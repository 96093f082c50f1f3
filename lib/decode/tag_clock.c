/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/tag_clock.h>

#include "cursor.h"

bool
cal_tag_clock_decode(const uint8_t *bytes, size_t size, CalTagClock *clock)
{
  CalCursor cursor = { bytes, size };
  CalTagClock read;
  if (!cal_cursor_pull_u32(&cursor, &read.time) || !cal_cursor_pull_u32(&cursor, &read.uptime_s) ||
      !cal_cursor_pull_u16(&cursor, &read.boot) || cursor.left > 0)
    return false;
  *clock = read;
  return true;
}

void
cal_tag_clock_encode(const CalTagClock *clock, uint8_t bytes[CAL_TAG_CLOCK_SIZE])
{
  uint8_t *at = cal_put_le(bytes, 4, clock->time);
  at = cal_put_le(at, 4, clock->uptime_s);
  cal_put_le(at, 2, clock->boot);
}

void
cal_tag_clock_setting_encode(uint32_t time, uint8_t bytes[CAL_TAG_CLOCK_SETTING_SIZE])
{
  cal_put_le(bytes, CAL_TAG_CLOCK_SETTING_SIZE, time);
}

bool
cal_tag_clock_setting_decode(const uint8_t *bytes, size_t size, uint32_t *time)
{
  CalCursor cursor = { bytes, size };
  uint32_t read;
  if (!cal_cursor_pull_u32(&cursor, &read) || cursor.left > 0)
    return false;
  *time = read;
  return true;
}
