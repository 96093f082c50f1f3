/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How much of the clear sky's UV index a cloudy sky leaves: the factors of the UV index forecast of the US
 * Environmental Protection Agency and National Weather Service.
 *
 *     CalCloud cloud;
 *     cal_cloud_parse("broken", &cloud) is true, cal_cloud_factor(cloud) is 0.73
 */
#ifndef CALCIFER_CLOUD_H
#define CALCIFER_CLOUD_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum CalCloud {
  CAL_CLOUD_CLEAR,
  CAL_CLOUD_SCATTERED,
  CAL_CLOUD_BROKEN,
  CAL_CLOUD_OVERCAST,
} CalCloud;

/* 0 to 1. */
double cal_cloud_factor(CalCloud cloud);

/* "clear", "scattered", "broken" or "overcast". False, and *cloud untouched, for anything else. */
bool cal_cloud_parse(const char *text, CalCloud *cloud);

/* The word that cal_cloud_parse() takes. */
const char *cal_cloud_name(CalCloud cloud);

#ifdef __cplusplus
}
#endif

#endif
