/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `watch`: what happens, as it happens, a line each, until Ctrl-C. */
#include "alert.h"
#include "client.h"
#include "daemon_says.h"
#include "json.h"
#include "language.h"
#include "options.h"
#include "screen.h"
#include "transfers.h"
#include "verb.h"
#include "verbs.h"
#include "when.h"

#include <glib-unix.h>
#include <stdio.h>
#include <unistd.h>

#define NAME         "org.calciferd"
#define KIND_COLUMNS 9

typedef struct {
  GMainLoop *loop;
  gboolean json;
  gboolean plain;
  gboolean daemon_went;
  CtlTransfers *transfers;
  GHashTable *told; /* "id severity" of the alerts that stand and were told */
} Watch;

static void
say(const Watch *watch, gint64 at, const char *kind, const char *sentence)
{
  g_autofree char *iso = ctl_when_iso(at);
  ctl_transfers_wipe(watch->transfers);
  if (watch->json) {
    g_autoptr(JsonBuilder) builder = json_builder_new();
    json_builder_begin_object(builder);
    ctl_json_text(builder, "at", iso);
    ctl_json_text(builder, "kind", kind);
    ctl_json_text(builder, "text", sentence);
    json_builder_end_object(builder);
    ctl_json_print_line(builder);
  } else {
    g_autofree char *escaped = ctl_screen_escape(sentence);
    g_autofree char *clock = ctl_when_short(at, g_get_real_time() / G_USEC_PER_SEC);
    const char *word = ctl_language_word(kind);
    printf("%s  %-*s %s\n", clock, ctl_screen_width(word, KIND_COLUMNS), word, escaped);
  }
  fflush(stdout);
}

static void
on_entered(const Watch *watch, GVariant *arguments)
{
  const char *id, *kind, *sentence;
  gint64 at;
  g_variant_get(arguments, "(&s&sx&s)", &id, &kind, &at, &sentence);
  g_autofree char *said = ctl_daemon_says(sentence);
  say(watch, at, kind, said);
}

static void
on_reading(const Watch *watch, GVariant *arguments)
{
  const char *address;
  double uv_index;
  g_variant_get(arguments, "(&sd)", &address, &uv_index);
  g_autofree char *sentence = g_strdup_printf(_("%s reads UV index %.1f"), address, uv_index);
  say(watch, g_get_real_time() / G_USEC_PER_SEC, "reading", sentence);
}

/* "ADDRESS is not connected: The tag is out of reach." Of what changed only the reason, that alone. NULL when
 * neither did. */
static char *
connection_sentence(const char *tag, GVariant *changed)
{
  gboolean connected;
  const char *reason = "";
  const gboolean has_why = g_variant_lookup(changed, "Why", "&s", &reason);
  const gboolean says_why = reason[0] != '\0';
  g_autofree char *why = ctl_daemon_says(reason);
  if (g_variant_lookup(changed, "Connected", "b", &connected)) {
    if (says_why)
      return g_strdup_printf(connected ? _("%s is connected: %s") : _("%s is not connected: %s"), tag, why);
    return g_strdup_printf(connected ? _("%s is connected") : _("%s is not connected"), tag);
  }
  if (!has_why)
    return NULL;
  return says_why ? g_strdup_printf("%s: %s", tag, why)
                  : g_strdup_printf(_("%s: nothing is in its way any more"), tag);
}

static void
on_tag_changed(const Watch *watch, const char *path, GVariant *changed)
{
  guint32 done, of;
  const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
  g_autofree char *tag = g_strdelimit(g_path_get_basename(path), "_", ':');
  g_autofree char *transfer = g_variant_lookup(changed, "Transfer", "(uu)", &done, &of)
                                  ? ctl_transfers_step(watch->transfers, tag, done, of)
                                  : NULL;
  g_autofree char *connection = connection_sentence(tag, changed);
  if (transfer != NULL)
    say(watch, now, "transfer", transfer);
  if (connection != NULL)
    say(watch, now, "tag", connection);
}

/* "id severity": what makes an alert worth telling anew. */
static char *
alert_key(GVariant *alert)
{
  const char *id = "", *severity = "";
  g_variant_lookup(alert, "id", "&s", &id);
  g_variant_lookup(alert, "severity", "&s", &severity);
  return g_strdup_printf("%s %s", id, severity);
}

static void
say_alert(const Watch *watch, GVariant *alert)
{
  const char *code = "";
  g_autofree char *text = ctl_alert_text(alert);
  g_variant_lookup(alert, "code", "&s", &code);
  g_autofree char *sentence = g_strdup_printf("%s: %s", code, text);
  say(watch, g_get_real_time() / G_USEC_PER_SEC, "alert", sentence);
}

