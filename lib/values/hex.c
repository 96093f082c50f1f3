/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/hex.h>

#include "hex_digit.h"

bool
cal_hex_parse(const char *text, uint8_t *bytes, size_t capacity, size_t *size)
{
  size_t count = 0;
  for (; *text != '\0'; text += 2) {
    const int high = cal_hex_digit(text[0]);
    const int low = high < 0 ? -1 : cal_hex_digit(text[1]);
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
