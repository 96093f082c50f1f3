/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `undo [ID]`: a counter-entry. Without an id the newest entry by hand of the last hour is shown, then
 * undone. */
#include "client.h"
#include "daemon_says.h"
#include "language.h"
#include "options.h"
#include "verb.h"
#include "verbs.h"

/* The id to undo: the one typed, or the newest, which is shown. NULL with the error set. */
static char *
choose(CtlClient *client, int argc, char **argv, gboolean json, GError **error)
{
  char *id = NULL;
  const char *sentence;
  if (argc > 1)
    return g_strdup(argv[1]);
  g_autoptr(GVariant) newest = ctl_client_call(client, "Ledger1", "GetNewest", NULL, "(ss)", error);
  if (newest == NULL)
    return NULL;
  g_variant_get(newest, "(s&s)", &id, &sentence);
  if (!json)
    ctl_daemon_say(sentence);
  return id;
}

int
ctl_undo(int argc, char **argv)
{
  gboolean json = FALSE;
  GError *error = NULL;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("id and sentence as JSON"), NULL },
    { NULL },
  };
  if (!ctl_options_parse(&argc, &argv, "[ID]", entries))
    return CTL_EXIT_USAGE;
  if (argc > 2)
    return ctl_usage_error(
        _("undo [ID]: one at a time. 'calciferctl log' lists the day's entries with their ids."));
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  if (client == NULL)
    return ctl_client_complain(error);
  g_autofree char *id = choose(client, argc, argv, json, &error);
  if (id == NULL)
    return ctl_client_complain(error);
  return ctl_client_enter("Ledger1", "Undo", g_variant_new("(s@a{sv})", id, g_variant_new("a{sv}", NULL)),
                          json);
}