/* The bus tells the whole list whenever a number in it moves; a person is told what is new in it. */
static void
on_alerts(Watch *watch, GVariant *alerts)
{
  GHashTable *standing = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (gsize i = 0; i < g_variant_n_children(alerts); i++) {
    g_autoptr(GVariant) alert = g_variant_get_child_value(alerts, i);
    char *key = alert_key(alert);
    if (!g_hash_table_contains(watch->told, key))
      say_alert(watch, alert);
    g_hash_table_add(standing, key);
  }
  g_hash_table_unref(watch->told);
  watch->told = standing;
}

static void
on_vitamin_d(const Watch *watch, GVariant *numbers)
{
  double total = 0, sun = 0;
  g_variant_lookup(numbers, "total_iu", "d", &total);
  g_variant_lookup(numbers, "sun_iu", "d", &sun);
  g_autofree char *sentence =
      g_strdup_printf(_("vitamin D today %.0f IU, %.0f of it from the sun"), total, sun);
  say(watch, g_get_real_time() / G_USEC_PER_SEC, "balance", sentence);
}

static void
on_properties(Watch *watch, const char *path, GVariant *arguments)
{
  g_autoptr(GVariant) changed = g_variant_get_child_value(arguments, 1);
  g_autoptr(GVariant) alerts = g_variant_lookup_value(changed, "Alerts", G_VARIANT_TYPE("aa{sv}"));
  g_autoptr(GVariant) vitamin_d = g_variant_lookup_value(changed, "VitaminD", G_VARIANT_TYPE("a{sd}"));
  if (g_str_has_prefix(path, "/org/calciferd/tag/"))
    on_tag_changed(watch, path, changed);
  if (alerts != NULL)
    on_alerts(watch, alerts);
  if (vitamin_d != NULL)
    on_vitamin_d(watch, vitamin_d);
}

static void
on_signal(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
          const char *signal, GVariant *arguments, gpointer data)
{
  Watch *watch = data;
  if (g_str_equal(signal, "Entered"))
    on_entered(watch, arguments);
  else if (g_str_equal(signal, "Reading"))
    on_reading(watch, arguments);
  else if (g_str_equal(signal, "PropertiesChanged"))
    on_properties(watch, path, arguments);
  (void)bus;
  (void)sender;
  (void)interface;
}

static void
on_vanished(GDBusConnection *bus, const char *name, gpointer data)
{
  Watch *watch = data;
  watch->daemon_went = TRUE;
  g_main_loop_quit(watch->loop);
  (void)bus;
  (void)name;
}

static gboolean
on_interrupt(gpointer data)
{
  g_main_loop_quit(((Watch *)data)->loop);
  return G_SOURCE_CONTINUE;
}

int
ctl_watch(int argc, char **argv)
{
  GError *error = NULL;
  g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
  Watch watch = { .loop = loop, .told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL) };
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &watch.json, N_("a JSON object a line"), NULL },
    { "plain", 0, 0, G_OPTION_ARG_NONE, &watch.plain, N_("no line is rewritten, for screen readers"), NULL },
    { NULL },
  };
  if (!ctl_options_parse(&argc, &argv, "", entries))
    return CTL_EXIT_USAGE;
  if (argc != 1)
    return ctl_usage_error(_("watch takes no words: type 'calciferctl watch', and Ctrl-C to end it."));
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  /* The first call starts the daemon where it is not running yet. */
  g_autoptr(GVariant) begun =
      client != NULL ? ctl_client_call(client, "Tags1", "StartReadings", NULL, "()", &error) : NULL;
  if (begun == NULL)
    return ctl_client_complain(error);
  watch.transfers = ctl_transfers_new(!watch.json && isatty(STDOUT_FILENO) && ctl_screen_moves());
  g_dbus_connection_signal_subscribe(ctl_client_bus(client), NAME, NULL, NULL, NULL, NULL,
                                     G_DBUS_SIGNAL_FLAGS_NONE, on_signal, &watch, NULL);
  const guint name_id = g_bus_watch_name_on_connection(
      ctl_client_bus(client), NAME, G_BUS_NAME_WATCHER_FLAGS_NONE, NULL, on_vanished, &watch, NULL);
  g_unix_signal_add(SIGINT, on_interrupt, &watch);
  g_main_loop_run(loop);
  g_bus_unwatch_name(name_id);
  ctl_transfers_free(watch.transfers);
  g_hash_table_unref(watch.told);
  return watch.daemon_went
             ? ctl_failure(_("the daemon went away. 'systemctl --user status calciferd' tells why."))
             : CTL_EXIT_DONE;
}
