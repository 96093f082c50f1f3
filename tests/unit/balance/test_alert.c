/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <calcifer/alert.h>

#define DAY   86400
#define TODAY 20615
#define NOON  (12 * 60)

#define GUARD 0xa5

static struct {
  CalAlerts alerts;
  CalMoment moment;
  CalAlertEffect effect[CAL_ALERT_MAX_EFFECTS + 8]; /* a guard behind what may be written */
  size_t n;
} world;

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
  cal_alerts_init(&world.alerts);
  world.alerts.notifier = true;
  at(0, NOON);
  return 0;
}

static CalFinding
made(CalCode code, const char *subject, double value)
{
  CalFinding finding = { .code = code, .value = value, .reference = 1, .other = NAN, .minute = -1 };
  finding.severity = cal_code_facts(code)->severity;
  finding.measure = cal_code_facts(code)->measure;
  finding.when = CAL_INSTANT_NONE;
  snprintf(finding.subject, sizeof finding.subject, "%s", subject);
  return finding;
}

static char memory[CAL_ALERT_MAX][CAL_ALERT_TEXT_SIZE];

static void
before_call(void)
{
  for (size_t i = 0; i < CAL_ALERT_MAX; i++)
    cal_alert_format(&world.alerts.alert[i], memory[i]);
  memset(world.effect, GUARD, sizeof world.effect);
}

/* Of every call: it stays in its array, and whatever changed of a slot's memory is to be remembered. */
static void
after_call(void)
{
  const unsigned char *const behind = (const unsigned char *)&world.effect[CAL_ALERT_MAX_EFFECTS];
  assert_true(world.n <= CAL_ALERT_MAX_EFFECTS);
  for (size_t i = 0; i < 8 * sizeof world.effect[0]; i++)
    assert_int_equal(behind[i], GUARD);
  for (uint32_t i = 0; i < CAL_ALERT_MAX; i++) {
    char now[CAL_ALERT_TEXT_SIZE];
    bool told = false;
    cal_alert_format(&world.alerts.alert[i], now);
    for (size_t j = 0; j < world.n; j++)
      told = told || (world.effect[j].kind == CAL_ALERT_EFFECT_REMEMBER && world.effect[j].slot == i);
    assert_int_equal(told, told || strcmp(now, memory[i]) != 0);
  }
  const CalInstant next = cal_alerts_next(&world.alerts, &world.moment);
  assert_true(next == CAL_INSTANT_NONE || next > world.moment.now);
}

static void
find_all(const CalFinding *finding, size_t n)
{
  before_call();
  world.n = cal_alerts_find(&world.alerts, finding, n, &world.moment, world.effect);
  after_call();
}

static void
find(CalFinding finding)
{
  find_all(&finding, 1);
}

static void
find_none(void)
{
  find_all(NULL, 0);
}

static void
act(uint32_t id, CalAlertAction action, int64_t snooze_s)
{
  before_call();
  world.n = cal_alerts_act(&world.alerts, id, action, snooze_s, &world.moment, world.effect);
  after_call();
}

static int
count(CalAlertEffectKind kind)
{
  int n = 0;
  for (size_t i = 0; i < world.n; i++)
    n += world.effect[i].kind == kind;
  return n;
}

static int
shows(void)
{
  return count(CAL_ALERT_EFFECT_SHOW);
}

static int
withdraws(void)
{
  return count(CAL_ALERT_EFFECT_WITHDRAW);
}

/* The only alert of a test. */
static CalAlert *
alert(void)
{
  return &world.alerts.alert[0];
}

static void
test_example(void **state)
{
  (void)state;
  const CalMoment moment = world.moment;
  CalAlerts alerts;
  CalAlertEffect effect[CAL_ALERT_MAX_EFFECTS];
  const CalFinding finding[] = { made(CAL_CODE_CA_HIGH, "", 2100) };
  cal_alerts_init(&alerts);
  alerts.notifier = true;
  assert_int_equal(cal_alerts_find(&alerts, finding, 1, &moment, effect), 2);
  assert_int_equal(effect[0].kind, CAL_ALERT_EFFECT_SHOW);
  assert_int_equal(effect[1].kind, CAL_ALERT_EFFECT_REMEMBER);
  const uint32_t id = effect[0].alert;
  assert_int_equal(cal_alerts_act(&alerts, id, CAL_ALERT_SNOOZE, 3600, &moment, effect), 2);
  assert_int_equal(effect[0].kind, CAL_ALERT_EFFECT_WITHDRAW);
  assert_int_equal(cal_alerts_by_id(&alerts, id)->state, CAL_ALERT_SNOOZED);
  assert_null(cal_alerts_by_id(&alerts, id + 1));
}

/* -- Every state and every event -- */

typedef enum Place {
  IN_NONE,
  IN_RAISED,  /* at night */
  IN_SHOWN,   /* on the screen */
  IN_CLOSED,  /* shown, and off the screen */
  IN_SNOOZED, /* for an hour */
  IN_DISMISSED,
  IN_OVER,           /* was shown */
  IN_OVER_DISMISSED, /* was dismissed */
} Place;

#define VALUE 2100.0
#define CODE  CAL_CODE_CA_HIGH /* quiet for three days, a warning */

static void
go_to(Place place)
{
  begin(NULL);
  if (place == IN_NONE)
    return;
  at(0, place == IN_RAISED ? 3 * 60 : NOON);
  find(made(CODE, "", VALUE));
  if (place == IN_CLOSED)
    act(1, CAL_ALERT_CLOSED, 0);
  else if (place == IN_SNOOZED)
    act(1, CAL_ALERT_SNOOZE, 3600);
  else if (place == IN_DISMISSED || place == IN_OVER_DISMISSED)
    act(1, CAL_ALERT_DISMISS, 0);
  if (place == IN_OVER || place == IN_OVER_DISMISSED)
    find_none();
}

