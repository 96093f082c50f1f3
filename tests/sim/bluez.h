/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A fake org.bluez, version 5.66, on one connection: adapters, the agents and applications of its clients,
 * and what it does when one of them leaves the bus. Freeing it is a crash: nobody is told.
 */
#ifndef CALCIFER_TESTS_SIM_BLUEZ_H
#define CALCIFER_TESTS_SIM_BLUEZ_H

#include "peer.h"
#include "tree.h"

typedef struct SimAdapter SimAdapter;
typedef struct SimAgents SimAgents;
typedef struct SimApplications SimApplications;

typedef struct SimBluezTimes {
  guint latency_ms;     /* one ATT request */
  gboolean power_state; /* the adapters tell PowerState, as they do since 5.73 */
  guint disconnect_ms;  /* a local Disconnect: bluetoothd waits 2 s */
  guint auto_ms;        /* from a tag that advertises to the link that nobody asked for */
  guint pair_ms;
} SimBluezTimes;

#define SIM_BLUEZ_TIMES_DEFAULT                                                                              \
  (SimBluezTimes)                                                                                            \
  {                                                                                                          \
    .latency_ms = 8, .disconnect_ms = 2000, .auto_ms = 30, .pair_ms = 150                                    \
  }

typedef struct SimBluez {
  GDBusConnection *connection;
  SimTree *tree;
  SimAir *air;
  SimBluezTimes times;
  SimAgents *agents;
  SimApplications *applications;
  GPtrArray *adapters; /* SimAdapter, in no order of index */
  SimNode *root;       /* /org/bluez */
  guint client_watch;
} SimBluez;

/* Borrows connection and air. */
SimBluez *sim_bluez_new(GDBusConnection *connection, SimAir *air, const SimBluezTimes *times);
void sim_bluez_free(SimBluez *bluez);
/* A graceful end: powered off, links closed, objects removed, each told. Free it afterwards. */
void sim_bluez_stop(SimBluez *bluez);

SimAdapter *sim_bluez_adapter(SimBluez *bluez, guint index);
gboolean sim_bluez_add_adapter(SimBluez *bluez, guint index, const char *address, gboolean powered);
gboolean sim_bluez_remove_adapter(SimBluez *bluez, guint index);
/* After anything that may let a link come up by itself. */
void sim_bluez_check_links(SimBluez *bluez);

/* Errors of org.bluez, by the last part of their name. */
void sim_bluez_error(SimBluez *bluez, GDBusMethodInvocation *call, const char *name, const char *message);

#endif
