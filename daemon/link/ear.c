/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ear.h"

#include <string.h>

#include "bluez_names.h"
#include "timer.h"

struct CalEar {
  CalBluez *bluez;
  char *adapter;
  CalPulse pulse;
  CalTimer timer;
  CalTimer tell_timer;
  gboolean told_pauses;
  gboolean told_deaf;
  GCancellable *cancellable; /* of the look under way */
  GHashTable *first;         /* paths of devices → RSSI, of the first look; NULL: none yet */
  void (*changed)(gpointer data);
  gpointer data;
};

static void feed(CalEar *ear, CalPulseEvent event);

/* -- Looking */

static gboolean
flag(GVariant *device, const char *name)
{
  gboolean value = FALSE;
  return g_variant_lookup(device, name, "b", &value) && value;
}

/* Whether this device's signal shows that something was heard since the first look. A device without a bond
 * is forgotten half a minute after it was heard last, so that its signal shows it by itself; that of any
 * other may be old, and shows it by being another. */
static gboolean
shows_life(CalEar *ear, const char *path, GVariant *device, gint16 rssi)
{
  gpointer before;
  if (!flag(device, "Paired") && !flag(device, "Trusted"))
    return TRUE;
  return !g_hash_table_lookup_extended(ear->first, path, NULL, &before) || GPOINTER_TO_INT(before) != rssi;
}

static gboolean
is_on(CalEar *ear, const char *path)
{
  const size_t length = strlen(ear->adapter);
  return strncmp(path, ear->adapter, length) == 0 && path[length] == '/';
}

/* At the first look keeps, at the second compares. True when something was heard in between. */
static gboolean
take_look(CalEar *ear, GVariant *objects)
{
  const gboolean is_first = ear->pulse.state == CAL_PULSE_LOOKING;
  GVariantIter iter;
  const char *path;
  GVariant *interfaces;
  gboolean heard = FALSE;
  if (is_first)
    g_hash_table_remove_all(ear->first);
  g_variant_iter_init(&iter, objects);
  while (g_variant_iter_loop(&iter, "{&o@a{sa{sv}}}", &path, &interfaces)) {
    gint16 rssi;
    g_autoptr(GVariant) device =
        is_on(ear, path) ? g_variant_lookup_value(interfaces, BLUEZ_DEVICE, G_VARIANT_TYPE_VARDICT) : NULL;
    if (!device || !g_variant_lookup(device, "RSSI", "n", &rssi))
      continue;
    if (is_first)
      g_hash_table_insert(ear->first, g_strdup(path), GINT_TO_POINTER(rssi));
    else
      heard = heard || shows_life(ear, path, device, rssi);
  }
  return heard;
}

static void
on_objects(GObject *source, GAsyncResult *result, gpointer data)
{
  CalEar *ear = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = cal_bluez_call_finish(source, result, &error);
  if (cal_bluez_was_cancelled(error))
    return;
  if (!reply || !g_variant_is_of_type(reply, G_VARIANT_TYPE("(a{oa{sa{sv}}})"))) {
    feed(ear, (CalPulseEvent){ .kind = CAL_PULSE_LOOK_FAILED });
    return;
  }
  g_autoptr(GVariant) objects = g_variant_get_child_value(reply, 0);
  const gboolean heard = take_look(ear, objects);
  feed(ear, (CalPulseEvent){ .kind = CAL_PULSE_LOOKED, .heard = heard });
}

static void
forget_look(CalEar *ear)
{
  if (ear->cancellable)
    g_cancellable_cancel(ear->cancellable);
  g_clear_object(&ear->cancellable);
}

static void
look(CalEar *ear)
{
  forget_look(ear);
  ear->cancellable = g_cancellable_new();
  cal_bluez_call(ear->bluez, "/", DBUS_OBJECT_MANAGER, "GetManagedObjects", NULL, -1, ear->cancellable,
                 on_objects, ear);
}

/* -- The machine's driver */

static void
tell(gpointer data)
{
  CalEar *ear = data;
  ear->changed(ear->data);
}

static void
tell_if_changed(CalEar *ear)
{
  const gboolean pauses = cal_ear_pauses(ear), deaf = cal_ear_is_deaf(ear);
  if (pauses == ear->told_pauses && deaf == ear->told_deaf)
    return;
  if (pauses && !ear->told_pauses)
    g_message("A tag is missed and nothing else is heard on %s: discovery is begun again", ear->adapter);
  if (deaf && !ear->told_deaf)
    g_warning("%s hears nothing, however often discovery is begun again", ear->adapter);
  ear->told_pauses = pauses;
  ear->told_deaf = deaf;
  cal_timer_set(&ear->tell_timer, cal_timer_now_ms(), tell, ear);
}

static void
on_time(gpointer data)
{
  feed(data, (CalPulseEvent){ .kind = CAL_PULSE_TIME });
}

static gboolean
is_looking(CalEar *ear)
{
  return ear->pulse.state == CAL_PULSE_LOOKING || ear->pulse.state == CAL_PULSE_COMPARING;
}

static void
feed(CalEar *ear, CalPulseEvent event)
{
  const CalPulseState before = ear->pulse.state;
  const CalPulseAction action = cal_pulse_step(&ear->pulse, &event, cal_timer_now_ms());
  if (ear->pulse.state != before)
    g_debug("%s: pulse %s → %s", ear->adapter, cal_pulse_state_name(before),
            cal_pulse_state_name(ear->pulse.state));
  if (!is_looking(ear))
    forget_look(ear);
  cal_timer_set(&ear->timer, ear->pulse.deadline_ms, on_time, ear);
  switch (action) {
  case CAL_PULSE_LOOK:
    look(ear);
    break;
  case CAL_PULSE_NOTHING:
  case CAL_PULSE_PAUSE: /* who runs discovery asks cal_ear_pauses() */
  case CAL_PULSE_RESUME:
    break;
  }
  tell_if_changed(ear);
}

void
cal_ear_update(CalEar *ear, CalPulseLevel level)
{
  feed(ear, (CalPulseEvent){ .kind = CAL_PULSE_LEVEL, .level = level });
}

gboolean
cal_ear_pauses(CalEar *ear)
{
  return ear->pulse.state == CAL_PULSE_PAUSING;
}

gboolean
cal_ear_is_deaf(CalEar *ear)
{
  return cal_pulse_is_deaf(&ear->pulse);
}

CalEar *
cal_ear_new(CalBluez *bluez, const char *adapter, void (*changed)(gpointer data), gpointer data)
{
  CalEar *ear = g_new0(CalEar, 1);
  ear->bluez = bluez;
  ear->adapter = g_strdup(adapter);
  ear->first = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  ear->changed = changed;
  ear->data = data;
  cal_pulse_init(&ear->pulse);
  return ear;
}

void
cal_ear_free(CalEar *ear)
{
  forget_look(ear);
  cal_timer_clear(&ear->timer);
  cal_timer_clear(&ear->tell_timer);
  g_hash_table_unref(ear->first);
  g_free(ear->adapter);
  g_free(ear);
}
