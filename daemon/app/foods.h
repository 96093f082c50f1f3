/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The installed table of foods, and the way of a food from there into the ledger. */
#ifndef CALCIFERD_APP_FOODS_H
#define CALCIFERD_APP_FOODS_H

#include "app.h"

/* Reads a table; rows that are none are logged with their line and passed over. An array of CalFood, owned by
 * the caller; empty with an error logged when the file cannot be read. */
GArray *cal_app_foods_read(const char *path);

/* What a person typed: the ledger's own foods first, then the table. NULL when nobody knows it; *installed
 * says that it is not in the ledger yet. Owned by the app. */
const CalFood *cal_app_food_find(CalApp *app, const char *typed, gboolean *installed);

/* The names that come nearest, for a message: "egg, egg-yolk". Free with g_free(); NULL when nothing is near.
 */
char *cal_app_food_suggest(CalApp *app, const char *typed);

#endif
