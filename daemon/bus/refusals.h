/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The errors of calls that are too many. They are told slowly, a few at a time and each caller in turn: who
 * calls without an end mostly waits for answers, and calls no faster than they come, so that his flood is one
 * of CAL_BUS_REFUSALS_AT_ONCE calls every CAL_BUS_REFUSALS_EVERY_MS, and costs others next to nothing.
 *
 *            ┌────────── there is room ──▶ behind others of its caller ──▶ its caller's turn ──▶ told
 *   refused ─┴─ there is none ───────────────────────────────────────────────────────────────▶ told
 *
 * Of a call only its number is kept, whatever came with it.
 */
#ifndef CALCIFERD_BUS_REFUSALS_H
#define CALCIFERD_BUS_REFUSALS_H

#include <gio/gio.h>

#define CAL_BUS_REFUSALS_AT_ONCE  20
#define CAL_BUS_REFUSALS_EVERY_MS 100

/* Of all callers together; 32 bytes each. Debian's bus has 50,000 unanswered calls of one caller at most. */
#define CAL_BUS_REFUSALS_MAX 65536

typedef struct CalBusRefusals CalBusRefusals;

/* Tells from the main loop of who calls this. */
CalBusRefusals *cal_bus_refusals_new(GDBusConnection *connection, const char *sentence);
CalBusRefusals *cal_bus_refusals_ref(CalBusRefusals *refusals);
void cal_bus_refusals_unref(gpointer refusals);

/* From the main loop: nothing is told from here on. */
void cal_bus_refusals_close(CalBusRefusals *refusals);

/* From any thread. */
void cal_bus_refusals_add(CalBusRefusals *refusals, const char *caller, guint32 serial);

#endif
