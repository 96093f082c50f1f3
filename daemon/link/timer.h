/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One timeout that a structure owns: set anew it forgets the old time, cleared it is silent. Times are those
 * of the machines: milliseconds of g_get_monotonic_time().
 */
#ifndef CALCIFERD_LINK_TIMER_H
#define CALCIFERD_LINK_TIMER_H

#include <gio/gio.h>

typedef struct CalTimer {
  GSource *source; /* NULL: not set */
  gint64 due_ms;
} CalTimer;

gint64 cal_timer_now_ms(void);

/* Calls fired(data) once at due_ms, on the thread's default context; G_MAXINT64 clears. */
void cal_timer_set(CalTimer *timer, gint64 due_ms, void (*fired)(gpointer data), gpointer data);
void cal_timer_clear(CalTimer *timer);

#endif
