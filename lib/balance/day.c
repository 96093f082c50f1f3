/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/day.h>

#include <math.h>
#include <string.h>

#include <calcifer/dating.h>
#include <calcifer/record.h>
#include <calcifer/synthesis.h>

#include "check.h"
#include "fold.h"
#include "sight.h"
#include "source.h"

_Static_assert(CAL_EVENT_RAW_SIZE == CAL_RECORD_SIZE, "an event holds a whole record");

/* A UV record may last half a day; a dose due at midnight has a window of three hours before it. */
#define PRELUDE_S (CAL_RECORD_DURATION_MAX_S + CAL_DOSE_WINDOW_S)

void
cal_day_copy_text(char *to, size_t size, const char *from)
{
  const size_t length = strlen(from) < size ? strlen(from) : size - 1;
  memset(to, 0, size);
  memcpy(to, from, length);
}

CalSpan
cal_day_span(const CalDayFrames *frames)
{
  const CalSpan day = cal_frame_extent(&frames->day);
  if (day.end <= day.start)
    return (CalSpan){ 0, 0 };
  return (CalSpan){ day.start - PRELUDE_S, day.end + CAL_DOSE_WINDOW_S + 1 };
}

/* Beyond a date that a traveller left out lies another day, which ends where this one begins. A day may be
 * shorter than the longest record, which then reaches over it. */
void
cal_day_touched(const CalDayFrames *frames, CalInstant at, CalDate *first, CalDate *last)
{
  const CalSpan day = cal_frame_extent(&frames->day);
  const bool has_before = frames->before.n_pieces > 0, has_after = frames->after.n_pieces > 0;
  const CalInstant before_end = has_before ? cal_frame_extent(&frames->before).end : day.start;
  const CalDate next = has_after ? frames->after.date : frames->day.date + 1;
  const CalSpan after = has_after ? cal_frame_extent(&frames->after) : (CalSpan){ day.end, day.end };
  *first = *last = frames->day.date;
  if (at < before_end + CAL_DOSE_WINDOW_S + 1)
    *first = has_before ? frames->before.date : frames->day.date - 2;
  if (at >= after.start - PRELUDE_S)
    *last = next;
  if (at >= after.end - PRELUDE_S)
    *last = next + 1;
}

void
cal_day_begin(CalDay *day, const CalDayFrames *frames, const CalContext *at_start)
{
  day->frames = *frames;
  cal_context_copy(&day->context, at_start);
  memset(&day->sum, 0, sizeof *day - offsetof(CalDay, sum)); /* results are compared byte by byte */
  day->swept = cal_day_span(frames).start;
  day->sum.model = CAL_DAY_MODEL;
  day->sum.date = frames->day.date;
  day->sum.newest.end = day->sum.ambient.end = CAL_INSTANT_NONE;
  day->sum.look_again = day->sun_at.at = CAL_INSTANT_NONE;
  day->air.ozone_du = day->ozone.latitude_deg = NAN;
  cal_day_plan_doses(day);
}

/* -- Entries -- */

static void
step_lab(CalDay *day, const CalEntry *entry)
{
  double nmol_l;
  if (day->sum.n_labs == CAL_DAY_MAX_LABS || !cal_lab_parse(entry->value, &nmol_l))
    return;
  day->sum.lab[day->sum.n_labs].at = entry->at;
  day->sum.lab[day->sum.n_labs].nmol_l = nmol_l;
  day->sum.n_labs++;
}

static void
step_answer(CalDay *day, const CalEntry *entry)
{
  uint32_t i = 0;
  while (i < day->n_answers && strcmp(day->answer[i].id, entry->name) != 0)
    i++;
  if (i == CAL_DAY_MAX_ANSWERS || strlen(entry->name) >= CAL_ENTRY_ID_SIZE)
    return;
  cal_day_copy_text(day->answer[i].id, sizeof day->answer[i].id, entry->name);
  day->answer[i].second = strcmp(entry->value, "second") == 0;
  if (i == day->n_answers)
    day->n_answers++;
}

static void
step_press(CalDay *day, const CalEntry *entry)
{
  CalAddress tag;
  char slot[CAL_SLOT_SIZE];
  double presses;
  if (cal_slot_parse(entry->name, &tag, slot) && cal_servings_parse(entry->value, &presses))
    cal_day_step_press(day, &tag, slot, presses, entry->id, entry->at);
}

