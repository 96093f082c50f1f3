/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A product as org.calciferd.Catalog1 has it. What is not known is left out. */
#include "publish.h"

#include <calcifer/product.h>
#include <calcifer/units.h>

static void
put(GVariantBuilder *row, const char *name, GVariant *value)
{
  g_variant_builder_add(row, "{sv}", name, value);
}

/* As a mass, where that can be told: of the IU only vitamin D's are one and the same. */
static void
put_amount(GVariantBuilder *row, const CalAmount *amount, gboolean is_vitamin_d)
{
  double ug = cal_ug_from_iu(amount->value);
  put(row, "amount", g_variant_new_double(amount->value));
  put(row, "unit", g_variant_new_string(amount->unit == CAL_UNIT_UG ? "ug" : cal_unit_symbol(amount->unit)));
  if (is_vitamin_d || cal_amount_convert(amount, CAL_UNIT_UG, &ug))
    put(row, "ug", g_variant_new_double(ug));
}

static GVariant *
describe_content(const char *name, const CalAmount *amount, gboolean is_vitamin_d)
{
  GVariantBuilder row = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  put(&row, "name", g_variant_new_string(name));
  if (amount != NULL)
    put_amount(&row, amount, is_vitamin_d);
  return g_variant_builder_end(&row);
}

static GVariant *
describe_contents(const CalProduct *product)
{
  GVariantBuilder rows = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("aa{sv}"));
  for (guint i = 0; i < CAL_NUTRIENT_COUNT; i++) {
    const CalAmount amount = { product->serving.amount[i], cal_nutrient_unit((CalNutrient)i) };
    const gboolean is_known = (product->serving.unknown >> i & 1u) == 0;
    if (product->listed >> i & 1u)
      g_variant_builder_add_value(&rows,
                                  describe_content(cal_nutrient_name((CalNutrient)i),
                                                   is_known ? &amount : NULL, i == CAL_NUTRIENT_VITAMIN_D));
  }
  for (guint i = 0; i < product->n_others; i++) {
    const CalOther *other = &product->other[i];
    const CalAmount amount = { other->amount, other->unit };
    g_variant_builder_add_value(&rows,
                                describe_content(other->name, other->is_known ? &amount : NULL, FALSE));
  }
  return g_variant_builder_end(&rows);
}

static GVariant *
describe_times(const CalProduct *product)
{
  GVariantBuilder times = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("as"));
  for (guint i = 0; i < product->n_times; i++) {
    char time[6];
    cal_minute_format(product->minute[i], time);
    g_variant_builder_add(&times, "s", time);
  }
  return g_variant_builder_end(&times);
}

static GVariant *
describe_weekdays(const CalProduct *product)
{
  GVariantBuilder days = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("as"));
  for (guint i = 0; i < 7; i++) {
    if (product->weekdays >> i & 1u)
      g_variant_builder_add(&days, "s", cal_weekday_name(i));
  }
  return g_variant_builder_end(&days);
}

GVariant *
cal_app_describe_product(const CalProduct *product)
{
  char value[CAL_ENTRY_VALUE_SIZE], from[11];
  GVariantBuilder row = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  cal_product_format(product, value);
  put(&row, "name", g_variant_new_string(product->name));
  put(&row, "value", g_variant_new_string(value));
  put(&row, "contents", describe_contents(product));
  put(&row, "at", describe_times(product));
  put(&row, "every_days", g_variant_new_uint32((guint32)product->every_days));
  put(&row, "on", describe_weekdays(product));
  put(&row, "with_food", g_variant_new_boolean(product->with_food));
  if (product->from != CAL_DATE_NONE) {
    cal_date_format(product->from, from);
    put(&row, "from", g_variant_new_string(from));
  }
  return g_variant_builder_end(&row);
}
