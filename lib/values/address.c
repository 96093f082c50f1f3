/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/address.h>

#include "hex_digit.h"

#include <string.h>

bool
cal_address_parse(const char *text, CalAddress *address)
{
  CalAddress parsed;
  if (strlen(text) != CAL_ADDRESS_TEXT_SIZE - 1)
    return false;
  for (int i = 0; i < 6; i++) {
    const int high = cal_hex_digit(text[3 * i]);
    const int low = cal_hex_digit(text[3 * i + 1]);
    if (high < 0 || low < 0 || (i < 5 && text[3 * i + 2] != ':'))
      return false;
    parsed.octet[i] = (uint8_t)(high << 4 | low);
  }
  *address = parsed;
  return true;
}

void
cal_address_format(const CalAddress *address, char text[CAL_ADDRESS_TEXT_SIZE])
{
  static const char digits[] = "0123456789ABCDEF";
  for (int i = 0; i < 6; i++) {
    text[3 * i] = digits[address->octet[i] >> 4];
    text[3 * i + 1] = digits[address->octet[i] & 15];
    text[3 * i + 2] = i < 5 ? ':' : '\0';
  }
}

int
cal_address_compare(const CalAddress *a, const CalAddress *b)
{
  return memcmp(a->octet, b->octet, sizeof a->octet);
}
