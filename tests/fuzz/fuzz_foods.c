/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Foods, recipes and products: a row of the table, the value of an entry, and what somebody types to mean
 * one. What is understood and written again is understood to be the same. The first line of the input is a
 * row, the rest words. */
#include "fuzz.h"

#include <calcifer/catalog.h>
#include <calcifer/product.h>
#include <calcifer/recipe.h>

#include <math.h>
#include <string.h>

static void
require_same_nutrients(const CalNutrients *a, const CalNutrients *b)
{
  FUZZ_REQUIRE(a->unknown == b->unknown);
  for (int i = 0; i < CAL_NUTRIENT_COUNT; i++)
    FUZZ_REQUIRE(isfinite(a->amount[i]) && a->amount[i] >= 0 &&
                 fabs(a->amount[i] - b->amount[i]) <= 1e-3 + a->amount[i] * 1e-9);
}

static void
try_food(const char *text)
{
  CalFood food, again;
  char value[CAL_ENTRY_VALUE_SIZE];
  if (!cal_food_parse(text, &food, NULL) || !cal_food_format(&food, value))
    return;
  FUZZ_REQUIRE(cal_food_parse(value, &again, NULL));
  require_same_nutrients(&food.per_100g, &again.per_100g);
  FUZZ_REQUIRE(fabs(food.portion_g - again.portion_g) <= 0.011 && food.whole == again.whole);
}

static void
try_recipe(const char *text)
{
  CalRecipe recipe, again;
  CalFood mixed;
  char value[CAL_ENTRY_VALUE_SIZE];
  if (!cal_recipe_parse(text, &recipe, NULL))
    return;
  FUZZ_REQUIRE(recipe.n_parts <= CAL_RECIPE_MAX_FOODS && isfinite(cal_recipe_mass_g(&recipe)));
  cal_recipe_mix(&recipe, NULL, 0, &mixed);
  if (!cal_recipe_format(&recipe, value))
    return;
  FUZZ_REQUIRE(cal_recipe_parse(value, &again, NULL) && again.n_parts == recipe.n_parts);
  for (uint32_t i = 0; i < recipe.n_parts; i++)
    FUZZ_REQUIRE(strcmp(recipe.part[i].food, again.part[i].food) == 0);
}

static void
try_product(const char *text)
{
  CalProduct product, again;
  char value[CAL_ENTRY_VALUE_SIZE], once_more[CAL_ENTRY_VALUE_SIZE];
  if (!cal_product_parse(text, &product, NULL) || !cal_product_format(&product, value))
    return;
  FUZZ_REQUIRE(cal_product_parse(value, &again, NULL) && cal_product_format(&again, once_more));
  FUZZ_REQUIRE(strcmp(value, once_more) == 0);
  require_same_nutrients(&product.serving, &again.serving);
  cal_product_is_due_on(&product, 20000);
  if (cal_product_change("d=1000IU at=08:00 mk7=", &product, NULL))
    FUZZ_REQUIRE(product.n_times == 1);
}

static bool
find_in(const void *data, const char *typed, CalCatalogFood *food)
{
  const CalCatalogFood *found = cal_catalog_find(data, 1, typed);
  if (found != NULL)
    *food = *found;
  return found != NULL;
}

static void
try_words(const CalCatalogFood *food, const char *words)
{
  CalCatalogFood found;
  CalRefusal refusal;
  double grams;
  cal_catalog_matches(food, words);
  FUZZ_REQUIRE(cal_catalog_likeness(food, words) >= -1);
  if (cal_catalog_amount_g(food, words, &grams, &refusal))
    FUZZ_REQUIRE(isfinite(grams) && grams > 0 && grams <= CAL_FOOD_MAX_G);
  if (cal_catalog_phrase(words, find_in, food, &found, &grams, &refusal) == CAL_PHRASE_OK)
    FUZZ_REQUIRE(isfinite(grams) && grams > 0 && grams <= CAL_FOOD_MAX_G);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const char known[] = "oats,20038,40,,54,177,,,,,,,whole,oats,oat,cup 156 sr28";
  CalCatalogFood food;
  char *text = malloc(size + 1);
  FUZZ_REQUIRE(text != NULL);
  if (size > 0)
    memcpy(text, data, size);
  text[size] = '\0';
  try_food(text);
  try_recipe(text);
  try_product(text);
  char *const newline = strchr(text, '\n');
  if (newline != NULL)
    *newline = '\0';
  const char *const words = newline != NULL ? newline + 1 : text;
  if (cal_catalog_from_csv_row(text, &food))
    try_words(&food, words);
  FUZZ_REQUIRE(cal_catalog_from_csv_row(known, &food));
  try_words(&food, words);
  free(text);
  return 0;
}
