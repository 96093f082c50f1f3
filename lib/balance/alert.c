/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 *                    may be shown now                 snooze
 *   finding ──▶ RAISED ─────────────▶ SHOWN ───────────────────▶ SNOOZED
 *               ▲  ▲ ▲                 │ ▲ │                        │ its time is over
 *               │  │ └── graver, or ───┘ │ │ dismiss                │
 *               │  │     more of it      │ │                        │
 *               │  └─────────────────────┼─┼────────────────────────┘
 *               │       quiet time over, │ ▼
 *               │       still stands     │ DISMISSED
 *               │                        │   │
 *   (no finding, in any of these states) │   │
 *               ▼                        │   │
 *             OVER ─── finding again ────┘   │
 *               │   (or to DISMISSED, if so) │
 *               ▼ quiet time over            │
 *             NONE                           ▼ graver: RAISED
 *
 * A bubble on the screen is a second matter: it is there or not while SHOWN, and leaves with the state.
 */
#include <calcifer/alert.h>

#include <math.h>
#include <string.h>

#include "alert_slot.h"

/* A bubble on the screen is written anew when its number has moved by this share: a choice. */
#define NOTICEABLE 0.10

#define DAY_S 86400

/* The longest snooze: whoever wants more of it wants to dismiss. */
#define SNOOZE_MOST_S (366 * (int64_t)DAY_S)

CalAlertSettings
cal_alert_settings_default(void)
{
  return (CalAlertSettings){ .quiet_from_minute = 22 * 60, .quiet_to_minute = 7 * 60, .bubbles_a_day = 8 };
}

void
cal_alert_clear(CalAlert *alert)
{
  memset(alert, 0, sizeof *alert);
  alert->finding.value = alert->finding.reference = alert->finding.other = NAN;
  alert->finding.minute = -1;
  alert->finding.when = CAL_INSTANT_NONE;
  alert->since = alert->shown = alert->until = alert->dismissed = CAL_INSTANT_NONE;
}

void
cal_alerts_init(CalAlerts *alerts)
{
  memset(alerts, 0, sizeof *alerts);
  for (size_t i = 0; i < CAL_ALERT_MAX; i++)
    cal_alert_clear(&alerts->alert[i]);
  alerts->next_id = 1;
  alerts->settings = cal_alert_settings_default();
  alerts->bubbles_date = CAL_DATE_NONE;
}

bool
cal_alert_stands(const CalAlert *alert)
{
  switch (alert->state) {
  case CAL_ALERT_RAISED:
  case CAL_ALERT_SHOWN:
  case CAL_ALERT_SNOOZED:
  case CAL_ALERT_DISMISSED:
    return true;
  case CAL_ALERT_NONE:
  case CAL_ALERT_OVER:
    return false;
  }
  return false;
}

/* -- What one call gathers -- */

typedef struct Turn {
  CalAlerts *alerts;
  const CalMoment *moment;
  CalAlertEffect *effect;
  size_t n;
  bool changed[CAL_ALERT_MAX]; /* its memory has to be written */
} Turn;

static void
add_effect(Turn *turn, CalAlertEffectKind kind, size_t slot)
{
  turn->effect[turn->n++] = (CalAlertEffect){ kind, (uint32_t)slot, turn->alerts->alert[slot].id };
}

static size_t
finish(Turn *turn)
{
  for (size_t i = 0; i < CAL_ALERT_MAX; i++)
    if (turn->changed[i])
      add_effect(turn, CAL_ALERT_EFFECT_REMEMBER, i);
  return turn->n;
}

static void
enter(Turn *turn, size_t slot, CalAlertState state)
{
  turn->alerts->alert[slot].state = state;
  turn->changed[slot] = true;
}

static void
take_off_screen(Turn *turn, size_t slot)
{
  if (!turn->alerts->alert[slot].on_screen)
    return;
  turn->alerts->alert[slot].on_screen = false;
  add_effect(turn, CAL_ALERT_EFFECT_WITHDRAW, slot);
}

/* -- A clock that was set back -- */

/* A step back by less is a correction, and no quiet time is worth it. */
#define STEP_BACK_S 60

static CalInstant
later(CalInstant a, CalInstant b)
{
  return a > b ? a : b; /* CAL_INSTANT_NONE is before everything */
}

