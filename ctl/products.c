/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `products`: the supplements, what is in one serving, and when they are due. */
#include "client.h"
#include "json.h"
#include "language.h"
#include "named.h"
#include "options.h"
#include "screen.h"
#include "verb.h"
#include "verbs.h"

#include <math.h>
#include <stdio.h>

#define NAME_COLUMNS 16

#define WORDS "NAME NUTRIENT=AMOUNT... [every=7d | on=mon,thu] [at=08:00] [with=food]"

/* -- For people ------------------------------------------------------------------------------------------ */

/* "d 2000 IU (50 ug)": both, where a label may have either. */
static void
append_content(GString *text, GVariant *content)
{
  const char *name = "", *unit = "";
  const double amount = ctl_client_number(content, "amount"), ug = ctl_client_number(content, "ug");
  g_variant_lookup(content, "name", "&s", &name);
  g_variant_lookup(content, "unit", "&s", &unit);
  g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", name);
  if (isnan(amount))
    g_string_append(text, _(" (no amount)"));
  else
    g_string_append_printf(text, " %.10g %s", amount, ctl_language_word(unit));
  if (g_str_equal(unit, "IU") && !isnan(ug))
    g_string_append_printf(text, _(" (%.6g ug)"), ug);
}

static void
append_list(GString *text, GVariant *product, const char *member, const char *lead)
{
  g_autofree const char **words = NULL;
  if (!g_variant_lookup(product, member, "^a&s", &words) || words[0] == NULL)
    return;
  g_autofree char *list = g_strjoinv(", ", (char **)words);
  g_string_append_printf(text, "%s%s", lead, list);
}

/* "; at 08:00, 20:00 every 7 days from 2026-11-23, with food" */
static void
append_schedule(GString *text, GVariant *product)
{
  guint32 every_days = 1;
  gboolean with_food = FALSE;
  const char *from = "";
  g_variant_lookup(product, "every_days", "u", &every_days);
  g_variant_lookup(product, "with_food", "b", &with_food);
  g_variant_lookup(product, "from", "&s", &from);
  append_list(text, product, "at", _("; at "));
  append_list(text, product, "on", _("; on "));
  if (every_days > 1 && from[0] != '\0')
    g_string_append_printf(text, P_("; every %u day from %s", "; every %u days from %s", every_days),
                           every_days, from);
  else if (every_days > 1)
    g_string_append_printf(text, P_("; every %u day", "; every %u days", every_days), every_days);
  if (with_food)
    g_string_append(text, _("; with food"));
}

static char *
describe(GVariant *product)
{
  GString *text = g_string_new(NULL);
  g_autoptr(GVariant) contents = g_variant_lookup_value(product, "contents", G_VARIANT_TYPE("aa{sv}"));
  for (gsize i = 0; contents != NULL && i < g_variant_n_children(contents); i++) {
    g_autoptr(GVariant) content = g_variant_get_child_value(contents, i);
    append_content(text, content);
  }
  append_schedule(text, product);
  return g_string_free(text, FALSE);
}

static void
print_product(const CtlScreen *screen, GVariant *product)
{
  const char *name = "";
  g_autofree char *said = describe(product), *text = ctl_screen_escape(said);
  g_variant_lookup(product, "name", "&s", &name);
  g_autofree char *shown = ctl_screen_escape(name);
  if (screen->plain)
    printf("%s: ", shown);
  else
    printf("%-*s ", NAME_COLUMNS, shown);
  ctl_screen_wrap(screen, MAX(NAME_COLUMNS, (int)g_utf8_strlen(shown, -1)) + 1, NAME_COLUMNS + 1, text);
}

/* -- As JSON --------------------------------------------------------------------------------------------- */

static void
add_content(JsonBuilder *builder, GVariant *content)
{
  const char *name = NULL, *unit = NULL;
  g_variant_lookup(content, "name", "&s", &name);
  g_variant_lookup(content, "unit", "&s", &unit);
  json_builder_begin_object(builder);
  ctl_json_text(builder, "name", name);
  ctl_json_number(builder, "amount", ctl_client_number(content, "amount"));
  ctl_json_text(builder, "unit", unit);
  ctl_json_number(builder, "ug", ctl_client_number(content, "ug"));
  json_builder_end_object(builder);
}

static void
add_contents(JsonBuilder *builder, GVariant *product)
{
  g_autoptr(GVariant) contents = g_variant_lookup_value(product, "contents", G_VARIANT_TYPE("aa{sv}"));
  json_builder_set_member_name(builder, "contents");
  json_builder_begin_array(builder);
  for (gsize i = 0; contents != NULL && i < g_variant_n_children(contents); i++) {
    g_autoptr(GVariant) content = g_variant_get_child_value(contents, i);
    add_content(builder, content);
  }
  json_builder_end_array(builder);
}

