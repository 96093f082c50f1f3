/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A tree of D-Bus objects that announces itself as bluetoothd does: one ObjectManager on "/", several changes
 * of one main loop turn in one signal, and every pending signal sent before the next reply. A client sees the
 * values as they are when the signal is made, so what flaps within a turn is seen once.
 */
#ifndef CALCIFER_TESTS_SIM_TREE_H
#define CALCIFER_TESTS_SIM_TREE_H

#include <gio/gio.h>

/* One interface. xml is the <interface> element; property values are asked for when they are needed. */
typedef struct SimClass {
  const char *xml;
  GVariant *(*get)(gpointer self, const char *property); /* floating; NULL: this property is absent now */
  void (*set)(gpointer self, const char *property, GVariant *value, GDBusMethodInvocation *call);
  void (*call)(gpointer self, const char *method, GVariant *arguments, GDBusMethodInvocation *call);
} SimClass;

typedef struct SimTree SimTree;
typedef struct SimNode SimNode;

/* Borrows the connection. Freeing the tree says nothing to anybody, as a crash does. */
SimTree *sim_tree_new(GDBusConnection *connection);
void sim_tree_free(SimTree *tree);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimTree, sim_tree_free)

SimNode *sim_tree_add(SimTree *tree, const char *path);
/* Announces the loss of the node's interfaces and frees it. */
void sim_tree_remove(SimTree *tree, SimNode *node);
/* Sends what is pending. */
void sim_tree_flush(SimTree *tree);

const char *sim_node_path(const SimNode *node);
void sim_node_add(SimNode *node, const SimClass *class, gpointer self);
void sim_node_drop(SimNode *node, const SimClass *class);
void sim_node_changed(SimNode *node, const SimClass *class, const char *property);
/* Does not wait for the end of the turn: no value is lost (notifications). */
void sim_node_changed_now(SimNode *node, const SimClass *class, const char *property);

/* Signals get lost, as they do for who sleeps. */
void sim_tree_mute(SimTree *tree, gboolean muted);
/* The next `times` calls of this method, on whichever object, are answered with this error. */
void sim_tree_refuse(SimTree *tree, const char *method, const char *name, const char *message, guint times);

/* The n-th call from now on, counted from 1, of whatever method, fails, and with `ever` all after it: it is
 * not carried out, or with `reply` it is and nobody learns of it. n = 0: none does. Returns how many were
 * called since the last time. */
guint sim_tree_fail(SimTree *tree, guint n, gboolean ever, gboolean reply);

/* Answers after everything pending was sent. Both consume the call. */
void sim_tree_reply(SimTree *tree, GDBusMethodInvocation *call, GVariant *result);
void sim_tree_error(SimTree *tree, GDBusMethodInvocation *call, const char *name, const char *message);

#endif