/* What somebody says of themselves on the morrow is not of this day any more: its sun is counted, with what
 * was assumed. */
static void
step_setting(CalDay *day, const CalEntry *entry)
{
  if (entry->kind == CAL_ENTRY_PROFILE && entry->at >= cal_frame_extent(&day->frames.day).end)
    return;
  cal_context_step(&day->context, entry);
  if (entry->kind == CAL_ENTRY_PROFILE && strcmp(entry->name, "place") == 0)
    cal_sight_forget(day);
  if (entry->kind == CAL_ENTRY_PRODUCT)
    cal_day_replan_doses(day, entry->name, entry->at);
}

static void
step_entry(CalDay *day, const CalEntry *entry)
{
  const bool today = cal_frame_contains(&day->frames.day, entry->at);
  switch (entry->kind) {
  case CAL_ENTRY_TAKE:
    cal_day_step_take(day, entry);
    break;
  case CAL_ENTRY_PRESS:
    step_press(day, entry);
    break;
  case CAL_ENTRY_FOOD:
    if (today)
      cal_day_step_food(day, entry);
    break;
  case CAL_ENTRY_SUN:
    cal_day_step_sun_entry(day, entry);
    break;
  case CAL_ENTRY_LAB:
    if (today)
      step_lab(day, entry);
    break;
  case CAL_ENTRY_DONE:
    day->sum.known = day->sum.known || today;
    day->sum.closed = day->sum.closed || today;
    break;
  case CAL_ENTRY_ANSWER:
    step_answer(day, entry);
    break;
  case CAL_ENTRY_UNDO:
  case CAL_ENTRY_TOMBSTONE:
    break; /* the ledger leaves out what was undone */
  case CAL_ENTRY_DATE:
    break; /* and tells records at the instants that it gives them */
  case CAL_ENTRY_PROFILE:
  case CAL_ENTRY_PRODUCT:
  case CAL_ENTRY_FOODSTUFF:
  case CAL_ENTRY_MAP:
  case CAL_ENTRY_ROLE:
  case CAL_ENTRY_ALLOW:
  case CAL_ENTRY_TAG:
  case CAL_ENTRY_ZONE:
  case CAL_ENTRY_RECIPE:
    step_setting(day, entry);
    break;
  }
}

/* -- Records -- */

/* The verdict asks for them where something was pressed. */
static uint8_t
slots_of(const CalDay *day, const CalAddress *tag, const CalRecord *record)
{
  const CalSource *const source =
      record->type == CAL_RECORD_INTAKE ? cal_context_source(&day->context, tag) : NULL;
  return source == NULL ? 0 : (uint8_t)source->slots;
}

static bool
is_held(CalDay *day, const CalEvent *event, const CalRecord *record, CalInstant now)
{
  const uint32_t duration_s = record->uv.duration_s;
  if (!cal_dating_is_held(event->at, duration_s, now))
    return false;
  const CalInstant until = cal_dating_held_until(event->at, duration_s);
  if (until != CAL_INSTANT_NONE && (day->sum.look_again == CAL_INSTANT_NONE || until < day->sum.look_again))
    day->sum.look_again = until;
  return true;
}

static void
note_wear(CalDay *day, const CalAddress *tag, const CalRecord *record)
{
  if (record->type != CAL_RECORD_WEAR && (record->flags & CAL_RECORD_FLAG_WORN) == 0)
    return;
  CalSource *const source = cal_context_source_of(&day->context, tag);
  if (source != NULL)
    source->has_wear = true;
}

static void
write_slot(unsigned slot, char text[CAL_SLOT_SIZE])
{
  size_t n = 0;
  for (unsigned power = 100; power > 0; power /= 10)
    if (slot / power > 0)
      text[n++] = (char)('0' + slot / power % 10);
  text[n] = '\0';
}

static void
step_intake(CalDay *day, const CalEvent *event, const CalRecord *record)
{
  char slot[CAL_SLOT_SIZE], id[CAL_ENTRY_ID_SIZE];
  write_slot(record->intake.slot, slot);
  cal_event_record_id(&event->tag, event->of.record.log_id, record->sequence, id);
  cal_day_step_press(day, &event->tag, slot, record->intake.presses, id, event->at);
}

