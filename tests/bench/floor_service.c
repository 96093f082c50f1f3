/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The least that a daemon of this shape is: a GDBus service on the session bus, connected to the system bus,
 * with a SQLite database open. One interface with so many properties, and a method that answers so many
 * bytes.
 *
 *   bench-floor-service NAME DATABASE PROPERTIES
 */
#include <gio/gio.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

typedef struct Service {
  GMainLoop *loop;
  sqlite3 *db;
  GDBusConnection *system_bus;
} Service;

/* "DateFormat" and the like: names of a length as they have. */
static char *
make_xml(int n_properties)
{
  GString *xml = g_string_new("<node><interface name='org.calciferd.Floor1'>"
                              "<method name='Bytes'><arg type='u' direction='in'/>"
                              "<arg type='ay' direction='out'/></method>");
  for (int i = 0; i < n_properties; i++)
    g_string_append_printf(xml, "<property name='Property%02d' type='%s' access='read'/>", i,
                           i % 2 ? "d" : "s");
  g_string_append(xml, "</interface></node>");
  return g_string_free(xml, FALSE);
}

static GVariant *
on_get(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
       const char *name, GError **error, gpointer data)
{
  (void)connection, (void)sender, (void)path, (void)interface, (void)error, (void)data;
  return name[strlen(name) - 1] % 2 ? g_variant_new_double(1000.5) : g_variant_new_string("2026-03-16");
}

static void
on_call(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
        const char *name, GVariant *arguments, GDBusMethodInvocation *invocation, gpointer data)
{
  guint32 n;
  g_variant_get(arguments, "(u)", &n);
  g_autofree guint8 *bytes = g_malloc0(n);
  GVariant *array = g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, bytes, n, 1);
  g_dbus_method_invocation_return_value(invocation, g_variant_new("(@ay)", array));
  (void)connection, (void)sender, (void)path, (void)interface, (void)name, (void)data;
}

static const GDBusInterfaceVTable vtable = { on_call, on_get, NULL, { NULL } };

static void
on_bus(GDBusConnection *connection, const char *name, gpointer data)
{
  GDBusInterfaceInfo *interface = data;
  GError *error = NULL;
  g_dbus_connection_register_object(connection, "/org/calciferd", interface, &vtable, NULL, NULL, &error);
  g_assert_no_error(error);
  (void)name;
}

static void
open_database(Service *service, const char *path)
{
  if (sqlite3_open(path, &service->db) != SQLITE_OK ||
      sqlite3_exec(service->db,
                   "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS t (a);"
                   "SELECT count(*) FROM t;",
                   NULL, NULL, NULL) != SQLITE_OK)
    g_error("%s: %s", path, sqlite3_errmsg(service->db));
}

int
main(int argc, char **argv)
{
  if (argc != 4)
    g_error("usage: bench-floor-service NAME DATABASE PROPERTIES");
  GError *error = NULL;
  Service service = { .loop = g_main_loop_new(NULL, FALSE) };
  g_autofree char *xml = make_xml(atoi(argv[3]));
  GDBusNodeInfo *node = g_dbus_node_info_new_for_xml(xml, &error);
  g_assert_no_error(error);
  open_database(&service, argv[2]);
  service.system_bus = g_bus_get_sync(G_BUS_TYPE_SYSTEM, NULL, &error);
  g_assert_no_error(error);
  g_bus_own_name(G_BUS_TYPE_SESSION, argv[1], G_BUS_NAME_OWNER_FLAGS_NONE, on_bus, NULL, NULL,
                 node->interfaces[0], NULL);
  g_main_loop_run(service.loop);
}
