/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/units.h>

#include <math.h>

static void
test_example(void **state)
{
  (void)state;
  assert_true(fabs(cal_iu_from_ug(50) - 2000) <= 0);
  assert_true(fabs(cal_nmol_l_from_ng_ml(30) - 74.88) <= 1e-12);
}

static void
test_there_and_back(void **state)
{
  (void)state;
  assert_true(fabs(cal_ug_from_iu(600) - 15) <= 0);
  assert_true(fabs(cal_ng_ml_from_nmol_l(50) - 20.032) <= 1e-3);
  for (double value = 0; value < 500; value += 0.5) {
    assert_true(fabs(cal_ug_from_iu(cal_iu_from_ug(value)) - value) <= 1e-9);
    assert_true(fabs(cal_ng_ml_from_nmol_l(cal_nmol_l_from_ng_ml(value)) - value) <= 1e-9);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_there_and_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
