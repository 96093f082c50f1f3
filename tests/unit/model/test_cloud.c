/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "near.h"

#include <calcifer/cloud.h>

static void
test_example(void **state)
{
  (void)state;
  CalCloud cloud;
  assert_true(cal_cloud_parse("broken", &cloud));
  assert_near(cal_cloud_factor(cloud), 0.73, 0.0);
}

static void
test_each_name_comes_back_and_each_sky_is_darker(void **state)
{
  (void)state;
  static const double factors[] = { 1.00, 0.89, 0.73, 0.31 };
  for (int i = CAL_CLOUD_CLEAR; i <= CAL_CLOUD_OVERCAST; i++) {
    CalCloud cloud;
    assert_true(cal_cloud_parse(cal_cloud_name((CalCloud)i), &cloud));
    assert_int_equal(cloud, i);
    assert_near(cal_cloud_factor(cloud), factors[i], 0.0);
  }
}

static void
test_what_is_no_sky(void **state)
{
  (void)state;
  static const char *const bad[] = { "", "Clear", "foggy", "clear ", "0.5" };
  CalCloud cloud = CAL_CLOUD_BROKEN;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_false(cal_cloud_parse(bad[i], &cloud));
  assert_int_equal(cloud, CAL_CLOUD_BROKEN);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_each_name_comes_back_and_each_sky_is_darker),
    cmocka_unit_test(test_what_is_no_sky),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
