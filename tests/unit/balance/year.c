/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "year.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <calcifer/alert.h>
#include <calcifer/atmosphere.h>
#include <calcifer/ozone.h>
#include <calcifer/record.h>
#include <calcifer/sun.h>

#include "draw.h"

#define TAG          "C0:FF:EE:00:00:01"
#define FIRST        20454 /* 2026-01-01 */
#define MAX_EVENTS   20000
#define MAX_ACTIONS  96
#define MAX_FOODS    200
#define NOON_S       43200
#define TICK_S       1800
#define RECORD_S     900
#define PLAN_S       3600 /* the most that a plan may be old: finding.h */
#define UPRIGHT      0.45 /* of a horizontal plane's index, on a coat, as a plan has it */
#define HOLIDAY      196  /* the 16th of July */
#define HOLIDAY_DAYS 14
#define ILL          40
#define ILL_DAYS     7
#define LOW_BATTERY  290
#define NEW_BATTERY  300

/* -- What somebody eats: in grams, and on how many days of a hundred -- */

static const struct {
  const char *food;
  int minute, grams, percent;
} meals[] = {
  { "oatmeal-dry", 450, 60, 55 },
  { "milk-unfortified", 455, 200, 75 },
  { "whole-wheat-bread", 460, 64, 60 },
  { "gouda", 465, 30, 40 },
  { "egg-boiled", 470, 50, 30 },
  { "banana", 600, 120, 50 },
  { "brown-rice", 750, 200, 35 },
  { "lentils", 755, 150, 30 },
  { "yogurt", 760, 170, 45 },
  { "broccoli", 765, 120, 30 },
  { "almonds", 960, 30, 40 },
  { "dark-chocolate", 965, 25, 45 },
  { "whole-wheat-bread", 1140, 96, 70 },
  { "cheddar", 1145, 30, 40 },
  { "salmon", 1150, 120, 15 },
  { "herring", 1155, 100, 12 },
  { "spinach", 1160, 90, 12 },
  { "chickpeas", 1165, 120, 20 },
  { "avocado", 1170, 75, 20 },
  { "milk-unfortified", 1175, 150, 40 },
};

#define N_MEALS (sizeof meals / sizeof *meals)

typedef enum ActionKind { EAT, TAKE, LOG_AGAIN, DONE, UV, WEAR, COVER, TAKEN, ANSWER, CLOSE } ActionKind;

typedef struct Action {
  CalInstant at;
  ActionKind kind;
  int which; /* meal; seconds outdoors; id of an alert */
} Action;

/* When a bubble was shown last, and when a finding ended. */
typedef struct Trail {
  CalCode code;
  char subject[CAL_FINDING_SUBJECT_SIZE];
  CalInstant shown, ended;
  int ended_on; /* the last whole day then */
  CalSeverity severity;
  bool stands;
} Trail;

#define MAX_TRAILS 2000

static struct {
  const YearPerson *person;
  YearTold *told;
  uint64_t generator;
  CalEvent event[MAX_EVENTS];
  size_t n_events;
  CalFood food[MAX_FOODS];
  size_t n_foods;
  CalContext context;  /* of now */
  CalContext at_start; /* of the beginning of today's span */
  size_t first_of_span;
  CalDayFrames frames;
  CalDay day;
  CalDayResult row[CAL_FINDING_MAX_ROWS];
  size_t n_rows;
  CalAlerts alerts;
  CalPlan plan;
  CalInstant planned;
  CalTagState tag;
  Action action[MAX_ACTIONS];
  size_t n_actions;
  Trail trail[MAX_TRAILS];
  size_t n_trails;
  uint32_t sequence;
  int number; /* of the day, 0 ... */
  double cloud;
  double uncovered; /* what of the sun still reaches the tag: shade, a shirt over it */
} life;

/* 0 to n - 1. */
static int
below(int n)
{
  return draw_below(&life.generator, n);
}

static bool
chance(int percent)
{
  return below(100) < percent;
}

/* -- Where and when -- */

static bool
on_holiday(int number)
{
  return number >= HOLIDAY && number < HOLIDAY + HOLIDAY_DAYS;
}

static bool
is_ill(int number)
{
  return number >= ILL && number < ILL + ILL_DAYS;
}

/* From the noon of a day on: Berlin, where summer time begins on the 29th of March and ends on the 25th of
 * October, and Crete. */
