/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tag.h"

#include <string.h>

#include "outbox.h"
#include "packing.h"
#include "procedure.h"

enum { TYPE_UV = 1, TYPE_INTAKE = 2, TYPE_WEAR = 3, TYPE_CLOCK = 4 };

#define RESPONSE_CODE        6
#define RESPONSE_NUMBER      5
#define PER_NOTIFICATION_MAX (SIM_PACKET_MAX / SIM_RECORD_SIZE)

typedef struct Report {
  gboolean active;
  guint32 next; /* sequence to go on from */
  guint32 last; /* inclusive */
} Report;

struct SimTag {
  SimTagOptions options;
  SimTagHooks hooks;
  SimFaults faults;
  SimStore *store;
  SimOutbox *outbox;
  GByteArray *history;

  guint16 boot;
  gint64 started; /* true time of this start */
  gboolean clock_is_set;
  gint64 clock_offset; /* shown time - true time */
  guint32 sequence;    /* last one given */
  guint32 deleted_up_to;
  guint deletes;

  gboolean linked;
  guint mtu;
  gboolean records_on;
  gboolean racp_on;
  gboolean busy; /* from an accepted request until its answer is sent */
  Report report;
  guint32 live_next; /* first sequence not notified yet, while records_on */
};

static gint64
true_now(const SimTag *tag)
{
  return tag->hooks.now(tag->hooks.user);
}

static guint32
draw_log_id(void)
{
  guint32 id = g_random_int();
  return id ? id : 1;
}

SimTag *
sim_tag_new(const SimTagOptions *options, const SimTagHooks *hooks)
{
  SimTag *tag = g_new0(SimTag, 1);
  tag->options = *options;
  tag->options.per_notification = CLAMP(options->per_notification, 1, PER_NOTIFICATION_MAX);
  if (tag->options.log_id == 0)
    tag->options.log_id = draw_log_id();
  tag->hooks = *hooks;
  tag->store = sim_store_new(options->capacity);
  tag->outbox = sim_outbox_new();
  tag->history = g_byte_array_new();
  tag->boot = 1;
  tag->started = true_now(tag);
  tag->clock_is_set = options->clock_set;
  return tag;
}

void
sim_tag_free(SimTag *tag)
{
  sim_store_free(tag->store);
  sim_outbox_free(tag->outbox);
  g_byte_array_unref(tag->history);
  g_free(tag);
}

static guint32
uptime_at(const SimTag *tag, gint64 when)
{
  return (guint32)MAX(0, when - tag->started);
}

guint32
sim_tag_shown_clock(const SimTag *tag)
{
  return tag->clock_is_set ? (guint32)(true_now(tag) + tag->clock_offset) : 0;
}

/* ---- storing ---------------------------------------------------------------------------------------- */

static void
start_log(SimTag *tag)
{
  tag->options.log_id = draw_log_id();
  tag->sequence = 0;
  tag->deleted_up_to = 0;
  tag->live_next = 1;
  tag->report.active = FALSE;
  sim_store_clear(tag->store);
}

static void
remember(SimTag *tag, const SimRecord *record)
{
  guint8 log_id[4];
  sim_put_u32(log_id, tag->options.log_id);
  g_byte_array_append(tag->history, log_id, sizeof log_id);
  g_byte_array_append(tag->history, record->bytes, SIM_RECORD_SIZE);
}

static guint32
store_record(SimTag *tag, SimRecord *record)
{
  if (tag->sequence == G_MAXUINT32 - 1) /* the profile: at 2^32-1 a new log begins */
    start_log(tag);
  tag->sequence++;
  sim_put_u32(record->bytes, tag->sequence);
  sim_store_append(tag->store, record);
  remember(tag, record);
  tag->hooks.advert(tag->hooks.user);
  if (tag->linked && tag->records_on)
    tag->hooks.busy(tag->hooks.user);
  return tag->sequence;
}

/* Everything but sequence and payload. A tag without a clock can only say how long it has been on. */
static SimRecord
record_of(const SimTag *tag, guint8 type, gint64 when, guint8 flags)
{
  SimRecord record = { 0 };
  guint32 time = tag->clock_is_set ? (guint32)(when + tag->clock_offset) : uptime_at(tag, when);
  sim_put_u32(record.bytes + 4, time);
  sim_put_u16(record.bytes + 8, tag->boot);
  record.bytes[10] = type;
  record.bytes[11] = (guint8)((flags & ~SIM_FLAG_CLOCK) | (tag->clock_is_set ? SIM_FLAG_CLOCK : 0));
  return record;
}

