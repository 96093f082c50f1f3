/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The scan that somebody asked for, one at a time: a task around a CalScan, which may be cancelled. */
#ifndef CALCIFERD_LINK_SCANNING_H
#define CALCIFERD_LINK_SCANNING_H

#include <gio/gio.h>

#include "bluez.h"
#include "link.h"

typedef struct CalScanning CalScanning;

/* ended(): discovery is not needed for it any more; called before the task is answered. */
CalScanning *cal_scanning_new(CalBluez *bluez, void (*ended)(gpointer data), gpointer data);
/* None may run: fail it before. */
void cal_scanning_free(CalScanning *scanning);

gboolean cal_scanning_runs(CalScanning *scanning);

/* Takes the task over, and answers it when the time is over or its cancellable is. */
void cal_scanning_begin(CalScanning *scanning, guint seconds, CalLinkFound found, gpointer found_data,
                        GTask *task);
/* Answers it with CAL_ERROR_UNAVAILABLE, if one runs. */
void cal_scanning_fail(CalScanning *scanning, const char *message);

/* Device1 of this path was added or changed. */
void cal_scanning_take(CalScanning *scanning, const char *path);

#endif
