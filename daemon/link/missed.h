/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a broadcasting tag is missed: the driver of lib/machine/habit. */
#ifndef CALCIFERD_LINK_MISSED_H
#define CALCIFERD_LINK_MISSED_H

#include <gio/gio.h>

typedef struct CalMissed CalMissed;

/* changed() is called when it begins to be missed, and when it is heard again. */
CalMissed *cal_missed_new(void (*changed)(gpointer data), gpointer data);
void cal_missed_free(CalMissed *missed);

/* BTHome's service data was heard, the bytes after the UUID. */
void cal_missed_hear(CalMissed *missed, const guint8 *bytes, gsize n_bytes);

gboolean cal_missed_is(CalMissed *missed);

#endif
