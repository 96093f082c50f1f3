/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `amend ID WORD...`: a counter-entry and the right one, at once. */
#include "client.h"
#include "language.h"
#include "options.h"
#include "verb.h"
#include "verbs.h"

int
ctl_amend(int argc, char **argv)
{
  g_autofree char *at_text = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "at", 0, 0, G_OPTION_ARG_STRING, &at_text, N_("when it happened, instead of when it was said to"),
      "TIME" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("id and sentence as JSON"), NULL },
    { NULL },
  };
  gint64 at;
  if (!ctl_options_parse(&argc, &argv, "ID [WORD...]", entries) || !ctl_options_at(at_text, &at))
    return CTL_EXIT_USAGE;
  if (argc < 2 || (argc == 2 && at == 0))
    return ctl_usage_error(
        _("amend ID WORD...: what is to be otherwise? As in 'amend ID 80g' or 'amend ID --at 12:30'; "
          "'calciferctl log' lists the day's entries with their ids."));
  return ctl_client_enter("Ledger1", "Amend",
                          g_variant_new("(s@asx@a{sv})", argv[1],
                                        g_variant_new_strv((const char *const *)argv + 2, argc - 2), at,
                                        g_variant_new("a{sv}", NULL)),
                          json);
}
