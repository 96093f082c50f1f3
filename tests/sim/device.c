/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "device.h"

#include <string.h>

#include "agent.h"
#include "gatt.h"

#define TEMPORARY_S  30 /* main.conf, TemporaryTimeout */
#define GIVE_UP_MS   40000
#define LOST_BOND_MS 100

/* What the host keeps on disk of a device that is not temporary. */
typedef struct Memory {
  char address_type[8];
  char name[64];
  gboolean bonded;
  gboolean trusted;
  gboolean served; /* its services were resolved once: their UUIDs are known */
} Memory;

static const SimClass battery_class;

static void try_to_connect(SimDevice *device);
static void check_link(SimDevice *device);

static SimBluez *
bluez_of(const SimDevice *device)
{
  return device->adapter->bluez;
}

static void
changed(SimDevice *device, const char *property)
{
  sim_node_changed(device->node, &sim_device_class, property);
}

SimPeer *
sim_device_peer(const SimDevice *device)
{
  return sim_air_find(bluez_of(device)->air, device->address);
}

/* ---- memory ----------------------------------------------------------------------------------------- */

static char *
memory_key(const SimDevice *device)
{
  return g_strconcat(device->adapter->address, "/", device->address, NULL);
}

static void
remember(const SimDevice *device)
{
  if (device->temporary)
    return;
  Memory *memory = g_new0(Memory, 1);
  g_strlcpy(memory->address_type, device->address_type, sizeof memory->address_type);
  g_strlcpy(memory->name, device->name ? device->name : "", sizeof memory->name);
  memory->bonded = device->bonded;
  memory->trusted = device->trusted;
  memory->served = device->uuids->len > 0;
  g_hash_table_insert(sim_air_host_memory(bluez_of(device)->air), memory_key(device), memory);
}

static void
forget(const SimDevice *device)
{
  g_autofree char *key = memory_key(device);
  g_hash_table_remove(sim_air_host_memory(bluez_of(device)->air), key);
}

/* ---- being heard ------------------------------------------------------------------------------------ */

static gboolean
on_temporary(gpointer user)
{
  SimDevice *device = user;
  device->temporary_source = 0;
  sim_adapter_forget_device(device->adapter, device);
  return G_SOURCE_REMOVE;
}

static void
set_temporary(SimDevice *device, gboolean temporary)
{
  device->temporary = temporary;
  g_clear_handle_id(&device->temporary_source, g_source_remove);
  if (temporary)
    device->temporary_source = g_timeout_add_seconds(TEMPORARY_S, on_temporary, device);
  else
    remember(device);
}

static void
set_name(SimDevice *device, const char *name)
{
  if (!name || g_strcmp0(device->name, name) == 0)
    return;
  g_free(device->name);
  device->name = g_strdup(name);
  changed(device, "Name");
  if (!device->alias)
    changed(device, "Alias");
}

/* Without duplicates a key keeps its value until it changes; with them each packet replaces all. */
static GVariant *
merge_service_data(GVariant *old, GVariant *new)
{
  GVariantDict dict;
  GVariantIter at;
  const char *key;
  GVariant *value;
  g_variant_dict_init(&dict, old);
  g_variant_iter_init(&at, new);
  while (g_variant_iter_next(&at, "{&sv}", &key, &value)) {
    g_variant_dict_insert_value(&dict, key, value);
    g_variant_unref(value);
  }
  return g_variant_ref_sink(g_variant_dict_end(&dict));
}

static gboolean
holds_all_of(GVariant *held, GVariant *data)
{
  GVariantIter at;
  const char *key;
  GVariant *value;
  g_variant_iter_init(&at, data);
  while (g_variant_iter_next(&at, "{&sv}", &key, &value)) {
    g_autoptr(GVariant) owned = value;
    g_autoptr(GVariant) other = g_variant_lookup_value(held, key, NULL);
    if (!other || !g_variant_equal(other, owned))
      return FALSE;
  }
  return TRUE;
}

static void
take_service_data(SimDevice *device, GVariant *data, gboolean duplicates)
{
  if (g_variant_n_children(data) == 0)
    return;
  if (!duplicates && device->service_data && holds_all_of(device->service_data, data))
    return;
  GVariant *next = duplicates ? g_variant_ref(data) : merge_service_data(device->service_data, data);
  g_clear_pointer(&device->service_data, g_variant_unref);
  device->service_data = next;
  changed(device, "ServiceData");
}

