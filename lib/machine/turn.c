/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 *   entry, records ──▶ forget, refold ──▶ (the caller folds) ──▶ day ──┐
 *   tick, tags, radio, ledger, notifier, settings ─────────────────────┤
 *                                                                      ▼
 *                                            all days there?  findings ──▶ alerts ──▶ show, withdraw,
 *                                                  │ no                               remember, publish,
 *                                                  ▼                                  wake
 *                                               nothing
 *
 *   a person's action ──▶ append ──▶ (the caller appends) ──▶ entry ...
 */
#include <calcifer/turn.h>

#include <string.h>

#include <calcifer/number.h>
#include <calcifer/record.h>

#define KEY_PREFIX "alert."

/* When nobody says for how long. */
#define SNOOZE_S 3600

typedef struct Effects {
  CalEffect *effect;
  size_t n;
} Effects;

static CalEffect *
add(Effects *effects, CalEffectKind kind)
{
  /* Three for each alert and a handful besides: the array never fills. */
  CalEffect *const effect = &effects->effect[effects->n++];
  memset(effect, 0, sizeof *effect);
  effect->kind = kind;
  return effect;
}

static void
add_days(Effects *effects, CalEffectKind kind, CalDate first, CalDate last)
{
  CalEffect *const effect = add(effects, kind);
  effect->of.days.first = first;
  effect->of.days.last = last;
}

static void
copy_text(char *to, size_t size, const char *from)
{
  const size_t length = strlen(from) < size ? strlen(from) : size - 1;
  memcpy(to, from, length);
  to[length] = '\0';
}

/* -- The row of days -- */

static CalDate
first_date(const CalTurn *turn)
{
  return turn->today - (CalDate)turn->n_rows + 1;
}

static CalDayResult *
row_at(CalTurn *turn, CalDate date)
{
  return date < first_date(turn) || date > turn->today ? NULL : &turn->row[date - first_date(turn)];
}

/* Days that are not there yet, one range for all of them. */
static void
ask_for_missing(CalTurn *turn, Effects *effects)
{
  uint32_t first = 0, last = turn->n_rows;
  while (first < turn->n_rows && turn->have[first])
    first++;
  while (last > first && turn->have[last - 1])
    last--;
  if (first < last)
    add_days(effects, CAL_EFFECT_REFOLD, first_date(turn) + (CalDate)first,
             first_date(turn) + (CalDate)last - 1);
}

static bool
all_there(const CalTurn *turn)
{
  for (uint32_t i = 0; i < turn->n_rows; i++)
    if (!turn->have[i])
      return false;
  return turn->n_rows > 0;
}

/* Makes the row end today and hold as many days as the products ask for, keeping what is there. */
static bool
fit_row(CalTurn *turn, CalDate today)
{
  const uint32_t wanted = (uint32_t)cal_finding_rows(&turn->context);
  const CalDate old_first = first_date(turn), new_first = today - (CalDate)wanted + 1;
  if (turn->today == today && turn->n_rows == wanted)
    return false;
  const int64_t shift = (int64_t)new_first - old_first; /* rows leave at the front, or come there */
  bool have[CAL_FINDING_MAX_ROWS] = { false };
  if (shift >= 0)
    for (uint32_t i = 0; i < wanted && i + shift < turn->n_rows; i++) {
      turn->row[i] = turn->row[i + shift];
      have[i] = turn->have[i + shift];
    }
  else
    for (uint32_t i = wanted; i-- > 0;)
      if (i + shift >= 0 && i + shift < turn->n_rows) {
        turn->row[i] = turn->row[i + shift];
        have[i] = turn->have[i + shift];
      }
  memcpy(turn->have, have, sizeof have);
  turn->n_rows = wanted;
  turn->today = today;
  for (uint32_t i = 0; i < wanted; i++)
    if (!have[i]) {
      memset(&turn->row[i], 0, sizeof turn->row[i]);
      turn->row[i].date = new_first + (CalDate)i;
      turn->row[i].newest.end = turn->row[i].ambient.end = turn->row[i].look_again = CAL_INSTANT_NONE;
    }
  return true;
}

