/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/household.h>

static void
test_example(void **state)
{
  (void)state;
  CalHousehold measure;
  assert_true(cal_household_parse("cups", &measure));
  assert_int_equal(measure, CAL_HOUSEHOLD_CUP);
}

static void
test_what_people_write(void **state)
{
  (void)state;
  static const struct {
    const char *typed;
    CalHousehold measure;
  } rows[] = { { "Tbsp", CAL_HOUSEHOLD_TABLESPOON }, { "teaspoons", CAL_HOUSEHOLD_TEASPOON },
               { "tin", CAL_HOUSEHOLD_CAN },         { "packets", CAL_HOUSEHOLD_PACK },
               { "pcs", CAL_HOUSEHOLD_PIECE },       { "handfuls", CAL_HOUSEHOLD_HANDFUL },
               { "glasses", CAL_HOUSEHOLD_GLASS },   { "slices", CAL_HOUSEHOLD_SLICE } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalHousehold measure;
    assert_true(cal_household_parse(rows[i].typed, &measure));
    assert_int_equal(measure, rows[i].measure);
  }
}

static void
test_what_is_none(void **state)
{
  (void)state;
  static const char *const words[] = { "", "g", "portion", "cupss", "bananas", "s" };
  CalHousehold measure;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    assert_false(cal_household_parse(words[i], &measure));
}

static void
test_each_name_is_known(void **state)
{
  (void)state;
  for (int i = 0; i < CAL_HOUSEHOLD_COUNT; i++) {
    CalHousehold measure;
    assert_true(cal_household_parse(cal_household_name((CalHousehold)i), &measure));
    assert_int_equal(measure, i);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_what_people_write),
    cmocka_unit_test(test_what_is_none),
    cmocka_unit_test(test_each_name_is_known),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
