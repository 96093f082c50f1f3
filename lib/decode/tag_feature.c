/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/tag_feature.h>

#include "cursor.h"

#include <calcifer/tag_profile.h>

CalTagFeatureResult
cal_tag_feature_decode(const uint8_t *bytes, size_t size, CalTagFeature *feature)
{
  CalCursor cursor = { bytes, size };
  CalTagFeature decoded;
  if (!cal_cursor_pull_u8(&cursor, &decoded.version) || decoded.version == 0)
    return CAL_TAG_FEATURE_BROKEN;
  if (decoded.version > CAL_TAG_PROFILE_VERSION) {
    feature->version = decoded.version;
    return CAL_TAG_FEATURE_NEWER;
  }
  if (!cal_cursor_pull_u16(&cursor, &decoded.features) || !cal_cursor_pull_u8(&cursor, &decoded.slots) ||
      !cal_cursor_pull_u32(&cursor, &decoded.capacity) || !cal_cursor_pull_u32(&cursor, &decoded.log_id) ||
      cursor.left > 0 || decoded.log_id == 0)
    return CAL_TAG_FEATURE_BROKEN;
  *feature = decoded;
  return CAL_TAG_FEATURE_OK;
}

void
cal_tag_feature_encode(const CalTagFeature *feature, uint8_t bytes[CAL_TAG_FEATURE_SIZE])
{
  uint8_t *at = cal_put_le(bytes, 1, feature->version);
  at = cal_put_le(at, 2, feature->features);
  at = cal_put_le(at, 1, feature->slots);
  at = cal_put_le(at, 4, feature->capacity);
  cal_put_le(at, 4, feature->log_id);
}
