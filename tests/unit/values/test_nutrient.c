/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/nutrient.h>

static void
test_example(void **state)
{
  (void)state;
  CalNutrient nutrient;
  assert_true(cal_nutrient_parse("D3", &nutrient));
  assert_int_equal(nutrient, CAL_NUTRIENT_VITAMIN_D);
  assert_string_equal(cal_nutrient_name(nutrient), "d");
  assert_int_equal(cal_nutrient_unit(nutrient), CAL_UNIT_IU);
}

static void
test_every_name_comes_back(void **state)
{
  (void)state;
  for (int i = 0; i < CAL_NUTRIENT_COUNT; i++) {
    CalNutrient nutrient;
    assert_true(cal_nutrient_parse(cal_nutrient_name((CalNutrient)i), &nutrient));
    assert_int_equal(nutrient, i);
  }
}

static void
test_names_that_people_type(void **state)
{
  (void)state;
  static const struct {
    const char *typed;
    CalNutrient nutrient;
  } rows[] = {
    { "d2", CAL_NUTRIENT_VITAMIN_D }, { "vitamin-D", CAL_NUTRIENT_VITAMIN_D },
    { "Ca", CAL_NUTRIENT_CALCIUM },   { "Mg", CAL_NUTRIENT_MAGNESIUM },
    { "k2", CAL_NUTRIENT_MK7 },       { "MK-7", CAL_NUTRIENT_MK7 },
    { "mk-4", CAL_NUTRIENT_MK4 },     { "c", CAL_NUTRIENT_VITAMIN_C },
  };
  CalNutrient nutrient = CAL_NUTRIENT_K1;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    assert_true(cal_nutrient_parse(rows[i].typed, &nutrient));
    assert_int_equal(nutrient, rows[i].nutrient);
  }
  assert_false(cal_nutrient_parse("zinc", &nutrient));
  assert_false(cal_nutrient_parse("", &nutrient));
  assert_false(cal_nutrient_parse("d33", &nutrient));
}

static void
test_a_sum_keeps_what_is_unknown(void **state)
{
  (void)state;
  CalNutrients sum = { .unknown = 0 };
  CalNutrients part = { .unknown = 1u << CAL_NUTRIENT_MK7 };
  part.amount[CAL_NUTRIENT_MK4] = 2;
  cal_nutrients_add(&sum, &part, 0);
  assert_int_equal(sum.unknown, 0);
  cal_nutrients_add(&sum, &part, 1.5);
  assert_int_equal(sum.unknown, 1u << CAL_NUTRIENT_MK7);
  assert_float_equal(cal_nutrients_k2(&sum), 3, 1e-12);
}

/* 100 ug a day: a first morning has 78 ug of it, and after weeks it comes to 361 ug. */
static void
test_mk7_is_carried_over(void **state)
{
  (void)state;
  double carried = cal_nutrients_mk7_carried_ug(0, 100);
  assert_float_equal(carried, 78.299, 1e-3);
  for (int day = 0; day < 60; day++)
    carried = cal_nutrients_mk7_carried_ug(carried, 100);
  assert_float_equal(carried, 360.8, 0.1);
  for (int day = 0; day < 17; day++) /* six half-lives */
    carried = cal_nutrients_mk7_carried_ug(carried, 0);
  assert_float_equal(carried, 360.8 / 64, 0.01);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_every_name_comes_back),
    cmocka_unit_test(test_names_that_people_type),
    cmocka_unit_test(test_a_sum_keeps_what_is_unknown),
    cmocka_unit_test(test_mk7_is_carried_over),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
