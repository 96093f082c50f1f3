/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan, held against the fold: who does as it says has got what it said. */
#include "../cmocka_prelude.h"

#include <calcifer/atmosphere.h>
#include <calcifer/audience.h>
#include <calcifer/ozone.h>
#include <calcifer/plan.h>
#include <calcifer/record.h>
#include <calcifer/sun.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "story.h"

#define TAG "AA:BB:CC:00:00:01"

static Story story;
static CalDayResult result;
static CalContext context;
static CalPlan plan;

static void
say(const char *key, const char *value)
{
  story_entry(&story, CAL_ENTRY_PROFILE, story_at(-20, 0, 0), key, value);
}

static void
somebody(const char *place)
{
  story_begin(&story);
  say("birth-year", "1990");
  say("phototype", "3");
  say("clothing", "arms");
  say("place", place);
}

/* As a caller does: today's result, the context of now. */
static void
make(int days, CalInstant now, double sky_ratio)
{
  story_fold(&story, days, &result);
  story_context(&story, story_at(days + 1, 0, 0), &context);
  const CalPlanInput input = { &context, story_frame(days), &result, now, sky_ratio, NULL };
  cal_plan(&input, &plan);
}

static void
assert_near(double value, double expected, double relative)
{
  if (!(fabs(value - expected) <= relative * fabs(expected) + 1e-9)) {
    print_error("%.10g is not near %.10g\n", value, expected);
    fail();
  }
}

static void
stay(CalInstant at, double minutes, const char *more)
{
  char value[48];
  snprintf(value, sizeof value, "%ds%s", (int)(minutes * 60 + 0.5), more);
  story_entry(&story, CAL_ENTRY_SUN, at, "", value);
}

static void
test_example(void **state)
{
  (void)state;
  somebody("45,9");
  make(0, CAL_INSTANT_NONE, NAN);
  assert_int_equal(plan.n_windows, 1);
  assert_near(plan.gap_iu, 600, 0);
  assert_true(plan.window[0].gap_minutes > 5 && plan.window[0].gap_minutes < 20);
  assert_true(plan.window[0].starts.start < plan.window[0].best &&
              plan.window[0].best < plan.window[0].starts.end);
  assert_true(plan.window[0].half_med_minutes > plan.window[0].gap_minutes);
  assert_true(plan.window[0].gap_minutes_most >= plan.window[0].gap_minutes);
}

/* At the best beginning, and at both ends of the window. */
static void
test_who_does_as_it_says_has_enough_and_no_burn(void **state)
{
  (void)state;
  static const char *const places[] = { "45,9", "52.5,13.4", "-33.9,18.4", "5,100", "60,25,300" };
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    somebody(places[i]);
    make(0, CAL_INSTANT_NONE, NAN);
    assert_true(plan.n_windows >= 1);
    const CalPlan made = plan;
    stay(made.window[0].best, made.window[0].gap_minutes, "");
    make(0, CAL_INSTANT_NONE, NAN);
    assert_near(result.sun.iu, made.gap_iu, 0.01);
    assert_true(result.sun.med_fraction <= 0.5);
    somebody(places[i]);
    stay(made.window[0].best, made.window[0].half_med_minutes, "");
    make(0, CAL_INSTANT_NONE, NAN);
    assert_true(result.sun.med_fraction <= 0.5 + 1e-6);
    assert_true(result.sun.med_fraction > 0.5 - 0.07);
    for (int end = 0; end < 2; end++) {
      somebody(places[i]);
      stay(end ? made.window[0].starts.end - 300 : made.window[0].starts.start,
           made.window[0].gap_minutes_most, "");
      make(0, CAL_INSTANT_NONE, NAN);
      assert_true(result.sun.iu >= 0.99 * made.gap_iu);
    }
  }
}

