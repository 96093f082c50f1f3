/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a person's skin brings to the reckoning: how soon it burns and how much vitamin D it makes.
 *
 *     const CalSkin skin = { .phototype = 2, .age_factor = cal_skin_age_factor(30),
 *                            .calibration = CAL_CALIBRATION_DOWDY };
 *     cal_skin_med_j_m2(skin.phototype) is 250, cal_skin_sdd_j_m2(2, CAL_CALIBRATION_DOWDY) 80.5
 */
#ifndef CALCIFER_SKIN_H
#define CALCIFER_SKIN_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Fitzpatrick's types I to VI as 1 to 6; functions take what lies outside as the nearest. */
#define CAL_PHOTOTYPE_MIN 1
#define CAL_PHOTOTYPE_MAX 6

/* Which dose stands behind Holick's rule (a quarter of a MED on a quarter of the body, 1000 IU). */
typedef enum CalCalibration {
  CAL_CALIBRATION_DOWDY,         /* Dowdy, Sayre & Holick 2010: the default */
  CAL_CALIBRATION_WEBB_ENGELSEN, /* Webb & Engelsen 2006: 1.32 times as much */
} CalCalibration;

typedef struct CalSkin {
  int phototype;     /* 1-6 */
  double age_factor; /* 0-1 */
  CalCalibration calibration;
} CalSkin;

/* The minimal erythema dose, J/m2 erythema-weighted. */
double cal_skin_med_j_m2(int phototype);

/* The standard vitamin D dose, J/m2 vitamin-D-weighted: on a quarter of young skin it makes 1000 IU. */
double cal_skin_sdd_j_m2(int phototype, CalCalibration calibration);

/* The share of a young person's vitamin D: 1.00 to 21 years, 0.83 to 40, 0.66 to 59, then 0.49. */
double cal_skin_age_factor(int age_years);

/* "dowdy" or "webb-engelsen". False, and *calibration untouched, for anything else. */
bool cal_calibration_parse(const char *text, CalCalibration *calibration);
const char *cal_calibration_name(CalCalibration calibration);

#ifdef __cplusplus
}
#endif

#endif