static void
touch(CalTurn *turn, CalDate first, CalDate last, Effects *effects)
{
  add_days(effects, CAL_EFFECT_FORGET, first, last);
  for (uint32_t i = 0; i < turn->n_rows; i++)
    if (turn->row[i].date >= first && turn->row[i].date <= last)
      turn->have[i] = false;
  if (turn->begun)
    ask_for_missing(turn, effects);
}

/* Records that wait for the clock may count now, and days that could not be folded may now be. */
static void
look_again(CalTurn *turn, CalInstant now, Effects *effects)
{
  for (uint32_t i = 0; i < turn->n_rows; i++)
    if (turn->row[i].look_again != CAL_INSTANT_NONE && turn->row[i].look_again <= now)
      turn->have[i] = false;
  ask_for_missing(turn, effects);
}

/* -- Alerts to effects -- */

static uint32_t
actions_of(CalCode code)
{
  const uint32_t usual = CAL_BUBBLE_SNOOZE | CAL_BUBBLE_EXPLAIN;
  if (code == CAL_CODE_INTAKE_MISSED)
    return CAL_BUBBLE_TAKEN | usual;
  if (code == CAL_CODE_SAME_DOSE)
    return CAL_BUBBLE_SAME | CAL_BUBBLE_SECOND | CAL_BUBBLE_EXPLAIN;
  return usual;
}

static void
write_key(uint32_t slot, char key[CAL_TURN_KEY_SIZE])
{
  char number[CAL_NUMBER_TEXT_SIZE];
  cal_number_format(slot, 0, number);
  copy_text(key, CAL_TURN_KEY_SIZE, KEY_PREFIX);
  copy_text(key + strlen(KEY_PREFIX), CAL_TURN_KEY_SIZE - strlen(KEY_PREFIX), number);
}

static void
add_alert_effect(const CalAlerts *alerts, const CalAlertEffect *from, Effects *effects)
{
  const CalAlert *const alert = &alerts->alert[from->slot];
  CalEffect *effect;
  switch (from->kind) {
  case CAL_ALERT_EFFECT_SHOW:
    effect = add(effects, CAL_EFFECT_SHOW);
    effect->of.show.alert = alert->id;
    effect->of.show.actions = actions_of(alert->finding.code);
    effect->of.show.finding = alert->finding;
    break;
  case CAL_ALERT_EFFECT_WITHDRAW:
    add(effects, CAL_EFFECT_WITHDRAW)->of.withdraw = from->alert;
    break;
  case CAL_ALERT_EFFECT_REMEMBER:
    effect = add(effects, CAL_EFFECT_REMEMBER);
    write_key(from->slot, effect->of.remember.key);
    cal_alert_format(alert, effect->of.remember.value);
    break;
  }
}

static void
add_alert_effects(const CalAlerts *alerts, const CalAlertEffect *from, size_t n, Effects *effects)
{
  for (size_t i = 0; i < n; i++)
    add_alert_effect(alerts, &from[i], effects);
}

/* -- Looking anew -- */

/* A plan is walked minute by minute: it is kept while the day stays as it is, and for these seconds. A day
 * that has changed is planned anew from where the light began that is kept, so that no minute's sun is sought
 * twice. */
#define PLAN_S 300

static bool
is_fresh(CalInstant since, CalDate date, const CalTurn *turn, CalInstant now)
{
  return since != CAL_INSTANT_NONE && date == turn->today && now >= since && now - since < PLAN_S;
}