void
sim_device_hear(SimDevice *device, SimPeer *peer, gboolean duplicates)
{
  device->connectable = peer->connectable;
  if (device->temporary)
    set_temporary(device, TRUE);
  device->rssi = peer->rssi;
  changed(device, "RSSI");
  set_name(device, peer->name);
  if (device->company != peer->company) {
    device->company = peer->company;
    changed(device, "ManufacturerData");
  }
  g_autoptr(GVariant) data = g_variant_ref_sink(sim_peer_service_data(peer));
  take_service_data(device, data, duplicates);
}

void
sim_device_lose_rssi(SimDevice *device)
{
  if (device->rssi == 0)
    return;
  device->rssi = 0;
  changed(device, "RSSI");
}

/* ---- answers ---------------------------------------------------------------------------------------- */

static void
answer_connect(SimDevice *device, const char *error)
{
  GDBusMethodInvocation *call = g_steal_pointer(&device->connect_call);
  if (!call)
    return;
  if (error)
    sim_bluez_error(bluez_of(device), call, "Failed", error);
  else
    sim_tree_reply(bluez_of(device)->tree, call, NULL);
}

static void
answer_pair(SimDevice *device, const char *name, const char *message)
{
  GDBusMethodInvocation *call = g_steal_pointer(&device->pair_call);
  g_clear_handle_id(&device->pair_source, g_source_remove);
  if (!call)
    return;
  if (name)
    sim_bluez_error(bluez_of(device), call, name, message);
  else
    sim_tree_reply(bluez_of(device)->tree, call, NULL);
}

static void
stop_trying(SimDevice *device, const char *connect_error)
{
  device->trying = FALSE;
  g_clear_handle_id(&device->try_source, g_source_remove);
  g_clear_handle_id(&device->give_up_source, g_source_remove);
  answer_connect(device, connect_error);
  answer_pair(device, "AuthenticationFailed", "Authentication Failed");
}

/* ---- the link goes ---------------------------------------------------------------------------------- */

static void
drop_battery(SimDevice *device)
{
  if (!device->has_battery)
    return;
  device->has_battery = FALSE;
  sim_node_drop(device->node, &battery_class);
}

static void
clear_link_timers(SimDevice *device)
{
  g_clear_handle_id(&device->resolve_source, g_source_remove);
  g_clear_handle_id(&device->disconnect_source, g_source_remove);
  g_clear_handle_id(&device->drop_source, g_source_remove);
}

static void
answer_disconnects(SimDevice *device)
{
  while (device->disconnect_calls->len)
    sim_tree_reply(bluez_of(device)->tree, g_ptr_array_steal_index(device->disconnect_calls, 0), NULL);
}

/* In bluetoothd's order: services, the answers to Disconnect, then Connected. */
static void
unlinked(SimDevice *device)
{
  clear_link_timers(device);
  drop_battery(device);
  if (device->gatt)
    sim_gatt_sleep(device->gatt);
  device->connected = FALSE;
  if (device->resolved) {
    device->resolved = FALSE;
    changed(device, "ServicesResolved");
  }
  stop_trying(device, "br-connection-canceled");
  answer_disconnects(device);
  changed(device, "Connected");
  if (device->temporary)
    set_temporary(device, TRUE);
}

static void
finish_unlinked(SimDevice *device)
{
  unlinked(device);
  if (device->removing)
    sim_adapter_forget_device(device->adapter, device);
  else
    check_link(device);
}

static void linked(SimDevice *device);

static void
on_lost(gpointer user)
{
  SimDevice *device = user;
  SimPeer *peer = sim_device_peer(device);
  if (peer && peer->flapping) {
    unlinked(device);
    linked(device);
    return;
  }
  finish_unlinked(device);
}

static gboolean
on_disconnect(gpointer user)
{
  SimDevice *device = user;
  device->disconnect_source = 0;
  SimPeer *peer = sim_device_peer(device);
  if (peer)
    sim_peer_unlink(peer);
  finish_unlinked(device);
  return G_SOURCE_REMOVE;
}

