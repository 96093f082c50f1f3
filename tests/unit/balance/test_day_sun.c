/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sun's part of a day, against sums written out here: one-second steps where the program has two nodes.
 */
#include "../cmocka_prelude.h"

#include <calcifer/atmosphere.h>
#include <calcifer/record.h>
#include <calcifer/sun.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "story.h"

#define TAG   "AA:BB:CC:00:00:01"
#define OTHER "AA:BB:CC:00:00:02"
#define WORN  CAL_RECORD_FLAG_WORN

#define LATITUDE_DEG  45.0
#define LONGITUDE_DEG 9.0
#define AGE_FACTOR    0.83 /* 25 or 26 years */
#define MED_II        250.0
#define SDD_II        (0.25 * 250 * 1.70 / 1.32)

static Story story;
static CalDayResult result;

static void
assert_near(double value, double expected, double relative)
{
  if (!(fabs(value - expected) <= relative * fabs(expected) + 1e-9)) {
    print_error("%.10g is not near %.10g\n", value, expected);
    fail();
  }
}

static void
say(const char *key, const char *value)
{
  story_entry(&story, CAL_ENTRY_PROFILE, story_at(-20, 0, 0), key, value);
}

/* Somebody of type II and 25 or 26 years, with whole arms bare, at a known place, under 300 DU today. */
static void
somebody(void)
{
  story_begin(&story);
  say("birth-year", "2000");
  say("sex", "male");
  say("phototype", "2");
  say("clothing", "arms");
  say("place", "45,9");
  story_entry(&story, CAL_ENTRY_PROFILE, story_at(0, 0, 0), "ozone", "300");
}

static double
ratio_at(CalInstant at)
{
  return cal_atmosphere_ratio(cal_sun_position(at, LATITUDE_DEG, LONGITUDE_DEG).zenith_deg, 300, NULL);
}

/* H_D of a steady index, J/m2. */
static double
vitd(CalInstant start, int seconds, double uvi)
{
  double sum = 0;
  for (int i = 0; i < seconds; i++)
    sum += 0.025 * uvi * ratio_at(start + i);
  return sum;
}

static double
linear_iu(double vitd_j_m2, double area, double transmission)
{
  return 1000 * (vitd_j_m2 / SDD_II) * (area / 0.25) * AGE_FACTOR * transmission;
}

static double
saturated_iu(double linear, double area)
{
  const double most = 20000 * area * AGE_FACTOR;
  return most * (1 - exp(-linear / most));
}

static void
test_example(void **state)
{
  (void)state;
  somebody();
  const CalInstant start = story_at(0, 13, 0);
  story_uv(&story, TAG, 1, start, 1200, 6, WORN);
  story_fold(&story, 0, &result);
  const double dose = vitd(start, 1200, 6), linear = linear_iu(dose, 0.25, 1);
  assert_near(result.sun.erythemal_j_m2, 6 * 1.5 * 20, 1e-12);
  assert_near(result.sun.med_fraction, 180 / MED_II, 1e-12);
  assert_near(result.sun.vitd_j_m2, dose, 1e-5);
  assert_near(result.sun.iu_linear, linear, 1e-5);
  assert_near(result.sun.iu, saturated_iu(linear, 0.25), 1e-5);
  assert_near(result.sun.iu_low, result.sun.iu / 2, 1e-12);
  assert_near(result.sun.iu_high, result.sun.iu * 2, 1e-12);
  assert_near(result.sun.max_uvi, 6, 1e-12);
  assert_int_equal(result.sun.worn_s, 1200);
  assert_int_equal(result.sun.hand_s, 0);
  assert_false(result.sun.lower_bound);
  assert_int_equal(result.assumed, 0);
}

/* Type I burns, type IV makes; 0.49; forearms, as in May. The place is guessed: 45 north, 15 east by the
 * clock. */
static void
test_of_nobody_nothing_is_known(void **state)
{
  (void)state;
  story_begin(&story);
  story_entry(&story, CAL_ENTRY_PROFILE, story_at(0, 0, 0), "ozone", "300");
  const CalInstant start = story_at(0, 13, 0);
  story_uv(&story, TAG, 1, start, 1200, 6, WORN);
  story_fold(&story, 0, &result);
  double dose = 0;
  for (int i = 0; i < 1200; i++)
    dose += 0.025 * 6 * cal_atmosphere_ratio(cal_sun_position(start + i, 45, 15).zenith_deg, 300, NULL);
  assert_near(result.sun.med_fraction, 180.0 / 200, 1e-12);
  assert_near(result.sun.vitd_j_m2, dose, 1e-5);
  assert_near(result.sun.iu_linear, 1000 * dose / (0.25 * 450 * 1.70 / 1.32) * (0.16 / 0.25) * 0.49, 1e-5);
  const double most = 20000 * 0.16 * 0.49;
  assert_near(result.sun.iu, most * (1 - exp(-result.sun.iu_linear / most)), 1e-12);
  assert_int_equal(result.assumed, 1u << CAL_PROFILE_BIRTH_YEAR | 1u << CAL_PROFILE_SEX |
                                       1u << CAL_PROFILE_PHOTOTYPE | 1u << CAL_PROFILE_CLOTHING |
                                       1u << CAL_PROFILE_PLACE);
}

static void
test_the_other_calibration(void **state)
{
  (void)state;
  somebody();
  story_uv(&story, TAG, 1, story_at(0, 13, 0), 1200, 6, WORN);
  story_fold(&story, 0, &result);
  const double dowdy = result.sun.iu_linear;
  say("calibration", "webb-engelsen");
  story_fold(&story, 0, &result);
  assert_near(result.sun.iu_linear, dowdy / 1.32, 1e-12);
}

static void
test_sunscreen_of_habit(void **state)
{
  (void)state;
  somebody();
  say("spf", "27");
  const CalInstant start = story_at(0, 13, 0);
  story_uv(&story, TAG, 1, start, 1200, 6, WORN);
  story_fold(&story, 0, &result);
  assert_near(result.sun.erythemal_j_m2, 180, 1e-12);
  assert_near(result.sun.med_fraction, 180 / MED_II / 3, 1e-12);
  assert_near(result.sun.vitd_j_m2, vitd(start, 1200, 6), 1e-5);
  assert_near(result.sun.iu_linear, linear_iu(vitd(start, 1200, 6), 0.25, 1.0 / 27), 1e-5);
}

