/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "missed.h"

#include <machine/habit.h>

#include "timer.h"

#define TRIGGER_BASED 0x04 /* BTHome's device information: irregular, silence is normal */

struct CalMissed {
  CalHabit habit;
  CalTimer timer;
  gboolean is_missed;
  void (*changed)(gpointer data);
  gpointer data;
};

static void look(gpointer data);

static void
wait(CalMissed *missed)
{
  if (!missed->timer.source)
    cal_timer_set(&missed->timer, cal_habit_deadline_ms(&missed->habit), look, missed);
}

/* It may have been heard since the timer was set, which is not set anew for every packet. */
static void
look(gpointer data)
{
  CalMissed *missed = data;
  missed->is_missed = cal_habit_is_silent(&missed->habit, cal_timer_now_ms());
  if (missed->is_missed)
    missed->changed(missed->data);
  else
    wait(missed);
}

void
cal_missed_hear(CalMissed *missed, const guint8 *bytes, gsize n_bytes)
{
  const gboolean was_missed = missed->is_missed;
  cal_habit_hear(&missed->habit, n_bytes > 0 && (bytes[0] & TRIGGER_BASED), cal_timer_now_ms());
  missed->is_missed = FALSE;
  wait(missed);
  if (was_missed)
    missed->changed(missed->data);
}

gboolean
cal_missed_is(CalMissed *missed)
{
  return missed->is_missed;
}

CalMissed *
cal_missed_new(void (*changed)(gpointer data), gpointer data)
{
  CalMissed *missed = g_new0(CalMissed, 1);
  missed->changed = changed;
  missed->data = data;
  cal_habit_init(&missed->habit);
  return missed;
}

void
cal_missed_free(CalMissed *missed)
{
  cal_timer_clear(&missed->timer);
  g_free(missed);
}
