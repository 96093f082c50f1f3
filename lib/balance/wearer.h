/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is known, or else assumed, of who is in the sun: skin, clothes, sunscreen, and the ozone above. */
#ifndef CALCIFER_LIB_WEARER_H
#define CALCIFER_LIB_WEARER_H

#include <calcifer/context.h>
#include <calcifer/frame.h>
#include <calcifer/skin.h>

/* An upright body gets 0.24-0.61 of the horizontal plane's ultraviolet (Parisi 1996); for the vitamin D of a
 * forecast or of sun logged by hand. A tag measures the plane in which it is worn, and sunburn is reckoned
 * with the whole of it: nose, shoulders and feet get that or more. */
#define CAL_WEARER_UPRIGHT 0.45

/* With what skin makes vitamin D of, and the type that it burns like: without a phototype IV and I. */
CalSkin cal_wearer_skin(const CalProfile *profile, CalDate on);
int cal_wearer_burns_like(const CalProfile *profile);

/* Whether `wear` was said of this day: it ends with it. */
bool cal_wearer_says_wear(const CalProfile *profile, const CalDayFrame *day);

/* The bare fraction of the body: what `wear` said today, the profile's usual set, or the season's. */
double cal_wearer_bare_area(const CalProfile *profile, const CalDayFrame *day, double latitude_deg);

/* The sunscreen's factor at an instant of the day: what `wear` named wears off, a habit is taken as it is. */
double cal_wearer_spf(const CalProfile *profile, const CalDayFrame *day, CalInstant at);

/* Whether the day has a column of ozone of its own; and that column, or the season's. */
bool cal_wearer_said_ozone(const CalProfile *profile, const CalDayFrame *day);
double cal_wearer_ozone_du(const CalProfile *profile, const CalDayFrame *day, double latitude_deg);

/* The UV index of a clear sky on the horizontal plane, the distance of the sun and the height counted. */
double cal_wearer_clear_uvi(const CalPlace *place, double ozone_du, CalInstant at, double zenith_deg);

#endif
