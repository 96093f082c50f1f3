/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/context.h>
#include <calcifer/recipe.h>
#include <string.h>

static void
test_example(void **state)
{
  (void)state;
  CalRecipe porridge;
  assert_true(cal_recipe_parse("oats 40g; milk 200g", &porridge, NULL));
  assert_float_equal(cal_recipe_mass_g(&porridge), 240, 1e-9);
}

static void
test_what_is_written_reads_back(void **state)
{
  (void)state;
  static const char *const values[] = { "oats 40g; milk 200g", "my own bread 32.5g", "Käse 30g; oats 1g" };
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    CalRecipe recipe;
    char text[CAL_ENTRY_VALUE_SIZE];
    assert_true(cal_recipe_parse(values[i], &recipe, NULL));
    assert_true(cal_recipe_format(&recipe, text));
    assert_string_equal(text, values[i]);
  }
}

static void
test_refusals(void **state)
{
  (void)state;
  static const struct {
    const char *value;
    CalRefusalReason reason;
  } rows[] = { { "", CAL_REFUSAL_MISSING },
               { "oats", CAL_REFUSAL_MISSING },
               { "oats 40g;", CAL_REFUSAL_MISSING },
               { "oats 40", CAL_REFUSAL_OUT_OF_RANGE },
               { "oats 0g", CAL_REFUSAL_OUT_OF_RANGE },
               { "oats 6kg; milk 6kg", CAL_REFUSAL_OUT_OF_RANGE },
               { "a 1g;a 1g;a 1g;a 1g;a 1g;a 1g;a 1g;a 1g;a 1g;a 1g;a 1g;a 1g;a 1g", CAL_REFUSAL_TOO_MANY } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalRecipe recipe;
    CalRefusal refusal;
    assert_false(cal_recipe_parse(rows[i].value, &recipe, &refusal));
    assert_int_equal(refusal.reason, rows[i].reason);
    assert_non_null(refusal.expected);
  }
}

/* 40 g with 50 mg of calcium in 100 g, and 200 g with 120: 260 mg in 240 g. */
static void
test_unknowns_propagate(void **state)
{
  (void)state;
  CalFood foods[2] = { { .name = "oats" }, { .name = "milk", .not_for = CAL_FOOD_NOT_PREGNANT } };
  CalRecipe porridge;
  CalFood mixed;
  foods[0].per_100g.amount[CAL_NUTRIENT_CALCIUM] = 50;
  foods[1].per_100g.amount[CAL_NUTRIENT_CALCIUM] = 120;
  foods[0].per_100g.unknown = 1u << CAL_NUTRIENT_K1;
  assert_true(cal_recipe_parse("oats 40g; milk 200g", &porridge, NULL));
  cal_recipe_mix(&porridge, foods, 2, &mixed);
  assert_float_equal((mixed.per_100g.amount[CAL_NUTRIENT_CALCIUM] * 2.4), 260, 1e-9);
  assert_int_equal(mixed.per_100g.unknown, 1u << CAL_NUTRIENT_K1);
  assert_float_equal(mixed.portion_g, 240, 1e-9);
  assert_int_equal(mixed.not_for, CAL_FOOD_NOT_PREGNANT);
  cal_recipe_mix(&porridge, foods, 1, &mixed); /* nobody knows the milk */
  assert_int_equal(mixed.per_100g.unknown, (1u << CAL_NUTRIENT_COUNT) - 1);
}

static void
test_natto_in_it_is_natto(void **state)
{
  (void)state;
  const CalFood foods[] = { { .name = "natto" }, { .name = "brown-rice" } };
  CalRecipe recipe;
  CalFood mixed;
  assert_true(cal_recipe_parse("natto 45g; brown-rice 200g", &recipe, NULL));
  cal_recipe_mix(&recipe, foods, 2, &mixed);
  assert_true(cal_food_is_natto(&mixed));
  assert_true(cal_recipe_parse("brown-rice 200g", &recipe, NULL));
  cal_recipe_mix(&recipe, foods, 2, &mixed);
  assert_false(cal_food_is_natto(&mixed));
}

static void
test_whole_is_what_all_of_it_is(void **state)
{
  (void)state;
  CalFood foods[] = { { .name = "oats", .whole = CAL_WHOLE_YES }, { .name = "milk" } };
  static const struct {
    CalWhole milk, porridge;
  } rows[] = { { CAL_WHOLE_YES, CAL_WHOLE_YES },
               { CAL_WHOLE_UNKNOWN, CAL_WHOLE_UNKNOWN },
               { CAL_WHOLE_NO, CAL_WHOLE_NO } };
  CalRecipe recipe;
  CalFood mixed;
  assert_true(cal_recipe_parse("milk 200g; oats 40g", &recipe, NULL));
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    foods[1].whole = rows[i].milk;
    cal_recipe_mix(&recipe, foods, 2, &mixed);
    assert_int_equal(mixed.whole, rows[i].porridge);
  }
  cal_recipe_mix(&recipe, foods, 1, &mixed); /* nobody knows the milk */
  assert_int_equal(mixed.whole, CAL_WHOLE_UNKNOWN);
}

