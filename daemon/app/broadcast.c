/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "broadcast.h"

#include "commit.h"
#include "eras.h"
#include "gates.h"
#include "measured.h"
#include "publish.h"
#include "tags.h"
#include "turn.h"

#include <calcifer/bthome.h>
#include <calcifer/dating.h>

/* Samples heard within this time share a commit, and those of a stream with what is told of them. */
#define FLUSH_AFTER_MS 1000

/* No eye sees more, and whoever sends in a tag's name without an end does not flood those who listen. */
#define ANNOUNCE_EVERY_US (100 * G_TIME_SPAN_MILLISECOND)

void
cal_app_announce_reading(CalApp *app, const CalAddress *tag, double uv_index)
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  if (!cal_bus_has_listeners(app->bus))
    return;
  CalAppTag *known = cal_app_tag(app, tag);
  const gint64 now_us = g_get_monotonic_time();
  if (known == NULL || now_us < known->announce_from_us)
    return;
  known->announce_from_us = now_us + ANNOUNCE_EVERY_US;
  cal_address_format(tag, address);
  cal_bus_tell_listeners(app->bus, CAL_BUS_ROOT, "Tags1", "Reading",
                         g_variant_new("(sd)", address, uv_index));
}

static gboolean
on_flush_due(gpointer data)
{
  CalApp *app = data;
  g_autoptr(GError) error = NULL;
  app->flush_id = 0;
  const gboolean flushed = cal_ledger_flush(app->ledger, &error);
  if (!flushed)
    cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_LEDGER, "samples could not be committed: %s",
                error->message);
  cal_app_tell_ledger(app, error);
  cal_app_tell_measured_soon(app);
  return G_SOURCE_REMOVE;
}

static void
await_flush(CalApp *app, CalInstant at)
{
  cal_app_note_measured(app, (CalSpan){ at, at + 1 });
  if (app->flush_id == 0)
    app->flush_id = g_timeout_add(MAX(FLUSH_AFTER_MS, cal_app_measured_due_ms(app)), on_flush_due, app);
}

static void
keep_sample(CalApp *app, const CalAddress *tag, CalInstant at, double uv_index)
{
  g_autoptr(GError) error = NULL;
  const CalEvent event = { .kind = CAL_EVENT_SAMPLE, .at = at, .tag = *tag, .of.sample.uv_index = uv_index };
  if (!cal_ledger_append_sample(app->ledger, tag, at, uv_index, &error)) {
    cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_LEDGER, "a sample could not be taken: %s", error->message);
    cal_app_tell_ledger(app, error);
    return;
  }
  cal_days_take(app->days, &event, cal_app_now());
  await_flush(app, at);
}

/* Of a tag without a clock of its own: it is dated by ours. */
void
cal_app_take_sample(CalApp *app, const CalAddress *tag, double uv_index)
{
  const CalInstant now = cal_app_now();
  cal_app_announce_reading(app, tag, uv_index);
  if (cal_app_keep_in_era(app, tag, uv_index))
    return;
  if (now >= CAL_DATING_EARLIEST)
    keep_sample(app, tag, now, uv_index);
  else
    cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_LEDGER,
                "a sample is let go: it cannot be stored without a date, and the clock stands before 2020");
}

/* The gate must be on stable storage before the press acts. */
static gboolean
store_gate(CalApp *app, CalAppTag *tag)
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  g_autoptr(GError) error = NULL;
  const gboolean stored = cal_app_store_gate(app, tag, &error);
  cal_address_format(&tag->address, address);
  if (!stored)
    cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_LEDGER, "the presses of %s cannot be taken: %s", address,
                error->message);
  cal_app_tell_ledger(app, error);
  return stored;
}

