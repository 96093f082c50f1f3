/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the desktop says it is: GeoClue on the system bus, asked for a city's accuracy, and for nothing
 * finer. Made only when its owner asked to follow it. That the service refuses, or is not there, is an
 * ordinary answer.
 *
 *        new                     no client, no answer in time
 *   ───▶ ASKING ───────────────────────────────▶ ABSENT or REFUSED
 *          │ LocationUpdated                          │
 *          ▼                        a day later       │
 *        FOUND ──────────────▶ ASKING ◀───────────────┘
 *          ▲                                          │
 *          └── the answer comes after all ────────────┘ from ABSENT
 *
 * Made within a day of the last question, it begins with what was answered then.
 */
#ifndef CALCIFERD_PLACE_H
#define CALCIFERD_PLACE_H

#include <gio/gio.h>

typedef struct CalPlaceSource CalPlaceSource;

typedef enum CalPlaceState {
  CAL_PLACE_ASKING,
  CAL_PLACE_FOUND,
  CAL_PLACE_REFUSED,
  CAL_PLACE_ABSENT,
} CalPlaceState;

/* When found, rounded to a tenth of a degree, some 10 km. */
typedef struct CalPlaceAnswer {
  CalPlaceState state;
  double latitude_deg;
  double longitude_deg;
} CalPlaceAnswer;

typedef struct CalPlaceEvents {
  void (*asked)(gpointer data); /* the service was asked just now: not again for a day */
  void (*answered)(const CalPlaceAnswer *answer, gpointer data);
} CalPlaceEvents;

/*
 * Asks in `wait_s` seconds, and then once a day. While it waits for the first time `known` holds, what the
 * last question brought: it is told again as soon as the main loop runs. `bus` may be NULL: there is no
 * system bus.
 */
CalPlaceSource *cal_place_source_new(GDBusConnection *bus, guint wait_s, const CalPlaceAnswer *known,
                                     const CalPlaceEvents *events, gpointer data);
void cal_place_source_free(CalPlaceSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalPlaceSource, cal_place_source_free)

/* The least time between two questions. */
#define CAL_PLACE_SOURCE_EVERY_S 86400

#endif
