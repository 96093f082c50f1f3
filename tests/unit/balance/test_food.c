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
    { .name = "cherry" }, { .name = "tomato" }, { .name = "peach" },
    { .name = "radish" }, { .name = "plums" },  { .name = "y" }, /* nothing but its ending */
  };
  static const char *const typed[] = { "Cherries", "tomatoes", "peaches", "radishes", "plum", "ies" };
  for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
    assert_ptr_equal(cal_food_find(foods, 6, typed[i]), &foods[i]);
}

/* Three decimals would be taken for thousands. */
static void
test_a_portion_is_written_in_two_decimals(void **state)
{
  (void)state;
  CalFood food = { .name = "x", .portion_g = 55.126 };
  char value[CAL_ENTRY_VALUE_SIZE];
  assert_true(cal_food_format(&food, value));
  assert_memory_equal(value, "portion=55.13g ", strlen("portion=55.13g "));
}

/* A food whose nutrients are all known, in numbers of `digits` digits behind the point. */
static CalFood
full_food(double scale)
{
  CalFood food = { .name = "x", .portion_g = 123.25, .whole = CAL_WHOLE_YES };
  for (int i = 0; i < CAL_NUTRIENT_COUNT; i++)
    food.per_100g.amount[i] = scale * (i + 1);
  return food;
}

static void
test_what_is_written_of_a_food(void **state)
{
  (void)state;
  char value[CAL_ENTRY_VALUE_SIZE];
  CalFood food = full_food(1), again;
  for (int whole = CAL_WHOLE_UNKNOWN; whole <= CAL_WHOLE_NO; whole++)
    for (int has_portion = 0; has_portion < 2; has_portion++) {
      food.whole = (CalWhole)whole;
      food.portion_g = has_portion * 0.01;
      assert_true(cal_food_format(&food, value));
      assert_int_equal(strncmp(value, "portion=0.01g", 13) == 0, has_portion);
      assert_true(cal_food_parse(value, &again, NULL));
      assert_int_equal(again.whole, whole);
      assert_float_equal(again.portion_g, food.portion_g, 1e-9);
    }
  food.portion_g = 0.0099; /* would be written as nothing */
  assert_true(cal_food_format(&food, value));
  assert_null(strstr(value, "portion"));
}

static void
test_words_of_a_food(void **state)
{
  (void)state;
  static const struct {
    const char *value;
    CalRefusalReason reason;
  } rows[] = {
    { "whole=no d=1IU", CAL_REFUSAL_NONE },
    { "whole=yes d=1IU", CAL_REFUSAL_NONE },
    { "whole=maybe d=1IU", CAL_REFUSAL_UNEXPECTED },
    { "whole=no", CAL_REFUSAL_MISSING },
    { "", CAL_REFUSAL_MISSING },
    { "d", CAL_REFUSAL_UNEXPECTED },
    { "portion=10kg d=1IU", CAL_REFUSAL_NONE },
    { "portion=10.1kg d=1IU", CAL_REFUSAL_OUT_OF_RANGE },
    { "portion=0g d=1IU", CAL_REFUSAL_OUT_OF_RANGE },
    { "portion=1mL d=1IU", CAL_REFUSAL_WRONG_UNIT },
    { "d=1000000IU", CAL_REFUSAL_NONE },
    { "d=1000001IU", CAL_REFUSAL_OUT_OF_RANGE },
    { "d=25mg", CAL_REFUSAL_NONE },
    { "d=25.1mg", CAL_REFUSAL_OUT_OF_RANGE },
    { "d=1mL", CAL_REFUSAL_WRONG_UNIT },
    { "calcium=100g", CAL_REFUSAL_NONE },
    { "calcium=100.1g", CAL_REFUSAL_OUT_OF_RANGE },
    { "calcium=1IU", CAL_REFUSAL_WRONG_UNIT },
    { "k1=100g", CAL_REFUSAL_NONE },
    { "k1=100.1g", CAL_REFUSAL_OUT_OF_RANGE },
    { "d=1.00000000000000000000000000000000000000IU", CAL_REFUSAL_TOO_LONG },
    { "a-name-that-is-longer-than-forty-letters-are=1mg", CAL_REFUSAL_UNKNOWN_NAME },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalFood food;
    CalRefusal refusal = { .reason = CAL_REFUSAL_NONE };
    if (cal_food_parse(rows[i].value, &food, &refusal) != (rows[i].reason == CAL_REFUSAL_NONE))
      print_error("%s\n", rows[i].value);
    assert_int_equal(refusal.reason, rows[i].reason);
  }
}

static void
test_amounts_at_their_bounds(void **state)
{
  (void)state;
  const CalFood food = { .name = "egg", .portion_g = 50 }, unknown = { .name = "x" };
  double grams = -1;
  CalRefusal refusal;
  assert_true(cal_food_amount_g(&food, "  2 pieces", &grams, NULL));
  assert_float_equal(grams, 100, 1e-9);
  assert_true(cal_food_amount_g(&food, "200", &grams, NULL));
  assert_float_equal(grams, 10000, 1e-9);
  assert_false(cal_food_amount_g(&food, "200.1", &grams, &refusal));
  assert_int_equal(refusal.reason, CAL_REFUSAL_OUT_OF_RANGE);
  assert_true(cal_food_amount_g(&food, "10kg", &grams, NULL));
  assert_false(cal_food_amount_g(&food, "10.01kg", &grams, NULL));
  assert_false(cal_food_amount_g(&unknown, "2", &grams, &refusal));
  assert_int_equal(refusal.reason, CAL_REFUSAL_NO_UNIT);
  assert_false(cal_food_amount_g(&unknown, "", &grams, NULL));
  assert_true(cal_food_amount_g(&unknown, "2g", &grams, NULL));
  assert_false(cal_food_amount_g(&food, "2 a-word-longer-than-any-of-a-portion", &grams, NULL));
  assert_true(cal_food_amount_g(&food, "1.00000000000", &grams, NULL));
  assert_false(cal_food_amount_g(&food, "1.000000000000", &grams, NULL)); /* longer than any number is */
}

#define LONG_TYPED "a name of some fifty letters, which is more than fits"

static void
test_a_name_that_is_too_long_is_nobodys(void **state)
{
  (void)state;
  const CalFood food = { .name = "egg" };
  assert_null(cal_food_find(&food, 1, LONG_TYPED));
  assert_false(cal_food_is_called(&food, LONG_TYPED));
  assert_true(cal_food_is_called(&food, "Eggs"));
  assert_false(cal_food_is_called(&food, "Egges"));
}

/* What was expected is told in the nutrient's own terms. */
static void
test_what_is_expected_of_an_amount(void **state)
{
  (void)state;
  CalFood food;
  CalRefusal refusal;
  assert_false(cal_food_parse("d=lots", &food, &refusal));
  assert_non_null(strstr(refusal.expected, "2000IU"));
  assert_false(cal_food_parse("calcium=lots", &food, &refusal));
  assert_non_null(strstr(refusal.expected, "200mg"));
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
    cmocka_unit_test(test_a_portion_is_written_in_two_decimals),
    cmocka_unit_test(test_what_is_written_of_a_food),
    cmocka_unit_test(test_words_of_a_food),
    cmocka_unit_test(test_amounts_at_their_bounds),
    cmocka_unit_test(test_a_name_that_is_too_long_is_nobodys),
    cmocka_unit_test(test_what_is_expected_of_an_amount),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
