/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/serum.h>

#include <math.h>
#include <string.h>

/* Half-lives in days. */
#define APPEARANCE_D  3.0  /* Diffey 2010 */
#define STORE_D       30.0 /* Diffey 2010: the whole body's store */
#define CIRCULATING_D 15.0 /* Jones 2008: 25(OH)D in blood alone; widens the range */
#define WIDENING_D    30.0 /* what a laboratory value tells fades with the store it told of: a choice */

#define LOG_2 0.69314718055994530942

#define DEFAULT_NMOL_L     50.0    /* of somebody whom nobody has measured: a choice, and */
#define DEFAULT_HALF_WIDTH 25.0    /* so wide that it says little: a choice too */
#define OVERWEIGHT_NMOL_L  (-8.0)  /* Ekwaru 2014, against normal weight */
#define OBESE_NMOL_L       (-20.0) /* Ekwaru 2014 */
#define LAB_SHARE          0.10    /* what a laboratory's value is good for, either way: a choice */

/*
 * The response's slope, nmol/L per IU a day: as it starts up to STEEP_TO_IU, then falling in a straight line
 * to Ekwaru's last slope at FLAT_FROM_IU, and that from there on. The sources give the slopes at both ends;
 * where the bend begins, and that it is straight, are choices.
 */
#define STEEP_TO_IU  5000.0
#define FLAT_FROM_IU 15000.0         /* Ekwaru's last slope is from here on */
#define SLOPE_LOW    (12.0 / 1000.0) /* Ekwaru 2014, 0 to 1000 IU a day */
#define SLOPE_BEST   (0.7 / 40.0)    /* 0.7 nmol/L per ug; Heaney 2003 */
#define SLOPE_HIGH   (1.0 / 40.0)    /* 1.0 nmol/L per ug; Wacker & Holick 2013 */
#define SLOPE_LAST   (1.1 / 1000.0)  /* Ekwaru 2014, 15 000 to 20 000 IU a day */

double
cal_serum_default_nmol_l(CalWeightClass weight)
{
  switch (weight) {
  case CAL_WEIGHT_NORMAL:
    return DEFAULT_NMOL_L;
  case CAL_WEIGHT_OVERWEIGHT:
    return DEFAULT_NMOL_L + OVERWEIGHT_NMOL_L;
  case CAL_WEIGHT_OBESE:
    return DEFAULT_NMOL_L + OBESE_NMOL_L;
  }
  return DEFAULT_NMOL_L;
}

bool
cal_weight_class_parse(const char *text, CalWeightClass *weight)
{
  static const char *const names[] = { "normal", "overweight", "obese" };
  for (int i = CAL_WEIGHT_NORMAL; i <= CAL_WEIGHT_OBESE; i++) {
    if (strcmp(text, names[i]) == 0) {
      *weight = (CalWeightClass)i;
      return true;
    }
  }
  return false;
}

static double
first_slope(CalSerumEdge edge)
{
  switch (edge) {
  case CAL_SERUM_LOW:
    return SLOPE_LOW;
  case CAL_SERUM_BEST:
    return SLOPE_BEST;
  case CAL_SERUM_HIGH:
    return SLOPE_HIGH;
  }
  return SLOPE_BEST;
}

/* NaN counts as 0. */
static double
at_least_zero(double value)
{
  return value > 0.0 ? value : 0.0;
}

double
cal_serum_response_nmol_l(double iu_per_day, CalSerumEdge edge)
{
  const double iu = at_least_zero(iu_per_day);
  const double slope = first_slope(edge);
  const double bend = (slope - SLOPE_LAST) / (FLAT_FROM_IU - STEEP_TO_IU);
  const double bent = fmin(fmax(iu - STEEP_TO_IU, 0.0), FLAT_FROM_IU - STEEP_TO_IU);
  const double flat = fmax(iu - FLAT_FROM_IU, 0.0);
  return slope * (iu - flat) - 0.5 * bend * bent * bent + SLOPE_LAST * flat;
}

CalSerum
cal_serum_begin(double baseline_nmol_l)
{
  return (CalSerum){ .base_nmol_l = baseline_nmol_l, .lab_half_nmol_l = -1.0 };
}

/*
 * The second step over a day, exactly, while the day's IU comes in evenly: its own decay towards iu, and what
 * the first step was still away from iu at the day's beginning. The rates differ, so there is no division by
 * 0.
 */
static double
second_step(double second, double first, double iu, double half_life_d)
{
  const double first_rate = LOG_2 / APPEARANCE_D;
  const double rate = LOG_2 / half_life_d;
  const double kept = exp(-rate);
  const double passed = rate / (first_rate - rate) * (kept - exp(-first_rate));
  return iu + (second - iu) * kept + (first - iu) * passed;
}

static void
take_in(CalSerum *serum, double iu)
{
  serum->store_iu = second_step(serum->store_iu, serum->appeared_iu, iu, STORE_D);
  serum->quick_iu = second_step(serum->quick_iu, serum->appeared_iu, iu, CIRCULATING_D);
  serum->appeared_iu = iu + (serum->appeared_iu - iu) * exp(-LOG_2 / APPEARANCE_D);
}

static void
anchor(CalSerum *serum, double lab_nmol_l)
{
  serum->base_nmol_l = lab_nmol_l - cal_serum_response_nmol_l(serum->store_iu, CAL_SERUM_BEST);
  serum->lab_half_nmol_l = LAB_SHARE * lab_nmol_l;
  serum->lab_age_days = 0.0;
}

/* The model's own half width after a laboratory value: from the laboratory's back to its own, never narrower
 * than the laboratory's. */
static double
half_width(const CalSerum *serum, double model)
{
  if (serum->lab_half_nmol_l < 0.0)
    return model;
  const double forgotten = -expm1(-LOG_2 * serum->lab_age_days / WIDENING_D);
  return serum->lab_half_nmol_l + forgotten * fmax(model - serum->lab_half_nmol_l, 0.0);
}

static CalSerumEstimate
estimate(const CalSerum *serum)
{
  const double response = cal_serum_response_nmol_l(serum->store_iu, CAL_SERUM_BEST);
  const double least = cal_serum_response_nmol_l(fmin(serum->store_iu, serum->quick_iu), CAL_SERUM_LOW);
  const double most = cal_serum_response_nmol_l(fmax(serum->store_iu, serum->quick_iu), CAL_SERUM_HIGH);
  const double best = serum->base_nmol_l + response;
  return (CalSerumEstimate){
    .nmol_l = at_least_zero(best),
    .low = at_least_zero(best - half_width(serum, DEFAULT_HALF_WIDTH + response - least)),
    .high = at_least_zero(best + half_width(serum, DEFAULT_HALF_WIDTH + most - response)),
  };
}

CalSerumEstimate
cal_serum_step(CalSerum *serum, double iu, double lab_nmol_l)
{
  take_in(serum, at_least_zero(iu));
  serum->lab_age_days += 1.0;
  if (!isnan(lab_nmol_l))
    anchor(serum, at_least_zero(lab_nmol_l));
  return estimate(serum);
}
