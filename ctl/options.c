/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"

#include "verb.h"
#include "when.h"

#include <calcifer/number.h>

gboolean
ctl_options_parse(int *argc, char ***argv, const char *usage, const GOptionEntry *entries)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GOptionContext) context = g_option_context_new(usage);
  g_autofree char *name = g_strconcat("calciferctl ", (*argv)[0], NULL);
  g_set_prgname(name);
  g_option_context_add_main_entries(context, entries, NULL);
  if (g_option_context_parse(context, argc, argv, &error))
    return TRUE;
  ctl_usage_error("%s. '%s --help' tells the options.", error->message, name);
  return FALSE;
}

gboolean
ctl_options_at(const char *text, gint64 *at)
{
  g_autofree char *problem = NULL;
  *at = 0;
  if (text == NULL || ctl_when_parse(text, g_get_real_time() / G_USEC_PER_SEC, at, &problem))
    return TRUE;
  ctl_usage_error("%s.", problem);
  return FALSE;
}

gboolean
ctl_options_number(const char *text, const char *what, double *number)
{
  if (cal_number_parse(text, number))
    return TRUE;
  ctl_usage_error("%s: '%s' is not a number.", what, text);
  return FALSE;
}
