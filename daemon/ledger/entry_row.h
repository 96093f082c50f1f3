/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An entry as a row holds it. Private to the ledger. */
#ifndef CALCIFERD_LEDGER_ENTRY_ROW_H
#define CALCIFERD_LEDGER_ENTRY_ROW_H

#include <sqlite3.h>

#include "ledger.h"

/* What the row's `sum` is over: all that was appended. */
guint64 cal_entry_sum(gint64 number, const CalEntry *entry);

/* Writes one entry, checked, under a number of ours: the next when it is 0. Within a transaction; the id is
 * the caller's. */
gboolean cal_entry_write(CalLedger *ledger, const CalEntry *entry, gint64 *number, GError **error);
/* Appends one entry within a transaction, and gives it its id. */
gboolean cal_entry_append(CalLedger *ledger, CalEntry *entry, GError **error);

/* Reads the columns number, kind, way, at, recorded, name, value, in this order from the first on. All is
 * read after an error too, which is of the id: it is as if the entry were made here. */
gboolean cal_entry_read(CalLedger *ledger, sqlite3_stmt *stmt, CalEntry *entry, GError **error);

#endif
