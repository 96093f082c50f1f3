/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "timer.h"

typedef struct Shot {
  CalTimer *timer;
  void (*fired)(gpointer data);
  gpointer data;
} Shot;

gint64
cal_timer_now_ms(void)
{
  return g_get_monotonic_time() / 1000;
}

void
cal_timer_clear(CalTimer *timer)
{
  if (!timer->source)
    return;
  g_source_destroy(timer->source);
  g_clear_pointer(&timer->source, g_source_unref);
}

static gboolean
on_timeout(gpointer data)
{
  const Shot shot = *(Shot *)data;
  g_clear_pointer(&shot.timer->source, g_source_unref);
  shot.fired(shot.data);
  return G_SOURCE_REMOVE;
}

void
cal_timer_set(CalTimer *timer, gint64 due_ms, void (*fired)(gpointer data), gpointer data)
{
  if (timer->source && timer->due_ms == due_ms)
    return;
  cal_timer_clear(timer);
  if (due_ms == G_MAXINT64)
    return;
  const gint64 wait_ms = due_ms - cal_timer_now_ms();
  Shot *shot = g_new(Shot, 1);
  *shot = (Shot){ timer, fired, data };
  timer->due_ms = due_ms;
  timer->source = g_timeout_source_new((guint)CLAMP(wait_ms, 0, G_MAXINT));
  g_source_set_callback(timer->source, on_timeout, shot, g_free);
  g_source_attach(timer->source, g_main_context_get_thread_default());
}
