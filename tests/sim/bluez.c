/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bluez.h"

#include "adapter.h"
#include "agent.h"
#include "device.h"

void
sim_bluez_error(SimBluez *bluez, GDBusMethodInvocation *call, const char *name, const char *message)
{
  g_autofree char *full = g_strconcat("org.bluez.Error.", name, NULL);
  sim_tree_error(bluez->tree, call, full, message);
}

/* ---- the air ---------------------------------------------------------------------------------------- */

static void
on_heard(SimPeer *peer, gpointer user)
{
  SimBluez *bluez = user;
  for (guint i = 0; i < bluez->adapters->len; i++)
    sim_adapter_hear(bluez->adapters->pdata[i], peer);
}

static void
on_reachable(SimPeer *peer, gpointer user)
{
  SimBluez *bluez = user;
  for (guint i = 0; i < bluez->adapters->len; i++) {
    SimDevice *device = sim_adapter_find_device(bluez->adapters->pdata[i], peer->address);
    if (device)
      sim_device_reachable(device);
  }
}

void
sim_bluez_check_links(SimBluez *bluez)
{
  g_autoptr(GList) peers = sim_air_peers(bluez->air);
  for (GList *at = peers; at; at = at->next)
    on_reachable(at->data, bluez);
}

/* ---- clients ---------------------------------------------------------------------------------------- */

static void
on_owner_changed(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
                 const char *signal, GVariant *arguments, gpointer user)
{
  (void)connection, (void)sender, (void)path, (void)interface, (void)signal;
  SimBluez *bluez = user;
  const char *name, *owner;
  g_variant_get(arguments, "(&s&s&s)", &name, NULL, &owner);
  if (name[0] != ':' || owner[0] != '\0')
    return;
  sim_applications_client_gone(bluez->applications, name);
  sim_agents_client_gone(bluez->agents, name);
  for (guint i = 0; i < bluez->adapters->len; i++)
    sim_adapter_client_gone(bluez->adapters->pdata[i], name);
}

/* ---- adapters --------------------------------------------------------------------------------------- */

SimAdapter *
sim_bluez_adapter(SimBluez *bluez, guint index)
{
  for (guint i = 0; i < bluez->adapters->len; i++)
    if (((SimAdapter *)bluez->adapters->pdata[i])->index == index)
      return bluez->adapters->pdata[i];
  return NULL;
}

gboolean
sim_bluez_add_adapter(SimBluez *bluez, guint index, const char *address, gboolean powered)
{
  if (sim_bluez_adapter(bluez, index))
    return FALSE;
  g_ptr_array_add(bluez->adapters, sim_adapter_new(bluez, index, address, powered));
  return TRUE;
}

gboolean
sim_bluez_remove_adapter(SimBluez *bluez, guint index)
{
  SimAdapter *adapter = sim_bluez_adapter(bluez, index);
  if (!adapter)
    return FALSE;
  sim_adapter_remove(adapter);
  g_ptr_array_remove(bluez->adapters, adapter);
  return TRUE;
}

/* ---- life ------------------------------------------------------------------------------------------- */

SimBluez *
sim_bluez_new(GDBusConnection *connection, SimAir *air, const SimBluezTimes *times)
{
  SimBluez *bluez = g_new0(SimBluez, 1);
  bluez->connection = connection;
  bluez->air = air;
  bluez->times = *times;
  bluez->tree = sim_tree_new(connection);
  bluez->agents = sim_agents_new(bluez);
  bluez->applications = sim_applications_new(bluez);
  bluez->adapters = g_ptr_array_new_with_free_func((GDestroyNotify)sim_adapter_free);
  bluez->root = sim_tree_add(bluez->tree, "/org/bluez");
  sim_node_add(bluez->root, &sim_agents_class, bluez->agents);
  bluez->client_watch = g_dbus_connection_signal_subscribe(
      connection, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged", "/org/freedesktop/DBus",
      NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_owner_changed, bluez, NULL);
  SimAirHooks hooks = { .heard = on_heard, .reachable = on_reachable, .user = bluez };
  sim_air_listen(air, &hooks);
  return bluez;
}

void
sim_bluez_stop(SimBluez *bluez)
{
  for (guint i = 0; i < bluez->adapters->len; i++)
    sim_adapter_leave(bluez->adapters->pdata[i]);
  sim_agents_release(bluez->agents);
  while (bluez->adapters->len)
    sim_bluez_remove_adapter(bluez, ((SimAdapter *)bluez->adapters->pdata[0])->index);
  sim_tree_flush(bluez->tree);
}

void
sim_bluez_free(SimBluez *bluez)
{
  sim_air_listen(bluez->air, NULL);
  g_dbus_connection_signal_unsubscribe(bluez->connection, bluez->client_watch);
  g_ptr_array_unref(bluez->adapters);
  sim_applications_free(bluez->applications);
  sim_agents_free(bluez->agents);
  sim_tree_free(bluez->tree);
  g_free(bluez);
}
