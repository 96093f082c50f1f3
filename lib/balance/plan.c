/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The day is walked through once, minute by minute, and the doses are summed up from its beginning; what any
 * stay brings is then a difference of two sums.
 *
 *   sums     0 ─▶ vitd[i] ──────────▶ vitd[j]          a stay from minute i to j: vitd[j] - vitd[i], med[j] -
 * med[i] begins         i = 0, 5, 10 ...                    those from which the gap is closed before the
 * limit make windows
 */
#include <calcifer/plan.h>

#include <math.h>
#include <string.h>

#include <calcifer/atmosphere.h>
#include <calcifer/audience.h>
#include <calcifer/reference.h>
#include <calcifer/sun.h>
#include <calcifer/sunscreen.h>
#include <calcifer/synthesis.h>

#include "wearer.h"

#define MINUTES CAL_PLAN_MINUTES
#define STEP    5 /* minutes between the beginnings that are tried */

typedef struct Walk {
  const CalPlanInput *input;
  CalPlan *plan;
  CalPlanLight *light;
  CalSkin skin;
  int burns_like;
  double area;
  CalInstant start;
  int n;                    /* minutes */
  double iu[MINUTES + 1];   /* before saturation, from the start */
  double med[MINUTES + 1];  /* share of a MED, likewise */
  double vitd_uvi[MINUTES]; /* R times the index in the middle of the minute */
  double got_linear_iu;
  double got_iu; /* by the sun */
  double ceiling_area_age;
} Walk;

/* -- The light -- */

static void
light_at(CalSunTrack *track, const CalAtmosphere *air, const CalPlace *place, CalInstant at, double *uvi,
         double *ratio)
{
  const CalSunZenith sun = cal_sun_track_zenith(track, at, place->latitude_deg, place->longitude_deg);
  *uvi = cal_atmosphere_clear_uvi_of(air, sun.zenith_deg) * (1.0 / (sun.distance_au * sun.distance_au)) *
         cal_atmosphere_altitude_factor(place->altitude_m);
  *ratio = cal_atmosphere_ratio_of(air, sun.zenith_deg);
}

static void
begin_light(const CalPlanInput *input, const CalPlace *place, CalPlanLight *light)
{
  const CalSpan extent = cal_frame_extent(&input->frame);
  const bool has_now = input->now != CAL_INSTANT_NONE && input->now > extent.start;
  const CalSunDay day =
      cal_sun_day(extent.start + (extent.end - extent.start) / 2, place->latitude_deg, place->longitude_deg);
  light->start = has_now ? input->now : extent.start;
  const int64_t minutes = (extent.end - light->start) / 60;
  light->n = minutes < 0 ? 0 : minutes < MINUTES ? (int32_t)minutes : MINUTES;
  light->sunrise = day.sunrise;
  light->noon = day.noon;
  light->sunset = day.sunset;
}

static void
fill_light(const CalPlanInput *input, const CalPlace *place, CalPlanLight *light)
{
  const CalAtmosphere air =
      cal_atmosphere_of(cal_wearer_ozone_du(&input->context->profile, &input->frame, place->latitude_deg));
  CalSunTrack track = { 0 };
  begin_light(input, place, light);
  light_at(&track, &air, place, light->noon, &light->noon_uvi, &light->noon_ratio);
  for (int i = 0; i < light->n; i++)
    light_at(&track, &air, place, light->start + i * 60 + 30, &light->uvi[i], &light->ratio[i]);
}

/* -- The walk -- */

static double
sky(const Walk *walk)
{
  return isnan(walk->plan->sky_ratio) ? 1 : walk->plan->sky_ratio;
}

static void
walk_minute(Walk *walk, int i)
{
  const CalProfile *const profile = &walk->input->context->profile;
  const CalInstant at = walk->start + i * 60 + 30;
  const double clear = walk->light->uvi[i], ratio = walk->light->ratio[i];
  const double spf = cal_wearer_spf(profile, &walk->input->frame, at);
  const double vitd = CAL_WEARER_UPRIGHT * (cal_synthesis_erythemal_j_m2(clear * sky(walk), 1) * ratio);
  const double erythemal = cal_synthesis_erythemal_j_m2(clear * fmax(sky(walk), 1), 1);
  walk->vitd_uvi[i] = clear * sky(walk) * ratio;
  walk->iu[i + 1] =
      walk->iu[i] + cal_synthesis_linear_iu(vitd, &walk->skin, walk->area, cal_sunscreen_transmission(spf));
  walk->med[i + 1] = walk->med[i] + cal_synthesis_med_fraction(erythemal / cal_sunscreen_spf_as_applied(spf),
                                                               walk->burns_like);
}

