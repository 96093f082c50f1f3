/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/instant.h>

#include <stdbool.h>
#include <stddef.h>

/* Days from 0000-03-01 to 1970-01-01: the arithmetic below counts years from March, so that the leap day is
 * a year's last day, and eras of 400 years, which all have the same length. */
#define DAYS_BEFORE_EPOCH 719468
#define DAYS_PER_ERA      146097

static bool
is_leap_year(int year)
{
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
days_in_month(int year, int month)
{
  static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  return month == 2 && is_leap_year(year) ? 29 : days[month - 1];
}

CalDate
cal_date_from_civil(int year, int month, int day)
{
  if (year < -9999 || year > 9999 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
    return CAL_DATE_NONE;
  const int march_year = year - (month <= 2);
  const int era = (march_year >= 0 ? march_year : march_year - 399) / 400;
  const int year_of_era = march_year - era * 400;
  const int month_from_march = month > 2 ? month - 3 : month + 9;
  const int day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * DAYS_PER_ERA + day_of_era - DAYS_BEFORE_EPOCH;
}

void
cal_date_to_civil(CalDate date, int *year, int *month, int *day)
{
  const int days = date + DAYS_BEFORE_EPOCH;
  const int era = (days >= 0 ? days : days - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
  const int day_of_era = days - era * DAYS_PER_ERA;
  const int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int month_from_march = (5 * day_of_year + 2) / 153;
  const int civil_month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  if (year != NULL)
    *year = year_of_era + era * 400 + (civil_month <= 2);
  if (month != NULL)
    *month = civil_month;
  if (day != NULL)
    *day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
}

/* The number that the next `digits` characters spell, or -1. */
static int
parse_digits(const char *text, int digits)
{
  int value = 0;
  for (int i = 0; i < digits; i++) {
    if (text[i] < '0' || text[i] > '9')
      return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

CalDate
cal_date_parse(const char *text)
{
  const int year = parse_digits(text, 4);
  if (year < 0 || text[4] != '-')
    return CAL_DATE_NONE;
  const int month = parse_digits(text + 5, 2);
  if (month < 0 || text[7] != '-')
    return CAL_DATE_NONE;
  const int day = parse_digits(text + 8, 2);
  if (day < 0 || text[10] != '\0')
    return CAL_DATE_NONE;
  return cal_date_from_civil(year, month, day);
}

static void
write_digits(char *text, int value, int digits)
{
  for (int i = digits - 1; i >= 0; i--) {
    text[i] = (char)('0' + value % 10);
    value /= 10;
  }
}

void
cal_date_format(CalDate date, char text[11])
{
  int year, month, day;
  cal_date_to_civil(date, &year, &month, &day);
  write_digits(text, year, 4);
  text[4] = '-';
  write_digits(text + 5, month, 2);
  text[7] = '-';
  write_digits(text + 8, day, 2);
  text[10] = '\0';
}