/* Put on at a known time it wears off within two hours. */
static void
test_sunscreen_of_today(void **state)
{
  (void)state;
  somebody();
  const CalInstant start = story_at(0, 12, 0);
  story_entry(&story, CAL_ENTRY_PROFILE, start, "wear", "tshirt-shorts spf=30");
  story_uv(&story, TAG, 1, start, 10800, 2, WORN);
  story_fold(&story, 0, &result);
  double iu = 0, med = 0;
  for (int i = 0; i < 10800; i++) {
    const double spf = 1 + 29 * fmax(0, 1 - i / 7200.0);
    iu += linear_iu(0.025 * 2 * ratio_at(start + i), 0.35, 1 / spf);
    med += 0.025 * 2 / cbrt(spf) / MED_II;
  }
  assert_near(result.sun.iu_linear, iu, 1e-3);
  assert_near(result.sun.med_fraction, med, 1e-4);
}

/* A change of clothes leaves it where it is, and the next day has none. */
static void
test_sunscreen_stays_when_clothes_are_changed(void **state)
{
  (void)state;
  somebody();
  const CalInstant start = story_at(0, 12, 0);
  story_entry(&story, CAL_ENTRY_PROFILE, start - 1800, "wear", "tshirt-shorts spf=30");
  story_entry(&story, CAL_ENTRY_PROFILE, start, "wear", "arms");
  story_uv(&story, TAG, 1, start, 60, 2, WORN);
  story_uv(&story, TAG, 2, story_at(1, 12, 0), 60, 2, WORN);
  story_fold(&story, 0, &result);
  assert_near(result.sun.iu_linear, linear_iu(vitd(start, 60, 2), 0.25, 1 / (1 + 29 * (1 - 1830 / 7200.0))),
              1e-3);
  story_fold(&story, 1, &result);
  assert_near(result.sun.iu_linear / result.sun.vitd_j_m2, linear_iu(1, 0.25, 1), 1e-9);
}

/* What nobody said is the season's, which is the other one south of the equator, and none at it. */
static void
test_clothes_by_season(void **state)
{
  (void)state;
  static const struct {
    int days; /* after 28 May */
    const char *place;
    double area;
  } rows[] = { { 0, "45,9", 0.16 },
               { 40, "45,9", 0.25 },
               { 140, "45,9", 0.16 },
               { 200, "45,9", 0.10 },
               { 40, "-45,9", 0.10 },
               { 200, "-45,9", 0.25 },
               { 40, "5,9", 0.25 },
               { 200, "-5,9", 0.25 },
               /* Each season's last day and the next one's first: May, June, August, September, October. */
               { 3, "45,9", 0.16 },
               { 4, "45,9", 0.25 },
               { 95, "45,9", 0.25 },
               { 96, "45,9", 0.16 },
               { 156, "45,9", 0.16 },
               { 157, "45,9", 0.10 },
               { 307, "45,9", 0.10 },
               { 308, "45,9", 0.16 } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    story_begin(&story);
    say("birth-year", "2000");
    say("phototype", "2");
    say("place", rows[i].place);
    story_entry(&story, CAL_ENTRY_SUN, story_at(rows[i].days, 12, 0), "", "10min uvi=1");
    story_fold(&story, rows[i].days, &result);
    assert_near(result.sun.iu_linear / result.sun.vitd_j_m2, linear_iu(1, rows[i].area, 1), 1e-9);
    assert_true((result.assumed & 1u << CAL_PROFILE_CLOTHING) != 0);
  }
}

static void
test_clothes_of_today_end_with_the_day(void **state)
{
  (void)state;
  somebody();
  story_entry(&story, CAL_ENTRY_PROFILE, story_at(0, 9, 0), "wear", "swimwear");
  story_uv(&story, TAG, 1, story_at(0, 8, 30), 600, 1, WORN);
  story_uv(&story, TAG, 2, story_at(1, 8, 30), 600, 1, WORN);
  story_fold(&story, 0, &result);
  assert_near(result.sun.iu_linear, linear_iu(vitd(story_at(0, 8, 30), 600, 1), 0.25, 1), 1e-4);
  story_fold(&story, 1, &result);
  assert_near(result.sun.iu_linear / result.sun.vitd_j_m2, linear_iu(1, 0.25, 1), 1e-9);
}

/* Each part with its own area, the ceiling with the largest that had a dose. */
static void
test_saturation_with_the_largest_bare_area(void **state)
{
  (void)state;
  somebody();
  const CalInstant early = story_at(0, 11, 0), late = story_at(0, 15, 0);
  story_uv(&story, TAG, 1, early, 1800, 5, WORN);
  story_entry(&story, CAL_ENTRY_PROFILE, story_at(0, 12, 0), "wear", "tshirt-shorts");
  story_uv(&story, TAG, 2, late, 1800, 5, WORN);
  story_entry(&story, CAL_ENTRY_PROFILE, story_at(0, 20, 0), "wear", "swimwear");
  story_uv(&story, TAG, 3, story_at(0, 20, 30), 1800, 0, WORN);
  story_fold(&story, 0, &result);
  const double linear = linear_iu(vitd(early, 1800, 5), 0.25, 1) + linear_iu(vitd(late, 1800, 5), 0.35, 1);
  assert_near(result.sun.iu_linear, linear, 1e-5);
  assert_near(result.sun.iu, saturated_iu(linear, 0.35), 1e-5);
  /* Also when it was bare first and covered later. */
  somebody();
  story_entry(&story, CAL_ENTRY_PROFILE, story_at(0, 10, 0), "wear", "tshirt-shorts");
  story_uv(&story, TAG, 1, early, 1800, 5, WORN);
  story_entry(&story, CAL_ENTRY_PROFILE, story_at(0, 12, 0), "wear", "face-hands");
  story_uv(&story, TAG, 2, late, 1800, 5, WORN);
  story_fold(&story, 0, &result);
  assert_near(result.sun.iu, saturated_iu(result.sun.iu_linear, 0.35), 1e-5);
}

