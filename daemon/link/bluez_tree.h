/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Objects, their interfaces, their properties: plain tables, in step with nothing by themselves. */
#ifndef CALCIFERD_LINK_BLUEZ_TREE_H
#define CALCIFERD_LINK_BLUEZ_TREE_H

#include <gio/gio.h>

typedef struct CalBluezTree CalBluezTree;

CalBluezTree *cal_bluez_tree_new(void);
void cal_bluez_tree_free(CalBluezTree *tree);

/* Adds what is new and replaces what is told of `properties`, an a{sv}. */
void cal_bluez_tree_update(CalBluezTree *tree, const char *path, const char *interface, GVariant *properties);
void cal_bluez_tree_invalidate(CalBluezTree *tree, const char *path, const char *interface,
                               const char *property);
/* False when there was no such interface; an object without interfaces is gone. */
gboolean cal_bluez_tree_remove(CalBluezTree *tree, const char *path, const char *interface);
/* The object itself and all whose paths continue its own. */
void cal_bluez_tree_remove_below(CalBluezTree *tree, const char *path);
void cal_bluez_tree_clear(CalBluezTree *tree);

gboolean cal_bluez_tree_has(CalBluezTree *tree, const char *path, const char *interface);
/* Whether a device that the path lies below is known. */
gboolean cal_bluez_tree_has_parent(CalBluezTree *tree, const char *path);
GVariant *cal_bluez_tree_get(CalBluezTree *tree, const char *path, const char *interface,
                             const char *property);
guint cal_bluez_tree_count(CalBluezTree *tree, const char *interface);
/* Copies of the paths, sorted; interface and under may be NULL. `under` itself is not among them. */
GPtrArray *cal_bluez_tree_list(CalBluezTree *tree, const char *interface, const char *under);
char **cal_bluez_tree_interfaces(CalBluezTree *tree, const char *path);

#endif
