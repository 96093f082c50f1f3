/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calcifer-sim: a fake org.bluez and the air around it, on the bus of DBUS_SYSTEM_BUS_ADDRESS. Two
 * connections: org.bluez has one of its own, so that it can crash as a process does, by dropping off the bus.
 * Prints "ready" when both names are owned.
 */
#include <glib-unix.h>
#include <stdio.h>

#include "adapter.h"
#include "bluez.h"
#include "peer_control.h"
#include "storm.h"
#include "trace.h"

typedef struct AdapterPlan {
  guint index;
  char *address;
  gboolean powered;
} AdapterPlan;

typedef struct Simulator {
  GMainLoop *loop;
  SimAir *air;
  SimTrace *trace; /* NULL: none */
  SimBluezTimes times;
  GDBusConnection *connection; /* of org.bluez, NULL while it is down */
  SimBluez *bluez;
  SimStorm *storm;  /* NULL: none */
  GPtrArray *plans; /* the adapters that are plugged in */
} Simulator;

/* ---- the life of org.bluez -------------------------------------------------------------------------- */

/* libdbus, under the real one, has another name for this than GDBus. */
static GDBusMessage *
with_the_real_error(GDBusMessage *message)
{
  GDBusMessage *copy = NULL;
  const char *name = g_dbus_message_get_error_name(message);
  GVariant *body = g_dbus_message_get_body(message);
  const char *text = NULL;
  if (g_strcmp0(name, "org.freedesktop.DBus.Error.UnknownMethod") == 0 && body &&
      g_variant_is_of_type(body, G_VARIANT_TYPE("(s)")))
    g_variant_get(body, "(&s)", &text);
  if (text && g_str_has_prefix(text, "Object does not exist"))
    copy = g_dbus_message_copy(message, NULL);
  if (!copy)
    return message;
  g_dbus_message_set_error_name(copy, "org.freedesktop.DBus.Error.UnknownObject");
  g_object_unref(message);
  return copy;
}

static GDBusMessage *
on_message(GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer user)
{
  (void)connection;
  Simulator *simulator = user;
  if (!incoming && g_dbus_message_get_message_type(message) == G_DBUS_MESSAGE_TYPE_ERROR)
    message = with_the_real_error(message);
  if (simulator->trace)
    sim_trace_message(simulator->trace, message);
  return message;
}

static GDBusConnection *
connect_to_bus(GError **error)
{
  g_autofree char *address = g_dbus_address_get_for_bus_sync(G_BUS_TYPE_SYSTEM, NULL, error);
  if (!address)
    return NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_sync(
      address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, error);
  return connection;
}

