/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "local.h"

#define BLUEZ        "org.bluez"
#define ADVERT_PATH  "/org/calciferd/Advertisement"
#define AGENT_PATH   "/org/calciferd/Agent"
#define RETRY_MS     500
#define OWN_SERVICES 2 /* the first two of a peer's are bluetoothd's own on a real adapter */

typedef struct LocalService {
  const SimServiceSpec *spec;
  SimNode *node;
} LocalService;

typedef struct LocalCharacteristic {
  SimLocal *local;
  const LocalService *service;
  const SimCharacteristicSpec *spec;
  SimNode *node;
  GBytes *value;
  gboolean notifying;
} LocalCharacteristic;

struct SimLocal {
  GDBusConnection *connection;
  SimAir *air;
  char *adapter; /* its object path */
  SimPeer *peer; /* NULL until there is one */
  SimTree *tree;
  GPtrArray *services;
  GPtrArray *characteristics;
  GHashTable *devices; /* path → its Bonded, GINT_TO_POINTER */
  char *host;          /* path of the connected device, NULL: none */
  GCancellable *cancellable;
  gboolean running; /* org.bluez has an owner */
  gboolean registered;
  guint retry;
  GVariant *advertised; /* a{sv}, what the Advertisement object shows */
  gboolean advertising;
  gboolean advert_busy;
  gboolean advert_again;
};

static void arm(SimLocal *local);
static void advertise(SimLocal *local);

/* ---- calls to bluetoothd ---------------------------------------------------------------------------- */

static void
call(SimLocal *local, const char *path, const char *interface, const char *method, GVariant *arguments,
     GAsyncReadyCallback done)
{
  g_dbus_connection_call(local->connection, BLUEZ, path, interface, method, arguments, NULL,
                         G_DBUS_CALL_FLAGS_NO_AUTO_START, 30000, local->cancellable, done, local);
}

/* FALSE when the object that asked is gone; *ok tells how it went otherwise. */
static gboolean
finished(GObject *source, GAsyncResult *result, gboolean *ok)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);
  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return FALSE;
  *ok = reply != NULL;
  if (error)
    g_debug("bluetoothd: %s", error->message);
  return TRUE;
}

/* ---- the link --------------------------------------------------------------------------------------- */

static void on_notify(const char *uuid, const guint8 *bytes, gsize size, gpointer user);

static void
on_lost(gpointer user)
{
  sim_local_cut(user);
}

static void
link_up(SimLocal *local, const char *device)
{
  SimLinkHooks hooks = { .notify = on_notify, .lost = on_lost, .user = local };
  if (!local->peer || !sim_peer_link(local->peer, local->adapter, &hooks))
    return;
  g_free(local->host);
  local->host = g_strdup(device);
  local->peer->encrypted = TRUE;
  advertise(local);
  for (guint i = 0; i < local->characteristics->len; i++) {
    const LocalCharacteristic *characteristic = local->characteristics->pdata[i];
    if (characteristic->notifying)
      sim_peer_subscribe(local->peer, characteristic->spec, TRUE);
  }
}

static void
link_down(SimLocal *local)
{
  g_clear_pointer(&local->host, g_free);
  if (local->peer)
    sim_peer_unlink(local->peer);
}

void
sim_local_cut(SimLocal *local)
{
  if (local->host)
    call(local, local->host, "org.bluez.Device1", "Disconnect", NULL, NULL);
}

static void
take_device(SimLocal *local, const char *path, GVariant *properties)
{
  gboolean value;
  g_autofree char *prefix = g_strconcat(local->adapter, "/dev_", NULL);
  if (!g_str_has_prefix(path, prefix))
    return;
  if (!g_hash_table_contains(local->devices, path))
    g_hash_table_insert(local->devices, g_strdup(path), GINT_TO_POINTER(FALSE));
  if (g_variant_lookup(properties, "Bonded", "b", &value))
    g_hash_table_insert(local->devices, g_strdup(path), GINT_TO_POINTER(value));
  if (!g_variant_lookup(properties, "Connected", "b", &value))
    return;
  if (value)
    link_up(local, path);
  else if (g_strcmp0(local->host, path) == 0)
    link_down(local);
}

