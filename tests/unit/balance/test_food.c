/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/food.h>
#include <stdio.h>
#include <string.h>

static void
test_example(void **state)
{
  (void)state;
  CalFood egg;
  double grams;
  assert_true(cal_food_from_csv_row("egg,01123,50,82,56,12,0.3,,,,pregnant", &egg));
  assert_true(cal_food_amount_g(&egg, "2", &grams, NULL));
  assert_float_equal(grams, 100, 1e-9);
}

static void
test_an_empty_field_is_unknown(void **state)
{
  (void)state;
  CalFood egg;
  assert_true(cal_food_from_csv_row("egg,01123,50,82,56,12,0.3,,,,pregnant", &egg));
  assert_int_equal(egg.per_100g.unknown, 1u << CAL_NUTRIENT_MK4 | 1u << CAL_NUTRIENT_MK7 |
                                             1u << CAL_NUTRIENT_K2_OTHER | 1u << CAL_NUTRIENT_VITAMIN_C);
  assert_float_equal(egg.per_100g.amount[CAL_NUTRIENT_VITAMIN_D], 82, 0);
  assert_int_equal(egg.not_for, CAL_FOOD_NOT_PREGNANT);
}

static void
test_rows_that_are_none(void **state)
{
  (void)state;
  static const char *const rows[] = {
    "id,ndb,portion_g,vitd_iu,ca_mg,mg_mg,k1_ug,mk4_ug,mk7_ug,mk_other_ug,not_for",
    "",
    "egg",
    "egg,01123,50,82,56,12,0.3,,,",
    "egg,01123,50,82,56,12,0.3,,,,pregnant,more",
    "egg,01123,50,-82,56,12,0.3,,,,",
    "egg,01123,x,82,56,12,0.3,,,,",
    "egg,01123,50,82,56,12,0.3,,,,infants",
  };
  CalFood food;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    assert_false(cal_food_from_csv_row(rows[i], &food));
}

/* Read by the test, so that every row that is installed is one. */
static void
test_every_installed_row_reads_back_as_an_entry(void **state)
{
  (void)state;
  FILE *const file = fopen(FOODS_CSV, "r");
  char line[512];
  size_t n = 0;
  assert_non_null(file);
  assert_non_null(fgets(line, sizeof line, file));
  while (fgets(line, sizeof line, file) != NULL) {
    CalFood food, again;
    char value[CAL_ENTRY_VALUE_SIZE];
    line[strcspn(line, "\r\n")] = '\0';
    assert_true(cal_food_from_csv_row(line, &food));
    assert_true(cal_food_format(&food, value));
    assert_true(cal_food_parse(value, &again, NULL));
    assert_memory_equal(&food.per_100g, &again.per_100g, sizeof food.per_100g);
    assert_float_equal(food.portion_g, again.portion_g, 1e-9);
    n++;
  }
  fclose(file);
  assert_int_equal(n, 108);
}

static void
test_amounts(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    double grams;
  } rows[] = { { "", 50 },          { "120g", 120 },  { "0.2kg", 200 }, { "2", 100 },       { "1,5", 75 },
               { "1 portion", 50 }, { "2 pcs", 100 }, { "1 pack", 50 }, { "3 slices", 150 } };
  static const struct {
    const char *text;
    CalRefusalReason reason;
  } bad[] = { { "120mL", CAL_REFUSAL_WRONG_UNIT }, { "1 cup", CAL_REFUSAL_UNKNOWN_UNIT },
              { "much", CAL_REFUSAL_NO_NUMBER },   { "2.000 g", CAL_REFUSAL_AMBIGUOUS_SEPARATOR },
              { "0g", CAL_REFUSAL_OUT_OF_RANGE },  { "0", CAL_REFUSAL_OUT_OF_RANGE },
              { "11kg", CAL_REFUSAL_OUT_OF_RANGE } };
  const CalFood food = { .name = "egg", .portion_g = 50 };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    double grams = -1;
    assert_true(cal_food_amount_g(&food, rows[i].text, &grams, NULL));
    assert_float_equal(grams, rows[i].grams, 1e-9);
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    double grams;
    CalRefusal refusal;
    assert_false(cal_food_amount_g(&food, bad[i].text, &grams, &refusal));
    assert_int_equal(refusal.reason, bad[i].reason);
  }
}

static void
test_names_as_they_are_typed(void **state)
{
  (void)state;
  static const CalFood foods[] = {
    { .name = "egg-yolk" }, { .name = "egg" }, { .name = "oats" }, { .name = "dark-chocolate" }
  };
  assert_ptr_equal(cal_food_find(foods, 4, "eggs"), &foods[1]);
  assert_ptr_equal(cal_food_find(foods, 4, "Egg Yolks"), &foods[0]);
  assert_ptr_equal(cal_food_find(foods, 4, "oat"), &foods[2]);
  assert_ptr_equal(cal_food_find(foods, 4, "dark chocolate"), &foods[3]);
  assert_null(cal_food_find(foods, 4, "eg"));
  assert_null(cal_food_find(foods, 4, "chocolate"));
}

static void
test_each_plural_ending(void **state)
{
  (void)state;
  static const CalFood foods[] = {
    { .name = "cherry" }, { .name = "tomato" }, { .name = "peach" }, { .name = "radish" }, { .name = "plums" }
  };
  static const char *const typed[] = { "Cherries", "tomatoes", "peaches", "radishes", "plum" };
  for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
    assert_ptr_equal(cal_food_find(foods, 5, typed[i]), &foods[i]);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_an_empty_field_is_unknown),
    cmocka_unit_test(test_rows_that_are_none),
    cmocka_unit_test(test_every_installed_row_reads_back_as_an_entry),
    cmocka_unit_test(test_amounts),
    cmocka_unit_test(test_names_as_they_are_typed),
    cmocka_unit_test(test_each_plural_ending),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
