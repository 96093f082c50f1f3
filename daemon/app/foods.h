/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The foods that are known: the ledger's own, and those of the installed table, and the way from there into
 * the ledger. */
#ifndef CALCIFERD_APP_FOODS_H
#define CALCIFERD_APP_FOODS_H

#include "app.h"

/* All foods as they are now: the recipes, mixed, the ledger's own with what the table adds to them, then the
 * rest of the table. An array of CalCatalogFood, owned by the caller. */
GArray *cal_app_foods_all(CalApp *app);

/* A food of cal_app_foods_all() by what a person typed. FALSE when nobody knows it. */
gboolean cal_app_food_find(CalApp *app, const char *typed, CalCatalogFood *food);

/* What somebody ate, in whatever words: "salmon 120g", "2 eggs". FALSE with a sentence that says which food
 * comes near, or which measures there are. */
gboolean cal_app_food_read(CalApp *app, const char *phrase, CalCatalogFood *food, double *grams,
                           GError **error);

/* The names that come nearest, for a message: "egg, egg-yolk". Free with g_free(); NULL when nothing is near.
 */
char *cal_app_food_suggest(CalApp *app, const char *typed);

/* The food of this exact name in the installed table, good until the next rest; NULL when it has none. */
const CalFood *cal_app_food_installed(CalApp *app, const char *name);

/* The entry by which the ledger keeps what the table says of a food. FALSE when it is the ledger's already,
 * or cannot be written. */
gboolean cal_app_food_entry(CalApp *app, const CalFood *food, CalEntry *entry);

#endif
