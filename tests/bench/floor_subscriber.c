/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The least that hears a tag: it subscribes to the changes of one object on the system bus, and does nothing
 * with them. Says "ready" when it listens.
 *
 *   bench-floor-subscriber PATH
 */
#include <gio/gio.h>

static void
on_signal(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
          const char *name, GVariant *arguments, gpointer data)
{
  (void)connection, (void)sender, (void)path, (void)interface, (void)name, (void)arguments, (void)data;
}

int
main(int argc, char **argv)
{
  if (argc != 2)
    g_error("usage: bench-floor-subscriber PATH");
  GError *error = NULL;
  GDBusConnection *bus = g_bus_get_sync(G_BUS_TYPE_SYSTEM, NULL, &error);
  g_assert_no_error(error);
  g_dbus_connection_signal_subscribe(bus, NULL, "org.freedesktop.DBus.Properties", "PropertiesChanged",
                                     argv[1], "org.bluez.Device1", G_DBUS_SIGNAL_FLAGS_NONE, on_signal, NULL,
                                     NULL);
  g_dbus_connection_call_sync(bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                              "GetId", NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error(error);
  g_print("ready\n");
  g_main_loop_run(g_main_loop_new(NULL, FALSE));
}
