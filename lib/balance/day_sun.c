/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Ultraviolet by a sweep along time. Everything that may count at an instant has been told when the sweep
 * comes there, since it is told in the order in which it began; so each stretch between two edges is
 * integrated once, with what held then, and never taken back.
 *
 *   records  ├──── 7 ────┤├──────── 8 ────────┤         edges: begin and end of anything, settings,
 *   by hand        ├────────────────────────────────┤   the day's own, and every fifth minute
 *   counts   └──── 7 ────┘└──────── 8 ────────┘└ hand ┘
 */
#include <math.h>
#include <string.h>

#include <calcifer/ozone.h>
#include <calcifer/skin.h>
#include <calcifer/sun.h>
#include <calcifer/sunscreen.h>
#include <calcifer/synthesis.h>

#include "fold.h"
#include "sight.h"
#include "sunlog.h"
#include "wearer.h"

/* The ratio is taken at two nodes in at most five minutes, in which the sun moves 1.25 degrees. */
#define CELL_S 300
/* A stretch this short needs but its middle: the error falls with the third power of its length. */
#define SHORT_S 60

/* A sample of a tag that stores nothing holds until its next, and no longer than this (tag profile). */
#define SAMPLE_HOLDS_S 300

/* As records of the tag profile; an index above was never measured on Earth. */
#define MAX_UVI 45.0

/* -- Segments -- */

static void
drop_segment(CalDay *day, uint32_t i)
{
  day->segment[i] = day->segment[--day->n_segments];
  memset(&day->segment[day->n_segments], 0, sizeof day->segment[0]);
}

static void
drop_ended(CalDay *day)
{
  for (uint32_t i = 0; i < day->n_segments;)
    if (day->segment[i].span.end <= day->swept)
      drop_segment(day, i);
    else
      i++;
}

/* Half of what a fold is told lies on the days around. */
static bool
reaches_into(const CalDay *day, CalSpan span)
{
  const CalSpan extent = cal_frame_extent(&day->frames.day);
  return span.start < extent.end && span.end > extent.start;
}

/* More than CAL_DAY_MAX_SEGMENTS at one instant is no person's day: what would end first makes room. */
static void
add_segment(CalDay *day, const CalSegment *segment)
{
  if (!reaches_into(day, segment->span))
    return;
  drop_ended(day);
  if (day->n_segments == CAL_DAY_MAX_SEGMENTS) {
    uint32_t first = 0;
    for (uint32_t i = 1; i < day->n_segments; i++)
      if (day->segment[i].span.end < day->segment[first].span.end)
        first = i;
    drop_segment(day, first);
  }
  day->segment[day->n_segments++] = *segment;
}

/* Of one tag: of two records over one instant the higher sequence holds; between two logs, and between
 * samples, what began later. */
static bool
holds_over(const CalSegment *a, const CalSegment *b)
{
  if (a->source != b->source)
    return a->source == CAL_SEGMENT_RECORD;
  if (a->source == CAL_SEGMENT_RECORD && a->log_id == b->log_id)
    return a->sequence > b->sequence;
  if (a->span.start != b->span.start)
    return a->span.start > b->span.start;
  return a->log_id > b->log_id;
}

static bool
is_of(const CalSegment *segment, const CalAddress *tag)
{
  return segment->source != CAL_SEGMENT_HAND && cal_address_equal(&segment->tag, tag);
}

static const CalSegment *
holding_of_tag(const CalDay *day, const CalAddress *tag)
{
  const CalSegment *best = NULL;
  for (uint32_t i = 0; i < day->n_segments; i++)
    if (is_of(&day->segment[i], tag) && (best == NULL || holds_over(&day->segment[i], best)))
      best = &day->segment[i];
  return best;
}

/* The worn (or ambient) tag that reads most; NULL when there is none. Of equal ones the lower address, for
 * any order. */
static const CalSegment *
holding_of_tags(const CalDay *day, bool ambient)
{
  const CalSegment *best = NULL;
  for (uint32_t i = 0; i < day->n_segments; i++) {
    const CalSegment *const one = &day->segment[i];
    if (one->source == CAL_SEGMENT_HAND || one->ambient != ambient || holding_of_tag(day, &one->tag) != one)
      continue;
    if (best == NULL || one->uvi > best->uvi ||
        (!(one->uvi < best->uvi) && cal_address_compare(&one->tag, &best->tag) < 0))
      best = one;
  }
  return best;
}

