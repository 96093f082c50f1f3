/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <calcifer/finding.h>

#include "rows.h"

#define TAG "C0:FF:EE:00:00:01"

/* What a test looks at; static, since a context is large. */
static struct {
  CalDayResult row[CAL_FINDING_MAX_ROWS];
  size_t n_rows;
  CalContext context;
  CalFindingInput input;
  CalTagState tag[CAL_CONTEXT_MAX_TAGS];
  CalFinding finding[CAL_FINDING_MAX];
  size_t n;
} world;

static int
begin(void **state)
{
  (void)state;
  memset(&world, 0, sizeof world);
  world.n_rows = ROWS_N;
  rows_fill(world.row, ROWS_N, ROWS_TODAY);
  cal_context_init(&world.context);
  rows_profile(&world.context, "place 52.5,13.4");
  world.input = (CalFindingInput){ .now = ROWS_NOW,
                                   .started = ROWS_NOW - 3600,
                                   .utc_offset_s = 7200,
                                   .tag = world.tag,
                                   .radio_since = ROWS_NOW - 86400 * 30 };
  return 0;
}

static CalDayResult *
today(void)
{
  return &world.row[world.n_rows - 1];
}

static void
look(void)
{
  world.n = cal_findings(world.row, world.n_rows, &world.context, &world.input, world.finding);
}

static const CalFinding *
find_about(CalCode code, const char *subject)
{
  look();
  for (size_t i = 0; i < world.n; i++)
    if (world.finding[i].code == code && strcmp(world.finding[i].subject, subject) == 0)
      return &world.finding[i];
  return NULL;
}

static const CalFinding *
find(CalCode code)
{
  look();
  for (size_t i = 0; i < world.n; i++)
    if (world.finding[i].code == code)
      return &world.finding[i];
  return NULL;
}

static void
test_example(void **state)
{
  (void)state;
  CalFinding finding[CAL_FINDING_MAX];
  assert_int_equal(cal_findings(world.row, world.n_rows, &world.context, &world.input, finding), 0);
  rows_set_food(world.row, world.n_rows, CAL_NUTRIENT_VITAMIN_D, 300);
  assert_int_equal(cal_findings(world.row, world.n_rows, &world.context, &world.input, finding), 1);
  assert_int_equal(finding[0].code, CAL_CODE_D_LOW);
  assert_float_equal(finding[0].value, 300, 1e-9);
  assert_float_equal(finding[0].reference, 600, 1e-9);
  assert_int_equal(finding[0].known_days, 14);
  assert_int_equal(cal_findings(world.row, 0, &world.context, &world.input, finding), 0);
}

/* -- Thresholds -- */

static void
set_d_low(double v)
{
  rows_set_food(world.row, world.n_rows, CAL_NUTRIENT_VITAMIN_D, v);
}

static void
set_d_sun(double v)
{
  set_d_low(0);
  for (size_t i = 0; i < world.n_rows; i++)
    world.row[i].sun.iu = world.row[i].sun.iu_high = v;
}

static void
set_d_high_half_supplement(double v)
{
  rows_set_food(world.row, world.n_rows, CAL_NUTRIENT_VITAMIN_D, v / 2);
  rows_set_supplement(world.row, world.n_rows, CAL_NUTRIENT_VITAMIN_D, v / 2);
}

static void
set_d_today(double v)
{
  today()->supplement.amount[CAL_NUTRIENT_VITAMIN_D] = v;
}

static void
set_d_without_k2(double v)
{
  rows_set_supplement(world.row, world.n_rows, CAL_NUTRIENT_VITAMIN_D, v);
  for (size_t i = 0; i < world.n_rows; i++)
    world.row[i].k2_food = false;
}

static void
set_d_without_mg(double v)
{
  rows_set_supplement(world.row, world.n_rows, CAL_NUTRIENT_VITAMIN_D, v);
  rows_set_food(world.row, world.n_rows, CAL_NUTRIENT_MAGNESIUM, 200);
}

static void
set_mg_beside_d(double v)
{
  rows_set_supplement(world.row, world.n_rows, CAL_NUTRIENT_VITAMIN_D, 2500);
  rows_set_food(world.row, world.n_rows, CAL_NUTRIENT_MAGNESIUM, v);
}

static void
set_ca(double v)
{
  rows_set_food(world.row, world.n_rows, CAL_NUTRIENT_CALCIUM, v / 2);
  rows_set_supplement(world.row, world.n_rows, CAL_NUTRIENT_CALCIUM, v / 2);
}

static void
set_ca_supplement(double v)
{
  rows_set_supplement(world.row, world.n_rows, CAL_NUTRIENT_CALCIUM, v);
}

static void
set_burst(double v)
{
  today()->calcium_burst_mg = v;
}

static void
set_ratio(double v)
{
  rows_set_food(world.row, world.n_rows, CAL_NUTRIENT_MAGNESIUM, 300);
  rows_set_food(world.row, world.n_rows, CAL_NUTRIENT_CALCIUM, 300 * v);
}

static void
set_ratio_mg(double v)
{
  rows_set_food(world.row, world.n_rows, CAL_NUTRIENT_MAGNESIUM, v);
  rows_set_food(world.row, world.n_rows, CAL_NUTRIENT_CALCIUM, 4 * v);
}

static void
set_mg(double v)
{
  rows_set_food(world.row, world.n_rows, CAL_NUTRIENT_MAGNESIUM, v);
}

static void
set_mg_supplement(double v)
{
  rows_set_supplement(world.row, world.n_rows, CAL_NUTRIENT_MAGNESIUM, v);
}

static void
set_k1_of_the_week(double v)
{
  rows_profile(&world.context, "medicines warfarin");
  rows_set_food(world.row, world.n_rows, CAL_NUTRIENT_K1, 90);
  rows_set_food(world.row + world.n_rows - 7, 7, CAL_NUTRIENT_K1, v);
}

static void
set_k2_of_the_week(double v)
{
  rows_profile(&world.context, "medicines phenprocoumon");
  rows_set_food(world.row, world.n_rows, CAL_NUTRIENT_MK7, 10);
  rows_set_food(world.row + world.n_rows - 7, 7, CAL_NUTRIENT_MK7, v);
}

static void
set_med(double v)
{
  today()->sun.med_fraction = v;
  today()->newest = (CalDayNewest){ ROWS_NOW - 60, 1 };
}

static void
set_uvi(double v)
{
  today()->newest = (CalDayNewest){ ROWS_NOW - 60, v };
}

static void
set_battery(double v)
{
  assert_true(cal_address_parse(TAG, &world.tag[0].address));
  world.tag[0].battery_percent = (int)v;
  world.tag[0].last_seen = ROWS_NOW;
  world.input.n_tags = 1;
}

static void
set_silent_hours(double v)
{
  set_battery(-1);
  world.tag[0].last_seen = ROWS_NOW - (CalInstant)(v * 3600);
}

#define TODAY_TEXT "2026-06-11"

/* Every code with a threshold: a value that is silent, the threshold itself, one that speaks; and, while it
 * stands, one that goes on speaking within the 10 % and one that is silent again. NAN: no such case. */
