/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/instant.h>
#include <stdbool.h>

static void
test_example(void **state)
{
  (void)state;
  char text[11];
  const CalDate date = cal_date_parse("2026-03-29");
  assert_int_equal(date, cal_date_from_civil(2026, 3, 29));
  cal_date_format(date + 3, text);
  assert_string_equal(text, "2026-04-01");
}

static void
test_epoch_is_day_zero(void **state)
{
  (void)state;
  assert_int_equal(cal_date_from_civil(1970, 1, 1), 0);
  assert_int_equal(cal_date_from_civil(1969, 12, 31), -1);
  assert_int_equal(cal_date_from_civil(2000, 3, 1), 11017);
}

static void
test_every_day_of_two_centuries_comes_back(void **state)
{
  (void)state;
  for (CalDate date = cal_date_from_civil(1900, 1, 1); date < cal_date_from_civil(2100, 1, 1); date++) {
    int year, month, day;
    cal_date_to_civil(date, &year, &month, &day);
    assert_int_equal(cal_date_from_civil(year, month, day), date);
  }
}

static void
test_days_that_do_not_exist(void **state)
{
  (void)state;
  static const char *const bad[] = { "2026-02-29", "2100-02-29",  "2026-13-01", "2026-00-10", "2026-04-31",
                                     "2026-4-3",   "2026-04-03 ", "",           "26-04-03",   "2026/04/03",
                                     "2026-04-0x", "2026-04/03",  "2026-0:-03", "2026-04-0/" };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_int_equal(cal_date_parse(bad[i]), CAL_DATE_NONE);
  assert_int_not_equal(cal_date_parse("2024-02-29"), CAL_DATE_NONE);
}

static void
test_every_year_that_can_be_written_comes_back(void **state)
{
  (void)state;
  for (CalDate date = cal_date_from_civil(-9999, 1, 1); date <= cal_date_from_civil(9999, 12, 31);
       date += 97) {
    int year, month, day;
    cal_date_to_civil(date, &year, &month, &day);
    assert_int_equal(cal_date_from_civil(year, month, day), date);
  }
  assert_int_equal(cal_date_from_civil(0, 3, 1) - cal_date_from_civil(0, 2, 28), 2);
}

static void
test_what_is_beyond_each_bound_is_no_date(void **state)
{
  (void)state;
  static const int bad[][3] = { { -10000, 1, 1 }, { 10000, 1, 1 }, { 2026, 0, 1 },   { 2026, 13, 1 },
                                { 2026, 1, 0 },   { 2026, 1, 32 }, { 2026, -1, 10 }, { 2026, 6, 31 } };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_int_equal(cal_date_from_civil(bad[i][0], bad[i][1], bad[i][2]), CAL_DATE_NONE);
}

/* The calendar counted day by day, as a child would: four eras around the years 0 and 2000. */
static void
test_each_day_follows_the_day_before(void **state)
{
  (void)state;
  static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  CalDate date = cal_date_from_civil(-801, 1, 1);
  for (int year = -801; year <= 2401; year++)
    for (int month = 1; month <= 12; month++) {
      const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
      const int length = lengths[month - 1] + (month == 2 && leap);
      assert_int_equal(cal_date_from_civil(year, month, length + 1), CAL_DATE_NONE);
      for (int day = 1; day <= length; day++, date++) {
        int y, m, d;
        assert_int_equal(cal_date_from_civil(year, month, day), date);
        cal_date_to_civil(date, &y, &m, &d);
        assert_true(y == year && m == month && d == day);
      }
    }
}

static void
test_only_what_is_asked_for_is_written(void **state)
{
  (void)state;
  int year = -1, month = -1, day = -1;
  cal_date_to_civil(20601, &year, NULL, NULL);
  assert_int_equal(year, 2026);
  cal_date_to_civil(20601, NULL, &month, NULL);
  assert_int_equal(month, 5);
  cal_date_to_civil(20601, NULL, NULL, &day);
  assert_int_equal(day, 28);
}

static void
test_the_ends_of_what_can_be_written(void **state)
{
  (void)state;
  char text[11];
  cal_date_format(cal_date_from_civil(9999, 12, 31), text);
  assert_string_equal(text, "9999-12-31");
  cal_date_format(cal_date_parse("0000-01-01"), text);
  assert_string_equal(text, "0000-01-01");
  assert_int_equal(cal_date_parse("0000-01-01"), -719528);
  assert_int_equal(cal_date_from_civil(-9999, 1, 1) - cal_date_from_civil(-9999, 12, 31), -364);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_epoch_is_day_zero),
    cmocka_unit_test(test_every_day_of_two_centuries_comes_back),
    cmocka_unit_test(test_days_that_do_not_exist),
    cmocka_unit_test(test_every_year_that_can_be_written_comes_back),
    cmocka_unit_test(test_what_is_beyond_each_bound_is_no_date),
    cmocka_unit_test(test_each_day_follows_the_day_before),
    cmocka_unit_test(test_only_what_is_asked_for_is_written),
    cmocka_unit_test(test_the_ends_of_what_can_be_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
