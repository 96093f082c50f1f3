/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan.h"

#include "bluez_names.h"
#include "found.h"
#include "timer.h"

struct CalScan {
  CalBluez *bluez;
  CalLinkFound found;
  gpointer found_data;
  void (*ended)(gpointer data);
  gpointer data;
  GHashTable *told; /* path → what was told of it, as text */
  CalTimer timer;
};

/* RSSI changes with every packet and is no news. */
static char *
news_of(const CalFound *found)
{
  return g_strdup_printf("%d|%d|%s", found->kind, found->encrypted, found->name ? found->name : "");
}

void
cal_scan_take(CalScan *scan, const char *path)
{
  CalFound found;
  if (!cal_found_read(scan->bluez, path, &found))
    return;
  g_autofree char *news = news_of(&found);
  if (g_strcmp0(g_hash_table_lookup(scan->told, path), news) == 0 ||
      (g_hash_table_size(scan->told) >= CAL_BLUEZ_AROUND_MAX && !g_hash_table_contains(scan->told, path)))
    return; /* a neighbour may take a new address for each packet */
  g_hash_table_insert(scan->told, g_strdup(path), g_steal_pointer(&news));
  scan->found(&found, scan->found_data);
}

/* BlueZ remembers devices for years; those that are in the air have an RSSI. */
static void
take_those_heard(CalScan *scan)
{
  g_autoptr(GPtrArray) paths = cal_bluez_list(scan->bluez, BLUEZ_DEVICE, NULL);
  for (guint i = 0; i < paths->len; i++)
    if (cal_bluez_get(scan->bluez, paths->pdata[i], BLUEZ_DEVICE, "RSSI"))
      cal_scan_take(scan, paths->pdata[i]);
}

static void
on_time(gpointer data)
{
  CalScan *scan = data;
  scan->ended(scan->data);
}

CalScan *
cal_scan_new(CalBluez *bluez, guint seconds, CalLinkFound found, gpointer found_data,
             void (*ended)(gpointer data), gpointer data)
{
  CalScan *scan = g_new0(CalScan, 1);
  *scan = (CalScan){ .bluez = bluez, .found = found, .found_data = found_data, .ended = ended, .data = data };
  scan->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  cal_timer_set(&scan->timer, cal_timer_now_ms() + (gint64)seconds * 1000, on_time, scan);
  take_those_heard(scan);
  cal_bluez_look_around(bluez);
  return scan;
}

void
cal_scan_free(CalScan *scan)
{
  cal_timer_clear(&scan->timer);
  cal_bluez_look_away(scan->bluez);
  g_hash_table_unref(scan->told);
  g_free(scan);
}