static void
take_what_was_got(Walk *walk)
{
  const CalDayResult *const day = walk->input->day;
  walk->ceiling_area_age = walk->area * walk->skin.age_factor;
  if (day == NULL)
    return;
  walk->got_linear_iu = day->sun.iu_linear;
  walk->got_iu = day->sun.iu;
  walk->ceiling_area_age = fmax(walk->ceiling_area_age, day->sun.most_area_age);
}

static void
walk_through(Walk *walk)
{
  walk->start = walk->light->start;
  walk->n = walk->light->n;
  take_what_was_got(walk);
  for (int i = 0; i < walk->n; i++)
    walk_minute(walk, i);
}

/* -- Stays -- */

static double
made_iu(const Walk *walk, int from, int to)
{
  const double linear = walk->got_linear_iu + walk->iu[to] - walk->iu[from];
  return cal_synthesis_saturate_iu(linear, walk->ceiling_area_age, 1) - walk->got_iu;
}

/* The first minute by which the limit would be passed; n when it never is. */
static int
limit_from(const Walk *walk, int from)
{
  const double left = CAL_PLAN_MED_LIMIT - walk->plan->med_fraction;
  int to = from;
  while (to < walk->n && walk->med[to + 1] - walk->med[from] <= left)
    to++;
  return to;
}

/* Minutes that close the gap, to a tenth; NAN when the limit or the night comes first. */
static double
gap_minutes(const Walk *walk, int from, int limit)
{
  double before = 0;
  for (int to = from + 1; to <= limit; to++) {
    const double iu = made_iu(walk, from, to);
    if (iu >= walk->plan->gap_iu)
      return to - from - 1 + (walk->plan->gap_iu - before) / (iu - before);
    before = iu;
  }
  return NAN;
}

static CalInstant
instant(const Walk *walk, int minute)
{
  return walk->start + minute * 60;
}

static void
add_begin(Walk *walk, int from, double minutes, int limit, bool joins)
{
  CalPlan *const plan = walk->plan;
  const double to_limit = limit < walk->n ? (double)(limit - from) : INFINITY;
  if (!joins && plan->n_windows == CAL_PLAN_MAX_WINDOWS)
    return;
  CalPlanWindow *const window = &plan->window[joins ? plan->n_windows - 1 : plan->n_windows++];
  if (!joins)
    *window = (CalPlanWindow){ .starts.start = instant(walk, from),
                               .gap_minutes = INFINITY,
                               .first_minutes = minutes,
                               .first_half_med_minutes = to_limit };
  window->starts.end = instant(walk, from + STEP);
  window->gap_minutes_most = fmax(window->gap_minutes_most, minutes);
  if (minutes >= window->gap_minutes)
    return;
  window->best = instant(walk, from);
  window->gap_minutes = minutes;
  window->half_med_minutes = to_limit;
}

static void
note_most(Walk *walk, int from, int limit)
{
  CalPlan *const plan = walk->plan;
  const double iu = made_iu(walk, from, limit);
  if (!(iu > plan->most_iu + 0.5))
    return;
  plan->most_iu = iu;
  plan->most_at = instant(walk, from);
  plan->most_minutes = limit - from;
}

static void
find_windows(Walk *walk)
{
  bool joins = false;
  for (int from = 0; from < walk->n; from += STEP) {
    const bool lit = walk->vitd_uvi[from] >= CAL_PLAN_LEAST_VITD_UVI;
    const int limit = lit ? limit_from(walk, from) : from;
    const double minutes = lit ? gap_minutes(walk, from, limit) : NAN;
    if (!isnan(minutes))
      add_begin(walk, from, minutes, limit, joins);
    else if (lit)
      note_most(walk, from, limit);
    joins = !isnan(minutes);
  }
  if (walk->plan->n_windows > 0)
    walk->plan->most_iu = walk->plan->most_minutes = 0;
}

/* -- The plan -- */

/* Of a share of a MED that is a lower bound nobody knows how much is left of half a MED. */
static CalPlanAdvice
advice_for(uint32_t audience, bool lower_bound)
{
  if ((audience & CAL_AUDIENCE_ASK_KIDNEY) != 0)
    return CAL_PLAN_ASK_KIDNEY;
  if ((audience & CAL_AUDIENCE_ASK_DOCTOR) != 0)
    return CAL_PLAN_ASK_DOCTOR;
  if ((audience & CAL_AUDIENCE_NO_SUN) != 0)
    return CAL_PLAN_NO_SUN;
  if ((audience & CAL_AUDIENCE_SUN_UNSET) != 0)
    return CAL_PLAN_SUN_UNSET;
  return lower_bound ? CAL_PLAN_SUN_BOUND : CAL_PLAN_GIVEN;
}

