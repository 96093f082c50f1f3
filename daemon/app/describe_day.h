/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many days beside each other, as Balance1.GetDays has them: each is added, then all are told.
 *
 *   CalDayColumns *columns = cal_day_columns_new();
 *   cal_day_columns_add(columns, app, &result);
 *   GVariant *days = cal_day_columns_end(columns);
 *   cal_day_columns_free(columns);
 */
#ifndef CALCIFERD_APP_DESCRIBE_DAY_H
#define CALCIFERD_APP_DESCRIBE_DAY_H

#include "app.h"

typedef struct CalDayColumns CalDayColumns;

CalDayColumns *cal_day_columns_new(void);
void cal_day_columns_free(CalDayColumns *columns);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalDayColumns, cal_day_columns_free)

void cal_day_columns_add(CalDayColumns *columns, CalApp *app, const CalDayResult *result);

/* a{sv}, floating; once. */
GVariant *cal_day_columns_end(CalDayColumns *columns);

#endif
