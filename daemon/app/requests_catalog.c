/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Products of org.calciferd.Catalog1, and org.calciferd.Profile1 */
#include "requests.h"

#include "commit.h"
#include "error.h"
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
  return cal_app_fits(name, value, error) ? cal_app_enter_and_tell(app, &entry, error) : NULL;
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

GVariant *
cal_app_set_profile(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  const char *key, *value;
  gint64 since;
  (void)path;
  g_variant_get(arguments, "(&s&sx)", &key, &value, &since);
  CalEntry entry = cal_app_entry(CAL_ENTRY_PROFILE, CAL_WAY_HAND,
                                 since == G_MININT64 ? CAL_CONTEXT_ALWAYS : since, key, value);
  return cal_app_fits(key, value, error) ? cal_app_enter_and_tell(owner, &entry, error) : NULL;
}