static const struct {
  CalCode code;
  const char *subject;
  void (*set)(double value);
  double silent, edge, loud, held, over;
  bool edge_speaks;
} thresholds[] = {
  { CAL_CODE_D_LOW, "", set_d_low, 601, 600, 599, 659, 661, false },
  { CAL_CODE_D_LOW, "", set_d_sun, 601, 600, 599, 659, 661, false },
  { CAL_CODE_D_HIGH, "", set_d_low, 3999, 4000, 4001, 3601, 3599, false },
  { CAL_CODE_D_HIGH, "", set_d_high_half_supplement, 3999, 4000, 4001, 3601, 3599, false },
  { CAL_CODE_D_VERY_HIGH, TODAY_TEXT, set_d_today, 9999, 10000, 10001, 9001, 8999, false },
  { CAL_CODE_D_WITHOUT_K2, "", set_d_without_k2, 1999, 2000, 2001, 1801, 1799, true },
  { CAL_CODE_D_WITHOUT_MAGNESIUM, "", set_d_without_mg, 1999, 2000, 2001, 1801, 1799, true },
  { CAL_CODE_D_WITHOUT_MAGNESIUM, "", set_mg_beside_d, 256, 255, 254, 280, 281, false },
  { CAL_CODE_CA_HIGH, "", set_ca, 1999, 2000, 2001, 1801, 1799, false },
  { CAL_CODE_CA_SUPPLEMENT_HIGH, "", set_ca_supplement, 999, 1000, 1001, 901, 899, true },
  { CAL_CODE_CA_SUPPLEMENT_HIGH, "at-once", set_burst, 499, 500, 501, 451, 449, false },
  { CAL_CODE_CA_MG_RATIO, "", set_ratio, 2.99, 3, 3.01, 2.71, 2.69, false },
  { CAL_CODE_CA_MG_RATIO, "", set_ratio_mg, 311, 310, 309, 340, 342, false },
  { CAL_CODE_MG_LOW, "", set_mg, 256, 255, 254, 280, 281, false },
  { CAL_CODE_MG_SUPPLEMENT_HIGH, "", set_mg_supplement, 349, 350, 351, 316, 314, false },
  { CAL_CODE_K_STEADY, "k1", set_k1_of_the_week, 119, NAN, 121, 118, 116, false },
  { CAL_CODE_K_STEADY, "k1", set_k1_of_the_week, 61, NAN, 59, 62, 64, false },
  { CAL_CODE_K_STEADY, "k2", set_k2_of_the_week, 13, NAN, 13.5, 13.1, 12.9, false },
  { CAL_CODE_K_STEADY, "k2", set_k2_of_the_week, 7, NAN, 6.5, 6.9, 7.1, false },
  { CAL_CODE_SUN_HALF, TODAY_TEXT, set_med, 0.49, 0.5, 0.51, 0.46, 0.44, true },
  { CAL_CODE_SUN_NEAR, TODAY_TEXT, set_med, 0.79, 0.8, 0.81, 0.73, 0.71, true },
  { CAL_CODE_SUN_BURN, TODAY_TEXT, set_med, 0.99, 1.0, 1.01, 0.91, 0.89, true },
  { CAL_CODE_SUN_PROTECT, TODAY_TEXT, set_uvi, 2.9, 3, 3.1, 2.8, 2.6, true },
  { CAL_CODE_TAG_BATTERY, TAG, set_battery, 21, 20, 19, 21, 22, true },
  { CAL_CODE_TAG_SILENT, TAG, set_silent_hours, 23, 24, 25, NAN, NAN, false },
};

#define N_THRESHOLDS (sizeof thresholds / sizeof *thresholds)

static void
assert_speaks(size_t i, double value, bool speaks, const char *when)
{
  if (isnan(value))
    return;
  thresholds[i].set(value);
  if ((find_about(thresholds[i].code, thresholds[i].subject) != NULL) != speaks)
    fail_msg("row %zu, %s %s: %s at %g", i, cal_code_name(thresholds[i].code), when,
             speaks ? "silent" : "speaks", value);
}

static void
test_thresholds(void **state)
{
  for (size_t i = 0; i < N_THRESHOLDS; i++) {
    begin(state);
    assert_speaks(i, thresholds[i].silent, false, "below");
    assert_speaks(i, thresholds[i].edge, thresholds[i].edge_speaks, "at");
    assert_speaks(i, thresholds[i].loud, true, "above");
    const CalFinding *const finding = find_about(thresholds[i].code, thresholds[i].subject);
    assert_int_equal(finding->severity, cal_code_facts(thresholds[i].code)->severity);
    assert_true(isfinite(finding->value) && isfinite(finding->reference));
  }
}

static void
test_what_stood_stands_for_ten_percent(void **state)
{
  for (size_t i = 0; i < N_THRESHOLDS; i++) {
    CalFinding standing = { .code = thresholds[i].code };
    begin(state);
    snprintf(standing.subject, sizeof standing.subject, "%s", thresholds[i].subject);
    assert_speaks(i, thresholds[i].held, thresholds[i].code == CAL_CODE_TAG_SILENT, "before it stood");
    world.input.standing = &standing;
    world.input.n_standing = 1;
    assert_speaks(i, thresholds[i].held, true, "while it stood");
    assert_speaks(i, thresholds[i].over, false, "after it stood");
    snprintf(standing.subject, sizeof standing.subject, "another");
    assert_speaks(i, thresholds[i].held, false, "while another stood");
  }
}

/* What was taken at once says nothing about the week, and the other way round. */
static void
test_calcium_at_once_does_not_hold_the_week(void **state)
{
  (void)state;
  CalFinding standing = { .code = CAL_CODE_CA_SUPPLEMENT_HIGH };
  set_burst(600);
  set_ca_supplement(950);
  const CalFinding *const finding = find(CAL_CODE_CA_SUPPLEMENT_HIGH);
  assert_non_null(finding);
  assert_int_equal(finding->flags & CAL_FINDING_BURST, CAL_FINDING_BURST);
  standing = *finding;
  world.input.standing = &standing;
  world.input.n_standing = 1;
  assert_null(find_about(CAL_CODE_CA_SUPPLEMENT_HIGH, ""));
}

/* -- A person's own thresholds -- */

static void
test_own_thresholds(void **state)
{
  static const struct {
    const char *setting;
    size_t row;
    double silent, loud;
  } rows[] = {
    { "threshold.d-low 1000IU", 0, 1001, 999 },        { "threshold.d-high 100ug", 2, 3999, 4001 },
    { "threshold.d-very-high 5000IU", 4, 4999, 5001 }, { "threshold.mg-low 300mg", 13, 301, 299 },
    { "threshold.sun-half 0.3", 19, 0.29, 0.31 },      { "threshold.tag-silent 48", 24, 47, 49 },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    begin(state);
    rows_profile(&world.context, rows[i].setting);
    assert_speaks(rows[i].row, rows[i].silent, false, "own threshold");
    assert_speaks(rows[i].row, rows[i].loud, true, "own threshold");
  }
}

/* -- Days that are known -- */

static void
know(size_t n)
{
  for (size_t i = 0; i < world.n_rows; i++)
    world.row[i].known = world.row[i].closed = i >= world.n_rows - n;
}

static void
test_too_little_needs_known_days(void **state)
{
  static const struct {
    size_t row;
    size_t least;
  } rows[] = { { 0, 10 }, { 1, 10 }, { 5, 5 }, { 6, 5 }, { 11, 5 }, { 13, 10 } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    begin(state);
    know(rows[i].least - 1);
    assert_speaks(rows[i].row, thresholds[rows[i].row].loud, false, "too few known days");
    begin(state);
    know(rows[i].least);
    assert_speaks(rows[i].row, thresholds[rows[i].row].loud, true, "enough known days");
  }
}

