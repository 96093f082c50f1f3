/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One fake adapter: power, discovery sessions with their filters, and the devices it knows.
 *
 * A device comes into being when an advertisement passes the filters of some client. Without any filter only
 * peers with the discoverable flag are reported; a UUIDs filter looks at service UUID lists alone, never at
 * Service Data, so it hides every peer of this air.
 */
#ifndef CALCIFER_TESTS_SIM_ADAPTER_H
#define CALCIFER_TESTS_SIM_ADAPTER_H

#include "application.h"
#include "bluez.h"

typedef struct SimDevice SimDevice;

struct SimAdapter {
  SimBluez *bluez;
  SimNode *node;
  guint index;
  char *address;
  char *alias;
  gboolean powered;
  gboolean blocked; /* by rfkill */
  gboolean discovering;
  guint deaf; /* says that it discovers and hears nothing, for so many more StartDiscoverys; SIM_NEVER: until
                 the power was off */
  GHashTable *sessions; /* sender → Session */
  GPtrArray *devices;   /* SimDevice */
  SimGattManager gatt_manager;
  guint advertising_source; /* LEAdvertisingManager1 arrives later than Adapter1 */
  guint power_source;
  guint discovery_source; /* the controller tells a little later than bluetoothd answers */
};

extern const SimClass sim_adapter_class;

/* Comes without power, and gets it a little later if it is to be powered. */
SimAdapter *sim_adapter_new(SimBluez *bluez, guint index, const char *address, gboolean powered);
/* Silently. */
void sim_adapter_free(SimAdapter *adapter);
/* The first part of removing it: powered off, and the first plugin gone. */
void sim_adapter_leave(SimAdapter *adapter);
/* With signals for each device and itself. */
void sim_adapter_remove(SimAdapter *adapter);

void sim_adapter_set_powered(SimAdapter *adapter, gboolean powered);
void sim_adapter_set_blocked(SimAdapter *adapter, gboolean blocked);
void sim_adapter_end_discovery(SimAdapter *adapter); /* of every client, as if the controller did */
void sim_adapter_client_gone(SimAdapter *adapter, const char *sender);
void sim_adapter_hear(SimAdapter *adapter, SimPeer *peer);
void sim_adapter_forget_device(SimAdapter *adapter, SimDevice *device);
SimDevice *sim_adapter_find_device(const SimAdapter *adapter, const char *address);

#endif
