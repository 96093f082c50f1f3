/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clients that asked to be told what is told to nobody else.
 *
 *   nothing ── asks ──▶ listens ── says so, or leaves the bus ──▶ nothing
 *
 * What comes each second or faster would wake whoever listens to the bus, and be made for nobody at most
 * times.
 */
#ifndef CALCIFERD_BUS_LISTENERS_H
#define CALCIFERD_BUS_LISTENERS_H

#include <gio/gio.h>

/* A person has a panel, a terminal and a browser; more of them want to be refused in time. */
#define CAL_BUS_LISTENERS_MAX 16

typedef struct CalBusListeners CalBusListeners;

CalBusListeners *cal_bus_listeners_new(GDBusConnection *connection);
void cal_bus_listeners_free(CalBusListeners *listeners);

/* By its unique name. Who listens already goes on. FALSE with CAL_ERROR_LIMIT set when there are enough. */
gboolean cal_bus_listeners_add(CalBusListeners *listeners, const char *client, GError **error);

/* Nothing when it does not listen. */
void cal_bus_listeners_remove(CalBusListeners *listeners, const char *client);

gboolean cal_bus_listeners_any(const CalBusListeners *listeners);

/* Emits a signal to each of them and to nobody else; arguments is a tuple, floating is taken. */
void cal_bus_listeners_tell(CalBusListeners *listeners, const char *path, const char *interface,
                            const char *name, GVariant *arguments);

#endif
