/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "system.h"

#include <gio/gunixfdlist.h>
#include <string.h>
#include <unistd.h>

#define LOGIND         "org.freedesktop.login1"
#define LOGIND_PATH    "/org/freedesktop/login1"
#define LOGIND_MANAGER "org.freedesktop.login1.Manager"
#define TIMEDATE       "org.freedesktop.timedate1"
#define TIMEDATE_PATH  "/org/freedesktop/timedate1"

struct CalSystem {
  GDBusConnection *bus; /* NULL without a system bus */
  GCancellable *cancellable;
  CalSystemEvents events;
  gpointer data;
  char *zone;
  gboolean synchronised;
  int delay_fd; /* holds sleep off for as long as logind lets us; -1: none */
  guint sleep_id;
  guint timedate_id;
};

char *
cal_system_local_zone(void)
{
  const char *from_environment = g_getenv("TZ");
  g_autofree char *target = NULL;
  if (from_environment != NULL && from_environment[0] != '\0')
    return g_strdup(from_environment[0] == ':' ? from_environment + 1 : from_environment);
  target = g_file_read_link("/etc/localtime", NULL);
  const char *name = target != NULL ? strstr(target, "zoneinfo/") : NULL;
  return g_strdup(name != NULL ? name + strlen("zoneinfo/") : "UTC");
}

static void
set_zone(CalSystem *system, const char *zone)
{
  if (zone[0] == '\0' || g_strcmp0(zone, system->zone) == 0)
    return;
  g_free(system->zone);
  system->zone = g_strdup(zone);
  system->events.zone(zone, system->data);
}

static void
take_timedate(CalSystem *system, GVariant *properties)
{
  const char *zone;
  const gboolean before = system->synchronised;
  g_variant_lookup(properties, "NTPSynchronized", "b", &system->synchronised);
  if (system->synchronised && !before)
    system->events.synchronised(system->data);
  /* TZ is the person's own word for this session and stands above the machine's zone. */
  if (g_getenv("TZ") == NULL && g_variant_lookup(properties, "Timezone", "&s", &zone))
    set_zone(system, zone);
}

static void
on_timedate_changed(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                    const char *signal, GVariant *arguments, gpointer data)
{
  g_autoptr(GVariant) properties = g_variant_get_child_value(arguments, 1);
  take_timedate(data, properties);
  (void)bus;
  (void)sender;
  (void)path;
  (void)interface;
  (void)signal;
}

static void
on_timedate_read(GObject *bus, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, &error);
  if (reply == NULL)
    return; /* cancelled, or there is no timedate1: then the local zone holds */
  g_autoptr(GVariant) properties = g_variant_get_child_value(reply, 0);
  take_timedate(data, properties);
}

void
cal_system_ask_clock(CalSystem *system)
{
  if (system->bus != NULL)
    g_dbus_connection_call(system->bus, TIMEDATE, TIMEDATE_PATH, "org.freedesktop.DBus.Properties", "GetAll",
                           g_variant_new("(s)", TIMEDATE), G_VARIANT_TYPE("(a{sv})"), G_DBUS_CALL_FLAGS_NONE,
                           -1, system->cancellable, on_timedate_read, system);
}

static void
watch_timedate(CalSystem *system)
{
  system->timedate_id = g_dbus_connection_signal_subscribe(
      system->bus, TIMEDATE, "org.freedesktop.DBus.Properties", "PropertiesChanged", TIMEDATE_PATH, TIMEDATE,
      G_DBUS_SIGNAL_FLAGS_NONE, on_timedate_changed, system, NULL);
  cal_system_ask_clock(system);
}

static void
on_delay_granted(GObject *bus, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GUnixFDList) descriptors = NULL;
  g_autoptr(GVariant) reply =
      g_dbus_connection_call_with_unix_fd_list_finish(G_DBUS_CONNECTION(bus), &descriptors, result, &error);
  if (reply == NULL || descriptors == NULL)
    return; /* cancelled, or no logind: sleep is not announced and not delayed */
  CalSystem *system = data;
  system->delay_fd = g_unix_fd_list_get(descriptors, 0, NULL);
}

static void
ask_for_delay(CalSystem *system)
{
  g_dbus_connection_call_with_unix_fd_list(
      system->bus, LOGIND, LOGIND_PATH, LOGIND_MANAGER, "Inhibit",
      g_variant_new("(ssss)", "sleep", "Calcifer", "Lets its tags go before sleep", "delay"),
      G_VARIANT_TYPE("(h)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, system->cancellable, on_delay_granted,
      system);
}

static void
on_prepare_for_sleep(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                     const char *signal, GVariant *arguments, gpointer data)
{
  CalSystem *system = data;
  gboolean going;
  g_variant_get(arguments, "(b)", &going);
  if (!going)
    ask_for_delay(system);
  system->events.sleep(going, system->data);
  (void)bus;
  (void)sender;
  (void)path;
  (void)interface;
  (void)signal;
}

CalSystem *
cal_system_new(GDBusConnection *bus, const CalSystemEvents *events, gpointer data)
{
  g_autofree char *zone = cal_system_local_zone();
  CalSystem *system = g_new0(CalSystem, 1);
  system->events = *events;
  system->data = data;
  system->delay_fd = -1;
  system->cancellable = g_cancellable_new();
  set_zone(system, zone);
  if (bus == NULL)
    return system;
  system->bus = g_object_ref(bus);
  system->sleep_id =
      g_dbus_connection_signal_subscribe(bus, LOGIND, LOGIND_MANAGER, "PrepareForSleep", LOGIND_PATH, NULL,
                                         G_DBUS_SIGNAL_FLAGS_NONE, on_prepare_for_sleep, system, NULL);
  ask_for_delay(system);
  watch_timedate(system);
  return system;
}

void
cal_system_free(CalSystem *system)
{
  g_cancellable_cancel(system->cancellable);
  if (system->bus != NULL) {
    g_dbus_connection_signal_unsubscribe(system->bus, system->sleep_id);
    g_dbus_connection_signal_unsubscribe(system->bus, system->timedate_id);
    g_object_unref(system->bus);
  }
  cal_system_allow_sleep(system);
  g_object_unref(system->cancellable);
  g_free(system->zone);
  g_free(system);
}

const char *
cal_system_zone(const CalSystem *system)
{
  return system->zone;
}

gboolean
cal_system_clock_synchronised(CalSystem *system)
{
  return system->synchronised;
}

void
cal_system_allow_sleep(CalSystem *system)
{
  if (system->delay_fd >= 0)
    close(system->delay_fd);
  system->delay_fd = -1;
}
