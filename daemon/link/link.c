/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "link.h"

#include "adapters.h"
#include "adopt.h"
#include "bluez.h"
#include "bluez_names.h"
#include "error.h"
#include "profile.h"
#include "scan.h"
#include "tag.h"
#include "timer.h"
#include "turns.h"
#include "why.h"

#include <string.h>

#include <calcifer/tag_profile.h>

/* Adapters may go and come again when a machine wakes, and controllers take a moment to load. */
#define WAKE_MS 2000

struct CalLink {
  GDBusConnection *connection; /* owned */
  CalLinkOwner owner;
  gpointer data;
  CalBluez *bluez;
  CalProfile *profile;
  CalAdapters *adapters;
  GPtrArray *tags; /* CalTag, owned */
  CalTurns turns;
  CalTimer turns_timer;
  CalTimer update_timer;
  CalTimer wake_timer;
  CalRadio radio;
  gboolean resting;
  CalScan *scan;
  GTask *scan_task;
  GSource *scan_cancel; /* NULL: cannot be cancelled */
  CalAdopt *adopt;
  GTask *adopt_task;
};

static void update_soon(CalLink *link);

/* -- The radio */

static CalRadio
radio_of(CalLink *link)
{
  return cal_bluez_is_present(link->bluez) ? cal_adapters_radio(link->adapters) : CAL_RADIO_NO_BLUEZ;
}

CalRadio
cal_link_radio(CalLink *link)
{
  return link->radio;
}

static CalRadio
tell_radio(gpointer data)
{
  return ((CalLink *)data)->radio;
}

static void
update_radio(CalLink *link)
{
  const CalRadio radio = radio_of(link);
  if (radio == link->radio)
    return;
  link->radio = radio;
  link->owner.radio_changed(radio, link->data);
}

/* -- Discovery and profile follow from what there is */

static gboolean
any_tag(CalLink *link, gboolean (*is)(CalTag *tag))
{
  for (guint i = 0; i < link->tags->len; i++)
    if (is(link->tags->pdata[i]))
      return TRUE;
  return FALSE;
}

static gboolean
wants_discovery(CalLink *link)
{
  if (link->resting || any_tag(link, cal_tag_needs_quiet_air) ||
      (link->adopt && cal_adopt_needs_quiet_air(link->adopt)))
    return FALSE;
  return link->scan || (link->adopt && cal_adopt_needs_discovery(link->adopt)) ||
         any_tag(link, cal_tag_needs_discovery);
}

static void
update_adapters(CalLink *link)
{
  cal_adapters_update(link->adapters, wants_discovery(link), any_tag(link, cal_tag_is_missed));
}

static gboolean
is_event_tag(CalTag *tag)
{
  return cal_tag_kind(tag) == CAL_TAG_EVENT;
}

static gboolean
is_ess_tag(CalTag *tag)
{
  return cal_tag_kind(tag) == CAL_TAG_ESS;
}

/* A profile would connect every device that serves 181A, so that it is registered only for a tag of ours. */
static void
update_profile(CalLink *link)
{
  static const char *const services[] = { CAL_UUID_ENVIRONMENTAL_SENSING, CAL_UUID_TAG_EVENT, NULL };
  static const char *const ess_alone[] = { CAL_UUID_ENVIRONMENTAL_SENSING, NULL };
  const gboolean event = any_tag(link, is_event_tag), ess = any_tag(link, is_ess_tag);
  if (event)
    cal_profile_set_services(link->profile, ess ? services : services + 1);
  else
    cal_profile_set_services(link->profile, ess ? ess_alone : NULL);
  cal_profile_register(link->profile);
}

static void
update_tags(CalLink *link)
{
  for (guint i = 0; i < link->tags->len; i++)
    cal_tag_update(link->tags->pdata[i]);
}

static void
update(gpointer data)
{
  CalLink *link = data;
  update_radio(link);
  update_adapters(link);
  update_profile(link);
}

/* Once for however much changes in one round of the main loop. */
static void
update_soon(CalLink *link)
{
  if (!link->update_timer.source)
    cal_timer_set(&link->update_timer, cal_timer_now_ms(), update, link);
}

/* Who is deaf is said of the tags that are missed, too. */
static void
on_adapters_changed(gpointer data)
{
  CalLink *link = data;
  update(link);
  update_tags(link);
}

