/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sun-window: when the plan's windows are spoken of, and to whom never. */
#include "../cmocka_prelude.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <calcifer/finding.h>

#include "rows.h"

#define MIDNIGHT (ROWS_TODAY * INT64_C(86400))
#define TODAY    "2026-06-11"

static struct {
  CalDayResult row[ROWS_N];
  CalContext context;
  CalFindingInput input;
  CalFinding standing;
  CalPlan plan;
  CalFinding finding[CAL_FINDING_MAX];
} world;

static CalDayResult *
today(void)
{
  return &world.row[ROWS_N - 1];
}

/* Somebody in Berlin in June who gets 100 IU a day. */
static int
begin(void **state)
{
  (void)state;
  memset(&world, 0, sizeof world);
  rows_fill(world.row, ROWS_N, ROWS_TODAY);
  rows_set_food(world.row, ROWS_N, CAL_NUTRIENT_VITAMIN_D, 100);
  cal_context_init(&world.context);
  rows_profile(&world.context, "place 52.5,13.4");
  rows_profile(&world.context, "phototype 3");
  rows_profile(&world.context, "birth-year 1990");
  world.input = (CalFindingInput){ .started = MIDNIGHT, .utc_offset_s = 7200, .radio_since = MIDNIGHT };
  return 0;
}

static void
plan_at(CalInstant now, double sky_ratio)
{
  const CalPlanInput input = {
    .context = &world.context,
    .frame = { ROWS_TODAY, 1, { { { MIDNIGHT - 7200, MIDNIGHT + 79200 }, 7200 } } },
    .day = today(),
    .now = now,
    .sky_ratio = sky_ratio
  };
  cal_plan(&input, &world.plan);
  world.input.now = now;
  world.input.plan = &world.plan;
}

static const CalFinding *
look(void)
{
  const size_t n = cal_findings(world.row, ROWS_N, &world.context, &world.input, world.finding);
  for (size_t i = 0; i < n; i++)
    if (world.finding[i].code == CAL_CODE_SUN_WINDOW)
      return &world.finding[i];
  return NULL;
}

static const CalFinding *
look_at(CalInstant now)
{
  plan_at(now, NAN);
  return look();
}

static void
test_example(void **state)
{
  (void)state;
  const CalFinding *const finding = look_at(MIDNIGHT + 11 * 3600);
  assert_non_null(finding);
  assert_int_equal(finding->severity, CAL_SEVERITY_NOTICE);
  assert_string_equal(finding->subject, TODAY);
  assert_float_equal(finding->other, 500, 1e-9);
  assert_true(finding->value >= world.plan.window[0].first_minutes &&
              finding->value < world.plan.window[0].first_minutes + 1);
  assert_true(finding->reference > finding->value); /* half a burn comes later */
  assert_int_equal(finding->flags, CAL_FINDING_CLEAR);
  world.input.plan = NULL;
  assert_null(look());
}

/* Through the whole day: silent, then speaking without a break, then silent; the alarm names both changes. */
static void
test_from_an_hour_before_the_best_until_the_last_beginning(void **state)
{
  (void)state;
  CalInstant first = CAL_INSTANT_NONE, last = CAL_INSTANT_NONE;
  rows_profile(&world.context, "threshold.sun-window 1000");
  plan_at(MIDNIGHT + 4 * 3600, NAN);
  const CalPlanWindow window = world.plan.window[0];
  assert_true(window.starts.start < window.best - 3600 && window.best < window.starts.end);
  for (int minute = 4 * 60; minute < 20 * 60; minute += 5) {
    const CalInstant now = MIDNIGHT + minute * 60;
    if (look_at(now) == NULL)
      continue;
    first = first == CAL_INSTANT_NONE ? now : first;
    assert_true(last == CAL_INSTANT_NONE || now - last == 300);
    last = now;
  }
  assert_true(llabs(first - (window.best - 3600)) <= 300);
  assert_true(llabs(last - window.starts.end) <= 300);
  plan_at(MIDNIGHT + 4 * 3600, NAN);
  assert_int_equal(cal_finding_next(world.row, ROWS_N, &world.context, &world.input), window.best - 3600);
  plan_at(window.best - 600, NAN);
  assert_int_equal(cal_finding_next(world.row, ROWS_N, &world.context, &world.input),
                   world.plan.window[0].starts.end);
}

/* Who has enough, will have enough, or had enough is not short. */
static void
test_only_who_is_short(void **state)
{
  (void)state;
  const CalInstant now = MIDNIGHT + 11 * 3600;
  today()->food.amount[CAL_NUTRIENT_VITAMIN_D] = 600;
  assert_null(look_at(now));
  today()->food.amount[CAL_NUTRIENT_VITAMIN_D] = 599;
  assert_non_null(look_at(now));
  today()->food.amount[CAL_NUTRIENT_VITAMIN_D] = 100;
  snprintf(world.context.product[0].name, sizeof world.context.product[0].name, "d3");
  world.context.product[0].serving.amount[CAL_NUTRIENT_VITAMIN_D] = 1000;
  world.context.product[0].every_days = 1;
  world.context.n_products = 1;
  today()->n_doses = 1;
  today()->dose[0] = (CalDueDose){ .product = "d3", .due = now + 7200, .filled = CAL_INSTANT_NONE };
  assert_null(look_at(now));
  today()->dose[0].filled = now; /* it was taken, and is in the sums: nothing more is to come */
  assert_non_null(look_at(now));
  today()->n_doses = 0;
  world.row[ROWS_N - 5].supplement.amount[CAL_NUTRIENT_VITAMIN_D] = 6999; /* with 100 a day: 599.9 */
  assert_non_null(look_at(now));
  world.row[ROWS_N - 5].supplement.amount[CAL_NUTRIENT_VITAMIN_D] = 7000;
  assert_null(look_at(now));
}

