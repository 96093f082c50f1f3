/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Foods that would close a gap: those that the person eats first, then whole foods, then the smallest
 * portions. Nothing is suggested to whom nothing may be (audience.h).
 *
 *   CalSuggestInput input = { .foods = foods, .n_foods = n, .nutrient = CAL_NUTRIENT_MAGNESIUM, .gap = 100 };
 *   CalSuggestion found[8];
 *   cal_suggest(&input, found, 8)   how many; found[0].grams of foods[found[0].food] hold 100 mg
 */
#ifndef CALCIFER_SUGGEST_H
#define CALCIFER_SUGGEST_H

#include <stddef.h>
#include <stdint.h>

#include <calcifer/catalog.h>
#include <calcifer/nutrient.h>

#ifdef __cplusplus
extern "C" {
#endif

/* More portions than this at once are no suggestion: a choice. */
#define CAL_SUGGEST_MAX_PORTIONS 3.0

/* How often a week those eat oily fish and tuna who are pregnant or may become so: as health services advise,
 * widely quoted. */
#define CAL_SUGGEST_TWICE_WEEKLY 2

typedef struct CalSuggestInput {
  const CalCatalogFood *foods;
  size_t n_foods;
  const uint32_t *times; /* for each food: how often it was eaten of late; NULL: nobody knows */
  CalNutrient nutrient;
  double gap;              /* what is missing today, in the nutrient's own unit */
  uint32_t audience;       /* bits of CalAudience */
  uint32_t fish_this_week; /* how often a food was eaten that is for twice a week */
} CalSuggestInput;

typedef struct CalSuggestion {
  size_t food; /* its index */
  double grams;
  double portions; /* 0: its portion is not known */
  double amount;   /* of the nutrient in that */
  uint32_t times;
} CalSuggestion;

/* Up to `max`, the best first. */
size_t cal_suggest(const CalSuggestInput *input, CalSuggestion *found, size_t max);

/* Whether nothing that brings this nutrient may be suggested to this audience at all. */
bool cal_suggest_is_silent(uint32_t audience, CalNutrient nutrient);

#ifdef __cplusplus
}
#endif

#endif
