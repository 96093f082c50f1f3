/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile.h"

#include <machine/standing.h>

#include "bluez_names.h"
#include "fault.h"
#include "timer.h"

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
  GDBusNodeInfo *info;
  guint objects[2];
  char **services;      /* NULL or empty: nothing to connect for */
  GHashTable *managers; /* paths of adapters → Manager, owned */
  CalTimer tell_timer;
  void (*changed)(gpointer data);
  gpointer data;
};

/* One adapter's GattManager1, and our application with it. */
typedef struct Manager {
  CalProfile *profile;
  char *adapter;
  CalStanding standing;
  CalTimer timer;
  GCancellable *cancellable; /* of the registration under way */
  gboolean left; /* it was taken back since it was granted: when BlueZ has it, it is the old one */
} Manager;

static void feed(Manager *manager, CalStandingEvent event);

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

/* -- One adapter */

static void
forget_call(Manager *manager)
{
  if (manager->cancellable)
    g_cancellable_cancel(manager->cancellable);
  g_clear_object(&manager->cancellable);
}

static void
manager_free(gpointer data)
{
  Manager *manager = data;
  forget_call(manager);
  cal_timer_clear(&manager->timer);
  g_free(manager->adapter);
  g_free(manager);
}

static void
take_back(Manager *manager)
{
  manager->left = TRUE;
  cal_bluez_call(manager->profile->bluez, manager->adapter, BLUEZ_GATT_MANAGER, "UnregisterApplication",
                 g_variant_new("(o)", ROOT_PATH), -1, NULL, NULL, NULL);
}

/* An answer that was lost leaves the application registered; so does a taking back that was. */
static void
on_registered(GObject *source, GAsyncResult *result, gpointer data)
{
  Manager *manager = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = cal_bluez_call_finish(source, result, &error);
  if (cal_bluez_was_cancelled(error))
    return;
  if (reply || (cal_fault_is_there_already(error) && !manager->left)) {
    manager->left = FALSE;
    feed(manager, CAL_STANDING_GRANTED);
    return;
  }
  if (cal_fault_is_there_already(error))
    take_back(manager);
  else if (!cal_standing_is_refused(&manager->standing))
    g_warning("BlueZ will not connect tags on %s by itself, and is asked again: %s", manager->adapter,
              error->message);
  feed(manager, CAL_STANDING_FAILED);
}

static void
ask(Manager *manager)
{
  GVariantBuilder options;
  g_variant_builder_init(&options, G_VARIANT_TYPE_VARDICT);
  forget_call(manager);
  manager->cancellable = g_cancellable_new();
  cal_bluez_call(manager->profile->bluez, manager->adapter, BLUEZ_GATT_MANAGER, "RegisterApplication",
                 g_variant_new("(oa{sv})", ROOT_PATH, &options), -1, manager->cancellable, on_registered,
                 manager);
}

static void
on_time(gpointer data)
{
  feed(data, CAL_STANDING_TIME);
}

static void
tell(gpointer data)
{
  CalProfile *profile = data;
  profile->changed(profile->data);
}

static void
feed(Manager *manager, CalStandingEvent event)
{
  CalProfile *profile = manager->profile;
  const gboolean was_refused = cal_standing_is_refused(&manager->standing);
  const CalStandingAction action = cal_standing_step(&manager->standing, event, cal_timer_now_ms());
  const gboolean is_refused = cal_standing_is_refused(&manager->standing);
  if (event == CAL_STANDING_UNWANTED)
    forget_call(manager);
  cal_timer_set(&manager->timer, manager->standing.deadline_ms, on_time, manager);
  if (was_refused && event == CAL_STANDING_GRANTED)
    g_message("BlueZ connects tags on %s by itself now", manager->adapter);
  if (was_refused != is_refused)
    cal_timer_set(&profile->tell_timer, cal_timer_now_ms(), tell, profile);
  switch (action) {
  case CAL_STANDING_NOTHING:
    return;
  case CAL_STANDING_ASK:
    ask(manager);
    return;
  }
}

static Manager *
manager_of(CalProfile *profile, const char *adapter)
{
  Manager *manager = g_hash_table_lookup(profile->managers, adapter);
  if (manager)
    return manager;
  manager = g_new0(Manager, 1);
  manager->profile = profile;
  manager->adapter = g_strdup(adapter);
  cal_standing_init(&manager->standing);
  g_hash_table_insert(profile->managers, manager->adapter, manager);
  return manager;
}

/* -- All of them */

CalProfile *
cal_profile_new(GDBusConnection *connection, CalBluez *bluez, void (*changed)(gpointer data), gpointer data)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_method, .get_property = on_get_property };
  CalProfile *profile = g_new0(CalProfile, 1);
  profile->connection = g_object_ref(connection);
  profile->bluez = bluez;
  profile->changed = changed;
  profile->data = data;
  profile->managers = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, manager_free);
  profile->info = g_dbus_node_info_new_for_xml(interfaces_xml, NULL);
  profile->objects[0] = g_dbus_connection_register_object(connection, ROOT_PATH, profile->info->interfaces[0],
                                                          &vtable, profile, NULL, NULL);
  profile->objects[1] = g_dbus_connection_register_object(
      connection, PROFILE_PATH, profile->info->interfaces[1], &vtable, profile, NULL, NULL);
  return profile;
}

static void
unregister_all(CalProfile *profile)
{
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init(&iter, profile->managers);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    Manager *manager = value;
    if (manager->standing.state == CAL_STANDING_OFF)
      continue;
    take_back(manager);
    feed(manager, CAL_STANDING_UNWANTED);
  }
}

void
cal_profile_free(CalProfile *profile)
{
  unregister_all(profile);
  cal_timer_clear(&profile->tell_timer);
  for (gsize i = 0; i < G_N_ELEMENTS(profile->objects); i++)
    g_dbus_connection_unregister_object(profile->connection, profile->objects[i]);
  g_dbus_node_info_unref(profile->info);
  g_hash_table_unref(profile->managers);
  g_strfreev(profile->services);
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

void
cal_profile_register(CalProfile *profile)
{
  if (!profile->services || !profile->services[0])
    return;
  g_autoptr(GPtrArray) adapters = cal_bluez_list(profile->bluez, BLUEZ_GATT_MANAGER, NULL);
  for (guint i = 0; i < adapters->len; i++)
    if (cal_bluez_get_boolean(profile->bluez, adapters->pdata[i], BLUEZ_ADAPTER, "Powered"))
      feed(manager_of(profile, adapters->pdata[i]), CAL_STANDING_WANTED);
}

void
cal_profile_forget(CalProfile *profile, const char *adapter)
{
  Manager *manager = adapter ? g_hash_table_lookup(profile->managers, adapter) : NULL;
  if (manager)
    feed(manager, CAL_STANDING_UNWANTED);
  else if (!adapter)
    g_hash_table_remove_all(profile->managers);
}

gboolean
cal_profile_is_refused(CalProfile *profile, const char *adapter)
{
  const Manager *manager = adapter ? g_hash_table_lookup(profile->managers, adapter) : NULL;
  return manager && cal_standing_is_refused(&manager->standing);
}
