/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bus.h"

#include "error.h"
#include "gate.h"
#include "interfaces.h"
#include "line.h"
#include "listeners.h"
#include "object.h"

#include <gio/gunixfdlist.h>
#include <glib-unix.h>

struct CalBus {
  GDBusConnection *connection;
  GHashTable *objects; /* path -> CalBusObject, owned */
  const CalBusMethod *methods;
  gsize n_methods;
  gpointer owner;
  CalBusGate *gate;
  CalBusLine *line;
  CalBusListeners *listeners;
  const char *caller;       /* of the call that is being answered. Borrowed */
  GUnixFDList *descriptors; /* likewise; NULL: none came */
  gboolean begun;           /* see cal_bus_begin() */
  guint manager_id;
  guint name_id;
  guint idle_id;  /* tell what changed: */
  guint timer_id; /* whichever comes first */
  gint64 told_us; /* when changes were told last, by the clock without steps */
  CalBusNameChanged owned;
  CalBusNameChanged lost;
};

static const CalBusMethod *
find_method(CalBus *bus, const char *interface, const char *name)
{
  for (gsize i = 0; i < bus->n_methods; i++) {
    if (g_str_equal(bus->methods[i].name, name) &&
        g_str_equal(bus->methods[i].interface, cal_bus_short_name(interface)))
      return &bus->methods[i];
  }
  return NULL;
}

/* A megabyte of words would be looked for, word by word, among all foods, and everybody would wait. */
static gboolean
is_short(GVariant *arguments, GError **error)
{
  const gsize size = g_variant_get_size(arguments);
  if (size <= CAL_BUS_ARGUMENTS_MAX)
    return TRUE;
  g_set_error(error, CAL_ERROR, CAL_ERROR_LIMIT,
              "a call with %" G_GSIZE_FORMAT " bytes of arguments; %d are the most", size,
              CAL_BUS_ARGUMENTS_MAX);
  return FALSE;
}

static GVariant *
answer_method(CalBus *bus, GDBusMethodInvocation *call, GError **error)
{
  GVariant *arguments = g_dbus_method_invocation_get_parameters(call);
  const CalBusMethod *method = find_method(bus, g_dbus_method_invocation_get_interface_name(call),
                                           g_dbus_method_invocation_get_method_name(call));
  g_assert(method != NULL); /* GDBus has checked against the XML, cal_bus_new() the table against it */
  if (!is_short(arguments, error))
    return NULL;
  bus->caller = g_dbus_method_invocation_get_sender(call);
  bus->descriptors = g_dbus_message_get_unix_fd_list(g_dbus_method_invocation_get_message(call));
  GVariant *reply =
      method->call(g_dbus_method_invocation_get_object_path(call), arguments, bus->owner, error);
  bus->descriptors = NULL;
  bus->caller = NULL;
  return reply;
}

/* GDBus has checked that the interface has the property, and refused to set any. */
static GVariant *
answer_get(CalBusObject *object, const char *interface, const char *name, GError **error)
{
  g_autoptr(GVariant) value = cal_bus_object_get(object, interface, name);
  if (value != NULL)
    return g_variant_new("(v)", value);
  g_set_error(error, G_DBUS_ERROR, G_DBUS_ERROR_FAILED, "%s has no value yet", name);
  return NULL;
}

static GVariant *
answer_property(CalBus *bus, GDBusMethodInvocation *call, GError **error)
{
  const char *path = g_dbus_method_invocation_get_object_path(call);
  const char *interface, *name = NULL;
  CalBusObject *object = g_hash_table_lookup(bus->objects, path);
  GVariant *arguments = g_dbus_method_invocation_get_parameters(call);
  g_variant_get_child(arguments, 0, "&s", &interface);
  if (g_variant_n_children(arguments) == 2)
    g_variant_get_child(arguments, 1, "&s", &name);
  if (object == NULL) { /* it left while the call waited */
    g_set_error(error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT, "there is no %s any more", path);
    return NULL;
  }
  if (name != NULL)
    return answer_get(object, interface, name, error);
  return g_variant_new("(@a{sv})", cal_bus_object_properties(object, interface));
}

