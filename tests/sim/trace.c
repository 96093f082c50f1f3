/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace.h"

#include <stdio.h>
#include <string.h>

struct SimTrace {
  GMutex lock;
  FILE *file;
  GHashTable *pending;     /* "name serial" of a call → its method */
  GHashTable *short_paths; /* characteristic → device path with its UUID */
};

SimTrace *
sim_trace_open(const char *path, GError **error)
{
  FILE *file = fopen(path, "we");
  if (!file) {
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s cannot be written", path);
    return NULL;
  }
  setvbuf(file, NULL, _IOLBF, 0);
  SimTrace *trace = g_new0(SimTrace, 1);
  g_mutex_init(&trace->lock);
  trace->file = file;
  trace->pending = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  trace->short_paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  return trace;
}

void
sim_trace_close(SimTrace *trace)
{
  fclose(trace->file);
  g_hash_table_unref(trace->pending);
  g_hash_table_unref(trace->short_paths);
  g_mutex_clear(&trace->lock);
  g_free(trace);
}

/* ---- names ------------------------------------------------------------------------------------------ */

/* "…/dev_X/service0040/char0043" becomes "…/dev_X/<uuid>" once its UUID was seen. */
static void
learn_path(SimTrace *trace, const char *path, GVariant *interfaces)
{
  const char *uuid;
  g_autoptr(GVariant) properties =
      g_variant_lookup_value(interfaces, "org.bluez.GattCharacteristic1", G_VARIANT_TYPE_VARDICT);
  if (!properties)
    properties = g_variant_lookup_value(interfaces, "org.bluez.GattService1", G_VARIANT_TYPE_VARDICT);
  if (!properties || !g_variant_lookup(properties, "UUID", "&s", &uuid))
    return;
  const char *end = strstr(path, "/service");
  if (end)
    g_hash_table_insert(trace->short_paths, g_strdup(path),
                        g_strdup_printf("%.*s/<%.8s>", (int)(end - path), path, uuid));
}

static const char *
short_path(const SimTrace *trace, const char *path)
{
  const char *known = g_hash_table_lookup(trace->short_paths, path);
  return known ? known : path;
}

static void
learn_objects(SimTrace *trace, GVariant *objects)
{
  GVariantIter at;
  const char *path;
  GVariant *interfaces;
  g_variant_iter_init(&at, objects);
  while (g_variant_iter_next(&at, "{&o@a{sa{sv}}}", &path, &interfaces)) {
    learn_path(trace, path, interfaces);
    g_variant_unref(interfaces);
  }
}

/* ---- values ----------------------------------------------------------------------------------------- */

static void
print_bytes(GString *line, GVariant *value)
{
  gsize size;
  const guint8 *bytes = g_variant_get_fixed_array(value, &size, 1);
  g_string_append_c(line, '<');
  for (gsize i = 0; i < size; i++)
    g_string_append_printf(line, "%02x", bytes[i]);
  g_string_append_c(line, '>');
}

static void print_value(const SimTrace *trace, GString *line, GVariant *value);

