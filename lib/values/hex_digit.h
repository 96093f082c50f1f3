/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One hexadecimal digit, the same in every locale. */
#ifndef CALCIFER_VALUES_HEX_DIGIT_H
#define CALCIFER_VALUES_HEX_DIGIT_H

/* 0 to 15; -1 for anything but 0-9, a-f, A-F. */
static inline int
cal_hex_digit(char c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

#endif
