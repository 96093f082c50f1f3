/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Nutrients and vectors of them.
 *
 * A vector knows which of its amounts are known: a food whose magnesium nobody measured does not have 0 mg of
 * it. A sum keeps both: the amount is what the known parts add up to, a lower bound, and the bit says that
 * some part was unknown.
 */
#ifndef CALCIFER_NUTRIENT_H
#define CALCIFER_NUTRIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <calcifer/amount.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum CalNutrient {
  CAL_NUTRIENT_VITAMIN_D, /* IU; 40 IU are 1 ug of D2 or D3 */
  CAL_NUTRIENT_CALCIUM,   /* mg of the element */
  CAL_NUTRIENT_MAGNESIUM, /* mg of the element */
  CAL_NUTRIENT_K1,        /* ug, phylloquinone */
  CAL_NUTRIENT_MK4,       /* ug, menaquinone-4 */
  CAL_NUTRIENT_MK7,       /* ug, menaquinone-7 */
  CAL_NUTRIENT_K2_OTHER,  /* ug, the other menaquinones */
  CAL_NUTRIENT_VITAMIN_C, /* mg */
} CalNutrient;

#define CAL_NUTRIENT_COUNT 8

/* Amounts in each nutrient's own unit, none negative. */
typedef struct CalNutrients {
  double amount[CAL_NUTRIENT_COUNT];
  uint32_t unknown; /* bit 1u << nutrient: a part of this amount is not known */
} CalNutrients;

/* The canonical name in entries and on the command line: d, calcium, magnesium, k1, mk4, mk7, k2-other,
 * vitamin-c. */
const char *cal_nutrient_name(CalNutrient nutrient);

/* Its unit: CAL_UNIT_IU, CAL_UNIT_MG or CAL_UNIT_UG. */
CalUnit cal_nutrient_unit(CalNutrient nutrient);

/* Knows the canonical names and what people type: d2, d3, vitamin-d, ca, mg, k2 (which is MK-7's when a label
 * does not say more), mk-7, c ... in either case. False when it knows no such nutrient. */
bool cal_nutrient_parse(const char *name, CalNutrient *nutrient);

/* The names that cal_nutrient_parse() knows, one after another from 0 on, canonical ones first; NULL behind
 * the last. */
const char *cal_nutrient_word(size_t i);

/* Adds factor times `part` to `sum`: the amounts, and the bits of what is unknown when factor is not 0. */
void cal_nutrients_add(CalNutrients *sum, const CalNutrients *part, double factor);

/* MK-4, MK-7 and the other menaquinones together, ug. */
double cal_nutrients_k2(const CalNutrients *nutrients);

/* MK-7, ug, that stays a day later of what had stayed of earlier days and of what was taken in one: half of
 * it is gone after 68 h. MK-4, with its hour, stays for no other day. */
double cal_nutrients_mk7_carried_ug(double carried_ug, double taken_ug);

#ifdef __cplusplus
}
#endif

#endif
