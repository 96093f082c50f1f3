/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gatt.h"

typedef struct Service {
  SimGatt *gatt;
  const SimServiceSpec *spec;
  SimNode *node;
} Service;

typedef struct Characteristic {
  const Service *service;
  const SimCharacteristicSpec *spec;
  SimNode *node;
  GBytes *value; /* NULL: none yet */
  gboolean notifying;
  GHashTable *sessions; /* sender → is awake (GINT_TO_POINTER) */
  gboolean writing;
} Characteristic;

/* Client Characteristic Configuration: bluetoothd writes it itself and lets nobody else. */
typedef struct Descriptor {
  const Characteristic *characteristic;
  SimNode *node;
} Descriptor;

struct SimGatt {
  SimDevice *device;
  guint handles; /* added to each */
  GPtrArray *descriptors;
  GPtrArray *services;
  GPtrArray *characteristics;
  GPtrArray *operations; /* under way */
};

typedef enum OperationKind { OPERATION_READ, OPERATION_WRITE, OPERATION_NOTIFY } OperationKind;

/* One ATT request in the air. */
typedef struct Operation {
  SimGatt *gatt;
  Characteristic *characteristic;
  OperationKind kind;
  GBytes *bytes; /* what is written */
  GDBusMethodInvocation *call;
  guint source;
} Operation;

static SimBluez *
bluez_of(const SimGatt *gatt)
{
  return gatt->device->adapter->bluez;
}

static gboolean
is_ready(const SimGatt *gatt)
{
  return gatt->device->connected && gatt->device->resolved;
}

/* ---- operations ------------------------------------------------------------------------------------- */

static void
operation_free(gpointer data)
{
  Operation *operation = data;
  g_clear_handle_id(&operation->source, g_source_remove);
  g_clear_pointer(&operation->bytes, g_bytes_unref);
  g_free(operation);
}

static void
answer_att_error(SimBluez *bluez, GDBusMethodInvocation *call, guint8 att)
{
  switch (att) {
  case SIM_ATT_READ_NOT_PERMITTED:
    sim_bluez_error(bluez, call, "NotPermitted", "Read not permitted");
    return;
  case SIM_ATT_WRITE_NOT_PERMITTED:
    sim_bluez_error(bluez, call, "NotPermitted", "Write not permitted");
    return;
  case 0x05:
  case SIM_ATT_INSUFFICIENT_ENCRYPTION:
    sim_bluez_error(bluez, call, "NotPermitted", "Not paired");
    return;
  case SIM_ATT_INVALID_LENGTH:
    sim_bluez_error(bluez, call, "InvalidArguments", "Invalid Length");
    return;
  default: {
    g_autofree char *text = g_strdup_printf("Operation failed with ATT error: 0x%02x", att);
    sim_bluez_error(bluez, call, "Failed", text);
    return;
  }
  }
}

/* bluetoothd stores what it read where it stores what it was notified of, and tells of both alike. */
static void set_value(Characteristic *characteristic, const guint8 *bytes, gsize size);

static guint8
finish_read(Operation *operation, SimPeer *peer)
{
  Characteristic *characteristic = operation->characteristic;
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  guint8 att = sim_peer_read(peer, characteristic->spec, bytes);
  if (att)
    return att;
  set_value(characteristic, bytes->data, bytes->len);
  GVariant *value = g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, bytes->data, bytes->len, 1);
  sim_tree_reply(bluez_of(operation->gatt)->tree, operation->call, g_variant_new("(@ay)", value));
  return 0;
}

static guint8
finish_write(Operation *operation, SimPeer *peer)
{
  operation->characteristic->writing = FALSE;
  gsize size;
  const guint8 *bytes = g_bytes_get_data(operation->bytes, &size);
  guint8 att = sim_peer_write(peer, operation->characteristic->spec, bytes, size);
  if (att == 0)
    sim_tree_reply(bluez_of(operation->gatt)->tree, operation->call, NULL);
  return att;
}

static void set_notifying(Characteristic *characteristic, gboolean notifying);

static guint8
finish_notify(Operation *operation, SimPeer *peer)
{
  Characteristic *characteristic = operation->characteristic;
  const char *sender = g_dbus_method_invocation_get_sender(operation->call);
  guint8 att = sim_peer_subscribe(peer, characteristic->spec, TRUE);
  if (att) {
    g_hash_table_remove(characteristic->sessions, sender);
    return att;
  }
  g_hash_table_insert(characteristic->sessions, g_strdup(sender), GINT_TO_POINTER(TRUE));
  set_notifying(characteristic, TRUE);
  sim_tree_reply(bluez_of(operation->gatt)->tree, operation->call, NULL);
  return 0;
}

