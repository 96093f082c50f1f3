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

#define LONG_TYPED "a name of some fifty letters, which is more than fits"

static void
test_nobody_has_a_name_that_long(void **state)
{
  (void)state;
  CalCatalogFood food;
  double grams;
  assert_false(find(NULL, LONG_TYPED, &food));
  assert_true(find(NULL, "egg", &food));
  assert_int_equal(cal_catalog_likeness(&food, LONG_TYPED), -1);
  assert_false(cal_catalog_matches(&food, "a-word-of-some-fifty-letters-which-is-more-than-fits"));
  assert_int_equal(cal_catalog_phrase("120g " LONG_TYPED, find, NULL, &food, &grams, NULL),
                   CAL_PHRASE_NO_FOOD);
}

/* A spoon from a cup, a teaspoon from a spoon; never over what the table says. */
static void
test_spoons_follow_from_cups(void **state)
{
  (void)state;
  static const struct {
    const char *measures;
    double cup, tablespoon, teaspoon;
  } rows[] = {
    { "cup 48 sr28", 48, 3, 1 },
    { "tablespoon 6 sr28", 0, 6, 2 },
    { "tablespoon 6 sr28;teaspoon 1 sr28", 0, 6, 1 },
    { "teaspoon 1 sr28", 0, 0, 1 },
    { "cup 48 sr28;tablespoon 6 sr28", 48, 6, 1 },
    { "cup 48 sr28;teaspoon 2 sr28", 48, 3, 2 },
    { "", 0, 0, 0 },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalCatalogFood food;
    char row[128];
    snprintf(row, sizeof row, "oats,20038,40,,54,177,,,,,,,whole,oats,oat,%s", rows[i].measures);
    assert_true(cal_catalog_from_csv_row(row, &food));
    assert_float_equal(food.measure_g[CAL_HOUSEHOLD_CUP], rows[i].cup, 1e-9);
    assert_float_equal(food.measure_g[CAL_HOUSEHOLD_TABLESPOON], rows[i].tablespoon, 1e-9);
    assert_float_equal(food.measure_g[CAL_HOUSEHOLD_TEASPOON], rows[i].teaspoon, 1e-9);
  }
}

static void
test_measures_that_are_none(void **state)
{
  (void)state;
  static const char *const measures[] = {
    "cup 0 sr28",
    "cup 10001 sr28",
    "cup x sr28",
    "bucket 5 sr28",
    "cup",
    ";",
    "a-measure-of-a-long-name 5 sr28",
    "cup 5.0000000000000000000000000 sr28",
    "cup 5 a-source-that-is-longer-than-a-whole-measure-may-be",
  };
  CalCatalogFood food;
  char row[160];
  for (size_t i = 0; i < sizeof measures / sizeof *measures; i++) {
    snprintf(row, sizeof row, "oats,20038,40,,54,177,,,,,,,whole,oats,oat,%s", measures[i]);
    assert_false(cal_catalog_from_csv_row(row, &food));
  }
  assert_true(cal_catalog_from_csv_row("oats,20038,40,,54,177,,,,,,,whole,oats,oat,cup 10000 sr28", &food));
}

static void
test_texts_of_a_row_that_are_too_long(void **state)
{
  (void)state;
  char text[CAL_CATALOG_ALIASES_SIZE + 1], row[400];
  CalCatalogFood food;
  for (int more = 0; more < 2; more++) {
    const size_t label = CAL_CATALOG_LABEL_SIZE - 1 + (size_t)more;
    const size_t aliases = CAL_CATALOG_ALIASES_SIZE - 1 + (size_t)more;
    memset(text, 'x', sizeof text);
    snprintf(row, sizeof row, "oats,20038,40,,54,177,,,,,,,whole,%.*s,oat,", (int)label, text);
    assert_int_equal(cal_catalog_from_csv_row(row, &food), !more);
    snprintf(row, sizeof row, "oats,20038,40,,54,177,,,,,,,whole,oats,%.*s,", (int)aliases, text);
    assert_int_equal(cal_catalog_from_csv_row(row, &food), !more);
  }
}

static double
amount_of(const char *text)
{
  CalCatalogFood food = { .food = { .name = "x", .portion_g = 30 } };
  double grams = -1;
  food.measure_g[CAL_HOUSEHOLD_CUP] = 100;
  return cal_catalog_amount_g(&food, text, &grams, NULL) ? grams : -1;
}