/* Whose skin burns slowly is told of every whole minute to the limit: one more would be over it. */
static void
test_half_a_burn_to_the_minute(void **state)
{
  (void)state;
  for (int more = 0; more < 2; more++) {
    somebody("72,25");
    say("phototype", "6");
    make(0, CAL_INSTANT_NONE, NAN);
    assert_true(plan.window[0].half_med_minutes > 100);
    stay(plan.window[0].best, plan.window[0].half_med_minutes + more, "");
    make(0, CAL_INSTANT_NONE, NAN);
    assert_int_equal(result.sun.med_fraction > CAL_PLAN_MED_LIMIT, more);
  }
}

/* What was got is part of the day's total, for the gap and for the limit. */
static void
test_what_was_got_counts(void **state)
{
  (void)state;
  somebody("45,9");
  make(0, CAL_INSTANT_NONE, NAN);
  const CalPlan alone = plan;
  stay(story_at(0, 12, 0), 4, " uvi=6");
  story_entry(&story, CAL_ENTRY_PRODUCT, story_at(-20, 0, 0), "d", "d=100IU");
  story_entry(&story, CAL_ENTRY_TAKE, story_at(0, 9, 0), "d", "1");
  const CalInstant now = story_at(0, 12, 30);
  make(0, now, NAN);
  assert_near(plan.got_iu, 100 + result.sun.iu, 1e-12);
  assert_near(plan.gap_iu, 500 - result.sun.iu, 1e-12);
  assert_true(plan.window[0].gap_minutes < alone.window[0].gap_minutes);
  assert_true(plan.window[0].half_med_minutes < alone.window[0].half_med_minutes);
  assert_true(plan.window[0].starts.start >= now);
  const double used = result.sun.med_fraction;
  stay(plan.window[0].best, plan.window[0].half_med_minutes, "");
  make(0, now, NAN);
  assert_true(result.sun.med_fraction > used && result.sun.med_fraction <= 0.5 + 1e-6);
}

/* Half a MED is used up: no minutes more, whatever is missing. */
static void
test_no_minutes_over_the_limit(void **state)
{
  (void)state;
  somebody("45,9");
  say("clothing.nose", "0.01");
  say("clothing", "nose");
  stay(story_at(0, 9, 0), 30, " uvi=5");
  make(0, story_at(0, 10, 0), NAN);
  assert_true(result.sun.med_fraction >= 0.5);
  assert_true(plan.gap_iu > 0);
  assert_int_equal(plan.n_windows, 0);
  assert_near(plan.most_minutes, 0, 0);
}

/* With little skin bare no window closes the gap, and the most within the limit is told. */
static void
test_the_most_where_it_does_not_suffice(void **state)
{
  (void)state;
  somebody("45,9");
  say("clothing.nose", "0.02");
  say("clothing", "nose");
  make(0, CAL_INSTANT_NONE, NAN);
  assert_int_equal(plan.n_windows, 0);
  const CalPlan made = plan;
  assert_true(made.most_iu > 50 && made.most_iu < made.gap_iu);
  stay(made.most_at, made.most_minutes, "");
  make(0, CAL_INSTANT_NONE, NAN);
  assert_near(result.sun.iu, made.most_iu, 0.02);
  assert_true(result.sun.med_fraction <= 0.5 + 1e-6);
}

/* A gap that closes in the last minute of the limit is closed within it. */
static void
test_the_last_minute_counts(void **state)
{
  (void)state;
  char product[32];
  somebody("45,9");
  say("clothing.nose", "0.02");
  say("clothing", "nose");
  make(0, CAL_INSTANT_NONE, NAN);
  const CalPlan most = plan;
  assert_int_equal(most.n_windows, 0);
  snprintf(product, sizeof product, "d=%.1fIU", most.gap_iu - most.most_iu + 0.1);
  story_entry(&story, CAL_ENTRY_PRODUCT, story_at(-20, 0, 0), "d", product);
  story_entry(&story, CAL_ENTRY_TAKE, story_at(0, 9, 0), "d", "1");
  make(0, CAL_INSTANT_NONE, NAN);
  assert_true(plan.n_windows > 0);
  assert_true(plan.window[0].gap_minutes_most <= most.most_minutes);
  assert_true(plan.window[0].gap_minutes_most > most.most_minutes - 1);
}

