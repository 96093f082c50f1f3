/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hostile neighbourhood: so many advertisements a second, each from an address of its own, as bluetoothd
 * tells them: a new object, its signal once more, and its end when it was not heard for half a minute.
 * Signals alone: no object is served, which spares this side and costs the listener no less.
 */
#ifndef CALCIFER_TESTS_SIM_STORM_H
#define CALCIFER_TESTS_SIM_STORM_H

#include <gio/gio.h>

typedef struct SimStorm SimStorm;

/* Borrows the connection. */
SimStorm *sim_storm_new(GDBusConnection *connection, const char *adapter, guint per_second);
void sim_storm_free(SimStorm *storm);

#endif
