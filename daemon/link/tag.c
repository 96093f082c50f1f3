/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tag.h"

#include <string.h>

#include <machine/life.h>
#include <machine/omron_log.h>
#include <machine/transfer.h>

#include "bluez_names.h"
#include "fault.h"
#include "found.h"
#include "missed.h"
#include "omron_session.h"
#include "session.h"
#include "timer.h"
#include "why.h"

#define CONNECT_TIMEOUT_MS (CAL_LIFE_CONNECT_MS + 5000)
#define SEEN_STEP_S        10 /* last_seen alone is told no more often */

struct CalTag {
  CalTagHost host;
  CalAddress address;
  char text[CAL_ADDRESS_TEXT_SIZE];
  CalTagKind kind;
  CalLife life;
  CalTransfer transfer;
  CalOmronLog omron;
  CalMissed *missed;
  CalSession *session;
  CalOmronSession *omron_session; /* in its place, of an OMRON sensor */
  char *device;                   /* its path, NULL while BlueZ has none */
  guint32 epoch;
  GCancellable *connect; /* our Connect under way */
  GCancellable *asking;  /* for what is true, under way */
  CalTimer timer;        /* the life's */
  CalTimer ended_timer;  /* a session's end, taken outside of its own call */
  CalLifeFault ended_fault;
  CalTimer tell_timer;
  CalInstant last_seen;
  CalInstant told_seen;
  char *told; /* what was told last, as text */
};

static void feed(CalTag *tag, CalLifeEvent event);

static gboolean
is_true(CalTag *tag, const char *property)
{
  return cal_bluez_get_boolean(tag->host.bluez, tag->device, BLUEZ_DEVICE, property);
}

/* -- What is shown */

const CalAddress *
cal_tag_address(CalTag *tag)
{
  return &tag->address;
}

CalTagKind
cal_tag_kind(CalTag *tag)
{
  return tag->kind;
}

gboolean
cal_tag_has_link(CalTag *tag)
{
  return tag->kind == CAL_TAG_EVENT || tag->kind == CAL_TAG_ESS || tag->kind == CAL_TAG_OMRON;
}

static int
battery_of(CalTag *tag)
{
  GVariant *percent = cal_bluez_get(tag->host.bluez, tag->device, BLUEZ_BATTERY, "Percentage");
  return percent && g_variant_is_of_type(percent, G_VARIANT_TYPE_BYTE) ? g_variant_get_byte(percent) : -1;
}

/* Nobody connects it, and we wait for BlueZ to do it. */
static gboolean
waits_in_vain(CalTag *tag)
{
  g_autofree char *adapter = tag->device ? cal_bluez_adapter_of(tag->device) : NULL;
  return tag->life.state == CAL_LIFE_IDLE && tag->host.refused(adapter, tag->host.data);
}

static const char *
why(CalTag *tag)
{
  const CalRadio radio = tag->host.radio(tag->host.data);
  if (!cal_radio_serves(radio) || (radio == CAL_RADIO_DEAF && cal_tag_is_missed(tag)))
    return cal_why_radio(radio);
  if (!cal_tag_has_link(tag))
    return NULL;
  const CalLifeComplaint complaint = cal_life_complaint(&tag->life);
  if (waits_in_vain(tag))
    return cal_why_refused();
  if (complaint != CAL_LIFE_FINE)
    return cal_why_link(complaint);
  return tag->kind == CAL_TAG_OMRON ? cal_why_omron(&tag->omron) : cal_why_transfer(&tag->transfer);
}

static const char *
name_of(CalTag *tag)
{
  if (tag->kind == CAL_TAG_OMRON)
    return CAL_FOUND_OMRON_NAME;
  return cal_bluez_get_string(tag->host.bluez, tag->device, BLUEZ_DEVICE, "Name");
}

