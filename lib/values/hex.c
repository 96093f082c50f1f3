/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/hex.h>

static int
digit_value(char c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

bool
cal_hex_parse(const char *text, uint8_t *bytes, size_t capacity, size_t *size)
{
  size_t count = 0;
  for (; *text != '\0'; text += 2) {
    const int high = digit_value(text[0]);
    const int low = high < 0 ? -1 : digit_value(text[1]);
    if (low < 0 || count == capacity)
      return false;
    bytes[count++] = (uint8_t)(high << 4 | low);
  }
  *size = count;
  return true;
}

void
cal_hex_format(const uint8_t *bytes, size_t size, char *text)
{
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < size; i++) {
    text[2 * i] = digits[bytes[i] >> 4];
    text[2 * i + 1] = digits[bytes[i] & 15];
  }
  text[2 * size] = '\0';
}
