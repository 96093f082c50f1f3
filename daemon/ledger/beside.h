/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files beside the ledger that bear its name. What removes any is for who holds its lock. */
#ifndef CALCIFERD_LEDGER_BESIDE_H
#define CALCIFERD_LEDGER_BESIDE_H

#include <glib.h>

/* Makes the names beside the ledger what they are also after a loss of power: what is new, renamed or
 * removed. FALSE, with errno, when that failed; a file system without syncs of directories has no better way.
 */
gboolean cal_ledger_sync_names(const char *path);

/* Removes the ledger, and every older one and copy that lies beside it under its name. CAL_ERROR_STORAGE;
 * then what could be removed is gone. */
gboolean cal_ledger_remove(const char *path, GError **error);

/* Removes what a crash in the middle of a backup, a restore or a salvage left behind. CAL_ERROR_STORAGE. */
gboolean cal_ledger_sweep(const char *path, GError **error);

/* Removes a copy in the making and what SQLite left beside it; what cannot be removed is swept later. */
void cal_ledger_discard(const char *copy);

#endif
