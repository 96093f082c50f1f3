/* SPDX-License-Identifier: GPL-2.0-or-later */
/* BTHome broadcasts of adopted tags: UV index to samples, presses through the gate to entries, battery to
 * view. */
#ifndef CALCIFERD_APP_BROADCAST_H
#define CALCIFERD_APP_BROADCAST_H

#include "app.h"

/* Service data after the UUID. `snapshot`: BlueZ had it in store, it may be old. */
void cal_app_take_broadcast(CalApp *app, const CalAddress *tag, const guint8 *bytes, gsize n_bytes,
                            gboolean snapshot);

/* A UV index that counts when its tag is worn: into the ledger within ten seconds, and at once when the
 * clock is in doubt (eras.h). */
void cal_app_take_sample(CalApp *app, const CalAddress *tag, double uv_index);

/* For who watches live, at most ten times a second of each tag. */
void cal_app_announce_reading(CalApp *app, const CalAddress *tag, double uv_index);

#endif
