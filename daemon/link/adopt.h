/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Adopting one tag:
 *
 *   FINDING ─ heard ─▶ BTHome: done          ESS: Trusted, done
 *      │               Tag Event ─▶ BONDING (bond.h) ─▶ READING Feature ─▶ Trusted, done
 *      ├─ says nothing of itself for 5 s ─▶ LOOKING: connected, its services tell
 *      │ ◀─ they tell nothing, or no link in 10 s ─┘
 *      └─ 30 s in all: not heard, or not known
 *
 * It is looked at once. A button may speak only when it is pressed, so that what has nothing to tell is
 * listened to again.
 *
 * A pairing that we made and that leads nowhere is undone.
 */
#ifndef CALCIFERD_LINK_ADOPT_H
#define CALCIFERD_LINK_ADOPT_H

#include <gio/gio.h>

#include "bluez.h"
#include "link.h"

typedef struct CalAdopt CalAdopt;

/* changed() is called when what it needs of the air is another; ended() is called once, outside of every call
 * to the adoption: with what was adopted, or with error. Free it then, or before to end it. */
typedef void (*CalAdoptEnded)(const CalAdopted *adopted, const GError *error, gpointer data);

CalAdopt *cal_adopt_new(GDBusConnection *connection, CalBluez *bluez, const CalAddress *address,
                        GCancellable *cancellable, void (*changed)(gpointer data), CalAdoptEnded ended,
                        gpointer data);
void cal_adopt_free(CalAdopt *adopt);

/* Something changed in BlueZ. */
void cal_adopt_update(CalAdopt *adopt);

/* Discovery is needed, and is not in the way. */
gboolean cal_adopt_needs_discovery(CalAdopt *adopt);
gboolean cal_adopt_needs_quiet_air(CalAdopt *adopt);

#endif
