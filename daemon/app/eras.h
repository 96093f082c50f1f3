/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * UV samples that are heard while the machine's clock is in doubt: it stands before 2020, or timedate1 says
 * that no time server has set it. A sample is dated once and for all, a record is dated by the clock records
 * behind it; so these samples are kept as records, in logs of the host's own, and the machine's clock is
 * treated as a tag's (lib/decode/dating.c).
 *
 * What one reading of the clock dates is an era, and has a log to itself.
 *
 *       a sample, the clock                         a sample, the clock is
 *       stands before 2020                          only not vouched for
 *               │                                           │
 *               ▼   set, not vouched for: a clock           ▼
 *            UNDATED ────────────────────────▶ GUESSED    DATED   when it is set, the
 *               │   record, with room before it   │         │     next sample begins another
 *   vouched for:│                    vouched for: │         │ vouched for: a clock record that
 *   a clock     │                    one in that  │         │ tells by how much it was wrong
 *   record      ▼                    room         ▼         ▼
 *             over                              over      over
 *
 * Eras are remembered for one start of the machine, whichever daemons run. After another nobody knows when an
 * UNDATED one was: its records stay, without a date, until their owner says it.
 */
#ifndef CALCIFERD_APP_ERAS_H
#define CALCIFERD_APP_ERAS_H

#include "app.h"

typedef struct CalEras CalEras;

CalEras *cal_app_eras_new(void);
void cal_app_eras_free(CalEras *eras);

/* Those of the daemon that ran before, at the start. */
void cal_app_recall_eras(CalApp *app);

/* Whether any waits for somebody to vouch for the clock. */
gboolean cal_app_has_eras(const CalApp *app);

/* TRUE when the clock is in doubt and the sample is stored as a record. */
gboolean cal_app_keep_in_era(CalApp *app, const CalAddress *tag, double uv_index);

/* The clock was set, or somebody vouches for it now. */
void cal_app_settle_eras(CalApp *app);

#endif
