/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interfaces of the XML, as constants that gdbus-codegen made of it. */
#ifndef CALCIFERD_BUS_INTERFACES_H
#define CALCIFERD_BUS_INTERFACES_H

#include <gio/gio.h>

/* From the one to the other their members are found fast. */
void cal_bus_interfaces_begin(void);
void cal_bus_interfaces_end(void);

/* "Balance1" for "org.calciferd.Balance1". */
const char *cal_bus_short_name(const char *interface);

/* By its short name; NULL when there is none. */
GDBusInterfaceInfo *cal_bus_interfaces_find(const char *short_name);

gsize cal_bus_interfaces_count(void);
GDBusInterfaceInfo *cal_bus_interfaces_nth(gsize n);

/* org.freedesktop.DBus.ObjectManager, which is not in the count. */
GDBusInterfaceInfo *cal_bus_interfaces_manager(void);

#endif
