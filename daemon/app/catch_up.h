/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Days that were too many to be folded while somebody waited (see traces.h) are folded whenever the main loop
 * is idle. Until then what depends on them is left out, and Service1 says so.
 *
 *   IDLE ── a day was described, and days are behind ──▶ COMPUTING ── a slice; they are up ──▶ IDLE
 *                                                          │    ▲                   balance, Service1
 *                                                          └────┘ a slice; not yet
 *
 * Whoever ends the daemon ends it between two slices; what was folded is cached, and the next start goes on.
 */
#ifndef CALCIFERD_APP_CATCH_UP_H
#define CALCIFERD_APP_CATCH_UP_H

#include "app.h"

/* Begins it when it is needed and has not begun. */
void cal_app_catch_up(CalApp *app);

#endif
