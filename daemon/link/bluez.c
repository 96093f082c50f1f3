/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bluez.h"

#include <string.h>

#include "bluez_match.h"
#include "bluez_names.h"
#include "bluez_tree.h"
#include "timer.h"

#define ASK_AGAIN_MS 5000
#define LOOK_MS      500

struct CalBluez {
  GDBusConnection *connection; /* owned */
  CalBluezListener listener;
  gpointer data;
  GCancellable *cancellable; /* of the refresh at BlueZ's coming; owned */
  char *owner;               /* the unique name behind org.bluez, NULL while nobody is; owned */
  gboolean told_present;
  CalTimer again; /* when all objects are asked for again, since the answer failed */
  guint watch;
  guint signals[2];
  CalBluezTree *tree;   /* owned */
  CalBluezMatch *match; /* owned */
};

gboolean
cal_bluez_is_present(CalBluez *bluez)
{
  return bluez->told_present;
}

gboolean
cal_bluez_was_heard(CalBluezChange change)
{
  switch (change) {
  case CAL_BLUEZ_ADDED:
  case CAL_BLUEZ_CHANGED:
  case CAL_BLUEZ_HEARD:
    return TRUE;
  case CAL_BLUEZ_SNAPSHOT:
  case CAL_BLUEZ_REMOVED:
    break;
  }
  return FALSE;
}

