/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/tag_advertisement.h>

#include "cursor.h"

bool
cal_tag_advertisement_decode(const uint8_t *bytes, size_t size, CalTagAdvertisement *advertisement)
{
  CalCursor cursor = { bytes, size };
  CalTagAdvertisement decoded;
  if (!cal_cursor_pull_u32(&cursor, &decoded.log_id) || !cal_cursor_pull_u32(&cursor, &decoded.newest) ||
      cursor.left > 0 || decoded.log_id == 0)
    return false;
  *advertisement = decoded;
  return true;
}

void
cal_tag_advertisement_encode(const CalTagAdvertisement *advertisement,
                             uint8_t bytes[CAL_TAG_ADVERTISEMENT_SIZE])
{
  cal_put_le(cal_put_le(bytes, 4, advertisement->log_id), 4, advertisement->newest);
}
