/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <stdlib.h>

#include <calcifer/turn.h>

#define NOON  1813572000 /* 2027-06-21 10:00 UTC */
#define TODAY 20990      /* the same in days since 1970 */

static const CalMoment noon = { NOON, TODAY, 720, 7200, NOON + 43200 };

typedef struct Told {
  CalTurn *turn;
  CalEffect effect[CAL_TURN_MAX_EFFECTS];
  size_t n;
} Told;

static void
tell(Told *told, CalTurnEvent event)
{
  told->n = cal_turn(told->turn, &event, &noon, told->effect);
}

static const CalEffect *
effect_of(const Told *told, CalEffectKind kind)
{
  for (size_t i = 0; i < told->n; i++)
    if (told->effect[i].kind == kind)
      return &told->effect[i];
  return NULL;
}

/* The days that were asked for, each empty. */
static void
answer_days(Told *told)
{
  const CalEffect *const refold = effect_of(told, CAL_EFFECT_REFOLD);
  assert_non_null(refold);
  const CalDate first = refold->of.days.first, last = refold->of.days.last;
  CalDayResult *const day = calloc(1, sizeof *day);
  for (CalDate date = first; date <= last; date++) {
    day->date = date;
    day->newest.end = day->look_again = CAL_INSTANT_NONE;
    tell(told, (CalTurnEvent){ .kind = CAL_TURN_DAY, .of.day = day });
  }
  free(day);
}

static int
begin(void **state)
{
  Told *const told = calloc(1, sizeof *told);
  told->turn = calloc(1, sizeof *told->turn);
  cal_turn_init(told->turn);
  tell(told, (CalTurnEvent){ .kind = CAL_TURN_BEGIN });
  answer_days(told);
  *state = told;
  return 0;
}

static int
end(void **state)
{
  Told *const told = *state;
  free(told->turn);
  free(told);
  return 0;
}

static void
notifier(Told *told, bool there)
{
  tell(told, (CalTurnEvent){ .kind = CAL_TURN_NOTIFIER, .of.notifier = there });
}

static void
trouble(Told *told, bool there)
{
  tell(told, (CalTurnEvent){ .kind = CAL_TURN_LEDGER, .of.ledger_trouble = there });
}

static void
test_example(void **state)
{
  Told *const told = *state;
  tell(told, (CalTurnEvent){ .kind = CAL_TURN_TICK });
  assert_non_null(cal_turn_today(told->turn));
}

static void
test_a_bubble_shows_once_somebody_shows_bubbles(void **state)
{
  Told *const told = *state;
  trouble(told, true);
  assert_null(effect_of(told, CAL_EFFECT_SHOW));
  notifier(told, true);
  const CalEffect *const shown = effect_of(told, CAL_EFFECT_SHOW);
  assert_non_null(shown);
  assert_int_equal(shown->of.show.finding.code, CAL_CODE_LEDGER_TROUBLE);
}

/* The notifier keeps a bubble for the next server: what ended meanwhile must be withdrawn, or it is shown
 * again. */
static void
test_what_ends_while_nobody_shows_bubbles_is_withdrawn(void **state)
{
  Told *const told = *state;
  notifier(told, true);
  trouble(told, true);
  const CalEffect *const shown = effect_of(told, CAL_EFFECT_SHOW);
  assert_non_null(shown);
  const uint32_t alert = shown->of.show.alert;
  notifier(told, false);
  trouble(told, false);
  const CalEffect *const withdrawn = effect_of(told, CAL_EFFECT_WITHDRAW);
  assert_non_null(withdrawn);
  assert_int_equal(withdrawn->of.withdraw, alert);
}

static void
test_the_next_server_is_not_told_twice(void **state)
{
  Told *const told = *state;
  notifier(told, true);
  trouble(told, true);
  notifier(told, false);
  notifier(told, true);
  assert_null(effect_of(told, CAL_EFFECT_SHOW));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(test_example, begin, end),
    cmocka_unit_test_setup_teardown(test_a_bubble_shows_once_somebody_shows_bubbles, begin, end),
    cmocka_unit_test_setup_teardown(test_what_ends_while_nobody_shows_bubbles_is_withdrawn, begin, end),
    cmocka_unit_test_setup_teardown(test_the_next_server_is_not_told_twice, begin, end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