static void
enter_press(CalApp *app, CalAppTag *tag, unsigned place, CalBthomePress press)
{
  char address[CAL_ADDRESS_TEXT_SIZE], slot[CAL_BTHOME_SLOT_TEXT_SIZE];
  g_autoptr(GError) error = NULL;
  cal_address_format(&tag->address, address);
  if (!cal_bthome_slot_format(place, press, slot))
    return;
  g_autofree char *name = g_strdup_printf("%s %s", address, slot);
  CalEntry entry = cal_app_entry(CAL_ENTRY_PRESS, CAL_WAY_BUTTON, 0, name, "1");
  if (!cal_app_enter(app, &entry, &error))
    g_warning("a press of %s was not taken: %s", address, cal_app_loggable(error));
}

/* Whether presses of this packet may count: a key proves them, or the owner allowed unproven ones. */
static gboolean
may_count(CalApp *app, const CalAppTag *tag, const CalPressPacket *packet)
{
  const CalSource *source = cal_context_source(app->context, &tag->address);
  return (packet->encrypted && packet->authentic) || (source != NULL && source->allows_plain);
}

/* Who watches is told why nothing came of a press, which is otherwise kept nowhere. */
static void
show_press(CalApp *app, const CalAppTag *tag, unsigned place, CalBthomePress press)
{
  char address[CAL_ADDRESS_TEXT_SIZE], slot[CAL_BTHOME_SLOT_TEXT_SIZE];
  cal_address_format(&tag->address, address);
  if (!cal_bthome_slot_format(place, press, slot))
    return;
  g_autofree char *sentence =
      tag->kind == CAL_TAG_BTHOME
          ? g_strdup_printf("%s: button %s was pressed and counts nothing, since it is not encrypted; "
                            "'calciferctl tags allow %s yes' lets it count",
                            address, slot, address)
          : g_strdup_printf(
                "%s: button %s was pressed, as its broadcast says, which counts nothing beside what "
                "it was adopted for (%s)",
                address, slot, cal_app_tag_kind_name(tag->kind));
  cal_app_announce(app, "", cal_entry_kind_name(CAL_ENTRY_PRESS), cal_app_now(), sentence);
}

/* A tag that serves more than BTHome counts by that alone. */
static void
take_presses(CalApp *app, CalAppTag *tag, const CalPressPacket *packet, const CalPressResult *result)
{
  for (unsigned i = 0; i < result->n_buttons; i++) {
    if (result->button[i] == CAL_PRESS_COUNT && tag->kind == CAL_TAG_BTHOME && may_count(app, tag, packet))
      enter_press(app, tag, i + 1, packet->button[i]);
    else if (result->button[i] == CAL_PRESS_COUNT)
      show_press(app, tag, i + 1, packet->button[i]);
    else if (result->button[i] == CAL_PRESS_DUPLICATE && tag->kind == CAL_TAG_BTHOME)
      cal_ledger_count_duplicate(app->ledger, &tag->address);
  }
}

/* A tag that was heard by its buttons first, and taken for nothing more, measures UV after all. What its
 * owner said stays. */
static void
mend_role(CalApp *app, const CalAddress *tag)
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  g_autoptr(GError) error = NULL;
  const CalSource *source = cal_context_source(app->context, tag);
  if (source == NULL || !source->role_is_guess || source->role != CAL_ROLE_BUTTONS)
    return;
  cal_address_format(tag, address);
  CalEntry entry = cal_app_entry(CAL_ENTRY_ROLE, CAL_WAY_DAEMON, 0, address, cal_role_name(CAL_ROLE_AMBIENT));
  if (!cal_app_enter(app, &entry, &error))
    g_warning("the role of %s was not mended: %s", address, cal_app_loggable(error));
}

static void
take_measurements(CalApp *app, CalAppTag *tag, const CalBthome *packet)
{
  double value;
  if (cal_bthome_value(packet, CAL_BTHOME_BATTERY, &value))
    tag->battery_percent = (int)value;
  if (!cal_bthome_value(packet, CAL_BTHOME_UV_INDEX, &value))
    return;
  /* Where a tag also stores records, those count and this is for the eye alone. */
  if (tag->kind == CAL_TAG_BTHOME) {
    mend_role(app, &tag->address);
    cal_app_take_sample(app, &tag->address, value);
  } else {
    cal_app_announce_reading(app, &tag->address, value);
  }
}

