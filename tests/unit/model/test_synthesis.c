/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "near.h"

#include <calcifer/synthesis.h>

static const CalSkin young = { .phototype = 2, .age_factor = 1.0, .calibration = CAL_CALIBRATION_DOWDY };

static void
test_example(void **state)
{
  (void)state;
  const double vitd = cal_synthesis_vitd_j_m2(8.0, 10.0, 30.0, 300.0);
  assert_near(vitd, 234.6, 0.001);
  const double linear = cal_synthesis_linear_iu(vitd, &young, 0.25, 1.0);
  assert_near(linear, 2914.6, 0.1);
  assert_near(cal_synthesis_saturate_iu(linear, 0.25, young.age_factor), 2208.65, 0.1);
}

static void
test_holicks_rule(void **state)
{
  (void)state;
  /* A quarter of a MED of Boston's sun (ratio 1.70) on a quarter of the body is 1000 IU by the paper's own
   * dose. */
  for (int type = 1; type <= 6; type++) {
    const CalSkin skin = { .phototype = type,
                           .age_factor = 1.0,
                           .calibration = CAL_CALIBRATION_WEBB_ENGELSEN };
    const double vitd = 0.25 * cal_skin_med_j_m2(type) * 1.70;
    assert_near(cal_synthesis_linear_iu(vitd, &skin, 0.25, 1.0), 1000.0, 1e-9);
  }
}

static void
test_uvi_and_sed(void **state)
{
  (void)state;
  assert_near(cal_synthesis_erythemal_j_m2(1.0, 60.0), 90.0, 1e-12);
  assert_near(cal_synthesis_erythemal_j_m2(10.0, 60.0) / CAL_SYNTHESIS_SED_J_M2, 9.0, 1e-12);
  assert_near(cal_synthesis_med_fraction(125.0, 2), 0.5, 1e-12);
}

static void
test_linear_in_each_factor(void **state)
{
  (void)state;
  const double one = cal_synthesis_linear_iu(100.0, &young, 0.2, 1.0);
  CalSkin old = young;
  old.age_factor = 0.49;
  assert_near(cal_synthesis_linear_iu(200.0, &young, 0.2, 1.0), 2.0 * one, 1e-9);
  assert_near(cal_synthesis_linear_iu(100.0, &young, 0.4, 1.0), 2.0 * one, 1e-9);
  assert_near(cal_synthesis_linear_iu(100.0, &young, 0.2, 0.1), 0.1 * one, 1e-9);
  assert_near(cal_synthesis_linear_iu(100.0, &old, 0.2, 1.0), 0.49 * one, 1e-9);
}

static void
test_how_a_stretch_is_cut_changes_nothing(void **state)
{
  (void)state;
  uint64_t seed = 42;
  for (int round = 0; round < 200; round++) {
    const double uvi = random_between(&seed, 0.0, 15.0);
    const double minutes = random_between(&seed, 0.0, 600.0);
    const double cut = random_between(&seed, 0.0, minutes);
    const double zenith = random_between(&seed, 0.0, 90.0);
    const double whole = cal_synthesis_vitd_j_m2(uvi, minutes, zenith, 320.0);
    const double parts = cal_synthesis_vitd_j_m2(uvi, cut, zenith, 320.0) +
                         cal_synthesis_vitd_j_m2(uvi, minutes - cut, zenith, 320.0);
    assert_near(parts, whole, 1e-9 * (1.0 + whole));
    assert_near(cal_synthesis_vitd_j_m2(2.0 * uvi, 0.5 * minutes, zenith, 320.0), whole,
                1e-9 * (1.0 + whole));
  }
}

static void
test_more_uv_never_makes_less_and_never_passes_the_ceiling(void **state)
{
  (void)state;
  static const double fractions[] = { 0.01, 0.1, 0.35, 0.85, 1.0 };
  for (size_t i = 0; i < sizeof fractions / sizeof *fractions; i++) {
    double before = 0.0;
    for (double linear = 0.0; linear < 1e7; linear = linear * 1.1 + 1.0) {
      const double iu = cal_synthesis_saturate_iu(linear, fractions[i], 0.83);
      assert_true(iu >= before && iu <= linear && iu <= 20000.0 * fractions[i] * 0.83);
      before = iu;
    }
    assert_near_share(before, 20000.0 * fractions[i] * 0.83, 1e-9);
  }
}

static void
test_small_doses_are_linear(void **state)
{
  (void)state;
  assert_near(cal_synthesis_saturate_iu(1e-9, 0.25, 1.0), 1e-9, 1e-15);
}

static void
test_nothing_bare_makes_nothing(void **state)
{
  (void)state;
  assert_near(cal_synthesis_saturate_iu(500.0, 0.0, 1.0), 0.0, 0.0);
  assert_near(cal_synthesis_saturate_iu(500.0, 0.25, 0.0), 0.0, 0.0);
}

static void
test_no_input_gives_nan_or_a_negative(void **state)
{
  (void)state;
  static const double odd[] = { 0.0, -1.0, -1e90, 1e90, NAN, 0.5, 30.0 };
  enum { ODD = sizeof odd / sizeof *odd };
  for (int i = 0; i < ODD * ODD * ODD; i++) {
    const double a = odd[i % ODD], b = odd[i / ODD % ODD], c = odd[i / ODD / ODD];
    const CalSkin skin = { .phototype = (int)fmin(fmax(a, -9.0), 9.0), .age_factor = c };
    assert_true(cal_synthesis_erythemal_j_m2(a, b) >= 0.0);
    assert_true(cal_synthesis_vitd_j_m2(a, 10.0, b, c) >= 0.0);
    assert_true(cal_synthesis_linear_iu(a, &skin, b, 1.0) >= 0.0);
    assert_true(cal_synthesis_saturate_iu(a, b, c) >= 0.0);
    assert_true(cal_synthesis_burn_minutes(a, 2, b) >= 0.0);
    assert_true(cal_synthesis_med_fraction(a, 3) >= 0.0);
  }
}

static void
test_range(void **state)
{
  (void)state;
  const CalIuRange range = cal_synthesis_range(800.0);
  assert_near(range.low, 400.0, 0.0);
  assert_near(range.best, 800.0, 0.0);
  assert_near(range.high, 1600.0, 0.0);
}

static void
test_burn(void **state)
{
  (void)state;
  /* 300 J/m2 at UVI 8 is 25 minutes. */
  assert_near(cal_synthesis_burn_minutes(8.0, 3, 1.0), 25.0, 1e-12);
  assert_near(cal_synthesis_burn_minutes(8.0, 3, 10.0), 250.0, 1e-12);
  assert_true(isinf(cal_synthesis_burn_minutes(0.0, 3, 1.0)));
  const double minutes = cal_synthesis_burn_minutes(6.5, 4, 1.0);
  assert_near(cal_synthesis_med_fraction(cal_synthesis_erythemal_j_m2(6.5, minutes), 4), 1.0, 1e-12);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_holicks_rule),
    cmocka_unit_test(test_uvi_and_sed),
    cmocka_unit_test(test_linear_in_each_factor),
    cmocka_unit_test(test_how_a_stretch_is_cut_changes_nothing),
    cmocka_unit_test(test_more_uv_never_makes_less_and_never_passes_the_ceiling),
    cmocka_unit_test(test_small_doses_are_linear),
    cmocka_unit_test(test_nothing_bare_makes_nothing),
    cmocka_unit_test(test_no_input_gives_nan_or_a_negative),
    cmocka_unit_test(test_range),
    cmocka_unit_test(test_burn),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
