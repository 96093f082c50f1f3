/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Bluetooth of this machine at a glance, for who is no daemon: what `calciferd --examine` says of it. */
#ifndef CALCIFERD_LINK_SURVEY_H
#define CALCIFERD_LINK_SURVEY_H

#include <gio/gio.h>

typedef struct CalSurvey {
  /* no-bus, no-bluez, refused (the bus or BlueZ does not let this account), no-adapter, blocked (rfkill), off
   * or on; of several adapters the best. A literal. */
  const char *radio;
  gboolean tells_power_state; /* BlueZ says what rfkill does: since 5.73, before that when experimental */
} CalSurvey;

/* Blocks until BlueZ has answered. `bus` may be NULL. */
CalSurvey cal_survey(GDBusConnection *bus);

#endif
