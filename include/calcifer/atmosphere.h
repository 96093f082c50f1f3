/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the atmosphere lets through: the ratio of vitamin-D-weighted to erythema-weighted irradiance, and the
 * UV index under a clear sky.
 *
 * Both are smooth curves through tables of radiative transfer (TUV 5.0, 8 streams, cloudless, sea level,
 * albedo 0.05; spectra CIE 174:2006 and ISO 17166:2019). Zenith angles outside 0-90 degrees and ozone columns
 * outside 200-500 DU count as the nearest one inside; *clamped, when not NULL, becomes true then and is left
 * as it is otherwise, so that one flag can gather several calls.
 *
 *     bool clamped = false;
 *     cal_atmosphere_ratio(30.0, 300.0, &clamped) is 1.955
 *     cal_atmosphere_clear_uvi(30.0, 300.0, &clamped) is 8.521
 */
#ifndef CALCIFER_ATMOSPHERE_H
#define CALCIFER_ATMOSPHERE_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CAL_ATMOSPHERE_ZENITH_MAX_DEG 90.0
#define CAL_ATMOSPHERE_OZONE_MIN_DU   200.0
#define CAL_ATMOSPHERE_OZONE_MAX_DU   500.0

/* R, dimensionless, about 0.2 to 2.0. From 85 degrees on that of 85. */
double cal_atmosphere_ratio(double zenith_deg, double ozone_du, bool *clamped);

/* At sea level and 1 au; 0 from 90 degrees on. */
double cal_atmosphere_clear_uvi(double zenith_deg, double ozone_du, bool *clamped);

/* The curves along zenith for one column of ozone, for whoever asks for many angles: what is made anew for
 * each call above is most of its cost. The values are the same to the last bit. */
#define CAL_ATMOSPHERE_NODES 9
typedef struct CalAtmosphereCurve {
  double value[CAL_ATMOSPHERE_NODES]; /* logarithms */
  double bend[CAL_ATMOSPHERE_NODES];
} CalAtmosphereCurve;

typedef struct CalAtmosphere {
  double ozone_du; /* as it was asked for */
  CalAtmosphereCurve ratio;
  CalAtmosphereCurve clear_uvi;
} CalAtmosphere;

CalAtmosphere cal_atmosphere_of(double ozone_du);
double cal_atmosphere_ratio_of(const CalAtmosphere *atmosphere, double zenith_deg);
double cal_atmosphere_clear_uvi_of(const CalAtmosphere *atmosphere, double zenith_deg);

/* What the UV index is multiplied by at a height above the sea: +5.5 % a km. Never below 0. */
double cal_atmosphere_altitude_factor(double altitude_m);

#ifdef __cplusplus
}
#endif

#endif
