/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "application.h"

typedef struct Application {
  char *sender;
  char *path;
  char *adapter;
  GPtrArray *uuids;    /* of its profiles */
  GPtrArray *profiles; /* their paths */
} Application;

struct SimApplications {
  SimBluez *bluez;
  GPtrArray *all;
  GCancellable *cancellable;
};

typedef struct Registration {
  SimApplications *applications;
  Application *application;
  GDBusMethodInvocation *call;
} Registration;

static void
application_free(gpointer data)
{
  Application *application = data;
  g_free(application->sender);
  g_free(application->path);
  g_free(application->adapter);
  g_ptr_array_unref(application->uuids);
  g_ptr_array_unref(application->profiles);
  g_free(application);
}

SimApplications *
sim_applications_new(SimBluez *bluez)
{
  SimApplications *applications = g_new0(SimApplications, 1);
  applications->bluez = bluez;
  applications->all = g_ptr_array_new_with_free_func(application_free);
  applications->cancellable = g_cancellable_new();
  return applications;
}

void
sim_applications_free(SimApplications *applications)
{
  g_cancellable_cancel(applications->cancellable);
  g_object_unref(applications->cancellable);
  g_ptr_array_unref(applications->all);
  g_free(applications);
}

static void
release(const SimApplications *applications, const Application *application)
{
  for (guint i = 0; i < application->profiles->len; i++)
    g_dbus_connection_call(applications->bluez->connection, application->sender,
                           application->profiles->pdata[i], "org.bluez.GattProfile1", "Release", NULL, NULL,
                           G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
}

void
sim_applications_release(SimApplications *applications, const char *adapter)
{
  for (guint i = applications->all->len; i-- > 0;) {
    const Application *application = applications->all->pdata[i];
    if (!g_str_equal(application->adapter, adapter))
      continue;
    release(applications, application);
    g_ptr_array_remove_index(applications->all, i);
  }
}

static Application *
find(const SimApplications *applications, const char *sender, const char *path, const char *adapter)
{
  for (guint i = 0; i < applications->all->len; i++) {
    Application *application = applications->all->pdata[i];
    if (g_str_equal(application->sender, sender) && g_str_equal(application->path, path) &&
        g_str_equal(application->adapter, adapter))
      return application;
  }
  return NULL;
}

void
sim_applications_client_gone(SimApplications *applications, const char *sender)
{
  for (guint i = applications->all->len; i-- > 0;)
    if (g_str_equal(((Application *)applications->all->pdata[i])->sender, sender))
      g_ptr_array_remove_index(applications->all, i);
}

gboolean
sim_applications_want(const SimApplications *applications, const char *adapter, GPtrArray *uuids)
{
  for (guint i = 0; i < applications->all->len; i++) {
    const Application *application = applications->all->pdata[i];
    if (!g_str_equal(application->adapter, adapter))
      continue;
    for (guint k = 0; k < application->uuids->len; k++)
      if (g_ptr_array_find_with_equal_func(uuids, application->uuids->pdata[k], g_str_equal, NULL))
        return TRUE;
  }
  return FALSE;
}

static void
take_profile(Application *application, const char *path, GVariant *interfaces)
{
  g_autoptr(GVariant) profile =
      g_variant_lookup_value(interfaces, "org.bluez.GattProfile1", G_VARIANT_TYPE_VARDICT);
  g_autofree const char **uuids = NULL;
  if (!profile || !g_variant_lookup(profile, "UUIDs", "^a&s", &uuids))
    return;
  g_ptr_array_add(application->profiles, g_strdup(path));
  for (guint i = 0; uuids[i]; i++)
    g_ptr_array_add(application->uuids, g_ascii_strdown(uuids[i], -1));
}

static void
on_objects(GObject *source, GAsyncResult *result, gpointer user)
{
  g_autofree Registration *registration = user;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);
  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    application_free(registration->application);
    g_object_unref(registration->call);
    return;
  }
  SimBluez *bluez = registration->applications->bluez;
  g_autoptr(GVariant) objects = reply ? g_variant_get_child_value(reply, 0) : NULL;
  for (gsize i = 0; objects && i < g_variant_n_children(objects); i++) {
    g_autoptr(GVariant) interfaces = NULL;
    const char *path;
    g_variant_get_child(objects, i, "{&o@a{sa{sv}}}", &path, &interfaces);
    take_profile(registration->application, path, interfaces);
  }
  if (registration->application->uuids->len == 0) {
    application_free(registration->application);
    sim_bluez_error(bluez, registration->call, "Failed", "No object received");
    return;
  }
  g_ptr_array_add(registration->applications->all, registration->application);
  sim_tree_reply(bluez->tree, registration->call, NULL);
  sim_bluez_check_links(bluez);
}

static void
on_register(const SimGattManager *manager, const char *path, GDBusMethodInvocation *call)
{
  SimApplications *applications = manager->applications;
  const char *sender = g_dbus_method_invocation_get_sender(call);
  if (find(applications, sender, path, manager->adapter)) {
    sim_bluez_error(applications->bluez, call, "AlreadyExists", "Already Exists");
    return;
  }
  Application *application = g_new0(Application, 1);
  application->sender = g_strdup(sender);
  application->path = g_strdup(path);
  application->adapter = g_strdup(manager->adapter);
  application->uuids = g_ptr_array_new_with_free_func(g_free);
  application->profiles = g_ptr_array_new_with_free_func(g_free);
  Registration *registration = g_new(Registration, 1);
  *registration = (Registration){ applications, application, call };
  g_dbus_connection_call(applications->bluez->connection, sender, path, "org.freedesktop.DBus.ObjectManager",
                         "GetManagedObjects", NULL, G_VARIANT_TYPE("(a{oa{sa{sv}}})"), G_DBUS_CALL_FLAGS_NONE,
                         -1, applications->cancellable, on_objects, registration);
}

static void
on_manager_call(gpointer self, const char *method, GVariant *arguments, GDBusMethodInvocation *call)
{
  const SimGattManager *manager = self;
  SimApplications *applications = manager->applications;
  const char *path;
  g_variant_get_child(arguments, 0, "&o", &path);
  if (g_str_equal(method, "RegisterApplication")) {
    on_register(manager, path, call);
    return;
  }
  Application *application =
      find(applications, g_dbus_method_invocation_get_sender(call), path, manager->adapter);
  if (!application) {
    sim_bluez_error(applications->bluez, call, "DoesNotExist", "Does Not Exist");
    return;
  }
  g_ptr_array_remove(applications->all, application);
  sim_tree_reply(applications->bluez->tree, call, NULL);
}

static GVariant *
on_manager_get(gpointer self, const char *property)
{
  (void)self, (void)property;
  return NULL;
}

const SimClass sim_applications_class = {
  .xml = "<interface name='org.bluez.GattManager1'>"
         "<method name='RegisterApplication'><arg type='o' name='application'/>"
         "<arg type='a{sv}' name='options'/></method>"
         "<method name='UnregisterApplication'><arg type='o' name='application'/></method>"
         "</interface>",
  .get = on_manager_get,
  .call = on_manager_call,
};
