/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sight.h"

#include <math.h>
#include <string.h>

#include <calcifer/sun.h>

#include "fold.h"

/* Over a clear sky's index by this much a reading is doubtful: broken cloud adds up to a quarter for minutes,
 * and ozone strays by a tenth. A choice, as are the others here: doc/model.md, section 8. */
#define MOST_OF_CLEAR 1.3

/* The sun is this far below the horizon at the end of civil twilight, and from there on lights no sensor. */
#define DARK_ZENITH_DEG 96.0
/* What a sensor may read in the dark. */
#define DARK_UVI 0.5

/* What a reading says is known to half of its last digit: BTHome tells tenths (bthome.io, 0x46), the UV Index
 * characteristic whole numbers (GATT Specification Supplement, 2A76). Half a tenth is also allowed to
 * records, which tell hundredths: twilight gives a hundredth or two, and a clear sky's index is none from the
 * horizon on. */
#define TENTH_HALF_UVI 0.05
#define WHOLE_HALF_UVI 0.5

/* The same reading over and over is no doubt before the third, nor across a gap in which it may have moved.
 */
#define SAME_READINGS 3
#define SAME_GAP_S    1800

double
cal_sight_most_uvi(CalDay *day, const CalPlace *place, double ozone_du, CalInstant at)
{
  if (cal_day_zenith_deg(day, place, at) > DARK_ZENITH_DEG)
    return 0;
  return MOST_OF_CLEAR * cal_day_clear_uvi(day, place, ozone_du, at);
}

static CalDaySight *
sight_of(CalDay *day, const CalAddress *tag)
{
  CalDayResult *const sum = &day->sum;
  for (uint32_t i = 0; i < sum->n_sights; i++)
    if (cal_address_equal(&sum->sight[i].tag, tag))
      return &sum->sight[i];
  if (sum->n_sights == CAL_DAY_MAX_SIGHTS)
    return NULL;
  CalDaySight *const sight = &sum->sight[sum->n_sights++];
  sight->tag = *tag;
  sight->same_since = sight->last_end = CAL_INSTANT_NONE;
  return sight;
}

static int32_t
offset_at(const CalDay *day, CalInstant at)
{
  for (uint32_t i = 0; i < day->frames.day.n_pieces; i++) {
    const CalFramePiece *const piece = &day->frames.day.piece[i];
    if (at >= piece->span.start && at < piece->span.end)
      return piece->utc_offset_s;
  }
  return 0;
}

/* A reading that lasts is held against its beginning, middle and end. Where the sun stands then is reckoned
 * only as far as it decides something: most readings are of the dark, or of a sky that can be, and the middle
 * is what the integral asks for too. */
typedef struct Sky {
  CalDay *day;
  CalSpan span;
  CalPlace place;
  CalPlaceOrigin origin;
} Sky;

#define N_LOOKS 3

static CalInstant
look_at(const Sky *sky, int i)
{
  static const int halves[N_LOOKS] = { 1, 0, 2 };
  return sky->span.start + (sky->span.end - sky->span.start) * halves[i] / 2;
}

static double
zenith_at(const Sky *sky, CalInstant at)
{
  return cal_day_zenith_deg(sky->day, &sky->place, at);
}

static double
most_uvi_at(const Sky *sky, CalInstant at)
{
  const double ozone_du = cal_day_ozone_du(sky->day, sky->place.latitude_deg);
  return cal_sight_most_uvi(sky->day, &sky->place, ozone_du, at);
}

static bool
is_daylight(const Sky *sky)
{
  for (int i = 0; i < N_LOOKS; i++)
    if (zenith_at(sky, look_at(sky, i)) < CAL_SUN_HORIZON_DEG)
      return true;
  return false;
}

static double
half_digit_uvi(const CalDay *day, const CalAddress *tag)
{
  const CalSource *const source = cal_context_source(&day->context, tag);
  return source != NULL && source->kind == CAL_SOURCE_ESS ? WHOLE_HALF_UVI : TENTH_HALF_UVI;
}

/* More than any of the looks allows: the first that does not forbid it settles it. Where all are dark, what a
 * sensor reads there is allowed. */
static bool
is_doubtful(const Sky *sky, const CalAddress *tag, double uvi, double *most_uvi)
{
  const double half_uvi = half_digit_uvi(sky->day, tag);
  bool dark = true;
  *most_uvi = 0;
  if (sky->origin != CAL_PLACE_KNOWN || !(uvi > half_uvi))
    return false;
  for (int i = 0; i < N_LOOKS; i++) {
    const CalInstant at = look_at(sky, i);
    if (zenith_at(sky, at) > DARK_ZENITH_DEG)
      continue;
    dark = false;
    *most_uvi = fmax(*most_uvi, most_uvi_at(sky, at));
    if (!(uvi > *most_uvi + half_uvi))
      return false;
  }
  return !dark || uvi > DARK_UVI;
}

static void
note_doubt(CalDaySight *sight, const Sky *sky, const CalAddress *tag, double uvi)
{
  double most_uvi;
  if (!is_doubtful(sky, tag, uvi, &most_uvi)) {
    sight->run = 0;
    return;
  }
  sight->doubtful++;
  sight->uvi = uvi;
  sight->most_uvi = most_uvi;
  if (++sight->run > sight->longest)
    sight->longest = sight->run;
}

static void
note_sameness(CalDaySight *sight, const Sky *sky, double uvi)
{
  const CalSpan span = sky->span;
  const bool moved = fabs(uvi - sight->same_uvi) > 1e-9;
  if (!(uvi > 0) || !is_daylight(sky)) {
    sight->same = 0;
  } else if (sight->same == 0 || moved || span.start - sight->last_end > SAME_GAP_S) {
    sight->same = 1;
    sight->same_since = span.start;
  } else {
    sight->same++;
  }
  sight->same_uvi = uvi;
  sight->last_end = span.end;
  if (sight->same >= SAME_READINGS && span.end - sight->same_since > sight->longest_same_s) {
    sight->longest_same_s = span.end - sight->same_since;
    sight->longest_same_uvi = uvi;
  }
}

void
cal_sight_note(CalDay *day, const CalAddress *tag, CalSpan span, double uvi)
{
  CalDaySight *const sight = cal_frame_contains(&day->frames.day, span.start) ? sight_of(day, tag) : NULL;
  if (sight == NULL)
    return;
  Sky sky = { .day = day, .span = span };
  sky.origin = cal_context_place(&day->context, offset_at(day, span.start), &sky.place);
  note_doubt(sight, &sky, tag, uvi);
  note_sameness(sight, &sky, uvi);
}

void
cal_sight_forget(CalDay *day)
{
  for (uint32_t i = 0; i < day->sum.n_sights; i++) {
    CalDaySight *const sight = &day->sum.sight[i];
    sight->doubtful = sight->run = sight->longest = 0;
  }
}