static void
on_changed(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
           const char *signal, GVariant *arguments, gpointer user)
{
  (void)connection, (void)sender, (void)interface, (void)signal;
  g_autoptr(GVariant) properties = g_variant_get_child_value(arguments, 1);
  take_device(user, path, properties);
}

static void
take_interfaces(SimLocal *local, const char *path, GVariant *interfaces)
{
  g_autoptr(GVariant) device =
      g_variant_lookup_value(interfaces, "org.bluez.Device1", G_VARIANT_TYPE_VARDICT);
  if (device)
    take_device(local, path, device);
}

static void
on_added(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
         const char *signal, GVariant *arguments, gpointer user)
{
  (void)connection, (void)sender, (void)path, (void)interface, (void)signal;
  const char *object;
  g_autoptr(GVariant) interfaces = NULL;
  g_variant_get(arguments, "(&o@a{sa{sv}})", &object, &interfaces);
  take_interfaces(user, object, interfaces);
}

static void
on_removed(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
           const char *signal, GVariant *arguments, gpointer user)
{
  (void)connection, (void)sender, (void)path, (void)interface, (void)signal;
  SimLocal *local = user;
  const char *object;
  g_variant_get_child(arguments, 0, "&o", &object);
  if (g_hash_table_remove(local->devices, object) && g_strcmp0(local->host, object) == 0)
    link_down(local);
}

static void
on_objects(GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr(GVariant) reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, NULL);
  if (!reply)
    return;
  g_autoptr(GVariant) objects = g_variant_get_child_value(reply, 0);
  for (gsize i = 0; i < g_variant_n_children(objects); i++) {
    const char *path;
    g_autoptr(GVariant) interfaces = NULL;
    g_variant_get_child(objects, i, "{&o@a{sa{sv}}}", &path, &interfaces);
    take_interfaces(user, path, interfaces);
  }
}

gboolean
sim_local_is_bonded(const SimLocal *local)
{
  GHashTableIter at;
  gpointer bonded;
  g_hash_table_iter_init(&at, local->devices);
  while (g_hash_table_iter_next(&at, NULL, &bonded))
    if (GPOINTER_TO_INT(bonded))
      return TRUE;
  return FALSE;
}

void
sim_local_forget_bonds(SimLocal *local)
{
  g_autoptr(GList) paths = g_hash_table_get_keys(local->devices);
  for (GList *at = paths; at; at = at->next)
    call(local, local->adapter, "org.bluez.Adapter1", "RemoveDevice", g_variant_new("(o)", at->data), NULL);
}

/* ---- the application -------------------------------------------------------------------------------- */

static GVariant *
flags_of(const SimCharacteristicSpec *spec)
{
  static const char *const names[] = { "read", "write", "notify", "indicate" };
  GVariantBuilder builder;
  g_variant_builder_init(&builder, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    if (!(spec->properties & 1u << i))
      continue;
    gboolean is_protected = (spec->properties & SIM_PROTECTED) != 0;
    if (is_protected)
      g_variant_builder_add_value(&builder,
                                  g_variant_new_take_string(g_strconcat("encrypt-", names[i], NULL)));
    if (!is_protected || 1u << i >= SIM_NOTIFY)
      g_variant_builder_add(&builder, "s", names[i]);
  }
  return g_variant_builder_end(&builder);
}

static GVariant *
on_service_get(gpointer self, const char *property)
{
  const LocalService *service = self;
  return g_str_equal(property, "UUID") ? g_variant_new_string(service->spec->uuid)
                                       : g_variant_new_boolean(TRUE);
}

static const SimClass service_class = {
  .xml = "<interface name='org.bluez.GattService1'>"
         "<property name='UUID' type='s' access='read'/><property name='Primary' type='b' access='read'/>"
         "</interface>",
  .get = on_service_get,
};

static GVariant *
on_characteristic_get(gpointer self, const char *property)
{
  const LocalCharacteristic *characteristic = self;
  if (g_str_equal(property, "UUID"))
    return g_variant_new_string(characteristic->spec->uuid);
  if (g_str_equal(property, "Service"))
    return g_variant_new_object_path(sim_node_path(characteristic->service->node));
  if (g_str_equal(property, "Flags"))
    return flags_of(characteristic->spec);
  return characteristic->value ? g_variant_new_from_bytes(G_VARIANT_TYPE("ay"), characteristic->value, TRUE)
                               : NULL;
}

