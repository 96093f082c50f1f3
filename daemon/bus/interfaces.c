/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "interfaces.h"

#include "calciferd-interfaces.h"

#define PREFIX          "org.calciferd."
#define RESOURCE_FOLDER "/org/calciferd/interfaces"

static const char manager_xml[] = "<node><interface name='org.freedesktop.DBus.ObjectManager'>"
                                  "<method name='GetManagedObjects'>"
                                  "<arg name='objects' type='a{oa{sa{sv}}}' direction='out'/></method>"
                                  "<signal name='InterfacesAdded'><arg name='object' type='o'/>"
                                  "<arg name='interfaces' type='a{sa{sv}}'/></signal>"
                                  "<signal name='InterfacesRemoved'><arg name='object' type='o'/>"
                                  "<arg name='interfaces' type='as'/></signal>"
                                  "</interface></node>";

struct CalBusInterfaces {
  GPtrArray *infos; /* GDBusInterfaceInfo, owned */
  GDBusNodeInfo *manager;
};

static GDBusNodeInfo *
parse(const char *xml)
{
  g_autoptr(GError) error = NULL;
  GDBusNodeInfo *node = g_dbus_node_info_new_for_xml(xml, &error);
  g_assert_no_error(error);
  return node;
}

static void
add_file(CalBusInterfaces *interfaces, GResource *resource, const char *file)
{
  g_autofree char *path = g_strdup_printf(RESOURCE_FOLDER "/%s", file);
  g_autoptr(GBytes) xml = g_resource_lookup_data(resource, path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autoptr(GDBusNodeInfo) node = parse(g_bytes_get_data(xml, NULL));
  for (GDBusInterfaceInfo **info = node->interfaces; *info != NULL; info++) {
    g_dbus_interface_info_cache_build(*info);
    g_ptr_array_add(interfaces->infos, g_dbus_interface_info_ref(*info));
  }
}

CalBusInterfaces *
cal_bus_interfaces_new(void)
{
  CalBusInterfaces *interfaces = g_new0(CalBusInterfaces, 1);
  GResource *resource = calciferd_interfaces_get_resource();
  g_auto(GStrv) files =
      g_resource_enumerate_children(resource, RESOURCE_FOLDER, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  interfaces->infos = g_ptr_array_new();
  for (char **file = files; *file != NULL; file++)
    add_file(interfaces, resource, *file);
  interfaces->manager = parse(manager_xml);
  return interfaces;
}

void
cal_bus_interfaces_free(CalBusInterfaces *interfaces)
{
  for (guint i = 0; i < interfaces->infos->len; i++) {
    g_dbus_interface_info_cache_release(interfaces->infos->pdata[i]);
    g_dbus_interface_info_unref(interfaces->infos->pdata[i]);
  }
  g_ptr_array_unref(interfaces->infos);
  g_dbus_node_info_unref(interfaces->manager);
  g_free(interfaces);
}

const char *
cal_bus_short_name(const char *interface)
{
  return g_str_has_prefix(interface, PREFIX) ? interface + strlen(PREFIX) : interface;
}

GDBusInterfaceInfo *
cal_bus_interfaces_find(CalBusInterfaces *interfaces, const char *short_name)
{
  for (guint i = 0; i < interfaces->infos->len; i++) {
    GDBusInterfaceInfo *info = interfaces->infos->pdata[i];
    if (g_str_equal(cal_bus_short_name(info->name), short_name))
      return info;
  }
  return NULL;
}

gsize
cal_bus_interfaces_count(CalBusInterfaces *interfaces)
{
  return interfaces->infos->len;
}

GDBusInterfaceInfo *
cal_bus_interfaces_nth(CalBusInterfaces *interfaces, gsize n)
{
  return interfaces->infos->pdata[n];
}

GDBusInterfaceInfo *
cal_bus_interfaces_manager(CalBusInterfaces *interfaces)
{
  return interfaces->manager->interfaces[0];
}
