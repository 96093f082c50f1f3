/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Bytes as pairs of hexadecimal digits, as people paste them and as keys are kept.
 *
 *   uint8_t bytes[4];
 *   size_t size;
 *   cal_hex_parse("40020aFF", bytes, sizeof bytes, &size)     true; size 4
 */
#ifndef CALCIFER_HEX_H
#define CALCIFER_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Pairs of digits in either case and nothing between them; the empty text is no bytes. False, with *size
 * untouched and bytes undefined, for an odd digit, anything else, or more than `capacity` bytes. */
bool cal_hex_parse(const char *text, uint8_t *bytes, size_t capacity, size_t *size);

/* Lower case. `text` has room for 2 * size characters and the NUL. */
void cal_hex_format(const uint8_t *bytes, size_t size, char *text);

#ifdef __cplusplus
}
#endif

#endif
