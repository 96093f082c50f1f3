/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reference city of a time zone, from the zone table that tzdata installs (zone.tab). */
#ifndef CALCIFERD_CITY_H
#define CALCIFERD_CITY_H

#include <glib.h>

/* Degrees, north and east positive, to a minute of arc. FALSE when the table is not there or does not list
 * the zone (UTC and the like). */
gboolean cal_city_of_zone(const char *zone, double *latitude_deg, double *longitude_deg);

/* The same from the text of a table. */
gboolean cal_city_in_table(const char *table, const char *zone, double *latitude_deg, double *longitude_deg);

#endif
