/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "adapter.h"

#include <string.h>

#include "device.h"

#define ADVERTISING_MS 50
#define POWER_UP_MS    80
#define DISCOVERY_MS   20

/* One client's discovery: a filter may be set before it starts. */
typedef struct Session {
  gboolean started;
  gboolean filtered;
  gboolean duplicates;
  gboolean any_uuid; /* a UUIDs filter that names at least one */
  gint16 rssi;       /* G_MININT16: none */
  char *transport;
  char *pattern;
} Session;

static void
session_free(gpointer data)
{
  Session *session = data;
  g_free(session->transport);
  g_free(session->pattern);
  g_free(session);
}

/* ---- discovery -------------------------------------------------------------------------------------- */

static Session *
session_of(SimAdapter *adapter, const char *sender)
{
  Session *session = g_hash_table_lookup(adapter->sessions, sender);
  if (!session) {
    session = g_new0(Session, 1);
    session->rssi = G_MININT16;
    g_hash_table_insert(adapter->sessions, g_strdup(sender), session);
  }
  return session;
}

static gboolean
any_started(const SimAdapter *adapter)
{
  GHashTableIter at;
  gpointer session;
  g_hash_table_iter_init(&at, adapter->sessions);
  while (g_hash_table_iter_next(&at, NULL, &session))
    if (((Session *)session)->started)
      return TRUE;
  return FALSE;
}

/* What is left over when the last session ends: RSSI goes at once, and so do devices that could not even be
 * connected. */
static void
clean_up(SimAdapter *adapter)
{
  for (guint i = adapter->devices->len; i-- > 0;) {
    SimDevice *device = adapter->devices->pdata[i];
    sim_device_lose_rssi(device);
    if (device->temporary && !device->connectable)
      sim_adapter_forget_device(adapter, device);
  }
}

static void hear_around(SimAdapter *adapter);

static gboolean
on_discovery(gpointer user)
{
  SimAdapter *adapter = user;
  adapter->discovery_source = 0;
  gboolean discovering = adapter->powered && any_started(adapter);
  if (discovering == adapter->discovering)
    return G_SOURCE_REMOVE;
  adapter->discovering = discovering;
  sim_node_changed(adapter->node, &sim_adapter_class, "Discovering");
  if (discovering)
    hear_around(adapter);
  return G_SOURCE_REMOVE;
}

/* The calls are answered before the controller has done what they ask for. */
static void
update_discovering(SimAdapter *adapter)
{
  if (adapter->discovering && !any_started(adapter))
    clean_up(adapter);
  if (!adapter->discovery_source)
    adapter->discovery_source = g_timeout_add(DISCOVERY_MS, on_discovery, adapter);
}

void
sim_adapter_end_discovery(SimAdapter *adapter)
{
  g_hash_table_remove_all(adapter->sessions);
  update_discovering(adapter);
}

void
sim_adapter_client_gone(SimAdapter *adapter, const char *sender)
{
  for (guint i = 0; i < adapter->devices->len; i++)
    sim_device_client_gone(adapter->devices->pdata[i], sender);
  if (g_hash_table_remove(adapter->sessions, sender))
    update_discovering(adapter);
}

static void
hear_around(SimAdapter *adapter)
{
  g_autoptr(GList) peers = sim_air_peers(adapter->bluez->air);
  for (GList *at = peers; at; at = at->next) {
    SimPeer *peer = at->data;
    if (peer->tag && peer->in_range && !peer->linked)
      sim_adapter_hear(adapter, peer);
  }
}

static void
start_discovery(SimAdapter *adapter, GDBusMethodInvocation *call)
{
  Session *session = session_of(adapter, g_dbus_method_invocation_get_sender(call));
  if (session->started) {
    sim_bluez_error(adapter->bluez, call, "InProgress", "Operation already in progress");
    return;
  }
  session->started = TRUE;
  if (adapter->deaf > 0 && adapter->deaf != SIM_NEVER)
    adapter->deaf--;
  sim_tree_reply(adapter->bluez->tree, call, NULL);
  update_discovering(adapter);
}

