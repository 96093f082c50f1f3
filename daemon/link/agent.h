/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A pairing agent without input and output, registered for one pairing that we began and gone with it. It is
 * never the default agent: other devices' pairings are none of ours.
 */
#ifndef CALCIFERD_LINK_AGENT_H
#define CALCIFERD_LINK_AGENT_H

#include <gio/gio.h>

#include "bluez.h"

typedef struct CalAgent CalAgent;

/* Says yes to the pairing of this device and no to everything else. registered() is called with NULL or the
 * error, unless the agent was freed before. */
CalAgent *cal_agent_new(GDBusConnection *connection, CalBluez *bluez, const char *device,
                        void (*registered)(const GError *error, gpointer data), gpointer data);
void cal_agent_free(CalAgent *agent);

#endif