typedef enum Happening {
  SAME,      /* the same finding, the same minute */
  A_BIT,     /* 9 % more of it */
  WORSE,     /* 11 % more of it */
  GRAVER,    /* critical */
  GONE,      /* no finding */
  SNOOZE,    /* for two hours */
  DISMISS,   //
  CLOSED,    //
  NEXT_HOUR, /* the same, an hour later: snooze is over */
  NEXT_WEEK, /* the same, after the quiet time, at noon */
  WEEK_GONE, /* nothing any more, after the quiet time */
} Happening;

static void
let(Happening what)
{
  CalFinding finding = made(CODE, "", VALUE * (what == A_BIT ? 1.09 : what == WORSE ? 1.11 : 1));
  switch (what) {
  case SNOOZE:
    act(1, CAL_ALERT_SNOOZE, 7200);
    return;
  case DISMISS:
    act(1, CAL_ALERT_DISMISS, 0);
    return;
  case CLOSED:
    act(1, CAL_ALERT_CLOSED, 0);
    return;
  case WEEK_GONE:
  case GONE:
    if (what == WEEK_GONE)
      at(7, NOON);
    find_none();
    return;
  case GRAVER:
    finding.severity = CAL_SEVERITY_CRITICAL;
    break;
  case NEXT_HOUR:
    at(0, world.moment.minute + 60);
    break;
  case NEXT_WEEK:
    at(7, NOON);
    break;
  case SAME:
  case A_BIT:
  case WORSE:
    break;
  }
  find(finding);
}

static const struct {
  Place from;
  Happening what;
  CalAlertState to;
  int shows;
  int withdraws;
} steps[] = {
  { IN_NONE, SAME, CAL_ALERT_SHOWN, 1, 0 },
  { IN_NONE, GONE, CAL_ALERT_NONE, 0, 0 },
  { IN_NONE, SNOOZE, CAL_ALERT_NONE, 0, 0 },
  { IN_NONE, DISMISS, CAL_ALERT_NONE, 0, 0 },
  { IN_NONE, CLOSED, CAL_ALERT_NONE, 0, 0 },

  { IN_RAISED, SAME, CAL_ALERT_RAISED, 0, 0 },
  { IN_RAISED, WORSE, CAL_ALERT_RAISED, 0, 0 },
  { IN_RAISED, GRAVER, CAL_ALERT_SHOWN, 1, 0 },
  { IN_RAISED, GONE, CAL_ALERT_NONE, 0, 0 },
  { IN_RAISED, SNOOZE, CAL_ALERT_SNOOZED, 0, 0 },
  { IN_RAISED, DISMISS, CAL_ALERT_DISMISSED, 0, 0 },
  { IN_RAISED, CLOSED, CAL_ALERT_RAISED, 0, 0 },
  { IN_RAISED, NEXT_WEEK, CAL_ALERT_SHOWN, 1, 0 },

  { IN_SHOWN, SAME, CAL_ALERT_SHOWN, 0, 0 },
  { IN_SHOWN, A_BIT, CAL_ALERT_SHOWN, 0, 0 },
  { IN_SHOWN, WORSE, CAL_ALERT_SHOWN, 1, 0 },
  { IN_SHOWN, GRAVER, CAL_ALERT_SHOWN, 1, 0 },
  { IN_SHOWN, GONE, CAL_ALERT_OVER, 0, 1 },
  { IN_SHOWN, SNOOZE, CAL_ALERT_SNOOZED, 0, 1 },
  { IN_SHOWN, DISMISS, CAL_ALERT_DISMISSED, 0, 1 },
  { IN_SHOWN, CLOSED, CAL_ALERT_SHOWN, 0, 0 },
  { IN_SHOWN, NEXT_HOUR, CAL_ALERT_SHOWN, 0, 0 },
  { IN_SHOWN, NEXT_WEEK, CAL_ALERT_SHOWN, 0, 0 },
  { IN_SHOWN, WEEK_GONE, CAL_ALERT_NONE, 0, 1 },

  { IN_CLOSED, SAME, CAL_ALERT_SHOWN, 0, 0 },
  { IN_CLOSED, WORSE, CAL_ALERT_SHOWN, 0, 0 },
  { IN_CLOSED, GRAVER, CAL_ALERT_SHOWN, 1, 0 },
  { IN_CLOSED, GONE, CAL_ALERT_OVER, 0, 0 },
  { IN_CLOSED, SNOOZE, CAL_ALERT_SNOOZED, 0, 0 },
  { IN_CLOSED, DISMISS, CAL_ALERT_DISMISSED, 0, 0 },
  { IN_CLOSED, NEXT_HOUR, CAL_ALERT_SHOWN, 0, 0 },
  { IN_CLOSED, NEXT_WEEK, CAL_ALERT_SHOWN, 1, 0 },

  { IN_SNOOZED, SAME, CAL_ALERT_SNOOZED, 0, 0 },
  { IN_SNOOZED, WORSE, CAL_ALERT_SNOOZED, 0, 0 },
  { IN_SNOOZED, GRAVER, CAL_ALERT_SHOWN, 1, 0 },
  { IN_SNOOZED, GONE, CAL_ALERT_OVER, 0, 0 },
  { IN_SNOOZED, SNOOZE, CAL_ALERT_SNOOZED, 0, 0 },
  { IN_SNOOZED, DISMISS, CAL_ALERT_DISMISSED, 0, 0 },
  { IN_SNOOZED, CLOSED, CAL_ALERT_SNOOZED, 0, 0 },
  { IN_SNOOZED, NEXT_HOUR, CAL_ALERT_SHOWN, 1, 0 },

  { IN_DISMISSED, SAME, CAL_ALERT_DISMISSED, 0, 0 },
  { IN_DISMISSED, WORSE, CAL_ALERT_DISMISSED, 0, 0 },
  { IN_DISMISSED, GRAVER, CAL_ALERT_SHOWN, 1, 0 },
  { IN_DISMISSED, GONE, CAL_ALERT_OVER, 0, 0 },
  { IN_DISMISSED, SNOOZE, CAL_ALERT_SNOOZED, 0, 0 },
  { IN_DISMISSED, DISMISS, CAL_ALERT_DISMISSED, 0, 0 },
  { IN_DISMISSED, CLOSED, CAL_ALERT_DISMISSED, 0, 0 },
  { IN_DISMISSED, NEXT_WEEK, CAL_ALERT_DISMISSED, 0, 0 },
  { IN_DISMISSED, WEEK_GONE, CAL_ALERT_NONE, 0, 0 },

  { IN_OVER, SAME, CAL_ALERT_SHOWN, 0, 0 },
  { IN_OVER, WORSE, CAL_ALERT_SHOWN, 0, 0 },
  { IN_OVER, GRAVER, CAL_ALERT_SHOWN, 1, 0 },
  { IN_OVER, GONE, CAL_ALERT_OVER, 0, 0 },
  { IN_OVER, SNOOZE, CAL_ALERT_OVER, 0, 0 },
  { IN_OVER, DISMISS, CAL_ALERT_OVER, 0, 0 },
  { IN_OVER, CLOSED, CAL_ALERT_OVER, 0, 0 },
  { IN_OVER, NEXT_HOUR, CAL_ALERT_SHOWN, 0, 0 },
  { IN_OVER, NEXT_WEEK, CAL_ALERT_SHOWN, 1, 0 },
  { IN_OVER, WEEK_GONE, CAL_ALERT_NONE, 0, 0 },

  { IN_OVER_DISMISSED, SAME, CAL_ALERT_DISMISSED, 0, 0 },
  { IN_OVER_DISMISSED, WORSE, CAL_ALERT_DISMISSED, 0, 0 },
  { IN_OVER_DISMISSED, GRAVER, CAL_ALERT_SHOWN, 1, 0 },
  { IN_OVER_DISMISSED, GONE, CAL_ALERT_OVER, 0, 0 },
  { IN_OVER_DISMISSED, NEXT_WEEK, CAL_ALERT_SHOWN, 1, 0 },
  { IN_OVER_DISMISSED, WEEK_GONE, CAL_ALERT_NONE, 0, 0 },
};

