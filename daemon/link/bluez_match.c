/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bluez_match.h"

#include "bluez_names.h"

#define OBJECTS "type='signal',sender='" BLUEZ_NAME "',interface='" DBUS_OBJECT_MANAGER "'"
#define PROPERTIES                                                                                           \
  "type='signal',sender='" BLUEZ_NAME "',interface='" DBUS_PROPERTIES "',member='PropertiesChanged'"

struct CalBluezMatch {
  GDBusConnection *connection; /* owned */
  GHashTable *addresses;       /* address → how often it was added */
  GHashTable *adapters;        /* paths */
  GHashTable *devices;         /* paths of devices of ours that are matched */
  guint around;
};

static void
change_rule(CalBluezMatch *match, const char *method, const char *rule)
{
  g_dbus_connection_call(match->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                         "org.freedesktop.DBus", method, g_variant_new("(s)", rule), NULL,
                         G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
}

static void
change_device_rules(CalBluezMatch *match, const char *method, const char *path)
{
  g_autofree char *itself = g_strdup_printf(OBJECTS ",arg0path='%s'", path);
  g_autofree char *below = g_strdup_printf(OBJECTS ",arg0path='%s/'", path);
  g_autofree char *properties = g_strdup_printf(PROPERTIES ",path_namespace='%s'", path);
  change_rule(match, method, itself);
  change_rule(match, method, below);
  change_rule(match, method, properties);
}

static void
change_fixed_rules(CalBluezMatch *match, const char *method)
{
  for (int i = 0; i < BLUEZ_ADAPTERS_MAX; i++) {
    g_autofree char *rule = g_strdup_printf(OBJECTS ",arg0path='" BLUEZ_ROOT "/hci%d'", i);
    change_rule(match, method, rule);
  }
  change_rule(match, method, PROPERTIES ",arg0='" BLUEZ_ADAPTER "'");
}

static void
change_wide_rules(CalBluezMatch *match, const char *method)
{
  change_rule(match, method, OBJECTS);
  change_rule(match, method, PROPERTIES ",arg0='" BLUEZ_DEVICE "'");
}

CalBluezMatch *
cal_bluez_match_new(GDBusConnection *connection)
{
  CalBluezMatch *match = g_new0(CalBluezMatch, 1);
  match->connection = g_object_ref(connection);
  match->addresses = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  match->adapters = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  match->devices = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  change_fixed_rules(match, "AddMatch");
  return match;
}

void
cal_bluez_match_free(CalBluezMatch *match)
{
  GHashTableIter iter;
  gpointer path;
  g_hash_table_iter_init(&iter, match->devices);
  while (g_hash_table_iter_next(&iter, &path, NULL))
    change_device_rules(match, "RemoveMatch", path);
  change_fixed_rules(match, "RemoveMatch");
  if (match->around > 0)
    change_wide_rules(match, "RemoveMatch");
  g_hash_table_unref(match->addresses);
  g_hash_table_unref(match->adapters);
  g_hash_table_unref(match->devices);
  g_object_unref(match->connection);
  g_free(match);
}

/* BlueZ's convention, for addresses that are not private. */
static char *
usual_path(const char *adapter, const char *address)
{
  g_autofree char *underscored = g_strdelimit(g_strdup(address), ":", '_');
  return g_strdup_printf("%s/dev_%s", adapter, underscored);
}

void
cal_bluez_match_add_path(CalBluezMatch *match, const char *path)
{
  if (g_hash_table_add(match->devices, g_strdup(path)))
    change_device_rules(match, "AddMatch", path);
}

gboolean
cal_bluez_match_has_path(CalBluezMatch *match, const char *path)
{
  return g_hash_table_contains(match->devices, path);
}

void
cal_bluez_match_add_adapter(CalBluezMatch *match, const char *adapter)
{
  GHashTableIter iter;
  gpointer address;
  g_hash_table_add(match->adapters, g_strdup(adapter));
  g_hash_table_iter_init(&iter, match->addresses);
  while (g_hash_table_iter_next(&iter, &address, NULL)) {
    g_autofree char *path = usual_path(adapter, address);
    cal_bluez_match_add_path(match, path);
  }
}

/* Their rules stay: the same numbers will most likely come back. */
void
cal_bluez_match_forget_adapters(CalBluezMatch *match)
{
  g_hash_table_remove_all(match->adapters);
}

void
cal_bluez_match_add_address(CalBluezMatch *match, const char *address)
{
  GHashTableIter iter;
  gpointer adapter;
  const guint count = GPOINTER_TO_UINT(g_hash_table_lookup(match->addresses, address));
  g_hash_table_insert(match->addresses, g_strdup(address), GUINT_TO_POINTER(count + 1));
  g_hash_table_iter_init(&iter, match->adapters);
  while (g_hash_table_iter_next(&iter, &adapter, NULL)) {
    g_autofree char *path = usual_path(adapter, address);
    cal_bluez_match_add_path(match, path);
  }
}

/* Those that begin or end so. */
static void
drop_paths(CalBluezMatch *match, gboolean (*fits)(const char *path, const char *part), const char *part)
{
  GHashTableIter iter;
  gpointer path;
  g_hash_table_iter_init(&iter, match->devices);
  while (g_hash_table_iter_next(&iter, &path, NULL))
    if (fits(path, part)) {
      change_device_rules(match, "RemoveMatch", path);
      g_hash_table_iter_remove(&iter);
    }
}

static void
drop_usual_paths(CalBluezMatch *match, const char *address)
{
  g_autofree char *ending = usual_path("", address);
  drop_paths(match, g_str_has_suffix, ending);
}

/* A bus serves one client 512 rules: an adapter that is plugged in again and again, under a new number each
 * time, must not use them up. */
void
cal_bluez_match_remove_adapter(CalBluezMatch *match, const char *adapter)
{
  g_autofree char *beginning = g_strconcat(adapter, "/", NULL);
  if (g_hash_table_remove(match->adapters, adapter))
    drop_paths(match, g_str_has_prefix, beginning);
}

void
cal_bluez_match_remove_address(CalBluezMatch *match, const char *address)
{
  const guint count = GPOINTER_TO_UINT(g_hash_table_lookup(match->addresses, address));
  if (count > 1) {
    g_hash_table_insert(match->addresses, g_strdup(address), GUINT_TO_POINTER(count - 1));
    return;
  }
  g_hash_table_remove(match->addresses, address);
  drop_usual_paths(match, address);
}

gboolean
cal_bluez_match_has_address(CalBluezMatch *match, const char *address)
{
  return g_hash_table_contains(match->addresses, address);
}

void
cal_bluez_match_look_around(CalBluezMatch *match)
{
  if (match->around++ == 0)
    change_wide_rules(match, "AddMatch");
}

void
cal_bluez_match_look_away(CalBluezMatch *match)
{
  if (match->around > 0 && --match->around == 0)
    change_wide_rules(match, "RemoveMatch");
}

gboolean
cal_bluez_match_is_around(CalBluezMatch *match)
{
  return match->around > 0;
}
