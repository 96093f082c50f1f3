/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must not get lost when files change their names. Private to this folder.
 *
 *   ledger.db.version-2   the ledger as it was before version 3; the last two such copies are kept
 */
#ifndef CALCIFERD_LEDGER_KEEP_H
#define CALCIFERD_LEDGER_KEEP_H

#include "store.h"

/* By whoever has locked the ledger: where a run was killed while another ledger took the place of this one,
 * this one gets its WAL back, which had gone aside (replace.c). */
void cal_keep_wal(const char *path);

/* Keeps the open ledger as it is, of this version, and of those kept before the latest one.
 * CAL_ERROR_STORAGE. */
gboolean cal_keep_version(CalLedger *ledger, guint version, GError **error);

#endif
