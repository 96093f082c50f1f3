/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The day as a whole, and what was swallowed in it. The sun's part is in test_day_sun.c. */
#include "../cmocka_prelude.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <calcifer/record.h>

#include "story.h"

#define TAG   "AA:BB:CC:00:00:01"
#define EVERY ((1u << CAL_NUTRIENT_COUNT) - 1)

static Story story;
static CalDayResult result;

static void
assert_near(double value, double expected)
{
  if (!(fabs(value - expected) <= 1e-9 * fabs(expected) + 1e-9)) {
    print_error("%.12g is not near %.12g\n", value, expected);
    fail();
  }
}

static double
supplement(CalNutrient nutrient)
{
  return result.supplement.amount[nutrient];
}

static void
product(CalInstant at, const char *name, const char *value)
{
  story_entry(&story, CAL_ENTRY_PRODUCT, at, name, value);
}

static CalEvent *
take(CalWay way, CalInstant at, const char *name, const char *servings)
{
  return story_entry_by(&story, way, CAL_ENTRY_TAKE, at, name, servings);
}

/* D3 with MK-7, twice a day or without a schedule. */
static void
begin(const char *schedule)
{
  char value[64] = "d=2000IU mk7=100ug ";
  memcpy(value + strlen(value), schedule, strlen(schedule) + 1);
  story_begin(&story);
  product(story_at(-20, 0, 0), "d3k2", value);
}

static double
iu_of(int days)
{
  story_fold(&story, days, &result);
  return supplement(CAL_NUTRIENT_VITAMIN_D);
}

static void
test_example(void **state)
{
  (void)state;
  CalDay *const day = malloc(sizeof *day);
  CalContext *const context = malloc(sizeof *context);
  const CalDayFrames frames = story_frames(0);
  begin("at=08:00");
  take(CAL_WAY_HAND, story_at(0, 8, 5), "d3k2", "1");
  story_context(&story, cal_day_span(&frames).start, context);
  cal_day_begin(day, &frames, context);
  for (size_t i = 0; i < story.n; i++)
    cal_day_step(day, &story.event[i], story_at(1, 0, 0));
  cal_day_result(day, &result);
  assert_near(cal_day_total(&result, CAL_NUTRIENT_VITAMIN_D), 2000);
  assert_near(cal_day_total(&result, CAL_NUTRIENT_MK7), 100);
  assert_int_equal(cal_day_unknown(&result), 0);
  assert_int_equal(result.date, STORY_DATE);
  assert_int_equal(result.model, CAL_DAY_MODEL);
  assert_int_equal(result.n_doses, 1);
  assert_int_equal(result.dose[0].due, story_at(0, 8, 0));
  assert_int_equal(result.dose[0].filled, story_at(0, 8, 5));
  free(context);
  free(day);
}

/* A day begins anew in whatever memory it is given. */
static void
test_what_was_there_before_counts_nothing(void **state)
{
  CalDay *const day = malloc(sizeof *day);
  const CalDayFrames frames = story_frames(0);
  static CalContext context;
  CalDayResult before;
  (void)state;
  begin("at=08:00");
  take(CAL_WAY_HAND, story_at(0, 8, 5), "d3k2", "1");
  story_uv(&story, TAG, 1, story_at(0, 9, 0), 3600, 3, 0);
  story_context(&story, cal_day_span(&frames).start, &context);
  for (int round = 0; round < 2; round++) {
    memset(day, round == 0 ? 0 : 0xa5, sizeof *day);
    cal_day_begin(day, &frames, &context);
    for (size_t i = 0; i < story.n; i++)
      cal_day_step(day, &story.event[i], story_at(1, 0, 0));
    cal_day_result(day, &result);
    if (round == 0)
      memcpy(&before, &result, sizeof before);
  }
  assert_true(result.sun.iu > 0);
  assert_memory_equal(&result, &before, sizeof result);
  free(day);
}

static void
test_the_result_changes_nothing(void **state)
{
  (void)state;
  CalDay *const day = calloc(2, sizeof *day); /* rows that nothing has filled are compared, too */
  const CalDayFrames frames = story_frames(0);
  static CalContext context;
  begin("at=08:00");
  take(CAL_WAY_HAND, story_at(0, 8, 5), "d3k2", "1");
  story_uv(&story, TAG, 1, story_at(0, 9, 0), 3600, 3, 0);
  story_context(&story, cal_day_span(&frames).start, &context);
  cal_day_begin(day, &frames, &context);
  for (size_t i = 0; i < story.n; i++)
    cal_day_step(day, &story.event[i], story_at(1, 0, 0));
  memcpy(&day[1], &day[0], sizeof *day);
  cal_day_result(day, &result);
  assert_memory_equal(&day[1], &day[0], sizeof *day);
  free(day);
}

/* -- The span -- */

