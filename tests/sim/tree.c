/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tree.h"

#define OBJECT_MANAGER "org.freedesktop.DBus.ObjectManager"
#define PROPERTIES     "org.freedesktop.DBus.Properties"

/* One interface of one node. */
typedef struct Export {
  SimNode *node;
  const SimClass *class;
  gpointer self;
  GDBusInterfaceInfo *info; /* owned by the tree's cache */
  guint registration;
  gboolean announced;
  GPtrArray *changed; /* property names, static */
} Export;

struct SimNode {
  SimTree *tree;
  char *path;
  GPtrArray *exports;
  gboolean pending;
  guint64 touched; /* when it last had something new to say */
};

/* What one method is answered with instead. */
typedef struct Refusal {
  char *name;
  char *message;
  guint times;
} Refusal;

struct SimTree {
  GDBusConnection *connection;
  gboolean muted;
  GHashTable *refusals;   /* method → Refusal */
  guint n_calls, fail_at; /* fail_at: 0: none fails */
  gboolean fails_ever, loses_reply;
  GHashTable *infos;  /* SimClass → GDBusNodeInfo */
  GPtrArray *nodes;   /* in the order in which they came */
  GPtrArray *pending; /* nodes with something to say, unowned */
  guint64 touches;
  guint flush_source;
  guint manager;
};

static const char manager_xml[] =
    "<node><interface name='" OBJECT_MANAGER "'>"
    "<method name='GetManagedObjects'>"
    "<arg type='a{oa{sa{sv}}}' direction='out' name='objects'/></method>"
    "<signal name='InterfacesAdded'><arg type='o'/><arg type='a{sa{sv}}'/></signal>"
    "<signal name='InterfacesRemoved'><arg type='o'/><arg type='as'/></signal>"
    "</interface></node>";

static void
export_free(gpointer data)
{
  Export *export = data;
  g_dbus_connection_unregister_object(export->node->tree->connection, export->registration);
  g_ptr_array_unref(export->changed);
  g_free(export);
}

static void
node_free(gpointer data)
{
  SimNode *node = data;
  g_ptr_array_unref(node->exports);
  g_free(node->path);
  g_free(node);
}

static GDBusInterfaceInfo *
class_info(SimTree *tree, const SimClass *class)
{
  GDBusNodeInfo *info = g_hash_table_lookup(tree->infos, class);
  if (!info) {
    g_autofree char *xml = g_strdup_printf("<node>%s</node>", class->xml);
    g_autoptr(GError) error = NULL;
    info = g_dbus_node_info_new_for_xml(xml, &error);
    g_assert_no_error(error);
    g_hash_table_insert(tree->infos, (gpointer) class, info);
  }
  return info->interfaces[0];
}

/* ---- values ----------------------------------------------------------------------------------------- */

static GVariant *
export_properties(const Export *export)
{
  GVariantBuilder builder;
  g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; export->info->properties && export->info->properties[i]; i++) {
    const char *name = export->info->properties[i]->name;
    GVariant *value = export->class->get(export->self, name);
    if (value)
      g_variant_builder_add(&builder, "{sv}", name, value);
  }
  return g_variant_builder_end(&builder);
}

/* What bluetoothd's own library adds to every object. */
static void
add_standard_interfaces(GVariantBuilder *builder)
{
  g_variant_builder_add(builder, "{s@a{sv}}", "org.freedesktop.DBus.Introspectable",
                        g_variant_new_array(G_VARIANT_TYPE("{sv}"), NULL, 0));
  g_variant_builder_add(builder, "{s@a{sv}}", PROPERTIES,
                        g_variant_new_array(G_VARIANT_TYPE("{sv}"), NULL, 0));
}

static GVariant *
node_interfaces(const SimNode *node, gboolean fresh_alone)
{
  GVariantBuilder builder;
  g_variant_builder_init(&builder, G_VARIANT_TYPE("a{sa{sv}}"));
  gboolean first = TRUE;
  for (guint i = 0; i < node->exports->len; i++) {
    const Export *export = node->exports->pdata[i];
    first = first && !export->announced;
    if (!fresh_alone || !export->announced)
      g_variant_builder_add(&builder, "{s@a{sv}}", export->info->name, export_properties(export));
  }
  if (!fresh_alone || first)
    add_standard_interfaces(&builder);
  return g_variant_builder_end(&builder);
}

