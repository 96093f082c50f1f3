/* SPDX-License-Identifier: GPL-2.0-or-later */
/* org.bluez.AgentManager1, and the questions that bluetoothd asks agents. */
#ifndef CALCIFER_TESTS_SIM_AGENT_H
#define CALCIFER_TESTS_SIM_AGENT_H

#include "bluez.h"

extern const SimClass sim_agents_class;

SimAgents *sim_agents_new(SimBluez *bluez);
void sim_agents_free(SimAgents *agents);
/* Tells each agent that bluetoothd lets go of it. */
void sim_agents_release(SimAgents *agents);
void sim_agents_client_gone(SimAgents *agents, const char *sender);

/* confirm 1: RequestConfirmation, 2: RequestAuthorization, asked of the sender's agent or else of the default
 * one. done is called once, FALSE too when there is no agent. */
typedef void (*SimAgentDone)(gboolean yes, gpointer user);
void sim_agents_ask(SimAgents *agents, const char *sender, guint confirm, const char *device,
                    SimAgentDone done, gpointer user);

#endif