static int32_t
offset_after_noon(int number)
{
  if (on_holiday(number))
    return 10800;
  return number >= 87 && number < 297 ? 7200 : 3600;
}

static CalInstant
midnight(int number)
{
  return (FIRST + number) * INT64_C(86400) - offset_after_noon(number - 1);
}

/* The instant at which the clock shows a minute of the day. */
static CalInstant
at_minute(int number, int minute)
{
  const int32_t offset_s = offset_after_noon(minute < 720 ? number - 1 : number);
  return (FIRST + number) * INT64_C(86400) + minute * 60 - offset_s;
}

static CalDayFrame
frame_of(int number)
{
  const int32_t before = offset_after_noon(number - 1), after = offset_after_noon(number);
  const CalSpan day = { midnight(number), midnight(number + 1) };
  const CalInstant noon = day.start + NOON_S;
  CalDayFrame frame = { .date = FIRST + number, .n_pieces = before == after ? 1 : 2 };
  frame.piece[0] = (CalFramePiece){ { day.start, before == after ? day.end : noon }, before };
  frame.piece[1] = (CalFramePiece){ { noon, day.end }, after };
  return frame;
}

/* -- Events -- */

/* The day from its span's beginning on, as after something that came late. */
static void
refold(void)
{
  const CalSpan span = cal_day_span(&life.frames);
  cal_day_begin(&life.day, &life.frames, &life.at_start);
  for (size_t i = life.first_of_span; i < life.n_events; i++)
    if (life.event[i].at >= span.start)
      cal_day_step(&life.day, &life.event[i], life.event[i].at + 86400);
}

/* In the order of time; where it belongs before others the day is folded anew. */
static void
tell(const CalEvent *event)
{
  if (life.n_events == MAX_EVENTS)
    abort();
  size_t i = life.n_events++;
  for (; i > 0 && cal_event_compare(&life.event[i - 1], event) > 0; i--)
    life.event[i] = life.event[i - 1];
  life.event[i] = *event;
  if (event->kind == CAL_EVENT_ENTRY && cal_entry_kind_is_setting(event->of.entry.kind))
    cal_context_step(&life.context, &event->of.entry);
  if (life.n_rows == 0)
    return; /* the year has not begun */
  if (i + 1 < life.n_events)
    refold();
  else
    cal_day_step(&life.day, event, event->at + 86400);
  cal_day_result(&life.day, &life.row[life.n_rows - 1]);
  if (event->kind == CAL_EVENT_RECORD || event->of.entry.kind == CAL_ENTRY_TAKE)
    life.planned = CAL_INSTANT_NONE;
}

static void
enter(CalEntryKind kind, CalWay way, CalInstant at, const char *name, const char *value)
{
  CalEvent event = { .kind = CAL_EVENT_ENTRY, .at = at };
  CalEntry *const entry = &event.of.entry;
  snprintf(entry->id, sizeof entry->id, "u:%zu", life.n_events + 1);
  entry->kind = kind;
  entry->way = way;
  entry->at = at;
  entry->recorded = at < 0 ? midnight(0) : at;
  snprintf(entry->name, sizeof entry->name, "%s", name);
  snprintf(entry->value, sizeof entry->value, "%s", value);
  tell(&event);
}

static double
clear_uvi(CalInstant at)
{
  const CalPlace place = life.context.profile.place;
  const CalSunPosition sun = cal_sun_position(at, place.latitude_deg, place.longitude_deg);
  const double ozone_du = cal_ozone_climatology_du(place.latitude_deg, FIRST + life.number);
  return sun.zenith_deg >= 90
             ? 0
             : cal_atmosphere_clear_uvi(sun.zenith_deg, ozone_du, NULL) * cal_sun_distance_factor(at);
}

/* A record of the tag, heard at its end. */
static void
shine(CalInstant end, int seconds)
{
  const CalInstant start = end - seconds;
  const double uvi = clear_uvi(start + seconds / 2) * life.cloud * UPRIGHT * life.uncovered;
  CalEvent event = { .kind = CAL_EVENT_RECORD, .at = start, .of.record.log_id = 7 };
  CalRecord record = { .sequence = life.sequence++, .type = CAL_RECORD_UV, .boot = 1 };
  if (!cal_address_parse(TAG, &event.tag))
    abort();
  record.time = (uint32_t)start;
  record.flags = CAL_RECORD_FLAG_CLOCK_SET | CAL_RECORD_FLAG_WORN;
  record.uv.duration_s = (uint16_t)seconds;
  record.uv.mean = record.uv.maximum = (uint16_t)(uvi * 100 + 0.5);
  cal_record_encode(&record, event.of.record.raw);
  tell(&event);
}