static void
stop_discovery(SimAdapter *adapter, GDBusMethodInvocation *call)
{
  const char *sender = g_dbus_method_invocation_get_sender(call);
  Session *session = g_hash_table_lookup(adapter->sessions, sender);
  if (!session || !session->started) {
    sim_bluez_error(adapter->bluez, call, "Failed", "No discovery started");
    return;
  }
  g_hash_table_remove(adapter->sessions, sender);
  sim_tree_reply(adapter->bluez->tree, call, NULL);
  update_discovering(adapter);
}

static const char *
known_filter_type(const char *key)
{
  static const struct {
    const char *key;
    const char *type;
  } keys[] = { { "UUIDs", "as" },        { "RSSI", "n" },         { "Pathloss", "q" }, { "Transport", "s" },
               { "DuplicateData", "b" }, { "Discoverable", "b" }, { "Pattern", "s" } };
  for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
    if (g_str_equal(keys[i].key, key))
      return keys[i].type;
  return NULL;
}

static gboolean
filter_is_valid(GVariant *filter)
{
  GVariantIter at;
  const char *key;
  GVariant *value;
  g_variant_iter_init(&at, filter);
  while (g_variant_iter_next(&at, "{&sv}", &key, &value)) {
    g_autoptr(GVariant) owned = value;
    const char *type = known_filter_type(key);
    if (!type || !g_str_equal(g_variant_get_type_string(owned), type))
      return FALSE;
  }
  return TRUE;
}

static void
set_filter(SimAdapter *adapter, GVariant *arguments, GDBusMethodInvocation *call)
{
  g_autoptr(GVariant) filter = g_variant_get_child_value(arguments, 0);
  if (!filter_is_valid(filter)) {
    sim_bluez_error(adapter->bluez, call, "InvalidArguments", "Invalid arguments in method call");
    return;
  }
  Session *session = session_of(adapter, g_dbus_method_invocation_get_sender(call));
  g_autoptr(GVariant) uuids = g_variant_lookup_value(filter, "UUIDs", G_VARIANT_TYPE_STRING_ARRAY);
  session->filtered = g_variant_n_children(filter) > 0;
  session->any_uuid = uuids && g_variant_n_children(uuids) > 0;
  session->duplicates = FALSE;
  session->rssi = G_MININT16;
  g_clear_pointer(&session->transport, g_free);
  g_clear_pointer(&session->pattern, g_free);
  g_variant_lookup(filter, "DuplicateData", "b", &session->duplicates);
  g_variant_lookup(filter, "RSSI", "n", &session->rssi);
  g_variant_lookup(filter, "Transport", "s", &session->transport);
  g_variant_lookup(filter, "Pattern", "s", &session->pattern);
  sim_tree_reply(adapter->bluez->tree, call, NULL);
}

/* ---- hearing ---------------------------------------------------------------------------------------- */

typedef struct Hearing {
  gboolean wanted;     /* passes the filter of some client */
  gboolean duplicates; /* some client wants the same payload again */
} Hearing;

static gboolean
session_wants(const Session *session, const SimPeer *peer)
{
  if (!session->filtered)
    return peer->discoverable;
  if (session->any_uuid || peer->rssi < session->rssi || g_strcmp0(session->transport, "bredr") == 0)
    return FALSE;
  return !session->pattern || g_str_has_prefix(peer->address, session->pattern) ||
         (peer->name && g_str_has_prefix(peer->name, session->pattern));
}

static Hearing
listen(const SimAdapter *adapter, const SimPeer *peer)
{
  Hearing hearing = { FALSE, FALSE };
  GHashTableIter at;
  gpointer value;
  g_hash_table_iter_init(&at, adapter->sessions);
  while (g_hash_table_iter_next(&at, NULL, &value)) {
    const Session *session = value;
    if (!session->started)
      continue;
    hearing.wanted = hearing.wanted || session_wants(session, peer);
    hearing.duplicates = hearing.duplicates || session->duplicates;
  }
  return hearing;
}

void
sim_adapter_hear(SimAdapter *adapter, SimPeer *peer)
{
  if (!adapter->discovering || adapter->deaf > 0)
    return;
  Hearing hearing = listen(adapter, peer);
  if (!hearing.wanted)
    return;
  SimDevice *device = sim_adapter_find_device(adapter, peer->address);
  if (!device) {
    device = sim_device_new(adapter, peer->address, peer->address_type);
    g_ptr_array_add(adapter->devices, device);
  }
  sim_device_hear(device, peer, hearing.duplicates);
}

