/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The ozone column to reckon with when nobody has told the day's own.
 *
 * Mean of 2004-2015 by latitude and season from NOAA's SBUV/2 version 8.6 monthly zonal means: smooth in
 * latitude and in the day of the year, the year's end joined to its beginning. Single days stray from it by
 * 10 % and more.
 *
 *     cal_ozone_climatology_du(55.0, cal_date_parse("2026-03-16")) is about 405
 */
#ifndef CALCIFER_OZONE_H
#define CALCIFER_OZONE_H

#include <calcifer/instant.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Dobson units, 177 to 429. Latitude -90 to 90, north positive; towards the poles that of 85 degrees. */
double cal_ozone_climatology_du(double latitude_deg, CalDate date);

#ifdef __cplusplus
}
#endif

#endif
