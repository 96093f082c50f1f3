/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `wear CLOTHING [--spf N]`: what leaves skin bare, and the sunscreen on it, from now until the day ends. */
#include "client.h"
#include "language.h"
#include "options.h"
#include "verb.h"
#include "verbs.h"

#include <calcifer/number.h>

#define SPF_DECIMALS 3

int
ctl_wear(int argc, char **argv)
{
  g_autofree char *spf = NULL, *at_text = NULL;
  gboolean json = FALSE;
  gint64 at;
  double factor = 1;
  char spf_text[CAL_NUMBER_TEXT_SIZE] = "";
  const GOptionEntry entries[] = {
    { "spf", 0, 0, G_OPTION_ARG_STRING, &spf, N_("the factor of the sunscreen that is put on with it"), "N" },
    { "at", 0, 0, G_OPTION_ARG_STRING, &at_text, N_("from when on, instead of now"), "TIME" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("id and sentence as JSON"), NULL },
    { NULL },
  };
  if (!ctl_options_parse(&argc, &argv, "CLOTHING", entries) || !ctl_options_at(at_text, &at))
    return CTL_EXIT_USAGE;
  if (argc != 2)
    return ctl_usage_error(
        _("wear CLOTHING [--spf N]: face-hands, forearms, arms, tshirt-shorts, swimwear, or a set of "
          "your own."));
  if (spf != NULL && !ctl_options_number(spf, _("the sunscreen's factor"), &factor))
    return CTL_EXIT_USAGE;
  if (spf != NULL)
    cal_number_format(factor, SPF_DECIMALS, spf_text);
  g_autofree char *value = spf != NULL ? g_strdup_printf("%s spf=%s", argv[1], spf_text) : g_strdup(argv[1]);
  return ctl_client_enter("Profile1", "Set", g_variant_new("(ssx)", "wear", value, at), json);
}
