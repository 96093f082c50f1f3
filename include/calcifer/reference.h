/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reference intakes by age, sex and stage: IOM/NASEM and, by choice, EFSA.
 *
 * Age is known to a year, and sex perhaps not at all: of everything that is possible the lowest holds, for
 * targets (nobody is told too little who may have enough) and for upper limits (nobody is told all is well
 * who may have too much). Without a birth year an adult is assumed.
 *
 *   CalReference reference;
 *   cal_reference_for(&profile, date, &reference);
 *   reference.d_target_iu   600 for an adult under 70
 */
#ifndef CALCIFER_REFERENCE_H
#define CALCIFER_REFERENCE_H

#include <calcifer/instant.h>
#include <calcifer/nutrient.h>
#include <calcifer/profile.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Per day. NAN where the set has none. */
typedef struct CalReference {
  CalReferenceSet set;
  double d_target_iu; /* RDA or AI */
  double d_ul_iu;     /* food and supplements */
  double calcium_target_mg;
  double calcium_ul_mg; /* all sources */
  double magnesium_target_mg;
  double magnesium_ear_mg;
  double magnesium_ul_mg; /* supplements alone */
  double k1_target_ug;    /* AI */
} CalReference;

void cal_reference_for(const CalProfile *profile, CalDate on, CalReference *reference);

/* The target of one nutrient in its own unit; NAN where there is none (K2, vitamin C). */
double cal_reference_target(const CalReference *reference, CalNutrient nutrient);

/* The cautious age factor of the skin: the lower of the two possible ages' and 0.49 without a birth year. */
double cal_reference_age_factor(const CalProfile *profile, CalDate on);

#ifdef __cplusplus
}
#endif

#endif
