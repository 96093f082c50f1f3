/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/omron.h>

static void
test_example(void **state)
{
  (void)state;
  static const uint8_t bytes[] = { 0x76, 0xed, 0x0f, 0x5b, 0x03, 0x00, 0x0b, 0x00, 0x02 };
  CalOmronNewest newest;
  assert_true(cal_omron_newest_decode(bytes, sizeof bytes, &newest));
  assert_int_equal(newest.created, 1527770486);
  assert_int_equal(newest.interval_s, 3);
  assert_int_equal(newest.page, 11);
  assert_int_equal(newest.row, 2);
}

/* A278, table 12: row 2, 24.64 degrees, 50.73 %, 50 lx, UV 0.01, 993.5 hPa, 42.62 dB, 71.37, 20.96, 2770 mV.
 */
static const uint8_t row_bytes[CAL_OMRON_ROW_SIZE] = { 2,    0xa0, 0x09, 0xd1, 0x13, 0x32, 0x00,
                                                       0x01, 0x00, 0xcf, 0x26, 0xa6, 0x10, 0xe1,
                                                       0x1b, 0x30, 0x08, 0xd2, 0x0a };

static void
test_row(void **state)
{
  (void)state;
  CalOmronRow row;
  assert_true(cal_omron_row_decode(row_bytes, sizeof row_bytes, &row));
  assert_int_equal(row.row, 2);
  assert_int_equal(row.light_lx, 50);
  assert_int_equal(row.uv_index, 1);
  assert_int_equal(row.supply_mv, 2770);
}

static void
test_row_of_any_value(void **state)
{
  (void)state;
  uint8_t bytes[CAL_OMRON_ROW_SIZE] = { 255 };
  CalOmronRow row;
  bytes[7] = 0x94, bytes[8] = 0x11; /* 45.00 */
  assert_true(cal_omron_row_decode(bytes, sizeof bytes, &row));
  assert_int_equal(row.row, 255);
  assert_int_equal(row.uv_index, 4500);
  bytes[7] = bytes[8] = 0xff;
  assert_true(cal_omron_row_decode(bytes, sizeof bytes, &row));
  assert_int_equal(row.uv_index, -1);
}

static void
test_newest_that_cannot_be(void **state)
{
  (void)state;
  static const uint8_t idle[] = { 0, 0, 0, 0, 0x2c, 0x01, 0, 0, 0 };
  static const uint8_t last[] = { 1, 0, 0, 0, 0x10, 0x0e, 0xff, 0x07, 12 };
  static const uint8_t row[] = { 1, 0, 0, 0, 0x2c, 0x01, 0, 0, 13 };
  static const uint8_t page[] = { 1, 0, 0, 0, 0x2c, 0x01, 0x00, 0x08, 0 };
  static const uint8_t no_interval[] = { 1, 0, 0, 0, 0, 0, 0, 0, 0 };
  static const uint8_t interval[] = { 1, 0, 0, 0, 0x11, 0x0e, 0, 0, 0 };
  CalOmronNewest newest = { .page = 77 };
  assert_false(cal_omron_newest_decode(row, sizeof row, &newest));
  assert_false(cal_omron_newest_decode(page, sizeof page, &newest));
  assert_false(cal_omron_newest_decode(no_interval, sizeof no_interval, &newest));
  assert_false(cal_omron_newest_decode(interval, sizeof interval, &newest));
  assert_int_equal(newest.page, 77);
  assert_true(cal_omron_newest_decode(idle, sizeof idle, &newest));
  assert_int_equal(newest.created, 0);
  assert_int_equal(newest.interval_s, 300);
  assert_true(cal_omron_newest_decode(last, sizeof last, &newest));
  assert_int_equal(newest.page, 2047);
  assert_int_equal(newest.row, 12);
  assert_int_equal(newest.interval_s, 3600);
}

static void
test_flag(void **state)
{
  (void)state;
  static const uint8_t bytes[] = { 1, 0x4b, 0xee, 0x0f, 0x5b };
  static const uint8_t other[] = { 9, 0, 0, 0, 0 };
  CalOmronFlag flag;
  assert_true(cal_omron_flag_decode(bytes, sizeof bytes, &flag));
  assert_int_equal(flag.state, CAL_OMRON_COMPLETED);
  assert_int_equal(flag.created, 1527770699);
  assert_true(cal_omron_flag_decode(other, sizeof other, &flag));
  assert_int_equal(flag.state, 9);
}

static void
test_what_is_written(void **state)
{
  (void)state;
  static const uint8_t expected[] = { 0xff, 0x07, 12 };
  static const uint8_t expected_time[] = { 0x80, 0xd2, 0xda, 0x68 };
  uint8_t request[CAL_OMRON_REQUEST_SIZE], bytes[CAL_OMRON_TIME_SIZE];
  uint32_t time;
  cal_omron_request_encode(2047, 12, request);
  assert_memory_equal(request, expected, sizeof expected);
  cal_omron_time_encode(1759171200, bytes);
  assert_memory_equal(bytes, expected_time, sizeof expected_time);
  assert_true(cal_omron_time_decode(bytes, sizeof bytes, &time));
  assert_int_equal(time, 1759171200);
}

static void
test_of_another_size(void **state)
{
  (void)state;
  uint8_t bytes[CAL_OMRON_ROW_SIZE + 1] = { 0 };
  CalOmronRow row;
  CalOmronNewest newest;
  CalOmronFlag flag;
  uint32_t time;
  bytes[4] = 1; /* an interval */
  for (size_t size = 0; size <= sizeof bytes; size++) {
    assert_int_equal(cal_omron_row_decode(bytes, size, &row), size == 19);
    assert_int_equal(cal_omron_newest_decode(bytes, size, &newest), size == 9);
    assert_int_equal(cal_omron_flag_decode(bytes, size, &flag), size == 5);
    assert_int_equal(cal_omron_time_decode(bytes, size, &time), size == 4);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_row),
    cmocka_unit_test(test_row_of_any_value),
    cmocka_unit_test(test_newest_that_cannot_be),
    cmocka_unit_test(test_flag),
    cmocka_unit_test(test_what_is_written),
    cmocka_unit_test(test_of_another_size),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
