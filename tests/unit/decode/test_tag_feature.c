/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/tag_feature.h>
#include <calcifer/tag_profile.h>

static const uint8_t example[] = { 1, 0x07, 0, 2, 0x00, 0x10, 0, 0, 0x78, 0x56, 0x34, 0x12 };

static void
test_example(void **state)
{
  (void)state;
  CalTagFeature feature;
  assert_int_equal(cal_tag_feature_decode(example, sizeof example, &feature), CAL_TAG_FEATURE_OK);
  assert_int_equal(feature.version, CAL_TAG_PROFILE_VERSION);
  assert_int_equal(feature.features, CAL_TAG_FEATURE_UV | CAL_TAG_FEATURE_INTAKE | CAL_TAG_FEATURE_WEAR);
  assert_int_equal(feature.slots, 2);
  assert_int_equal(feature.capacity, 4096);
  assert_int_equal(feature.log_id, 0x12345678);
}

static void
test_encode(void **state)
{
  (void)state;
  const CalTagFeature feature = { 1, 7, 2, 4096, 0x12345678 };
  uint8_t bytes[CAL_TAG_FEATURE_SIZE];
  cal_tag_feature_encode(&feature, bytes);
  assert_memory_equal(bytes, example, sizeof example);
}

static void
test_a_newer_version_whatever_its_length(void **state)
{
  (void)state;
  static const uint8_t newer[] = { 2, 0xff };
  CalTagFeature feature = { 0, 0, 77, 0, 0 };
  for (size_t size = 1; size <= sizeof newer; size++)
    assert_int_equal(cal_tag_feature_decode(newer, size, &feature), CAL_TAG_FEATURE_NEWER);
  assert_int_equal(feature.version, 2);
  assert_int_equal(feature.slots, 77);
}

static void
test_broken(void **state)
{
  (void)state;
  uint8_t bytes[CAL_TAG_FEATURE_SIZE + 1] = { 1 };
  CalTagFeature feature = { 77, 0, 0, 0, 0 };
  bytes[8] = 1;
  for (size_t size = 0; size <= sizeof bytes; size++) {
    if (size != CAL_TAG_FEATURE_SIZE)
      assert_int_equal(cal_tag_feature_decode(bytes, size, &feature), CAL_TAG_FEATURE_BROKEN);
  }
  bytes[8] = 0;
  assert_int_equal(cal_tag_feature_decode(bytes, CAL_TAG_FEATURE_SIZE, &feature), CAL_TAG_FEATURE_BROKEN);
  bytes[8] = 1;
  bytes[0] = 0;
  assert_int_equal(cal_tag_feature_decode(bytes, CAL_TAG_FEATURE_SIZE, &feature), CAL_TAG_FEATURE_BROKEN);
  assert_int_equal(feature.version, 77);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_encode),
    cmocka_unit_test(test_a_newer_version_whatever_its_length),
    cmocka_unit_test(test_broken),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
