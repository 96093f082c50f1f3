/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/number.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void
test_example(void **state)
{
  (void)state;
  double value = 0;
  char text[CAL_NUMBER_TEXT_SIZE];
  assert_true(cal_number_parse("-33.9", &value));
  assert_true(value == -33.9);
  assert_false(cal_number_parse("33,9", &value));
  assert_true(cal_number_format(2.50, 3, text));
  assert_string_equal(text, "2.5");
}

static void
test_what_is_no_number(void **state)
{
  (void)state;
  static const char *const bad[] = { "",
                                     "-",
                                     "+",
                                     ".",
                                     "1.",
                                     ".5",
                                     "1..2",
                                     "1.2.3",
                                     "1e3",
                                     "0x10",
                                     "inf",
                                     "nan",
                                     " 1",
                                     "1 ",
                                     "--1",
                                     "+-1",
                                     "1,5",
                                     "1_000",
                                     "12345678901234567890",
                                     "1.5g",
                                     "\xd9\xa1" };
  double value = 77;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_false(cal_number_parse(bad[i], &value));
  assert_true(value == 77);
}

/* What strtod() makes of it, which the C locale keeps free of commas here. */
static void
test_parses_to_the_nearest_double(void **state)
{
  (void)state;
  static const char *const good[] = { "0",
                                      "-0",
                                      "+7",
                                      "007",
                                      "0.1",
                                      "0.3",
                                      "25.06",
                                      "52.520008",
                                      "2.675",
                                      "1.005",
                                      "179.99999999999",
                                      "0.000001",
                                      "123456789012345",
                                      "9007199254740992",
                                      "0.000000000000000000000000000000",
                                      "0.0000000000000000003053", /* 22 places, as far as one division goes */
                                      "9999999999999999999" };
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    double value = 77;
    assert_true(cal_number_parse(good[i], &value));
    assert_true(value == strtod(good[i], NULL));
  }
}

static void
test_every_two_decimals_are_exact(void **state)
{
  (void)state;
  for (int i = -20000; i <= 20000; i++) {
    char text[32];
    double value;
    snprintf(text, sizeof text, "%s%d.%02d", i < 0 ? "-" : "", abs(i) / 100, abs(i) % 100);
    assert_true(cal_number_parse(text, &value));
    assert_true(value == strtod(text, NULL));
  }
}

static void
test_many_digits_stay_within_one_place(void **state)
{
  (void)state;
  static const char *const long_ones[] = { "25.059999999999999", "0.12345678901234567890123456789",
                                           "3.14159265358979323846264338327950288419" };
  for (size_t i = 0; i < sizeof long_ones / sizeof *long_ones; i++) {
    double value;
    assert_true(cal_number_parse(long_ones[i], &value));
    const double nearest = strtod(long_ones[i], NULL);
    assert_true(fabs(value - nearest) <= nextafter(nearest, INFINITY) - nearest);
  }
}

static void
test_formats(void **state)
{
  (void)state;
  static const struct {
    double value;
    int decimals;
    const char *text;
  } rows[] = {
    { 0, 0, "0" },
    { 0, 6, "0" },
    { -0.0, 2, "0" },
    { -0.001, 2, "0" },
    { 0.5, 1, "0.5" },
    { 0.05, 2, "0.05" },
    { 1200, 2, "1200" },
    { 99.999, 2, "100" },
    { -33.9, 4, "-33.9" },
    { 0.000001, 6, "0.000001" },
    { 1e12, 6, "1000000000000" },
    { 12.5, 0, "13" },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[CAL_NUMBER_TEXT_SIZE];
    assert_true(cal_number_format(rows[i].value, rows[i].decimals, text));
    assert_string_equal(text, rows[i].text);
  }
}

static void
test_what_has_no_format(void **state)
{
  (void)state;
  char text[CAL_NUMBER_TEXT_SIZE] = "x";
  assert_false(cal_number_format(NAN, 2, text));
  assert_string_equal(text, "");
  assert_false(cal_number_format(INFINITY, 2, text));
  assert_false(cal_number_format(-1.1e12, 2, text));
  assert_false(cal_number_format(1, 7, text));
  assert_false(cal_number_format(1, -1, text));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_what_is_no_number),
    cmocka_unit_test(test_parses_to_the_nearest_double),
    cmocka_unit_test(test_every_two_decimals_are_exact),
    cmocka_unit_test(test_many_digits_stay_within_one_place),
    cmocka_unit_test(test_formats),
    cmocka_unit_test(test_what_has_no_format),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