static void
test_vitamin_k_needs_known_days_in_both_weeks(void **state)
{
  (void)state;
  set_k1_of_the_week(200);
  for (size_t i = 1; i <= 3; i++)
    world.row[i].known = false;
  assert_null(find(CAL_CODE_K_STEADY));
  world.row[1].known = true;
  assert_non_null(find(CAL_CODE_K_STEADY));
  for (size_t i = ROWS_N - 4; i < ROWS_N - 1; i++)
    world.row[i].known = false;
  assert_null(find(CAL_CODE_K_STEADY));
}

/* A day on which something of unknown contents was eaten is no known day of that nutrient. */
static void
test_an_unknown_amount_makes_the_day_unknown(void **state)
{
  (void)state;
  set_d_low(100);
  for (size_t i = 0; i < 5; i++)
    world.row[ROWS_N - 1 - i].food.unknown = 1u << CAL_NUTRIENT_VITAMIN_D;
  assert_null(find(CAL_CODE_D_LOW));
  for (size_t i = 0; i < 5; i++)
    world.row[ROWS_N - 1 - i].food.unknown = 1u << CAL_NUTRIENT_MK4;
  assert_non_null(find(CAL_CODE_D_LOW));
}

/* What is recorded is a lower bound: no food entry is needed, and days without any count as nothing. */
static void
test_too_much_needs_no_known_days(void **state)
{
  static const size_t rows[] = { 2, 3, 4, 8, 9, 10, 14 };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    begin(state);
    know(0);
    assert_speaks(rows[i], thresholds[rows[i]].loud, true, "without known days");
  }
  begin(state);
  rows_set_food(world.row, ROWS_N, CAL_NUTRIENT_VITAMIN_D, 0);
  world.row[ROWS_N - 3].food.amount[CAL_NUTRIENT_VITAMIN_D] = 7 * 4000 + 7;
  const CalFinding *const finding = find(CAL_CODE_D_HIGH);
  assert_non_null(finding);
  assert_float_equal(finding->value, 4001, 1e-9);
  assert_int_equal(finding->flags & CAL_FINDING_BOUND, CAL_FINDING_BOUND);
}

static void
test_the_mean_is_over_known_days_alone(void **state)
{
  (void)state;
  set_d_low(590);
  know(11);
  world.row[0].food.amount[CAL_NUTRIENT_VITAMIN_D] = 1e5;
  const CalFinding *const finding = find(CAL_CODE_D_LOW);
  assert_non_null(finding);
  assert_float_equal(finding->value, 590, 1e-9);
  assert_int_equal(finding->known_days, 11);
  assert_int_equal(finding->days, 14);
}

/* A morning is no day on which somebody had too little. */
static void
test_today_waits_until_it_is_over(void **state)
{
  (void)state;
  set_d_low(610);
  today()->closed = false;
  today()->food.amount[CAL_NUTRIENT_VITAMIN_D] = 0;
  assert_null(find(CAL_CODE_D_LOW));
  today()->closed = true;
  assert_non_null(find(CAL_CODE_D_LOW));
}

/* The fourteen days before today, when it is left out, are asked for and looked at. */
static void
test_a_fortnight_before_today(void **state)
{
  (void)state;
  assert_int_equal(cal_finding_rows(&world.context), ROWS_N);
  set_d_low(100);
  know(10);
  today()->known = today()->closed = false;
  world.row[0].known = true; /* the fourteenth day before today is the tenth that is known */
  const CalFinding *const finding = find(CAL_CODE_D_LOW);
  assert_non_null(finding);
  assert_int_equal(finding->known_days, 10);
}

static void
test_sun_may_have_been_enough(void **state)
{
  (void)state;
  set_d_sun(500);
  for (size_t i = 0; i < ROWS_N; i++)
    world.row[i].sun.iu_high = 599;
  assert_int_equal(find(CAL_CODE_D_LOW)->severity, CAL_SEVERITY_NOTICE);
  for (size_t i = 0; i < ROWS_N; i++)
    world.row[i].sun.iu_high = 600;
  assert_int_equal(find(CAL_CODE_D_LOW)->severity, CAL_SEVERITY_INFORMATION);
}

static void
test_sun_is_never_too_much(void **state)
{
  (void)state;
  set_d_sun(50000);
  assert_null(find(CAL_CODE_D_HIGH));
  assert_null(find(CAL_CODE_D_VERY_HIGH));
}

/* -- Overdoses and interval products -- */

static void
test_weekly_product(void **state)
{
  (void)state;
  CalProduct *const weekly = &world.context.product[0];
  world.context.n_products = 1;
  assert_true(cal_product_parse("d=20000IU every=7d", weekly, NULL));
  set_d_today(20000);
  today()->interval_d_iu = 20000;
  assert_null(find(CAL_CODE_D_VERY_HIGH));
  assert_null(find(CAL_CODE_D_HIGH));                         /* 20000 / 7 + 800 */
  today()->supplement.amount[CAL_NUTRIENT_VITAMIN_D] = 40000; /* twice on one day */
  assert_non_null(find(CAL_CODE_D_VERY_HIGH));
}

static void
test_the_longest_interval_is_the_window(void **state)
{
  (void)state;
  CalProduct *const monthly = &world.context.product[0];
  world.context.n_products = 1;
  assert_true(cal_product_parse("d=60000IU every=30d", monthly, NULL));
  world.n_rows = cal_finding_rows(&world.context);
  assert_int_equal(world.n_rows, 30);
  rows_fill(world.row, world.n_rows, ROWS_TODAY);
  set_d_low(0);
  world.row[1].supplement.amount[CAL_NUTRIENT_VITAMIN_D] = 60000;
  assert_null(find(CAL_CODE_D_HIGH)); /* 2000 a day */
  world.row[2].supplement.amount[CAL_NUTRIENT_VITAMIN_D] = 60030;
  const CalFinding *const finding = find(CAL_CODE_D_HIGH);
  assert_non_null(finding);
  assert_int_equal(finding->days, 30);
  assert_float_equal(finding->value, 4001, 1e-9);
  assert_int_equal(finding->flags & CAL_FINDING_INTERVAL, CAL_FINDING_INTERVAL);
}

static void
test_rows_stay_within_the_longest(void **state)
{
  (void)state;
  world.context.n_products = 1;
  assert_true(cal_product_parse("d=100000IU every=92d", &world.context.product[0], NULL));
  assert_int_equal(cal_finding_rows(&world.context), CAL_FINDING_MAX_ROWS);
}

static void
test_overdoses_of_yesterday_are_told(void **state)
{
  (void)state;
  world.row[ROWS_N - 2].supplement.amount[CAL_NUTRIENT_VITAMIN_D] = 10001;
  assert_non_null(find_about(CAL_CODE_D_VERY_HIGH, "2026-06-10"));
  rows_fill(world.row, ROWS_N, ROWS_TODAY);
  world.row[ROWS_N - 3].supplement.amount[CAL_NUTRIENT_VITAMIN_D] = 10001;
  assert_null(find(CAL_CODE_D_VERY_HIGH));
}