static void
test_every_state_and_event(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    go_to(steps[i].from);
    let(steps[i].what);
    if (alert()->state != steps[i].to || shows() != steps[i].shows || withdraws() != steps[i].withdraws)
      fail_msg("row %zu: place %d, event %d: state %d, %d shown, %d withdrawn", i, steps[i].from,
               steps[i].what, alert()->state, shows(), withdraws());
    assert_true(alert()->state == CAL_ALERT_SHOWN || !alert()->on_screen);
  }
}

/* The same after a restart in between, but for what was on the screen. */
static void
test_every_state_and_event_after_a_restart(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    char text[CAL_ALERT_TEXT_SIZE];
    go_to(steps[i].from);
    if (steps[i].from == IN_SHOWN)
      continue;
    const CalMoment moment = world.moment;
    cal_alert_format(alert(), text);
    begin(NULL);
    world.moment = moment;
    assert_int_equal(cal_alerts_restore(&world.alerts, 0, text), text[0] != '\0');
    let(steps[i].what);
    if (alert()->state != steps[i].to || shows() != steps[i].shows || withdraws() != steps[i].withdraws)
      fail_msg("row %zu: place %d, event %d: state %d, %d shown", i, steps[i].from, steps[i].what,
               alert()->state, shows());
  }
}

/* -- Memory -- */

static void
test_memory_round_trip(void **state)
{
  (void)state;
  char subject[CAL_FINDING_SUBJECT_SIZE];
  memset(subject, 'x', sizeof subject);
  memcpy(subject, "2026-06-11 08:00 ", 17);
  subject[sizeof subject - 1] = '\0';
  const char *const subjects[] = { "", "2026-06-11 08:00 a b", "tag:C0:FF:EE:00:00:01:00001234:1", subject };
  for (int place = IN_RAISED; place <= IN_OVER_DISMISSED; place++)
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
      char text[CAL_ALERT_TEXT_SIZE], again[CAL_ALERT_TEXT_SIZE];
      go_to((Place)place);
      snprintf(alert()->finding.subject, sizeof alert()->finding.subject, "%s", subjects[i]);
      const CalAlert old = *alert();
      cal_alert_format(&old, text);
      assert_true(text[0] != '\0');
      cal_alerts_init(&world.alerts);
      assert_true(cal_alerts_restore(&world.alerts, 7, text));
      const CalAlert *const new = &world.alerts.alert[7];
      cal_alert_format(new, again);
      assert_string_equal(text, again);
      assert_int_equal(new->id, old.id);
      assert_int_equal(new->state, old.state);
      assert_int_equal(new->finding.code, old.finding.code);
      assert_int_equal(new->finding.severity, old.finding.severity);
      assert_string_equal(new->finding.subject, subjects[i]);
      assert_true(new->since == old.since &&new->shown == old.shown &&new->until == old.until);
      assert_true(new->dismissed == old.dismissed);
      assert_int_equal(new->shown_severity, old.shown_severity);
      assert_false(new->on_screen);
      assert_true(world.alerts.next_id > old.id);
    }
}