/* Sunscreen of a day wears off by the minute, for the plan as for the fold. */
static void
test_sunscreen_wears_off_as_in_the_fold(void **state)
{
  (void)state;
  somebody("45,9");
  say("clothing.nose", "0.02");
  story_entry(&story, CAL_ENTRY_PROFILE, story_at(0, 16, 0), "wear", "nose spf=30");
  make(0, story_at(0, 16, 5), NAN);
  const CalPlan made = plan;
  assert_int_equal(made.n_windows, 0);
  assert_true(made.most_minutes > 1);
  stay(made.most_at, made.most_minutes, "");
  make(0, CAL_INSTANT_NONE, NAN);
  assert_near(result.sun.iu, made.most_iu, 0.005);
}

/* What was got already saturates the skin: the same minutes bring less. */
static void
test_saturation_is_the_days(void **state)
{
  (void)state;
  somebody("45,9");
  say("clothing.nose", "0.02");
  say("clothing", "nose");
  stay(story_at(0, 9, 0), 8, " uvi=5");
  make(0, story_at(0, 10, 0), NAN);
  const CalPlan made = plan;
  const double got = result.sun.iu;
  assert_true(got > 20 && made.most_iu > 20);
  stay(made.most_at, made.most_minutes, "");
  make(0, CAL_INSTANT_NONE, NAN);
  assert_near(result.sun.iu - got, made.most_iu, 0.02);
}

static void
test_nothing_is_missing(void **state)
{
  (void)state;
  somebody("45,9");
  story_entry(&story, CAL_ENTRY_PRODUCT, story_at(-20, 0, 0), "d", "d=1000IU");
  story_entry(&story, CAL_ENTRY_TAKE, story_at(0, 9, 0), "d", "1");
  make(0, CAL_INSTANT_NONE, NAN);
  assert_near(plan.gap_iu, 0, 0);
  assert_int_equal(plan.n_windows, 0);
  assert_true(plan.makes.end > plan.makes.start);
}

/* In the winter of the north the sun makes none, which the plan says by the threshold. */
static void
test_when_the_sun_makes_none(void **state)
{
  (void)state;
  somebody("60,25");
  make(207, CAL_INSTANT_NONE, NAN); /* 21 December */
  assert_true(plan.best_vitd_uvi < 0.5);
  assert_int_equal(plan.makes.end, 0);
  assert_int_equal(plan.n_windows, 0);
  somebody("45,9");
  make(0, CAL_INSTANT_NONE, NAN);
  assert_true(plan.best_vitd_uvi > 10);
  assert_true(plan.sunrise < plan.makes.start && plan.makes.start < plan.noon);
  assert_true(plan.noon < plan.makes.end && plan.makes.end < plan.sunset);
  assert_true(plan.window[0].starts.start >= plan.makes.start &&
              plan.window[0].starts.end <= plan.makes.end + 300);
}

/* From autumn to the solstice: below an index of 0.5, weighted for vitamin D, it makes none, and above it
 * does. */
static void
test_the_least_that_makes_any(void **state)
{
  (void)state;
  int none = 0, near = 0;
  somebody("52.5,13.4");
  for (int day = 130; day <= 207; day += 3) {
    make(day, CAL_INSTANT_NONE, NAN);
    assert_int_equal(plan.makes.end == 0, plan.best_vitd_uvi < 0.5);
    none += plan.makes.end == 0;
    near += fabs(plan.best_vitd_uvi - 0.5) < 0.1;
    assert_near(plan.noon_vitd_uvi, plan.best_vitd_uvi, 1e-3);
  }
  assert_true(none > 3 && none < 23 && near > 2);
}

