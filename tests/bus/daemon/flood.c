/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls without an end, calls that wait for them, and the least service that both can be held against.
 *
 *   flood echo                                    owns org.calciferd.Echo, and answers what it is asked
 *   flood flood NAME INTERFACE METHOD WINDOW      so many calls under way until standard input ends
 *   flood ask NAME INTERFACE METHOD CALLS         one call after the other, tells the median in microseconds
 *
 * All methods take a text, here an empty one, and are on /org/calciferd.
 */
#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PATH "/org/calciferd"

typedef struct Flood {
  GDBusConnection *bus;
  char **word; /* name, interface, method */
  guint64 n_calls, n_refused;
} Flood;

/* -- The least service ---------------------------------------------------------------------------------- */

static void
on_echo(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
        const char *name, GVariant *arguments, GDBusMethodInvocation *invocation, gpointer data)
{
  g_dbus_method_invocation_return_value(invocation, arguments);
  (void)connection, (void)sender, (void)path, (void)interface, (void)name, (void)data;
}

static int
echo(GDBusConnection *bus)
{
  static const GDBusInterfaceVTable vtable = { on_echo, NULL, NULL, { NULL } };
  g_autoptr(GDBusNodeInfo) node = g_dbus_node_info_new_for_xml(
      "<node><interface name='org.calciferd.Echo1'><method name='Echo'><arg type='s' direction='in'/>"
      "<arg type='s' direction='out'/></method></interface></node>",
      NULL);
  g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
  g_dbus_connection_register_object(bus, PATH, node->interfaces[0], &vtable, NULL, NULL, NULL);
  g_bus_own_name_on_connection(bus, "org.calciferd.Echo", G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL,
                               NULL);
  g_main_loop_run(loop);
  return EXIT_SUCCESS;
}

/* -- The flood ------------------------------------------------------------------------------------------ */

static void call(Flood *flood);

static void
on_answer(GObject *source, GAsyncResult *result, gpointer data)
{
  Flood *flood = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);
  flood->n_calls++;
  flood->n_refused += error != NULL;
  call(flood);
}

static void
call(Flood *flood)
{
  g_dbus_connection_call(flood->bus, flood->word[0], PATH, flood->word[1], flood->word[2],
                         g_variant_new("(s)", ""), NULL, G_DBUS_CALL_FLAGS_NONE, G_MAXINT, NULL, on_answer,
                         flood);
}

static void
on_end(GObject *source, GAsyncResult *result, gpointer loop)
{
  g_main_loop_quit(loop);
  (void)source, (void)result;
}

static int
run_flood(GDBusConnection *bus, char **word)
{
  char end;
  Flood flood = { bus, word, 0, 0 };
  g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
  g_autoptr(GInputStream) input = g_unix_input_stream_new(STDIN_FILENO, FALSE);
  g_input_stream_read_async(input, &end, 1, G_PRIORITY_HIGH, NULL, on_end, loop);
  for (int i = 0; i < atoi(word[3]); i++)
    call(&flood);
  g_main_loop_run(loop);
  printf("%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "\n", flood.n_calls, flood.n_refused);
  return EXIT_SUCCESS;
}

/* -- One who waits -------------------------------------------------------------------------------------- */

static int
compare(const void *a, const void *b)
{
  const gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
  return (x > y) - (x < y);
}

static int
ask(GDBusConnection *bus, char **word)
{
  const int n = atoi(word[3]);
  g_autofree gint64 *taken_us = g_new(gint64, n);
  for (int i = 0; i < n; i++) {
    g_autoptr(GError) error = NULL;
    const gint64 start = g_get_monotonic_time();
    g_autoptr(GVariant) reply =
        g_dbus_connection_call_sync(bus, word[0], PATH, word[1], word[2], g_variant_new("(s)", ""), NULL,
                                    G_DBUS_CALL_FLAGS_NONE, G_MAXINT, NULL, &error);
    if (reply == NULL)
      g_error("%s", error->message);
    taken_us[i] = g_get_monotonic_time() - start;
  }
  qsort(taken_us, (size_t)n, sizeof *taken_us, compare);
  printf("%" G_GINT64_FORMAT "\n", taken_us[n / 2]);
  return EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GDBusConnection) bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, &error);
  if (bus == NULL)
    g_error("%s", error->message);
  if (argc == 2 && g_str_equal(argv[1], "echo"))
    return echo(bus);
  if (argc == 6 && g_str_equal(argv[1], "flood"))
    return run_flood(bus, argv + 2);
  if (argc == 6 && g_str_equal(argv[1], "ask"))
    return ask(bus, argv + 2);
  fprintf(stderr,
          "usage: flood echo | flood NAME INTERFACE METHOD WINDOW | ask NAME INTERFACE METHOD CALLS\n");
  return 2;
}
