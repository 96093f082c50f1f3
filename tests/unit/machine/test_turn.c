/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <calcifer/record.h>
#include <calcifer/turn.h>

#include "../balance/rows.h"

#define DAY   86400
#define TODAY ROWS_TODAY
#define NOON  (12 * 60)
#define TAG   "C0:FF:EE:00:00:01"
#define DAYS  500 /* that the ledger of these tests knows, the first is TODAY - 100 */
#define GUARD 0xa5

/* The caller: a ledger whose folded days a test writes to, a screen, a memory. Static, since it is large. */
static struct {
  CalTurn turn;
  CalMoment moment;
  CalContext context;
  CalDayResult day[DAYS];
  CalEffect effect[CAL_TURN_MAX_EFFECTS + 4]; /* a guard behind what may be written */
  size_t n;
  bool notifier; /* what the machine was told last */
} world;

static CalDayResult *
day_of(CalDate date)
{
  return &world.day[date - (TODAY - 100)];
}

static CalDayResult *
today(void)
{
  return day_of(world.moment.date);
}

static void
at(int days, int minute)
{
  const CalInstant midnight = (CalInstant)(TODAY + days) * DAY;
  world.moment = (CalMoment){ midnight + minute * 60, TODAY + days, minute, 0, midnight + DAY, midnight };
}

static int
begin(void **state)
{
  (void)state;
  memset(&world, 0, sizeof world);
  cal_turn_init(&world.turn);
  cal_context_init(&world.context);
  rows_profile(&world.context, "place 0,0");
  rows_fill(world.day, DAYS, TODAY - 100 + DAYS - 1);
  for (size_t i = 0; i < DAYS; i++)
    world.day[i].closed = false;
  at(0, NOON);
  return 0;
}

/* -- Telling, and what holds of every answer -- */

static int
count(CalEffectKind kind)
{
  int n = 0;
  for (size_t i = 0; i < world.n; i++)
    n += world.effect[i].kind == kind;
  return n;
}

static const CalEffect *
effect_of(CalEffectKind kind)
{
  for (size_t i = 0; i < world.n; i++)
    if (world.effect[i].kind == kind)
      return &world.effect[i];
  return NULL;
}

static void
check_answer(void)
{
  const unsigned char *const behind = (const unsigned char *)&world.effect[CAL_TURN_MAX_EFFECTS];
  assert_true(world.n <= CAL_TURN_MAX_EFFECTS);
  for (size_t i = 0; i < 64; i++)
    assert_int_equal(behind[i], GUARD);
  assert_true(count(CAL_EFFECT_WAKE) <= 1);
  for (size_t i = 0; i < world.n; i++) {
    const CalEffect *const effect = &world.effect[i];
    if (effect->kind == CAL_EFFECT_WAKE)
      assert_true(effect->of.wake > world.moment.now);
    if (effect->kind == CAL_EFFECT_REFOLD || effect->kind == CAL_EFFECT_FORGET)
      assert_true(effect->of.days.first <= effect->of.days.last);
    if (effect->kind == CAL_EFFECT_SHOW) {
      const CalAlert *const alert = cal_alerts_by_id(&world.turn.alerts, effect->of.show.alert);
      assert_non_null(alert);
      assert_int_not_equal(alert->state, CAL_ALERT_DISMISSED);
      assert_int_not_equal(alert->state, CAL_ALERT_SNOOZED);
      assert_true(world.notifier);
    }
  }
}

static void
tell(CalTurnEvent event)
{
  memset(&world.effect[CAL_TURN_MAX_EFFECTS], GUARD, 4 * sizeof world.effect[0]);
  world.n = cal_turn(&world.turn, &event, &world.moment, world.effect);
  check_answer();
}

static void
tell_kind(CalTurnEventKind kind)
{
  tell((CalTurnEvent){ .kind = kind });
}

static void
tell_context(void)
{
  tell((CalTurnEvent){ .kind = CAL_TURN_CONTEXT, .of.context = &world.context });
}

static void
tell_day(CalDate date)
{
  tell((CalTurnEvent){ .kind = CAL_TURN_DAY, .of.day = day_of(date) });
}

static void
tell_notifier(bool notifier)
{
  world.notifier = notifier;
  tell((CalTurnEvent){ .kind = CAL_TURN_NOTIFIER, .of.notifier = notifier });
}

static void
tell_records(CalDate first, CalDate last, const CalEvent *event)
{
  tell((CalTurnEvent){ .kind = CAL_TURN_RECORDS, .of.records = { first, last, event } });
}

static void
tell_entry(const CalEntry *entry, CalDate first, CalDate last, bool setting)
{
  tell((CalTurnEvent){ .kind = CAL_TURN_ENTRY, .of.entry = { entry, first, last, setting } });
}

static void
act(uint32_t id, CalTurnAction action)
{
  CalTurnEvent event = { .kind = CAL_TURN_ACTION };
  event.of.action.action = action;
  event.of.action.alert = id;
  snprintf(event.of.action.entry_id, sizeof event.of.action.entry_id, "u:42");
  tell(event);
}

/* Folds what the last answer asks for; the answer of the last day stays. */
static void
fold(void)
{
  const CalEffect *const refold = effect_of(CAL_EFFECT_REFOLD);
  assert_non_null(refold);
  const CalDate first = refold->of.days.first, last = refold->of.days.last;
  for (CalDate date = first; date <= last; date++)
    tell_day(date);
}

/* Something of a day was committed, and the day is folded again. */
static void
commit(CalDate date)
{
  tell_records(date, date, NULL);
  fold();
}

/* A daemon that runs, with somebody who shows bubbles and nothing to say. */
static void
run(void)
{
  tell_context();
  tell_notifier(true);
  tell_kind(CAL_TURN_BEGIN);
  fold();
}

static uint32_t
shown(void)
{
  const CalEffect *const show = effect_of(CAL_EFFECT_SHOW);
  assert_non_null(show);
  return show->of.show.alert;
}

static void
test_example(void **state)
{
  (void)state;
  CalTurnEvent event = { .kind = CAL_TURN_TICK };
  run();
  size_t n = cal_turn(&world.turn, &event, &world.moment, world.effect);
  assert_int_equal(n, 1);
  assert_int_equal(world.effect[0].kind, CAL_EFFECT_WAKE);
}

/* -- Life -- */

static void
test_begin_asks_for_a_row_of_days(void **state)
{
  (void)state;
  assert_null(cal_turn_today(&world.turn));
  tell_context();
  assert_int_equal(world.n, 0);
  tell_kind(CAL_TURN_BEGIN);
  assert_int_equal(world.n, 1);
  assert_int_equal(world.effect[0].kind, CAL_EFFECT_REFOLD);
  assert_int_equal(world.effect[0].of.days.last, TODAY);
  assert_int_equal(world.effect[0].of.days.first, TODAY - (int)cal_finding_rows(&world.context) + 1);
  assert_null(cal_turn_today(&world.turn));
  for (CalDate date = world.effect[0].of.days.first; date < TODAY; date++) {
    tell_day(date);
    assert_int_equal(world.n, 0);
  }
  tell_day(TODAY);
  assert_int_equal(count(CAL_EFFECT_PUBLISH_BALANCE), 1);
  assert_int_equal(count(CAL_EFFECT_WAKE), 1);
  assert_non_null(cal_turn_today(&world.turn));
  assert_int_equal(cal_turn_today(&world.turn)->date, TODAY);
}

