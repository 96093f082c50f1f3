/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/catalog.h>
#include <stdio.h>
#include <string.h>

#define MAX_FOODS 200

static CalCatalogFood foods[MAX_FOODS];
static size_t n_foods;

/* The installed table, of which every row is one, to the last column. */
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
    assert_true(foods[n_foods].label[0] != '\0');
  }
  fclose(file);
  return 0;
}

static bool
find(const void *data, const char *typed, CalCatalogFood *food)
{
  (void)data;
  const CalCatalogFood *const found = cal_catalog_find(foods, n_foods, typed);
  if (found != NULL)
    *food = *found;
  return found != NULL;
}

static void
test_example(void **state)
{
  (void)state;
  CalCatalogFood oats;
  double grams;
  assert_true(cal_catalog_from_csv_row("oats,20038,40,,54,177,,,,,,,whole,oats,oat,cup 156 sr28", &oats));
  assert_true(cal_catalog_amount_g(&oats, "1/2 cup", &grams, NULL));
  assert_float_equal(grams, 78, 1e-9);
  assert_true(oats.whole);
}

static void
test_rows_that_are_none(void **state)
{
  (void)state;
  static const char *const rows[] = {
    "oats,20038,40,,54,177,,,,,,,half,oats,oat,cup 156 sr28",
    "oats,20038,40,,54,177,,,,,,,whole,oats,oat,cup sr28",
    "oats,20038,40,,54,177,,,,,,,whole,oats,oat,cup 156",
    "oats,20038,40,,54,177,,,,,,,whole,oats,oat,cup -1 sr28",
    "oats,20038,40,,54,177,,,,,,,whole,oats,oat,bucket 156 sr28",
    "oats,20038,40,,54,177,,,,,,,whole,oats,oat,cup 156 sr28,more",
    "oats,20038,40,,54,177,,,,,,-1,whole,oats,oat,",
    "oats,20038,40,,54,177,,,,,,,whole,oats,oat,cup 0 sr28",
    "oats,20038,40,,54,177,,,,,,,whole,oats,oat,cup 10001 sr28",
    "oats,20038,40,,54,177,,,,,,,whole,oats,oat,cup many sr28",
    "oats,20038,40,,54,177,,,,,,,whole,oats,oat,cup",
    "oats,20038,40,,54,177,,,,,,,whole,oats,oat, ",
    "oats,20038,40,,54,177,,,,,,,whole,oats,oat,cup 156 the-source-of-which-is-longer-than-anybody-reads",
    "oats,20038,40,,54,177,,,,,,,whole,oats,oat,a-measure-of-16-letters 156 sr28",
    "oats,20038,40,,54,177,,,,,,,whole,oats,oat,cup 15600000000000000000000000000000000 sr28",
  };
  CalCatalogFood food = { .whole = false };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    assert_false(cal_catalog_from_csv_row(rows[i], &food));
}

static void
test_a_row_may_end_early(void **state)
{
  (void)state;
  CalCatalogFood egg;
  assert_true(cal_catalog_from_csv_row("egg,01123,50,82,56,12,0.3,,,,pregnant", &egg));
  assert_false(egg.whole);
  assert_true(egg.food.per_100g.unknown >> CAL_NUTRIENT_VITAMIN_C & 1u);
}

static void
test_vitamin_c_is_known_or_not(void **state)
{
  (void)state;
  CalCatalogFood food = { .whole = false };
  assert_true(find(NULL, "broccoli-raw", &food));
  assert_float_equal(food.food.per_100g.amount[CAL_NUTRIENT_VITAMIN_C], 89.2, 1e-9);
  assert_false(food.food.per_100g.unknown >> CAL_NUTRIENT_VITAMIN_C & 1u);
  assert_true(find(NULL, "salmon", &food));
  assert_float_equal(food.food.per_100g.amount[CAL_NUTRIENT_VITAMIN_C], 3.7, 1e-9);
  assert_true(find(NULL, "shiitake", &food)); /* not in SR28's table */
  assert_true(food.food.per_100g.unknown >> CAL_NUTRIENT_VITAMIN_C & 1u);
}

