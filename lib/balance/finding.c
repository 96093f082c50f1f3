/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/finding.h>

#include <math.h>
#include <string.h>

#include "finder.h"
#include "fold.h"

/* What stands is not taken back for less than a tenth: a choice, so that nothing flickers. */
#define HYSTERESIS 0.10

/* Means for too little look at two weeks, which end yesterday while today is not over. */
#define LEAST_ROWS 15

/* -- What the finders share -- */

bool
cal_finder_may(const Finder *finder, CalCode code)
{
  const CalCodeAudience means = cal_audience_code(code);
  return (finder->audience & means.silenced) == 0 &&
         (means.only == 0 || (finder->audience & means.only) != 0);
}

double
cal_finder_threshold(const Finder *finder, CalCode code, double fallback)
{
  const double own = finder->context->profile.threshold[code];
  const double threshold = isnan(own) ? fallback : own;
  return (cal_audience_code(code).halved & finder->audience) != 0 ? threshold / 2 : threshold;
}

bool
cal_finder_stood(const Finder *finder, CalCode code, const char *subject)
{
  for (size_t i = 0; i < finder->input->n_standing; i++) {
    const CalFinding *const before = &finder->input->standing[i];
    if (before->code == code && strcmp(before->subject, subject) == 0)
      return true;
  }
  return false;
}

bool
cal_finder_above(const Finder *finder, CalCode code, const char *subject, double value, double threshold)
{
  return value > (cal_finder_stood(finder, code, subject) ? threshold * (1 - HYSTERESIS) : threshold);
}

bool
cal_finder_below(const Finder *finder, CalCode code, const char *subject, double value, double threshold)
{
  return value < (cal_finder_stood(finder, code, subject) ? threshold * (1 + HYSTERESIS) : threshold);
}

/* The bits that matter to this code, and whether one of them is nobody's business. */
static uint32_t
audience_for(const Finder *finder, CalCode code)
{
  const CalCodeAudience means = cal_audience_code(code);
  const uint32_t matters = means.only | means.reworded | means.halved;
  const uint32_t audience = finder->audience & matters;
  return audience | ((finder->private_bits & matters) != 0 ? CAL_AUDIENCE_PRIVATE : 0u);
}

CalFinding *
cal_finder_add(Finder *finder, CalCode code, const char *subject, double value, double reference)
{
  if (finder->n_found == CAL_FINDING_MAX)
    finder->n_found--;
  CalFinding *const finding = &finder->found[finder->n_found++];
  memset(finding, 0, sizeof *finding);
  finding->code = code;
  finding->severity = cal_code_facts(code)->severity;
  finding->measure = cal_code_facts(code)->measure;
  finding->audience = audience_for(finder, code);
  finding->value = value;
  finding->reference = reference;
  finding->other = NAN;
  finding->minute = -1;
  finding->when = CAL_INSTANT_NONE;
  cal_day_copy_text(finding->subject, sizeof finding->subject, subject);
  return finding;
}

double
cal_finder_default(const Finder *finder, CalCode code)
{
  const CalReference *const reference = &finder->reference;
  if (code == CAL_CODE_D_LOW)
    return reference->d_target_iu;
  if (code == CAL_CODE_D_HIGH)
    return reference->d_ul_iu;
  if (code == CAL_CODE_D_VERY_HIGH && (finder->audience & CAL_AUDIENCE_UNDER_18) != 0)
    return 2 * reference->d_ul_iu;
  if (code == CAL_CODE_CA_HIGH)
    return reference->calcium_ul_mg;
  if (code == CAL_CODE_MG_LOW)
    return reference->magnesium_ear_mg;
  if (code == CAL_CODE_MG_SUPPLEMENT_HIGH)
    return reference->magnesium_ul_mg;
  return cal_code_facts(code)->threshold;
}

int64_t
cal_finder_missed_after_s(const Finder *finder)
{
  const double minutes = cal_code_facts(CAL_CODE_INTAKE_MISSED)->threshold;
  return (int64_t)(cal_finder_threshold(finder, CAL_CODE_INTAKE_MISSED, minutes) * 60);
}

/* -- All findings -- */

static Finder
finder_of(const CalDayResult *row, size_t n_rows, const CalContext *context, const CalFindingInput *input,
          CalFinding *found)
{
  const CalDate today = row[n_rows - 1].date;
  Finder finder = { row, n_rows, context, input, { 0 }, 0, 0, found, 0 };
  cal_reference_for(&context->profile, today, &finder.reference);
  finder.audience = cal_audience_of(&context->profile, today);
  finder.private_bits = cal_audience_private(&context->profile);
  return finder;
}

