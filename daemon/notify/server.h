/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The notification server, whoever that is and as long as it lives.
 *
 *               owner appears: ask                answered, well or not
 *     ┌────────┐ ────────────────▶ ┌────────┐ ────────────────▶ ┌───────┐
 *     │ ABSENT │                   │ ASKING │     tell ready    │ READY │
 *     └────────┘ ◀──────────────── └────────┘                   └───────┘
 *       │   ▲  ▲   owner vanishes    ▲                              │
 *  want │   │  └─────────────────────┼──────────────────────────────┘
 *       ▼   │ bus: cannot, tell none │ owner vanishes: tell lost
 *    ┌──────────┐                    │
 *    │ STARTING │────────────────────┘
 *    └──────────┘   owner appears: ask
 *
 * All calls go to the owner's unique name and signals are taken from it alone: what was meant for one server
 * never reaches its successor, and no other peer of the bus can press a button.
 * Nothing here blocks. All of it runs in the main loop's default context.
 */
#ifndef CALCIFERD_NOTIFY_SERVER_H
#define CALCIFERD_NOTIFY_SERVER_H

#include "message.h"

#include <gio/gio.h>

typedef struct CalNotifyServer CalNotifyServer;

/* None of them may free the server. */
typedef struct CalNotifyServerEvents {
  void (*ready)(gpointer data);
  void (*lost)(gpointer data);
  void (*none)(gpointer data); /* it was wanted, is absent and could not be started */
  void (*action)(guint32 id, const char *key, gpointer data);
  void (*closed)(guint32 id, guint32 reason, gpointer data); /* reason as the specification numbers it */
} CalNotifyServerEvents;

typedef enum CalNotifyServerPresence {
  CAL_NOTIFY_SERVER_READY,
  CAL_NOTIFY_SERVER_COMING, /* events.ready or events.none will follow */
  CAL_NOTIFY_SERVER_NONE,   /* an attempt to start one failed not long ago; events.ready may still follow */
} CalNotifyServerPresence;

/* Between two attempts to start a server that would not: a session without a screen is not asked at each
 * alert. */
#define CAL_NOTIFY_SERVER_PAUSE_S 60

/* Keeps a reference to the bus. `events` must outlive it. */
CalNotifyServer *cal_notify_server_new(GDBusConnection *session, const CalNotifyServerEvents *events,
                                       gpointer data);

/* No callback comes afterwards except those of calls under way, which finish with G_IO_ERROR_CANCELLED. */
void cal_notify_server_free(CalNotifyServer *server);

/* Something is to be shown: if there is no server, has the bus start one. */
CalNotifyServerPresence cal_notify_server_want(CalNotifyServer *server);

gboolean cal_notify_server_is_ready(const CalNotifyServer *server);

/* Of the server that is ready; nothing at all of any other. */
CalNotifyAbilities cal_notify_server_abilities(const CalNotifyServer *server);

/* Only while ready. Waits for the answer as long as the server lives: giving up sooner would lose the id, and
   with it the only way to take the bubble down. */
void cal_notify_server_show(CalNotifyServer *server, GVariant *message, GAsyncReadyCallback done,
                            gpointer data);

/* Of the bus `source` that the callback is given. Returns the id; 0 and an error if refused; 0 alone if the
 * answer holds none. */
guint32 cal_notify_server_show_finish(GObject *source, GAsyncResult *result, GError **error);

/* Only while ready, and of a bubble that is about to be closed: no answer is asked for. */
void cal_notify_server_replace(CalNotifyServer *server, GVariant *message);

/* Only while ready. `done` may be NULL, then no answer is asked for. */
void cal_notify_server_close(CalNotifyServer *server, guint32 id, GAsyncReadyCallback done, gpointer data);

/* Whether an error of a call says that the server has left, rather than that it refused. */
gboolean cal_notify_error_is_absence(const GError *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalNotifyServer, cal_notify_server_free)

#endif