typedef enum Phase { BEFORE, AWAITING, RUNNING, TROUBLE, N_PHASES } Phase;

static void
go_to(Phase phase)
{
  begin(NULL);
  if (phase == BEFORE)
    return;
  tell_context();
  tell_notifier(true);
  if (phase == TROUBLE)
    tell((CalTurnEvent){ .kind = CAL_TURN_LEDGER, .of.ledger_trouble = true });
  tell_kind(CAL_TURN_BEGIN);
  if (phase == RUNNING)
    fold();
}

#define BIT(effect) (1u << CAL_EFFECT_##effect)

/* What each event must bring forth, whatever else it does, in each phase. */
static const struct {
  CalTurnEventKind kind;
  uint32_t effects[N_PHASES];
} answers[] = {
  { CAL_TURN_BEGIN, { BIT(REFOLD), BIT(REFOLD), 0, BIT(REFOLD) } },
  { CAL_TURN_CONTEXT, { 0, 0, 0, 0 } },
  { CAL_TURN_ENTRY,
    { BIT(FORGET) | BIT(CONFIRM), BIT(FORGET) | BIT(REFOLD) | BIT(CONFIRM),
      BIT(FORGET) | BIT(REFOLD) | BIT(CONFIRM), BIT(FORGET) | BIT(REFOLD) | BIT(CONFIRM) } },
  { CAL_TURN_RECORDS,
    { BIT(FORGET), BIT(FORGET) | BIT(REFOLD), BIT(FORGET) | BIT(REFOLD), BIT(FORGET) | BIT(REFOLD) } },
  { CAL_TURN_DAY, { 0, BIT(PUBLISH_BALANCE), BIT(PUBLISH_BALANCE), BIT(PUBLISH_BALANCE) } },
  { CAL_TURN_TICK, { 0, BIT(REFOLD), BIT(WAKE), BIT(REFOLD) | BIT(WAKE) } },
  { CAL_TURN_TAGS, { 0, 0, BIT(SHOW) | BIT(REMEMBER) | BIT(PUBLISH_ALERTS), BIT(SHOW) } },
  { CAL_TURN_RADIO, { 0, 0, 0, 0 } },
  { CAL_TURN_LEDGER, { 0, BIT(SHOW) | BIT(WAKE), BIT(SHOW) | BIT(REMEMBER) | BIT(PUBLISH_ALERTS), 0 } },
  { CAL_TURN_NOTIFIER, { 0, 0, 0, 0 } },
  { CAL_TURN_SETTINGS, { 0, 0, 0, 0 } },
  { CAL_TURN_ACTION, { BIT(APPEND), BIT(APPEND), BIT(APPEND), BIT(APPEND) } },
};

static CalTurnEvent
event_of(CalTurnEventKind kind)
{
  static const CalEntry entry = { .id = "u:1", .kind = CAL_ENTRY_TAKE, .way = CAL_WAY_BUBBLE, .name = "d3" };
  static const CalTagState tag = { .battery_percent = 5, .last_seen = ROWS_NOW };
  CalTurnEvent event = { .kind = kind };
  switch (kind) {
  case CAL_TURN_CONTEXT:
    event.of.context = &world.context;
    break;
  case CAL_TURN_ENTRY:
    event.of.entry.entry = &entry;
    event.of.entry.first = event.of.entry.last = TODAY;
    break;
  case CAL_TURN_RECORDS:
    event.of.records.first = event.of.records.last = TODAY;
    break;
  case CAL_TURN_DAY:
    event.of.day = day_of(TODAY);
    break;
  case CAL_TURN_TAGS:
    event.of.tags.tag = &tag;
    event.of.tags.n_tags = 1;
    break;
  case CAL_TURN_LEDGER:
    event.of.ledger_trouble = true;
    break;
  case CAL_TURN_NOTIFIER:
    event.of.notifier = world.notifier = true;
    break;
  case CAL_TURN_SETTINGS:
    event.of.settings = cal_alert_settings_default();
    break;
  case CAL_TURN_ACTION:
    event.of.action.action = CAL_TURN_UNDO;
    snprintf(event.of.action.entry_id, sizeof event.of.action.entry_id, "u:1");
    break;
  case CAL_TURN_BEGIN:
  case CAL_TURN_TICK:
  case CAL_TURN_RADIO:
    break;
  }
  return event;
}

static void
test_every_event_in_every_phase(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
    for (int phase = BEFORE; phase < N_PHASES; phase++) {
      uint32_t found = 0;
      go_to((Phase)phase);
      tell(event_of(answers[i].kind));
      for (size_t j = 0; j < world.n; j++)
        found |= 1u << world.effect[j].kind;
      if ((found & answers[i].effects[phase]) != answers[i].effects[phase])
        fail_msg("event %d, phase %d: effects %#x, wanted %#x", answers[i].kind, phase, found,
                 answers[i].effects[phase]);
      if (phase == BEFORE || (phase == AWAITING && answers[i].kind != CAL_TURN_LEDGER))
        assert_int_equal(found & (BIT(SHOW) | BIT(PUBLISH_ALERTS) | BIT(WAKE)), 0);
      if (answers[i].kind != CAL_TURN_ACTION)
        assert_int_equal(found & BIT(APPEND), 0);
    }
}

static void
test_actions_before_anything_is_known(void **state)
{
  (void)state;
  for (int action = CAL_TURN_TAKEN; action < CAL_TURN_UNDO; action++) {
    begin(state);
    act(1, (CalTurnAction)action);
    assert_int_equal(world.n, 0);
  }
}

/* Half a refold raises nothing. */
static void
test_nothing_is_found_while_days_are_awaited(void **state)
{
  (void)state;
  tell_context();
  tell_notifier(true);
  today()->supplement.amount[CAL_NUTRIENT_VITAMIN_D] = 20000;
  tell_kind(CAL_TURN_BEGIN);
  tell_day(TODAY);
  assert_int_equal(count(CAL_EFFECT_SHOW), 0);
  for (CalDate date = TODAY - 20; date < TODAY; date++)
    tell_day(date); /* those that nobody asked for are passed over */
  assert_int_equal(count(CAL_EFFECT_SHOW), 1);
  assert_int_equal(effect_of(CAL_EFFECT_SHOW)->of.show.finding.code, CAL_CODE_D_VERY_HIGH);
}

static void
test_a_ledger_in_trouble_is_told_with_the_days_there_are(void **state)
{
  (void)state;
  go_to(AWAITING);
  tell((CalTurnEvent){ .kind = CAL_TURN_LEDGER, .of.ledger_trouble = true });
  assert_int_equal(effect_of(CAL_EFFECT_SHOW)->of.show.finding.code, CAL_CODE_LEDGER_TROUBLE);
  tell((CalTurnEvent){ .kind = CAL_TURN_LEDGER, .of.ledger_trouble = false });
  assert_int_equal(count(CAL_EFFECT_SHOW), 0);
}

/* -- Days -- */