/* Only these reach the host as what they are; the rest becomes "unlikely error" there. */
static void
answer_att(SimTree *tree, GDBusMethodInvocation *invocation, guint8 att)
{
  g_autofree char *text = g_strdup_printf("0x%02x", att);
  if (att == 0)
    sim_tree_reply(tree, invocation, NULL);
  else if (att == SIM_ATT_PROCEDURE_ACTIVE)
    sim_tree_error(tree, invocation, "org.bluez.Error.InProgress", text);
  else if (att == SIM_ATT_INVALID_LENGTH)
    sim_tree_error(tree, invocation, "org.bluez.Error.InvalidValueLength", text);
  else
    sim_tree_error(tree, invocation, "org.bluez.Error.Failed", text);
}

static guint16
offset_of(GVariant *arguments, gsize index)
{
  guint16 offset = 0;
  g_autoptr(GVariant) options = g_variant_get_child_value(arguments, index);
  g_variant_lookup(options, "offset", "q", &offset);
  return offset;
}

static void
read_value(LocalCharacteristic *characteristic, GVariant *arguments, GDBusMethodInvocation *invocation)
{
  SimLocal *local = characteristic->local;
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  guint8 att = sim_peer_read(local->peer, characteristic->spec, bytes);
  if (att) {
    answer_att(local->tree, invocation, att);
    return;
  }
  guint offset = MIN(offset_of(arguments, 0), bytes->len);
  GVariant *value =
      g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, bytes->data + offset, bytes->len - offset, 1);
  sim_tree_reply(local->tree, invocation, g_variant_new("(@ay)", value));
}

static void
write_value(LocalCharacteristic *characteristic, GVariant *arguments, GDBusMethodInvocation *invocation)
{
  SimLocal *local = characteristic->local;
  g_autoptr(GVariant) value = g_variant_get_child_value(arguments, 0);
  gsize size;
  const guint8 *bytes = g_variant_get_fixed_array(value, &size, 1);
  answer_att(local->tree, invocation, sim_peer_write(local->peer, characteristic->spec, bytes, size));
}

static void
set_notifying(LocalCharacteristic *characteristic, gboolean on)
{
  characteristic->notifying = on;
  if (characteristic->local->peer->linked)
    sim_peer_subscribe(characteristic->local->peer, characteristic->spec, on);
}

static void
on_characteristic_call(gpointer self, const char *method, GVariant *arguments,
                       GDBusMethodInvocation *invocation)
{
  LocalCharacteristic *characteristic = self;
  if (g_str_equal(method, "ReadValue")) {
    read_value(characteristic, arguments, invocation);
  } else if (g_str_equal(method, "WriteValue")) {
    write_value(characteristic, arguments, invocation);
  } else {
    if (!g_str_equal(method, "Confirm"))
      set_notifying(characteristic, g_str_equal(method, "StartNotify"));
    sim_tree_reply(characteristic->local->tree, invocation, NULL);
  }
}

static const SimClass characteristic_class = {
  .xml = "<interface name='org.bluez.GattCharacteristic1'>"
         "<method name='ReadValue'><arg type='a{sv}' name='options'/>"
         "<arg type='ay' direction='out' name='value'/></method>"
         "<method name='WriteValue'><arg type='ay' name='value'/><arg type='a{sv}' name='options'/></method>"
         "<method name='StartNotify'/><method name='StopNotify'/><method name='Confirm'/>"
         "<property name='UUID' type='s' access='read'/><property name='Service' type='o' access='read'/>"
         "<property name='Value' type='ay' access='read'/><property name='Flags' type='as' access='read'/>"
         "</interface>",
  .get = on_characteristic_get,
  .call = on_characteristic_call,
};

