/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `products`: the supplements, what is in one serving, and when they are due. */
#include "client.h"
#include "json.h"
#include "options.h"
#include "verb.h"
#include "verbs.h"

#include <stdio.h>

static const GOptionEntry no_entries[] = { { NULL } };

static void
print_product(GVariant *product)
{
  const char *name = "", *value = "";
  g_variant_lookup(product, "name", "&s", &name);
  g_variant_lookup(product, "value", "&s", &value);
  printf("%-16s %s\n", name, value);
}

static void
print_json(GVariant *products)
{
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_array(builder);
  for (gsize i = 0; i < g_variant_n_children(products); i++) {
    g_autoptr(GVariant) product = g_variant_get_child_value(products, i);
    const char *name = NULL, *value = NULL;
    g_variant_lookup(product, "name", "&s", &name);
    g_variant_lookup(product, "value", "&s", &value);
    json_builder_begin_object(builder);
    ctl_json_text(builder, "name", name);
    ctl_json_text(builder, "value", value);
    json_builder_end_object(builder);
  }
  json_builder_end_array(builder);
  ctl_json_print(builder);
}

static int
list(gboolean json)
{
  GError *error = NULL;
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  g_autoptr(GVariant) products =
      client != NULL ? ctl_client_get(client, "Catalog1", "Products", &error) : NULL;
  if (products == NULL)
    return ctl_client_complain(error);
  if (json) {
    print_json(products);
    return CTL_EXIT_DONE;
  }
  if (g_variant_n_children(products) == 0)
    printf("No products yet. Type 'calciferctl products add NAME NUTRIENT=AMOUNT', as in 'products add d3k2 "
           "d3=2000IU "
           "mk7=100ug at=08:00'.\n");
  for (gsize i = 0; i < g_variant_n_children(products); i++) {
    g_autoptr(GVariant) product = g_variant_get_child_value(products, i);
    print_product(product);
  }
  return CTL_EXIT_DONE;
}

static int
add(int argc, char **argv)
{
  if (!ctl_options_parse(&argc, &argv, "NAME NUTRIENT=AMOUNT... [every=7d] [at=08:00] [with=food]",
                         no_entries))
    return CTL_EXIT_USAGE;
  if (argc < 3)
    return ctl_usage_error(
        "products add NAME NUTRIENT=AMOUNT...: as in 'products add d3k2 d3=2000IU mk7=100ug'.");
  return ctl_client_enter(
      "Catalog1", "AddProduct",
      g_variant_new("(s@as)", argv[1], g_variant_new_strv((const char *const *)argv + 2, argc - 2)), FALSE);
}

static int
drop(int argc, char **argv)
{
  if (!ctl_options_parse(&argc, &argv, "NAME", no_entries))
    return CTL_EXIT_USAGE;
  if (argc != 2)
    return ctl_usage_error("products remove NAME: which? 'calciferctl products' lists them.");
  return ctl_client_enter("Catalog1", "RemoveProduct", g_variant_new("(s)", argv[1]), FALSE);
}

static const CtlVerb verbs[] = {
  { "add", "NAME NUTRIENT=AMOUNT... [every=7d] [at=08:00] [with=food]", "a new product", add },
  { "remove", "NAME", "from now on it is gone", drop },
  { NULL },
};

int
ctl_products(int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "as JSON", NULL },
    { NULL },
  };
  if (argc > 1 && argv[1][0] != '-')
    return ctl_verb_run(verbs, "products", argc - 1, argv + 1);
  if (!ctl_options_parse_group(&argc, &argv, verbs, entries))
    return CTL_EXIT_USAGE;
  return list(json);
}