/* Twice the upper limit of the younger of the two possible ages. */
static void
test_overdoses_of_the_young(void **state)
{
  static const struct {
    const char *birth_year;
    double limit;
  } rows[] = {
    { "birth-year 2023", 2 * 63 * 40 },  /* 2 or 3 */
    { "birth-year 2021", 2 * 75 * 40 },  /* 4 or 5 */
    { "birth-year 2017", 2 * 75 * 40 },  /* 8 or 9 */
    { "birth-year 2016", 2 * 100 * 40 }, /* 9 or 10 */
    { "birth-year 2008", 2 * 100 * 40 }, /* 17 or 18 */
    { "birth-year 2007", 10000 },        /* 18 or 19 */
    { "birth-year ", 10000 },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    begin(state);
    rows_profile(&world.context, rows[i].birth_year);
    set_d_today(rows[i].limit);
    assert_null(find(CAL_CODE_D_VERY_HIGH));
    set_d_today(rows[i].limit + 1);
    const CalFinding *const finding = find(CAL_CODE_D_VERY_HIGH);
    assert_non_null(finding);
    assert_float_equal(finding->reference, rows[i].limit, 1e-9);
  }
}

/* -- K2, and users of vitamin K antagonists -- */

static void
test_anything_with_k2_is_k2(void **state)
{
  (void)state;
  set_d_without_k2(2500);
  assert_non_null(find(CAL_CODE_D_WITHOUT_K2));
  world.row[ROWS_N - 2].k2_food = true;
  assert_null(find(CAL_CODE_D_WITHOUT_K2));
  world.row[ROWS_N - 2].k2_food = false;
  world.row[ROWS_N - 2].supplement.amount[CAL_NUTRIENT_MK4] = 1;
  assert_null(find(CAL_CODE_D_WITHOUT_K2));
  world.row[ROWS_N - 2].supplement.amount[CAL_NUTRIENT_MK4] = 0;
  world.row[ROWS_N - 2].supplement.unknown = 1u << CAL_NUTRIENT_MK7; /* on the label, without an amount */
  assert_null(find(CAL_CODE_D_WITHOUT_K2));
}

static void
test_k2_advice_is_not_for_vitamin_k_antagonists(void **state)
{
  (void)state;
  set_d_without_k2(2500);
  rows_profile(&world.context, "medicines acenocoumarol");
  assert_null(find(CAL_CODE_D_WITHOUT_K2));
  rows_profile(&world.context, "medicines apixaban");
  assert_non_null(find(CAL_CODE_D_WITHOUT_K2));
}

static void
test_vitamin_k_is_steady_for_nobody_else(void **state)
{
  (void)state;
  set_k1_of_the_week(500);
  today()->natto = true;
  today()->supplement.amount[CAL_NUTRIENT_MK7] = 100;
  assert_non_null(find(CAL_CODE_K_STEADY));
  rows_profile(&world.context, "medicines direct-anticoagulant");
  assert_null(find(CAL_CODE_K_STEADY));
  rows_profile(&world.context, "medicines ");
  assert_null(find(CAL_CODE_K_STEADY));
}

static void
test_natto_needs_no_second_day(void **state)
{
  (void)state;
  rows_profile(&world.context, "medicines warfarin");
  know(1);
  world.row[ROWS_N - 7].natto = true;
  assert_non_null(find_about(CAL_CODE_K_STEADY, "natto"));
  world.row[ROWS_N - 7].natto = false;
  world.row[ROWS_N - 8].natto = true;
  assert_null(find_about(CAL_CODE_K_STEADY, "natto"));
}

static void
test_supplements_with_vitamin_k(void **state)
{
  static const struct {
    CalNutrient nutrient;
    bool unknown;
  } labels[] = { { CAL_NUTRIENT_K1, false },
                 { CAL_NUTRIENT_MK4, false },
                 { CAL_NUTRIENT_MK7, false },
                 { CAL_NUTRIENT_MK7, true } };
  for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
    for (int begun = 0; begun < 2; begun++) {
      begin(state);
      rows_profile(&world.context, "medicines warfarin");
      CalNutrients *const taken = &world.row[begun ? ROWS_N - 1 : ROWS_N - 8].supplement;
      taken->amount[labels[i].nutrient] = labels[i].unknown ? 0 : 1;
      taken->unknown = labels[i].unknown ? 1u << labels[i].nutrient : 0;
      const CalFinding *const finding = find_about(CAL_CODE_K_STEADY, "supplement");
      assert_non_null(finding);
      assert_int_equal(finding->flags & CAL_FINDING_CHANGED, CAL_FINDING_CHANGED);
      world.row[begun ? ROWS_N - 8 : ROWS_N - 1].supplement = *taken; /* in both weeks */
      assert_null(find_about(CAL_CODE_K_STEADY, "supplement"));
    }
}

/* Who enters nothing for a week has not stopped anything. */
static void
test_a_week_without_entries_stops_no_supplement(void **state)
{
  (void)state;
  rows_profile(&world.context, "medicines warfarin");
  world.row[ROWS_N - 8].supplement.amount[CAL_NUTRIENT_MK7] = 100;
  for (size_t i = ROWS_N - 7; i < ROWS_N; i++)
    world.row[i].known = world.row[i].closed = false;
  assert_null(find_about(CAL_CODE_K_STEADY, "supplement"));
}

/* -- Sun -- */

static void
test_sunburn_at_half_for_whom_sun_is_not_advised(void **state)
{
  static const char *const people[] = {
    "birth-year 2015",
    "phototype 1",
    "medicines photosensitiser",
    "conditions skin-cancer",
    "conditions lupus",
    "conditions porphyria",
    "conditions xeroderma",
    "conditions albinism",
    "conditions immunosuppression",
    "conditions sarcoidosis",
    "conditions hypercalcaemia",
    "conditions hyperparathyroidism",
    "conditions granulomatous-disease",
  };
  static const struct {
    double med;
    int code; /* -1: none */
  } rows[] = { { 0.24, -1 },
               { 0.25, CAL_CODE_SUN_HALF },
               { 0.39, CAL_CODE_SUN_HALF },
               { 0.4, CAL_CODE_SUN_NEAR },
               { 0.49, CAL_CODE_SUN_NEAR },
               { 0.5, CAL_CODE_SUN_BURN } };
  for (size_t i = 0; i < sizeof people / sizeof *people; i++)
    for (size_t j = 0; j < sizeof rows / sizeof *rows; j++) {
      begin(state);
      rows_profile(&world.context, people[i]);
      set_med(rows[j].med);
      look();
      int code = -1;
      for (size_t k = 0; k < world.n; k++)
        if (world.finding[k].measure == CAL_MEASURE_MED)
          code = (int)world.finding[k].code;
      assert_int_equal(code, rows[j].code);
    }
}

static void
test_bubbles_of_sun_only_while_it_can_be_left(void **state)
{
  static const struct {
    CalInstant now, end;
    bool bubble;
  } rows[] = {
    { ROWS_NOW, ROWS_NOW - 1799, true },
    { ROWS_NOW, ROWS_NOW - 1800, false },
    { ROWS_NOW, CAL_INSTANT_NONE, false },                 /* sun by hand */
    { ROWS_NOW + 12 * 3600, ROWS_NOW + 12 * 3600, false }, /* at midnight */
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    begin(state);
    set_med(1.2);
    world.input.now = rows[i].now;
    today()->newest.end = rows[i].end;
    const CalFinding *const finding = find(CAL_CODE_SUN_BURN);
    assert_non_null(finding);
    assert_int_equal(finding->severity, rows[i].bubble ? CAL_SEVERITY_CRITICAL : CAL_SEVERITY_INFORMATION);
    assert_int_equal((finding->flags & CAL_FINDING_NO_BUBBLE) == 0, rows[i].bubble);
    assert_int_equal((finding->flags & CAL_FINDING_PAST) == 0, rows[i].bubble);
  }
}

