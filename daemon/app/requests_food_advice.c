/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FoodsFor and RichestFoods of org.calciferd.Catalog1. What may be said to whom is the core's. */
#include "requests.h"

#include "error.h"
#include "food_advice.h"
#include "foods.h"
#include "member.h"

#include <calcifer/audience.h>
#include <calcifer/reference.h>

#include <math.h>
#include <string.h>

#define SUGGESTED_AT_MOST 12
#define RICHEST_AT_MOST   20

/* "k2" is all menaquinones here, not a label's MK-7. */
static gboolean
is_k2(const char *name)
{
  return g_ascii_strcasecmp(name, "k2") == 0 || g_ascii_strcasecmp(name, "vitamin-k2") == 0;
}

static gboolean
parse_nutrient(const char *name, CalNutrient *nutrient, GError **error)
{
  if (cal_nutrient_parse(name, nutrient))
    return TRUE;
  g_set_error(error, CAL_ERROR, CAL_ERROR_INVALID,
              "there is no nutrient '%s'; type d, calcium, magnesium, k1, k2, mk4, mk7 or vitamin-c", name);
  return FALSE;
}

/* -- FoodsFor -------------------------------------------------------------------------------------------- */

/* Whom to ask instead, for whom more of a nutrient is not suggested. */
static const char *
whom_to_ask(guint32 audience)
{
  if (audience & CAL_AUDIENCE_ASK_KIDNEY)
    return "with your conditions more of a nutrient is for your kidney team to suggest: ask them";
  if (audience & CAL_AUDIENCE_ASK_DOCTOR)
    return "with your conditions or medicines more of a nutrient is for your doctor to suggest: ask there";
  return "with a vitamin K antagonist vitamin K is kept steady: ask the clinic that checks your INR";
}

/* What is missing today. FALSE when nobody may be told, or there is nothing to measure it by. */
static gboolean
find_gap(CalApp *app, CalNutrient nutrient, const char *name, guint32 audience, double *gap, GError **error)
{
  const CalInstant now = cal_app_now();
  const CalDate today = cal_zones_date(app->zones, now);
  CalReference reference;
  g_autofree CalDayResult *result = g_new(CalDayResult, 1);
  if (cal_suggest_is_silent(audience, nutrient)) {
    g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID, whom_to_ask(audience));
    return FALSE;
  }
  cal_reference_for(&app->context->profile, today, &reference);
  const double target = cal_reference_target(&reference, nutrient);
  if (isnan(target)) {
    g_set_error(error, CAL_ERROR, CAL_ERROR_INVALID,
                "there is no reference intake of %s, and so no gap; 'calciferctl foods --richest %s' lists "
                "what has most",
                is_k2(name) ? "k2" : cal_nutrient_name(nutrient),
                is_k2(name) ? "k2" : cal_nutrient_name(nutrient));
    return FALSE;
  }
  if (!cal_days_result(app->days, today, now, result, error))
    return FALSE;
  *gap = MAX(target - cal_day_total(result, nutrient), 0);
  return TRUE;
}

static GVariant *
describe(const CalCatalogFood *food, const CalSuggestion *suggestion)
{
  GVariantBuilder row = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  g_variant_builder_add(&row, "{sv}", "name", g_variant_new_string(food->food.name));
  cal_member_text(&row, "label", cal_app_food_label(food));
  g_variant_builder_add(&row, "{sv}", "whole", g_variant_new_boolean(food->whole));
  cal_member_number(&row, "grams", suggestion->grams);
  if (suggestion->portions > 0)
    cal_member_number(&row, "portions", suggestion->portions);
  cal_member_number(&row, "amount", suggestion->amount);
  g_variant_builder_add(&row, "{sv}", "times", g_variant_new_uint32(suggestion->times));
  return g_variant_builder_end(&row);
}

static const char *
unit_of(CalNutrient nutrient)
{
  const CalUnit unit = cal_nutrient_unit(nutrient);
  return unit == CAL_UNIT_UG ? "ug" : cal_unit_symbol(unit);
}

