/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <stdio.h>
#include <string.h>

#include <calcifer/audience.h>

#include "rows.h"

/* audience.h has no example of its own: the first test is what it says in its first sentence. */
static void
test_example(void **state)
{
  (void)state;
  CalContext context;
  cal_context_init(&context);
  rows_profile(&context, "phototype 3");
  rows_profile(&context, "birth-year 1980");
  assert_int_equal(cal_audience_of(&context.profile, ROWS_TODAY), 0);
  rows_profile(&context, "conditions kidney-disease");
  assert_int_equal(cal_audience_of(&context.profile, ROWS_TODAY), CAL_AUDIENCE_ASK_KIDNEY);
  assert_int_equal(cal_audience_private(&context.profile), CAL_AUDIENCE_ASK_KIDNEY);
}

#define S CAL_AUDIENCE_NO_SUN
#define D CAL_AUDIENCE_ASK_DOCTOR

/* Who is spoken to differently, written down a second time. */
static const struct {
  const char *setting;
  uint32_t audience;
  bool is_private;
} people[] = {
  { "conditions kidney-disease", CAL_AUDIENCE_ASK_KIDNEY, true },
  { "conditions kidney-stones", D, true },
  { "conditions hypercalcaemia", D | S, true },
  { "conditions hyperparathyroidism", D | S, true },
  { "conditions sarcoidosis", D | S, true },
  { "conditions granulomatous-disease", S, true },
  { "conditions skin-cancer", S, true },
  { "conditions lupus", S, true },
  { "conditions porphyria", S, true },
  { "conditions xeroderma", S, true },
  { "conditions albinism", S, true },
  { "conditions immunosuppression", S, true },
  { "conditions diabetes", CAL_AUDIENCE_CALCIFICATION, true },
  { "medicines vitamin-k-antagonist", CAL_AUDIENCE_STEADY_K, true },
  { "medicines direct-anticoagulant", CAL_AUDIENCE_DIRECT, true },
  { "medicines photosensitiser", S, true },
  { "medicines thiazide", D, true },
  { "medicines digoxin", D, true },
  { "medicines lithium", D, true },
  { "medicines levothyroxine", CAL_AUDIENCE_APART, true },
  { "medicines tetracycline", CAL_AUDIENCE_APART, true },
  { "medicines quinolone", CAL_AUDIENCE_APART, true },
  { "medicines bisphosphonate", CAL_AUDIENCE_APART, true },
  { "phototype 1", S, false },
  { "phototype 2", 0, false },
  { "phototype 6", 0, false },
  { "stage none", 0, false },
  { "stage pregnant", CAL_AUDIENCE_PREGNANT, false },
  { "stage may-become", CAL_AUDIENCE_PREGNANT, false },
  { "stage lactating", 0, false },
  { "birth-year 2020", S | CAL_AUDIENCE_UNDER_18, false },
  { "birth-year 2008", S | CAL_AUDIENCE_UNDER_18, false }, /* 17 or 18 */
  { "birth-year 2007", 0, false },
  { "birth-year 1956", 0, false },
  { "birth-year 1955", CAL_AUDIENCE_CALCIFICATION, false }, /* 70 or 71 */
  { "birth-year 1930", CAL_AUDIENCE_CALCIFICATION, false },
};

#define N_PEOPLE (sizeof people / sizeof *people)

static void
somebody(CalContext *context)
{
  cal_context_init(context);
  rows_profile(context, "phototype 3");
  rows_profile(context, "birth-year 1980");
}

static void
test_everyone_has_their_row(void **state)
{
  (void)state;
  for (size_t i = 0; i < N_PEOPLE; i++) {
    CalContext context;
    somebody(&context);
    rows_profile(&context, people[i].setting);
    assert_int_equal(cal_audience_of(&context.profile, ROWS_TODAY), people[i].audience);
    assert_int_equal(cal_audience_private(&context.profile), people[i].is_private ? people[i].audience : 0);
  }
}

static void
test_two_rows_add_up(void **state)
{
  (void)state;
  CalContext context;
  somebody(&context);
  rows_profile(&context, "conditions kidney-disease,lupus");
  rows_profile(&context, "medicines vitamin-k-antagonist,lithium");
  assert_int_equal(cal_audience_of(&context.profile, ROWS_TODAY),
                   CAL_AUDIENCE_ASK_KIDNEY | S | D | CAL_AUDIENCE_STEADY_K);
}