static CalInstant
earlier(CalInstant a, CalInstant b)
{
  return a < b ? a : b;
}

/* What was said in a future that never came was said now, and what was put off there ends as much sooner:
 * else a wrong year would silence an alert for a year. After a restart the alert's own instants tell it;
 * within one life also what time was seen last, since a snooze keeps its end alone. */
static void
mend(Turn *turn, size_t slot)
{
  CalAlert *const alert = &turn->alerts->alert[slot];
  const CalInstant now = turn->moment->now, last = turn->alerts->last;
  const CalInstant said = later(alert->since, later(alert->shown, alert->dismissed));
  const CalInstant ahead = alert->until > last ? later(said, last) : said;
  if (alert->state == CAL_ALERT_NONE || ahead <= now + STEP_BACK_S)
    return;
  alert->since = earlier(alert->since, now);
  alert->shown = earlier(alert->shown, now);
  alert->dismissed = earlier(alert->dismissed, now);
  if (alert->until != CAL_INSTANT_NONE)
    alert->until -= ahead - now;
  turn->changed[slot] = true;
}

static void
mend_clock(Turn *turn)
{
  for (size_t i = 0; i < CAL_ALERT_MAX; i++)
    mend(turn, i);
  turn->alerts->last = turn->moment->now;
}

/* -- Findings come and go -- */

static bool
is_about(const CalAlert *alert, const CalFinding *finding)
{
  return alert->state != CAL_ALERT_NONE && alert->finding.code == finding->code &&
         strcmp(alert->finding.subject, finding->subject) == 0;
}

static CalInstant
quiet_until(const CalAlert *alert)
{
  const CalInstant last = later(alert->shown, alert->dismissed);
  return last == CAL_INSTANT_NONE ? CAL_INSTANT_NONE : last + cal_code_facts(alert->finding.code)->quiet_s;
}

static void
forget(Turn *turn, size_t slot)
{
  cal_alert_clear(&turn->alerts->alert[slot]);
  turn->changed[slot] = true;
}

/* No finding any more. What nobody was told needs no quiet time; a snooze outlives its cause. */
static void
end(Turn *turn, size_t slot)
{
  CalAlert *const alert = &turn->alerts->alert[slot];
  take_off_screen(turn, slot);
  alert->until =
      later(quiet_until(alert), alert->state == CAL_ALERT_SNOOZED ? alert->until : CAL_INSTANT_NONE);
  if (alert->until == CAL_INSTANT_NONE || alert->until <= turn->moment->now)
    forget(turn, slot);
  else
    enter(turn, slot, CAL_ALERT_OVER);
}

static bool
is_found(const CalAlert *alert, const CalFinding *finding, size_t n_findings)
{
  for (size_t i = 0; i < n_findings; i++)
    if (is_about(alert, &finding[i]))
      return true;
  return false;
}

static void
end_what_is_gone(Turn *turn, const CalFinding *finding, size_t n_findings)
{
  for (size_t i = 0; i < CAL_ALERT_MAX; i++) {
    CalAlert *const alert = &turn->alerts->alert[i];
    if (cal_alert_stands(alert) && !is_found(alert, finding, n_findings))
      end(turn, i);
    else if (alert->state == CAL_ALERT_OVER && alert->until <= turn->moment->now)
      forget(turn, i);
  }
}

/* A free slot, or that of an alert that is over and would be forgotten first; CAL_ALERT_MAX when all stand.
 */
static size_t
free_slot(const CalAlerts *alerts)
{
  size_t slot = CAL_ALERT_MAX;
  for (size_t i = 0; i < CAL_ALERT_MAX; i++) {
    const CalAlert *const alert = &alerts->alert[i];
    if (alert->state == CAL_ALERT_NONE)
      return i;
    if (alert->state == CAL_ALERT_OVER && (slot == CAL_ALERT_MAX || alert->until < alerts->alert[slot].until))
      slot = i;
  }
  return slot;
}

static void
begin(Turn *turn, const CalFinding *finding)
{
  const size_t slot = free_slot(turn->alerts);
  if (slot == CAL_ALERT_MAX)
    return;
  CalAlert *const alert = &turn->alerts->alert[slot];
  cal_alert_clear(alert);
  alert->id = turn->alerts->next_id++;
  alert->finding = *finding;
  alert->since = turn->moment->now;
  enter(turn, slot, CAL_ALERT_RAISED);
}

