/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "agent.h"

#include "bluez_names.h"
#include "fault.h"

#define AGENT_PATH "/org/calciferd/agent"

/* What asks for a key, or shows one, is answered with Rejected: we said that we have neither. */
static const char interface_xml[] =
    "<node><interface name='" BLUEZ_AGENT "'>"
    "<method name='Release'/>"
    "<method name='Cancel'/>"
    "<method name='RequestAuthorization'><arg type='o' direction='in'/></method>"
    "<method name='RequestConfirmation'><arg type='o' direction='in'/><arg type='u' direction='in'/></method>"
    "<method name='AuthorizeService'><arg type='o' direction='in'/><arg type='s' direction='in'/></method>"
    "<method name='RequestPinCode'><arg type='o' direction='in'/><arg type='s' direction='out'/></method>"
    "<method name='RequestPasskey'><arg type='o' direction='in'/><arg type='u' direction='out'/></method>"
    "<method name='DisplayPinCode'><arg type='o' direction='in'/><arg type='s' direction='in'/></method>"
    "<method name='DisplayPasskey'><arg type='o' direction='in'/><arg type='u' direction='in'/>"
    "<arg type='q' direction='in'/></method>"
    "</interface></node>";

struct CalAgent {
  GDBusConnection *connection; /* owned */
  CalBluez *bluez;
  GCancellable *cancellable;
  char *device;
  guint object;
  void (*registered)(const GError *error, gpointer data);
  gpointer data;
};

static gboolean
is_ours(CalAgent *agent, const char *method, GVariant *parameters)
{
  static const char *const yes[] = { "RequestAuthorization", "RequestConfirmation", "AuthorizeService",
                                     NULL };
  const char *device = NULL;
  if (!g_strv_contains(yes, method))
    return FALSE;
  g_variant_get_child(parameters, 0, "&o", &device);
  return g_str_equal(device, agent->device);
}

static void
on_method(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
          const char *method, GVariant *parameters, GDBusMethodInvocation *invocation, gpointer data)
{
  (void)connection;
  (void)sender;
  (void)path;
  (void)interface;
  if (g_str_equal(method, "Release") || g_str_equal(method, "Cancel") || is_ours(data, method, parameters))
    g_dbus_method_invocation_return_value(invocation, NULL);
  else
    g_dbus_method_invocation_return_dbus_error(invocation, "org.bluez.Error.Rejected", "Not our pairing");
}

static void
on_registered(GObject *source, GAsyncResult *result, gpointer data)
{
  CalAgent *agent = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = cal_bluez_call_finish(source, result, &error);
  if (cal_fault_is_there_already(error)) /* from before: that it was taken back, or the answer, got lost */
    g_clear_error(&error);
  if (!cal_bluez_was_cancelled(error))
    agent->registered(error, agent->data);
}

CalAgent *
cal_agent_new(GDBusConnection *connection, CalBluez *bluez, const char *device,
              void (*registered)(const GError *error, gpointer data), gpointer data)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_method };
  g_autoptr(GDBusNodeInfo) info = g_dbus_node_info_new_for_xml(interface_xml, NULL);
  CalAgent *agent = g_new0(CalAgent, 1);
  agent->connection = g_object_ref(connection);
  agent->bluez = bluez;
  agent->cancellable = g_cancellable_new();
  agent->device = g_strdup(device);
  agent->registered = registered;
  agent->data = data;
  agent->object = g_dbus_connection_register_object(connection, AGENT_PATH, info->interfaces[0], &vtable,
                                                    agent, NULL, NULL);
  cal_bluez_call(bluez, BLUEZ_ROOT, BLUEZ_AGENT_MANAGER, "RegisterAgent",
                 g_variant_new("(os)", AGENT_PATH, "NoInputNoOutput"), -1, agent->cancellable, on_registered,
                 agent);
  return agent;
}

void
cal_agent_free(CalAgent *agent)
{
  if (!agent)
    return;
  g_cancellable_cancel(agent->cancellable);
  cal_bluez_call(agent->bluez, BLUEZ_ROOT, BLUEZ_AGENT_MANAGER, "UnregisterAgent",
                 g_variant_new("(o)", AGENT_PATH), -1, NULL, NULL, NULL);
  g_dbus_connection_unregister_object(agent->connection, agent->object);
  g_object_unref(agent->cancellable);
  g_object_unref(agent->connection);
  g_free(agent->device);
  g_free(agent);
}
