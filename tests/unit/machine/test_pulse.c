/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include "../../../lib/machine/pulse.h"

static CalPulseAction
level(CalPulse *pulse, bool powered, bool running, bool missed, int64_t now_ms)
{
  const CalPulseEvent event = { .kind = CAL_PULSE_LEVEL,
                                .level = { .powered = powered, .running = running, .missed = missed } };
  return cal_pulse_step(pulse, &event, now_ms);
}

static CalPulseAction
looked(CalPulse *pulse, bool heard, int64_t now_ms)
{
  return cal_pulse_step(pulse, &(CalPulseEvent){ .kind = CAL_PULSE_LOOKED, .heard = heard }, now_ms);
}

static CalPulseAction
event(CalPulse *pulse, CalPulseEventKind kind, int64_t now_ms)
{
  return cal_pulse_step(pulse, &(CalPulseEvent){ .kind = kind }, now_ms);
}

static void
test_example(void **state)
{
  (void)state;
  CalPulse pulse;
  cal_pulse_init(&pulse);
  CalPulseEvent what = { .kind = CAL_PULSE_LEVEL,
                         .level = { .powered = true, .running = true, .missed = true } };
  assert_int_equal(cal_pulse_step(&pulse, &what, 0), CAL_PULSE_NOTHING);
  what.kind = CAL_PULSE_TIME;
  assert_int_equal(cal_pulse_step(&pulse, &what, CAL_PULSE_SETTLE_MS), CAL_PULSE_LOOK);
}

enum { OFF, STOPPED, WELL, MISSED, HEARD, SILENT, FAILED, TIME, COLUMNS };

static CalPulseAction
apply(CalPulse *pulse, int column, int64_t now_ms)
{
  switch (column) {
  case OFF:
    return level(pulse, false, false, true, now_ms);
  case STOPPED:
    return level(pulse, true, false, true, now_ms);
  case WELL:
    return level(pulse, true, true, false, now_ms);
  case MISSED:
    return level(pulse, true, true, true, now_ms);
  case HEARD:
    return looked(pulse, true, now_ms);
  case SILENT:
    return looked(pulse, false, now_ms);
  case FAILED:
    return event(pulse, CAL_PULSE_LOOK_FAILED, now_ms);
  default:
    return event(pulse, CAL_PULSE_TIME, now_ms);
  }
}

enum {
  R = CAL_PULSE_RESTING,
  T = CAL_PULSE_TRUSTING,
  K = CAL_PULSE_LOOKING,
  L = CAL_PULSE_LISTENING,
  C = CAL_PULSE_COMPARING,
  P = CAL_PULSE_PAUSING
};

/* clang-format off */
static const struct { unsigned char state, action; } next[CAL_PULSE_STATES][COLUMNS] = {
  /*       off      stopped  well     missed   heard    silent   failed   time */
  [R] = { { R, 0 }, { R, 0 }, { T, 0 }, { T, 0 }, { R, 0 }, { R, 0 }, { R, 0 }, { R, 0 } },
  [T] = { { R, 0 }, { R, 0 }, { T, 0 }, { K, 1 }, { T, 0 }, { T, 0 }, { T, 0 }, { K, 1 } },
  [K] = { { R, 0 }, { R, 0 }, { T, 0 }, { K, 0 }, { L, 0 }, { L, 0 }, { T, 0 }, { K, 0 } },
  [L] = { { R, 0 }, { R, 0 }, { T, 0 }, { L, 0 }, { L, 0 }, { L, 0 }, { L, 0 }, { C, 1 } },
  [C] = { { R, 0 }, { R, 0 }, { T, 0 }, { C, 0 }, { T, 0 }, { P, 2 }, { T, 0 }, { C, 0 } },
  [P] = { { R, 0 }, { P, 0 }, { P, 0 }, { P, 0 }, { P, 0 }, { P, 0 }, { P, 0 }, { R, 3 } },
};
/* clang-format on */

/* Some states wait for an answer or for the level, the others for time. */
static bool
has_deadline(const CalPulse *pulse)
{
  switch (pulse->state) {
  case CAL_PULSE_LISTENING:
  case CAL_PULSE_PAUSING:
    return true;
  case CAL_PULSE_TRUSTING:
    return pulse->level.missed;
  case CAL_PULSE_RESTING:
  case CAL_PULSE_LOOKING:
  case CAL_PULSE_COMPARING:
  case CAL_PULSE_STATES:
    return false;
  }
  return false;
}

static void
test_every_event_in_every_state(void **unused)
{
  (void)unused;
  const int64_t now_ms = 1000;
  for (CalPulseState state = 0; state < CAL_PULSE_STATES; state++)
    for (int column = 0; column < COLUMNS; column++) {
      CalPulse pulse = { .state = state,
                         .level = { .powered = true, .running = true, .missed = true },
                         .deadline_ms = CAL_PULSE_NEVER,
                         .trust_ms = now_ms };
      pulse.deadline_ms = has_deadline(&pulse) ? now_ms : CAL_PULSE_NEVER;
      const CalPulseAction action = apply(&pulse, column, now_ms);
      if (pulse.state != next[state][column].state || action != next[state][column].action)
        fail_msg("%s, event %d: %s, action %d", cal_pulse_state_name(state), column,
                 cal_pulse_state_name(pulse.state), action);
      assert_int_equal(pulse.deadline_ms != CAL_PULSE_NEVER, has_deadline(&pulse));
    }
}