static CalLinkBond
bond_of(CalTag *tag)
{
  if (tag->kind != CAL_TAG_EVENT)
    return CAL_LINK_BOND_UNKNOWN;
  switch (cal_life_complaint(&tag->life)) {
  case CAL_LIFE_FINE:
    return CAL_LINK_BOND_HOLDS;
  case CAL_LIFE_UNKNOWN_TAG:
  case CAL_LIFE_NO_BOND:
  case CAL_LIFE_BOND_LOST:
    return CAL_LINK_BOND_LOST;
  case CAL_LIFE_NO_RADIO:
  case CAL_LIFE_OUT_OF_REACH:
  case CAL_LIFE_COMING:
  case CAL_LIFE_NO_SERVICES:
  case CAL_LIFE_BREAKS:
  case CAL_LIFE_UNSUITABLE:
  case CAL_LIFE_RESTS:
    return CAL_LINK_BOND_UNKNOWN;
  }
  return CAL_LINK_BOND_UNKNOWN;
}

static CalLinkStatus
status_of(CalTag *tag)
{
  const gboolean is_omron = tag->kind == CAL_TAG_OMRON;
  const guint32 done = is_omron ? tag->omron.done : tag->transfer.done;
  const guint32 of = is_omron ? tag->omron.of : tag->transfer.of;
  return (CalLinkStatus){
    .address = tag->address,
    .name = name_of(tag),
    .kind = tag->kind,
    .connected = tag->life.level.connected && cal_tag_has_link(tag),
    .battery_percent = battery_of(tag),
    .last_seen = tag->last_seen,
    .transfer_done = MIN(done, of),
    .transfer_of = of,
    .bond = bond_of(tag),
    .clock_left_alone = is_omron ? tag->omron.clock_left_alone : tag->transfer.clock_left_alone,
    .why = why(tag),
  };
}

static gboolean
is_seen_later(CalTag *tag)
{
  return tag->last_seen != CAL_INSTANT_NONE &&
         (tag->told_seen == CAL_INSTANT_NONE || tag->last_seen - tag->told_seen >= SEEN_STEP_S);
}

static void
tell(gpointer data)
{
  CalTag *tag = data;
  const CalLinkStatus status = status_of(tag);
  g_autofree char *text =
      g_strdup_printf("%s|%d|%d|%u|%u|%d|%d|%s", status.name ? status.name : "", status.connected,
                      status.battery_percent, status.transfer_done, status.transfer_of, (int)status.bond,
                      status.clock_left_alone, status.why ? status.why : "");
  if (g_strcmp0(text, tag->told) == 0 && !is_seen_later(tag))
    return;
  g_free(tag->told);
  tag->told = g_steal_pointer(&text);
  tag->told_seen = tag->last_seen;
  tag->host.owner->tag_changed(&status, tag->host.owner_data);
}

/* Once for however much changes in one round of the main loop. */
static void
tell_soon(CalTag *tag)
{
  if (!tag->tell_timer.source)
    cal_timer_set(&tag->tell_timer, cal_timer_now_ms(), tell, tag);
}

/* -- The session */

static void
on_ended(gpointer data)
{
  CalTag *tag = data;
  const CalLifeFault fault = tag->ended_fault;
  const CalLifeEventKind kind = fault == CAL_LIFE_FAULT_NONE ? CAL_LIFE_SETUP_DONE : CAL_LIFE_SETUP_FAILED;
  feed(tag, (CalLifeEvent){ .kind = kind, .fault = fault });
}

static void
session_ended(CalLifeFault fault, gpointer data)
{
  CalTag *tag = data;
  tag->ended_fault = fault;
  cal_timer_clear(&tag->ended_timer);
  cal_timer_set(&tag->ended_timer, cal_timer_now_ms(), on_ended, tag);
}

static void
session_changed(gpointer data)
{
  tell_soon(data);
}

static void
set_up_omron(CalTag *tag)
{
  const CalOmronHost host = { .bluez = tag->host.bluez,
                              .owner = tag->host.owner,
                              .owner_data = tag->host.owner_data,
                              .tag = &tag->address,
                              .log = &tag->omron,
                              .ended = session_ended,
                              .changed = session_changed,
                              .data = tag };
  tag->omron_session = cal_omron_session_new(&host, tag->device);
}

static void
set_up(CalTag *tag)
{
  if (tag->kind == CAL_TAG_OMRON) {
    set_up_omron(tag);
    return;
  }
  const CalSessionHost host = { .bluez = tag->host.bluez,
                                .owner = tag->host.owner,
                                .owner_data = tag->host.owner_data,
                                .tag = &tag->address,
                                .kind = tag->kind,
                                .transfer = &tag->transfer,
                                .ended = session_ended,
                                .changed = session_changed,
                                .data = tag };
  tag->session = cal_session_new(&host, tag->device);
}

