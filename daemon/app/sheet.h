/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The numbers of one day, or of many beside each other. Each day is written member by member, all of them in
 * the same order; what is not known is NAN:
 *
 *   CalSheet *sheet = cal_sheet_new();
 *   cal_sheet_begin_day(sheet);
 *   cal_sheet_put(sheet, "VitaminD", NULL, "sun_iu", 120);
 *   cal_sheet_put(sheet, "Nutrients", "k2", "food", NAN);
 *
 * and told as a day or as columns. Names are borrowed for as long as the sheet is there.
 */
#ifndef CALCIFERD_APP_SHEET_H
#define CALCIFERD_APP_SHEET_H

#include <glib.h>

typedef struct CalSheet CalSheet;

CalSheet *cal_sheet_new(void);
void cal_sheet_free(CalSheet *sheet);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalSheet, cal_sheet_free)

void cal_sheet_begin_day(CalSheet *sheet);

/* group: NULL for a property that is one dictionary, and not a dictionary of them. */
void cal_sheet_put(CalSheet *sheet, const char *property, const char *group, const char *name, double value);

/* Adds the properties of the last day to an a{sv}: a{sd}, or a{sa{sd}} of those with groups. */
void cal_sheet_tell_day(const CalSheet *sheet, GVariantBuilder *members);

/* Adds the properties of all days: a{sad}, or a{sa{sad}}, each array with an element for each day. A name
 * that no day knows is left out. */
void cal_sheet_tell_columns(const CalSheet *sheet, GVariantBuilder *members);

#endif