gboolean
cal_bluez_was_cancelled(const GError *error)
{
  return g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

char *
cal_bluez_adapter_of(const char *path)
{
  const size_t root = strlen(BLUEZ_ROOT "/");
  if (!g_str_has_prefix(path, BLUEZ_ROOT "/"))
    return NULL;
  const char *end = strchr(path + root, '/');
  return end ? g_strndup(path, (gsize)(end - path)) : g_strdup(path);
}

/* -- Reading the tree */

GVariant *
cal_bluez_get(CalBluez *bluez, const char *path, const char *interface, const char *property)
{
  return cal_bluez_tree_get(bluez->tree, path, interface, property);
}

gboolean
cal_bluez_get_boolean(CalBluez *bluez, const char *path, const char *interface, const char *property)
{
  GVariant *value = cal_bluez_get(bluez, path, interface, property);
  return value && g_variant_is_of_type(value, G_VARIANT_TYPE_BOOLEAN) && g_variant_get_boolean(value);
}

const char *
cal_bluez_get_string(CalBluez *bluez, const char *path, const char *interface, const char *property)
{
  GVariant *value = cal_bluez_get(bluez, path, interface, property);
  if (!value || !(g_variant_is_of_type(value, G_VARIANT_TYPE_STRING) ||
                  g_variant_is_of_type(value, G_VARIANT_TYPE_OBJECT_PATH)))
    return NULL;
  return g_variant_get_string(value, NULL);
}

gboolean
cal_bluez_has(CalBluez *bluez, const char *path, const char *interface)
{
  return cal_bluez_tree_has(bluez->tree, path, interface);
}

GPtrArray *
cal_bluez_list(CalBluez *bluez, const char *interface, const char *under)
{
  return cal_bluez_tree_list(bluez->tree, interface, under);
}

/* -- Taking changes in */

/* Not before BlueZ's coming was told: until then everything is being asked for anyway. */
static void
refresh_quietly(CalBluez *bluez)
{
  if (bluez->told_present)
    cal_bluez_refresh(bluez, NULL, NULL, NULL);
}

static gboolean
is_adapter_path(const char *path)
{
  return g_str_has_prefix(path, BLUEZ_ROOT "/") && !strchr(path + strlen(BLUEZ_ROOT "/"), '/');
}

/* A device is ours by its address, whatever its path: a private address keeps its path when it is resolved.
 */
static gboolean
is_wanted(CalBluez *bluez, const char *path, GVariant *interfaces)
{
  g_autoptr(GVariant) device = NULL;
  const char *address = NULL;
  if (is_adapter_path(path) || cal_bluez_match_has_path(bluez->match, path) ||
      cal_bluez_tree_has_parent(bluez->tree, path))
    return TRUE;
  if (!g_variant_lookup(interfaces, BLUEZ_DEVICE, "@a{sv}", &device))
    return FALSE;
  if (g_variant_lookup(device, "Address", "&s", &address) &&
      cal_bluez_match_has_address(bluez->match, address)) {
    cal_bluez_match_add_path(bluez->match, path);
    return TRUE;
  }
  return cal_bluez_match_is_around(bluez->match) &&
         cal_bluez_tree_count(bluez->tree, BLUEZ_DEVICE) < CAL_BLUEZ_AROUND_MAX;
}

/* Its devices may have been told before anything of it was matched. */
static void
take_new_adapter(CalBluez *bluez, const char *path, CalBluezChange change)
{
  cal_bluez_match_add_adapter(bluez->match, path);
  if (change == CAL_BLUEZ_ADDED)
    cal_bluez_refresh(bluez, NULL, NULL, NULL);
}

static void
take_interface(CalBluez *bluez, const char *path, const char *interface, GVariant *properties,
               CalBluezChange change)
{
  const gboolean is_new = !cal_bluez_tree_has(bluez->tree, path, interface);
  cal_bluez_tree_update(bluez->tree, path, interface, properties);
  if (g_str_equal(interface, BLUEZ_ADAPTER) && is_new)
    take_new_adapter(bluez, path, change);
  if (is_new || change != CAL_BLUEZ_SNAPSHOT)
    bluez->listener.changed(path, interface, properties, change, bluez->data);
}

static void
take_object(CalBluez *bluez, const char *path, GVariant *interfaces, CalBluezChange change)
{
  GVariantIter iter;
  const char *interface;
  GVariant *properties;
  if (!is_wanted(bluez, path, interfaces))
    return;
  g_variant_iter_init(&iter, interfaces);
  while (g_variant_iter_loop(&iter, "{&s@a{sv}}", &interface, &properties))
    take_interface(bluez, path, interface, properties, change);
}

static void
drop_interface(CalBluez *bluez, const char *path, const char *interface)
{
  if (!cal_bluez_tree_remove(bluez->tree, path, interface))
    return;
  if (g_str_equal(interface, BLUEZ_ADAPTER))
    cal_bluez_match_remove_adapter(bluez->match, path);
  bluez->listener.changed(path, interface, NULL, CAL_BLUEZ_REMOVED, bluez->data);
}

/* An adapter that is pulled out takes its devices with it, not always telling so. */
static void
drop_below(CalBluez *bluez, const char *path)
{
  g_autoptr(GPtrArray) devices = cal_bluez_tree_list(bluez->tree, NULL, path);
  for (guint i = 0; i < devices->len; i++) {
    g_auto(GStrv) interfaces = cal_bluez_tree_interfaces(bluez->tree, devices->pdata[i]);
    for (guint j = 0; interfaces && interfaces[j]; j++)
      drop_interface(bluez, devices->pdata[i], interfaces[j]);
  }
}

static void
on_interfaces_removed(CalBluez *bluez, GVariant *parameters)
{
  const char *path, *interface;
  g_autoptr(GVariantIter) interfaces = NULL;
  g_variant_get(parameters, "(&oas)", &path, &interfaces);
  while (g_variant_iter_next(interfaces, "&s", &interface)) {
    if (g_str_equal(interface, BLUEZ_ADAPTER))
      drop_below(bluez, path);
    drop_interface(bluez, path, interface);
  }
}

static void
on_object_signal(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
                 const char *signal, GVariant *parameters, gpointer data)
{
  CalBluez *bluez = data;
  (void)connection;
  (void)path;
  (void)interface;
  if (g_strcmp0(sender, bluez->owner) != 0)
    return;
  if (g_str_equal(signal, "InterfacesAdded") &&
      g_variant_is_of_type(parameters, G_VARIANT_TYPE("(oa{sa{sv}})"))) {
    const char *object;
    g_autoptr(GVariant) interfaces = NULL;
    g_variant_get(parameters, "(&o@a{sa{sv}})", &object, &interfaces);
    take_object(bluez, object, interfaces, CAL_BLUEZ_ADDED);
  } else if (g_str_equal(signal, "InterfacesRemoved") &&
             g_variant_is_of_type(parameters, G_VARIANT_TYPE("(oas)"))) {
    on_interfaces_removed(bluez, parameters);
  }
}

/* What each advertisement may change. */
static gboolean
is_broadcast(const char *property)
{
  static const char *const names[] = { "RSSI",    "ServiceData",      "ManufacturerData",
                                       "TxPower", "AdvertisingFlags", "AdvertisingData",
                                       NULL };
  return g_strv_contains(names, property);
}

static CalBluezChange
change_of(const char *interface, GVariant *properties)
{
  GVariantIter iter;
  const char *name;
  if (!g_str_equal(interface, BLUEZ_DEVICE))
    return CAL_BLUEZ_CHANGED;
  g_variant_iter_init(&iter, properties);
  while (g_variant_iter_next(&iter, "{&sv}", &name, NULL))
    if (!is_broadcast(name))
      return CAL_BLUEZ_CHANGED;
  return CAL_BLUEZ_HEARD;
}

static void
on_properties_signal(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
                     const char *signal, GVariant *parameters, gpointer data)
{
  CalBluez *bluez = data;
  const char *changed_interface, *name;
  g_autoptr(GVariant) properties = NULL;
  g_autoptr(GVariantIter) invalidated = NULL;
  (void)connection;
  (void)interface;
  (void)signal;
  if (g_strcmp0(sender, bluez->owner) != 0 || !g_variant_is_of_type(parameters, G_VARIANT_TYPE("(sa{sv}as)")))
    return;
  g_variant_get(parameters, "(&s@a{sv}as)", &changed_interface, &properties, &invalidated);
  if (!cal_bluez_tree_has(bluez->tree, path, changed_interface))
    return;
  CalBluezChange change = change_of(changed_interface, properties);
  while (g_variant_iter_next(invalidated, "&s", &name)) {
    cal_bluez_tree_invalidate(bluez->tree, path, changed_interface, name);
    change = CAL_BLUEZ_CHANGED;
  }
  take_interface(bluez, path, changed_interface, properties, change);
}

/* -- Asking for everything */

typedef struct Refresh {
  CalBluez *bluez;
  CalBluezRefreshed done;
  gpointer data;
} Refresh;

/* path → its interfaces, all owned. */
static GHashTable *
index_objects(GVariant *objects)
{
  GHashTable *index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_variant_unref);
  GVariantIter iter;
  char *path;
  GVariant *interfaces;
  g_variant_iter_init(&iter, objects);
  while (g_variant_iter_next(&iter, "{o@a{sa{sv}}}", &path, &interfaces))
    g_hash_table_insert(index, path, interfaces);
  return index;
}

