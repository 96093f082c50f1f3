/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bluez_tree.h"

#include <string.h>

#include "bluez_names.h"

struct CalBluezTree {
  GHashTable *objects; /* path → (interface → (property → GVariant)), all owned */
};

static GHashTable *
new_table(GDestroyNotify free_value)
{
  return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_value);
}

CalBluezTree *
cal_bluez_tree_new(void)
{
  CalBluezTree *tree = g_new(CalBluezTree, 1);
  tree->objects = new_table((GDestroyNotify)g_hash_table_unref);
  return tree;
}

void
cal_bluez_tree_free(CalBluezTree *tree)
{
  g_hash_table_unref(tree->objects);
  g_free(tree);
}

void
cal_bluez_tree_clear(CalBluezTree *tree)
{
  g_hash_table_remove_all(tree->objects);
}

static GHashTable *
find(CalBluezTree *tree, const char *path, const char *interface)
{
  GHashTable *object = g_hash_table_lookup(tree->objects, path);
  return object ? g_hash_table_lookup(object, interface) : NULL;
}

static GHashTable *
find_or_add(GHashTable *table, const char *key, GDestroyNotify free_value)
{
  GHashTable *found = g_hash_table_lookup(table, key);
  if (found)
    return found;
  found = new_table(free_value);
  g_hash_table_insert(table, g_strdup(key), found);
  return found;
}

void
cal_bluez_tree_update(CalBluezTree *tree, const char *path, const char *interface, GVariant *properties)
{
  GHashTable *object = find_or_add(tree->objects, path, (GDestroyNotify)g_hash_table_unref);
  GHashTable *table = find_or_add(object, interface, (GDestroyNotify)g_variant_unref);
  GVariantIter iter;
  char *name;
  GVariant *value;
  g_variant_iter_init(&iter, properties);
  while (g_variant_iter_next(&iter, "{sv}", &name, &value))
    g_hash_table_insert(table, name, value);
}

void
cal_bluez_tree_invalidate(CalBluezTree *tree, const char *path, const char *interface, const char *property)
{
  GHashTable *table = find(tree, path, interface);
  if (table)
    g_hash_table_remove(table, property);
}

gboolean
cal_bluez_tree_remove(CalBluezTree *tree, const char *path, const char *interface)
{
  GHashTable *object = g_hash_table_lookup(tree->objects, path);
  const gboolean was_there = object && g_hash_table_remove(object, interface);
  if (object && g_hash_table_size(object) == 0)
    g_hash_table_remove(tree->objects, path);
  return was_there;
}

static gboolean
is_below(const char *path, const char *above)
{
  const size_t length = strlen(above);
  return strncmp(path, above, length) == 0 && path[length] == '/';
}

static gboolean
is_at_or_below(gpointer path, gpointer object, gpointer above)
{
  (void)object;
  return g_str_equal(path, above) || is_below(path, above);
}

void
cal_bluez_tree_remove_below(CalBluezTree *tree, const char *path)
{
  g_hash_table_foreach_remove(tree->objects, is_at_or_below, (gpointer)path);
}

gboolean
cal_bluez_tree_has(CalBluezTree *tree, const char *path, const char *interface)
{
  return find(tree, path, interface) != NULL;
}

/* /org/bluez/hci0/dev_X/service0010/char0011: the device is the fourth part. */
gboolean
cal_bluez_tree_has_parent(CalBluezTree *tree, const char *path)
{
  const char *device = strstr(path, "/dev_");
  const char *end = device ? strchr(device + 1, '/') : NULL;
  g_autofree char *parent = end ? g_strndup(path, (gsize)(end - path)) : NULL;
  return parent && find(tree, parent, BLUEZ_DEVICE);
}

GVariant *
cal_bluez_tree_get(CalBluezTree *tree, const char *path, const char *interface, const char *property)
{
  GHashTable *table = path ? find(tree, path, interface) : NULL;
  return table ? g_hash_table_lookup(table, property) : NULL;
}

guint
cal_bluez_tree_count(CalBluezTree *tree, const char *interface)
{
  GHashTableIter iter;
  gpointer object;
  guint count = 0;
  g_hash_table_iter_init(&iter, tree->objects);
  while (g_hash_table_iter_next(&iter, NULL, &object))
    count += g_hash_table_contains(object, interface) ? 1 : 0;
  return count;
}

static int
compare_paths(gconstpointer a, gconstpointer b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
cal_bluez_tree_list(CalBluezTree *tree, const char *interface, const char *under)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
  GHashTableIter iter;
  gpointer path, object;
  g_hash_table_iter_init(&iter, tree->objects);
  while (g_hash_table_iter_next(&iter, &path, &object))
    if ((!interface || g_hash_table_contains(object, interface)) && (!under || is_below(path, under)))
      g_ptr_array_add(paths, g_strdup(path));
  g_ptr_array_sort(paths, compare_paths);
  return paths;
}

char **
cal_bluez_tree_interfaces(CalBluezTree *tree, const char *path)
{
  GHashTable *object = g_hash_table_lookup(tree->objects, path);
  GHashTableIter iter;
  gpointer interface;
  if (!object)
    return NULL;
  GStrvBuilder *builder = g_strv_builder_new();
  g_hash_table_iter_init(&iter, object);
  while (g_hash_table_iter_next(&iter, &interface, NULL))
    g_strv_builder_add(builder, interface);
  char **names = g_strv_builder_end(builder);
  g_strv_builder_unref(builder);
  return names;
}