static void
test_what_is_committed_is_folded_again(void **state)
{
  (void)state;
  run();
  tell_records(TODAY - 200, TODAY - 3, NULL);
  assert_int_equal(world.effect[0].kind, CAL_EFFECT_FORGET);
  assert_int_equal(world.effect[0].of.days.first, TODAY - 200);
  assert_int_equal(world.effect[0].of.days.last, TODAY - 3);
  const CalEffect *const refold = effect_of(CAL_EFFECT_REFOLD);
  assert_int_equal(refold->of.days.last, TODAY - 3);
  assert_int_equal(refold->of.days.first, TODAY - 14);
  tell_records(TODAY - 200, TODAY - 100, NULL);
  assert_int_equal(effect_of(CAL_EFFECT_FORGET)->of.days.last, TODAY - 100);
}

/* A setting reaches from its instant to this day, and the context is folded first. */
static void
test_a_setting_reaches_to_this_day(void **state)
{
  (void)state;
  const CalEntry entry = { .id = "u:1", .kind = CAL_ENTRY_PROFILE, .name = "phototype", .value = "2" };
  run();
  tell_entry(&entry, TODAY - 5, TODAY - 4, true);
  assert_int_equal(world.effect[0].kind, CAL_EFFECT_CONTEXT);
  assert_int_equal(effect_of(CAL_EFFECT_REFOLD)->of.days.first, TODAY - 5);
  assert_int_equal(effect_of(CAL_EFFECT_REFOLD)->of.days.last, TODAY);
  tell_context();
  assert_int_equal(count(CAL_EFFECT_SHOW), 0);
}

static void
test_midnight(void **state)
{
  (void)state;
  run();
  day_of(TODAY)->food.amount[CAL_NUTRIENT_VITAMIN_D] = 777;
  commit(TODAY);
  at(1, 0);
  tell_kind(CAL_TURN_TICK);
  assert_int_equal(count(CAL_EFFECT_REFOLD), 1);
  assert_int_equal(effect_of(CAL_EFFECT_REFOLD)->of.days.first, TODAY + 1);
  assert_int_equal(effect_of(CAL_EFFECT_REFOLD)->of.days.last, TODAY + 1);
  assert_null(cal_turn_today(&world.turn));
  fold();
  assert_int_equal(cal_turn_today(&world.turn)->date, TODAY + 1);
  const CalDayResult *const row = world.turn.row;
  for (uint32_t i = 0; i < world.turn.n_rows; i++)
    assert_int_equal(row[i].date, TODAY + 1 - (int)(world.turn.n_rows - 1 - i));
  assert_float_equal(row[world.turn.n_rows - 2].food.amount[CAL_NUTRIENT_VITAMIN_D], 777, 0);
}

/* A machine that slept for a week, and one whose clock goes back. */
static void
test_days_that_jump(void **state)
{
  (void)state;
  run();
  at(7, NOON);
  tell_kind(CAL_TURN_TICK);
  assert_int_equal(effect_of(CAL_EFFECT_REFOLD)->of.days.first, TODAY + 1);
  fold();
  at(300, NOON);
  tell_kind(CAL_TURN_TICK);
  fold();
  at(299, NOON);
  tell_kind(CAL_TURN_TICK);
  assert_int_equal(effect_of(CAL_EFFECT_REFOLD)->of.days.first, TODAY + 299 - 14);
  assert_int_equal(effect_of(CAL_EFFECT_REFOLD)->of.days.last, TODAY + 299 - 14);
  fold();
  for (uint32_t i = 0; i < world.turn.n_rows; i++)
    assert_int_equal(world.turn.row[i].date, TODAY + 299 - (int)(world.turn.n_rows - 1 - i));
}

static void
test_a_longer_interval_asks_for_more_days(void **state)
{
  (void)state;
  run();
  world.context.n_products = 1;
  assert_true(cal_product_parse("d=60000IU every=30d", &world.context.product[0], NULL));
  tell_context();
  assert_int_equal(effect_of(CAL_EFFECT_REFOLD)->of.days.first, TODAY - 29);
  assert_int_equal(effect_of(CAL_EFFECT_REFOLD)->of.days.last, TODAY - 15);
  fold();
  world.context.n_products = 0;
  tell_context();
  assert_int_equal(count(CAL_EFFECT_REFOLD), 0);
  assert_int_equal(world.turn.row[0].date, TODAY - 14);
}

/* The longest interval fills the row to its end. */
static void
test_the_longest_row(void **state)
{
  (void)state;
  world.context.n_products = 1;
  assert_true(cal_product_parse("d=60000IU every=92d", &world.context.product[0], NULL));
  run();
  assert_int_equal(world.turn.n_rows, CAL_FINDING_MAX_ROWS);
  assert_int_equal(world.turn.row[0].date, TODAY - CAL_FINDING_MAX_ROWS + 1);
  at(1, NOON);
  tell_kind(CAL_TURN_TICK);
  assert_int_equal(effect_of(CAL_EFFECT_REFOLD)->of.days.first, TODAY + 1);
  fold();
  assert_int_equal(world.turn.row[0].date, TODAY - CAL_FINDING_MAX_ROWS + 2);
  assert_int_equal(world.turn.row[CAL_FINDING_MAX_ROWS - 1].date, TODAY + 1);
}

static void
test_records_that_wait_for_the_clock(void **state)
{
  (void)state;
  run();
  today()->look_again = world.moment.now + 100;
  commit(TODAY);
  assert_int_equal(world.turn.wake, world.moment.now + 100);
  world.moment.now += 100;
  tell_kind(CAL_TURN_TICK);
  assert_int_equal(effect_of(CAL_EFFECT_REFOLD)->of.days.first, TODAY);
}

/* -- Waking -- */

/* Whoever rang before the time has used up the alarm: it must be set again. */
static void
test_every_tick_sets_the_alarm_again(void **state)
{
  (void)state;
  run();
  assert_int_equal(effect_of(CAL_EFFECT_WAKE)->of.wake, world.moment.day_ends);
  for (int hour = 13; hour < 24; hour++) {
    at(0, hour * 60);
    tell_kind(CAL_TURN_TICK);
    assert_int_equal(count(CAL_EFFECT_WAKE), 1);
    assert_int_equal(effect_of(CAL_EFFECT_WAKE)->of.wake, world.moment.day_ends);
  }
}

static void
test_the_alarm_is_the_soonest(void **state)
{
  (void)state;
  today()->n_doses = 1;
  today()->dose[0] = (CalDueDose){ .product = "d3", .due = ROWS_NOW + 600, .filled = CAL_INSTANT_NONE };
  run();
  assert_int_equal(world.turn.wake, ROWS_NOW + 600 + 3600);
  world.moment.now = ROWS_NOW + 600 + 3600;
  tell_kind(CAL_TURN_TICK);
  assert_int_equal(effect_of(CAL_EFFECT_SHOW)->of.show.finding.code, CAL_CODE_INTAKE_MISSED);
}

/* A day whose end nobody knows does not wake in the past. */
static void
test_no_alarm_in_the_past(void **state)
{
  (void)state;
  run();
  world.moment.day_ends = 0;
  tell_kind(CAL_TURN_TICK);
  assert_int_equal(count(CAL_EFFECT_WAKE), 0);
}

