/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How often a broadcasting tag is heard, learned from itself, and whether it is silent beyond that.
 *
 *   CalHabit habit;
 *   cal_habit_init(&habit);
 *   for (int64_t now_ms = 0; now_ms <= 80000; now_ms += 10000)
 *     cal_habit_hear(&habit, false, now_ms);                         heard every ten seconds, nine times
 *   cal_habit_is_silent(&habit, 80000 + 99999)                       false
 *   cal_habit_is_silent(&habit, 80000 + 100000)                      true: ten of its intervals
 *
 * A tag that speaks only when something happens has no habit: its silence says nothing. Times are
 * milliseconds of a clock that never steps.
 */
#ifndef CAL_MACHINE_HABIT_H
#define CAL_MACHINE_HABIT_H

#include <stdbool.h>
#include <stdint.h>

#define CAL_HABIT_NEVER    INT64_MAX
#define CAL_HABIT_SAME_MS  1000  /* copies of one packet, on three channels and by two adapters */
#define CAL_HABIT_LEARNED  8     /* so many intervals make a habit */
#define CAL_HABIT_TIMES    10    /* so many intervals of silence are beyond it: the air loses some */
#define CAL_HABIT_LEAST_MS 60000 /* shorter silences are the way of the air */
#define CAL_HABIT_LONGEST_MS                                                                                 \
  3600000 /* a tag that speaks less than ten times an hour has no habit to rely on */

typedef struct CalHabit {
  int64_t heard_ms; /* CAL_HABIT_NEVER: not yet */
  int64_t mean_ms;  /* of its intervals, the newest weighing an eighth */
  unsigned learned; /* intervals, up to CAL_HABIT_LEARNED */
} CalHabit;

void cal_habit_init(CalHabit *habit);

/* Heard now. A trigger-based packet ends the habit. */
void cal_habit_hear(CalHabit *habit, bool trigger_based, int64_t now_ms);

/* When its silence is beyond its habit; CAL_HABIT_NEVER when it has none. */
int64_t cal_habit_deadline_ms(const CalHabit *habit);
bool cal_habit_is_silent(const CalHabit *habit, int64_t now_ms);

#endif
