/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking for tags: tells each device once, and again when more is known of it. */
#ifndef CALCIFERD_LINK_SCAN_H
#define CALCIFERD_LINK_SCAN_H

#include <gio/gio.h>

#include "bluez.h"
#include "link.h"

typedef struct CalScan CalScan;

/* ended() is called once, when the time is over; free the scan then, or before to end it. */
CalScan *cal_scan_new(CalBluez *bluez, guint seconds, CalLinkFound found, gpointer found_data,
                      void (*ended)(gpointer data), gpointer data);
void cal_scan_free(CalScan *scan);

/* Device1 of this path was added or changed. */
void cal_scan_take(CalScan *scan, const char *path);

#endif
