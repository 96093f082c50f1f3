/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calcifer-peripheral: one simulated tag, or one broadcaster, on an adapter of the real org.bluez, moved
 * through the same org.calciferd.Simulator1 as the fake one. Its address is the adapter's. What only a fake
 * bluetoothd can do (Power, Crash, …) is refused: there the real one is moved. Prints "ready" when its name
 * is owned.
 */
#include <glib-unix.h>
#include <stdio.h>

#include "local.h"
#include "peer_control.h"

typedef struct Peripheral {
  GMainLoop *loop;
  SimAir *air;
  SimLocal *local;
  SimControlHost peers; /* what the fake one does, too */
} Peripheral;

static gboolean
refuse(GError **error, const char *text)
{
  g_set_error_literal(error, G_DBUS_ERROR, G_DBUS_ERROR_NOT_SUPPORTED, text);
  return FALSE;
}

static gboolean
add(Peripheral *peripheral, const char *method, GVariant *arguments, GVariant **result, GError **error)
{
  const char *address;
  g_variant_get_child(arguments, 0, "&s", &address);
  g_autoptr(GList) present = sim_air_peers(peripheral->air);
  if (present)
    return refuse(error, "one tag or broadcaster a process");
  if (!sim_peer_control(peripheral->air, method, arguments, result, error))
    return FALSE;
  SimPeer *peer = sim_air_find(peripheral->air, address);
  peer->interval_ms = 5; /* bluetoothd would queue what comes faster */
  peer->connectable = TRUE;
  sim_local_take(peripheral->local, peer);
  return TRUE;
}

static gboolean
on_control(const char *method, GVariant *arguments, GVariant **result, GError **error, gpointer user)
{
  static const char *const fake_alone[] = { "Crash",        "Stop",       "Restart",
                                            "Power",        "AdapterAdd", "AdapterRemove",
                                            "EndDiscovery", "Block",      "Deaf",
                                            "Storm",        "Refuse",     "Mute",
                                            "Remove",       "FailCall",   NULL };
  Peripheral *peripheral = user;
  if (g_strv_contains(fake_alone, method))
    return refuse(error, "this bluetoothd is real: move it as its owner does");
  if (g_str_equal(method, "AddTag") || g_str_equal(method, "AddBroadcaster"))
    return add(peripheral, method, arguments, result, error);
  if (g_str_equal(method, "CutLink")) {
    sim_local_cut(peripheral->local);
    return TRUE;
  }
  if (!g_str_equal(method, "SetInRange"))
    return sim_peer_control(peripheral->air, method, arguments, result, error);
  gboolean in_range;
  g_variant_get_child(arguments, 1, "b", &in_range);
  sim_local_set_in_range(peripheral->local, in_range);
  return TRUE;
}

static SimTag *
on_tag(const char *address, gpointer user)
{
  const Peripheral *peripheral = user;
  return peripheral->peers.tag(address, peripheral->peers.user);
}

/* Bonds are bluetoothd's here, and a flap cannot be had from this side. */
static gboolean
on_fault(const char *address, const char *name, guint value, gpointer user)
{
  Peripheral *peripheral = user;
  if (g_str_equal(name, "flap") || g_str_equal(name, "refuse") || g_str_equal(name, "untold"))
    return FALSE;
  if (g_str_equal(name, "forget-bond") || g_str_equal(name, "factory-reset"))
    sim_local_forget_bonds(peripheral->local);
  return peripheral->peers.fault(address, name, value, peripheral->peers.user);
}

static void
on_state(const char *address, GVariantBuilder *state, gpointer user)
{
  const Peripheral *peripheral = user;
  const SimPeer *peer = sim_air_find(peripheral->air, address);
  g_variant_builder_add(state, "{sv}", "connected", g_variant_new_boolean(peer->linked));
  g_variant_builder_add(state, "{sv}", "bonded",
                        g_variant_new_boolean(sim_local_is_bonded(peripheral->local)));
  g_variant_builder_add(state, "{sv}", "registered",
                        g_variant_new_boolean(sim_local_is_registered(peripheral->local)));
  g_variant_builder_add(state, "{sv}", "pairing", g_variant_new_boolean(peer->pairing_open));
  g_variant_builder_add(state, "{sv}", "in-range", g_variant_new_boolean(peer->in_range));
  g_variant_builder_add(state, "{sv}", "battery", g_variant_new_uint32(peer->battery));
}

static void
on_name(GDBusConnection *connection, const char *name, gpointer user)
{
  (void)connection, (void)name, (void)user;
  puts("ready");
  fflush(stdout);
}

static void
on_no_name(GDBusConnection *connection, const char *name, gpointer user)
{
  (void)connection;
  fprintf(stderr, "calcifer-peripheral: %s could not be owned\n", name);
  g_main_loop_quit(((Peripheral *)user)->loop);
}

static gboolean
on_signal(gpointer user)
{
  g_main_loop_quit(((Peripheral *)user)->loop);
  return G_SOURCE_REMOVE;
}

static gboolean
serve(Peripheral *peripheral, const char *adapter, const char *name, GError **error)
{
  g_autoptr(GDBusConnection) connection = g_bus_get_sync(G_BUS_TYPE_SYSTEM, NULL, error);
  if (!connection)
    return FALSE;
  peripheral->local = sim_local_new(connection, peripheral->air, adapter);
  peripheral->peers = sim_peer_control_host(peripheral->air, on_control, peripheral);
  SimControlHost host = { .tag = on_tag,
                          .fault = on_fault,
                          .state = on_state,
                          .call = on_control,
                          .user = peripheral,
                          .call_user = peripheral };
  sim_control_export(connection, &host);
  guint owner = g_bus_own_name_on_connection(connection, name, G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE, on_name,
                                             on_no_name, peripheral, NULL);
  g_unix_signal_add(SIGTERM, on_signal, peripheral);
  g_unix_signal_add(SIGINT, on_signal, peripheral);
  g_main_loop_run(peripheral->loop);
  g_bus_unown_name(owner);
  sim_local_free(peripheral->local);
  return TRUE;
}

int
main(int argc, char **argv)
{
  g_autofree char *adapter = g_strdup("hci1");
  g_autofree char *name = g_strdup(SIM_CONTROL_NAME);
  int advert_ms = 1000;
  g_autoptr(GError) error = NULL;
  const GOptionEntry entries[] = {
    { "adapter", 0, 0, G_OPTION_ARG_STRING, &adapter, "where it stands (hci1)", "HCI" },
    { "name", 0, 0, G_OPTION_ARG_STRING, &name, "the bus name of its control interface", "NAME" },
    { "advert-ms", 0, 0, G_OPTION_ARG_INT, &advert_ms,
      "between two registrations of the advertisement (1000)", "MS" },
    { 0 },
  };
  g_log_writer_default_set_use_stderr(TRUE);
  g_autoptr(GOptionContext) options = g_option_context_new("- a simulated tag on the real org.bluez");
  g_option_context_add_main_entries(options, entries, NULL);
  if (!g_option_context_parse(options, &argc, &argv, &error)) {
    fprintf(stderr, "calcifer-peripheral: %s\n", error->message);
    return 2;
  }
  Peripheral peripheral = { .loop = g_main_loop_new(NULL, FALSE), .air = sim_air_new((guint)advert_ms) };
  gboolean ok = serve(&peripheral, adapter, name, &error);
  if (!ok)
    fprintf(stderr, "calcifer-peripheral: %s\n", error->message);
  sim_air_free(peripheral.air);
  g_main_loop_unref(peripheral.loop);
  return ok ? 0 : 1;
}
