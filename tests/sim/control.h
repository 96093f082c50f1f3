/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * org.calciferd.Simulator1, by which a test moves simulated tags: the same interface whether they live behind
 * the fake org.bluez or on the real one. What concerns a tag alone is done here; the rest is the host's.
 */
#ifndef CALCIFER_TESTS_SIM_CONTROL_H
#define CALCIFER_TESTS_SIM_CONTROL_H

#include <gio/gio.h>

#include "tag.h"

#define SIM_CONTROL_NAME      "org.calciferd.Simulator"
#define SIM_CONTROL_PATH      "/org/calciferd/Simulator"
#define SIM_CONTROL_INTERFACE "org.calciferd.Simulator1"

typedef struct SimControlHost {
  SimTag *(*tag)(const char *address, gpointer user); /* NULL: there is none */
  /* Faults of the transport; FALSE: not one of them. */
  gboolean (*fault)(const char *address, const char *name, guint value, gpointer user);
  /* Adds to what State answers. */
  void (*state)(const char *address, GVariantBuilder *state, gpointer user);
  /* Methods that are not of a tag alone; *result may stay NULL. FALSE and an error when it was refused. */
  gboolean (*call)(const char *method, GVariant *arguments, GVariant **result, GError **error, gpointer user);
  gpointer user;
} SimControlHost;

/* Exports the object; the host must outlive the connection. */
void sim_control_export(GDBusConnection *connection, const SimControlHost *host);

/* From the a{sv} of AddTag. False and an error when an option is unknown to both this and `more`. */
gboolean sim_control_tag_options(GVariant *options, const char *const *more, SimTagOptions *tag,
                                 GError **error);
/* Any integer type or a boolean. */
guint sim_control_option(GVariant *options, const char *key, guint otherwise);

#endif