static GVariant *
managed_objects(const SimTree *tree)
{
  GVariantBuilder builder;
  g_variant_builder_init(&builder, G_VARIANT_TYPE("a{oa{sa{sv}}}"));
  for (guint i = 0; i < tree->nodes->len; i++) {
    const SimNode *node = tree->nodes->pdata[i];
    g_variant_builder_add(&builder, "{o@a{sa{sv}}}", node->path, node_interfaces(node, FALSE));
  }
  return g_variant_new("(@a{oa{sa{sv}}})", g_variant_builder_end(&builder));
}

/* ---- signals ---------------------------------------------------------------------------------------- */

static void
emit(SimTree *tree, const char *path, const char *interface, const char *signal, GVariant *arguments)
{
  g_autoptr(GVariant) owned = g_variant_ref_sink(arguments);
  if (!tree->muted)
    g_dbus_connection_emit_signal(tree->connection, NULL, path, interface, signal, owned, NULL);
}

void
sim_tree_mute(SimTree *tree, gboolean muted)
{
  sim_tree_flush(tree);
  tree->muted = muted;
}

static void
announce_added(SimNode *node)
{
  gboolean fresh = FALSE;
  for (guint i = 0; i < node->exports->len; i++)
    fresh = fresh || !((Export *)node->exports->pdata[i])->announced;
  if (!fresh)
    return;
  emit(node->tree, "/", OBJECT_MANAGER, "InterfacesAdded",
       g_variant_new("(o@a{sa{sv}})", node->path, node_interfaces(node, TRUE)));
  for (guint i = 0; i < node->exports->len; i++)
    ((Export *)node->exports->pdata[i])->announced = TRUE;
}

