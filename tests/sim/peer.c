/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "peer.h"

#include <string.h>

#include <calcifer/omron.h>

#define MTU                517 /* what BlueZ negotiates */
#define SENT_A_TURN        4
#define GENERAL_CONNECT_MS 60
#define GENERAL_RESOLVE_MS 250

struct SimAir {
  GHashTable *peers; /* address → SimPeer */
  GHashTable *memory;
  SimAirHooks hooks;
  guint advert_ms;
};

/* ---- what a tag serves ------------------------------------------------------------------------------ */

static const SimCharacteristicSpec attribute_spec[] = {
  { "00002a05-0000-1000-8000-00805f9b34fb", 0x0002, SIM_INDICATE },
  { "00002b29-0000-1000-8000-00805f9b34fb", 0x0005, SIM_READ | SIM_WRITE },
  { "00002b2a-0000-1000-8000-00805f9b34fb", 0x0007, SIM_READ },
  { "00002b3a-0000-1000-8000-00805f9b34fb", 0x0009, SIM_READ },
  { NULL, 0, 0 },
};
static const SimCharacteristicSpec information_spec[] = {
  { "00002a29-0000-1000-8000-00805f9b34fb", 0x0011, SIM_READ },
  { "00002a24-0000-1000-8000-00805f9b34fb", 0x0013, SIM_READ },
  { "00002a26-0000-1000-8000-00805f9b34fb", 0x0015, SIM_READ },
  { "00002a50-0000-1000-8000-00805f9b34fb", 0x0017, SIM_READ },
  { NULL, 0, 0 },
};
static const SimCharacteristicSpec battery_spec[] = {
  { SIM_BATTERY_LEVEL_UUID, 0x0021, SIM_READ | SIM_NOTIFY },
  { NULL, 0, 0 },
};
static const SimCharacteristicSpec uv_spec[] = {
  { SIM_UV_INDEX_UUID, 0x0031, SIM_READ | SIM_NOTIFY },
  { NULL, 0, 0 },
};
static const SimCharacteristicSpec uv_read_spec[] = {
  { SIM_UV_INDEX_UUID, 0x0031, SIM_READ },
  { NULL, 0, 0 },
};
static const SimCharacteristicSpec key_spec[] = {
  { SIM_KEY_UUID, 0x0051, SIM_READ | SIM_PROTECTED },
  { NULL, 0, 0 },
};
static const SimCharacteristicSpec event_spec[] = {
  { SIM_TAG_FEATURE_UUID, 0x0041, SIM_READ | SIM_PROTECTED },
  { SIM_TAG_RECORD_UUID, 0x0043, SIM_NOTIFY | SIM_PROTECTED },
  { SIM_TAG_CLOCK_UUID, 0x0046, SIM_READ | SIM_WRITE | SIM_PROTECTED },
  { SIM_TAG_RACP_UUID, 0x0048, SIM_WRITE | SIM_INDICATE | SIM_PROTECTED },
  { NULL, 0, 0 },
};
/* The Tag Event service last: a sensor without it serves all the others. */
static const SimServiceSpec services[] = {
  { "00001801-0000-1000-8000-00805f9b34fb", 0x0001, attribute_spec },
  { "0000180a-0000-1000-8000-00805f9b34fb", 0x0010, information_spec },
  { SIM_BATTERY_SERVICE_UUID, 0x0020, battery_spec },
  { SIM_UV_SERVICE_UUID, 0x0030, uv_spec },
  { SIM_TAG_SERVICE_UUID, 0x0040, event_spec },
};
static const SimServiceSpec uv_read_services[] = {
  { "00001801-0000-1000-8000-00805f9b34fb", 0x0001, attribute_spec },
  { "0000180a-0000-1000-8000-00805f9b34fb", 0x0010, information_spec },
  { SIM_BATTERY_SERVICE_UUID, 0x0020, battery_spec },
  { SIM_UV_SERVICE_UUID, 0x0030, uv_read_spec },
};
static const SimServiceSpec key_services[] = {
  { "00001801-0000-1000-8000-00805f9b34fb", 0x0001, attribute_spec },
  { "0000180a-0000-1000-8000-00805f9b34fb", 0x0010, information_spec },
  { SIM_BATTERY_SERVICE_UUID, 0x0020, battery_spec },
  { SIM_KEY_SERVICE_UUID, 0x0050, key_spec },
};

