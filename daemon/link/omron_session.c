/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "omron_session.h"

#include <stdio.h>

#include <calcifer/omron.h>

#include "fault.h"
#include "gatt.h"
#include "timer.h"

struct CalOmronSession {
  CalOmronHost host;
  GCancellable *cancellable;
  char *device;
  char *latest; /* paths of characteristics; NULL: the sensor has none */
  char *newest;
  char *request;
  char *flag;
  char *row;
  char *time;
  gboolean told_set_up;
  CalOmronState logged;
  CalTimer timer;
};

static void feed(CalOmronSession *session, CalOmronEvent event);

/* -- The run, as it is remembered: log id, whether it has a page, interval, page, created, since */

static char *
format_run(const CalOmronRun *run)
{
  return g_strdup_printf("%u %d %u %u %u %u", run->log_id, run->anchored, run->interval_s, run->page,
                         run->created, run->since);
}

/* What cannot be read is no run: the sensor is met anew, which counts nothing twice. */
static void
parse_run(const char *text, CalOmronRun *run)
{
  guint anchored, interval_s;
  CalOmronRun read = { 0 };
  if (text == NULL || sscanf(text, "%u %u %u %u %u %u", &read.log_id, &anchored, &interval_s, &read.page,
                             &read.created, &read.since) != 6)
    return;
  read.anchored = anchored != 0;
  read.interval_s = (guint16)interval_s;
  *run = read;
}

/* -- The owner's part: carried out at once */

static CalOmronEvent
stored_or_not(CalOmronSession *session, gboolean ok, CalOmronEventKind kind, const GError *error)
{
  if (ok)
    return (CalOmronEvent){ .kind = kind };
  g_autofree char *text = g_malloc(CAL_ADDRESS_TEXT_SIZE);
  cal_address_format(session->host.tag, text);
  g_warning("The log of sensor %s waits on the sensor, since it cannot be stored: %s", text,
            error ? error->message : "no reason given");
  return (CalOmronEvent){ .kind = CAL_OMRON_STORE_FAILED };
}

static CalOmronEvent
look(CalOmronSession *session)
{
  const CalOmronHost *host = &session->host;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = host->owner->recall(host->tag, host->owner_data, &error);
  CalOmronRun run = { 0 };
  CalLogProgress progress = { 0 };
  parse_run(text, &run);
  const gboolean ok = !error && (run.log_id == 0 || host->owner->progress(host->tag, run.log_id, &progress,
                                                                          host->owner_data, &error));
  CalOmronEvent event = stored_or_not(session, ok, CAL_OMRON_LOOKED, error);
  event.run = run;
  event.floor = progress.floor;
  event.settled = progress.settled;
  event.newest = progress.newest;
  return event;
}

static gboolean
keep_run(CalOmronSession *session, GError **error)
{
  const CalOmronHost *host = &session->host;
  g_autofree char *text = format_run(&host->log->run);
  return host->owner->remember(host->tag, text, host->owner_data, error);
}

/* A log is closed by the floor of the next: what else comes of it was never written. */
static CalOmronEvent
store(CalOmronSession *session, const CalOmronAction *action)
{
  const CalOmronHost *host = &session->host;
  const CalOmronLog *log = host->log;
  const guint32 log_id = log->run.log_id;
  g_autoptr(GError) error = NULL;
  gboolean ok;
  if (action->kind == CAL_OMRON_KEEP_RUN)
    ok = keep_run(session, &error);
  else if (action->kind == CAL_OMRON_SET_FLOOR)
    ok = host->owner->set_floor(host->tag, log_id, action->first, host->owner_data, &error);
  else if (action->kind == CAL_OMRON_MARK_LOST)
    ok = host->owner->mark_lost(host->tag, log_id, action->first, action->last, host->owner_data, &error);
  else
    ok = host->owner->records(host->tag, log_id, 0, (const guint8(*)[CAL_RECORD_SIZE])log->batch,
                              log->n_batch, host->owner_data, &error);
  host->changed(host->data);
  return stored_or_not(session, ok, CAL_OMRON_STORED, error);
}

/* -- The sensor's part: answered later */

