/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A recipe: foods by weight under one name, logged like a food. What one of them does not tell, the recipe
 * does not tell either.
 *
 *   CalRecipe porridge;
 *   cal_recipe_parse("oats 40g; milk 200g", &porridge, NULL)   true
 *   cal_recipe_mass_g(&porridge)                               240, which is its portion
 */
#ifndef CALCIFER_RECIPE_H
#define CALCIFER_RECIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <calcifer/food.h>
#include <calcifer/refusal.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CAL_RECIPE_MAX_FOODS 12

typedef struct CalRecipePart {
  char food[CAL_FOOD_NAME_SIZE];
  double grams;
} CalRecipePart;

typedef struct CalRecipe {
  char name[CAL_FOOD_NAME_SIZE]; /* empty after cal_recipe_parse(), which does not know it */
  uint32_t n_parts;
  CalRecipePart part[CAL_RECIPE_MAX_FOODS];
} CalRecipe;

/* The value of a recipe entry: "FOOD MASS; FOOD MASS ...", foods by their exact names. False: refused,
 * *recipe untouched; refusal may be NULL. */
bool cal_recipe_parse(const char *value, CalRecipe *recipe, CalRefusal *refusal);

/* The value that parses back to the same; false when it does not fit, or a name holds ';'. */
bool cal_recipe_format(const CalRecipe *recipe, char value[CAL_ENTRY_VALUE_SIZE]);

double cal_recipe_mass_g(const CalRecipe *recipe);

/* The food that comes out, among these foods: 100 g of it, the whole as its portion. A part that is none of
 * them makes all unknown. */
void cal_recipe_mix(const CalRecipe *recipe, const CalFood *foods, size_t n_foods, CalFood *mixed);

#ifdef __cplusplus
}
#endif

#endif
