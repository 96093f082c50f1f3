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
#include "bthome.h"
#include "control.h"
#include "trace.h"

#define BTHOME_UUID "0000fcd2-0000-1000-8000-00805f9b34fb"

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

/* ---- peers ------------------------------------------------------------------------------------------ */

static gboolean
do_add(Simulator *simulator, const char *method, GVariant *arguments, GError **error)
{
  static const char *const more[] = { "battery",      "pairing",     "name", "random", "events",
                                      "discoverable", "connectable", "rssi", NULL };
  const char *address, *name = NULL;
  g_autoptr(GVariant) options = NULL;
  SimTagOptions tag;
  g_variant_get(arguments, "(&s@a{sv})", &address, &options);
  if (!sim_control_tag_options(options, more, &tag, error))
    return FALSE;
  gboolean is_tag = g_str_equal(method, "AddTag");
  SimPeer *peer = sim_peer_new(simulator->air, address, is_tag ? &tag : NULL);
  if (!peer)
    return refuse(error, G_DBUS_ERROR_INVALID_ARGS, "this address is taken");
  g_variant_lookup(options, "name", "&s", &name);
  g_variant_lookup(options, "rssi", "n", &peer->rssi);
  peer->name = g_strdup(name);
  peer->address_type = sim_control_option(options, "random", 0) ? "random" : "public";
  peer->battery = (guint8)sim_control_option(options, "battery", peer->battery);
  peer->pairing_open = sim_control_option(options, "pairing", 0) != 0;
  peer->serves_events = is_tag && sim_control_option(options, "events", 1) != 0;
  peer->discoverable = sim_control_option(options, "discoverable", 1) != 0;
  peer->connectable = sim_control_option(options, "connectable", (guint)peer->connectable) != 0;
  return TRUE;
}

static gboolean
do_bthome(SimPeer *peer, GVariant *arguments, GVariant **result, GError **error)
{
  guint counter, info;
  g_autoptr(GVariant) key = g_variant_get_child_value(arguments, 1);
  g_autoptr(GVariant) objects = g_variant_get_child_value(arguments, 4);
  g_variant_get_child(arguments, 2, "u", &counter);
  g_variant_get_child(arguments, 3, "u", &info);
  g_autoptr(GBytes) key_bytes = g_variant_get_data_as_bytes(key);
  g_autoptr(GBytes) object_bytes = g_variant_get_data_as_bytes(objects);
  g_autoptr(GBytes) packet =
      sim_bthome_encrypt(peer->address, key_bytes, counter, (guint8)info, object_bytes);
  if (!packet)
    return refuse(error, G_DBUS_ERROR_INVALID_ARGS, "a key has 16 bytes, an address six");
  *result = g_variant_new("(@ay)", g_variant_new_from_bytes(G_VARIANT_TYPE("ay"), packet, TRUE));
  sim_peer_advertise(peer, BTHOME_UUID, packet);
  return TRUE;
}

static void
do_advertise(SimPeer *peer, GVariant *arguments)
{
  const char *uuid;
  g_variant_get_child(arguments, 1, "&s", &uuid);
  g_autoptr(GVariant) value = g_variant_get_child_value(arguments, 2);
  g_autoptr(GBytes) bytes = g_variant_get_data_as_bytes(value);
  sim_peer_advertise(peer, uuid, bytes);
}

static guint
second_uint(GVariant *arguments)
{
  guint value;
  g_variant_get_child(arguments, 1, "u", &value);
  return value;
}

static gboolean
second_boolean(GVariant *arguments)
{
  gboolean value;
  g_variant_get_child(arguments, 1, "b", &value);
  return value;
}

