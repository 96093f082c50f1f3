/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client.h"

#include "daemon_says.h"
#include "json.h"
#include "language.h"
#include "program.h"
#include "verb.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME       "org.calciferd"
#define ROOT       "/org/calciferd"
#define PREFIX     NAME "."
#define TIMEOUT_MS 30000

#define SAYS_WHAT_TO_DO                                                                                      \
  "ctl |expected:|type |[Aa]s in |try again| ask |is written |remove one|wait for|update C" /* VERBATIM */

struct CtlClient {
  GDBusConnection *bus;
};

CtlClient *
ctl_client_new(GError **error)
{
  GDBusConnection *bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, error);
  if (bus == NULL)
    return NULL;
  g_dbus_connection_set_exit_on_close(bus, FALSE);
  CtlClient *client = g_new0(CtlClient, 1);
  client->bus = bus;
  return client;
}

void
ctl_client_free(CtlClient *client)
{
  g_object_unref(client->bus);
  g_free(client);
}

GDBusConnection *
ctl_client_bus(CtlClient *client)
{
  return client->bus;
}

gboolean
ctl_client_is_served(CtlClient *client)
{
  gboolean served = FALSE;
  g_autoptr(GVariant) reply = g_dbus_connection_call_sync(
      client->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
      g_variant_new("(s)", NAME), G_VARIANT_TYPE("(b)"), G_DBUS_CALL_FLAGS_NONE, TIMEOUT_MS, NULL, NULL);
  if (reply != NULL)
    g_variant_get(reply, "(b)", &served);
  return served;
}

gboolean
ctl_client_wait_for_end(CtlClient *client, guint seconds)
{
  for (guint tenths = 0; tenths < 10 * seconds && ctl_client_is_served(client); tenths++)
    g_usleep(G_USEC_PER_SEC / 10);
  return !ctl_client_is_served(client);
}

static GVariant *
call_sync(CtlClient *client, const CtlCall *call, GError **error)
{
  return g_dbus_connection_call_sync(client->bus, NAME, ROOT, call->interface, call->method, call->arguments,
                                     G_VARIANT_TYPE(call->type), G_DBUS_CALL_FLAGS_NONE, TIMEOUT_MS, NULL,
                                     error);
}

GVariant *
ctl_client_call(CtlClient *client, const char *interface, const char *method, GVariant *arguments,
                const char *reply, GError **error)
{
  g_autofree char *name = g_strconcat(PREFIX, interface, NULL);
  const CtlCall call = { .interface = name, .method = method, .arguments = arguments, .type = reply };
  return call_sync(client, &call, error);
}

GVariant *
ctl_client_get(CtlClient *client, const char *interface, const char *property, GError **error)
{
  CtlCall call = ctl_call_get(interface, property);
  call.reply = call_sync(client, &call, error);
  GVariant *value = ctl_call_value(&call);
  ctl_call_clear(&call);
  return value;
}

CtlCall
ctl_call_get(const char *interface, const char *property)
{
  g_autofree char *name = g_strconcat(PREFIX, interface, NULL);
  return (CtlCall){ .interface = "org.freedesktop.DBus.Properties",
                    .method = "Get",
                    .arguments = g_variant_new("(ss)", name, property),
                    .type = "(v)" };
}

GVariant *
ctl_call_value(const CtlCall *call)
{
  GVariant *value = NULL;
  if (call->reply != NULL)
    g_variant_get(call->reply, "(v)", &value);
  return value;
}

void
ctl_call_clear(CtlCall *call)
{
  g_clear_pointer(&call->reply, g_variant_unref);
  g_clear_error(&call->error);
}

static void
on_answer(GObject *bus, GAsyncResult *result, gpointer data)
{
  CtlCall *call = data;
  call->reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, &call->error);
  --*call->n_waiting;
}

void
ctl_client_call_all(CtlClient *client, CtlCall *calls, gsize n_calls)
{
  gsize n_waiting = n_calls;
  for (gsize i = 0; i < n_calls; i++) {
    calls[i].n_waiting = &n_waiting;
    g_dbus_connection_call(client->bus, NAME, ROOT, calls[i].interface, calls[i].method, calls[i].arguments,
                           G_VARIANT_TYPE(calls[i].type), G_DBUS_CALL_FLAGS_NONE, TIMEOUT_MS, NULL, on_answer,
                           &calls[i]);
  }
  while (n_waiting > 0)
    g_main_context_iteration(NULL, TRUE);
}

/* By path, which is by address: the bus tells them in any order. */
static gint
compare_tags(gconstpointer a, gconstpointer b)
{
  const char *left, *right;
  g_variant_get_child(*(GVariant *const *)a, 0, "&o", &left);
  g_variant_get_child(*(GVariant *const *)b, 0, "&o", &right);
  return strcmp(left, right);
}

