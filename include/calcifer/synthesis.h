/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From UV index and time to doses, and from doses to the vitamin D that skin makes.
 *
 * A day is put together from pieces, each with its own UV, zenith, bare skin and sunscreen: the linear IU and
 * the erythemal doses of the pieces add up, and saturation comes last, once, with the largest bare fraction
 * of the day. Every step is linear but that one, so it does not matter how a stretch is cut into pieces.
 *
 *     const CalSkin skin = { .phototype = 2, .age_factor = 1.0, .calibration = CAL_CALIBRATION_DOWDY };
 *     const double vitd = cal_synthesis_vitd_j_m2(8.0, 10.0, 30.0, 300.0);        234.6 J/m2
 *     const double linear = cal_synthesis_linear_iu(vitd, &skin, 0.25, 1.0);      2914.6 IU
 *     cal_synthesis_saturate_iu(linear, 0.25, skin.age_factor)                    2208.6 IU
 */
#ifndef CALCIFER_SYNTHESIS_H
#define CALCIFER_SYNTHESIS_H

#include <calcifer/skin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* 1 UV index, 0.025 W/m2 erythema-weighted, for a minute. */
#define CAL_SYNTHESIS_J_M2_PER_UVI_MINUTE 1.5

/* Standard erythema dose, CIE 125. */
#define CAL_SYNTHESIS_SED_J_M2 100.0

/* What the whole skin of a young person makes in a day at most: a choice, see cal_synthesis_saturate_iu(). */
#define CAL_SYNTHESIS_CEILING_IU 20000.0

/* Published calibrations spread over a factor of 2.5: IU from sun is known to a factor of 2 either way. */
typedef struct CalIuRange {
  double low;
  double best;
  double high;
} CalIuRange;

/* J/m2, on bare skin, before sunscreen. What is negative counts as 0. */
double cal_synthesis_erythemal_j_m2(double uvi, double minutes);
double cal_synthesis_vitd_j_m2(double uvi, double minutes, double zenith_deg, double ozone_du);

/*
 * 1000 IU for each SDD on a quarter of the body: what skin would make without a ceiling. bare_fraction 0-1 of
 * the body; transmission 0-1 of the sunscreen over it.
 */
double cal_synthesis_linear_iu(double vitd_j_m2, const CalSkin *skin, double bare_fraction,
                               double transmission);

/*
 * The day's IU under its ceiling of 20 000 IU on the whole body: ceiling * (1 - exp(-linear / ceiling)). A
 * choice of this model, for the photoequilibrium of previtamin D (Holick, MacLaughlin & Doppelt 1981), which
 * no formula in the literature gives in IU. largest_bare_fraction is that of the day's pieces with a dose
 * above 0.
 */
double cal_synthesis_saturate_iu(double linear_iu, double largest_bare_fraction, double age_factor);

/* Half, itself, twice. */
CalIuRange cal_synthesis_range(double iu);

/* The share of a minimal erythema dose; the caller divides the dose by the SPF as applied beforehand. */
double cal_synthesis_med_fraction(double erythemal_j_m2, int phototype);

/* Minutes to one MED at a steady UV index behind that SPF; INFINITY when there is no UV. */
double cal_synthesis_burn_minutes(double uvi, int phototype, double spf);

#ifdef __cplusplus
}
#endif

#endif