static void
test_the_span(void **state)
{
  (void)state;
  CalDayFrames frames = story_frames(0);
  assert_int_equal(cal_day_span(&frames).start, story_at(-1, 9, 0));
  assert_int_equal(cal_day_span(&frames).end, story_at(1, 3, 0) + 1);
  frames.day.n_pieces = 0;
  assert_int_equal(cal_day_span(&frames).start, cal_day_span(&frames).end);
}

static void
assert_touches(const CalDayFrames *frames, CalInstant at, CalDate from, CalDate to)
{
  CalDate first, last;
  cal_day_touched(frames, at, &first, &last);
  assert_int_equal(first, from);
  assert_int_equal(last, to);
}

/* Touched are exactly the days in whose span the instant lies. */
static void
test_days_touched(void **state)
{
  (void)state;
  for (int minute = 0; minute < 1440; minute += 7) {
    const CalInstant at = story_at(0, 0, minute);
    const CalDayFrames frames = story_frames(0);
    CalDate from = STORY_DATE + 9, to = STORY_DATE - 9;
    for (int days = -2; days <= 2; days++) {
      const CalDayFrames others = story_frames(days);
      const CalSpan span = cal_day_span(&others);
      if (at < span.start || at >= span.end)
        continue;
      from = STORY_DATE + days < from ? STORY_DATE + days : from;
      to = STORY_DATE + days > to ? STORY_DATE + days : to;
    }
    assert_touches(&frames, at, from, to);
  }
}

/* A traveller left out a date: the neighbour is the date beyond. */
static void
test_days_touched_beyond_a_date_that_was_left_out(void **state)
{
  (void)state;
  CalDayFrames frames = story_frames(0);
  frames.before.n_pieces = 0;
  assert_touches(&frames, story_at(0, 2, 0), STORY_DATE - 2, STORY_DATE);
  assert_touches(&frames, story_at(0, 4, 0), STORY_DATE, STORY_DATE);
  frames = story_frames(0);
  frames.after.n_pieces = 0;
  assert_touches(&frames, story_at(0, 23, 0), STORY_DATE, STORY_DATE + 2);
  assert_touches(&frames, story_at(0, 8, 0), STORY_DATE, STORY_DATE);
}

/* A day of seven hours: half a day's record reaches over it into the next but one. */
static void
test_days_touched_over_a_short_one(void **state)
{
  (void)state;
  CalDayFrames frames = story_frames(0);
  frames.after.piece[0].span.end = frames.after.piece[0].span.start + 7 * 3600;
  assert_touches(&frames, story_at(0, 20, 0), STORY_DATE, STORY_DATE + 2);
  assert_touches(&frames, story_at(0, 15, 0), STORY_DATE, STORY_DATE + 1);
}

/* -- One pill, one count -- */

static void
test_ways_within_a_window(void **state)
{
  (void)state;
  begin("at=08:00");
  story_entry(&story, CAL_ENTRY_MAP, story_at(-20, 0, 0), TAG " 1", "d3k2");
  take(CAL_WAY_HAND, story_at(0, 7, 0), "d3k2", "1");
  story_press(&story, TAG, 77, story_at(0, 9, 0), 1);
  assert_near(iu_of(0), 2000);
  assert_int_equal(result.n_doubts, 1);
  assert_string_equal(result.doubt[0].id, "tag:AA:BB:CC:00:00:01:00001234:77");
  assert_string_equal(result.doubt[0].product, "d3k2");
  assert_int_equal(result.doubt[0].at, story_at(0, 9, 0));
  assert_int_equal(result.doubt[0].first_at, story_at(0, 7, 0));
  assert_int_equal(result.doubt[0].way, CAL_WAY_BUTTON);
  assert_int_equal(result.doubt[0].first_way, CAL_WAY_HAND);
  assert_int_equal(result.doubt[0].minute, 540);
  const char *const id = "tag:AA:BB:CC:00:00:01:00001234:77";
  story_entry(&story, CAL_ENTRY_ANSWER, story_at(0, 9, 0), id, "same");
  assert_near(iu_of(0), 2000);
  assert_int_equal(result.n_doubts, 0);
  story_entry(&story, CAL_ENTRY_ANSWER, story_at(0, 9, 0), id, "second");
  assert_near(iu_of(0), 4000);
  assert_int_equal(result.n_doubts, 0);
}

static void
test_the_same_way_is_a_second_dose(void **state)
{
  (void)state;
  begin("at=08:00");
  take(CAL_WAY_HAND, story_at(0, 7, 0), "d3k2", "1");
  take(CAL_WAY_HAND, story_at(0, 9, 0), "d3k2", "1");
  assert_near(iu_of(0), 4000);
  assert_int_equal(result.n_doubts, 0);
}

