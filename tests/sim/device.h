/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One org.bluez.Device1.
 *
 *             Connect, Pair, or a profile       connect_ms
 *    APART ─────────────────────────▶ TRYING ───────────────▶ CONNECTED ──resolve_ms──▶ RESOLVED
 *      ▲                                 │ 40 s, Disconnect       │                        │
 *      └─────────────────────────────────┴────────────────────────┴────────────────────────┘
 *                                       lost, Disconnect (2 s), power off
 *
 * Connect returns with CONNECTED; Pair goes on and returns when both the bond and RESOLVED are there. A
 * device that nobody connected or paired is temporary: it vanishes 30 s after it was last heard.
 */
#ifndef CALCIFER_TESTS_SIM_DEVICE_H
#define CALCIFER_TESTS_SIM_DEVICE_H

#include "adapter.h"

typedef struct SimGatt SimGatt;

struct SimDevice {
  SimAdapter *adapter;
  SimNode *node;
  char *address;
  char *address_type;
  char *name;  /* NULL: unknown */
  char *alias; /* NULL: the name, or the address with dashes */
  GPtrArray *uuids;
  GVariant *service_data; /* a{sv} or NULL */
  gint16 rssi;            /* 0: none */
  guint16 company;        /* of its Manufacturer Data; 0: none was heard */
  gboolean connectable;
  gboolean temporary;
  gboolean paired;
  gboolean bonded;
  gboolean trusted;
  gboolean blocked;
  gboolean connected;
  gboolean resolved;
  gboolean paired_is_pending; /* told when the services are resolved */
  gboolean loaded;            /* from memory: Paired is told once more when the services are resolved */
  gboolean was_resolved;      /* ever, on this object */
  gboolean no_auto_connect;   /* a local Disconnect while untrusted */
  gboolean removing;
  gboolean has_battery;
  guint8 battery;
  SimGatt *gatt; /* NULL until the first resolution */

  GDBusMethodInvocation *connect_call;
  GDBusMethodInvocation *pair_call;
  GPtrArray *disconnect_calls; /* and RemoveDevice */
  gboolean trying;
  guint try_source;
  guint give_up_source;
  guint resolve_source;
  guint pair_source;
  guint disconnect_source;
  guint temporary_source;
  guint auto_source;
  guint drop_source; /* a link whose key the peer has forgotten */
};

extern const SimClass sim_device_class;

SimDevice *sim_device_new(SimAdapter *adapter, const char *address, const char *address_type);
/* As the host remembers it. */
SimDevice *sim_device_load(SimAdapter *adapter, const char *address);
/* Silently; the link, if any, ends for the peer. */
void sim_device_free(SimDevice *device);
/* Its objects, children first, with their signals. */
void sim_device_unexport(SimDevice *device);

SimPeer *sim_device_peer(const SimDevice *device);
void sim_device_hear(SimDevice *device, SimPeer *peer, gboolean duplicates);
void sim_device_lose_rssi(SimDevice *device);
void sim_device_power_off(SimDevice *device);
void sim_device_client_gone(SimDevice *device, const char *sender);
void sim_device_remove(SimDevice *device, GDBusMethodInvocation *call);
/* The peer advertises: an attempt under way can go on, an automatic one may begin. */
void sim_device_reachable(SimDevice *device);
void sim_device_battery_changed(SimDevice *device, guint8 percent);

#endif
