/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `tags`: finding, adopting and describing them. */
#include "client.h"
#include "job.h"
#include "language.h"
#include "options.h"
#include "pages.h"
#include "tag.h"
#include "verb.h"
#include "verbs.h"
#include "when.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define KEY_SIZE 16 /* bytes: AES-128 */

static int
list(gboolean json, gboolean plain)
{
  GError *error = NULL;
  CtlScreen screen;
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  g_autoptr(GVariant) tags = client != NULL ? ctl_client_tags(client, &error) : NULL;
  if (tags == NULL)
    return ctl_client_complain(error);
  ctl_screen_init(&screen, plain);
  if (json) {
    g_autoptr(JsonBuilder) builder = json_builder_new();
    ctl_tag_add_all(builder, tags);
    ctl_json_print(builder);
  } else if (g_variant_n_children(tags) == 0) {
    ctl_screen_say(&screen, 2, _("No tags yet. 'calciferctl tags scan' looks around.\n"));
  } else {
    ctl_tag_print_all(&screen, tags);
  }
  return CTL_EXIT_DONE;
}

/* Starts a job and waits for its result. */
static GVariant *
run_job(const char *method, GVariant *arguments, gboolean quiet, GError **error)
{
  const char *path;
  g_autoptr(GVariant) tuple = g_variant_ref_sink(arguments);
  g_autoptr(CtlClient) client = ctl_client_new(error);
  g_autoptr(GVariant) reply =
      client != NULL ? ctl_client_call(client, "Tags1", method, tuple, "(o)", error) : NULL;
  if (reply == NULL)
    return NULL;
  g_variant_get(reply, "(&o)", &path);
  return ctl_job_wait(client, path, quiet, NULL, error);
}

static void
print_found(GVariant *found, JsonBuilder *builder)
{
  const char *address = "", *name = "", *kind = "", *model = "";
  gboolean encrypted = FALSE;
  gint32 rssi = 127;
  g_variant_lookup(found, "address", "&s", &address);
  g_variant_lookup(found, "name", "&s", &name);
  g_variant_lookup(found, "kind", "&s", &kind);
  g_variant_lookup(found, "model", "&s", &model);
  g_variant_lookup(found, "encrypted", "b", &encrypted);
  g_variant_lookup(found, "rssi", "i", &rssi);
  if (builder != NULL) {
    json_builder_begin_object(builder);
    ctl_json_text(builder, "address", address);
    ctl_json_text(builder, "name", name[0] != '\0' ? name : NULL);
    ctl_json_text(builder, "kind", kind);
    ctl_json_text(builder, "model", model[0] != '\0' ? model : NULL);
    json_builder_set_member_name(builder, "encrypted");
    json_builder_add_boolean_value(builder, encrypted);
    json_builder_set_member_name(builder, "rssi");
    if (rssi == 127)
      json_builder_add_null_value(builder);
    else
      json_builder_add_int_value(builder, rssi);
    json_builder_end_object(builder);
    return;
  }
  g_autofree char *escaped = ctl_screen_escape(name);
  printf("%s  %-10s %s%s%s%s\n", address, kind, escaped, model[0] != '\0' ? ": " : "", model,
         encrypted ? _(" (encrypted: needs its key)") : "");
}