static void
on_notify(const char *uuid, const guint8 *bytes, gsize size, gpointer user)
{
  SimLocal *local = user;
  for (guint i = 0; i < local->characteristics->len; i++) {
    LocalCharacteristic *characteristic = local->characteristics->pdata[i];
    if (!g_str_equal(characteristic->spec->uuid, uuid))
      continue;
    g_clear_pointer(&characteristic->value, g_bytes_unref);
    characteristic->value = g_bytes_new(bytes, size);
    sim_node_changed_now(characteristic->node, &characteristic_class, "Value");
  }
}

static void
add_characteristic(SimLocal *local, const LocalService *service, const SimCharacteristicSpec *spec)
{
  LocalCharacteristic *characteristic = g_new0(LocalCharacteristic, 1);
  g_autofree char *path = g_strdup_printf("%s/char%04x", sim_node_path(service->node), spec->handle);
  characteristic->local = local;
  characteristic->service = service;
  characteristic->spec = spec;
  characteristic->node = sim_tree_add(local->tree, path);
  g_ptr_array_add(local->characteristics, characteristic);
  sim_node_add(characteristic->node, &characteristic_class, characteristic);
}

static void
add_service(SimLocal *local, const SimServiceSpec *spec)
{
  LocalService *service = g_new0(LocalService, 1);
  g_autofree char *path = g_strdup_printf("/org/calciferd/service%04x", spec->handle);
  service->spec = spec;
  service->node = sim_tree_add(local->tree, path);
  g_ptr_array_add(local->services, service);
  sim_node_add(service->node, &service_class, service);
  for (const SimCharacteristicSpec *at = spec->characteristics; at->uuid; at++)
    add_characteristic(local, service, at);
}

/* ---- the advertisement ------------------------------------------------------------------------------ */

static GVariant *
on_advert_get(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
              const char *property, GError **error, gpointer user)
{
  (void)connection, (void)sender, (void)path, (void)interface, (void)error;
  SimLocal *local = user;
  if (g_str_equal(property, "Type"))
    return g_variant_new_string("peripheral");
  if (g_str_equal(property, "Discoverable"))
    return g_variant_new_boolean(TRUE);
  return g_variant_ref(local->advertised);
}

static void
on_advert_call(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
               const char *method, GVariant *arguments, GDBusMethodInvocation *invocation, gpointer user)
{
  (void)connection, (void)sender, (void)path, (void)interface, (void)method, (void)arguments;
  ((SimLocal *)user)->advertising = FALSE; /* Release */
  g_dbus_method_invocation_return_value(invocation, NULL);
}

static void
next_advert(SimLocal *local)
{
  local->advert_busy = FALSE;
  if (local->advert_again)
    advertise(local);
}

static void
on_advertised(GObject *source, GAsyncResult *result, gpointer user)
{
  SimLocal *local = user;
  if (finished(source, result, &local->advertising))
    next_advert(local);
}

static gboolean
may_advertise(const SimLocal *local)
{
  return local->registered && local->peer && local->peer->in_range && !local->peer->linked;
}

static void
on_quiet(GObject *source, GAsyncResult *result, gpointer user)
{
  SimLocal *local = user;
  gboolean ok;
  if (!finished(source, result, &ok))
    return;
  local->advertising = FALSE;
  if (!may_advertise(local)) {
    next_advert(local);
    return;
  }
  g_clear_pointer(&local->advertised, g_variant_unref);
  local->advertised = g_variant_ref_sink(sim_peer_service_data(local->peer));
  call(local, local->adapter, "org.bluez.LEAdvertisingManager1", "RegisterAdvertisement",
       g_variant_new("(oa{sv})", ADVERT_PATH, NULL), on_advertised);
}

/* Its properties are read once, so what changes is registered anew; a virtual controller is heard by a
 * scanner only at that moment. */
static void
advertise(SimLocal *local)
{
  local->advert_again = local->advert_busy;
  if (local->advert_busy || (!local->advertising && !may_advertise(local)))
    return;
  local->advert_busy = TRUE;
  call(local, local->adapter, "org.bluez.LEAdvertisingManager1", "UnregisterAdvertisement",
       g_variant_new("(o)", ADVERT_PATH), on_quiet);
}

static void
on_heard(SimPeer *peer, gpointer user)
{
  (void)peer;
  advertise(user);
}