/* The call is answered when the link is gone, two seconds from now. */
static void
request_disconnect(SimDevice *device, GDBusMethodInvocation *call)
{
  if (device->trying)
    stop_trying(device, "br-connection-canceled");
  if (!device->connected) {
    sim_tree_reply(bluez_of(device)->tree, call, NULL);
    return;
  }
  g_ptr_array_add(device->disconnect_calls, call);
  if (!device->disconnect_source)
    device->disconnect_source = g_timeout_add(bluez_of(device)->times.disconnect_ms, on_disconnect, device);
}

void
sim_device_power_off(SimDevice *device)
{
  g_clear_handle_id(&device->auto_source, g_source_remove);
  if (device->trying)
    stop_trying(device, "le-connection-abort-by-local");
  if (!device->connected)
    return;
  SimPeer *peer = sim_device_peer(device);
  unlinked(device);
  if (peer)
    sim_peer_unlink(peer);
}

/* ---- the link comes --------------------------------------------------------------------------------- */

static void
on_notified(const char *uuid, const guint8 *bytes, gsize size, gpointer user)
{
  SimDevice *device = user;
  if (g_str_equal(uuid, SIM_BATTERY_LEVEL_UUID))
    sim_device_battery_changed(device, bytes[0]);
  if (device->gatt)
    sim_gatt_notified(device->gatt, uuid, bytes, size);
}

void
sim_device_battery_changed(SimDevice *device, guint8 percent)
{
  device->battery = percent;
  if (device->has_battery)
    sim_node_changed(device->node, &battery_class, "Percentage");
}

static gboolean
take_uuid(SimDevice *device, const char *uuid)
{
  if (g_ptr_array_find_with_equal_func(device->uuids, uuid, g_str_equal, NULL))
    return FALSE;
  g_ptr_array_add(device->uuids, g_strdup(uuid));
  return TRUE;
}

static void
take_uuids(SimDevice *device, const SimPeer *peer)
{
  guint count;
  const SimServiceSpec *specs = sim_peer_services(peer, &count);
  gboolean fresh = take_uuid(device, "00001800-0000-1000-8000-00805f9b34fb");
  for (guint i = 0; i < count; i++)
    fresh = take_uuid(device, specs[i].uuid) || fresh;
  if (fresh)
    changed(device, "UUIDs");
}

static void
add_battery(SimDevice *device, SimPeer *peer)
{
  static const SimCharacteristicSpec level = { SIM_BATTERY_LEVEL_UUID, 0, SIM_READ | SIM_NOTIFY };
  sim_peer_subscribe(peer, &level, TRUE);
  device->battery = peer->battery;
  device->has_battery = TRUE;
  sim_node_add(device->node, &battery_class, device);
}

static gboolean
on_resolved(gpointer user)
{
  SimDevice *device = user;
  device->resolve_source = 0;
  SimPeer *peer = sim_device_peer(device);
  if (!peer)
    return G_SOURCE_REMOVE;
  take_uuids(device, peer);
  if (device->gatt && sim_gatt_handles(device->gatt) != peer->handles) {
    sim_gatt_unexport(device->gatt);
    g_clear_pointer(&device->gatt, sim_gatt_free);
  }
  if (!device->gatt)
    device->gatt = sim_gatt_new(device, peer);
  add_battery(device, peer);
  device->resolved = device->was_resolved = TRUE;
  changed(device, "ServicesResolved");
  if (device->paired_is_pending) {
    device->paired_is_pending = FALSE;
    changed(device, "Paired");
    answer_pair(device, NULL, NULL);
  }
  if (device->loaded && device->paired)
    changed(device, "Paired");
  device->loaded = FALSE;
  remember(device);
  sim_gatt_wake(device->gatt);
  return G_SOURCE_REMOVE;
}

static gboolean
on_drop(gpointer user)
{
  SimDevice *device = user;
  device->drop_source = 0;
  SimPeer *peer = sim_device_peer(device);
  if (peer)
    sim_peer_unlink(peer);
  answer_connect(device, "le-connection-abort-by-local");
  unlinked(device);
  check_link(device); /* and again, and again: the storm of a lost bond */
  return G_SOURCE_REMOVE;
}

static void start_pairing(SimDevice *device);