static void
test_never_said_to(void **state)
{
  static const char *const people[] = {
    "phototype 1",
    "phototype ",
    "birth-year ",
    "birth-year 2010",
    "conditions lupus",
    "conditions albinism",
    "conditions porphyria",
    "conditions kidney-disease",
    "medicines digoxin",
    "medicines thiazide",
    "conditions sarcoidosis",
    "conditions kidney-stones",
    "conditions xeroderma",
    "conditions skin-cancer",
    "medicines photosensitiser",
    "medicines lithium",
  };
  for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
    begin(state);
    assert_non_null(look_at(MIDNIGHT + 11 * 3600));
    assert_true(cal_finding_wants_plan(&world.context, ROWS_TODAY));
    rows_profile(&world.context, people[i]);
    if (look_at(MIDNIGHT + 11 * 3600) != NULL || cal_finding_wants_plan(&world.context, ROWS_TODAY))
      fail_msg("said to %s", people[i]);
  }
}

static void
test_not_where_the_place_is_a_guess(void **state)
{
  (void)state;
  rows_profile(&world.context, "place ");
  plan_at(MIDNIGHT + 11 * 3600, NAN);
  assert_int_equal(world.plan.origin, CAL_PLACE_GUESS);
  assert_true(world.plan.n_windows > 0);
  assert_null(look());
}

/* An upright stay too long to be asked for; one that stands goes on for 10 % more. */
static void
test_the_longest_stay(void **state)
{
  (void)state;
  const CalFinding *const finding = look_at(MIDNIGHT + 11 * 3600);
  char threshold[64];
  assert_non_null(finding);
  const CalFinding before = *finding;
  const double minutes = world.plan.window[0].first_minutes;
  snprintf(threshold, sizeof threshold, "threshold.sun-window %.3f", minutes * 0.95);
  rows_profile(&world.context, threshold);
  assert_null(look());
  world.standing = before;
  world.input.standing = &world.standing;
  world.input.n_standing = 1;
  snprintf(threshold, sizeof threshold, "threshold.sun-window %.3f", minutes * 0.95);
  rows_profile(&world.context, threshold);
  assert_non_null(look());
  snprintf(threshold, sizeof threshold, "threshold.sun-window %.3f", minutes * 0.85);
  rows_profile(&world.context, threshold);
  assert_null(look());
}

/* Under the sky that an ambient tag sees it takes longer, or is not to be had at all. */
static void
test_an_ambient_tag_scales_it(void **state)
{
  (void)state;
  const CalFinding *finding = look_at(MIDNIGHT + 11 * 3600);
  assert_non_null(finding);
  const double clear = finding->value;
  plan_at(MIDNIGHT + 11 * 3600, 0.8);
  finding = look();
  assert_non_null(finding);
  assert_true(finding->value > clear);
  assert_int_equal(finding->flags, CAL_FINDING_AMBIENT);
  plan_at(MIDNIGHT + 11 * 3600, CAL_PLAN_SKY_LOW);
  assert_null(look());
}

/* Half a MED of the day is the end of it, and a plan of another day says nothing. */
static void
test_not_after_half_a_burn(void **state)
{
  (void)state;
  today()->sun.med_fraction = 0.49;
  assert_null(look_at(MIDNIGHT + 11 * 3600));
  today()->sun.med_fraction = 0;
  assert_non_null(look_at(MIDNIGHT + 11 * 3600));
  world.plan.date--;
  assert_null(look());
}

/* As many windows as a plan has room for, and all of them over. */
static void
test_windows_that_are_over(void **state)
{
  (void)state;
  const CalInstant now = MIDNIGHT + 11 * 3600;
  assert_non_null(look_at(now));
  for (size_t i = 0; i < CAL_PLAN_MAX_WINDOWS; i++) {
    world.plan.window[i] = world.plan.window[0];
    world.plan.window[i].starts.end = now;
  }
  world.plan.n_windows = CAL_PLAN_MAX_WINDOWS;
  world.plan.most_at = now; /* which stands behind them, and is none */
  assert_null(look());
  world.plan.window[CAL_PLAN_MAX_WINDOWS - 1].starts.end = now + 1;
  assert_non_null(look());
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup(test_example, begin),
    cmocka_unit_test_setup(test_from_an_hour_before_the_best_until_the_last_beginning, begin),
    cmocka_unit_test_setup(test_only_who_is_short, begin),
    cmocka_unit_test_setup(test_never_said_to, begin),
    cmocka_unit_test_setup(test_not_where_the_place_is_a_guess, begin),
    cmocka_unit_test_setup(test_the_longest_stay, begin),
    cmocka_unit_test_setup(test_an_ambient_tag_scales_it, begin),
    cmocka_unit_test_setup(test_windows_that_are_over, begin),
    cmocka_unit_test_setup(test_not_after_half_a_burn, begin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