void
sim_local_set_in_range(SimLocal *local, gboolean in_range)
{
  local->peer->in_range = in_range;
  if (!in_range)
    sim_local_cut(local);
  advertise(local);
}

static void
export_advert(SimLocal *local)
{
  static const char xml[] = "<node><interface name='org.bluez.LEAdvertisement1'><method name='Release'/>"
                            "<property name='Type' type='s' access='read'/>"
                            "<property name='ServiceData' type='a{sv}' access='read'/>"
                            "<property name='Discoverable' type='b' access='read'/></interface></node>";
  static const GDBusInterfaceVTable vtable = { .method_call = on_advert_call, .get_property = on_advert_get };
  g_autoptr(GError) error = NULL;
  g_autoptr(GDBusNodeInfo) info = g_dbus_node_info_new_for_xml(xml, &error);
  g_assert_no_error(error);
  g_dbus_connection_register_object(local->connection, ADVERT_PATH, info->interfaces[0], &vtable, local, NULL,
                                    &error);
  g_assert_no_error(error);
}

/* ---- the agent -------------------------------------------------------------------------------------- */

/* Whatever is asked is asked about pairing: yes while the tag's window is open. */
static void
on_agent_call(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
              const char *method, GVariant *arguments, GDBusMethodInvocation *invocation, gpointer user)
{
  (void)connection, (void)sender, (void)path, (void)interface, (void)arguments;
  const SimLocal *local = user;
  gboolean asks = g_str_has_prefix(method, "Request");
  if (asks && !(local->peer && local->peer->pairing_open))
    g_dbus_method_invocation_return_dbus_error(invocation, "org.bluez.Error.Rejected",
                                               "not open for pairing");
  else
    g_dbus_method_invocation_return_value(invocation, NULL);
}

static void
export_agent(SimLocal *local)
{
  static const char xml[] =
      "<node><interface name='org.bluez.Agent1'><method name='Release'/><method name='Cancel'/>"
      "<method name='RequestAuthorization'><arg type='o' name='device'/></method>"
      "<method name='RequestConfirmation'><arg type='o' name='device'/><arg type='u' "
      "name='passkey'/></method>"
      "<method name='AuthorizeService'><arg type='o' name='device'/><arg type='s' name='uuid'/></method>"
      "</interface></node>";
  static const GDBusInterfaceVTable vtable = { .method_call = on_agent_call };
  g_autoptr(GError) error = NULL;
  g_autoptr(GDBusNodeInfo) info = g_dbus_node_info_new_for_xml(xml, &error);
  g_assert_no_error(error);
  g_dbus_connection_register_object(local->connection, AGENT_PATH, info->interfaces[0], &vtable, local, NULL,
                                    &error);
  g_assert_no_error(error);
}

/* ---- registering: agent, default agent, application, advertisement ---------------------------------- */

static gboolean
on_retry(gpointer user)
{
  SimLocal *local = user;
  local->retry = 0;
  arm(local);
  return G_SOURCE_REMOVE;
}

static void
on_registered(GObject *source, GAsyncResult *result, gpointer user)
{
  SimLocal *local = user;
  gboolean ok;
  if (!finished(source, result, &ok))
    return;
  local->registered = ok;
  if (ok)
    advertise(local);
  else if (local->running)
    local->retry = g_timeout_add(RETRY_MS, on_retry, local);
}

static void
on_default_agent(GObject *source, GAsyncResult *result, gpointer user)
{
  SimLocal *local = user;
  gboolean ok;
  if (finished(source, result, &ok))
    call(local, local->adapter, "org.bluez.GattManager1", "RegisterApplication",
         g_variant_new("(oa{sv})", "/", NULL), on_registered);
}

static void
on_agent(GObject *source, GAsyncResult *result, gpointer user)
{
  SimLocal *local = user;
  gboolean ok;
  if (finished(source, result, &ok))
    call(local, "/org/bluez", "org.bluez.AgentManager1", "RequestDefaultAgent",
         g_variant_new("(o)", AGENT_PATH), on_default_agent);
}

