/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "session.h"

#include <calcifer/record_access.h>
#include <calcifer/tag_clock.h>
#include <calcifer/tag_profile.h>

#include "bluez_names.h"
#include "fault.h"
#include "gatt.h"
#include "timer.h"
#include "uv.h"

struct CalSession {
  CalSessionHost host;
  GCancellable *cancellable;
  char *device;
  char *feature; /* paths of characteristics; NULL: the tag has none */
  char *clock;
  char *record;
  char *control;
  CalUv *uv; /* NULL: it serves none */
  gboolean told_set_up;
  gboolean feeding;
  gboolean writing; /* BlueZ has not answered the last write to the control point */
  gboolean write_waits;
  CalRecordAccessRequest waiting; /* the next one, when write_waits */
  CalTransferState logged;
  CalTimer timer;
};

static void feed(CalSession *session, CalTransferEvent event);

/* -- The owner's part: carried out at once */

static CalTransferEvent
stored_or_not(CalSession *session, gboolean ok, CalTransferEventKind kind, const GError *error)
{
  if (ok)
    return (CalTransferEvent){ .kind = kind };
  g_autofree char *text = g_malloc(CAL_ADDRESS_TEXT_SIZE);
  cal_address_format(session->host.tag, text);
  g_warning("The records of tag %s wait on the tag, since they cannot be stored: %s", text,
            error ? error->message : "no reason given");
  return (CalTransferEvent){ .kind = CAL_TRANSFER_STORE_FAILED };
}

static CalTransferEvent
commit(CalSession *session)
{
  const CalSessionHost *host = &session->host;
  const CalTransfer *transfer = host->transfer;
  g_autoptr(GError) error = NULL;
  const gboolean ok = host->owner->records(host->tag, transfer->feature.log_id, transfer->feature.slots,
                                           (const guint8(*)[CAL_RECORD_SIZE])transfer->batch,
                                           transfer->n_batch, host->owner_data, &error);
  host->changed(host->data);
  return stored_or_not(session, ok, CAL_TRANSFER_COMMITTED, error);
}

static CalTransferEvent
look(CalSession *session, guint32 from)
{
  const CalSessionHost *host = &session->host;
  const guint32 log_id = host->transfer->feature.log_id;
  g_autoptr(GError) error = NULL;
  CalLogProgress progress = { 0 };
  guint32 first = 0, last = 0;
  gboolean ok = host->owner->progress(host->tag, log_id, &progress, host->owner_data, &error);
  if (ok && progress.newest > progress.settled)
    host->owner->next_gap(host->tag, log_id, from, progress.newest, &first, &last, host->owner_data, &error);
  CalTransferEvent event = stored_or_not(session, ok && !error, CAL_TRANSFER_LOOKED, error);
  event.floor = progress.floor;
  event.settled = progress.settled;
  event.newest = progress.newest;
  event.gap_first = first;
  event.gap_last = last;
  return event;
}

static CalTransferEvent
store(CalSession *session, const CalTransferAction *action)
{
  const CalSessionHost *host = &session->host;
  const guint32 log_id = host->transfer->feature.log_id;
  g_autoptr(GError) error = NULL;
  gboolean ok;
  if (action->kind == CAL_TRANSFER_SET_FLOOR)
    ok = host->owner->set_floor(host->tag, log_id, action->first, host->owner_data, &error);
  else if (action->kind == CAL_TRANSFER_MARK_LOST)
    ok = host->owner->mark_lost(host->tag, log_id, action->first, action->last, host->owner_data, &error);
  else
    ok = host->owner->barrier(host->tag, host->owner_data, &error);
  return stored_or_not(session, ok, CAL_TRANSFER_STORED, error);
}

/* -- The tag's part: answered later */

static void
feed_bytes(CalSession *session, CalTransferEventKind kind, GVariant *value)
{
  gsize n_bytes = 0;
  const guint8 *bytes = g_variant_get_fixed_array(value, &n_bytes, 1);
  feed(session, (CalTransferEvent){ .kind = kind,
                                    .bytes = bytes,
                                    .n_bytes = n_bytes,
                                    .host_now = g_get_real_time() / G_USEC_PER_SEC,
                                    .host_believable =
                                        session->host.owner->clock_is_believable(session->host.owner_data) });
}

static void
feed_failure(CalSession *session, const GError *error)
{
  g_debug("%s: %s", session->device, error->message);
  feed(session, (CalTransferEvent){ .kind = CAL_TRANSFER_CALL_FAILED, .fault = cal_fault_of_gatt(error) });
}

static void
on_feature_read(GVariant *value, const GError *error, gpointer data)
{
  if (error)
    feed_failure(data, error);
  else
    feed_bytes(data, CAL_TRANSFER_FEATURE_READ, value);
}

static void
on_clock_read(GVariant *value, const GError *error, gpointer data)
{
  if (error)
    feed_failure(data, error);
  else
    feed_bytes(data, CAL_TRANSFER_CLOCK_READ, value);
}

