/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps the instants of a log's records as calcifer/dating.h computes them. Private to the ledger.
 *
 *   clock above  the batch                              what is done
 *   none         no clocks                              each has its own time, or none: nothing else is read
 *   N            no clocks, all dated                   each is shifted by N alone: nothing else is read
 *   N            no clocks, some undated, or one that   dated anew from N down to the batch's end, and below
 *                breaks the run to N                    it as far as something changes
 *   any or none  a clock in it, or one that was in      dated anew from N, or the batch's top, down to the
 *                among its sequences                    next clock below the batch
 *
 * What comes out undated takes the owner's word, if there is one (owner_dates.h), which depends on no record;
 * so nothing of the above changes by it.
 *
 * So a live record, and a backlog that comes after the clock record of its own connection, cost the same in a
 * short log and in a long one.
 */
#ifndef CALCIFERD_LEDGER_DATING_CACHE_H
#define CALCIFERD_LEDGER_DATING_CACHE_H

#include <calcifer/dating.h>

#include "ledger.h"

/* What a batch of records of one log does to dating. */
typedef struct CalDatingPlan {
  gint64 log;
  gint64 lowest, highest; /* ids of the batch */
  gboolean is_parted;     /* by a clock: one in the batch, or one that was in among its sequences */
  gboolean has_unset;     /* in the batch: a record without a set clock */
  gboolean anew;          /* rows are to be dated anew */
  gint64 above;           /* id of the clock at or above the batch, 0 if there is none */
  CalDatingRecord clock;  /* that clock */
  gint64 noted_day, noted_block;
} CalDatingPlan;

/* Looks at the batch, before it is written, and at the clocks that are in. */
gboolean cal_dating_plan(CalLedger *ledger, gint64 log, const CalRecord *records, gsize n_records,
                         CalDatingPlan *plan, GError **error);

/* The instant of a fresh record as far as it is told without dating anew; CAL_INSTANT_NONE otherwise. */
CalInstant cal_dating_guess(CalLedger *ledger, const CalDatingPlan *plan, const CalRecord *record);

/* Writes what dating needs beside the row of a fresh record. `at` is the guess. */
gboolean cal_dating_note(CalLedger *ledger, CalDatingPlan *plan, const CalRecord *record, CalInstant at,
                         CalInstant received, GError **error);

/* When the batch is written: dates anew what the plan says, and adds to `touched` what moved. */
gboolean cal_dating_carry_out(CalLedger *ledger, CalDatingPlan *plan, CalSpan *touched, GError **error);

/* When the owner's words have changed: dates the records from ... to of a log anew. */
gboolean cal_dating_anew(CalLedger *ledger, gint64 log, guint32 from, guint32 to, GError **error);

/* Widens the span so that it holds the record, if that is dated. */
void cal_dating_touch(CalSpan *span, const CalRecord *record, CalInstant at);

#endif