guint32
sim_tag_uv(SimTag *tag, gint64 start, guint16 duration_s, guint16 mean_centi, guint16 max_centi, guint8 flags)
{
  SimRecord record = record_of(tag, TYPE_UV, start, flags);
  sim_put_u16(record.bytes + 12, duration_s);
  sim_put_u16(record.bytes + 14, mean_centi);
  sim_put_u16(record.bytes + 16, max_centi);
  return store_record(tag, &record);
}

guint32
sim_tag_intake(SimTag *tag, guint8 slot, guint8 presses)
{
  SimRecord record = record_of(tag, TYPE_INTAKE, true_now(tag), 0);
  record.bytes[12] = slot;
  record.bytes[13] = presses;
  return store_record(tag, &record);
}

guint32
sim_tag_wear(SimTag *tag, gboolean on)
{
  SimRecord record = record_of(tag, TYPE_WEAR, true_now(tag), on ? SIM_FLAG_WORN : 0);
  record.bytes[12] = on ? 1 : 0;
  return store_record(tag, &record);
}

guint32
sim_tag_raw(SimTag *tag, const guint8 bytes[SIM_RECORD_SIZE])
{
  SimRecord record;
  memcpy(record.bytes, bytes, SIM_RECORD_SIZE);
  return store_record(tag, &record);
}

/* ---- characteristics -------------------------------------------------------------------------------- */

void
sim_tag_read_feature(const SimTag *tag, guint8 out[SIM_TAG_FEATURE_SIZE])
{
  out[0] = tag->options.version;
  sim_put_u16(out + 1, tag->options.features);
  out[3] = tag->options.slots;
  sim_put_u32(out + 4, tag->options.capacity);
  sim_put_u32(out + 8, tag->options.log_id);
}

void
sim_tag_read_clock(const SimTag *tag, guint8 out[SIM_TAG_CLOCK_SIZE])
{
  sim_put_u32(out, sim_tag_shown_clock(tag));
  sim_put_u32(out + 4, uptime_at(tag, true_now(tag)));
  sim_put_u16(out + 8, tag->boot);
}

guint8
sim_tag_write_clock(SimTag *tag, const guint8 *bytes, gsize size)
{
  if (size != 4)
    return SIM_ATT_INVALID_LENGTH;
  guint32 before = sim_tag_shown_clock(tag);
  sim_tag_set_clock(tag, sim_get_u32(bytes));
  SimRecord record = record_of(tag, TYPE_CLOCK, true_now(tag), 0);
  sim_put_u32(record.bytes + 12, uptime_at(tag, true_now(tag)));
  sim_put_u32(record.bytes + 16, before);
  store_record(tag, &record);
  return 0;
}

void
sim_tag_advert(const SimTag *tag, guint8 out[SIM_TAG_ADVERT_SIZE])
{
  sim_put_u32(out, tag->options.log_id);
  sim_put_u32(out + 4, tag->sequence);
}

/* ---- the control point ------------------------------------------------------------------------------ */

static void
answer_code(SimTag *tag, guint early, guint8 opcode, SimCode code)
{
  guint8 bytes[4] = { RESPONSE_CODE, 0, opcode, (guint8)code };
  sim_outbox_answer(tag->outbox, early, bytes, sizeof bytes);
}

/* The chosen records as [first, end) of the store. */
static void
choose(const SimTag *tag, const SimRequest *request, guint *first, guint *end)
{
  guint count = sim_store_count(tag->store);
  *first = 0;
  *end = count;
  switch (request->choice) {
  case SIM_CHOICE_FIRST:
    *end = MIN(count, 1);
    return;
  case SIM_CHOICE_LAST:
    *first = count - MIN(count, 1);
    return;
  case SIM_CHOICE_RANGE:
    *first = sim_store_find(tag->store, request->low);
    if (request->high < G_MAXUINT32)
      *end = sim_store_find(tag->store, request->high + 1);
    return;
  }
}

static void
begin_report(SimTag *tag, const SimRequest *request)
{
  guint first, end;
  choose(tag, request, &first, &end);
  if (first >= end) {
    answer_code(tag, 0, SIM_OPCODE_REPORT, SIM_CODE_NO_RECORDS);
    return;
  }
  if (tag->faults.lie_report) {
    answer_code(tag, 0, SIM_OPCODE_REPORT, SIM_CODE_SUCCESS);
    return;
  }
  tag->report = (Report){ .active = TRUE,
                          .next = sim_record_sequence(sim_store_at(tag->store, first)),
                          .last = sim_record_sequence(sim_store_at(tag->store, end - 1)) };
}

