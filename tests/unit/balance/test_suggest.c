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

/* The grams that one food of 1 mg of magnesium a gram is suggested with; 0: it is not. */
static double
grams_of(double portion_g, double gap)
{
  CalCatalogFood one = { .food = { .name = "x", .portion_g = portion_g } };
  CalSuggestInput input = { .foods = &one, .n_foods = 1, .nutrient = CAL_NUTRIENT_MAGNESIUM, .gap = gap };
  CalSuggestion found[1];
  one.food.per_100g.amount[CAL_NUTRIENT_MAGNESIUM] = 100;
  return cal_suggest(&input, found, 1) == 1 ? found[0].grams : 0;
}

/* Grams below five, steps of five from there on, and no more than three portions, or 300 g of what has none.
 */
static void
test_how_much_is_suggested(void **state)
{
  (void)state;
  static const struct {
    double portion_g, gap, grams;
  } rows[] = {
    { 50, 0.5, 1 },   { 50, 3, 3 },     { 50, 4.2, 5 },  { 50, 5, 5 },    { 50, 5.5, 10 },   { 50, 10, 10 },
    { 50, 150, 150 }, { 50, 150.5, 0 }, { 0, 300, 300 }, { 0, 300.5, 0 }, { 101, 301, 305 }, { 1, 2.5, 3 },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    assert_float_equal(grams_of(rows[i].portion_g, rows[i].gap), rows[i].grams, 1e-9);
}

/* What is eaten most often, then what is whole, then the smaller share of a portion, then the name; the best
 * of them when there is room for few. */
static void
test_the_order_of_suggestions(void **state)
{
  (void)state;
  static const struct {
    const char *name;
    bool whole;
    double portion_g;
    uint32_t times;
  } rows[] = { { "c", true, 50, 3 }, { "f", false, 50, 3 }, { "a", true, 80, 1 }, { "b", true, 80, 1 },
               { "z", true, 60, 1 }, { "e", false, 90, 1 }, { "d", true, 90, 0 } };
  enum { N = sizeof rows / sizeof *rows };
  CalCatalogFood some[N];
  uint32_t times[N];
  for (int first = 0; first < N; first++) {
    CalSuggestion found[N];
    memset(some, 0, sizeof some);
    for (int i = 0; i < N; i++) {
      const int row = (first + 3 * i) % N;
      memcpy(some[i].food.name, rows[row].name, 2);
      some[i].food.portion_g = rows[row].portion_g;
      some[i].whole = rows[row].whole;
      some[i].food.per_100g.amount[CAL_NUTRIENT_MAGNESIUM] = 100;
      times[i] = rows[row].times;
    }
    const CalSuggestInput input = {
      .foods = some, .n_foods = N, .times = times, .nutrient = CAL_NUTRIENT_MAGNESIUM, .gap = 40
    };
    for (size_t max = 0; max <= N; max++) {
      assert_int_equal(cal_suggest(&input, found, max), max);
      for (size_t i = 0; i < max; i++)
        assert_int_equal(some[found[i].food].food.name[0], "cfabzed"[i]);
    }
  }
}

static void
test_who_is_told_of_no_food(void **state)
{
  (void)state;
  for (int nutrient = 0; nutrient < CAL_NUTRIENT_COUNT; nutrient++) {
    const bool is_k = nutrient == CAL_NUTRIENT_K1 || nutrient == CAL_NUTRIENT_MK4 ||
                      nutrient == CAL_NUTRIENT_MK7 || nutrient == CAL_NUTRIENT_K2_OTHER;
    assert_false(cal_suggest_is_silent(0, (CalNutrient)nutrient));
    assert_false(cal_suggest_is_silent(CAL_AUDIENCE_DIRECT, (CalNutrient)nutrient));
    assert_true(cal_suggest_is_silent(CAL_AUDIENCE_ASK_KIDNEY, (CalNutrient)nutrient));
    assert_true(cal_suggest_is_silent(CAL_AUDIENCE_ASK_DOCTOR, (CalNutrient)nutrient));
    assert_int_equal(cal_suggest_is_silent(CAL_AUDIENCE_STEADY_K, (CalNutrient)nutrient), is_k);
  }
}

/* What is not known of a food is not suggested, though a number stands there; what is not known beside it
 * changes nothing. */
static void
test_a_food_of_which_it_is_not_known(void **state)
{
  (void)state;
  CalCatalogFood one = { .food = { .name = "x", .portion_g = 50 } };
  CalSuggestion found[1];
  for (int unknown = 0; unknown < CAL_NUTRIENT_COUNT; unknown++) {
    const CalSuggestInput input = {
      .foods = &one, .n_foods = 1, .nutrient = CAL_NUTRIENT_MAGNESIUM, .gap = 10
    };
    one.food.per_100g.amount[CAL_NUTRIENT_MAGNESIUM] = 100;
    one.food.per_100g.unknown = 1u << unknown;
    assert_int_equal(cal_suggest(&input, found, 1), unknown != CAL_NUTRIENT_MAGNESIUM);
  }
  one.food.per_100g = (CalNutrients){ .unknown = 0 };
  const CalSuggestInput input = {
    .foods = &one, .n_foods = 1, .nutrient = CAL_NUTRIENT_MAGNESIUM, .gap = 10
  };
  assert_int_equal(cal_suggest(&input, found, 1), 0);
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
    cmocka_unit_test(test_how_much_is_suggested),
    cmocka_unit_test(test_the_order_of_suggestions),
    cmocka_unit_test(test_who_is_told_of_no_food),
    cmocka_unit_test(test_a_food_of_which_it_is_not_known),
  };
  return cmocka_run_group_tests(tests, read_table, NULL);
}