static void
test_one_of_the_three(void **state)
{
  (void)state;
  set_med(1.5);
  look();
  assert_int_equal(world.n, 1);
  assert_int_equal(world.finding[0].code, CAL_CODE_SUN_BURN);
  today()->sun.lower_bound = true;
  assert_int_equal(find(CAL_CODE_SUN_BURN)->flags, CAL_FINDING_BOUND);
  today()->sun.lower_bound = false;
  today()->sun.hand_s = today()->sun.ambient_s = 60;
  assert_int_equal(find(CAL_CODE_SUN_BURN)->flags, CAL_FINDING_AMBIENT);
  today()->sun.clear_s = 60;
  assert_int_equal(find(CAL_CODE_SUN_BURN)->flags, CAL_FINDING_AMBIENT | CAL_FINDING_CLEAR);
}

static void
test_protection_is_of_now(void **state)
{
  (void)state;
  set_uvi(6);
  assert_non_null(find(CAL_CODE_SUN_PROTECT));
  today()->newest.end = ROWS_NOW - 1800;
  assert_null(find(CAL_CODE_SUN_PROTECT));
}

/* -- Doses -- */

static CalDueDose *
schedule(size_t row, const char *product, CalInstant due, int minute)
{
  CalDueDose *const dose = &world.row[row].dose[world.row[row].n_doses++];
  *dose = (CalDueDose){ .due = due, .minute = minute, .filled = CAL_INSTANT_NONE };
  snprintf(dose->product, sizeof dose->product, "%s", product);
  return dose;
}

static void
test_doses_are_missed_after_an_hour(void **state)
{
  (void)state;
  CalDueDose *const dose = schedule(ROWS_N - 1, "d3k2", ROWS_NOW - 3599, 8 * 60);
  assert_null(find(CAL_CODE_INTAKE_MISSED));
  dose->due = ROWS_NOW - 3600;
  const CalFinding *const finding = find_about(CAL_CODE_INTAKE_MISSED, "2026-06-11 08:00 d3k2");
  assert_non_null(finding);
  assert_string_equal(finding->about, "d3k2");
  assert_int_equal(finding->when, dose->due);
  assert_int_equal(finding->minute, 480);
  rows_profile(&world.context, "threshold.intake-missed 90");
  assert_null(find(CAL_CODE_INTAKE_MISSED));
  rows_profile(&world.context, "threshold.intake-missed ");
  dose->filled = ROWS_NOW;
  assert_null(find(CAL_CODE_INTAKE_MISSED));
}

/* Late in the evening is missed after midnight; the day before yesterday is past. */
static void
test_missed_doses_of_other_days(void **state)
{
  (void)state;
  CalDueDose *const dose = schedule(ROWS_N - 2, "d3", ROWS_NOW - 11 * 3600, 23 * 60);
  assert_non_null(find_about(CAL_CODE_INTAKE_MISSED, "2026-06-10 23:00 d3"));
  dose->due = ROWS_NOW - 12 * 3600;
  assert_null(find(CAL_CODE_INTAKE_MISSED));
}

static void
test_doses_in_doubt_are_asked_about(void **state)
{
  (void)state;
  CalDayResult *const row = &world.row[ROWS_N - 7];
  row->n_doubts = 1;
  snprintf(row->doubt[0].id, sizeof row->doubt[0].id, "tag:C0:FF:EE:00:00:01:00001234:4294967295");
  snprintf(row->doubt[0].product, sizeof row->doubt[0].product, "d3k2");
  row->doubt[0].at = ROWS_NOW - 6 * 86400;
  row->doubt[0].minute = 720;
  const CalFinding *const finding = find_about(CAL_CODE_SAME_DOSE, row->doubt[0].id);
  assert_non_null(finding);
  assert_string_equal(finding->about, "d3k2");
  assert_int_equal(finding->when, row->doubt[0].at);
  world.row[ROWS_N - 8] = *row;
  row->n_doubts = 0;
  assert_null(find(CAL_CODE_SAME_DOSE));
}

/* -- Tags, radio, disk -- */

static void
test_a_tag_without_a_battery_level(void **state)
{
  (void)state;
  set_battery(-1);
  assert_null(find(CAL_CODE_TAG_BATTERY));
  set_battery(0);
  assert_string_equal(find(CAL_CODE_TAG_BATTERY)->about, TAG);
  snprintf(world.tag[0].name, sizeof world.tag[0].name, "Sun Clip");
  assert_string_equal(find(CAL_CODE_TAG_BATTERY)->about, "Sun Clip");
}

static void
test_a_tag_never_heard_is_silent_since_the_start(void **state)
{
  (void)state;
  set_battery(-1);
  world.tag[0].last_seen = CAL_INSTANT_NONE;
  assert_null(find(CAL_CODE_TAG_SILENT));
  world.input.started = ROWS_NOW - 86401;
  assert_non_null(find(CAL_CODE_TAG_SILENT));
}

/* Nobody is silent who could not be heard. */
static void
test_silence_counts_from_when_the_radio_came_on(void **state)
{
  (void)state;
  set_silent_hours(40);
  assert_non_null(find(CAL_CODE_TAG_SILENT));
  world.input.radio_since = ROWS_NOW - 60;
  assert_null(find(CAL_CODE_TAG_SILENT));
  assert_int_equal(cal_finding_next(world.row, ROWS_N, &world.context, &world.input),
                   ROWS_NOW - 60 + 86400 + 1);
  world.input.radio = CAL_RADIO_STATE_OFF;
  world.input.radio_since = ROWS_NOW - 10 * 86400;
  assert_null(find(CAL_CODE_TAG_SILENT));
}

static void
let_stand(CalFinding *standing, CalCode code)
{
  *standing = (CalFinding){ .code = code };
  snprintf(standing->subject, sizeof standing->subject, TAG);
  world.input.standing = standing;
  world.input.n_standing = 1;
}

static void
test_a_bond_is_lost_after_a_minute(void **state)
{
  (void)state;
  set_battery(-1);
  CalTagState *const tag = &world.tag[0];
  assert_null(find(CAL_CODE_TAG_BOND));
  tag->bond = CAL_TAG_BOND_LOST;
  tag->bond_since = ROWS_NOW - 59;
  assert_null(find(CAL_CODE_TAG_BOND));
  assert_int_equal(cal_finding_next(world.row, ROWS_N, &world.context, &world.input), ROWS_NOW + 1);
  tag->bond_since = ROWS_NOW - 60;
  assert_non_null(find_about(CAL_CODE_TAG_BOND, TAG));
  assert_int_equal(find(CAL_CODE_TAG_BOND)->severity, CAL_SEVERITY_NOTICE);
}