/* A new cause under an old name: it became graver than what was said, or there is more of what is counted. */
static bool
is_new_cause(const CalAlert *alert, const CalFinding *finding)
{
  if (later(alert->shown, alert->dismissed) == CAL_INSTANT_NONE)
    return false;
  return finding->severity > alert->shown_severity ||
         (finding->measure == CAL_MEASURE_COUNT && finding->value > alert->shown_value);
}

static void
begin_again(Turn *turn, size_t slot)
{
  CalAlert *const alert = &turn->alerts->alert[slot];
  alert->since = turn->moment->now;
  if (alert->until > quiet_until(alert)) {
    enter(turn, slot, CAL_ALERT_SNOOZED);
    return;
  }
  alert->until = CAL_INSTANT_NONE;
  enter(turn, slot, alert->dismissed != CAL_INSTANT_NONE ? CAL_ALERT_DISMISSED : CAL_ALERT_SHOWN);
}

static void
go_on(Turn *turn, size_t slot, const CalFinding *finding)
{
  CalAlert *const alert = &turn->alerts->alert[slot];
  if (alert->state == CAL_ALERT_OVER)
    begin_again(turn, slot);
  if (is_new_cause(alert, finding)) {
    alert->dismissed = CAL_INSTANT_NONE;
    alert->until = CAL_INSTANT_NONE;
    enter(turn, slot, CAL_ALERT_RAISED);
  }
  turn->changed[slot] = turn->changed[slot] || alert->finding.severity != finding->severity;
  alert->finding = *finding;
}

static void
take_findings(Turn *turn, const CalFinding *finding, size_t n_findings)
{
  for (size_t i = 0; i < n_findings; i++) {
    size_t slot = 0;
    while (slot < CAL_ALERT_MAX && !is_about(&turn->alerts->alert[slot], &finding[i]))
      slot++;
    if (slot < CAL_ALERT_MAX)
      go_on(turn, slot, &finding[i]);
    else
      begin(turn, &finding[i]);
  }
}

/* -- Bubbles -- */

static bool
in_quiet_hours(const CalAlertSettings *settings, int minute)
{
  const int from = settings->quiet_from_minute, to = settings->quiet_to_minute;
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}

/* After a restart the bubbles of the day are those that alerts remember. */
static void
count_bubbles(CalAlerts *alerts, const CalMoment *moment)
{
  const bool first = alerts->bubbles_date == CAL_DATE_NONE;
  if (alerts->bubbles_date == moment->date)
    return;
  alerts->bubbles_date = moment->date;
  alerts->bubbles = 0;
  for (size_t i = 0; first && i < CAL_ALERT_MAX; i++)
    alerts->bubbles +=
        alerts->alert[i].state != CAL_ALERT_NONE && alerts->alert[i].shown > moment->day_ends - DAY_S;
}

/* Whether any bubble may be written at this hour. */
static bool
may_speak(const CalAlerts *alerts, const CalFinding *finding, const CalMoment *moment)
{
  return alerts->notifier &&
         (finding->severity == CAL_SEVERITY_CRITICAL || !in_quiet_hours(&alerts->settings, moment->minute));
}

/* What moves over days, what is offered and what is information can wait for a day that has room: the day's
 * first bubble or none, since who is called three times a day hears nothing any more. A choice. */
static bool
can_wait(const CalFinding *finding)
{
  return finding->severity == CAL_SEVERITY_INFORMATION ||
         (finding->severity == CAL_SEVERITY_NOTICE &&
          (finding->days > 1 || finding->code == CAL_CODE_SUN_WINDOW));
}

/* What was put off comes back when its time is over, and not on another day. */
static bool
has_room(const CalAlerts *alerts, const CalAlert *alert)
{
  if (alert->finding.severity == CAL_SEVERITY_CRITICAL)
    return true;
  return alerts->bubbles < alerts->settings.bubbles_a_day &&
         (alerts->bubbles == 0 || alert->state == CAL_ALERT_SNOOZED || !can_wait(&alert->finding));
}

static bool
may_show(const CalAlerts *alerts, const CalAlert *alert, const CalMoment *moment)
{
  return may_speak(alerts, &alert->finding, moment) && (alert->finding.flags & CAL_FINDING_NO_BUBBLE) == 0 &&
         has_room(alerts, alert);
}

