/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/omron.h>

#include "cursor.h"

#define INTERVAL_MAX_S 3600 /* A278, 2.2.1 */

static bool
pull_s16(CalCursor *cursor, int16_t *value)
{
  uint16_t raw;
  if (!cal_cursor_pull_u16(cursor, &raw))
    return false;
  *value = (int16_t)raw;
  return true;
}

/* A278, tables 8 and 12. Between the ultraviolet and the supply: pressure, noise, discomfort, heat. */
bool
cal_omron_row_decode(const uint8_t *bytes, size_t size, CalOmronRow *row)
{
  CalCursor cursor = { bytes, size };
  CalOmronRow read;
  if (!cal_cursor_pull_u8(&cursor, &read.row) ||
      cal_cursor_pull(&cursor, 4) == NULL || /* temperature, humidity */
      !pull_s16(&cursor, &read.light_lx) || !pull_s16(&cursor, &read.uv_index) ||
      cal_cursor_pull(&cursor, 8) == NULL || !cal_cursor_pull_u16(&cursor, &read.supply_mv) ||
      cursor.left > 0)
    return false;
  *row = read;
  return true;
}

/* A278, table 9. */
bool
cal_omron_newest_decode(const uint8_t *bytes, size_t size, CalOmronNewest *newest)
{
  CalCursor cursor = { bytes, size };
  CalOmronNewest read;
  if (!cal_cursor_pull_u32(&cursor, &read.created) || !cal_cursor_pull_u16(&cursor, &read.interval_s) ||
      !cal_cursor_pull_u16(&cursor, &read.page) || !cal_cursor_pull_u8(&cursor, &read.row) || cursor.left > 0)
    return false;
  if (read.interval_s == 0 || read.interval_s > INTERVAL_MAX_S || read.page >= CAL_OMRON_PAGES ||
      read.row >= CAL_OMRON_ROWS)
    return false;
  *newest = read;
  return true;
}

/* A278, table 11. */
bool
cal_omron_flag_decode(const uint8_t *bytes, size_t size, CalOmronFlag *flag)
{
  CalCursor cursor = { bytes, size };
  CalOmronFlag read;
  if (!cal_cursor_pull_u8(&cursor, &read.state) || !cal_cursor_pull_u32(&cursor, &read.created) ||
      cursor.left > 0)
    return false;
  *flag = read;
  return true;
}

/* A278, table 26. */
bool
cal_omron_time_decode(const uint8_t *bytes, size_t size, uint32_t *time)
{
  CalCursor cursor = { bytes, size };
  uint32_t read;
  if (!cal_cursor_pull_u32(&cursor, &read) || cursor.left > 0)
    return false;
  *time = read;
  return true;
}

/* A278, table 10. */
void
cal_omron_request_encode(uint16_t page, uint8_t row, uint8_t bytes[CAL_OMRON_REQUEST_SIZE])
{
  cal_put_le(cal_put_le(bytes, 2, page), 1, row);
}

void
cal_omron_time_encode(uint32_t time, uint8_t bytes[CAL_OMRON_TIME_SIZE])
{
  cal_put_le(bytes, CAL_OMRON_TIME_SIZE, time);
}
