/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/reference.h>
#include <math.h>
#include <stdio.h>

#define SAID INT64_C(1779926400) /* 2026-05-28 */
#define F    0
#define M    1

/* The tables as the literature prints them, by the age at which a row begins; of two figures the first is
 * female's. Written apart from the program's, to be compared with it. */
typedef struct Figures {
  int from_age;
  double d_ug, d_ul_ug, calcium[2], calcium_ul, magnesium[2], magnesium_ul, k1[2];
} Figures;

static const Figures iom[] = {
  { 1, 15, 63, { 700, 700 }, 2500, { 80, 80 }, 65, { 30, 30 } },
  { 4, 15, 75, { 1000, 1000 }, 2500, { 130, 130 }, 110, { 55, 55 } },
  { 9, 15, 100, { 1300, 1300 }, 3000, { 240, 240 }, 350, { 60, 60 } },
  { 14, 15, 100, { 1300, 1300 }, 3000, { 360, 410 }, 350, { 75, 75 } },
  { 19, 15, 100, { 1000, 1000 }, 2500, { 310, 400 }, 350, { 90, 120 } },
  { 31, 15, 100, { 1000, 1000 }, 2500, { 320, 420 }, 350, { 90, 120 } },
  { 51, 15, 100, { 1200, 1000 }, 2000, { 320, 420 }, 350, { 90, 120 } },
  { 71, 20, 100, { 1200, 1200 }, 2000, { 320, 420 }, 350, { 90, 120 } },
  { 999, 0, 0, { 0, 0 }, 0, { 0, 0 }, 0, { 0, 0 } },
};

static double
efsa_calcium(int age)
{
  return age <= 3 ? 450 : age <= 10 ? 800 : age <= 17 ? 1150 : age <= 24 ? 1000 : 950;
}

static double
efsa_magnesium(int age, int sex)
{
  static const double teens[] = { 250, 300 }, adults[] = { 300, 350 };
  return age <= 2 ? 170 : age <= 9 ? 230 : age <= 17 ? teens[sex] : adults[sex];
}

static double
efsa_k1(int age)
{
  return age <= 3 ? 12 : age <= 6 ? 20 : age <= 10 ? 30 : age <= 14 ? 45 : age <= 17 ? 65 : 70;
}

static double
ear(int age, int sex)
{
  static const double teens[] = { 300, 340 }, young[] = { 255, 330 }, older[] = { 265, 350 };
  return age <= 3    ? 65
         : age <= 8  ? 110
         : age <= 13 ? 200
         : age <= 18 ? teens[sex]
         : age <= 30 ? young[sex]
                     : older[sex];
}

static CalProfile
born(int year)
{
  CalProfile profile = cal_profile_unset();
  char text[16];
  snprintf(text, sizeof text, "%d", year);
  assert_true(cal_profile_set(&profile, "birth-year", text, CAL_WAY_HAND, SAID, SAID, NULL));
  return profile;
}

static void
say(CalProfile *profile, const char *key, const char *value)
{
  assert_true(cal_profile_set(profile, key, value, CAL_WAY_HAND, SAID, SAID, NULL));
}

static CalReference
reference_in_2026(const CalProfile *profile)
{
  CalReference reference;
  cal_reference_for(profile, cal_date_from_civil(2026, 7, 1), &reference);
  return reference;
}

/* 0 tells "none" in the rows below. */
static void
assert_is(double value, double expected)
{
  if (expected > 0)
    assert_float_equal(value, expected, 1e-9);
  else
    assert_true(isnan(value));
}

static void
test_example(void **state)
{
  (void)state;
  const CalProfile profile = born(1980);
  CalReference reference;
  cal_reference_for(&profile, cal_date_from_civil(2026, 1, 1), &reference);
  assert_float_equal(reference.d_target_iu, 600, 1e-9);
}

static const Figures *
iom_at(int age)
{
  const Figures *row = iom;
  while (row[1].from_age <= age)
    row++;
  return row;
}

static double
least(double a, double b)
{
  return a < b ? a : b;
}

static void
check_iom(int low, int sex)
{
  CalProfile profile = born(2026 - low - 1);
  say(&profile, "sex", sex == F ? "female" : "male");
  const CalReference one = reference_in_2026(&profile);
  const Figures *const a = iom_at(low), *const b = iom_at(low + 1);
  assert_int_equal(one.set, CAL_REFERENCE_IOM);
  assert_float_equal(one.d_target_iu, (40 * least(a->d_ug, b->d_ug)), 1e-9);
  assert_float_equal(one.d_ul_iu, (40 * least(a->d_ul_ug, b->d_ul_ug)), 1e-9);
  assert_float_equal(one.calcium_target_mg, least(a->calcium[sex], b->calcium[sex]), 1e-9);
  assert_float_equal(one.calcium_ul_mg, least(a->calcium_ul, b->calcium_ul), 1e-9);
  assert_float_equal(one.magnesium_target_mg, least(a->magnesium[sex], b->magnesium[sex]), 1e-9);
  assert_float_equal(one.magnesium_ul_mg, least(a->magnesium_ul, b->magnesium_ul), 1e-9);
  assert_float_equal(one.magnesium_ear_mg, least(ear(low, sex), ear(low + 1, sex)), 1e-9);
  assert_float_equal(one.k1_target_ug, least(a->k1[sex], b->k1[sex]), 1e-9);
}

