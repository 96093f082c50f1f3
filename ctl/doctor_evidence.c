/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor_evidence.h"

#include "client.h"
#include "daemon_says.h"
#include "program.h"

#define TIMEOUT_MS 5000

static GVariant *
call(GDBusConnection *bus, const char *name, const char *path, const char *interface, const char *method,
     GVariant *arguments, const char *reply)
{
  return g_dbus_connection_call_sync(bus, name, path, interface, method, arguments, G_VARIANT_TYPE(reply),
                                     G_DBUS_CALL_FLAGS_NONE, TIMEOUT_MS, NULL, NULL);
}

static gboolean
is_there(GDBusConnection *bus, const char *name)
{
  gboolean there = FALSE;
  g_autoptr(GVariant) reply = call(bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                   "org.freedesktop.DBus", "NameHasOwner", g_variant_new("(s)", name), "(b)");
  if (reply != NULL)
    g_variant_get(reply, "(b)", &there);
  return there;
}

/* A server that the bus would start answers as well. */
static void
ask_notifications(GDBusConnection *bus, GVariantDict *evidence)
{
  g_autofree const char **names = NULL;
  g_autoptr(GVariant) reply = call(bus, "org.freedesktop.Notifications", "/org/freedesktop/Notifications",
                                   "org.freedesktop.Notifications", "GetCapabilities", NULL, "(as)");
  g_variant_dict_insert(evidence, "notifications", "b", reply != NULL);
  if (reply == NULL)
    return;
  g_variant_get(reply, "(^a&s)", &names);
  g_variant_dict_insert(evidence, "actions", "b", g_strv_contains(names, "actions"));
}

static void
ask_unit(GDBusConnection *bus, GVariantDict *evidence)
{
  const char *state;
  g_autoptr(GVariant) reply =
      call(bus, "org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager",
           "GetUnitFileState", g_variant_new("(s)", "calciferd.service"), "(s)");
  if (reply == NULL)
    return;
  g_variant_get(reply, "(&s)", &state);
  g_variant_dict_insert(evidence, "unit", "s", state);
}

static GVariant *
describe_tag(GVariant *tag)
{
  const char *address = "", *kind = "", *why = "";
  gint64 last_seen = 0;
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  g_variant_lookup(tag, "Address", "&s", &address);
  g_variant_lookup(tag, "Kind", "&s", &kind);
  g_variant_lookup(tag, "Why", "&s", &why);
  g_variant_lookup(tag, "LastSeen", "x", &last_seen);
  g_variant_builder_add(&builder, "{sv}", "address", g_variant_new_string(address));
  g_variant_builder_add(&builder, "{sv}", "kind", g_variant_new_string(kind));
  g_variant_builder_add(&builder, "{sv}", "why", g_variant_new_take_string(ctl_daemon_says(why)));
  g_variant_builder_add(&builder, "{sv}", "last-seen", g_variant_new_int64(last_seen));
  return g_variant_builder_end(&builder);
}

static void
ask_tags(CtlClient *client, GVariantDict *evidence)
{
  GVariantIter iter;
  GVariant *tag;
  GVariantBuilder all = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("aa{sv}"));
  g_autoptr(GVariant) tags = ctl_client_tags(client, NULL);
  if (tags == NULL)
    return;
  g_variant_iter_init(&iter, tags);
  while (g_variant_iter_loop(&iter, "{&o@a{sv}}", NULL, &tag))
    g_variant_builder_add_value(&all, describe_tag(tag));
  g_variant_dict_insert_value(evidence, "tags", g_variant_builder_end(&all));
}

static void
keep_property(CtlClient *client, const char *name, GVariantDict *evidence, const char *as)
{
  g_autoptr(GVariant) value = ctl_client_get(client, "Service1", name, NULL);
  if (value != NULL)
    g_variant_dict_insert_value(evidence, as, value);
}

static void
ask_daemon(CtlClient *client, GVariantDict *evidence)
{
  const char *place = "";
  keep_property(client, "Version", evidence, "daemon-version");
  keep_property(client, "Sandbox", evidence, "sandbox");
  keep_property(client, "Place", evidence, "place-state");
  g_autoptr(GVariant) profile = ctl_client_get(client, "Profile1", "Profile", NULL);
  if (profile == NULL)
    return;
  g_variant_lookup(profile, "place", "&s", &place);
  g_variant_dict_insert(evidence, "place", "s", place);
  ask_tags(client, evidence);
}

/* What is not whole about the ledger is a sentence of the daemon's. */
static void
say_ledger(GVariantDict *evidence)
{
  const char *sentence = "";
  if (g_variant_dict_lookup(evidence, "ledger-sentence", "&s", &sentence)) {
    g_autofree char *said = ctl_daemon_says(sentence);
    g_variant_dict_insert(evidence, "ledger-sentence", "s", said);
  }
}

static void
say_session(GVariantDict *evidence)
{
  const char *zone = g_getenv("TZ");
  g_variant_dict_insert(evidence, "client-version", "s", CALCIFER_VERSION);
  g_variant_dict_insert(evidence, "user", "s", g_get_user_name());
  g_variant_dict_insert(evidence, "zone-of-session", "b", zone != NULL && zone[0] != '\0');
}

GVariant *
ctl_doctor_evidence(void)
{
  g_autoptr(GVariant) machine = ctl_program_run("--examine", -1, NULL);
  g_autoptr(CtlClient) client = ctl_client_new(NULL);
  GVariantDict evidence;
  g_variant_dict_init(&evidence, machine);
  say_ledger(&evidence);
  say_session(&evidence);
  if (client != NULL) {
    ask_notifications(ctl_client_bus(client), &evidence);
    ask_unit(ctl_client_bus(client), &evidence);
    if (is_there(ctl_client_bus(client), "org.calciferd"))
      ask_daemon(client, &evidence);
  }
  return g_variant_ref_sink(g_variant_dict_end(&evidence));
}