static void
answer_number(SimTag *tag, const SimRequest *request)
{
  guint first, end;
  choose(tag, request, &first, &end);
  guint8 bytes[6] = { RESPONSE_NUMBER, 0 };
  sim_put_u32(bytes + 2, end > first ? end - first : 0);
  sim_outbox_answer(tag->outbox, 0, bytes, sizeof bytes);
}

static void
delete_records(SimTag *tag, const SimRequest *request)
{
  if (tag->faults.lie_delete) {
    answer_code(tag, 0, SIM_OPCODE_DELETE, SIM_CODE_SUCCESS);
    return;
  }
  guint removed = sim_store_delete_up_to(tag->store, request->high);
  tag->deleted_up_to = MAX(tag->deleted_up_to, request->high);
  tag->deletes++;
  answer_code(tag, 0, SIM_OPCODE_DELETE, removed ? SIM_CODE_SUCCESS : SIM_CODE_NO_RECORDS);
}

/* Nothing runs after an abort, whether anything ran before or not: both are success. */
static void
abort_procedure(SimTag *tag)
{
  tag->report.active = FALSE;
  sim_outbox_cancel(tag->outbox);
  answer_code(tag, 0, SIM_OPCODE_ABORT, SIM_CODE_SUCCESS);
}

static void
begin(SimTag *tag, const SimRequest *request)
{
  switch ((SimOpcode)request->opcode) {
  case SIM_OPCODE_REPORT:
    begin_report(tag, request);
    return;
  case SIM_OPCODE_NUMBER:
    answer_number(tag, request);
    return;
  case SIM_OPCODE_DELETE:
    delete_records(tag, request);
    return;
  case SIM_OPCODE_ABORT:
    abort_procedure(tag);
    return;
  case SIM_OPCODE_NONE:
    g_assert_not_reached();
  }
}

guint8
sim_tag_write_racp(SimTag *tag, const guint8 *bytes, gsize size)
{
  if (tag->faults.racp_error)
    return (guint8)tag->faults.racp_error;
  if (size == 0)
    return SIM_ATT_INVALID_LENGTH;
  if (!tag->records_on || !tag->racp_on)
    return SIM_ATT_CCC_IMPROPER;
  SimRequest request;
  SimCode code = sim_request_parse(bytes, size, &request);
  if (tag->busy && bytes[0] != SIM_OPCODE_ABORT)
    return SIM_ATT_PROCEDURE_ACTIVE;
  tag->busy = TRUE;
  if (code == SIM_CODE_SUCCESS)
    begin(tag, &request);
  else
    answer_code(tag, 0, bytes[0], code);
  tag->hooks.busy(tag->hooks.user);
  return 0;
}

/* ---- sending ---------------------------------------------------------------------------------------- */

static guint
records_to_a_packet(const SimTag *tag)
{
  guint fit = tag->mtu > 3 ? (tag->mtu - 3) / SIM_RECORD_SIZE : 1;
  return CLAMP(fit, 1, tag->options.per_notification);
}

/* Copies stored records of [*next, last]; *next moves behind them. Returns the bytes copied. */
static gsize
collect(const SimTag *tag, guint32 *next, guint32 last, guint8 *out)
{
  gsize size = 0;
  guint most = records_to_a_packet(tag);
  guint index = sim_store_find(tag->store, *next);
  for (guint i = 0; i < most; i++) {
    const SimRecord *record = sim_store_at(tag->store, index + i);
    if (!record || sim_record_sequence(record) > last)
      break;
    memcpy(out + size, record->bytes, SIM_RECORD_SIZE);
    size += SIM_RECORD_SIZE;
    *next = sim_record_sequence(record) + 1;
  }
  return size;
}

/* TRUE while the report has more. */
static gboolean
report_some(SimTag *tag)
{
  guint8 bytes[SIM_PACKET_MAX];
  gsize size = collect(tag, &tag->report.next, tag->report.last, bytes);
  if (size)
    sim_outbox_report(tag->outbox, &tag->faults, bytes, size);
  return size > 0;
}

static void
end_report(SimTag *tag)
{
  tag->report.active = FALSE;
  if (!tag->faults.never_answer)
    answer_code(tag, tag->faults.early_answer, SIM_OPCODE_REPORT, SIM_CODE_SUCCESS);
}