static gboolean
do_peer(SimPeer *peer, const char *method, GVariant *arguments, GVariant **result, GError **error)
{
  if (g_str_equal(method, "BthomeEncrypted"))
    return do_bthome(peer, arguments, result, error);
  if (g_str_equal(method, "Advertise"))
    do_advertise(peer, arguments);
  else if (g_str_equal(method, "Remove"))
    sim_peer_remove(peer);
  else if (g_str_equal(method, "SetInRange"))
    sim_peer_set_in_range(peer, second_boolean(arguments));
  else if (g_str_equal(method, "SetPairing"))
    peer->pairing_open = second_boolean(arguments);
  else if (g_str_equal(method, "CutLink"))
    sim_peer_cut(peer);
  else if (g_str_equal(method, "Battery"))
    sim_peer_set_battery(peer, (guint8)second_uint(arguments));
  else
    sim_peer_set_uv_index(peer, (guint8)second_uint(arguments));
  return TRUE;
}

static gboolean
on_control(const char *method, GVariant *arguments, GVariant **result, GError **error, gpointer user)
{
  static const char *const process[] = { "Crash", "Stop", "Restart", NULL };
  static const char *const adapter[] = { "Power", "AdapterAdd", "AdapterRemove", "EndDiscovery", NULL };
  Simulator *simulator = user;
  if (g_strv_contains(process, method))
    return do_process(simulator, method, error);
  if (g_strv_contains(adapter, method))
    return do_adapter(simulator, method, arguments, error);
  if (g_str_equal(method, "AddTag") || g_str_equal(method, "AddBroadcaster"))
    return do_add(simulator, method, arguments, error);
  const char *address;
  g_variant_get_child(arguments, 0, "&s", &address);
  SimPeer *peer = sim_air_find(simulator->air, address);
  return peer ? do_peer(peer, method, arguments, result, error)
              : refuse(error, G_DBUS_ERROR_INVALID_ARGS, "nothing has this address");
}

static SimTag *
on_tag(const char *address, gpointer user)
{
  SimPeer *peer = sim_air_find(((Simulator *)user)->air, address);
  return peer ? peer->tag : NULL;
}

static gboolean
on_fault(const char *address, const char *name, guint value, gpointer user)
{
  return sim_peer_fault(sim_air_find(((Simulator *)user)->air, address), name, value);
}

static void
on_state(const char *address, GVariantBuilder *state, gpointer user)
{
  const SimPeer *peer = sim_air_find(((Simulator *)user)->air, address);
  g_variant_builder_add(state, "{sv}", "connected", g_variant_new_boolean(peer->linked));
  g_variant_builder_add(state, "{sv}", "bonded", g_variant_new_boolean(peer->bond != NULL));
  g_variant_builder_add(state, "{sv}", "pairing", g_variant_new_boolean(peer->pairing_open));
  g_variant_builder_add(state, "{sv}", "in-range", g_variant_new_boolean(peer->in_range));
  g_variant_builder_add(state, "{sv}", "battery", g_variant_new_uint32(peer->battery));
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
  SimControlHost host = {
    .tag = on_tag, .fault = on_fault, .state = on_state, .call = on_control, .user = simulator
  };
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
  g_autoptr(GError) error = NULL;
  const GOptionEntry entries[] = {
    { "trace", 0, 0, G_OPTION_ARG_FILENAME, &trace, "write the traffic of org.bluez there", "FILE" },
    { "adapters", 0, 0, G_OPTION_ARG_INT, &adapters, "how many (1)", "N" },
    { "advert-ms", 0, 0, G_OPTION_ARG_INT, &advert_ms, "between two advertisements of a tag (1000)", "MS" },
    { "disconnect-ms", 0, 0, G_OPTION_ARG_INT, &disconnect_ms, "a local Disconnect takes that long (2000)",
      "MS" },
    { 0 },
  };
  g_autoptr(GOptionContext) options = g_option_context_new("- a fake org.bluez with simulated tags");
  g_option_context_add_main_entries(options, entries, NULL);
  if (!g_option_context_parse(options, &argc, &argv, &error)) {
    fprintf(stderr, "calcifer-sim: %s\n", error->message);
    return 2;
  }
  Simulator simulator = { .times = SIM_BLUEZ_TIMES_DEFAULT };
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