static void
test_the_days_own_ozone_is_of_its_day(void **state)
{
  (void)state;
  somebody();
  story_uv(&story, TAG, 1, story_at(0, 13, 0), 600, 6, WORN);
  story_uv(&story, TAG, 2, story_at(1, 13, 0), 600, 6, WORN);
  story_fold(&story, 0, &result);
  const double given = result.sun.vitd_j_m2;
  story_fold(&story, 1, &result);
  assert_near(given, vitd(story_at(0, 13, 0), 600, 6), 1e-5);
  assert_true(fabs(result.sun.vitd_j_m2 - vitd(story_at(1, 13, 0), 600, 6)) > 0.001 * given);
}

static void
test_saturated_records_are_a_lower_bound(void **state)
{
  (void)state;
  somebody();
  story_uv(&story, TAG, 1, story_at(0, 13, 0), 600, 11, WORN | CAL_RECORD_FLAG_SATURATED);
  story_fold(&story, 0, &result);
  assert_true(result.sun.lower_bound);
  assert_near(result.sun.erythemal_j_m2, 11 * 1.5 * 10, 1e-12);
  story_fold(&story, 1, &result);
  assert_false(result.sun.lower_bound);
  /* Of an ambient tag only where sun by hand was reckoned with it. */
  somebody();
  story_entry(&story, CAL_ENTRY_ROLE, story_at(-1, 0, 0), TAG, "ambient");
  story_uv(&story, TAG, 1, story_at(0, 13, 0), 600, 11, CAL_RECORD_FLAG_SATURATED);
  story_fold(&story, 0, &result);
  assert_false(result.sun.lower_bound);
  story_entry(&story, CAL_ENTRY_SUN, story_at(0, 13, 5), "", "2min");
  story_fold(&story, 0, &result);
  assert_true(result.sun.lower_bound);
}

/* -- Which record counts -- */

static double
erythemal_of_today(void)
{
  story_fold(&story, 0, &result);
  return result.sun.erythemal_j_m2;
}

static void
test_roles(void **state)
{
  (void)state;
  static const struct {
    const char *role;
    double dose;
  } rows[] = { { "worn", 90 }, { "ambient", 0 }, { "buttons", 0 } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    somebody();
    story_entry(&story, CAL_ENTRY_ROLE, story_at(-1, 0, 0), TAG, rows[i].role);
    story_uv(&story, TAG, 1, story_at(0, 13, 0), 600, 6, WORN);
    assert_near(erythemal_of_today(), rows[i].dose, 1e-12);
  }
}

static void
test_a_role_holds_from_its_time(void **state)
{
  (void)state;
  somebody();
  story_uv(&story, TAG, 1, story_at(0, 10, 0), 600, 6, WORN);
  story_entry(&story, CAL_ENTRY_ROLE, story_at(0, 12, 0), TAG, "ambient");
  story_uv(&story, TAG, 2, story_at(0, 13, 0), 600, 6, WORN);
  assert_near(erythemal_of_today(), 90, 1e-12);
}

static void
test_a_tag_that_feels_whether_it_is_worn(void **state)
{
  (void)state;
  somebody();
  story_uv(&story, TAG, 1, story_at(0, 13, 0), 600, 6, 0);
  assert_near(erythemal_of_today(), 90, 1e-12);
  story_entry(&story, CAL_ENTRY_TAG, CAL_CONTEXT_ALWAYS, TAG, "tag-event wear");
  assert_near(erythemal_of_today(), 0, 0);
  story_uv(&story, TAG, 2, story_at(0, 14, 0), 600, 4, WORN);
  assert_near(erythemal_of_today(), 60, 1e-12);
  assert_int_equal(result.sun.worn_s, 600);
}

static void
test_a_wear_record_tells_the_feature(void **state)
{
  (void)state;
  somebody();
  story_wear(&story, TAG, 1, story_at(0, 9, 0), 1);
  story_uv(&story, TAG, 2, story_at(0, 10, 0), 600, 6, WORN);
  story_wear(&story, TAG, 3, story_at(0, 11, 0), 0);
  story_uv(&story, TAG, 4, story_at(0, 12, 0), 600, 6, 0);
  story_uv(&story, OTHER, 4, story_at(0, 14, 0), 600, 2, 0);
  assert_near(erythemal_of_today(), 90 + 30, 1e-12);
}

static void
test_the_higher_sequence_holds(void **state)
{
  (void)state;
  somebody();
  story_uv(&story, TAG, 7, story_at(0, 13, 0), 1200, 6, WORN);
  story_uv(&story, TAG, 8, story_at(0, 13, 10), 1200, 2, WORN);
  assert_near(erythemal_of_today(), 90 + 2 * 1.5 * 20, 1e-12);
  assert_int_equal(result.sun.worn_s, 1800);
  somebody();
  story_uv(&story, TAG, 8, story_at(0, 13, 0), 1200, 6, WORN);
  story_uv(&story, TAG, 7, story_at(0, 13, 10), 1200, 2, WORN);
  assert_near(erythemal_of_today(), 180 + 30, 1e-12);
}

static void
test_a_new_log_holds_by_its_beginning(void **state)
{
  (void)state;
  somebody();
  story_uv(&story, TAG, 900, story_at(0, 13, 0), 1200, 6, WORN);
  story_uv(&story, TAG, 1, story_at(0, 13, 10), 1200, 2, WORN)->of.record.log_id = 1;
  assert_near(erythemal_of_today(), 90 + 60, 1e-12);
}

static void
test_two_worn_tags_do_not_add_up(void **state)
{
  (void)state;
  somebody();
  story_uv(&story, TAG, 1, story_at(0, 13, 0), 1200, 6, WORN);
  story_fold(&story, 0, &result);
  const CalDayResult one = result;
  story_uv(&story, OTHER, 1, story_at(0, 13, 0), 1200, 6, WORN);
  story_fold(&story, 0, &result);
  assert_memory_equal(&result.sun, &one.sun, sizeof one.sun);
  story_uv(&story, OTHER, 2, story_at(0, 13, 10), 1200, 8, WORN);
  assert_near(erythemal_of_today(), 90 + 8 * 1.5 * 20, 1e-12);
}

/* -- Held and never true -- */