/* What a person can do about a packet that is not believed. That its counter began anew is told as long as it
 * waits for an answer, see cal_app_tag_why(). */
static char *
why_refused(CalPressVerdict verdict, const CalAddress *tag)
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  cal_address_format(tag, address);
  switch (verdict) {
  case CAL_PRESS_NOTHING:
  case CAL_PRESS_DUPLICATE:
  case CAL_PRESS_COUNT:
  case CAL_PRESS_COUNTER_ANEW:
    return NULL;
  case CAL_PRESS_NEEDS_KEY:
    return g_strdup_printf("It is encrypted and its key is not known: type 'calciferctl tags key %s'.",
                           address);
  case CAL_PRESS_NOT_AUTHENTIC:
    return g_strdup_printf(
        "Its packets are not sealed with the key that is known: type 'calciferctl tags key "
        "%s' to give the right one.",
        address);
  case CAL_PRESS_DOWNGRADE:
    return g_strdup("An unencrypted packet came in its name, and is not believed, since it has a key.");
  case CAL_PRESS_REPLAY:
  case CAL_PRESS_OTHER_BYTES:
  case CAL_PRESS_CROWDED:
    return g_strdup_printf("Its last press was refused: %s.", cal_press_verdict_text(verdict));
  }
  return NULL;
}

/* Of packets that only repeat measurements nobody needs to know: a tag may send each counter twice. */
static gboolean
is_worth_telling(const CalPressResult *judged)
{
  switch (judged->packet) {
  case CAL_PRESS_REPLAY:
  case CAL_PRESS_OTHER_BYTES:
    break;
  case CAL_PRESS_NOTHING:
  case CAL_PRESS_COUNT:
  case CAL_PRESS_DUPLICATE:
  case CAL_PRESS_NEEDS_KEY:
  case CAL_PRESS_NOT_AUTHENTIC:
  case CAL_PRESS_DOWNGRADE:
  case CAL_PRESS_COUNTER_ANEW:
  case CAL_PRESS_CROWDED:
    return TRUE;
  }
  for (unsigned i = 0; i < judged->n_buttons; i++) {
    if (judged->button[i] == judged->packet)
      return TRUE;
  }
  return FALSE;
}

static void
note_refusal(CalAppTag *tag, const CalPressResult *judged)
{
  if (!is_worth_telling(judged))
    return;
  g_free(tag->refused);
  tag->refused = why_refused(judged->packet, &tag->address);
}

void
cal_app_take_broadcast(CalApp *app, const CalAddress *address, const guint8 *bytes, gsize n_bytes,
                       gboolean snapshot)
{
  CalAppTag *tag = cal_app_tag(app, address);
  if (tag == NULL)
    return;
  CalBthome decoded;
  CalPressPacket packet;
  CalPressResult judged;
  CalBthomeKey key;
  const guint8 *octets = cal_keys_find(app->keys, address);
  if (octets != NULL)
    memcpy(key.octet, octets, sizeof key.octet);
  const CalBthomeResult result =
      cal_bthome_decode(bytes, n_bytes, octets != NULL ? &key : NULL, address, &decoded);
  cal_press_packet_make(&packet, bytes, n_bytes, octets != NULL, result, &decoded);
  packet.snapshot = snapshot;
  cal_press_gate_step(&tag->gate, &packet, cal_app_now(), &judged);
  note_refusal(tag, &judged);
  if (!snapshot)
    tag->last_seen = cal_app_now();
  if (judged.store_soon)
    cal_app_store_gate_soon(app, tag);
  if (judged.store && !store_gate(app, tag))
    return;
  if (judged.measurements && result == CAL_BTHOME_OK)
    take_measurements(app, tag, &decoded);
  take_presses(app, tag, &packet, &judged);
  if (judged.packet != CAL_PRESS_NOTHING || judged.n_buttons > 0)
    cal_app_tags_changed(app);
  else if (app->flush_id == 0)
    cal_app_tell_measured_soon(app);
}