/* What was logged by hand last for this instant. */
static const CalSegment *
holding_by_hand(const CalDay *day)
{
  const CalSegment *best = NULL;
  for (uint32_t i = 0; i < day->n_segments; i++) {
    const CalSegment *const one = &day->segment[i];
    if (one->source == CAL_SEGMENT_HAND && (best == NULL || one->sequence > best->sequence))
      best = one;
  }
  return best;
}

/* -- Stretches -- */

static const CalFramePiece *
piece_at(const CalDay *day, CalInstant instant)
{
  for (uint32_t i = 0; i < day->frames.day.n_pieces; i++) {
    const CalFramePiece *const piece = &day->frames.day.piece[i];
    if (instant >= piece->span.start && instant < piece->span.end)
      return piece;
  }
  return NULL;
}

static CalInstant
earlier(CalInstant a, CalInstant b)
{
  return a < b ? a : b;
}

/* Where the next piece of the day begins; `to` when none begins before. */
static CalInstant
next_piece(const CalDay *day, CalInstant to)
{
  CalInstant next = to;
  for (uint32_t i = 0; i < day->frames.day.n_pieces; i++)
    if (day->frames.day.piece[i].span.start > day->swept)
      next = earlier(next, day->frames.day.piece[i].span.start);
  return next;
}

static CalInstant
next_cell(CalInstant at)
{
  const CalInstant into = ((at % CELL_S) + CELL_S) % CELL_S;
  return at - into + CELL_S;
}

static CalInstant
next_edge(const CalDay *day, const CalFramePiece *piece, CalInstant to)
{
  CalInstant edge = earlier(earlier(to, piece->span.end), next_cell(day->swept));
  for (uint32_t i = 0; i < day->n_segments; i++)
    if (day->segment[i].span.end > day->swept)
      edge = earlier(edge, day->segment[i].span.end);
  return edge;
}

/* -- What holds at a node -- */

static bool
same(double a, double b)
{
  return a <= b && a >= b;
}

static CalDaySunAt *
sun_at(CalDay *day, const CalPlace *place, CalInstant at)
{
  CalDaySunAt *const last = &day->sun_at;
  if (last->at == at && same(last->latitude_deg, place->latitude_deg) &&
      same(last->longitude_deg, place->longitude_deg))
    return last;
  const CalSunZenith sun =
      cal_sun_track_zenith(&day->sun_track, at, place->latitude_deg, place->longitude_deg);
  *last = (CalDaySunAt){ .at = at,
                         .latitude_deg = place->latitude_deg,
                         .longitude_deg = place->longitude_deg,
                         .zenith_deg = sun.zenith_deg,
                         .distance_au = sun.distance_au,
                         .ozone_du = NAN };
  return last;
}

static const CalAtmosphere *
air_of(CalDay *day, double ozone_du)
{
  if (!same(day->air.ozone_du, ozone_du))
    day->air = cal_atmosphere_of(ozone_du);
  return &day->air;
}

double
cal_day_ozone_du(CalDay *day, double latitude_deg)
{
  const CalProfile *const profile = &day->context.profile;
  if (cal_wearer_said_ozone(profile, &day->frames.day))
    return profile->ozone_du;
  if (!same(day->ozone.latitude_deg, latitude_deg))
    day->ozone = (CalDayOzone){ latitude_deg, cal_ozone_climatology_du(latitude_deg, day->frames.day.date) };
  return day->ozone.du;
}

double
cal_day_zenith_deg(CalDay *day, const CalPlace *place, CalInstant at)
{
  return sun_at(day, place, at)->zenith_deg;
}

/* A reading is held against it when it comes, and again when it is integrated. */
double
cal_day_clear_uvi(CalDay *day, const CalPlace *place, double ozone_du, CalInstant at)
{
  CalDaySunAt *const sun = sun_at(day, place, at);
  if (same(sun->ozone_du, ozone_du) && same(sun->altitude_m, place->altitude_m))
    return sun->clear_uvi;
  sun->ozone_du = ozone_du;
  sun->altitude_m = place->altitude_m;
  sun->clear_uvi = cal_atmosphere_clear_uvi_of(air_of(day, ozone_du), sun->zenith_deg) *
                   (1.0 / (sun->distance_au * sun->distance_au)) *
                   cal_atmosphere_altitude_factor(place->altitude_m);
  return sun->clear_uvi;
}

double
cal_day_ratio(CalDay *day, const CalPlace *place, double ozone_du, CalInstant at)
{
  return cal_atmosphere_ratio_of(air_of(day, ozone_du), cal_day_zenith_deg(day, place, at));
}

