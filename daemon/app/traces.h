/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What past days leave behind, all of them without a gap: serum and MK-7 are folds over that row.
 *
 *   day rows    ▇ ▇ ▇ ▇ ▇ ▇ ▇ ▇ ▇ ▇ ▇ ▇ ▇ ▇     cached in the ledger, a result each
 *   blocks      [   32   ][   32   ]            cached there, too: 32 traces each, of days long over
 *   in memory   ░░░░░░░░░░░░░░░░░░░░░░░░░░░░     24 bytes a day; and how far the folds have walked
 *
 * So ten years are a hundred short reads when the daemon starts, and afterwards a day is a step.
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
 * what the days before it brought. */
void cal_traces_at(CalTraces *traces, const CalTracesQuery *query, CalDate date, CalSerumEstimate *serum,
                   double *carried_ug);

/* What means need of a day that was reached by the former. */
CalMeanDay cal_traces_mean(CalTraces *traces, CalDate date, CalInstant now);

#endif
