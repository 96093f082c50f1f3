/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/uv_index.h>

static void
test_example(void **state)
{
  (void)state;
  static const uint8_t bytes[] = { 7 };
  int uv_index = 0;
  assert_true(cal_uv_index_decode(bytes, sizeof bytes, &uv_index));
  assert_int_equal(uv_index, 7);
}

static void
test_every_value_comes_back(void **state)
{
  (void)state;
  for (int value = CAL_UV_INDEX_NONE; value <= 254; value++) {
    const uint8_t byte = cal_uv_index_encode(value);
    int back = 77;
    assert_true(cal_uv_index_decode(&byte, 1, &back));
    assert_int_equal(back, value);
  }
}

static void
test_no_reading(void **state)
{
  (void)state;
  assert_int_equal(cal_uv_index_encode(CAL_UV_INDEX_NONE), 0xff);
  assert_int_equal(cal_uv_index_encode(255), 0xff);
  assert_int_equal(cal_uv_index_encode(-300), 0xff);
}

static void
test_other_sizes(void **state)
{
  (void)state;
  static const uint8_t bytes[2] = { 3, 0 };
  int uv_index = 77;
  assert_false(cal_uv_index_decode(bytes, 0, &uv_index));
  assert_false(cal_uv_index_decode(bytes, 2, &uv_index));
  assert_int_equal(uv_index, 77);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_every_value_comes_back),
    cmocka_unit_test(test_no_reading),
    cmocka_unit_test(test_other_sizes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
