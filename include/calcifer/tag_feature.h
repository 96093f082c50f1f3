/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The Feature characteristic of a Tag Event tag: what it can do, and under which log id its records stand.
 *
 *   static const uint8_t bytes[] = { 1, 0x07, 0, 2, 0x00, 0x10, 0, 0, 0x78, 0x56, 0x34, 0x12 };
 *   CalTagFeature feature;
 *   cal_tag_feature_decode(bytes, sizeof bytes, &feature)     CAL_TAG_FEATURE_OK
 *   feature.slots, feature.capacity, feature.log_id           2, 4096, 0x12345678
 */
#ifndef CALCIFER_TAG_FEATURE_H
#define CALCIFER_TAG_FEATURE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CAL_TAG_FEATURE_SIZE 12

/* CalTagFeature.features. */
enum {
  CAL_TAG_FEATURE_UV = 1,
  CAL_TAG_FEATURE_INTAKE = 2,
  CAL_TAG_FEATURE_WEAR = 4,
};

typedef struct CalTagFeature {
  uint8_t version;
  uint16_t features;
  uint8_t slots;     /* for supplements; 0 when there are none */
  uint32_t capacity; /* in records */
  uint32_t log_id;   /* never 0 */
} CalTagFeature;

typedef enum CalTagFeatureResult {
  CAL_TAG_FEATURE_OK,
  CAL_TAG_FEATURE_NEWER,  /* a version above 1, whose layout is not known; only feature->version is written */
  CAL_TAG_FEATURE_BROKEN, /* another length than version 1 has, version 0, or log id 0; nothing is written */
} CalTagFeatureResult;

CalTagFeatureResult cal_tag_feature_decode(const uint8_t *bytes, size_t size, CalTagFeature *feature);

/* What a tag does. */
void cal_tag_feature_encode(const CalTagFeature *feature, uint8_t bytes[CAL_TAG_FEATURE_SIZE]);

#ifdef __cplusplus
}
#endif

#endif
