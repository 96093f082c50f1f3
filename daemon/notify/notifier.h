/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bubbles on the desktop: a client of org.freedesktop.Notifications (specification 1.2) on the session bus,
 * with at most one bubble to a topic. It knows nothing of what the topics mean.
 *
 * Nothing blocks. With no server on the bus, one is started by activation where the bus can; where it cannot,
 * the newest words of each topic wait until one appears. When a server leaves, what was on its screen waits
 * for the next one, except what is transient. What a bubble's life looks like is drawn in bubble_step.h.
 *
 * Life cycle: new, then show and withdraw at will, free. One thread, the main loop's default context.
 * At the end of a program: free the notifier, then flush the bus, so that no bubble is left whose buttons
 * nobody hears.
 */
#ifndef CALCIFERD_NOTIFY_NOTIFIER_H
#define CALCIFERD_NOTIFY_NOTIFIER_H

#include "bubble.h"
#include "message.h"

#include <gio/gio.h>

typedef struct CalNotifier CalNotifier;

/* Why a bubble that the caller still wanted is no more. A bubble that the caller withdrew ends in silence. */
typedef enum CalBubbleClosed {
  CAL_BUBBLE_CLOSED_EXPIRED,   /* its time was over; nobody touched it */
  CAL_BUBBLE_CLOSED_DISMISSED, /* by the person; servers also say so after an action */
  CAL_BUBBLE_CLOSED_WITHDRAWN, /* by a program, not this one */
  CAL_BUBBLE_CLOSED_UNDEFINED, /* the server does not say */
  CAL_BUBBLE_CLOSED_REFUSED,   /* the server would not show it, nor a second time after a rest */
  CAL_BUBBLE_CLOSED_LOST,      /* transient with no server, or crowded out while waiting for one */
} CalBubbleClosed;

/* Each may be NULL. They come from the main loop, never from inside a call of the caller's, and may call any
   function below. The strings live only for the call. */
typedef struct CalNotifierEvents {
  void (*action)(const char *topic, const char *key,
                 gpointer data); /* a key that was offered for this topic */
  void (*closed)(const char *topic, CalBubbleClosed reason, gpointer data);
  void (*available)(gboolean available, gpointer data); /* unavailable at first; told at each change */
} CalNotifierEvents;

/* More topics than a person could read. Beyond, the oldest of the least urgent that wait gives way (LOST). */
#define CAL_NOTIFIER_TOPICS_MAX 64

/* `app_name` is for the person, `desktop_entry` the name of the desktop file without ".desktop". The bus is
   referenced, everything else copied. */
CalNotifier *cal_notifier_new(GDBusConnection *session, const char *app_name, const char *desktop_entry,
                              const CalNotifierEvents *events, gpointer data);

/* Takes every bubble off the screen whose id is known. NULL is fine. */
void cal_notifier_free(CalNotifier *notifier);

/* Puts the words on screen, in the place of what the topic had. The same words again while they are, or are
   about to be, on screen change nothing. */
void cal_notifier_show(CalNotifier *notifier, const CalBubble *bubble);

/* Takes the topic off the screen; nothing if it is not there. An action that the person invoked before the
   server heard of it is still told. */
void cal_notifier_withdraw(CalNotifier *notifier, const char *topic);

/* Starts a server by activation where none is there and the bus can; available() tells when it has come. For
   whoever shows nothing before that. */
void cal_notifier_seek(CalNotifier *notifier);

/* Whether a server is there. */
gboolean cal_notifier_available(const CalNotifier *notifier);

/* "expired", "dismissed", ...: for logs. */
const char *cal_bubble_closed_name(CalBubbleClosed reason);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalNotifier, cal_notifier_free)

#endif