/* What was kept and is no more: its removal was never told, or got lost while the machine slept. */
static void
drop_stale(CalBluez *bluez, GVariant *objects)
{
  g_autoptr(GHashTable) there = index_objects(objects);
  g_autoptr(GPtrArray) kept = cal_bluez_tree_list(bluez->tree, NULL, NULL);
  for (guint i = 0; i < kept->len; i++) {
    GVariant *told = g_hash_table_lookup(there, kept->pdata[i]);
    g_auto(GStrv) interfaces = cal_bluez_tree_interfaces(bluez->tree, kept->pdata[i]);
    for (guint j = 0; interfaces && interfaces[j]; j++) {
      g_autoptr(GVariant) properties = told ? g_variant_lookup_value(told, interfaces[j], NULL) : NULL;
      if (!properties)
        drop_interface(bluez, kept->pdata[i], interfaces[j]);
    }
  }
}

static void
take_snapshot(CalBluez *bluez, GVariant *objects)
{
  GVariantIter iter;
  const char *path;
  GVariant *interfaces;
  /* Twice: a device's children may stand before it, and are wanted only once it is known. */
  for (int round = 0; round < 2; round++) {
    g_variant_iter_init(&iter, objects);
    while (g_variant_iter_loop(&iter, "{&o@a{sa{sv}}}", &path, &interfaces))
      take_object(bluez, path, interfaces, CAL_BLUEZ_SNAPSHOT);
  }
}

/* Without an answer nothing is known of what is there already, and no signal would tell. */
static void
ask_again(gpointer data)
{
  cal_bluez_refresh(data, NULL, NULL, NULL);
}

