/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "intake.h"

#include "broadcast.h"
#include "commit.h"
#include "error.h"
#include "measured.h"
#include "publish.h"
#include "tags.h"
#include "turn.h"
#include "zone_watch.h"

#include <calcifer/record.h>

/* More fresh records than this at once are a backlog, and announced as one. */
#define ANNOUNCED_ONE_BY_ONE 4

/* In a batch that is larger, of a backlog, nobody looks which records are fresh. */
#define LOOKED_AT_ONE_BY_ONE 16

/* -- Storage for the record transfer
 * ---------------------------------------------------------------------------- */

static gboolean
on_progress(const CalAddress *tag, guint32 log_id, CalLogProgress *progress, gpointer data, GError **error)
{
  CalApp *app = data;
  CalLogState state;
  if (!cal_ledger_log_state(app->ledger, tag, log_id, &state, error))
    return FALSE;
  *progress = (CalLogProgress){ state.floor, state.settled, state.newest };
  return TRUE;
}

static gboolean
on_next_gap(const CalAddress *tag, guint32 log_id, guint32 from, guint32 up_to, guint32 *first, guint32 *last,
            gpointer data, GError **error)
{
  return cal_ledger_next_gap(((CalApp *)data)->ledger, tag, log_id, from, up_to, first, last, error);
}

static gboolean
on_set_floor(const CalAddress *tag, guint32 log_id, guint32 floor, gpointer data, GError **error)
{
  return cal_ledger_set_floor(((CalApp *)data)->ledger, tag, log_id, floor, error);
}

static gboolean
on_mark_lost(const CalAddress *tag, guint32 log_id, guint32 first, guint32 last, gpointer data,
             GError **error)
{
  CalApp *app = data;
  if (!cal_ledger_mark_lost(app->ledger, tag, log_id, first, last, error))
    return FALSE;
  cal_app_tags_changed(app);
  return TRUE;
}

static gboolean
on_barrier(const CalAddress *tag, gpointer data, GError **error)
{
  CalApp *app = data;
  (void)tag;
  if (app->ledger_trouble) {
    g_set_error_literal(error, CAL_ERROR, CAL_ERROR_STORAGE,
                        "the ledger has trouble; nothing is deleted meanwhile");
    return FALSE;
  }
  return cal_ledger_barrier(app->ledger, error);
}

/* What a link keeps of a tag beside its records. It is no event: without it nothing is counted twice. */
static char *
key_of(const CalAddress *tag)
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  cal_address_format(tag, address);
  return g_strconcat("link ", address, NULL);
}

static char *
on_recall(const CalAddress *tag, gpointer data, GError **error)
{
  g_autofree char *key = key_of(tag);
  return cal_ledger_recall(((CalApp *)data)->ledger, key, error);
}

static gboolean
on_remember(const CalAddress *tag, const char *text, gpointer data, GError **error)
{
  g_autofree char *key = key_of(tag);
  return cal_ledger_remember(((CalApp *)data)->ledger, key, text, error);
}

/* -- Records
 * ------------------------------------------------------------------------------------------------------ */

/* Light is told by its record's number alone: the signal is heard by all of the session. */
static char *
record_sentence(CalApp *app, const CalAddress *tag, const char *address, const CalRecord *record)
{
  if (record->type != CAL_RECORD_INTAKE)
    return g_strdup_printf("%s: record %u", address, record->sequence);
  g_autofree char *slot = g_strdup_printf("%u", record->intake.slot);
  const CalProduct *product = cal_context_mapped(app->context, tag, slot);
  return g_strdup_printf("%s: button %s was pressed, %s", address, slot,
                         product != NULL ? product->name : "which means no product");
}

static void
announce_record(CalApp *app, const CalAddress *tag, guint32 log_id, const guint8 raw[CAL_RECORD_SIZE],
                CalInstant at)
{
  CalRecord record;
  char id[CAL_ENTRY_ID_SIZE], address[CAL_ADDRESS_TEXT_SIZE];
  cal_address_format(tag, address);
  cal_record_decode(raw, &record);
  cal_event_record_id(tag, log_id, record.sequence, id);
  g_autofree char *sentence = record_sentence(app, tag, address, &record);
  const char *type = cal_record_type_name(record.type);
  cal_app_announce(app, id, type != NULL ? type : "unknown", at, sentence);
}

static void
announce_backlog(CalApp *app, const CalAddress *tag, gsize n_records, CalInstant at)
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  cal_address_format(tag, address);
  g_autofree char *sentence = g_strdup_printf("%s brought %" G_GSIZE_FORMAT " records", address, n_records);
  cal_app_announce(app, "", "records", at, sentence);
}