static void
test_servings_and_presses(void **state)
{
  (void)state;
  begin("");
  story_entry(&story, CAL_ENTRY_MAP, story_at(-20, 0, 0), TAG " 2:double_press", "d3k2");
  take(CAL_WAY_HAND, story_at(0, 7, 0), "d3k2", "1.5");
  story_entry_by(&story, CAL_WAY_BUTTON, CAL_ENTRY_PRESS, story_at(0, 12, 0), TAG " 2:double_press", "3");
  assert_near(iu_of(0), 4.5 * 2000);
  assert_near(supplement(CAL_NUTRIENT_MK7), 450);
}

/* 23:40 by hand and 00:10 by button, of a dose due at 23:30: one pill, of the day before midnight. */
static void
test_one_pill_across_midnight(void **state)
{
  (void)state;
  begin("at=23:30");
  take(CAL_WAY_HAND, story_at(0, 23, 40), "d3k2", "1");
  take(CAL_WAY_BUTTON, story_at(1, 0, 10), "d3k2", "1");
  assert_near(iu_of(0), 2000);
  assert_int_equal(result.n_doses, 1);
  assert_int_equal(result.dose[0].filled, story_at(0, 23, 40));
  assert_int_equal(result.n_doubts, 0);
  assert_near(iu_of(1), 0);
  assert_int_equal(result.n_doubts, 1);
  assert_int_equal(result.doubt[0].minute, 10);
}

/* What was due before midnight may be filled behind it, and counts on the day on which it was taken. */
static void
test_filled_behind_midnight(void **state)
{
  (void)state;
  begin("at=23:30");
  take(CAL_WAY_HAND, story_at(1, 0, 10), "d3k2", "1");
  assert_near(iu_of(0), 0);
  assert_int_equal(result.dose[0].filled, story_at(1, 0, 10));
  assert_near(iu_of(1), 2000);
}

/* And before it: due at 01:00 tomorrow, taken at 23:00. */
static void
test_filled_before_midnight(void **state)
{
  (void)state;
  begin("at=01:00");
  take(CAL_WAY_BUTTON, story_at(0, 23, 0), "d3k2", "1");
  take(CAL_WAY_BUBBLE, story_at(1, 1, 0), "d3k2", "1");
  assert_near(iu_of(0), 2000);
  assert_near(iu_of(1), 0);
  assert_int_equal(result.n_doubts, 1);
  assert_int_equal(result.dose[0].filled, story_at(0, 23, 0));
}

static void
test_intervals(void **state)
{
  (void)state;
  story_begin(&story);
  product(story_at(-7, 8, 0), "weekly", "d=20000IU every=7d at=09:00");
  take(CAL_WAY_HAND, story_at(0, 9, 0), "weekly", "1");
  assert_near(iu_of(0), 20000);
  assert_near(result.interval_d_iu, 20000);
  assert_int_equal(result.n_doses, 1);
  for (int days = 1; days <= 6; days++) {
    story_fold(&story, days, &result);
    assert_int_equal(result.n_doses, 0);
  }
  story_fold(&story, 7, &result);
  assert_int_equal(result.n_doses, 1);
  take(CAL_WAY_HAND, story_at(0, 20, 0), "weekly", "2");
  assert_near(iu_of(0), 60000);
  assert_near(result.interval_d_iu, 20000);
}

/* What is in doubt uses up no interval. */
static void
test_an_interval_and_a_doubt(void **state)
{
  (void)state;
  story_begin(&story);
  product(story_at(-30, 8, 0), "weekly", "d=20000IU every=7d");
  take(CAL_WAY_HAND, story_at(-1, 23, 55), "weekly", "1");
  take(CAL_WAY_BUTTON, story_at(0, 0, 1), "weekly", "1");
  take(CAL_WAY_HAND, story_at(0, 20, 0), "weekly", "1");
  assert_near(iu_of(0), 20000);
  assert_near(result.interval_d_iu, 20000);
}

/* -- Products as they were -- */

static void
test_an_edit_counts_from_then_on(void **state)
{
  (void)state;
  begin("");
  take(CAL_WAY_HAND, story_at(0, 8, 0), "d3k2", "1");
  product(story_at(0, 10, 0), "d3k2", "d=500IU");
  take(CAL_WAY_HAND, story_at(0, 12, 0), "d3k2", "1");
  assert_near(iu_of(0), 2500);
  assert_near(supplement(CAL_NUTRIENT_MK7), 100);
}

/* What holds from an instant on holds for what happens in it, in whichever order both were entered. */
static void
test_a_setting_of_the_same_instant_holds(void **state)
{
  (void)state;
  begin("");
  take(CAL_WAY_HAND, story_at(0, 8, 0), "d3k2", "1");
  product(story_at(0, 8, 0), "d3k2", "d=500IU");
  assert_near(iu_of(0), 500);
}

