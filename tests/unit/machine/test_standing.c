/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include "../../../lib/machine/standing.h"

static void
test_example(void **state)
{
  (void)state;
  CalStanding standing;
  cal_standing_init(&standing);
  assert_int_equal(cal_standing_step(&standing, CAL_STANDING_WANTED, 0), CAL_STANDING_ASK);
  assert_int_equal(cal_standing_step(&standing, CAL_STANDING_FAILED, 10), CAL_STANDING_NOTHING);
  assert_int_equal(standing.deadline_ms, 1010);
}

enum { F = CAL_STANDING_OFF, A = CAL_STANDING_ASKING, H = CAL_STANDING_HELD, W = CAL_STANDING_WAITING };

/* clang-format off */
static const struct { unsigned char state, action; } next[CAL_STANDING_STATES][CAL_STANDING_EVENTS + 1] = {
  /*       wanted   unwanted granted  failed   time     none */
  [F] = { { A, 1 }, { F, 0 }, { F, 0 }, { F, 0 }, { F, 0 }, { F, 0 } },
  [A] = { { A, 0 }, { F, 0 }, { H, 0 }, { W, 0 }, { A, 0 }, { A, 0 } },
  [H] = { { H, 0 }, { F, 0 }, { H, 0 }, { H, 0 }, { H, 0 }, { H, 0 } },
  [W] = { { W, 0 }, { F, 0 }, { W, 0 }, { W, 0 }, { A, 1 }, { W, 0 } },
};
/* clang-format on */

static void
test_every_event_in_every_state(void **unused)
{
  (void)unused;
  for (CalStandingState state = 0; state < CAL_STANDING_STATES; state++)
    for (CalStandingEvent event = 0; event <= CAL_STANDING_EVENTS; event++) {
      CalStanding standing = { .state = state,
                               .deadline_ms = state == CAL_STANDING_WAITING ? 1000 : CAL_STANDING_NEVER,
                               .failures = state == CAL_STANDING_WAITING };
      const CalStandingAction action = cal_standing_step(&standing, event, 1000);
      if (standing.state != next[state][event].state || action != next[state][event].action)
        fail_msg("state %d, event %d: %d, action %d", state, event, standing.state, action);
      assert_int_equal(standing.deadline_ms != CAL_STANDING_NEVER, standing.state == CAL_STANDING_WAITING);
    }
}

static void
test_it_is_not_asked_before_its_time(void **unused)
{
  (void)unused;
  CalStanding standing = { .state = CAL_STANDING_WAITING, .deadline_ms = 1000, .failures = 1 };
  assert_int_equal(cal_standing_step(&standing, CAL_STANDING_TIME, 999), CAL_STANDING_NOTHING);
  assert_int_equal(cal_standing_step(&standing, CAL_STANDING_TIME, 1000), CAL_STANDING_ASK);
}

static void
test_it_is_asked_less_and_less_often_down_to_once_a_minute(void **unused)
{
  (void)unused;
  static const int64_t seconds[] = { 1, 2, 4, 8, 16, 32, 60, 60, 60 };
  CalStanding standing;
  int64_t now_ms = 5;
  cal_standing_init(&standing);
  cal_standing_step(&standing, CAL_STANDING_WANTED, now_ms);
  for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
    cal_standing_step(&standing, CAL_STANDING_FAILED, now_ms);
    assert_int_equal(standing.deadline_ms - now_ms, seconds[i] * 1000);
    now_ms = standing.deadline_ms;
    assert_int_equal(cal_standing_step(&standing, CAL_STANDING_TIME, now_ms), CAL_STANDING_ASK);
  }
}

static void
test_what_was_refused_and_is_granted_is_so_no_more(void **unused)
{
  (void)unused;
  CalStanding standing;
  cal_standing_init(&standing);
  cal_standing_step(&standing, CAL_STANDING_WANTED, 0);
  assert_false(cal_standing_is_refused(&standing));
  cal_standing_step(&standing, CAL_STANDING_FAILED, 0);
  assert_true(cal_standing_is_refused(&standing));
  cal_standing_step(&standing, CAL_STANDING_TIME, 1000);
  assert_true(cal_standing_is_refused(&standing));
  cal_standing_step(&standing, CAL_STANDING_GRANTED, 1001);
  assert_false(cal_standing_is_refused(&standing));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_every_event_in_every_state),
    cmocka_unit_test(test_it_is_not_asked_before_its_time),
    cmocka_unit_test(test_it_is_asked_less_and_less_often_down_to_once_a_minute),
    cmocka_unit_test(test_what_was_refused_and_is_granted_is_so_no_more),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
