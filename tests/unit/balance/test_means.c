/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <math.h>

#include <calcifer/finding.h>
#include <calcifer/means.h>

#include "rows.h"

static struct {
  CalDayResult row[ROWS_N];
  CalMeanDay day[ROWS_N];
} world;

/* Fifteen days, all known, with 800 IU, 800 mg of calcium, 400 mg of magnesium, 90 ug of K1, 10 ug of MK-7.
 */
static int
begin(void **state)
{
  (void)state;
  rows_fill(world.row, ROWS_N, ROWS_TODAY);
  return 0;
}

static CalMeans
means(CalMeanOf of, size_t window, bool goes_on)
{
  for (size_t i = 0; i < ROWS_N; i++)
    cal_mean_day(&world.row[i], &world.day[i]);
  return cal_means(world.day, ROWS_N, of, window, goes_on);
}

static void
assert_near(double value, double expected)
{
  if (!(fabs(value - expected) < 1e-9))
    fail_msg("%.12g, not %.12g", value, expected);
}

static void
test_example(void **state)
{
  (void)state;
  const CalMeans magnesium = means(CAL_MEAN_MAGNESIUM, 7, false);
  assert_near(magnesium.known, 400);
  assert_int_equal(magnesium.known_days, 7);
  assert_near(magnesium.calendar, 0); /* none of it of supplements */
}

static void
test_each_nutrient(void **state)
{
  (void)state;
  static const double food[CAL_MEAN_COUNT] = { 800, 800, 400, 90, 16, 0 };
  static const double counted[CAL_MEAN_COUNT] = { 830, 840, 50, 160, 96, 90 };
  const CalNutrients supplement = { .amount = { [CAL_NUTRIENT_VITAMIN_D] = 30,
                                                [CAL_NUTRIENT_CALCIUM] = 40,
                                                [CAL_NUTRIENT_MAGNESIUM] = 50,
                                                [CAL_NUTRIENT_K1] = 70,
                                                [CAL_NUTRIENT_MK4] = 80,
                                                [CAL_NUTRIENT_VITAMIN_C] = 90 } };
  rows_set_food(world.row, ROWS_N, CAL_NUTRIENT_MK4, 4);
  rows_set_food(world.row, ROWS_N, CAL_NUTRIENT_K2_OTHER, 2);
  for (size_t i = 0; i < ROWS_N; i++) {
    world.row[i].supplement = supplement;
    world.row[i].sun.iu = 1000;
  }
  for (int of = 0; of < CAL_MEAN_COUNT; of++) {
    const CalMeans each = means((CalMeanOf)of, 14, false);
    const double added = of == CAL_MEAN_MAGNESIUM ? food[of] : of == CAL_MEAN_VITAMIN_D ? 1000 : 0;
    assert_near(each.calendar, counted[of]);
    assert_near(each.known, counted[of] + added);
  }
}

/* Of what nobody entered the one knows nothing, and the other takes nothing. */
static void
test_days_that_are_not_known(void **state)
{
  (void)state;
  for (size_t i = ROWS_N - 7; i < ROWS_N - 3; i++) {
    world.row[i].known = false;
    world.row[i].food.amount[CAL_NUTRIENT_CALCIUM] = 0;
  }
  const CalMeans calcium = means(CAL_MEAN_CALCIUM, 7, false);
  assert_near(calcium.known, 800);
  assert_int_equal(calcium.known_days, 3);
  assert_near(calcium.calendar, 800 * 3 / 7.0);
}

static void
test_unknown_contents(void **state)
{
  (void)state;
  world.row[ROWS_N - 1].food.unknown = 1u << CAL_NUTRIENT_MK4;
  assert_int_equal(means(CAL_MEAN_K2, 7, false).known_days, 6);
  assert_int_equal(means(CAL_MEAN_K1, 7, false).known_days, 7);
  for (size_t i = 0; i < ROWS_N; i++)
    world.row[i].known = false;
  assert_int_equal(means(CAL_MEAN_K1, 7, false).known_days, 0);
  assert_true(isnan(means(CAL_MEAN_K1, 7, false).known));
}

