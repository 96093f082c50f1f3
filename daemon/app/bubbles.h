/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bubbles: the words of the message module on the desktop, and what a person answers to them. */
#ifndef CALCIFERD_APP_BUBBLES_H
#define CALCIFERD_APP_BUBBLES_H

#include "app.h"

void cal_app_show_alert(CalApp *app, guint32 alert, guint32 actions, const CalFinding *finding);
void cal_app_withdraw_alert(CalApp *app, guint32 alert);
void cal_app_show_confirmation(CalApp *app, const char *entry_id, const char *product, CalInstant at);
void cal_app_show_explanation(CalApp *app, const CalFinding *finding);

/* What the notifier tells; its data is the app. */
extern const CalNotifierEvents cal_app_notifier_events;

#endif
