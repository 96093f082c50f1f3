/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The catalogue of foods: a food with what people call it and in which measures they eat it. Names and
 * measures change no number that was entered, since an entry says grams; so they are not in the ledger.
 *
 *   CalCatalogFood oats;
 *   double grams;
 *   cal_catalog_from_csv_row("oats,20038,40,,54,177,,,,,,,whole,oats,oat,cup 156 sr28", &oats)   true
 *   cal_catalog_amount_g(&oats, "1/2 cup", &grams, NULL)                                         true; 78
 */
#ifndef CALCIFER_CATALOG_H
#define CALCIFER_CATALOG_H

#include <stdbool.h>
#include <stddef.h>

#include <calcifer/food.h>
#include <calcifer/household.h>
#include <calcifer/refusal.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CAL_CATALOG_LABEL_SIZE   64
#define CAL_CATALOG_ALIASES_SIZE 128

typedef struct CalCatalogFood {
  CalFood food;
  bool whole;                             /* a whole food, not one that was made or enriched */
  char label[CAL_CATALOG_LABEL_SIZE];     /* for people: "oats, rolled"; empty: its name will do */
  char aliases[CAL_CATALOG_ALIASES_SIZE]; /* other names, folded, with ';' between them */
  double measure_g[CAL_HOUSEHOLD_COUNT];  /* 0: not known for this food */
} CalCatalogFood;

/* A row of data/foods.csv: what cal_food_from_csv_row() reads, then vitc_mg,whole,label,aliases,measures, all
 * of which may be left out. A measure is "cup 156 sr28": its name, grams, and where it is from: "sr28" is a
 * household weight of USDA's SR28 (or of SR26, for a food that it holds unchanged), "usual" has no table.
 * Vitamin C is SR28's too, and empty where that has none. */
bool cal_catalog_from_csv_row(const char *row, CalCatalogFood *food);

/* The food that is called so: by its name, by an alias, then by the plural or singular of one; NULL when
 * there is none. */
const CalCatalogFood *cal_catalog_find(const CalCatalogFood *foods, size_t n_foods, const char *typed);

/* Whether a search for `typed` finds it: each of its words is in the name, the label or an alias. */
bool cal_catalog_matches(const CalCatalogFood *food, const char *typed);

/* How like the food's name or aliases a word is: 0 for a beginning, then the number of slips; -1: not like
 * it.
 */
int cal_catalog_likeness(const CalCatalogFood *food, const char *typed);

/* Grams of "120g", "200ml" (by the weight of a cup), "1 cup", "1/2 pack", "2" (pieces where a piece is known,
 * portions otherwise); empty: one portion. False: refused; refusal may be NULL. */
bool cal_catalog_amount_g(const CalCatalogFood *food, const char *text, double *grams, CalRefusal *refusal);

/* Finds a food by what is typed, in whatever lists there are; false when nobody knows it. */
typedef bool (*CalCatalogFinder)(const void *data, const char *typed, CalCatalogFood *food);

typedef enum CalPhraseResult {
  CAL_PHRASE_OK,
  CAL_PHRASE_NO_FOOD,   /* no part of it names a food */
  CAL_PHRASE_NO_AMOUNT, /* it names one, and what stands beside is no amount of it: see the refusal */
} CalPhraseResult;

/* "salmon 120g", "120 g salmon", "2 eggs", "natto 1 pack", "2 slices of gouda", "half an avocado", "a herring
 * fillet", "salmon". The longest name that leaves an amount is taken. *food and *grams are written for OK,
 * *food for NO_AMOUNT too. */
CalPhraseResult cal_catalog_phrase(const char *phrase, CalCatalogFinder find, const void *data,
                                   CalCatalogFood *food, double *grams, CalRefusal *refusal);

#ifdef __cplusplus
}
#endif

#endif
