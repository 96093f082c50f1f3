/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The Clock characteristic of a Tag Event tag: read to learn what it shows, written to set it.
 *
 *   static const uint8_t bytes[] = { 0, 0, 0, 0, 0x10, 0x0e, 0, 0, 3, 0 };
 *   CalTagClock clock;
 *   cal_tag_clock_decode(bytes, sizeof bytes, &clock)     true
 *   clock.time, clock.uptime_s, clock.boot                0 (never set), 3600, 3
 */
#ifndef CALCIFER_TAG_CLOCK_H
#define CALCIFER_TAG_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CAL_TAG_CLOCK_SIZE         10
#define CAL_TAG_CLOCK_SETTING_SIZE 4

typedef struct CalTagClock {
  uint32_t time;     /* Unix seconds, UTC; 0 when it was never set since this start */
  uint32_t uptime_s; /* since this start */
  uint16_t boot;     /* counts the starts; wraps */
} CalTagClock;

/* What the host reads: false, and *clock untouched, unless it is CAL_TAG_CLOCK_SIZE bytes. */
bool cal_tag_clock_decode(const uint8_t *bytes, size_t size, CalTagClock *clock);

/* What a tag answers to a read. */
void cal_tag_clock_encode(const CalTagClock *clock, uint8_t bytes[CAL_TAG_CLOCK_SIZE]);

/* What the host writes: Unix seconds, UTC. */
void cal_tag_clock_setting_encode(uint32_t time, uint8_t bytes[CAL_TAG_CLOCK_SETTING_SIZE]);

/* What a tag makes of a write: false, and *time untouched, unless it is CAL_TAG_CLOCK_SETTING_SIZE bytes. */
bool cal_tag_clock_setting_decode(const uint8_t *bytes, size_t size, uint32_t *time);

#ifdef __cplusplus
}
#endif

#endif
