/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One adapter and the discovery on it. */
#ifndef CALCIFERD_LINK_ADAPTER_H
#define CALCIFERD_LINK_ADAPTER_H

#include <gio/gio.h>

#include "bluez.h"

typedef struct CalAdapter CalAdapter;

/* changed() is called when the adapter wants to be updated, or its deafness begins or ends. */
CalAdapter *cal_adapter_new(CalBluez *bluez, const char *path, void (*changed)(gpointer data), gpointer data);
/* Ends a discovery of ours; silently when the adapter is gone. */
void cal_adapter_free(CalAdapter *adapter);

gboolean cal_adapter_is_powered(CalAdapter *adapter);
/* By rfkill; BlueZ tells it since 5.73, and before that with its experimental interfaces. */
gboolean cal_adapter_is_blocked(CalAdapter *adapter);
/* It hears nothing, and beginning discovery again has not helped. */
gboolean cal_adapter_is_deaf(CalAdapter *adapter);

/* Looks at the adapter's properties anew. `wanted`: somebody needs discovery, and no connection is being
 * made. `missed`: a tag that discovery should bring is silent beyond its habit. */
void cal_adapter_update(CalAdapter *adapter, gboolean wanted, gboolean missed);

#endif
