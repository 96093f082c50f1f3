/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pairing.h"

#include <string.h>

#include "adopt.h"
#include "error.h"
#include "fetch_key.h"

struct CalPairing {
  GDBusConnection *connection; /* borrowed */
  CalBluez *bluez;
  CalAdopt *adopt;    /* at most one of these two */
  CalFetchKey *fetch; /* is there */
  GTask *task;
  GSource *cancel; /* of a fetch; NULL: cannot be cancelled, or cancels itself */
  void (*changed)(gpointer data);
  gpointer data;
};

/* It is over; the task, if any, is the caller's to answer. */
static GTask *
end(CalPairing *pairing)
{
  if (pairing->cancel)
    g_source_destroy(pairing->cancel);
  g_clear_pointer(&pairing->cancel, g_source_unref);
  g_clear_pointer(&pairing->adopt, cal_adopt_free);
  g_clear_pointer(&pairing->fetch, cal_fetch_key_free);
  return g_steal_pointer(&pairing->task);
}

void
cal_pairing_fail(CalPairing *pairing, const char *message)
{
  g_autoptr(GTask) task = end(pairing);
  if (task)
    g_task_return_new_error(task, CAL_ERROR, CAL_ERROR_UNAVAILABLE, "%s", message);
}

/* With what came of it, which is freed by free_result when nobody takes it; or with the error, a copy. */
static void
answer(CalPairing *pairing, gpointer result, GDestroyNotify free_result, const GError *error)
{
  GError *failure = error ? g_error_copy(error) : NULL;
  g_autoptr(GTask) task = end(pairing); /* the error may go with it */
  pairing->changed(pairing->data);
  if (failure)
    g_task_return_error(task, failure);
  else
    g_task_return_pointer(task, result, free_result);
}

/* -- Adopting */

static void
on_adopt_changed(gpointer data)
{
  CalPairing *pairing = data;
  pairing->changed(pairing->data);
}

static void
on_adopt_ended(const CalAdopted *adopted, const GError *error, gpointer data)
{
  answer(data, error ? NULL : g_memdup2(adopted, sizeof *adopted), g_free, error);
}

void
cal_pairing_adopt(CalPairing *pairing, const CalAddress *tag, GTask *task)
{
  pairing->task = task;
  pairing->adopt = cal_adopt_new(pairing->connection, pairing->bluez, tag, g_task_get_cancellable(task),
                                 on_adopt_changed, on_adopt_ended, pairing);
}

/* -- Fetching a key */

void
cal_pairing_free_key(gpointer key)
{
  explicit_bzero(key, sizeof(CalBthomeKey));
  g_free(key);
}

static void
on_fetch_ended(const CalBthomeKey *key, const GError *error, gpointer data)
{
  answer(data, error ? NULL : g_memdup2(key, sizeof *key), cal_pairing_free_key, error);
}

static gboolean
on_fetch_cancelled(GCancellable *cancellable, gpointer data)
{
  g_autoptr(GError) error =
      g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CANCELLED, "Fetching the key was cancelled.");
  (void)cancellable;
  answer(data, NULL, NULL, error);
  return G_SOURCE_REMOVE;
}

static GSource *
watch_cancellable(CalPairing *pairing, GCancellable *cancellable)
{
  if (!cancellable)
    return NULL;
  GSource *source = g_cancellable_source_new(cancellable);
  g_source_set_callback(source, G_SOURCE_FUNC(on_fetch_cancelled), pairing, NULL);
  g_source_attach(source, g_main_context_get_thread_default());
  return source;
}

void
cal_pairing_fetch_key(CalPairing *pairing, const CalAddress *tag, GTask *task)
{
  pairing->task = task;
  pairing->cancel = watch_cancellable(pairing, g_task_get_cancellable(task));
  pairing->fetch = cal_fetch_key_new(pairing->connection, pairing->bluez, tag, on_fetch_ended, pairing);
}

/* -- What it needs */

gboolean
cal_pairing_runs(CalPairing *pairing)
{
  return pairing->adopt || pairing->fetch;
}

gboolean
cal_pairing_needs_discovery(CalPairing *pairing)
{
  return (pairing->adopt && cal_adopt_needs_discovery(pairing->adopt)) ||
         (pairing->fetch && cal_fetch_key_needs_discovery(pairing->fetch));
}

gboolean
cal_pairing_needs_quiet_air(CalPairing *pairing)
{
  return (pairing->adopt && cal_adopt_needs_quiet_air(pairing->adopt)) ||
         (pairing->fetch && cal_fetch_key_needs_quiet_air(pairing->fetch));
}

void
cal_pairing_update(CalPairing *pairing, const char *heard)
{
  if (pairing->adopt)
    cal_adopt_update(pairing->adopt);
  if (pairing->fetch)
    cal_fetch_key_update(pairing->fetch, heard);
}

CalPairing *
cal_pairing_new(GDBusConnection *connection, CalBluez *bluez, void (*changed)(gpointer data), gpointer data)
{
  CalPairing *pairing = g_new0(CalPairing, 1);
  *pairing = (CalPairing){ .connection = connection, .bluez = bluez, .changed = changed, .data = data };
  return pairing;
}

void
cal_pairing_free(CalPairing *pairing)
{
  g_free(pairing);
}