static void
linked(SimDevice *device)
{
  SimPeer *peer = sim_device_peer(device);
  SimLinkHooks hooks = { .notify = on_notified, .lost = on_lost, .user = device };
  if (!peer || !sim_peer_link(peer, device->adapter->address, &hooks))
    return;
  device->trying = FALSE;
  g_clear_handle_id(&device->give_up_source, g_source_remove);
  device->connected = TRUE;
  if (peer->untold)
    peer->untold--;
  else
    changed(device, "Connected");
  if (device->bonded && !sim_peer_encrypt(peer, device->adapter->address)) {
    device->drop_source = g_timeout_add(LOST_BOND_MS, on_drop, device);
    return;
  }
  answer_connect(device, NULL);
  if (peer->resolve_ms != SIM_NEVER)
    device->resolve_source = g_timeout_add(peer->resolve_ms, on_resolved, device);
  if (device->pair_call)
    start_pairing(device);
}

static gboolean
on_try(gpointer user)
{
  SimDevice *device = user;
  device->try_source = 0;
  SimPeer *peer = sim_device_peer(device);
  if (peer && peer->refuse && sim_peer_is_reachable(peer)) {
    peer->refuse--;
    stop_trying(device, "le-connection-abort-by-local");
    check_link(device);
    return G_SOURCE_REMOVE;
  }
  linked(device);
  return G_SOURCE_REMOVE;
}

static gboolean
on_give_up(gpointer user)
{
  SimDevice *device = user;
  device->give_up_source = 0;
  stop_trying(device, "le-connection-abort-by-local");
  return G_SOURCE_REMOVE;
}

/* Waits for the peer to advertise when it does not. */
static void
try_to_connect(SimDevice *device)
{
  device->trying = TRUE;
  SimPeer *peer = sim_device_peer(device);
  if (!device->give_up_source)
    device->give_up_source = g_timeout_add(GIVE_UP_MS, on_give_up, device);
  if (peer && sim_peer_is_reachable(peer) && !device->try_source)
    device->try_source = g_timeout_add(peer->connect_ms, on_try, device);
}

static gboolean
on_auto(gpointer user)
{
  SimDevice *device = user;
  device->auto_source = 0;
  if (!device->connected && !device->trying && device->adapter->powered)
    linked(device);
  return G_SOURCE_REMOVE;
}

/* The kernel's auto-connect list: devices that some registered profile wants. */
static void
check_link(SimDevice *device)
{
  SimPeer *peer = sim_device_peer(device);
  if (device->connected || device->trying || device->auto_source || !device->adapter->powered || !peer)
    return;
  if (device->no_auto_connect || !sim_peer_is_reachable(peer))
    return;
  if (sim_applications_want(bluez_of(device)->applications, sim_node_path(device->adapter->node),
                            device->uuids))
    device->auto_source = g_timeout_add(bluez_of(device)->times.auto_ms, on_auto, device);
}

void
sim_device_reachable(SimDevice *device)
{
  if (device->connected || !device->adapter->powered)
    return;
  if (device->trying)
    try_to_connect(device);
  else
    check_link(device);
}

/* ---- pairing ---------------------------------------------------------------------------------------- */

static void
fail_pairing(SimDevice *device)
{
  SimPeer *peer = sim_device_peer(device);
  if (!device->trusted)
    set_temporary(device, TRUE);
  answer_pair(device, "AuthenticationFailed", "Authentication Failed");
  if (peer && device->connected)
    sim_peer_cut(peer);
}

static void
bonded(SimDevice *device)
{
  device->bonded = device->paired = TRUE;
  set_temporary(device, FALSE);
  changed(device, "Bonded");
  SimPeer *peer = sim_device_peer(device);
  if (peer && peer->identity) {
    changed(device, "Address");
    changed(device, "AddressType");
  }
  if (!device->resolved) {
    device->paired_is_pending = TRUE;
    return;
  }
  changed(device, "Paired");
  answer_pair(device, NULL, NULL);
}

static void
exchange_keys(SimDevice *device)
{
  SimPeer *peer = sim_device_peer(device);
  if (peer && sim_peer_pair(peer, device->adapter->address))
    bonded(device);
  else
    fail_pairing(device);
}