static GVariant *managed_objects(CalBus *bus);

static GVariant *
answer(CalBus *bus, GDBusMethodInvocation *call, GError **error)
{
  const char *interface = g_dbus_method_invocation_get_interface_name(call);
  if (g_str_equal(interface, "org.freedesktop.DBus.Properties"))
    return answer_property(bus, call, error);
  if (g_str_equal(interface, "org.freedesktop.DBus.ObjectManager"))
    return managed_objects(bus);
  return answer_method(bus, call, error);
}

/* A message quotes what a stranger wrote. Were a letter of it cut through, the reply could not be written. */
static void
refuse(GDBusMethodInvocation *call, GError *error)
{
  if (!g_utf8_validate(error->message, -1, NULL)) {
    g_autofree char *message = error->message;
    error->message = g_utf8_make_valid(message, -1);
  }
  g_dbus_method_invocation_return_gerror(call, error);
}

static void
serve(GDBusMethodInvocation *call, gpointer data)
{
  g_autoptr(GError) error = NULL;
  GVariant *reply = answer(data, call, &error);
  if (error != NULL)
    refuse(call, error);
  else
    g_dbus_method_invocation_return_value(call, reply);
}

static void
on_call(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
        const char *name, GVariant *arguments, GDBusMethodInvocation *call, gpointer data)
{
  cal_bus_line_push(((CalBus *)data)->line, call);
  (void)connection;
  (void)sender;
  (void)path;
  (void)interface;
  (void)name;
  (void)arguments;
}

int
cal_bus_take_descriptor(CalBus *bus, gint32 index, GError **error)
{
  if (bus->descriptors == NULL || index < 0 || index >= g_unix_fd_list_get_length(bus->descriptors)) {
    g_set_error_literal(error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS, "no descriptor came with the call");
    return -1;
  }
  const int fd = g_unix_fd_list_get(bus->descriptors, index, error);
  if (fd >= 0)
    g_unix_set_fd_nonblocking(fd, TRUE, NULL);
  return fd;
}

gboolean
cal_bus_listen(CalBus *bus, GError **error)
{
  return cal_bus_listeners_add(bus->listeners, bus->caller, error);
}

void
cal_bus_stop_listening(CalBus *bus)
{
  cal_bus_listeners_remove(bus->listeners, bus->caller);
}

gboolean
cal_bus_has_listeners(const CalBus *bus)
{
  return cal_bus_listeners_any(bus->listeners);
}

/* Without functions for properties, so that these are asked for like methods and wait in the same line. */
static const GDBusInterfaceVTable vtable = { on_call, NULL, NULL, { NULL } };

/* -- ObjectManager, for the objects below the root
 * -------------------------------------------------------------- */

static GVariant *
managed_objects(CalBus *bus)
{
  GVariantBuilder objects;
  GHashTableIter iter;
  gpointer path, object;
  g_variant_builder_init(&objects, G_VARIANT_TYPE("a{oa{sa{sv}}}"));
  g_hash_table_iter_init(&iter, bus->objects);
  while (g_hash_table_iter_next(&iter, &path, &object)) {
    if (!g_str_equal(path, CAL_BUS_ROOT))
      g_variant_builder_add(&objects, "{o@a{sa{sv}}}", path, cal_bus_object_all(object));
  }
  return g_variant_new("(a{oa{sa{sv}}})", &objects);
}

static void
tell_manager(CalBus *bus, const char *signal, GVariant *arguments)
{
  g_autoptr(GVariant) told = g_variant_ref_sink(arguments);
  if (bus->begun)
    g_dbus_connection_emit_signal(bus->connection, NULL, CAL_BUS_ROOT, "org.freedesktop.DBus.ObjectManager",
                                  signal, told, NULL);
}