static double
bare_area(const CalDay *day, const CalSegment *segment, double latitude_deg)
{
  return isnan(segment->bare_area)
             ? cal_wearer_bare_area(&day->context.profile, &day->frames.day, latitude_deg)
             : segment->bare_area;
}

static double
spf_at(const CalDay *day, const CalSegment *segment, CalInstant at)
{
  return isnan(segment->spf) ? cal_wearer_spf(&day->context.profile, &day->frames.day, at)
                             : cal_sunscreen_spf_after(segment->spf, (double)(at - segment->span.start));
}

/* What a stretch is integrated with, constant inside of it but for the sun and the sunscreen. */
typedef struct Stretch {
  const CalSegment *segment;
  double uvi;  /* NAN: clear sky, times the segment's cloud */
  bool capped; /* a tag read it, and the place is known: no more vitamin D than a clear sky can give */
  CalPlace place;
  double ozone_du;
  CalSkin skin;
  int burns_like;
  double area;
} Stretch;

static Stretch
stretch_of(CalDay *day, const CalSegment *segment, double uvi, int32_t utc_offset_s)
{
  const CalProfile *const profile = &day->context.profile;
  Stretch stretch = { .segment = segment, .uvi = uvi };
  const CalPlaceOrigin origin = cal_context_place(&day->context, utc_offset_s, &stretch.place);
  const bool by_tag = segment->source != CAL_SEGMENT_HAND || (segment->open_sky && !isnan(uvi));
  stretch.capped = by_tag && origin == CAL_PLACE_KNOWN;
  stretch.ozone_du = cal_day_ozone_du(day, stretch.place.latitude_deg);
  stretch.skin = cal_wearer_skin(profile, day->frames.day.date);
  stretch.burns_like = cal_wearer_burns_like(profile);
  stretch.area = bare_area(day, segment, stretch.place.latitude_deg);
  return stretch;
}

/* The index in the plane of the tag, or of the horizon by hand. */
static double
uvi_at(CalDay *day, const Stretch *stretch, CalInstant at)
{
  if (!isnan(stretch->uvi))
    return stretch->uvi;
  return cal_day_clear_uvi(day, &stretch->place, stretch->ozone_du, at) * stretch->segment->cloud;
}

/* What of it may make vitamin D. */
static double
believed_uvi(CalDay *day, const Stretch *stretch, CalInstant at, double uvi)
{
  return stretch->capped ? fmin(uvi, cal_sight_most_uvi(day, &stretch->place, stretch->ozone_du, at)) : uvi;
}

/* -- Integration -- */

static CalTraceRow
row_of(const Stretch *stretch, double from, double minutes)
{
  const bool by_hand = stretch->segment->source == CAL_SEGMENT_HAND;
  CalTraceRow row = { .by_hand = by_hand, .minutes = minutes, .ozone_du = stretch->ozone_du };
  row.span = (CalSpan){ (CalInstant)from, (CalInstant)(from + minutes * 60) };
  if (!by_hand)
    row.tag = stretch->segment->tag;
  row.plane = by_hand ? CAL_WEARER_UPRIGHT : 1;
  row.area = stretch->area;
  row.age_factor = stretch->skin.age_factor;
  return row;
}

/* The node at `at` stands for so many seconds from `from` on. */
static void
add_node(CalDay *day, const Stretch *stretch, CalInstant at, double from, double seconds)
{
  const double minutes = seconds / 60;
  const double spf = spf_at(day, stretch->segment, at);
  CalTraceRow row = row_of(stretch, from, minutes);
  CalDaySun *const sun = &day->sum.sun;

  row.zenith_deg = cal_day_zenith_deg(day, &stretch->place, at);
  row.uvi = uvi_at(day, stretch, at);
  row.believed_uvi = believed_uvi(day, stretch, at, row.uvi);
  row.erythemal_j_m2 = cal_synthesis_erythemal_j_m2(row.uvi, minutes);
  row.vitd_j_m2 = row.plane * (cal_synthesis_erythemal_j_m2(row.believed_uvi, minutes) *
                               cal_day_ratio(day, &stretch->place, stretch->ozone_du, at));
  row.iu_linear =
      cal_synthesis_linear_iu(row.vitd_j_m2, &stretch->skin, stretch->area, cal_sunscreen_transmission(spf));
  sun->erythemal_j_m2 += row.erythemal_j_m2;
  sun->vitd_j_m2 += row.vitd_j_m2;
  sun->iu_linear += row.iu_linear;
  sun->med_fraction +=
      cal_synthesis_med_fraction(row.erythemal_j_m2 / cal_sunscreen_spf_as_applied(spf), stretch->burns_like);
  sun->max_uvi = row.uvi > sun->max_uvi ? row.uvi : sun->max_uvi;
  if (row.vitd_j_m2 > 0)
    sun->most_area_age = fmax(sun->most_area_age, stretch->area * stretch->skin.age_factor);
  if (day->trace == NULL)
    return;
  row.sdd_j_m2 = cal_skin_sdd_j_m2(stretch->skin.phototype, stretch->skin.calibration);
  cal_trace_add(day->trace, &row);
}