static void
abandon(CalTag *tag)
{
  cal_timer_clear(&tag->ended_timer);
  g_clear_pointer(&tag->session, cal_session_free);
  g_clear_pointer(&tag->omron_session, cal_omron_session_free);
}

/* -- Carrying out what the life decides */

static void
call_device(CalTag *tag, const char *method)
{
  cal_bluez_call(tag->host.bluez, tag->device, BLUEZ_DEVICE, method, NULL, -1, NULL, NULL, NULL);
}

static void
set_trusted(CalTag *tag, gboolean trusted)
{
  cal_bluez_set(tag->host.bluez, tag->device, BLUEZ_DEVICE, "Trusted", g_variant_new_boolean(trusted), NULL,
                NULL, NULL);
}

static void
forget_connect(CalTag *tag)
{
  if (tag->connect)
    g_cancellable_cancel(tag->connect);
  g_clear_object(&tag->connect);
}

static void
on_asked(gboolean told, gpointer data)
{
  CalTag *tag = data;
  (void)told;
  g_clear_object(&tag->asking);
  cal_tag_update(tag);
}

/* BlueZ 5.66 leaves Connected untold when the kernel's word of the link comes after the link itself ("is
 * already connected", says its log). What speaks of a link that nobody told is reason to ask. */
static void
ask_if_untold(CalTag *tag)
{
  if (!cal_tag_has_link(tag) || is_true(tag, "Connected") || tag->asking)
    return;
  tag->asking = g_cancellable_new();
  cal_bluez_refresh(tag->host.bluez, tag->asking, on_asked, tag);
}

static void
on_connected(GObject *source, GAsyncResult *result, gpointer data)
{
  CalTag *tag = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = cal_bluez_call_finish(source, result, &error);
  if (cal_bluez_was_cancelled(error))
    return;
  g_clear_object(&tag->connect);
  const CalLifeFault fault = cal_fault_of_connect(error);
  if (error)
    g_debug("%s: Connect: %s", tag->text, error->message);
  if (fault == CAL_LIFE_FAULT_GONE)
    cal_bluez_refresh(tag->host.bluez, NULL, NULL, NULL); /* the path may be stale */
  if (!error)
    ask_if_untold(tag);
  feed(tag, (CalLifeEvent){ .kind = CAL_LIFE_CONNECT_ENDED, .fault = fault });
}

static void
connect_device(CalTag *tag)
{
  forget_connect(tag);
  tag->connect = g_cancellable_new();
  cal_bluez_call(tag->host.bluez, tag->device, BLUEZ_DEVICE, "Connect", NULL, CONNECT_TIMEOUT_MS,
                 tag->connect, on_connected, tag);
}

static void
execute(CalTag *tag, unsigned actions)
{
  if (actions & CAL_LIFE_ABANDON)
    abandon(tag);
  if (!tag->device)
    return;
  if (actions & CAL_LIFE_RELEASE)
    set_trusted(tag, FALSE);
  if (actions & (CAL_LIFE_RELEASE | CAL_LIFE_DISCONNECT))
    call_device(tag, "Disconnect");
  if (actions & CAL_LIFE_CONNECT)
    connect_device(tag);
  if (actions & CAL_LIFE_TRUST)
    set_trusted(tag, TRUE);
  if (actions & CAL_LIFE_SET_UP)
    set_up(tag);
}

static void
on_time(gpointer data)
{
  feed(data, (CalLifeEvent){ .kind = CAL_LIFE_TIME });
}

static void
feed(CalTag *tag, CalLifeEvent event)
{
  const CalLifeState before = tag->life.state;
  const unsigned actions = cal_life_step(&tag->life, &event, cal_timer_now_ms());
  if (tag->life.state != before) {
    g_debug("%s: %s → %s", tag->text, cal_life_state_name(before), cal_life_state_name(tag->life.state));
    tag->host.changed(tag->host.data); /* before Connect, so that discovery is stopped before it */
  }
  if (before == CAL_LIFE_CONNECTING && tag->life.state != CAL_LIFE_CONNECTING)
    forget_connect(tag);
  execute(tag, actions);
  cal_timer_set(&tag->timer, tag->life.deadline_ms, on_time, tag);
  tell_soon(tag);
}