static guint8
finish(Operation *operation, SimPeer *peer)
{
  switch (operation->kind) {
  case OPERATION_READ:
    return finish_read(operation, peer);
  case OPERATION_WRITE:
    return finish_write(operation, peer);
  case OPERATION_NOTIFY:
    return finish_notify(operation, peer);
  }
  g_assert_not_reached();
}

static gboolean
on_operation(gpointer user)
{
  Operation *operation = user;
  SimGatt *gatt = operation->gatt;
  operation->source = 0;
  SimPeer *peer = sim_device_peer(gatt->device);
  guint index;
  g_assert(g_ptr_array_find(gatt->operations, operation, &index));
  g_ptr_array_steal_index(gatt->operations, index);
  guint8 att = peer ? finish(operation, peer) : 0x0e;
  if (att)
    answer_att_error(bluez_of(gatt), operation->call, att);
  operation_free(operation);
  return G_SOURCE_REMOVE;
}

static void
begin(Characteristic *characteristic, OperationKind kind, GBytes *bytes, GDBusMethodInvocation *call)
{
  SimGatt *gatt = characteristic->service->gatt;
  Operation *operation = g_new0(Operation, 1);
  *operation = (Operation){ .gatt = gatt,
                            .characteristic = characteristic,
                            .kind = kind,
                            .bytes = bytes ? g_bytes_ref(bytes) : NULL,
                            .call = call };
  g_ptr_array_add(gatt->operations, operation);
  operation->source = g_timeout_add(bluez_of(gatt)->times.latency_ms, on_operation, operation);
}

void
sim_gatt_sleep(SimGatt *gatt)
{
  while (gatt->operations->len) {
    Operation *operation = g_ptr_array_steal_index(gatt->operations, 0);
    operation->characteristic->writing = FALSE;
    answer_att_error(bluez_of(gatt), operation->call, 0x0e);
    operation_free(operation);
  }
  for (guint i = 0; i < gatt->characteristics->len; i++) {
    GHashTableIter at;
    Characteristic *characteristic = gatt->characteristics->pdata[i];
    g_hash_table_iter_init(&at, characteristic->sessions);
    while (g_hash_table_iter_next(&at, NULL, NULL))
      g_hash_table_iter_replace(&at, GINT_TO_POINTER(FALSE));
  }
}

/* ---- notify sessions -------------------------------------------------------------------------------- */

static void
wake(Characteristic *characteristic, SimPeer *peer)
{
  if (g_hash_table_size(characteristic->sessions) == 0 ||
      sim_peer_subscribe(peer, characteristic->spec, TRUE))
    return;
  GHashTableIter at;
  g_hash_table_iter_init(&at, characteristic->sessions);
  while (g_hash_table_iter_next(&at, NULL, NULL))
    g_hash_table_iter_replace(&at, GINT_TO_POINTER(TRUE));
  set_notifying(characteristic, TRUE);
}

void
sim_gatt_wake(SimGatt *gatt)
{
  SimPeer *peer = sim_device_peer(gatt->device);
  for (guint i = 0; peer && i < gatt->characteristics->len; i++)
    wake(gatt->characteristics->pdata[i], peer);
}

static void
start_notify(Characteristic *characteristic, GDBusMethodInvocation *call)
{
  SimGatt *gatt = characteristic->service->gatt;
  const char *sender = g_dbus_method_invocation_get_sender(call);
  gpointer awake;
  if (gatt->device->disconnect_source) {
    sim_bluez_error(bluez_of(gatt), call, "NotConnected", "Not Connected");
  } else if (!(characteristic->spec->properties & (SIM_NOTIFY | SIM_INDICATE))) {
    sim_bluez_error(bluez_of(gatt), call, "NotSupported", "Operation is not supported");
  } else if (g_hash_table_lookup_extended(characteristic->sessions, sender, NULL, &awake)) {
    if (GPOINTER_TO_INT(awake))
      sim_tree_reply(bluez_of(gatt)->tree, call, NULL);
    else
      sim_bluez_error(bluez_of(gatt), call, "InProgress", "In Progress");
  } else {
    g_hash_table_insert(characteristic->sessions, g_strdup(sender), GINT_TO_POINTER(FALSE));
    if (is_ready(gatt))
      begin(characteristic, OPERATION_NOTIFY, NULL, call);
    else
      sim_tree_reply(bluez_of(gatt)->tree, call, NULL); /* armed for the next connection */
  }
}