static int
by_key(gconstpointer a, gconstpointer b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* {sv} in the order of its keys, since a dictionary has none. */
static void
print_properties(const SimTrace *trace, GString *line, GVariant *properties)
{
  GVariantIter at;
  char *key;
  g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
  g_variant_iter_init(&at, properties);
  while (g_variant_iter_next(&at, "{sv}", &key, NULL))
    g_ptr_array_add(keys, key);
  g_ptr_array_sort(keys, by_key);
  g_string_append_c(line, '{');
  for (guint i = 0; i < keys->len; i++) {
    g_autoptr(GVariant) value = g_variant_lookup_value(properties, keys->pdata[i], NULL);
    g_string_append_printf(line, "%s%s: ", i ? ", " : "", (const char *)keys->pdata[i]);
    if (g_str_equal(keys->pdata[i], "RSSI"))
      g_string_append_c(line, '*');
    else
      print_value(trace, line, value);
  }
  g_string_append_c(line, '}');
}

static void
print_children(const SimTrace *trace, GString *line, GVariant *value)
{
  for (gsize i = 0; i < g_variant_n_children(value); i++) {
    g_autoptr(GVariant) child = g_variant_get_child_value(value, i);
    g_string_append(line, i ? ", " : "");
    print_value(trace, line, child);
  }
}

static void
print_value(const SimTrace *trace, GString *line, GVariant *value)
{
  if (g_variant_is_of_type(value, G_VARIANT_TYPE_BYTESTRING)) {
    print_bytes(line, value);
  } else if (g_variant_is_of_type(value, G_VARIANT_TYPE_VARDICT)) {
    print_properties(trace, line, value);
  } else if (g_variant_is_of_type(value, G_VARIANT_TYPE_OBJECT_PATH)) {
    g_string_append(line, short_path(trace, g_variant_get_string(value, NULL)));
  } else if (g_variant_is_of_type(value, G_VARIANT_TYPE_VARIANT)) {
    g_autoptr(GVariant) inner = g_variant_get_variant(value);
    print_value(trace, line, inner);
  } else if (g_variant_is_container(value)) {
    print_children(trace, line, value);
  } else {
    g_autofree char *text = g_variant_print(value, FALSE);
    g_string_append(line, text);
  }
}

static void
print_interfaces(GString *line, GVariant *names)
{
  GVariantIter at;
  char *name;
  g_autoptr(GPtrArray) sorted = g_ptr_array_new_with_free_func(g_free);
  g_variant_iter_init(&at, names);
  const char *format = g_variant_is_of_type(names, G_VARIANT_TYPE_STRING_ARRAY) ? "s" : "{s@a{sv}}";
  while (g_variant_iter_next(&at, format, &name, NULL))
    g_ptr_array_add(sorted, name);
  g_ptr_array_sort(sorted, by_key);
  for (guint i = 0; i < sorted->len; i++)
    if (g_str_has_prefix(sorted->pdata[i], "org.bluez."))
      g_string_append_printf(line, " %s", (const char *)sorted->pdata[i] + strlen("org.bluez."));
}

/* ---- messages --------------------------------------------------------------------------------------- */

static void
print_signal(SimTrace *trace, GString *line, GDBusMessage *message, GVariant *body)
{
  const char *member = g_dbus_message_get_member(message);
  const char *path = g_dbus_message_get_path(message);
  const char *object = NULL;
  if (g_strcmp0(member, "PropertiesChanged") == 0) {
    g_autoptr(GVariant) values = NULL;
    g_autoptr(GVariant) gone = NULL;
    g_variant_get(body, "(&s@a{sv}@as)", &object, &values, &gone);
    g_string_append_printf(line, "changed %s %s ", short_path(trace, path), object);
    print_properties(trace, line, values);
    g_string_append(line, " [");
    print_children(trace, line, gone);
    g_string_append_c(line, ']');
    return;
  }
  g_autoptr(GVariant) interfaces = g_variant_get_child_value(body, 1);
  g_variant_get_child(body, 0, "&o", &object);
  gboolean added = g_strcmp0(member, "InterfacesAdded") == 0;
  if (added)
    learn_path(trace, object, interfaces);
  g_string_append_printf(line, "%s %s", added ? "added" : "removed", short_path(trace, object));
  print_interfaces(line, interfaces);
}

static char *
call_key(const char *name, guint32 serial)
{
  return g_strdup_printf("%s %u", name ? name : "", serial);
}

static void
print_call(SimTrace *trace, GString *line, GDBusMessage *message, GVariant *body)
{
  const char *interface = g_dbus_message_get_interface(message);
  const char *method = g_dbus_message_get_member(message);
  g_hash_table_insert(trace->pending,
                      call_key(g_dbus_message_get_sender(message), g_dbus_message_get_serial(message)),
                      g_strdup(method));
  const char *last = interface ? strrchr(interface, '.') : NULL;
  g_string_append_printf(line, "call %s %s.%s (", short_path(trace, g_dbus_message_get_path(message)),
                         last ? last + 1 : "", method);
  if (body)
    print_children(trace, line, body);
  g_string_append_c(line, ')');
}

static void
print_reply(SimTrace *trace, GString *line, GDBusMessage *message, GVariant *body, const char *method)
{
  if (g_dbus_message_get_message_type(message) == G_DBUS_MESSAGE_TYPE_ERROR) {
    const char *text = "";
    if (body && g_variant_is_of_type(body, G_VARIANT_TYPE("(s)")))
      g_variant_get(body, "(&s)", &text);
    g_string_append_printf(line, "error %s %s: %s", method, g_dbus_message_get_error_name(message), text);
    return;
  }
  g_string_append_printf(line, "reply %s (", method);
  if (body && g_str_equal(method, "GetManagedObjects")) {
    g_autoptr(GVariant) objects = g_variant_get_child_value(body, 0);
    learn_objects(trace, objects);
    g_string_append(line, "…");
  } else if (body) {
    print_children(trace, line, body);
  }
  g_string_append_c(line, ')');
}

/* A call that comes from org.bluez itself has no sender yet when it is seen on its way out. */
static char *
take_pending(SimTrace *trace, GDBusMessage *message)
{
  guint32 serial = g_dbus_message_get_reply_serial(message);
  g_autofree char *key = call_key(g_dbus_message_get_destination(message), serial);
  g_autofree char *unsent = call_key(NULL, serial);
  gpointer stored = NULL, method = NULL; /* the table frees neither once they are stolen */
  if (!g_hash_table_steal_extended(trace->pending, key, &stored, &method))
    g_hash_table_steal_extended(trace->pending, unsent, &stored, &method);
  g_free(stored);
  return method;
}

static gboolean
is_uninteresting(GDBusMessage *message)
{
  const char *interface = g_dbus_message_get_interface(message);
  return g_strcmp0(g_dbus_message_get_destination(message), "org.freedesktop.DBus") == 0 ||
         g_strcmp0(g_dbus_message_get_sender(message), "org.freedesktop.DBus") == 0 ||
         g_strcmp0(interface, "org.freedesktop.DBus.Introspectable") == 0 ||
         g_strcmp0(interface, "org.freedesktop.DBus.Peer") == 0;
}

void
sim_trace_message(SimTrace *trace, GDBusMessage *message)
{
  if (is_uninteresting(message))
    return;
  g_autoptr(GString) line = g_string_new(NULL);
  GVariant *body = g_dbus_message_get_body(message);
  GDBusMessageType type = g_dbus_message_get_message_type(message);
  g_mutex_lock(&trace->lock);
  if (type == G_DBUS_MESSAGE_TYPE_SIGNAL) {
    print_signal(trace, line, message, body);
  } else if (type == G_DBUS_MESSAGE_TYPE_METHOD_CALL) {
    print_call(trace, line, message, body);
  } else {
    g_autofree char *method = take_pending(trace, message);
    if (method)
      print_reply(trace, line, message, body, method);
  }
  if (line->len)
    fprintf(trace->file, "%s\n", line->str);
  g_mutex_unlock(&trace->lock);
}

void
sim_trace_note(SimTrace *trace, const char *text)
{
  g_mutex_lock(&trace->lock);
  fprintf(trace->file, "%s\n", text);
  g_mutex_unlock(&trace->lock);
}
