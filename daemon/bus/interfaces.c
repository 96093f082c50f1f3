/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "interfaces.h"

#include "calciferd-interfaces.h"

#define PREFIX "org.calciferd."

static const GDBusInterfaceInfo *const infos[] = {
  &org_calciferd_alerts1_interface,  &org_calciferd_balance1_interface, &org_calciferd_catalog1_interface,
  &org_calciferd_job1_interface,     &org_calciferd_ledger1_interface,  &org_calciferd_model1_interface,
  &org_calciferd_profile1_interface, &org_calciferd_service1_interface, &org_calciferd_tags1_interface,
  &org_calciferd_tag1_interface,
};

/* GLib counts references of what it was given, but of a constant. */
GDBusInterfaceInfo *
cal_bus_interfaces_nth(gsize n)
{
  return (GDBusInterfaceInfo *)infos[n];
}

gsize
cal_bus_interfaces_count(void)
{
  return G_N_ELEMENTS(infos);
}

void
cal_bus_interfaces_begin(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(infos); i++)
    g_dbus_interface_info_cache_build(cal_bus_interfaces_nth(i));
}

void
cal_bus_interfaces_end(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(infos); i++)
    g_dbus_interface_info_cache_release(cal_bus_interfaces_nth(i));
}

const char *
cal_bus_short_name(const char *interface)
{
  return g_str_has_prefix(interface, PREFIX) ? interface + strlen(PREFIX) : interface;
}

GDBusInterfaceInfo *
cal_bus_interfaces_find(const char *short_name)
{
  for (gsize i = 0; i < G_N_ELEMENTS(infos); i++)
    if (g_str_equal(cal_bus_short_name(infos[i]->name), short_name))
      return cal_bus_interfaces_nth(i);
  return NULL;
}

GDBusInterfaceInfo *
cal_bus_interfaces_manager(void)
{
  return (GDBusInterfaceInfo *)&org_freedesktop_dbus_object_manager_interface;
}
