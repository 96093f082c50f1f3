/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes without their zeros: a day's result is 7 KB, of which most days fill some hundred. Alternately so
 * many zeros, and so many bytes as they are, each count in two bytes, the lower one first.
 *
 *   00 00 00 00 00 00 07 01   →   06 00  02 00  07 01
 */
#ifndef CALCIFERD_APP_PACKED_H
#define CALCIFERD_APP_PACKED_H

#include <glib.h>

/* Unref with g_bytes_unref(). */
GBytes *cal_packed_new(const void *bytes, gsize size);

/* FALSE when it does not give exactly so many bytes, which are undefined then. */
gboolean cal_packed_open(GBytes *packed, void *bytes, gsize size);

#endif