/* Today's plan from now on; NULL where nothing of it may be said. */
static const CalPlan *
plan_of(CalTurn *turn, const CalMoment *moment)
{
  if (turn->n_rows == 0 || !cal_finding_wants_plan(&turn->context, turn->today))
    return NULL;
  const CalInstant now = moment->now;
  if (is_fresh(turn->planned, turn->plan.date, turn, now))
    return &turn->plan;
  if (!is_fresh(turn->light.start, turn->light_date, turn, now))
    turn->light.start = CAL_INSTANT_NONE;
  const CalDayResult *const today = &turn->row[turn->n_rows - 1];
  const CalSpan span = { moment->day_begins, moment->day_ends };
  CalPlanInput input = { .context = &turn->context, .day = today, .now = now, .light = &turn->light };
  input.frame = (CalDayFrame){ turn->today, 1, { { span, moment->utc_offset_s } } };
  input.sky_ratio = cal_plan_sky_ratio(&turn->context, &input.frame, &today->ambient, now);
  cal_plan(&input, &turn->plan);
  turn->planned = turn->light.start;
  turn->light_date = turn->today;
  return &turn->plan;
}

static CalFindingInput
input_of(const CalTurn *turn, const CalMoment *moment, const CalFinding *standing, size_t n_standing)
{
  return (CalFindingInput){
    .now = moment->now,
    .started = turn->started,
    .utc_offset_s = moment->utc_offset_s,
    .tag = turn->tag,
    .n_tags = turn->n_tags,
    .radio = turn->radio,
    .radio_since = turn->radio_since,
    .ledger_trouble = turn->ledger_trouble,
    .standing = standing,
    .n_standing = n_standing,
  };
}

static CalInstant
soonest(CalInstant a, CalInstant b)
{
  if (a == CAL_INSTANT_NONE || b == CAL_INSTANT_NONE)
    return a == CAL_INSTANT_NONE ? b : a;
  return a < b ? a : b;
}

static void
set_alarm(CalTurn *turn, const CalFindingInput *input, const CalMoment *moment, Effects *effects)
{
  CalInstant wake = moment->day_ends > moment->now ? moment->day_ends : CAL_INSTANT_NONE;
  wake = soonest(wake, cal_alerts_next(&turn->alerts, moment));
  wake = soonest(wake, cal_finding_next(turn->row, turn->n_rows, &turn->context, input));
  for (uint32_t i = 0; i < turn->n_rows; i++)
    if (turn->row[i].look_again > moment->now)
      wake = soonest(wake, turn->row[i].look_again);
  if (wake == CAL_INSTANT_NONE || wake == turn->wake)
    return;
  turn->wake = wake;
  add(effects, CAL_EFFECT_WAKE)->of.wake = wake;
}

static void
look(CalTurn *turn, const CalMoment *moment, Effects *effects)
{
  CalFinding standing[CAL_ALERT_MAX], found[CAL_FINDING_MAX];
  CalAlertEffect effect[CAL_ALERT_MAX_EFFECTS];
  CalAlerts before = turn->alerts;
  const size_t n_standing = cal_alerts_standing(&turn->alerts, standing);
  CalFindingInput input = input_of(turn, moment, standing, n_standing);
  input.plan = plan_of(turn, moment);
  const size_t n_found = cal_findings(turn->row, turn->n_rows, &turn->context, &input, found);
  const size_t n = cal_alerts_find(&turn->alerts, found, n_found, moment, effect);
  add_alert_effects(&turn->alerts, effect, n, effects);
  before.last = turn->alerts.last; /* that time has passed is nothing to tell */
  if (memcmp(&before, &turn->alerts, sizeof before) != 0)
    add(effects, CAL_EFFECT_PUBLISH_ALERTS);
  set_alarm(turn, &input, moment, effects);
}

/* -- What a person does -- */

static CalEntry *
append(Effects *effects, CalEntryKind kind, CalWay way, CalInstant at, CalInstant now)
{
  CalEntry *const entry = &add(effects, CAL_EFFECT_APPEND)->of.append;
  entry->kind = kind;
  entry->way = way;
  entry->at = at;
  entry->recorded = now;
  return entry;
}

