/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading the BTHome key that a device tells to whom it is bonded with:
 *
 *   FINDING ─ heard ─▶ BONDING (bond.h) ─ ready ─▶ READING ─ 16 bytes that are not all 0 ─▶ done
 *      └ 60 s: not heard
 *
 * However it ends, the device is let go, and a bond that was made for this is removed: the device goes on as
 * a broadcaster, and a bond that nobody uses is one that can go stale. A bond that was there before stays. It
 * is never made Trusted.
 */
#ifndef CALCIFERD_LINK_FETCH_KEY_H
#define CALCIFERD_LINK_FETCH_KEY_H

#include <gio/gio.h>

#include <calcifer/address.h>
#include <calcifer/bthome.h>

#include "bluez.h"

typedef struct CalFetchKey CalFetchKey;

/* ended() is called once, outside of every call to this: with the key, or with error and NULL. Free it then,
 * or before to break off. */
typedef void (*CalFetchKeyEnded)(const CalBthomeKey *key, const GError *error, gpointer data);

CalFetchKey *cal_fetch_key_new(GDBusConnection *connection, CalBluez *bluez, const CalAddress *address,
                               CalFetchKeyEnded ended, gpointer data);
void cal_fetch_key_free(CalFetchKey *fetch);

/* Something changed in BlueZ. `heard`: the path of a device that was just heard, or NULL. */
void cal_fetch_key_update(CalFetchKey *fetch, const char *heard);

gboolean cal_fetch_key_needs_discovery(CalFetchKey *fetch);
gboolean cal_fetch_key_needs_quiet_air(CalFetchKey *fetch);

#endif