static void
test_what_was_always_so_counts_before(void **state)
{
  (void)state;
  story_begin(&story);
  product(CAL_CONTEXT_ALWAYS, "d3", "d=800IU");
  take(CAL_WAY_HAND, story_at(-400, 8, 0), "d3", "1");
  assert_near(iu_of(-400), 800);
  product(CAL_CONTEXT_ALWAYS, "d3", "d=1000IU"); /* a correction, entered later */
  assert_near(iu_of(-400), 1000);
}

/* Entered for a time before the product was: kept, and told as unknown rather than as nothing. */
static void
test_a_product_of_later(void **state)
{
  (void)state;
  story_begin(&story);
  take(CAL_WAY_HAND, story_at(0, 8, 0), "d3", "1");
  product(story_at(0, 10, 0), "d3", "d=800IU");
  assert_near(iu_of(0), 0);
  assert_int_equal(cal_day_unknown(&result), EVERY);
  assert_near(iu_of(1), 0);
  assert_int_equal(cal_day_unknown(&result), 0);
}

static void
test_a_new_schedule_makes_no_dose_due_before_it(void **state)
{
  (void)state;
  story_begin(&story);
  product(story_at(0, 10, 0), "d3", "d=800IU at=08:00,20:00");
  story_fold(&story, 0, &result);
  assert_int_equal(result.n_doses, 1);
  assert_int_equal(result.dose[0].due, story_at(0, 20, 0));
  product(story_at(0, 12, 0), "d3", "d=800IU at=21:00");
  story_fold(&story, 0, &result);
  assert_int_equal(result.n_doses, 1);
  assert_int_equal(result.dose[0].minute, 21 * 60);
  product(story_at(0, 13, 0), "d3", "");
  story_fold(&story, 0, &result);
  assert_int_equal(result.n_doses, 0);
}

static void
test_an_edit_keeps_the_doses_before_it(void **state)
{
  (void)state;
  begin("at=08:00,20:00");
  take(CAL_WAY_HAND, story_at(0, 8, 0), "d3k2", "1");
  product(story_at(0, 12, 0), "d3k2", "d=2000IU at=21:00");
  story_fold(&story, 0, &result);
  assert_int_equal(result.n_doses, 2);
  assert_int_equal(result.dose[0].due, story_at(0, 8, 0));
  assert_int_equal(result.dose[0].filled, story_at(0, 8, 0));
  assert_int_equal(result.dose[1].due, story_at(0, 21, 0));
}

static void
test_labels_that_do_not_say_how_much(void **state)
{
  (void)state;
  story_begin(&story);
  product(story_at(-1, 0, 0), "multi", "d=200IU calcium=?");
  take(CAL_WAY_HAND, story_at(0, 8, 0), "multi", "2");
  assert_near(iu_of(0), 400);
  assert_int_equal(cal_day_unknown(&result), 1u << CAL_NUTRIENT_CALCIUM);
}

/* -- Buttons -- */

static void
test_a_button_that_means_nothing_is_shown(void **state)
{
  (void)state;
  begin("");
  story_press(&story, TAG, 1, story_at(0, 8, 0), 3);
  story_press(&story, TAG, 2, story_at(0, 9, 0), 3);
  story_press(&story, TAG, 3, story_at(0, 9, 0), 12);
  assert_near(iu_of(0), 0);
  assert_int_equal(result.n_unmapped, 2);
  assert_string_equal(result.unmapped[0].slot, "3");
  assert_int_equal(result.unmapped[0].presses, 2);
  assert_string_equal(result.unmapped[1].slot, "12");
}

static void
test_a_map_holds_from_its_time(void **state)
{
  (void)state;
  begin("");
  story_press(&story, TAG, 1, story_at(0, 8, 0), 1);
  story_entry(&story, CAL_ENTRY_MAP, story_at(0, 9, 0), TAG " 1", "d3k2");
  story_press(&story, TAG, 2, story_at(0, 10, 0), 1);
  story_entry(&story, CAL_ENTRY_MAP, story_at(0, 11, 0), TAG " 1", "");
  story_press(&story, TAG, 3, story_at(0, 12, 0), 1);
  assert_near(iu_of(0), 2000);
  assert_int_equal(result.unmapped[0].presses, 2);
}

/* A buttons tag is for its buttons: its ultraviolet is ignored, its presses are not. */
static void
test_a_buttons_tag(void **state)
{
  (void)state;
  begin("");
  story_entry(&story, CAL_ENTRY_ROLE, story_at(-1, 0, 0), TAG, "buttons");
  story_entry(&story, CAL_ENTRY_MAP, story_at(-1, 0, 0), TAG " 1", "d3k2");
  story_press(&story, TAG, 1, story_at(0, 8, 0), 1);
  story_uv(&story, TAG, 2, story_at(0, 12, 0), 600, 6, 0);
  assert_near(iu_of(0), 2000);
  assert_near(result.sun.erythemal_j_m2, 0);
}