/* -- Doses -- */

static uint32_t
miss(const char *product, CalInstant due, int minute)
{
  CalDueDose *const dose = &today()->dose[today()->n_doses++];
  *dose = (CalDueDose){ .due = due, .minute = minute, .filled = CAL_INSTANT_NONE };
  snprintf(dose->product, sizeof dose->product, "%s", product);
  commit(world.moment.date);
  return shown();
}

static void
test_taken_appends_and_confirms(void **state)
{
  (void)state;
  run();
  const uint32_t id = miss("d3k2", ROWS_NOW - 7200, 10 * 60);
  assert_int_equal(effect_of(CAL_EFFECT_SHOW)->of.show.actions,
                   CAL_BUBBLE_TAKEN | CAL_BUBBLE_SNOOZE | CAL_BUBBLE_EXPLAIN);
  act(id, CAL_TURN_TAKEN);
  CalEntry entry = effect_of(CAL_EFFECT_APPEND)->of.append;
  assert_int_equal(count(CAL_EFFECT_APPEND), 1);
  assert_int_equal(entry.kind, CAL_ENTRY_TAKE);
  assert_int_equal(entry.way, CAL_WAY_BUBBLE);
  assert_string_equal(entry.name, "d3k2");
  assert_string_equal(entry.value, "1");
  assert_int_equal(entry.at, ROWS_NOW);
  assert_int_equal(entry.recorded, ROWS_NOW);
  snprintf(entry.id, sizeof entry.id, "u:7");
  tell_entry(&entry, TODAY, TODAY, false);
  assert_string_equal(effect_of(CAL_EFFECT_CONFIRM)->of.confirm.entry_id, "u:7");
  assert_string_equal(effect_of(CAL_EFFECT_CONFIRM)->of.confirm.product, "d3k2");
  assert_int_equal(effect_of(CAL_EFFECT_CONFIRM)->of.confirm.at, ROWS_NOW);
  today()->dose[0].filled = ROWS_NOW;
  fold();
  assert_int_equal(effect_of(CAL_EFFECT_WITHDRAW)->of.withdraw, id);
  act(id, CAL_TURN_TAKEN); /* once more, on a bubble that is slow to leave */
  assert_int_equal(count(CAL_EFFECT_APPEND), 0);
}

static void
test_taken_late_was_taken_when_due(void **state)
{
  (void)state;
  run();
  const uint32_t id = miss("d3k2", ROWS_NOW - 3 * 3600 - 1, 8 * 60);
  act(id, CAL_TURN_TAKEN);
  assert_int_equal(effect_of(CAL_EFFECT_APPEND)->of.append.at, ROWS_NOW - 3 * 3600 - 1);
}

/* Past the middle between two doses the window is the next one's: the answer must fill the one asked about.
 */
static void
test_taken_fills_the_dose_it_was_asked_about(void **state)
{
  (void)state;
  run();
  today()->n_doses = 2;
  today()->dose[1] = (CalDueDose){ .product = "other", .due = ROWS_NOW - 3000, .filled = CAL_INSTANT_NONE };
  today()->dose[0] = (CalDueDose){ .product = "d3k2", .due = ROWS_NOW + 1800, .filled = CAL_INSTANT_NONE };
  const uint32_t id = miss("d3k2", ROWS_NOW - 2 * 3600, 10 * 60);
  act(id, CAL_TURN_TAKEN);
  assert_int_equal(effect_of(CAL_EFFECT_APPEND)->of.append.at, ROWS_NOW - 2 * 3600);
  today()->dose[0].due = ROWS_NOW + 2 * 3600 + 2;
  commit(TODAY);
  act(id, CAL_TURN_TAKEN);
  assert_int_equal(effect_of(CAL_EFFECT_APPEND)->of.append.at, ROWS_NOW);
}

static void
test_answers_to_a_dose_in_doubt(void **state)
{
  (void)state;
  run();
  today()->n_doubts = 1;
  today()->doubt[0] = (CalDoubt){ .id = "u:9", .product = "d3k2", .at = ROWS_NOW - 60 };
  commit(TODAY);
  const uint32_t id = shown();
  assert_int_equal(effect_of(CAL_EFFECT_SHOW)->of.show.actions,
                   CAL_BUBBLE_SAME | CAL_BUBBLE_SECOND | CAL_BUBBLE_EXPLAIN);
  for (int second = 0; second < 2; second++) {
    act(id, second ? CAL_TURN_SECOND : CAL_TURN_SAME);
    const CalEntry *const entry = &effect_of(CAL_EFFECT_APPEND)->of.append;
    assert_int_equal(entry->kind, CAL_ENTRY_ANSWER);
    assert_string_equal(entry->name, "u:9");
    assert_string_equal(entry->value, second ? "second" : "same");
    assert_int_equal(entry->at, ROWS_NOW - 60);
  }
  act(id, CAL_TURN_TAKEN);
  assert_int_equal(count(CAL_EFFECT_APPEND), 0);
}

static void
test_undo(void **state)
{
  (void)state;
  run();
  act(0, CAL_TURN_UNDO);
  const CalEntry *const entry = &effect_of(CAL_EFFECT_APPEND)->of.append;
  assert_int_equal(entry->kind, CAL_ENTRY_UNDO);
  assert_string_equal(entry->name, "u:42");
  assert_int_equal(entry->at, ROWS_NOW);
  const CalEntry undone = *entry;
  tell_entry(&undone, TODAY, TODAY, false);
  assert_int_equal(count(CAL_EFFECT_CONFIRM), 0);
  CalTurnEvent event = { .kind = CAL_TURN_ACTION, .of.action.action = CAL_TURN_UNDO };
  tell(event); /* of nothing */
  assert_int_equal(count(CAL_EFFECT_APPEND), 0);
  event.of.action.entry_id[0] = '7';
  tell(event);
  assert_string_equal(effect_of(CAL_EFFECT_APPEND)->of.append.name, "7");
}

static void
test_only_answers_write(void **state)
{
  (void)state;
  static const CalTurnAction harmless[] = { CAL_TURN_EXPLAIN, CAL_TURN_CLOSED, CAL_TURN_SNOOZE,
                                            CAL_TURN_DISMISS, CAL_TURN_SAME,   CAL_TURN_SECOND };
  for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
    begin(state);
    run();
    const uint32_t id = miss("d3k2", ROWS_NOW - 7200, 10 * 60);
    act(id, harmless[i]);
    assert_int_equal(count(CAL_EFFECT_APPEND), 0);
    assert_int_equal(count(CAL_EFFECT_EXPLAIN), harmless[i] == CAL_TURN_EXPLAIN);
    act(id + 1, CAL_TURN_TAKEN);
    assert_int_equal(count(CAL_EFFECT_APPEND), 0);
  }
}

static void
test_a_snooze_is_an_hour_unless_said(void **state)
{
  (void)state;
  run();
  const uint32_t id = miss("d3k2", ROWS_NOW - 7200, 10 * 60);
  act(id, CAL_TURN_SNOOZE);
  assert_int_equal(cal_alerts_by_id(&world.turn.alerts, id)->until, ROWS_NOW + 3600);
  assert_int_equal(effect_of(CAL_EFFECT_WITHDRAW)->of.withdraw, id);
  assert_true(world.turn.wake <= ROWS_NOW + 3600);
}

