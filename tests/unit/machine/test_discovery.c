/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include "../../../lib/machine/discovery.h"

static CalDiscoveryAction
level(CalDiscovery *discovery, bool powered, bool wanted, bool discovering, int64_t now_ms)
{
  const CalDiscoveryEvent event = {
    .kind = CAL_DISCOVERY_LEVEL, .level = { .powered = powered, .wanted = wanted, .discovering = discovering }
  };
  return cal_discovery_step(discovery, &event, now_ms);
}

static CalDiscoveryAction
event(CalDiscovery *discovery, CalDiscoveryEventKind kind, int64_t now_ms)
{
  return cal_discovery_step(discovery, &(CalDiscoveryEvent){ .kind = kind }, now_ms);
}

static void
test_example(void **state)
{
  (void)state;
  CalDiscovery discovery;
  cal_discovery_init(&discovery);
  const CalDiscoveryEvent what = { .kind = CAL_DISCOVERY_LEVEL,
                                   .level = { .powered = true, .wanted = true } };
  assert_int_equal(cal_discovery_step(&discovery, &what, 0), CAL_DISCOVERY_START);
}

enum { OFF, REST, WANT, HEARD, STARTED, FAILED, STOPPED, TIME, COLUMNS };

static CalDiscoveryAction
apply(CalDiscovery *discovery, int column)
{
  switch (column) {
  case OFF:
    return level(discovery, false, true, false, 1000);
  case REST:
    return level(discovery, true, false, false, 1000);
  case WANT:
    return level(discovery, true, true, false, 1000);
  case HEARD:
    return level(discovery, true, true, true, 1000);
  case STARTED:
    return event(discovery, CAL_DISCOVERY_STARTED, 1000);
  case FAILED:
    return event(discovery, CAL_DISCOVERY_START_FAILED, 1000);
  case STOPPED:
    return event(discovery, CAL_DISCOVERY_STOPPED, 1000);
  default:
    return event(discovery, CAL_DISCOVERY_TIME, 1000);
  }
}

enum {
  F = CAL_DISCOVERY_OFF,
  R = CAL_DISCOVERY_RESTING,
  S = CAL_DISCOVERY_STARTING,
  U = CAL_DISCOVERY_RUNNING,
  P = CAL_DISCOVERY_STOPPING,
  W = CAL_DISCOVERY_WAITING
};

/* clang-format off */
static const struct { unsigned char state, action; } next[CAL_DISCOVERY_STATES][COLUMNS] = {
  /*       off      rest     want     heard    started  failed   stopped  time */
  [F] = { { F, 0 }, { R, 0 }, { S, 1 }, { S, 1 }, { F, 0 }, { F, 0 }, { F, 0 }, { F, 0 } },
  [R] = { { F, 0 }, { R, 0 }, { S, 1 }, { S, 1 }, { R, 0 }, { R, 0 }, { R, 0 }, { R, 0 } },
  [S] = { { F, 0 }, { S, 0 }, { S, 0 }, { S, 0 }, { U, 0 }, { W, 0 }, { S, 0 }, { S, 0 } },
  [U] = { { F, 0 }, { P, 2 }, { W, 0 }, { U, 0 }, { U, 0 }, { U, 0 }, { U, 0 }, { U, 0 } },
  [P] = { { F, 0 }, { P, 0 }, { P, 0 }, { P, 0 }, { P, 0 }, { P, 0 }, { S, 1 }, { P, 0 } },
  [W] = { { F, 0 }, { P, 2 }, { W, 0 }, { U, 0 }, { W, 0 }, { W, 0 }, { W, 0 }, { S, 1 } },
};
/* clang-format on */

/* Only a wait has a deadline; and what is begun or ended is what its state says. */
static void
assert_sane(const CalDiscovery *discovery, CalDiscoveryAction action)
{
  assert_int_equal(discovery->deadline_ms != CAL_DISCOVERY_NEVER, discovery->state == CAL_DISCOVERY_WAITING);
  assert_true(action != CAL_DISCOVERY_START || discovery->state == CAL_DISCOVERY_STARTING);
  assert_true(action != CAL_DISCOVERY_STOP || discovery->state == CAL_DISCOVERY_STOPPING);
  assert_true(discovery->level.powered || discovery->state == CAL_DISCOVERY_OFF);
  assert_true(!cal_discovery_has_session(discovery) || discovery->level.powered);
}