/* A link's state changed; what it waits for before it connects has to be begun now. */
static void
on_tag_changed(gpointer data)
{
  update_adapters(data);
}

/* -- Turns, when more tags want a link than may have one at a time */

static void
take_turns(gpointer data)
{
  CalLink *link = data;
  g_autoptr(GPtrArray) tags = g_ptr_array_new();
  for (guint i = 0; i < link->tags->len; i++)
    if (cal_tag_has_link(link->tags->pdata[i]))
      g_ptr_array_add(tags, link->tags->pdata[i]);
  const gint64 next_ms = link->resting ? G_MAXINT64 : cal_turns_take(&link->turns, tags, cal_timer_now_ms());
  cal_timer_set(&link->turns_timer, next_ms, take_turns, link);
}

/* -- What BlueZ tells */

/* /org/bluez/hci0/dev_X of anything at or below it; free with g_free(). */
static char *
device_of(const char *path)
{
  const char *device = strstr(path, "/dev_");
  const char *end = device ? strchr(device + 1, '/') : NULL;
  if (!device)
    return NULL;
  return end ? g_strndup(path, (gsize)(end - path)) : g_strdup(path);
}

static CalTag *
find_tag(CalLink *link, const CalAddress *address)
{
  for (guint i = 0; i < link->tags->len; i++)
    if (cal_address_compare(cal_tag_address(link->tags->pdata[i]), address) == 0)
      return link->tags->pdata[i];
  return NULL;
}

static CalTag *
tag_of_device(CalLink *link, const char *device)
{
  CalAddress address;
  const char *text = cal_bluez_get_string(link->bluez, device, BLUEZ_DEVICE, "Address");
  return text && cal_address_parse(text, &address) ? find_tag(link, &address) : NULL;
}

static void
on_adapter(CalLink *link, const char *path, CalBluezChange change)
{
  if (change == CAL_BLUEZ_REMOVED)
    cal_adapters_remove(link->adapters, path);
  else
    cal_adapters_add(link->adapters, path);
  if (change == CAL_BLUEZ_REMOVED || !cal_bluez_get_boolean(link->bluez, path, BLUEZ_ADAPTER, "Powered"))
    cal_profile_forget(link->profile, path);
  update(link);
  update_tags(link);
}

static void
on_device(CalLink *link, const char *path, const char *interface, GVariant *properties, CalBluezChange change)
{
  g_autofree char *device = device_of(path);
  CalTag *tag = device ? tag_of_device(link, device) : NULL;
  if (tag)
    cal_tag_take(tag, path, interface, properties, change);
  else if (change == CAL_BLUEZ_REMOVED && g_str_equal(interface, BLUEZ_DEVICE))
    update_tags(link); /* its address went with it */
  if (!g_str_equal(interface, BLUEZ_DEVICE))
    return;
  if (link->adopt)
    cal_adopt_update(link->adopt);
  if (link->scan && (change == CAL_BLUEZ_ADDED || change == CAL_BLUEZ_CHANGED))
    cal_scan_take(link->scan, path);
  update_soon(link);
}

static void
on_changed(const char *path, const char *interface, GVariant *properties, CalBluezChange change,
           gpointer data)
{
  CalLink *link = data;
  if (g_str_equal(interface, BLUEZ_ADAPTER))
    on_adapter(link, path, change);
  else if (g_str_equal(interface, BLUEZ_GATT_MANAGER))
    update_soon(link);
  else
    on_device(link, path, interface, properties, change);
}

/* The scan is over; the task, if any, is the caller's to answer. */
static GTask *
end_scan(CalLink *link)
{
  if (link->scan_cancel)
    g_source_destroy(link->scan_cancel);
  g_clear_pointer(&link->scan_cancel, g_source_unref);
  g_clear_pointer(&link->scan, cal_scan_free);
  return g_steal_pointer(&link->scan_task);
}

static void
fail_scan(CalLink *link, const char *message)
{
  g_autoptr(GTask) task = end_scan(link);
  if (task)
    g_task_return_new_error(task, CAL_ERROR, CAL_ERROR_UNAVAILABLE, "%s", message);
}

