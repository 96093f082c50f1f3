/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include "../../../lib/machine/habit.h"

static void
test_example(void **state)
{
  (void)state;
  CalHabit habit;
  cal_habit_init(&habit);
  for (int64_t now_ms = 0; now_ms <= 80000; now_ms += 10000)
    cal_habit_hear(&habit, false, now_ms);
  assert_false(cal_habit_is_silent(&habit, 80000 + 99999));
  assert_true(cal_habit_is_silent(&habit, 80000 + 100000));
}

/* Heard `times` times, once in `interval_ms`; returns when the last was. */
static int64_t
hear(CalHabit *habit, int times, int64_t interval_ms, int64_t now_ms)
{
  for (int i = 0; i < times; i++)
    cal_habit_hear(habit, false, now_ms += interval_ms);
  return now_ms;
}

static void
test_few_hearings_are_no_habit(void **state)
{
  (void)state;
  CalHabit habit;
  cal_habit_init(&habit);
  assert_int_equal(cal_habit_deadline_ms(&habit), CAL_HABIT_NEVER);
  const int64_t now_ms = hear(&habit, CAL_HABIT_LEARNED, 10000, 0); /* one interval less */
  assert_int_equal(cal_habit_deadline_ms(&habit), CAL_HABIT_NEVER);
  hear(&habit, 1, 10000, now_ms);
  assert_int_not_equal(cal_habit_deadline_ms(&habit), CAL_HABIT_NEVER);
}

static void
test_who_speaks_when_something_happens_has_none(void **state)
{
  (void)state;
  CalHabit habit;
  cal_habit_init(&habit);
  for (int64_t now_ms = 0; now_ms < 1000000; now_ms += 10000)
    cal_habit_hear(&habit, true, now_ms);
  assert_int_equal(cal_habit_deadline_ms(&habit), CAL_HABIT_NEVER);
  const int64_t now_ms = hear(&habit, 20, 10000, 1000000);
  assert_int_not_equal(cal_habit_deadline_ms(&habit), CAL_HABIT_NEVER);
  cal_habit_hear(&habit, true, now_ms + 10000);
  assert_int_equal(cal_habit_deadline_ms(&habit), CAL_HABIT_NEVER);
}

static void
test_copies_are_one_hearing(void **state)
{
  (void)state;
  CalHabit habit;
  cal_habit_init(&habit);
  for (int64_t now_ms = 0; now_ms <= 200000; now_ms += 20000)
    for (int copy = 0; copy < 6; copy++)
      cal_habit_hear(&habit, false, now_ms + copy * 150);
  assert_in_range(habit.mean_ms, 19000, 21000);
}

static void
test_how_long_a_silence_is(void **state)
{
  (void)state;
  static const struct {
    int64_t interval_ms, silence_ms;
  } rows[] = { { 1000, CAL_HABIT_LEAST_MS }, { 2000, CAL_HABIT_LEAST_MS }, { 8800, 88000 }, { 60000, 600000 },
               { 360000, 3600000 },          { 361000, CAL_HABIT_NEVER } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalHabit habit;
    cal_habit_init(&habit);
    const int64_t now_ms = hear(&habit, 40, rows[i].interval_ms, 0);
    const int64_t deadline_ms = cal_habit_deadline_ms(&habit);
    assert_int_equal(deadline_ms == CAL_HABIT_NEVER ? deadline_ms : deadline_ms - now_ms, rows[i].silence_ms);
  }
}

/* A day away is not an interval, and the tag is missed again as soon as before. */
static void
test_an_absence_is_not_learned(void **state)
{
  (void)state;
  CalHabit habit;
  cal_habit_init(&habit);
  int64_t now_ms = hear(&habit, 20, 10000, 0);
  now_ms = hear(&habit, 1, 86400000, now_ms);
  assert_false(cal_habit_is_silent(&habit, now_ms));
  assert_int_equal(cal_habit_deadline_ms(&habit) - now_ms, 100000);
}

static void
test_a_new_interval_is_learned(void **state)
{
  (void)state;
  CalHabit habit;
  cal_habit_init(&habit);
  const int64_t now_ms = hear(&habit, 20, 10000, 0);
  const int64_t later_ms = hear(&habit, 60, 40000, now_ms);
  assert_in_range(cal_habit_deadline_ms(&habit) - later_ms, 390000, 400000);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_few_hearings_are_no_habit),
    cmocka_unit_test(test_who_speaks_when_something_happens_has_none),
    cmocka_unit_test(test_copies_are_one_hearing),
    cmocka_unit_test(test_how_long_a_silence_is),
    cmocka_unit_test(test_an_absence_is_not_learned),
    cmocka_unit_test(test_a_new_interval_is_learned),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