static void
fold_at(CalInstant now, int days)
{
  static CalContext context;
  static CalDay day;
  const CalDayFrames frames = story_frames(days);
  story_sort(&story);
  story_context(&story, cal_day_span(&frames).start, &context);
  cal_day_begin(&day, &frames, &context);
  for (size_t i = 0; i < story.n; i++)
    cal_day_step(&day, &story.event[i], now);
  cal_day_result(&day, &result);
}

static void
test_a_record_of_the_future_is_held(void **state)
{
  (void)state;
  somebody();
  const CalInstant end = story_at(0, 13, 10);
  story_uv(&story, TAG, 1, story_at(0, 13, 0), 600, 6, WORN);
  fold_at(end - 61, 0);
  assert_near(result.sun.erythemal_j_m2, 0, 0);
  assert_int_equal(result.look_again, end - 60);
  assert_int_equal(result.n_rejected, 0);
  assert_true(result.newest.end == CAL_INSTANT_NONE);
  fold_at(end - 60, 0);
  assert_near(result.sun.erythemal_j_m2, 90, 1e-12);
  assert_true(result.look_again == CAL_INSTANT_NONE);
}

static void
test_a_record_before_2020_is_held_for_good(void **state)
{
  (void)state;
  const int days = cal_date_from_civil(2019, 12, 30) - STORY_DATE;
  story_begin(&story);
  story_uv(&story, TAG, 1, story_at(days, 13, 0), 600, 6, WORN);
  story_press(&story, TAG, 2, story_at(days, 13, 0), 1);
  story_fold(&story, days, &result);
  assert_near(result.sun.erythemal_j_m2, 0, 0);
  assert_int_equal(result.n_unmapped, 0);
  assert_int_equal(result.n_rejected, 0);
  assert_true(result.look_again == CAL_INSTANT_NONE);
}

static void
raw_record(uint32_t sequence, CalRecord record)
{
  CalEvent *const event = story_uv(&story, TAG, sequence, story_at(0, 13, 0), 600, 1, WORN);
  record.sequence = sequence;
  record.time = (uint32_t)event->at;
  record.flags = CAL_RECORD_FLAG_CLOCK_SET | WORN;
  cal_record_encode(&record, event->of.record.raw);
}

static void
test_what_can_never_be_true(void **state)
{
  (void)state;
  static const CalRecord rows[] = {
    { .type = CAL_RECORD_UV, .uv = { 0, 100, 100 } },
    { .type = CAL_RECORD_UV, .uv = { 43201, 100, 100 } },
    { .type = CAL_RECORD_UV, .uv = { 600, 101, 100 } },
    { .type = CAL_RECORD_UV, .uv = { 600, 4501, 4501 } },
    { .type = CAL_RECORD_UV, .uv = { 600, 100, 4501 } },
    { .type = CAL_RECORD_INTAKE, .intake = { 0, 1 } },
    { .type = CAL_RECORD_INTAKE, .intake = { 4, 1 } },
    { .type = CAL_RECORD_INTAKE, .intake = { 1, 0 } },
    { .type = CAL_RECORD_INTAKE, .intake = { 1, 21 } },
    { .type = CAL_RECORD_WEAR, .wear = { 2 } },
    { .type = 9 },
  };
  const uint32_t n = sizeof rows / sizeof *rows;
  somebody();
  story_entry(&story, CAL_ENTRY_TAG, story_at(-1, 0, 0), TAG, "tag-event slots=3");
  for (uint32_t i = 0; i < n; i++)
    raw_record(i + 1, rows[i]);
  assert_near(erythemal_of_today(), 0, 0);
  assert_int_equal(result.n_rejected, n);
  assert_int_equal(result.n_unmapped, 0);
  assert_int_equal(result.sun.worn_s, 0);
  story_fold(&story, 1, &result);
  assert_int_equal(result.n_rejected, 0);
}

static void
test_what_may_just_be_true(void **state)
{
  (void)state;
  somebody();
  raw_record(1, (CalRecord){ .type = CAL_RECORD_UV, .uv = { 60, 4500, 4500 } });
  raw_record(2, (CalRecord){ .type = CAL_RECORD_INTAKE, .intake = { 3, 20 } });
  story_entry(&story, CAL_ENTRY_TAG, story_at(-1, 0, 0), TAG, "tag-event slots=3");
  assert_near(erythemal_of_today(), 45 * 1.5, 1e-12);
  assert_int_equal(result.n_rejected, 0);
  assert_int_equal(result.unmapped[0].presses, 20);
}

/* -- Samples of tags that store nothing -- */

static void
test_samples_hold_until_the_next_and_five_minutes(void **state)
{
  (void)state;
  somebody();
  story_entry(&story, CAL_ENTRY_TAG, story_at(-1, 0, 0), TAG, "bthome");
  story_sample(&story, TAG, story_at(0, 13, 0), 4);
  story_sample(&story, TAG, story_at(0, 13, 2), 6);
  story_sample(&story, TAG, story_at(0, 14, 0), 2);
  assert_near(erythemal_of_today(), 0, 0); /* ambient, until its owner says more */
  story_entry(&story, CAL_ENTRY_ROLE, story_at(-1, 0, 0), TAG, "worn");
  assert_near(erythemal_of_today(), 1.5 * (4 * 2 + 6 * 5 + 2 * 5), 1e-12);
  assert_int_equal(result.sun.worn_s, 12 * 60);
  assert_int_equal(result.newest.end, story_at(0, 14, 0));
  assert_near(result.newest.uvi, 2, 0);
}

static void
test_samples_beyond_what_can_be(void **state)
{
  (void)state;
  somebody();
  story_entry(&story, CAL_ENTRY_ROLE, story_at(-1, 0, 0), TAG, "worn");
  story_sample(&story, TAG, story_at(0, 13, 0), 45.5);
  story_sample(&story, TAG, story_at(0, 14, 0), 45);
  assert_near(erythemal_of_today(), 45 * 1.5 * 5, 1e-12);
  assert_int_equal(result.n_rejected, 1);
}

static void
test_a_tag_that_stores_is_never_counted_by_what_it_says_live(void **state)
{
  (void)state;
  somebody();
  story_entry(&story, CAL_ENTRY_TAG, story_at(-1, 0, 0), TAG, "tag-event");
  story_uv(&story, TAG, 1, story_at(0, 13, 0), 1200, 6, WORN);
  story_sample(&story, TAG, story_at(0, 13, 5), 9);
  story_sample(&story, TAG, story_at(0, 15, 0), 9);
  assert_near(erythemal_of_today(), 180, 1e-12);
}

