/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was measured, told: which days it touches, so that they are folded, judged and shown anew. What comes
 * by itself is told at once, and of a stream or a backlog each ten seconds, with all that came meanwhile: a
 * balance is of hours, and who watches the sun itself hears each reading. */
#ifndef CALCIFERD_APP_MEASURED_H
#define CALCIFERD_APP_MEASURED_H

#include "app.h"

/* Measurements of that span are in the ledger, or in what cal_ledger_flush() commits. It is not told by that
 * alone. */
void cal_app_note_measured(CalApp *app, CalSpan span);

/* Milliseconds until it is told; 0: whoever tells it soon tells it now. */
guint cal_app_measured_due_ms(const CalApp *app);

/* Now, or when it is due. Samples that are not committed then are told with their commit. */
void cal_app_tell_measured_soon(CalApp *app);

/* Now what waits to be told; nothing when nothing waits. */
void cal_app_end_measured(CalApp *app);

#endif
