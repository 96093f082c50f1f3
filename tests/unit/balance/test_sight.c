/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a tag saw, held against what the sun can have been where it is said to be. */
#include "../cmocka_prelude.h"

#include <calcifer/atmosphere.h>
#include <calcifer/record.h>
#include <calcifer/sun.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../../lib/balance/fold.h"
#include "story.h"

#define TAG   "AA:BB:CC:00:00:01"
#define OTHER "AA:BB:CC:00:00:02"
#define WORN  CAL_RECORD_FLAG_WORN

static Story story;
static CalDayResult result, other;

static void
say(const char *key, const char *value)
{
  story_entry(&story, CAL_ENTRY_PROFILE, story_at(-20, 0, 0), key, value);
}

static void
assert_near(double value, double expected, double relative)
{
  if (!(fabs(value - expected) <= relative * fabs(expected) + 1e-9)) {
    print_error("%.10g is not near %.10g\n", value, expected);
    fail();
  }
}

/* Somebody of type II at 45 north and 9 east, under 300 DU today. */
static void
somebody(const char *place)
{
  story_begin(&story);
  say("birth-year", "2000");
  say("phototype", "2");
  say("clothing", "arms");
  if (place != NULL)
    say("place", place);
  story_entry(&story, CAL_ENTRY_PROFILE, story_at(0, 0, 0), "ozone", "300");
}

static double
zenith_at(CalInstant at)
{
  return cal_sun_position(at, 45, 9).zenith_deg;
}

static double
clear_at(CalInstant at)
{
  return cal_atmosphere_clear_uvi(zenith_at(at), 300, NULL) * cal_sun_distance_factor(at);
}

/* H_D of the lesser of a steady index and 1.3 times a clear sky, second by second. */
static double
capped_vitd(CalInstant start, int seconds, double uvi)
{
  double sum = 0;
  for (int i = 0; i < seconds; i++)
    sum +=
        0.025 * fmin(uvi, 1.3 * clear_at(start + i)) * cal_atmosphere_ratio(zenith_at(start + i), 300, NULL);
  return sum;
}

static void
test_a_plausible_reading_counts_in_full(void **state)
{
  (void)state;
  somebody("45,9");
  const CalInstant start = story_at(0, 13, 0);
  story_uv(&story, TAG, 1, start, 1200, 1.2 * clear_at(start), WORN);
  story_fold(&story, 0, &result);
  assert_int_equal(result.n_sights, 1);
  assert_int_equal(result.sight[0].doubtful, 0);
  assert_near(result.sun.vitd_j_m2 / result.sun.erythemal_j_m2,
              cal_atmosphere_ratio(zenith_at(start + 600), 300, NULL), 1e-3);
}

/* For vitamin D alone: what burns, burns. */
static void
test_a_doubtful_reading_is_capped_for_vitamin_d(void **state)
{
  (void)state;
  somebody("45,9");
  const CalInstant start = story_at(0, 8, 0);
  story_uv(&story, TAG, 1, start, 3600, 9, WORN);
  story_fold(&story, 0, &result);
  assert_near(result.sun.vitd_j_m2, capped_vitd(start, 3600, 9), 1e-4);
  assert_true(result.sun.vitd_j_m2 <
              0.7 * 9 * 1.5 * 60 * cal_atmosphere_ratio(zenith_at(start + 1800), 300, NULL));
  assert_near(result.sun.erythemal_j_m2, 9 * 1.5 * 60, 1e-12);
  assert_near(result.sun.med_fraction, 9 * 1.5 * 60 / 250, 1e-12);
  assert_near(result.sun.max_uvi, 9, 0);
  assert_near(result.newest.uvi, 9, 0);
  assert_int_equal(result.sight[0].doubtful, 1);
  assert_near(result.sight[0].uvi, 9, 0);
  assert_near(result.sight[0].most_uvi, 1.3 * clear_at(start + 3600), 1e-3);
}

static void
test_height_lets_more_be_believed(void **state)
{
  (void)state;
  const CalInstant start = story_at(0, 13, 0);
  somebody("45,9");
  story_uv(&story, TAG, 1, start, 60, 1.5 * clear_at(start), WORN);
  story_fold(&story, 0, &result);
  assert_int_equal(result.sight[0].doubtful, 1);
  somebody("45,9,4000");
  story_uv(&story, TAG, 1, start, 60, 1.5 * clear_at(start), WORN);
  story_fold(&story, 0, &result);
  assert_int_equal(result.sight[0].doubtful, 0);
}