static void
test_iom_at_every_age(void **state)
{
  (void)state;
  for (int low = 1; low < 110; low++) {
    check_iom(low, F);
    check_iom(low, M);
  }
}

/* Vitamin D's limit is 50 ug up to 10 years; calcium has none below 18, magnesium none below 4. A limit that
 * one of two possible ages has holds. */
static void
check_efsa(int low, int sex)
{
  CalProfile profile = born(2026 - low - 1);
  say(&profile, "sex", sex == F ? "female" : "male");
  say(&profile, "reference", "efsa");
  const CalReference one = reference_in_2026(&profile);
  assert_int_equal(one.set, CAL_REFERENCE_EFSA);
  assert_float_equal(one.d_target_iu, 600, 1e-9);
  assert_float_equal(one.d_ul_iu, (low <= 10 ? 2000 : 4000), 1e-9);
  assert_float_equal(one.calcium_target_mg, least(efsa_calcium(low), efsa_calcium(low + 1)), 1e-9);
  assert_is(one.calcium_ul_mg, low + 1 >= 18 ? 2500 : 0);
  assert_float_equal(one.magnesium_target_mg, least(efsa_magnesium(low, sex), efsa_magnesium(low + 1, sex)),
                     1e-9);
  assert_is(one.magnesium_ul_mg, low + 1 >= 4 ? 250 : 0);
  assert_float_equal(one.magnesium_ear_mg, least(ear(low, sex), ear(low + 1, sex)), 1e-9);
  assert_float_equal(one.k1_target_ug, least(efsa_k1(low), efsa_k1(low + 1)), 1e-9);
}

static void
test_efsa_at_every_age(void **state)
{
  (void)state;
  for (int low = 1; low < 110; low++) {
    check_efsa(low, F);
    check_efsa(low, M);
  }
}

/* Low ages of which both are in one row, so that the row stands alone. */
static void
test_pregnant_and_lactating(void **state)
{
  (void)state;
  static const struct {
    const char *stage;
    int low;
    double calcium, calcium_ul, magnesium, ear, k1;
  } rows[] = {
    { "pregnant", 15, 1300, 3000, 400, 335, 75 },   { "pregnant", 20, 1000, 2500, 350, 290, 90 },
    { "pregnant", 40, 1000, 2500, 360, 300, 90 },   { "lactating", 15, 1300, 3000, 360, 300, 75 },
    { "lactating", 20, 1000, 2500, 310, 255, 90 },  { "lactating", 40, 1000, 2500, 320, 265, 90 },
    { "may-become", 20, 1000, 2500, 310, 255, 90 }, { "pregnant", 18, 1000, 2500, 350, 290, 75 },
    { "pregnant", 30, 1000, 2500, 350, 290, 90 },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalProfile profile = born(2026 - rows[i].low - 1);
    say(&profile, "sex", "female");
    say(&profile, "stage", rows[i].stage);
    const CalReference one = reference_in_2026(&profile);
    assert_float_equal(one.d_target_iu, 600, 1e-9);
    assert_float_equal(one.d_ul_iu, 4000, 1e-9);
    assert_float_equal(one.calcium_target_mg, rows[i].calcium, 1e-9);
    assert_float_equal(one.calcium_ul_mg, rows[i].calcium_ul, 1e-9);
    assert_float_equal(one.magnesium_target_mg, rows[i].magnesium, 1e-9);
    assert_float_equal(one.magnesium_ear_mg, rows[i].ear, 1e-9);
    assert_float_equal(one.magnesium_ul_mg, 350, 1e-9);
    assert_float_equal(one.k1_target_ug, rows[i].k1, 1e-9);
  }
}

/* The EARs serve both sets. */
static void
test_efsa_borrows_the_ears_of_stages(void **state)
{
  (void)state;
  CalProfile profile = born(1985);
  say(&profile, "sex", "female");
  say(&profile, "reference", "efsa");
  say(&profile, "stage", "pregnant");
  assert_float_equal(reference_in_2026(&profile).magnesium_ear_mg, 300, 1e-9);
  assert_float_equal(reference_in_2026(&profile).magnesium_target_mg, 300, 1e-9);
  say(&profile, "stage", "lactating");
  assert_float_equal(reference_in_2026(&profile).magnesium_ear_mg, 265, 1e-9);
}

