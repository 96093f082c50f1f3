/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "near.h"

#include <calcifer/sunscreen.h>

static void
test_example(void **state)
{
  (void)state;
  assert_near(cal_sunscreen_transmission(30.0), 1.0 / 30.0, 1e-15);
  assert_near(cal_sunscreen_spf_as_applied(27.0), 3.0, 1e-12);
}

static void
test_wears_off_in_two_hours(void **state)
{
  (void)state;
  assert_near(cal_sunscreen_spf_after(31.0, 0.0), 31.0, 1e-12);
  assert_near(cal_sunscreen_spf_after(31.0, 3600.0), 16.0, 1e-12);
  assert_near(cal_sunscreen_spf_after(31.0, 7200.0), 1.0, 1e-12);
  assert_near(cal_sunscreen_spf_after(31.0, 1e9), 1.0, 1e-12);
  assert_near(cal_sunscreen_spf_after(31.0, -1.0), 1.0, 1e-12);
}

static void
test_no_spf_is_none(void **state)
{
  (void)state;
  static const double none[] = { 1.0, 0.5, 0.0, -30.0, NAN };
  for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
    assert_near(cal_sunscreen_transmission(none[i]), 1.0, 0.0);
    assert_near(cal_sunscreen_spf_as_applied(none[i]), 1.0, 0.0);
    assert_near(cal_sunscreen_spf_after(none[i], 60.0), 1.0, 0.0);
  }
  assert_near(cal_sunscreen_spf_after(30.0, NAN), 1.0, 0.0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_wears_off_in_two_hours),
    cmocka_unit_test(test_no_spf_is_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
