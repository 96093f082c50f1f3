/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One connection to one OMRON sensor whose services are known: carries out what the machine of its log
 * decides. Like a CalSession it lives from SET_UP to ABANDON; freed, all its calls are cancelled and nothing
 * of it is called back.
 */
#ifndef CALCIFERD_LINK_OMRON_SESSION_H
#define CALCIFERD_LINK_OMRON_SESSION_H

#include <gio/gio.h>

#include <machine/life.h>
#include <machine/omron_log.h>

#include "bluez.h"
#include "link.h"

typedef struct CalOmronSession CalOmronSession;

typedef struct CalOmronHost {
  CalBluez *bluez;
  const CalLinkOwner *owner;
  gpointer owner_data;
  const CalAddress *tag;
  CalOmronLog *log; /* outlives the session */
  /* The session is set up (fault NONE), or of no use: free it soon, not in the call. */
  void (*ended)(CalLifeFault fault, gpointer data);
  /* Something that is shown changed: progress, trouble. */
  void (*changed)(gpointer data);
  gpointer data;
} CalOmronHost;

CalOmronSession *cal_omron_session_new(const CalOmronHost *host, const char *device);
void cal_omron_session_free(CalOmronSession *session);

void cal_omron_session_clock_news(CalOmronSession *session);

#endif
