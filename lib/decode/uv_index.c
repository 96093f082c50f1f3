/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/uv_index.h>

#define NO_READING 0xff

bool
cal_uv_index_decode(const uint8_t *bytes, size_t size, int *uv_index)
{
  if (size != 1)
    return false;
  *uv_index = bytes[0] == NO_READING ? CAL_UV_INDEX_NONE : bytes[0];
  return true;
}

uint8_t
cal_uv_index_encode(int uv_index)
{
  return uv_index < 0 || uv_index > 254 ? NO_READING : (uint8_t)uv_index;
}