/* A batch may hold what came before, too: a record that was notified while it was being asked for. */
static gboolean
is_known(CalApp *app, const CalAddress *tag, guint32 log_id, const guint8 raw[CAL_RECORD_SIZE])
{
  CalRecord record;
  CalInstant at;
  char id[CAL_ENTRY_ID_SIZE];
  cal_record_decode(raw, &record);
  cal_event_record_id(tag, log_id, record.sequence, id);
  return cal_ledger_record_instant(app->ledger, id, &at, NULL);
}

/* Which of a batch are new, before it is committed; none of a batch that is a backlog anyway. */
static guint64
fresh_ones(CalApp *app, const CalAddress *tag, guint32 log_id, const guint8 (*raw)[CAL_RECORD_SIZE],
           gsize n_records)
{
  guint64 fresh = 0;
  for (gsize i = 0; n_records <= LOOKED_AT_ONE_BY_ONE && i < n_records; i++) {
    gboolean again = is_known(app, tag, log_id, raw[i]);
    for (gsize j = 0; j < i && !again; j++)
      again = memcmp(raw[i], raw[j], sizeof(guint32)) == 0; /* the sequence */
    fresh |= again ? 0 : G_GUINT64_CONSTANT(1) << i;
  }
  return fresh;
}

static void
announce(CalApp *app, const CalAddress *tag, guint32 log_id, const guint8 (*raw)[CAL_RECORD_SIZE],
         gsize n_records, guint64 fresh, gsize n_fresh, CalInstant at)
{
  if (n_fresh > ANNOUNCED_ONE_BY_ONE || n_records > LOOKED_AT_ONE_BY_ONE) {
    if (n_fresh > 0)
      announce_backlog(app, tag, n_fresh, at);
    return;
  }
  for (gsize i = 0; i < n_records; i++)
    if ((fresh >> i & 1) != 0)
      announce_record(app, tag, log_id, raw[i], at);
}

/* A live record that is dated as it says can be stepped; anything else is folded again. */
static gboolean
is_plain(const guint8 raw[CAL_RECORD_SIZE], CalSpan touched)
{
  CalRecord record;
  cal_record_decode(raw, &record);
  return (record.flags & CAL_RECORD_FLAG_CLOCK_SET) != 0 && (CalInstant)record.time == touched.start;
}

/* Of a backlog each batch would fold its days anew, that the next one touches again: they are told together,
 * and who asks for one of them meanwhile has it folded. */
static void
spread_records(CalApp *app, const CalAddress *tag, guint32 log_id, const guint8 (*raw)[CAL_RECORD_SIZE],
               gsize n_records, CalSpan touched)
{
  CalDate first, last;
  const CalInstant now = cal_app_now();
  CalEvent event = {
    .kind = CAL_EVENT_RECORD, .at = touched.start, .tag = *tag, .of.record = { log_id, { 0 } }
  };
  if (touched.end <= touched.start)
    return; /* nothing that is dated */
  const gboolean live = n_records == 1 && is_plain(raw[0], touched);
  cal_days_touched(app->days, touched, &first, &last);
  if (live) {
    memcpy(event.of.record.raw, raw[0], CAL_RECORD_SIZE);
    cal_days_take(app->days, &event, now);
  } else {
    cal_days_drop(app->days, first, last);
  }
  if (n_records > LOOKED_AT_ONE_BY_ONE) {
    cal_app_note_measured(app, touched);
    cal_app_tell_measured_soon(app);
  } else {
    cal_app_tell_records(app, first, last, live ? &event : NULL);
  }
}

/* What a batch came to. */
typedef struct {
  CalTally tally;
  CalSpan touched;
} Taken;

static gboolean
commit_records(CalApp *app, const CalAddress *tag, guint32 log_id, const guint8 (*raw)[CAL_RECORD_SIZE],
               gsize n_records, Taken *taken, GError **error)
{
  *taken = (Taken){ 0 };
  const gboolean committed = cal_ledger_append_records(app->ledger, tag, log_id, raw, n_records,
                                                       cal_app_now(), &taken->tally, &taken->touched, error);
  cal_app_tell_ledger(app, committed || error == NULL ? NULL : *error);
  return committed;
}

static void
bring_records(CalApp *app, const CalAddress *tag, guint32 log_id, const guint8 (*raw)[CAL_RECORD_SIZE],
              gsize n_records, const Taken *taken)
{
  if (taken->tally.fresh > 0)
    spread_records(app, tag, log_id, raw, n_records, taken->touched);
  cal_app_tags_changed(app);
}