/* Heard before anybody knew that it stores: a sample ends samples, never a record. */
static void
test_a_sample_takes_nothing_from_a_record(void **state)
{
  (void)state;
  somebody();
  story_entry(&story, CAL_ENTRY_ROLE, story_at(-1, 0, 0), TAG, "worn");
  story_uv(&story, TAG, 1, story_at(0, 13, 0), 1200, 6, WORN);
  story_sample(&story, TAG, story_at(0, 13, 5), 9);
  assert_near(erythemal_of_today(), 180, 1e-12);
}

/* -- By hand -- */

static void
by_hand(int hour, int minute, const char *value)
{
  story_entry(&story, CAL_ENTRY_SUN, story_at(0, hour, minute), "", value);
}

static void
test_sun_by_hand_is_of_a_horizontal_plane(void **state)
{
  (void)state;
  somebody();
  by_hand(13, 0, "20min uvi=6 wearing=tshirt-shorts");
  story_fold(&story, 0, &result);
  const double dose = 0.45 * vitd(story_at(0, 13, 0), 1200, 6);
  assert_near(result.sun.erythemal_j_m2, 180, 1e-12);
  assert_near(result.sun.med_fraction, 180 / MED_II, 1e-12);
  assert_near(result.sun.vitd_j_m2, dose, 1e-5);
  assert_near(result.sun.iu_linear, linear_iu(dose, 0.35, 1), 1e-5);
  assert_near(result.sun.iu, saturated_iu(linear_iu(dose, 0.35, 1), 0.35), 1e-5);
  assert_int_equal(result.sun.hand_s, 1200);
  assert_int_equal(result.sun.worn_s, 0);
}

static void
test_sun_by_hand_under_a_sky(void **state)
{
  (void)state;
  somebody();
  by_hand(12, 0, "60min sky=broken");
  double expected = 0;
  for (int i = 0; i < 3600; i++) {
    const CalInstant at = story_at(0, 12, 0) + i;
    const CalSunPosition sun = cal_sun_position(at, LATITUDE_DEG, LONGITUDE_DEG);
    expected += 0.025 * 0.73 * cal_atmosphere_clear_uvi(sun.zenith_deg, 300, NULL) /
                (sun.distance_au * sun.distance_au);
  }
  assert_near(erythemal_of_today(), expected, 1e-4);
  assert_true(expected > 100);
}

static void
test_no_sun_by_night(void **state)
{
  (void)state;
  somebody();
  by_hand(1, 0, "60min sky=clear");
  assert_near(erythemal_of_today(), 0, 0);
  assert_near(result.sun.iu, 0, 0);
}

static void
test_sun_by_hand_with_sunscreen(void **state)
{
  (void)state;
  somebody();
  say("spf", "50");
  by_hand(13, 0, "20min uvi=6 spf=1");
  story_fold(&story, 0, &result);
  assert_near(result.sun.med_fraction, 180 / MED_II, 1e-12);
}

static void
test_sun_by_hand_fills_what_no_worn_tag_covers(void **state)
{
  (void)state;
  somebody();
  by_hand(12, 50, "60min uvi=4");
  story_uv(&story, TAG, 1, story_at(0, 13, 0), 600, 1, WORN);
  story_uv(&story, TAG, 2, story_at(0, 13, 20), 600, 0, WORN);
  assert_near(erythemal_of_today(), 1.5 * (4 * 10 + 1 * 10 + 4 * 10 + 0 + 4 * 20), 1e-12);
  assert_int_equal(result.sun.worn_s, 1200);
  assert_int_equal(result.sun.hand_s, 2400);
}

static void
test_an_ambient_tag_covers_nothing(void **state)
{
  (void)state;
  somebody();
  story_entry(&story, CAL_ENTRY_ROLE, story_at(-1, 0, 0), TAG, "ambient");
  by_hand(13, 0, "10min uvi=4");
  story_uv(&story, TAG, 1, story_at(0, 13, 0), 600, 9, WORN);
  assert_near(erythemal_of_today(), 60, 1e-12);
}

static void
test_two_by_hand_do_not_add_up(void **state)
{
  (void)state;
  somebody();
  by_hand(13, 0, "30min uvi=4");
  by_hand(13, 10, "10min uvi=8");
  assert_near(erythemal_of_today(), 1.5 * (40 + 80 + 40), 1e-12);
  assert_int_equal(result.sun.hand_s, 1800);
}

/* What an ambient tag reads is taken for time by hand alone, where no index and no sky was said. */
static void
test_sun_by_hand_follows_an_ambient_tag(void **state)
{
  (void)state;
  somebody();
  story_entry(&story, CAL_ENTRY_TAG, story_at(-1, 0, 0), TAG, "bthome");
  story_sample(&story, TAG, story_at(0, 12, 58), 2); /* reaches into what was logged */
  story_sample(&story, TAG, story_at(0, 13, 1), 4);
  story_sample(&story, TAG, story_at(0, 13, 4), 6);
  story_sample(&story, TAG, story_at(0, 13, 40), 11); /* indoors by then */
  assert_near(erythemal_of_today(), 0, 0);
  by_hand(13, 0, "9min");
  assert_near(erythemal_of_today(), 1.5 * (2 * 1 + 4 * 3 + 6 * 5), 1e-12);
  const double dose = 0.45 * (vitd(story_at(0, 13, 0), 60, 2) + vitd(story_at(0, 13, 1), 180, 4) +
                              vitd(story_at(0, 13, 4), 300, 6));
  assert_near(result.sun.vitd_j_m2, dose, 1e-5);
  assert_int_equal(result.sun.hand_s, 540);
  assert_int_equal(result.sun.ambient_s, 540);
  assert_int_equal(result.sun.clear_s, 0);
  assert_int_equal(result.newest.end, CAL_INSTANT_NONE); /* nobody is told to cover up for it */
}

