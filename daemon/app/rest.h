/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rest: what only a start or a great piece of work needed is given back a moment after it.
 *
 *   start, days caught up with, a job done, foods looked up ──▶ soon ──a second──▶ rest
 *                                                                ▲ │
 *                                      another of them meanwhile └─┘
 *
 * What comes day by day arms nothing, so that a daemon to which nothing happens never wakes for this.
 */
#ifndef CALCIFERD_APP_REST_H
#define CALCIFERD_APP_REST_H

#include "app.h"

void cal_app_rest_soon(CalApp *app);

#endif
