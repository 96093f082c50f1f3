/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `profile` and `profile set KEY VALUE`: what the estimates know of the wearer. */
#include "client.h"
#include "json.h"
#include "language.h"
#include "options.h"
#include "screen.h"
#include "verb.h"
#include "verbs.h"

#include <stdio.h>

static void
print_json(GVariant *profile)
{
  g_autoptr(JsonBuilder) builder = json_builder_new();
  GVariantIter iter;
  const char *key, *value;
  json_builder_begin_object(builder);
  g_variant_iter_init(&iter, profile);
  while (g_variant_iter_next(&iter, "{&s&s}", &key, &value))
    ctl_json_text(builder, key, value);
  json_builder_end_object(builder);
  ctl_json_print(builder);
}

static void
print_words(GVariant *profile)
{
  CtlScreen screen;
  GVariantIter iter;
  const char *key, *value;
  ctl_screen_init(&screen, !ctl_screen_moves());
  if (g_variant_n_children(profile) == 0)
    ctl_screen_say(
        &screen, 0,
        _("Nothing is set yet, so cautious values are assumed. Type 'calciferctl profile set birth-year "
          "1980', then "
          "sex, phototype and place.\n"));
  g_variant_iter_init(&iter, profile);
  while (g_variant_iter_next(&iter, "{&s&s}", &key, &value)) {
    g_autofree char *shown_key = ctl_screen_escape(key), *shown = ctl_screen_escape(value);
    printf("%-16s %s\n", shown_key, shown);
  }
}

static int
show(gboolean json)
{
  GError *error = NULL;
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  g_autoptr(GVariant) profile = client != NULL ? ctl_client_get(client, "Profile1", "Profile", &error) : NULL;
  if (profile == NULL)
    return ctl_client_complain(error);
  if (json)
    print_json(profile);
  else
    print_words(profile);
  return CTL_EXIT_DONE;
}

/* What nobody becomes only now: said without --since it leaves the hours before to an assumption. */
static gboolean
was_always_so(const char *key)
{
  static const char *const keys[] = { "birth-year", "sex", "phototype", NULL };
  return g_strv_contains(keys, key);
}

static int
set(int argc, char **argv)
{
  g_autofree char *since_text = NULL;
  gboolean json = FALSE;
  gint64 since = G_MININT64;
  const GOptionEntry entries[] = {
    { "since", 0, 0, G_OPTION_ARG_STRING, &since_text,
      N_("from when it holds, instead of now; always: it was so all along"), "TIME|always" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("id and sentence as JSON"), NULL },
    { NULL },
  };
  if (!ctl_options_parse(&argc, &argv, "KEY VALUE", entries))
    return CTL_EXIT_USAGE;
  if (argc < 3)
    return ctl_usage_error(_("profile set KEY VALUE: as in 'profile set phototype 2'."));
  if (g_strcmp0(since_text, "always") != 0 && !ctl_options_at(since_text, &since))
    return CTL_EXIT_USAGE;
  g_autofree char *value = g_strjoinv(" ", argv + 2);
  const int status = ctl_client_enter("Profile1", "Set", g_variant_new("(ssx)", argv[1], value, since), json);
  if (status == CTL_EXIT_DONE && !json && since_text == NULL && was_always_so(argv[1]))
    printf("%s\n", _("This holds from now on; with '--since always' it was so all along."));
  return status;
}

static const CtlVerb verbs[] = {
  { "set", "KEY VALUE [--since TIME|always]", N_("set one key"), set },
  { NULL },
};

const CtlVerb *
ctl_profile_verbs(void)
{
  return verbs;
}

int
ctl_profile(int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("as JSON"), NULL },
    { NULL },
  };
  if (argc > 1 && argv[1][0] != '-')
    return ctl_verb_run(verbs, "profile", argc - 1, argv + 1);
  if (!ctl_options_parse_group(&argc, &argv, verbs, entries))
    return CTL_EXIT_USAGE;
  return show(json);
}
