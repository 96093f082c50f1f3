/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The compiled-in interface XML, parsed once. */
#ifndef CALCIFERD_BUS_INTERFACES_H
#define CALCIFERD_BUS_INTERFACES_H

#include <gio/gio.h>

typedef struct CalBusInterfaces CalBusInterfaces;

CalBusInterfaces *cal_bus_interfaces_new(void);
void cal_bus_interfaces_free(CalBusInterfaces *interfaces);

/* "Balance1" for "org.calciferd.Balance1". */
const char *cal_bus_short_name(const char *interface);

/* By its short name; NULL when there is none. Owned by the set. */
GDBusInterfaceInfo *cal_bus_interfaces_find(CalBusInterfaces *interfaces, const char *short_name);

gsize cal_bus_interfaces_count(CalBusInterfaces *interfaces);
GDBusInterfaceInfo *cal_bus_interfaces_nth(CalBusInterfaces *interfaces, gsize n);

/* org.freedesktop.DBus.ObjectManager, which is not in the count. */
GDBusInterfaceInfo *cal_bus_interfaces_manager(CalBusInterfaces *interfaces);

#endif