static void
test_what_was_said_of_the_sky_holds(void **state)
{
  (void)state;
  static const char *const said[] = { "10min uvi=4", "10min sky=clear", "10min sky=overcast", "10min sky=1" };
  for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
    somebody();
    by_hand(13, 0, said[i]);
    const double alone = erythemal_of_today();
    story_entry(&story, CAL_ENTRY_TAG, story_at(-1, 0, 0), TAG, "bthome");
    story_sample(&story, TAG, story_at(0, 13, 0), 9);
    story_sample(&story, TAG, story_at(0, 13, 5), 9);
    assert_near(erythemal_of_today(), alone, 1e-4);
    assert_int_equal(result.sun.ambient_s, 0);
    assert_int_equal(result.sun.clear_s, 0);
  }
}

/* Where no reading holds, the sky was clear; a reading that comes later changes what was reckoned. */
static void
test_an_ambient_tag_with_gaps(void **state)
{
  (void)state;
  somebody();
  by_hand(13, 0, "30min");
  const double clear = erythemal_of_today();
  assert_int_equal(result.sun.clear_s, 1800);
  by_hand(15, 0, "30min sky=clear");
  assert_true(erythemal_of_today() > clear);
  assert_int_equal(result.sun.clear_s, 1800); /* of the other half hour it was said */
  somebody();
  by_hand(13, 0, "30min");
  story_entry(&story, CAL_ENTRY_TAG, story_at(-1, 0, 0), TAG, "ess");
  story_sample(&story, TAG, story_at(0, 13, 10), 0);
  assert_near(erythemal_of_today(), clear * 25 / 30, 0.01);
  assert_int_equal(result.sun.ambient_s, 300);
  assert_int_equal(result.sun.clear_s, 1500);
}

/* An ambient tag may store records; a worn tag is asked first; of a buttons tag UV is ignored. */
static void
test_roles_of_tags_beside_sun_by_hand(void **state)
{
  (void)state;
  static const struct {
    const char *role;
    double worn_min, ambient_min, clear_min;
  } rows[] = { { "worn", 10, 0, 20 }, { "ambient", 0, 10, 20 }, { "buttons", 0, 0, 30 } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    somebody();
    story_entry(&story, CAL_ENTRY_ROLE, story_at(-1, 0, 0), TAG, rows[i].role);
    story_uv(&story, TAG, 1, story_at(0, 13, 10), 600, 6, 0);
    by_hand(13, 0, "30min");
    story_fold(&story, 0, &result);
    assert_near((double)result.sun.worn_s, 60 * rows[i].worn_min, 0);
    assert_near((double)result.sun.ambient_s, 60 * rows[i].ambient_min, 0);
    assert_near((double)result.sun.clear_s, 60 * rows[i].clear_min, 0);
  }
}

/* -- Minute by minute, against a table -- */

#define MINUTES   300
#define N_TAGS    4 /* the last two are ambient */
#define N_RECORDS 24

static unsigned dice;

static unsigned
below(unsigned n)
{
  dice = dice * 1103515245u + 12345u;
  return (dice >> 16) % n;
}

typedef struct Minute {
  unsigned sequence[N_TAGS]; /* of the record that holds; 0: none */
  double uvi[N_TAGS];
  bool by_hand;
} Minute;

static void
put_record(Minute *minute, unsigned tag, unsigned sequence, unsigned start, unsigned length, unsigned uvi)
{
  static const char *const names[N_TAGS] = { TAG, OTHER, "AA:BB:CC:00:00:03", "AA:BB:CC:00:00:04" };
  story_uv(&story, names[tag], sequence, story_at(0, 11, 0) + 60 * (CalInstant)start, 60 * length, uvi, 0);
  if (tag >= 2)
    story_entry(&story, CAL_ENTRY_ROLE, story_at(-1, 0, 0), names[tag], "ambient");
  for (unsigned i = start; i < start + length; i++)
    if (sequence > minute[i].sequence[tag]) {
      minute[i].sequence[tag] = sequence;
      minute[i].uvi[tag] = uvi;
    }
}

static void
put_sun(Minute *minute, unsigned start, unsigned length)
{
  char value[16];
  snprintf(value, sizeof value, "%umin", length);
  story_entry(&story, CAL_ENTRY_SUN, story_at(0, 11, 0) + 60 * (CalInstant)start, "", value);
  for (unsigned i = start; i < start + length; i++)
    minute[i].by_hand = true;
}

static void
put_all(Minute *minute)
{
  put_record(minute, 3, 1, 0, MINUTES, 0); /* so that no clear sky comes in, which the table does not know */
  for (unsigned i = 0; i < N_TAGS * N_RECORDS; i++)
    put_record(minute, i % N_TAGS, i + 2, below(MINUTES - 20), 1 + below(20), below(10));
  for (unsigned i = 0; i < 6; i++)
    put_sun(minute, below(MINUTES - 30), 1 + below(30));
}

/* The highest of what two tags read of which some record holds; negative: none does. */
static double
most(const Minute *minute, unsigned first)
{
  double highest = -1;
  for (unsigned tag = first; tag < first + 2; tag++)
    if (minute->sequence[tag] > 0 && minute->uvi[tag] > highest)
      highest = minute->uvi[tag];
  return highest;
}

static void
test_minute_by_minute(void **state)
{
  (void)state;
  for (unsigned round = 1; round <= 60; round++) {
    Minute minute[MINUTES] = { 0 };
    double index_minutes = 0;
    int worn = 0, by_hand = 0;
    dice = round;
    somebody();
    put_all(minute);
    for (unsigned i = 0; i < MINUTES; i++) {
      const double on_body = most(&minute[i], 0), outdoors = most(&minute[i], 2);
      const bool is_by_hand = on_body < 0 && minute[i].by_hand;
      worn += on_body >= 0;
      by_hand += is_by_hand;
      index_minutes += on_body >= 0 ? on_body : is_by_hand ? outdoors : 0;
    }
    assert_near(erythemal_of_today(), 1.5 * index_minutes, 1e-9);
    assert_int_equal(result.sun.worn_s, 60 * worn);
    assert_int_equal(result.sun.ambient_s, 60 * by_hand);
    assert_int_equal(result.sun.hand_s, 60 * by_hand);
  }
}