/* Rounded as finely as a measure is known: to halves from 20 g on, to tenths from 1 g, to milligrams. */
static void
test_how_amounts_are_rounded(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    double grams;
  } rows[] = {
    { "0.2 cup", 20 },       { "0.2012 cup", 20 },
    { "0.2038 cup", 20.5 },  { "0.1996 cup", 20 },
    { "0.1993 cup", 19.9 },  { "0.01 cup", 1 },
    { "0.0124 cup", 1.2 },   { "0.00999 cup", 0.999 },
    { "0.005 cup", 0.5 },    { "0.0001 cup", 0.01 },
    { "100 cups", 10000 },   { "100.1 cups", -1 },
    { "0 cups", -1 },        { "12", 360 },
    { "12.1", -1 },          { "13", -1 },
    { "  2 cups", 200 },     { "1/4 cup", 25 },
    { "1/0 cup", -1 },       { "473.18 mL", 200 },
    { "118.3mL", 50 },       { "30g", 30 },
    { "a cup", 100 },        { "half a cup", 50 },
    { "half two cups", -1 }, { "1.00000000000000000 cup", -1 },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const double grams = amount_of(rows[i].text);
    if (!(grams > rows[i].grams - 1e-9 && grams < rows[i].grams + 1e-9))
      fail_msg("%s: %.9g", rows[i].text, grams);
  }
}

/* What is asked for of a food without that measure is told those that it has, three at most. */
static void
test_the_measures_that_are_known_are_told(void **state)
{
  (void)state;
  CalCatalogFood food = { .food = { .name = "x", .portion_g = 30 } };
  CalRefusal refusal;
  double grams;
  food.measure_g[CAL_HOUSEHOLD_GLASS] = food.measure_g[CAL_HOUSEHOLD_TEASPOON] = 5;
  food.measure_g[CAL_HOUSEHOLD_SLICE] = food.measure_g[CAL_HOUSEHOLD_CAN] = 5;
  assert_false(cal_catalog_amount_g(&food, "2 cups", &grams, &refusal));
  assert_int_equal(refusal.reason, CAL_REFUSAL_UNKNOWN_UNIT);
  assert_string_equal(refusal.nearest[0], "glass");
  assert_string_equal(refusal.nearest[1], "teaspoon");
  assert_string_equal(refusal.nearest[2], "slice");
  assert_false(cal_catalog_amount_g(&food, "2 cups", &grams, NULL));
}

/* A third of the letters may be wrong, in the name, in one of its words, or in an alias; the least counts. */
static void
test_how_like_a_name_is(void **state)
{
  (void)state;
  const CalCatalogFood food = { .food = { .name = "dark-chocolate" }, .aliases = "cocoa;bitter-bar" };
  static const struct {
    const char *typed;
    int slips;
  } rows[] = {
    { "dark-chocolate", 0 }, { "choc", 0 },       { "dar", 0 },           { "da", -1 },    { "dxrk", 1 },
    { "dxxk", -1 },          { "coco", 0 },       { "cacoa", 1 },         { "caxoa", -1 }, { "chocolade", 1 },
    { "xhxcolade", 3 },      { "xhxcxlade", -1 }, { "darkchocolate", 1 }, { "bittr", 1 },  { "zzz", -1 },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (cal_catalog_likeness(&food, rows[i].typed) != rows[i].slips)
      fail_msg("%s: %d", rows[i].typed, cal_catalog_likeness(&food, rows[i].typed));
}

static const char *
name_of(const char *phrase)
{
  static CalCatalogFood food;
  double grams;
  return cal_catalog_phrase(phrase, find, NULL, &food, &grams, NULL) == CAL_PHRASE_OK ? food.food.name : "";
}

/* "of" is nobody's name, but alone it is nothing either; and no phrase is longer than twelve words. */
static void
test_phrases_at_their_ends(void **state)
{
  (void)state;
  assert_string_equal(name_of(""), "");
  assert_string_equal(name_of("of"), "");
  assert_string_equal(name_of("120g of"), "");
  assert_string_equal(name_of("120g of salmon"), "salmon");
  assert_string_equal(name_of("2 salmon fillets"), "salmon");
  assert_string_equal(name_of("2 nothing fillets"), "");
  assert_string_equal(name_of("2 salmon fillings"), "");
  assert_string_equal(name_of("a b c d e f g h i j k l m"), "");
  assert_string_equal(name_of("2 " LONG_TYPED " fillets"), "");
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
    cmocka_unit_test(test_nobody_has_a_name_that_long),
    cmocka_unit_test(test_spoons_follow_from_cups),
    cmocka_unit_test(test_measures_that_are_none),
    cmocka_unit_test(test_texts_of_a_row_that_are_too_long),
    cmocka_unit_test(test_how_amounts_are_rounded),
    cmocka_unit_test(test_the_measures_that_are_known_are_told),
    cmocka_unit_test(test_how_like_a_name_is),
    cmocka_unit_test(test_phrases_at_their_ends),
  };
  return cmocka_run_group_tests(tests, read_table, NULL);
}
