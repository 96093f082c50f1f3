/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 *            noted               told long ago: days and tags are told
 *   nothing ───────▶ it is new ─────────────────────────────────────────▶ nothing
 *                       │                                                   ▲
 *                       │ told just now                 it is due, or the   │
 *                       └───────────────▶ it waits ─────────────────────────┘
 *                                          ▲    │       backlog is over
 *                                          └────┘ noted
 */
#include "measured.h"

#include "tags.h"
#include "turn.h"

#define TELL_EVERY_MS 10000

void
cal_app_note_measured(CalApp *app, CalSpan span)
{
  const gboolean first = app->measured.end <= app->measured.start;
  app->measured.start = first ? span.start : MIN(app->measured.start, span.start);
  app->measured.end = first ? span.end : MAX(app->measured.end, span.end);
}

static void
tell_days(CalApp *app)
{
  CalDate first, last;
  if (app->measured.end <= app->measured.start)
    return;
  cal_days_touched(app->days, app->measured, &first, &last);
  app->measured = (CalSpan){ 0, 0 };
  cal_app_tell_records(app, first, last, NULL);
}

static void
tell(CalApp *app)
{
  g_clear_handle_id(&app->measured_id, g_source_remove);
  app->measured_told_us = g_get_monotonic_time();
  cal_ledger_hold_still(app->ledger); /* a dozen questions, without a lock for each */
  tell_days(app);
  cal_app_tell_tags_now(app); /* with the days, so that the bus is told once */
  cal_ledger_let_go(app->ledger);
}

static gboolean
on_due(gpointer data)
{
  CalApp *app = data;
  app->measured_id = 0;
  if (app->flush_id == 0)
    tell(app);
  return G_SOURCE_REMOVE;
}

guint
cal_app_measured_due_ms(const CalApp *app)
{
  const gint64 since_ms = (g_get_monotonic_time() - app->measured_told_us) / G_TIME_SPAN_MILLISECOND;
  return app->measured_told_us == 0 || since_ms >= TELL_EVERY_MS ? 0 : (guint)(TELL_EVERY_MS - since_ms);
}

void
cal_app_tell_measured_soon(CalApp *app)
{
  const guint due_ms = cal_app_measured_due_ms(app);
  if (due_ms == 0)
    tell(app);
  else if (app->measured_id == 0)
    app->measured_id = g_timeout_add(due_ms, on_due, app);
}

void
cal_app_end_measured(CalApp *app)
{
  if (app->measured_id != 0 && app->flush_id == 0)
    tell(app);
}
