/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "peer_control.h"

#include <string.h>

#include "bthome.h"

#define BTHOME_UUID "0000fcd2-0000-1000-8000-00805f9b34fb"

static gboolean
refuse(GError **error, const char *text)
{
  g_set_error_literal(error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS, text);
  return FALSE;
}

/* "key": 16 bytes. */
static SimServes
serves_of(SimPeer *peer, GVariant *options)
{
  g_autoptr(GVariant) key = g_variant_lookup_value(options, "key", G_VARIANT_TYPE_BYTESTRING);
  if (key && g_variant_get_size(key) == sizeof peer->key) {
    memcpy(peer->key, g_variant_get_data(key), sizeof peer->key);
    return SIM_SERVES_KEY;
  }
  if (sim_control_option(options, "omron", 0))
    return SIM_SERVES_OMRON;
  if (sim_control_option(options, "events", 1))
    return SIM_SERVES_EVENTS;
  return sim_control_option(options, "uv-notify", 1) ? SIM_SERVES_UV : SIM_SERVES_UV_READ;
}

static gboolean
do_add(SimAir *air, const char *method, GVariant *arguments, GError **error)
{
  static const char *const more[] = { "battery",      "pairing",     "name",    "random",   "events",
                                      "discoverable", "connectable", "rssi",    "identity", "uv-notify",
                                      "key",          "omron",       "company", NULL };
  const char *address, *name = NULL, *identity = NULL;
  g_autoptr(GVariant) options = NULL;
  SimTagOptions tag;
  g_variant_get(arguments, "(&s@a{sv})", &address, &options);
  if (!sim_control_tag_options(options, more, &tag, error))
    return FALSE;
  gboolean is_tag = g_str_equal(method, "AddTag");
  SimPeer *peer = sim_peer_new(air, address, is_tag ? &tag : NULL);
  if (!peer)
    return refuse(error, "this address is taken");
  g_variant_lookup(options, "name", "&s", &name);
  g_variant_lookup(options, "rssi", "n", &peer->rssi);
  g_variant_lookup(options, "identity", "&s", &identity);
  peer->name = g_strdup(name);
  peer->identity = g_strdup(identity);
  peer->address_type = sim_control_option(options, "random", 0) ? "random" : "public";
  peer->battery = (guint8)sim_control_option(options, "battery", peer->battery);
  peer->pairing_open = sim_control_option(options, "pairing", 0) != 0;
  peer->serves = serves_of(peer, options);
  peer->company = (guint16)sim_control_option(options, "company", 0);
  if (peer->serves == SIM_SERVES_OMRON)
    peer->omron = sim_omron_new();
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
    return refuse(error, "a key has 16 bytes, an address six");
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

gboolean
sim_peer_control(SimAir *air, const char *method, GVariant *arguments, GVariant **result, GError **error)
{
  if (g_str_equal(method, "AddTag") || g_str_equal(method, "AddBroadcaster"))
    return do_add(air, method, arguments, error);
  const char *address;
  g_variant_get_child(arguments, 0, "&s", &address);
  SimPeer *peer = sim_air_find(air, address);
  return peer ? do_peer(peer, method, arguments, result, error) : refuse(error, "nothing has this address");
}

static SimTag *
on_tag(const char *address, gpointer user)
{
  SimPeer *peer = sim_air_find(user, address);
  return peer ? peer->tag : NULL;
}

static gboolean
on_fault(const char *address, const char *name, guint value, gpointer user)
{
  return sim_peer_fault(sim_air_find(user, address), name, value);
}

/* In place of what a tag says of its records. */
static void
add_omron_state(const SimPeer *peer, GVariantBuilder *state)
{
  const SimOmronCounts counts = sim_omron_counts(peer->omron);
  const struct {
    const char *name;
    guint value;
  } rows[] = {
    { "sets", counts.sets }, { "requests", counts.requests }, { "rows-read", counts.rows_read },
    { "page", counts.page }, { "row", counts.row },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    g_variant_builder_add(state, "{sv}", rows[i].name, g_variant_new_uint32(rows[i].value));
}

static void
on_state(const char *address, GVariantBuilder *state, gpointer user)
{
  const SimPeer *peer = sim_air_find(user, address);
  g_variant_builder_add(state, "{sv}", "connected", g_variant_new_boolean(peer->linked));
  g_variant_builder_add(state, "{sv}", "bonded", g_variant_new_boolean(peer->bond != NULL));
  g_variant_builder_add(state, "{sv}", "pairing", g_variant_new_boolean(peer->pairing_open));
  g_variant_builder_add(state, "{sv}", "in-range", g_variant_new_boolean(peer->in_range));
  g_variant_builder_add(state, "{sv}", "battery", g_variant_new_uint32(peer->battery));
  if (peer->omron)
    add_omron_state(peer, state);
}

SimControlHost
sim_peer_control_host(SimAir *air, SimControlCall call, gpointer call_user)
{
  return (SimControlHost){
    .tag = on_tag, .fault = on_fault, .state = on_state, .call = call, .user = air, .call_user = call_user
  };
}