/* Two nodes of Gauss and Legendre; one for a short stretch. */
static void
integrate(CalDay *day, const Stretch *stretch, CalSpan span)
{
  static const double node = 0.5773502691896257; /* 1/sqrt(3), of the half length */
  const double length = (double)(span.end - span.start), middle = (double)span.start + length / 2;
  if (length <= SHORT_S) {
    add_node(day, stretch, (CalInstant)floor(middle), (double)span.start, length);
    return;
  }
  add_node(day, stretch, (CalInstant)floor(middle - node * length / 2 + 0.5), (double)span.start, length / 2);
  add_node(day, stretch, (CalInstant)floor(middle + node * length / 2 + 0.5), middle, length / 2);
}

/* What a dose was reckoned with stays an assumption, whatever is said later in the day. */
static void
note_assumed(CalDay *day, const CalSegment *segment)
{
  uint32_t matters = 1u << CAL_PROFILE_BIRTH_YEAR | 1u << CAL_PROFILE_PHOTOTYPE | 1u << CAL_PROFILE_PLACE;
  if (isnan(segment->bare_area))
    matters |= 1u << CAL_PROFILE_CLOTHING;
  day->sum.assumed |= cal_day_assumed(day) & matters;
}

/* The index of sun by hand for which none was said: an ambient tag's; NAN when there is none that holds. */
static double
ambient_uvi(CalDay *day, int64_t length_s)
{
  const CalSegment *const ambient = holding_of_tags(day, true);
  if (ambient == NULL) {
    day->sum.sun.clear_s += length_s;
    return NAN;
  }
  day->sum.sun.ambient_s += length_s;
  day->sum.sun.lower_bound = day->sum.sun.lower_bound || ambient->saturated;
  return ambient->uvi;
}

/* What counts now, and how long it did; NULL: nothing. */
static const CalSegment *
holding(CalDay *day, int64_t length_s, double *uvi)
{
  const CalSegment *segment = holding_of_tags(day, false);
  if (segment != NULL)
    day->sum.sun.worn_s += length_s;
  else if ((segment = holding_by_hand(day)) != NULL)
    day->sum.sun.hand_s += length_s;
  else
    return NULL;
  day->sum.sun.lower_bound = day->sum.sun.lower_bound || segment->saturated;
  *uvi = segment->open_sky ? ambient_uvi(day, length_s) : segment->uvi;
  return segment;
}

static void
count_stretch(CalDay *day, const CalFramePiece *piece, CalSpan span)
{
  double uvi;
  const CalSegment *const segment = holding(day, span.end - span.start, &uvi);
  if (segment != NULL && !(uvi <= 0)) {
    const Stretch stretch = stretch_of(day, segment, uvi, piece->utc_offset_s);
    note_assumed(day, segment);
    integrate(day, &stretch, span);
  }
}

void
cal_day_sweep(CalDay *day, CalInstant to)
{
  while (day->swept < to) {
    drop_ended(day);
    const CalFramePiece *const piece = piece_at(day, day->swept);
    if (day->n_segments == 0) {
      day->swept = to;
    } else if (piece == NULL) {
      day->swept = next_piece(day, to);
    } else {
      const CalSpan span = { day->swept, next_edge(day, piece, to) };
      count_stretch(day, piece, span);
      day->swept = span.end;
    }
  }
}

/* -- Steps -- */

static void
note_newest(CalDayNewest *newest, CalInstant end, double uvi)
{
  if (newest->end != CAL_INSTANT_NONE && end < newest->end)
    return;
  if (newest->end == end && uvi < newest->uvi)
    return;
  newest->end = end;
  newest->uvi = uvi;
}

/* A tag that feels whether it is worn says so in each record. */
static bool
is_on_its_wearer(const CalDay *day, const CalAddress *tag, const CalRecord *record)
{
  const CalSource *const source = cal_context_source(&day->context, tag);
  return source == NULL || !source->has_wear || (record->flags & CAL_RECORD_FLAG_WORN) != 0;
}

