/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "near.h"

#include <calcifer/clothing.h>

static void
test_example(void **state)
{
  (void)state;
  double bare;
  assert_true(cal_clothing_parse("tshirt-shorts", &bare));
  assert_near(bare, 0.35, 0.0);
  assert_near(cal_body_bare_fraction(CAL_BODY_HEAD | CAL_BODY_HANDS | CAL_BODY_FOREARMS), 0.18, 1e-12);
}

static void
test_each_set_bares_more_than_the_one_before(void **state)
{
  (void)state;
  static const double fractions[] = { 0.10, 0.16, 0.25, 0.35, 0.85 };
  for (int i = CAL_CLOTHING_FACE_HANDS; i <= CAL_CLOTHING_SWIMWEAR; i++) {
    double bare;
    assert_true(cal_clothing_parse(cal_clothing_name((CalClothing)i), &bare));
    assert_near(bare, fractions[i], 0.0);
  }
  double untouched = 0.5;
  assert_false(cal_clothing_parse("armour", &untouched));
  assert_near(untouched, 0.5, 0.0);
}

static void
test_parts_make_a_whole_body(void **state)
{
  (void)state;
  assert_near(cal_body_bare_fraction(CAL_BODY_WHOLE), 1.0, 1e-12);
  assert_near(cal_body_bare_fraction(0), 0.0, 0.0);
  assert_near(cal_body_bare_fraction(1u << 20), 0.0, 0.0);
  double sum = 0.0;
  for (unsigned part = 1; part <= CAL_BODY_GENITAL; part <<= 1)
    sum += cal_body_bare_fraction(part);
  assert_near(sum, 1.0, 1e-12);
}

static void
test_parts_by_name(void **state)
{
  (void)state;
  CalBodyPart part = CAL_BODY_BACK;
  assert_false(cal_body_part_parse("tail", &part));
  assert_int_equal(part, CAL_BODY_BACK);
  assert_true(cal_body_part_parse("lower-legs", &part));
  assert_near(cal_body_bare_fraction((unsigned)part), 0.14, 1e-12);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_each_set_bares_more_than_the_one_before),
    cmocka_unit_test(test_parts_make_a_whole_body),
    cmocka_unit_test(test_parts_by_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
