/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which files the daemon may use. */
#ifndef CALCIFERD_APP_FENCE_H
#define CALCIFERD_APP_FENCE_H

#include "app.h"

/* Finds out which layers of the sandbox hold, and adds the one that needs no systemd when the unit asks for
 * it
 * ($CALCIFERD_CONFINE). Before any thread is made. The layers, a{sb}, floating. */
GVariant *cal_app_fence(const CalPaths *paths);

#endif
