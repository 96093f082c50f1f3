/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Days folded from the ledger. Today is kept as a fold in memory and stepped when an event comes that is
 * later than all of its own; every other day is folded again when something touches it, and its result cached
 * in the ledger under the model's version.
 */
#ifndef CALCIFERD_APP_DAYS_H
#define CALCIFERD_APP_DAYS_H

#include "ledger/ledger.h"
#include "zones.h"

#include <calcifer/context.h>
#include <calcifer/day.h>
#include <calcifer/means.h>
#include <calcifer/serum.h>

typedef struct CalDays CalDays;

/* Ledger and zones are borrowed. Reads all settings. */
/* Since when past days come from another model than they did: Unix seconds, 0 when that never happened. */
gint64 cal_days_note_model(CalLedger *ledger, CalInstant now);

CalDays *cal_days_new(CalLedger *ledger, CalZones *zones, GError **error);
void cal_days_free(CalDays *days);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalDays, cal_days_free)

/* Reads all settings anew, the zones among them: one was appended or undone. */
gboolean cal_days_reload_settings(CalDays *days, GError **error);

/* Nothing is going on: lets go of what can be made again when something is, within a millisecond or two: the
 * fold of today, the row of days that are long over, the zones' transitions. */
void cal_days_rest(CalDays *days);

/* All settings in order (CalEvent), owned by days and valid until the next reload. */
const GArray *cal_days_settings(const CalDays *days);

/* What all settings up to an instant say. */
void cal_days_context(CalDays *days, CalInstant at, CalContext *context);

/* An event was committed: steps today where it comes after all that today was told, and drops today's fold
 * where it does not. */
void cal_days_take(CalDays *days, const CalEvent *event, CalInstant now);

/* The dates of all days that what lies in a span of instants touches. */
void cal_days_touched(const CalDays *days, CalSpan span, CalDate *first, CalDate *last);

/* Something in these days was committed out of order, or undone: drops what is in memory of them, and of what
 * they leave behind. */
void cal_days_drop(CalDays *days, CalDate first, CalDate last);

/* What is cached of these days is void. */
void cal_days_forget(CalDays *days, CalDate first, CalDate last);

/* The result of a day, from memory, the cache, or a fold. */
gboolean cal_days_result(CalDays *days, CalDate date, CalInstant now, CalDayResult *result, GError **error);

/* While it gathers, day after day is going to be folded: results that are to be cached wait for one commit,
 * which comes with FALSE, and what one fold has read is kept for the next. */
void cal_days_gather(CalDays *days, gboolean gather);

/* A fold from the ledger, whatever memory and cache hold. */
gboolean cal_days_fold(CalDays *days, CalDate date, CalInstant now, CalDayResult *result, GError **error);

/* The same, with each step from light to vitamin D. */
gboolean cal_days_trace(CalDays *days, CalDate date, CalInstant now, CalTrace *trace, CalDayResult *result,
                        GError **error);

/* The date of the oldest event that counts; CAL_DATE_NONE in an empty ledger. */
CalDate cal_days_oldest(CalDays *days);

/* The first date from `date` on of which something is known, at most `end`: on those before it nothing
 * happened, and nothing of them need be folded. There may be a century of them, of a lab value in a mistyped
 * year. */
CalDate cal_days_skip_empty(CalDays *days, CalDate date, CalDate end);

/* How many days were folded since the start: what takes time. */
guint64 cal_days_n_folded(const CalDays *days);

/* The serum estimate at the end of a day, from all days before it. FALSE when there is no day to begin with,
 * or when those days are not all known yet. */
gboolean cal_days_serum(CalDays *days, CalDate date, CalInstant now, CalSerumEstimate *estimate);

/* The same, and the MK-7, ug, that stays on that day of what all days before it brought. */
gboolean cal_days_past(CalDays *days, CalDate date, CalInstant now, CalSerumEstimate *estimate,
                       double *carried_ug);

/* Whether the two above were asked for more than can be folded while somebody waits. Then the days are folded
 * a slice at a time, each of at least a day and hardly longer than until then (monotonic, us); TRUE from
 * cal_days_go_on(): that is done. */
gboolean cal_days_are_behind(const CalDays *days);
gboolean cal_days_go_on(CalDays *days, CalInstant now, gint64 until_us);

/* A fortnight, and the day that goes on. */
#define CAL_DAYS_OF_MEANS 15

/* What the means of a day are made of: it and the days before it. How many those are; 0 when there is no day
 * to begin with. */
guint cal_days_of_means(CalDays *days, CalDate date, CalInstant now, CalMeanDay day[CAL_DAYS_OF_MEANS]);

#endif