static void
add_list(JsonBuilder *builder, GVariant *product, const char *member)
{
  g_autofree const char **words = NULL;
  json_builder_begin_array(builder);
  g_variant_lookup(product, member, "^a&s", &words);
  for (gsize i = 0; words != NULL && words[i] != NULL; i++)
    json_builder_add_string_value(builder, words[i]);
  json_builder_end_array(builder);
}

static void
add_product(JsonBuilder *builder, GVariant *product)
{
  const char *name = NULL, *value = NULL, *from = NULL;
  guint32 every_days = 1;
  gboolean with_food = FALSE;
  g_variant_lookup(product, "name", "&s", &name);
  g_variant_lookup(product, "value", "&s", &value);
  g_variant_lookup(product, "from", "&s", &from);
  g_variant_lookup(product, "every_days", "u", &every_days);
  g_variant_lookup(product, "with_food", "b", &with_food);
  json_builder_begin_object(builder);
  ctl_json_text(builder, "name", name);
  ctl_json_text(builder, "value", value);
  add_contents(builder, product);
  json_builder_set_member_name(builder, "at");
  add_list(builder, product, "at");
  json_builder_set_member_name(builder, "on");
  add_list(builder, product, "on");
  json_builder_set_member_name(builder, "every_days");
  json_builder_add_int_value(builder, every_days);
  json_builder_set_member_name(builder, "with_food");
  json_builder_add_boolean_value(builder, with_food);
  ctl_json_text(builder, "from", from);
  json_builder_end_object(builder);
}

static void
print_json(GVariant *products)
{
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_array(builder);
  for (gsize i = 0; i < g_variant_n_children(products); i++) {
    g_autoptr(GVariant) product = g_variant_get_child_value(products, i);
    add_product(builder, product);
  }
  json_builder_end_array(builder);
  ctl_json_print(builder);
}

/* -- Commands -------------------------------------------------------------------------------------------- */

static int
list(gboolean json, gboolean plain)
{
  GError *error = NULL;
  CtlScreen screen;
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  g_autoptr(GVariant) products =
      client != NULL ? ctl_client_get(client, "Catalog1", "Products", &error) : NULL;
  if (products == NULL)
    return ctl_client_complain(error);
  if (json) {
    print_json(products);
    return CTL_EXIT_DONE;
  }
  ctl_screen_init(&screen, plain);
  if (g_variant_n_children(products) == 0)
    printf(
        _("No products yet. Type 'calciferctl products add NAME NUTRIENT=AMOUNT', as in 'products add d3k2 "
          "d3=2000IU "
          "mk7=100ug at=08:00'.\n"));
  for (gsize i = 0; i < g_variant_n_children(products); i++) {
    g_autoptr(GVariant) product = g_variant_get_child_value(products, i);
    print_product(&screen, product);
  }
  return CTL_EXIT_DONE;
}

static int
add(int argc, char **argv)
{
  return ctl_named_enter(argc, argv, "AddProduct", WORDS,
                         "products add d3k2 d3=2000IU mk7=100ug" /* VERBATIM */);
}

static int
edit(int argc, char **argv)
{
  return ctl_named_enter(argc, argv, "EditProduct", WORDS,
                         "products edit d3k2 d3=4000IU at=20:00 mk7=" /* VERBATIM */);
}

static int
correct(int argc, char **argv)
{
  return ctl_named_enter(argc, argv, "CorrectProduct", WORDS,
                         "products correct d3k2 d3=1000IU" /* VERBATIM */);
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
    return ctl_usage_error(_("products remove NAME: which? 'calciferctl products' lists them."));
  return ctl_client_enter("Catalog1", "RemoveProduct", g_variant_new("(s)", argv[1]), json);
}

static const CtlVerb verbs[] = {
  { "add", WORDS, N_("a new product"), add },
  { "edit", WORDS, N_("from now on it is so; a word without a value, as mk7=, takes that out"), edit },
  { "correct", WORDS, N_("it was always so: past days are reckoned again"), correct },
  { "remove", "NAME", N_("from now on it is gone"), drop },
  { NULL },
};

const CtlVerb *
ctl_products_verbs(void)
{
  return verbs;
}

int
ctl_products(int argc, char **argv)
{
  gboolean json = FALSE, plain = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("as JSON"), NULL },
    { "plain", 0, 0, G_OPTION_ARG_NONE, &plain, N_("a line to a product"), NULL },
    { NULL },
  };
  if (argc > 1 && argv[1][0] != '-')
    return ctl_verb_run(verbs, "products", argc - 1, argv + 1);
  if (!ctl_options_parse_group(&argc, &argv, verbs, entries))
    return CTL_EXIT_USAGE;
  return list(json, plain);
}
