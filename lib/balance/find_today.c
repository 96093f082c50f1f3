/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Findings of the day itself: the sun, doses missed, doses in doubt. */
#include <math.h>
#include <string.h>

#include <calcifer/sun.h>

#include "finder.h"
#include "fold.h"

/* Doses in doubt are asked about for a week: a choice. */
#define DOUBT_ROWS 7

static const CalDayResult *
today(const Finder *finder)
{
  return &finder->row[finder->n_rows - 1];
}

static bool
sun_is_up(const Finder *finder)
{
  CalPlace place;
  cal_context_place(finder->context, finder->input->utc_offset_s, &place);
  const CalSunPosition sun = cal_sun_position(finder->input->now, place.latitude_deg, place.longitude_deg);
  return sun.zenith_deg < CAL_SUN_HORIZON_DEG;
}

/* Somebody is in the sun now and may still leave it. */
static bool
is_fresh(const Finder *finder)
{
  const CalInstant end = today(finder)->newest.end;
  return end != CAL_INSTANT_NONE && finder->input->now - end < CAL_FINDER_FRESH_S && sun_is_up(finder);
}

static double
own_threshold(const Finder *finder, CalCode code)
{
  return cal_finder_threshold(finder, code, cal_code_facts(code)->threshold);
}

/* Has reached it; while it stands, until it is 10 % below. */
static bool
reaches(const Finder *finder, CalCode code, const char *subject, double value, double threshold)
{
  return value >= threshold || cal_finder_above(finder, code, subject, value, threshold);
}

/* Where the index of sun by hand came from, when nobody said it. */
static uint32_t
origin_flags(const CalDaySun *sun)
{
  return (sun->ambient_s > 0 ? CAL_FINDING_AMBIENT : 0u) | (sun->clear_s > 0 ? CAL_FINDING_CLEAR : 0u);
}

/* The gravest of the three that the day's dose has reached. */
static void
find_sunburn(Finder *finder)
{
  static const CalCode codes[] = { CAL_CODE_SUN_BURN, CAL_CODE_SUN_NEAR, CAL_CODE_SUN_HALF };
  const CalDaySun *const sun = &today(finder)->sun;
  char date[11];
  cal_date_format(today(finder)->date, date);
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
    const double threshold = own_threshold(finder, codes[i]);
    if (!reaches(finder, codes[i], date, sun->med_fraction, threshold))
      continue;
    CalFinding *const finding = cal_finder_add(finder, codes[i], date, sun->med_fraction, threshold);
    finding->flags |= origin_flags(sun) | (sun->lower_bound ? CAL_FINDING_BOUND : 0u);
    if (!is_fresh(finder)) {
      finding->flags |= CAL_FINDING_NO_BUBBLE | CAL_FINDING_PAST;
      finding->severity = CAL_SEVERITY_INFORMATION;
    }
    return;
  }
}

static void
find_protect(Finder *finder)
{
  const double threshold = own_threshold(finder, CAL_CODE_SUN_PROTECT), uvi = today(finder)->newest.uvi;
  char date[11];
  cal_date_format(today(finder)->date, date);
  if (is_fresh(finder) && reaches(finder, CAL_CODE_SUN_PROTECT, date, uvi, threshold))
    cal_finder_add(finder, CAL_CODE_SUN_PROTECT, date, uvi, threshold);
}

/* "2026-11-23 08:00 d3k2": the date keeps one day's dose apart from the next one's. */
static void
dose_subject(const CalDayResult *day, const CalDueDose *dose, char subject[CAL_FINDING_SUBJECT_SIZE])
{
  memset(subject, 0, CAL_FINDING_SUBJECT_SIZE);
  cal_date_format(day->date, subject);
  subject[10] = ' ';
  cal_minute_format(dose->minute, subject + 11);
  subject[16] = ' ';
  cal_day_copy_text(subject + 17, CAL_FINDING_SUBJECT_SIZE - 17, dose->product);
}

static void
find_missed_in(Finder *finder, const CalDayResult *day)
{
  const CalInstant now = finder->input->now;
  for (uint32_t i = 0; i < day->n_doses; i++) {
    const CalDueDose *const dose = &day->dose[i];
    char subject[CAL_FINDING_SUBJECT_SIZE];
    if (dose->filled != CAL_INSTANT_NONE || now < dose->due + cal_finder_missed_after_s(finder) ||
        now >= dose->due + CAL_FINDER_MISSED_UNTIL_S)
      continue;
    dose_subject(day, dose, subject);
    CalFinding *const finding =
        cal_finder_add(finder, CAL_CODE_INTAKE_MISSED, subject, (double)(now - dose->due) / 60,
                       own_threshold(finder, CAL_CODE_INTAKE_MISSED));
    finding->minute = dose->minute;
    finding->when = dose->due;
    cal_day_copy_text(finding->about, sizeof finding->about, dose->product);
  }
}

static void
find_missed(Finder *finder)
{
  for (size_t i = finder->n_rows > 2 ? finder->n_rows - 2 : 0; i < finder->n_rows; i++)
    find_missed_in(finder, &finder->row[i]);
}

static void
find_doubts_in(Finder *finder, const CalDayResult *day)
{
  for (uint32_t i = 0; i < day->n_doubts; i++) {
    const CalDoubt *const doubt = &day->doubt[i];
    CalFinding *const finding = cal_finder_add(finder, CAL_CODE_SAME_DOSE, doubt->id, NAN, NAN);
    finding->minute = doubt->minute;
    finding->when = doubt->at;
    cal_day_copy_text(finding->about, sizeof finding->about, doubt->product);
  }
}

static void
find_doubts(Finder *finder)
{
  for (size_t i = finder->n_rows > DOUBT_ROWS ? finder->n_rows - DOUBT_ROWS : 0; i < finder->n_rows; i++)
    find_doubts_in(finder, &finder->row[i]);
}

void
cal_find_sun(Finder *finder)
{
  find_sunburn(finder);
  find_protect(finder);
}

void
cal_find_doses(Finder *finder)
{
  find_missed(finder);
  find_doubts(finder);
}
