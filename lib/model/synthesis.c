/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/atmosphere.h>
#include <calcifer/synthesis.h>

#include <math.h>
#include <stddef.h>

/* Holick's rule, as in Webb & Engelsen 2006: 1000 IU from one standard dose on a quarter of the body. */
#define RULE_IU   1000.0
#define RULE_AREA 0.25

/* Published calibrations spread over a factor of 2.5, see the header. */
#define RANGE_FACTOR 2.0

/* NaN counts as 0. */
static double
at_least_zero(double value)
{
  return value > 0.0 ? value : 0.0;
}

double
cal_synthesis_erythemal_j_m2(double uvi, double minutes)
{
  return CAL_SYNTHESIS_J_M2_PER_UVI_MINUTE * at_least_zero(uvi) * at_least_zero(minutes);
}

double
cal_synthesis_vitd_j_m2(double uvi, double minutes, double zenith_deg, double ozone_du)
{
  return cal_synthesis_erythemal_j_m2(uvi, minutes) * cal_atmosphere_ratio(zenith_deg, ozone_du, NULL);
}

double
cal_synthesis_linear_iu(double vitd_j_m2, const CalSkin *skin, double bare_fraction, double transmission)
{
  const double doses = at_least_zero(vitd_j_m2) / cal_skin_sdd_j_m2(skin->phototype, skin->calibration);
  return RULE_IU * doses * (at_least_zero(bare_fraction) / RULE_AREA) * at_least_zero(skin->age_factor) *
         at_least_zero(transmission);
}

double
cal_synthesis_saturate_iu(double linear_iu, double largest_bare_fraction, double age_factor)
{
  const double ceiling =
      CAL_SYNTHESIS_CEILING_IU * at_least_zero(largest_bare_fraction) * at_least_zero(age_factor);
  if (ceiling <= 0.0)
    return 0.0;
  return -ceiling * expm1(-at_least_zero(linear_iu) / ceiling);
}

CalIuRange
cal_synthesis_range(double iu)
{
  return (CalIuRange){ .low = iu / RANGE_FACTOR, .best = iu, .high = iu * RANGE_FACTOR };
}

double
cal_synthesis_med_fraction(double erythemal_j_m2, int phototype)
{
  return at_least_zero(erythemal_j_m2) / cal_skin_med_j_m2(phototype);
}

double
cal_synthesis_burn_minutes(double uvi, int phototype, double spf)
{
  const double per_minute = cal_synthesis_erythemal_j_m2(uvi, 1.0);
  if (per_minute <= 0.0)
    return INFINITY;
  return cal_skin_med_j_m2(phototype) * fmax(spf, 1.0) / per_minute;
}
