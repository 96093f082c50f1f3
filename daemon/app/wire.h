/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Construction: every edge once, in the order in which one needs the other. */
#ifndef CALCIFERD_APP_WIRE_H
#define CALCIFERD_APP_WIRE_H

#include "app.h"

/* Opens all that has to be there before anybody may talk to the daemon: settings, keys, ledger, session bus.
 * NULL with a sentence that says what is missing. The paths are taken. */
CalApp *cal_app_new(GMainLoop *loop, CalJournal *journal, CalPaths paths, GError **error);

/* Lets the tags go, flushes, closes. */
void cal_app_free(CalApp *app);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalApp, cal_app_free)

/* Reads the settings file again; on an error the last good settings stay. */
gboolean cal_app_reload_settings(CalApp *app, GError **error);

#endif
