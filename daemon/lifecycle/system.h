/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the machine does around the daemon: it goes to sleep and wakes (logind), moves to another time zone or
 * learns the time (timedate1). Watched on the system bus and never started for it; where none of the two is
 * there, the machine never sleeps, the zone is the C library's, and the clock is judged by its own reading
 * alone.
 */
#ifndef CALCIFERD_SYSTEM_H
#define CALCIFERD_SYSTEM_H

#include <gio/gio.h>

typedef struct CalSystem CalSystem;

typedef struct CalSystemEvents {
  void (*sleep)(gboolean going_to_sleep, gpointer data);
  void (*zone)(const char *zone, gpointer data); /* "Europe/Berlin"; told once at start and at each change */
  void (*synchronised)(gpointer data);           /* timedate1 says so now, and did not before */
} CalSystemEvents;

/* `bus` may be NULL: there is no system bus. */
CalSystem *cal_system_new(GDBusConnection *bus, const CalSystemEvents *events, gpointer data);
void cal_system_free(CalSystem *system);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalSystem, cal_system_free)

/* The zone that was told last. */
const char *cal_system_zone(const CalSystem *system);

/* timedate1 says that the clock is synchronised. FALSE also when nobody says anything. */
gboolean cal_system_clock_synchronised(CalSystem *system);
/* timedate1 says that it is not, or has not answered yet. FALSE where there is none. */
gboolean cal_system_clock_doubted(CalSystem *system);
/* Asks timedate1 again, which tells nobody by itself; worth it when the clock was set. */
void cal_system_ask_clock(CalSystem *system);

/* Releases the machine to sleep when it waits for us. */
void cal_system_allow_sleep(CalSystem *system);

/* The zone that the C library would use: TZ, then /etc/localtime; "UTC" when neither says. Free with
 * g_free(). */
char *cal_system_local_zone(void);

#endif
