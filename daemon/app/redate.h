/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was dated by a clock that nobody vouched for, as after a boot with an empty battery.
 *
 * Entries: when the clock turns out to have been wrong each is undone, and entered again as much later or
 * earlier as the clock was set. Which are doubtful is remembered for as long as the machine runs, by
 * whichever daemon.
 *
 *   entered ──clock not synchronised──▶ doubtful ──synchronised, and set by a minute or more──▶ dated anew
 *                                          ├───────synchronised, and was right───────────────▶ forgotten
 *                                          └───────another start of the machine──▶ said, when before 2020
 *
 * What is measured meanwhile is in eras.h.
 */
#ifndef CALCIFERD_APP_REDATE_H
#define CALCIFERD_APP_REDATE_H

#include "app.h"

typedef struct CalDoubts CalDoubts;

CalDoubts *cal_app_doubts_new(void);
void cal_app_doubts_free(CalDoubts *doubts);

/* Those of the daemon that ran before, at the start. */
void cal_app_recall_doubts(CalApp *app);

gboolean cal_app_has_doubts(const CalApp *app);

/* After an entry was committed. */
void cal_app_doubt(CalApp *app, const CalEntry *entry);

/* The clock was set, or somebody vouches for it now. */
void cal_app_redate(CalApp *app);

#endif
