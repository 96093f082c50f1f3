/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One connection to one tag whose services are known: carries out what the transfer machine decides, and
 * listens to the tag's UV index. It lives from SET_UP to ABANDON; freed, all its calls are cancelled and
 * nothing of it is called back.
 */
#ifndef CALCIFERD_LINK_SESSION_H
#define CALCIFERD_LINK_SESSION_H

#include <gio/gio.h>

#include <machine/life.h>
#include <machine/transfer.h>

#include "bluez.h"
#include "link.h"

typedef struct CalSession CalSession;

typedef struct CalSessionHost {
  CalBluez *bluez;
  const CalLinkOwner *owner;
  gpointer owner_data;
  const CalAddress *tag;
  CalTagKind kind;
  CalTransfer *transfer; /* outlives the session */
  /* The session is set up (fault NONE), or of no use: free it soon, not in the call. */
  void (*ended)(CalLifeFault fault, gpointer data);
  /* Something that is shown changed: progress, trouble, the clock. */
  void (*changed)(gpointer data);
  gpointer data;
} CalSessionHost;

CalSession *cal_session_new(const CalSessionHost *host, const char *device);
void cal_session_free(CalSession *session);

/* A characteristic below the device changed its value. */
void cal_session_take_value(CalSession *session, const char *path, GVariant *value);

void cal_session_clock_news(CalSession *session);

#endif