/* One stretch of the report, in whatever order the faults want. FALSE when the report had no more. */
static gboolean
report_stretch(SimTag *tag)
{
  guint stretch = MAX(1, tag->faults.shuffle);
  guint before = sim_outbox_length(tag->outbox);
  gboolean more = TRUE;
  for (guint i = 0; i < stretch && more; i++)
    more = report_some(tag);
  if (tag->faults.shuffle)
    sim_outbox_shuffle(tag->outbox, sim_outbox_length(tag->outbox) - before);
  return more;
}

static void
refill_from_report(SimTag *tag)
{
  while (tag->report.active && sim_outbox_length(tag->outbox) <= tag->faults.early_answer)
    if (!report_stretch(tag))
      end_report(tag);
}

static void
refill_live(SimTag *tag)
{
  guint8 bytes[SIM_PACKET_MAX];
  gsize size = collect(tag, &tag->live_next, G_MAXUINT32, bytes);
  if (size)
    sim_outbox_live(tag->outbox, bytes, size);
}

static void
refill(SimTag *tag)
{
  if (tag->report.active)
    refill_from_report(tag);
  else if (!tag->busy && tag->records_on && sim_outbox_length(tag->outbox) == 0)
    refill_live(tag);
}

gboolean
sim_tag_step(SimTag *tag)
{
  if (!tag->linked)
    return FALSE;
  refill(tag);
  g_autofree SimPacket *packet = sim_outbox_pop(tag->outbox);
  if (!packet)
    return FALSE;
  if (packet->kind == SIM_PACKET_ANSWER) {
    tag->busy = tag->report.active; /* a refused abort does not end what it could not stop */
    tag->hooks.indicate(packet->bytes, packet->size, tag->hooks.user);
  } else {
    tag->hooks.notify(packet->bytes, packet->size, tag->hooks.user);
  }
  return TRUE;
}

/* ---- the link --------------------------------------------------------------------------------------- */

static void
forget_pending(SimTag *tag)
{
  tag->busy = FALSE;
  tag->report.active = FALSE;
  sim_outbox_clear(tag->outbox);
}

void
sim_tag_link_up(SimTag *tag, guint mtu)
{
  forget_pending(tag);
  tag->linked = TRUE;
  tag->mtu = mtu;
}

void
sim_tag_link_down(SimTag *tag)
{
  forget_pending(tag);
  tag->linked = FALSE;
  tag->records_on = FALSE;
  tag->racp_on = FALSE;
}

void
sim_tag_subscribe_records(SimTag *tag, gboolean on)
{
  if (on && !tag->records_on)
    tag->live_next = tag->sequence + 1;
  tag->records_on = on;
}

void
sim_tag_subscribe_racp(SimTag *tag, gboolean on)
{
  tag->racp_on = on;
}

/* ---- mishaps ---------------------------------------------------------------------------------------- */

void
sim_tag_new_log(SimTag *tag)
{
  start_log(tag);
  tag->hooks.advert(tag->hooks.user);
}

void
sim_tag_reboot(SimTag *tag)
{
  tag->boot++;
  tag->started = true_now(tag);
  tag->clock_is_set = FALSE;
}

void
sim_tag_jump(SimTag *tag, guint32 by)
{
  tag->sequence += MIN(by, G_MAXUINT32 - 1 - tag->sequence);
}

void
sim_tag_set_clock(SimTag *tag, guint32 shown)
{
  tag->clock_is_set = shown != 0;
  tag->clock_offset = shown ? (gint64)shown - true_now(tag) : 0;
}

SimFaults *
sim_tag_faults(SimTag *tag)
{
  return &tag->faults;
}

/* ---- what a test wants to know ---------------------------------------------------------------------- */

const SimStore *
sim_tag_store(const SimTag *tag)
{
  return tag->store;
}

const SimTagOptions *
sim_tag_options(const SimTag *tag)
{
  return &tag->options;
}

guint32
sim_tag_newest(const SimTag *tag)
{
  return tag->sequence;
}

guint32
sim_tag_deleted_up_to(const SimTag *tag)
{
  return tag->deleted_up_to;
}

guint
sim_tag_deletes(const SimTag *tag)
{
  return tag->deletes;
}

gboolean
sim_tag_is_busy(const SimTag *tag)
{
  return tag->busy;
}

const GByteArray *
sim_tag_history(const SimTag *tag)
{
  return tag->history;
}
