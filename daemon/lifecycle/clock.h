/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tells when somebody sets the wall clock: a person, a time server's first answer, the firmware after sleep.
 * What is due by the clock of the wall is then due at another moment than a timer thinks.
 */
#ifndef CALCIFERD_CLOCK_H
#define CALCIFERD_CLOCK_H

#include <glib.h>

typedef struct CalClock CalClock;

/* set() is called on the main context that this was called on, soon after each step of the clock, however
 * small; several steps in a row may be one call. Slewing is no step. Where the kernel cannot tell, nothing is
 * ever called, and a warning says so once. */
CalClock *cal_clock_new(void (*set)(gpointer data), gpointer data);
void cal_clock_free(CalClock *clock); /* NULL is nothing */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalClock, cal_clock_free)

#endif