static void
test_each_slot_means_its_own(void **state)
{
  (void)state;
  begin("");
  product(story_at(-20, 0, 0), "chalk", "calcium=400mg");
  story_entry(&story, CAL_ENTRY_MAP, story_at(-1, 0, 0), TAG " 1", "d3k2");
  story_entry(&story, CAL_ENTRY_MAP, story_at(-1, 0, 0), TAG " 2", "chalk");
  story_press(&story, TAG, 1, story_at(0, 8, 0), 2);
  assert_near(iu_of(0), 0);
  assert_near(supplement(CAL_NUTRIENT_CALCIUM), 400);
}

/* -- Calcium at once -- */

static void
test_calcium_within_half_an_hour(void **state)
{
  (void)state;
  static const struct {
    int minute, second_minute;
    double most;
  } rows[] = { { 0, 29, 600 }, { 0, 30, 600 }, { 0, 31, 400 }, { 45, 60, 600 } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    story_begin(&story);
    product(story_at(-9, 0, 0), "chalk", "calcium=400mg");
    product(story_at(-9, 0, 0), "shell", "calcium=100mg");
    take(CAL_WAY_HAND, story_at(0, 8, rows[i].minute), "chalk", "1");
    take(CAL_WAY_HAND, story_at(0, 8, rows[i].second_minute), "shell", "2");
    story_fold(&story, 0, &result);
    assert_near(supplement(CAL_NUTRIENT_CALCIUM), 600);
    assert_near(result.calcium_burst_mg, rows[i].most);
  }
}

/* -- Food -- */

static void
foodstuff(const char *name, const char *value)
{
  story_entry(&story, CAL_ENTRY_FOODSTUFF, CAL_CONTEXT_ALWAYS, name, value);
}

static void
eat(int hour, const char *name, const char *grams)
{
  story_entry(&story, CAL_ENTRY_FOOD, story_at(0, hour, 0), name, grams);
}

static void
test_food_adds_up_and_knows_what_it_does_not_know(void **state)
{
  (void)state;
  story_begin(&story);
  foodstuff("salmon", "portion=125g d=500IU calcium=10mg");
  foodstuff("cheese", "portion=30g d=20IU calcium=700mg mk4=5ug mk7=10ug");
  eat(12, "salmon", "150g");
  eat(18, "cheese", "0.05kg");
  story_fold(&story, 0, &result);
  assert_near(result.food.amount[CAL_NUTRIENT_VITAMIN_D], 500 * 1.5 + 20 * 0.5);
  assert_near(result.food.amount[CAL_NUTRIENT_CALCIUM], 15 + 350);
  assert_near(cal_nutrients_k2(&result.food), 7.5);
  assert_int_equal(result.food.unknown, EVERY & ~(1u << CAL_NUTRIENT_VITAMIN_D | 1u << CAL_NUTRIENT_CALCIUM));
  assert_int_equal(result.n_foods, 2);
  assert_true(result.known);
  assert_false(result.closed);
  assert_false(result.k2_food); /* 4.5 ug in 30 g */
  assert_near(cal_day_total(&result, CAL_NUTRIENT_VITAMIN_D), 760);
}

static void
test_the_share_of_whole_foods(void **state)
{
  (void)state;
  story_begin(&story);
  foodstuff("oats", "whole=yes magnesium=177mg");
  foodstuff("butter", "whole=no d=60IU");
  foodstuff("my bread", "magnesium=40mg");
  story_fold(&story, 0, &result);
  assert_int_equal(result.n_whole + result.n_made, 0);
  eat(8, "oats", "40g");
  eat(9, "oats", "20g");
  eat(10, "butter", "10g");
  eat(12, "my bread", "50g");
  eat(13, "ambrosia", "50g");
  story_fold(&story, 0, &result);
  assert_int_equal(result.n_whole, 2);
  assert_int_equal(result.n_made, 1);
  assert_int_equal(result.n_foods, 5);
}

static void
test_a_food_that_nobody_knows_any_more(void **state)
{
  (void)state;
  story_begin(&story);
  eat(12, "ambrosia", "100g");
  story_fold(&story, 0, &result);
  assert_int_equal(cal_day_unknown(&result), EVERY);
  assert_true(result.known);
  story_fold(&story, 1, &result);
  assert_false(result.known);
  assert_int_equal(cal_day_unknown(&result), 0);
}

static void
test_foods_that_bring_k2(void **state)
{
  (void)state;
  story_begin(&story);
  foodstuff("natto", "portion=40g mk7=900ug");
  eat(8, "natto", "5g");
  story_fold(&story, 0, &result);
  assert_true(result.k2_food);
  assert_true(result.natto);
}

static void
test_that_was_all(void **state)
{
  (void)state;
  story_begin(&story);
  story_entry(&story, CAL_ENTRY_DONE, story_at(0, 23, 0), "", "");
  story_fold(&story, 0, &result);
  assert_true(result.known);
  assert_true(result.closed);
  assert_int_equal(result.n_foods, 0);
  story_fold(&story, 1, &result);
  assert_false(result.closed);
}

