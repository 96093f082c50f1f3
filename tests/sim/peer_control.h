/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of the control interface that moves peers, whoever carries them. */
#ifndef CALCIFER_TESTS_SIM_PEER_CONTROL_H
#define CALCIFER_TESTS_SIM_PEER_CONTROL_H

#include "control.h"
#include "peer.h"

SimControlHost sim_peer_control_host(SimAir *air, SimControlCall call, gpointer call_user);
/* AddTag, AddBroadcaster, and every method whose first argument is the address of a peer. */
gboolean sim_peer_control(SimAir *air, const char *method, GVariant *arguments, GVariant **result,
                          GError **error);

#endif