static const SimCharacteristicSpec omron_sensor_spec[] = {
  { CAL_UUID_OMRON_LATEST, 0x0051, SIM_READ | SIM_NOTIFY },
  { CAL_UUID_OMRON_NEWEST, 0x0054, SIM_READ },
  { CAL_UUID_OMRON_REQUEST, 0x0056, SIM_READ | SIM_WRITE },
  { CAL_UUID_OMRON_FLAG, 0x0058, SIM_READ },
  { CAL_UUID_OMRON_ROW, 0x005a, SIM_READ },
  { NULL, 0, 0 },
};
static const SimCharacteristicSpec omron_control_spec[] = {
  { CAL_UUID_OMRON_TIME, 0x0061, SIM_READ | SIM_WRITE },
  { NULL, 0, 0 },
};
static const SimServiceSpec omron_services[] = {
  { "00001801-0000-1000-8000-00805f9b34fb", 0x0001, attribute_spec },
  { "0000180a-0000-1000-8000-00805f9b34fb", 0x0010, information_spec },
  { CAL_UUID_OMRON_SENSOR, 0x0050, omron_sensor_spec },
  { "0c4c3030-7700-46f4-aa96-d5e974e32a54", 0x0060, omron_control_spec },
};

const SimServiceSpec *
sim_peer_services(const SimPeer *peer, guint *count)
{
  const guint all = peer->tag ? G_N_ELEMENTS(services) : 0;
  *count = all;
  switch (peer->serves) {
  case SIM_SERVES_EVENTS:
    return services;
  case SIM_SERVES_UV:
    *count = all ? all - 1 : 0;
    return services;
  case SIM_SERVES_UV_READ:
    *count = all ? G_N_ELEMENTS(uv_read_services) : 0;
    return uv_read_services;
  case SIM_SERVES_KEY:
    *count = all ? G_N_ELEMENTS(key_services) : 0;
    return key_services;
  case SIM_SERVES_OMRON:
    *count = all ? G_N_ELEMENTS(omron_services) : 0;
    return omron_services;
  }
  return services;
}

/* ---- the air ---------------------------------------------------------------------------------------- */

static void
peer_free(gpointer data)
{
  SimPeer *peer = data;
  g_clear_handle_id(&peer->pump, g_source_remove);
  g_clear_handle_id(&peer->advert, g_source_remove);
  g_clear_pointer(&peer->tag, sim_tag_free);
  g_clear_pointer(&peer->omron, sim_omron_free);
  g_hash_table_unref(peer->service_data);
  g_hash_table_unref(peer->subscribed);
  g_free(peer->address);
  g_free(peer->name);
  g_free(peer->bond);
  g_free(peer->identity);
  g_free(peer);
}

SimAir *
sim_air_new(guint advert_ms)
{
  SimAir *air = g_new0(SimAir, 1);
  air->peers = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, peer_free);
  air->memory = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  air->advert_ms = advert_ms;
  return air;
}

void
sim_air_free(SimAir *air)
{
  g_hash_table_unref(air->peers);
  g_hash_table_unref(air->memory);
  g_free(air);
}

void
sim_air_listen(SimAir *air, const SimAirHooks *hooks)
{
  air->hooks = hooks ? *hooks : (SimAirHooks){ 0 };
}

SimPeer *
sim_air_find(SimAir *air, const char *address)
{
  return g_hash_table_lookup(air->peers, address);
}

GList *
sim_air_peers(SimAir *air)
{
  return g_hash_table_get_values(air->peers);
}

GHashTable *
sim_air_host_memory(SimAir *air)
{
  return air->memory;
}

/* ---- advertising ------------------------------------------------------------------------------------ */

gboolean
sim_peer_is_reachable(const SimPeer *peer)
{
  return peer->in_range && peer->connectable && !peer->linked && peer->tag;
}

static void
heard(SimPeer *peer)
{
  if (peer->in_range && !peer->linked && peer->air->hooks.heard)
    peer->air->hooks.heard(peer, peer->air->hooks.user);
}