static void
test_laboratory_values(void **state)
{
  (void)state;
  story_begin(&story);
  story_entry(&story, CAL_ENTRY_LAB, story_at(0, 9, 0), "", "30ng/mL");
  story_entry(&story, CAL_ENTRY_LAB, story_at(1, 1, 0), "", "80nmol/L");
  story_fold(&story, 0, &result);
  assert_int_equal(result.n_labs, 1);
  assert_near(result.lab[0].nmol_l, 30 * 2.496);
  assert_int_equal(result.lab[0].at, story_at(0, 9, 0));
}

/* -- What was assumed -- */

static void
test_what_is_said_on_the_morrow_was_assumed_today(void **state)
{
  (void)state;
  story_begin(&story);
  story_entry(&story, CAL_ENTRY_PROFILE, story_at(-1, 0, 0), "sex", "female");
  story_entry(&story, CAL_ENTRY_PROFILE, story_at(0, 9, 0), "wear", "arms");
  story_entry(&story, CAL_ENTRY_PROFILE, story_at(1, 1, 0), "phototype", "3");
  story_entry(&story, CAL_ENTRY_PROFILE, story_at(1, 1, 0), "wear", "swimwear");
  story_fold(&story, 0, &result);
  assert_int_equal(result.assumed,
                   1u << CAL_PROFILE_BIRTH_YEAR | 1u << CAL_PROFILE_PHOTOTYPE | 1u << CAL_PROFILE_PLACE);
  story_fold(&story, 1, &result);
  assert_int_equal(result.assumed, 1u << CAL_PROFILE_BIRTH_YEAR | 1u << CAL_PROFILE_PLACE);
  story_fold(&story, 2, &result);
  assert_int_equal(result.assumed,
                   1u << CAL_PROFILE_BIRTH_YEAR | 1u << CAL_PROFILE_PLACE | 1u << CAL_PROFILE_CLOTHING);
}

/* A phototype told in the evening does not undo what the morning was reckoned with. */
static void
test_what_a_dose_was_reckoned_with_stays_assumed(void **state)
{
  (void)state;
  const uint32_t told = 1u << CAL_PROFILE_PHOTOTYPE | 1u << CAL_PROFILE_CLOTHING;
  for (int hour = 8; hour <= 20; hour += 12) {
    story_begin(&story);
    story_entry(&story, CAL_ENTRY_PROFILE, story_at(0, hour, 0), "phototype", "3");
    story_entry(&story, CAL_ENTRY_PROFILE, story_at(0, hour, 0), "clothing", "arms");
    story_uv(&story, TAG, 1, story_at(0, 12, 0), 600, 3, 0);
    story_fold(&story, 0, &result);
    assert_int_equal(result.assumed & told, hour == 8 ? 0 : told);
    assert_near(result.sun.med_fraction, 45.0 / (hour == 8 ? 300 : 200));
    story_fold(&story, 1, &result);
    assert_int_equal(result.assumed & told, 0);
  }
  story_begin(&story);
  story_entry(&story, CAL_ENTRY_SUN, story_at(0, 12, 0), "", "10min uvi=3 wearing=arms");
  story_entry(&story, CAL_ENTRY_PROFILE, story_at(0, 20, 0), "clothing", "arms");
  story_fold(&story, 0, &result);
  assert_int_equal(result.assumed & told, 1u << CAL_PROFILE_PHOTOTYPE);
}

/* -- Much -- */

static void
test_more_than_there_is_room_for_still_counts(void **state)
{
  (void)state;
  begin("");
  for (int i = 0; i < CAL_DAY_MAX_INTAKES + 20; i++)
    take(CAL_WAY_HAND, story_at(0, 1, i), "d3k2", "1");
  assert_near(iu_of(0), 2000.0 * (CAL_DAY_MAX_INTAKES + 20));
}

static void
test_a_date_that_was_left_out_holds_nothing(void **state)
{
  (void)state;
  CalDayFrames frames = story_frames(0);
  frames.day.n_pieces = 0;
  begin("at=08:00");
  take(CAL_WAY_HAND, story_at(0, 8, 0), "d3k2", "1");
  story_uv(&story, TAG, 1, story_at(0, 9, 0), 3600, 3, 0);
  story_fold_frames(&story, &frames, &result);
  assert_near(supplement(CAL_NUTRIENT_VITAMIN_D), 0);
  assert_near(result.sun.erythemal_j_m2, 0);
  assert_int_equal(result.n_doses, 0);
}