/* 4 is DBUS_NAME_FLAG_DO_NOT_QUEUE, 1 DBUS_REQUEST_NAME_REPLY_PRIMARY_OWNER. */
static gboolean
own(GDBusConnection *connection, const char *name, GError **error)
{
  guint answer = 0;
  g_autoptr(GVariant) reply = g_dbus_connection_call_sync(
      connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
      g_variant_new("(su)", name, 4), G_VARIANT_TYPE("(u)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, error);
  if (reply)
    g_variant_get(reply, "(u)", &answer);
  if (reply && answer != 1)
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_EXISTS, "%s has an owner already", name);
  return answer == 1;
}

static gboolean
bluez_start(Simulator *simulator, GError **error)
{
  GDBusConnection *connection = connect_to_bus(error);
  if (!connection)
    return FALSE;
  g_dbus_connection_add_filter(connection, on_message, simulator, NULL);
  simulator->connection = connection;
  simulator->bluez = sim_bluez_new(connection, simulator->air, &simulator->times);
  if (!own(connection, "org.bluez", error))
    return FALSE;
  for (guint i = 0; i < simulator->plans->len; i++) {
    const AdapterPlan *plan = simulator->plans->pdata[i];
    sim_bluez_add_adapter(simulator->bluez, plan->index, plan->address, plan->powered);
  }
  sim_bluez_check_links(simulator->bluez);
  return TRUE;
}

static void
bluez_crash(Simulator *simulator)
{
  if (!simulator->bluez)
    return;
  g_clear_pointer(&simulator->storm, sim_storm_free);
  g_clear_pointer(&simulator->bluez, sim_bluez_free);
  g_dbus_connection_close_sync(simulator->connection, NULL, NULL);
  g_clear_object(&simulator->connection);
}

static void
bluez_stop(Simulator *simulator)
{
  if (!simulator->bluez)
    return;
  sim_bluez_stop(simulator->bluez);
  g_dbus_connection_flush_sync(simulator->connection, NULL, NULL);
  bluez_crash(simulator);
}

static gboolean
refuse(GError **error, GDBusError code, const char *text)
{
  g_set_error_literal(error, G_DBUS_ERROR, (gint)code, text);
  return FALSE;
}

static gboolean
do_process(Simulator *simulator, const char *method, GError **error)
{
  if (simulator->trace) {
    g_autofree char *note = g_strdup_printf("# %s", method);
    sim_trace_note(simulator->trace, note);
  }
  if (g_str_equal(method, "Restart"))
    return simulator->bluez ? refuse(error, G_DBUS_ERROR_FAILED, "it is running")
                            : bluez_start(simulator, error);
  if (!simulator->bluez)
    return refuse(error, G_DBUS_ERROR_FAILED, "it is not running");
  if (g_str_equal(method, "Crash"))
    bluez_crash(simulator);
  else
    bluez_stop(simulator);
  return TRUE;
}

/* What an adapter suffers, rather than what is done to it. */
static const char *const troubles[] = { "Block", "Deaf", "Storm", NULL };

/* ---- adapters --------------------------------------------------------------------------------------- */

static void
plan_free(gpointer data)
{
  g_free(((AdapterPlan *)data)->address);
  g_free(data);
}

static AdapterPlan *
find_plan(const Simulator *simulator, guint index)
{
  for (guint i = 0; i < simulator->plans->len; i++)
    if (((AdapterPlan *)simulator->plans->pdata[i])->index == index)
      return simulator->plans->pdata[i];
  return NULL;
}

static gboolean
add_adapter(Simulator *simulator, guint index, const char *address, GError **error)
{
  if (find_plan(simulator, index))
    return refuse(error, G_DBUS_ERROR_INVALID_ARGS, "there is such an adapter already");
  AdapterPlan *plan = g_new(AdapterPlan, 1);
  *plan = (AdapterPlan){ index, g_strdup(address), TRUE };
  g_ptr_array_add(simulator->plans, plan);
  if (simulator->bluez) {
    sim_bluez_add_adapter(simulator->bluez, index, address, TRUE);
    sim_bluez_check_links(simulator->bluez);
  }
  return TRUE;
}

/* What happens to an adapter that is there. */
static void
trouble_adapter(Simulator *simulator, SimAdapter *adapter, const char *method, GVariant *arguments)
{
  GVariant *value = g_variant_get_child_value(arguments, 1);
  if (g_str_equal(method, "Block")) {
    sim_adapter_set_blocked(adapter, g_variant_get_boolean(value));
  } else if (g_str_equal(method, "Deaf")) {
    adapter->deaf = g_variant_get_uint32(value);
  } else {
    const guint per_second = g_variant_get_uint32(value);
    g_clear_pointer(&simulator->storm, sim_storm_free);
    if (per_second > 0)
      simulator->storm = sim_storm_new(simulator->connection, sim_node_path(adapter->node), per_second);
  }
  g_variant_unref(value);
}

static gboolean
do_adapter(Simulator *simulator, const char *method, GVariant *arguments, GError **error)
{
  guint index;
  g_variant_get_child(arguments, 0, "u", &index);
  AdapterPlan *plan = find_plan(simulator, index);
  if (g_str_equal(method, "AdapterAdd")) {
    const char *address;
    g_variant_get_child(arguments, 1, "&s", &address);
    return add_adapter(simulator, index, address, error);
  }
  if (!plan)
    return refuse(error, G_DBUS_ERROR_INVALID_ARGS, "there is no such adapter");
  SimAdapter *adapter = simulator->bluez ? sim_bluez_adapter(simulator->bluez, index) : NULL;
  if (g_str_equal(method, "Power")) {
    g_variant_get_child(arguments, 1, "b", &plan->powered);
    if (adapter)
      sim_adapter_set_powered(adapter, plan->powered);
  } else if (g_strv_contains(troubles, method)) {
    if (adapter)
      trouble_adapter(simulator, adapter, method, arguments);
  } else if (g_str_equal(method, "EndDiscovery")) {
    if (adapter)
      sim_adapter_end_discovery(adapter);
  } else {
    if (adapter)
      sim_bluez_remove_adapter(simulator->bluez, index);
    g_ptr_array_remove(simulator->plans, plan);
  }
  return TRUE;
}

/* ---- the control interface -------------------------------------------------------------------------- */

static gboolean
do_mute(Simulator *simulator, GVariant *arguments, GError **error)
{
  gboolean muted;
  if (!simulator->bluez)
    return refuse(error, G_DBUS_ERROR_FAILED, "it is not running");
  g_variant_get(arguments, "(b)", &muted);
  sim_tree_mute(simulator->bluez->tree, muted);
  return TRUE;
}

static gboolean
do_refuse(Simulator *simulator, GVariant *arguments, GError **error)
{
  const char *method, *name, *message;
  guint times;
  if (!simulator->bluez)
    return refuse(error, G_DBUS_ERROR_FAILED, "it is not running");
  g_variant_get(arguments, "(&s&s&su)", &method, &name, &message, &times);
  sim_tree_refuse(simulator->bluez->tree, method, name, message, times);
  return TRUE;
}

static gboolean
do_fail_call(Simulator *simulator, GVariant *arguments, GVariant **result, GError **error)
{
  guint n;
  gboolean ever, reply;
  if (!simulator->bluez)
    return refuse(error, G_DBUS_ERROR_FAILED, "it is not running");
  g_variant_get(arguments, "(ubb)", &n, &ever, &reply);
  *result = g_variant_new("(u)", sim_tree_fail(simulator->bluez->tree, n, ever, reply));
  return TRUE;
}

static gboolean
on_control(const char *method, GVariant *arguments, GVariant **result, GError **error, gpointer user)
{
  static const char *const process[] = { "Crash", "Stop", "Restart", NULL };
  static const char *const adapter[] = { "Power", "AdapterAdd", "AdapterRemove", "EndDiscovery", NULL };
  Simulator *simulator = user;
  if (g_str_equal(method, "Refuse"))
    return do_refuse(simulator, arguments, error);
  if (g_str_equal(method, "FailCall"))
    return do_fail_call(simulator, arguments, result, error);
  if (g_str_equal(method, "Mute"))
    return do_mute(simulator, arguments, error);
  if (g_strv_contains(process, method))
    return do_process(simulator, method, error);
  if (g_strv_contains(adapter, method) || g_strv_contains(troubles, method))
    return do_adapter(simulator, method, arguments, error);
  return sim_peer_control(simulator->air, method, arguments, result, error);
}

/* ---- main ------------------------------------------------------------------------------------------- */

static gboolean
on_signal(gpointer user)
{
  g_main_loop_quit(((Simulator *)user)->loop);
  return G_SOURCE_REMOVE;
}

static gboolean
serve(Simulator *simulator, GError **error)
{
  g_autoptr(GDBusConnection) control = connect_to_bus(error);
  if (!control)
    return FALSE;
  SimControlHost host = sim_peer_control_host(simulator->air, on_control, simulator);
  sim_control_export(control, &host);
  if (!bluez_start(simulator, error) || !own(control, SIM_CONTROL_NAME, error))
    return FALSE;
  puts("ready");
  fflush(stdout);
  g_main_loop_run(simulator->loop);
  bluez_crash(simulator);
  g_dbus_connection_close_sync(control, NULL, NULL);
  return TRUE;
}

int
main(int argc, char **argv)
{
  g_autofree char *trace = NULL;
  int adapters = 1, advert_ms = 1000, disconnect_ms = 2000;
  gboolean power_state = FALSE;
  g_autoptr(GError) error = NULL;
  const GOptionEntry entries[] = {
    { "trace", 0, 0, G_OPTION_ARG_FILENAME, &trace, "write the traffic of org.bluez there", "FILE" },
    { "adapters", 0, 0, G_OPTION_ARG_INT, &adapters, "how many (1)", "N" },
    { "advert-ms", 0, 0, G_OPTION_ARG_INT, &advert_ms, "between two advertisements of a tag (1000)", "MS" },
    { "disconnect-ms", 0, 0, G_OPTION_ARG_INT, &disconnect_ms, "a local Disconnect takes that long (2000)",
      "MS" },
    { "power-state", 0, 0, G_OPTION_ARG_NONE, &power_state, "adapters tell PowerState, as since 5.73", NULL },
    { 0 },
  };
  g_autoptr(GOptionContext) options = g_option_context_new("- a fake org.bluez with simulated tags");
  g_option_context_add_main_entries(options, entries, NULL);
  if (!g_option_context_parse(options, &argc, &argv, &error)) {
    fprintf(stderr, "calcifer-sim: %s\n", error->message);
    return 2;
  }
  Simulator simulator = { .times = SIM_BLUEZ_TIMES_DEFAULT };
  simulator.times.power_state = power_state;
  simulator.times.disconnect_ms = (guint)disconnect_ms;
  simulator.loop = g_main_loop_new(NULL, FALSE);
  simulator.air = sim_air_new((guint)advert_ms);
  simulator.plans = g_ptr_array_new_with_free_func(plan_free);
  for (int i = 0; i < adapters; i++) {
    g_autofree char *address = g_strdup_printf("00:AA:01:00:00:%02X", (guint)i);
    add_adapter(&simulator, (guint)i, address, NULL);
  }
  g_unix_signal_add(SIGTERM, on_signal, &simulator);
  g_unix_signal_add(SIGINT, on_signal, &simulator);
  gboolean ok = (!trace || (simulator.trace = sim_trace_open(trace, &error))) && serve(&simulator, &error);
  if (!ok)
    fprintf(stderr, "calcifer-sim: %s\n", error->message);
  g_clear_pointer(&simulator.trace, sim_trace_close);
  sim_air_free(simulator.air);
  g_ptr_array_unref(simulator.plans);
  g_main_loop_unref(simulator.loop);
  return ok ? 0 : 1;
}