static gboolean
on_advert(gpointer user)
{
  heard(user);
  return G_SOURCE_CONTINUE;
}

static void
advertising_changed(SimPeer *peer)
{
  heard(peer);
  if (sim_peer_is_reachable(peer) && peer->air->hooks.reachable)
    peer->air->hooks.reachable(peer, peer->air->hooks.user);
}

GVariant *
sim_peer_service_data(const SimPeer *peer)
{
  GVariantBuilder builder;
  g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
  if (peer->tag && peer->serves == SIM_SERVES_EVENTS) {
    guint8 bytes[SIM_TAG_ADVERT_SIZE];
    sim_tag_advert(peer->tag, bytes);
    g_variant_builder_add(&builder, "{sv}", SIM_TAG_SERVICE_UUID,
                          g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, bytes, sizeof bytes, 1));
  }
  GHashTableIter at;
  gpointer uuid, bytes;
  g_hash_table_iter_init(&at, peer->service_data);
  while (g_hash_table_iter_next(&at, &uuid, &bytes))
    g_variant_builder_add(&builder, "{sv}", uuid,
                          g_variant_new_from_bytes(G_VARIANT_TYPE("ay"), bytes, TRUE));
  return g_variant_builder_end(&builder);
}

/* A packet holds one key's data: what was advertised before is not in it. */
void
sim_peer_advertise(SimPeer *peer, const char *uuid, GBytes *bytes)
{
  g_hash_table_remove_all(peer->service_data);
  g_hash_table_insert(peer->service_data, g_strdup(uuid), g_bytes_ref(bytes));
  heard(peer);
}

void
sim_peer_set_in_range(SimPeer *peer, gboolean in_range)
{
  peer->in_range = in_range;
  if (!in_range)
    sim_peer_cut(peer);
  advertising_changed(peer);
}

/* ---- the tag's hooks -------------------------------------------------------------------------------- */

static gint64
tag_now(gpointer user)
{
  (void)user;
  return g_get_real_time() / G_USEC_PER_SEC;
}

static void
tell(SimPeer *peer, const char *uuid, const guint8 *bytes, gsize size)
{
  if (peer->linked && g_hash_table_contains(peer->subscribed, uuid))
    peer->link.notify(uuid, bytes, size, peer->link.user);
}

static void
tag_notify(const guint8 *bytes, gsize size, gpointer user)
{
  tell(user, SIM_TAG_RECORD_UUID, bytes, size);
}

static void
tag_indicate(const guint8 *bytes, gsize size, gpointer user)
{
  tell(user, SIM_TAG_RACP_UUID, bytes, size);
}

static void
tag_advert(gpointer user)
{
  SimPeer *peer = user;
  if (peer->tag)
    heard(peer);
}

static gboolean
on_pump(gpointer user)
{
  SimPeer *peer = user;
  for (guint i = 0; i < SENT_A_TURN; i++)
    if (!sim_tag_step(peer->tag)) {
      peer->pump = 0;
      return G_SOURCE_REMOVE;
    }
  return G_SOURCE_CONTINUE;
}

static void
tag_busy(gpointer user)
{
  SimPeer *peer = user;
  if (!peer->pump)
    peer->pump = g_timeout_add(peer->interval_ms, on_pump, peer);
}

/* ---- life ------------------------------------------------------------------------------------------- */

static void
give_tag(SimPeer *peer, const SimTagOptions *options)
{
  SimTagHooks hooks = { .now = tag_now,
                        .notify = tag_notify,
                        .indicate = tag_indicate,
                        .advert = tag_advert,
                        .busy = tag_busy,
                        .user = peer };
  peer->tag = sim_tag_new(options, &hooks);
  peer->serves = SIM_SERVES_EVENTS;
  peer->connectable = TRUE;
  peer->battery = 90;
  peer->uv_index = 0xff;
  peer->advert = g_timeout_add(peer->air->advert_ms, on_advert, peer);
}