static void
test_at_night_nothing_is_made(void **state)
{
  (void)state;
  static const struct {
    double uvi;
    uint32_t doubtful;
  } rows[] = { { 0.3, 0 }, { 0.5, 0 }, { 0.6, 1 }, { 8, 1 } };
  const CalInstant start = story_at(0, 23, 0);
  assert_true(zenith_at(start) > 96);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    somebody("45,9");
    story_uv(&story, TAG, 1, start, 600, rows[i].uvi, WORN);
    story_fold(&story, 0, &result);
    assert_near(result.sun.vitd_j_m2, 0, 0);
    assert_near(result.sun.iu, 0, 0);
    assert_near(result.sun.erythemal_j_m2, rows[i].uvi * 15, 1e-12);
    assert_int_equal(result.sight[0].doubtful, rows[i].doubtful);
  }
}

/* Neither the time zone's city nor a guess is where anybody must be. */
static void
test_never_while_the_place_is_a_guess(void **state)
{
  (void)state;
  for (int city = 0; city < 2; city++) {
    somebody(NULL);
    if (city)
      story_entry(&story, CAL_ENTRY_ZONE, story_at(-20, 0, 0), "", "Europe/Rome 45 9");
    for (uint32_t i = 0; i < 4; i++)
      story_uv(&story, TAG, i, story_at(0, 23, (int)i * 10), 600, 8, WORN);
    story_fold(&story, 0, &result);
    assert_true(result.sun.vitd_j_m2 > 0.4 * 8 * 1.5 * 40);
    assert_int_equal(result.sight[0].doubtful, 0);
    assert_int_equal(result.sight[0].longest, 0);
  }
}

/* What a person said is theirs, what an ambient tag read is a reading. */
static void
test_sun_by_hand(void **state)
{
  (void)state;
  const CalInstant start = story_at(0, 8, 0);
  somebody("45,9");
  story_entry(&story, CAL_ENTRY_SUN, start, "", "10min uvi=9");
  story_fold(&story, 0, &result);
  somebody("45,9");
  story_entry(&story, CAL_ENTRY_ROLE, story_at(-1, 0, 0), TAG, "ambient");
  story_uv(&story, TAG, 1, start, 600, 9, WORN);
  story_entry(&story, CAL_ENTRY_SUN, start, "", "10min");
  story_fold(&story, 0, &other);
  assert_near(other.sun.erythemal_j_m2, result.sun.erythemal_j_m2, 1e-12);
  assert_near(other.sun.vitd_j_m2, 0.45 * capped_vitd(start, 600, 9), 3e-4);
  assert_true(result.sun.vitd_j_m2 > 1.5 * other.sun.vitd_j_m2);
}

static void
test_three_running(void **state)
{
  (void)state;
  static const struct {
    const char *readings; /* D doubtful, p plausible, each ten minutes from 23:00 */
    uint32_t doubtful, longest;
  } rows[] = { { "DD", 2, 2 }, { "DDD", 3, 3 }, { "DDpD", 3, 2 }, { "DpDDDDp", 5, 4 } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    somebody("45,9");
    for (int j = 0; rows[i].readings[j] != '\0'; j++)
      story_sample(&story, OTHER, story_at(0, 22, 30 + j * 10), rows[i].readings[j] == 'D' ? 3 : 0);
    story_entry(&story, CAL_ENTRY_ROLE, story_at(-1, 0, 0), OTHER, "worn");
    story_fold(&story, 0, &result);
    assert_int_equal(result.sight[0].doubtful, rows[i].doubtful);
    assert_int_equal(result.sight[0].longest, rows[i].longest);
    story_fold(&story, 1, &result);
    assert_int_equal(result.n_sights, 0);
  }
}

/* Two tags are two witnesses, and a place said anew settles what was in doubt. */
static void
test_runs_are_a_tags_and_a_places(void **state)
{
  (void)state;
  somebody("45,9");
  for (uint32_t i = 0; i < 4; i++)
    story_uv(&story, i % 2 ? TAG : OTHER, i, story_at(0, 22, 30 + (int)i * 10), 60, 8, WORN);
  story_fold(&story, 0, &result);
  assert_int_equal(result.n_sights, 2);
  assert_int_equal(result.sight[0].longest, 2);
  assert_int_equal(result.sight[1].longest, 2);
  story_entry(&story, CAL_ENTRY_PROFILE, story_at(0, 23, 30), "place", "-20,-160");
  story_fold(&story, 0, &result);
  assert_int_equal(result.sight[0].longest, 0);
  assert_int_equal(result.sight[1].doubtful, 0);
}

