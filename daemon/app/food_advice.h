/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Foods for a gap, with what the ledger knows of its person's habits. What may be said to whom is the core's.
 */
#ifndef CALCIFERD_APP_FOOD_ADVICE_H
#define CALCIFERD_APP_FOOD_ADVICE_H

#include "app.h"

#include <calcifer/suggest.h>

/* Foods that close a gap of this nutrient, the best first. `foods` is the array of CalCatalogFood that
 * found[].food counts in, owned by the caller. How many; -1 with error when the ledger cannot be read. */
gssize cal_app_advise_foods(CalApp *app, CalNutrient nutrient, double gap, guint32 audience, GArray *foods,
                            CalSuggestion *found, gsize max, GError **error);

/* What a person calls a food: its label, or its name where it has none. */
const char *cal_app_food_label(const CalCatalogFood *food);

#endif
