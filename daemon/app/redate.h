/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries that were dated by a clock that nobody vouched for, as after a boot with an empty battery. When the
 * clock turns out to have been wrong they are dated anew: each is undone, and entered again as much later or
 * earlier as the clock was set. Those of a daemon that ended before that keep their date.
 *
 *   entered ──clock not synchronised──▶ doubtful ──synchronised, and set by a minute or more──▶ dated anew
 *                                          └───────synchronised, and was right───────────────▶ forgotten
 */
#ifndef CALCIFERD_APP_REDATE_H
#define CALCIFERD_APP_REDATE_H

#include "app.h"

GArray *cal_app_doubts_new(void);

/* After an entry was committed. */
void cal_app_doubt(CalApp *app, const CalEntry *entry);

/* The clock was set, or somebody vouches for it now. */
void cal_app_redate(CalApp *app);

#endif