typedef struct SaidRow {
  const char *phrase, *name; /* NULL: no food, or no amount of it */
  double grams;
} SaidRow;

static void
check_said(const SaidRow *rows, size_t n_rows)
{
  for (size_t i = 0; i < n_rows; i++) {
    CalCatalogFood food;
    double grams;
    const CalPhraseResult result = cal_catalog_phrase(rows[i].phrase, find, NULL, &food, &grams, NULL);
    if (rows[i].name == NULL) {
      assert_int_not_equal(result, CAL_PHRASE_OK);
      continue;
    }
    assert_int_equal(result, CAL_PHRASE_OK);
    assert_string_equal(food.food.name, rows[i].name);
    assert_float_equal(grams, rows[i].grams, 1e-3);
  }
}

static void
test_what_people_say_they_ate(void **state)
{
  (void)state;
  static const SaidRow rows[] = {
    { "salmon 120g", "salmon", 120 },
    { "120 g salmon", "salmon", 120 },
    { "salmon", "salmon", 85 },
    { "2 eggs", "egg", 100 },
    { "egg 2", "egg", 100 },
    { "natto 1 pack", "natto", 45 },
    { "oats 1 cup", "oats", 156 },
    { "1 cup of oats", "oats", 156 },
    { "1/2 cup rolled oats", "oatmeal-dry", 40.5 },
    { "2 slices of gouda", "gouda", 56 },
    { "Dark Chocolate 30g", "dark-chocolate", 30 },
    { "milk 1 glass", "milk", 244 },
    { "milk 2pct 1 glass", "milk-2pct", 244 },
    { "2% milk 1 cup", "milk-2pct", 244 },
    { "1 tablespoon chia seeds", "chia", 12 },
    { "10 almonds", "almonds", 12 },
    { "a", NULL, 0 },
    { "handful almonds", NULL, 0 },
    { "1 handful of almonds", "almonds", 28 },
    { "3 sardines", "sardines", 36 },
    { "1 avocado", "avocado", 201 },
    { "1 portion avocado", "avocado", 75 },
    { "1,5 portions natto", "natto", 67.5 },
    { "1 can sardines in oil", "sardines", 92 },
    { "2 tsp cod liver oil", "cod-liver-oil", 9 },
    { "milk 236,6 ml", "milk", 244 },
    { "milk 250ml", "milk", 258 },
    { "1/3 cup of milk", "milk", 81.5 },
    { "1 tsp milk", "milk", 5.1 },
    { "salmon 120", NULL, 0 }, /* grams, surely */
    { "sardines 1 glass", NULL, 0 },
    { "120g Lachs", "salmon", 120 },
    { "2 Eier", "egg", 100 },
    { "1 Packung Natto", "natto", 45 },
    { "Hafer 1 Tasse", "oats", 156 },
    { "2 Scheiben Gouda", "gouda", 56 },
    { "1 Dose \u00d6lsardinen", "sardines", 92 },
    { "1 EL Chiasamen", "chia", 12 },
    { "K\u00c4SE 30g", "cheddar", 30 },
    { "salmn", NULL, 0 },
    { "", NULL, 0 },
    { "120g", NULL, 0 },
  };
  check_said(rows, sizeof rows / sizeof *rows);
}

static void
test_what_people_say_in_words(void **state)
{
  (void)state;
  static const SaidRow rows[] = {
    { "half an avocado", "avocado", 100.5 },
    { "Half avocado", "avocado", 100.5 },
    { "an egg", "egg", 50 },
    { "a handful of almonds", "almonds", 28 },
    { "two slices gouda", "gouda", 56 },
    { "1 herring fillet", "herring", 184 },
    { "two cod fillets", "cod", 462 },
    { "half a cup of oats", "oats", 78 },
    { "half two eggs", NULL, 0 },
    { "half", NULL, 0 },
    { "half a", NULL, 0 },
    { "halfan avocado", NULL, 0 },
    { "fillet herring fillet", NULL, 0 },
  };
  check_said(rows, sizeof rows / sizeof *rows);
}

