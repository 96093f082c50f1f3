/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which zone held when, and so where days begin and end. The core knows no zones: this cuts a civil day into
 * the pieces (CalDayFrame) that it folds.
 */
#ifndef CALCIFERD_APP_ZONES_H
#define CALCIFERD_APP_ZONES_H

#include <glib.h>

#include <calcifer/frame.h>
#include <calcifer/instant.h>

typedef struct CalZones CalZones;

/* Knows only UTC until a zone is added. */
CalZones *cal_zones_new(void);
void cal_zones_free(CalZones *zones);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalZones, cal_zones_free)

/* From `from` on the zone of this name holds ("Europe/Berlin"; an unknown name counts as UTC). Zones are
 * added in the order of time; the first holds for all time before it too. */
void cal_zones_add(CalZones *zones, CalInstant from, const char *name);

/* The zone of this name; NULL when there is none. Free with g_time_zone_unref(). */
GTimeZone *cal_zones_open(const char *name);

/* Back to knowing only UTC. */
void cal_zones_clear(CalZones *zones);

/* Closes those that were asked for; each is opened again when it is asked for anew. */
void cal_zones_rest(CalZones *zones);

/* The name of the zone that holds then; "" when none was added. */
const char *cal_zones_name(const CalZones *zones, CalInstant instant);

/* The date that an instant belongs to. */
CalDate cal_zones_date(const CalZones *zones, CalInstant instant);

/* A day, and a day with its neighbours. */
void cal_zones_frame(const CalZones *zones, CalDate date, CalDayFrame *frame);
void cal_zones_frames(const CalZones *zones, CalDate date, CalDayFrames *frames);

#endif