/* Until when an intake fills a dose: three hours on, or to the middle on the way to the product's next. */
static CalInstant
fills_until(const CalTurn *turn, const char *product, CalInstant due)
{
  CalInstant end = due + CAL_DOSE_WINDOW_S + 1;
  for (uint32_t i = 0; i < turn->n_rows; i++)
    for (uint32_t j = 0; j < turn->row[i].n_doses; j++) {
      const CalDueDose *const next = &turn->row[i].dose[j];
      const CalInstant middle = due + (next->due - due) / 2;
      if (next->due > due && middle < end && strcmp(next->product, product) == 0)
        end = middle;
    }
  return end;
}

/* Taken now if that is still the dose's time; later on it says that it was taken when it was due. */
static void
taken(const CalTurn *turn, const CalFinding *finding, CalInstant now, Effects *effects)
{
  if (finding->code != CAL_CODE_INTAKE_MISSED || finding->when == CAL_INSTANT_NONE)
    return;
  const bool in_time = now >= finding->when && now < fills_until(turn, finding->about, finding->when);
  CalEntry *const entry = append(effects, CAL_ENTRY_TAKE, CAL_WAY_BUBBLE, in_time ? now : finding->when, now);
  copy_text(entry->name, sizeof entry->name, finding->about);
  copy_text(entry->value, sizeof entry->value, "1");
}

/* Bears the instant of the dose, so that the dose's own day reads it. */
static void
answered(const CalFinding *finding, bool second, CalInstant now, Effects *effects)
{
  if (finding->code != CAL_CODE_SAME_DOSE || finding->when == CAL_INSTANT_NONE)
    return;
  CalEntry *const entry = append(effects, CAL_ENTRY_ANSWER, CAL_WAY_BUBBLE, finding->when, now);
  copy_text(entry->name, sizeof entry->name, finding->subject);
  copy_text(entry->value, sizeof entry->value, second ? "second" : "same");
}

static void
undo(const char *entry_id, CalInstant now, Effects *effects)
{
  if (entry_id[0] == '\0')
    return;
  CalEntry *const entry = append(effects, CAL_ENTRY_UNDO, CAL_WAY_BUBBLE, now, now);
  copy_text(entry->name, sizeof entry->name, entry_id);
}

static void
act(CalTurn *turn, uint32_t id, CalAlertAction action, int64_t snooze_s, const CalMoment *moment,
    Effects *effects)
{
  CalAlertEffect effect[CAL_ALERT_MAX_EFFECTS];
  const size_t n = cal_alerts_act(&turn->alerts, id, action, snooze_s, moment, effect);
  add_alert_effects(&turn->alerts, effect, n, effects);
  if (n > 0)
    add(effects, CAL_EFFECT_PUBLISH_ALERTS);
}

static void
step_action(CalTurn *turn, const CalTurnEvent *event, const CalMoment *moment, Effects *effects)
{
  const uint32_t id = event->of.action.alert;
  const CalAlert *const alert = cal_alerts_by_id(&turn->alerts, id);
  const CalTurnAction action = event->of.action.action;
  if (action == CAL_TURN_UNDO) {
    undo(event->of.action.entry_id, moment->now, effects);
    return;
  }
  if (alert == NULL)
    return;
  switch (action) {
  case CAL_TURN_TAKEN:
    taken(turn, &alert->finding, moment->now, effects);
    break;
  case CAL_TURN_SAME:
  case CAL_TURN_SECOND:
    answered(&alert->finding, action == CAL_TURN_SECOND, moment->now, effects);
    break;
  case CAL_TURN_EXPLAIN:
    add(effects, CAL_EFFECT_EXPLAIN)->of.explain = alert->finding;
    break;
  case CAL_TURN_SNOOZE:
    act(turn, id, CAL_ALERT_SNOOZE, event->of.action.snooze_s > 0 ? event->of.action.snooze_s : SNOOZE_S,
        moment, effects);
    break;
  case CAL_TURN_DISMISS:
    act(turn, id, CAL_ALERT_DISMISS, 0, moment, effects);
    break;
  case CAL_TURN_CLOSED:
    act(turn, id, CAL_ALERT_CLOSED, 0, moment, effects);
    break;
  case CAL_TURN_UNDO:
    break;
  }
}

