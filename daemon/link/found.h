/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What BlueZ's properties of a device say about the tag that it may be. */
#ifndef CALCIFERD_LINK_FOUND_H
#define CALCIFERD_LINK_FOUND_H

#include <gio/gio.h>

#include "bluez.h"
#include "link.h"

/* How an OMRON sensor is shown, whatever it calls itself. */
#define CAL_FOUND_OMRON_NAME "OMRON 2JCIE-BL01"

/* False when the device has no address. found->name is not owned by *found. */
gboolean cal_found_read(CalBluez *bluez, const char *path, CalFound *found);

/* The device with this address: a connected one before a bonded one before any; NULL when there is none; free
 * with g_free(). */
char *cal_found_path(CalBluez *bluez, const CalAddress *address);

/* BTHome's service data among the changed properties of a device: a reference, or NULL. */
GVariant *cal_found_bthome_data(GVariant *properties);

#endif
