/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/duration.h>

#include "decimal.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* Seconds in the unit, or 0 when there is no such unit. */
static int32_t
unit_seconds(const char *unit, int32_t bare_s)
{
  static const struct {
    const char *name;
    int32_t seconds;
  } units[] = { { "s", 1 }, { "min", 60 }, { "h", 3600 }, { "d", 86400 } };
  if (*unit == '\0')
    return bare_s;
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    if (strcmp(unit, units[i].name) == 0)
      return units[i].seconds;
  }
  return 0;
}

bool
cal_duration_parse(const char *text, int32_t bare_s, int64_t *seconds)
{
  CalDecimal decimal;
  const char *end = cal_decimal_scan(text, ".,", &decimal);
  if (decimal.integer_digits == 0 || (decimal.marked && decimal.fraction_digits == 0) || decimal.too_large ||
      cal_decimal_is_ambiguous(text, &decimal))
    return false;
  const int32_t each_s = unit_seconds(end + (*end == ' ' && end[1] != '\0'), bare_s);
  const double total_s = cal_decimal_value(&decimal) * each_s;
  if (each_s <= 0 || total_s > (double)CAL_DURATION_MAX_S)
    return false;
  *seconds = llround(total_s);
  return true;
}
