/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `foods [search WORD]`: what is known of foods, in 100 g. */
#include "client.h"
#include "json.h"
#include "language.h"
#include "named.h"
#include "options.h"
#include "pages.h"
#include "screen.h"
#include "verb.h"
#include "verbs.h"

#include <math.h>
#include <stdio.h>

#define NAME_COLUMNS 24

/* A label with the name in brackets. */
#define LABEL_COLUMNS 44

#define ADVICE_TYPE "(dsaa{sv})"

#define ADD_WORDS    "NAME per=100g NUTRIENT=AMOUNT... [portion=30g] [whole=yes]" /* VERBATIM */
#define RECIPE_WORDS "NAME FOOD AMOUNT [FOOD AMOUNT...]"

static const char *const contents[] = { "d",   "calcium", "magnesium", "k1",
                                        "mk4", "mk7",     "k2_other",  "vitamin_c" };
static const char *const units[] = { "IU", "mg", "mg", "ug", "ug", "ug", "ug", "mg" };

static void
append_contents(GString *text, GVariant *food)
{
  for (gsize i = 0; i < G_N_ELEMENTS(contents); i++) {
    const double value = ctl_client_number(food, contents[i]);
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
    g_string_append_printf(text, ", %s %.3g g", name, grams);
}

static void
print_food(const CtlScreen *screen, GVariant *food)
{
  const char *name = "";
  g_autoptr(GString) text = g_string_new(NULL);
  const double portion_g = ctl_client_number(food, "portion_g");
  g_variant_lookup(food, "name", "&s", &name);
  g_autofree char *shown = ctl_screen_escape(name);
  if (isnan(portion_g))
    g_string_append(text, _("portion not known"));
  else
    g_string_append_printf(text, _("portion %.5g g"), portion_g);
  append_measures(text, food);
  g_string_append(text, _("; in 100 g"));
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
  add_flag(builder, "recipe", food);
  add_aliases(builder, food);
  ctl_json_number(builder, "portion_g", ctl_client_number(food, "portion_g"));
  add_measures(builder, food);
  for (gsize c = 0; c < G_N_ELEMENTS(contents); c++)
    ctl_json_number(builder, contents[c], ctl_client_number(food, contents[c]));
  json_builder_end_object(builder);
}

static void
print_json(GPtrArray *foods)
{
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_array(builder);
  for (guint i = 0; i < foods->len; i++)
    add_food(builder, foods->pdata[i]);
  json_builder_end_array(builder);
  ctl_json_print(builder);
}

static int
show(const char *search, gboolean json, gboolean plain)
{
  GError *error = NULL;
  CtlScreen screen;
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  g_autoptr(GPtrArray) foods = client != NULL ? ctl_pages_fetch(client, "Catalog1", "SearchFoods",
                                                                g_variant_new("(s)", search), &error)
                                              : NULL;
  if (foods == NULL)
    return ctl_client_complain(error);
  ctl_screen_init(&screen, plain);
  if (json)
    print_json(foods);
  for (guint i = 0; !json && i < foods->len; i++)
    print_food(&screen, foods->pdata[i]);
  return CTL_EXIT_DONE;
}

/* -- Advice and lists ------------------------------------------------------------------------------------ */

/* In four digits; never in powers of ten. Free with g_free(). */
static char *
four_digits(double amount)
{
  return g_strdup_printf(amount >= 1000 ? "%.0f" : "%.4g", amount);
}

/* One food of FoodsFor or RichestFoods, for people. */
static void
print_amount(const CtlScreen *screen, GVariant *food, const char *unit)
{
  guint32 times = 0;
  const double grams = ctl_client_number(food, "grams"), portions = ctl_client_number(food, "portions");
  const double amount = ctl_client_number(food, "amount"), per_100g = ctl_client_number(food, "per_100g");
  g_variant_lookup(food, "times", "u", &times);
  g_autofree char *shown = ctl_named_food(food), *content = four_digits(per_100g);
  g_autofree char *mass = four_digits(grams), *held = four_digits(amount);
  g_autoptr(GString) line = g_string_new(NULL);
  g_string_append_printf(line, "%-*s", ctl_screen_width(shown, LABEL_COLUMNS), shown);
  if (!isnan(per_100g))
    g_string_append_printf(line, _(" %s %s in 100 g;"), content, ctl_language_word(unit));
  if (!isnan(amount))
    g_string_append_printf(line, _(" %s g hold %s %s"), mass, held, ctl_language_word(unit));
  if (!isnan(portions))
    g_string_append_printf(line, P_(" (%.2g portion)", " (%.2g portions)", ctl_language_count(portions)),
                           portions);
  g_string_append(line, times > 0 ? _(", eaten of late") : "");
  ctl_screen_say(screen, 2, "%s", line->str);
}

static void
add_amounts(JsonBuilder *builder, GVariant *foods)
{
  json_builder_set_member_name(builder, "foods");
  json_builder_begin_array(builder);
  for (gsize i = 0; i < g_variant_n_children(foods); i++) {
    g_autoptr(GVariant) food = g_variant_get_child_value(foods, i);
    const char *name = NULL, *label = NULL;
    guint32 times = 0;
    g_variant_lookup(food, "name", "&s", &name);
    g_variant_lookup(food, "label", "&s", &label);
    json_builder_begin_object(builder);
    ctl_json_text(builder, "name", name);
    ctl_json_text(builder, "label", label);
    add_flag(builder, "whole", food);
    ctl_json_number(builder, "grams", ctl_client_number(food, "grams"));
    ctl_json_number(builder, "portions", ctl_client_number(food, "portions"));
    ctl_json_number(builder, "amount", ctl_client_number(food, "amount"));
    ctl_json_number(builder, "per_100g", ctl_client_number(food, "per_100g"));
    if (g_variant_lookup(food, "times", "u", &times)) {
      json_builder_set_member_name(builder, "times");
      json_builder_add_int_value(builder, times);
    }
    json_builder_end_object(builder);
  }
  json_builder_end_array(builder);
}

/* `gap` is NAN of a list that is no advice. */
static void
print_advice_json(const char *nutrient, double gap, const char *unit, GVariant *foods)
{
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_object(builder);
  ctl_json_text(builder, "nutrient", nutrient);
  ctl_json_number(builder, "gap", gap);
  ctl_json_text(builder, "unit", unit);
  add_amounts(builder, foods);
  json_builder_end_object(builder);
  ctl_json_print(builder);
}

static void
print_advice(const char *nutrient, double gap, const char *unit, GVariant *foods)
{
  CtlScreen screen;
  const gsize n = g_variant_n_children(foods);
  g_autofree char *missing = four_digits(gap);
  ctl_screen_init(&screen, !ctl_screen_moves());
  if (gap <= 0)
    ctl_screen_say(&screen, 2, _("Today's %s is reached.\n"), nutrient);
  else if (!isnan(gap))
    ctl_screen_say(
        &screen, 2, _("Today %s %s of %s are missing. %s\n"), missing, ctl_language_word(unit), nutrient,
        n > 0 ? _("Any of these would do:") : _("No food that is known here brings so much at once."));
  for (gsize i = 0; i < n; i++) {
    g_autoptr(GVariant) food = g_variant_get_child_value(foods, i);
    print_amount(&screen, food, unit);
  }
}

static int
advise(const char *method, const char *nutrient, const char *type, gboolean json)
{
  GError *error = NULL;
  double gap = NAN;
  const char *unit;
  g_autoptr(GVariant) foods = NULL;
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  g_autoptr(GVariant) reply = client != NULL ? ctl_client_call(client, "Catalog1", method,
                                                               g_variant_new("(s)", nutrient), type, &error)
                                             : NULL;
  if (reply == NULL)
    return ctl_client_complain(error);
  if (g_str_equal(type, ADVICE_TYPE))
    g_variant_get(reply, "(d&s@aa{sv})", &gap, &unit, &foods);
  else
    g_variant_get(reply, "(&s@aa{sv})", &unit, &foods);
  if (json)
    print_advice_json(nutrient, gap, unit, foods);
  else
    print_advice(nutrient, gap, unit, foods);
  return CTL_EXIT_DONE;
}

/* -- Commands -------------------------------------------------------------------------------------------- */

static int
add(int argc, char **argv)
{
  return ctl_named_enter(argc, argv, "AddFood", ADD_WORDS,
                         "foods add my-bread per=100g magnesium=60mg portion=40g" /* VERBATIM */);
}

static int
recipe(int argc, char **argv)
{
  return ctl_named_enter(argc, argv, "AddRecipe", RECIPE_WORDS,
                         "foods recipe porridge oats 40g milk 200g" /* VERBATIM */);
}

static int
drop(int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("id and sentence as JSON"), NULL },
    { NULL },
  };
  if (!ctl_options_parse(&argc, &argv, "NAME", entries))
    return CTL_EXIT_USAGE;
  if (argc != 2)
    return ctl_usage_error(_("foods remove NAME: which of your own foods or recipes?"));
  return ctl_client_enter("Catalog1", "RemoveFood", g_variant_new("(s)", argv[1]), json);
}

