/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Unsigned decimal digits with at most one mark: what numbers, amounts and durations have in common. */
#ifndef CALCIFER_LIB_DECIMAL_H
#define CALCIFER_LIB_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

typedef struct CalDecimal {
  uint64_t digits; /* the value is digits / 10^scale */
  int scale;
  int integer_digits;  /* as written, before the mark */
  int fraction_digits; /* as written, behind it */
  bool marked;         /* there was a mark */
  bool too_large;      /* more digits before the mark than 64 bits hold */
} CalDecimal;

/* Reads digits, one of the characters of `marks`, digits; either row of digits may be empty. Returns where it
 * stopped, which is `text` when there was nothing. */
const char *cal_decimal_scan(const char *text, const char *marks, CalDecimal *decimal);

/* The nearest double for up to 15 significant digits, within one unit in the last place for more. */
double cal_decimal_value(const CalDecimal *decimal);

/* Could the mark divide thousands? It could when exactly three digits follow and the part before it is not
 * zero: 2.000 may be two or two thousand, 0.125 is an eighth whoever writes it. */
bool cal_decimal_is_ambiguous(const char *text, const CalDecimal *decimal);

#endif
