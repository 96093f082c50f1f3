/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sight.h"

#include <math.h>
#include <string.h>

#include <calcifer/sun.h>

#include "wearer.h"

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
cal_sight_most_uvi(const CalPlace *place, double ozone_du, CalInstant at, double zenith_deg)
{
  if (zenith_deg > DARK_ZENITH_DEG)
    return 0;
  return MOST_OF_CLEAR * cal_wearer_clear_uvi(place, ozone_du, at, zenith_deg);
}

static CalDaySight *
sight_of(CalDay *day, const CalAddress *tag)
{
  CalDayResult *const sum = &day->sum;
  for (uint32_t i = 0; i < sum->n_sights; i++)
    if (cal_address_compare(&sum->sight[i].tag, tag) == 0)
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

/* A reading that lasts is held against the most of its beginning, middle and end. */
typedef struct Sky {
  CalPlaceOrigin origin;
  double most_uvi;
  double least_zenith_deg;
} Sky;

static Sky
sky_of(const CalDay *day, CalSpan span)
{
  CalPlace place;
  Sky sky = { CAL_PLACE_GUESS, 0, 180 };
  sky.origin = cal_context_place(&day->context, offset_at(day, span.start), &place);
  const double ozone_du = cal_wearer_ozone_du(&day->context.profile, &day->frames.day, place.latitude_deg);
  for (int i = 0; i <= 2; i++) {
    const CalInstant at = span.start + (span.end - span.start) * i / 2;
    const double zenith_deg = cal_sun_position(at, place.latitude_deg, place.longitude_deg).zenith_deg;
    sky.most_uvi = fmax(sky.most_uvi, cal_sight_most_uvi(&place, ozone_du, at, zenith_deg));
    sky.least_zenith_deg = fmin(sky.least_zenith_deg, zenith_deg);
  }
  return sky;
}

/* What a tag may read there without being in doubt. */
static double
undoubted_uvi(const CalDay *day, const Sky *sky, const CalAddress *tag)
{
  const CalSource *const source = cal_context_source(&day->context, tag);
  const bool tells_whole = source != NULL && source->kind == CAL_SOURCE_ESS;
  if (sky->least_zenith_deg > DARK_ZENITH_DEG)
    return DARK_UVI;
  return sky->most_uvi + (tells_whole ? WHOLE_HALF_UVI : TENTH_HALF_UVI);
}

static void
note_doubt(CalDaySight *sight, const Sky *sky, double undoubted, double uvi)
{
  if (sky->origin != CAL_PLACE_KNOWN || !(uvi > undoubted)) {
    sight->run = 0;
    return;
  }
  sight->doubtful++;
  sight->uvi = uvi;
  sight->most_uvi = sky->most_uvi;
  if (++sight->run > sight->longest)
    sight->longest = sight->run;
}

static void
note_sameness(CalDaySight *sight, const Sky *sky, CalSpan span, double uvi)
{
  const bool daylight = sky->least_zenith_deg < CAL_SUN_HORIZON_DEG;
  const bool moved = fabs(uvi - sight->same_uvi) > 1e-9;
  if (!(uvi > 0) || !daylight) {
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
  const Sky sky = sky_of(day, span);
  note_doubt(sight, &sky, undoubted_uvi(day, &sky, tag), uvi);
  note_sameness(sight, &sky, span, uvi);
}

void
cal_sight_forget(CalDay *day)
{
  for (uint32_t i = 0; i < day->sum.n_sights; i++) {
    CalDaySight *const sight = &day->sum.sight[i];
    sight->doubtful = sight->run = sight->longest = 0;
  }
}
