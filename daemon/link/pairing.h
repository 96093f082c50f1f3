/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What somebody asked for that may pair, one at a time, since there is one agent of ours: the adoption of a
 * tag, or the fetching of a key. A task around a CalAdopt or a CalFetchKey, which may be cancelled.
 */
#ifndef CALCIFERD_LINK_PAIRING_H
#define CALCIFERD_LINK_PAIRING_H

#include <gio/gio.h>

#include "bluez.h"
#include "link.h"

typedef struct CalPairing CalPairing;

/* changed(): what it needs of the air is another; also when it has ended, before the task is answered. */
CalPairing *cal_pairing_new(GDBusConnection *connection, CalBluez *bluez, void (*changed)(gpointer data),
                            gpointer data);
/* None may run: fail it before. */
void cal_pairing_free(CalPairing *pairing);

gboolean cal_pairing_runs(CalPairing *pairing);
gboolean cal_pairing_needs_discovery(CalPairing *pairing);
gboolean cal_pairing_needs_quiet_air(CalPairing *pairing);

/* Each takes the task over, and answers it with a CalAdopted or a CalBthomeKey, or with an error. None may
 * run. */
void cal_pairing_adopt(CalPairing *pairing, const CalAddress *tag, GTask *task);
void cal_pairing_fetch_key(CalPairing *pairing, const CalAddress *tag, GTask *task);
/* Answers it with CAL_ERROR_UNAVAILABLE, if one runs. */
void cal_pairing_fail(CalPairing *pairing, const char *message);

/* Something of a device changed in BlueZ. `heard`: the path of the device, when it was heard just now. */
void cal_pairing_update(CalPairing *pairing, const char *heard);

/* Of a key that was fetched: nothing of it stays in memory. */
void cal_pairing_free_key(gpointer key);

#endif