/* -- Tags, radio -- */

static void
test_a_tag_that_feels_wear_is_written_down_once(void **state)
{
  (void)state;
  CalEvent event = { .kind = CAL_EVENT_RECORD, .at = ROWS_NOW };
  CalRecord record = { .sequence = 1, .type = CAL_RECORD_WEAR, .boot = 1 };
  record.flags = CAL_RECORD_FLAG_CLOCK_SET;
  record.time = (uint32_t)ROWS_NOW;
  record.wear.on = 1;
  cal_record_encode(&record, event.of.record.raw);
  assert_true(cal_address_parse(TAG, &event.tag));
  run();
  tell_records(TODAY, TODAY, &event);
  assert_int_equal(count(CAL_EFFECT_APPEND), 0); /* a tag that nobody adopted */
  fold();
  world.context.n_sources = 1;
  world.context.source[0] = (CalSource){ .address = event.tag, .kind = CAL_SOURCE_TAG_EVENT };
  tell_context();
  tell_records(TODAY, TODAY, &event);
  const CalEntry *const entry = &effect_of(CAL_EFFECT_APPEND)->of.append;
  assert_int_equal(entry->kind, CAL_ENTRY_TAG);
  assert_int_equal(entry->way, CAL_WAY_DAEMON);
  assert_string_equal(entry->name, TAG);
  assert_string_equal(entry->value, "tag-event wear");
  fold();
  world.context.source[0].has_wear = true;
  tell_context();
  tell_records(TODAY, TODAY, &event);
  assert_int_equal(count(CAL_EFFECT_APPEND), 0);
}

static void
test_more_tags_than_there_is_room_for(void **state)
{
  (void)state;
  static CalTagState tag[CAL_CONTEXT_MAX_TAGS + 3];
  for (size_t i = 0; i < CAL_CONTEXT_MAX_TAGS + 3; i++) {
    tag[i].address.octet[5] = (uint8_t)i;
    tag[i].battery_percent = 1;
  }
  run();
  world.turn.alerts.settings.bubbles_a_day = 1000;
  tell((CalTurnEvent){ .kind = CAL_TURN_TAGS, .of.tags = { tag, CAL_CONTEXT_MAX_TAGS + 3 } });
  assert_int_equal(world.turn.n_tags, CAL_CONTEXT_MAX_TAGS);
  assert_int_equal(count(CAL_EFFECT_SHOW), CAL_ALERT_MAX);
  for (size_t i = 0; i < CAL_CONTEXT_MAX_TAGS; i++)
    tag[i].address.octet[0] = 1;
  tell((CalTurnEvent){ .kind = CAL_TURN_TAGS, .of.tags = { tag, CAL_CONTEXT_MAX_TAGS } });
  assert_int_equal(count(CAL_EFFECT_WITHDRAW), CAL_ALERT_MAX);
  tell((CalTurnEvent){ .kind = CAL_TURN_TAGS, .of.tags = { NULL, 0 } });
  assert_int_equal(count(CAL_EFFECT_SHOW), 0);
}

/* Since when is the turn's to say: told again, in whichever order, it began when it was told first. */
static void
test_a_bond_is_lost_since_it_was_told_first(void **state)
{
  (void)state;
  static CalTagState tag[2];
  const CalTurnEvent tags = { .kind = CAL_TURN_TAGS, .of.tags = { tag, 2 } };
  for (size_t i = 0; i < 2; i++)
    tag[i] = (CalTagState){ .address.octet[0] = (uint8_t)(i + 1),
                            .battery_percent = -1,
                            .last_seen = world.moment.now };
  run();
  tag[1].bond = CAL_TAG_BOND_LOST;
  tell(tags);
  assert_int_equal(count(CAL_EFFECT_SHOW), 0);
  assert_int_equal(world.turn.wake, ROWS_NOW + 60);
  world.moment.now += 59;
  const CalTagState first = tag[0];
  tag[0] = tag[1];
  tag[1] = first;
  tell(tags);
  assert_int_equal(count(CAL_EFFECT_SHOW), 0);
  world.moment.now += 1;
  tell_kind(CAL_TURN_TICK);
  assert_int_equal(effect_of(CAL_EFFECT_SHOW)->of.show.finding.code, CAL_CODE_TAG_BOND);
  tag[0].bond = CAL_TAG_BOND_UNKNOWN;
  tell(tags);
  assert_int_equal(count(CAL_EFFECT_WITHDRAW), 0);
  tag[0].bond = CAL_TAG_BOND_HOLDS;
  tell(tags);
  assert_int_equal(count(CAL_EFFECT_WITHDRAW), 1);
}

static void
test_the_radio_is_off_since_it_went_off(void **state)
{
  (void)state;
  const CalTurnEvent off = { .kind = CAL_TURN_RADIO, .of.radio = CAL_RADIO_STATE_OFF };
  run();
  tell(event_of(CAL_TURN_TAGS));
  tell(off);
  assert_int_equal(count(CAL_EFFECT_SHOW), 0);
  assert_int_equal(world.turn.wake, ROWS_NOW + 60);
  world.moment.now += 59;
  tell(off); /* said twice: it went off when it was said first */
  assert_int_equal(count(CAL_EFFECT_SHOW), 0);
  world.moment.now += 1;
  tell_kind(CAL_TURN_TICK);
  assert_int_equal(effect_of(CAL_EFFECT_SHOW)->of.show.finding.code, CAL_CODE_BLUETOOTH_OFF);
}

/* -- Alerts -- */

static void
test_a_notifier_that_comes_late(void **state)
{
  (void)state;
  today()->supplement.amount[CAL_NUTRIENT_VITAMIN_D] = 20000;
  tell_context();
  tell_kind(CAL_TURN_BEGIN);
  fold();
  assert_int_equal(count(CAL_EFFECT_SHOW), 0);
  assert_int_equal(count(CAL_EFFECT_PUBLISH_ALERTS), 1);
  world.moment.now += 60;
  tell_kind(CAL_TURN_TICK);
  assert_int_equal(count(CAL_EFFECT_PUBLISH_ALERTS), 0); /* a minute more is nothing to tell */
  tell_notifier(true);
  assert_int_equal(count(CAL_EFFECT_SHOW), 1);
  tell_notifier(false);
  tell_notifier(true); /* the next one is given the bubble by whoever shows them: nothing is said again */
  assert_int_equal(count(CAL_EFFECT_SHOW), 0);
  tell_notifier(false);
  today()->supplement.amount[CAL_NUTRIENT_VITAMIN_D] = 0;
  commit(TODAY);
  assert_int_equal(count(CAL_EFFECT_WITHDRAW), 1); /* so that the next one is not given it */
}