static void
feed_bytes(CalOmronSession *session, CalOmronEventKind kind, GVariant *value, const GError *error)
{
  gsize n_bytes = 0;
  if (error) {
    g_debug("%s: %s", session->device, error->message);
    feed(session, (CalOmronEvent){ .kind = CAL_OMRON_CALL_FAILED, .fault = cal_fault_of_gatt(error) });
    return;
  }
  const guint8 *bytes = value ? g_variant_get_fixed_array(value, &n_bytes, 1) : NULL;
  feed(session, (CalOmronEvent){ .kind = kind,
                                 .bytes = bytes,
                                 .n_bytes = n_bytes,
                                 .host_now = g_get_real_time() / G_USEC_PER_SEC,
                                 .host_believable =
                                     session->host.owner->clock_is_believable(session->host.owner_data) });
}

static void
on_clock_read(GVariant *value, const GError *error, gpointer data)
{
  feed_bytes(data, CAL_OMRON_CLOCK_READ, value, error);
}

static void
on_clock_written(GVariant *value, const GError *error, gpointer data)
{
  feed_bytes(data, CAL_OMRON_CLOCK_WRITTEN, value, error);
}

static void
on_newest_read(GVariant *value, const GError *error, gpointer data)
{
  feed_bytes(data, CAL_OMRON_NEWEST_READ, value, error);
}

static void
on_requested(GVariant *value, const GError *error, gpointer data)
{
  feed_bytes(data, CAL_OMRON_REQUESTED, value, error);
}

static void
on_flag_read(GVariant *value, const GError *error, gpointer data)
{
  feed_bytes(data, CAL_OMRON_FLAG_READ, value, error);
}

static void
on_row_read(GVariant *value, const GError *error, gpointer data)
{
  feed_bytes(data, CAL_OMRON_ROW_READ, value, error);
}

/* For the eye alone: what counts comes from the log. */
static void
on_latest_read(GVariant *value, const GError *error, gpointer data)
{
  CalOmronSession *session = data;
  gsize n_bytes = 0;
  CalOmronRow row;
  const guint8 *bytes = value ? g_variant_get_fixed_array(value, &n_bytes, 1) : NULL;
  if (bytes && cal_omron_row_decode(bytes, n_bytes, &row))
    session->host.owner->uv_index(session->host.tag, CAL_TAG_OMRON, MAX(row.uv_index, 0) / 100.0,
                                  session->host.owner_data);
  feed_bytes(session, CAL_OMRON_LATEST_READ, value, error);
}

static void
write_clock(CalOmronSession *session, guint32 time)
{
  guint8 bytes[CAL_OMRON_TIME_SIZE];
  cal_omron_time_encode(time, bytes);
  cal_gatt_write(session->host.bluez, session->time, bytes, sizeof bytes, session->cancellable,
                 on_clock_written, session);
}

static void
write_request(CalOmronSession *session, const CalOmronAction *action)
{
  guint8 bytes[CAL_OMRON_REQUEST_SIZE];
  cal_omron_request_encode(action->page, action->row, bytes);
  cal_gatt_write(session->host.bluez, session->request, bytes, sizeof bytes, session->cancellable,
                 on_requested, session);
}

static void
read_value(CalOmronSession *session, const char *path, CalGattDone done)
{
  cal_gatt_read(session->host.bluez, path, session->cancellable, done, session);
}

/* -- The machine's driver */

/* Carries one action out. True when its answer is there at once, in *event. */
static gboolean
perform(CalOmronSession *session, const CalOmronAction *action, CalOmronEvent *event)
{
  switch (action->kind) {
  case CAL_OMRON_NOTHING:
    return FALSE;
  case CAL_OMRON_LOOK:
    *event = look(session);
    return TRUE;
  case CAL_OMRON_KEEP_RUN:
  case CAL_OMRON_SET_FLOOR:
  case CAL_OMRON_MARK_LOST:
  case CAL_OMRON_COMMIT:
    *event = store(session, action);
    return TRUE;
  case CAL_OMRON_READ_CLOCK:
    read_value(session, session->time, on_clock_read);
    return FALSE;
  case CAL_OMRON_WRITE_CLOCK:
    write_clock(session, action->clock_time);
    return FALSE;
  case CAL_OMRON_READ_NEWEST:
    read_value(session, session->newest, on_newest_read);
    return FALSE;
  case CAL_OMRON_REQUEST:
    write_request(session, action);
    return FALSE;
  case CAL_OMRON_READ_FLAG:
    read_value(session, session->flag, on_flag_read);
    return FALSE;
  case CAL_OMRON_READ_ROW:
    read_value(session, session->row, on_row_read);
    return FALSE;
  case CAL_OMRON_READ_LATEST:
    read_value(session, session->latest, on_latest_read);
    return FALSE;
  case CAL_OMRON_FAIL:
    session->host.ended(cal_fault_for_life(action->fault), session->host.data);
    return FALSE;
  }
  return FALSE;
}

