/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/tag_clock.h>

static void
test_example(void **state)
{
  (void)state;
  static const uint8_t bytes[] = { 0, 0, 0, 0, 0x10, 0x0e, 0, 0, 3, 0 };
  CalTagClock clock;
  assert_true(cal_tag_clock_decode(bytes, sizeof bytes, &clock));
  assert_int_equal(clock.time, 0);
  assert_int_equal(clock.uptime_s, 3600);
  assert_int_equal(clock.boot, 3);
}

static void
test_there_and_back(void **state)
{
  (void)state;
  static const uint8_t expected[] = { 0x80, 0xd2, 0xda, 0x68, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff };
  const CalTagClock clock = { 1759171200, UINT32_MAX, 65534 };
  CalTagClock back;
  uint8_t bytes[CAL_TAG_CLOCK_SIZE];
  cal_tag_clock_encode(&clock, bytes);
  assert_memory_equal(bytes, expected, sizeof expected);
  assert_true(cal_tag_clock_decode(bytes, sizeof bytes, &back));
  assert_int_equal(back.time, clock.time);
  assert_int_equal(back.uptime_s, clock.uptime_s);
  assert_int_equal(back.boot, clock.boot);
}

static void
test_setting(void **state)
{
  (void)state;
  static const uint8_t expected[] = { 0x80, 0xd2, 0xda, 0x68 };
  uint8_t bytes[CAL_TAG_CLOCK_SETTING_SIZE];
  uint32_t time = 0;
  cal_tag_clock_setting_encode(1759171200, bytes);
  assert_memory_equal(bytes, expected, sizeof expected);
  assert_true(cal_tag_clock_setting_decode(bytes, sizeof bytes, &time));
  assert_int_equal(time, 1759171200);
}

static void
test_other_sizes(void **state)
{
  (void)state;
  static const uint8_t bytes[12] = { 1 };
  CalTagClock clock = { 77, 78, 79 };
  uint32_t time = 77;
  for (size_t size = 0; size <= sizeof bytes; size++) {
    if (size != CAL_TAG_CLOCK_SIZE)
      assert_false(cal_tag_clock_decode(bytes, size, &clock));
    if (size != CAL_TAG_CLOCK_SETTING_SIZE)
      assert_false(cal_tag_clock_setting_decode(bytes, size, &time));
  }
  assert_true(clock.time == 77 && clock.uptime_s == 78 && clock.boot == 79 && time == 77);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_there_and_back),
    cmocka_unit_test(test_setting),
    cmocka_unit_test(test_other_sizes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
