/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What past days leave behind, all of them without a gap: serum and MK-7 are folds over that row.
 *
 *   day rows    ▇ ▇ ▇ ▇ ▇ ▇ ▇ ▇ ▇ ▇ ▇ ▇ ▇ ▇     cached in the ledger, a result each
 *   blocks      [   32   ][   32   ]            cached there, too: 32 traces each, of days long over
 *   in memory   ░░░░░░░░░░░░░░░░░░░░░░░░░░░░     24 bytes a day; and how far the folds have walked
 *   at rest     ─────── base ───────▶░░░░░░     the last days; where the folds stand before them
 *
 * So ten years are a hundred short reads when the daemon starts, and afterwards a day is a step. What changes
 * the long past takes thousands of folds, for which nobody waits:
 *
 *         ┌── at(): the row goes up to the day, ──┐     ┌── at(): a day of the part that is good is told, a
 * ──┐ │   which is told                       │     │   later one is not                                  │
 *         └──────────────────────── UP ◀──────────┘     └───────────────────── BEHIND
 * ◀───────────────────────┘
 *
 *   UP ────── at(): more days to fold than can be waited for ──▶ BEHIND
 *   BEHIND ── go_on(): a slice, oldest day first ──▶ BEHIND, or UP when the row is good up to yesterday
 *   both ──── forget(): the good part ends there, in BEHIND the next slice begins there; what stands before
 *             stays good, so that old and new are never folded together
 */
#ifndef CALCIFERD_APP_TRACES_H
#define CALCIFERD_APP_TRACES_H

#include "days.h"

typedef struct CalTraces CalTraces;

/* Both are borrowed. */
CalTraces *cal_traces_new(CalLedger *ledger, CalDays *days);
void cal_traces_free(CalTraces *traces);

/* The days from this one on are to be looked at anew. */
void cal_traces_forget(CalTraces *traces, CalDate from);

/* For whom, and when, it is asked. */
typedef struct CalTracesQuery {
  CalDate oldest; /* the first day of all */
  CalDate today;
  CalInstant now;
  CalWeightClass weight;
} CalTracesQuery;

/* At a day from the oldest to today: the serum estimate at its end, and the MK-7 (ug) that stays on it of
 * what the days before it brought. FALSE when they are not known yet. */
gboolean cal_traces_at(CalTraces *traces, const CalTracesQuery *query, CalDate date, CalSerumEstimate *serum,
                       double *carried_ug);

gboolean cal_traces_are_behind(const CalTraces *traces);

/* A slice, of a step at least and hardly longer than until then (monotonic, us). TRUE: they are up again. */
gboolean cal_traces_go_on(CalTraces *traces, const CalTracesQuery *query, gint64 until_us);

/* Keeps of what is known up to now only the last days and what all before them come to. Who asks for an
 * earlier day, or changes one, has the blocks read again. */
void cal_traces_rest(CalTraces *traces);

/* What means need of a day for which the former was asked. */
CalMeanDay cal_traces_mean(CalTraces *traces, CalDate date, CalInstant now);

#endif
