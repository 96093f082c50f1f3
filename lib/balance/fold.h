/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the parts of the day's fold need of one another: day.c steps, day_sun.c integrates ultraviolet,
 * day_intake.c counts what was swallowed. */
#ifndef CALCIFER_LIB_FOLD_H
#define CALCIFER_LIB_FOLD_H

#include <calcifer/day.h>
#include <calcifer/record.h>

/* Brings the integral of ultraviolet up to an instant, with the context as it stands. Must be called before
 * anything at that instant changes context or segments. */
void cal_day_sweep(CalDay *day, CalInstant to);

/* The column of ozone, how far the sun is from the zenith, the UV index under a clear sky, and the ratio of
 * what makes vitamin D to what burns. The day keeps its ozone, the sun's track, where on it the sun was last
 * and the clear sky's index there, and the air of its ozone, which change seldom. */
double cal_day_ozone_du(CalDay *day, double latitude_deg);
double cal_day_zenith_deg(CalDay *day, const CalPlace *place, CalInstant at);
double cal_day_clear_uvi(CalDay *day, const CalPlace *place, double ozone_du, CalInstant at);
double cal_day_ratio(CalDay *day, const CalPlace *place, double ozone_du, CalInstant at);

void cal_day_step_uv(CalDay *day, const CalEvent *event, const CalRecord *record);
void cal_day_step_sample(CalDay *day, const CalEvent *event);
void cal_day_step_sun_entry(CalDay *day, const CalEntry *entry);

/* Something was taken: `presses` servings of the product that the slot of the tag means. */
void cal_day_step_press(CalDay *day, const CalAddress *tag, const char *slot, double presses, const char *id,
                        CalInstant at);
void cal_day_step_take(CalDay *day, const CalEntry *entry);
void cal_day_step_food(CalDay *day, const CalEntry *entry);

/* The doses of all products on the three days; and those of one product anew from an instant on. */
void cal_day_plan_doses(CalDay *day);
void cal_day_replan_doses(CalDay *day, const char *product, CalInstant since);

/* Settles who counts, and writes what was swallowed into the result. */
void cal_day_sum_intakes(CalDay *day, CalDayResult *result);

/* bit 1u << CalProfileKey: not known as the context stands. */
uint32_t cal_day_assumed(const CalDay *day);

/* Copies a text and clears what is behind it, so that results are equal byte for byte. */
void cal_day_copy_text(char *to, size_t size, const char *from);

#endif
