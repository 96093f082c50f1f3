/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../../lib/model/curve.h"
#include "near.h"

static double
cubic(double x)
{
  return 1.0 - 2.0 * x + 0.5 * x * x - 0.25 * x * x * x;
}

static void
test_spline_is_exact_for_a_cubic(void **state)
{
  (void)state;
  const double x[] = { -1.0, 0.0, 0.5, 2.0, 4.0, 4.5 };
  double y[6];
  for (int i = 0; i < 6; i++)
    y[i] = cubic(x[i]);
  double bend[CAL_CURVE_NODES_MAX];
  const CalSpline spline = cal_spline_through(6, x, y, bend);
  for (double at = -1.5; at <= 5.0; at += 0.1) {
    assert_near(cal_spline_at(&spline, at), cubic(at), 1e-9);
    assert_near(cal_spline_slope_at(&spline, at), -2.0 + at - 0.75 * at * at, 1e-9);
  }
}

static void
test_spline_of_four_nodes(void **state)
{
  (void)state;
  const double x[] = { 0.0, 1.0, 3.0, 4.0 };
  const double y[] = { cubic(0.0), cubic(1.0), cubic(3.0), cubic(4.0) };
  double bend[CAL_CURVE_NODES_MAX];
  const CalSpline spline = cal_spline_through(4, x, y, bend);
  assert_near(cal_spline_at(&spline, 2.0), cubic(2.0), 1e-9);
}

static void
test_between_is_exact_for_a_parabola(void **state)
{
  (void)state;
  const double x[] = { 0.0, 1.0, 3.0, 4.0 };
  const double y[] = { 0.0, 1.0, 9.0, 16.0 };
  for (double at = 1.0; at <= 3.0; at += 0.1) {
    assert_near(cal_curve_between(x, y, at), at * at, 1e-12);
    assert_near(cal_curve_between_monotone(x, y, at), at * at, 1e-12);
  }
}

static void
test_monotone_does_not_overshoot(void **state)
{
  (void)state;
  const double x[] = { 0.0, 1.0, 2.0, 3.0 };
  uint64_t seed = 7;
  for (int round = 0; round < 2000; round++) {
    double y[4];
    for (int i = 0; i < 4; i++)
      y[i] = random_between(&seed, -1.0, 1.0);
    double before = y[1];
    for (int step = 1; step <= 50; step++) {
      const double now = cal_curve_between_monotone(x, y, 1.0 + step / 50.0);
      assert_true((now - before) * (y[2] - y[1]) >= -1e-12);
      before = now;
    }
    assert_near(before, y[2], 1e-12);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_spline_is_exact_for_a_cubic),
    cmocka_unit_test(test_spline_of_four_nodes),
    cmocka_unit_test(test_between_is_exact_for_a_parabola),
    cmocka_unit_test(test_monotone_does_not_overshoot),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
