/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "adapter.h"

#include <machine/discovery.h>

#include "bluez_names.h"
#include "ear.h"
#include "fault.h"
#include "timer.h"

struct CalAdapter {
  CalBluez *bluez;
  char *path;
  CalDiscovery discovery;
  CalTimer timer;
  GCancellable *cancellable; /* of the start or stop under way; a new one for each */
  CalEar *ear;
};

static void feed(CalAdapter *adapter, CalDiscoveryEvent event);

gboolean
cal_adapter_is_powered(CalAdapter *adapter)
{
  return cal_bluez_get_boolean(adapter->bluez, adapter->path, BLUEZ_ADAPTER, "Powered");
}

gboolean
cal_adapter_is_blocked(CalAdapter *adapter)
{
  const char *state = cal_bluez_get_string(adapter->bluez, adapter->path, BLUEZ_ADAPTER, "PowerState");
  return g_strcmp0(state, "off-blocked") == 0;
}

gboolean
cal_adapter_is_deaf(CalAdapter *adapter)
{
  return cal_ear_is_deaf(adapter->ear);
}

static void
forget_call(CalAdapter *adapter)
{
  if (adapter->cancellable)
    g_cancellable_cancel(adapter->cancellable);
  g_clear_object(&adapter->cancellable);
}

static GCancellable *
begin_call(CalAdapter *adapter)
{
  forget_call(adapter);
  adapter->cancellable = g_cancellable_new();
  return adapter->cancellable;
}

static void
on_started(GObject *source, GAsyncResult *result, gpointer data)
{
  CalAdapter *adapter = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = cal_bluez_call_finish(source, result, &error);
  if (cal_bluez_was_cancelled(error))
    return;
  const gboolean runs = reply || cal_fault_is_in_progress(error);
  if (!runs)
    g_message("Discovery on %s did not start, and is tried again: %s", adapter->path, error->message);
  feed(adapter, (CalDiscoveryEvent){ .kind = runs ? CAL_DISCOVERY_STARTED : CAL_DISCOVERY_START_FAILED });
}

/* Any filter makes BlueZ show beacons that are not discoverable; duplicates make it tell equal payloads; and
 * UUIDs would hide BTHome, since they are matched against service lists and not against Service Data. */
static GVariant *
filter(void)
{
  GVariantBuilder builder;
  g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add(&builder, "{sv}", "Transport", g_variant_new_string("le"));
  g_variant_builder_add(&builder, "{sv}", "DuplicateData", g_variant_new_boolean(TRUE));
  return g_variant_new("(a{sv})", &builder);
}

/* Without it beacons would not be told of. */
static void
on_filtered(GObject *source, GAsyncResult *result, gpointer data)
{
  CalAdapter *adapter = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = cal_bluez_call_finish(source, result, &error);
  if (cal_bluez_was_cancelled(error))
    return;
  if (reply) {
    cal_bluez_call(adapter->bluez, adapter->path, BLUEZ_ADAPTER, "StartDiscovery", NULL, -1,
                   begin_call(adapter), on_started, adapter);
    return;
  }
  g_message("Discovery on %s did not start, and is tried again: %s", adapter->path, error->message);
  feed(adapter, (CalDiscoveryEvent){ .kind = CAL_DISCOVERY_START_FAILED });
}

static void
start(CalAdapter *adapter)
{
  cal_bluez_call(adapter->bluez, adapter->path, BLUEZ_ADAPTER, "SetDiscoveryFilter", filter(), -1,
                 begin_call(adapter), on_filtered, adapter);
}

static void
on_stopped(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = cal_bluez_call_finish(source, result, &error);
  if (!cal_bluez_was_cancelled(error))
    feed(data, (CalDiscoveryEvent){ .kind = CAL_DISCOVERY_STOPPED });
}

static void
stop(CalAdapter *adapter)
{
  cal_bluez_call(adapter->bluez, adapter->path, BLUEZ_ADAPTER, "StopDiscovery", NULL, -1, begin_call(adapter),
                 on_stopped, adapter);
}

static void
on_time(gpointer data)
{
  feed(data, (CalDiscoveryEvent){ .kind = CAL_DISCOVERY_TIME });
}

static void
feed(CalAdapter *adapter, CalDiscoveryEvent event)
{
  const CalDiscoveryState before = adapter->discovery.state;
  const CalDiscoveryAction action = cal_discovery_step(&adapter->discovery, &event, cal_timer_now_ms());
  if (adapter->discovery.state != before)
    g_debug("%s: discovery %s → %s", adapter->path, cal_discovery_state_name(before),
            cal_discovery_state_name(adapter->discovery.state));
  if (adapter->discovery.state == CAL_DISCOVERY_OFF)
    forget_call(adapter);
  cal_timer_set(&adapter->timer, adapter->discovery.deadline_ms, on_time, adapter);
  switch (action) {
  case CAL_DISCOVERY_NOTHING:
    return;
  case CAL_DISCOVERY_START:
    start(adapter);
    return;
  case CAL_DISCOVERY_STOP:
    stop(adapter);
    return;
  }
}

CalAdapter *
cal_adapter_new(CalBluez *bluez, const char *path, void (*changed)(gpointer data), gpointer data)
{
  CalAdapter *adapter = g_new0(CalAdapter, 1);
  adapter->bluez = bluez;
  adapter->path = g_strdup(path);
  adapter->ear = cal_ear_new(bluez, path, changed, data);
  cal_discovery_init(&adapter->discovery);
  return adapter;
}

void
cal_adapter_free(CalAdapter *adapter)
{
  const gboolean runs = adapter->discovery.state == CAL_DISCOVERY_STARTING ||
                        adapter->discovery.state == CAL_DISCOVERY_RUNNING ||
                        adapter->discovery.state == CAL_DISCOVERY_WAITING;
  forget_call(adapter);
  cal_timer_clear(&adapter->timer);
  cal_ear_free(adapter->ear);
  if (runs && cal_adapter_is_powered(adapter))
    cal_bluez_call(adapter->bluez, adapter->path, BLUEZ_ADAPTER, "StopDiscovery", NULL, -1, NULL, NULL, NULL);
  g_free(adapter->path);
  g_free(adapter);
}

void
cal_adapter_update(CalAdapter *adapter, gboolean wanted, gboolean missed)
{
  const gboolean powered = cal_adapter_is_powered(adapter);
  const CalDiscoveryLevel level = {
    .powered = powered,
    .wanted = wanted && !cal_ear_pauses(adapter->ear),
    .discovering = cal_bluez_get_boolean(adapter->bluez, adapter->path, BLUEZ_ADAPTER, "Discovering"),
  };
  feed(adapter, (CalDiscoveryEvent){ .kind = CAL_DISCOVERY_LEVEL, .level = level });
  cal_ear_update(adapter->ear, (CalPulseLevel){ .powered = powered,
                                                .running = cal_discovery_has_session(&adapter->discovery),
                                                .missed = missed });
}