/* A key that was taken back leaves its field behind, which means nothing. */
static void
test_what_was_taken_back_is_not_known(void **state)
{
  (void)state;
  static const char *const keys[] = { "conditions ", "medicines ", "stage " };
  CalContext context;
  somebody(&context);
  rows_profile(&context, "conditions sarcoidosis");
  rows_profile(&context, "medicines lithium");
  rows_profile(&context, "stage pregnant");
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    rows_profile(&context, keys[i]);
  assert_int_equal(cal_audience_of(&context.profile, ROWS_TODAY), 0);
}

static void
test_who_said_nothing(void **state)
{
  (void)state;
  const CalProfile unset = cal_profile_unset();
  assert_int_equal(cal_audience_of(&unset, ROWS_TODAY), CAL_AUDIENCE_SUN_UNSET);
  assert_int_equal(cal_audience_private(&unset), 0);
}

/* -- Codes -- */

static void
test_sunburn_alone_is_halved(void **state)
{
  (void)state;
  for (int code = 0; code < CAL_CODE_COUNT; code++) {
    const bool burn = code == CAL_CODE_SUN_HALF || code == CAL_CODE_SUN_NEAR || code == CAL_CODE_SUN_BURN;
    assert_int_equal(cal_audience_code((CalCode)code).halved, burn ? CAL_AUDIENCE_NO_SUN : 0);
  }
}

static void
test_vitamin_k_antagonists(void **state)
{
  (void)state;
  for (int code = 0; code < CAL_CODE_COUNT; code++) {
    const CalCodeAudience means = cal_audience_code((CalCode)code);
    assert_int_equal(means.only, code == CAL_CODE_K_STEADY ? CAL_AUDIENCE_STEADY_K : 0);
    assert_int_equal(means.silenced & CAL_AUDIENCE_STEADY_K,
                     code == CAL_CODE_D_WITHOUT_K2 ? CAL_AUDIENCE_STEADY_K : 0);
  }
}

/* Whatever suggests anything to eat, to take or to do knows those to whom nothing is suggested. */
static void
test_advice_knows_who_takes_none(void **state)
{
  (void)state;
  static const CalCode advice[] = {
    CAL_CODE_D_LOW,        CAL_CODE_D_HIGH,
    CAL_CODE_D_WITHOUT_K2, CAL_CODE_D_WITHOUT_MAGNESIUM,
    CAL_CODE_CA_HIGH,      CAL_CODE_CA_MG_RATIO,
    CAL_CODE_MG_LOW,       CAL_CODE_CA_SUPPLEMENT_HIGH,
    CAL_CODE_D_VERY_HIGH,  CAL_CODE_MG_SUPPLEMENT_HIGH,
  };
  for (size_t i = 0; i < sizeof advice / sizeof *advice; i++)
    assert_int_equal(cal_audience_code(advice[i]).reworded & CAL_AUDIENCE_NO_MORE, CAL_AUDIENCE_NO_MORE);
  const uint32_t d_low = cal_audience_code(CAL_CODE_D_LOW).reworded;
  assert_true((d_low & CAL_AUDIENCE_NO_SUN) != 0);
  assert_true((d_low & CAL_AUDIENCE_SUN_UNSET) != 0);
  assert_true((d_low & CAL_AUDIENCE_PREGNANT) != 0);
}

/* -- Foods -- */

#define MAX_FOODS 200

static CalFood foods[MAX_FOODS];
static size_t n_foods;

static int
read_foods(void **state)
{
  (void)state;
  char line[512];
  FILE *const file = fopen(FOODS_CSV, "r");
  if (file == NULL)
    return -1;
  while (fgets(line, sizeof line, file) != NULL && n_foods < MAX_FOODS) {
    line[strcspn(line, "\r\n")] = '\0';
    n_foods += cal_food_from_csv_row(line, &foods[n_foods]);
  }
  fclose(file);
  return n_foods > 80 ? 0 : -1;
}

static double
k_in_a_portion(const CalFood *food)
{
  const double *const amount = food->per_100g.amount;
  return food->portion_g / 100 *
         (amount[CAL_NUTRIENT_K1] + amount[CAL_NUTRIENT_MK4] + amount[CAL_NUTRIENT_MK7] +
          amount[CAL_NUTRIENT_K2_OTHER]);
}