SimPeer *
sim_peer_new(SimAir *air, const char *address, const SimTagOptions *tag)
{
  if (sim_air_find(air, address))
    return NULL;
  SimPeer *peer = g_new0(SimPeer, 1);
  peer->air = air;
  peer->address = g_strdup(address);
  peer->address_type = "public";
  peer->rssi = -60;
  peer->discoverable = TRUE;
  peer->in_range = TRUE;
  peer->service_data = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  peer->subscribed = g_hash_table_new(g_str_hash, g_str_equal);
  peer->connect_ms = GENERAL_CONNECT_MS;
  peer->resolve_ms = GENERAL_RESOLVE_MS;
  peer->interval_ms = 2;
  if (tag)
    give_tag(peer, tag);
  g_hash_table_insert(air->peers, peer->address, peer);
  advertising_changed(peer);
  return peer;
}

void
sim_peer_remove(SimPeer *peer)
{
  sim_peer_cut(peer);
  g_hash_table_remove(peer->air->peers, peer->address);
}

/* ---- the link --------------------------------------------------------------------------------------- */

gboolean
sim_peer_link(SimPeer *peer, const char *adapter, const SimLinkHooks *hooks)
{
  (void)adapter;
  if (!sim_peer_is_reachable(peer))
    return FALSE;
  peer->linked = TRUE;
  peer->encrypted = FALSE;
  peer->link = *hooks;
  sim_tag_link_up(peer->tag, MTU);
  return TRUE;
}

void
sim_peer_unlink(SimPeer *peer)
{
  if (!peer->linked)
    return;
  peer->linked = FALSE;
  peer->encrypted = FALSE;
  g_hash_table_remove_all(peer->subscribed);
  g_clear_handle_id(&peer->pump, g_source_remove);
  sim_tag_link_down(peer->tag);
  advertising_changed(peer);
}

void
sim_peer_cut(SimPeer *peer)
{
  if (!peer->linked)
    return;
  SimLinkHooks link = peer->link;
  sim_peer_unlink(peer);
  link.lost(link.user);
}

gboolean
sim_peer_encrypt(SimPeer *peer, const char *adapter)
{
  peer->encrypted = g_strcmp0(peer->bond, adapter) == 0;
  return peer->encrypted;
}

/* One bond: a new one replaces the old. */
gboolean
sim_peer_pair(SimPeer *peer, const char *adapter)
{
  if (!peer->linked || !peer->pairing_open)
    return FALSE;
  g_free(peer->bond);
  peer->bond = g_strdup(adapter);
  return sim_peer_encrypt(peer, adapter);
}

static gboolean
refused(const SimPeer *peer, const SimCharacteristicSpec *spec)
{
  return (spec->properties & SIM_PROTECTED) && !peer->encrypted;
}

static void
read_text(const SimCharacteristicSpec *spec, GByteArray *out)
{
  const char *text = spec->handle == 0x0011 ? "Calcifer" : spec->handle == 0x0013 ? "Simulated Tag" : "1";
  g_byte_array_append(out, (const guint8 *)text, (guint)strlen(text));
}

static void
read_into(SimPeer *peer, const SimCharacteristicSpec *spec, GByteArray *out)
{
  if (peer->omron && sim_omron_read(peer->omron, spec->uuid, out))
    return;
  if (g_str_equal(spec->uuid, SIM_TAG_FEATURE_UUID)) {
    g_byte_array_set_size(out, SIM_TAG_FEATURE_SIZE);
    sim_tag_read_feature(peer->tag, out->data);
  } else if (g_str_equal(spec->uuid, SIM_TAG_CLOCK_UUID)) {
    g_byte_array_set_size(out, SIM_TAG_CLOCK_SIZE);
    sim_tag_read_clock(peer->tag, out->data);
  } else if (g_str_equal(spec->uuid, SIM_BATTERY_LEVEL_UUID)) {
    g_byte_array_append(out, &peer->battery, 1);
  } else if (g_str_equal(spec->uuid, SIM_UV_INDEX_UUID)) {
    g_byte_array_append(out, &peer->uv_index, 1);
  } else if (g_str_equal(spec->uuid, SIM_KEY_UUID)) {
    g_byte_array_append(out, peer->key, sizeof peer->key);
  } else {
    read_text(spec, out);
  }
}

