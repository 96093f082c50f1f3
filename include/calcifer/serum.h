/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An estimate of 25(OH)D in serum, with its range, from a row of days.
 *
 *     serum = base + S(m)
 *
 * m is the daily recorded IU after two first-order steps of gain 1, half-lives 3 and 30 days, from 0 before
 * the first day; S a response that bends with m; base what unrecorded sources hold. A laboratory value sets
 * base so that the estimate goes through it, and narrows the range, which then widens again. The state is
 * small and steps a day at a time: fold it over days in order, leaving none out.
 *
 *     CalSerum serum = cal_serum_begin(cal_serum_default_nmol_l(CAL_WEIGHT_NORMAL));
 *     CalSerumEstimate day1 = cal_serum_step(&serum, 1000.0, NAN);     50.0 nmol/L and a little
 *     CalSerumEstimate day2 = cal_serum_step(&serum, 1000.0, 62.0);    62.0, 55.8 to 68.2
 */
#ifndef CALCIFER_SERUM_H
#define CALCIFER_SERUM_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CAL_SERUM_NMOL_L_PER_NG_ML 2.496

typedef enum CalWeightClass {
  CAL_WEIGHT_NORMAL,
  CAL_WEIGHT_OVERWEIGHT,
  CAL_WEIGHT_OBESE,
} CalWeightClass;

/* Which of the response's three curves. */
typedef enum CalSerumEdge {
  CAL_SERUM_LOW,
  CAL_SERUM_BEST,
  CAL_SERUM_HIGH,
} CalSerumEdge;

typedef struct CalSerumEstimate {
  double nmol_l;
  double low;
  double high;
} CalSerumEstimate;

/* Made by cal_serum_begin(); read nothing in it. */
typedef struct CalSerum {
  double base_nmol_l;
  double appeared_iu;     /* a day: recorded IU after the first step */
  double store_iu;        /* after the second, half-life 30 d */
  double quick_iu;        /* after a second step of half-life 15 d instead, for the range */
  double lab_half_nmol_l; /* half the width of the newest laboratory value; negative when there is none */
  double lab_age_days;
} CalSerum;

/* What to assume of someone nobody has measured: 50 nmol/L, 8 less when overweight, 20 less when obese. */
double cal_serum_default_nmol_l(CalWeightClass weight);

/* "normal", "overweight" or "obese". False, and *weight untouched, for anything else. */
bool cal_weight_class_parse(const char *text, CalWeightClass *weight);

/* S: the lasting rise in nmol/L from so many IU every day; S(0) = 0, rising, bending. Below 0 IU counts as 0.
 */
double cal_serum_response_nmol_l(double iu_per_day, CalSerumEdge edge);

CalSerum cal_serum_begin(double baseline_nmol_l);

/*
 * The next day, with all IU recorded for it, sun and mouth alike, and the laboratory value of that day in
 * nmol/L or NAN. The estimate is for the day's end, never below 0, low <= nmol_l <= high. Steps of the state
 * and no more: keep a copy to come back to a day.
 */
CalSerumEstimate cal_serum_step(CalSerum *serum, double iu, double lab_nmol_l);

#ifdef __cplusplus
}
#endif

#endif
