/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/duration.h>

static void
test_example(void **state)
{
  (void)state;
  int64_t seconds = 0;
  assert_true(cal_duration_parse("1.5h", 60, &seconds));
  assert_int_equal(seconds, 5400);
  assert_true(cal_duration_parse("30", 60, &seconds));
  assert_int_equal(seconds, 1800);
  assert_false(cal_duration_parse("30", 0, &seconds));
}

static void
test_units(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    int64_t seconds;
  } rows[] = { { "90s", 90 },    { "30min", 1800 }, { "30 min", 1800 },
               { "1h", 3600 },   { "0,5h", 1800 },  { "0.125h", 450 },
               { "7d", 604800 }, { "0min", 0 },     { "3660d", 316224000 } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    int64_t seconds = -1;
    assert_true(cal_duration_parse(rows[i].text, 0, &seconds));
    assert_int_equal(seconds, rows[i].seconds);
  }
}

static void
test_what_is_no_duration(void **state)
{
  (void)state;
  static const char *const bad[] = {
    "", "h", "-1h", "1.500h", "1.h", "1m", "1H", "1h30", "1 ", " 1h", "1  h", "3661d", "99999999999999999999s"
  };
  int64_t seconds = 77;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_false(cal_duration_parse(bad[i], 60, &seconds));
  assert_int_equal(seconds, 77);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_units),
    cmocka_unit_test(test_what_is_no_duration),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