static void
on_objects(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Refresh *refresh = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = cal_bluez_call_finish(source, result, &error);
  if (cal_bluez_was_cancelled(error))
    return;
  if (!reply) {
    g_debug("BlueZ did not tell its objects: %s", error->message);
    if (refresh->bluez->owner)
      cal_timer_set(&refresh->bluez->again, cal_timer_now_ms() + ASK_AGAIN_MS, ask_again, refresh->bluez);
  }
  if (reply && refresh->bluez->owner) {
    g_autoptr(GVariant) objects = g_variant_get_child_value(reply, 0);
    drop_stale(refresh->bluez, objects);
    take_snapshot(refresh->bluez, objects);
  }
  if (refresh->done)
    refresh->done(reply != NULL, refresh->data);
}

void
cal_bluez_refresh(CalBluez *bluez, GCancellable *cancellable, CalBluezRefreshed done, gpointer data)
{
  Refresh *refresh = g_new(Refresh, 1);
  *refresh = (Refresh){ bluez, done, data };
  g_dbus_connection_call(bluez->connection, BLUEZ_NAME, "/", DBUS_OBJECT_MANAGER, "GetManagedObjects", NULL,
                         G_VARIANT_TYPE("(a{oa{sa{sv}}})"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1,
                         cancellable ? cancellable : bluez->cancellable, on_objects, refresh);
}

/* -- BlueZ's coming and going */

static void
tell_present(gboolean told, gpointer data)
{
  CalBluez *bluez = data;
  (void)told;
  bluez->told_present = TRUE;
  bluez->listener.presence(TRUE, bluez->data);
}

static void
on_vanished(GDBusConnection *connection, const char *name, gpointer data)
{
  CalBluez *bluez = data;
  (void)connection;
  (void)name;
  g_cancellable_cancel(bluez->cancellable);
  g_clear_object(&bluez->cancellable);
  bluez->cancellable = g_cancellable_new();
  cal_timer_clear(&bluez->again);
  g_clear_pointer(&bluez->owner, g_free);
  cal_bluez_tree_clear(bluez->tree);
  cal_bluez_match_forget_adapters(bluez->match);
  bluez->told_present = FALSE;
  bluez->listener.presence(FALSE, bluez->data);
}

static void
on_appeared(GDBusConnection *connection, const char *name, const char *owner, gpointer data)
{
  CalBluez *bluez = data;
  if (g_strcmp0(bluez->owner, owner) == 0)
    return; /* cal_bluez_look() has seen it */
  if (bluez->owner)
    on_vanished(connection, name, data);
  bluez->owner = g_strdup(owner);
  cal_bluez_refresh(bluez, NULL, tell_present, bluez);
}

static GVariant *
ask_now(CalBluez *bluez, const char *name, const char *path, const char *interface, const char *method,
        GVariant *parameters, const char *type)
{
  return g_dbus_connection_call_sync(bluez->connection, name, path, interface, method, parameters,
                                     G_VARIANT_TYPE(type), G_DBUS_CALL_FLAGS_NO_AUTO_START, LOOK_MS,
                                     bluez->cancellable, NULL);
}

void
cal_bluez_look(CalBluez *bluez)
{
  g_autoptr(GVariant) owner = ask_now(bluez, "org.freedesktop.DBus", "/", "org.freedesktop.DBus",
                                      "GetNameOwner", g_variant_new("(s)", BLUEZ_NAME), "(s)");
  if (!owner || bluez->owner)
    return;
  g_variant_get(owner, "(s)", &bluez->owner);
  g_autoptr(GVariant) reply =
      ask_now(bluez, bluez->owner, "/", DBUS_OBJECT_MANAGER, "GetManagedObjects", NULL, "(a{oa{sa{sv}}})");
  if (!reply) {
    g_clear_pointer(&bluez->owner, g_free);
    return;
  }
  g_autoptr(GVariant) objects = g_variant_get_child_value(reply, 0);
  take_snapshot(bluez, objects);
  tell_present(TRUE, bluez);
}

CalBluez *
cal_bluez_new(GDBusConnection *connection, const CalBluezListener *listener, gpointer data)
{
  CalBluez *bluez = g_new0(CalBluez, 1);
  bluez->connection = g_object_ref(connection);
  bluez->listener = *listener;
  bluez->data = data;
  bluez->cancellable = g_cancellable_new();
  bluez->tree = cal_bluez_tree_new();
  bluez->match = cal_bluez_match_new(connection);
  bluez->signals[0] =
      g_dbus_connection_signal_subscribe(connection, NULL, DBUS_OBJECT_MANAGER, NULL, NULL, NULL,
                                         G_DBUS_SIGNAL_FLAGS_NO_MATCH_RULE, on_object_signal, bluez, NULL);
  bluez->signals[1] = g_dbus_connection_signal_subscribe(
      connection, NULL, DBUS_PROPERTIES, "PropertiesChanged", NULL, NULL, G_DBUS_SIGNAL_FLAGS_NO_MATCH_RULE,
      on_properties_signal, bluez, NULL);
  bluez->watch = g_bus_watch_name_on_connection(connection, BLUEZ_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                on_appeared, on_vanished, bluez, NULL);
  return bluez;
}

void
cal_bluez_free(CalBluez *bluez)
{
  if (!bluez)
    return;
  g_bus_unwatch_name(bluez->watch);
  cal_timer_clear(&bluez->again);
  for (gsize i = 0; i < G_N_ELEMENTS(bluez->signals); i++)
    g_dbus_connection_signal_unsubscribe(bluez->connection, bluez->signals[i]);
  g_cancellable_cancel(bluez->cancellable);
  g_object_unref(bluez->cancellable);
  cal_bluez_match_free(bluez->match);
  cal_bluez_tree_free(bluez->tree);
  g_free(bluez->owner);
  g_object_unref(bluez->connection);
  g_free(bluez);
}

/* -- What is looked at */

void
cal_bluez_add_address(CalBluez *bluez, const char *address)
{
  cal_bluez_match_add_address(bluez->match, address);
  refresh_quietly(bluez);
}

/* Devices that nobody matches any more would grow old in the tree. */
static void
forget_unwatched(CalBluez *bluez)
{
  if (cal_bluez_match_is_around(bluez->match))
    return;
  g_autoptr(GPtrArray) devices = cal_bluez_tree_list(bluez->tree, BLUEZ_DEVICE, NULL);
  for (guint i = 0; i < devices->len; i++) {
    const char *path = devices->pdata[i];
    const char *has = cal_bluez_get_string(bluez, path, BLUEZ_DEVICE, "Address");
    if (!has || !cal_bluez_match_has_address(bluez->match, has))
      cal_bluez_tree_remove_below(bluez->tree, path);
  }
}

void
cal_bluez_remove_address(CalBluez *bluez, const char *address)
{
  cal_bluez_match_remove_address(bluez->match, address);
  forget_unwatched(bluez);
}

void
cal_bluez_look_around(CalBluez *bluez)
{
  cal_bluez_match_look_around(bluez->match);
  refresh_quietly(bluez);
}

void
cal_bluez_look_away(CalBluez *bluez)
{
  cal_bluez_match_look_away(bluez->match);
  forget_unwatched(bluez);
}

/* -- Calling */

void
cal_bluez_call(CalBluez *bluez, const char *path, const char *interface, const char *method,
               GVariant *parameters, int timeout_ms, GCancellable *cancellable, GAsyncReadyCallback done,
               gpointer data)
{
  g_dbus_connection_call(bluez->connection, BLUEZ_NAME, path, interface, method, parameters, NULL,
                         G_DBUS_CALL_FLAGS_NO_AUTO_START, timeout_ms, cancellable, done, data);
}

GVariant *
cal_bluez_call_finish(GObject *source, GAsyncResult *result, GError **error)
{
  return g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, error);
}

void
cal_bluez_set(CalBluez *bluez, const char *path, const char *interface, const char *property, GVariant *value,
              GCancellable *cancellable, GAsyncReadyCallback done, gpointer data)
{
  cal_bluez_call(bluez, path, DBUS_PROPERTIES, "Set", g_variant_new("(ssv)", interface, property, value), -1,
                 cancellable, done, data);
}
