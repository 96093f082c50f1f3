/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Foods of org.calciferd.Catalog1 */
#include "requests.h"

#include "commit.h"
#include "error.h"
#include "food_advice.h"
#include "foods.h"
#include "page.h"

static void
add_measures(GVariantBuilder *row, const CalCatalogFood *food)
{
  GVariantBuilder measures = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sd}"));
  for (guint i = 0; i < CAL_HOUSEHOLD_COUNT; i++) {
    if (food->measure_g[i] > 0)
      g_variant_builder_add(&measures, "{sd}", cal_household_name((CalHousehold)i), food->measure_g[i]);
  }
  g_variant_builder_add(row, "{sv}", "measures", g_variant_builder_end(&measures));
}

static void
add_aliases(GVariantBuilder *row, const CalCatalogFood *food)
{
  g_auto(GStrv) aliases = g_strsplit(food->aliases, ";", -1);
  g_variant_builder_add(row, "{sv}", "aliases", g_variant_new_strv((const char *const *)aliases, -1));
}

static void
add_contents(GVariantBuilder *row, const CalFood *food)
{
  static const char *const names[CAL_NUTRIENT_COUNT] = { "d",   "calcium", "magnesium", "k1",
                                                         "mk4", "mk7",     "k2_other",  "vitamin_c" };
  for (guint i = 0; i < CAL_NUTRIENT_COUNT; i++) {
    if (!(food->per_100g.unknown & 1u << i))
      g_variant_builder_add(row, "{sv}", names[i], g_variant_new_double(food->per_100g.amount[i]));
  }
}

static GVariant *
describe_food(CalApp *app, const CalCatalogFood *food)
{
  GVariantBuilder row = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  const gboolean recipe = cal_context_recipe(app->context, food->food.name) != NULL;
  const gboolean own = recipe || cal_context_food(app->context, food->food.name) != NULL;
  g_variant_builder_add(&row, "{sv}", "name", g_variant_new_string(food->food.name));
  g_variant_builder_add(&row, "{sv}", "label", g_variant_new_string(cal_app_food_label(food)));
  if (food->food.portion_g > 0)
    g_variant_builder_add(&row, "{sv}", "portion_g", g_variant_new_double(food->food.portion_g));
  g_variant_builder_add(&row, "{sv}", "whole", g_variant_new_boolean(food->whole));
  g_variant_builder_add(&row, "{sv}", "own", g_variant_new_boolean(own));
  g_variant_builder_add(&row, "{sv}", "recipe", g_variant_new_boolean(recipe));
  add_aliases(&row, food);
  add_measures(&row, food);
  add_contents(&row, &food->food);
  return g_variant_builder_end(&row);
}

static GVariant *
complain_of_none(CalApp *app, const char *search, GError **error)
{
  g_autofree char *near = cal_app_food_suggest(app, search);
  g_set_error(error, CAL_ERROR, CAL_ERROR_NOT_FOUND,
              "no food is called like '%s'%s%s; 'calciferctl foods' lists all", search,
              near != NULL ? "; did you mean " : "", near != NULL ? near : "");
  return NULL;
}

GVariant *
cal_app_search_foods(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  const char *search, *after;
  guint32 limit;
  g_auto(CalAppPage) page = { 0 };
  (void)path;
  g_variant_get(arguments, "(&s&su)", &search, &after, &limit);
  if (!cal_app_page_begin(&page, after, limit, error))
    return NULL;
  g_autoptr(GArray) foods = cal_app_foods_all(owner);
  for (guint i = 0; i < foods->len; i++) {
    const CalCatalogFood *food = &g_array_index(foods, CalCatalogFood, i);
    if (search[0] != '\0' && !cal_catalog_matches(food, search))
      continue;
    if (!cal_app_page_passes(&page, 0) && !cal_app_page_add(&page, describe_food(owner, food)))
      break;
  }
  const gboolean none = page.n_rows == 0 && search[0] != '\0' && after[0] == '\0';
  return none ? complain_of_none(owner, search, error) : cal_app_page_end(&page);
}
