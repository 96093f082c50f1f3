/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "near.h"

#include <calcifer/serum.h>

#include <stdbool.h>

/* The last of so many days of the same IU, without a laboratory value. */
static CalSerumEstimate
steady(CalSerum *serum, double iu, int days)
{
  CalSerumEstimate estimate = { 0 };
  for (int i = 0; i < days; i++)
    estimate = cal_serum_step(serum, iu, NAN);
  return estimate;
}

static void
test_example(void **state)
{
  (void)state;
  CalSerum serum = cal_serum_begin(cal_serum_default_nmol_l(CAL_WEIGHT_NORMAL));
  const CalSerumEstimate day1 = cal_serum_step(&serum, 1000.0, NAN);
  assert_near(day1.nmol_l, 50.04, 0.01);
  const CalSerumEstimate day2 = cal_serum_step(&serum, 1000.0, 62.0);
  assert_near(day2.nmol_l, 62.0, 1e-9);
  assert_near(day2.low, 55.8, 1e-9);
  assert_near(day2.high, 68.2, 1e-9);
}

static void
test_response_has_the_published_slopes(void **state)
{
  (void)state;
  assert_near(cal_serum_response_nmol_l(0.0, CAL_SERUM_BEST), 0.0, 0.0);
  assert_near(cal_serum_response_nmol_l(-5.0, CAL_SERUM_BEST), 0.0, 0.0);
  assert_near(cal_serum_response_nmol_l(1000.0, CAL_SERUM_LOW), 12.0, 1e-9);
  assert_near(cal_serum_response_nmol_l(5000.0, CAL_SERUM_BEST), 125.0 * 0.7, 1e-9);
  assert_near(cal_serum_response_nmol_l(1000.0, CAL_SERUM_HIGH), 25.0, 1e-9);
  /* From 5000 IU on a parabola, down to the last slope at 15 000. */
  assert_near(cal_serum_response_nmol_l(10000.0, CAL_SERUM_BEST), 87.5 + 5.0 * (17.5 + 9.3) / 2, 1e-9);
  assert_near(cal_serum_response_nmol_l(15000.0, CAL_SERUM_LOW), 125.5, 1e-9);
  assert_near(cal_serum_response_nmol_l(15000.0, CAL_SERUM_BEST), 180.5, 1e-9);
  assert_near(cal_serum_response_nmol_l(15000.0, CAL_SERUM_HIGH), 255.5, 1e-9);
  for (int edge = CAL_SERUM_LOW; edge <= CAL_SERUM_HIGH; edge++) {
    const double at_15000 = cal_serum_response_nmol_l(15000.0, (CalSerumEdge)edge);
    assert_near(cal_serum_response_nmol_l(20000.0, (CalSerumEdge)edge) - at_15000, 5.5, 1e-9);
  }
}

static void
test_response_rises_bends_and_keeps_its_edges_apart(void **state)
{
  (void)state;
  for (double iu = 10.0; iu < 40000.0; iu += 10.0) {
    double rise[3], at[3];
    for (int edge = CAL_SERUM_LOW; edge <= CAL_SERUM_HIGH; edge++) {
      const double below = cal_serum_response_nmol_l(iu - 10.0, (CalSerumEdge)edge);
      at[edge] = cal_serum_response_nmol_l(iu, (CalSerumEdge)edge);
      rise[edge] = at[edge] - below;
      assert_true(rise[edge] > 0.0);
      assert_true(cal_serum_response_nmol_l(iu + 10.0, (CalSerumEdge)edge) - at[edge] <= rise[edge] + 1e-9);
    }
    assert_true(at[CAL_SERUM_LOW] < at[CAL_SERUM_BEST] && at[CAL_SERUM_BEST] < at[CAL_SERUM_HIGH]);
  }
}

static void
test_defaults_by_weight(void **state)
{
  (void)state;
  CalWeightClass weight = CAL_WEIGHT_NORMAL;
  assert_near(cal_serum_default_nmol_l(weight), 50.0, 0.0);
  assert_true(cal_weight_class_parse("overweight", &weight));
  assert_near(cal_serum_default_nmol_l(weight), 42.0, 0.0);
  assert_true(cal_weight_class_parse("obese", &weight));
  assert_near(cal_serum_default_nmol_l(weight), 30.0, 0.0);
  assert_false(cal_weight_class_parse("thin", &weight));
  assert_int_equal(weight, CAL_WEIGHT_OBESE);
}

