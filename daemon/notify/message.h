/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The arguments of org.freedesktop.Notifications.Notify for a bubble, made for the server at hand.
 * Pure: the same words and abilities give the same message.
 */
#ifndef CALCIFERD_NOTIFY_MESSAGE_H
#define CALCIFERD_NOTIFY_MESSAGE_H

#include "bubble.h"

/* What GetCapabilities told, as far as it changes what we send or what a person can do. */
typedef struct CalNotifyAbilities {
  gboolean actions;     /* without it a server might treat any click as anything: no action is sent */
  gboolean body;        /* without it only the summary is seen */
  gboolean markup;      /* the body is parsed, so plain text must be escaped */
  gboolean persistence; /* keeps bubbles until they are acknowledged */
} CalNotifyAbilities;

/* Characters, before escaping. A screen shows less; a tag's name can hold more. */
#define CAL_NOTIFY_SUMMARY_MAX 200
#define CAL_NOTIFY_BODY_MAX    1000
#define CAL_NOTIFY_LABEL_MAX   40

CalNotifyAbilities cal_notify_abilities_parse(const char *const *capabilities);

/* Returns a floating (susssasa{sv}i). replaces_id 0 replaces nothing. */
GVariant *cal_notify_message(const char *app_name, const char *desktop_entry,
                             const CalNotifyAbilities *abilities, const CalBubble *bubble,
                             guint32 replaces_id);

#endif
