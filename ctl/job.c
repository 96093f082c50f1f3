/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "job.h"

#include "daemon_says.h"
#include "language.h"
#include "screen.h"

#include <glib-unix.h>
#include <stdio.h>
#include <unistd.h>

#define NAME      "org.calciferd"
#define INTERFACE "org.calciferd.Job1"

typedef struct {
  GMainLoop *loop;
  GDBusConnection *bus;
  const char *path;
  gboolean talks;
  gboolean rewrites;  /* the line; else each is a new one */
  double progress;    /* as it was told last; below 0: not known */
  char *told;         /* the sentence of the last new line */
  int told_tenth;     /* and how far it was */
  guint n_interrupts; /* how often Ctrl-C was pressed */
} Wait;

/* Where no line is rewritten a sentence that counts is told at each tenth, any other when it is another. */
static gboolean
is_worth_a_line(Wait *wait, const char *said)
{
  const int tenth = wait->progress >= 0 ? (int)(wait->progress * 10) : -1;
  if (wait->told != NULL && tenth <= wait->told_tenth && (tenth >= 0 || g_str_equal(said, wait->told)))
    return FALSE;
  wait->told_tenth = tenth;
  g_free(wait->told);
  wait->told = g_strdup(said);
  return TRUE;
}

static void
show(Wait *wait, GVariant *properties)
{
  const char *sentence;
  g_variant_lookup(properties, "Progress", "d", &wait->progress);
  if (!wait->talks || !g_variant_lookup(properties, "Sentence", "&s", &sentence))
    return;
  g_autofree char *said = ctl_daemon_says(sentence);
  g_autofree char *shown = ctl_screen_escape(said);
  g_autofree char *line =
      wait->progress > 0 ? g_strdup_printf("%s  %.0f %%", shown, 100 * wait->progress) : g_strdup(shown);
  if (wait->rewrites)
    fprintf(stderr, "\r\033[K%s", line);
  else if (is_worth_a_line(wait, said))
    fprintf(stderr, "%s\n", line);
}

static void
on_changed(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
           const char *signal, GVariant *arguments, gpointer data)
{
  Wait *wait = data;
  gboolean done = FALSE;
  g_autoptr(GVariant) properties = g_variant_get_child_value(arguments, 1);
  show(wait, properties);
  if (g_variant_lookup(properties, "Done", "b", &done) && done)
    g_main_loop_quit(wait->loop);
  (void)bus;
  (void)sender;
  (void)path;
  (void)interface;
  (void)signal;
}

static void
on_vanished(GDBusConnection *bus, const char *name, gpointer data)
{
  g_main_loop_quit(((Wait *)data)->loop);
  (void)bus;
  (void)name;
}

static gboolean
on_interrupt(gpointer data)
{
  Wait *wait = data;
  if (wait->n_interrupts++ > 0)
    g_main_loop_quit(wait->loop);
  g_dbus_connection_call(wait->bus, NAME, wait->path, INTERFACE, "Cancel", NULL, NULL, G_DBUS_CALL_FLAGS_NONE,
                         -1, NULL, NULL, NULL);
  return G_SOURCE_CONTINUE;
}

static GVariant *
read_properties(Wait *wait, GError **error)
{
  g_autoptr(GVariant) reply = g_dbus_connection_call_sync(
      wait->bus, NAME, wait->path, "org.freedesktop.DBus.Properties", "GetAll",
      g_variant_new("(s)", INTERFACE), G_VARIANT_TYPE("(a{sv})"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, error);
  return reply != NULL ? g_variant_get_child_value(reply, 0) : NULL;
}

static gboolean
is_done(GVariant *properties)
{
  gboolean done = FALSE;
  return g_variant_lookup(properties, "Done", "b", &done) && done;
}

static GVariant *
outcome(GVariant *properties, GVariant **so_far, GError **error)
{
  const char *name = "", *message = "";
  if (!is_done(properties)) {
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CLOSED, _("the daemon went away before it was done"));
    return NULL;
  }
  g_variant_lookup(properties, "Error", "(&s&s)", &name, &message);
  g_autoptr(GVariant) result = g_variant_lookup_value(properties, "Result", G_VARIANT_TYPE("a{sv}"));
  if (name[0] == '\0')
    return g_steal_pointer(&result);
  if (so_far != NULL)
    *so_far = g_steal_pointer(&result);
  g_propagate_error(error, g_dbus_error_new_for_dbus_error(name, message));
  return NULL;
}

/* The daemon does not answer, and who waits for it has had enough. */
static GVariant *
give_up(GError **error)
{
  g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                      _("the daemon did not end the work at once, and may go on with it; 'calciferctl "
                        "doctor' tells how it is."));
  return NULL;
}

GVariant *
ctl_job_wait(CtlClient *client, const char *path, gboolean quiet, GVariant **so_far, GError **error)
{
  g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
  Wait wait = { .loop = loop,
                .bus = ctl_client_bus(client),
                .path = path,
                .talks = !quiet && isatty(STDERR_FILENO),
                .rewrites = ctl_screen_moves(),
                .progress = -1 };
  const guint changed_id = g_dbus_connection_signal_subscribe(
      wait.bus, NAME, "org.freedesktop.DBus.Properties", "PropertiesChanged", path, INTERFACE,
      G_DBUS_SIGNAL_FLAGS_NONE, on_changed, &wait, NULL);
  const guint name_id = g_bus_watch_name_on_connection(wait.bus, NAME, G_BUS_NAME_WATCHER_FLAGS_NONE, NULL,
                                                       on_vanished, &wait, NULL);
  const guint interrupt_id = g_unix_signal_add(SIGINT, on_interrupt, &wait);
  g_autoptr(GVariant) properties = read_properties(&wait, error);
  if (properties != NULL && !is_done(properties)) {
    show(&wait, properties);
    g_main_loop_run(loop);
    g_clear_pointer(&properties, g_variant_unref);
    properties = wait.n_interrupts < 2 ? read_properties(&wait, error) : give_up(error);
  }
  g_source_remove(interrupt_id);
  g_bus_unwatch_name(name_id);
  g_dbus_connection_signal_unsubscribe(wait.bus, changed_id);
  if (wait.talks && wait.rewrites)
    fprintf(stderr, "\r\033[K");
  g_free(wait.told);
  return properties != NULL ? outcome(properties, so_far, error) : NULL;
}