/* -- A person -- */

static void
read_foods(void)
{
  char line[512];
  FILE *const file = fopen(FOODS_CSV, "r");
  if (file == NULL)
    abort();
  for (life.n_foods = 0; life.n_foods < MAX_FOODS && fgets(line, sizeof line, file) != NULL;) {
    line[strcspn(line, "\r\n")] = '\0';
    life.n_foods += cal_food_from_csv_row(line, &life.food[life.n_foods]);
  }
  fclose(file);
}

static void
enter_foods(void)
{
  for (size_t i = 0; i < N_MEALS; i++) {
    char value[CAL_ENTRY_VALUE_SIZE];
    const CalFood *const food = cal_food_find(life.food, life.n_foods, meals[i].food);
    if (food == NULL || !cal_food_format(food, value))
      abort();
    enter(CAL_ENTRY_FOODSTUFF, CAL_WAY_DAEMON, CAL_CONTEXT_ALWAYS, meals[i].food, value);
  }
}

static void
enter_settings(const char *settings)
{
  char copy[256];
  snprintf(copy, sizeof copy, "%s", settings);
  for (char *at = copy; at != NULL;) {
    char *const end = strstr(at, "; "), *const space = strchr(at, ' ');
    if (end != NULL)
      *end = '\0';
    *space = '\0';
    enter(CAL_ENTRY_PROFILE, CAL_WAY_HAND, CAL_CONTEXT_ALWAYS, at, space + 1);
    at = end == NULL ? NULL : end + 2;
  }
}

#define PRODUCT "pills"

static bool
takes(int number)
{
  return number < 104 || number >= 280;
}

/* The pills come and go with the season. */
static void
season(int number)
{
  if (number == 0 || number == 280)
    enter(CAL_ENTRY_PRODUCT, CAL_WAY_HAND, at_minute(number, 1), PRODUCT, life.person->winter);
  if (number == 104)
    enter(CAL_ENTRY_PRODUCT, CAL_WAY_HAND, at_minute(number, 1), PRODUCT, "");
}

static void
travel(int number)
{
  const bool out = number == HOLIDAY, back = number == HOLIDAY + HOLIDAY_DAYS;
  if (!out && !back)
    return;
  enter(CAL_ENTRY_ZONE, CAL_WAY_DAEMON, at_minute(number, 720), "",
        out ? "Europe/Athens 37.97 23.72" : "Europe/Berlin 52.50 13.37");
  enter(CAL_ENTRY_PROFILE, CAL_WAY_HAND, at_minute(number, 721), "place", out ? "35.5,24.0" : "52.5,13.4");
}

/* -- What a day brings -- */

static void
plan_action(CalInstant at, ActionKind kind, int which)
{
  if (life.n_actions == MAX_ACTIONS)
    abort();
  size_t i = life.n_actions++;
  for (; i > 0 && life.action[i - 1].at > at; i--)
    life.action[i] = life.action[i - 1];
  life.action[i] = (Action){ at, kind, which };
}

static int
percent_of(size_t meal)
{
  if (life.person->is_steady && strcmp(meals[meal].food, "broccoli") == 0)
    return 100;
  return life.person->is_steady && strcmp(meals[meal].food, "spinach") == 0 ? 0 : meals[meal].percent;
}

static void
plan_meals(int number)
{
  const bool enters = !is_ill(number) && !(on_holiday(number) && chance(60));
  for (size_t i = 0; i < N_MEALS; i++)
    if (enters && chance(percent_of(i)) && chance(life.person->enters_percent))
      plan_action(at_minute(number, meals[i].minute + below(5)), EAT, (int)i);
  if (enters && chance(85))
    plan_action(at_minute(number, 1260 + below(50)), DONE, 0);
}

static void
plan_dose(int number)
{
  const int minute = life.person->minute + below(60) - 20;
  if (!takes(number) || is_ill(number) || chance(6))
    return; /* forgotten */
  plan_action(at_minute(number, minute), TAKE, 0);
  if (chance(2))
    plan_action(at_minute(number, minute + 15), LOG_AGAIN, 0);
}

static void
plan_stretch(int number, int from, int minutes)
{
  for (int minute = from + 15; minute <= from + minutes; minute += 15)
    plan_action(at_minute(number, minute), UV, RECORD_S);
}

