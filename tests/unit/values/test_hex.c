/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/hex.h>

static void
test_example(void **state)
{
  (void)state;
  static const uint8_t expected[4] = { 0x40, 0x02, 0x0a, 0xff };
  uint8_t bytes[4];
  size_t size = 0;
  char text[9];
  assert_true(cal_hex_parse("40020aFF", bytes, sizeof bytes, &size));
  assert_int_equal(size, 4);
  assert_memory_equal(bytes, expected, 4);
  cal_hex_format(bytes, size, text);
  assert_string_equal(text, "40020aff");
}

static void
test_what_is_no_hex(void **state)
{
  (void)state;
  static const char *const bad[] = { "4",    "400",   "4g",  "g4",  "40 02",
                                     "0x40", "40:02", " 40", "40 ", "4002030405" };
  uint8_t bytes[4];
  size_t size = 77;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_false(cal_hex_parse(bad[i], bytes, sizeof bytes, &size));
  assert_int_equal(size, 77);
}

static void
test_nothing_is_no_bytes(void **state)
{
  (void)state;
  uint8_t bytes[1];
  size_t size = 77;
  char text[1];
  assert_true(cal_hex_parse("", bytes, sizeof bytes, &size));
  assert_int_equal(size, 0);
  cal_hex_format(bytes, size, text);
  assert_string_equal(text, "");
}

static void
test_every_byte_comes_back(void **state)
{
  (void)state;
  for (unsigned value = 0; value < 256; value++) {
    const uint8_t byte = (uint8_t)value;
    uint8_t back = 0;
    size_t size;
    char text[3];
    cal_hex_format(&byte, 1, text);
    assert_true(cal_hex_parse(text, &back, 1, &size));
    assert_int_equal(back, byte);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_what_is_no_hex),
    cmocka_unit_test(test_nothing_is_no_bytes),
    cmocka_unit_test(test_every_byte_comes_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