static void
announce_changes(Export *export)
{
  if (export->changed->len == 0)
    return;
  GVariantBuilder values, gone;
  g_variant_builder_init(&values, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_init(&gone, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < export->changed->len; i++) {
    const char *name = export->changed->pdata[i];
    GVariant *value = export->class->get(export->self, name);
    if (value)
      g_variant_builder_add(&values, "{sv}", name, value);
    else
      g_variant_builder_add(&gone, "s", name);
  }
  g_ptr_array_set_size(export->changed, 0);
  emit(export->node->tree, export->node->path, PROPERTIES, "PropertiesChanged",
       g_variant_new("(sa{sv}as)", export->info->name, &values, &gone));
}

static void
announce_removed(SimTree *tree, const char *path, const char *const *interfaces)
{
  emit(tree, "/", OBJECT_MANAGER, "InterfacesRemoved", g_variant_new("(o^as)", path, interfaces));
}

static void
node_flush(SimNode *node)
{
  node->pending = FALSE;
  announce_added(node);
  for (guint i = 0; i < node->exports->len; i++)
    announce_changes(node->exports->pdata[i]);
}

void
sim_tree_flush(SimTree *tree)
{
  g_clear_handle_id(&tree->flush_source, g_source_remove);
  while (tree->pending->len) {
    SimNode *node = g_ptr_array_steal_index(tree->pending, 0);
    node_flush(node);
  }
}

static int
by_last_touch(gconstpointer a, gconstpointer b)
{
  guint64 left = (*(SimNode *const *)a)->touched, right = (*(SimNode *const *)b)->touched;
  return left < right ? -1 : left > right;
}

/* bluetoothd's idle goes by the last change of each object, its flush before a reply by the first one. So new
 * services are announced before ServicesResolved, but for a Pair that is answered in that same turn. */
static gboolean
flush_in_idle(gpointer user)
{
  SimTree *tree = user;
  tree->flush_source = 0;
  g_ptr_array_sort(tree->pending, by_last_touch);
  sim_tree_flush(tree);
  return G_SOURCE_REMOVE;
}

static void
node_is_pending(SimNode *node)
{
  SimTree *tree = node->tree;
  if (!node->pending)
    g_ptr_array_add(tree->pending, node);
  node->pending = TRUE;
  node->touched = ++tree->touches;
  if (!tree->flush_source)
    tree->flush_source = g_idle_add(flush_in_idle, tree);
}

/* ---- calls ------------------------------------------------------------------------------------------ */

#define LOST "lost" /* of a call: its reply */

/* What the caller sees of a reply that does not come, without the wait. */
static gboolean
is_lost(GDBusMethodInvocation *call)
{
  if (g_object_get_data(G_OBJECT(call), LOST) == NULL)
    return FALSE;
  g_dbus_method_invocation_return_dbus_error(call, "org.freedesktop.DBus.Error.NoReply",
                                             "Did not receive a reply");
  return TRUE;
}

void
sim_tree_reply(SimTree *tree, GDBusMethodInvocation *call, GVariant *result)
{
  sim_tree_flush(tree);
  if (!is_lost(call))
    g_dbus_method_invocation_return_value(call, result);
  else if (result != NULL)
    g_variant_unref(g_variant_ref_sink(result));
}

void
sim_tree_error(SimTree *tree, GDBusMethodInvocation *call, const char *name, const char *message)
{
  sim_tree_flush(tree);
  if (!is_lost(call))
    g_dbus_method_invocation_return_dbus_error(call, name, message);
}

static void
on_set(Export *export, GVariant *arguments, GDBusMethodInvocation *call)
{
  const char *property;
  g_autoptr(GVariant) value = NULL;
  g_variant_get(arguments, "(&s&sv)", NULL, &property, &value);
  if (export->class->set)
    export->class->set(export->self, property, value, call);
  else
    sim_tree_error(export->node->tree, call, "org.bluez.Error.NotSupported", "Operation is not supported");
}

static void
refusal_free(gpointer data)
{
  Refusal *refusal = data;
  g_free(refusal->name);
  g_free(refusal->message);
  g_free(refusal);
}

void
sim_tree_refuse(SimTree *tree, const char *method, const char *name, const char *message, guint times)
{
  Refusal *refusal = g_new(Refusal, 1);
  *refusal = (Refusal){ g_strdup(name), g_strdup(message), times };
  g_hash_table_insert(tree->refusals, g_strdup(method), refusal);
}

static gboolean
is_refused(SimTree *tree, const char *method, GDBusMethodInvocation *call)
{
  Refusal *refusal = g_hash_table_lookup(tree->refusals, method);
  if (!refusal || refusal->times == 0)
    return FALSE;
  refusal->times--;
  sim_tree_error(tree, call, refusal->name, refusal->message);
  return TRUE;
}

guint
sim_tree_fail(SimTree *tree, guint n, gboolean ever, gboolean reply)
{
  const guint n_calls = tree->n_calls;
  tree->n_calls = 0;
  tree->fail_at = n;
  tree->fails_ever = ever;
  tree->loses_reply = reply;
  return n_calls;
}

static gboolean
fails_by_count(SimTree *tree, GDBusMethodInvocation *call)
{
  const guint n = ++tree->n_calls;
  if (tree->fail_at == 0 || n < tree->fail_at || (n > tree->fail_at && !tree->fails_ever))
    return FALSE;
  if (tree->loses_reply)
    g_object_set_data(G_OBJECT(call), LOST, tree);
  else
    sim_tree_error(tree, call, "org.bluez.Error.Failed", "Failed");
  return !tree->loses_reply;
}

/* A Set ends here too, since the class answers it when the radio has done it. */
static void
on_call(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
        const char *method, GVariant *arguments, GDBusMethodInvocation *call, gpointer user)
{
  (void)connection, (void)sender, (void)path;
  Export *export = user;
  if (is_refused(export->node->tree, method, call) || fails_by_count(export->node->tree, call))
    return;
  if (g_strcmp0(interface, PROPERTIES) == 0)
    on_set(export, arguments, call);
  else
    export->class->call(export->self, method, arguments, call);
}

static GVariant *
on_get(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
       const char *property, GError **error, gpointer user)
{
  (void)connection, (void)sender, (void)path, (void)interface;
  Export *export = user;
  /* What is pending is told before any answer, and this one GLib sends. */
  sim_tree_flush(export->node->tree);
  GVariant *value = export->class->get(export->self, property);
  if (!value)
    g_set_error(error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS, "No such property '%s'", property);
  return value;
}

static void
on_manager_call(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
                const char *method, GVariant *arguments, GDBusMethodInvocation *call, gpointer user)
{
  (void)connection, (void)sender, (void)path, (void)interface, (void)method, (void)arguments;
  SimTree *tree = user;
  if (!fails_by_count(tree, call))
    sim_tree_reply(tree, call, managed_objects(tree));
}

/* ---- life ------------------------------------------------------------------------------------------- */

SimTree *
sim_tree_new(GDBusConnection *connection)
{
  static const GDBusInterfaceVTable manager = { .method_call = on_manager_call };
  SimTree *tree = g_new0(SimTree, 1);
  tree->connection = connection;
  tree->infos = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_dbus_node_info_unref);
  tree->refusals = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, refusal_free);
  tree->nodes = g_ptr_array_new_with_free_func(node_free);
  tree->pending = g_ptr_array_new();
  g_autoptr(GError) error = NULL;
  GDBusNodeInfo *info = g_dbus_node_info_new_for_xml(manager_xml, &error);
  g_assert_no_error(error);
  g_hash_table_insert(tree->infos, NULL, info);
  tree->manager =
      g_dbus_connection_register_object(connection, "/", info->interfaces[0], &manager, tree, NULL, &error);
  g_assert_no_error(error);
  return tree;
}