static void
plan_weekend(int number)
{
  const bool is_warm = number > 100 && number < 270;
  if (chance(is_warm ? 75 : 35))
    plan_stretch(number, 660 + below(12) * 5, is_warm ? 120 : 60);
  if (chance(is_warm ? 60 : 15))
    plan_stretch(number, 860 + below(12) * 5, 90);
}

static void
plan_sun(int number)
{
  const int weekday = (number + 3) % 7; /* the 1st of January 2026 is a Thursday */
  if (is_ill(number))
    return;
  if (on_holiday(number)) {
    plan_action(at_minute(number, 565), WEAR, 0);
    plan_stretch(number, 570, 75); /* and not at noon */
    plan_stretch(number, 1020, 120);
  } else if (weekday >= 5) {
    plan_weekend(number);
  } else {
    plan_stretch(number, 480, 30);
    plan_stretch(number, 750, chance(70) ? 30 : 0);
    plan_stretch(number, 1050, 30);
  }
}

static void
act(const Action *action)
{
  char grams[16];
  const CalAlert *alert;
  CalAlertEffect effect[CAL_ALERT_MAX_EFFECTS];
  const CalMoment moment = { .now = action->at };
  switch (action->kind) {
  case EAT:
    snprintf(grams, sizeof grams, "%dg",
             meals[action->which].grams * life.person->appetite_percent * (70 + below(60)) / 10000);
    enter(CAL_ENTRY_FOOD, CAL_WAY_HAND, action->at, meals[action->which].food, grams);
    break;
  case TAKE:
    enter(CAL_ENTRY_TAKE, CAL_WAY_HAND, action->at, PRODUCT, "1");
    break;
  case LOG_AGAIN:
    enter(CAL_ENTRY_TAKE, CAL_WAY_BUBBLE, action->at, PRODUCT, "1");
    break;
  case DONE:
    enter(CAL_ENTRY_DONE, CAL_WAY_HAND, action->at, "", "");
    break;
  case UV:
    shine(action->at, action->which);
    break;
  case WEAR:
    enter(CAL_ENTRY_PROFILE, CAL_WAY_HAND, action->at, "wear", "swimwear spf=30");
    break;
  case COVER:
    life.uncovered = 0.05;
    break;
  case TAKEN:
    alert = cal_alerts_by_id(&life.alerts, (uint32_t)action->which);
    if (alert != NULL)
      enter(CAL_ENTRY_TAKE, CAL_WAY_BUBBLE, action->at, alert->finding.about, "1");
    break;
  case ANSWER:
    alert = cal_alerts_by_id(&life.alerts, (uint32_t)action->which);
    if (alert != NULL)
      enter(CAL_ENTRY_ANSWER, CAL_WAY_BUBBLE, alert->finding.when, alert->finding.subject, "same");
    break;
  case CLOSE:
    cal_alerts_act(&life.alerts, (uint32_t)action->which, chance(30) ? CAL_ALERT_DISMISS : CAL_ALERT_CLOSED,
                   0, &moment, effect);
    break;
  }
}

/* -- What Calcifer says, and what the person does about it -- */

static Trail *
trail_of(const CalFinding *finding)
{
  for (size_t i = life.n_trails; i-- > 0;)
    if (life.trail[i].code == finding->code && strcmp(life.trail[i].subject, finding->subject) == 0)
      return &life.trail[i];
  if (life.n_trails == MAX_TRAILS)
    abort();
  Trail *const trail = &life.trail[life.n_trails++];
  *trail = (Trail){ .code = finding->code, .shown = CAL_INSTANT_NONE, .ended = CAL_INSTANT_NONE };
  memcpy(trail->subject, finding->subject, sizeof trail->subject);
  return trail;
}

static void
heed(const CalAlert *alert, CalInstant now)
{
  const CalCode code = alert->finding.code;
  if (code == CAL_CODE_SUN_HALF || code == CAL_CODE_SUN_NEAR || code == CAL_CODE_SUN_BURN)
    life.uncovered = 0.05;
  if (code == CAL_CODE_SUN_PROTECT && life.uncovered > 0.5)
    life.uncovered = 0.5;
  if (code == CAL_CODE_SUN_WINDOW) /* so many minutes, and no more of them */
    plan_action(now + 60 * (int)alert->finding.value, COVER, 0);
  if (code == CAL_CODE_INTAKE_MISSED && chance(60))
    plan_action(now + 600, TAKEN, (int)alert->id);
  if (code == CAL_CODE_SAME_DOSE)
    plan_action(now + 1200, ANSWER, (int)alert->id);
  plan_action(now + 3600 + below(3600), CLOSE, (int)alert->id);
}

