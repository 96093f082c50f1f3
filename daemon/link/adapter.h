/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One adapter and the discovery on it. */
#ifndef CALCIFERD_LINK_ADAPTER_H
#define CALCIFERD_LINK_ADAPTER_H

#include <gio/gio.h>

#include "bluez.h"

typedef struct CalAdapter CalAdapter;

CalAdapter *cal_adapter_new(CalBluez *bluez, const char *path);
/* Ends a discovery of ours; silently when the adapter is gone. */
void cal_adapter_free(CalAdapter *adapter);

gboolean cal_adapter_is_powered(CalAdapter *adapter);

/* Looks at the adapter's properties anew. `wanted`: somebody needs discovery, and no connection is being
 * made. */
void cal_adapter_update(CalAdapter *adapter, gboolean wanted);

#endif
