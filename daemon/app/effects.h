/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Effect -> edge: carries out what cal_turn() decided. */
#ifndef CALCIFERD_APP_EFFECTS_H
#define CALCIFERD_APP_EFFECTS_H

#include "app.h"

void cal_app_carry_out(CalApp *app, const CalEffect *effect);

/* The core shows nothing while nobody is there to show it: then whoever could be is called. */
void cal_app_seek_notifier(CalApp *app);

/* Whether a bubble about this may say only that there is a note. */
gboolean cal_app_is_discreet(const CalApp *app, const CalFinding *finding);

#endif