/* Records of the days before yesterday change those days and raise nothing. */
static void
test_late_records_raise_no_old_alert(void **state)
{
  (void)state;
  run();
  for (int back = 2; back < 9; back++) {
    CalDayResult *const day = day_of(TODAY - back);
    day->sun.med_fraction = 2;
    day->newest = (CalDayNewest){ ROWS_NOW - back * DAY, 8 };
    day->supplement.amount[CAL_NUTRIENT_VITAMIN_D] = 10001;
    day->n_doses = 1;
    day->dose[0] = (CalDueDose){ .product = "d3", .due = ROWS_NOW - back * DAY, .filled = CAL_INSTANT_NONE };
    commit(TODAY - back);
    if (back == 2) /* until the week's mean is too high, which is of now */
      assert_int_equal(count(CAL_EFFECT_SHOW), 0);
    for (size_t i = 0; i < CAL_ALERT_MAX; i++)
      assert_true(world.turn.alerts.alert[i].state == CAL_ALERT_NONE ||
                  world.turn.alerts.alert[i].finding.code == CAL_CODE_D_HIGH);
  }
}

/* What was said, put off and dismissed is so after a restart. */
static bool
stands(CalCode code)
{
  for (size_t i = 0; i < CAL_ALERT_MAX; i++)
    if (cal_alert_stands(&world.turn.alerts.alert[i]) && world.turn.alerts.alert[i].finding.code == code)
      return true;
  return false;
}

static void
tick_at(int days, int minute)
{
  at(days, minute);
  tell_kind(CAL_TURN_TICK);
  if (effect_of(CAL_EFFECT_REFOLD) != NULL)
    fold();
}

/* The alarm is set for the hour at which the window is spoken of; dismissed, the day says it no more, and the
 * morrow does. */
static void
test_a_sun_window_is_said_once_a_day(void **state)
{
  (void)state;
  rows_profile(&world.context, "place 45,0");
  rows_profile(&world.context, "phototype 3");
  rows_profile(&world.context, "birth-year 1990");
  rows_set_food(world.day, DAYS, CAL_NUTRIENT_VITAMIN_D, 100);
  for (size_t i = 0; i < DAYS; i++)
    world.day[i].known = false; /* no d-low beside it */
  at(0, 8 * 60);
  run();
  for (int days = 0; days < 2; days++) {
    tick_at(days, 8 * 60);
    assert_false(stands(CAL_CODE_SUN_WINDOW));
    const int minute = (int)(world.turn.wake % DAY / 60);
    assert_true(minute >= 10 * 60 && minute < 12 * 60);
    assert_int_equal(world.turn.wake % 60, 0);
    tick_at(days, minute);
    assert_int_equal(count(CAL_EFFECT_SHOW), 1);
    assert_int_equal(effect_of(CAL_EFFECT_SHOW)->of.show.finding.code, CAL_CODE_SUN_WINDOW);
    act(shown(), CAL_TURN_DISMISS);
    tick_at(days, 13 * 60);
    assert_int_equal(count(CAL_EFFECT_SHOW), 0);
    tick_at(days, 20 * 60);
    assert_false(stands(CAL_CODE_SUN_WINDOW));
  }
}

static void
test_memory_outlives_a_restart(void **state)
{
  (void)state;
  static char memory[CAL_ALERT_MAX][CAL_ALERT_TEXT_SIZE];
  char key[CAL_TURN_KEY_SIZE];
  run();
  today()->supplement.amount[CAL_NUTRIENT_VITAMIN_D] = 20000;
  commit(TODAY);
  const uint32_t id = shown();
  act(id, CAL_TURN_DISMISS);
  assert_int_equal(count(CAL_EFFECT_REMEMBER), 1);
  snprintf(memory[0], sizeof memory[0], "%s", effect_of(CAL_EFFECT_REMEMBER)->of.remember.value);
  snprintf(key, sizeof key, "%s", effect_of(CAL_EFFECT_REMEMBER)->of.remember.key);
  begin(state);
  today()->supplement.amount[CAL_NUTRIENT_VITAMIN_D] = 20000;
  cal_turn_restore(&world.turn, key, memory[0]);
  cal_turn_restore(&world.turn, "alert.40", memory[0]);
  cal_turn_restore(&world.turn, "other", memory[0]);
  act(id, CAL_TURN_TAKEN); /* before the first look it names no dose */
  assert_int_equal(count(CAL_EFFECT_APPEND), 0);
  run();
  assert_int_equal(count(CAL_EFFECT_SHOW), 0);
  assert_int_equal(cal_alerts_by_id(&world.turn.alerts, id)->state, CAL_ALERT_DISMISSED);
}

static void
test_keys(void **state)
{
  (void)state;
  char key[CAL_TURN_KEY_SIZE];
  for (uint32_t i = 0; i < CAL_ALERT_MAX; i++) {
    char wanted[CAL_TURN_KEY_SIZE];
    snprintf(wanted, sizeof wanted, "alert.%u", i);
    assert_string_equal(cal_turn_key(i, key), wanted);
  }
  assert_null(cal_turn_key(CAL_ALERT_MAX, key));
}

/* -- A long walk -- */

#define STEPS    20000
#define MAX_IDS  20000
#define MAX_KEYS 4000

/* What a person in front of the screen saw, kept apart from what the machine says of itself. */
static struct {
  uint64_t random;
  bool on_screen[MAX_IDS];
  bool dismissed[MAX_IDS];
  bool snoozed[MAX_IDS]; /* since the last bubble */
  CalSeverity said[MAX_IDS];
  double value[MAX_IDS];
  struct {
    CalFinding finding;
    CalInstant last;
  } cause[MAX_KEYS];
  size_t n_causes;
  char memory[CAL_ALERT_MAX][CAL_ALERT_TEXT_SIZE]; /* what the ledger was asked to remember */
  CalDate restarted;
  CalDate date;
  int bubbles;
  long shows, withdraws, days, restarts;
} walk;

static uint32_t
draw(uint32_t below)
{
  walk.random ^= walk.random << 13;
  walk.random ^= walk.random >> 7;
  walk.random ^= walk.random << 17;
  return (uint32_t)(walk.random >> 33) % below;
}

static size_t
cause_of(const CalFinding *finding)
{
  for (size_t i = 0; i < walk.n_causes; i++)
    if (walk.cause[i].finding.code == finding->code &&
        strcmp(walk.cause[i].finding.subject, finding->subject) == 0)
      return i;
  assert_true(walk.n_causes < MAX_KEYS);
  walk.cause[walk.n_causes].finding = *finding;
  walk.cause[walk.n_causes].last = CAL_INSTANT_NONE;
  return walk.n_causes++;
}

/* A bubble that was not there: it must have a reason. */
static void
see_new(uint32_t id, const CalFinding *finding)
{
  const size_t cause = cause_of(finding);
  const CalInstant last = walk.cause[cause].last;
  const bool news = finding->severity > walk.said[id] ||
                    (finding->measure == CAL_MEASURE_COUNT && finding->value > walk.value[id]);
  if (walk.dismissed[id])
    assert_true(news);
  if (last != CAL_INSTANT_NONE && !walk.snoozed[id] && !news)
    assert_true(world.moment.now - last >= cal_code_facts(finding->code)->quiet_s);
  walk.cause[cause].last = world.moment.now;
  walk.dismissed[id] = walk.snoozed[id] = false;
  walk.said[id] = finding->severity;
  walk.value[id] = finding->value;
  if (finding->severity == CAL_SEVERITY_CRITICAL)
    return;
  if (walk.date != world.moment.date)
    walk.bubbles = 0;
  walk.date = world.moment.date;
  /* A restart counts what alerts remember, and some are forgotten within their day. */
  if (walk.restarted != world.moment.date)
    assert_true(++walk.bubbles <= world.turn.alerts.settings.bubbles_a_day);
}