static void
on_agent_done(gboolean yes, gpointer user)
{
  SimDevice *device = user;
  if (!device->pair_call)
    return;
  if (yes) {
    exchange_keys(device);
    return;
  }
  answer_pair(device, "AuthenticationRejected", "Authentication Rejected");
}

static gboolean
on_pair(gpointer user)
{
  SimDevice *device = user;
  SimPeer *peer = sim_device_peer(device);
  device->pair_source = 0;
  if (peer && peer->confirm)
    sim_agents_ask(bluez_of(device)->agents, g_dbus_method_invocation_get_sender(device->pair_call),
                   peer->confirm, sim_node_path(device->node), on_agent_done, device);
  else
    exchange_keys(device); /* Just Works, begun here: bluetoothd asks nobody */
  return G_SOURCE_REMOVE;
}

static void
start_pairing(SimDevice *device)
{
  device->pair_source = g_timeout_add(bluez_of(device)->times.pair_ms, on_pair, device);
}

/* ---- the interface ---------------------------------------------------------------------------------- */

static void
connect_device(SimDevice *device, GDBusMethodInvocation *call)
{
  if (device->connected) {
    sim_tree_reply(bluez_of(device)->tree, call, NULL);
    return;
  }
  set_temporary(device, FALSE);
  device->no_auto_connect = FALSE;
  if (!device->adapter->powered) {
    sim_bluez_error(bluez_of(device), call, "Failed", "Input/output error");
  } else if (device->trying) {
    sim_bluez_error(bluez_of(device), call, "Failed", "Operation already in progress");
  } else {
    g_clear_handle_id(&device->auto_source, g_source_remove);
    device->connect_call = call;
    try_to_connect(device);
  }
}

static void
pair_device(SimDevice *device, GDBusMethodInvocation *call)
{
  if (device->pair_call) {
    sim_bluez_error(bluez_of(device), call, "InProgress", "In Progress");
  } else if (device->bonded) {
    sim_bluez_error(bluez_of(device), call, "AlreadyExists", "Already Exists");
  } else if (!device->adapter->powered) {
    sim_bluez_error(bluez_of(device), call, "Failed", "Input/output error");
  } else {
    set_temporary(device, FALSE);
    device->pair_call = call;
    if (device->connected)
      start_pairing(device);
    else
      try_to_connect(device);
  }
}

static void
cancel_pairing(SimDevice *device, GDBusMethodInvocation *call)
{
  if (!device->pair_call) {
    sim_bluez_error(bluez_of(device), call, "DoesNotExist", "Does Not Exist");
    return;
  }
  answer_pair(device, "AuthenticationCanceled", "Authentication Canceled");
  sim_tree_reply(bluez_of(device)->tree, call, NULL);
}

static void
disconnect_device(SimDevice *device, GDBusMethodInvocation *call)
{
  if (!device->trusted) {
    device->no_auto_connect = TRUE;
    g_clear_handle_id(&device->auto_source, g_source_remove);
  }
  request_disconnect(device, call);
}

void
sim_device_remove(SimDevice *device, GDBusMethodInvocation *call)
{
  forget(device);
  device->removing = TRUE;
  device->temporary = TRUE;
  if (device->connected) {
    request_disconnect(device, call);
    return;
  }
  SimTree *tree = bluez_of(device)->tree;
  sim_adapter_forget_device(device->adapter, device);
  sim_tree_reply(tree, call, NULL);
}

static void
on_device_call(gpointer self, const char *method, GVariant *arguments, GDBusMethodInvocation *call)
{
  (void)arguments;
  SimDevice *device = self;
  if (g_str_equal(method, "Connect"))
    connect_device(device, call);
  else if (g_str_equal(method, "Disconnect"))
    disconnect_device(device, call);
  else if (g_str_equal(method, "Pair"))
    pair_device(device, call);
  else if (g_str_equal(method, "CancelPairing"))
    cancel_pairing(device, call);
  else
    sim_bluez_error(bluez_of(device), call, "NotAvailable", "Operation currently not available");
}

static void
on_device_set(gpointer self, const char *property, GVariant *value, GDBusMethodInvocation *call)
{
  SimDevice *device = self;
  if (g_str_equal(property, "Alias")) {
    g_free(device->alias);
    device->alias = g_variant_dup_string(value, NULL);
    changed(device, "Alias");
  } else {
    gboolean *flag = g_str_equal(property, "Trusted") ? &device->trusted : &device->blocked;
    if (*flag != g_variant_get_boolean(value)) {
      *flag = !*flag;
      changed(device, g_str_equal(property, "Trusted") ? "Trusted" : "Blocked");
    }
  }
  remember(device);
  sim_tree_reply(bluez_of(device)->tree, call, NULL);
}