/* A morning is no day on which somebody had too little, but where it is needed. */
static void
test_a_day_that_goes_on(void **state)
{
  (void)state;
  CalDayResult *const today = &world.row[ROWS_N - 1];
  today->closed = false;
  today->food.amount[CAL_NUTRIENT_CALCIUM] = 100;
  assert_near(means(CAL_MEAN_CALCIUM, 14, true).known, 800);
  assert_near(means(CAL_MEAN_CALCIUM, 14, false).known, (13 * 800 + 100) / 14.0);
  assert_near(means(CAL_MEAN_CALCIUM, 14, true).calendar, (13 * 800 + 100) / 14.0);
  for (size_t i = 0; i < 4; i++)
    world.row[i].known = false;
  assert_int_equal(means(CAL_MEAN_CALCIUM, 14, true).known_days, 10);
  world.row[4].known = false; /* nine before today, and today */
  assert_near(means(CAL_MEAN_CALCIUM, 14, true).known, (9 * 800 + 100) / 10.0);
  for (size_t i = 5; i < ROWS_N - 6; i++)
    world.row[i].known = false;
  assert_near(means(CAL_MEAN_CALCIUM, 7, true).known, 800); /* five of seven */
  world.row[ROWS_N - 6].known = false;
  assert_near(means(CAL_MEAN_CALCIUM, 7, true).known, (4 * 800 + 100) / 5.0);
  today->closed = true;
  world.row[ROWS_N - 6].known = true;
  assert_near(means(CAL_MEAN_CALCIUM, 7, true).known, (5 * 800 + 100) / 6.0);
}

static void
test_before_the_first_day(void **state)
{
  (void)state;
  (void)means(CAL_MEAN_CALCIUM, 7, false);
  const CalMeans calcium = cal_means(world.day, 2, CAL_MEAN_CALCIUM, 7, false);
  assert_int_equal(calcium.known_days, 2);
  assert_near(calcium.known, 800);
  assert_near(calcium.calendar, 1600 / 7.0);
  assert_true(isnan(cal_means(world.day, 0, CAL_MEAN_CALCIUM, 7, true).known));
}

/* What is shown is what an alert says. */
static void
test_as_the_findings_have_it(void **state)
{
  (void)state;
  static CalContext context;
  static CalFinding finding[CAL_FINDING_MAX];
  const CalFindingInput input = { .now = ROWS_NOW };
  cal_context_init(&context);
  rows_set_food(world.row, ROWS_N, CAL_NUTRIENT_MAGNESIUM, 200);
  rows_set_supplement(world.row, ROWS_N, CAL_NUTRIENT_CALCIUM, 3000);
  world.row[ROWS_N - 1].closed = false;
  world.row[ROWS_N - 1].food.amount[CAL_NUTRIENT_MAGNESIUM] = 20;
  world.row[3].food.unknown = 1u << CAL_NUTRIENT_MAGNESIUM;
  const size_t n = cal_findings(world.row, ROWS_N, &context, &input, finding);
  int seen = 0;
  for (size_t i = 0; i < n; i++) {
    if (finding[i].code == CAL_CODE_MG_LOW) {
      const CalMeans magnesium = means(CAL_MEAN_MAGNESIUM, 14, true);
      assert_near(magnesium.known, finding[i].value);
      assert_int_equal(magnesium.known_days, finding[i].known_days);
      seen++;
    }
    if (finding[i].code == CAL_CODE_CA_HIGH) {
      assert_near(means(CAL_MEAN_CALCIUM, 7, true).calendar, finding[i].value);
      seen++;
    }
  }
  assert_int_equal(seen, 2);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup(test_example, begin),
    cmocka_unit_test_setup(test_each_nutrient, begin),
    cmocka_unit_test_setup(test_days_that_are_not_known, begin),
    cmocka_unit_test_setup(test_unknown_contents, begin),
    cmocka_unit_test_setup(test_a_day_that_goes_on, begin),
    cmocka_unit_test_setup(test_before_the_first_day, begin),
    cmocka_unit_test_setup(test_as_the_findings_have_it, begin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