/* A set of clothes that was named only after the sun began: what was accepted still counts. */
static void
test_sun_by_hand_in_clothes_of_later(void **state)
{
  (void)state;
  somebody();
  by_hand(13, 0, "20min uvi=6 wearing=garden");
  story_entry(&story, CAL_ENTRY_PROFILE, story_at(0, 13, 20), "clothing.garden", "0.3");
  story_fold(&story, 0, &result);
  assert_near(result.sun.erythemal_j_m2, 180, 1e-12);
  assert_near(result.sun.iu_linear, linear_iu(result.sun.vitd_j_m2, 0.25, 1), 1e-9);
}

/* -- Days that are cut -- */

static void
test_over_midnight_nothing_is_lost(void **state)
{
  (void)state;
  somebody();
  story_uv(&story, TAG, 1, story_at(0, 22, 17), 3 * 3600, 3, WORN);
  by_hand(20, 0, "6h uvi=1");
  double erythemal = 0, med = 0;
  for (int days = 0; days <= 1; days++) {
    story_fold(&story, days, &result);
    erythemal += result.sun.erythemal_j_m2;
    med += result.sun.med_fraction;
  }
  assert_near(erythemal, 1.5 * (3 * 180 + 1 * (360 - 180)), 1e-12);
  assert_near(med, erythemal / MED_II, 1e-12);
}

/* Half a day is the longest that a record may last. */
static void
test_the_longest_record(void **state)
{
  (void)state;
  somebody();
  story_uv(&story, TAG, 1, story_at(0, 23, 59), 43200, 1, WORN);
  story_fold(&story, 0, &result);
  assert_near(result.sun.erythemal_j_m2, 1.5, 1e-12);
  story_fold(&story, 1, &result);
  assert_near(result.sun.erythemal_j_m2, 1.5 * 719, 1e-12);
  assert_int_equal(result.sun.worn_s, 719 * 60);
}

/* Pieces of a frame from instants at which the offset (in hours) changes. */
static CalDayFrame
cut(CalDate date, CalInstant start, int offset_h, CalInstant change, int then_h, CalInstant end)
{
  CalDayFrame frame = { .date = date, .n_pieces = 2 };
  frame.piece[0] = (CalFramePiece){ { start, change }, offset_h * 3600 };
  frame.piece[1] = (CalFramePiece){ { change, end }, then_h * 3600 };
  return frame;
}

static void
test_a_change_of_clocks_cuts_without_loss(void **state)
{
  (void)state;
  for (int then_h = 0; then_h <= 2; then_h++) {
    somebody();
    CalDayFrames frames = story_frames(0);
    const CalInstant end = story_at(1, 0, 0) - (then_h - 1) * 3600;
    frames.day = cut(STORY_DATE, story_at(0, 0, 0), 1, story_at(0, 3, 0), then_h, end);
    frames.after.piece[0] = (CalFramePiece){ { end, end + 86400 }, then_h * 3600 };
    story_uv(&story, TAG, 1, story_at(0, 1, 1), 4 * 3600 + 77, 2, WORN);
    story_fold_frames(&story, &frames, &result);
    assert_near(result.sun.erythemal_j_m2, 1.5 * 2 * (240 + 77 / 60.0), 1e-12);
    assert_int_equal(result.sun.worn_s, 4 * 3600 + 77);
  }
}

/* Over the date line to the east, in the midst of a record: the date is left, and comes back. */
static void
test_a_date_that_comes_back_holds_what_is_its_own(void **state)
{
  (void)state;
  somebody();
  const CalInstant zero = (CalInstant)STORY_DATE * 86400;
  const CalInstant start = zero - 12 * 3600, left = zero - 2 * 3600 + 77, back = zero + 10 * 3600;
  CalDayFrames frames = { .before = { .date = STORY_DATE - 1, .n_pieces = 2 } };
  frames.before = cut(STORY_DATE - 1, start - 86400, 12, left, -10, back);
  frames.before.piece[0].span.end = start;
  frames.day = cut(STORY_DATE, start, 12, back, -10, back + 86400);
  frames.day.piece[0].span.end = left;
  frames.after = (CalDayFrame){ STORY_DATE + 1, 1, { { { back + 86400, back + 2 * 86400 }, -36000 } } };
  story_uv(&story, TAG, 1, left - 600, 1200, 2, WORN);
  story_uv(&story, TAG, 2, back - 600, 1800, 4, WORN);
  story_fold_frames(&story, &frames, &result);
  assert_near(result.sun.erythemal_j_m2, 1.5 * (2 * 10 + 4 * 20), 1e-12);
  const CalDayFrames day_before = { { STORY_DATE - 2, 0, { { { 0, 0 }, 0 } } }, frames.before, frames.day };
  story_fold_frames(&story, &day_before, &result);
  assert_near(result.sun.erythemal_j_m2, 1.5 * (2 * 10 + 4 * 10), 1e-12);
}

/* Of more entries at one instant than there is room for the one that would end first makes room. */
static void
test_more_segments_than_there_is_room_for(void **state)
{
  (void)state;
  char value[32];
  somebody();
  for (int i = 0; i < CAL_DAY_MAX_SEGMENTS; i++) {
    snprintf(value, sizeof value, "%dmin uvi=1", 60 + (i + 20) % CAL_DAY_MAX_SEGMENTS);
    story_entry(&story, CAL_ENTRY_SUN, story_at(0, 10, 0), "", value);
  }
  story_fold(&story, 0, &result);
  const int64_t alone_s = result.sun.hand_s;
  assert_int_equal(alone_s, (60 + CAL_DAY_MAX_SEGMENTS - 1) * 60);
  story_entry(&story, CAL_ENTRY_SUN, story_at(0, 10, 0), "", "5min uvi=1");
  story_entry(&story, CAL_ENTRY_SUN, story_at(0, 10, 1), "", "3h uvi=1");
  story_fold(&story, 0, &result);
  assert_int_equal(result.sun.hand_s, 181 * 60);
}

/* Of two logs of one tag that cover an instant the one that began later holds; of those that began together
 * the higher. */
static void
test_two_logs_that_begin_together(void **state)
{
  (void)state;
  for (uint32_t later = 0; later < 2; later++) {
    somebody();
    story_uv(&story, TAG, 5, story_at(0, 12, 0), 600, 4, WORN)->of.record.log_id = 10 + later;
    story_uv(&story, TAG, 9, story_at(0, 12, 0), 600, 6, WORN)->of.record.log_id = 11 - later;
    story_sort(&story);
    story_fold(&story, 0, &result);
    assert_near(result.sun.max_uvi, later ? 4 : 6, 1e-9);
    assert_int_equal(result.sun.worn_s, 600);
  }
}

