/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether what a tag saw can be true where it is said to be: CalDaySight in day.h. */
#ifndef CALCIFER_LIB_SIGHT_H
#define CALCIFER_LIB_SIGHT_H

#include <calcifer/day.h>

/* Three doubtful readings one after the other: the place is likely wrong. */
#define CAL_SIGHT_RUN 3

/* The UV index above which a reading makes no more vitamin D. */
double cal_sight_most_uvi(CalDay *day, const CalPlace *place, double ozone_du, CalInstant at);

/* A reading of a tag that may count; those of other days are passed over. */
void cal_sight_note(CalDay *day, const CalAddress *tag, CalSpan span, double uvi);

/* The place was said anew: what was in doubt before is settled. */
void cal_sight_forget(CalDay *day);

#endif