static void
show(Turn *turn, size_t slot)
{
  CalAlert *const alert = &turn->alerts->alert[slot];
  alert->shown = turn->moment->now;
  alert->shown_value = alert->finding.value;
  alert->shown_severity = alert->finding.severity;
  alert->on_screen = true;
  turn->alerts->bubbles++;
  enter(turn, slot, CAL_ALERT_SHOWN);
  add_effect(turn, CAL_ALERT_EFFECT_SHOW, slot);
}

/* Whether a bubble on the screen follows its number: not the minutes since a dose was due, which no sentence
 * names, and not the UV index, which every cloud moves while the advice stays. */
static bool
is_followed(CalMeasure measure)
{
  switch (measure) {
  case CAL_MEASURE_MINUTES:
  case CAL_MEASURE_UVI:
    return false;
  case CAL_MEASURE_NONE:
  case CAL_MEASURE_IU:
  case CAL_MEASURE_MG:
  case CAL_MEASURE_UG:
  case CAL_MEASURE_RATIO:
  case CAL_MEASURE_MED:
  case CAL_MEASURE_HOURS:
  case CAL_MEASURE_PERCENT:
  case CAL_MEASURE_COUNT:
    return true;
  }
  return true;
}

/* It costs nothing of the day's count; and not at night. */
static void
refresh(Turn *turn, size_t slot)
{
  CalAlert *const alert = &turn->alerts->alert[slot];
  const double moved = fabs(alert->finding.value - alert->shown_value);
  if (!is_followed(alert->finding.measure) || !may_speak(turn->alerts, &alert->finding, turn->moment) ||
      !(moved > NOTICEABLE * fabs(alert->shown_value)))
    return;
  alert->shown_value = alert->finding.value;
  turn->changed[slot] = true;
  add_effect(turn, CAL_ALERT_EFFECT_SHOW, slot);
}

static bool
wants_bubble(const CalAlert *alert, CalInstant now)
{
  switch (alert->state) {
  case CAL_ALERT_RAISED:
    return true;
  case CAL_ALERT_SHOWN:
    return !alert->on_screen && now >= quiet_until(alert);
  case CAL_ALERT_SNOOZED:
    return now >= alert->until;
  case CAL_ALERT_NONE:
  case CAL_ALERT_DISMISSED:
  case CAL_ALERT_OVER:
    return false;
  }
  return false;
}

static void
look_at_bubble(Turn *turn, size_t slot)
{
  const CalAlert *const alert = &turn->alerts->alert[slot];
  if (!cal_alert_stands(alert))
    return;
  if (wants_bubble(alert, turn->moment->now) && may_show(turn->alerts, alert, turn->moment))
    show(turn, slot);
  else if (alert->on_screen && (alert->finding.flags & CAL_FINDING_NO_BUBBLE) != 0)
    take_off_screen(turn, slot);
  else if (alert->on_screen)
    refresh(turn, slot);
}

/* The gravest first, since the day has room for but a few. */
static void
look_at_bubbles(Turn *turn)
{
  for (int severity = CAL_SEVERITY_CRITICAL; severity >= CAL_SEVERITY_INFORMATION; severity--)
    for (size_t i = 0; i < CAL_ALERT_MAX; i++)
      if ((int)turn->alerts->alert[i].finding.severity == severity)
        look_at_bubble(turn, i);
}

size_t
cal_alerts_find(CalAlerts *alerts, const CalFinding *finding, size_t n_findings, const CalMoment *moment,
                CalAlertEffect effect[CAL_ALERT_MAX_EFFECTS])
{
  Turn turn = { .alerts = alerts, .moment = moment, .effect = effect };
  mend_clock(&turn);
  count_bubbles(alerts, moment);
  end_what_is_gone(&turn, finding, n_findings);
  take_findings(&turn, finding, n_findings);
  look_at_bubbles(&turn);
  return finish(&turn);
}

/* -- What a person does -- */

static size_t
slot_of(const CalAlerts *alerts, uint32_t id)
{
  for (size_t i = 0; i < CAL_ALERT_MAX; i++)
    if (cal_alert_stands(&alerts->alert[i]) && alerts->alert[i].id == id)
      return i;
  return CAL_ALERT_MAX;
}

