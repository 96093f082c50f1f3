/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An adapter holds few links at a time, so that of more than CAL_TURNS_LINKS tags each has its turn: the
 * first of the row rests when its turn is over and nothing is under way on it, and goes to the end; whoever
 * is then among the first is awake.
 */
#ifndef CALCIFERD_LINK_TURNS_H
#define CALCIFERD_LINK_TURNS_H

#include <gio/gio.h>

#define CAL_TURNS_LINKS 4 /* tag-profile, promise 7 */
#define CAL_TURNS_MS    120000

typedef struct CalTurns {
  guint first; /* the row begins here */
  gint64 next_ms;
} CalTurns;

/* Lets tags (CalTag, in a fixed order) rest and wakes others. Returns when it wants to be called again;
 * G_MAXINT64 when all may have a link. */
gint64 cal_turns_take(CalTurns *turns, GPtrArray *tags, gint64 now_ms);

#endif
