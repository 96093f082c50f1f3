/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether an adapter still hears, found out when somebody is missed: the driver of lib/machine/pulse. It asks
 * BlueZ for all objects twice and keeps nothing of them but signal strengths, so that no neighbour's signal
 * has to be matched for it.
 */
#ifndef CALCIFERD_LINK_EAR_H
#define CALCIFERD_LINK_EAR_H

#include <gio/gio.h>

#include <machine/pulse.h>

#include "bluez.h"

typedef struct CalEar CalEar;

/* changed() is called when discovery shall pause or go on, or deafness begins or ends; outside of every call.
 */
CalEar *cal_ear_new(CalBluez *bluez, const char *adapter, void (*changed)(gpointer data), gpointer data);
void cal_ear_free(CalEar *ear);

void cal_ear_update(CalEar *ear, CalPulseLevel level);

/* Discovery is let go for a moment. */
gboolean cal_ear_pauses(CalEar *ear);
/* It hears nothing, and beginning again has not helped. */
gboolean cal_ear_is_deaf(CalEar *ear);

#endif
