/* SPDX-License-Identifier: GPL-2.0-or-later */
/* This start of the machine: its name, and how long ago it was. */
#ifndef CALCIFERD_BOOT_H
#define CALCIFERD_BOOT_H

#include <glib.h>

#define CAL_BOOT_ID_SIZE 37

/* FALSE, and an empty text, where nobody tells. A process that confined itself cannot ask any more. */
gboolean cal_boot_id(char id[CAL_BOOT_ID_SIZE]);

/* Seconds since then. Sleep counts; a clock that is set does not. */
gint64 cal_boot_since_s(void);

#endif