/* A broadcaster has no services, and so no application; bluetoothd would refuse an empty one. */
static void
arm(SimLocal *local)
{
  if (!local->running || local->registered || !local->peer)
    return;
  if (!local->peer->tag) {
    local->registered = TRUE;
    advertise(local);
    return;
  }
  call(local, "/org/bluez", "org.bluez.AgentManager1", "RegisterAgent",
       g_variant_new("(os)", AGENT_PATH, "NoInputNoOutput"), on_agent);
}

static void
on_comes(GDBusConnection *connection, const char *name, const char *owner, gpointer user)
{
  (void)connection, (void)name, (void)owner;
  SimLocal *local = user;
  local->running = TRUE;
  call(local, "/", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects", NULL, on_objects);
  arm(local);
}

static void
on_goes(GDBusConnection *connection, const char *name, gpointer user)
{
  (void)connection, (void)name;
  SimLocal *local = user;
  local->running = local->registered = local->advertising = FALSE;
  g_hash_table_remove_all(local->devices);
  for (guint i = 0; i < local->characteristics->len; i++)
    ((LocalCharacteristic *)local->characteristics->pdata[i])->notifying = FALSE;
  link_down(local);
}

gboolean
sim_local_is_registered(const SimLocal *local)
{
  return local->registered;
}

/* ---- life ------------------------------------------------------------------------------------------- */

static void
characteristic_free(gpointer data)
{
  LocalCharacteristic *characteristic = data;
  g_clear_pointer(&characteristic->value, g_bytes_unref);
  g_free(characteristic);
}

SimLocal *
sim_local_new(GDBusConnection *connection, SimAir *air, const char *adapter)
{
  SimLocal *local = g_new0(SimLocal, 1);
  local->connection = connection;
  local->air = air;
  local->adapter = g_strdup_printf("/org/bluez/%s", adapter);
  local->tree = sim_tree_new(connection);
  local->services = g_ptr_array_new_with_free_func(g_free);
  local->characteristics = g_ptr_array_new_with_free_func(characteristic_free);
  local->devices = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  local->cancellable = g_cancellable_new();
  local->advertised = g_variant_ref_sink(g_variant_new_array(G_VARIANT_TYPE("{sv}"), NULL, 0));
  export_advert(local);
  export_agent(local);
  g_dbus_connection_signal_subscribe(connection, BLUEZ, "org.freedesktop.DBus.Properties",
                                     "PropertiesChanged", NULL, "org.bluez.Device1", G_DBUS_SIGNAL_FLAGS_NONE,
                                     on_changed, local, NULL);
  g_dbus_connection_signal_subscribe(connection, BLUEZ, "org.freedesktop.DBus.ObjectManager",
                                     "InterfacesAdded", NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_added, local,
                                     NULL);
  g_dbus_connection_signal_subscribe(connection, BLUEZ, "org.freedesktop.DBus.ObjectManager",
                                     "InterfacesRemoved", NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_removed,
                                     local, NULL);
  SimAirHooks hooks = { .heard = on_heard, .user = local };
  sim_air_listen(air, &hooks);
  g_bus_watch_name_on_connection(connection, BLUEZ, G_BUS_NAME_WATCHER_FLAGS_NONE, on_comes, on_goes, local,
                                 NULL);
  return local;
}

void
sim_local_take(SimLocal *local, SimPeer *peer)
{
  guint count;
  const SimServiceSpec *specs = sim_peer_services(peer, &count);
  local->peer = peer;
  for (guint i = OWN_SERVICES; i < count; i++)
    add_service(local, &specs[i]);
  sim_tree_flush(local->tree);
  arm(local);
}

/* At the end of the process: signal subscriptions go with the connection. */
void
sim_local_free(SimLocal *local)
{
  g_cancellable_cancel(local->cancellable);
  g_clear_handle_id(&local->retry, g_source_remove);
  sim_air_listen(local->air, NULL);
  sim_tree_free(local->tree);
  g_ptr_array_unref(local->characteristics);
  g_ptr_array_unref(local->services);
  g_hash_table_unref(local->devices);
  g_variant_unref(local->advertised);
  g_object_unref(local->cancellable);
  g_free(local->adapter);
  g_free(local->host);
  g_free(local);
}
