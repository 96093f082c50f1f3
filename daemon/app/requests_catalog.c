/* SPDX-License-Identifier: GPL-2.0-or-later */
/* org.calciferd.Catalog1 and org.calciferd.Profile1 */
#include "requests.h"

#include "commit.h"
#include "error.h"

#include <string.h>

GVariant *
cal_app_add_product(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  const char *name;
  g_autofree const char **words = NULL;
  (void)path;
  g_variant_get(arguments, "(&s^a&s)", &name, &words);
  if (cal_context_product(app->context, name) != NULL) {
    g_set_error(
        error, CAL_ERROR, CAL_ERROR_EXISTS,
        "there is a product '%s' already; 'products edit %s' changes it from now on, 'products correct %s' "
        "from the first",
        name, name, name);
    return NULL;
  }
  g_autofree char *value = g_strjoinv(" ", (char **)words);
  CalEntry entry = cal_app_entry(CAL_ENTRY_PRODUCT, CAL_WAY_HAND, 0, name, value);
  if (value[0] == '\0') {
    g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID,
                        "what is in one serving? As in d3=2000IU mk7=100ug");
    return NULL;
  }
  return cal_app_enter_and_tell(app, &entry, error);
}

GVariant *
cal_app_remove_product(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  const char *name;
  (void)path;
  g_variant_get(arguments, "(&s)", &name);
  if (cal_context_product(app->context, name) == NULL) {
    g_set_error(error, CAL_ERROR, CAL_ERROR_NOT_FOUND,
                "there is no product '%s'; 'calciferctl products' lists them", name);
    return NULL;
  }
  CalEntry entry = cal_app_entry(CAL_ENTRY_PRODUCT, CAL_WAY_HAND, 0, name, "");
  return cal_app_enter_and_tell(app, &entry, error);
}

static GVariant *
describe_food(const CalFood *food)
{
  static const char *const names[CAL_NUTRIENT_COUNT] = { "d",   "calcium", "magnesium", "k1",
                                                         "mk4", "mk7",     "k2_other",  "vitamin_c" };
  GVariantBuilder row = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  g_variant_builder_add(&row, "{sv}", "name", g_variant_new_string(food->name));
  g_variant_builder_add(&row, "{sv}", "portion_g", g_variant_new_double(food->portion_g));
  for (guint i = 0; i < CAL_NUTRIENT_COUNT; i++) {
    if (!(food->per_100g.unknown & 1u << i))
      g_variant_builder_add(&row, "{sv}", names[i], g_variant_new_double(food->per_100g.amount[i]));
  }
  return g_variant_builder_end(&row);
}

GVariant *
cal_app_search_foods(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  const char *search;
  GVariantBuilder rows = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("aa{sv}"));
  (void)path;
  (void)error;
  g_variant_get(arguments, "(&s)", &search);
  g_autofree char *lower = g_utf8_strdown(search, -1);
  for (guint i = 0; i < app->foods->len; i++) {
    const CalFood *food = &g_array_index(app->foods, CalFood, i);
    if (strstr(food->name, lower) != NULL || cal_food_is_called(food, search))
      g_variant_builder_add_value(&rows, describe_food(food));
  }
  return g_variant_new("(aa{sv})", &rows);
}

GVariant *
cal_app_set_profile(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  const char *key, *value;
  gint64 since;
  (void)path;
  g_variant_get(arguments, "(&s&sx)", &key, &value, &since);
  CalEntry entry = cal_app_entry(CAL_ENTRY_PROFILE, CAL_WAY_HAND,
                                 since == G_MININT64 ? CAL_CONTEXT_ALWAYS : since, key, value);
  return cal_app_enter_and_tell(owner, &entry, error);
}
