/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One exported object: the values of its properties, and which of them changed since that was last told. */
#ifndef CALCIFERD_BUS_OBJECT_H
#define CALCIFERD_BUS_OBJECT_H

#include <gio/gio.h>

typedef struct CalBusObject CalBusObject;

CalBusObject *cal_bus_object_new(const char *path);
void cal_bus_object_free(gpointer object);

/* Adds an interface under its registration id with its first values (a{sv}, every property of the XML). */
void cal_bus_object_add(CalBusObject *object, GDBusInterfaceInfo *info, guint registration, GVariant *values);
gboolean cal_bus_object_has(CalBusObject *object, const char *interface);

/* Takes new values; TRUE when any differs from what clients were told. */
gboolean cal_bus_object_set(CalBusObject *object, GDBusInterfaceInfo *info, GVariant *values);

/* As if clients had been told all values as they are now. */
void cal_bus_object_note_told(CalBusObject *object);

/* A new reference to a property's value, or NULL. */
GVariant *cal_bus_object_get(CalBusObject *object, const char *interface, const char *property);

/* a{sv} of all that an interface has, which may be none. Floating. */
GVariant *cal_bus_object_properties(CalBusObject *object, const char *interface);

/* a{sa{sv}} of all interfaces, and the "as" of their names. Floating. */
GVariant *cal_bus_object_all(CalBusObject *object);
GVariant *cal_bus_object_names(CalBusObject *object);

/* Emits one PropertiesChanged for each interface with changes. */
void cal_bus_object_tell_changes(CalBusObject *object, GDBusConnection *connection);

void cal_bus_object_unregister(CalBusObject *object, GDBusConnection *connection);

#endif
