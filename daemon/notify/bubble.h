/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one bubble says. A CalBubble given to a function is borrowed: its strings need live only for the call.
 * A copy owns all of its strings. Summary, body and labels are plain text and may be hostile (a tag chooses
 * its own name): they are cleaned when they are put into a message, not before. Topic, keys, icon and
 * category are the program's own, in UTF-8.
 */
#ifndef CALCIFERD_NOTIFY_BUBBLE_H
#define CALCIFERD_NOTIFY_BUBBLE_H

#include <glib.h>

/* The numbers are those of the urgency hint, Desktop Notifications Specification 1.2, "Urgency Levels". */
typedef enum CalUrgency {
  CAL_URGENCY_LOW = 0,
  CAL_URGENCY_NORMAL = 1,
  CAL_URGENCY_CRITICAL = 2,
} CalUrgency;

/* The action of a click on the bubble itself. It is always offered; an action with this key gives its label.
 */
#define CAL_BUBBLE_ACTION_DEFAULT "default"

typedef struct CalBubbleButton {
  const char *key;   /* comes back in CalNotifierEvents.action, never shown */
  const char *label; /* plain text on the button */
} CalBubbleButton;

typedef struct CalBubble {
  const char *topic;   /* names the bubble; a later one with the same topic replaces it. Never sent. */
  const char *summary; /* one line */
  const char *body;    /* lines; NULL for none */
  CalUrgency urgency;
  const char *icon;     /* name in the icon theme or file URI; NULL for none */
  const char *category; /* of the specification's list; NULL for none */
  gboolean
      transient; /* of use only now: the server keeps no record of it and it does not outlive the server */
  const CalBubbleButton *actions;
  gsize n_actions;
} CalBubble;

CalBubble *cal_bubble_copy(const CalBubble *bubble);
void cal_bubble_free(CalBubble *bubble); /* a copy only; NULL is fine */
gboolean cal_bubble_equal(const CalBubble *a, const CalBubble *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalBubble, cal_bubble_free)

#endif
