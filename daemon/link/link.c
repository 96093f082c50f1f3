/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "link.h"

#include "adapters.h"
#include "bluez.h"
#include "bluez_names.h"
#include "error.h"
#include "pairing.h"
#include "profile.h"
#include "scanning.h"
#include "tag.h"
#include "timer.h"
#include "turns.h"
#include "why.h"

#include <string.h>

#include <calcifer/omron.h>
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
  CalScanning *scanning;
  CalPairing *pairing;
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
  if (link->resting || any_tag(link, cal_tag_needs_quiet_air) || cal_pairing_needs_quiet_air(link->pairing))
    return FALSE;
  return cal_scanning_runs(link->scanning) || cal_pairing_needs_discovery(link->pairing) ||
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

static gboolean
is_omron_tag(CalTag *tag)
{
  return cal_tag_kind(tag) == CAL_TAG_OMRON;
}

/* A profile would connect every device that serves 181A, so that it is registered only for a tag of ours. */
static void
update_profile(CalLink *link)
{
  const char *services[4] = { NULL };
  guint n = 0;
  if (any_tag(link, is_ess_tag))
    services[n++] = CAL_UUID_ENVIRONMENTAL_SENSING;
  if (any_tag(link, is_event_tag))
    services[n++] = CAL_UUID_TAG_EVENT;
  if (any_tag(link, is_omron_tag))
    services[n++] = CAL_UUID_OMRON_SENSOR;
  cal_profile_set_services(link->profile, n > 0 ? services : NULL);
  cal_profile_register(link->profile);
}

static gboolean
tell_refused(const char *adapter, gpointer data)
{
  return cal_profile_is_refused(((CalLink *)data)->profile, adapter);
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

/* Whether tags are connected by themselves is said of each. */
static void
on_profile_changed(gpointer data)
{
  update_tags(data);
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
  const gboolean heard = cal_bluez_was_heard(change);
  cal_pairing_update(link->pairing, heard ? path : NULL);
  if (heard)
    cal_scanning_take(link->scanning, path);
  if (change != CAL_BLUEZ_HEARD)
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

static void
on_presence(gboolean present, gpointer data)
{
  CalLink *link = data;
  cal_profile_forget(link->profile, NULL);
  if (!present) {
    cal_adapters_remove_all(link->adapters);
    cal_scanning_fail(link->scanning, cal_why_radio(CAL_RADIO_NO_BLUEZ));
    cal_pairing_fail(link->pairing, cal_why_radio(CAL_RADIO_NO_BLUEZ));
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
  link->profile = cal_profile_new(system_bus, link->bluez, on_profile_changed, link);
  link->scanning = cal_scanning_new(link->bluez, update, link);
  link->pairing = cal_pairing_new(system_bus, link->bluez, update, link);
  return link;
}

void
cal_link_look(CalLink *link)
{
  cal_bluez_look(link->bluez);
}

void
cal_link_free(CalLink *link)
{
  if (!link)
    return;
  cal_scanning_fail(link->scanning, "Calcifer is ending.");
  cal_pairing_fail(link->pairing, "Calcifer is ending.");
  link->resting = TRUE;
  for (guint i = 0; i < link->tags->len; i++)
    cal_tag_rest(link->tags->pdata[i]);
  g_ptr_array_unref(link->tags);
  cal_timer_clear(&link->update_timer);
  cal_timer_clear(&link->turns_timer);
  cal_timer_clear(&link->wake_timer);
  cal_adapters_free(link->adapters);
  cal_profile_free(link->profile);
  cal_scanning_free(link->scanning);
  cal_pairing_free(link->pairing);
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
                            .refused = tell_refused,
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

void
cal_link_scan(CalLink *link, guint seconds, CalLinkFound found, gpointer found_data,
              GCancellable *cancellable, GAsyncReadyCallback done, gpointer data)
{
  g_autoptr(GTask) task = g_task_new(NULL, cancellable, done, data);
  if (why_not(link)) {
    g_task_return_new_error(task, CAL_ERROR, CAL_ERROR_UNAVAILABLE, "%s", why_not(link));
    return;
  }
  if (cal_scanning_runs(link->scanning)) {
    g_task_return_new_error(task, CAL_ERROR, CAL_ERROR_BUSY, "A scan is under way: wait for its end.");
    return;
  }
  cal_scanning_begin(link->scanning, seconds, found, found_data, g_steal_pointer(&task));
  update(link);
}

gboolean
cal_link_scan_finish(CalLink *link, GAsyncResult *result, GError **error)
{
  (void)link;
  return g_task_propagate_boolean(G_TASK(result), error);
}

/* -- Adopting, and fetching a key */

static GTask *
begin_pairing(CalLink *link, GCancellable *cancellable, GAsyncReadyCallback done, gpointer data)
{
  g_autoptr(GTask) task = g_task_new(NULL, cancellable, done, data);
  g_task_set_check_cancellable(task, FALSE);
  if (!why_not(link) && !cal_pairing_runs(link->pairing))
    return g_steal_pointer(&task);
  if (why_not(link))
    g_task_return_new_error(task, CAL_ERROR, CAL_ERROR_UNAVAILABLE, "%s", why_not(link));
  else
    g_task_return_new_error(task, CAL_ERROR, CAL_ERROR_BUSY,
                            "Another tag is being adopted, or asked for its key: wait for its end.");
  return NULL;
}

void
cal_link_adopt(CalLink *link, const CalAddress *tag, GCancellable *cancellable, GAsyncReadyCallback done,
               gpointer data)
{
  GTask *task = begin_pairing(link, cancellable, done, data);
  if (!task)
    return;
  cal_pairing_adopt(link->pairing, tag, task);
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

void
cal_link_fetch_key(CalLink *link, const CalAddress *tag, GCancellable *cancellable, GAsyncReadyCallback done,
                   gpointer data)
{
  GTask *task = begin_pairing(link, cancellable, done, data);
  if (!task)
    return;
  cal_pairing_fetch_key(link->pairing, tag, task);
  update(link);
}

gboolean
cal_link_fetch_key_finish(CalLink *link, GAsyncResult *result, CalBthomeKey *key, GError **error)
{
  (void)link;
  CalBthomeKey *fetched = g_task_propagate_pointer(G_TASK(result), error);
  if (!fetched)
    return FALSE;
  *key = *fetched;
  cal_pairing_free_key(fetched);
  return TRUE;
}