/* A day looks at so many tags, and what is said anew is said of each. */
static void
test_as_many_tags_as_are_looked_at(void **state)
{
  (void)state;
  somebody("45,9");
  for (int i = 0; i <= CAL_DAY_MAX_SIGHTS; i++) {
    char tag[CAL_ADDRESS_TEXT_SIZE];
    snprintf(tag, sizeof tag, "AA:BB:CC:00:01:%02X", i);
    story_uv(&story, tag, 1, story_at(0, 22, 30 + i), 60, 8, WORN);
  }
  story_fold(&story, 0, &result);
  assert_int_equal(result.n_sights, CAL_DAY_MAX_SIGHTS);
  for (int i = 0; i < CAL_DAY_MAX_SIGHTS; i++)
    assert_int_equal(result.sight[i].doubtful, 1);
  story_entry(&story, CAL_ENTRY_PROFILE, story_at(0, 23, 30), "place", "-20,-160");
  story_fold(&story, 0, &result);
  for (int i = 0; i < CAL_DAY_MAX_SIGHTS; i++)
    assert_int_equal(result.sight[i].doubtful, 0);
  assert_int_equal(result.look_again, CAL_INSTANT_NONE); /* which stands behind them */
}

/* Readings ten minutes apart from an hour on, the same but where `other_at` says. */
static int64_t
same_seconds(int hour, int n, double uvi, int other_at)
{
  somebody("45,9");
  story_entry(&story, CAL_ENTRY_ROLE, story_at(-1, 0, 0), OTHER, "worn");
  for (int i = 0; i < n; i++)
    story_sample(&story, OTHER, story_at(0, hour, i * 10), i == other_at ? uvi + 0.1 : uvi);
  story_fold(&story, 0, &result);
  return result.sight[0].longest_same_s;
}

static void
test_the_same_for_hours(void **state)
{
  (void)state;
  assert_int_equal(same_seconds(10, 19, 0.4, -1), 3 * 3600);
  assert_near(result.sight[0].longest_same_uvi, 0.4, 0);
  assert_int_equal(same_seconds(10, 19, 0.4, 9), 80 * 60);
  assert_int_equal(same_seconds(10, 19, 0, -1), 0);
  assert_int_equal(same_seconds(10, 2, 0.4, -1), 0);
  assert_int_equal(same_seconds(10, 3, 0.4, -1), 20 * 60);
  /* At night nothing moves, and a sensor may have its own little something. */
  assert_int_equal(same_seconds(22, 10, 0.1, -1), 0);
}

/* What is the same in the dark is none of it: it counts from the first reading by day. */
static void
test_the_same_from_the_dark_into_the_day(void **state)
{
  (void)state;
  CalInstant day_from = CAL_INSTANT_NONE, last = CAL_INSTANT_NONE;
  somebody("45,9");
  story_entry(&story, CAL_ENTRY_ROLE, story_at(-1, 0, 0), OTHER, "worn");
  for (int i = 0; i < 19; i++) {
    last = story_at(0, 3, i * 10);
    story_sample(&story, OTHER, last, 0.1);
    if (day_from == CAL_INSTANT_NONE && zenith_at(last) < CAL_SUN_HORIZON_DEG)
      day_from = last;
  }
  assert_true(day_from > story_at(0, 3, 0));
  story_fold(&story, 0, &result);
  assert_int_equal(result.sight[0].longest_same_s, last - day_from);
}

/* Who told no place is where the clock says: eleven hours ahead it is day while it is night at Greenwich. */
static void
test_day_is_where_the_clock_says(void **state)
{
  (void)state;
  CalDayFrames frames = story_frames(0);
  somebody(NULL);
  story_entry(&story, CAL_ENTRY_ROLE, story_at(-1, 0, 0), OTHER, "worn");
  for (int i = 0; i < 7; i++)
    story_sample(&story, OTHER, story_at(0, 1, i * 10), 0.4);
  story_fold_frames(&story, &frames, &result);
  assert_int_equal(result.sight[0].longest_same_s, 0);
  frames.day.piece[0].utc_offset_s = 11 * 3600;
  story_fold_frames(&story, &frames, &result);
  assert_int_equal(result.sight[0].longest_same_s, 3600);
}