CtlCall
ctl_call_tags(void)
{
  return (CtlCall){ .interface = "org.freedesktop.DBus.ObjectManager",
                    .method = "GetManagedObjects",
                    .type = "(a{oa{sa{sv}}})" };
}

GVariant *
ctl_client_tags(CtlClient *client, GError **error)
{
  const CtlCall call = ctl_call_tags();
  g_autoptr(GVariant) reply = call_sync(client, &call, error);
  return reply != NULL ? ctl_client_tags_of(reply) : NULL;
}

GVariant *
ctl_client_tags_of(GVariant *reply)
{
  g_autoptr(GPtrArray) tags = g_ptr_array_new_with_free_func((GDestroyNotify)g_variant_unref);
  g_autoptr(GVariantIter) objects = NULL;
  const char *path;
  GVariant *interfaces;
  g_variant_get(reply, "(a{oa{sa{sv}}})", &objects);
  while (g_variant_iter_loop(objects, "{&o@a{sa{sv}}}", &path, &interfaces)) {
    g_autoptr(GVariant) tag = g_variant_lookup_value(interfaces, PREFIX "Tag1", G_VARIANT_TYPE("a{sv}"));
    if (tag != NULL)
      g_ptr_array_add(tags, g_variant_ref_sink(g_variant_new("{o@a{sv}}", path, tag)));
  }
  g_ptr_array_sort(tags, compare_tags);
  return g_variant_ref_sink(
      g_variant_new_array(G_VARIANT_TYPE("{oa{sv}}"), (GVariant *const *)tags->pdata, tags->len));
}

static void
print_entered(GVariant *reply, gboolean json)
{
  const char *id, *sentence;
  g_variant_get(reply, "(&s&s)", &id, &sentence);
  if (!json) {
    ctl_daemon_say(sentence);
    return;
  }
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_object(builder);
  ctl_json_text(builder, "id", id);
  ctl_json_text(builder, "sentence", sentence);
  json_builder_end_object(builder);
  ctl_json_print(builder);
}

int
ctl_client_enter(const char *interface, const char *method, GVariant *arguments, gboolean json)
{
  GError *error = NULL;
  g_autoptr(GVariant) tuple = g_variant_ref_sink(arguments);
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  if (client == NULL)
    return ctl_client_complain(error);
  g_autoptr(GVariant) reply = ctl_client_call(client, interface, method, tuple, "(ss)", &error);
  if (reply == NULL)
    return ctl_client_complain(error);
  print_entered(reply, json);
  return CTL_EXIT_DONE;
}

void
ctl_client_say(const char *sentence, gboolean json)
{
  if (!json) {
    printf("%s\n", sentence);
    return;
  }
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_object(builder);
  ctl_json_text(builder, "sentence", sentence);
  json_builder_end_object(builder);
  ctl_json_print(builder);
}

int
ctl_client_act(const char *interface, const char *method, GVariant *arguments, const char *sentence,
               gboolean json)
{
  GError *error = NULL;
  g_autoptr(GVariant) tuple = g_variant_ref_sink(arguments);
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  if (client == NULL)
    return ctl_client_complain(error);
  g_autoptr(GVariant) reply = ctl_client_call(client, interface, method, tuple, "()", &error);
  if (reply == NULL)
    return ctl_client_complain(error);
  ctl_client_say(sentence, json);
  return CTL_EXIT_DONE;
}

static gboolean
daemon_is_missing(const GError *error)
{
  return g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
         g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER) ||
         g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_SPAWN_SERVICE_NOT_FOUND) ||
         g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_SPAWN_EXEC_FAILED) ||
         g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_SPAWN_CHILD_EXITED);
}

/* It was updated under a daemon that still runs. Of a property that it lacks, and of arguments of another
 * type, GDBus says the last of these, which is none of the daemon's own errors. */
static gboolean
daemon_is_older(const GError *error)
{
  return g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) ||
         g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE) ||
         g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_PROPERTY) ||
         g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS) || /* other arguments than ours */
         g_error_matches(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);   /* another answer */
}

void
ctl_client_read(GVariant *dictionary, const CtlMember *members, gsize n_members)
{
  GVariantIter iter;
  const char *name;
  GVariant *value;
  g_variant_get_data(dictionary); /* makes it one piece, which texts point into */
  g_variant_iter_init(&iter, dictionary);
  while (g_variant_iter_loop(&iter, "{&sv}", &name, &value)) {
    for (gsize i = 0; i < n_members; i++) {
      if (g_str_equal(name, members[i].name) &&
          g_variant_check_format_string(value, members[i].format, FALSE))
        g_variant_get(value, members[i].format, members[i].to);
    }
  }
}