/* -- What is true now */

/* Keys are stored. Before 5.65 there is only Paired, which a pairing without bonding sets, too. */
static gboolean
is_bonded(CalTag *tag)
{
  const gboolean can_tell = cal_bluez_get(tag->host.bluez, tag->device, BLUEZ_DEVICE, "Bonded") != NULL;
  return is_true(tag, can_tell ? "Bonded" : "Paired");
}

static CalLifeLevel
level_of(CalTag *tag)
{
  g_autofree char *adapter = tag->device ? cal_bluez_adapter_of(tag->device) : NULL;
  return (CalLifeLevel){
    .powered = tag->device ? cal_bluez_get_boolean(tag->host.bluez, adapter, BLUEZ_ADAPTER, "Powered")
                           : cal_radio_serves(tag->host.radio(tag->host.data)),
    .exists = tag->device != NULL,
    .bonded = is_bonded(tag),
    .trusted = is_true(tag, "Trusted"),
    .connected = is_true(tag, "Connected"),
    .resolved = is_true(tag, "ServicesResolved"),
    .epoch = tag->epoch,
  };
}

static void
find_device(CalTag *tag)
{
  g_autofree char *path = cal_found_path(tag->host.bluez, &tag->address);
  if (g_strcmp0(path, tag->device) == 0)
    return;
  tag->epoch++;
  forget_connect(tag);
  g_free(tag->device);
  tag->device = g_steal_pointer(&path);
}

void
cal_tag_update(CalTag *tag)
{
  find_device(tag);
  if (cal_tag_has_link(tag))
    feed(tag, (CalLifeEvent){ .kind = CAL_LIFE_LEVEL, .level = level_of(tag) });
  else
    tell_soon(tag);
}

/* One signal may tell the end of a connection and the beginning of the next: Connected or ServicesResolved
 * said to be true once more, or ServicesResolved false with Connected true. */
static void
count_epoch(CalTag *tag, GVariant *properties)
{
  gboolean connected, resolved;
  if (g_variant_lookup(properties, "Connected", "b", &connected) && (!connected || tag->life.level.connected))
    tag->epoch++;
  if (g_variant_lookup(properties, "ServicesResolved", "b", &resolved) &&
      (!resolved || tag->life.level.resolved))
    tag->epoch++;
}

/* What BlueZ had in store is worth telling only while the device is heard. */
static void
take_broadcast(CalTag *tag, GVariant *properties, CalBluezChange change)
{
  g_autoptr(GVariant) data = cal_found_bthome_data(properties);
  g_autoptr(GVariant) rssi = g_variant_lookup_value(properties, "RSSI", NULL);
  gsize n_bytes;
  if (!data || (change == CAL_BLUEZ_SNAPSHOT && !rssi))
    return;
  const guint8 *bytes = g_variant_get_fixed_array(data, &n_bytes, 1);
  if (change != CAL_BLUEZ_SNAPSHOT)
    cal_missed_hear(tag->missed, bytes, n_bytes);
  tag->host.owner->broadcast(&tag->address, bytes, n_bytes, change == CAL_BLUEZ_SNAPSHOT,
                             tag->host.owner_data);
}

static void
take_change(CalTag *tag, GVariant *properties)
{
  gboolean resolved;
  count_epoch(tag, properties);
  if (g_variant_lookup(properties, "ServicesResolved", "b", &resolved) && resolved)
    ask_if_untold(tag);
}

static void
take_device(CalTag *tag, const char *path, GVariant *properties, CalBluezChange change)
{
  const gboolean is_known = g_strcmp0(path, tag->device) == 0;
  if (change == CAL_BLUEZ_CHANGED && is_known)
    take_change(tag, properties);
  if (change != CAL_BLUEZ_HEARD || !is_known)
    cal_tag_update(tag);
  if (properties)
    take_broadcast(tag, properties, change);
}

static void
take_value(CalTag *tag, const char *path, GVariant *properties)
{
  g_autoptr(GVariant) value = g_variant_lookup_value(properties, "Value", NULL);
  if (value && tag->session)
    cal_session_take_value(tag->session, path, value);
}

