/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "near.h"

#include <calcifer/skin.h>

static void
test_example(void **state)
{
  (void)state;
  assert_near(cal_skin_med_j_m2(2), 250.0, 0.0);
  assert_near(cal_skin_sdd_j_m2(2, CAL_CALIBRATION_DOWDY), 80.492, 0.001);
  assert_near(cal_skin_age_factor(30), 0.83, 0.0);
}

static void
test_med_of_each_phototype(void **state)
{
  (void)state;
  static const double med[] = { 200, 250, 300, 450, 600, 1000 };
  for (int type = 1; type <= 6; type++)
    assert_near(cal_skin_med_j_m2(type), med[type - 1], 0.0);
  assert_near(cal_skin_med_j_m2(0), 200.0, 0.0);
  assert_near(cal_skin_med_j_m2(7), 1000.0, 0.0);
}

static void
test_calibrations_differ_by_the_lamp(void **state)
{
  (void)state;
  for (int type = 1; type <= 6; type++) {
    const double lamp = cal_skin_sdd_j_m2(type, CAL_CALIBRATION_WEBB_ENGELSEN);
    assert_near(lamp, 0.425 * cal_skin_med_j_m2(type), 1e-9);
    assert_near(lamp / cal_skin_sdd_j_m2(type, CAL_CALIBRATION_DOWDY), 1.32, 1e-12);
  }
}

static void
test_age_steps(void **state)
{
  (void)state;
  static const struct {
    int age;
    double factor;
  } steps[] = { { 0, 1.00 },  { 21, 1.00 }, { 22, 0.83 }, { 40, 0.83 },
                { 41, 0.66 }, { 59, 0.66 }, { 60, 0.49 }, { 120, 0.49 } };
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
    assert_near(cal_skin_age_factor(steps[i].age), steps[i].factor, 0.0);
}

static void
test_calibration_names(void **state)
{
  (void)state;
  CalCalibration calibration = CAL_CALIBRATION_DOWDY;
  assert_true(cal_calibration_parse("webb-engelsen", &calibration));
  assert_int_equal(calibration, CAL_CALIBRATION_WEBB_ENGELSEN);
  assert_false(cal_calibration_parse("holick", &calibration));
  assert_int_equal(calibration, CAL_CALIBRATION_WEBB_ENGELSEN);
  assert_string_equal(cal_calibration_name(CAL_CALIBRATION_DOWDY), "dowdy");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_med_of_each_phototype),
    cmocka_unit_test(test_calibrations_differ_by_the_lamp),
    cmocka_unit_test(test_age_steps),
    cmocka_unit_test(test_calibration_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
