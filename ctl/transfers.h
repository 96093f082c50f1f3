/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The progress of long transfers, for `watch`: on a terminal one line that is rewritten, elsewhere a line at
 * the beginning and at each tenth, so that a script or a screen reader gets at most a dozen.
 *
 *   0 of 0 ── of >= 20 ──▶ under way, told at each tenth ── 0 of 0 ──▶ told that it is over
 */
#ifndef CALCIFERCTL_TRANSFERS_H
#define CALCIFERCTL_TRANSFERS_H

#include <glib.h>

typedef struct CtlTransfers CtlTransfers;

CtlTransfers *ctl_transfers_new(gboolean rewrites);
void ctl_transfers_free(CtlTransfers *transfers);

/* What a tag says now. A sentence that is to be told as a line, to be freed with g_free(), or NULL. */
char *ctl_transfers_step(CtlTransfers *transfers, const char *tag, guint32 done, guint32 of);

/* The line that is rewritten leaves the terminal; before anything else is printed. */
void ctl_transfers_wipe(CtlTransfers *transfers);

#endif