/* -- What happened -- */

static void
step_entry(CalTurn *turn, const CalTurnEvent *event, Effects *effects)
{
  const CalEntry *const entry = event->of.entry.entry;
  /* What a setting changes may reach from its instant to this day. */
  const bool setting = event->of.entry.setting;
  const CalDate last = setting && turn->today > event->of.entry.last ? turn->today : event->of.entry.last;
  if (setting)
    add(effects, CAL_EFFECT_CONTEXT);
  touch(turn, event->of.entry.first, last, effects);
  if (entry->kind != CAL_ENTRY_TAKE || entry->way != CAL_WAY_BUBBLE)
    return;
  CalEffect *const effect = add(effects, CAL_EFFECT_CONFIRM);
  copy_text(effect->of.confirm.entry_id, sizeof effect->of.confirm.entry_id, entry->id);
  copy_text(effect->of.confirm.product, sizeof effect->of.confirm.product, entry->name);
  effect->of.confirm.at = entry->at;
}

/* A tag that ever told whether it is worn has the feature, and always had it: that is written down, so that
 * the fold knows it of every day. */
static void
note_wear(const CalTurn *turn, const CalEvent *event, CalInstant now, Effects *effects)
{
  CalRecord record;
  if (event == NULL || event->kind != CAL_EVENT_RECORD)
    return;
  cal_record_decode(event->of.record.raw, &record);
  const CalSource *const source = cal_context_source(&turn->context, &event->tag);
  if (cal_record_verdict(&record, 0) != CAL_RECORD_ACCEPTED || source == NULL || source->has_wear ||
      (record.type != CAL_RECORD_WEAR && (record.flags & CAL_RECORD_FLAG_WORN) == 0))
    return;
  CalEntry *const entry = append(effects, CAL_ENTRY_TAG, CAL_WAY_DAEMON, CAL_CONTEXT_ALWAYS, now);
  char address[CAL_ADDRESS_TEXT_SIZE];
  cal_address_format(&event->tag, address);
  copy_text(entry->name, sizeof entry->name, address);
  copy_text(entry->value, sizeof entry->value, "tag-event wear");
}

static void
step_day(CalTurn *turn, const CalDayResult *result, Effects *effects)
{
  CalDayResult *const row = row_at(turn, result->date);
  if (row == NULL)
    return;
  *row = *result;
  turn->have[row - turn->row] = true;
  if (result->date == turn->today)
    turn->planned = CAL_INSTANT_NONE;
  if (result->date == turn->today)
    add(effects, CAL_EFFECT_PUBLISH_BALANCE);
}

static const CalTagState *
tag_before(const CalTurn *turn, const CalAddress *address)
{
  for (uint32_t i = 0; i < turn->n_tags; i++)
    if (cal_address_equal(&turn->tag[i].address, address))
      return &turn->tag[i];
  return NULL;
}

static void
step_tags(CalTurn *turn, const CalTagState *tag, size_t n_tags, CalInstant now)
{
  CalTagState fresh[CAL_CONTEXT_MAX_TAGS];
  const size_t n = n_tags < CAL_CONTEXT_MAX_TAGS ? n_tags : CAL_CONTEXT_MAX_TAGS;
  for (size_t i = 0; i < n; i++) {
    fresh[i] = tag[i];
    cal_tag_state_since(&fresh[i], tag_before(turn, &tag[i].address), now);
  }
  turn->n_tags = (uint32_t)n;
  if (n > 0)
    memcpy(turn->tag, fresh, n * sizeof *fresh);
}

static void
step_radio(CalTurn *turn, CalRadioState radio, CalInstant now)
{
  if (turn->radio == radio && turn->radio_since != CAL_INSTANT_NONE)
    return;
  turn->radio = radio;
  turn->radio_since = now;
}