gboolean
cal_app_take_records(CalApp *app, const CalAddress *tag, guint32 log_id, const guint8 (*raw)[CAL_RECORD_SIZE],
                     gsize n_records, GError **error)
{
  Taken taken;
  if (!commit_records(app, tag, log_id, raw, n_records, &taken, error))
    return FALSE;
  bring_records(app, tag, log_id, raw, n_records, &taken);
  return TRUE;
}

static gboolean
on_records(const CalAddress *tag, guint32 log_id, guint8 slots, const guint8 (*raw)[CAL_RECORD_SIZE],
           gsize n_records, gpointer data, GError **error)
{
  CalApp *app = data;
  Taken taken;
  (void)slots;
  const guint64 fresh = fresh_ones(app, tag, log_id, raw, n_records);
  if (!commit_records(app, tag, log_id, raw, n_records, &taken, error))
    return FALSE;
  announce(app, tag, log_id, raw, n_records, fresh, taken.tally.fresh, cal_app_now());
  bring_records(app, tag, log_id, raw, n_records, &taken);
  return TRUE;
}

/* -- Live values
 * ---------------------------------------------------------------------------------------------------- */

static void
on_uv_index(const CalAddress *tag, CalTagKind kind, double uv_index, gpointer data)
{
  CalApp *app = data;
  if (kind == CAL_TAG_ESS)
    cal_app_take_sample(app, tag, uv_index);
  else
    cal_app_announce_reading(app, tag, uv_index);
}

static void
on_broadcast(const CalAddress *tag, const guint8 *bytes, gsize n_bytes, gboolean snapshot, gpointer data)
{
  cal_app_take_broadcast(data, tag, bytes, n_bytes, snapshot);
}

/* The host's clock may be given to a tag when it is synchronised, or when it at least does not contradict
 * what is known: not before the ledger's newest event or the program's release, nor ten years after that. */
#define RELEASED_AT G_GINT64_CONSTANT(1790000000) /* 2026-09-21 */
#define TEN_YEARS_S G_GINT64_CONSTANT(315576000)

static gboolean
on_clock_is_believable(gpointer data)
{
  CalApp *app = data;
  CalSpan extent;
  const CalInstant now = cal_app_now();
  if (cal_system_clock_synchronised(app->system))
    return TRUE;
  if (now < RELEASED_AT || now > RELEASED_AT + TEN_YEARS_S)
    return FALSE;
  return cal_ledger_extent(app->ledger, &extent, NULL) &&
         (extent.end == CAL_INSTANT_NONE || now >= extent.end);
}

static void
on_tag_changed(const CalLinkStatus *status, gpointer data)
{
  CalApp *app = data;
  CalAppTag *tag = cal_app_tag(app, &status->address);
  if (tag == NULL)
    return;
  if (status->name != NULL && !g_str_equal(status->name, tag->name)) {
    g_free(tag->name);
    tag->name = g_utf8_make_valid(status->name, -1);
  }
  tag->connected = status->connected;
  if (status->battery_percent >= 0)
    tag->battery_percent = status->battery_percent;
  if (status->last_seen != CAL_INSTANT_NONE)
    tag->last_seen = status->last_seen;
  const gboolean came = tag->transfer_of > 0 && status->transfer_of == 0;
  tag->transfer_done = status->transfer_done;
  tag->transfer_of = status->transfer_of;
  tag->clock_left_alone = status->clock_left_alone;
  tag->bond = status->bond;
  g_free(tag->why);
  tag->why = g_strdup(status->why);
  if (came)
    cal_app_end_measured(app);
  cal_app_tags_changed(app);
  cal_app_allow_sleep(app);
}

static void
on_radio_changed(CalRadio radio, gpointer data)
{
  CalApp *app = data;
  app->radio = radio;
  cal_app_allow_sleep(app);
  cal_app_publish_service(app);
  cal_app_tell(
      app, &(CalTurnEvent){ .kind = CAL_TURN_RADIO,
                            .of.radio = cal_radio_serves(radio) ? CAL_RADIO_STATE_ON : CAL_RADIO_STATE_OFF });
}

const CalLinkOwner cal_app_link_owner = {
  .progress = on_progress,
  .next_gap = on_next_gap,
  .set_floor = on_set_floor,
  .mark_lost = on_mark_lost,
  .records = on_records,
  .barrier = on_barrier,
  .recall = on_recall,
  .remember = on_remember,
  .clock_is_believable = on_clock_is_believable,
  .broadcast = on_broadcast,
  .uv_index = on_uv_index,
  .tag_changed = on_tag_changed,
  .radio_changed = on_radio_changed,
};