/* Finer than a record can tell: what a sensor may read in the dark ends at half an index. */
static void
test_a_little_in_the_dark(void **state)
{
  (void)state;
  static const struct {
    double uvi;
    uint32_t doubtful;
  } rows[] = { { 0.498, 0 }, { 0.5, 0 }, { 0.502, 1 } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    somebody("45,9");
    story_entry(&story, CAL_ENTRY_ROLE, story_at(-1, 0, 0), OTHER, "worn");
    story_sample(&story, OTHER, story_at(0, 23, 0), rows[i].uvi);
    story_fold(&story, 0, &result);
    assert_int_equal(result.sight[0].doubtful, rows[i].doubtful);
  }
}

/* When the sun has sunk to a zenith angle, in the evening of the day. */
static CalInstant
evening_at(double zenith_deg)
{
  CalInstant at = story_at(0, 13, 0);
  while (zenith_at(at) < zenith_deg)
    at += 5;
  return at;
}

static uint32_t
doubtful_of_sample(const char *kind, double zenith_deg, double times_clear, double more)
{
  const CalInstant at = evening_at(zenith_deg);
  somebody("45,9");
  story_entry(&story, CAL_ENTRY_TAG, story_at(-2, 0, 0), OTHER, kind);
  story_entry(&story, CAL_ENTRY_ROLE, story_at(-1, 0, 0), OTHER, "worn");
  story_sample(&story, OTHER, at, times_clear * clear_at(at) + more);
  story_fold(&story, 0, &result);
  return result.sight[0].doubtful;
}

/* The same share of a clear sky at a high sun and at a low one; only the last digit is allowed for, and below
 * six degrees what a sensor reads in the dark. */
static void
test_over_a_clear_sky_at_any_height_of_the_sun(void **state)
{
  (void)state;
  static const double zeniths_deg[] = { 30, 60, 75, 80, 85, 89 };
  for (size_t i = 0; i < sizeof zeniths_deg / sizeof *zeniths_deg; i++) {
    assert_int_equal(doubtful_of_sample("bthome", zeniths_deg[i], 1.3, 0.0498), 0);
    assert_int_equal(doubtful_of_sample("bthome", zeniths_deg[i], 1.3, 0.0502), 1);
    assert_int_equal(doubtful_of_sample("ess", zeniths_deg[i], 1.3, 0.498), 0);
    assert_int_equal(doubtful_of_sample("ess", zeniths_deg[i], 1.3, 0.502), 1);
  }
  assert_int_equal(doubtful_of_sample("bthome", 95.5, 1, 0.04), 0);
  assert_int_equal(doubtful_of_sample("bthome", 95.5, 1, 0.3), 1);
  assert_int_equal(doubtful_of_sample("bthome", 96.5, 1, 0.3), 0);
  assert_int_equal(doubtful_of_sample("bthome", 96.5, 1, 0.6), 1);
}

/* What a plane that stands upright and faces the sun gets of the horizontal plane's index, as simulated in
 * doc/model.md, section 8. */
static double
upright_share(double zenith_deg)
{
  static const double share[][2] = { { 60, 0.96 }, { 70, 1.02 }, { 75, 0.98 },   { 80, 0.85 }, { 83, 0.72 },
                                     { 85, 0.60 }, { 87, 0.55 }, { 88.5, 0.54 }, { 90, 0.54 } };
  for (size_t i = 1; i < sizeof share / sizeof *share; i++)
    if (zenith_deg < share[i][0])
      return fmax(share[i - 1][1], share[i][1]);
  return 0.54;
}

/* It reads what is there to the step of its kind, and a hundredth or two in twilight. */
static void
a_clear_evening(const char *kind, double step_uvi)
{
  somebody("45,9");
  story_entry(&story, CAL_ENTRY_TAG, story_at(-2, 0, 0), OTHER, kind);
  story_entry(&story, CAL_ENTRY_ROLE, story_at(-1, 0, 0), OTHER, "worn");
  for (CalInstant at = evening_at(60); zenith_at(at) < 100; at += 120) {
    const double twilight_uvi = zenith_at(at) > 87 && zenith_at(at) < 96 ? 0.02 : 0;
    const double uvi = upright_share(zenith_at(at)) * clear_at(at) + twilight_uvi;
    story_sample(&story, OTHER, at, round(uvi / step_uvi) * step_uvi);
  }
  story_fold(&story, 0, &result);
}

static void
test_a_tag_that_faces_the_evening_sun(void **state)
{
  (void)state;
  static const struct {
    const char *kind;
    double step_uvi;
  } rows[] = { { "other", 0.01 }, { "bthome", 0.1 }, { "ess", 1 } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    a_clear_evening(rows[i].kind, rows[i].step_uvi);
    assert_int_equal(result.n_sights, 1);
    assert_int_equal(result.sight[0].doubtful, 0);
  }
}

