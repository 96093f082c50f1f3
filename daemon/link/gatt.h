/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls on the characteristics of one connected device. Where BlueZ says InProgress, which no signal ever
 * ends, the call is made again every 100 ms, as long as GATT_PATIENCE_MS; everything else is the caller's.
 *
 * A call that is cancelled calls nobody back.
 */
#ifndef CALCIFERD_LINK_GATT_H
#define CALCIFERD_LINK_GATT_H

#include <gio/gio.h>

#include "bluez.h"

#define GATT_TIMEOUT_MS  35000 /* ATT's own transaction timeout is 30 s */
#define GATT_PATIENCE_MS 5000

/* The characteristic with this UUID below a device, as a path; NULL when there is none; free with g_free().
 */
char *cal_gatt_find(CalBluez *bluez, const char *device, const char *uuid);

/* Whether its flags have this one: "notify", "read", "write" ... */
gboolean cal_gatt_has_flag(CalBluez *bluez, const char *path, const char *flag);

/* value is what was read, NULL for the others and on error. */
typedef void (*CalGattDone)(GVariant *value, const GError *error, gpointer data);

void cal_gatt_read(CalBluez *bluez, const char *path, GCancellable *cancellable, CalGattDone done,
                   gpointer data);
void cal_gatt_write(CalBluez *bluez, const char *path, const guint8 *bytes, gsize n_bytes,
                    GCancellable *cancellable, CalGattDone done, gpointer data);
void cal_gatt_start_notify(CalBluez *bluez, const char *path, GCancellable *cancellable, CalGattDone done,
                           gpointer data);

#endif
