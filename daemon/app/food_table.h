/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table of foods as CSV, in the manner of USDA's: a header that names the columns, and a row for each food
 * with what 100 g of it hold. Each row becomes the entry by which the ledger knows a food of one's own.
 *
 *   "NDB_No","Shrt_Desc","Calcium_(mg)","Magnesium_(mg)","Vit_D_IU","GmWt_1"
 *   "01009","CHEESE,CHEDDAR","710","27","24","132"
 *       -> cheese-cheddar: portion=132g d=24IU calcium=710mg magnesium=27mg
 *
 * Which column holds what is seen from the words and the unit of its head; what is no nutrient of ours is
 * passed over, and an empty cell is not known.
 */
#ifndef CALCIFERD_APP_FOOD_TABLE_H
#define CALCIFERD_APP_FOOD_TABLE_H

#include <calcifer/entry.h>
#include <gio/gio.h>

/* Whether the cells of a header name a food and one of the nutrients at least. A cell may be NULL. */
gboolean cal_food_table_is_header(const GPtrArray *header);

/* Fills kind, way, instants, name and value. NULL, or what is wrong with the row, which has as many cells as
 * the header. */
const char *cal_food_table_read(const GPtrArray *header, const GPtrArray *row, CalEntry *entry);

#endif
