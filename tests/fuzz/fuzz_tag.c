/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The small characteristics and the advertisement, each from the same bytes: what decodes, encodes back. */
#include "fuzz.h"

#include <calcifer/tag_advertisement.h>
#include <calcifer/tag_clock.h>
#include <calcifer/tag_feature.h>
#include <calcifer/uv_index.h>

#include <string.h>

static void
try_clock(const uint8_t *data, size_t size)
{
  uint8_t bytes[CAL_TAG_CLOCK_SIZE];
  CalTagClock clock;
  uint32_t time;
  if (cal_tag_clock_decode(data, size, &clock)) {
    cal_tag_clock_encode(&clock, bytes);
    FUZZ_REQUIRE(size == sizeof bytes && memcmp(bytes, data, size) == 0);
  }
  if (cal_tag_clock_setting_decode(data, size, &time)) {
    cal_tag_clock_setting_encode(time, bytes);
    FUZZ_REQUIRE(size == CAL_TAG_CLOCK_SETTING_SIZE && memcmp(bytes, data, size) == 0);
  }
}

static void
try_feature(const uint8_t *data, size_t size)
{
  uint8_t bytes[CAL_TAG_FEATURE_SIZE];
  CalTagFeature feature;
  if (cal_tag_feature_decode(data, size, &feature) != CAL_TAG_FEATURE_OK)
    return;
  cal_tag_feature_encode(&feature, bytes);
  FUZZ_REQUIRE(size == sizeof bytes && memcmp(bytes, data, size) == 0);
}

static void
try_advertisement(const uint8_t *data, size_t size)
{
  uint8_t bytes[CAL_TAG_ADVERTISEMENT_SIZE];
  CalTagAdvertisement advertisement;
  if (!cal_tag_advertisement_decode(data, size, &advertisement))
    return;
  cal_tag_advertisement_encode(&advertisement, bytes);
  FUZZ_REQUIRE(size == sizeof bytes && memcmp(bytes, data, size) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  int uv_index;
  try_clock(data, size);
  try_feature(data, size);
  try_advertisement(data, size);
  if (cal_uv_index_decode(data, size, &uv_index))
    FUZZ_REQUIRE(cal_uv_index_encode(uv_index) == data[0]);
  return 0;
}