static void
take_gap(const CalPlanInput *input, CalPlan *plan)
{
  CalReference reference;
  cal_reference_for(&input->context->profile, plan->date, &reference);
  plan->target_iu = reference.d_target_iu;
  if (input->day != NULL) {
    plan->got_iu = cal_day_total(input->day, CAL_NUTRIENT_VITAMIN_D);
    plan->med_fraction = input->day->sun.med_fraction;
    plan->lower_bound = input->day->sun.lower_bound;
  }
  plan->gap_iu = fmax(plan->target_iu - plan->got_iu, 0);
}

static void
take_sun(Walk *walk)
{
  const CalPlanLight *const light = walk->light;
  walk->plan->sunrise = light->sunrise;
  walk->plan->noon = light->noon;
  walk->plan->sunset = light->sunset;
  walk->plan->noon_uvi = light->noon_uvi * sky(walk);
  walk->plan->noon_vitd_uvi = walk->plan->noon_uvi * light->noon_ratio;
}

static void
take_light(const Walk *walk, CalPlan *plan)
{
  for (int i = 0; i < walk->n; i++) {
    plan->best_vitd_uvi = fmax(plan->best_vitd_uvi, walk->vitd_uvi[i]);
    if (walk->vitd_uvi[i] < CAL_PLAN_LEAST_VITD_UVI)
      continue;
    if (plan->makes.end == 0)
      plan->makes.start = instant(walk, i);
    plan->makes.end = instant(walk, i + 1);
  }
}

static uint32_t
assumed_of(const CalPlanInput *input)
{
  const CalProfile *const profile = &input->context->profile;
  uint32_t matters = 1u << CAL_PROFILE_BIRTH_YEAR | 1u << CAL_PROFILE_PHOTOTYPE | 1u << CAL_PROFILE_PLACE;
  if (!cal_wearer_says_wear(profile, &input->frame))
    matters |= 1u << CAL_PROFILE_CLOTHING;
  return matters & ~profile->known;
}

void
cal_plan(const CalPlanInput *input, CalPlan *plan)
{
  const CalProfile *const profile = &input->context->profile;
  CalPlanLight light = { .start = CAL_INSTANT_NONE };
  const int32_t offset_s = input->frame.n_pieces > 0 ? input->frame.piece[0].utc_offset_s : 0;
  Walk walk = { .input = input, .plan = plan, .light = input->light != NULL ? input->light : &light };
  *plan = (CalPlan){ .date = input->frame.date, .most_at = CAL_INSTANT_NONE, .sky_ratio = input->sky_ratio };
  plan->audience = cal_audience_of(profile, plan->date);
  plan->assumed = assumed_of(input);
  take_gap(input, plan);
  plan->advice = advice_for(plan->audience, plan->lower_bound);
  plan->origin = cal_context_place(input->context, offset_s, &plan->place);
  if (walk.light->start == CAL_INSTANT_NONE)
    fill_light(input, &plan->place, walk.light);
  take_sun(&walk);
  walk.skin = cal_wearer_skin(profile, plan->date);
  walk.burns_like = cal_wearer_burns_like(profile);
  walk.area = cal_wearer_bare_area(profile, &input->frame, plan->place.latitude_deg);
  walk_through(&walk);
  take_light(&walk, plan);
  if (plan->advice == CAL_PLAN_GIVEN && plan->gap_iu > 0)
    find_windows(&walk);
}

double
cal_plan_sky_ratio(const CalContext *context, const CalDayFrame *frame, const CalDayNewest *ambient,
                   CalInstant now)
{
  CalPlace place;
  const int32_t offset_s = frame->n_pieces > 0 ? frame->piece[0].utc_offset_s : 0;
  if (ambient->end == CAL_INSTANT_NONE || ambient->end > now + 60 ||
      now - ambient->end > CAL_PLAN_SKY_FRESH_S ||
      cal_context_place(context, offset_s, &place) == CAL_PLACE_GUESS)
    return NAN;
  const double zenith_deg =
      cal_sun_position(ambient->end, place.latitude_deg, place.longitude_deg).zenith_deg;
  const double ozone_du = cal_wearer_ozone_du(&context->profile, frame, place.latitude_deg);
  const double clear = cal_wearer_clear_uvi(&place, ozone_du, ambient->end, zenith_deg);
  if (zenith_deg > CAL_PLAN_SKY_ZENITH_DEG || !(clear > 0))
    return NAN;
  return fmin(fmax(ambient->uvi / clear, CAL_PLAN_SKY_LOW), CAL_PLAN_SKY_HIGH);
}