static void
end_session(Characteristic *characteristic, const char *sender)
{
  if (!g_hash_table_remove(characteristic->sessions, sender) || g_hash_table_size(characteristic->sessions))
    return;
  SimPeer *peer = sim_device_peer(characteristic->service->gatt->device);
  if (peer && is_ready(characteristic->service->gatt))
    sim_peer_subscribe(peer, characteristic->spec, FALSE);
  set_notifying(characteristic, FALSE);
}

static void
stop_notify(Characteristic *characteristic, GDBusMethodInvocation *call)
{
  SimBluez *bluez = bluez_of(characteristic->service->gatt);
  const char *sender = g_dbus_method_invocation_get_sender(call);
  if (!g_hash_table_contains(characteristic->sessions, sender)) {
    sim_bluez_error(bluez, call, "Failed", "No notify session started");
    return;
  }
  end_session(characteristic, sender);
  sim_tree_reply(bluez->tree, call, NULL);
}

void
sim_gatt_client_gone(SimGatt *gatt, const char *sender)
{
  for (guint i = 0; i < gatt->characteristics->len; i++)
    end_session(gatt->characteristics->pdata[i], sender);
}

/* ---- interfaces ------------------------------------------------------------------------------------- */

static void
write_value(Characteristic *characteristic, GVariant *arguments, GDBusMethodInvocation *call)
{
  SimBluez *bluez = bluez_of(characteristic->service->gatt);
  g_autoptr(GVariant) value = g_variant_get_child_value(arguments, 0);
  g_autoptr(GBytes) bytes = g_variant_get_data_as_bytes(value);
  if (characteristic->writing) {
    sim_bluez_error(bluez, call, "InProgress", "In Progress");
  } else if (!(characteristic->spec->properties & SIM_WRITE)) {
    sim_bluez_error(bluez, call, "NotSupported", "Operation is not supported");
  } else {
    characteristic->writing = TRUE;
    begin(characteristic, OPERATION_WRITE, bytes, call);
  }
}

static void
on_characteristic_call(gpointer self, const char *method, GVariant *arguments, GDBusMethodInvocation *call)
{
  Characteristic *characteristic = self;
  SimGatt *gatt = characteristic->service->gatt;
  if (g_str_equal(method, "StartNotify"))
    start_notify(characteristic, call);
  else if (g_str_equal(method, "StopNotify"))
    stop_notify(characteristic, call);
  else if (!is_ready(gatt))
    sim_bluez_error(bluez_of(gatt), call, "Failed", "Not connected");
  else if (g_str_equal(method, "ReadValue"))
    begin(characteristic, OPERATION_READ, NULL, call);
  else
    write_value(characteristic, arguments, call);
}

static GVariant *
flags_of(const SimCharacteristicSpec *spec)
{
  static const char *const names[] = { "read", "write", "notify", "indicate" };
  GVariantBuilder builder;
  g_variant_builder_init(&builder, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    if (spec->properties & 1u << i)
      g_variant_builder_add(&builder, "s", names[i]);
  return g_variant_builder_end(&builder);
}

static GVariant *
on_characteristic_get(gpointer self, const char *property)
{
  const Characteristic *characteristic = self;
  gboolean notifies = (characteristic->spec->properties & (SIM_NOTIFY | SIM_INDICATE)) != 0;
  if (g_str_equal(property, "UUID"))
    return g_variant_new_string(characteristic->spec->uuid);
  if (g_str_equal(property, "Service"))
    return g_variant_new_object_path(sim_node_path(characteristic->service->node));
  if (g_str_equal(property, "Flags"))
    return flags_of(characteristic->spec);
  if (g_str_equal(property, "Notifying"))
    return notifies ? g_variant_new_boolean(characteristic->notifying) : NULL;
  if (g_str_equal(property, "NotifyAcquired"))
    return notifies ? g_variant_new_boolean(FALSE) : NULL;
  if (g_str_equal(property, "MTU"))
    return g_variant_new_uint16(517);
  return characteristic->value ? g_variant_new_from_bytes(G_VARIANT_TYPE("ay"), characteristic->value, TRUE)
                               : g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, "", 0, 1);
}