static bool
step(CalContext *context, CalEntryKind kind, const char *name, const char *value)
{
  CalEntry entry = { .kind = kind, .way = CAL_WAY_HAND };
  memcpy(entry.name, name, strlen(name));
  memcpy(entry.value, value, strlen(value));
  return cal_entry_check(context, &entry, NULL) && cal_context_step(context, &entry);
}

static void
test_a_recipe_of_the_ledger(void **state)
{
  (void)state;
  static CalContext context;
  CalFood eaten;
  cal_context_init(&context);
  assert_true(step(&context, CAL_ENTRY_FOODSTUFF, "oats", "portion=40g magnesium=177mg"));
  assert_false(step(&context, CAL_ENTRY_RECIPE, "porridge", "oats 40g; milk 200g"));
  assert_false(step(&context, CAL_ENTRY_RECIPE, "oats", "oats 40g"));
  assert_true(step(&context, CAL_ENTRY_RECIPE, "porridge", "oats 40g"));
  assert_false(step(&context, CAL_ENTRY_RECIPE, "double", "porridge 40g"));
  assert_true(cal_context_eaten(&context, "porridge", &eaten));
  assert_float_equal(eaten.per_100g.amount[CAL_NUTRIENT_MAGNESIUM], 177, 1e-9);
  assert_true(step(&context, CAL_ENTRY_FOODSTUFF, "oats", "magnesium=100mg")); /* from now on */
  assert_true(cal_context_eaten(&context, "porridge", &eaten));
  assert_float_equal(eaten.per_100g.amount[CAL_NUTRIENT_MAGNESIUM], 100, 1e-9);
  assert_true(step(&context, CAL_ENTRY_RECIPE, "porridge", ""));
  assert_false(cal_context_eaten(&context, "porridge", &eaten));
}

/* Twelve foods, their names longer and longer: what fits reads back, what does not is refused. */
static void
test_no_more_is_written_than_there_is_room_for(void **state)
{
  (void)state;
  bool fitted = true;
  for (size_t extra = 0; extra < 12 * 40; extra++) {
    CalRecipe recipe = { .n_parts = CAL_RECIPE_MAX_FOODS }, read;
    char value[CAL_ENTRY_VALUE_SIZE], again[CAL_ENTRY_VALUE_SIZE];
    size_t left = extra;
    for (size_t i = 0; i < CAL_RECIPE_MAX_FOODS; i++) {
      const size_t more = left < 40 ? left : 40;
      left -= more;
      memset(recipe.part[i].food, 'a' + (int)i, 1 + more);
      recipe.part[i].grams = 12.5;
    }
    const bool fits = cal_recipe_format(&recipe, value);
    assert_true(strlen(value) < sizeof value);
    assert_true(fitted || !fits);
    fitted = fits;
    if (!fits)
      continue;
    assert_true(cal_recipe_parse(value, &read, NULL));
    assert_true(cal_recipe_format(&read, again));
    assert_string_equal(again, value);
  }
  assert_false(fitted);
}

static void
test_what_could_not_be_read_again_is_not_written(void **state)
{
  (void)state;
  char value[CAL_ENTRY_VALUE_SIZE];
  CalRecipe recipe = { .n_parts = 1, .part = { { .food = "oats", .grams = 0.01 } } };
  assert_true(cal_recipe_format(&recipe, value));
  assert_string_equal(value, "oats 0.01g");
  recipe.part[0].grams = 0.0099;
  assert_false(cal_recipe_format(&recipe, value));
  recipe.part[0] = (CalRecipePart){ .food = "oats; milk", .grams = 40 };
  assert_false(cal_recipe_format(&recipe, value));
}

/* A mass too long to be one, and names with spaces all around. */
static void
test_spaces_and_long_words(void **state)
{
  (void)state;
  CalRecipe recipe;
  CalRefusal refusal;
  assert_true(cal_recipe_parse("  my  oats   40g  ;milk 200g ", &recipe, NULL));
  assert_string_equal(recipe.part[0].food, "my  oats");
  assert_string_equal(recipe.part[1].food, "milk");
  assert_false(cal_recipe_parse("oats 4000000000000000000000000000000000000000000000000000000000g", &recipe,
                                &refusal));
  assert_int_equal(refusal.reason, CAL_REFUSAL_OUT_OF_RANGE);
  assert_true(cal_recipe_parse("oats 5kg; milk 5kg", &recipe, NULL));
  assert_false(cal_recipe_parse("oats 5kg; milk 5000.1g", &recipe, NULL));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_what_is_written_reads_back),
    cmocka_unit_test(test_refusals),
    cmocka_unit_test(test_unknowns_propagate),
    cmocka_unit_test(test_natto_in_it_is_natto),
    cmocka_unit_test(test_whole_is_what_all_of_it_is),
    cmocka_unit_test(test_a_recipe_of_the_ledger),
    cmocka_unit_test(test_no_more_is_written_than_there_is_room_for),
    cmocka_unit_test(test_what_could_not_be_read_again_is_not_written),
    cmocka_unit_test(test_spaces_and_long_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
