/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which sequences of a log are in, and which are in or lost, as ranges. Private to the ledger.
 *
 *   committed   ██████   ████████████      ████    with_lost = 0, each with the sum over its records
 *   lost              ░░░            ░░
 *   settled     ███████████████████████    ████    with_lost = 1: what is no longer waited for
 *                                      ^^^^ the gap
 *
 * Ranges of one kind neither overlap nor touch, so that a log without gaps is one row of each kind however
 * long it is, and whatever is asked takes one or two look-ups.
 */
#ifndef CALCIFERD_LEDGER_STRETCHES_H
#define CALCIFERD_LEDGER_STRETCHES_H

#include "ledger.h"

/* Inclusive, and wide enough for the neighbours of the first and last sequence. */
typedef struct CalStretch {
  gint64 first;
  gint64 last;
  guint64 sum;
} CalStretch;

/* Adds committed records, none of which was in before, to both kinds. Within a transaction. */
gboolean cal_stretches_add_committed(CalLedger *ledger, gint64 log, const CalStretch *stretch,
                                     GError **error);

/* Adds a range to the settled ones. Within a transaction. */
gboolean cal_stretches_add_settled(CalLedger *ledger, gint64 log, gint64 first, gint64 last, GError **error);

/* Takes one record's sum out of its range, which stays: the record was forgotten. Within a transaction. */
gboolean cal_stretches_subtract(CalLedger *ledger, gint64 log, gint64 sequence, guint64 sum, GError **error);

/* The settled range that holds `sequence`; FALSE in *found when it is in none. */
gboolean cal_stretches_settled_at(CalLedger *ledger, gint64 log, gint64 sequence, gboolean *found,
                                  CalStretch *stretch, GError **error);

#endif