static char *
alias_of(const SimDevice *device)
{
  if (device->alias || device->name)
    return g_strdup(device->alias ? device->alias : device->name);
  return g_strdelimit(g_strdup(device->address), ":", '-');
}

static GVariant *
uuids_of(const SimDevice *device)
{
  GVariantBuilder builder;
  g_variant_builder_init(&builder, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < device->uuids->len; i++)
    g_variant_builder_add(&builder, "s", device->uuids->pdata[i]);
  return g_variant_builder_end(&builder);
}

/* A floating one: whoever asks for a property takes it over. */
static GVariant *
copy_of(GVariant *data)
{
  GVariantDict dict;
  g_variant_dict_init(&dict, data);
  return g_variant_dict_end(&dict);
}

/* TRUE and the value when the property is one of the plain switches. */
static gboolean
get_switch(const SimDevice *device, const char *property, gboolean *value)
{
  const struct {
    const char *name;
    gboolean value;
  } rows[] = {
    { "Paired", device->paired && !device->paired_is_pending },
    { "Bonded", device->bonded },
    { "Trusted", device->trusted },
    { "Blocked", device->blocked },
    { "LegacyPairing", FALSE },
    { "Connected", device->connected },
    { "ServicesResolved", device->resolved },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    if (g_str_equal(rows[i].name, property)) {
      *value = rows[i].value;
      return TRUE;
    }
  return FALSE;
}

/* A private address is shown as what is behind it once that is known; the path stays. */
static const char *
shown_address(const SimDevice *device)
{
  const SimPeer *peer = sim_device_peer(device);
  return device->bonded && peer && peer->identity ? peer->identity : device->address;
}

static GVariant *
manufacturer_data_of(const SimDevice *device)
{
  GVariantBuilder builder;
  if (device->company == 0)
    return NULL;
  g_variant_builder_init(&builder, G_VARIANT_TYPE("a{qv}"));
  g_variant_builder_add(&builder, "{qv}", device->company, g_variant_new_bytestring("x"));
  return g_variant_builder_end(&builder);
}

static GVariant *
on_device_get(gpointer self, const char *property)
{
  const SimDevice *device = self;
  gboolean value;
  if (get_switch(device, property, &value))
    return g_variant_new_boolean(value);
  if (g_str_equal(property, "Address"))
    return g_variant_new_string(shown_address(device));
  if (g_str_equal(property, "AddressType"))
    return g_variant_new_string(shown_address(device) == device->address ? device->address_type : "public");
  if (g_str_equal(property, "Name"))
    return device->name ? g_variant_new_string(device->name) : NULL;
  if (g_str_equal(property, "Alias"))
    return g_variant_new_take_string(alias_of(device));
  if (g_str_equal(property, "RSSI"))
    return device->rssi ? g_variant_new_int16(device->rssi) : NULL;
  if (g_str_equal(property, "UUIDs"))
    return uuids_of(device);
  if (g_str_equal(property, "ManufacturerData"))
    return manufacturer_data_of(device);
  if (g_str_equal(property, "Adapter"))
    return g_variant_new_object_path(sim_node_path(device->adapter->node));
  return device->service_data ? copy_of(device->service_data) : NULL; /* ServiceData */
}

const SimClass sim_device_class = {
  .xml =
      "<interface name='org.bluez.Device1'>"
      "<method name='Connect'/><method name='Disconnect'/><method name='Pair'/>"
      "<method name='CancelPairing'/>"
      "<method name='ConnectProfile'><arg type='s' name='UUID'/></method>"
      "<method name='DisconnectProfile'><arg type='s' name='UUID'/></method>"
      "<property name='Address' type='s' access='read'/><property name='AddressType' type='s' access='read'/>"
      "<property name='Name' type='s' access='read'/><property name='Alias' type='s' access='readwrite'/>"
      "<property name='Paired' type='b' access='read'/><property name='Bonded' type='b' access='read'/>"
      "<property name='Trusted' type='b' access='readwrite'/>"
      "<property name='Blocked' type='b' access='readwrite'/>"
      "<property name='LegacyPairing' type='b' access='read'/><property name='RSSI' type='n' access='read'/>"
      "<property name='Connected' type='b' access='read'/><property name='UUIDs' type='as' access='read'/>"
      "<property name='Adapter' type='o' access='read'/>"
      "<property name='ManufacturerData' type='a{qv}' access='read'/>"
      "<property name='ServiceData' type='a{sv}' access='read'/>"
      "<property name='ServicesResolved' type='b' access='read'/>"
      "</interface>",
  .get = on_device_get,
  .set = on_device_set,
  .call = on_device_call,
};

static GVariant *
on_battery_get(gpointer self, const char *property)
{
  (void)property;
  return g_variant_new_byte(((const SimDevice *)self)->battery);
}

static const SimClass battery_class = {
  .xml = "<interface name='org.bluez.Battery1'>"
         "<property name='Percentage' type='y' access='read'/>"
         "</interface>",
  .get = on_battery_get,
};

/* ---- life ------------------------------------------------------------------------------------------- */

static SimDevice *
device_alloc(SimAdapter *adapter, const char *address, const char *address_type)
{
  SimDevice *device = g_new0(SimDevice, 1);
  g_autofree char *underscored = g_strdelimit(g_strdup(address), ":", '_');
  g_autofree char *path = g_strdup_printf("%s/dev_%s", sim_node_path(adapter->node), underscored);
  device->adapter = adapter;
  device->address = g_strdup(address);
  device->address_type = g_strdup(address_type);
  device->uuids = g_ptr_array_new_with_free_func(g_free);
  device->disconnect_calls = g_ptr_array_new();
  device->node = sim_tree_add(adapter->bluez->tree, path);
  sim_node_add(device->node, &sim_device_class, device);
  return device;
}

SimDevice *
sim_device_new(SimAdapter *adapter, const char *address, const char *address_type)
{
  SimDevice *device = device_alloc(adapter, address, address_type);
  set_temporary(device, TRUE);
  return device;
}

SimDevice *
sim_device_load(SimAdapter *adapter, const char *address)
{
  g_autofree char *key = g_strconcat(adapter->address, "/", address, NULL);
  const Memory *memory = g_hash_table_lookup(sim_air_host_memory(adapter->bluez->air), key);
  SimDevice *device = device_alloc(adapter, address, memory->address_type);
  device->name = memory->name[0] ? g_strdup(memory->name) : NULL;
  device->bonded = device->paired = memory->bonded;
  device->trusted = memory->trusted;
  device->loaded = TRUE;
  SimPeer *peer = sim_device_peer(device);
  if (memory->served && peer)
    take_uuids(device, peer);
  return device;
}

void
sim_device_unexport(SimDevice *device)
{
  if (device->connected) {
    SimPeer *peer = sim_device_peer(device);
    unlinked(device);
    if (peer)
      sim_peer_unlink(peer);
  }
  if (device->gatt)
    sim_gatt_unexport(device->gatt);
  sim_tree_remove(bluez_of(device)->tree, device->node);
}

void
sim_device_client_gone(SimDevice *device, const char *sender)
{
  if (device->gatt)
    sim_gatt_client_gone(device->gatt, sender);
}

void
sim_device_free(SimDevice *device)
{
  SimPeer *peer = sim_device_peer(device);
  clear_link_timers(device);
  g_clear_handle_id(&device->try_source, g_source_remove);
  g_clear_handle_id(&device->give_up_source, g_source_remove);
  g_clear_handle_id(&device->pair_source, g_source_remove);
  g_clear_handle_id(&device->temporary_source, g_source_remove);
  g_clear_handle_id(&device->auto_source, g_source_remove);
  if (device->connected && peer)
    sim_peer_unlink(peer);
  g_clear_pointer(&device->gatt, sim_gatt_free);
  g_clear_pointer(&device->service_data, g_variant_unref);
  g_ptr_array_unref(device->uuids);
  g_ptr_array_unref(device->disconnect_calls);
  g_free(device->address);
  g_free(device->address_type);
  g_free(device->name);
  g_free(device->alias);
  g_free(device);
}