static void
note_bubble(const CalAlert *alert, CalInstant now)
{
  Trail *const trail = trail_of(&alert->finding);
  const bool is_graver = alert->finding.severity > trail->severity;
  if (trail->shown != CAL_INSTANT_NONE && !is_graver &&
      now - trail->shown < cal_code_facts(alert->finding.code)->quiet_s)
    life.told->repeated++;
  trail->shown = now;
  trail->severity = alert->finding.severity;
  life.told->by_code[alert->finding.code]++;
  if (getenv("YEAR_TELLS") != NULL)
    printf("%4d %02d:%02d %s %s %g of %g\n", life.number, (int)((now - midnight(life.number)) / 3600),
           (int)((now - midnight(life.number)) / 60 % 60), cal_code_name(alert->finding.code),
           alert->finding.subject, alert->finding.value, alert->finding.reference);
  heed(alert, now);
}

static bool
is_among(const Trail *trail, const CalFinding *finding, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (finding[i].code == trail->code && strcmp(finding[i].subject, trail->subject) == 0)
      return true;
  return false;
}

/* What is told over a week or a fortnight: the sun of this hour may come and go. */
static bool
is_of_days(const CalFinding *finding)
{
  return finding->days > 1 || finding->code == CAL_CODE_K_STEADY;
}

/* The last day that is over: of whole days another may end what the one before it raised, of the meals of one
 * none may. */
static int
whole_day(void)
{
  return life.number - (life.row[life.n_rows - 1].closed ? 0 : 1);
}

static void
note_findings(const CalFinding *finding, size_t n, CalInstant now)
{
  for (size_t i = 0; i < n; i++) {
    Trail *const trail = trail_of(&finding[i]);
    if (!trail->stands && is_of_days(&finding[i]) && trail->ended != CAL_INSTANT_NONE &&
        trail->ended_on == whole_day()) {
      life.told->flapped++;
      if (getenv("YEAR_TELLS") != NULL)
        printf("%4d flaps %s %s after %d min: %g of %g\n", life.number, cal_code_name(trail->code),
               trail->subject, (int)(now - trail->ended) / 60, finding[i].value, finding[i].reference);
    }
    trail->stands = true;
  }
  for (size_t i = 0; i < life.n_trails; i++)
    if (life.trail[i].stands && !is_among(&life.trail[i], finding, n)) {
      life.trail[i].stands = false;
      life.trail[i].ended = now;
      life.trail[i].ended_on = whole_day();
    }
}

/* Only by day, for which alone there are windows: a plan takes longer than all the rest. */
static const CalPlan *
plan_now(CalInstant now, int minute)
{
  const CalSpan *const makes = &life.plan.makes;
  if (life.plan.date == FIRST + life.number && makes->end <= makes->start && !on_holiday(life.number))
    return &life.plan; /* in winter the sun makes nothing, whatever comes */
  if (minute < 540 || minute > 1020 || !cal_finding_wants_plan(&life.context, FIRST + life.number))
    return NULL;
  if (life.planned == CAL_INSTANT_NONE || now - life.planned >= PLAN_S) {
    const CalPlanInput input = { &life.context, life.frames.day, &life.row[life.n_rows - 1], now, NAN, NULL };
    cal_plan(&input, &life.plan);
    life.planned = now;
  }
  return &life.plan;
}

static CalMoment
moment_of(CalInstant now)
{
  const CalSpan day = cal_frame_extent(&life.frames.day);
  const int32_t minute = cal_frame_minute(&life.frames.day, now);
  return (CalMoment){ .now = now,
                      .date = FIRST + life.number,
                      .minute = minute,
                      .utc_offset_s =
                          offset_after_noon(now < day.start + NOON_S ? life.number - 1 : life.number),
                      .day_ends = day.end,
                      .day_begins = day.start };
}

