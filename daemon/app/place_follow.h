/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The desktop's position as a place in the ledger, for who set the place to "follow". */
#ifndef CALCIFERD_APP_PLACE_FOLLOW_H
#define CALCIFERD_APP_PLACE_FOLLOW_H

#include "app.h"

/* Begins to follow or lets go, as the profile has it now. */
void cal_app_follow_place(CalApp *app);

/* "off", "asking", "found", "refused" or "absent". */
const char *cal_app_place_state(const CalApp *app);

#endif