static void
test_of_nobody_the_lowest_of_all_adults(void **state)
{
  (void)state;
  CalProfile profile = cal_profile_unset();
  CalReference one = reference_in_2026(&profile);
  assert_float_equal(one.d_target_iu, 600, 1e-9);
  assert_float_equal(one.d_ul_iu, 4000, 1e-9);
  assert_float_equal(one.calcium_target_mg, 1000, 1e-9);
  assert_float_equal(one.calcium_ul_mg, 2000, 1e-9);
  assert_float_equal(one.magnesium_target_mg, 310, 1e-9);
  assert_float_equal(one.magnesium_ear_mg, 255, 1e-9);
  assert_float_equal(one.magnesium_ul_mg, 350, 1e-9);
  assert_float_equal(one.k1_target_ug, 90, 1e-9);
  say(&profile, "reference", "efsa");
  one = reference_in_2026(&profile);
  assert_float_equal(one.calcium_target_mg, 950, 1e-9);
  assert_float_equal(one.magnesium_target_mg, 300, 1e-9);
  assert_float_equal(one.magnesium_ul_mg, 250, 1e-9);
  assert_float_equal(one.k1_target_ug, 70, 1e-9);
}

static void
test_without_a_sex_the_lower_of_the_two(void **state)
{
  (void)state;
  const CalProfile profile = born(1966); /* 59 or 60 */
  const CalReference one = reference_in_2026(&profile);
  assert_float_equal(one.calcium_target_mg, 1000, 1e-9);
  assert_float_equal(one.magnesium_target_mg, 320, 1e-9);
  assert_float_equal(one.magnesium_ear_mg, 265, 1e-9);
  assert_float_equal(one.k1_target_ug, 90, 1e-9);
}

static void
test_age_is_that_of_the_day(void **state)
{
  (void)state;
  const CalProfile profile = born(1955);
  CalReference one;
  cal_reference_for(&profile, cal_date_from_civil(2025, 12, 31), &one); /* 69 or 70 */
  assert_float_equal(one.d_target_iu, 600, 1e-9);
  cal_reference_for(&profile, cal_date_from_civil(2026, 1, 1), &one); /* 70 or 71 */
  assert_float_equal(one.d_target_iu, 600, 1e-9);
  cal_reference_for(&profile, cal_date_from_civil(2027, 1, 1), &one); /* 71 or 72 */
  assert_float_equal(one.d_target_iu, 800, 1e-9);
}

static void
test_the_lower_age_factor(void **state)
{
  (void)state;
  static const struct {
    int low;
    double factor;
  } rows[] = { { 5, 1.00 },  { 20, 1.00 }, { 21, 0.83 }, { 22, 0.83 }, { 39, 0.83 },
               { 40, 0.66 }, { 58, 0.66 }, { 59, 0.49 }, { 60, 0.49 }, { 95, 0.49 } };
  const CalDate on = cal_date_from_civil(2026, 7, 1);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const CalProfile profile = born(2026 - rows[i].low - 1);
    assert_float_equal(cal_reference_age_factor(&profile, on), rows[i].factor, 1e-12);
  }
  const CalProfile unset = cal_profile_unset();
  assert_float_equal(cal_reference_age_factor(&unset, on), 0.49, 1e-12);
}

static void
test_targets_by_nutrient(void **state)
{
  (void)state;
  const CalProfile profile = born(1990);
  const CalReference one = reference_in_2026(&profile);
  assert_float_equal(cal_reference_target(&one, CAL_NUTRIENT_VITAMIN_D), 600, 1e-9);
  assert_float_equal(cal_reference_target(&one, CAL_NUTRIENT_CALCIUM), 1000, 1e-9);
  assert_float_equal(cal_reference_target(&one, CAL_NUTRIENT_MAGNESIUM), 320, 1e-9);
  assert_float_equal(cal_reference_target(&one, CAL_NUTRIENT_K1), 90, 1e-9);
  assert_true(isnan(cal_reference_target(&one, CAL_NUTRIENT_MK4)));
  assert_true(isnan(cal_reference_target(&one, CAL_NUTRIENT_MK7)));
  assert_true(isnan(cal_reference_target(&one, CAL_NUTRIENT_K2_OTHER)));
  assert_true(isnan(cal_reference_target(&one, CAL_NUTRIENT_VITAMIN_C)));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_iom_at_every_age),
    cmocka_unit_test(test_efsa_at_every_age),
    cmocka_unit_test(test_pregnant_and_lactating),
    cmocka_unit_test(test_efsa_borrows_the_ears_of_stages),
    cmocka_unit_test(test_of_nobody_the_lowest_of_all_adults),
    cmocka_unit_test(test_without_a_sex_the_lower_of_the_two),
    cmocka_unit_test(test_age_is_that_of_the_day),
    cmocka_unit_test(test_the_lower_age_factor),
    cmocka_unit_test(test_targets_by_nutrient),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
