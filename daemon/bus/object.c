/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "object.h"

typedef struct {
  char *name;
  GVariant *value; /* as it is */
  GVariant *told;  /* as clients last heard it; NULL: never */
} Property;

typedef struct {
  char *name;
  guint registration;
  GArray *properties; /* Property; few, so that a name is looked for one by one */
} Exported;

struct CalBusObject {
  char *path;
  GPtrArray *interfaces; /* Exported, owned */
};

static void
property_clear(gpointer data)
{
  Property *property = data;
  g_free(property->name);
  g_variant_unref(property->value);
  g_clear_pointer(&property->told, g_variant_unref);
}

static void
exported_free(gpointer data)
{
  Exported *exported = data;
  g_free(exported->name);
  g_array_unref(exported->properties);
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

static Property *
property_at(const Exported *exported, guint i)
{
  return &g_array_index(exported->properties, Property, i);
}

/* Where it is mostly: in the order in which they were published before. */
static Property *
find_property(const Exported *exported, const char *name, guint first)
{
  const guint n = exported->properties->len;
  for (guint i = 0; i < n; i++) {
    Property *property = property_at(exported, (first + i) % n);
    if (g_str_equal(property->name, name))
      return property;
  }
  return NULL;
}

/* What is as it was told is that itself from here on, so that it is compared once. */
static GVariant *
told_or(const Property *property, GVariant *value)
{
  return property->told != NULL && g_variant_equal(property->told, value) ? property->told : value;
}

static void
take_value(Exported *exported, const char *name, GVariant *value, guint place)
{
  Property *property = find_property(exported, name, place);
  if (property != NULL) {
    GVariant *taken = g_variant_ref(told_or(property, value));
    g_variant_unref(property->value);
    property->value = taken;
  } else {
    const Property fresh = { g_strdup(name), g_variant_ref(value), NULL };
    g_array_append_val(exported->properties, fresh);
  }
}

/* Never the dictionary as a whole: it would be written out in one piece, and each property cut out of it. */
static void
take_values(Exported *exported, GVariant *values)
{
  GVariantIter iter;
  const char *name;
  GVariant *value;
  g_variant_iter_init(&iter, values);
  for (guint i = 0; g_variant_iter_next(&iter, "{&sv}", &name, &value); i++) {
    take_value(exported, name, value, i);
    g_variant_unref(value);
  }
}

static gboolean
is_told(const Property *property)
{
  return property->told == property->value;
}

static gboolean
all_told(const Exported *exported)
{
  for (guint i = 0; i < exported->properties->len; i++)
    if (!is_told(property_at(exported, i)))
      return FALSE;
  return TRUE;
}

static void
note_told(Property *property)
{
  g_clear_pointer(&property->told, g_variant_unref);
  property->told = g_variant_ref(property->value);
}

static void
note_all_told(Exported *exported)
{
  for (guint i = 0; i < exported->properties->len; i++)
    note_told(property_at(exported, i));
}

void
cal_bus_object_note_told(CalBusObject *object)
{
  for (guint i = 0; i < object->interfaces->len; i++)
    note_all_told(object->interfaces->pdata[i]);
}

void
cal_bus_object_add(CalBusObject *object, GDBusInterfaceInfo *info, guint registration, GVariant *values)
{
  assert_complete(info, values);
  Exported *exported = g_new0(Exported, 1);
  exported->name = g_strdup(info->name);
  exported->registration = registration;
  exported->properties = g_array_new(FALSE, FALSE, sizeof(Property));
  g_array_set_clear_func(exported->properties, property_clear);
  take_values(exported, values);
  note_all_told(exported);
  g_ptr_array_add(object->interfaces, exported);
}

gboolean
cal_bus_object_has(CalBusObject *object, const char *interface)
{
  return find(object, interface) != NULL;
}

gboolean
cal_bus_object_set(CalBusObject *object, GDBusInterfaceInfo *info, GVariant *values)
{
  Exported *exported = find(object, info->name);
  g_assert(exported != NULL);
  if (exported->properties->len == 0)
    assert_complete(info, values);
  take_values(exported, values);
  return !all_told(exported);
}

/* Who reads what is not told yet has to hear of the next value, also when that is what was told before. */
static GVariant *
read_value(Property *property)
{
  if (!is_told(property))
    g_clear_pointer(&property->told, g_variant_unref);
  return property->value;
}

GVariant *
cal_bus_object_get(CalBusObject *object, const char *interface, const char *property)
{
  Exported *exported = find(object, interface);
  Property *found = exported != NULL ? find_property(exported, property, 0) : NULL;
  return found != NULL ? g_variant_ref(read_value(found)) : NULL;
}

/* As g_variant_builder_add() of "{sv}", which reads that text anew each time. */
static void
put(GVariantBuilder *dictionary, const char *name, GVariant *value)
{
  g_variant_builder_add_value(
      dictionary, g_variant_new_dict_entry(g_variant_new_string(name), g_variant_new_variant(value)));
}

static GVariant *
properties_of(const Exported *exported)
{
  GVariantBuilder builder;
  g_variant_builder_init(&builder, G_VARIANT_TYPE("a{sv}"));
  for (guint i = 0; i < exported->properties->len; i++)
    put(&builder, property_at(exported, i)->name, read_value(property_at(exported, i)));
  return g_variant_builder_end(&builder);
}

GVariant *
cal_bus_object_properties(CalBusObject *object, const char *interface)
{
  const Exported *exported = find(object, interface);
  return exported != NULL ? properties_of(exported) : g_variant_new("a{sv}", NULL);
}

GVariant *
cal_bus_object_all(CalBusObject *object)
{
  GVariantBuilder builder;
  g_variant_builder_init(&builder, G_VARIANT_TYPE("a{sa{sv}}"));
  for (guint i = 0; i < object->interfaces->len; i++) {
    Exported *exported = object->interfaces->pdata[i];
    g_variant_builder_add(&builder, "{s@a{sv}}", exported->name, properties_of(exported));
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
take_changes(Exported *exported)
{
  GVariantBuilder builder;
  g_variant_builder_init(&builder, G_VARIANT_TYPE("a{sv}"));
  for (guint i = 0; i < exported->properties->len; i++) {
    Property *property = property_at(exported, i);
    if (is_told(property))
      continue;
    put(&builder, property->name, property->value);
    note_told(property);
  }
  return g_variant_builder_end(&builder);
}

static void
tell(Exported *exported, const char *path, GDBusConnection *connection)
{
  if (all_told(exported))
    return;
  GVariant *arguments = g_variant_new("(s@a{sv}as)", exported->name, take_changes(exported), NULL);
  g_dbus_connection_emit_signal(connection, NULL, path, "org.freedesktop.DBus.Properties",
                                "PropertiesChanged", arguments, NULL);
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
