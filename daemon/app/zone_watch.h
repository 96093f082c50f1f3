/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the machine does: a change of zone becomes an event, sleep lets the tags go, a set clock
 * is looked at again. */
#ifndef CALCIFERD_APP_ZONE_WATCH_H
#define CALCIFERD_APP_ZONE_WATCH_H

#include "app.h"

/* Watches the machine from now on; enters the zone at once when the ledger does not know it. */
CalSystem *cal_app_watch_system(CalApp *app);

/* Enters the machine's zone when the ledger has another one for now: the clock was set, or zones were taken
 * back or came from another ledger. */
void cal_app_keep_zone(CalApp *app);

/* Takes notice, from now on, of the wall clock being set. The link may be made later. */
CalClock *cal_app_watch_clock(CalApp *app);

/* Lets the machine sleep when it wants to and the last tag is let go. Nothing otherwise. */
void cal_app_allow_sleep(CalApp *app);

#endif
