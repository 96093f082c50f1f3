/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/record.h>
#include <calcifer/trace.h>
#include <math.h>
#include <string.h>

#include "story.h"

#define TAG   "AA:BB:CC:00:00:01"
#define OTHER "AA:BB:CC:00:00:02"

static Story story;
static CalDayResult result, traced;
static CalContext context;
static CalDay day;
static CalTrace trace;

static void
assert_near(double value, double expected)
{
  if (!(fabs(value - expected) <= 1e-9 * fabs(expected) + 1e-9)) {
    print_error("%.12g is not near %.12g\n", value, expected);
    fail();
  }
}

static void
somebody(void)
{
  story_begin(&story);
  story_entry(&story, CAL_ENTRY_PROFILE, story_at(-20, 0, 0), "birth-year", "1990");
  story_entry(&story, CAL_ENTRY_PROFILE, story_at(-20, 0, 0), "phototype", "2");
  story_entry(&story, CAL_ENTRY_PROFILE, story_at(-20, 0, 0), "place", "45,9");
}

static void
fold(void)
{
  const CalDayFrames frames = story_frames(0);
  story_fold(&story, 0, &result);
  story_context(&story, cal_day_span(&frames).start, &context);
  cal_day_begin(&day, &frames, &context);
  trace.n_rows = 0;
  day.trace = &trace;
  for (size_t i = 0; i < story.n; i++)
    cal_day_step(&day, &story.event[i], INT64_C(1) << 40);
  cal_day_result(&day, &traced);
}

/* Each row's products are exact, the sums are the day's, and the day is what it is without a trace. */
static void
check(void)
{
  double erythemal = 0, vitd = 0, iu = 0, minutes = 0;
  fold();
  assert_memory_equal(&result, &traced, sizeof result);
  for (uint32_t i = 0; i < trace.n_rows; i++) {
    const CalTraceRow *const row = &trace.row[i];
    assert_near(row->erythemal_j_m2, 1.5 * row->minutes * row->uvi);
    assert_near(row->vitd_j_m2, 1.5 * row->minutes * row->believed_uvi * row->ratio * row->plane);
    assert_near(row->iu_linear, 1000 * row->vitd_j_m2 / row->sdd_j_m2 * row->area / 0.25 * row->age_factor *
                                    row->transmission);
    assert_true(row->believed_uvi <= row->uvi && row->transmission <= 1 + 1e-12);
    assert_true(i == 0 || row->span.start >= trace.row[i - 1].span.start);
    erythemal += row->erythemal_j_m2;
    vitd += row->vitd_j_m2;
    iu += row->iu_linear;
    minutes += row->minutes;
  }
  assert_near(erythemal, result.sun.erythemal_j_m2);
  assert_near(vitd, result.sun.vitd_j_m2);
  assert_near(iu, result.sun.iu_linear);
  assert_near(minutes, (double)(result.sun.worn_s + result.sun.hand_s) / 60);
}

static void
test_example(void **state)
{
  (void)state;
  somebody();
  story_uv(&story, TAG, 1, story_at(0, 13, 0), 600, 6, 0);
  check();
  assert_int_equal(trace.n_rows, 1);
  assert_false(trace.row[0].by_hand);
  assert_near(trace.row[0].minutes, 10);
  assert_near(trace.row[0].plane, 1);
  assert_int_equal(trace.row[0].span.start, story_at(0, 13, 0));
  assert_int_equal(trace.row[0].span.end, story_at(0, 13, 10));
}

/* By hand and by tag, changing clothes, sunscreen that wears off, a reading that is not believed. */
static void
test_a_day_of_all_sorts(void **state)
{
  (void)state;
  somebody();
  story_uv(&story, TAG, 1, story_at(0, 8, 0), 1800, 9, 0);
  story_entry(&story, CAL_ENTRY_PROFILE, story_at(0, 11, 50), "wear", "swimwear spf=30");
  story_uv(&story, TAG, 2, story_at(0, 12, 0), 3000, 5, 0);
  story_entry(&story, CAL_ENTRY_SUN, story_at(0, 12, 30), "", "90min sky=broken");
  check();
  assert_true(trace.n_rows >= 8);
  assert_true(trace.row[0].believed_uvi < 9);
  assert_true(trace.row[trace.n_rows - 1].by_hand);
  assert_near(trace.row[trace.n_rows - 1].plane, 0.45);
}

/* Two tags in turn, minute by minute: more rows than there is room for. */
static void
test_rows_without_end(void **state)
{
  (void)state;
  somebody();
  for (uint32_t i = 0; i < 300; i++)
    story_uv(&story, i % 2 ? TAG : "AA:BB:CC:00:00:02", i, story_at(0, 9, (int)i), 60, 1 + i % 3, 0);
  check();
  assert_int_equal(trace.n_rows, CAL_TRACE_MAX_ROWS);
}

/* Two tags that read the same: the rows name one of them, whichever began first. */
static void
test_of_equal_readings_the_lower_address_is_named(void **state)
{
  (void)state;
  for (int first = 0; first < 2; first++) {
    CalAddress lower;
    assert_true(cal_address_parse(TAG, &lower));
    somebody();
    story_uv(&story, OTHER, 1, story_at(0, 12, first * 5), 1800, 5, CAL_RECORD_FLAG_WORN);
    story_uv(&story, TAG, 1, story_at(0, 12, 5 - first * 5), 1800, 5, CAL_RECORD_FLAG_WORN);
    check();
    for (uint32_t i = 0; i < trace.n_rows; i++)
      if (trace.row[i].span.start >= story_at(0, 12, 5) && trace.row[i].span.start < story_at(0, 12, 30))
        assert_int_equal(cal_address_compare(&trace.row[i].tag, &lower), 0);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_a_day_of_all_sorts),
    cmocka_unit_test(test_rows_without_end),
    cmocka_unit_test(test_of_equal_readings_the_lower_address_is_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