/* Until it is found again nobody knows what it was about; it must not pass for the beginning of time. */
static void
test_a_restored_finding_says_nothing_of_when(void **state)
{
  (void)state;
  char text[CAL_ALERT_TEXT_SIZE];
  find(made(CAL_CODE_INTAKE_MISSED, "2026-06-11 08:00 d3k2", 61));
  cal_alert_format(alert(), text);
  begin(state);
  assert_true(cal_alerts_restore(&world.alerts, 0, text));
  assert_true(alert()->finding.when == CAL_INSTANT_NONE);
  assert_int_equal(alert()->finding.minute, -1);
  assert_true(isnan(alert()->finding.value));
  assert_true(isnan(alert()->finding.reference));
}

static void
test_what_is_no_memory(void **state)
{
  (void)state;
  static const char *const texts[] = {
    "",
    "1",
    "2 1 ca-high 2 2 0 0 - - 2100 2 ",
    "1 0 ca-high 2 2 0 0 - - 2100 2 ",
    "1 - ca-high 2 2 0 0 - - 2100 2 ",
    "1 4294967296 ca-high 2 2 0 0 - - 2100 2 ",
    "1 1 ca-higher 2 2 0 0 - - 2100 2 ",
    "1 1 ca-high 4 2 0 0 - - 2100 2 ",
    "1 1 ca-high - 2 0 0 - - 2100 2 ",
    "1 1 ca-high 2 0 0 0 - - 2100 2 ",
    "1 1 ca-high 2 6 0 0 - - 2100 2 ",
    "1 1 ca-high 2 -1 0 0 - - 2100 2 ",
    "1 1 ca-high 2 2 now 0 - - 2100 2 ",
    "1 1 ca-high 2 2 0 0 - - 2100",
    "1 1 ca-high 2 2 0 0 - - 2100 9 ",
    "1 1 ca-high 2 2 0 9999999999999 - - 2100 2 ",
    "1 1",
    "1 1 ca-high",
    "1 1 ca-high 2",
    "1 1 ca-high 2 2",
    "1 1 ca-high 2 2 0",
    "1 1 ca-high 2 2 0 0",
    "1 1 ca-high 2 2 0 0 -",
    "1 1 ca-high 2 2 0 0 - -",
    "1 1 a-code-of-more-letters-than-any-has 2 2 0 0 - - 2100 2 ",
    "1 1 ca-high 2 - 0 0 - - 2100 2 ",
    "1 1 ca-high 2 2 -9999999999999 0 - - 2100 2 ",
    "1 1 ca-high 2 2 0 0 then - 2100 2 ",
    "1 1 ca-high 2 2 0 0 - then 2100 2 ",
    "1 1 ca-high 2 2 0 0 - - much 2 ",
    "1 1 ca-high 2 2 0 0 - - 2100 - ",
    "1 1 ca-high 2 2 0 0 - - 2100.000000000000000000000000000000000 2 ",
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    assert_false(cal_alerts_restore(&world.alerts, 0, texts[i]));
    assert_int_equal(alert()->state, CAL_ALERT_NONE);
    assert_int_equal(world.alerts.next_id, 1);
  }
  assert_true(cal_alerts_restore(&world.alerts, 0, "1 1 ca-high 2 2 0 0 - - 2100 2 "));
  assert_false(cal_alerts_restore(&world.alerts, CAL_ALERT_MAX, "1 1 ca-high 2 2 0 0 - - 2100 2 "));
}

static void
test_a_free_slot_has_no_memory(void **state)
{
  (void)state;
  char text[CAL_ALERT_TEXT_SIZE] = "x";
  cal_alert_format(alert(), text);
  assert_string_equal(text, "");
}

/* -- Quiet hours, bubbles a day -- */

static void
test_quiet_hours(void **state)
{
  static const struct {
    int from, to, minute;
    bool quiet;
  } rows[] = {
    { 1320, 420, 1319, false }, { 1320, 420, 1320, true }, { 1320, 420, 0, true },  { 1320, 420, 419, true },
    { 1320, 420, 420, false },  { 600, 720, 599, false },  { 600, 720, 600, true }, { 600, 720, 719, true },
    { 600, 720, 720, false },   { 600, 600, 600, false },  { 0, 0, 0, false },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    begin(state);
    world.alerts.settings.quiet_from_minute = rows[i].from;
    world.alerts.settings.quiet_to_minute = rows[i].to;
    at(0, rows[i].minute);
    find(made(CODE, "", VALUE));
    assert_int_equal(shows(), rows[i].quiet ? 0 : 1);
    assert_int_equal(alert()->state, rows[i].quiet ? CAL_ALERT_RAISED : CAL_ALERT_SHOWN);
    begin(state);
    at(0, rows[i].minute);
    find(made(CAL_CODE_SUN_BURN, "", 1));
    assert_int_equal(shows(), 1);
  }
}

static void
test_the_morning_shows_what_the_night_raised(void **state)
{
  (void)state;
  at(0, 23 * 60 + 30);
  find(made(CODE, "", VALUE));
  assert_int_equal(shows(), 0);
  at(1, 0);
  find(made(CODE, "", VALUE));
  assert_int_equal(cal_alerts_next(&world.alerts, &world.moment), (CalInstant)(TODAY + 1) * DAY + 7 * 3600);
  at(1, 7 * 60);
  find(made(CODE, "", VALUE));
  assert_int_equal(shows(), 1);
}