SimDevice *
sim_adapter_find_device(const SimAdapter *adapter, const char *address)
{
  for (guint i = 0; i < adapter->devices->len; i++)
    if (g_str_equal(((SimDevice *)adapter->devices->pdata[i])->address, address))
      return adapter->devices->pdata[i];
  return NULL;
}

void
sim_adapter_forget_device(SimAdapter *adapter, SimDevice *device)
{
  sim_device_unexport(device);
  g_ptr_array_remove(adapter->devices, device);
}

/* ---- power ------------------------------------------------------------------------------------------ */

void
sim_adapter_set_powered(SimAdapter *adapter, gboolean powered)
{
  if (adapter->powered == powered)
    return;
  adapter->powered = powered;
  if (!powered) {
    adapter->deaf = 0;
    for (guint i = 0; i < adapter->devices->len; i++)
      sim_device_power_off(adapter->devices->pdata[i]);
    g_hash_table_remove_all(adapter->sessions);
    g_clear_handle_id(&adapter->discovery_source, g_source_remove);
    if (adapter->discovering)
      clean_up(adapter);
    adapter->discovering = FALSE;
    sim_node_changed(adapter->node, &sim_adapter_class, "Discovering"); /* told even when it was off before */
  }
  sim_node_changed(adapter->node, &sim_adapter_class, "Powered");
  if (adapter->bluez->times.power_state)
    sim_node_changed(adapter->node, &sim_adapter_class, "PowerState");
  if (powered)
    sim_bluez_check_links(adapter->bluez);
}

/* The kernel takes the power; what gives it back is bluetoothd's AutoEnable. */
void
sim_adapter_set_blocked(SimAdapter *adapter, gboolean blocked)
{
  adapter->blocked = blocked;
  if (adapter->powered == !blocked && adapter->bluez->times.power_state)
    sim_node_changed(adapter->node, &sim_adapter_class, "PowerState");
  sim_adapter_set_powered(adapter, !blocked);
}

static gboolean
on_power_up(gpointer user)
{
  SimAdapter *adapter = user;
  adapter->power_source = 0;
  sim_adapter_set_powered(adapter, TRUE);
  return G_SOURCE_REMOVE;
}

/* ---- the interface ---------------------------------------------------------------------------------- */

static void
remove_device(SimAdapter *adapter, GVariant *arguments, GDBusMethodInvocation *call)
{
  const char *path;
  g_variant_get(arguments, "(&o)", &path);
  for (guint i = 0; i < adapter->devices->len; i++) {
    SimDevice *device = adapter->devices->pdata[i];
    if (g_str_equal(sim_node_path(device->node), path)) {
      sim_device_remove(device, call);
      return;
    }
  }
  sim_bluez_error(adapter->bluez, call, "DoesNotExist", "Does Not Exist");
}

static void
on_adapter_call(gpointer self, const char *method, GVariant *arguments, GDBusMethodInvocation *call)
{
  SimAdapter *adapter = self;
  if (g_str_equal(method, "GetDiscoveryFilters")) {
    const char *const names[] = { "UUIDs",         "RSSI",         "Pathloss", "Transport",
                                  "DuplicateData", "Discoverable", "Pattern",  NULL };
    sim_tree_reply(adapter->bluez->tree, call, g_variant_new("(^as)", names));
  } else if (!adapter->powered) {
    sim_bluez_error(adapter->bluez, call, "NotReady", "Resource Not Ready");
  } else if (g_str_equal(method, "StartDiscovery")) {
    start_discovery(adapter, call);
  } else if (g_str_equal(method, "StopDiscovery")) {
    stop_discovery(adapter, call);
  } else if (g_str_equal(method, "SetDiscoveryFilter")) {
    set_filter(adapter, arguments, call);
  } else {
    remove_device(adapter, arguments, call);
  }
}

static GVariant *
adapter_uuids(void)
{
  const char *const uuids[] = { "00001800-0000-1000-8000-00805f9b34fb",
                                "00001801-0000-1000-8000-00805f9b34fb",
                                "0000180a-0000-1000-8000-00805f9b34fb", NULL };
  return g_variant_new_strv(uuids, -1);
}

