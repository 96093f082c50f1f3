/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many calls of one caller may be under way at once. GDBus reads whatever comes, and keeps it until the
 * main loop has time: so the gate stands before that, in the thread that reads, and one too many is answered
 * there with an error. A call is under way until its answer is written; every call gets one, also one that
 * asks for none.
 */
#ifndef CALCIFERD_BUS_GATE_H
#define CALCIFERD_BUS_GATE_H

#include <gio/gio.h>

/* More than that are no program's that reads its answers. */
#define CAL_BUS_UNDER_WAY_MAX 64

typedef struct CalBusGate CalBusGate;

/* On all messages of a connection. */
CalBusGate *cal_bus_gate_new(GDBusConnection *connection);
void cal_bus_gate_free(CalBusGate *gate);

#endif