static int
scan(int argc, char **argv)
{
  gint seconds = 10;
  gboolean json = FALSE;
  GError *error = NULL;
  const GOptionEntry entries[] = {
    { "seconds", 0, 0, G_OPTION_ARG_INT, &seconds, N_("how long to look, 1 to 120"), "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("as JSON"), NULL },
    { NULL },
  };
  if (!ctl_options_parse(&argc, &argv, "", entries))
    return CTL_EXIT_USAGE;
  if (argc != 1 || seconds < 1 || seconds > 120)
    return ctl_usage_error(_("tags scan [--seconds N], with N from 1 to 120."));
  g_autoptr(GVariant) result = run_job("Scan", g_variant_new("(u)", (guint)seconds), json, &error);
  if (result == NULL)
    return ctl_client_complain(error);
  g_autoptr(GVariant) all = g_variant_lookup_value(result, "found", G_VARIANT_TYPE("aa{sv}"));
  g_autoptr(JsonBuilder) builder = json ? json_builder_begin_array(json_builder_new()) : NULL;
  const gsize n = all != NULL ? g_variant_n_children(all) : 0;
  for (gsize i = 0; i < n; i++) {
    g_autoptr(GVariant) found = g_variant_get_child_value(all, i);
    print_found(found, builder);
  }
  if (json)
    ctl_json_print(json_builder_end_array(builder));
  else
    printf(n > 0 ? _("Type 'calciferctl tags adopt ADDRESS' for the one that is yours.\n")
                 : _("No tag was heard. Is it near, and was its button held for 5 seconds?\n"));
  return CTL_EXIT_DONE;
}

/* "bthome", "bthome: Shelly BLU RC Button 4, buttons 1 to 4". */
static char *
describe_adopted(GVariant *result)
{
  const char *kind = "", *model = "";
  guint32 buttons = 0;
  g_variant_lookup(result, "kind", "&s", &kind);
  g_variant_lookup(result, "model", "&s", &model);
  g_variant_lookup(result, "buttons", "u", &buttons);
  if (model[0] == '\0')
    return g_strdup(kind);
  if (buttons < 2)
    return g_strdup_printf("%s: %s", kind, model);
  return g_strdup_printf(_("%s: %s, buttons 1 to %u"), kind, model, buttons);
}

static void
print_adopted(GVariant *result, const char *address)
{
  const char *kind = "", *model = "";
  guint32 buttons = 0;
  g_variant_lookup(result, "kind", "&s", &kind);
  g_variant_lookup(result, "model", "&s", &model);
  const gboolean has_buttons = g_variant_lookup(result, "buttons", "u", &buttons);
  g_autoptr(JsonBuilder) builder = json_builder_begin_object(json_builder_new());
  ctl_json_text(builder, "address", address);
  ctl_json_text(builder, "kind", kind);
  ctl_json_text(builder, "model", model[0] != '\0' ? model : NULL);
  ctl_json_number(builder, "buttons", has_buttons ? (double)buttons : (double)NAN);
  json_builder_end_object(builder);
  ctl_json_print(builder);
}

static int
adopt(int argc, char **argv)
{
  gboolean json;
  GError *error = NULL;
  if (!ctl_options_parse_json(&argc, &argv, "ADDRESS", &json))
    return CTL_EXIT_USAGE;
  if (argc != 2)
    return ctl_usage_error(_("tags adopt ADDRESS: which? 'calciferctl tags scan' looks around."));
  g_autoptr(GVariant) result = run_job("Adopt", g_variant_new("(s)", argv[1]), json, &error);
  if (result == NULL)
    return ctl_client_complain(error);
  if (json) {
    print_adopted(result, argv[1]);
    return CTL_EXIT_DONE;
  }
  g_autofree char *what = describe_adopted(result);
  printf(_("%s is adopted (%s). Next: 'calciferctl tags map %s 1 PRODUCT' says what its button means.\n"),
         argv[1], what, argv[1]);
  return CTL_EXIT_DONE;
}

static int
let_go(int argc, char **argv)
{
  gboolean json;
  if (!ctl_options_parse_json(&argc, &argv, "ADDRESS", &json))
    return CTL_EXIT_USAGE;
  if (argc != 2)
    return ctl_usage_error(_("tags forget ADDRESS: which? 'calciferctl tags' lists them."));
  return ctl_client_act("Tags1", "Forget", g_variant_new("(s)", argv[1]),
                        _("It is let go; its records stay."), json);
}

static int
role(int argc, char **argv)
{
  gboolean json;
  if (!ctl_options_parse_json(&argc, &argv, "ADDRESS worn|ambient|buttons" /* VERBATIM */, &json))
    return CTL_EXIT_USAGE;
  if (argc != 3)
    return ctl_usage_error(_("tags role ADDRESS worn|ambient|buttons."));
  return ctl_client_act("Tags1", "SetRole", g_variant_new("(ss)", argv[1], argv[2]),
                        _("Its role holds from now on."), json);
}

static int
map(int argc, char **argv)
{
  gboolean json;
  if (!ctl_options_parse_json(&argc, &argv, "ADDRESS SLOT PRODUCT", &json))
    return CTL_EXIT_USAGE;
  if (argc != 3 && argc != 4)
    return ctl_usage_error(_("tags map ADDRESS SLOT PRODUCT; without a product the button means nothing."));
  return ctl_client_act("Tags1", "Map", g_variant_new("(sss)", argv[1], argv[2], argc == 4 ? argv[3] : ""),
                        _("The button's meaning holds from now on."), json);
}

static int
allow(int argc, char **argv)
{
  gboolean json;
  if (!ctl_options_parse_json(&argc, &argv, "ADDRESS yes|no" /* VERBATIM */, &json))
    return CTL_EXIT_USAGE;
  if (argc != 3 || (!g_str_equal(argv[2], "yes") && !g_str_equal(argv[2], "no")))
    return ctl_usage_error(_("tags allow ADDRESS yes|no: whether unencrypted presses count."));
  return ctl_client_act("Tags1", "Allow", g_variant_new("(sb)", argv[1], g_str_equal(argv[2], "yes")),
                        _("That holds from now on."), json);
}

static gboolean
parse_key(const char *text, guchar bytes[KEY_SIZE])
{
  if (strlen(text) != 2 * KEY_SIZE)
    return FALSE;
  for (int i = 0; i < KEY_SIZE; i++) {
    const int high = g_ascii_xdigit_value(text[2 * i]), low = g_ascii_xdigit_value(text[2 * i + 1]);
    if (high < 0 || low < 0)
      return FALSE;
    bytes[i] = (guchar)(high << 4 | low);
  }
  return TRUE;
}

/* 32 hexadecimal digits from standard input: a key is never an argument, which every user of the machine can
 * read. */
static GVariant *
read_key(void)
{
  char line[80] = "";
  guchar bytes[KEY_SIZE];
  if (isatty(STDIN_FILENO))
    fprintf(stderr, _("The key, 32 hexadecimal digits: "));
  setvbuf(stdin, NULL, _IONBF, 0); /* or a copy stays in its buffer */
  const gboolean is_key = fgets(line, sizeof line, stdin) != NULL && parse_key(g_strstrip(line), bytes);
  GVariant *key = is_key ? g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, bytes, sizeof bytes, 1) : NULL;
  explicit_bzero(line, sizeof line);
  explicit_bzero(bytes, sizeof bytes);
  return key;
}

