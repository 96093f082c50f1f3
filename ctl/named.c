/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "named.h"

#include "client.h"
#include "food_labels.h"
#include "language.h"
#include "options.h"
#include "screen.h"
#include "verb.h"

int
ctl_named_enter(int argc, char **argv, const char *method, const char *usage, const char *example)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("id and sentence as JSON"), NULL },
    { NULL },
  };
  if (!ctl_options_parse(&argc, &argv, usage, entries))
    return CTL_EXIT_USAGE;
  if (argc < 3)
    return ctl_usage_error(_("%s %s: as in '%s'."), argv[0], usage, example);
  return ctl_client_enter(
      "Catalog1", method,
      g_variant_new("(s@as)", argv[1], g_variant_new_strv((const char *const *)argv + 2, argc - 2)), json);
}

/* Whether a label says no more than the name, which has hyphens for blanks. */
static gboolean
says_the_same(const char *label, const char *name)
{
  g_autofree char *words = g_strdelimit(g_strdup(name), "-", ' ');
  return label[0] == '\0' || g_ascii_strcasecmp(label, words) == 0;
}

char *
ctl_named_food(GVariant *food)
{
  const char *name = "", *label = "";
  g_variant_lookup(food, "name", "&s", &name);
  g_variant_lookup(food, "label", "&s", &label);
  label = ctl_food_label(label);
  g_autofree char *both =
      says_the_same(label, name) ? g_strdup(name) : g_strdup_printf("%s [%s]", label, name);
  return ctl_screen_escape(both);
}
