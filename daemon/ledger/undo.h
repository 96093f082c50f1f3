/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which entries and records stand. Private to the ledger.
 *
 * An event stands when no undo that stands names it. So an undo can be undone, and in whatever order two
 * ledgers are put together, the same events stand.
 */
#ifndef CALCIFERD_LEDGER_UNDO_H
#define CALCIFERD_LEDGER_UNDO_H

#include "ledger.h"

/* An entry by its number, or a record by its row's id; the other is 0, and both are when there is none. */
typedef struct CalTarget {
  gint64 number;
  gint64 record;
} CalTarget;

/* Finds an event by its id, which is spelled as the ledger does; both 0 when there is none. */
gboolean cal_undo_find(CalLedger *ledger, char id[CAL_ENTRY_NAME_SIZE], CalTarget *target, GError **error);

/* Finds what an undo names and spells its id as the ledger does. CAL_ERROR_NOT_FOUND when there is no such
 * event, CAL_ERROR_EXISTS when it is undone already. */
gboolean cal_undo_resolve(CalLedger *ledger, char target[CAL_ENTRY_NAME_SIZE], GError **error);

/* Brings the caches up to date after an undo of `target` was written, within its transaction. */
gboolean cal_undo_apply(CalLedger *ledger, const char *target, GError **error);

/* Whether an undo that is to be taken in would undo itself, by what its target undoes in turn: only a file
 * that somebody made says so, and nothing could be said of what stands then. */
gboolean cal_undo_closes_circle(CalLedger *ledger, const CalEntry *undo, gboolean *closes, GError **error);

/* The event stands otherwise than before, or goes: what is cached of its days is void (cal_days_touch()). */
gboolean cal_undo_touch(CalLedger *ledger, const CalTarget *target, GError **error);

/* Records came in: what stands of those that an undo from another ledger named before. Within a transaction.
 */
gboolean cal_undo_apply_to_records(CalLedger *ledger, GError **error);

/* The number of ours of an entry, from its id "UUID:number" of whatever ledger; 0 when it is not here. */
gboolean cal_entry_number(CalLedger *ledger, const char *id, gint64 *number, GError **error);

#endif