static void
test_nothing_recorded_leaves_the_default_and_its_band(void **state)
{
  (void)state;
  CalSerum serum = cal_serum_begin(50.0);
  const CalSerumEstimate estimate = steady(&serum, 0.0, 400);
  assert_near(estimate.nmol_l, 50.0, 1e-9);
  assert_near(estimate.low, 25.0, 1e-9);
  assert_near(estimate.high, 75.0, 1e-9);
}

static void
test_steady_intake_comes_to_the_response(void **state)
{
  (void)state;
  CalSerum serum = cal_serum_begin(50.0);
  const CalSerumEstimate estimate = steady(&serum, 2000.0, 600);
  assert_near(estimate.nmol_l, 50.0 + 35.0, 0.01);
  assert_near(estimate.low, 25.0 + 24.0, 0.01);
  assert_near(estimate.high, 75.0 + 50.0, 0.01);
}

/* The two rate equations in steps of a 5000th of a day, S being a straight line under 5000 IU. */
static void
test_against_small_steps_of_the_rate_equations(void **state)
{
  (void)state;
  const double step = 1.0 / 5000.0;
  const double first_rate = log(2.0) / 3.0, second_rate = log(2.0) / 30.0;
  double first = 0.0, second = 0.0;
  uint64_t seed = 99;
  CalSerum serum = cal_serum_begin(50.0);
  for (int day = 0; day < 60; day++) {
    const double iu = random_between(&seed, 0.0, 4000.0);
    for (int i = 0; i < 5000; i++) {
      second += step * second_rate * (first - second);
      first += step * first_rate * (iu - first);
    }
    const CalSerumEstimate estimate = cal_serum_step(&serum, iu, NAN);
    assert_near(estimate.nmol_l, 50.0 + 0.0175 * second, 0.005);
  }
}

static void
test_store_halves_in_thirty_days(void **state)
{
  (void)state;
  CalSerum serum = cal_serum_begin(50.0);
  steady(&serum, 3000.0, 500);
  const double start = steady(&serum, 0.0, 40).nmol_l - 50.0; /* the first step has emptied */
  const double later = steady(&serum, 0.0, 30).nmol_l - 50.0;
  assert_near(later / start, 0.5, 0.001);
}

/* Blood's own half-life of 15 d runs ahead of the store's 30 d: up with a rise, where it lifts the high edge
 * alone, and down with a fall, where it sinks the low edge alone. Under 5000 IU the curves are straight
 * lines. */
static void
test_quick_half_life_widens_the_band(void **state)
{
  (void)state;
  CalSerum serum = cal_serum_begin(50.0);
  const CalSerumEstimate rising = steady(&serum, 3000.0, 30);
  assert_near((rising.low - 25.0) / (rising.nmol_l - 50.0), 12.0 / 17.5, 1e-9);
  assert_true((rising.high - 75.0) / (rising.nmol_l - 50.0) > 25.0 / 17.5 + 0.1);
  steady(&serum, 3000.0, 500);
  const CalSerumEstimate falling = steady(&serum, 0.0, 30);
  assert_true((falling.low - 25.0) / (falling.nmol_l - 50.0) < 12.0 / 17.5 - 0.1);
  assert_near((falling.high - 75.0) / (falling.nmol_l - 50.0), 25.0 / 17.5, 1e-9);
}

static void
test_laboratory_value_anchors_and_its_precision_fades(void **state)
{
  (void)state;
  CalSerum serum = cal_serum_begin(50.0);
  steady(&serum, 1000.0, 300);
  CalSerumEstimate before = cal_serum_step(&serum, 1000.0, 80.0);
  assert_near(before.nmol_l, 80.0, 1e-9);
  assert_near(before.low, 72.0, 1e-9);
  assert_near(before.high, 88.0, 1e-9);
  for (int day = 1; day <= 700; day++) {
    const CalSerumEstimate now = cal_serum_step(&serum, 1000.0, NAN);
    assert_true(now.high - now.low >= before.high - before.low);
    before = now;
    if (day == 30) /* half way back to the model's own */
      assert_near(now.nmol_l - now.low, (8.0 + 30.5) / 2, 0.1);
  }
  assert_near(before.nmol_l, 80.0, 0.1);
  assert_near(before.nmol_l - before.low, 25.0 + 5.5, 0.1);
  assert_near(before.high - before.nmol_l, 25.0 + 7.5, 0.1);
}