/* -- Publishing
 *
 *   not begun ── cal_bus_begin() ──▶ nothing to tell
 *
 *                 a change                    the main loop is idle, or an interval is over
 *   nothing to tell ──────▶ told long ago ───────────────────────────────────────────────▶ tell all, note
 * when └───────▶ told just now ── the interval since then is over ─────────────▶ tell all, note when
 *
 * The one after a pause is told at once, so that a press is seen; of a hundred within a second ten are. Where
 * calls follow upon each other the main loop is never idle, hence the timer.
 * ------------------------------------------------------------------------------------------------- */

static void
tell_changes(CalBus *bus)
{
  GHashTableIter iter;
  gpointer object;
  g_clear_handle_id(&bus->idle_id, g_source_remove);
  g_clear_handle_id(&bus->timer_id, g_source_remove);
  bus->told_us = g_get_monotonic_time();
  g_hash_table_iter_init(&iter, bus->objects);
  while (g_hash_table_iter_next(&iter, NULL, &object))
    cal_bus_object_tell_changes(object, bus->connection);
}

static gboolean
on_tell_due(gpointer data)
{
  tell_changes(data);
  return G_SOURCE_CONTINUE; /* it is removed */
}

static void
tell_soon(CalBus *bus)
{
  const gint64 since_ms = (g_get_monotonic_time() - bus->told_us) / G_TIME_SPAN_MILLISECOND;
  const gboolean long_ago = bus->told_us == 0 || since_ms >= CAL_BUS_TELL_EVERY_MS;
  if (bus->timer_id != 0)
    return;
  if (long_ago)
    bus->idle_id = g_idle_add(on_tell_due, bus);
  bus->timer_id = g_timeout_add((guint)(CAL_BUS_TELL_EVERY_MS - (long_ago ? 0 : since_ms)), on_tell_due, bus);
}

void
cal_bus_tell_now(CalBus *bus)
{
  tell_changes(bus);
}

static CalBusObject *
ensure_object(CalBus *bus, const char *path)
{
  CalBusObject *object = g_hash_table_lookup(bus->objects, path);
  if (object == NULL) {
    object = cal_bus_object_new(path);
    g_hash_table_insert(bus->objects, g_strdup(path), object);
  }
  return object;
}

static void
export_interface(CalBus *bus, CalBusObject *object, const char *path, GDBusInterfaceInfo *info,
                 GVariant *properties)
{
  g_autoptr(GError) error = NULL;
  const guint id = g_dbus_connection_register_object(bus->connection, path, info, &vtable, bus, NULL, &error);
  g_assert_no_error(error);
  cal_bus_object_add(object, info, id, properties);
  if (!g_str_equal(path, CAL_BUS_ROOT))
    tell_manager(bus, "InterfacesAdded", g_variant_new("(o@a{sa{sv}})", path, cal_bus_object_all(object)));
}

void
cal_bus_publish(CalBus *bus, const char *path, const char *interface, GVariant *properties)
{
  g_autoptr(GVariant) values = g_variant_ref_sink(properties);
  GDBusInterfaceInfo *info = cal_bus_interfaces_find(interface);
  g_assert(info != NULL);
  CalBusObject *object = ensure_object(bus, path);
  if (!cal_bus_object_has(object, info->name))
    export_interface(bus, object, path, info, values);
  else if (cal_bus_object_set(object, info, values) && bus->begun)
    tell_soon(bus);
}

void
cal_bus_retract(CalBus *bus, const char *path)
{
  CalBusObject *object = g_hash_table_lookup(bus->objects, path);
  if (object == NULL)
    return;
  GVariant *names = cal_bus_object_names(object);
  cal_bus_object_unregister(object, bus->connection);
  tell_manager(bus, "InterfacesRemoved", g_variant_new("(o@as)", path, names));
  g_hash_table_remove(bus->objects, path);
}

static const char *
interface_of_signal(const char *interface, const char *name)
{
  GDBusInterfaceInfo *info = cal_bus_interfaces_find(interface);
  g_assert(info != NULL && g_dbus_interface_info_lookup_signal(info, name) != NULL);
  return info->name;
}