/* A bubble that is on the screen since the evening makes no noise at night. */
static void
test_no_bubble_is_written_anew_at_night(void **state)
{
  (void)state;
  at(0, 21 * 60);
  find(made(CODE, "", VALUE));
  at(0, 23 * 60);
  find(made(CODE, "", 2 * VALUE));
  assert_int_equal(shows(), 0);
  at(1, 7 * 60);
  find(made(CODE, "", 2 * VALUE));
  assert_int_equal(shows(), 1);
}

/* Minutes since a dose was due grow by themselves, and the sentence does not name them. */
static void
test_time_alone_writes_no_bubble_anew(void **state)
{
  (void)state;
  find(made(CAL_CODE_INTAKE_MISSED, "x", 60));
  assert_int_equal(shows(), 1);
  find(made(CAL_CODE_INTAKE_MISSED, "x", 600));
  assert_int_equal(shows(), 0);
}

/* Every cloud moves the UV index, and the advice stays; the dose of the day is followed, as it says how near.
 */
static void
test_a_cloud_writes_no_bubble_anew(void **state)
{
  (void)state;
  find(made(CAL_CODE_SUN_PROTECT, "", 4));
  assert_int_equal(shows(), 1);
  find(made(CAL_CODE_SUN_PROTECT, "", 7));
  assert_int_equal(shows(), 0);
  find_none();
  find(made(CAL_CODE_SUN_HALF, "", 0.5));
  find(made(CAL_CODE_SUN_HALF, "", 0.6));
  assert_int_equal(shows(), 1);
}

static void
test_bubbles_a_day(void **state)
{
  (void)state;
  static const CalCode codes[] = { CAL_CODE_D_WITHOUT_K2, CAL_CODE_MG_LOW,  CAL_CODE_CA_MG_RATIO,
                                   CAL_CODE_D_LOW,        CAL_CODE_CA_HIGH, CAL_CODE_TAG_BATTERY };
  CalFinding finding[7];
  for (size_t i = 0; i < 6; i++)
    finding[i] = made(codes[i], "", 100);
  finding[6] = made(CAL_CODE_D_VERY_HIGH, "", 20000);
  world.alerts.settings.bubbles_a_day = 4;
  find_all(finding, 6);
  assert_int_equal(shows(), 4);
  assert_int_equal(world.alerts.alert[4].state, CAL_ALERT_SHOWN);  /* the warning */
  assert_int_equal(world.alerts.alert[0].state, CAL_ALERT_RAISED); /* the information */
  at(0, 13 * 60);
  find_all(finding, 7);
  assert_int_equal(shows(), 1); /* critical passes */
  at(0, 21 * 60);
  find_all(finding, 7);
  assert_int_equal(shows(), 0);
  at(1, NOON);
  find_all(finding, 7);
  assert_int_equal(shows(), 1); /* the battery */
  assert_int_equal(world.alerts.alert[5].state, CAL_ALERT_SHOWN);
  at(2, NOON);
  find_all(finding, 6);
  assert_int_equal(shows(), 1);
  assert_int_equal(world.alerts.alert[0].state, CAL_ALERT_SHOWN);
}

static CalFinding
made_of_days(CalCode code)
{
  CalFinding finding = made(code, "", 100);
  finding.days = 14;
  return finding;
}

/* What moves over days is the day's first bubble or none, and so is an offer and information. */
static void
test_what_can_wait(void **state)
{
  (void)state;
  const CalFinding finding[] = { made_of_days(CAL_CODE_MG_LOW),     made_of_days(CAL_CODE_D_LOW),
                                 made(CAL_CODE_SUN_WINDOW, "", 20), made(CAL_CODE_SUN_PROTECT, "", 4),
                                 made(CAL_CODE_SUN_HALF, "", 0.5),  made_of_days(CAL_CODE_CA_HIGH),
                                 made(CAL_CODE_TAG_BATTERY, "", 10) };
  find_all(finding, 4);
  assert_int_equal(shows(), 1);
  assert_int_equal(world.alerts.alert[0].state, CAL_ALERT_SHOWN);
  find_all(finding, 7);
  assert_int_equal(shows(), 3); /* the sun, the warning, the battery */
  for (size_t i = 1; i < 4; i++)
    assert_int_equal(world.alerts.alert[i].state, CAL_ALERT_RAISED);
  act(world.alerts.alert[1].id, CAL_ALERT_SNOOZE, 3600);
  at(0, NOON + 61);
  find_all(finding, 7);
  assert_int_equal(shows(), 1); /* as was asked for */
  assert_int_equal(world.alerts.alert[1].state, CAL_ALERT_SHOWN);
  at(1, 7 * 60);
  find_all(finding, 4);
  assert_int_equal(shows(), 1);
  assert_int_equal(world.alerts.alert[2].state, CAL_ALERT_SHOWN);
  at(2, 7 * 60);
  find_all(finding + 3, 1);
  assert_int_equal(shows(), 1);
}

static void
test_a_restart_does_not_give_the_day_more_bubbles(void **state)
{
  (void)state;
  static const CalCode codes[] = { CAL_CODE_CA_MG_RATIO, CAL_CODE_MG_LOW, CAL_CODE_D_LOW, CAL_CODE_CA_HIGH };
  CalFinding finding[5];
  char text[4][CAL_ALERT_TEXT_SIZE];
  for (size_t i = 0; i < 4; i++)
    finding[i] = made(codes[i], "", 100);
  finding[4] = made(CAL_CODE_TAG_BATTERY, "", 10);
  world.alerts.settings.bubbles_a_day = 4;
  find_all(finding, 4);
  assert_int_equal(shows(), 4);
  for (uint32_t i = 0; i < 4; i++)
    cal_alert_format(&world.alerts.alert[i], text[i]);
  begin(state);
  world.alerts.settings.bubbles_a_day = 4;
  for (uint32_t i = 0; i < 4; i++)
    assert_true(cal_alerts_restore(&world.alerts, i, text[i]));
  at(0, 13 * 60);
  find_all(finding, 5);
  assert_int_equal(shows(), 0);
}

