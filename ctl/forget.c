/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `forget ID`: its content is erased for good. `forget --everything` likewise with all that there is. */
#include "client.h"
#include "forget_everything.h"
#include "language.h"
#include "options.h"
#include "verb.h"
#include "verbs.h"

int
ctl_forget(int argc, char **argv)
{
  gboolean everything = FALSE, json = FALSE;
  const GOptionEntry entries[] = {
    { "everything", 0, 0, G_OPTION_ARG_NONE, &everything, N_("ledger, keys and settings"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("id and sentence as JSON"), NULL },
    { NULL },
  };
  if (!ctl_options_parse(&argc, &argv, "ID | --everything", entries))
    return CTL_EXIT_USAGE;
  if (everything && (argc != 1 || json))
    return ctl_usage_error(_("forget --everything stands alone: type 'calciferctl forget --everything'."));
  if (everything)
    return ctl_forget_everything();
  if (argc != 2)
    return ctl_usage_error(_("forget ID: which? It is erased for good, and 'undo ID' only takes it back; "
                             "'calciferctl log' lists the day's entries with their ids."));
  return ctl_client_enter("Ledger1", "Forget",
                          g_variant_new("(s@a{sv})", argv[1], g_variant_new("a{sv}", NULL)), json);
}