static void
look(CalInstant now)
{
  static CalFinding standing[CAL_ALERT_MAX], found[CAL_FINDING_MAX];
  static CalAlertEffect effect[CAL_ALERT_MAX_EFFECTS];
  const CalMoment moment = moment_of(now);
  life.tag.last_seen = now;
  life.tag.battery_percent = life.number < LOW_BATTERY ? 100 - life.number / 4 : 18;
  if (life.number >= NEW_BATTERY)
    life.tag.battery_percent = 100;
  CalFindingInput input = { .now = now,
                            .started = midnight(0),
                            .utc_offset_s = moment.utc_offset_s,
                            .tag = &life.tag,
                            .n_tags = 1,
                            .radio_since = midnight(0),
                            .standing = standing };
  input.n_standing = cal_alerts_standing(&life.alerts, standing);
  input.plan = plan_now(now, moment.minute);
  const size_t n = cal_findings(life.row, life.n_rows, &life.context, &input, found);
  note_findings(found, n, now);
  const size_t n_effects = cal_alerts_find(&life.alerts, found, n, &moment, effect);
  for (size_t i = 0; i < n_effects; i++)
    if (effect[i].kind == CAL_ALERT_EFFECT_SHOW && life.alerts.alert[effect[i].slot].shown == now)
      note_bubble(&life.alerts.alert[effect[i].slot], now);
  life.told->bubbles[life.number] = life.alerts.bubbles;
}

/* -- Days -- */

/* As a daemon does at midnight: the context of the span's beginning, and what the ledger holds of the span.
 */
static void
begin_day(void)
{
  life.frames = (CalDayFrames){ frame_of(life.number - 1), frame_of(life.number), frame_of(life.number + 1) };
  const CalSpan span = cal_day_span(&life.frames);
  cal_context_init(&life.at_start);
  size_t i = 0;
  for (; i < life.n_events && life.event[i].at < span.start; i++)
    if (life.event[i].kind == CAL_EVENT_ENTRY && cal_entry_kind_is_setting(life.event[i].of.entry.kind))
      cal_context_step(&life.at_start, &life.event[i].of.entry);
  life.first_of_span = i;
  refold();
}

static void
begin_row(void)
{
  const size_t most = cal_finding_rows(&life.context);
  if (life.n_rows == most)
    memmove(&life.row[0], &life.row[1], (most - 1) * sizeof life.row[0]);
  else
    life.n_rows++;
  cal_day_result(&life.day, &life.row[life.n_rows - 1]);
  life.planned = CAL_INSTANT_NONE;
}

/* What was planned up to an instant is done, each thing at its own time. */
static void
act_until(CalInstant now)
{
  while (life.n_actions > 0 && life.action[0].at <= now) {
    const Action next = life.action[0];
    memmove(&life.action[0], &life.action[1], --life.n_actions * sizeof life.action[0]);
    act(&next);
    look(next.at);
  }
}

static void
live_day(void)
{
  static const double clouds[] = { 1, 1, 0.89, 0.73, 0.73, 0.31, 0.31 };
  begin_day();
  begin_row();
  life.cloud = on_holiday(life.number) ? 1 : clouds[below(7)];
  life.uncovered = 1;
  season(life.number);
  plan_meals(life.number);
  plan_dose(life.number);
  plan_sun(life.number);
  const CalSpan day = cal_frame_extent(&life.frames.day);
  for (CalInstant now = day.start; now < day.end; now += TICK_S) {
    act_until(now);
    if (now == day.start + NOON_S)
      travel(life.number);
    look(now);
  }
  act_until(day.end - 1);
  life.told->sun_iu += life.row[life.n_rows - 1].sun.iu;
  life.told->days_with_entries += life.row[life.n_rows - 1].known;
}

void
year_live(const YearPerson *person, uint64_t seed, YearTold *told)
{
  memset(&life, 0, sizeof life);
  memset(told, 0, sizeof *told);
  life.person = person;
  life.told = told;
  life.generator = seed;
  cal_context_init(&life.context);
  cal_alerts_init(&life.alerts);
  life.alerts.notifier = true;
  if (!cal_address_parse(TAG, &life.tag.address))
    abort();
  read_foods();
  enter_settings(person->settings);
  enter(CAL_ENTRY_PROFILE, CAL_WAY_HAND, CAL_CONTEXT_ALWAYS, "place", "52.5,13.4");
  enter_foods();
  enter(CAL_ENTRY_TAG, CAL_WAY_HAND, CAL_CONTEXT_ALWAYS, TAG, "tag-event wear slots=1");
  for (life.number = 0; life.number < YEAR_DAYS; life.number++)
    live_day();
}
