/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The UV index that a device serves (2A76 of Environmental Sensing), in one connection:
 *
 *   SUBSCRIBING ─ StartNotify ─▶ SUBSCRIBED: it tells
 *      │ fails
 *      └─────────▶ POLLING: it is read at once, and every CAL_UV_POLL_MS
 *                     ▲
 *   cannot notify ────┘
 *
 * A characteristic that is subscribed to is never read, since BlueZ tells what was read as if it had been
 * notified; and what it tells so while polling is not taken twice.
 */
#ifndef CALCIFERD_LINK_UV_H
#define CALCIFERD_LINK_UV_H

#include <gio/gio.h>

#include "bluez.h"

/* A value holds until the next one and for five minutes at most (doc/tag-profile.md): at one read a minute
 * four may be lost, and a coin cell's radio is woken no more often than people look up at a cloud. */
#define CAL_UV_POLL_MS 60000

typedef struct CalUv CalUv;

typedef struct CalUvHost {
  CalBluez *bluez;
  gboolean may_poll;
  /* Called once: values come from now on, or never (BlueZ's error). */
  void (*started)(const GError *error, gpointer data);
  void (*take)(int uv_index, gpointer data); /* a reading; what is none is not told */
  gpointer data;
} CalUvHost;

/* `path`: its characteristic. Freed, it calls nobody back. */
CalUv *cal_uv_new(const CalUvHost *host, const char *path);
void cal_uv_free(CalUv *uv);

/* A characteristic changed its value; another's is left alone. */
void cal_uv_take_value(CalUv *uv, const char *path, const guint8 *bytes, gsize n_bytes);

#endif