/* -- Never repeated -- */

static void
test_flapping_is_one_bubble(void **state)
{
  (void)state;
  int shown = 0;
  for (int minute = NOON; minute < 20 * 60; minute++) {
    at(0, minute);
    if (minute % 2 == 0)
      find(made(CODE, "", VALUE));
    else
      find_none();
    shown += shows();
  }
  assert_int_equal(shown, 1);
}

/* -- Clocks -- */

static void
restart(void)
{
  char text[CAL_ALERT_TEXT_SIZE];
  cal_alert_format(alert(), text);
  cal_alerts_init(&world.alerts);
  world.alerts.notifier = true;
  assert_true(cal_alerts_restore(&world.alerts, 0, text));
}

/* What was said while the clock was a year ahead is said again after its quiet time, not after a year. */
static void
test_a_clock_set_back_silences_nothing(void **state)
{
  for (int again = 0; again < 2; again++) {
    begin(state);
    at(365, NOON);
    find(made(CODE, "", VALUE));
    act(1, CAL_ALERT_CLOSED, 0);
    if (again)
      restart();
    at(0, NOON);
    find(made(CODE, "", VALUE));
    assert_int_equal(shows(), 0);
    assert_true(alert()->since <= world.moment.now && alert()->shown <= world.moment.now);
    at(3, NOON - 1);
    find(made(CODE, "", VALUE));
    assert_int_equal(shows(), 0);
    at(3, NOON);
    find(made(CODE, "", VALUE));
    assert_int_equal(shows(), 1);
  }
}

static void
test_a_snooze_ends_although_the_clock_was_set_back(void **state)
{
  for (int again = 0; again < 2; again++) {
    begin(state);
    at(365, NOON);
    find(made(CODE, "", VALUE));
    act(1, CAL_ALERT_SNOOZE, 3600);
    if (again)
      restart();
    at(0, NOON);
    find(made(CODE, "", VALUE));
    assert_int_equal(shows(), 0);
    at(0, NOON + 59);
    find(made(CODE, "", VALUE));
    assert_int_equal(shows(), 0);
    at(0, NOON + 60);
    find(made(CODE, "", VALUE));
    assert_int_equal(shows(), 1);
  }
}

/* A clock that was right before keeps what was put off under it. */
static void
test_a_clock_that_goes_on_changes_no_snooze(void **state)
{
  (void)state;
  find(made(CODE, "", VALUE));
  act(1, CAL_ALERT_SNOOZE, 7200);
  const CalInstant until = alert()->until;
  at(0, NOON - 1); /* a correction */
  find(made(CODE, "", VALUE));
  assert_int_equal(alert()->until, until);
  assert_int_equal(alert()->state, CAL_ALERT_SNOOZED);
}

static void
test_subjects_are_causes_of_their_own(void **state)
{
  (void)state;
  CalFinding finding[] = { made(CAL_CODE_TAG_BATTERY, "A", 10), made(CAL_CODE_TAG_BATTERY, "B", 10) };
  find_all(finding, 2);
  assert_int_equal(shows(), 2);
  assert_true(world.alerts.alert[0].id != world.alerts.alert[1].id);
}

/* More lost records are news within the quiet time, the same ones are not. */
static void
test_more_of_what_is_counted_is_news(void **state)
{
  (void)state;
  find(made(CAL_CODE_RECORDS_LOST, "A", 3));
  act(1, CAL_ALERT_DISMISS, 0);
  find(made(CAL_CODE_RECORDS_LOST, "A", 3));
  assert_int_equal(shows(), 0);
  find(made(CAL_CODE_RECORDS_LOST, "A", 4));
  assert_int_equal(shows(), 1);
}

/* Sun that is past is told more softly: who dismisses it then has heard the graver word, and a new stretch of
 * the same day does not repeat it. On another day, or graver still, it is news. */
static void
test_what_was_dismissed_when_past_is_not_repeated(void **state)
{
  (void)state;
  CalFinding sun = made(CAL_CODE_SUN_HALF, "2026-06-11", 0.6);
  find(sun);
  assert_int_equal(shows(), 1);
  sun.severity = CAL_SEVERITY_INFORMATION;
  sun.flags = CAL_FINDING_NO_BUBBLE | CAL_FINDING_PAST;
  at(0, NOON + 60);
  find(sun);
  act(alert()->id, CAL_ALERT_DISMISS, 0);
  sun.severity = CAL_SEVERITY_NOTICE;
  sun.flags = 0;
  at(0, NOON + 240);
  find(sun);
  assert_int_equal(shows(), 0);
  assert_int_equal(alert()->state, CAL_ALERT_DISMISSED);
  sun.severity = CAL_SEVERITY_WARNING;
  find(sun);
  assert_int_equal(shows(), 1);
}

/* Dismissed softly long after the graver word, it may be told gravely again. */
static void
test_what_was_said_long_ago_may_be_graver_again(void **state)
{
  (void)state;
  CalFinding low = made(CAL_CODE_D_LOW, "", 500);
  find(low);
  low.severity = CAL_SEVERITY_INFORMATION;
  at(6, NOON);
  find(low);
  at(8, NOON);
  act(alert()->id, CAL_ALERT_DISMISS, 0);
  low.severity = CAL_SEVERITY_NOTICE;
  at(9, NOON);
  find(low);
  assert_int_equal(alert()->state, CAL_ALERT_SHOWN);
}

