/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calcifer-trace FILE: watches the system bus and writes the traffic of org.bluez, real or fake, in the form
 * of trace.h, until it is told to end. Needs the right to monitor: root, or a private bus that allows it.
 */
#include <glib-unix.h>
#include <stdio.h>

#include "trace.h"

typedef struct Watch {
  SimTrace *trace;
  GMainLoop *loop;
  GMutex lock;
  guint filter;
  char *owner; /* of org.bluez, NULL while it is down */
} Watch;

static void
take_owner(Watch *watch, GDBusMessage *message)
{
  const char *name, *owner;
  GVariant *body = g_dbus_message_get_body(message);
  if (!body || !g_variant_is_of_type(body, G_VARIANT_TYPE("(sss)")))
    return;
  g_variant_get(body, "(&s&s&s)", &name, NULL, &owner);
  if (!g_str_equal(name, "org.bluez"))
    return;
  g_free(watch->owner);
  watch->owner = owner[0] ? g_strdup(owner) : NULL;
  sim_trace_note(watch->trace, owner[0] ? "# org.bluez comes" : "# org.bluez goes");
}

/* Everything seen is consumed: a monitor must not answer. */
static GDBusMessage *
on_message(GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer user)
{
  (void)connection;
  Watch *watch = user;
  if (!incoming)
    return message;
  const char *sender = g_dbus_message_get_sender(message);
  const char *destination = g_dbus_message_get_destination(message);
  g_mutex_lock(&watch->lock);
  if (g_strcmp0(g_dbus_message_get_member(message), "NameOwnerChanged") == 0)
    take_owner(watch, message);
  else if (g_strcmp0(destination, "org.bluez") == 0 ||
           (watch->owner &&
            (g_strcmp0(sender, watch->owner) == 0 || g_strcmp0(destination, watch->owner) == 0)))
    sim_trace_message(watch->trace, message);
  g_mutex_unlock(&watch->lock);
  g_object_unref(message);
  return NULL;
}

static GVariant *
ask_bus(GDBusConnection *connection, const char *interface, const char *method, GVariant *arguments,
        GError **error)
{
  return g_dbus_connection_call_sync(connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", interface,
                                     method, arguments, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, error);
}

static gboolean
start(Watch *watch, GDBusConnection *connection, GError **error)
{
  g_autoptr(GVariant) owner =
      ask_bus(connection, "org.freedesktop.DBus", "GetNameOwner", g_variant_new("(s)", "org.bluez"), NULL);
  if (owner)
    g_variant_get(owner, "(s)", &watch->owner);
  g_autoptr(GVariant) reply = ask_bus(connection, "org.freedesktop.DBus.Monitoring", "BecomeMonitor",
                                      g_variant_new("(asu)", NULL, 0), error);
  if (reply)
    watch->filter = g_dbus_connection_add_filter(connection, on_message, watch, NULL);
  return reply != NULL;
}

static gboolean
on_signal(gpointer user)
{
  g_main_loop_quit(((Watch *)user)->loop);
  return G_SOURCE_REMOVE;
}

static void
clear(Watch *watch)
{
  g_mutex_lock(&watch->lock); /* the last message, if it is still being written, comes first */
  g_mutex_unlock(&watch->lock);
  sim_trace_close(watch->trace);
  g_main_loop_unref(watch->loop);
  g_mutex_clear(&watch->lock);
  g_free(watch->owner);
}

int
main(int argc, char **argv)
{
  if (argc != 2) {
    fprintf(stderr, "usage: calcifer-trace FILE\n");
    return 2;
  }
  g_autoptr(GError) error = NULL;
  Watch watch = { .loop = g_main_loop_new(NULL, FALSE) };
  g_mutex_init(&watch.lock);
  g_autoptr(GDBusConnection) connection = g_bus_get_sync(G_BUS_TYPE_SYSTEM, NULL, &error);
  if (!connection || !(watch.trace = sim_trace_open(argv[1], &error)) || !start(&watch, connection, &error)) {
    fprintf(stderr, "calcifer-trace: %s\n", error->message);
    return 1;
  }
  g_unix_signal_add(SIGTERM, on_signal, &watch);
  g_unix_signal_add(SIGINT, on_signal, &watch);
  puts("ready");
  fflush(stdout);
  g_main_loop_run(watch.loop);
  g_dbus_connection_remove_filter(connection, watch.filter);
  g_dbus_connection_close_sync(connection, NULL, NULL);
  clear(&watch);
  return 0;
}
