/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading and writing little-endian bytes without counting indices: each pull takes from the front and says
 * whether there was enough; a pull that fails takes nothing.
 */
#ifndef CALCIFER_LIB_CURSOR_H
#define CALCIFER_LIB_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct CalCursor {
  const uint8_t *at;
  size_t left;
} CalCursor;

/* The next `size` bytes, or NULL. */
static inline const uint8_t *
cal_cursor_pull(CalCursor *cursor, size_t size)
{
  const uint8_t *bytes = cursor->at;
  if (cursor->left < size)
    return NULL;
  cursor->at += size;
  cursor->left -= size;
  return bytes;
}

/* `size` bytes (1 to 4) as one unsigned number. */
static inline bool
cal_cursor_pull_le(CalCursor *cursor, size_t size, uint32_t *value)
{
  const uint8_t *bytes = cal_cursor_pull(cursor, size);
  if (bytes == NULL)
    return false;
  *value = bytes[0];
  if (size > 1)
    *value |= (uint32_t)bytes[1] << 8;
  if (size > 2)
    *value |= (uint32_t)bytes[2] << 16;
  if (size > 3)
    *value |= (uint32_t)bytes[3] << 24;
  return true;
}

static inline bool
cal_cursor_pull_u8(CalCursor *cursor, uint8_t *value)
{
  uint32_t wide;
  if (!cal_cursor_pull_le(cursor, 1, &wide))
    return false;
  *value = (uint8_t)wide;
  return true;
}

static inline bool
cal_cursor_pull_u16(CalCursor *cursor, uint16_t *value)
{
  uint32_t wide;
  if (!cal_cursor_pull_le(cursor, 2, &wide))
    return false;
  *value = (uint16_t)wide;
  return true;
}

static inline bool
cal_cursor_pull_u32(CalCursor *cursor, uint32_t *value)
{
  return cal_cursor_pull_le(cursor, 4, value);
}

/* Writes the low `size` bytes of a value and returns where the next one goes. */
static inline uint8_t *
cal_put_le(uint8_t *at, size_t size, uint32_t value)
{
  for (size_t i = 0; i < size; i++)
    at[i] = (uint8_t)(value >> (8 * i));
  return at + size;
}

#endif