void
cal_bus_emit(CalBus *bus, const char *path, const char *interface, const char *name, GVariant *arguments)
{
  g_dbus_connection_emit_signal(bus->connection, NULL, path, interface_of_signal(interface, name), name,
                                arguments, NULL);
}

void
cal_bus_tell_listeners(CalBus *bus, const char *path, const char *interface, const char *name,
                       GVariant *arguments)
{
  cal_bus_listeners_tell(bus->listeners, path, interface_of_signal(interface, name), name, arguments);
}

/* -- Life
 * ------------------------------------------------------------------------------------------------------- */

static void
on_name_acquired(GDBusConnection *connection, const char *name, gpointer data)
{
  CalBus *bus = data;
  bus->owned(bus->owner);
  (void)connection;
  (void)name;
}

static void
on_name_lost(GDBusConnection *connection, const char *name, gpointer data)
{
  CalBus *bus = data;
  bus->lost(bus->owner);
  (void)connection;
  (void)name;
}

void
cal_bus_own_name(CalBus *bus, CalBusNameChanged owned, CalBusNameChanged lost)
{
  bus->owned = owned;
  bus->lost = lost;
  bus->name_id =
      g_bus_own_name_on_connection(bus->connection, CAL_BUS_NAME, G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE,
                                   on_name_acquired, on_name_lost, bus, NULL);
}

void
cal_bus_begin(CalBus *bus)
{
  GHashTableIter iter;
  gpointer object;
  g_hash_table_iter_init(&iter, bus->objects);
  while (g_hash_table_iter_next(&iter, NULL, &object))
    cal_bus_object_note_told(object);
  bus->begun = TRUE;
}

/* Table and XML must hold the same methods, or a client meets a surface that is not the documented one. */
static void
assert_table_is_whole(CalBus *bus)
{
  gsize documented = 0;
  for (gsize i = 0; i < cal_bus_interfaces_count(); i++) {
    GDBusInterfaceInfo *info = cal_bus_interfaces_nth(i);
    for (GDBusMethodInfo **method = info->methods; method != NULL && *method != NULL; method++, documented++)
      g_assert(find_method(bus, info->name, (*method)->name) != NULL);
  }
  g_assert_cmpuint(documented, ==, bus->n_methods);
}

CalBus *
cal_bus_new(GDBusConnection *connection, const CalBusMethod *methods, gsize n_methods, gpointer owner)
{
  g_autoptr(GError) error = NULL;
  CalBus *bus = g_new0(CalBus, 1);
  bus->connection = g_object_ref(connection);
  cal_bus_interfaces_begin();
  bus->objects = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, cal_bus_object_free);
  bus->methods = methods;
  bus->n_methods = n_methods;
  bus->owner = owner;
  bus->line = cal_bus_line_new(serve, bus);
  bus->gate = cal_bus_gate_new(connection);
  bus->listeners = cal_bus_listeners_new(connection);
  assert_table_is_whole(bus);
  bus->manager_id = g_dbus_connection_register_object(connection, CAL_BUS_ROOT, cal_bus_interfaces_manager(),
                                                      &vtable, bus, NULL, &error);
  g_assert_no_error(error);
  return bus;
}

void
cal_bus_free(CalBus *bus)
{
  GHashTableIter iter;
  gpointer object;
  if (bus->name_id != 0)
    g_bus_unown_name(bus->name_id);
  g_clear_handle_id(&bus->idle_id, g_source_remove);
  g_clear_handle_id(&bus->timer_id, g_source_remove);
  cal_bus_listeners_free(bus->listeners);
  cal_bus_gate_free(bus->gate);
  cal_bus_line_free(bus->line);
  g_hash_table_iter_init(&iter, bus->objects);
  while (g_hash_table_iter_next(&iter, NULL, &object))
    cal_bus_object_unregister(object, bus->connection);
  g_dbus_connection_unregister_object(bus->connection, bus->manager_id);
  g_hash_table_unref(bus->objects);
  cal_bus_interfaces_end();
  g_object_unref(bus->connection);
  g_free(bus);
}