static int
search(int argc, char **argv)
{
  gboolean json = FALSE, plain = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("as JSON"), NULL },
    { "plain", 0, 0, G_OPTION_ARG_NONE, &plain, N_("a line to a food"), NULL },
    { NULL },
  };
  if (!ctl_options_parse(&argc, &argv, "WORD...", entries))
    return CTL_EXIT_USAGE;
  if (argc < 2)
    return ctl_usage_error(_("foods search WORD...: which word? 'calciferctl foods' lists all."));
  g_autofree char *words = g_strjoinv(" ", argv + 1);
  return show(words, json, plain);
}

static const CtlVerb verbs[] = {
  { "search", "WORD...", N_("the foods with each word in a name"), search },
  { "add", ADD_WORDS, N_("a food of your own"), add },
  { "recipe", RECIPE_WORDS, N_("foods under one name, logged like a food"), recipe },
  { "remove", "NAME", N_("from now on a food of your own, or a recipe, is gone"), drop },
  { NULL },
};

const CtlVerb *
ctl_foods_verbs(void)
{
  return verbs;
}

int
ctl_foods(int argc, char **argv)
{
  gboolean json = FALSE, plain = FALSE;
  g_autofree char *gap = NULL, *richest = NULL;
  const GOptionEntry entries[] = {
    { "for", 0, 0, G_OPTION_ARG_STRING, &gap, N_("what would close today's gap of it"), "NUTRIENT" },
    { "richest", 0, 0, G_OPTION_ARG_STRING, &richest, N_("what holds most of it"), "NUTRIENT" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("as JSON"), NULL },
    { "plain", 0, 0, G_OPTION_ARG_NONE, &plain, N_("a line to a food"), NULL },
    { NULL },
  };
  if (argc > 1 && argv[1][0] != '-')
    return ctl_verb_run(verbs, "foods", argc - 1, argv + 1);
  if (!ctl_options_parse_group(&argc, &argv, verbs, entries))
    return CTL_EXIT_USAGE;
  if (gap != NULL && richest != NULL)
    return ctl_usage_error(_("--for and --richest are two questions: type one of them."));
  if (gap != NULL)
    return advise("FoodsFor", gap, ADVICE_TYPE, json);
  return richest != NULL ? advise("RichestFoods", richest, "(saa{sv})", json) : show("", json, plain);
}
