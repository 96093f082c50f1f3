/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An encrypted link to one device that BlueZ knows already, with its services known:
 *
 *   AGENT ─ registered ─▶ PAIRING ─ paired ─▶ RESOLVING ─ ServicesResolved ─▶ ASKING what it serves ─▶ ready
 *                                                  ▲ └ 30 s: unresolved
 *                                                  │
 *   bonded already: CONNECTING ─ connected ────────┘
 *
 * What is to be said of a failure, and whether the bond stays, is its owner's. BlueZ is asked by one agent of
 * ours at a time, so that there is one bond at a time.
 */
#ifndef CALCIFERD_LINK_BOND_H
#define CALCIFERD_LINK_BOND_H

#include <gio/gio.h>

#include "bluez.h"

typedef enum CalBondEnd {
  CAL_BOND_READY,      /* its characteristics can be called */
  CAL_BOND_NO_AGENT,   /* BlueZ does not let us pair */
  CAL_BOND_BUSY,       /* somebody else is pairing it */
  CAL_BOND_REFUSED,    /* it does not accept a new bond */
  CAL_BOND_STALE,      /* there is a bond, and no connection by it */
  CAL_BOND_FAILED,     /* anything else on the way to a bond */
  CAL_BOND_UNRESOLVED, /* it is bonded and does not tell its services */
} CalBondEnd;

typedef struct CalBond CalBond;

/* ended() is called once: `error` is BlueZ's, NULL for READY and UNRESOLVED. Free the bond then, or before to
 * end it; ready, it may stay as long as its characteristics are read. */
typedef void (*CalBondEnded)(CalBondEnd end, const GError *error, gpointer data);

CalBond *cal_bond_new(GDBusConnection *connection, CalBluez *bluez, const char *device, CalBondEnded ended,
                      gpointer data);
void cal_bond_free(CalBond *bond);

/* Something changed in BlueZ. */
void cal_bond_update(CalBond *bond);

/* A pairing under way is broken off, and one that we made is removed with all that BlueZ keeps of the device.
 * What was bonded before stays so. TRUE: there is something to remove, and removed() is called when BlueZ has
 * done so, which takes it some three seconds, or has failed; not when the bond is freed before. */
gboolean cal_bond_undo(CalBond *bond, void (*removed)(gpointer data), gpointer data);

/* We made it. */
gboolean cal_bond_is_ours(CalBond *bond);

/* Discovery had better not be in its way. */
gboolean cal_bond_needs_quiet_air(CalBond *bond);

#endif
