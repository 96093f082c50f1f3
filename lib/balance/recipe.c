/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/recipe.h>

#include <string.h>

#include <calcifer/amount.h>
#include <calcifer/number.h>
#include <calcifer/product.h>

#include "check.h"
#include "contents.h"
#include "refuse.h"
#include "word.h"

/* What is less would be written as 0 g, which nobody could read again. */
#define LEAST_PART_G 0.01

#define ALL_NUTRIENTS ((1u << CAL_NUTRIENT_COUNT) - 1)

static CalWord
trim(CalWord word)
{
  while (word.length > 0 && word.start[0] == ' ')
    word.start++, word.length--;
  while (word.length > 0 && word.start[word.length - 1] == ' ')
    word.length--;
  return word;
}

/* "my oats 40g": the last word is the mass. */
static bool
parse_part(const char *text, CalWord word, CalRecipe *recipe, CalRefusal *refusal)
{
  static const char expected[] = "a food and its mass, as in oats 40g";
  CalRecipePart *const part = &recipe->part[recipe->n_parts];
  char mass[CAL_AMOUNT_TEXT_SIZE];
  word = trim(word);
  size_t space = word.length;
  while (space > 0 && word.start[space - 1] != ' ')
    space--;
  const CalWord name = trim((CalWord){ word.start, space });
  if (!cal_word_copy(name, part->food, sizeof part->food) ||
      !cal_product_name_valid(part->food, sizeof part->food))
    return cal_refuse(refusal, CAL_REFUSAL_MISSING, text, word, expected);
  if (!cal_word_copy((CalWord){ word.start + space, word.length - space }, mass, sizeof mass) ||
      !cal_grams_parse(mass, &part->grams))
    return cal_refuse(refusal, CAL_REFUSAL_OUT_OF_RANGE, text, word, expected);
  recipe->n_parts++;
  return true;
}

bool
cal_recipe_parse(const char *value, CalRecipe *recipe, CalRefusal *refusal)
{
  CalRecipe parsed = { .n_parts = 0 };
  CalWord rest = cal_word_of(value), part;
  while (cal_word_next_part(&rest, ';', &part)) {
    if (parsed.n_parts == CAL_RECIPE_MAX_FOODS)
      return cal_refuse(refusal, CAL_REFUSAL_TOO_MANY, value, part, "twelve foods at most");
    if (!parse_part(value, part, &parsed, refusal))
      return false;
  }
  if (cal_recipe_mass_g(&parsed) > CAL_FOOD_MAX_G)
    return cal_refuse(refusal, CAL_REFUSAL_OUT_OF_RANGE, value, cal_word_of(value), "up to 10 kg in all");
  *recipe = parsed;
  return true;
}

bool
cal_recipe_format(const CalRecipe *recipe, char value[CAL_ENTRY_VALUE_SIZE])
{
  value[0] = '\0';
  for (uint32_t i = 0; i < recipe->n_parts; i++) {
    char grams[CAL_NUMBER_TEXT_SIZE];
    const int two_decimals = 2; /* three would read as thousands */
    cal_number_format(recipe->part[i].grams, two_decimals, grams);
    if (strchr(recipe->part[i].food, ';') != NULL || recipe->part[i].grams < LEAST_PART_G ||
        (i > 0 && !cal_text_append(value, CAL_ENTRY_VALUE_SIZE, "; ")) ||
        !cal_text_append(value, CAL_ENTRY_VALUE_SIZE, recipe->part[i].food) ||
        !cal_text_append(value, CAL_ENTRY_VALUE_SIZE, " ") ||
        !cal_text_append(value, CAL_ENTRY_VALUE_SIZE, grams) ||
        !cal_text_append(value, CAL_ENTRY_VALUE_SIZE, "g"))
      return false;
  }
  return true;
}

double
cal_recipe_mass_g(const CalRecipe *recipe)
{
  double mass = 0;
  for (uint32_t i = 0; i < recipe->n_parts; i++)
    mass += recipe->part[i].grams;
  return mass;
}

static const CalFood *
food_of(const char *name, const CalFood *foods, size_t n_foods)
{
  for (size_t i = 0; i < n_foods; i++)
    if (strcmp(foods[i].name, name) == 0)
      return &foods[i];
  return NULL;
}

/* Whole is what all of it is. */
static CalWhole
whole_of_both(CalWhole one, CalWhole other)
{
  if (one == CAL_WHOLE_NO || other == CAL_WHOLE_NO)
    return CAL_WHOLE_NO;
  return one == CAL_WHOLE_YES ? other : CAL_WHOLE_UNKNOWN;
}

void
cal_recipe_mix(const CalRecipe *recipe, const CalFood *foods, size_t n_foods, CalFood *mixed)
{
  const double mass = cal_recipe_mass_g(recipe);
  CalFood mix = { .portion_g = mass, .whole = CAL_WHOLE_YES };
  memcpy(mix.name, recipe->name, sizeof mix.name);
  for (uint32_t i = 0; i < recipe->n_parts; i++) {
    const CalRecipePart *const part = &recipe->part[i];
    const CalFood *const food = food_of(part->food, foods, n_foods);
    if (food == NULL) {
      mix.per_100g.unknown |= ALL_NUTRIENTS;
      mix.whole = whole_of_both(mix.whole, CAL_WHOLE_UNKNOWN);
      continue;
    }
    cal_nutrients_add(&mix.per_100g, &food->per_100g, part->grams / mass);
    mix.not_for |= food->not_for;
    mix.whole = whole_of_both(mix.whole, food->whole);
    mix.natto = mix.natto || cal_food_is_natto(food);
  }
  *mixed = mix;
}
