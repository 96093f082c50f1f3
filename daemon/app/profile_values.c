/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile_values.h"

#include "app.h"

GVariant *
cal_app_profile_values(const CalDays *days)
{
  const GArray *settings = cal_days_settings(days);
  const CalInstant now = cal_app_now();
  g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{ss}"));
  GHashTableIter iter;
  gpointer key, value;
  for (guint i = 0; i < settings->len; i++) {
    CalEntry *entry = &g_array_index(settings, CalEvent, i).of.entry;
    if (entry->kind == CAL_ENTRY_PROFILE && entry->at <= now)
      g_hash_table_insert(values, entry->name, entry->value);
  }
  g_hash_table_iter_init(&iter, values);
  while (g_hash_table_iter_next(&iter, &key, &value)) {
    if (((const char *)value)[0] != '\0')
      g_variant_builder_add(&builder, "{ss}", key, value);
  }
  return g_variant_builder_end(&builder);
}
