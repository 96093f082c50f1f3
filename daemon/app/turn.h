/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Event -> effects: tells cal_turn() what happened and has its effects carried out.
 *
 * An effect may make new events (a refold makes a day). They wait in a queue until all effects of the turn
 * before are carried out, so that effects are never carried out of order.
 */
#ifndef CALCIFERD_APP_TURN_H
#define CALCIFERD_APP_TURN_H

#include "app.h"

/* The event is copied with what it borrows, but for the tags of CAL_TURN_TAGS and the entry or event
 * pointers, which are copied too: the caller keeps all it had. */
void cal_app_tell(CalApp *app, const CalTurnEvent *event);

void cal_app_tell_day(CalApp *app, const CalDayResult *result);
/* An entry was committed that touches these days; `setting`: it, or what it undoes, is a setting. */
void cal_app_tell_entry(CalApp *app, const CalEntry *entry, CalDate first, CalDate last, gboolean setting);
/* `event` may be NULL. */
void cal_app_tell_records(CalApp *app, CalDate first, CalDate last, const CalEvent *event);
/* Folds the context of now and tells it. */
void cal_app_tell_context(CalApp *app);
void cal_app_tell_tags(CalApp *app);
/* How it went with the ledger; NULL: well. What is damaged stays so, whatever else can still be written:
 * until it is salvaged no tag is told to delete. */
void cal_app_tell_ledger(CalApp *app, const GError *problem);

/* What a person says. FALSE when what it should leave could not be stored, which the log knows by then. */
gboolean cal_app_tell_action(CalApp *app, CalTurnAction action, guint32 alert, gint64 snooze_s,
                             const char *entry_id, GError **error);

#endif
