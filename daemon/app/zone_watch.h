/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the machine does: a change of zone becomes an event, sleep lets the tags go. */
#ifndef CALCIFERD_APP_ZONE_WATCH_H
#define CALCIFERD_APP_ZONE_WATCH_H

#include "app.h"

/* Watches the machine from now on; enters the zone at once when the ledger does not know it. */
CalSystem *cal_app_watch_system(CalApp *app);

#endif