static void
fail_adopt(CalLink *link, const char *message)
{
  g_autoptr(GTask) task = g_steal_pointer(&link->adopt_task);
  g_clear_pointer(&link->adopt, cal_adopt_free);
  if (task)
    g_task_return_new_error(task, CAL_ERROR, CAL_ERROR_UNAVAILABLE, "%s", message);
}

static void
on_presence(gboolean present, gpointer data)
{
  CalLink *link = data;
  cal_profile_forget(link->profile, NULL);
  if (!present) {
    cal_adapters_remove_all(link->adapters);
    fail_scan(link, cal_why_radio(CAL_RADIO_NO_BLUEZ));
    fail_adopt(link, cal_why_radio(CAL_RADIO_NO_BLUEZ));
  }
  update(link);
  update_tags(link);
}

/* -- Beginning and end */

CalLink *
cal_link_new(GDBusConnection *system_bus, const CalLinkOwner *owner, gpointer data)
{
  static const CalBluezListener listener = { .presence = on_presence, .changed = on_changed };
  CalLink *link = g_new0(CalLink, 1);
  link->connection = g_object_ref(system_bus);
  link->owner = *owner;
  link->data = data;
  link->radio = CAL_RADIO_NO_BLUEZ;
  link->tags = g_ptr_array_new_with_free_func((GDestroyNotify)cal_tag_free);
  link->bluez = cal_bluez_new(system_bus, &listener, link);
  link->adapters = cal_adapters_new(link->bluez, on_adapters_changed, link);
  link->profile = cal_profile_new(system_bus, link->bluez);
  return link;
}

void
cal_link_free(CalLink *link)
{
  if (!link)
    return;
  fail_scan(link, "Calcifer is ending.");
  fail_adopt(link, "Calcifer is ending.");
  link->resting = TRUE;
  for (guint i = 0; i < link->tags->len; i++)
    cal_tag_rest(link->tags->pdata[i]);
  g_ptr_array_unref(link->tags);
  cal_timer_clear(&link->update_timer);
  cal_timer_clear(&link->turns_timer);
  cal_timer_clear(&link->wake_timer);
  cal_adapters_free(link->adapters);
  cal_profile_free(link->profile);
  cal_bluez_free(link->bluez);
  g_dbus_connection_flush_sync(link->connection, NULL, NULL);
  g_object_unref(link->connection);
  g_free(link);
}

/* -- Tags */

void
cal_link_add_tag(CalLink *link, const CalAddress *address, CalTagKind kind)
{
  const CalTagHost host = { .bluez = link->bluez,
                            .owner = &link->owner,
                            .owner_data = link->data,
                            .changed = on_tag_changed,
                            .radio = tell_radio,
                            .data = link };
  if (find_tag(link, address) || link->tags->len >= CAL_LINK_MAX_TAGS)
    return;
  CalTag *tag = cal_tag_new(&host, address, kind);
  g_ptr_array_add(link->tags, tag);
  if (link->resting)
    cal_tag_rest(tag);
  cal_tag_update(tag);
  update(link);
  take_turns(link);
}

void
cal_link_remove_tag(CalLink *link, const CalAddress *address)
{
  CalTag *tag = find_tag(link, address);
  if (!tag)
    return;
  cal_tag_rest(tag);
  cal_tag_forget_device(tag);
  g_ptr_array_remove(link->tags, tag);
  update(link);
  take_turns(link);
}

void
cal_link_rest(CalLink *link)
{
  cal_timer_clear(&link->wake_timer);
  link->resting = TRUE;
  for (guint i = 0; i < link->tags->len; i++)
    cal_tag_rest(link->tags->pdata[i]);
  update(link);
  take_turns(link);
}

/* What was signalled meanwhile may have been lost. */
static void
wake(gpointer data)
{
  CalLink *link = data;
  link->resting = FALSE;
  if (cal_bluez_is_present(link->bluez))
    cal_bluez_refresh(link->bluez, NULL, NULL, NULL);
  for (guint i = 0; i < link->tags->len; i++)
    cal_tag_wake(link->tags->pdata[i]);
  update(link);
  take_turns(link);
}

void
cal_link_wake(CalLink *link)
{
  if (link->resting)
    cal_timer_set(&link->wake_timer, cal_timer_now_ms() + WAKE_MS, wake, link);
}

