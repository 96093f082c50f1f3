/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scanning.h"

#include "error.h"
#include "scan.h"

struct CalScanning {
  CalBluez *bluez;
  CalScan *scan; /* NULL: none runs */
  GTask *task;
  GSource *cancel; /* NULL: cannot be cancelled */
  void (*ended)(gpointer data);
  gpointer data;
};

/* The scan is over; the task, if any, is the caller's to answer. */
static GTask *
end_scan(CalScanning *scanning)
{
  if (scanning->cancel)
    g_source_destroy(scanning->cancel);
  g_clear_pointer(&scanning->cancel, g_source_unref);
  g_clear_pointer(&scanning->scan, cal_scan_free);
  return g_steal_pointer(&scanning->task);
}

void
cal_scanning_fail(CalScanning *scanning, const char *message)
{
  g_autoptr(GTask) task = end_scan(scanning);
  if (task)
    g_task_return_new_error(task, CAL_ERROR, CAL_ERROR_UNAVAILABLE, "%s", message);
}

static void
on_scan_ended(gpointer data)
{
  CalScanning *scanning = data;
  g_autoptr(GTask) task = end_scan(scanning);
  scanning->ended(scanning->data);
  g_task_return_boolean(task, TRUE); /* a cancelled one answers so by itself */
}

static gboolean
on_cancelled(GCancellable *cancellable, gpointer data)
{
  (void)cancellable;
  on_scan_ended(data);
  return G_SOURCE_REMOVE;
}

static GSource *
watch_cancellable(CalScanning *scanning, GCancellable *cancellable)
{
  if (!cancellable)
    return NULL;
  GSource *source = g_cancellable_source_new(cancellable);
  g_source_set_callback(source, G_SOURCE_FUNC(on_cancelled), scanning, NULL);
  g_source_attach(source, g_main_context_get_thread_default());
  return source;
}

void
cal_scanning_begin(CalScanning *scanning, guint seconds, CalLinkFound found, gpointer found_data, GTask *task)
{
  scanning->cancel = watch_cancellable(scanning, g_task_get_cancellable(task));
  scanning->task = task;
  scanning->scan = cal_scan_new(scanning->bluez, seconds, found, found_data, on_scan_ended, scanning);
}

void
cal_scanning_take(CalScanning *scanning, const char *path)
{
  if (scanning->scan)
    cal_scan_take(scanning->scan, path);
}

gboolean
cal_scanning_runs(CalScanning *scanning)
{
  return scanning->scan != NULL;
}

CalScanning *
cal_scanning_new(CalBluez *bluez, void (*ended)(gpointer data), gpointer data)
{
  CalScanning *scanning = g_new0(CalScanning, 1);
  *scanning = (CalScanning){ .bluez = bluez, .ended = ended, .data = data };
  return scanning;
}

void
cal_scanning_free(CalScanning *scanning)
{
  g_free(scanning);
}