static void
step_begin(CalTurn *turn, const CalMoment *moment, Effects *effects)
{
  turn->begun = true;
  turn->started = moment->now;
  fit_row(turn, moment->date);
  ask_for_missing(turn, effects);
}

static void
step(CalTurn *turn, const CalTurnEvent *event, const CalMoment *moment, Effects *effects)
{
  switch (event->kind) {
  case CAL_TURN_BEGIN:
    step_begin(turn, moment, effects);
    break;
  case CAL_TURN_CONTEXT:
    cal_context_copy(&turn->context, event->of.context);
    turn->planned = turn->light.start = CAL_INSTANT_NONE;
    break;
  case CAL_TURN_ENTRY:
    step_entry(turn, event, effects);
    break;
  case CAL_TURN_RECORDS:
    note_wear(turn, event->of.records.event, moment->now, effects);
    touch(turn, event->of.records.first, event->of.records.last, effects);
    break;
  case CAL_TURN_DAY:
    step_day(turn, event->of.day, effects);
    break;
  case CAL_TURN_TICK:
    /* Whoever ticks has used up the alarm, perhaps before its time. */
    turn->wake = CAL_INSTANT_NONE;
    look_again(turn, moment->now, effects);
    break;
  case CAL_TURN_TAGS:
    step_tags(turn, event->of.tags.tag, event->of.tags.n_tags, moment->now);
    break;
  case CAL_TURN_RADIO:
    step_radio(turn, event->of.radio, moment->now);
    break;
  case CAL_TURN_LEDGER:
    turn->ledger_trouble = event->of.ledger_trouble;
    break;
  case CAL_TURN_NOTIFIER:
    /* Bubbles outlive their server: the notifier shows them to the next one, unless they are withdrawn. */
    turn->alerts.notifier = event->of.notifier;
    break;
  case CAL_TURN_SETTINGS:
    turn->alerts.settings = event->of.settings;
    break;
  case CAL_TURN_ACTION:
    step_action(turn, event, moment, effects);
    break;
  }
}

size_t
cal_turn(CalTurn *turn, const CalTurnEvent *event, const CalMoment *moment,
         CalEffect effect[CAL_TURN_MAX_EFFECTS])
{
  Effects effects = { effect, 0 };
  step(turn, event, moment, &effects);
  if (!turn->begun)
    return effects.n;
  if (fit_row(turn, moment->date))
    ask_for_missing(turn, &effects);
  if (all_there(turn) || turn->ledger_trouble)
    look(turn, moment, &effects);
  return effects.n;
}

/* Rows are written when they come to be among n_rows, mostly a fortnight of the 90 that there may be: what is
 * never touched takes no memory, where the struct was given zeroed pages. */
void
cal_turn_init(CalTurn *turn)
{
  memset(turn->have, 0, offsetof(CalTurn, light) - offsetof(CalTurn, have));
  cal_context_init(&turn->context);
  cal_alerts_init(&turn->alerts);
  turn->radio_since = turn->started = turn->wake = turn->planned = turn->light.start = CAL_INSTANT_NONE;
}

const char *
cal_turn_key(uint32_t i, char key[CAL_TURN_KEY_SIZE])
{
  if (i >= CAL_ALERT_MAX)
    return NULL;
  write_key(i, key);
  return key;
}

void
cal_turn_restore(CalTurn *turn, const char *key, const char *value)
{
  for (uint32_t i = 0; i < CAL_ALERT_MAX; i++) {
    char own[CAL_TURN_KEY_SIZE];
    write_key(i, own);
    if (strcmp(own, key) == 0)
      cal_alerts_restore(&turn->alerts, i, value);
  }
}

const CalDayResult *
cal_turn_today(const CalTurn *turn)
{
  return turn->begun && turn->n_rows > 0 && turn->have[turn->n_rows - 1] ? &turn->row[turn->n_rows - 1]
                                                                         : NULL;
}
