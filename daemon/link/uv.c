/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "uv.h"

#include <calcifer/uv_index.h>

#include "fault.h"
#include "gatt.h"
#include "timer.h"

struct CalUv {
  CalUvHost host;
  char *path;
  gboolean polls;
  gboolean told_started;
  GCancellable *cancellable;
  CalTimer timer;
};

static void
take(CalUv *uv, const guint8 *bytes, gsize n_bytes)
{
  int uv_index;
  if (cal_uv_index_decode(bytes, n_bytes, &uv_index) && uv_index != CAL_UV_INDEX_NONE)
    uv->host.take(uv_index, uv->host.data);
}

static void
tell_started(CalUv *uv, const GError *error)
{
  if (uv->told_started)
    return;
  uv->told_started = TRUE;
  uv->host.started(error, uv->host.data);
}

/* -- Polling */

static void poll_now(gpointer data);

/* That one read fails says nothing of the next; that the first does, that there will be none. */
static void
on_read(GVariant *value, const GError *error, gpointer data)
{
  CalUv *uv = data;
  gsize n_bytes = 0;
  const gboolean is_of_no_use = error && !uv->told_started;
  if (error)
    g_debug("%s: no UV index: %s", uv->path, error->message);
  if (!is_of_no_use)
    cal_timer_set(&uv->timer, cal_timer_now_ms() + CAL_UV_POLL_MS, poll_now, uv);
  if (value) {
    const guint8 *bytes = g_variant_get_fixed_array(value, &n_bytes, 1);
    take(uv, bytes, n_bytes);
  }
  tell_started(uv, error);
}

static void
poll_now(gpointer data)
{
  CalUv *uv = data;
  cal_gatt_read(uv->host.bluez, uv->path, uv->cancellable, on_read, uv);
}

static void
begin_polling(CalUv *uv)
{
  uv->polls = TRUE;
  poll_now(uv);
}

/* -- Subscribing */

/* Whether another way is worth trying: not when the link or the bond is at fault. */
static gboolean
can_poll_instead(CalUv *uv, const GError *error)
{
  switch (cal_fault_of_gatt(error)) {
  case CAL_TRANSFER_FAULT_AUTH:
  case CAL_TRANSFER_FAULT_GONE:
    return FALSE;
  case CAL_TRANSFER_FAULT_BUSY:
  case CAL_TRANSFER_FAULT_UNSUBSCRIBED:
  case CAL_TRANSFER_FAULT_VERSION:
  case CAL_TRANSFER_FAULT_PROTOCOL:
  case CAL_TRANSFER_FAULT_OTHER:
    return uv->host.may_poll;
  }
  return FALSE;
}

static void
on_subscribed(GVariant *value, const GError *error, gpointer data)
{
  CalUv *uv = data;
  (void)value;
  if (error)
    g_debug("%s: no notifications: %s", uv->path, error->message);
  if (error && can_poll_instead(uv, error))
    begin_polling(uv);
  else
    tell_started(uv, error);
}

static gboolean
can_notify(CalUv *uv)
{
  return cal_gatt_has_flag(uv->host.bluez, uv->path, "notify") ||
         cal_gatt_has_flag(uv->host.bluez, uv->path, "indicate");
}

void
cal_uv_take_value(CalUv *uv, const char *path, const guint8 *bytes, gsize n_bytes)
{
  if (!uv->polls && g_str_equal(path, uv->path))
    take(uv, bytes, n_bytes);
}

/* -- Beginning and end */

CalUv *
cal_uv_new(const CalUvHost *host, const char *path)
{
  CalUv *uv = g_new0(CalUv, 1);
  uv->host = *host;
  uv->path = g_strdup(path);
  uv->cancellable = g_cancellable_new();
  if (can_notify(uv) || !host->may_poll)
    cal_gatt_start_notify(host->bluez, path, uv->cancellable, on_subscribed, uv);
  else
    begin_polling(uv);
  return uv;
}

void
cal_uv_free(CalUv *uv)
{
  if (!uv)
    return;
  g_cancellable_cancel(uv->cancellable);
  g_object_unref(uv->cancellable);
  cal_timer_clear(&uv->timer);
  g_free(uv->path);
  g_free(uv);
}
