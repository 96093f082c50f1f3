/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A peer as an application of the real org.bluez: its services registered through GattManager1, its Service
 * Data advertised through LEAdvertisingManager1, and an agent that accepts pairing while the peer is open for
 * it. It registers again whenever bluetoothd or the adapter comes back.
 *
 * bluetoothd 5.66 enforces encryption itself, by the encrypt-* flags; it keeps the CCCs of a bonded host
 * through a reconnection, so a subscription holds until StopNotify; and it passes no ATT error but a few:
 * 0xFE is one of them, 0xFD and 0x05 are not.
 */
#ifndef CALCIFER_TESTS_SIM_LOCAL_H
#define CALCIFER_TESTS_SIM_LOCAL_H

#include "peer.h"
#include "tree.h"

typedef struct SimLocal SimLocal;

/* Borrows both. adapter is "hci1" or the like. */
SimLocal *sim_local_new(GDBusConnection *connection, SimAir *air, const char *adapter);
void sim_local_free(SimLocal *local);

/* The one peer, once the air holds it. */
void sim_local_take(SimLocal *local, SimPeer *peer);
/* Disconnects the host from this side. */
void sim_local_cut(SimLocal *local);
/* Removes every device that the adapter knows, bonds included. */
void sim_local_forget_bonds(SimLocal *local);
void sim_local_set_in_range(SimLocal *local, gboolean in_range);
gboolean sim_local_is_bonded(const SimLocal *local);
gboolean sim_local_is_registered(const SimLocal *local);

#endif
