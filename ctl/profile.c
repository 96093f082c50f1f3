/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `profile` and `profile set KEY VALUE`: what the estimates know of the wearer. */
#include "client.h"
#include "json.h"
#include "language.h"
#include "options.h"
#include "screen.h"
#include "verb.h"
#include "verbs.h"

#include <calcifer/profile.h>

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
    return ctl_usage_error(
        _("profile set KEY VALUE: as in 'profile set phototype 2'; 'calciferctl profile keys' lists "
          "the keys, and what each takes."));
  if (g_strcmp0(since_text, "always") != 0 && !ctl_options_at(since_text, &since))
    return CTL_EXIT_USAGE;
  g_autofree char *value = g_strjoinv(" ", argv + 2);
  const int status = ctl_client_enter("Profile1", "Set", g_variant_new("(ssx)", argv[1], value, since), json);
  if (status == CTL_EXIT_DONE && !json && since_text == NULL && was_always_so(argv[1]))
    printf("%s\n", _("This holds from now on; with '--since always' it was so all along."));
  return status;
}

/* -- What there is to set ------------------------------------------------------------------------------- */

/* What the core lists no choices of. */
static const struct {
  CalProfileKey key;
  const char *values;
} others[] = {
  { CAL_PROFILE_BIRTH_YEAR, N_("the year of birth, as in 1980") },
  { CAL_PROFILE_PHOTOTYPE, N_("1 to 6, after Fitzpatrick: 1 always burns and never tans, 6 never burns") },
  { CAL_PROFILE_CLOTHING, N_("face-hands, forearms, arms, tshirt-shorts, swimwear, or a set of your own") },
  { CAL_PROFILE_SPF, N_("the sunscreen's factor, 1 (none) to 100") },
  { CAL_PROFILE_PLACE, N_("LATITUDE,LONGITUDE or LATITUDE,LONGITUDE,METRES, as in 52.5,13.4, or follow") },
  { CAL_PROFILE_OZONE, N_("the day's column, 100 to 600 DU, or climatology") },
};

/* Free with g_free(). */
static char *
values_of(CalProfileKey key)
{
  g_autoptr(GString) values = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
    if (others[i].key == key)
      return g_strdup(_(others[i].values));
  }
  for (gsize i = 0; cal_profile_key_choice(key, i) != NULL; i++)
    g_string_append_printf(values, "%s%s", i > 0 ? ", " : "", cal_profile_key_choice(key, i));
  return g_strdup(values->str);
}

static int
list_keys(int argc, char **argv)
{
  gboolean json;
  CtlScreen screen;
  if (!ctl_options_parse_json(&argc, &argv, "", &json))
    return CTL_EXIT_USAGE;
  if (argc != 1)
    return ctl_usage_error(_("profile keys takes no words: type 'calciferctl profile keys'."));
  ctl_screen_init(&screen, !ctl_screen_moves());
  g_autoptr(JsonBuilder) builder = json_builder_begin_object(json_builder_new());
  for (int key = 0; key < CAL_PROFILE_KEY_COUNT; key++) {
    g_autofree char *values = values_of((CalProfileKey)key);
    if (json)
      ctl_json_text(builder, cal_profile_key_name((CalProfileKey)key), values);
    else
      ctl_screen_say(&screen, 2, "%s: %s", cal_profile_key_name((CalProfileKey)key), values);
  }
  if (json)
    ctl_json_print(json_builder_end_object(builder));
  else
    ctl_screen_say(&screen, 2,
                   _("Also threshold.CODE, with a code that 'calciferctl explain CODE' knows, and "
                     "clothing.NAME, a set of your own. An empty value, \"\", takes one back."));
  return CTL_EXIT_DONE;
}

static const CtlVerb verbs[] = {
  { "keys", "[--json]", N_("the keys, and what each takes"), list_keys },
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
