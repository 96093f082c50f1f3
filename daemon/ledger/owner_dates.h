/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What owners said of undated runs: the standing entries of kind "date", few, and held in memory, since every
 * undated record that comes is asked of them. Private to the ledger.
 */
#ifndef CALCIFERD_LEDGER_OWNER_DATES_H
#define CALCIFERD_LEDGER_OWNER_DATES_H

#include <calcifer/dating.h>

#include "ledger.h"

/* None. */
GArray *cal_owner_dates_new(void);

/* Reads them once, before anything is written: they are looked for among all entries, and nobody who only
 * reads asks for them. */
gboolean cal_owner_dates_ensure(CalLedger *ledger, GError **error);

/* Makes the log that such an entry is about known, also where no record of it came yet. Within a transaction.
 */
gboolean cal_owner_dates_ensure_log(CalLedger *ledger, const CalEntry *entry, GError **error);

/* Reads them again when entries were added or undone, and dates anew what is concerned. Within a transaction;
 * when that is not committed, what was before must be put back. */
gboolean cal_owner_dates_refresh(CalLedger *ledger, GError **error);
void cal_owner_dates_restore(CalLedger *ledger, GArray *before);

/* When a record of this log began by its owner's word; CAL_INSTANT_NONE when nothing was said. */
CalInstant cal_owner_dates_find(CalLedger *ledger, gint64 log, const CalDatingRecord *record);

#endif