static void
test_every_event_in_every_state(void **unused)
{
  (void)unused;
  for (CalDiscoveryState state = 0; state < CAL_DISCOVERY_STATES; state++)
    for (int column = 0; column < COLUMNS; column++) {
      CalDiscovery discovery = { .state = state,
                                 .level = { .powered = true, .wanted = true, .discovering = true },
                                 .deadline_ms = state == CAL_DISCOVERY_WAITING ? 1000 : CAL_DISCOVERY_NEVER };
      const CalDiscoveryAction action = apply(&discovery, column);
      if (discovery.state != next[state][column].state || action != next[state][column].action)
        fail_msg("%s, event %d: %s, action %d", cal_discovery_state_name(state), column,
                 cal_discovery_state_name(discovery.state), action);
      if (state != CAL_DISCOVERY_OFF || column < STARTED)
        assert_sane(&discovery, action);
    }
}

static void
test_blueZ_pauses_between_two_rounds(void **unused)
{
  (void)unused;
  CalDiscovery discovery;
  cal_discovery_init(&discovery);
  level(&discovery, true, true, false, 0);
  event(&discovery, CAL_DISCOVERY_STARTED, 10);
  assert_int_equal(level(&discovery, true, true, true, 20), CAL_DISCOVERY_NOTHING);
  assert_int_equal(level(&discovery, true, true, false, 10000), CAL_DISCOVERY_NOTHING);
  assert_int_equal(event(&discovery, CAL_DISCOVERY_TIME, 15000), CAL_DISCOVERY_NOTHING);
  assert_int_equal(level(&discovery, true, true, true, 15001), CAL_DISCOVERY_NOTHING);
  assert_int_equal(discovery.state, CAL_DISCOVERY_RUNNING);
}

static void
test_ended_by_others(void **unused)
{
  (void)unused;
  CalDiscovery discovery = { .state = CAL_DISCOVERY_RUNNING,
                             .level = { .powered = true, .wanted = true, .discovering = true } };
  level(&discovery, true, true, false, 0);
  assert_int_equal(event(&discovery, CAL_DISCOVERY_TIME, CAL_DISCOVERY_PAUSE_MS), CAL_DISCOVERY_START);
}

static void
test_failures_back_off_to_a_minute(void **unused)
{
  (void)unused;
  static const int64_t seconds[] = { 2, 4, 8, 16, 32, 60, 60 };
  CalDiscovery discovery;
  int64_t now_ms = 0;
  cal_discovery_init(&discovery);
  level(&discovery, true, true, false, 0);
  for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
    event(&discovery, CAL_DISCOVERY_START_FAILED, now_ms);
    assert_int_equal(discovery.deadline_ms - now_ms, seconds[i] * 1000);
    assert_int_equal(level(&discovery, true, true, true, now_ms), CAL_DISCOVERY_NOTHING);
    now_ms = discovery.deadline_ms;
    assert_int_equal(event(&discovery, CAL_DISCOVERY_TIME, now_ms), CAL_DISCOVERY_START);
  }
}

static void
test_power_comes_back(void **unused)
{
  (void)unused;
  CalDiscovery discovery = { .state = CAL_DISCOVERY_RUNNING,
                             .level = { .powered = true, .wanted = true, .discovering = true } };
  assert_int_equal(level(&discovery, false, true, false, 0), CAL_DISCOVERY_NOTHING);
  assert_int_equal(level(&discovery, true, true, false, 1), CAL_DISCOVERY_START);
}

/* The journal tells states by their names. */
static void
test_each_state_has_a_name_of_its_own(void **state)
{
  (void)state;
  for (int i = 0; i < CAL_DISCOVERY_STATES; i++) {
    const char *const name = cal_discovery_state_name((CalDiscoveryState)i);
    assert_true(name != NULL && name[0] >= 'a' && name[0] <= 'z');
    for (int other = 0; other < i; other++)
      assert_string_not_equal(name, cal_discovery_state_name((CalDiscoveryState)other));
  }
  assert_string_equal(cal_discovery_state_name(CAL_DISCOVERY_STATES), "?");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_every_event_in_every_state),
    cmocka_unit_test(test_blueZ_pauses_between_two_rounds),
    cmocka_unit_test(test_ended_by_others),
    cmocka_unit_test(test_failures_back_off_to_a_minute),
    cmocka_unit_test(test_power_comes_back),
    cmocka_unit_test(test_each_state_has_a_name_of_its_own),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