void
cal_tag_take(CalTag *tag, const char *path, const char *interface, GVariant *properties,
             CalBluezChange change)
{
  if (cal_bluez_was_heard(change))
    tag->last_seen = g_get_real_time() / G_USEC_PER_SEC;
  if (g_str_equal(interface, BLUEZ_DEVICE))
    take_device(tag, path, properties, change);
  else if (g_str_equal(interface, BLUEZ_CHARACTERISTIC) && change == CAL_BLUEZ_CHANGED)
    take_value(tag, path, properties);
  if (change != CAL_BLUEZ_HEARD || is_seen_later(tag))
    tell_soon(tag);
}

/* -- Rest, and the rest */

void
cal_tag_rest(CalTag *tag)
{
  if (cal_tag_has_link(tag))
    feed(tag, (CalLifeEvent){ .kind = CAL_LIFE_REST });
}

void
cal_tag_wake(CalTag *tag)
{
  if (cal_tag_has_link(tag))
    feed(tag, (CalLifeEvent){ .kind = CAL_LIFE_WAKE });
}

gboolean
cal_tag_is_at_rest(CalTag *tag)
{
  return tag->life.state == CAL_LIFE_LET_GO || !cal_tag_has_link(tag);
}

gboolean
cal_tag_is_quiet(CalTag *tag)
{
  if (tag->kind == CAL_TAG_OMRON)
    return tag->life.state != CAL_LIFE_READY || tag->omron.state == CAL_OMRON_LIVE ||
           tag->omron.state == CAL_OMRON_RESTING;
  return tag->life.state != CAL_LIFE_READY || tag->transfer.state == CAL_TRANSFER_LIVE ||
         tag->transfer.state == CAL_TRANSFER_RESTING;
}

void
cal_tag_clock_news(CalTag *tag)
{
  if (tag->session && tag->kind == CAL_TAG_EVENT)
    cal_session_clock_news(tag->session);
  if (tag->omron_session)
    cal_omron_session_clock_news(tag->omron_session);
}

gboolean
cal_tag_needs_discovery(CalTag *tag)
{
  const gboolean unbonded = tag->kind == CAL_TAG_ESS || tag->kind == CAL_TAG_OMRON;
  return tag->kind == CAL_TAG_BTHOME || (unbonded && tag->life.state == CAL_LIFE_ABSENT);
}

gboolean
cal_tag_is_missed(CalTag *tag)
{
  return cal_tag_needs_discovery(tag) && cal_missed_is(tag->missed);
}

gboolean
cal_tag_needs_quiet_air(CalTag *tag)
{
  return tag->life.state == CAL_LIFE_CONNECTING && tag->life.short_links > 0;
}

CalTag *
cal_tag_new(const CalTagHost *host, const CalAddress *address, CalTagKind kind)
{
  CalTag *tag = g_new0(CalTag, 1);
  tag->host = *host;
  tag->address = *address;
  tag->kind = kind;
  tag->last_seen = tag->told_seen = CAL_INSTANT_NONE;
  cal_address_format(address, tag->text);
  tag->missed = cal_missed_new(host->changed, host->data);
  cal_life_init(&tag->life, kind == CAL_TAG_EVENT);
  cal_transfer_init(&tag->transfer);
  cal_omron_log_init(&tag->omron);
  cal_bluez_add_address(host->bluez, tag->text);
  return tag;
}

void
cal_tag_free(CalTag *tag)
{
  cal_tag_rest(tag);
  abandon(tag);
  forget_connect(tag);
  if (tag->asking)
    g_cancellable_cancel(tag->asking);
  g_clear_object(&tag->asking);
  cal_missed_free(tag->missed);
  cal_timer_clear(&tag->timer);
  cal_timer_clear(&tag->tell_timer);
  cal_bluez_remove_address(tag->host.bluez, tag->text);
  g_free(tag->device);
  g_free(tag->told);
  g_free(tag);
}

void
cal_tag_forget_device(CalTag *tag)
{
  g_autofree char *adapter = tag->device ? cal_bluez_adapter_of(tag->device) : NULL;
  if (adapter && (cal_tag_has_link(tag) || is_true(tag, "Paired")))
    cal_bluez_call(tag->host.bluez, adapter, BLUEZ_ADAPTER, "RemoveDevice", g_variant_new("(o)", tag->device),
                   -1, NULL, NULL, NULL);
}