/* Three records of ten minutes, so many seconds between them. */
static int64_t
same_with_gaps(int gap_s)
{
  somebody("45,9");
  for (int i = 0; i < 3; i++)
    story_uv(&story, TAG, (uint32_t)i, story_at(0, 10, 0) + i * (600 + gap_s), 600, 2, WORN);
  story_fold(&story, 0, &result);
  return result.sight[0].longest_same_s;
}

static void
test_the_longest_gap(void **state)
{
  (void)state;
  assert_int_equal(same_with_gaps(1800), 3 * 600 + 2 * 1800);
  assert_int_equal(same_with_gaps(1801), 0);
}

/* One record of hours is one reading, and across a gap nobody knows. */
static void
test_long_records_and_gaps(void **state)
{
  (void)state;
  somebody("45,9");
  story_uv(&story, TAG, 1, story_at(0, 9, 0), 14400, 2, WORN);
  story_fold(&story, 0, &result);
  assert_int_equal(result.sight[0].longest_same_s, 0);
  somebody("45,9");
  for (uint32_t i = 0; i < 4; i++)
    story_uv(&story, TAG, i, story_at(0, 9, (int)i * 60), 3600, 2, WORN);
  story_fold(&story, 0, &result);
  assert_int_equal(result.sight[0].longest_same_s, 4 * 3600);
  somebody("45,9");
  for (uint32_t i = 0; i < 4; i++)
    story_uv(&story, TAG, i, story_at(0, 9, (int)i * 60), 600, 2, WORN);
  story_fold(&story, 0, &result);
  assert_int_equal(result.sight[0].longest_same_s, 0);
}

/* The day keeps the index that it was asked for last, and with it of what. */
static void
test_the_clear_sky_of_another_height_or_ozone(void **state)
{
  (void)state;
  const CalDayFrames frames = story_frames(0);
  const CalInstant noon = story_at(0, 12, 0), morning = story_at(0, 9, 0);
  const CalPlace sea = { .latitude_deg = 45, .longitude_deg = 9 };
  const CalPlace mountain = { .latitude_deg = 45, .longitude_deg = 9, .altitude_m = 2000 };
  const double rise = cal_atmosphere_altitude_factor(2000);
  const double thick = cal_atmosphere_clear_uvi(zenith_at(noon), 400, NULL) * cal_sun_distance_factor(noon);
  CalContext *const context = malloc(sizeof *context);
  CalDay *const day = malloc(sizeof *day);
  cal_context_init(context);
  cal_day_begin(day, &frames, context);
  for (int twice = 0; twice < 2; twice++) {
    assert_near(cal_day_clear_uvi(day, &sea, 300, noon), clear_at(noon), 1e-4);
    assert_near(cal_day_clear_uvi(day, &mountain, 300, noon), clear_at(noon) * rise, 1e-4);
    assert_near(cal_day_clear_uvi(day, &mountain, 400, noon), thick * rise, 1e-4);
    assert_near(cal_day_clear_uvi(day, &sea, 400, noon), thick, 1e-4);
    assert_near(cal_day_clear_uvi(day, &sea, 400, noon), thick, 1e-4);
    assert_near(cal_day_clear_uvi(day, &sea, 300, morning), clear_at(morning), 1e-4);
  }
  free(day);
  free(context);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_plausible_reading_counts_in_full),
    cmocka_unit_test(test_a_doubtful_reading_is_capped_for_vitamin_d),
    cmocka_unit_test(test_height_lets_more_be_believed),
    cmocka_unit_test(test_at_night_nothing_is_made),
    cmocka_unit_test(test_never_while_the_place_is_a_guess),
    cmocka_unit_test(test_sun_by_hand),
    cmocka_unit_test(test_three_running),
    cmocka_unit_test(test_runs_are_a_tags_and_a_places),
    cmocka_unit_test(test_as_many_tags_as_are_looked_at),
    cmocka_unit_test(test_the_same_for_hours),
    cmocka_unit_test(test_the_same_from_the_dark_into_the_day),
    cmocka_unit_test(test_day_is_where_the_clock_says),
    cmocka_unit_test(test_a_little_in_the_dark),
    cmocka_unit_test(test_over_a_clear_sky_at_any_height_of_the_sun),
    cmocka_unit_test(test_a_tag_that_faces_the_evening_sun),
    cmocka_unit_test(test_the_longest_gap),
    cmocka_unit_test(test_long_records_and_gaps),
    cmocka_unit_test(test_the_clear_sky_of_another_height_or_ozone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