static void
test_an_amount_that_is_none_is_told_with_the_measures(void **state)
{
  (void)state;
  static const struct {
    const char *phrase;
    CalRefusalReason reason;
    const char *nearest;
  } rows[] = { { "spinach 1 can", CAL_REFUSAL_UNKNOWN_UNIT, "cup" },
               { "salmon 12 bananas", CAL_REFUSAL_UNKNOWN_UNIT, "" },
               { "salmon 2.000g", CAL_REFUSAL_AMBIGUOUS_SEPARATOR, "" },
               { "salmon 20kg", CAL_REFUSAL_OUT_OF_RANGE, "" },
               { "oats 100 cups", CAL_REFUSAL_OUT_OF_RANGE, "" },
               { "oats 1/0 cups", CAL_REFUSAL_UNKNOWN_UNIT, "" },
               { "oats 1/2/3 cups", CAL_REFUSAL_UNKNOWN_UNIT, "" },
               { "oats 1/x cups", CAL_REFUSAL_UNKNOWN_UNIT, "" },
               { "oats 0 cups", CAL_REFUSAL_OUT_OF_RANGE, "" } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalCatalogFood food;
    CalRefusal refusal;
    double grams;
    assert_int_equal(cal_catalog_phrase(rows[i].phrase, find, NULL, &food, &grams, &refusal),
                     CAL_PHRASE_NO_AMOUNT);
    assert_int_equal(refusal.reason, rows[i].reason);
    assert_string_equal(refusal.nearest[0], rows[i].nearest);
  }
}

/* However long it is, it is read in the room of one. */
static void
test_a_fraction_of_fractions(void **state)
{
  (void)state;
  static char text[4000000];
  double grams;
  CalRefusal refusal;
  for (size_t i = 0; i + 1 < sizeof text; i++)
    text[i] = i % 2 == 0 ? '1' : '/';
  assert_false(cal_catalog_amount_g(&foods[0], text, &grams, &refusal));
}

/* No name or alias may mean two foods, in the singular or plural either. */
static void
test_each_name_means_one_food(void **state)
{
  (void)state;
  for (size_t i = 0; i < n_foods; i++) {
    char aliases[CAL_CATALOG_ALIASES_SIZE];
    assert_ptr_equal(cal_catalog_find(foods, n_foods, foods[i].food.name), &foods[i]);
    memcpy(aliases, foods[i].aliases, sizeof aliases);
    for (char *alias = strtok(aliases, ";"); alias != NULL; alias = strtok(NULL, ";"))
      assert_ptr_equal(cal_catalog_find(foods, n_foods, alias), &foods[i]);
  }
}

static void
test_searches(void **state)
{
  (void)state;
  CalCatalogFood food = { .whole = false };
  assert_true(find(NULL, "pumpkin-seeds", &food));
  assert_true(cal_catalog_matches(&food, "pepita"));
  assert_true(cal_catalog_matches(&food, "Seed pump"));
  assert_false(cal_catalog_matches(&food, "pumpkin pie"));
  assert_false(cal_catalog_matches(&food, ""));
  assert_int_equal(cal_catalog_likeness(&food, "pumpkn"), 1);
  assert_int_equal(cal_catalog_likeness(&food, "pump"), 0);
  assert_int_equal(cal_catalog_likeness(&food, "chocolate"), -1);
  const CalCatalogFood plain = { .food = { .name = "tilapia" } }; /* its name alone */
  assert_int_equal(cal_catalog_likeness(&plain, "tilapa"), 1);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_rows_that_are_none),
    cmocka_unit_test(test_a_row_may_end_early),
    cmocka_unit_test(test_vitamin_c_is_known_or_not),
    cmocka_unit_test(test_what_people_say_they_ate),
    cmocka_unit_test(test_what_people_say_in_words),
    cmocka_unit_test(test_an_amount_that_is_none_is_told_with_the_measures),
    cmocka_unit_test(test_a_fraction_of_fractions),
    cmocka_unit_test(test_each_name_means_one_food),
    cmocka_unit_test(test_searches),
  };
  return cmocka_run_group_tests(tests, read_table, NULL);
}