/* Out of reach, or with the radio off, nobody can tell: it is not over before the bond is seen to hold. */
static void
test_a_lost_bond_stays_lost_until_it_holds(void **state)
{
  (void)state;
  CalFinding standing;
  set_battery(-1);
  CalTagState *const tag = &world.tag[0];
  tag->bond = CAL_TAG_BOND_UNKNOWN;
  assert_null(find(CAL_CODE_TAG_BOND));
  let_stand(&standing, CAL_CODE_TAG_BOND);
  assert_non_null(find(CAL_CODE_TAG_BOND));
  tag->bond = CAL_TAG_BOND_LOST;
  tag->bond_since = ROWS_NOW;
  assert_non_null(find(CAL_CODE_TAG_BOND));
  tag->bond = CAL_TAG_BOND_HOLDS;
  assert_null(find(CAL_CODE_TAG_BOND));
}

static void
test_a_clock_is_spoken_of_after_an_hour(void **state)
{
  static const struct {
    uint64_t undated;
    bool left_alone;
    uint32_t flags;
  } rows[] = { { 3, false, 0 }, { 0, true, CAL_FINDING_ALONE }, { 3, true, CAL_FINDING_ALONE } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    begin(state);
    set_battery(-1);
    CalTagState *const tag = &world.tag[0];
    tag->undated = rows[i].undated;
    tag->clock_left_alone = rows[i].left_alone;
    tag->clock_since = ROWS_NOW - 3599;
    assert_null(find(CAL_CODE_TAG_CLOCK));
    assert_int_equal(cal_finding_next(world.row, ROWS_N, &world.context, &world.input), ROWS_NOW + 1);
    tag->clock_since = ROWS_NOW - 3600;
    const CalFinding *const finding = find_about(CAL_CODE_TAG_CLOCK, TAG);
    assert_non_null(finding);
    assert_float_equal(finding->other, (double)rows[i].undated, 0);
    assert_int_equal(finding->flags, rows[i].flags);
  }
}

/* A second record without a date does not begin the hour anew, and what stood ends with its reason alone. */
static void
test_a_clock_that_stood_needs_no_hour(void **state)
{
  (void)state;
  CalFinding standing;
  set_battery(-1);
  CalTagState *const tag = &world.tag[0];
  let_stand(&standing, CAL_CODE_TAG_CLOCK);
  assert_null(find(CAL_CODE_TAG_CLOCK));
  tag->undated = 1;
  tag->clock_since = ROWS_NOW;
  assert_non_null(find(CAL_CODE_TAG_CLOCK));
}

static void
test_since_when_is_carried_over(void **state)
{
  (void)state;
  CalTagState before = { .bond = CAL_TAG_BOND_LOST, .undated = 1 }, after = before;
  cal_tag_state_since(&before, NULL, ROWS_NOW);
  assert_int_equal(before.bond_since, ROWS_NOW);
  assert_int_equal(before.clock_since, ROWS_NOW);
  after.undated = 0;
  after.clock_left_alone = true; /* another reason of the same trouble */
  cal_tag_state_since(&after, &before, ROWS_NOW + 100);
  assert_int_equal(after.bond_since, ROWS_NOW);
  assert_int_equal(after.clock_since, ROWS_NOW);
  cal_tag_state_since(&after, &before, ROWS_NOW - 100); /* the clock was set back */
  assert_int_equal(after.bond_since, ROWS_NOW - 100);
  after.bond = CAL_TAG_BOND_UNKNOWN;
  after.clock_left_alone = false;
  cal_tag_state_since(&after, &before, ROWS_NOW + 100);
  assert_int_equal(after.bond_since, CAL_INSTANT_NONE);
  assert_int_equal(after.clock_since, CAL_INSTANT_NONE);
}

/* -- The threshold in force -- */

/* What `explain` says of a code that is not raised is what it would be held against if it were. */
static void
test_the_threshold_in_force_is_the_one_held_against(void **state)
{
  static const char *const people[] = {
    "sex male",         "birth-year 2013",       "birth-year 1940",       "reference efsa",
    "conditions lupus", "threshold.d-low 900IU", "threshold.sun-half 0.3"
  };
  for (size_t j = 0; j < sizeof people / sizeof *people; j++)
    for (size_t i = 0; i < N_THRESHOLDS; i++) {
      const CalCode code = thresholds[i].code;
      begin(state);
      rows_profile(&world.context, people[j]);
      thresholds[i].set(thresholds[i].loud);
      const CalFinding *const finding = find_about(code, thresholds[i].subject);
      if (finding == NULL || finding->measure != cal_code_facts(code)->measure ||
          (finding->flags & CAL_FINDING_BURST) != 0)
        continue;
      assert_float_equal(finding->reference, cal_finding_threshold(&world.context, ROWS_TODAY, code), 0);
    }
}

static void
test_thresholds_of_a_few_people(void **state)
{
  static const struct {
    const char *setting;
    CalCode code;
    double threshold;
  } rows[] = {
    { "sex female", CAL_CODE_D_LOW, 600 },
    { "birth-year 1940", CAL_CODE_D_LOW, 800 },
    { "sex male", CAL_CODE_MG_LOW, 330 },
    { "birth-year 2016", CAL_CODE_D_VERY_HIGH, 8000 },
    { "phototype 1", CAL_CODE_SUN_HALF, 0.25 },
    { "phototype 3", CAL_CODE_SUN_HALF, 0.5 },
    { "threshold.mg-low 99mg", CAL_CODE_MG_LOW, 99 },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    begin(state);
    rows_profile(&world.context, rows[i].setting);
    assert_float_equal(cal_finding_threshold(&world.context, ROWS_TODAY, rows[i].code), rows[i].threshold, 0);
  }
  assert_true(isnan(cal_finding_threshold(&world.context, ROWS_TODAY, CAL_CODE_TAG_BOND)));
}

/* The subject is the address that its owner has to type, the name is the one that its owner knows. */
static void
test_a_counter_that_began_anew(void **state)
{
  (void)state;
  set_battery(-1);
  assert_null(find(CAL_CODE_TAG_COUNTER));
  world.tag[0].asks_counter = true;
  char address[CAL_ADDRESS_TEXT_SIZE];
  cal_address_format(&world.tag[0].address, address);
  const CalFinding *const finding = find(CAL_CODE_TAG_COUNTER);
  assert_int_equal(finding->severity, CAL_SEVERITY_NOTICE);
  assert_string_equal(finding->subject, address);
  assert_string_equal(finding->about, world.tag[0].name[0] != '\0' ? world.tag[0].name : address);
}

static CalDaySight *
saw(uint32_t longest, int64_t same_s)
{
  CalDaySight *const sight = &today()->sight[0];
  set_battery(-1);
  today()->n_sights = 1;
  *sight = (CalDaySight){ .tag = world.tag[0].address, .longest = longest, .uvi = 6.2 };
  sight->longest_same_s = same_s;
  sight->longest_same_uvi = 0.4;
  return sight;
}

static void
test_a_tag_that_sees_sun_where_there_is_none(void **state)
{
  (void)state;
  saw(2, 0);
  assert_null(find(CAL_CODE_TAG_PLACE));
  saw(3, 0);
  assert_float_equal(find(CAL_CODE_TAG_PLACE)->value, 3, 0);
  assert_float_equal(find(CAL_CODE_TAG_PLACE)->other, 6.2, 0);
  assert_int_equal(find(CAL_CODE_TAG_PLACE)->severity, CAL_SEVERITY_NOTICE);
  today()->sight[0].tag.octet[0] ^= 1;
  assert_null(find(CAL_CODE_TAG_PLACE));
}