static int
set_key(const char *address, gboolean json)
{
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* no core dump with a key in it */
  GVariant *bytes = read_key();
  if (bytes == NULL)
    return ctl_usage_error(
        _("the key is 32 hexadecimal digits on one line of standard input: type 'calciferctl tags key "
          "ADDRESS' again, or add --fetch."));
  return ctl_client_act("Tags1", "SetKey", g_variant_new("(s@ay)", address, bytes), _("The key is set."),
                        json);
}

static int
fetch_key(const char *address, gboolean json)
{
  GError *error = NULL;
  fprintf(stderr, _("Hold the button of %s for more than 10 seconds, until its light flashes.\n"), address);
  g_autoptr(GVariant) result = run_job("FetchKey", g_variant_new("(s)", address), TRUE, &error);
  if (result == NULL)
    return ctl_client_complain(error);
  g_autofree char *sentence = g_strdup_printf(_("The key was read from %s and is set.\n"), address);
  ctl_client_say(g_strchomp(sentence), json);
  return CTL_EXIT_DONE;
}

static int
key(int argc, char **argv)
{
  gboolean fetch = FALSE, json = FALSE;
  const GOptionEntry entries[] = {
    { "fetch", 0, 0, G_OPTION_ARG_NONE, &fetch, N_("read it from the tag itself, as Shelly's buttons allow"),
      NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("as JSON"), NULL },
    { NULL },
  };
  if (!ctl_options_parse(&argc, &argv, "ADDRESS", entries))
    return CTL_EXIT_USAGE;
  if (argc != 2)
    return ctl_usage_error(_("tags key ADDRESS, with the key on standard input, or with --fetch."));
  return fetch ? fetch_key(argv[1], json) : set_key(argv[1], json);
}

static int
counter(int argc, char **argv)
{
  gboolean json;
  if (!ctl_options_parse_json(&argc, &argv, "ADDRESS", &json))
    return CTL_EXIT_USAGE;
  if (argc != 2)
    return ctl_usage_error(_("tags counter ADDRESS: 'calciferctl alerts' tells whose counter began anew."));
  return ctl_client_act("Tags1", "AcceptCounter", g_variant_new("(s)", argv[1]),
                        _("The new counter is accepted; what the tag sends from now on counts."), json);
}

