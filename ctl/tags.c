/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `tags`: finding, adopting and describing them. */
#include "client.h"
#include "job.h"
#include "options.h"
#include "tag.h"
#include "verb.h"
#include "verbs.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const GOptionEntry no_entries[] = { { NULL } };

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
    printf("No tags yet. 'calciferctl tags scan' looks around.\n");
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
  return ctl_job_wait(client, path, quiet, error);
}

static void
print_found(GVariant *found, JsonBuilder *builder)
{
  const char *address = "", *name = "", *kind = "";
  gboolean encrypted = FALSE;
  gint32 rssi = 127;
  g_variant_lookup(found, "address", "&s", &address);
  g_variant_lookup(found, "name", "&s", &name);
  g_variant_lookup(found, "kind", "&s", &kind);
  g_variant_lookup(found, "encrypted", "b", &encrypted);
  g_variant_lookup(found, "rssi", "i", &rssi);
  if (builder != NULL) {
    json_builder_begin_object(builder);
    ctl_json_text(builder, "address", address);
    ctl_json_text(builder, "name", name[0] != '\0' ? name : NULL);
    ctl_json_text(builder, "kind", kind);
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
  printf("%s  %-10s %s%s\n", address, kind, escaped, encrypted ? " (encrypted: needs its key)" : "");
}

static int
scan(int argc, char **argv)
{
  gint seconds = 10;
  gboolean json = FALSE;
  GError *error = NULL;
  const GOptionEntry entries[] = {
    { "seconds", 0, 0, G_OPTION_ARG_INT, &seconds, "how long to look, 1 to 120", "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "as JSON", NULL },
    { NULL },
  };
  if (!ctl_options_parse(&argc, &argv, "", entries))
    return CTL_EXIT_USAGE;
  if (argc != 1 || seconds < 1 || seconds > 120)
    return ctl_usage_error("tags scan [--seconds N], with N from 1 to 120.");
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
    printf(n > 0 ? "Type 'calciferctl tags adopt ADDRESS' for the one that is yours.\n"
                 : "No tag was heard. Is it near, and was its button held for 5 seconds?\n");
  return CTL_EXIT_DONE;
}

static int
adopt(int argc, char **argv)
{
  GError *error = NULL;
  const char *kind = "";
  if (!ctl_options_parse(&argc, &argv, "ADDRESS", no_entries))
    return CTL_EXIT_USAGE;
  if (argc != 2)
    return ctl_usage_error("tags adopt ADDRESS: which? 'calciferctl tags scan' looks around.");
  g_autoptr(GVariant) result = run_job("Adopt", g_variant_new("(s)", argv[1]), FALSE, &error);
  if (result == NULL)
    return ctl_client_complain(error);
  g_variant_lookup(result, "kind", "&s", &kind);
  printf("%s is adopted (%s). Next: 'calciferctl tags map %s 1 PRODUCT' says what its button means.\n",
         argv[1], kind, argv[1]);
  return CTL_EXIT_DONE;
}

static int
let_go(int argc, char **argv)
{
  if (!ctl_options_parse(&argc, &argv, "ADDRESS", no_entries))
    return CTL_EXIT_USAGE;
  if (argc != 2)
    return ctl_usage_error("tags forget ADDRESS: which? 'calciferctl tags' lists them.");
  return ctl_client_act("Tags1", "Forget", g_variant_new("(s)", argv[1]), "It is let go; its records stay.");
}

static int
role(int argc, char **argv)
{
  if (!ctl_options_parse(&argc, &argv, "ADDRESS worn|ambient|buttons", no_entries))
    return CTL_EXIT_USAGE;
  if (argc != 3)
    return ctl_usage_error("tags role ADDRESS worn|ambient|buttons.");
  return ctl_client_act("Tags1", "SetRole", g_variant_new("(ss)", argv[1], argv[2]),
                        "Its role holds from now on.");
}

static int
map(int argc, char **argv)
{
  if (!ctl_options_parse(&argc, &argv, "ADDRESS SLOT PRODUCT", no_entries))
    return CTL_EXIT_USAGE;
  if (argc != 3 && argc != 4)
    return ctl_usage_error("tags map ADDRESS SLOT PRODUCT; without a product the button means nothing.");
  return ctl_client_act("Tags1", "Map", g_variant_new("(sss)", argv[1], argv[2], argc == 4 ? argv[3] : ""),
                        "The button's meaning holds from now on.");
}

static int
allow(int argc, char **argv)
{
  if (!ctl_options_parse(&argc, &argv, "ADDRESS yes|no", no_entries))
    return CTL_EXIT_USAGE;
  if (argc != 3 || (!g_str_equal(argv[2], "yes") && !g_str_equal(argv[2], "no")))
    return ctl_usage_error("tags allow ADDRESS yes|no: whether unencrypted presses count.");
  return ctl_client_act("Tags1", "Allow", g_variant_new("(sb)", argv[1], g_str_equal(argv[2], "yes")),
                        "That holds from now on.");
}

/* 32 hexadecimal digits from standard input: a key is never an argument, which every user of the machine can
 * read. */
static GVariant *
read_key(void)
{
  char line[80] = "";
  guchar bytes[16];
  if (isatty(STDIN_FILENO))
    fprintf(stderr, "The key, 32 hexadecimal digits: ");
  if (fgets(line, sizeof line, stdin) == NULL || strlen(g_strstrip(line)) != 32)
    return NULL;
  for (int i = 0; i < 16; i++) {
    const int high = g_ascii_xdigit_value(line[2 * i]), low = g_ascii_xdigit_value(line[2 * i + 1]);
    if (high < 0 || low < 0)
      return NULL;
    bytes[i] = (guchar)(high << 4 | low);
  }
  return g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, bytes, sizeof bytes, 1);
}

static int
key(int argc, char **argv)
{
  if (!ctl_options_parse(&argc, &argv, "ADDRESS", no_entries))
    return CTL_EXIT_USAGE;
  if (argc != 2)
    return ctl_usage_error("tags key ADDRESS, with the key on standard input.");
  GVariant *bytes = read_key();
  if (bytes == NULL)
    return ctl_usage_error("the key is 32 hexadecimal digits on one line of standard input.");
  return ctl_client_act("Tags1", "SetKey", g_variant_new("(s@ay)", argv[1], bytes), "The key is set.");
}

static int
counter(int argc, char **argv)
{
  if (!ctl_options_parse(&argc, &argv, "ADDRESS", no_entries))
    return CTL_EXIT_USAGE;
  if (argc != 2)
    return ctl_usage_error("tags counter ADDRESS: 'calciferctl alerts' tells whose counter began anew.");
  return ctl_client_act("Tags1", "AcceptCounter", g_variant_new("(s)", argv[1]),
                        "The new counter is accepted; what the tag sends from now on counts.");
}

static const CtlVerb verbs[] = {
  { "scan", "[--seconds N]", "look around", scan },
  { "adopt", "ADDRESS", "make a tag yours", adopt },
  { "forget", "ADDRESS", "let it go; its records stay", let_go },
  { "role", "ADDRESS worn|ambient|buttons", "what its light means", role },
  { "map", "ADDRESS SLOT PRODUCT", "what a button means", map },
  { "allow", "ADDRESS yes|no", "whether unencrypted presses count", allow },
  { "key", "ADDRESS", "its BTHome key, from standard input", key },
  { "counter", "ADDRESS", "accept a counter that began anew, after a new battery", counter },
  { NULL },
};

int
ctl_tags(int argc, char **argv)
{
  gboolean json = FALSE, plain = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "as JSON", NULL },
    { "plain", 0, 0, G_OPTION_ARG_NONE, &plain, "without colour", NULL },
    { NULL },
  };
  if (argc > 1 && argv[1][0] != '-')
    return ctl_verb_run(verbs, "tags", argc - 1, argv + 1);
  if (!ctl_options_parse_group(&argc, &argv, verbs, entries))
    return CTL_EXIT_USAGE;
  return list(json, plain);
}