static void
test_a_tag_that_reads_the_same_for_hours(void **state)
{
  (void)state;
  saw(0, 3 * 3600 - 1);
  assert_null(find(CAL_CODE_TAG_STUCK));
  saw(0, 3 * 3600);
  assert_float_equal(find(CAL_CODE_TAG_STUCK)->value, 3, 0);
  assert_float_equal(find(CAL_CODE_TAG_STUCK)->other, 0.4, 0);
  rows_profile(&world.context, "threshold.tag-stuck 5");
  assert_null(find(CAL_CODE_TAG_STUCK));
}

static void
test_lost_records(void **state)
{
  (void)state;
  set_battery(-1);
  assert_null(find(CAL_CODE_RECORDS_LOST));
  world.tag[0].lost = 3;
  assert_float_equal(find(CAL_CODE_RECORDS_LOST)->value, 3, 0);
}

static void
test_bluetooth_is_off_for_a_minute_first(void **state)
{
  (void)state;
  world.input.radio = CAL_RADIO_STATE_OFF;
  world.input.radio_since = ROWS_NOW - 60;
  assert_null(find(CAL_CODE_BLUETOOTH_OFF)); /* no tag */
  set_battery(-1);
  assert_non_null(find(CAL_CODE_BLUETOOTH_OFF));
  world.input.radio_since = ROWS_NOW - 59;
  assert_null(find(CAL_CODE_BLUETOOTH_OFF));
}

static void
test_ledger_trouble(void **state)
{
  (void)state;
  world.input.ledger_trouble = true;
  assert_int_equal(find(CAL_CODE_LEDGER_TROUBLE)->severity, CAL_SEVERITY_WARNING);
}

/* -- All together -- */

/* As much as there can be of everything at once. */
static void
crowd(void)
{
  for (size_t i = 0; i < CAL_CONTEXT_MAX_TAGS; i++) {
    world.tag[i] = (CalTagState){ .battery_percent = 1, .last_seen = 0, .lost = 7 };
    world.tag[i].address.octet[5] = (uint8_t)i;
  }
  world.input.n_tags = CAL_CONTEXT_MAX_TAGS;
  world.input.ledger_trouble = true;
  for (size_t i = ROWS_N - 7; i < ROWS_N; i++) {
    world.row[i].n_doubts = CAL_DOSE_MAX_DOUBTS;
    for (size_t j = 0; j < CAL_DOSE_MAX_DOUBTS; j++)
      snprintf(world.row[i].doubt[j].id, sizeof world.row[i].doubt[j].id, "u:%zu-%zu", i, j);
  }
  for (int i = 0; i < CAL_DOSE_MAX_DUE; i++)
    schedule(ROWS_N - 1, "d3k2", ROWS_NOW - 7200, i);
}

static void
test_what_is_grave_is_not_crowded_out(void **state)
{
  (void)state;
  crowd();
  set_d_without_k2(10001);
  set_med(1.1);
  look();
  assert_int_equal(world.n, CAL_FINDING_MAX);
  assert_int_equal(world.finding[0].severity, CAL_SEVERITY_CRITICAL);
  assert_non_null(find(CAL_CODE_D_VERY_HIGH));
  assert_non_null(find(CAL_CODE_SUN_BURN));
  assert_non_null(find(CAL_CODE_D_HIGH));
  assert_non_null(find(CAL_CODE_LEDGER_TROUBLE));
  assert_non_null(find(CAL_CODE_INTAKE_MISSED));
}

static void
test_the_gravest_come_first_and_none_twice(void **state)
{
  (void)state;
  crowd();
  set_d_without_k2(10001);
  rows_profile(&world.context, "medicines warfarin");
  look();
  for (size_t i = 0; i < world.n; i++)
    for (size_t j = i + 1; j < world.n; j++) {
      assert_true(world.finding[i].severity >= world.finding[j].severity);
      assert_false(world.finding[i].code == world.finding[j].code &&
                   strcmp(world.finding[i].subject, world.finding[j].subject) == 0);
    }
}

/* Whatever is found, only sunburn and an overdose are critical, and who is private is marked so. */
static void
test_marks_of_every_finding(void **state)
{
  static const char *const people[] = { "conditions kidney-disease",
                                        "conditions sarcoidosis",
                                        "medicines warfarin",
                                        "medicines levothyroxine",
                                        "conditions diabetes",
                                        "phototype 1",
                                        "stage pregnant" };
  for (size_t i = 0; i < sizeof people / sizeof *people; i++)
    for (size_t j = 0; j < N_THRESHOLDS; j++) {
      begin(state);
      thresholds[j].set(thresholds[j].loud);
      rows_profile(&world.context, people[i]);
      look();
      for (size_t k = 0; k < world.n; k++) {
        const CalFinding *const found = &world.finding[k];
        const CalCodeAudience means = cal_audience_code(found->code);
        const uint32_t secret = cal_audience_private(&world.context.profile);
        assert_true(found->severity < CAL_SEVERITY_CRITICAL || found->code == CAL_CODE_SUN_BURN ||
                    found->code == CAL_CODE_D_VERY_HIGH);
        assert_int_equal((found->audience & CAL_AUDIENCE_PRIVATE) != 0,
                         (secret & (means.only | means.reworded | means.halved)) != 0);
      }
    }
}

/* -- Time -- */

static void
test_when_to_look_again(void **state)
{
  (void)state;
  assert_int_equal(cal_finding_next(world.row, ROWS_N, &world.context, &world.input), CAL_INSTANT_NONE);
  assert_int_equal(cal_finding_next(world.row, 0, &world.context, &world.input), CAL_INSTANT_NONE);
  schedule(ROWS_N - 1, "d3k2", ROWS_NOW, 720);
  assert_int_equal(cal_finding_next(world.row, ROWS_N, &world.context, &world.input), ROWS_NOW + 3600);
  today()->newest.end = ROWS_NOW;
  assert_int_equal(cal_finding_next(world.row, ROWS_N, &world.context, &world.input), ROWS_NOW + 1800);
  world.input.now = ROWS_NOW + 3600;
  assert_int_equal(cal_finding_next(world.row, ROWS_N, &world.context, &world.input), ROWS_NOW + 12 * 3600);
}

/* Too much of everything, and a dose that was missed. */
static void
spoil(CalDayResult *day)
{
  *day = *today();
  for (int i = 0; i < CAL_NUTRIENT_COUNT; i++)
    day->supplement.amount[i] = 50000;
  day->known = day->closed = day->natto = day->k2_food = true;
  day->calcium_burst_mg = 5000;
  day->sun.med_fraction = 5;
  day->n_doses = 1;
  day->dose[0] = (CalDueDose){ .product = "d3", .due = ROWS_NOW - 7200, .filled = CAL_INSTANT_NONE };
}

static void
set_d_alone(void)
{
  rows_set_supplement(world.row, ROWS_N, CAL_NUTRIENT_VITAMIN_D, 2500);
  rows_set_food(world.row, ROWS_N, CAL_NUTRIENT_MK7, 0);
  for (size_t i = 0; i < ROWS_N; i++)
    world.row[i].k2_food = false;
}

static void
set_too_little(void)
{
  rows_set_food(world.row, ROWS_N, CAL_NUTRIENT_VITAMIN_D, 100);
  rows_set_food(world.row, ROWS_N, CAL_NUTRIENT_MAGNESIUM, 40);
}