GVariant *
cal_app_foods_for(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  const char *name;
  CalNutrient nutrient;
  double gap;
  CalSuggestion found[SUGGESTED_AT_MOST];
  GVariantBuilder rows;
  const guint32 audience = cal_audience_of(&app->context->profile, cal_zones_date(app->zones, cal_app_now()));
  g_autoptr(GArray) foods = cal_app_foods_all(app);
  (void)path;
  g_variant_get(arguments, "(&s)", &name);
  if (!parse_nutrient(name, &nutrient, error) || !find_gap(app, nutrient, name, audience, &gap, error))
    return NULL;
  const gssize n =
      cal_app_advise_foods(app, nutrient, gap, audience, foods, found, G_N_ELEMENTS(found), error);
  if (n < 0)
    return NULL;
  g_variant_builder_init(&rows, G_VARIANT_TYPE("aa{sv}"));
  for (gssize i = 0; i < n; i++)
    g_variant_builder_add_value(&rows,
                                describe(&g_array_index(foods, CalCatalogFood, found[i].food), &found[i]));
  return g_variant_new("(dsaa{sv})", gap, unit_of(nutrient), &rows);
}

/* -- RichestFoods ---------------------------------------------------------------------------------------- */

typedef struct {
  const CalCatalogFood *food;
  double per_100g;
} Rich;

/* NAN when nobody knows it; of K2 what is known of it. */
static double
per_100g_of(const CalFood *food, CalNutrient nutrient, gboolean k2)
{
  if (k2)
    return cal_nutrients_k2(&food->per_100g);
  return food->per_100g.unknown >> nutrient & 1u ? NAN : food->per_100g.amount[nutrient];
}

static int
compare_rich(gconstpointer a, gconstpointer b)
{
  const Rich *left = a, *right = b;
  return (left->per_100g < right->per_100g) - (left->per_100g > right->per_100g);
}

static GVariant *
describe_rich(const Rich *rich)
{
  GVariantBuilder row = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  const CalFood *food = &rich->food->food;
  g_variant_builder_add(&row, "{sv}", "name", g_variant_new_string(food->name));
  cal_member_text(&row, "label", cal_app_food_label(rich->food));
  g_variant_builder_add(&row, "{sv}", "whole", g_variant_new_boolean(rich->food->whole));
  cal_member_number(&row, "per_100g", rich->per_100g);
  if (food->portion_g > 0) {
    cal_member_number(&row, "grams", food->portion_g);
    cal_member_number(&row, "amount", rich->per_100g * food->portion_g / 100);
  }
  return g_variant_builder_end(&row);
}

/* It is a list of what is in them and no advice, so that "no more" silences none of it; but who reads it goes
 * and eats what stands there, so that the rest of what is not suggested to this person is left out. */
static guint32
audience_of_list(const CalApp *app)
{
  const CalDate today = cal_zones_date(app->zones, cal_app_now());
  return cal_audience_of(&app->context->profile, today) & ~(guint32)CAL_AUDIENCE_NO_MORE;
}

GVariant *
cal_app_richest_foods(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  const char *name;
  CalNutrient nutrient;
  GVariantBuilder rows;
  const guint32 audience = audience_of_list(owner);
  g_autoptr(GArray) foods = cal_app_foods_all(owner);
  g_autoptr(GArray) rich = g_array_new(FALSE, FALSE, sizeof(Rich));
  (void)path;
  g_variant_get(arguments, "(&s)", &name);
  if (!parse_nutrient(name, &nutrient, error))
    return NULL;
  if (cal_suggest_is_silent(audience, nutrient)) {
    g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID, whom_to_ask(audience));
    return NULL;
  }
  for (guint i = 0; i < foods->len; i++) {
    const CalCatalogFood *food = &g_array_index(foods, CalCatalogFood, i);
    const Rich one = { food, per_100g_of(&food->food, nutrient, is_k2(name)) };
    if (one.per_100g > 0 && cal_audience_may_suggest(audience, &food->food))
      g_array_append_val(rich, one);
  }
  g_array_sort(rich, compare_rich);
  g_variant_builder_init(&rows, G_VARIANT_TYPE("aa{sv}"));
  for (guint i = 0; i < rich->len && i < RICHEST_AT_MOST; i++)
    g_variant_builder_add_value(&rows, describe_rich(&g_array_index(rich, Rich, i)));
  return g_variant_new("(saa{sv})", unit_of(nutrient), &rows);
}
