/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was forgotten. Private to the ledger. */
#ifndef CALCIFERD_LEDGER_FORGET_H
#define CALCIFERD_LEDGER_FORGET_H

#include "ledger.h"
#include "undo.h"

/* Whether the record of this row's id was forgotten: it is known, and never taken again. */
gboolean cal_forget_knows_record(CalLedger *ledger, gint64 id, gboolean *known, GError **error);

/* How many of these records were forgotten, ids inclusive. */
gboolean cal_forget_count_records(CalLedger *ledger, gint64 first, gint64 last, gint64 *n, GError **error);

/* For a tombstone of another ledger: spells its name as the ledger does, and finds what it names here. *may
 * is FALSE when it names what is never forgotten, and so is none. */
gboolean cal_forget_find(CalLedger *ledger, CalEntry *tombstone, CalTarget *target, gboolean *may,
                         GError **error);

/* Erases what a tombstone that was just written names, or keeps it out when it is not here yet. Within a
 * transaction. */
gboolean cal_forget_erase(CalLedger *ledger, const CalEntry *tombstone, const CalTarget *target,
                          GError **error);

#endif
