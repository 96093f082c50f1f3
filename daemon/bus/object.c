/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "object.h"

typedef struct {
  char *name;
  guint registration;
  GVariant *values;    /* a{sv}: as they are */
  GHashTable *by_name; /* the same: name -> GVariant; whoever asks for all asks for each */
  GVariant *told;      /* a{sv}: as clients last heard them */
} Exported;

struct CalBusObject {
  char *path;
  GPtrArray *interfaces; /* Exported, owned */
};

static void
exported_free(gpointer data)
{
  Exported *exported = data;
  g_free(exported->name);
  g_hash_table_unref(exported->by_name);
  g_variant_unref(exported->values);
  g_variant_unref(exported->told);
  g_free(exported);
}

CalBusObject *
cal_bus_object_new(const char *path)
{
  CalBusObject *object = g_new0(CalBusObject, 1);
  object->path = g_strdup(path);
  object->interfaces = g_ptr_array_new_with_free_func(exported_free);
  return object;
}

void
cal_bus_object_free(gpointer data)
{
  CalBusObject *object = data;
  g_ptr_array_unref(object->interfaces);
  g_free(object->path);
  g_free(object);
}

static Exported *
find(CalBusObject *object, const char *interface)
{
  for (guint i = 0; i < object->interfaces->len; i++) {
    Exported *exported = object->interfaces->pdata[i];
    if (g_str_equal(exported->name, interface))
      return exported;
  }
  return NULL;
}

/* A property that the XML documents and nobody publishes would be an error to every client that reads it.
 * That is so of none at all, as long as none is known: an interface whose methods are there before its
 * values. */
static void
assert_complete(GDBusInterfaceInfo *info, GVariant *values)
{
  gsize documented = 0;
  if (g_variant_n_children(values) == 0)
    return;
  for (GDBusPropertyInfo **property = info->properties; property != NULL && *property != NULL; property++) {
    g_autoptr(GVariant) value =
        g_variant_lookup_value(values, (*property)->name, G_VARIANT_TYPE((*property)->signature));
    g_assert(value != NULL);
    documented++;
  }
  g_assert_cmpuint(documented, ==, g_variant_n_children(values));
}

static void
take_values(Exported *exported, GVariant *values)
{
  GVariantIter iter;
  char *name;
  GVariant *value;
  g_hash_table_remove_all(exported->by_name);
  g_clear_pointer(&exported->values, g_variant_unref);
  exported->values = g_variant_ref(values);
  g_variant_iter_init(&iter, values);
  while (g_variant_iter_next(&iter, "{sv}", &name, &value))
    g_hash_table_insert(exported->by_name, name, value);
}

void
cal_bus_object_add(CalBusObject *object, GDBusInterfaceInfo *info, guint registration, GVariant *values)
{
  assert_complete(info, values);
  Exported *exported = g_new0(Exported, 1);
  exported->name = g_strdup(info->name);
  exported->registration = registration;
  exported->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_variant_unref);
  take_values(exported, values);
  exported->told = g_variant_ref(values);
  g_ptr_array_add(object->interfaces, exported);
}

gboolean
cal_bus_object_has(CalBusObject *object, const char *interface)
{
  return find(object, interface) != NULL;
}

gboolean
cal_bus_object_set(CalBusObject *object, const char *interface, GVariant *values)
{
  Exported *exported = find(object, interface);
  take_values(exported, values);
  return !g_variant_equal(exported->values, exported->told);
}

GVariant *
cal_bus_object_get(CalBusObject *object, const char *interface, const char *property)
{
  Exported *exported = find(object, interface);
  GVariant *value = exported != NULL ? g_hash_table_lookup(exported->by_name, property) : NULL;
  return value != NULL ? g_variant_ref(value) : NULL;
}

GVariant *
cal_bus_object_all(CalBusObject *object)
{
  GVariantBuilder builder;
  g_variant_builder_init(&builder, G_VARIANT_TYPE("a{sa{sv}}"));
  for (guint i = 0; i < object->interfaces->len; i++) {
    Exported *exported = object->interfaces->pdata[i];
    g_variant_builder_add(&builder, "{s@a{sv}}", exported->name, exported->values);
  }
  return g_variant_builder_end(&builder);
}

GVariant *
cal_bus_object_names(CalBusObject *object)
{
  GVariantBuilder builder;
  g_variant_builder_init(&builder, G_VARIANT_TYPE("as"));
  for (guint i = 0; i < object->interfaces->len; i++)
    g_variant_builder_add(&builder, "s", ((Exported *)object->interfaces->pdata[i])->name);
  return g_variant_builder_end(&builder);
}

static GVariant *
changes(Exported *exported)
{
  GVariantBuilder builder;
  GVariantIter iter;
  const char *name;
  GVariant *value;
  g_variant_builder_init(&builder, G_VARIANT_TYPE("a{sv}"));
  g_variant_iter_init(&iter, exported->values);
  while (g_variant_iter_loop(&iter, "{&sv}", &name, &value)) {
    g_autoptr(GVariant) told = g_variant_lookup_value(exported->told, name, NULL);
    if (told == NULL || !g_variant_equal(told, value))
      g_variant_builder_add(&builder, "{sv}", name, value);
  }
  return g_variant_builder_end(&builder);
}

static void
tell(Exported *exported, const char *path, GDBusConnection *connection)
{
  if (g_variant_equal(exported->values, exported->told))
    return;
  GVariant *arguments = g_variant_new("(s@a{sv}as)", exported->name, changes(exported), NULL);
  g_dbus_connection_emit_signal(connection, NULL, path, "org.freedesktop.DBus.Properties",
                                "PropertiesChanged", arguments, NULL);
  g_variant_unref(exported->told);
  exported->told = g_variant_ref(exported->values);
}

void
cal_bus_object_tell_changes(CalBusObject *object, GDBusConnection *connection)
{
  for (guint i = 0; i < object->interfaces->len; i++)
    tell(object->interfaces->pdata[i], object->path, connection);
}

void
cal_bus_object_unregister(CalBusObject *object, GDBusConnection *connection)
{
  for (guint i = 0; i < object->interfaces->len; i++)
    g_dbus_connection_unregister_object(connection, ((Exported *)object->interfaces->pdata[i])->registration);
}
