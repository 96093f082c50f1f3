/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/audience.h>
#include <calcifer/suggest.h>
#include <stdio.h>
#include <string.h>

static CalCatalogFood foods[200];
static size_t n_foods;

static int
read_table(void **state)
{
  (void)state;
  FILE *const file = fopen(FOODS_CSV, "r");
  char line[512];
  assert_non_null(file);
  assert_non_null(fgets(line, sizeof line, file));
  for (n_foods = 0; fgets(line, sizeof line, file) != NULL; n_foods++) {
    line[strcspn(line, "\r\n")] = '\0';
    assert_true(cal_catalog_from_csv_row(line, &foods[n_foods]));
  }
  fclose(file);
  return 0;
}

static CalSuggestInput
input_of(CalNutrient nutrient, double gap, uint32_t audience)
{
  return (CalSuggestInput){
    .foods = foods, .n_foods = n_foods, .nutrient = nutrient, .gap = gap, .audience = audience
  };
}

static void
test_example(void **state)
{
  (void)state;
  CalSuggestion found[8];
  const CalSuggestInput input = input_of(CAL_NUTRIENT_MAGNESIUM, 100, 0);
  assert_int_equal(cal_suggest(&input, found, 8), 8);
  for (size_t i = 0; i < 8; i++) {
    assert_true(found[i].amount >= 100);
    assert_true(found[i].portions <= CAL_SUGGEST_MAX_PORTIONS + 0.2);
    assert_true(i == 0 || found[i].portions >= found[i - 1].portions);
    assert_true(foods[found[i].food].whole);
  }
}

static void
test_habits_come_first(void **state)
{
  (void)state;
  CalSuggestion found[8];
  static uint32_t times[200];
  CalSuggestInput input = input_of(CAL_NUTRIENT_MAGNESIUM, 100, 0);
  const CalCatalogFood *const almonds = cal_catalog_find(foods, n_foods, "almonds");
  times[almonds - foods] = 2;
  times[cal_catalog_find(foods, n_foods, "cashews") - foods] = 5;
  input.times = times;
  assert_int_equal(cal_suggest(&input, found, 8), 8);
  assert_string_equal(foods[found[0].food].food.name, "cashews");
  assert_string_equal(foods[found[1].food].food.name, "almonds");
  assert_int_equal(found[0].times, 5);
}

/* Every nutrient to every audience: what is found may be said to it. */
static void
test_nothing_is_suggested_to_whom_it_is_not_for(void **state)
{
  (void)state;
  for (uint32_t audience = 0; audience < CAL_AUDIENCE_PRIVATE; audience++)
    for (int nutrient = 0; nutrient < CAL_NUTRIENT_COUNT; nutrient++) {
      CalSuggestion found[200];
      const CalSuggestInput input = input_of((CalNutrient)nutrient, 50, audience);
      const size_t n = cal_suggest(&input, found, 200);
      assert_true(n == 0 || !cal_suggest_is_silent(audience, (CalNutrient)nutrient));
      for (size_t i = 0; i < n; i++)
        assert_true(cal_audience_may_suggest(audience, &foods[found[i].food].food));
    }
}

static void
test_a_vitamin_k_antagonist_limits_the_whole_amount(void **state)
{
  (void)state;
  CalSuggestion found[200];
  const CalSuggestInput input = input_of(CAL_NUTRIENT_MAGNESIUM, 150, CAL_AUDIENCE_STEADY_K);
  const size_t n = cal_suggest(&input, found, 200);
  assert_true(n > 0);
  for (size_t i = 0; i < n; i++) {
    const CalNutrients *const per = &foods[found[i].food].food.per_100g;
    const double k_ug = (per->amount[CAL_NUTRIENT_K1] + cal_nutrients_k2(per)) * found[i].grams / 100;
    assert_true(k_ug <= CAL_AUDIENCE_K_PORTION_UG);
  }
}

static void
test_fish_twice_a_week(void **state)
{
  (void)state;
  CalSuggestion found[200];
  CalSuggestInput input = input_of(CAL_NUTRIENT_VITAMIN_D, 400, CAL_AUDIENCE_PREGNANT);
  size_t n_fish[3] = { 0 };
  for (uint32_t week = 0; week < 3; week++) {
    input.fish_this_week = week;
    const size_t n = cal_suggest(&input, found, 200);
    for (size_t i = 0; i < n; i++)
      n_fish[week] += (foods[found[i].food].food.not_for & CAL_FOOD_NOT_PREGNANT_TWICE_WEEKLY) != 0;
  }
  assert_true(n_fish[0] > 0);
  assert_int_equal(n_fish[1], n_fish[0]);
  assert_int_equal(n_fish[2], 0);
}

static void
test_no_gap_no_suggestion(void **state)
{
  (void)state;
  CalSuggestion found[8];
  const CalSuggestInput none = input_of(CAL_NUTRIENT_MAGNESIUM, 0, 0);
  const CalSuggestInput vast = input_of(CAL_NUTRIENT_MAGNESIUM, 1e6, 0);
  assert_int_equal(cal_suggest(&none, found, 8), 0);
  assert_int_equal(cal_suggest(&vast, found, 8), 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_habits_come_first),
    cmocka_unit_test(test_nothing_is_suggested_to_whom_it_is_not_for),
    cmocka_unit_test(test_a_vitamin_k_antagonist_limits_the_whole_amount),
    cmocka_unit_test(test_fish_twice_a_week),
    cmocka_unit_test(test_no_gap_no_suggestion),
  };
  return cmocka_run_group_tests(tests, read_table, NULL);
}
