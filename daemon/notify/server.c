/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server.h"

#define NAME  "org.freedesktop.Notifications"
#define PATH  "/org/freedesktop/Notifications"
#define IFACE "org.freedesktop.Notifications"

#define ASK_TIMEOUT_MS   10000
#define CLOSE_TIMEOUT_MS 25000

typedef enum Phase {
  ABSENT,
  STARTING,
  ASKING,
  READY,
} Phase;

struct CalNotifyServer {
  GDBusConnection *session;
  const CalNotifyServerEvents *events;
  gpointer data;
  GCancellable *cancellable; /* of all calls: cancelled means freed */
  Phase phase;
  char *owner; /* unique name, NULL when there is none */
  guint watch_id;
  guint signals_id;
  CalNotifyAbilities abilities;
  gint64 failed_us; /* when the last attempt to start one failed, monotonic; 0 for never */
};

static void
on_signal(GDBusConnection *session, const char *sender, const char *path, const char *iface,
          const char *member, GVariant *parameters, gpointer data)
{
  CalNotifyServer *server = data;
  (void)session, (void)path, (void)iface;
  if (g_strcmp0(sender, server->owner) != 0)
    return;
  guint32 id;
  if (g_str_equal(member, "ActionInvoked") && g_variant_is_of_type(parameters, G_VARIANT_TYPE("(us)"))) {
    const char *key;
    g_variant_get(parameters, "(u&s)", &id, &key);
    server->events->action(id, key, server->data);
  } else if (g_str_equal(member, "NotificationClosed") &&
             g_variant_is_of_type(parameters, G_VARIANT_TYPE("(uu)"))) {
    guint32 reason;
    g_variant_get(parameters, "(uu)", &id, &reason);
    server->events->closed(id, reason, server->data);
  }
}

/* A server that does not answer, or with nonsense, is taken to be able to do nothing: plain text always
 * works. */
static CalNotifyAbilities
parse_capabilities(GVariant *reply, const GError *error)
{
  if (!reply) {
    g_message("the notification server does not tell its capabilities, sending plain text: %s",
              error->message);
    return (CalNotifyAbilities){ 0 };
  }
  g_autofree const char **capabilities = NULL;
  g_variant_get(reply, "(^a&s)", &capabilities);
  return cal_notify_abilities_parse(capabilities);
}

/* An answer that was on its way when the server changed: who asked is told by the owner's name. */
typedef struct Asked {
  CalNotifyServer *server;
  char *owner;
} Asked;

static void
asked_free(Asked *asked)
{
  g_free(asked->owner);
  g_free(asked);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Asked, asked_free)

static void
on_capabilities(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(Asked) asked = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);
  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  CalNotifyServer *server = asked->server;
  if (server->phase != ASKING || g_strcmp0(asked->owner, server->owner) != 0)
    return;
  server->abilities = parse_capabilities(reply, error);
  server->phase = READY;
  server->events->ready(server->data);
}

