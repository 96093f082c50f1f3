/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The traffic between org.bluez and its clients as lines of text, in a form that is the same for the fake and
 * for the real one: no unique names, serials or times; characteristics by UUID instead of by handle; RSSI as
 * *.
 *
 *    call <path> <Interface.Method> (<arguments>)
 *    reply <Method> (<results>)
 *    error <Method> <name>: <text>
 *    changed <path> <Interface> {<property>: <value>, …} [<gone>]
 *    added <path> <interfaces>
 *    removed <path> <interfaces>
 */
#ifndef CALCIFER_TESTS_SIM_TRACE_H
#define CALCIFER_TESTS_SIM_TRACE_H

#include <gio/gio.h>

typedef struct SimTrace SimTrace;

SimTrace *sim_trace_open(const char *path, GError **error);
void sim_trace_close(SimTrace *trace);
/* Any thread. Traffic of the bus driver and of introspection is left out. */
void sim_trace_message(SimTrace *trace, GDBusMessage *message);
void sim_trace_note(SimTrace *trace, const char *text);

#endif
