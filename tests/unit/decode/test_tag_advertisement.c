/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/tag_advertisement.h>

static const uint8_t example[] = { 0x78, 0x56, 0x34, 0x12, 0xd0, 0x07, 0, 0 };

static void
test_example(void **state)
{
  (void)state;
  CalTagAdvertisement advertisement;
  assert_true(cal_tag_advertisement_decode(example, sizeof example, &advertisement));
  assert_int_equal(advertisement.log_id, 0x12345678);
  assert_int_equal(advertisement.newest, 2000);
}

static void
test_encode(void **state)
{
  (void)state;
  const CalTagAdvertisement advertisement = { 0x12345678, 2000 };
  uint8_t bytes[CAL_TAG_ADVERTISEMENT_SIZE];
  cal_tag_advertisement_encode(&advertisement, bytes);
  assert_memory_equal(bytes, example, sizeof example);
}

static void
test_what_is_none(void **state)
{
  (void)state;
  uint8_t bytes[CAL_TAG_ADVERTISEMENT_SIZE + 1] = { 1 };
  CalTagAdvertisement advertisement = { 77, 78 };
  for (size_t size = 0; size <= sizeof bytes; size++) {
    if (size != CAL_TAG_ADVERTISEMENT_SIZE)
      assert_false(cal_tag_advertisement_decode(bytes, size, &advertisement));
  }
  bytes[0] = 0;
  assert_false(cal_tag_advertisement_decode(bytes, CAL_TAG_ADVERTISEMENT_SIZE, &advertisement));
  assert_true(advertisement.log_id == 77 && advertisement.newest == 78);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_encode),
    cmocka_unit_test(test_what_is_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
