/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A day: the fold over what the ledger holds. It steps through events in the order of cal_event_compare() and
 * can tell its result after each of them: the balance of the day so far.
 *
 *   CalDay day;
 *   cal_day_begin(&day, &frames, &context_at_the_span's_start);
 *   for each event of cal_day_span(&frames), settings included: cal_day_step(&day, event, now);
 *   cal_day_result(&day, &result);
 *
 * Rules that are its own:
 *
 * - Ultraviolet counts from worn tags alone. Over one instant the record of a tag with the higher sequence
 *   holds (of two logs, the record that began later). Two worn tags never add up: at each instant the one
 * that reads more is believed, since two tags on one person see one sun, and the other is shaded.
 * - A tag counts always, unless it is known to feel whether it is worn (its `tag` entry says "wear", or a
 * wear record or a worn flag came before within the span): then only records flagged as worn count.
 * - Sun logged by hand fills only instants that no worn tag covers. Its index is that of a horizontal plane:
 *   the one that was said; of the sky that was said; else what an ambient tag read at that instant (of
 * several the one that reads most, as of worn ones); else that of a clear sky. What an ambient tag reads
 * counts in no other way, and what a buttons tag reads in none.
 * - A saturated record makes the day's sun a lower bound.
 * - What a tag reads makes no more vitamin D than a clear sky at the place can, see CalDaySight; it burns as
 * read.
 * - One pill, one count: see dose.h.
 */
#ifndef CALCIFER_DAY_H
#define CALCIFER_DAY_H

#include <stdbool.h>
#include <stdint.h>

#include <calcifer/atmosphere.h>
#include <calcifer/context.h>
#include <calcifer/dose.h>
#include <calcifer/event.h>
#include <calcifer/frame.h>
#include <calcifer/nutrient.h>
#include <calcifer/sun.h>
#include <calcifer/trace.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Raised whenever the same events give another result or the struct below changes: part of the key under
 * which results are cached. */
#define CAL_DAY_MODEL 8

#define CAL_DAY_MAX_SEGMENTS 64
#define CAL_DAY_MAX_INTAKES  256
#define CAL_DAY_MAX_ANSWERS  32
#define CAL_DAY_MAX_LABS     4
#define CAL_DAY_MAX_UNMAPPED 8
#define CAL_DAY_MAX_SIGHTS   16

typedef struct CalDaySun {
  double iu_linear;      /* before the day's saturation */
  double iu;             /* vitamin D made, best estimate */
  double iu_low;         /* half of it */
  double iu_high;        /* twice it */
  double erythemal_j_m2; /* before sunscreen */
  double vitd_j_m2;      /* vitamin-D-weighted, before sunscreen */
  double most_area_age; /* the largest bare fraction times age factor that had a dose: 20 000 IU of it are the
                           day's ceiling */
  double med_fraction;  /* share of one MED with sunscreen as people apply it, SPF^(1/3) */
  double max_uvi;       /* the highest mean that counted */
  int64_t worn_s;       /* covered by a worn tag */
  int64_t hand_s;       /* filled by hand */
  int64_t ambient_s;    /* of those by hand: with the index that an ambient tag read */
  int64_t clear_s;      /* of those by hand: under a clear sky that nobody said */
  bool lower_bound;     /* the sensor was saturated in some of it */
} CalDaySun;

/* What a worn tag reported last. */
typedef struct CalDayNewest {
  CalInstant end; /* CAL_INSTANT_NONE: nothing worn in the span */
  double uvi;
} CalDayNewest;

typedef struct CalDayLab {
  CalInstant at;
  double nmol_l;
} CalDayLab;

/*
 * What a tag's readings say about the tag and its place, today. Where the profile knows the place (never
 * where it is the time zone's city or a guess) a reading makes no more vitamin D than 1.3 times what a clear
 * sky gives there, and none while the sun is more than 6 degrees below the horizon; it burns as it was read.
 * One above that, by more than the half of its last digit, is in doubt; with the sun below 6 degrees, one
 * above 0.5.
 */
typedef struct CalDaySight {
  CalAddress tag;
  uint32_t doubtful; /* readings in doubt, all in all */
  uint32_t run;      /* of them one after the other, now */
  uint32_t longest;  /* the longest such run */
  double uvi;        /* the newest doubtful reading */
  double most_uvi;   /* and what it was held against */
  double same_uvi;   /* the last reading */
  uint32_t same;     /* how many readings, one after the other in daylight, were the same, and not 0 */
  CalInstant same_since;
  CalInstant last_end;
  int64_t longest_same_s;  /* the longest stretch of three such readings or more */
  double longest_same_uvi; /* and what they read */
} CalDaySight;

/* A button that means no product: shown, counts nothing. */
typedef struct CalDayUnmapped {
  CalAddress tag;
  char slot[CAL_SLOT_SIZE];
  uint32_t presses;
} CalDayUnmapped;

/* No pointers: copied by assignment, kept as bytes, zeroed where nothing was written. */
typedef struct CalDayResult {
  int32_t model; /* CAL_DAY_MODEL */
  CalDate date;

  CalDaySun sun;
  CalDayNewest newest;
  CalDayNewest ambient; /* what an ambient tag read last */

  CalNutrients food;
  CalNutrients supplement;
  double interval_d_iu;    /* the part of supplement D that one dose of an interval product explains */
  double calcium_burst_mg; /* the most supplement calcium within 30 minutes, ending this day */
  bool known;              /* food was entered, or "that was all" was said */
  bool closed;             /* "that was all" was said */
  bool k2_food;            /* a food with more than 5 ug of known K2 a portion */
  bool natto;
  uint32_t n_foods; /* food entries */
  uint32_t n_whole; /* of them whole foods */
  uint32_t n_made;  /* and foods that are none; of the rest nobody said it */

  uint32_t assumed; /* bit 1u << CalProfileKey: a default stood in for it */

  uint32_t n_labs;
  CalDayLab lab[CAL_DAY_MAX_LABS];
  uint32_t n_doses;
  CalDueDose dose[CAL_DOSE_MAX_DUE];
  uint32_t n_doubts;
  CalDoubt doubt[CAL_DOSE_MAX_DOUBTS];
  uint32_t n_unmapped;
  CalDayUnmapped unmapped[CAL_DAY_MAX_UNMAPPED];

  uint32_t n_sights;
  CalDaySight sight[CAL_DAY_MAX_SIGHTS];

  uint32_t n_rejected;   /* records that cannot be true */
  CalInstant look_again; /* when a record that is held may count; CAL_INSTANT_NONE: none is held */
} CalDayResult;

/* One stretch of ultraviolet that may still count: a record, a sample that holds, or sun by hand. */
typedef enum CalSegmentSource {
  CAL_SEGMENT_RECORD,
  CAL_SEGMENT_SAMPLE,
  CAL_SEGMENT_HAND,
} CalSegmentSource;

typedef struct CalSegment {
  CalSpan span;
  CalAddress tag;
  CalSegmentSource source;
  uint32_t log_id;
  uint32_t sequence;
  double uvi;       /* NAN by hand without an index: clear sky, times cloud */
  double cloud;     /* factor, 0-1 */
  double bare_area; /* NAN: as the context has it */
  double spf;       /* NAN: likewise */
  bool saturated;
  bool ambient;  /* of a tag that is not worn: counts only through sun by hand */
  bool open_sky; /* by hand, and neither index nor sky was said */
} CalSegment;

typedef struct CalDayAnswer {
  char id[CAL_ENTRY_ID_SIZE];
  bool second;
} CalDayAnswer;

/* Where the sun was reckoned to stand last, and what a clear sky's index was then. */
typedef struct CalDaySunAt {
  CalInstant at; /* CAL_INSTANT_NONE: nowhere yet */
  double latitude_deg;
  double longitude_deg;
  double zenith_deg;
  double distance_au;
  double ozone_du; /* of the index; NAN: it was not asked for */
  double altitude_m;
  double clear_uvi;
} CalDaySunAt;

/* The season's column of ozone, which is one on all of the day as long as the place is one. */
typedef struct CalDayOzone {
  double latitude_deg; /* NAN: none yet */
  double du;
} CalDayOzone;

/* The fold's state. Read it through cal_day_result() alone; copied by assignment. */
typedef struct CalDay {
  CalDayFrames frames;
  CalContext context;
  CalDayResult sum; /* what is final already */

  CalInstant swept; /* ultraviolet is integrated up to here */
  CalSegment segment[CAL_DAY_MAX_SEGMENTS];
  uint32_t n_segments;
  uint32_t n_by_hand; /* sun entries so far: the later one of two over an instant holds */

  CalIntake intake[CAL_DAY_MAX_INTAKES];
  uint32_t n_intakes;
  CalDayAnswer answer[CAL_DAY_MAX_ANSWERS];
  uint32_t n_answers;
  CalDaySunAt sun_at;
  CalSunTrack sun_track;
  CalDayOzone ozone;
  CalAtmosphere air; /* that was asked last; its ozone is NAN: none yet */
  CalTrace *trace;   /* borrowed; NULL, as cal_day_begin() has it: nobody wants to know the steps */
  CalDueDose due[CAL_DOSE_MAX_WINDOWS]; /* of the day before, the day and the day after */
  uint32_t n_due;
} CalDay;

/* The instants of the events that a day must be told: from 15 h before it (records reach over midnight, dose
 * windows too) to 3 h behind it (a late dose may still fill one that was due). An event touches exactly the
 * days whose spans it lies in. Empty for a day without pieces. */
CalSpan cal_day_span(const CalDayFrames *frames);

/* The first and the last date whose spans an instant of frames->day may lie in: one to three days, and more
 * where a neighbour was left out by a traveller or is shorter than the longest record. */
void cal_day_touched(const CalDayFrames *frames, CalInstant at, CalDate *first, CalDate *last);

/* `at_start`: the context folded from all settings before cal_day_span()'s start. */
void cal_day_begin(CalDay *day, const CalDayFrames *frames, const CalContext *at_start);

/* Takes the next event; events must come in the order of cal_event_compare(), settings among them, and those
 * outside the span are passed over. `now` decides alone whether a record lies in the future and is held. */
void cal_day_step(CalDay *day, const CalEvent *event, CalInstant now);

/* The balance after the events so far, as if nothing more came: what began and has not ended counts to its
 * end or the day's. Does not change the day. */
void cal_day_result(const CalDay *day, CalDayResult *result);

/* Supplement and food together; and vitamin D with the sun's best estimate. */
double cal_day_total(const CalDayResult *result, CalNutrient nutrient);

/* bit 1u << nutrient: some of what was eaten or taken holds an amount of it that nobody knows. */
uint32_t cal_day_unknown(const CalDayResult *result);

#ifdef __cplusplus
}
#endif

#endif
