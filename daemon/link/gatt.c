/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gatt.h"

#include "bluez_names.h"
#include "fault.h"
#include "timer.h"

#define RETRY_MS 100

typedef struct Call {
  CalBluez *bluez;
  char *path;
  const char *method;
  GVariant *parameters; /* owned, may be NULL */
  GCancellable *cancellable;
  CalGattDone done;
  gpointer data;
  gint64 give_up_ms;
} Call;

static void
call_free(Call *call)
{
  g_free(call->path);
  g_clear_pointer(&call->parameters, g_variant_unref);
  g_clear_object(&call->cancellable);
  g_free(call);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Call, call_free)

static void issue(Call *call);

static gboolean
on_retry(gpointer data)
{
  g_autoptr(Call) call = data;
  if (!g_cancellable_is_cancelled(call->cancellable))
    issue(g_steal_pointer(&call));
  return G_SOURCE_REMOVE;
}

static void
retry(Call *call)
{
  g_autoptr(GSource) source = g_timeout_source_new(RETRY_MS);
  g_source_set_callback(source, on_retry, call, NULL);
  g_source_attach(source, g_main_context_get_thread_default());
}

static void
on_reply(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(Call) call = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = cal_bluez_call_finish(source, result, &error);
  if (cal_bluez_was_cancelled(error))
    return;
  if (error && cal_fault_is_in_progress(error) && cal_timer_now_ms() < call->give_up_ms) {
    retry(g_steal_pointer(&call));
    return;
  }
  const gboolean has_value = reply && g_variant_is_of_type(reply, G_VARIANT_TYPE("(ay)"));
  if (reply && !has_value && g_str_equal(call->method, "ReadValue"))
    error =
        g_error_new_literal(G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "BlueZ's answer to a read holds no bytes");
  g_autoptr(GVariant) value = has_value ? g_variant_get_child_value(reply, 0) : NULL;
  call->done(value, error, call->data);
}

static void
issue(Call *call)
{
  cal_bluez_call(call->bluez, call->path, BLUEZ_CHARACTERISTIC, call->method, call->parameters,
                 GATT_TIMEOUT_MS, call->cancellable, on_reply, call);
}

static void
begin(CalBluez *bluez, const char *path, const char *method, GVariant *parameters, GCancellable *cancellable,
      CalGattDone done, gpointer data)
{
  Call *call = g_new(Call, 1);
  *call = (Call){ .bluez = bluez,
                  .path = g_strdup(path),
                  .method = method,
                  .parameters = parameters ? g_variant_ref_sink(parameters) : NULL,
                  .cancellable = g_object_ref(cancellable),
                  .done = done,
                  .data = data,
                  .give_up_ms = cal_timer_now_ms() + GATT_PATIENCE_MS };
  issue(call);
}

void
cal_gatt_read(CalBluez *bluez, const char *path, GCancellable *cancellable, CalGattDone done, gpointer data)
{
  begin(bluez, path, "ReadValue", g_variant_new("(a{sv})", NULL), cancellable, done, data);
}

void
cal_gatt_write(CalBluez *bluez, const char *path, const guint8 *bytes, gsize n_bytes,
               GCancellable *cancellable, CalGattDone done, gpointer data)
{
  GVariantBuilder options;
  g_variant_builder_init(&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add(&options, "{sv}", "type", g_variant_new_string("request"));
  GVariant *value = g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, bytes, n_bytes, 1);
  begin(bluez, path, "WriteValue", g_variant_new("(@aya{sv})", value, &options), cancellable, done, data);
}

void
cal_gatt_start_notify(CalBluez *bluez, const char *path, GCancellable *cancellable, CalGattDone done,
                      gpointer data)
{
  begin(bluez, path, "StartNotify", NULL, cancellable, done, data);
}

char *
cal_gatt_find(CalBluez *bluez, const char *device, const char *uuid)
{
  g_autoptr(GPtrArray) paths = cal_bluez_list(bluez, BLUEZ_CHARACTERISTIC, device);
  for (guint i = 0; i < paths->len; i++) {
    const char *has = cal_bluez_get_string(bluez, paths->pdata[i], BLUEZ_CHARACTERISTIC, "UUID");
    if (has && g_ascii_strcasecmp(has, uuid) == 0)
      return g_strdup(paths->pdata[i]);
  }
  return NULL;
}

gboolean
cal_gatt_has_flag(CalBluez *bluez, const char *path, const char *flag)
{
  GVariant *flags = cal_bluez_get(bluez, path, BLUEZ_CHARACTERISTIC, "Flags");
  if (!flags || !g_variant_is_of_type(flags, G_VARIANT_TYPE_STRING_ARRAY))
    return FALSE;
  g_autofree const char **names = g_variant_get_strv(flags, NULL);
  return g_strv_contains(names, flag);
}