static void
on_time(gpointer data)
{
  feed(data, (CalOmronEvent){ .kind = CAL_OMRON_TIME });
}

static void
log_state(CalOmronSession *session)
{
  const CalOmronState state = session->host.log->state;
  if (state == session->logged)
    return;
  g_debug("%s: log %s → %s", session->device, cal_omron_state_name(session->logged),
          cal_omron_state_name(state));
  session->logged = state;
  session->host.changed(session->host.data);
}

static void
tell_set_up(CalOmronSession *session)
{
  if (session->told_set_up || !session->host.log->set_up)
    return;
  session->told_set_up = TRUE;
  session->host.ended(CAL_LIFE_FAULT_NONE, session->host.data);
}

static void
feed(CalOmronSession *session, CalOmronEvent event)
{
  CalOmronLog *log = session->host.log;
  CalOmronAction action;
  do
    action = cal_omron_log_step(log, &event, cal_timer_now_ms());
  while (perform(session, &action, &event));
  log_state(session);
  tell_set_up(session);
  cal_timer_set(&session->timer, cal_omron_log_deadline_ms(log), on_time, session);
}

/* -- Beginning and end */

void
cal_omron_session_clock_news(CalOmronSession *session)
{
  feed(session, (CalOmronEvent){ .kind = CAL_OMRON_CLOCK_NEWS });
}

/* Characteristics are looked up anew in each connection. */
static void
on_services(gboolean told, gpointer data)
{
  CalOmronSession *session = data;
  CalBluez *bluez = session->host.bluez;
  if (!told) {
    session->host.ended(CAL_LIFE_FAULT_OTHER, session->host.data);
    return;
  }
  session->latest = cal_gatt_find(bluez, session->device, CAL_UUID_OMRON_LATEST);
  session->newest = cal_gatt_find(bluez, session->device, CAL_UUID_OMRON_NEWEST);
  session->request = cal_gatt_find(bluez, session->device, CAL_UUID_OMRON_REQUEST);
  session->flag = cal_gatt_find(bluez, session->device, CAL_UUID_OMRON_FLAG);
  session->row = cal_gatt_find(bluez, session->device, CAL_UUID_OMRON_ROW);
  session->time = cal_gatt_find(bluez, session->device, CAL_UUID_OMRON_TIME);
  if (session->latest && session->newest && session->request && session->flag && session->row &&
      session->time)
    feed(session, (CalOmronEvent){ .kind = CAL_OMRON_OPENED });
  else
    session->host.ended(CAL_LIFE_FAULT_UNSUITABLE, session->host.data);
}

CalOmronSession *
cal_omron_session_new(const CalOmronHost *host, const char *device)
{
  CalOmronSession *session = g_new0(CalOmronSession, 1);
  session->host = *host;
  session->device = g_strdup(device);
  session->cancellable = g_cancellable_new();
  session->logged = host->log->state;
  cal_bluez_refresh(host->bluez, session->cancellable, on_services, session);
  return session;
}

void
cal_omron_session_free(CalOmronSession *session)
{
  if (!session)
    return;
  g_cancellable_cancel(session->cancellable);
  feed(session, (CalOmronEvent){ .kind = CAL_OMRON_ENDED });
  cal_timer_clear(&session->timer);
  g_object_unref(session->cancellable);
  g_free(session->device);
  g_free(session->latest);
  g_free(session->newest);
  g_free(session->request);
  g_free(session->flag);
  g_free(session->row);
  g_free(session->time);
  g_free(session);
}
