/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The Bluetooth device address by which a tag is known: its identity address, never the one of the adapter
 * and never a resolvable private one.
 */
#ifndef CALCIFER_ADDRESS_H
#define CALCIFER_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CAL_ADDRESS_TEXT_SIZE 18 /* "AA:BB:CC:DD:EE:FF" and the NUL */

/* Bytes in the order in which they are written: octet[0] is AA of "AA:BB:CC:DD:EE:FF". */
typedef struct CalAddress {
  uint8_t octet[6];
} CalAddress;

/* Six pairs of hexadecimal digits with colons between them, in either case. False, and *address untouched,
 * for anything else. */
bool cal_address_parse(const char *text, CalAddress *address);

/* Upper case, with colons. */
void cal_address_format(const CalAddress *address, char text[CAL_ADDRESS_TEXT_SIZE]);

/* Less than, equal to or greater than 0, as memcmp() does. */
int cal_address_compare(const CalAddress *a, const CalAddress *b);

/* The same address; asked several times for each record. */
static inline bool
cal_address_equal(const CalAddress *a, const CalAddress *b)
{
  return memcmp(a->octet, b->octet, sizeof a->octet) == 0;
}

#ifdef __cplusplus
}
#endif

#endif