static bool
graver(const CalFinding *a, const CalFinding *b)
{
  return a->severity != b->severity ? a->severity > b->severity : a->code < b->code;
}

static void
sort(CalFinding *finding, size_t n)
{
  for (size_t i = 1; i < n; i++) {
    const CalFinding moved = finding[i];
    size_t at = i;
    for (; at > 0 && graver(&moved, &finding[at - 1]); at--)
      finding[at] = finding[at - 1];
    finding[at] = moved;
  }
}

size_t
cal_findings(const CalDayResult *row, size_t n_rows, const CalContext *context, const CalFindingInput *input,
             CalFinding finding[CAL_FINDING_MAX])
{
  if (n_rows == 0)
    return 0;
  Finder finder = finder_of(row, n_rows, context, input, finding);
  /* In this order, since the last are overwritten when there are too many: the many are tags and doses. */
  cal_find_balance(&finder);
  cal_find_machine(&finder);
  cal_find_sun(&finder);
  cal_find_window(&finder);
  cal_find_doses(&finder);
  cal_find_tags(&finder);
  sort(finding, finder.n_found);
  return finder.n_found;
}

bool
cal_finding_wants_plan(const CalContext *context, CalDate today)
{
  const uint32_t silenced = cal_audience_code(CAL_CODE_SUN_WINDOW).silenced;
  return (cal_audience_of(&context->profile, today) & silenced) == 0;
}

size_t
cal_finding_rows(const CalContext *context)
{
  int longest = LEAST_ROWS;
  for (uint32_t i = 0; i < context->n_products; i++)
    if (context->product[i].every_days > longest)
      longest = context->product[i].every_days;
  return (size_t)(longest < CAL_FINDING_MAX_ROWS ? longest : CAL_FINDING_MAX_ROWS);
}

double
cal_finding_threshold(const CalContext *context, CalDate today, CalCode code)
{
  const CalDayResult day = { .date = today };
  const CalFindingInput nothing = { 0 };
  const Finder finder = finder_of(&day, 1, context, &nothing, NULL);
  return cal_finder_threshold(&finder, code, cal_finder_default(&finder, code));
}

/* -- Time alone -- */

static void
sooner(CalInstant *next, CalInstant now, CalInstant at)
{
  if (at > now && (*next == CAL_INSTANT_NONE || at < *next))
    *next = at;
}

static void
next_of_doses(const Finder *finder, CalInstant now, CalInstant *next)
{
  for (size_t i = finder->n_rows > 2 ? finder->n_rows - 2 : 0; i < finder->n_rows; i++)
    for (uint32_t j = 0; j < finder->row[i].n_doses; j++) {
      const CalDueDose *const dose = &finder->row[i].dose[j];
      if (dose->filled != CAL_INSTANT_NONE)
        continue;
      sooner(next, now, dose->due + cal_finder_missed_after_s(finder));
      sooner(next, now, dose->due + CAL_FINDER_MISSED_UNTIL_S);
    }
}

static void
next_of_devices(const Finder *finder, CalInstant now, CalInstant *next)
{
  const CalFindingInput *const input = finder->input;
  const double hours =
      cal_finder_threshold(finder, CAL_CODE_TAG_SILENT, cal_code_facts(CAL_CODE_TAG_SILENT)->threshold);
  if (input->radio == CAL_RADIO_STATE_OFF)
    sooner(next, now, input->radio_since + CAL_FINDER_RADIO_S);
  for (size_t i = 0; i < input->n_tags; i++) {
    const CalTagState *const tag = &input->tag[i];
    sooner(next, now, cal_finder_could_hear_since(input, tag) + (CalInstant)(hours * 3600) + 1);
    if (tag->bond == CAL_TAG_BOND_LOST)
      sooner(next, now, tag->bond_since + CAL_FINDER_BOND_S);
    if (cal_tag_state_is_troubled(tag))
      sooner(next, now, tag->clock_since + CAL_FINDER_CLOCK_S);
  }
}

CalInstant
cal_finding_next(const CalDayResult *row, size_t n_rows, const CalContext *context,
                 const CalFindingInput *input)
{
  CalInstant next = CAL_INSTANT_NONE;
  if (n_rows == 0)
    return next;
  const Finder finder = finder_of(row, n_rows, context, input, NULL);
  const CalDayNewest *const newest = &row[n_rows - 1].newest;
  if (newest->end != CAL_INSTANT_NONE)
    sooner(&next, input->now, newest->end + CAL_FINDER_FRESH_S);
  next_of_doses(&finder, input->now, &next);
  sooner(&next, input->now, cal_finder_next_window(&finder));
  next_of_devices(&finder, input->now, &next);
  return next;
}