static void
test_polar_night_and_polar_day(void **state)
{
  (void)state;
  somebody("80,20");
  make(207, CAL_INSTANT_NONE, NAN);
  assert_int_equal(plan.sunrise, CAL_INSTANT_NONE);
  assert_near(plan.noon_uvi, 0, 0);
  assert_int_equal(plan.n_windows, 0);
  make(20, CAL_INSTANT_NONE, NAN);
  assert_int_equal(plan.sunset, CAL_INSTANT_NONE);
  assert_true(plan.noon_uvi > 1);
}

/* -- Who is not advised -- */

static void
test_no_minutes_for_whom_sun_is_not_advised(void **state)
{
  (void)state;
  static const struct {
    const char *key, *value;
    CalPlanAdvice advice;
  } rows[] = {
    { "phototype", "1", CAL_PLAN_NO_SUN },
    { "birth-year", "2010", CAL_PLAN_NO_SUN },
    { "medicines", "photosensitiser", CAL_PLAN_NO_SUN },
    { "conditions", "lupus", CAL_PLAN_NO_SUN },
    { "conditions", "granulomatous-disease", CAL_PLAN_NO_SUN },
    { "phototype", "", CAL_PLAN_SUN_UNSET },
    { "birth-year", "", CAL_PLAN_SUN_UNSET },
    { "conditions", "kidney-disease", CAL_PLAN_ASK_KIDNEY },
    { "conditions", "sarcoidosis", CAL_PLAN_ASK_DOCTOR },
    { "medicines", "thiazide", CAL_PLAN_ASK_DOCTOR },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    somebody("45,9");
    say(rows[i].key, rows[i].value);
    make(0, CAL_INSTANT_NONE, NAN);
    assert_int_equal(plan.advice, rows[i].advice);
    assert_int_equal(plan.n_windows, 0);
    assert_near(plan.most_minutes, 0, 0);
    assert_true(plan.noon_uvi > 5);
  }
  somebody("45,9");
  say("conditions", "diabetes");
  say("medicines", "warfarin");
  make(0, CAL_INSTANT_NONE, NAN);
  assert_int_equal(plan.advice, CAL_PLAN_GIVEN);
  assert_int_equal(plan.n_windows, 1);
}

/* Half a MED may be passed already, whatever the reading says; the day after is a day of its own. */
static void
test_no_minutes_after_a_saturated_reading(void **state)
{
  (void)state;
  static const struct {
    unsigned flags;
    const char *conditions;
    CalPlanAdvice advice;
    uint32_t windows;
  } rows[] = {
    { CAL_RECORD_FLAG_WORN, "", CAL_PLAN_GIVEN, 1 },
    { CAL_RECORD_FLAG_WORN | CAL_RECORD_FLAG_SATURATED, "", CAL_PLAN_SUN_BOUND, 0 },
    { CAL_RECORD_FLAG_WORN | CAL_RECORD_FLAG_SATURATED, "lupus", CAL_PLAN_NO_SUN, 0 },
    { CAL_RECORD_FLAG_WORN | CAL_RECORD_FLAG_SATURATED, "kidney-disease", CAL_PLAN_ASK_KIDNEY, 0 },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    somebody("45,9");
    say("conditions", rows[i].conditions);
    story_uv(&story, TAG, 1, story_at(0, 10, 0), 60, 3, rows[i].flags);
    make(0, story_at(0, 10, 30), NAN);
    assert_int_equal(plan.advice, rows[i].advice);
    assert_int_equal(plan.lower_bound, (rows[i].flags & CAL_RECORD_FLAG_SATURATED) != 0);
    assert_int_equal(plan.n_windows, rows[i].windows);
    assert_near(plan.most_minutes, 0, 0);
    assert_true(plan.gap_iu > 0 && plan.noon_uvi > 5);
    make(1, CAL_INSTANT_NONE, NAN);
    assert_false(plan.lower_bound);
    assert_int_equal(plan.n_windows, rows[i].conditions[0] == '\0');
  }
}

/* -- The sky -- */

