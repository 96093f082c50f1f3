/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many calls of one caller may be under way at once. GDBus reads whatever comes, and keeps it until the
 * main loop has time: so the gate stands before that, in the thread that reads, and what is too many comes no
 * further. A call is under way until its answer is written, be it the error of a refused one (refusals.h).
 *
 *          ┌─ few of its caller are under way ──▶ counted ──▶ main loop ──▶ answered ──▶ counted off
 *   call ──┤                         ┌─ wants an answer ──▶ counted ──▶ refusals ──▶ told ──▶ counted off
 *          └─ CAL_BUS_UNDER_WAY_MAX ─┤
 *                                    └─ wants none ──▶ dropped
 *
 * What is let through is answered, also when no answer is wanted: so its end is seen.
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
