/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Household measures: what people say instead of grams. How heavy one is depends on the food.
 *
 *   CalHousehold measure;
 *   cal_household_parse("cups", &measure)   true; CAL_HOUSEHOLD_CUP
 */
#ifndef CALCIFER_HOUSEHOLD_H
#define CALCIFER_HOUSEHOLD_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum CalHousehold {
  CAL_HOUSEHOLD_CUP,
  CAL_HOUSEHOLD_GLASS,
  CAL_HOUSEHOLD_TABLESPOON,
  CAL_HOUSEHOLD_TEASPOON,
  CAL_HOUSEHOLD_SLICE,
  CAL_HOUSEHOLD_PACK,
  CAL_HOUSEHOLD_PIECE,
  CAL_HOUSEHOLD_HANDFUL,
  CAL_HOUSEHOLD_CAN,
  CAL_HOUSEHOLD_FILLET,
  CAL_HOUSEHOLD_BAR,
} CalHousehold;

#define CAL_HOUSEHOLD_COUNT 11

/* A cup, as the United States measure it; 16 tablespoons, 48 teaspoons. A glass of a drink is taken for a
 * cup. */
#define CAL_HOUSEHOLD_CUP_ML 236.588

/* "cup", "glass", "tablespoon", "teaspoon", "slice", "pack", "piece", "handful", "can", "fillet", "bar". */
const char *cal_household_name(CalHousehold measure);

/* Knows the names, their plurals, and what people write: tbsp, tsp, packet, pcs, tin ... in either case. */
bool cal_household_parse(const char *typed, CalHousehold *measure);

#ifdef __cplusplus
}
#endif

#endif