/* Experimental before 5.73. */
static GVariant *
power_state(const SimAdapter *adapter)
{
  if (!adapter->bluez->times.power_state)
    return NULL;
  return g_variant_new_string(adapter->powered ? "on" : adapter->blocked ? "off-blocked" : "off");
}

static GVariant *
on_adapter_get(gpointer self, const char *property)
{
  const SimAdapter *adapter = self;
  static const char *const roles[] = { "central", "peripheral", NULL };
  if (g_str_equal(property, "Address"))
    return g_variant_new_string(adapter->address);
  if (g_str_equal(property, "AddressType"))
    return g_variant_new_string("public");
  if (g_str_equal(property, "Name"))
    return g_variant_new_string("simulated");
  if (g_str_equal(property, "Alias"))
    return g_variant_new_string(adapter->alias);
  if (g_str_equal(property, "Powered"))
    return g_variant_new_boolean(adapter->powered);
  if (g_str_equal(property, "PowerState"))
    return power_state(adapter);
  if (g_str_equal(property, "Discovering"))
    return g_variant_new_boolean(adapter->discovering);
  if (g_str_equal(property, "UUIDs"))
    return adapter_uuids();
  if (g_str_equal(property, "Roles"))
    return g_variant_new_strv(roles, -1);
  if (g_str_equal(property, "Pairable") || g_str_equal(property, "Discoverable"))
    return g_variant_new_boolean(FALSE);
  return g_variant_new_uint32(0); /* Class and the two timeouts */
}

static void
on_adapter_set(gpointer self, const char *property, GVariant *value, GDBusMethodInvocation *call)
{
  SimAdapter *adapter = self;
  if (g_str_equal(property, "Powered") && adapter->blocked) {
    sim_bluez_error(adapter->bluez, call, "Blocked", "Blocked through rfkill");
    return;
  }
  if (g_str_equal(property, "Powered")) {
    sim_tree_reply(adapter->bluez->tree, call, NULL); /* before the signals, as recorded */
    sim_adapter_set_powered(adapter, g_variant_get_boolean(value));
    return;
  }
  if (g_str_equal(property, "Alias")) {
    g_free(adapter->alias);
    adapter->alias = g_variant_dup_string(value, NULL);
    sim_node_changed(adapter->node, &sim_adapter_class, "Alias");
  }
  sim_tree_reply(adapter->bluez->tree, call, NULL);
}

const SimClass sim_adapter_class = {
  .xml =
      "<interface name='org.bluez.Adapter1'>"
      "<method name='StartDiscovery'/><method name='StopDiscovery'/>"
      "<method name='SetDiscoveryFilter'><arg type='a{sv}' name='properties'/></method>"
      "<method name='GetDiscoveryFilters'><arg type='as' direction='out' name='filters'/></method>"
      "<method name='RemoveDevice'><arg type='o' name='device'/></method>"
      "<property name='Address' type='s' access='read'/><property name='AddressType' type='s' access='read'/>"
      "<property name='Name' type='s' access='read'/><property name='Alias' type='s' access='readwrite'/>"
      "<property name='Class' type='u' access='read'/><property name='Powered' type='b' access='readwrite'/>"
      "<property name='PowerState' type='s' access='read'/>"
      "<property name='Discoverable' type='b' access='readwrite'/>"
      "<property name='DiscoverableTimeout' type='u' access='readwrite'/>"
      "<property name='Pairable' type='b' access='readwrite'/>"
      "<property name='PairableTimeout' type='u' access='readwrite'/>"
      "<property name='Discovering' type='b' access='read'/><property name='UUIDs' type='as' access='read'/>"
      "<property name='Roles' type='as' access='read'/>"
      "</interface>",
  .get = on_adapter_get,
  .set = on_adapter_set,
  .call = on_adapter_call,
};

/* LEAdvertisingManager1 is there to be seen arriving: what it offers is tested on the real BlueZ. */
static GVariant *
on_advertising_get(gpointer self, const char *property)
{
  (void)self;
  return g_variant_new_byte(g_str_equal(property, "SupportedInstances") ? 5 : 0);
}

static void
on_advertising_call(gpointer self, const char *method, GVariant *arguments, GDBusMethodInvocation *call)
{
  (void)method, (void)arguments;
  const SimAdapter *adapter = self;
  sim_bluez_error(adapter->bluez, call, "NotSupported", "Operation is not supported");
}

