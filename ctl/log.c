/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `log take|food|sun|lab|done`: entries by hand; `log` alone lists the day's. */
#include "client.h"
#include "entries.h"
#include "language.h"
#include "options.h"
#include "verb.h"
#include "verbs.h"

static GVariant *
no_options(void)
{
  return g_variant_new("a{sv}", NULL);
}

static int
log_take(int argc, char **argv)
{
  g_autofree char *at_text = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "at", 0, 0, G_OPTION_ARG_STRING, &at_text, N_("when it was swallowed, instead of now"), "TIME" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("id and sentence as JSON"), NULL },
    { NULL },
  };
  gint64 at;
  double servings = 1;
  if (!ctl_options_parse(&argc, &argv, "PRODUCT [N]", entries) || !ctl_options_at(at_text, &at))
    return CTL_EXIT_USAGE;
  if (argc < 2 || argc > 3)
    return ctl_usage_error(_("log take PRODUCT [N]: which product? 'calciferctl products' lists them."));
  if (argc == 3 && !ctl_options_number(argv[2], _("the number of servings"), &servings))
    return CTL_EXIT_USAGE;
  return ctl_client_enter("Ledger1", "Take",
                          g_variant_new("(sdx@a{sv})", argv[1], servings, at, no_options()), json);
}

/* "log food salmon 120g" and "log food 'salmon 120 g'" are the same: the daemon knows the foods. */
static char *
join_words(int argc, char **argv)
{
  return argc > 0 ? g_strjoinv(" ", argv) : g_strdup("");
}

static int
log_food(int argc, char **argv)
{
  g_autofree char *at_text = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "at", 0, 0, G_OPTION_ARG_STRING, &at_text, N_("when it was eaten, instead of now"), "TIME" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("id and sentence as JSON"), NULL },
    { NULL },
  };
  gint64 at;
  if (!ctl_options_parse(&argc, &argv, "FOOD [AMOUNT]", entries) || !ctl_options_at(at_text, &at))
    return CTL_EXIT_USAGE;
  if (argc < 2)
    return ctl_usage_error(
        _("log food FOOD [AMOUNT]: which food? 'calciferctl foods search WORD' finds it."));
  g_autofree char *phrase = join_words(argc - 1, argv + 1);
  return ctl_client_enter("Ledger1", "Food", g_variant_new("(ssx@a{sv})", phrase, "", at, no_options()),
                          json);
}

static gboolean
add_number(GVariantBuilder *options, const char *name, const char *text)
{
  double number;
  if (text == NULL)
    return TRUE;
  if (!ctl_options_number(text, name, &number))
    return FALSE;
  g_variant_builder_add(options, "{sv}", name, g_variant_new_double(number));
  return TRUE;
}

static void
add_word(GVariantBuilder *options, const char *name, const char *text)
{
  if (text != NULL)
    g_variant_builder_add(options, "{sv}", name, g_variant_new_string(text));
}

static int
log_sun(int argc, char **argv)
{
  g_autofree char *at_text = NULL, *uvi = NULL, *sky = NULL, *wearing = NULL, *spf = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "at", 0, 0, G_OPTION_ARG_STRING, &at_text, N_("when it began; without it, the minutes that end now"),
      "TIME" },
    { "uvi", 0, 0, G_OPTION_ARG_STRING, &uvi, N_("the UV index"), "N" },
    { "sky", 0, 0, G_OPTION_ARG_STRING, &sky, N_("clear, scattered, broken, overcast, or a factor 0 to 1"),
      "S" },
    { "wearing", 0, 0, G_OPTION_ARG_STRING, &wearing, N_("a set of clothing"), "SET" },
    { "spf", 0, 0, G_OPTION_ARG_STRING, &spf, N_("the sunscreen's factor"), "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("id and sentence as JSON"), NULL },
    { NULL },
  };
  gint64 at;
  double minutes;
  if (!ctl_options_parse(&argc, &argv, "MINUTES", entries) || !ctl_options_at(at_text, &at))
    return CTL_EXIT_USAGE;
  if (argc != 2 || !ctl_options_number(argv[1], _("the minutes"), &minutes))
    return argc == 2 ? CTL_EXIT_USAGE
                     : ctl_usage_error(_("log sun MINUTES [--uvi N | --sky S]: how many minutes?"));
  if (uvi != NULL && sky != NULL)
    return ctl_usage_error(_("--uvi says what --sky would only guess: type one of them."));
  g_auto(GVariantBuilder) options = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  if (!add_number(&options, "uvi", uvi) || !add_number(&options, "spf", spf))
    return CTL_EXIT_USAGE;
  add_word(&options, "sky", sky);
  add_word(&options, "wearing", wearing);
  return ctl_client_enter("Ledger1", "Sun", g_variant_new("(dxa{sv})", minutes, at, &options), json);
}

static int
log_lab(int argc, char **argv)
{
  g_autofree char *at_text = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "at", 0, 0, G_OPTION_ARG_STRING, &at_text, N_("when the blood was drawn, instead of now"), "TIME" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("id and sentence as JSON"), NULL },
    { NULL },
  };
  gint64 at;
  if (!ctl_options_parse(&argc, &argv, "VALUE", entries) || !ctl_options_at(at_text, &at))
    return CTL_EXIT_USAGE;
  if (argc < 2)
    return ctl_usage_error(_("log lab VALUE: with its unit, as 30ng/mL or 75nmol/L."));
  g_autofree char *value = join_words(argc - 1, argv + 1);
  return ctl_client_enter("Ledger1", "Lab", g_variant_new("(sx@a{sv})", value, at, no_options()), json);
}

static int
log_done(int argc, char **argv)
{
  g_autofree char *at_text = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "at", 0, 0, G_OPTION_ARG_STRING, &at_text, N_("an instant of the day, instead of now"), "TIME" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("id and sentence as JSON"), NULL },
    { NULL },
  };
  gint64 at;
  if (!ctl_options_parse(&argc, &argv, "", entries) || !ctl_options_at(at_text, &at))
    return CTL_EXIT_USAGE;
  if (argc != 1)
    return ctl_usage_error(_("log done takes no words; for another day type --at."));
  return ctl_client_enter("Ledger1", "Done", g_variant_new("(x@a{sv})", at, no_options()), json);
}

static const CtlVerb verbs[] = {
  { "take", "PRODUCT [N] [--at TIME]", N_("a supplement swallowed"), log_take },
  { "food", "FOOD [AMOUNT] [--at TIME]", N_("something eaten"), log_food },
  { "sun", "MINUTES [--uvi N | --sky S] [--wearing W] [--spf N] [--at TIME]",
    N_("time in the sun that no tag saw"), log_sun },
  { "lab", "VALUE [--at TIME]", N_("a laboratory's 25(OH)D"), log_lab },
  { "done", "[--at TIME]", N_("that was all the food of the day"), log_done },
  { NULL },
};

const CtlVerb *
ctl_log_verbs(void)
{
  return verbs;
}

int
ctl_log(int argc, char **argv)
{
  if (argc > 1 && argv[1][0] != '-')
    return ctl_verb_run(verbs, "log", argc - 1, argv + 1);
  return ctl_entries(argc, argv, verbs);
}