static const SimClass characteristic_class = {
  .xml = "<interface name='org.bluez.GattCharacteristic1'>"
         "<method name='ReadValue'><arg type='a{sv}' name='options'/>"
         "<arg type='ay' direction='out' name='value'/></method>"
         "<method name='WriteValue'><arg type='ay' name='value'/><arg type='a{sv}' name='options'/></method>"
         "<method name='StartNotify'/><method name='StopNotify'/>"
         "<property name='UUID' type='s' access='read'/><property name='Service' type='o' access='read'/>"
         "<property name='Value' type='ay' access='read'/><property name='Notifying' type='b' access='read'/>"
         "<property name='Flags' type='as' access='read'/>"
         "<property name='NotifyAcquired' type='b' access='read'/>"
         "<property name='MTU' type='q' access='read'/>"
         "</interface>",
  .get = on_characteristic_get,
  .call = on_characteristic_call,
};

static GVariant *
on_service_get(gpointer self, const char *property)
{
  const Service *service = self;
  if (g_str_equal(property, "UUID"))
    return g_variant_new_string(service->spec->uuid);
  if (g_str_equal(property, "Device"))
    return g_variant_new_object_path(sim_node_path(service->gatt->device->node));
  if (g_str_equal(property, "Primary"))
    return g_variant_new_boolean(TRUE);
  return g_variant_new_array(G_VARIANT_TYPE_OBJECT_PATH, NULL, 0);
}

static const SimClass service_class = {
  .xml =
      "<interface name='org.bluez.GattService1'>"
      "<property name='UUID' type='s' access='read'/><property name='Device' type='o' access='read'/>"
      "<property name='Primary' type='b' access='read'/><property name='Includes' type='ao' access='read'/>"
      "</interface>",
  .get = on_service_get,
};

static GVariant *
on_descriptor_get(gpointer self, const char *property)
{
  const Descriptor *descriptor = self;
  if (g_str_equal(property, "UUID"))
    return g_variant_new_string("00002902-0000-1000-8000-00805f9b34fb");
  if (g_str_equal(property, "Characteristic"))
    return g_variant_new_object_path(sim_node_path(descriptor->characteristic->node));
  return g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, "", 0, 1);
}

static void
on_descriptor_call(gpointer self, const char *method, GVariant *arguments, GDBusMethodInvocation *call)
{
  (void)method, (void)arguments;
  const Descriptor *descriptor = self;
  sim_bluez_error(bluez_of(descriptor->characteristic->service->gatt), call, "NotPermitted",
                  "Write not permitted");
}

static const SimClass descriptor_class = {
  .xml = "<interface name='org.bluez.GattDescriptor1'>"
         "<method name='WriteValue'><arg type='ay' name='value'/><arg type='a{sv}' name='options'/></method>"
         "<property name='UUID' type='s' access='read'/>"
         "<property name='Characteristic' type='o' access='read'/>"
         "<property name='Value' type='ay' access='read'/>"
         "</interface>",
  .get = on_descriptor_get,
  .call = on_descriptor_call,
};

static void
set_value(Characteristic *characteristic, const guint8 *bytes, gsize size)
{
  g_clear_pointer(&characteristic->value, g_bytes_unref);
  characteristic->value = g_bytes_new(bytes, size);
  sim_node_changed_now(characteristic->node, &characteristic_class, "Value");
}

static void
set_notifying(Characteristic *characteristic, gboolean notifying)
{
  if (characteristic->notifying == notifying)
    return;
  characteristic->notifying = notifying;
  sim_node_changed(characteristic->node, &characteristic_class, "Notifying");
}

static Characteristic *
find_characteristic(SimGatt *gatt, const char *uuid)
{
  for (guint i = 0; i < gatt->characteristics->len; i++)
    if (g_str_equal(((Characteristic *)gatt->characteristics->pdata[i])->spec->uuid, uuid))
      return gatt->characteristics->pdata[i];
  return NULL;
}

void
sim_gatt_notified(SimGatt *gatt, const char *uuid, const guint8 *bytes, gsize size)
{
  Characteristic *characteristic = find_characteristic(gatt, uuid);
  if (characteristic)
    set_value(characteristic, bytes, size);
}

/* ---- life ------------------------------------------------------------------------------------------- */