static const SimClass advertising_class = {
  .xml = "<interface name='org.bluez.LEAdvertisingManager1'>"
         "<method name='RegisterAdvertisement'><arg type='o' name='advertisement'/>"
         "<arg type='a{sv}' name='options'/></method>"
         "<method name='UnregisterAdvertisement'><arg type='o' name='service'/></method>"
         "<property name='ActiveInstances' type='y' access='read'/>"
         "<property name='SupportedInstances' type='y' access='read'/>"
         "</interface>",
  .get = on_advertising_get,
  .call = on_advertising_call,
};

static gboolean
on_advertising(gpointer user)
{
  SimAdapter *adapter = user;
  adapter->advertising_source = 0;
  sim_node_add(adapter->node, &advertising_class, adapter);
  return G_SOURCE_REMOVE;
}

/* Two plugins' interfaces, there to be seen coming and going. */
static GVariant *
on_plugin_get(gpointer self, const char *property)
{
  (void)self, (void)property;
  return NULL;
}

static const SimClass media_class = { .xml = "<interface name='org.bluez.Media1'/>", .get = on_plugin_get };
static const SimClass network_class = { .xml = "<interface name='org.bluez.NetworkServer1'/>",
                                        .get = on_plugin_get };

/* ---- life ------------------------------------------------------------------------------------------- */

static void
load_devices(SimAdapter *adapter)
{
  GHashTableIter at;
  gpointer key;
  g_autofree char *prefix = g_strconcat(adapter->address, "/", NULL);
  g_hash_table_iter_init(&at, sim_air_host_memory(adapter->bluez->air));
  while (g_hash_table_iter_next(&at, &key, NULL))
    if (g_str_has_prefix(key, prefix))
      g_ptr_array_add(adapter->devices, sim_device_load(adapter, (const char *)key + strlen(prefix)));
}

SimAdapter *
sim_adapter_new(SimBluez *bluez, guint index, const char *address, gboolean powered)
{
  SimAdapter *adapter = g_new0(SimAdapter, 1);
  g_autofree char *path = g_strdup_printf("/org/bluez/hci%u", index);
  adapter->bluez = bluez;
  adapter->index = index;
  adapter->address = g_strdup(address);
  adapter->alias = g_strdup("simulated");
  if (powered)
    adapter->power_source = g_timeout_add(POWER_UP_MS, on_power_up, adapter);
  adapter->sessions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, session_free);
  adapter->devices = g_ptr_array_new_with_free_func((GDestroyNotify)sim_device_free);
  adapter->node = sim_tree_add(bluez->tree, path);
  adapter->gatt_manager = (SimGattManager){ bluez->applications, sim_node_path(adapter->node) };
  sim_node_add(adapter->node, &sim_adapter_class, adapter);
  sim_node_add(adapter->node, &sim_applications_class, &adapter->gatt_manager);
  sim_node_add(adapter->node, &media_class, adapter);
  sim_node_add(adapter->node, &network_class, adapter);
  adapter->advertising_source = g_timeout_add(ADVERTISING_MS, on_advertising, adapter);
  load_devices(adapter);
  return adapter;
}

void
sim_adapter_free(SimAdapter *adapter)
{
  g_clear_handle_id(&adapter->advertising_source, g_source_remove);
  g_clear_handle_id(&adapter->power_source, g_source_remove);
  g_clear_handle_id(&adapter->discovery_source, g_source_remove);
  g_ptr_array_unref(adapter->devices);
  g_hash_table_unref(adapter->sessions);
  g_free(adapter->address);
  g_free(adapter->alias);
  g_free(adapter);
}

void
sim_adapter_leave(SimAdapter *adapter)
{
  sim_adapter_set_powered(adapter, FALSE);
  sim_node_drop(adapter->node, &media_class);
}

/* In the order that was recorded. */
void
sim_adapter_remove(SimAdapter *adapter)
{
  sim_adapter_leave(adapter);
  while (adapter->devices->len)
    sim_adapter_forget_device(adapter, adapter->devices->pdata[0]);
  sim_node_drop(adapter->node, &sim_applications_class);
  sim_node_drop(adapter->node, &network_class);
  sim_applications_release(adapter->bluez->applications, sim_node_path(adapter->node));
  sim_tree_remove(adapter->bluez->tree, adapter->node);
}
