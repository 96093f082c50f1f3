/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "adapters.h"

#include "adapter.h"

struct CalAdapters {
  CalBluez *bluez;
  GHashTable *all; /* path → CalAdapter, owned */
  void (*changed)(gpointer data);
  gpointer data;
};

CalAdapters *
cal_adapters_new(CalBluez *bluez, void (*changed)(gpointer data), gpointer data)
{
  CalAdapters *adapters = g_new0(CalAdapters, 1);
  *adapters = (CalAdapters){ .bluez = bluez, .changed = changed, .data = data };
  adapters->all = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)cal_adapter_free);
  return adapters;
}

void
cal_adapters_free(CalAdapters *adapters)
{
  g_hash_table_unref(adapters->all);
  g_free(adapters);
}

void
cal_adapters_add(CalAdapters *adapters, const char *path)
{
  if (!g_hash_table_contains(adapters->all, path))
    g_hash_table_insert(adapters->all, g_strdup(path),
                        cal_adapter_new(adapters->bluez, path, adapters->changed, adapters->data));
}

void
cal_adapters_remove(CalAdapters *adapters, const char *path)
{
  g_hash_table_remove(adapters->all, path);
}

void
cal_adapters_remove_all(CalAdapters *adapters)
{
  g_hash_table_remove_all(adapters->all);
}

void
cal_adapters_update(CalAdapters *adapters, gboolean wanted, gboolean missed)
{
  GHashTableIter iter;
  gpointer adapter;
  g_hash_table_iter_init(&iter, adapters->all);
  while (g_hash_table_iter_next(&iter, NULL, &adapter))
    cal_adapter_update(adapter, wanted, missed);
}

/* One that is on is enough, and one of those that hears. */
CalRadio
cal_adapters_radio(CalAdapters *adapters)
{
  GHashTableIter iter;
  gpointer adapter;
  CalRadio radio = g_hash_table_size(adapters->all) > 0 ? CAL_RADIO_OFF : CAL_RADIO_NO_ADAPTER;
  g_hash_table_iter_init(&iter, adapters->all);
  while (g_hash_table_iter_next(&iter, NULL, &adapter)) {
    if (cal_adapter_is_powered(adapter) && !cal_adapter_is_deaf(adapter))
      return CAL_RADIO_ON;
    if (cal_adapter_is_powered(adapter))
      radio = CAL_RADIO_DEAF;
    else if (radio == CAL_RADIO_OFF && cal_adapter_is_blocked(adapter))
      radio = CAL_RADIO_BLOCKED;
  }
  return radio;
}