/* Who snoozes what was dismissed wants to hear of it again. */
static void
test_snooze_takes_back_a_dismissal(void **state)
{
  (void)state;
  go_to(IN_DISMISSED);
  let(SNOOZE);
  at(0, NOON + 120);
  find(made(CODE, "", VALUE));
  assert_int_equal(shows(), 1);
  find_none();
  find(made(CODE, "", VALUE));
  assert_int_equal(alert()->state, CAL_ALERT_SHOWN);
}

/* A cause that comes and goes does not end a snooze. */
static void
test_a_snooze_outlives_its_cause(void **state)
{
  (void)state;
  for (int was_shown = 0; was_shown < 2; was_shown++) {
    begin(state);
    at(0, was_shown ? 8 * 60 : 6 * 60);
    find(made(CAL_CODE_LEDGER_TROUBLE, "", NAN)); /* quiet for an hour */
    assert_int_equal(shows(), was_shown);
    act(1, CAL_ALERT_SNOOZE, 6 * 3600);
    find_none();
    at(0, 10 * 60);
    find(made(CAL_CODE_LEDGER_TROUBLE, "", NAN));
    assert_int_equal(shows(), 0);
    assert_int_equal(alert()->state, CAL_ALERT_SNOOZED);
    at(0, 14 * 60);
    find(made(CAL_CODE_LEDGER_TROUBLE, "", NAN));
    assert_int_equal(shows(), 1);
  }
}

static void
test_snoozes_of_any_length(void **state)
{
  (void)state;
  static const int64_t lengths[] = { INT64_MAX, INT64_MIN, -1, 0 };
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    char text[CAL_ALERT_TEXT_SIZE];
    go_to(IN_SHOWN);
    act(1, CAL_ALERT_SNOOZE, lengths[i]);
    assert_int_equal(alert()->state, CAL_ALERT_SNOOZED);
    assert_true(alert()->until >= world.moment.now);
    cal_alert_format(alert(), text);
    assert_true(cal_alerts_restore(&world.alerts, 0, text));
    assert_int_equal(alert()->state, CAL_ALERT_SNOOZED);
  }
}

/* -- Without a bubble -- */

static void
test_without_a_notifier_it_waits(void **state)
{
  (void)state;
  world.alerts.notifier = false;
  find(made(CAL_CODE_SUN_BURN, "", 1));
  assert_int_equal(shows(), 0);
  assert_int_equal(alert()->state, CAL_ALERT_RAISED);
  world.alerts.notifier = true;
  find(made(CAL_CODE_SUN_BURN, "", 1));
  assert_int_equal(shows(), 1);
}

static void
test_what_is_past_leaves_the_screen(void **state)
{
  (void)state;
  CalFinding finding = made(CAL_CODE_SUN_HALF, "2026-06-11", 0.6);
  find(finding);
  assert_int_equal(shows(), 1);
  finding.flags = CAL_FINDING_NO_BUBBLE;
  finding.severity = CAL_SEVERITY_INFORMATION;
  find(finding);
  assert_int_equal(withdraws(), 1);
  assert_true(cal_alert_stands(alert()));
  find(finding);
  assert_int_equal(shows() + withdraws(), 0);
  begin(state);
  find(finding);
  assert_int_equal(shows(), 0);
  assert_int_equal(alert()->state, CAL_ALERT_RAISED);
}

/* -- Many -- */

static void
many(CalFinding *finding, size_t n, char letter)
{
  for (size_t i = 0; i < n; i++) {
    finding[i] = made(CAL_CODE_D_VERY_HIGH, "", 20000);
    snprintf(finding[i].subject, sizeof finding[i].subject, "%c%zu", letter, i);
  }
}

/* All that is on the screen goes and as much comes: withdraw, show and remember in every slot. */
static void
test_a_full_table_is_replaced(void **state)
{
  (void)state;
  CalFinding finding[CAL_FINDING_MAX];
  many(finding, CAL_FINDING_MAX, 'a');
  find_all(finding, CAL_FINDING_MAX);
  assert_int_equal(shows(), CAL_ALERT_MAX);
  many(finding, CAL_FINDING_MAX, 'b');
  find_all(finding, CAL_FINDING_MAX);
  assert_int_equal(shows(), CAL_ALERT_MAX);
  assert_int_equal(withdraws(), CAL_ALERT_MAX);
  assert_int_equal(world.alerts.next_id, 2 * CAL_ALERT_MAX + 1);
}

static void
test_more_than_there_is_room_for_wait(void **state)
{
  (void)state;
  CalFinding finding[CAL_FINDING_MAX + 5];
  many(finding, CAL_FINDING_MAX + 5, 'a');
  find_all(finding, CAL_FINDING_MAX + 5);
  assert_int_equal(shows(), CAL_ALERT_MAX);
  find_all(finding + 5, CAL_FINDING_MAX);
  assert_int_equal(shows(), 5);
}

static void
test_what_stands(void **state)
{
  (void)state;
  CalFinding standing[CAL_ALERT_MAX];
  static const struct {
    Place place;
    size_t n;
  } rows[] = { { IN_NONE, 0 },    { IN_RAISED, 1 },    { IN_SHOWN, 1 }, { IN_CLOSED, 1 },
               { IN_SNOOZED, 1 }, { IN_DISMISSED, 1 }, { IN_OVER, 0 },  { IN_OVER_DISMISSED, 0 } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    go_to(rows[i].place);
    assert_int_equal(cal_alerts_standing(&world.alerts, standing), rows[i].n);
    assert_int_equal(cal_alerts_by_id(&world.alerts, 1) != NULL, rows[i].n);
  }
}