static void
test_a_high_laboratory_value_stays_as_wide_as_it_is(void **state)
{
  (void)state;
  CalSerum serum = cal_serum_begin(50.0);
  cal_serum_step(&serum, 0.0, 400.0);
  const CalSerumEstimate later = steady(&serum, 0.0, 400);
  assert_near(later.high - later.nmol_l, 40.0, 1e-9);
}

static void
test_second_laboratory_value_counts_from_its_day(void **state)
{
  (void)state;
  CalSerum serum = cal_serum_begin(50.0);
  cal_serum_step(&serum, 0.0, 90.0);
  steady(&serum, 0.0, 100);
  const CalSerumEstimate second = cal_serum_step(&serum, 0.0, 60.0);
  assert_near(second.nmol_l, 60.0, 1e-9);
  assert_near(second.high, 66.0, 1e-9);
}

static void
test_more_intake_never_means_less(void **state)
{
  (void)state;
  uint64_t seed = 5;
  CalSerum less = cal_serum_begin(50.0), more = cal_serum_begin(50.0);
  for (int day = 0; day < 1000; day++) {
    const double iu = random_between(&seed, 0.0, 20000.0);
    const double a = cal_serum_step(&less, iu, NAN).nmol_l;
    const double b = cal_serum_step(&more, iu + random_between(&seed, 0.0, 500.0), NAN).nmol_l;
    assert_true(b >= a);
  }
}

static void
test_never_nan_negative_or_out_of_its_range(void **state)
{
  (void)state;
  static const double odd[] = { 0.0, -500.0, NAN, 1e9, 400.0, 1e-300 };
  static const double labs[] = { NAN, 0.0, NAN, -4.0, 900.0, NAN, 20.0 };
  CalSerum serum = cal_serum_begin(30.0);
  CalSerum spoilt = cal_serum_begin(30.0), empty = cal_serum_begin(30.0);
  cal_serum_step(&spoilt, NAN, NAN);
  cal_serum_step(&empty, 0.0, NAN);
  assert_near(steady(&spoilt, 800.0, 90).nmol_l, steady(&empty, 800.0, 90).nmol_l, 0.0);
  for (int day = 0; day < 3000; day++) {
    const CalSerumEstimate e = cal_serum_step(&serum, odd[day % 6], labs[day % 7]);
    assert_true(e.low >= 0.0 && e.low <= e.nmol_l && e.nmol_l <= e.high && isfinite(e.high));
  }
}

static void
test_a_copy_of_the_state_goes_on_alike(void **state)
{
  (void)state;
  CalSerum serum = cal_serum_begin(50.0);
  steady(&serum, 1200.0, 50);
  CalSerum copy = serum;
  assert_near(steady(&copy, 300.0, 20).nmol_l, steady(&serum, 300.0, 20).nmol_l, 0.0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_response_has_the_published_slopes),
    cmocka_unit_test(test_response_rises_bends_and_keeps_its_edges_apart),
    cmocka_unit_test(test_defaults_by_weight),
    cmocka_unit_test(test_nothing_recorded_leaves_the_default_and_its_band),
    cmocka_unit_test(test_steady_intake_comes_to_the_response),
    cmocka_unit_test(test_against_small_steps_of_the_rate_equations),
    cmocka_unit_test(test_store_halves_in_thirty_days),
    cmocka_unit_test(test_quick_half_life_widens_the_band),
    cmocka_unit_test(test_laboratory_value_anchors_and_its_precision_fades),
    cmocka_unit_test(test_a_high_laboratory_value_stays_as_wide_as_it_is),
    cmocka_unit_test(test_second_laboratory_value_counts_from_its_day),
    cmocka_unit_test(test_more_intake_never_means_less),
    cmocka_unit_test(test_never_nan_negative_or_out_of_its_range),
    cmocka_unit_test(test_a_copy_of_the_state_goes_on_alike),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