static bool
is_forbidden_when_pregnant(const char *name)
{
  static const char *const parts[] = { "liver",
                                       "brie",
                                       "camembert",
                                       "salmon-sockeye-raw",
                                       "salmon-farmed-raw",
                                       "mackerel-raw",
                                       "mackerel-pacific-raw",
                                       "trout-raw" };
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (strstr(name, parts[i]) != NULL)
      return true;
  return strcmp(name, "eel") == 0 || strcmp(name, "cod") == 0; /* the table has them raw */
}

/* Every food with every condition, medicine, stage and age. */
static void
test_every_food_with_everyone(void **state)
{
  (void)state;
  for (size_t i = 0; i < N_PEOPLE; i++) {
    CalContext context;
    somebody(&context);
    rows_profile(&context, people[i].setting);
    const uint32_t audience = cal_audience_of(&context.profile, ROWS_TODAY);
    for (size_t j = 0; j < n_foods; j++) {
      const bool may = cal_audience_may_suggest(audience, &foods[j]);
      if ((people[i].audience & CAL_AUDIENCE_NO_MORE) != 0)
        assert_false(may);
      else if ((people[i].audience & CAL_AUDIENCE_STEADY_K) != 0)
        assert_false(may && (k_in_a_portion(&foods[j]) > 20 ||
                             (foods[j].not_for & CAL_FOOD_NOT_VITAMIN_K_ANTAGONIST) != 0));
      else if ((people[i].audience & CAL_AUDIENCE_PREGNANT) != 0)
        assert_int_equal(may, (foods[j].not_for & CAL_FOOD_NOT_PREGNANT) == 0);
      else
        assert_true(may);
      if (is_forbidden_when_pregnant(foods[j].name))
        assert_false(cal_audience_may_suggest(audience | CAL_AUDIENCE_PREGNANT, &foods[j]));
    }
  }
}

static void
test_vitamin_k_of_a_portion(void **state)
{
  (void)state;
  CalFood food = { .portion_g = 50, .per_100g.amount[CAL_NUTRIENT_K1] = 30 };
  food.per_100g.amount[CAL_NUTRIENT_MK7] = 10;
  assert_true(cal_audience_may_suggest(CAL_AUDIENCE_STEADY_K, &food)); /* 20 ug */
  food.per_100g.amount[CAL_NUTRIENT_MK4] = 0.1;
  assert_false(cal_audience_may_suggest(CAL_AUDIENCE_STEADY_K, &food));
  assert_true(cal_audience_may_suggest(CAL_AUDIENCE_DIRECT, &food));
  food.portion_g = 0; /* not known: 100 g */
  food.per_100g.amount[CAL_NUTRIENT_K1] = 15;
  assert_false(cal_audience_may_suggest(CAL_AUDIENCE_STEADY_K, &food));
}

/* Twenty micrograms of vitamin K a portion are few; of a food whose portion nobody knows, in 100 g. */
static void
test_how_much_vitamin_k_is_few(void **state)
{
  (void)state;
  static const struct {
    double portion_g, k1_ug, mk7_ug;
    bool may;
  } rows[] = { { 0, 20, 0, true },  { 0, 20.1, 0, false },  { 0, 10, 10, true },  { 0, 10, 10.1, false },
               { 50, 40, 0, true }, { 50, 40.1, 0, false }, { 200, 10, 0, true }, { 200, 10.1, 0, false } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalFood food = { .name = "x", .portion_g = rows[i].portion_g };
    food.per_100g.amount[CAL_NUTRIENT_K1] = rows[i].k1_ug;
    food.per_100g.amount[CAL_NUTRIENT_MK7] = rows[i].mk7_ug;
    assert_int_equal(cal_audience_may_suggest(CAL_AUDIENCE_STEADY_K, &food), rows[i].may);
    assert_true(cal_audience_may_suggest(0, &food));
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_everyone_has_their_row),
    cmocka_unit_test(test_two_rows_add_up),
    cmocka_unit_test(test_what_was_taken_back_is_not_known),
    cmocka_unit_test(test_who_said_nothing),
    cmocka_unit_test(test_sunburn_alone_is_halved),
    cmocka_unit_test(test_vitamin_k_antagonists),
    cmocka_unit_test(test_advice_knows_who_takes_none),
    cmocka_unit_test(test_every_food_with_everyone),
    cmocka_unit_test(test_vitamin_k_of_a_portion),
    cmocka_unit_test(test_how_much_vitamin_k_is_few),
  };
  return cmocka_run_group_tests(tests, read_foods, NULL);
}