/* Whether what a tag of this role reads may count, and on whose behalf. */
static bool
takes_part(CalRole role, bool on_wearer, bool *ambient)
{
  *ambient = role == CAL_ROLE_AMBIENT;
  switch (role) {
  case CAL_ROLE_WORN:
    return on_wearer;
  case CAL_ROLE_AMBIENT:
    return true;
  case CAL_ROLE_BUTTONS:
  case CAL_ROLE_UNSET:
    return false;
  }
  return false;
}

/* Made by the host, and not by chance under the log id of a tag that stores. */
static bool
is_kept_sample(const CalDay *day, const CalEvent *event)
{
  const CalSource *const source = cal_context_source(&day->context, &event->tag);
  return event->of.record.log_id - CAL_RECORD_HOST_LOG < CAL_RECORD_HOST_LOGS && source != NULL &&
         (source->kind == CAL_SOURCE_BTHOME || source->kind == CAL_SOURCE_ESS);
}

static void
step_kept_sample(CalDay *day, const CalEvent *event, const CalRecord *record)
{
  const CalEvent sample = { .kind = CAL_EVENT_SAMPLE,
                            .at = event->at,
                            .tag = event->tag,
                            .of.sample.uv_index = record->uv.mean / 100.0 };
  cal_day_step_sample(day, &sample);
}

void
cal_day_step_uv(CalDay *day, const CalEvent *event, const CalRecord *record)
{
  if (is_kept_sample(day, event)) {
    step_kept_sample(day, event, record);
    return;
  }
  const CalRole role = cal_context_role(&day->context, &event->tag, true);
  const CalSpan span = { event->at, event->at + record->uv.duration_s };
  const double uvi = record->uv.mean / 100.0;
  bool ambient;
  if (!takes_part(role, is_on_its_wearer(day, &event->tag, record), &ambient))
    return;
  note_newest(ambient ? &day->sum.ambient : &day->sum.newest, span.end, uvi);
  if (!reaches_into(day, span))
    return;
  add_segment(day, &(CalSegment){ .source = CAL_SEGMENT_RECORD,
                                  .span = span,
                                  .tag = event->tag,
                                  .log_id = event->of.record.log_id,
                                  .sequence = record->sequence,
                                  .uvi = uvi,
                                  .saturated = (record->flags & CAL_RECORD_FLAG_SATURATED) != 0,
                                  .ambient = ambient,
                                  .bare_area = NAN,
                                  .spf = NAN });
  cal_sight_note(day, &event->tag, span, uvi);
}

void
cal_day_step_sample(CalDay *day, const CalEvent *event)
{
  const CalSource *const source = cal_context_source(&day->context, &event->tag);
  const double uvi = event->of.sample.uv_index;
  const bool stores =
      source != NULL && (source->kind == CAL_SOURCE_TAG_EVENT || source->kind == CAL_SOURCE_OMRON);
  bool ambient;
  if (stores || !takes_part(cal_context_role(&day->context, &event->tag, false), true, &ambient))
    return;
  if (!(uvi >= 0 && uvi <= MAX_UVI)) {
    day->sum.n_rejected += cal_frame_contains(&day->frames.day, event->at);
    return;
  }
  for (uint32_t i = 0; i < day->n_segments; i++)
    if (day->segment[i].source == CAL_SEGMENT_SAMPLE && is_of(&day->segment[i], &event->tag))
      day->segment[i].span.end = earlier(day->segment[i].span.end, event->at);
  CalSegment segment = { .source = CAL_SEGMENT_SAMPLE, .bare_area = NAN, .spf = NAN, .uvi = uvi };
  segment.span = (CalSpan){ event->at, event->at + SAMPLE_HOLDS_S };
  segment.tag = event->tag;
  segment.ambient = ambient;
  add_segment(day, &segment);
  cal_sight_note(day, &event->tag, (CalSpan){ event->at, event->at }, uvi);
  note_newest(ambient ? &day->sum.ambient : &day->sum.newest, event->at, uvi);
}

void
cal_day_step_sun_entry(CalDay *day, const CalEntry *entry)
{
  CalSunlog log;
  if (!cal_sunlog_read(&day->context.profile, entry->value, &log))
    return;
  CalSegment segment = { .source = CAL_SEGMENT_HAND, .uvi = log.uvi, .cloud = log.cloud };
  segment.span = (CalSpan){ entry->at, entry->at + log.duration_s };
  segment.bare_area = log.bare_area;
  segment.spf = log.spf;
  segment.open_sky = isnan(log.uvi) && !log.says_sky;
  segment.sequence = ++day->n_by_hand;
  add_segment(day, &segment);
}