static void
set_steady(void)
{
  rows_profile(&world.context, "medicines vitamin-k-antagonist");
}

static void
assert_found_without_the_day_behind(void (*set)(void), void **state)
{
  begin(state);
  set();
  look();
  const size_t n = world.n;
  CalFinding before[CAL_FINDING_MAX];
  memcpy(before, world.finding, sizeof before);
  spoil(&world.row[ROWS_N]);
  look();
  assert_int_equal(world.n, n);
  for (size_t i = 0; i < n; i++) {
    assert_int_equal(world.finding[i].code, before[i].code);
    assert_memory_equal(&world.finding[i].value, &before[i].value, sizeof before[i].value);
    assert_memory_equal(&world.finding[i].other, &before[i].other, sizeof before[i].other);
  }
  begin(state);
}

/* The row ends today: what stands behind it in memory is of no day. Of one that is shorter than the days that
 * are asked about, all days are. */
static void
test_the_ends_of_a_row(void **state)
{
  assert_found_without_the_day_behind(set_d_alone, state);
  assert_found_without_the_day_behind(set_too_little, state);
  assert_found_without_the_day_behind(set_steady, state);
  world.n_rows = ROWS_N - 1;
  CalDayResult *const behind = &world.row[ROWS_N - 1];
  behind->n_doubts = 1;
  snprintf(behind->doubt[0].id, sizeof behind->doubt[0].id, "u:1");
  assert_null(find(CAL_CODE_SAME_DOSE));
  world.n_rows = ROWS_N;
  assert_non_null(find(CAL_CODE_SAME_DOSE));
  world.row[0] = *behind;
  for (world.n_rows = 1; world.n_rows <= 8; world.n_rows++)
    assert_int_equal(find(CAL_CODE_SAME_DOSE) != NULL, world.n_rows <= 7);
}

/* What is taken every month and brings no vitamin D makes no month of vitamin D's week. */
static void
test_an_interval_without_vitamin_d(void **state)
{
  (void)state;
  CalProduct *const product = &world.context.product[0];
  world.context.n_products = 1;
  for (int has_d = 0; has_d < 2; has_d++) {
    assert_true(cal_product_parse(has_d ? "d=1IU every=30d" : "magnesium=1mg every=30d", product, NULL));
    world.n_rows = 30;
    rows_fill(world.row, world.n_rows, ROWS_TODAY);
    rows_set_food(world.row, world.n_rows, CAL_NUTRIENT_VITAMIN_D, 0);
    for (size_t i = world.n_rows - 7; i < world.n_rows; i++)
      world.row[i].supplement.amount[CAL_NUTRIENT_VITAMIN_D] = 5000;
    assert_int_equal(find(CAL_CODE_D_HIGH) == NULL, has_d);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup(test_example, begin),
    cmocka_unit_test_setup(test_thresholds, begin),
    cmocka_unit_test_setup(test_what_stood_stands_for_ten_percent, begin),
    cmocka_unit_test_setup(test_calcium_at_once_does_not_hold_the_week, begin),
    cmocka_unit_test_setup(test_own_thresholds, begin),
    cmocka_unit_test_setup(test_too_little_needs_known_days, begin),
    cmocka_unit_test_setup(test_vitamin_k_needs_known_days_in_both_weeks, begin),
    cmocka_unit_test_setup(test_an_unknown_amount_makes_the_day_unknown, begin),
    cmocka_unit_test_setup(test_too_much_needs_no_known_days, begin),
    cmocka_unit_test_setup(test_the_mean_is_over_known_days_alone, begin),
    cmocka_unit_test_setup(test_today_waits_until_it_is_over, begin),
    cmocka_unit_test_setup(test_a_fortnight_before_today, begin),
    cmocka_unit_test_setup(test_sun_may_have_been_enough, begin),
    cmocka_unit_test_setup(test_sun_is_never_too_much, begin),
    cmocka_unit_test_setup(test_weekly_product, begin),
    cmocka_unit_test_setup(test_the_longest_interval_is_the_window, begin),
    cmocka_unit_test_setup(test_rows_stay_within_the_longest, begin),
    cmocka_unit_test_setup(test_overdoses_of_yesterday_are_told, begin),
    cmocka_unit_test_setup(test_overdoses_of_the_young, begin),
    cmocka_unit_test_setup(test_anything_with_k2_is_k2, begin),
    cmocka_unit_test_setup(test_k2_advice_is_not_for_vitamin_k_antagonists, begin),
    cmocka_unit_test_setup(test_vitamin_k_is_steady_for_nobody_else, begin),
    cmocka_unit_test_setup(test_natto_needs_no_second_day, begin),
    cmocka_unit_test_setup(test_supplements_with_vitamin_k, begin),
    cmocka_unit_test_setup(test_a_week_without_entries_stops_no_supplement, begin),
    cmocka_unit_test_setup(test_sunburn_at_half_for_whom_sun_is_not_advised, begin),
    cmocka_unit_test_setup(test_bubbles_of_sun_only_while_it_can_be_left, begin),
    cmocka_unit_test_setup(test_one_of_the_three, begin),
    cmocka_unit_test_setup(test_protection_is_of_now, begin),
    cmocka_unit_test_setup(test_doses_are_missed_after_an_hour, begin),
    cmocka_unit_test_setup(test_missed_doses_of_other_days, begin),
    cmocka_unit_test_setup(test_doses_in_doubt_are_asked_about, begin),
    cmocka_unit_test_setup(test_a_tag_without_a_battery_level, begin),
    cmocka_unit_test_setup(test_a_tag_never_heard_is_silent_since_the_start, begin),
    cmocka_unit_test_setup(test_silence_counts_from_when_the_radio_came_on, begin),
    cmocka_unit_test_setup(test_a_bond_is_lost_after_a_minute, begin),
    cmocka_unit_test_setup(test_a_lost_bond_stays_lost_until_it_holds, begin),
    cmocka_unit_test_setup(test_a_clock_is_spoken_of_after_an_hour, begin),
    cmocka_unit_test_setup(test_a_clock_that_stood_needs_no_hour, begin),
    cmocka_unit_test_setup(test_since_when_is_carried_over, begin),
    cmocka_unit_test_setup(test_the_threshold_in_force_is_the_one_held_against, begin),
    cmocka_unit_test_setup(test_thresholds_of_a_few_people, begin),
    cmocka_unit_test_setup(test_a_counter_that_began_anew, begin),
    cmocka_unit_test_setup(test_a_tag_that_sees_sun_where_there_is_none, begin),
    cmocka_unit_test_setup(test_a_tag_that_reads_the_same_for_hours, begin),
    cmocka_unit_test_setup(test_lost_records, begin),
    cmocka_unit_test_setup(test_bluetooth_is_off_for_a_minute_first, begin),
    cmocka_unit_test_setup(test_ledger_trouble, begin),
    cmocka_unit_test_setup(test_what_is_grave_is_not_crowded_out, begin),
    cmocka_unit_test_setup(test_the_gravest_come_first_and_none_twice, begin),
    cmocka_unit_test_setup(test_marks_of_every_finding, begin),
    cmocka_unit_test_setup(test_when_to_look_again, begin),
    cmocka_unit_test_setup(test_the_ends_of_a_row, begin),
    cmocka_unit_test_setup(test_an_interval_without_vitamin_d, begin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
