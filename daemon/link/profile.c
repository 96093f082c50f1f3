/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile.h"

#include "bluez_names.h"

#define ROOT_PATH    "/org/calciferd/gatt"
#define PROFILE_PATH ROOT_PATH "/profile"

static const char interfaces_xml[] =
    "<node>"
    "<interface name='" DBUS_OBJECT_MANAGER "'>"
    "<method name='GetManagedObjects'><arg name='objects' type='a{oa{sa{sv}}}' direction='out'/></method>"
    "</interface>"
    "<interface name='" BLUEZ_GATT_PROFILE "'>"
    "<method name='Release'/>"
    "<property name='UUIDs' type='as' access='read'/>"
    "</interface>"
    "</node>";

struct CalProfile {
  GDBusConnection *connection; /* owned */
  CalBluez *bluez;
  GCancellable *cancellable;
  GDBusNodeInfo *info;
  guint objects[2];
  char **services;        /* NULL or empty: nothing to connect for */
  GHashTable *registered; /* paths of adapters */
};

static GVariant *
uuids(CalProfile *profile)
{
  static const char *const none[] = { NULL };
  return g_variant_new_strv(profile->services ? (const char *const *)profile->services : none, -1);
}

static GVariant *
managed_objects(CalProfile *profile)
{
  GVariantBuilder properties, interfaces, objects;
  g_variant_builder_init(&properties, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add(&properties, "{sv}", "UUIDs", uuids(profile));
  g_variant_builder_init(&interfaces, G_VARIANT_TYPE("a{sa{sv}}"));
  g_variant_builder_add(&interfaces, "{sa{sv}}", BLUEZ_GATT_PROFILE, &properties);
  g_variant_builder_init(&objects, G_VARIANT_TYPE("a{oa{sa{sv}}}"));
  g_variant_builder_add(&objects, "{oa{sa{sv}}}", PROFILE_PATH, &interfaces);
  return g_variant_new("(a{oa{sa{sv}}})", &objects);
}

static void
on_method(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
          const char *method, GVariant *parameters, GDBusMethodInvocation *invocation, gpointer data)
{
  (void)connection;
  (void)sender;
  (void)path;
  (void)interface;
  (void)parameters;
  const gboolean asks = g_str_equal(method, "GetManagedObjects");
  g_dbus_method_invocation_return_value(invocation, asks ? managed_objects(data) : NULL);
}

static GVariant *
on_get_property(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
                const char *property, GError **error, gpointer data)
{
  (void)connection;
  (void)sender;
  (void)path;
  (void)interface;
  (void)property;
  (void)error;
  return uuids(data);
}

CalProfile *
cal_profile_new(GDBusConnection *connection, CalBluez *bluez)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_method, .get_property = on_get_property };
  CalProfile *profile = g_new0(CalProfile, 1);
  profile->connection = g_object_ref(connection);
  profile->bluez = bluez;
  profile->cancellable = g_cancellable_new();
  profile->registered = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  profile->info = g_dbus_node_info_new_for_xml(interfaces_xml, NULL);
  profile->objects[0] = g_dbus_connection_register_object(connection, ROOT_PATH, profile->info->interfaces[0],
                                                          &vtable, profile, NULL, NULL);
  profile->objects[1] = g_dbus_connection_register_object(
      connection, PROFILE_PATH, profile->info->interfaces[1], &vtable, profile, NULL, NULL);
  return profile;
}

static void
call_manager(CalProfile *profile, const char *adapter, const char *method, GVariant *parameters,
             GAsyncReadyCallback done, gpointer data)
{
  cal_bluez_call(profile->bluez, adapter, BLUEZ_GATT_MANAGER, method, parameters, -1,
                 done ? profile->cancellable : NULL, done, data);
}

static void
unregister_all(CalProfile *profile)
{
  GHashTableIter iter;
  gpointer adapter;
  g_hash_table_iter_init(&iter, profile->registered);
  while (g_hash_table_iter_next(&iter, &adapter, NULL))
    call_manager(profile, adapter, "UnregisterApplication", g_variant_new("(o)", ROOT_PATH), NULL, NULL);
  g_hash_table_remove_all(profile->registered);
}

void
cal_profile_free(CalProfile *profile)
{
  unregister_all(profile);
  g_cancellable_cancel(profile->cancellable);
  for (gsize i = 0; i < G_N_ELEMENTS(profile->objects); i++)
    g_dbus_connection_unregister_object(profile->connection, profile->objects[i]);
  g_dbus_node_info_unref(profile->info);
  g_hash_table_unref(profile->registered);
  g_strfreev(profile->services);
  g_object_unref(profile->cancellable);
  g_object_unref(profile->connection);
  g_free(profile);
}

void
cal_profile_set_services(CalProfile *profile, const char *const *services)
{
  static const char *const none[] = { NULL };
  const char *const *before = profile->services ? (const char *const *)profile->services : none;
  if (g_strv_equal(before, services ? services : none))
    return;
  unregister_all(profile);
  g_strfreev(profile->services);
  profile->services = g_strdupv((char **)services);
  cal_profile_register(profile);
}

static void
on_registered(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree char *adapter = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = cal_bluez_call_finish(source, result, &error);
  if (reply || cal_bluez_was_cancelled(error))
    return;
  g_autofree char *name = g_dbus_error_get_remote_error(error);
  if (g_strcmp0(name, "org.bluez.Error.AlreadyExists") != 0)
    g_warning("BlueZ will not connect tags on %s by itself: %s", adapter, error->message);
}

static void
register_with(CalProfile *profile, const char *adapter)
{
  GVariantBuilder options;
  if (!g_hash_table_add(profile->registered, g_strdup(adapter)))
    return;
  g_variant_builder_init(&options, G_VARIANT_TYPE_VARDICT);
  call_manager(profile, adapter, "RegisterApplication", g_variant_new("(oa{sv})", ROOT_PATH, &options),
               on_registered, g_strdup(adapter));
}

void
cal_profile_register(CalProfile *profile)
{
  if (!profile->services || !profile->services[0])
    return;
  g_autoptr(GPtrArray) adapters = cal_bluez_list(profile->bluez, BLUEZ_GATT_MANAGER, NULL);
  for (guint i = 0; i < adapters->len; i++)
    if (cal_bluez_get_boolean(profile->bluez, adapters->pdata[i], BLUEZ_ADAPTER, "Powered"))
      register_with(profile, adapters->pdata[i]);
}

void
cal_profile_forget(CalProfile *profile, const char *adapter)
{
  if (adapter)
    g_hash_table_remove(profile->registered, adapter);
  else
    g_hash_table_remove_all(profile->registered);
}