static void
on_clock_set(GVariant *value, const GError *error, gpointer data)
{
  (void)value;
  if (error)
    feed_failure(data, error);
  else
    feed(data, (CalTransferEvent){ .kind = CAL_TRANSFER_CLOCK_SET });
}

static void
on_control_subscribed(GVariant *value, const GError *error, gpointer data)
{
  (void)value;
  if (error)
    feed_failure(data, error);
  else
    feed(data, (CalTransferEvent){ .kind = CAL_TRANSFER_SUBSCRIBED });
}

static void
on_records_subscribed(GVariant *value, const GError *error, gpointer data)
{
  CalSession *session = data;
  (void)value;
  if (error)
    feed_failure(session, error);
  else
    cal_gatt_start_notify(session->host.bluez, session->control, session->cancellable, on_control_subscribed,
                          session);
}

static void on_written(GVariant *value, const GError *error, gpointer data);

/* An answer of the tag may overtake BlueZ's own reply, and BlueZ takes one write at a time. */
static void
write_request(CalSession *session, const CalRecordAccessRequest *request)
{
  guint8 bytes[CAL_RECORD_ACCESS_REQUEST_MAX];
  if (session->writing) {
    session->waiting = *request;
    session->write_waits = TRUE;
    return;
  }
  session->writing = TRUE;
  const gsize n_bytes = cal_record_access_request_encode(request, bytes);
  cal_gatt_write(session->host.bluez, session->control, bytes, n_bytes, session->cancellable, on_written,
                 session);
}

static void
on_written(GVariant *value, const GError *error, gpointer data)
{
  CalSession *session = data;
  (void)value;
  session->writing = FALSE;
  if (session->write_waits) { /* the one that this answers is over already */
    session->write_waits = FALSE;
    write_request(session, &session->waiting);
  } else if (error) {
    feed_failure(session, error);
  }
}

static void
write_clock(CalSession *session, guint32 time)
{
  guint8 bytes[CAL_TAG_CLOCK_SETTING_SIZE];
  cal_tag_clock_setting_encode(time, bytes);
  cal_gatt_write(session->host.bluez, session->clock, bytes, sizeof bytes, session->cancellable, on_clock_set,
                 session);
}

/* -- The machine's driver */

/* Carries one action out. True when its answer is there at once, in *event. */
static gboolean
perform(CalSession *session, const CalTransferAction *action, CalTransferEvent *event)
{
  CalBluez *bluez = session->host.bluez;
  switch (action->kind) {
  case CAL_TRANSFER_NOTHING:
    return FALSE;
  case CAL_TRANSFER_LOOK:
    *event = look(session, action->first);
    return TRUE;
  case CAL_TRANSFER_COMMIT:
    *event = commit(session);
    return TRUE;
  case CAL_TRANSFER_SET_FLOOR:
  case CAL_TRANSFER_MARK_LOST:
  case CAL_TRANSFER_BARRIER:
    *event = store(session, action);
    return TRUE;
  case CAL_TRANSFER_READ_FEATURE:
    cal_gatt_read(bluez, session->feature, session->cancellable, on_feature_read, session);
    return FALSE;
  case CAL_TRANSFER_READ_CLOCK:
    cal_gatt_read(bluez, session->clock, session->cancellable, on_clock_read, session);
    return FALSE;
  case CAL_TRANSFER_WRITE_CLOCK:
    write_clock(session, action->clock_time);
    return FALSE;
  case CAL_TRANSFER_SUBSCRIBE:
    cal_gatt_start_notify(bluez, session->record, session->cancellable, on_records_subscribed, session);
    return FALSE;
  case CAL_TRANSFER_REQUEST:
    write_request(session, &action->request);
    return FALSE;
  case CAL_TRANSFER_FAIL:
    session->host.ended(cal_fault_for_life(action->fault), session->host.data);
    return FALSE;
  }
  return FALSE;
}

static void
on_time(gpointer data)
{
  feed(data, (CalTransferEvent){ .kind = CAL_TRANSFER_TIME });
}

static void
log_state(CalSession *session)
{
  const CalTransferState state = session->host.transfer->state;
  if (state == session->logged)
    return;
  g_debug("%s: transfer %s → %s", session->device, cal_transfer_state_name(session->logged),
          cal_transfer_state_name(state));
  session->logged = state;
  session->host.changed(session->host.data);
}

static void
tell_set_up(CalSession *session)
{
  if (session->told_set_up || !cal_transfer_is_set_up(session->host.transfer))
    return;
  session->told_set_up = TRUE;
  session->host.ended(CAL_LIFE_FAULT_NONE, session->host.data);
}

static void
feed(CalSession *session, CalTransferEvent event)
{
  CalTransfer *transfer = session->host.transfer;
  CalTransferAction action;
  do
    action = cal_transfer_step(transfer, &event, cal_timer_now_ms());
  while (perform(session, &action, &event));
  log_state(session);
  tell_set_up(session);
  cal_timer_set(&session->timer, cal_transfer_deadline_ms(transfer), on_time, session);
}