static void
step_record(CalDay *day, const CalEvent *event, CalInstant now)
{
  CalRecord record;
  cal_record_decode(event->of.record.raw, &record);
  if (cal_record_verdict(&record, slots_of(day, &event->tag, &record)) != CAL_RECORD_ACCEPTED) {
    day->sum.n_rejected += cal_frame_contains(&day->frames.day, event->at);
    return;
  }
  if (is_held(day, event, &record, now))
    return;
  note_wear(day, &event->tag, &record);
  if (record.type == CAL_RECORD_UV)
    cal_day_step_uv(day, event, &record);
  else if (record.type == CAL_RECORD_INTAKE)
    step_intake(day, event, &record);
}

void
cal_day_step(CalDay *day, const CalEvent *event, CalInstant now)
{
  const CalSpan span = cal_day_span(&day->frames);
  if (event->at < span.start || event->at >= span.end)
    return;
  cal_day_sweep(day, event->at);
  switch (event->kind) {
  case CAL_EVENT_ENTRY:
    step_entry(day, &event->of.entry);
    break;
  case CAL_EVENT_RECORD:
    step_record(day, event, now);
    break;
  case CAL_EVENT_SAMPLE:
    cal_day_step_sample(day, event);
    break;
  }
}

/* -- The result -- */

uint32_t
cal_day_assumed(const CalDay *day)
{
  static const CalProfileKey keys[] = { CAL_PROFILE_BIRTH_YEAR, CAL_PROFILE_SEX, CAL_PROFILE_PHOTOTYPE,
                                        CAL_PROFILE_CLOTHING, CAL_PROFILE_PLACE };
  uint32_t assumed = 0;
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    if (!cal_profile_knows(&day->context.profile, keys[i]))
      assumed |= 1u << keys[i];
  if (cal_frame_contains(&day->frames.day, day->context.profile.wear_at))
    assumed &= ~(1u << CAL_PROFILE_CLOTHING);
  return assumed;
}

/* The largest bare fraction times age factor stands for the two: a ceiling is their product. */
static void
saturate(CalDaySun *sun)
{
  const double iu = sun->iu_linear > 0 ? cal_synthesis_saturate_iu(sun->iu_linear, sun->most_area_age, 1) : 0;
  const CalIuRange range = cal_synthesis_range(iu);
  sun->iu = range.best;
  sun->iu_low = range.low;
  sun->iu_high = range.high;
}

/* What is filled of it: a tenth, mostly. */
static void
copy(CalDay *to, const CalDay *from)
{
  to->frames = from->frames;
  cal_context_copy(&to->context, &from->context);
  memcpy(&to->sum, &from->sum, sizeof to->sum);
  memcpy(to->segment, from->segment, from->n_segments * sizeof *from->segment);
  memcpy(to->intake, from->intake, from->n_intakes * sizeof *from->intake);
  memcpy(to->answer, from->answer, from->n_answers * sizeof *from->answer);
  memcpy(to->due, from->due, from->n_due * sizeof *from->due);
  to->swept = from->swept;
  to->n_segments = from->n_segments;
  to->n_by_hand = from->n_by_hand;
  to->n_intakes = from->n_intakes;
  to->n_answers = from->n_answers;
  to->n_due = from->n_due;
  to->sun_at = from->sun_at;
  to->sun_track = from->sun_track;
  to->ozone = from->ozone;
  to->air = from->air;
  to->trace = from->trace;
}

void
cal_day_result(const CalDay *day, CalDayResult *result)
{
  CalDay ended;
  copy(&ended, day);
  cal_day_sweep(&ended, cal_frame_extent(&day->frames.day).end);
  memcpy(result, &ended.sum, sizeof *result);
  saturate(&result->sun);
  cal_day_sum_intakes(&ended, result);
  result->assumed |= cal_day_assumed(&ended);
}

double
cal_day_total(const CalDayResult *result, CalNutrient nutrient)
{
  const double sun = nutrient == CAL_NUTRIENT_VITAMIN_D ? result->sun.iu : 0;
  return result->food.amount[nutrient] + result->supplement.amount[nutrient] + sun;
}

uint32_t
cal_day_unknown(const CalDayResult *result)
{
  return result->food.unknown | result->supplement.unknown;
}
