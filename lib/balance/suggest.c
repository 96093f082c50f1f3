/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/suggest.h>

#include <math.h>
#include <string.h>

#include <calcifer/audience.h>

/* People weigh in steps of so much: a choice. */
#define STEP_G 5.0

/* Of a food whose portion nobody knows: a choice. */
#define MAX_G_WITHOUT_PORTION 300.0

static bool
is_vitamin_k(CalNutrient nutrient)
{
  return nutrient == CAL_NUTRIENT_K1 || nutrient == CAL_NUTRIENT_MK4 || nutrient == CAL_NUTRIENT_MK7 ||
         nutrient == CAL_NUTRIENT_K2_OTHER;
}

bool
cal_suggest_is_silent(uint32_t audience, CalNutrient nutrient)
{
  return (audience & CAL_AUDIENCE_NO_MORE) != 0 ||
         ((audience & CAL_AUDIENCE_STEADY_K) != 0 && is_vitamin_k(nutrient));
}

/* Grams that hold the gap; 0 when the food does not bring it, or only with more than anybody eats. */
static double
grams_for(const CalFood *food, CalNutrient nutrient, double gap)
{
  const double per_g = food->per_100g.amount[nutrient] / 100;
  if ((food->per_100g.unknown >> nutrient & 1u) != 0 || !(per_g > 0))
    return 0;
  const double exact = gap / per_g;
  const double most =
      food->portion_g > 0 ? food->portion_g * CAL_SUGGEST_MAX_PORTIONS : MAX_G_WITHOUT_PORTION;
  const double grams = exact < STEP_G ? ceil(exact) : STEP_G * ceil(exact / STEP_G);
  return exact <= most ? grams : 0;
}

/* Several portions may hold what one does not. */
static bool
keeps_k_low(const CalFood *food, double grams)
{
  const double per_100g = food->per_100g.amount[CAL_NUTRIENT_K1] + cal_nutrients_k2(&food->per_100g);
  return per_100g * grams / 100 <= CAL_AUDIENCE_K_PORTION_UG;
}

static bool
may_suggest(const CalSuggestInput *input, const CalFood *food, double grams)
{
  const bool enough_fish = (input->audience & CAL_AUDIENCE_PREGNANT) != 0 &&
                           (food->not_for & CAL_FOOD_NOT_PREGNANT_TWICE_WEEKLY) != 0 &&
                           input->fish_this_week >= CAL_SUGGEST_TWICE_WEEKLY;
  return !enough_fish && cal_audience_may_suggest(input->audience, food) &&
         ((input->audience & CAL_AUDIENCE_STEADY_K) == 0 || keeps_k_low(food, grams));
}

/* Less than 0: a goes first. */
static int
compare(const CalSuggestInput *input, const CalSuggestion *a, const CalSuggestion *b)
{
  const CalCatalogFood *const food_a = &input->foods[a->food], *const food_b = &input->foods[b->food];
  if (a->times != b->times)
    return a->times > b->times ? -1 : 1;
  if (food_a->whole != food_b->whole)
    return food_a->whole ? -1 : 1;
  if (a->portions < b->portions || a->portions > b->portions)
    return a->portions < b->portions ? -1 : 1;
  return strcmp(food_a->food.name, food_b->food.name);
}

/* Keeps the best `max`, in order. */
static size_t
insert(const CalSuggestInput *input, CalSuggestion one, CalSuggestion *found, size_t n, size_t max)
{
  size_t at = n;
  while (at > 0 && compare(input, &one, &found[at - 1]) < 0)
    at--;
  if (at == max)
    return n;
  const size_t kept = n < max ? n : max - 1;
  memmove(&found[at + 1], &found[at], (kept - at) * sizeof *found);
  found[at] = one;
  return kept + 1;
}

size_t
cal_suggest(const CalSuggestInput *input, CalSuggestion *found, size_t max)
{
  size_t n = 0;
  if (max == 0 || !(input->gap > 0) || cal_suggest_is_silent(input->audience, input->nutrient))
    return 0;
  for (size_t i = 0; i < input->n_foods; i++) {
    const CalFood *const food = &input->foods[i].food;
    const double grams = grams_for(food, input->nutrient, input->gap);
    if (!(grams > 0) || !may_suggest(input, food, grams))
      continue;
    const CalSuggestion one = { .food = i,
                                .grams = grams,
                                .portions = food->portion_g > 0 ? grams / food->portion_g : 0,
                                .amount = grams / 100 * food->per_100g.amount[input->nutrient],
                                .times = input->times != NULL ? input->times[i] : 0 };
    n = insert(input, one, found, n, max);
  }
  return n;
}