void
sim_tree_free(SimTree *tree)
{
  g_clear_handle_id(&tree->flush_source, g_source_remove);
  g_dbus_connection_unregister_object(tree->connection, tree->manager);
  g_ptr_array_unref(tree->pending);
  g_ptr_array_unref(tree->nodes);
  g_hash_table_unref(tree->infos);
  g_hash_table_unref(tree->refusals);
  g_free(tree);
}

SimNode *
sim_tree_add(SimTree *tree, const char *path)
{
  SimNode *node = g_new0(SimNode, 1);
  node->tree = tree;
  node->path = g_strdup(path);
  node->exports = g_ptr_array_new_with_free_func(export_free);
  g_ptr_array_add(tree->nodes, node);
  return node;
}

void
sim_tree_remove(SimTree *tree, SimNode *node)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  g_autofree char *path = g_strdup(node->path);
  if (node->pending) {
    g_ptr_array_remove(tree->pending, node);
    node_flush(node);
  }
  for (guint i = 0; i < node->exports->len; i++)
    g_ptr_array_add(names, (gpointer)((Export *)node->exports->pdata[i])->info->name);
  g_ptr_array_add(names, (gpointer) "org.freedesktop.DBus.Introspectable");
  g_ptr_array_add(names, (gpointer)PROPERTIES);
  g_ptr_array_add(names, NULL);
  announce_removed(tree, path, (const char *const *)names->pdata);
  g_ptr_array_remove(tree->nodes, node);
}

const char *
sim_node_path(const SimNode *node)
{
  return node->path;
}

static Export *
find_export(const SimNode *node, const SimClass *class)
{
  for (guint i = 0; i < node->exports->len; i++)
    if (((Export *)node->exports->pdata[i])->class == class)
      return node->exports->pdata[i];
  return NULL;
}

void
sim_node_add(SimNode *node, const SimClass *class, gpointer self)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_call, .get_property = on_get };
  Export *export = g_new0(Export, 1);
  *export = (Export){ .node = node,
                      .class = class,
                      .self = self,
                      .info = class_info(node->tree, class),
                      .changed = g_ptr_array_new() };
  g_autoptr(GError) error = NULL;
  export->registration = g_dbus_connection_register_object(node->tree->connection, node->path, export->info,
                                                           &vtable, export, NULL, &error);
  g_assert_no_error(error);
  g_ptr_array_add(node->exports, export);
  node_is_pending(node);
}

void
sim_node_drop(SimNode *node, const SimClass *class)
{
  Export *export = find_export(node, class);
  if (!export)
    return;
  const char *names[] = { export->info->name, NULL };
  sim_tree_flush(node->tree);
  g_ptr_array_remove(node->exports, export);
  announce_removed(node->tree, node->path, names);
}

/* A property that changed before its interface was announced is announced with it. */
static Export *
mark_changed(SimNode *node, const SimClass *class, const char *property)
{
  Export *export = find_export(node, class);
  if (!export || !export->announced)
    return NULL;
  if (!g_ptr_array_find_with_equal_func(export->changed, property, g_str_equal, NULL))
    g_ptr_array_add(export->changed, (gpointer)property);
  return export;
}

void
sim_node_changed(SimNode *node, const SimClass *class, const char *property)
{
  if (mark_changed(node, class, property))
    node_is_pending(node);
}

void
sim_node_changed_now(SimNode *node, const SimClass *class, const char *property)
{
  Export *export = mark_changed(node, class, property);
  if (export)
    announce_changes(export);
}
