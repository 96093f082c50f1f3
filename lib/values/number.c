/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/number.h>

#include "decimal.h"

#include <math.h>

bool
cal_number_parse(const char *text, double *value)
{
  const bool negative = *text == '-';
  if (*text == '-' || *text == '+')
    text++;
  CalDecimal decimal;
  const char *end = cal_decimal_scan(text, ".", &decimal);
  if (*end != '\0' || decimal.too_large || decimal.integer_digits == 0 ||
      (decimal.marked && decimal.fraction_digits == 0))
    return false;
  const double magnitude = cal_decimal_value(&decimal);
  *value = negative ? -magnitude : magnitude;
  return true;
}

/* Writes the digits of a whole number of units of the last place, and the point where it belongs; without the
 * zeros behind it. */
static void
write_scaled(int64_t scaled, int decimals, char *text)
{
  char reversed[CAL_NUMBER_TEXT_SIZE];
  int length = 0;
  while (decimals > 0 && scaled % 10 == 0) {
    scaled /= 10;
    decimals--;
  }
  for (int place = 0; place <= decimals || scaled > 0; place++) {
    if (place > 0 && place == decimals)
      reversed[length++] = '.';
    reversed[length++] = (char)('0' + scaled % 10);
    scaled /= 10;
  }
  while (length > 0)
    *text++ = reversed[--length];
  *text = '\0';
}

bool
cal_number_format(double value, int decimals, char text[CAL_NUMBER_TEXT_SIZE])
{
  text[0] = '\0';
  if (!(fabs(value) <= CAL_NUMBER_FORMAT_MAX) || decimals < 0 || decimals > 6)
    return false;
  double power = 1;
  for (int i = 0; i < decimals; i++)
    power *= 10;
  const int64_t scaled = llround(fabs(value) * power);
  if (value < 0 && scaled != 0)
    *text++ = '-';
  write_scaled(scaled, decimals, text);
  return true;
}