static double
ratio_at(int hour, double uvi, int seconds_ago)
{
  const CalInstant now = story_at(0, hour, 0);
  const CalDayFrame frame = story_frame(0);
  const CalDayNewest ambient = { now - seconds_ago, uvi };
  story_context(&story, now, &context);
  return cal_plan_sky_ratio(&context, &frame, &ambient, now);
}

static double
ratio_of(double uvi, int minutes_ago)
{
  return ratio_at(13, uvi, minutes_ago * 60);
}

static void
test_what_an_ambient_tag_makes_of_the_sky(void **state)
{
  (void)state;
  somebody("45,9");
  const double one = ratio_of(5, 0);
  assert_true(one > 0.5 && one < 0.8);
  assert_near(ratio_of(2.5, 0), one / 2, 1e-12);
  assert_near(ratio_of(0, 0), CAL_PLAN_SKY_LOW, 0);
  assert_near(ratio_of(30, 0), CAL_PLAN_SKY_HIGH, 0);
  assert_true(isnan(ratio_at(13, 5, 3601)));
  assert_true(ratio_at(13, 5, 3600) > 0);
  assert_true(isnan(ratio_at(19, 0.1, 0))); /* the sun is low */
  say("place", "");
  assert_true(isnan(ratio_of(5, 0)));
}

/* Under cloud it takes longer, and the limit stays a clear sky's, since clouds part. */
static void
test_cloud_takes_longer_and_burns_as_without(void **state)
{
  (void)state;
  somebody("45,9");
  make(0, CAL_INSTANT_NONE, NAN);
  const CalPlan clear = plan;
  make(0, CAL_INSTANT_NONE, 0.8);
  assert_near(plan.noon_uvi, 0.8 * clear.noon_uvi, 1e-12);
  assert_true(plan.window[0].gap_minutes > 1.2 * clear.window[0].gap_minutes);
  assert_true(plan.window[0].half_med_minutes <= clear.window[0].half_med_minutes + 1);
  make(0, CAL_INSTANT_NONE, 1.3);
  assert_true(plan.window[0].gap_minutes < clear.window[0].gap_minutes);
  assert_true(plan.window[0].half_med_minutes < clear.window[0].half_med_minutes);
}

/* The light that was kept is the light that would be reckoned, whatever else has become of the day. */
static void
test_kept_light_is_the_same(void **state)
{
  CalPlanLight light = { .start = CAL_INSTANT_NONE };
  (void)state;
  somebody("45,9");
  const CalInstant now = story_at(0, 9, 17);
  for (int round = 0; round < 3; round++) {
    CalPlan kept = { 0 };
    make(0, now, round == 0 ? NAN : 0.4 * round);
    const CalPlanInput input = { &context, story_frame(0), &result, now, plan.sky_ratio, &light };
    cal_plan(&input, &kept);
    assert_true(plan.n_windows > 0 || plan.most_minutes > 0);
    assert_memory_equal(&kept, &plan, sizeof kept);
    assert_int_equal(light.start, now);
    stay(story_at(0, 8, 10 * round), 3, "");
  }
}

/* A reading of the next minute is one of now, by clocks that differ; one of later is not believed. Without a
 * zone's offset and a place there is no sky. */
static void
test_which_readings_say_something_of_the_sky(void **state)
{
  (void)state;
  somebody("45,9");
  assert_true(ratio_at(13, 5, -60) > 0);
  assert_true(isnan(ratio_at(13, 5, -61)));
  const CalInstant now = story_at(0, 13, 0);
  const CalDayNewest ambient = { now, 5 }, none = { CAL_INSTANT_NONE, 5 };
  CalDayFrame frame = story_frame(0);
  story_context(&story, now, &context);
  assert_true(cal_plan_sky_ratio(&context, &frame, &ambient, now) > 0);
  assert_true(isnan(cal_plan_sky_ratio(&context, &frame, &none, now)));
  frame.n_pieces = 0; /* a date that was left out: the place alone is asked */
  assert_true(cal_plan_sky_ratio(&context, &frame, &ambient, now) > 0);
}