gboolean
cal_link_is_at_rest(CalLink *link)
{
  for (guint i = 0; i < link->tags->len; i++)
    if (!cal_tag_is_at_rest(link->tags->pdata[i]))
      return FALSE;
  return link->resting;
}

void
cal_link_clock_news(CalLink *link)
{
  for (guint i = 0; i < link->tags->len; i++)
    cal_tag_clock_news(link->tags->pdata[i]);
}

/* -- Scanning */

/* NULL when the radio serves, else why it does not. */
static const char *
why_not(CalLink *link)
{
  if (link->resting)
    return "This machine is about to sleep, or has just woken: try again in a moment.";
  return cal_radio_serves(link->radio) ? NULL : cal_why_radio(link->radio);
}

static void
on_scan_ended(gpointer data)
{
  CalLink *link = data;
  g_autoptr(GTask) task = end_scan(link);
  update(link);
  g_task_return_boolean(task, TRUE); /* a cancelled one answers so by itself */
}

static gboolean
on_scan_cancelled(GCancellable *cancellable, gpointer data)
{
  (void)cancellable;
  on_scan_ended(data);
  return G_SOURCE_REMOVE;
}

static GSource *
watch_cancellable(CalLink *link, GCancellable *cancellable)
{
  if (!cancellable)
    return NULL;
  GSource *source = g_cancellable_source_new(cancellable);
  g_source_set_callback(source, G_SOURCE_FUNC(on_scan_cancelled), link, NULL);
  g_source_attach(source, g_main_context_get_thread_default());
  return source;
}

void
cal_link_scan(CalLink *link, guint seconds, CalLinkFound found, gpointer found_data,
              GCancellable *cancellable, GAsyncReadyCallback done, gpointer data)
{
  g_autoptr(GTask) task = g_task_new(NULL, cancellable, done, data);
  if (why_not(link)) {
    g_task_return_new_error(task, CAL_ERROR, CAL_ERROR_UNAVAILABLE, "%s", why_not(link));
    return;
  }
  if (link->scan) {
    g_task_return_new_error(task, CAL_ERROR, CAL_ERROR_BUSY, "A scan is under way: wait for its end.");
    return;
  }
  link->scan_cancel = watch_cancellable(link, cancellable);
  link->scan_task = g_steal_pointer(&task);
  link->scan = cal_scan_new(link->bluez, seconds, found, found_data, on_scan_ended, link);
  update(link);
}

gboolean
cal_link_scan_finish(CalLink *link, GAsyncResult *result, GError **error)
{
  (void)link;
  return g_task_propagate_boolean(G_TASK(result), error);
}

/* -- Adopting */

static void
on_adopt_ended(const CalAdopted *adopted, const GError *error, gpointer data)
{
  CalLink *link = data;
  g_autoptr(GTask) task = g_steal_pointer(&link->adopt_task);
  g_autofree CalAdopted *copy = g_memdup2(adopted, sizeof *adopted);
  GError *failure = error ? g_error_copy(error) : NULL;
  g_clear_pointer(&link->adopt, cal_adopt_free);
  update(link);
  if (failure)
    g_task_return_error(task, failure);
  else
    g_task_return_pointer(task, g_steal_pointer(&copy), g_free);
}

void
cal_link_adopt(CalLink *link, const CalAddress *tag, GCancellable *cancellable, GAsyncReadyCallback done,
               gpointer data)
{
  g_autoptr(GTask) task = g_task_new(NULL, cancellable, done, data);
  g_task_set_check_cancellable(task, FALSE);
  if (why_not(link)) {
    g_task_return_new_error(task, CAL_ERROR, CAL_ERROR_UNAVAILABLE, "%s", why_not(link));
    return;
  }
  if (link->adopt) {
    g_task_return_new_error(task, CAL_ERROR, CAL_ERROR_BUSY,
                            "Another tag is being adopted: wait for its end.");
    return;
  }
  link->adopt_task = g_steal_pointer(&task);
  link->adopt = cal_adopt_new(link->connection, link->bluez, tag, cancellable, on_adopt_ended, link);
  update(link);
}

gboolean
cal_link_adopt_finish(CalLink *link, GAsyncResult *result, CalAdopted *adopted, GError **error)
{
  (void)link;
  g_autofree CalAdopted *found = g_task_propagate_pointer(G_TASK(result), error);
  if (found)
    *adopted = *found;
  return found != NULL;
}