/* Numbers are looked up in what came as it came: g_variant_lookup() would write it out as one piece first,
 * and every look into that makes the members anew. */

double
ctl_client_number(GVariant *members, const char *name)
{
  double value = NAN;
  g_autoptr(GVariant) found =
      members != NULL ? g_variant_lookup_value(members, name, G_VARIANT_TYPE_DOUBLE) : NULL;
  if (found != NULL)
    value = g_variant_get_double(found);
  return value;
}

gboolean
ctl_client_flag(GVariant *members, const char *name)
{
  g_autoptr(GVariant) found = g_variant_lookup_value(members, name, G_VARIANT_TYPE_BOOLEAN);
  return found != NULL && g_variant_get_boolean(found);
}

gboolean
ctl_client_was_interrupted(const GError *error)
{
  g_autofree char *name = g_dbus_error_get_remote_error(error);
  return g_strcmp0(name, PREFIX "Error.Cancelled") == 0;
}

/* -- What to type next ---------------------------------------------------------------------------------- */

/* Where what is not known is looked up. */
static const struct {
  const char *program, *list;
} lists[] = {
  { "calciferctl undo", "calciferctl log" },
  { "calciferctl amend", "calciferctl log" },
  { "calciferctl forget", "calciferctl log" },
  { "calciferctl log take", "calciferctl products" },
  { "calciferctl tags map", "calciferctl products" },
  { "calciferctl profile set", "calciferctl profile keys" },
};

/* The program's name is that of the verb, see ctl_options_parse(). */
static const char *
list_of_verb(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
    if (g_strcmp0(g_get_prgname(), lists[i].program) == 0)
      return lists[i].list;
  }
  return NULL;
}

/* The daemon's sentence itself says what was expected, or what to do. */
static gboolean
says_what_to_do(const char *sentence)
{
  return g_regex_match_simple(SAYS_WHAT_TO_DO, sentence, 0, 0);
}

/* An error of ours that says something of what was typed; others say something of the machine. */
static gboolean
is_of_words(const GError *error)
{
  static const char *const names[] = { "Invalid", "NotFound", "Exists", "Refused", "Limit", NULL };
  g_autofree char *name = g_dbus_error_get_remote_error(error);
  return name != NULL && g_str_has_prefix(name, PREFIX "Error.") &&
         g_strv_contains(names, name + strlen(PREFIX "Error."));
}

char *
ctl_client_sentence(const GError *error)
{
  g_autoptr(GError) stripped = g_error_copy(error);
  g_dbus_error_strip_remote_error(stripped);
  const gboolean says = says_what_to_do(stripped->message);
  const char *list = list_of_verb();
  g_autofree char *said = ctl_daemon_says(stripped->message);
  const gsize length = strlen(said);
  if (length > 0 && said[length - 1] == '.')
    said[length - 1] = '\0';
  if (is_of_words(error) && list != NULL && strstr(said, "calciferctl") == NULL)
    return g_strdup_printf(_("%s; '%s' lists what there is"), said, list);
  if (says)
    return g_steal_pointer(&said);
  return is_of_words(error) ? g_strdup_printf(_("%s; '%s --help' tells more"), said, g_get_prgname())
                            : g_strdup_printf(_("%s; 'calciferctl doctor' looks for the cause"), said);
}

/* -- Complaints ----------------------------------------------------------------------------------------- */

static int
complain_missing(void)
{
  if (ctl_program_is_installed())
    return ctl_failure(_("the daemon is not running. Type 'systemctl --user enable --now calciferd'."));
  return ctl_failure(
      _("the daemon is not installed where the session bus looks for it. Install Calcifer, then "
        "type 'systemctl --user enable --now calciferd'."));
}

int
ctl_client_complain(GError *error)
{
  g_autoptr(GError) owned = error;
  if (daemon_is_missing(owned))
    return complain_missing();
  if (daemon_is_older(owned))
    return ctl_failure(_("the daemon that runs is older than this program. Type 'systemctl --user restart "
                         "calciferd'."));
  if (g_error_matches(owned, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED))
    return ctl_failure(
        _("the session bus does not let this program speak with the daemon; 'calciferctl doctor' "
          "looks for the cause."));
  if (ctl_client_was_interrupted(owned))
    return ctl_failure(_("interrupted; the same command begins anew."));
  if (g_dbus_error_is_remote_error(owned) || g_error_matches(owned, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)) {
    g_autofree char *said = ctl_client_sentence(owned);
    return ctl_failure("%s.", said);
  }
  return ctl_failure(_("there is no session bus to reach the daemon on (%s). Log in to a desktop, or type "
                       "'export DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/%u/bus'."),
                     owned->message, (unsigned)getuid());
}
