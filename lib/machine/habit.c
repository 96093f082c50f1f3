/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "habit.h"

void
cal_habit_init(CalHabit *habit)
{
  *habit = (CalHabit){ .heard_ms = CAL_HABIT_NEVER };
}

/* The first interval is taken as it is, so that a slow tag needs no time to grow into its mean. */
static void
learn(CalHabit *habit, int64_t interval_ms)
{
  if (habit->learned == 0)
    habit->mean_ms = interval_ms;
  else
    habit->mean_ms += (interval_ms - habit->mean_ms) / 8;
  if (habit->learned < CAL_HABIT_LEARNED)
    habit->learned++;
}

/* A silence is no interval: who was away for a day would be missed only after ten. */
void
cal_habit_hear(CalHabit *habit, bool trigger_based, int64_t now_ms)
{
  const bool is_new = habit->heard_ms == CAL_HABIT_NEVER;
  const int64_t interval_ms = is_new ? 0 : now_ms - habit->heard_ms;
  if (trigger_based) {
    cal_habit_init(habit);
    return;
  }
  if (!is_new && interval_ms < CAL_HABIT_SAME_MS)
    return;
  if (!is_new && interval_ms <= CAL_HABIT_LONGEST_MS && !cal_habit_is_silent(habit, now_ms))
    learn(habit, interval_ms);
  habit->heard_ms = now_ms;
}

int64_t
cal_habit_deadline_ms(const CalHabit *habit)
{
  const int64_t beyond_ms = habit->mean_ms * CAL_HABIT_TIMES;
  if (habit->learned < CAL_HABIT_LEARNED || beyond_ms > CAL_HABIT_LONGEST_MS)
    return CAL_HABIT_NEVER;
  return habit->heard_ms + (beyond_ms > CAL_HABIT_LEAST_MS ? beyond_ms : CAL_HABIT_LEAST_MS);
}

bool
cal_habit_is_silent(const CalHabit *habit, int64_t now_ms)
{
  return now_ms >= cal_habit_deadline_ms(habit);
}
