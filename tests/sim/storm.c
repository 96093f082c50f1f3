/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "storm.h"

#define TURN_MS     20
#define TEMPORARY_S 30 /* main.conf, TemporaryTimeout */

struct SimStorm {
  GDBusConnection *connection;
  char *adapter;
  guint per_second;
  gint64 since_us;
  guint64 sent; /* advertisements so far; each is the number of its address, too */
  guint64 gone;
  guint source;
};

static char *
address_of(guint64 number, const char *separator)
{
  return g_strdup_printf("F0%s%02X%s%02X%s%02X%s%02X%s%02X", separator, (guint)(number >> 32 & 0xff),
                         separator, (guint)(number >> 24 & 0xff), separator, (guint)(number >> 16 & 0xff),
                         separator, (guint)(number >> 8 & 0xff), separator, (guint)(number & 0xff));
}

static char *
path_of(const SimStorm *storm, guint64 number)
{
  g_autofree char *address = address_of(number, "_");
  return g_strdup_printf("%s/dev_%s", storm->adapter, address);
}

/* A button that claims to be pressed. */
static GVariant *
service_data(guint64 number)
{
  const guint8 bytes[] = { 0x44, 0x00, (guint8)number, 0x3a, 0x01 };
  GVariantBuilder builder;
  g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add(&builder, "{sv}", "0000fcd2-0000-1000-8000-00805f9b34fb",
                        g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, bytes, sizeof bytes, 1));
  return g_variant_builder_end(&builder);
}

static void
add_signal(GVariantBuilder *properties, guint64 number)
{
  g_variant_builder_add(properties, "{sv}", "RSSI", g_variant_new_int16((gint16)(-40 - (gint)(number % 50))));
  g_variant_builder_add(properties, "{sv}", "ServiceData", service_data(number));
}

static void
tell_added(SimStorm *storm, guint64 number)
{
  GVariantBuilder properties, interfaces;
  g_autofree char *path = path_of(storm, number);
  g_variant_builder_init(&properties, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add(&properties, "{sv}", "Address", g_variant_new_take_string(address_of(number, ":")));
  g_variant_builder_add(&properties, "{sv}", "AddressType", g_variant_new_string("random"));
  g_variant_builder_add(&properties, "{sv}", "Adapter", g_variant_new_object_path(storm->adapter));
  g_variant_builder_add(&properties, "{sv}", "Paired", g_variant_new_boolean(FALSE));
  add_signal(&properties, number);
  g_variant_builder_init(&interfaces, G_VARIANT_TYPE("a{sa{sv}}"));
  g_variant_builder_add(&interfaces, "{sa{sv}}", "org.bluez.Device1", &properties);
  g_dbus_connection_emit_signal(storm->connection, NULL, "/", "org.freedesktop.DBus.ObjectManager",
                                "InterfacesAdded", g_variant_new("(oa{sa{sv}})", path, &interfaces), NULL);
}

static void
tell_changed(SimStorm *storm, guint64 number)
{
  GVariantBuilder properties;
  g_autofree char *path = path_of(storm, number);
  g_variant_builder_init(&properties, G_VARIANT_TYPE_VARDICT);
  add_signal(&properties, number);
  g_dbus_connection_emit_signal(storm->connection, NULL, path, "org.freedesktop.DBus.Properties",
                                "PropertiesChanged",
                                g_variant_new("(sa{sv}as)", "org.bluez.Device1", &properties, NULL), NULL);
}

static void
tell_gone(SimStorm *storm, guint64 number)
{
  static const char *const interfaces[] = { "org.bluez.Device1", NULL };
  g_autofree char *path = path_of(storm, number);
  g_dbus_connection_emit_signal(storm->connection, NULL, "/", "org.freedesktop.DBus.ObjectManager",
                                "InterfacesRemoved", g_variant_new("(o^as)", path, interfaces), NULL);
}

/* As many as are due by now, so that a slow turn is made up for by the next. */
static gboolean
on_turn(gpointer user)
{
  SimStorm *storm = user;
  const gint64 elapsed_us = g_get_monotonic_time() - storm->since_us;
  const guint64 due = (guint64)elapsed_us * storm->per_second / G_USEC_PER_SEC;
  for (; storm->sent < due; storm->sent++) {
    tell_added(storm, storm->sent);
    tell_changed(storm, storm->sent);
  }
  for (; storm->gone + (guint64)TEMPORARY_S * storm->per_second < storm->sent; storm->gone++)
    tell_gone(storm, storm->gone);
  return G_SOURCE_CONTINUE;
}

SimStorm *
sim_storm_new(GDBusConnection *connection, const char *adapter, guint per_second)
{
  SimStorm *storm = g_new0(SimStorm, 1);
  storm->connection = connection;
  storm->adapter = g_strdup(adapter);
  storm->per_second = per_second;
  storm->since_us = g_get_monotonic_time();
  storm->source = g_timeout_add(TURN_MS, on_turn, storm);
  return storm;
}

void
sim_storm_free(SimStorm *storm)
{
  g_source_remove(storm->source);
  g_free(storm->adapter);
  g_free(storm);
}
