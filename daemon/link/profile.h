/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The GattProfile1 that puts our tags on BlueZ's list of devices to connect when they are heard: registered
 * with an adapter, a bonded tag that serves one of its services is connected without a call of ours, and
 * again after each loss. What BlueZ does not take is offered again, after 1, 2, 4 ... 60 s.
 */
#ifndef CALCIFERD_LINK_PROFILE_H
#define CALCIFERD_LINK_PROFILE_H

#include <gio/gio.h>

#include "bluez.h"

typedef struct CalProfile CalProfile;

/* changed() is called from the main loop when BlueZ begins or ends to refuse. */
CalProfile *cal_profile_new(GDBusConnection *connection, CalBluez *bluez, void (*changed)(gpointer data),
                            gpointer data);
void cal_profile_free(CalProfile *profile);

/* The services to connect for, copied; NULL at the end. Registrations under other services than the
 * last are renewed. */
void cal_profile_set_services(CalProfile *profile, const char *const *services);

/* Registers with every adapter that has a GATT manager and is not registered with yet. */
void cal_profile_register(CalProfile *profile);

/* BlueZ, or this adapter alone, went away or was switched off: what was registered there is to be again. */
void cal_profile_forget(CalProfile *profile, const char *adapter);

/* BlueZ did not take it on this adapter when it was offered last. */
gboolean cal_profile_is_refused(CalProfile *profile, const char *adapter);

#endif
