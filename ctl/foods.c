/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `foods [search WORD]`: what the installed table knows, in 100 g. */
#include "client.h"
#include "json.h"
#include "options.h"
#include "verb.h"
#include "verbs.h"

#include <math.h>
#include <stdio.h>

static const char *const contents[] = { "d",   "calcium", "magnesium", "k1",
                                        "mk4", "mk7",     "k2_other",  "vitamin_c" };
static const char *const units[] = { "IU", "mg", "mg", "ug", "ug", "ug", "ug", "mg" };

static double
content(GVariant *food, const char *name)
{
  double value = NAN;
  g_variant_lookup(food, name, "d", &value);
  return value;
}

static void
print_food(GVariant *food)
{
  const char *name = "";
  g_variant_lookup(food, "name", "&s", &name);
  printf("%-28s portion %g g; in 100 g", name, content(food, "portion_g"));
  for (gsize i = 0; i < G_N_ELEMENTS(contents); i++) {
    const double value = content(food, contents[i]);
    if (!isnan(value) && value > 0)
      printf(" %s=%g%s", contents[i], value, units[i]);
  }
  printf("\n");
}

static void
print_json(GVariant *foods)
{
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_array(builder);
  for (gsize i = 0; i < g_variant_n_children(foods); i++) {
    g_autoptr(GVariant) food = g_variant_get_child_value(foods, i);
    const char *name = NULL;
    g_variant_lookup(food, "name", "&s", &name);
    json_builder_begin_object(builder);
    ctl_json_text(builder, "name", name);
    ctl_json_number(builder, "portion_g", content(food, "portion_g"));
    for (gsize c = 0; c < G_N_ELEMENTS(contents); c++)
      ctl_json_number(builder, contents[c], content(food, contents[c]));
    json_builder_end_object(builder);
  }
  json_builder_end_array(builder);
  ctl_json_print(builder);
}

static int
show(const char *search, gboolean json)
{
  GError *error = NULL;
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  g_autoptr(GVariant) reply = client != NULL
                                  ? ctl_client_call(client, "Catalog1", "SearchFoods",
                                                    g_variant_new("(s)", search), "(aa{sv})", &error)
                                  : NULL;
  if (reply == NULL)
    return ctl_client_complain(error);
  g_autoptr(GVariant) foods = g_variant_get_child_value(reply, 0);
  if (json) {
    print_json(foods);
    return CTL_EXIT_DONE;
  }
  for (gsize i = 0; i < g_variant_n_children(foods); i++) {
    g_autoptr(GVariant) food = g_variant_get_child_value(foods, i);
    print_food(food);
  }
  if (g_variant_n_children(foods) == 0)
    return ctl_failure("no food holds '%s' in its name; 'calciferctl foods' lists all.", search);
  return CTL_EXIT_DONE;
}

int
ctl_foods(int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "as JSON", NULL },
    { NULL },
  };
  if (!ctl_options_parse(&argc, &argv, "[search WORD]", entries))
    return CTL_EXIT_USAGE;
  if (argc == 1)
    return show("", json);
  if (argc == 3 && g_str_equal(argv[1], "search"))
    return show(argv[2], json);
  return ctl_usage_error("foods [search WORD].");
}