/* Each row of a result has an end; what comes behind it is left out, and nothing else is. */
static void
test_there_is_an_end_to_room(void **state)
{
  (void)state;
  char slot[32];
  begin("");
  for (int i = 0; i <= CAL_DAY_MAX_LABS; i++)
    story_entry(&story, CAL_ENTRY_LAB, story_at(0, 8, i), "", "75nmol/L");
  for (int i = 0; i <= CAL_DAY_MAX_UNMAPPED; i++) {
    snprintf(slot, sizeof slot, TAG " %d", i);
    story_entry(&story, CAL_ENTRY_PRESS, story_at(0, 9, i), slot, "2");
  }
  story_entry(&story, CAL_ENTRY_PRESS, story_at(0, 9, 30), TAG " 7", "3");
  for (int i = 0; i <= CAL_DOSE_MAX_DOUBTS; i++) {
    take(CAL_WAY_HAND, story_at(0, 10, 20 * i), "d3k2", "1");
    take(CAL_WAY_BUBBLE, story_at(0, 10, 20 * i + 1), "d3k2", "1");
  }
  assert_near(iu_of(0), 2000.0 * (CAL_DOSE_MAX_DOUBTS + 1));
  assert_int_equal(result.n_labs, CAL_DAY_MAX_LABS);
  assert_int_equal(result.lab[CAL_DAY_MAX_LABS - 1].at, story_at(0, 8, CAL_DAY_MAX_LABS - 1));
  assert_int_equal(result.n_unmapped, CAL_DAY_MAX_UNMAPPED);
  assert_int_equal(result.unmapped[0].presses, 2);
  assert_int_equal(result.unmapped[7].presses, 5);
  assert_int_equal(result.n_doubts, CAL_DOSE_MAX_DOUBTS);
  assert_int_equal(result.doubt[0].first_at, story_at(0, 10, 0));
}

/* More answers than there is room for: those that came first hold, and one of them may change. */
static void
test_more_answers_than_there_is_room_for(void **state)
{
  (void)state;
  char id[CAL_ENTRY_ID_SIZE + 8];
  begin("");
  take(CAL_WAY_HAND, story_at(0, 10, 0), "d3k2", "1");
  const CalEvent *const second = take(CAL_WAY_BUBBLE, story_at(0, 10, 5), "d3k2", "1");
  for (int i = 0; i < CAL_DAY_MAX_ANSWERS - 1; i++) {
    snprintf(id, sizeof id, "v:%d", i);
    story_entry(&story, CAL_ENTRY_ANSWER, story_at(0, 11, i), id, "second");
  }
  memset(id, 'x', sizeof id);
  id[CAL_ENTRY_ID_SIZE] = '\0';
  story_entry(&story, CAL_ENTRY_ANSWER, story_at(0, 11, 50), id, "second"); /* nobody's, and takes no room */
  story_entry(&story, CAL_ENTRY_ANSWER, story_at(0, 11, 55), second->of.entry.id, "same");
  assert_near(iu_of(0), 2000);
  assert_int_equal(result.n_doubts, 0);
  story_entry(&story, CAL_ENTRY_ANSWER, story_at(0, 12, 0), "v:99", "second");
  story_entry(&story, CAL_ENTRY_ANSWER, story_at(0, 12, 1), second->of.entry.id, "second");
  assert_near(iu_of(0), 4000);
}

/* What no client would send, and an older ledger may hold. */
static void
test_values_that_say_nothing_count_nothing(void **state)
{
  (void)state;
  begin("");
  take(CAL_WAY_HAND, story_at(0, 9, 0), "d3k2", "lots");
  take(CAL_WAY_HAND, story_at(0, 9, 1), "d3k2", "101");
  story_entry(&story, CAL_ENTRY_FOODSTUFF, story_at(-1, 0, 0), "egg", "d=100IU");
  story_entry(&story, CAL_ENTRY_FOOD, story_at(0, 9, 2), "egg", "some");
  story_entry(&story, CAL_ENTRY_LAB, story_at(0, 9, 3), "", "75mg");
  story_entry(&story, CAL_ENTRY_PRESS, story_at(0, 9, 4), "tag 1", "1");
  story_entry(&story, CAL_ENTRY_PRESS, story_at(0, 9, 5), TAG " 1", "0");
  story_entry(&story, CAL_ENTRY_SUN, story_at(0, 9, 6), "", "a while");
  assert_near(iu_of(0), 0);
  assert_int_equal(result.n_foods, 0);
  assert_false(result.known);
  assert_int_equal(result.n_labs, 0);
  assert_int_equal(result.n_unmapped, 0);
  assert_int_equal(result.supplement.unknown, 0);
}

/* Half an hour before counts into a burst, a second more does not. */
static void
test_the_ends_of_a_burst(void **state)
{
  (void)state;
  for (int later = 0; later < 2; later++) {
    story_begin(&story);
    product(story_at(-20, 0, 0), "ca", "calcium=400mg");
    take(CAL_WAY_HAND, story_at(0, 9, 0), "ca", "1");
    take(CAL_WAY_HAND, story_at(0, 9, 30) + later, "ca", "1");
    story_fold(&story, 0, &result);
    assert_near(result.calcium_burst_mg, later ? 400 : 800);
  }
}