/* A day that is over, or not begun, or that nobody lives through, has no minutes left or all of them. */
static void
test_how_much_of_the_day_is_left(void **state)
{
  (void)state;
  somebody("45,9");
  make(0, story_at(0, 0, 0) - 1, NAN);
  const CalPlan whole = plan;
  make(0, CAL_INSTANT_NONE, NAN);
  assert_int_equal(plan.makes.start, whole.makes.start);
  assert_int_equal(plan.makes.end, whole.makes.end);
  make(0, story_at(0, 13, 0), NAN);
  assert_int_equal(plan.makes.start, story_at(0, 13, 0));
  make(0, story_at(1, 0, 0), NAN);
  assert_int_equal(plan.makes.end, 0);
  assert_int_equal(plan.n_windows, 0);
  make(0, story_at(1, 6, 0), NAN);
  assert_int_equal(plan.makes.end, 0);
}

/* Each minute has the light of its middle; by the sun's track, whose 0.1" move it by a millionth at most. */
static void
test_the_light_of_a_minute_is_its_middles(void **state)
{
  (void)state;
  CalPlanLight light = { .start = CAL_INSTANT_NONE };
  somebody("45,9");
  make(0, CAL_INSTANT_NONE, NAN);
  const CalPlanInput input = { &context, story_frame(0), &result, CAL_INSTANT_NONE, NAN, &light };
  cal_plan(&input, &plan);
  assert_int_equal(light.start, story_at(0, 0, 0));
  const double ozone_du = cal_ozone_climatology_du(45, STORY_DATE);
  for (int minute = 8 * 60; minute < 18 * 60; minute += 97) {
    const CalSunPosition sun = cal_sun_position(light.start + 60 * minute + 30, 45, 9);
    const double uvi = cal_atmosphere_clear_uvi(sun.zenith_deg, ozone_du, NULL);
    assert_near(light.uvi[minute], uvi / (sun.distance_au * sun.distance_au), 1e-6);
    assert_near(light.ratio[minute], cal_atmosphere_ratio(sun.zenith_deg, ozone_du, NULL), 1e-6);
  }
}

/* Of whom no place is known the clocks say how far east. */
static void
test_a_place_by_the_clock(void **state)
{
  (void)state;
  story_begin(&story);
  say("birth-year", "1990");
  make(0, CAL_INSTANT_NONE, NAN);
  assert_int_equal(plan.origin, CAL_PLACE_GUESS);
  assert_near(plan.place.longitude_deg, STORY_OFFSET_S / 240.0, 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_who_does_as_it_says_has_enough_and_no_burn),
    cmocka_unit_test(test_half_a_burn_to_the_minute),
    cmocka_unit_test(test_what_was_got_counts),
    cmocka_unit_test(test_no_minutes_over_the_limit),
    cmocka_unit_test(test_the_most_where_it_does_not_suffice),
    cmocka_unit_test(test_the_last_minute_counts),
    cmocka_unit_test(test_sunscreen_wears_off_as_in_the_fold),
    cmocka_unit_test(test_saturation_is_the_days),
    cmocka_unit_test(test_nothing_is_missing),
    cmocka_unit_test(test_when_the_sun_makes_none),
    cmocka_unit_test(test_the_least_that_makes_any),
    cmocka_unit_test(test_polar_night_and_polar_day),
    cmocka_unit_test(test_no_minutes_for_whom_sun_is_not_advised),
    cmocka_unit_test(test_no_minutes_after_a_saturated_reading),
    cmocka_unit_test(test_what_an_ambient_tag_makes_of_the_sky),
    cmocka_unit_test(test_cloud_takes_longer_and_burns_as_without),
    cmocka_unit_test(test_kept_light_is_the_same),
    cmocka_unit_test(test_which_readings_say_something_of_the_sky),
    cmocka_unit_test(test_how_much_of_the_day_is_left),
    cmocka_unit_test(test_the_light_of_a_minute_is_its_middles),
    cmocka_unit_test(test_a_place_by_the_clock),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
