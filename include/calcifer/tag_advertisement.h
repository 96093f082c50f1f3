/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a Tag Event tag says to everybody, in the Service Data of CAL_UUID_TAG_EVENT. A hint and no more:
 * anybody can send it.
 *
 *   static const uint8_t bytes[] = { 0x78, 0x56, 0x34, 0x12, 0xd0, 0x07, 0, 0 };
 *   CalTagAdvertisement advertisement;
 *   cal_tag_advertisement_decode(bytes, sizeof bytes, &advertisement)     true
 *   advertisement.log_id, advertisement.newest                            0x12345678, 2000
 */
#ifndef CALCIFER_TAG_ADVERTISEMENT_H
#define CALCIFER_TAG_ADVERTISEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CAL_TAG_ADVERTISEMENT_SIZE 8

typedef struct CalTagAdvertisement {
  uint32_t log_id; /* never 0 */
  uint32_t newest; /* the highest sequence stored; 0 when nothing is */
} CalTagAdvertisement;

/* False, and *advertisement untouched, for another size and for log id 0. */
bool cal_tag_advertisement_decode(const uint8_t *bytes, size_t size, CalTagAdvertisement *advertisement);

/* What a tag does. */
void cal_tag_advertisement_encode(const CalTagAdvertisement *advertisement,
                                  uint8_t bytes[CAL_TAG_ADVERTISEMENT_SIZE]);

#ifdef __cplusplus
}
#endif

#endif
