/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times as a person types them, and as they are shown. */
#ifndef CALCIFERCTL_WHEN_H
#define CALCIFERCTL_WHEN_H

#include <glib.h>

/*
 * Knows "08:30" (today), "yesterday 08:30", "2026-03-28 08:30", the same with T between and seconds, and any
 * of the dated ones with an offset ("+01:00", "Z"). Without an offset it is local time; one that the clock
 * shows twice or never is refused with both readings. `now` and *at are Unix seconds. On FALSE *problem is a
 * sentence to be freed with g_free().
 */
gboolean ctl_when_parse(const char *text, gint64 now, gint64 *at, char **problem);

/* ISO 8601 with the local offset. Free with g_free(). */
char *ctl_when_iso(gint64 at);

/* "09:10" for an instant of today, "28 Mar 09:10" otherwise. Free with g_free(). */
char *ctl_when_short(gint64 at, gint64 now);

#endif
