/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/tag_profile.h>
#include <string.h>

/* BlueZ gives UUIDs in lower case and complete, and they are compared byte by byte. */
static void
test_uuids_are_written_as_bluez_writes_them(void **state)
{
  (void)state;
  static const char *const uuids[] = { CAL_UUID_TAG_EVENT,     CAL_UUID_TAG_FEATURE,
                                       CAL_UUID_EVENT_RECORD,  CAL_UUID_TAG_CLOCK,
                                       CAL_UUID_RECORD_ACCESS, CAL_UUID_ENVIRONMENTAL_SENSING,
                                       CAL_UUID_UV_INDEX,      CAL_UUID_BATTERY,
                                       CAL_UUID_BATTERY_LEVEL, CAL_UUID_DEVICE_INFORMATION };
  for (size_t i = 0; i < sizeof uuids / sizeof *uuids; i++) {
    assert_int_equal(strlen(uuids[i]), 36);
    assert_int_equal(strspn(uuids[i], "0123456789abcdef-"), 36);
    for (size_t j = 0; j < i; j++)
      assert_string_not_equal(uuids[i], uuids[j]);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_uuids_are_written_as_bluez_writes_them),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
