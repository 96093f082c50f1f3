/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lengths of time as people type them.
 *
 *   int64_t seconds;
 *   cal_duration_parse("1.5h", 60, &seconds)     true; 5400
 *   cal_duration_parse("30", 60, &seconds)       true; 1800, since a bare number counts minutes here
 *   cal_duration_parse("30", 0, &seconds)        false, since here a unit is wanted
 */
#ifndef CALCIFER_DURATION_H
#define CALCIFER_DURATION_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Ten years of 366 days, in seconds: longer than anything that is asked for. */
#define CAL_DURATION_MAX_S INT64_C(316224000)

/* The whole text: a number as in an amount ('.' or ',' as its mark, 1.500 refused) and s, min, h or d, with a
 * space between them or none. A number without a unit counts `bare_s` seconds each; 0 means that it needs
 * one. Rounded to whole seconds. False, and *seconds untouched, for anything else and above
 * CAL_DURATION_MAX_S. */
bool cal_duration_parse(const char *text, int32_t bare_s, int64_t *seconds);

#ifdef __cplusplus
}
#endif

#endif