/* Samples of what keeps a log count nothing, whichever kind it is; the index may be what was measured once.
 */
static void
test_samples_of_what_stores(void **state)
{
  (void)state;
  static const struct {
    const char *kind;
    int64_t worn_s;
  } rows[] = { { "tag-event", 0 }, { "omron", 0 }, { "bthome", 300 }, { "ess", 300 } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    somebody();
    story_entry(&story, CAL_ENTRY_TAG, story_at(-1, 0, 0), TAG, rows[i].kind);
    story_entry(&story, CAL_ENTRY_ROLE, story_at(-1, 0, 1), TAG, "worn");
    story_sample(&story, TAG, story_at(0, 12, 0), 5);
    story_fold(&story, 0, &result);
    assert_int_equal(result.sun.worn_s, rows[i].worn_s);
  }
}

/* Heard while the host's clock was in doubt, and stored as records of a second: they hold like any sample,
 * and a sample ends them. Under another log id, or of what stores, a second of a record is a second. */
static void
test_samples_that_the_host_kept_as_records(void **state)
{
  (void)state;
  static const struct {
    const char *kind;
    uint32_t log_id;
    int64_t worn_s;
  } rows[] = { { "bthome", CAL_RECORD_HOST_LOG, 720 },
               { "ess", CAL_RECORD_HOST_LOG + CAL_RECORD_HOST_LOGS - 1, 720 },
               { "bthome", CAL_RECORD_HOST_LOG + CAL_RECORD_HOST_LOGS, 302 },
               { "bthome", CAL_RECORD_HOST_LOG - 1, 302 },
               { "tag-event", CAL_RECORD_HOST_LOG, 2 },
               { "omron", CAL_RECORD_HOST_LOG, 2 } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    somebody();
    story_entry(&story, CAL_ENTRY_TAG, story_at(-1, 0, 0), TAG, rows[i].kind);
    story_entry(&story, CAL_ENTRY_ROLE, story_at(-1, 0, 1), TAG, "worn");
    story_uv(&story, TAG, 1, story_at(0, 13, 0), 1, 4, 0)->of.record.log_id = rows[i].log_id;
    story_uv(&story, TAG, 2, story_at(0, 13, 2), 1, 6, 0)->of.record.log_id = rows[i].log_id;
    story_sample(&story, TAG, story_at(0, 14, 0), 2);
    story_fold(&story, 0, &result);
    assert_int_equal(result.sun.worn_s, rows[i].worn_s);
    if (rows[i].worn_s == 720)
      assert_near(result.sun.erythemal_j_m2, 1.5 * (4 * 2 + 6 * 5 + 2 * 5), 1e-12);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_of_nobody_nothing_is_known),
    cmocka_unit_test(test_the_other_calibration),
    cmocka_unit_test(test_sunscreen_of_habit),
    cmocka_unit_test(test_sunscreen_of_today),
    cmocka_unit_test(test_sunscreen_stays_when_clothes_are_changed),
    cmocka_unit_test(test_clothes_by_season),
    cmocka_unit_test(test_clothes_of_today_end_with_the_day),
    cmocka_unit_test(test_saturation_with_the_largest_bare_area),
    cmocka_unit_test(test_the_days_own_ozone_is_of_its_day),
    cmocka_unit_test(test_saturated_records_are_a_lower_bound),
    cmocka_unit_test(test_roles),
    cmocka_unit_test(test_a_role_holds_from_its_time),
    cmocka_unit_test(test_a_tag_that_feels_whether_it_is_worn),
    cmocka_unit_test(test_a_wear_record_tells_the_feature),
    cmocka_unit_test(test_the_higher_sequence_holds),
    cmocka_unit_test(test_a_new_log_holds_by_its_beginning),
    cmocka_unit_test(test_two_worn_tags_do_not_add_up),
    cmocka_unit_test(test_a_record_of_the_future_is_held),
    cmocka_unit_test(test_a_record_before_2020_is_held_for_good),
    cmocka_unit_test(test_what_can_never_be_true),
    cmocka_unit_test(test_what_may_just_be_true),
    cmocka_unit_test(test_samples_hold_until_the_next_and_five_minutes),
    cmocka_unit_test(test_samples_beyond_what_can_be),
    cmocka_unit_test(test_a_tag_that_stores_is_never_counted_by_what_it_says_live),
    cmocka_unit_test(test_a_sample_takes_nothing_from_a_record),
    cmocka_unit_test(test_sun_by_hand_is_of_a_horizontal_plane),
    cmocka_unit_test(test_sun_by_hand_under_a_sky),
    cmocka_unit_test(test_no_sun_by_night),
    cmocka_unit_test(test_sun_by_hand_with_sunscreen),
    cmocka_unit_test(test_sun_by_hand_fills_what_no_worn_tag_covers),
    cmocka_unit_test(test_an_ambient_tag_covers_nothing),
    cmocka_unit_test(test_two_by_hand_do_not_add_up),
    cmocka_unit_test(test_sun_by_hand_follows_an_ambient_tag),
    cmocka_unit_test(test_what_was_said_of_the_sky_holds),
    cmocka_unit_test(test_an_ambient_tag_with_gaps),
    cmocka_unit_test(test_roles_of_tags_beside_sun_by_hand),
    cmocka_unit_test(test_minute_by_minute),
    cmocka_unit_test(test_sun_by_hand_in_clothes_of_later),
    cmocka_unit_test(test_over_midnight_nothing_is_lost),
    cmocka_unit_test(test_the_longest_record),
    cmocka_unit_test(test_a_change_of_clocks_cuts_without_loss),
    cmocka_unit_test(test_a_date_that_comes_back_holds_what_is_its_own),
    cmocka_unit_test(test_more_segments_than_there_is_room_for),
    cmocka_unit_test(test_two_logs_that_begin_together),
    cmocka_unit_test(test_samples_of_what_stores),
    cmocka_unit_test(test_samples_that_the_host_kept_as_records),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
