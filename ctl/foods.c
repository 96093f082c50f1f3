/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `foods [search WORD]`: what is known of foods, in 100 g. */
#include "client.h"
#include "json.h"
#include "options.h"
#include "screen.h"
#include "verb.h"
#include "verbs.h"

#include <math.h>
#include <stdio.h>

#define NAME_COLUMNS 24

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
append_contents(GString *text, GVariant *food)
{
  for (gsize i = 0; i < G_N_ELEMENTS(contents); i++) {
    const double value = content(food, contents[i]);
    if (!isnan(value) && value > 0)
      g_string_append_printf(text, " %s=%.6g%s", contents[i], value, units[i]);
  }
}

/* "; a cup 156 g, a slice 28 g" */
static void
append_measures(GString *text, GVariant *food)
{
  g_autoptr(GVariant) measures = g_variant_lookup_value(food, "measures", G_VARIANT_TYPE("a{sd}"));
  const char *name;
  double grams;
  GVariantIter iter;
  if (measures == NULL)
    return;
  g_variant_iter_init(&iter, measures);
  while (g_variant_iter_next(&iter, "{&sd}", &name, &grams))
    g_string_append_printf(text, ", %s %.4g g", name, grams);
}

static void
print_food(const CtlScreen *screen, GVariant *food)
{
  const char *name = "";
  g_autoptr(GString) text = g_string_new(NULL);
  const double portion_g = content(food, "portion_g");
  g_variant_lookup(food, "name", "&s", &name);
  g_autofree char *shown = ctl_screen_escape(name);
  if (isnan(portion_g))
    g_string_append(text, "portion not known");
  else
    g_string_append_printf(text, "portion %.5g g", portion_g);
  append_measures(text, food);
  g_string_append(text, "; in 100 g");
  append_contents(text, food);
  if (screen->plain)
    printf("%s: ", shown);
  else
    printf("%-*s ", NAME_COLUMNS, shown);
  ctl_screen_wrap(screen, MAX(NAME_COLUMNS, (int)g_utf8_strlen(shown, -1)) + 1, NAME_COLUMNS + 1, text->str);
}

static void
add_aliases(JsonBuilder *builder, GVariant *food)
{
  g_autofree const char **names = NULL;
  json_builder_set_member_name(builder, "aliases");
  json_builder_begin_array(builder);
  g_variant_lookup(food, "aliases", "^a&s", &names);
  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    json_builder_add_string_value(builder, names[i]);
  json_builder_end_array(builder);
}

static void
add_measures(JsonBuilder *builder, GVariant *food)
{
  g_autoptr(GVariant) measures = g_variant_lookup_value(food, "measures", G_VARIANT_TYPE("a{sd}"));
  const char *name;
  double grams;
  GVariantIter iter;
  json_builder_set_member_name(builder, "measures");
  json_builder_begin_object(builder);
  if (measures != NULL)
    g_variant_iter_init(&iter, measures);
  while (measures != NULL && g_variant_iter_next(&iter, "{&sd}", &name, &grams))
    ctl_json_number(builder, name, grams);
  json_builder_end_object(builder);
}

static void
add_flag(JsonBuilder *builder, const char *name, GVariant *food)
{
  gboolean value = FALSE;
  g_variant_lookup(food, name, "b", &value);
  json_builder_set_member_name(builder, name);
  json_builder_add_boolean_value(builder, value);
}

static void
add_food(JsonBuilder *builder, GVariant *food)
{
  const char *name = NULL, *label = NULL;
  g_variant_lookup(food, "name", "&s", &name);
  g_variant_lookup(food, "label", "&s", &label);
  json_builder_begin_object(builder);
  ctl_json_text(builder, "name", name);
  ctl_json_text(builder, "label", label);
  add_flag(builder, "whole", food);
  add_flag(builder, "own", food);
  add_aliases(builder, food);
  ctl_json_number(builder, "portion_g", content(food, "portion_g"));
  add_measures(builder, food);
  for (gsize c = 0; c < G_N_ELEMENTS(contents); c++)
    ctl_json_number(builder, contents[c], content(food, contents[c]));
  json_builder_end_object(builder);
}

static void
print_json(GVariant *foods)
{
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_array(builder);
  for (gsize i = 0; i < g_variant_n_children(foods); i++) {
    g_autoptr(GVariant) food = g_variant_get_child_value(foods, i);
    add_food(builder, food);
  }
  json_builder_end_array(builder);
  ctl_json_print(builder);
}

static int
show(const char *search, gboolean json, gboolean plain)
{
  GError *error = NULL;
  CtlScreen screen;
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  g_autoptr(GVariant) reply = client != NULL
                                  ? ctl_client_call(client, "Catalog1", "SearchFoods",
                                                    g_variant_new("(s)", search), "(aa{sv})", &error)
                                  : NULL;
  if (reply == NULL)
    return ctl_client_complain(error);
  g_autoptr(GVariant) foods = g_variant_get_child_value(reply, 0);
  ctl_screen_init(&screen, plain);
  if (json)
    print_json(foods);
  for (gsize i = 0; !json && i < g_variant_n_children(foods); i++) {
    g_autoptr(GVariant) food = g_variant_get_child_value(foods, i);
    print_food(&screen, food);
  }
  return CTL_EXIT_DONE;
}

int
ctl_foods(int argc, char **argv)
{
  gboolean json = FALSE, plain = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "as JSON", NULL },
    { "plain", 0, 0, G_OPTION_ARG_NONE, &plain, "a line to a food", NULL },
    { NULL },
  };
  if (!ctl_options_parse(&argc, &argv, "[search WORD...]", entries))
    return CTL_EXIT_USAGE;
  if (argc == 1)
    return show("", json, plain);
  if (argc > 2 && g_str_equal(argv[1], "search")) {
    g_autofree char *words = g_strjoinv(" ", argv + 2);
    return show(words, json, plain);
  }
  return ctl_usage_error("foods [search WORD].");
}
