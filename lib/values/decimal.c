/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decimal.h"

#include <string.h>

/* Ten to the 19th is the largest power of ten that fits, so 18 digits may always take one more. */
#define DIGITS_BEFORE_FULL UINT64_C(1000000000000000000)

/* A long double of 64 bits holds 10^27 exactly; digits behind the 27th decimal place change nothing here. */
#define MAX_SCALE 27

/* Up to here both the digits and the power of ten are exact doubles, and one division rounds once. */
#define EXACT_DIGITS (UINT64_C(1) << 53)
#define EXACT_SCALE  22

static bool
is_digit(char c)
{
  return c >= '0' && c <= '9';
}

static const char *
scan_integer(const char *text, CalDecimal *decimal)
{
  for (; is_digit(*text); text++) {
    if (decimal->digits >= DIGITS_BEFORE_FULL)
      decimal->too_large = true;
    else
      decimal->digits = decimal->digits * 10 + (uint64_t)(*text - '0');
    decimal->integer_digits++;
  }
  return text;
}

static const char *
scan_fraction(const char *text, CalDecimal *decimal)
{
  for (; is_digit(*text); text++) {
    if (decimal->digits < DIGITS_BEFORE_FULL && decimal->scale < MAX_SCALE) {
      decimal->digits = decimal->digits * 10 + (uint64_t)(*text - '0');
      decimal->scale++;
    }
    if (decimal->fraction_digits < MAX_SCALE)
      decimal->fraction_digits++;
  }
  return text;
}

const char *
cal_decimal_scan(const char *text, const char *marks, CalDecimal *decimal)
{
  *decimal = (CalDecimal){ 0 };
  text = scan_integer(text, decimal);
  if (*text == '\0' || strchr(marks, *text) == NULL)
    return text;
  decimal->marked = true;
  return scan_fraction(text + 1, decimal);
}

double
cal_decimal_value(const CalDecimal *decimal)
{
  long double power = 1;
  for (int i = 0; i < decimal->scale; i++)
    power *= 10;
  if (decimal->digits <= EXACT_DIGITS && decimal->scale <= EXACT_SCALE)
    return (double)decimal->digits / (double)power;
  return (double)((long double)decimal->digits / power);
}

bool
cal_decimal_is_ambiguous(const char *text, const CalDecimal *decimal)
{
  const bool before_is_zero = strspn(text, "0") >= (size_t)decimal->integer_digits;
  return decimal->marked && decimal->fraction_digits == 3 && !before_is_zero;
}
