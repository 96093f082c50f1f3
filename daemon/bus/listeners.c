/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "listeners.h"

#include "error.h"

struct CalBusListeners {
  GDBusConnection *connection; /* owned */
  GHashTable *watches;         /* unique name → the watch of it, as GUINT_TO_POINTER */
};

static void
unwatch(gpointer watch)
{
  g_bus_unwatch_name(GPOINTER_TO_UINT(watch));
}

CalBusListeners *
cal_bus_listeners_new(GDBusConnection *connection)
{
  CalBusListeners *listeners = g_new(CalBusListeners, 1);
  listeners->connection = g_object_ref(connection);
  listeners->watches = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, unwatch);
  return listeners;
}

void
cal_bus_listeners_free(CalBusListeners *listeners)
{
  g_hash_table_unref(listeners->watches);
  g_object_unref(listeners->connection);
  g_free(listeners);
}

static void
on_left(GDBusConnection *connection, const char *client, gpointer data)
{
  (void)connection;
  cal_bus_listeners_remove(data, client);
}

gboolean
cal_bus_listeners_add(CalBusListeners *listeners, const char *client, GError **error)
{
  if (g_hash_table_contains(listeners->watches, client))
    return TRUE;
  if (g_hash_table_size(listeners->watches) >= CAL_BUS_LISTENERS_MAX) {
    g_set_error(error, CAL_ERROR, CAL_ERROR_LIMIT,
                "%d programs listen already, which is the most; end one of them first",
                CAL_BUS_LISTENERS_MAX);
    return FALSE;
  }
  const guint watch = g_bus_watch_name_on_connection(
      listeners->connection, client, G_BUS_NAME_WATCHER_FLAGS_NONE, NULL, on_left, listeners, NULL);
  g_hash_table_insert(listeners->watches, g_strdup(client), GUINT_TO_POINTER(watch));
  return TRUE;
}

void
cal_bus_listeners_remove(CalBusListeners *listeners, const char *client)
{
  g_hash_table_remove(listeners->watches, client);
}

gboolean
cal_bus_listeners_any(const CalBusListeners *listeners)
{
  return g_hash_table_size(listeners->watches) > 0;
}

void
cal_bus_listeners_tell(CalBusListeners *listeners, const char *path, const char *interface, const char *name,
                       GVariant *arguments)
{
  g_autoptr(GVariant) told = g_variant_ref_sink(arguments);
  GHashTableIter iter;
  gpointer client;
  g_hash_table_iter_init(&iter, listeners->watches);
  while (g_hash_table_iter_next(&iter, &client, NULL))
    g_dbus_connection_emit_signal(listeners->connection, client, path, interface, name, told, NULL);
}
