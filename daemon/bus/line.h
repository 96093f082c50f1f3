/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls that wait for their turn: a line for each caller, and of each line one call in a round. Whoever calls
 * without an end waits for himself, and others wait for one of his calls. How long a line may become is the
 * gate's (gate.h).
 *
 *   call ──▶ its caller's line ──▶ in each round the first of each line ─┬─ it may go ──▶ serve
 *                                          ▲                             └─ else ──▶ its line rests ─┐
 *                                          └────────────── CAL_BUS_REST_MS later ────────────────────┘
 *
 * A call may go when nothing of its caller waits behind it, or for one of CAL_BUS_CREDIT, which are given
 * back one each CAL_BUS_REST_MS. So who calls again when he was answered is served as fast as he calls, and
 * who wants much at once at once; but who always has many calls waiting does not have all of the daemon's
 * time.
 */
#ifndef CALCIFERD_BUS_LINE_H
#define CALCIFERD_BUS_LINE_H

#include <gio/gio.h>

/* As many as may be under way at once. */
#define CAL_BUS_CREDIT  64
#define CAL_BUS_REST_MS 5

typedef struct CalBusLine CalBusLine;

/* Called from the main loop, for one call after the other. It is to be answered, which takes it. */
typedef void (*CalBusServe)(GDBusMethodInvocation *call, gpointer data);

CalBusLine *cal_bus_line_new(CalBusServe serve, gpointer data);

/* What waits still is answered with an error. */
void cal_bus_line_free(CalBusLine *line);

/* Takes a call. */
void cal_bus_line_push(CalBusLine *line, GDBusMethodInvocation *call);

#endif
