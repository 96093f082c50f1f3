/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries that came from another ledger keep the id that they have there. Private to the ledger.
 *
 * In the rows an entry has a number of ours; `origin` says what UUID and number it is known by elsewhere, and
 * has no row for an entry of our own.
 */
#ifndef CALCIFERD_LEDGER_ORIGIN_H
#define CALCIFERD_LEDGER_ORIGIN_H

#include "ledger.h"

/* Writes the id of the entry with this number of ours; after an error as if it were made here. */
gboolean cal_origin_spell(CalLedger *ledger, gint64 number, char *id, gsize size, GError **error);

/* Parts an id, "UUID:number", whosever it is. FALSE when it is none. */
gboolean cal_origin_parse(const char *id, char uuid[37], gint64 *number);

/* Whether any entry has this number here. */
gboolean cal_origin_is_taken(CalLedger *ledger, gint64 number, gboolean *is_taken, GError **error);

/* The number of ours of an entry, made here or elsewhere; 0 when it is not known. */
gboolean cal_origin_find(CalLedger *ledger, const char uuid[37], gint64 theirs, gint64 *number,
                         GError **error);

/* Says where an entry just written came from. Within its transaction. */
gboolean cal_origin_add(CalLedger *ledger, gint64 number, const char uuid[37], gint64 theirs, GError **error);

/* Looks whether there is any, so that a ledger without them need not ask for each entry. */
gboolean cal_origin_open(CalLedger *ledger, GError **error);

#endif
