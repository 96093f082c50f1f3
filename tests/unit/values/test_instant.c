/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/instant.h>

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
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