static void
keep(const char *key, const char *value)
{
  char own[CAL_TURN_KEY_SIZE];
  uint32_t i = 0;
  while (cal_turn_key(i, own) != NULL && strcmp(own, key) != 0)
    i++;
  assert_true(i < CAL_ALERT_MAX);
  snprintf(walk.memory[i], sizeof walk.memory[i], "%s", value);
}

static void
see(void)
{
  for (size_t i = 0; i < world.n; i++) {
    const CalEffect *const effect = &world.effect[i];
    if (effect->kind == CAL_EFFECT_SHOW) {
      const uint32_t id = effect->of.show.alert;
      const CalFinding *const finding = &effect->of.show.finding;
      const bool night = world.moment.minute >= 22 * 60 || world.moment.minute < 7 * 60;
      assert_true(id > 0 && id < MAX_IDS);
      assert_true(!night || finding->severity == CAL_SEVERITY_CRITICAL);
      assert_int_equal(finding->flags & CAL_FINDING_NO_BUBBLE, 0);
      if (!walk.on_screen[id] || finding->severity > walk.said[id])
        see_new(id, finding);
      walk.on_screen[id] = true;
      walk.shows++;
    } else if (effect->kind == CAL_EFFECT_WITHDRAW) {
      assert_true(walk.on_screen[effect->of.withdraw]);
      walk.on_screen[effect->of.withdraw] = false;
      walk.withdraws++;
    } else if (effect->kind == CAL_EFFECT_REMEMBER) {
      keep(effect->of.remember.key, effect->of.remember.value);
    }
  }
}

/* What the machine holds to be on the screen is there, and nothing else is. */
static void
compare_screens(void)
{
  int of_machine = 0, of_person = 0;
  for (size_t i = 0; i < CAL_ALERT_MAX; i++)
    if (world.turn.alerts.alert[i].on_screen) {
      assert_true(walk.on_screen[world.turn.alerts.alert[i].id]);
      of_machine++;
    }
  for (uint32_t id = 0; id < world.turn.alerts.next_id; id++)
    of_person += walk.on_screen[id];
  assert_int_equal(of_machine, of_person);
}

/* Carries out what was asked for until nothing is asked for any more. */
static void
settle(void)
{
  see();
  for (int rounds = 0; effect_of(CAL_EFFECT_REFOLD) != NULL; rounds++) {
    const CalEffect refold = *effect_of(CAL_EFFECT_REFOLD);
    assert_true(rounds < 3);
    for (CalDate date = refold.of.days.first; date <= refold.of.days.last; date++) {
      tell_day(date);
      see();
    }
  }
  compare_screens();
}

static void
change_a_day(void)
{
  const CalDate date = world.moment.date - (draw(4) == 0 ? (CalDate)draw(10) : 0);
  CalDayResult *const day = day_of(date);
  static const double iu[] = { 0, 0, 3000, 9500, 12000 }, eaten[] = { 100, 640, 800, 5000 };
  switch (draw(6)) {
  case 0:
    day->supplement.amount[CAL_NUTRIENT_VITAMIN_D] = iu[draw(5)];
    break;
  case 1:
    day->food.amount[CAL_NUTRIENT_VITAMIN_D] = eaten[draw(4)];
    break;
  case 2:
    day->sun.med_fraction = draw(13) / 10.0;
    day->newest = (CalDayNewest){ world.moment.now - draw(3600), draw(9) };
    break;
  case 3:
    day->calcium_burst_mg = draw(1000);
    day->food.amount[CAL_NUTRIENT_MAGNESIUM] = 100 + draw(400);
    break;
  case 4:
    day->n_doses = 1;
    day->dose[0] = (CalDueDose){ .product = "d3", .due = (CalInstant)date * DAY + 8 * 3600, .minute = 480 };
    day->dose[0].filled = draw(2) == 0 ? CAL_INSTANT_NONE : day->dose[0].due;
    break;
  default:
    day->n_doubts = draw(2);
    snprintf(day->doubt[0].id, sizeof day->doubt[0].id, "u:%d", date);
    break;
  }
  tell_records(date, date, NULL);
}

static void
do_something(void)
{
  static const CalTurnAction actions[] = { CAL_TURN_TAKEN,   CAL_TURN_SNOOZE, CAL_TURN_DISMISS,
                                           CAL_TURN_EXPLAIN, CAL_TURN_CLOSED, CAL_TURN_SAME };
  const CalTurnAction action = actions[draw(6)];
  const CalAlert *const alert = &world.turn.alerts.alert[draw(CAL_ALERT_MAX)];
  if (!cal_alert_stands(alert))
    return;
  const uint32_t id = alert->id;
  if (action == CAL_TURN_CLOSED)
    walk.on_screen[id] = false;
  if (action == CAL_TURN_SNOOZE) {
    walk.snoozed[id] = true;
    walk.dismissed[id] = false;
  }
  if (action == CAL_TURN_DISMISS) {
    walk.dismissed[id] = true;
    walk.said[id] = alert->finding.severity;
    walk.value[id] = alert->finding.value;
    walk.cause[cause_of(&alert->finding)].last = world.moment.now;
  }
  act(id, action);
  if (action != CAL_TURN_TAKEN && action != CAL_TURN_SAME)
    assert_int_equal(count(CAL_EFFECT_APPEND), 0);
}

static void
change_the_machine(void)
{
  static CalTagState tag[3];
  switch (draw(4)) {
  case 0:
    for (size_t i = 0; i < 3; i++) {
      tag[i].address.octet[5] = (uint8_t)i;
      tag[i].battery_percent = (int)draw(100);
      tag[i].last_seen = world.moment.now - draw(2 * DAY);
      tag[i].lost += draw(40) == 0;
    }
    tell((CalTurnEvent){ .kind = CAL_TURN_TAGS, .of.tags = { tag, draw(4) } });
    break;
  case 1:
    tell((CalTurnEvent){ .kind = CAL_TURN_RADIO, .of.radio = (CalRadioState)draw(2) });
    break;
  case 2:
    tell((CalTurnEvent){ .kind = CAL_TURN_LEDGER, .of.ledger_trouble = draw(4) == 0 });
    break;
  default:
    tell_notifier(draw(5) != 0);
    break;
  }
}

/* The machine is killed and begins anew with what was remembered; its bubbles are gone. */
static void
restart(void)
{
  char key[CAL_TURN_KEY_SIZE];
  cal_turn_init(&world.turn);
  for (uint32_t i = 0; cal_turn_key(i, key) != NULL; i++)
    cal_turn_restore(&world.turn, key, walk.memory[i]);
  memset(walk.on_screen, 0, sizeof walk.on_screen);
  walk.restarted = world.moment.date;
  walk.restarts++;
  tell_context();
  tell_notifier(true);
  tell_kind(CAL_TURN_BEGIN);
}