const CalAlert *
cal_alerts_by_id(const CalAlerts *alerts, uint32_t id)
{
  const size_t slot = slot_of(alerts, id);
  return slot == CAL_ALERT_MAX ? NULL : &alerts->alert[slot];
}

/* Who snoozes what was dismissed wants to hear of it after all. */
static void
snooze(Turn *turn, size_t slot, int64_t snooze_s)
{
  CalAlert *const alert = &turn->alerts->alert[slot];
  const int64_t length = snooze_s < SNOOZE_MOST_S ? snooze_s : SNOOZE_MOST_S;
  take_off_screen(turn, slot);
  alert->dismissed = CAL_INSTANT_NONE;
  alert->until = turn->moment->now + (length > 0 ? length : 0);
  enter(turn, slot, CAL_ALERT_SNOOZED);
}

/* Whether a bubble said it within its quiet time in a graver tone than it has now: sun that is past. */
static bool
was_graver(const CalAlert *alert, CalInstant now)
{
  return alert->shown != CAL_INSTANT_NONE &&
         now < alert->shown + cal_code_facts(alert->finding.code)->quiet_s &&
         alert->shown_severity > alert->finding.severity;
}

/* What was dismissed counts as said, with its number and its tone. */
static void
dismiss(Turn *turn, size_t slot)
{
  CalAlert *const alert = &turn->alerts->alert[slot];
  take_off_screen(turn, slot);
  if (!was_graver(alert, turn->moment->now))
    alert->shown_severity = alert->finding.severity;
  alert->dismissed = turn->moment->now;
  alert->shown_value = alert->finding.value;
  enter(turn, slot, CAL_ALERT_DISMISSED);
}

size_t
cal_alerts_act(CalAlerts *alerts, uint32_t id, CalAlertAction action, int64_t snooze_s,
               const CalMoment *moment, CalAlertEffect effect[CAL_ALERT_MAX_EFFECTS])
{
  Turn turn = { .alerts = alerts, .moment = moment, .effect = effect };
  const size_t slot = slot_of(alerts, id);
  if (slot == CAL_ALERT_MAX)
    return 0;
  switch (action) {
  case CAL_ALERT_SNOOZE:
    snooze(&turn, slot, snooze_s);
    break;
  case CAL_ALERT_DISMISS:
    dismiss(&turn, slot);
    break;
  case CAL_ALERT_CLOSED:
    alerts->alert[slot].on_screen = false;
    break;
  }
  return finish(&turn);
}

size_t
cal_alerts_standing(const CalAlerts *alerts, CalFinding finding[CAL_ALERT_MAX])
{
  size_t n = 0;
  for (size_t i = 0; i < CAL_ALERT_MAX; i++)
    if (cal_alert_stands(&alerts->alert[i]))
      finding[n++] = alerts->alert[i].finding;
  return n;
}

/* -- Time -- */

static void
sooner(CalInstant *next, CalInstant now, CalInstant at)
{
  if (at != CAL_INSTANT_NONE && at > now && (*next == CAL_INSTANT_NONE || at < *next))
    *next = at;
}

static CalInstant
quiet_hours_end(const CalAlertSettings *settings, const CalMoment *moment)
{
  const int minutes = (settings->quiet_to_minute - moment->minute + 1440) % 1440;
  return moment->now - moment->now % 60 + (minutes == 0 ? 1440 : minutes) * 60;
}

CalInstant
cal_alerts_next(const CalAlerts *alerts, const CalMoment *moment)
{
  CalInstant next = CAL_INSTANT_NONE;
  for (size_t i = 0; i < CAL_ALERT_MAX; i++) {
    const CalAlert *const alert = &alerts->alert[i];
    if (alert->state == CAL_ALERT_SNOOZED || alert->state == CAL_ALERT_OVER)
      sooner(&next, moment->now, alert->until);
    if (alert->state == CAL_ALERT_SHOWN)
      sooner(&next, moment->now, quiet_until(alert));
    if (cal_alert_stands(alert) && wants_bubble(alert, moment->now)) {
      sooner(&next, moment->now, quiet_hours_end(&alerts->settings, moment));
      sooner(&next, moment->now, moment->day_ends);
    }
  }
  return next;
}
