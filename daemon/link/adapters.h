/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All adapters, and what the radio is up to by them. */
#ifndef CALCIFERD_LINK_ADAPTERS_H
#define CALCIFERD_LINK_ADAPTERS_H

#include <gio/gio.h>

#include "bluez.h"
#include "link.h"

typedef struct CalAdapters CalAdapters;

/* changed(): one of them wants an update, or its deafness begins or ends. */
CalAdapters *cal_adapters_new(CalBluez *bluez, void (*changed)(gpointer data), gpointer data);
/* Ends the discoveries of ours. */
void cal_adapters_free(CalAdapters *adapters);

void cal_adapters_add(CalAdapters *adapters, const char *path); /* once or more often */
void cal_adapters_remove(CalAdapters *adapters, const char *path);
void cal_adapters_remove_all(CalAdapters *adapters);

/* As cal_adapter_update(), for each: discovery runs on every one that has power. */
void cal_adapters_update(CalAdapters *adapters, gboolean wanted, gboolean missed);

CalRadio cal_adapters_radio(CalAdapters *adapters);

#endif