static void
step(void)
{
  const CalInstant now = world.moment.now + draw(1500);
  const CalDate before = world.moment.date;
  at((int)(now / DAY) - TODAY, (int)(now % DAY / 60));
  world.moment.now = now;
  walk.days += world.moment.date != before;
  const uint32_t kind = draw(20);
  world.n = 0;
  if (draw(500) == 0)
    restart();
  else if (kind < 8)
    change_a_day();
  else if (kind < 12)
    do_something();
  else if (kind < 14)
    change_the_machine();
  else
    tell_kind(CAL_TURN_TICK);
  settle();
  if (kind >= 14) /* whoever was woken is woken again */
    assert_true(world.turn.wake > world.moment.now);
}

static void
test_a_long_walk(void **state)
{
  (void)state;
  memset(&walk, 0, sizeof walk);
  walk.random = 0x9e3779b97f4a7c15u;
  walk.date = walk.restarted = CAL_DATE_NONE;
  run();
  see();
  for (int i = 0; i < STEPS; i++)
    step();
  assert_true(walk.days > 150);
  assert_true(walk.shows > 300); /* else the walk led past everything */
  assert_true(walk.withdraws > 50);
  assert_true(walk.restarts > 20);
}

/* A record that says whether the tag is worn tells the feature, of whatever type it is; others, records that
 * count nothing, and what is no record tell nothing. */
static void
test_what_tells_that_a_tag_feels_wear(void **state)
{
  static const struct {
    uint8_t type, flags;
    uint16_t duration_s;
    int expected;
  } rows[] = { { CAL_RECORD_UV, CAL_RECORD_FLAG_WORN, 60, 1 },
               { CAL_RECORD_UV, 0, 60, 0 },
               { CAL_RECORD_UV, CAL_RECORD_FLAG_WORN, 0, 0 },
               { CAL_RECORD_WEAR, 0, 60, 1 } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalEvent event = { .kind = CAL_EVENT_RECORD, .at = ROWS_NOW };
    CalRecord record = { .sequence = 1, .type = rows[i].type, .boot = 1 };
    record.flags = CAL_RECORD_FLAG_CLOCK_SET | rows[i].flags;
    record.time = (uint32_t)ROWS_NOW;
    record.uv.duration_s = rows[i].duration_s;
    cal_record_encode(&record, event.of.record.raw);
    assert_true(cal_address_parse(TAG, &event.tag));
    begin(state);
    world.context.n_sources = 1;
    world.context.source[0] = (CalSource){ .address = event.tag, .kind = CAL_SOURCE_TAG_EVENT };
    run();
    tell_records(TODAY, TODAY, &event);
    assert_int_equal(count(CAL_EFFECT_APPEND), rows[i].expected);
    event.kind = CAL_EVENT_SAMPLE;
    tell_records(TODAY, TODAY, &event);
    assert_int_equal(count(CAL_EFFECT_APPEND), 0);
    tell_records(TODAY, TODAY, NULL);
    assert_int_equal(count(CAL_EFFECT_APPEND), 0);
  }
}

/* Said in seconds, a snooze lasts as long; of nought it is the hour. */
static void
test_a_snooze_of_ones_own(void **state)
{
  (void)state;
  static const int64_t said_s[] = { 1, 600, 0 };
  for (size_t i = 0; i < 3; i++) {
    begin(state);
    run();
    const uint32_t id = miss("d3k2", ROWS_NOW - 7200, 10 * 60);
    CalTurnEvent event = { .kind = CAL_TURN_ACTION };
    event.of.action.alert = id;
    event.of.action.action = CAL_TURN_SNOOZE;
    event.of.action.snooze_s = said_s[i];
    tell(event);
    assert_int_equal(cal_alerts_by_id(&world.turn.alerts, id)->until - ROWS_NOW,
                     said_s[i] > 0 ? said_s[i] : 3600);
  }
}

/* Taken within three hours, to the second, is taken now. */
static void
test_the_last_second_in_time(void **state)
{
  for (int late = 0; late < 2; late++) {
    begin(state);
    run();
    const CalInstant due = ROWS_NOW - 3 * 3600 - late;
    act(miss("d3k2", due, 9 * 60), CAL_TURN_TAKEN);
    assert_int_equal(effect_of(CAL_EFFECT_APPEND)->of.append.at, late ? due : ROWS_NOW);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup(test_example, begin),
    cmocka_unit_test_setup(test_begin_asks_for_a_row_of_days, begin),
    cmocka_unit_test_setup(test_every_event_in_every_phase, begin),
    cmocka_unit_test_setup(test_actions_before_anything_is_known, begin),
    cmocka_unit_test_setup(test_nothing_is_found_while_days_are_awaited, begin),
    cmocka_unit_test_setup(test_a_ledger_in_trouble_is_told_with_the_days_there_are, begin),
    cmocka_unit_test_setup(test_what_is_committed_is_folded_again, begin),
    cmocka_unit_test_setup(test_a_setting_reaches_to_this_day, begin),
    cmocka_unit_test_setup(test_midnight, begin),
    cmocka_unit_test_setup(test_days_that_jump, begin),
    cmocka_unit_test_setup(test_a_longer_interval_asks_for_more_days, begin),
    cmocka_unit_test_setup(test_the_longest_row, begin),
    cmocka_unit_test_setup(test_records_that_wait_for_the_clock, begin),
    cmocka_unit_test_setup(test_every_tick_sets_the_alarm_again, begin),
    cmocka_unit_test_setup(test_the_alarm_is_the_soonest, begin),
    cmocka_unit_test_setup(test_no_alarm_in_the_past, begin),
    cmocka_unit_test_setup(test_taken_appends_and_confirms, begin),
    cmocka_unit_test_setup(test_taken_late_was_taken_when_due, begin),
    cmocka_unit_test_setup(test_taken_fills_the_dose_it_was_asked_about, begin),
    cmocka_unit_test_setup(test_answers_to_a_dose_in_doubt, begin),
    cmocka_unit_test_setup(test_undo, begin),
    cmocka_unit_test_setup(test_only_answers_write, begin),
    cmocka_unit_test_setup(test_a_snooze_is_an_hour_unless_said, begin),
    cmocka_unit_test_setup(test_a_tag_that_feels_wear_is_written_down_once, begin),
    cmocka_unit_test_setup(test_more_tags_than_there_is_room_for, begin),
    cmocka_unit_test_setup(test_a_bond_is_lost_since_it_was_told_first, begin),
    cmocka_unit_test_setup(test_the_radio_is_off_since_it_went_off, begin),
    cmocka_unit_test_setup(test_a_notifier_that_comes_late, begin),
    cmocka_unit_test_setup(test_late_records_raise_no_old_alert, begin),
    cmocka_unit_test_setup(test_a_sun_window_is_said_once_a_day, begin),
    cmocka_unit_test_setup(test_memory_outlives_a_restart, begin),
    cmocka_unit_test_setup(test_keys, begin),
    cmocka_unit_test_setup(test_a_long_walk, begin),
    cmocka_unit_test_setup(test_what_tells_that_a_tag_feels_wear, begin),
    cmocka_unit_test_setup(test_a_snooze_of_ones_own, begin),
    cmocka_unit_test_setup(test_the_last_second_in_time, begin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