/* An a{sv} of GetUndatedRuns. */
static void
print_run(GVariant *run, JsonBuilder *builder)
{
  const char *name = "";
  gint64 records = 0, length_s = 0, after = 0, before = 0;
  const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
  g_variant_lookup(run, "run", "&s", &name);
  g_variant_lookup(run, "records", "x", &records);
  g_variant_lookup(run, "length_s", "x", &length_s);
  g_variant_lookup(run, "after", "x", &after);
  g_variant_lookup(run, "before", "x", &before);
  g_autofree char *after_iso = after != 0 ? ctl_when_iso(after) : NULL, *before_iso = ctl_when_iso(before);
  g_autofree char *after_short = ctl_when_short(after, now), *before_short = ctl_when_short(before, now);
  if (builder == NULL) {
    if (after != 0)
      printf(P_("%s  %lu record over %lu min, began between %s and %s\n",
                "%s  %lu records over %lu min, began between %s and %s\n", (gulong)records),
             name, (gulong)records, (gulong)length_s / 60, after_short, before_short);
    else
      printf(P_("%s  %lu record over %lu min, began at an unknown time, at the latest %s\n",
                "%s  %lu records over %lu min, began at an unknown time, at the latest %s\n",
                (gulong)records),
             name, (gulong)records, (gulong)length_s / 60, before_short);
    return;
  }
  json_builder_begin_object(builder);
  ctl_json_text(builder, "run", name);
  json_builder_set_member_name(builder, "records");
  json_builder_add_int_value(builder, records);
  json_builder_set_member_name(builder, "length_s");
  json_builder_add_int_value(builder, length_s);
  ctl_json_text(builder, "after", after_iso);
  ctl_json_text(builder, "before", before_iso);
  json_builder_end_object(builder);
}

static int
list_runs(const char *address, gboolean json)
{
  GError *error = NULL;
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  g_autoptr(GPtrArray) runs = client != NULL ? ctl_pages_fetch(client, "Tags1", "GetUndatedRuns",
                                                               g_variant_new("(s)", address), &error)
                                             : NULL;
  if (runs == NULL)
    return ctl_client_complain(error);
  g_autoptr(JsonBuilder) builder = json ? json_builder_begin_array(json_builder_new()) : NULL;
  for (guint i = 0; i < runs->len; i++)
    print_run(runs->pdata[i], builder);
  if (json)
    ctl_json_print(json_builder_end_array(builder));
  else if (runs->len == 0)
    printf(_("Every record of %s has its date.\n"), address);
  else
    printf(_("'calciferctl tags date %s RUN TIME' says when one of them began.\n"), address);
  return CTL_EXIT_DONE;
}

static int
date(int argc, char **argv)
{
  gboolean json = FALSE;
  gint64 at;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("as JSON"), NULL },
    { NULL },
  };
  if (!ctl_options_parse(&argc, &argv, "ADDRESS [RUN TIME]", entries))
    return CTL_EXIT_USAGE;
  if (argc == 2)
    return list_runs(argv[1], json);
  if (argc < 4)
    return ctl_usage_error(_("tags date ADDRESS [RUN TIME]: alone it lists the runs that have no date."));
  g_autofree char *text = g_strjoinv(" ", argv + 3); /* "yesterday 08:30" needs no quotes */
  if (!ctl_options_at(text, &at))
    return CTL_EXIT_USAGE;
  GVariant *arguments = g_variant_new("(ssxa{sv})", argv[1], argv[2], at, NULL);
  return ctl_client_enter("Tags1", "DateRun", arguments, json);
}

static const CtlVerb verbs[] = {
  { "scan", "[--seconds N]", N_("look around"), scan },
  { "adopt", "ADDRESS", N_("make a tag yours"), adopt },
  { "forget", "ADDRESS", N_("let it go; its records stay"), let_go },
  { "role", "ADDRESS worn|ambient|buttons" /* VERBATIM */, N_("what its light means"), role },
  { "map", "ADDRESS SLOT PRODUCT", N_("what a button means"), map },
  { "allow", "ADDRESS yes|no" /* VERBATIM */, N_("whether unencrypted presses count"), allow },
  { "key", "ADDRESS [--fetch]", N_("its BTHome key, from standard input or from itself"), key },
  { "counter", "ADDRESS", N_("accept a counter that began anew, after a new battery"), counter },
  { "date", "ADDRESS [RUN TIME]", N_("say when a run without a clock began; alone, list such runs"), date },
  { NULL },
};

const CtlVerb *
ctl_tags_verbs(void)
{
  return verbs;
}

int
ctl_tags(int argc, char **argv)
{
  gboolean json = FALSE, plain = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("as JSON"), NULL },
    { "plain", 0, 0, G_OPTION_ARG_NONE, &plain, N_("one line to a fact, for screen readers"), NULL },
    { NULL },
  };
  if (argc > 1 && argv[1][0] != '-')
    return ctl_verb_run(verbs, "tags", argc - 1, argv + 1);
  if (!ctl_options_parse_group(&argc, &argv, verbs, entries))
    return CTL_EXIT_USAGE;
  return list(json, plain);
}