static void
characteristic_free(gpointer data)
{
  Characteristic *characteristic = data;
  g_clear_pointer(&characteristic->value, g_bytes_unref);
  g_hash_table_unref(characteristic->sessions);
  g_free(characteristic);
}

static void
add_descriptor(Characteristic *characteristic)
{
  SimGatt *gatt = characteristic->service->gatt;
  Descriptor *descriptor = g_new0(Descriptor, 1);
  g_autofree char *path = g_strdup_printf("%s/desc%04x", sim_node_path(characteristic->node),
                                          characteristic->spec->handle + gatt->handles + 2);
  descriptor->characteristic = characteristic;
  descriptor->node = sim_tree_add(bluez_of(gatt)->tree, path);
  g_ptr_array_add(gatt->descriptors, descriptor);
  sim_node_add(descriptor->node, &descriptor_class, descriptor);
}

static void
add_characteristic(Service *service, const SimCharacteristicSpec *spec)
{
  SimGatt *gatt = service->gatt;
  Characteristic *characteristic = g_new0(Characteristic, 1);
  g_autofree char *path =
      g_strdup_printf("%s/char%04x", sim_node_path(service->node), spec->handle + gatt->handles);
  characteristic->service = service;
  characteristic->spec = spec;
  characteristic->sessions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  characteristic->node = sim_tree_add(bluez_of(gatt)->tree, path);
  g_ptr_array_add(gatt->characteristics, characteristic);
  sim_node_add(characteristic->node, &characteristic_class, characteristic);
  if (spec->properties & (SIM_NOTIFY | SIM_INDICATE))
    add_descriptor(characteristic);
}

static void
add_service(SimGatt *gatt, const SimServiceSpec *spec)
{
  Service *service = g_new0(Service, 1);
  g_autofree char *path =
      g_strdup_printf("%s/service%04x", sim_node_path(gatt->device->node), spec->handle + gatt->handles);
  service->gatt = gatt;
  service->spec = spec;
  service->node = sim_tree_add(bluez_of(gatt)->tree, path);
  g_ptr_array_add(gatt->services, service);
  sim_node_add(service->node, &service_class, service);
  for (const SimCharacteristicSpec *at = spec->characteristics; at->uuid; at++)
    add_characteristic(service, at);
}

SimGatt *
sim_gatt_new(SimDevice *device, const SimPeer *peer)
{
  SimGatt *gatt = g_new0(SimGatt, 1);
  gatt->device = device;
  gatt->handles = peer->handles;
  gatt->services = g_ptr_array_new_with_free_func(g_free);
  gatt->characteristics = g_ptr_array_new_with_free_func(characteristic_free);
  gatt->descriptors = g_ptr_array_new_with_free_func(g_free);
  gatt->operations = g_ptr_array_new_with_free_func(operation_free);
  guint count;
  const SimServiceSpec *specs = sim_peer_services(peer, &count);
  for (guint i = 0; i < count; i++)
    add_service(gatt, &specs[i]);
  return gatt;
}

guint
sim_gatt_handles(const SimGatt *gatt)
{
  return gatt->handles;
}

static void
unexport_descriptors(SimGatt *gatt, const Characteristic *characteristic)
{
  for (guint i = 0; i < gatt->descriptors->len; i++) {
    Descriptor *descriptor = gatt->descriptors->pdata[i];
    if (descriptor->characteristic == characteristic)
      sim_tree_remove(bluez_of(gatt)->tree, descriptor->node);
  }
}

static void
unexport_characteristics(SimGatt *gatt, const Service *service)
{
  for (guint i = 0; i < gatt->characteristics->len; i++) {
    Characteristic *characteristic = gatt->characteristics->pdata[i];
    if (characteristic->service != service)
      continue;
    unexport_descriptors(gatt, characteristic);
    sim_tree_remove(bluez_of(gatt)->tree, characteristic->node);
  }
}

void
sim_gatt_unexport(SimGatt *gatt)
{
  for (guint i = 0; i < gatt->services->len; i++) {
    Service *service = gatt->services->pdata[i];
    unexport_characteristics(gatt, service);
    sim_tree_remove(bluez_of(gatt)->tree, service->node);
  }
}

void
sim_gatt_free(SimGatt *gatt)
{
  g_ptr_array_unref(gatt->operations);
  g_ptr_array_unref(gatt->descriptors);
  g_ptr_array_unref(gatt->characteristics);
  g_ptr_array_unref(gatt->services);
  g_free(gatt);
}
