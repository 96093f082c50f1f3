/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The press gates of tags, kept in the ledger's memory: they outlive a restart, and the tag's being let go.
 */
#ifndef CALCIFERD_APP_GATES_H
#define CALCIFERD_APP_GATES_H

#include "tags.h"

/* As it was stored last; a new one otherwise. */
void cal_app_recall_gate(CalApp *app, CalAppTag *tag);

/* On stable storage when it returns TRUE. */
gboolean cal_app_store_gate(CalApp *app, CalAppTag *tag, GError **error);

/* Within CAL_PRESS_STORE_WITHIN_S, and not more often than that: at once, when the last time is so long ago.
 */
void cal_app_store_gate_soon(CalApp *app, CalAppTag *tag);

/* Those that wait, now; at the end. */
void cal_app_store_gates(CalApp *app);

#endif