static void
ask_capabilities(CalNotifyServer *server)
{
  Asked *asked = g_new0(Asked, 1);
  *asked = (Asked){ server, g_strdup(server->owner) };
  g_dbus_connection_call(server->session, server->owner, PATH, IFACE, "GetCapabilities", NULL,
                         G_VARIANT_TYPE("(as)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, ASK_TIMEOUT_MS,
                         server->cancellable, on_capabilities, asked);
}

static void
on_appeared(GDBusConnection *session, const char *name, const char *owner, gpointer data)
{
  CalNotifyServer *server = data;
  (void)name;
  server->owner = g_strdup(owner);
  server->signals_id = g_dbus_connection_signal_subscribe(session, owner, IFACE, NULL, PATH, NULL,
                                                          G_DBUS_SIGNAL_FLAGS_NONE, on_signal, server, NULL);
  server->phase = ASKING;
  server->failed_us = 0;
  ask_capabilities(server);
}

static void
forget_owner(CalNotifyServer *server)
{
  if (server->signals_id)
    g_dbus_connection_signal_unsubscribe(server->session, server->signals_id);
  server->signals_id = 0;
  g_clear_pointer(&server->owner, g_free);
  server->abilities = (CalNotifyAbilities){ 0 };
}

/* Also called once at the beginning, when the name has no owner yet. */
static void
on_vanished(GDBusConnection *session, const char *name, gpointer data)
{
  CalNotifyServer *server = data;
  (void)session, (void)name;
  if (!server->owner)
    return;
  forget_owner(server);
  server->phase = ABSENT;
  server->events->lost(server->data);
}

static void
on_started(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);
  if (reply || g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the owner appears on its own */
  CalNotifyServer *server = data;
  if (server->phase != STARTING)
    return;
  g_debug("no notification server can be started: %s", error->message);
  server->phase = ABSENT;
  server->failed_us = g_get_monotonic_time();
  server->events->none(server->data);
}

static void
start(CalNotifyServer *server)
{
  server->phase = STARTING;
  g_dbus_connection_call(server->session, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                         "org.freedesktop.DBus", "StartServiceByName", g_variant_new("(su)", NAME, 0),
                         G_VARIANT_TYPE("(u)"), G_DBUS_CALL_FLAGS_NONE, -1, server->cancellable, on_started,
                         server);
}

static gboolean
failed_lately(const CalNotifyServer *server)
{
  return server->failed_us &&
         g_get_monotonic_time() - server->failed_us < (gint64)CAL_NOTIFY_SERVER_PAUSE_S * G_USEC_PER_SEC;
}

CalNotifyServerPresence
cal_notify_server_want(CalNotifyServer *server)
{
  switch (server->phase) {
  case READY:
    return CAL_NOTIFY_SERVER_READY;
  case ASKING:
  case STARTING:
    return CAL_NOTIFY_SERVER_COMING;
  case ABSENT:
    if (failed_lately(server))
      return CAL_NOTIFY_SERVER_NONE;
    start(server);
    return CAL_NOTIFY_SERVER_COMING;
  }
  g_assert_not_reached();
}

gboolean
cal_notify_server_is_ready(const CalNotifyServer *server)
{
  return server->phase == READY;
}

CalNotifyAbilities
cal_notify_server_abilities(const CalNotifyServer *server)
{
  return server->abilities;
}

void
cal_notify_server_show(CalNotifyServer *server, GVariant *message, GAsyncReadyCallback done, gpointer data)
{
  g_assert(server->phase == READY);
  g_dbus_connection_call(server->session, server->owner, PATH, IFACE, "Notify", message,
                         G_VARIANT_TYPE("(u)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, G_MAXINT,
                         server->cancellable, done, data);
}

guint32
cal_notify_server_show_finish(GObject *source, GAsyncResult *result, GError **error)
{
  g_autoptr(GVariant) reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, error);
  guint32 id = 0;
  if (reply)
    g_variant_get(reply, "(u)", &id);
  else if (error != NULL && g_error_matches(*error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT))
    g_clear_error(error); /* an answer, and not to be understood: the bubble may be on the screen */
  return id;
}

void
cal_notify_server_replace(CalNotifyServer *server, GVariant *message)
{
  g_assert(server->phase == READY);
  g_dbus_connection_call(server->session, server->owner, PATH, IFACE, "Notify", message, NULL,
                         G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
}

void
cal_notify_server_close(CalNotifyServer *server, guint32 id, GAsyncReadyCallback done, gpointer data)
{
  g_assert(server->phase == READY);
  g_dbus_connection_call(server->session, server->owner, PATH, IFACE, "CloseNotification",
                         g_variant_new("(u)", id), NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, CLOSE_TIMEOUT_MS,
                         done ? server->cancellable : NULL, done, data);
}

gboolean
cal_notify_error_is_absence(const GError *error)
{
  return g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY) ||
         g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
         g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER) ||
         g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_DISCONNECTED) ||
         g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

CalNotifyServer *
cal_notify_server_new(GDBusConnection *session, const CalNotifyServerEvents *events, gpointer data)
{
  CalNotifyServer *server = g_new0(CalNotifyServer, 1);
  server->session = g_object_ref(session);
  server->events = events;
  server->data = data;
  server->cancellable = g_cancellable_new();
  server->phase = ABSENT;
  server->watch_id = g_bus_watch_name_on_connection(session, NAME, G_BUS_NAME_WATCHER_FLAGS_NONE, on_appeared,
                                                    on_vanished, server, NULL);
  return server;
}

void
cal_notify_server_free(CalNotifyServer *server)
{
  if (!server)
    return;
  g_bus_unwatch_name(server->watch_id);
  g_cancellable_cancel(server->cancellable);
  g_object_unref(server->cancellable);
  forget_owner(server);
  g_object_unref(server->session);
  g_free(server);
}