static void
test_when_to_look_again(void **state)
{
  (void)state;
  assert_true(cal_alerts_next(&world.alerts, &world.moment) == CAL_INSTANT_NONE);
  go_to(IN_SNOOZED);
  assert_int_equal(cal_alerts_next(&world.alerts, &world.moment), world.moment.now + 3600);
  go_to(IN_OVER);
  assert_int_equal(cal_alerts_next(&world.alerts, &world.moment), world.moment.now + 3 * DAY);
  go_to(IN_CLOSED);
  assert_int_equal(cal_alerts_next(&world.alerts, &world.moment), world.moment.now + 3 * DAY);
  go_to(IN_RAISED);
  assert_int_equal(cal_alerts_next(&world.alerts, &world.moment), (CalInstant)TODAY * DAY + 7 * 3600);
}

/* Each number of an alert's memory at its last value, and one behind. */
static void
test_memory_at_its_bounds(void **state)
{
  (void)state;
  static const struct {
    const char *in, *out;
  } rows[] = {
    { "1 4294967294 ca-high 2 2 0 0 - - 2100 2 ", "1 4294967295 ca-high 2 2 0 0 - - 2100 2 " },
    { "1 1 ca-high 2 2 0 0 - - 2100 2 ", "1 0 ca-high 2 2 0 0 - - 2100 2 " },
    { "1 1 ca-high 0 2 0 0 - - 2100 2 ", "1 1 ca-high -1 2 0 0 - - 2100 2 " },
    { "1 1 ca-high 3 2 0 0 - - 2100 2 ", "1 1 ca-high 4 2 0 0 - - 2100 2 " },
    { "1 1 ca-high 2 1 0 0 - - 2100 2 ", "1 1 ca-high 2 0 0 0 - - 2100 2 " },
    { "1 1 ca-high 2 5 0 0 - - 2100 2 ", "1 1 ca-high 2 6 0 0 - - 2100 2 " },
    { "1 1 ca-high 2 2 1000000000000 0 - - 2100 2 ", "1 1 ca-high 2 2 1000000000001 0 - - 2100 2 " },
    { "1 1 ca-high 2 2 -1000000000000 0 - - 2100 2 ", "1 1 ca-high 2 2 -1000000000001 0 - - 2100 2 " },
    { "1 1 ca-high 2 2 0 0 - - - 2 ", "1 1 ca-high 2 2 0 0 - - x 2 " },
    { "1 1 ca-high 2 2 0 0 - - 2100 3 ", "1 1 ca-high 2 2 0 0 - - 2100 4 " },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    begin(state);
    if (!cal_alerts_restore(&world.alerts, 0, rows[i].in))
      fail_msg("%s", rows[i].in);
    if (cal_alerts_restore(&world.alerts, 1, rows[i].out))
      fail_msg("%s", rows[i].out);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup(test_example, begin),
    cmocka_unit_test_setup(test_every_state_and_event, begin),
    cmocka_unit_test_setup(test_every_state_and_event_after_a_restart, begin),
    cmocka_unit_test_setup(test_memory_round_trip, begin),
    cmocka_unit_test_setup(test_a_restored_finding_says_nothing_of_when, begin),
    cmocka_unit_test_setup(test_what_is_no_memory, begin),
    cmocka_unit_test_setup(test_a_free_slot_has_no_memory, begin),
    cmocka_unit_test_setup(test_quiet_hours, begin),
    cmocka_unit_test_setup(test_the_morning_shows_what_the_night_raised, begin),
    cmocka_unit_test_setup(test_no_bubble_is_written_anew_at_night, begin),
    cmocka_unit_test_setup(test_time_alone_writes_no_bubble_anew, begin),
    cmocka_unit_test_setup(test_a_cloud_writes_no_bubble_anew, begin),
    cmocka_unit_test_setup(test_bubbles_a_day, begin),
    cmocka_unit_test_setup(test_what_can_wait, begin),
    cmocka_unit_test_setup(test_a_restart_does_not_give_the_day_more_bubbles, begin),
    cmocka_unit_test_setup(test_flapping_is_one_bubble, begin),
    cmocka_unit_test_setup(test_a_clock_set_back_silences_nothing, begin),
    cmocka_unit_test_setup(test_a_snooze_ends_although_the_clock_was_set_back, begin),
    cmocka_unit_test_setup(test_a_clock_that_goes_on_changes_no_snooze, begin),
    cmocka_unit_test_setup(test_subjects_are_causes_of_their_own, begin),
    cmocka_unit_test_setup(test_more_of_what_is_counted_is_news, begin),
    cmocka_unit_test_setup(test_what_was_dismissed_when_past_is_not_repeated, begin),
    cmocka_unit_test_setup(test_what_was_said_long_ago_may_be_graver_again, begin),
    cmocka_unit_test_setup(test_snooze_takes_back_a_dismissal, begin),
    cmocka_unit_test_setup(test_a_snooze_outlives_its_cause, begin),
    cmocka_unit_test_setup(test_snoozes_of_any_length, begin),
    cmocka_unit_test_setup(test_without_a_notifier_it_waits, begin),
    cmocka_unit_test_setup(test_what_is_past_leaves_the_screen, begin),
    cmocka_unit_test_setup(test_a_full_table_is_replaced, begin),
    cmocka_unit_test_setup(test_more_than_there_is_room_for_wait, begin),
    cmocka_unit_test_setup(test_what_stands, begin),
    cmocka_unit_test_setup(test_when_to_look_again, begin),
    cmocka_unit_test_setup(test_memory_at_its_bounds, begin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
