/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "turn.h"

#include "effects.h"
#include "error.h"
#include "tags.h"

/* An event with its own copies of what it points at. */
typedef struct {
  CalTurnEvent event;
  gpointer owned;
} Told;

static gpointer
copy_borrowed(CalTurnEvent *event)
{
  gpointer copy = NULL;
  switch (event->kind) {
  case CAL_TURN_CONTEXT:
    copy = g_new(CalContext, 1);
    cal_context_copy(copy, event->of.context);
    event->of.context = copy;
    break;
  case CAL_TURN_ENTRY:
    event->of.entry.entry = copy = g_memdup2(event->of.entry.entry, sizeof *event->of.entry.entry);
    break;
  case CAL_TURN_RECORDS:
    if (event->of.records.event != NULL)
      event->of.records.event = copy = g_memdup2(event->of.records.event, sizeof *event->of.records.event);
    break;
  case CAL_TURN_DAY:
    event->of.day = copy = g_memdup2(event->of.day, sizeof *event->of.day);
    break;
  case CAL_TURN_TAGS:
    event->of.tags.tag = copy =
        g_memdup2(event->of.tags.tag, event->of.tags.n_tags * sizeof *event->of.tags.tag);
    break;
  case CAL_TURN_BEGIN:
  case CAL_TURN_TICK:
  case CAL_TURN_RADIO:
  case CAL_TURN_LEDGER:
  case CAL_TURN_NOTIFIER:
  case CAL_TURN_SETTINGS:
  case CAL_TURN_ACTION:
    break;
  }
  return copy;
}

static void
moment_of(CalApp *app, CalInstant now, CalMoment *moment)
{
  CalDayFrame frame;
  const CalDate date = cal_zones_date(app->zones, now);
  cal_zones_frame(app->zones, date, &frame);
  *moment = (CalMoment){ .now = now,
                         .date = date,
                         .minute = cal_frame_minute(&frame, now),
                         .day_ends = cal_frame_extent(&frame).end,
                         .day_begins = cal_frame_extent(&frame).start };
  for (guint32 i = 0; i < frame.n_pieces; i++) {
    if (now >= frame.piece[i].span.start && now < frame.piece[i].span.end)
      moment->utc_offset_s = frame.piece[i].utc_offset_s;
  }
}

static void
turn_once(CalApp *app, const CalTurnEvent *event)
{
  CalMoment moment;
  g_autofree CalEffect *effects = g_new(CalEffect, CAL_TURN_MAX_EFFECTS);
  moment_of(app, cal_app_now(), &moment);
  const gsize n = cal_turn(app->turn, event, &moment, effects);
  for (gsize i = 0; i < n; i++)
    cal_app_carry_out(app, &effects[i]);
  cal_app_seek_notifier(app);
}

void
cal_app_tell(CalApp *app, const CalTurnEvent *event)
{
  Told *told = g_new(Told, 1);
  told->event = *event;
  told->owned = copy_borrowed(&told->event);
  g_queue_push_tail(app->told, told);
  if (app->turning)
    return;
  app->turning = TRUE;
  while ((told = g_queue_pop_head(app->told)) != NULL) {
    turn_once(app, &told->event);
    g_free(told->owned);
    g_free(told);
  }
  app->turning = FALSE;
}

void
cal_app_tell_day(CalApp *app, const CalDayResult *result)
{
  cal_app_tell(app, &(CalTurnEvent){ .kind = CAL_TURN_DAY, .of.day = result });
}

void
cal_app_tell_entry(CalApp *app, const CalEntry *entry, CalDate first, CalDate last, gboolean setting)
{
  cal_app_tell(app, &(CalTurnEvent){ .kind = CAL_TURN_ENTRY, .of.entry = { entry, first, last, setting } });
}

void
cal_app_tell_records(CalApp *app, CalDate first, CalDate last, const CalEvent *event)
{
  cal_app_tell(app, &(CalTurnEvent){ .kind = CAL_TURN_RECORDS, .of.records = { first, last, event } });
}

void
cal_app_tell_context(CalApp *app)
{
  cal_days_context(app->days, cal_app_now(), app->context);
  cal_app_tell(app, &(CalTurnEvent){ .kind = CAL_TURN_CONTEXT, .of.context = app->context });
}

void
cal_app_tell_tags(CalApp *app)
{
  CalTagState states[CAL_CONTEXT_MAX_TAGS];
  const gsize n = cal_app_tag_states(app, states);
  cal_app_tell(app, &(CalTurnEvent){ .kind = CAL_TURN_TAGS, .of.tags = { states, n } });
}

void
cal_app_tell_ledger(CalApp *app, const GError *problem)
{
  app->ledger_damaged = app->ledger_damaged || g_error_matches(problem, CAL_ERROR, CAL_ERROR_DAMAGED);
  const gboolean trouble = problem != NULL || app->ledger_damaged;
  if (trouble == app->ledger_trouble)
    return;
  app->ledger_trouble = trouble;
  cal_app_tell(app, &(CalTurnEvent){ .kind = CAL_TURN_LEDGER, .of.ledger_trouble = trouble });
}

gboolean
cal_app_tell_action(CalApp *app, CalTurnAction action, guint32 alert, gint64 snooze_s, const char *entry_id,
                    GError **error)
{
  CalTurnEvent event = { .kind = CAL_TURN_ACTION, .of.action = { action, alert, snooze_s, "" } };
  if (entry_id != NULL)
    g_strlcpy(event.of.action.entry_id, entry_id, sizeof event.of.action.entry_id);
  g_clear_error(&app->unkept);
  cal_app_tell(app, &event);
  if (app->unkept == NULL)
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&app->unkept));
  return FALSE;
}
