/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/address.h>

static void
test_example(void **state)
{
  (void)state;
  CalAddress address;
  char text[CAL_ADDRESS_TEXT_SIZE];
  assert_true(cal_address_parse("00:aa:01:01:00:7F", &address));
  assert_int_equal(address.octet[5], 0x7f);
  cal_address_format(&address, text);
  assert_string_equal(text, "00:AA:01:01:00:7F");
}

static void
test_what_is_no_address(void **state)
{
  (void)state;
  static const char *const bad[] = { "",
                                     "00:AA:01:01:00",
                                     "00:AA:01:01:00:7",
                                     "00-AA-01-01-00-7F",
                                     "00:AA:01:01:00:7G",
                                     "00:AA:01:01:00:7F:",
                                     " 00:AA:01:01:00:7F" };
  CalAddress address = { { 1, 2, 3, 4, 5, 6 } };
  const CalAddress before = address;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_false(cal_address_parse(bad[i], &address));
  assert_int_equal(cal_address_compare(&address, &before), 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_what_is_no_address),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