static void
test_a_deadline_is_not_early(void **unused)
{
  (void)unused;
  for (CalPulseState state = 0; state < CAL_PULSE_STATES; state++) {
    CalPulse pulse = { .state = state, .level = { true, true, true }, .deadline_ms = 1000, .trust_ms = 1000 };
    assert_int_equal(event(&pulse, CAL_PULSE_TIME, 999), CAL_PULSE_NOTHING);
    assert_int_equal(pulse.state, state);
  }
}

static void
test_it_hears_others(void **unused)
{
  (void)unused;
  CalPulse pulse;
  cal_pulse_init(&pulse);
  level(&pulse, true, true, false, 0);
  assert_int_equal(pulse.deadline_ms, CAL_PULSE_NEVER);
  assert_int_equal(level(&pulse, true, true, true, 100000), CAL_PULSE_LOOK);
  looked(&pulse, true, 100100); /* the first look judges nothing */
  assert_int_equal(pulse.state, CAL_PULSE_LISTENING);
  assert_int_equal(event(&pulse, CAL_PULSE_TIME, 110100), CAL_PULSE_LOOK);
  assert_int_equal(looked(&pulse, true, 110200), CAL_PULSE_NOTHING);
  assert_int_equal(pulse.deadline_ms, 110200 + CAL_PULSE_ALIVE_MS);
  assert_false(cal_pulse_is_deaf(&pulse));
}

/* One round in which nothing is heard; returns when discovery ran again. */
static int64_t
deaf_round(CalPulse *pulse, int64_t now_ms)
{
  assert_int_equal(event(pulse, CAL_PULSE_TIME, now_ms), CAL_PULSE_LOOK);
  looked(pulse, false, now_ms);
  assert_int_equal(event(pulse, CAL_PULSE_TIME, now_ms += CAL_PULSE_LISTEN_MS), CAL_PULSE_LOOK);
  assert_int_equal(looked(pulse, false, now_ms), CAL_PULSE_PAUSE);
  level(pulse, true, false, true, now_ms + 50);
  assert_int_equal(event(pulse, CAL_PULSE_TIME, now_ms += CAL_PULSE_PAUSE_MS), CAL_PULSE_RESUME);
  level(pulse, true, true, true, now_ms + 50);
  return now_ms + 50;
}

static void
test_restarts_become_rarer_and_the_third_is_told(void **unused)
{
  (void)unused;
  static const int64_t minutes[] = { 1, 2, 4, 8, 16, 32, 60, 60 };
  CalPulse pulse;
  cal_pulse_init(&pulse);
  level(&pulse, true, true, true, 0);
  for (unsigned i = 0; i < sizeof minutes / sizeof *minutes; i++) {
    assert_int_equal(cal_pulse_is_deaf(&pulse), i >= CAL_PULSE_DEAF_MAX);
    const int64_t now_ms = deaf_round(&pulse, pulse.deadline_ms);
    assert_int_equal(pulse.deadline_ms - now_ms, minutes[i] * 60000);
  }
}

static void
test_what_ends_deafness(void **unused)
{
  (void)unused;
  for (int column = 0; column < COLUMNS; column++) {
    CalPulse pulse = { .state = CAL_PULSE_COMPARING,
                       .level = { .powered = true, .running = true, .missed = true },
                       .deadline_ms = CAL_PULSE_NEVER,
                       .deaf = CAL_PULSE_DEAF_MAX };
    apply(&pulse, column, 1000);
    assert_int_equal(cal_pulse_is_deaf(&pulse), column != OFF && column != WELL && column != HEARD);
  }
}

/* The journal tells states by their names. */
static void
test_each_state_has_a_name_of_its_own(void **state)
{
  (void)state;
  for (int i = 0; i < CAL_PULSE_STATES; i++) {
    const char *const name = cal_pulse_state_name((CalPulseState)i);
    assert_true(name != NULL && name[0] >= 'a' && name[0] <= 'z');
    for (int other = 0; other < i; other++)
      assert_string_not_equal(name, cal_pulse_state_name((CalPulseState)other));
  }
  assert_string_equal(cal_pulse_state_name(CAL_PULSE_STATES), "?");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_every_event_in_every_state),
    cmocka_unit_test(test_a_deadline_is_not_early),
    cmocka_unit_test(test_it_hears_others),
    cmocka_unit_test(test_restarts_become_rarer_and_the_third_is_told),
    cmocka_unit_test(test_what_ends_deafness),
    cmocka_unit_test(test_each_state_has_a_name_of_its_own),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
