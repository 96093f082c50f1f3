/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A food: what 100 g of it hold, as far as anybody measured, and how heavy a portion is.
 *
 *   CalFood egg;
 *   cal_food_from_csv_row("egg,01123,50,82,56,12,0.3,,,,pregnant", &egg)   true
 *   double grams;
 *   cal_food_amount_g(&egg, "2", &grams, NULL)                             true; 100
 */
#ifndef CALCIFER_FOOD_H
#define CALCIFER_FOOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <calcifer/entry.h>
#include <calcifer/nutrient.h>
#include <calcifer/refusal.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CAL_FOOD_NAME_SIZE 48

/* The most that one entry may say was eaten, in grams. */
#define CAL_FOOD_MAX_G 10000.0

/* Bits of CalFood.not_for: whom it is not suggested to. Anything may be logged. */
typedef enum CalFoodNotFor {
  CAL_FOOD_NOT_PREGNANT = 1 << 0,              /* nor for who may become so */
  CAL_FOOD_NOT_PREGNANT_TWICE_WEEKLY = 1 << 1, /* at most twice a week, likewise */
  CAL_FOOD_NOT_VITAMIN_K_ANTAGONIST = 1 << 2,
} CalFoodNotFor;

/* Whether it is a whole food, or one that was made or enriched. */
typedef enum CalWhole {
  CAL_WHOLE_UNKNOWN,
  CAL_WHOLE_YES,
  CAL_WHOLE_NO,
} CalWhole;

typedef struct CalFood {
  char name[CAL_FOOD_NAME_SIZE]; /* empty after cal_food_parse(), which does not know it */
  double portion_g;              /* 0: not known */
  CalNutrients per_100g;
  CalWhole whole;
  uint32_t not_for; /* of CalFoodNotFor; not part of the entry, since it changes no number */
  bool natto;       /* a recipe with natto in it; the food itself is known by its name */
} CalFood;

/* The value of a foodstuff entry: "portion=85g whole=yes d=670IU calcium=11mg mk7=?". What is not named is
 * unknown. False: refused, *food untouched; refusal may be NULL. */
bool cal_food_parse(const char *value, CalFood *food, CalRefusal *refusal);

/* The value that parses back to the same; false when it does not fit. */
bool cal_food_format(const CalFood *food, char value[CAL_ENTRY_VALUE_SIZE]);

/* A row of data/foods.csv, without its line end: id,ndb,portion_g,vitd_iu,ca_mg,mg_mg,k1_ug,mk4_ug,mk7_ug,
 * mk_other_ug,not_for, then vitc_mg and what catalog.h reads, all of which may be left out; an empty field is
 * unknown. False for the heading and for anything that is no such row. */
bool cal_food_from_csv_row(const char *row, CalFood *food);

/* Whether what a person typed names this food: case, spaces, hyphens and a plural's ending do not matter. */
bool cal_food_is_called(const CalFood *food, const char *typed);

/* The food among `foods` that is called so, an exact name before a plural; NULL when there is none. */
const CalFood *cal_food_find(const CalFood *foods, size_t n_foods, const char *typed);

/* Grams of what a person typed behind the food: "120g", "0.2kg", "2" or "2 pcs" (portions), "1 portion",
 * "1 pack", "1 slice" ...; empty: one portion. False: refused; refusal may be NULL. */
bool cal_food_amount_g(const CalFood *food, const char *text, double *grams, CalRefusal *refusal);

/* Whether it is natto, or holds some: of all foods the one that moves an INR by itself. */
bool cal_food_is_natto(const CalFood *food);

/* Adds what `grams` of the food hold. */
void cal_food_add(const CalFood *food, double grams, CalNutrients *sum);

#ifdef __cplusplus
}
#endif

#endif