guint8
sim_peer_read(SimPeer *peer, const SimCharacteristicSpec *spec, GByteArray *out)
{
  if (!(spec->properties & SIM_READ))
    return SIM_ATT_READ_NOT_PERMITTED;
  if (refused(peer, spec))
    return SIM_ATT_INSUFFICIENT_ENCRYPTION;
  read_into(peer, spec, out);
  return 0;
}

guint8
sim_peer_write(SimPeer *peer, const SimCharacteristicSpec *spec, const guint8 *bytes, gsize size)
{
  if (!(spec->properties & SIM_WRITE))
    return SIM_ATT_WRITE_NOT_PERMITTED;
  if (refused(peer, spec))
    return SIM_ATT_INSUFFICIENT_ENCRYPTION;
  if (peer->omron)
    return sim_omron_write(peer->omron, spec->uuid, bytes, size) ? 0 : SIM_ATT_WRITE_NOT_PERMITTED;
  if (g_str_equal(spec->uuid, SIM_TAG_RACP_UUID))
    return sim_tag_write_racp(peer->tag, bytes, size);
  return g_str_equal(spec->uuid, SIM_TAG_CLOCK_UUID) ? sim_tag_write_clock(peer->tag, bytes, size) : 0;
}

guint8
sim_peer_subscribe(SimPeer *peer, const SimCharacteristicSpec *spec, gboolean on)
{
  if (refused(peer, spec))
    return SIM_ATT_INSUFFICIENT_ENCRYPTION;
  if (on)
    g_hash_table_add(peer->subscribed, (gpointer)spec->uuid);
  else
    g_hash_table_remove(peer->subscribed, spec->uuid);
  if (g_str_equal(spec->uuid, SIM_TAG_RECORD_UUID))
    sim_tag_subscribe_records(peer->tag, on);
  if (g_str_equal(spec->uuid, SIM_TAG_RACP_UUID))
    sim_tag_subscribe_racp(peer->tag, on);
  return 0;
}

void
sim_peer_set_battery(SimPeer *peer, guint8 percent)
{
  peer->battery = percent;
  tell(peer, SIM_BATTERY_LEVEL_UUID, &percent, 1);
}

void
sim_peer_set_uv_index(SimPeer *peer, guint8 index)
{
  peer->uv_index = index;
  tell(peer, SIM_UV_INDEX_UUID, &index, 1);
}

/* ---- faults ----------------------------------------------------------------------------------------- */

static const struct {
  const char *name;
  gsize offset;
} knobs[] = {
  { "connect-ms", G_STRUCT_OFFSET(SimPeer, connect_ms) },
  { "resolve-ms", G_STRUCT_OFFSET(SimPeer, resolve_ms) }, /* 4294967295: never */
  { "refuse", G_STRUCT_OFFSET(SimPeer, refuse) },
  { "untold", G_STRUCT_OFFSET(SimPeer, untold) },
  { "interval-ms", G_STRUCT_OFFSET(SimPeer, interval_ms) },
  { "handles", G_STRUCT_OFFSET(SimPeer, handles) },
  { "confirm", G_STRUCT_OFFSET(SimPeer, confirm) },
};

/* The link is lost and comes back before the host's daemon has told anybody. */
static void
flap(SimPeer *peer)
{
  peer->flapping = TRUE;
  sim_peer_cut(peer);
  peer->flapping = FALSE;
}

static gboolean
one_shot(SimPeer *peer, const char *name)
{
  if (g_str_equal(name, "flap"))
    flap(peer);
  else if (g_str_equal(name, "forget-bond"))
    g_clear_pointer(&peer->bond, g_free);
  else if (g_str_equal(name, "factory-reset")) {
    g_clear_pointer(&peer->bond, g_free);
    sim_peer_cut(peer);
    sim_tag_set_clock(peer->tag, 0);
    sim_tag_new_log(peer->tag);
  } else
    return FALSE;
  return TRUE;
}

gboolean
sim_peer_fault(SimPeer *peer, const char *name, guint value)
{
  for (gsize i = 0; i < G_N_ELEMENTS(knobs); i++)
    if (g_str_equal(knobs[i].name, name)) {
      G_STRUCT_MEMBER(guint, peer, knobs[i].offset) = value;
      return TRUE;
    }
  return (peer->omron && sim_omron_do(peer->omron, name, value)) || one_shot(peer, name);
}