/* -- The UV index */

static void
on_uv_started(const GError *error, gpointer data)
{
  CalSession *session = data;
  if (session->host.kind == CAL_TAG_ESS)
    session->host.ended(error ? cal_fault_for_life(cal_fault_of_gatt(error)) : CAL_LIFE_FAULT_NONE,
                        session->host.data);
}

static void
take_uv_index(int uv_index, gpointer data)
{
  CalSession *session = data;
  session->host.owner->uv_index(session->host.tag, session->host.kind, uv_index, session->host.owner_data);
}

/* A tag that stores is read for the eye alone, which is not worth a poll. */
static void
begin_uv(CalSession *session)
{
  const CalUvHost host = { .bluez = session->host.bluez,
                           .may_poll = session->host.kind == CAL_TAG_ESS,
                           .started = on_uv_started,
                           .take = take_uv_index,
                           .data = session };
  g_autofree char *path = cal_gatt_find(session->host.bluez, session->device, CAL_UUID_UV_INDEX);
  if (path)
    session->uv = cal_uv_new(&host, path);
  else if (session->host.kind == CAL_TAG_ESS)
    session->host.ended(CAL_LIFE_FAULT_UNSUITABLE, session->host.data);
}

/* -- Beginning and end */

static void
take_notification(CalSession *session, const guint8 *bytes, gsize n_bytes)
{
  const gsize n_records = cal_record_count(n_bytes);
  if (n_records == 0)
    feed(session, (CalTransferEvent){ .kind = CAL_TRANSFER_JUNK });
  for (gsize i = 0; i < n_records; i++)
    feed(session, (CalTransferEvent){ .kind = CAL_TRANSFER_RECORD,
                                      .bytes = bytes + i * CAL_RECORD_SIZE,
                                      .n_bytes = CAL_RECORD_SIZE });
}

void
cal_session_take_value(CalSession *session, const char *path, GVariant *value)
{
  gsize n_bytes = 0;
  if (!g_variant_is_of_type(value, G_VARIANT_TYPE_BYTESTRING))
    return;
  const guint8 *bytes = g_variant_get_fixed_array(value, &n_bytes, 1);
  if (g_strcmp0(path, session->record) == 0)
    take_notification(session, bytes, n_bytes);
  else if (g_strcmp0(path, session->control) == 0)
    feed(session, (CalTransferEvent){ .kind = CAL_TRANSFER_ANSWER, .bytes = bytes, .n_bytes = n_bytes });
  else if (session->uv)
    cal_uv_take_value(session->uv, path, bytes, n_bytes);
}

void
cal_session_clock_news(CalSession *session)
{
  feed(session, (CalTransferEvent){ .kind = CAL_TRANSFER_CLOCK_NEWS });
}

static void
begin_tag_event(CalSession *session)
{
  if (!session->feature || !session->clock || !session->record || !session->control) {
    session->host.ended(CAL_LIFE_FAULT_UNSUITABLE, session->host.data);
    return;
  }
  feed(session, (CalTransferEvent){ .kind = CAL_TRANSFER_OPENED });
}

/* Characteristics are looked up anew in each connection: their paths may have moved with new firmware. */
static void
on_services(gboolean told, gpointer data)
{
  CalSession *session = data;
  CalBluez *bluez = session->host.bluez;
  if (!told) {
    session->host.ended(CAL_LIFE_FAULT_OTHER, session->host.data);
    return;
  }
  begin_uv(session);
  if (session->host.kind != CAL_TAG_EVENT)
    return;
  session->feature = cal_gatt_find(bluez, session->device, CAL_UUID_TAG_FEATURE);
  session->clock = cal_gatt_find(bluez, session->device, CAL_UUID_TAG_CLOCK);
  session->record = cal_gatt_find(bluez, session->device, CAL_UUID_EVENT_RECORD);
  session->control = cal_gatt_find(bluez, session->device, CAL_UUID_RECORD_ACCESS);
  begin_tag_event(session);
}

CalSession *
cal_session_new(const CalSessionHost *host, const char *device)
{
  CalSession *session = g_new0(CalSession, 1);
  session->host = *host;
  session->device = g_strdup(device);
  session->cancellable = g_cancellable_new();
  session->logged = host->transfer->state;
  cal_bluez_refresh(host->bluez, session->cancellable, on_services, session);
  return session;
}

/* What is in the batch is committed still. */
void
cal_session_free(CalSession *session)
{
  if (!session)
    return;
  g_cancellable_cancel(session->cancellable);
  feed(session, (CalTransferEvent){ .kind = CAL_TRANSFER_ENDED });
  cal_timer_clear(&session->timer);
  cal_uv_free(session->uv);
  g_object_unref(session->cancellable);
  g_free(session->device);
  g_free(session->feature);
  g_free(session->clock);
  g_free(session->record);
  g_free(session->control);
  g_free(session);
}