/* Half a serving of what is taken every week explains half a dose. */
static void
test_what_an_interval_explains(void **state)
{
  (void)state;
  static const char *const servings[] = { "0.5", "1", "3" };
  for (size_t i = 0; i < 3; i++) {
    story_begin(&story);
    product(story_at(-20, 0, 0), "weekly", "d=20000IU every=7d");
    product(story_at(-20, 0, 0), "other", "d=10000IU every=7d");
    take(CAL_WAY_HAND, story_at(0, 9, 0), "weekly", servings[i]);
    take(CAL_WAY_HAND, story_at(0, 9, 1), "weekly", "1");
    take(CAL_WAY_HAND, story_at(0, 9, 2), "other", "1");
    story_fold(&story, 0, &result);
    assert_near(result.interval_d_iu, i == 0 ? 20000 : 30000);
  }
}

/* Whatever of the four is said only later was assumed for the dose, each by itself. */
static void
test_each_assumption_of_a_dose_stays(void **state)
{
  (void)state;
  static const struct {
    const char *key, *value;
    uint32_t bit;
  } rows[] = { { "birth-year", "1990", 1u << CAL_PROFILE_BIRTH_YEAR },
               { "phototype", "2", 1u << CAL_PROFILE_PHOTOTYPE },
               { "place", "45,9", 1u << CAL_PROFILE_PLACE },
               { "clothing", "arms", 1u << CAL_PROFILE_CLOTHING } };
  for (size_t late = 0; late < 4; late++) {
    uint32_t matters = 0;
    story_begin(&story);
    for (size_t i = 0; i < 4; i++) {
      story_entry(&story, CAL_ENTRY_PROFILE, story_at(0, i == late ? 20 : 8, 0), rows[i].key, rows[i].value);
      matters |= rows[i].bit;
    }
    story_uv(&story, TAG, 1, story_at(0, 12, 0), 600, 3, 0);
    story_sort(&story);
    story_fold(&story, 0, &result);
    assert_int_equal(result.assumed & matters, rows[late].bit);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_what_was_there_before_counts_nothing),
    cmocka_unit_test(test_the_result_changes_nothing),
    cmocka_unit_test(test_the_span),
    cmocka_unit_test(test_days_touched),
    cmocka_unit_test(test_days_touched_beyond_a_date_that_was_left_out),
    cmocka_unit_test(test_days_touched_over_a_short_one),
    cmocka_unit_test(test_ways_within_a_window),
    cmocka_unit_test(test_the_same_way_is_a_second_dose),
    cmocka_unit_test(test_servings_and_presses),
    cmocka_unit_test(test_one_pill_across_midnight),
    cmocka_unit_test(test_filled_behind_midnight),
    cmocka_unit_test(test_filled_before_midnight),
    cmocka_unit_test(test_intervals),
    cmocka_unit_test(test_an_interval_and_a_doubt),
    cmocka_unit_test(test_an_edit_counts_from_then_on),
    cmocka_unit_test(test_a_setting_of_the_same_instant_holds),
    cmocka_unit_test(test_what_was_always_so_counts_before),
    cmocka_unit_test(test_a_product_of_later),
    cmocka_unit_test(test_a_new_schedule_makes_no_dose_due_before_it),
    cmocka_unit_test(test_an_edit_keeps_the_doses_before_it),
    cmocka_unit_test(test_labels_that_do_not_say_how_much),
    cmocka_unit_test(test_a_button_that_means_nothing_is_shown),
    cmocka_unit_test(test_a_map_holds_from_its_time),
    cmocka_unit_test(test_a_buttons_tag),
    cmocka_unit_test(test_each_slot_means_its_own),
    cmocka_unit_test(test_calcium_within_half_an_hour),
    cmocka_unit_test(test_food_adds_up_and_knows_what_it_does_not_know),
    cmocka_unit_test(test_the_share_of_whole_foods),
    cmocka_unit_test(test_a_food_that_nobody_knows_any_more),
    cmocka_unit_test(test_foods_that_bring_k2),
    cmocka_unit_test(test_that_was_all),
    cmocka_unit_test(test_laboratory_values),
    cmocka_unit_test(test_what_is_said_on_the_morrow_was_assumed_today),
    cmocka_unit_test(test_what_a_dose_was_reckoned_with_stays_assumed),
    cmocka_unit_test(test_more_than_there_is_room_for_still_counts),
    cmocka_unit_test(test_a_date_that_was_left_out_holds_nothing),
    cmocka_unit_test(test_there_is_an_end_to_room),
    cmocka_unit_test(test_more_answers_than_there_is_room_for),
    cmocka_unit_test(test_values_that_say_nothing_count_nothing),
    cmocka_unit_test(test_the_ends_of_a_burst),
    cmocka_unit_test(test_what_an_interval_explains),
    cmocka_unit_test(test_each_assumption_of_a_dose_stays),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
