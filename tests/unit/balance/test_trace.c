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

static CalTraceRow
stretch_at(CalInstant at)
{
  return (CalTraceRow){ .span = { at, at + 60 },
                        .minutes = 1,
                        .uvi = 5,
                        .believed_uvi = 4,
                        .zenith_deg = 30,
                        .ozone_du = 300,
                        .plane = 1,
                        .area = 0.25,
                        .sdd_j_m2 = 100,
                        .age_factor = 1,
                        .erythemal_j_m2 = 7.5,
                        .vitd_j_m2 = 12,
                        .iu_linear = 60 };
}

/* How many rows a stretch and another one behind it make. */
static uint32_t
rows_of(const CalTraceRow *one, const CalTraceRow *next)
{
  trace.n_rows = 0;
  cal_trace_add(&trace, one);
  cal_trace_add(&trace, next);
  return trace.n_rows;
}

/* A row goes on as long as nothing changes that its products are made of, upwards or downwards. */
static void
test_what_begins_a_new_row(void **state)
{
  (void)state;
  const CalTraceRow one = stretch_at(0), next = stretch_at(60);
  CalTraceRow other;
  assert_int_equal(rows_of(&one, &next), 1);
  other = next, other.by_hand = true;
  assert_int_equal(rows_of(&one, &other), 2);
  assert_true(cal_address_parse(TAG, &other.tag));
  other.by_hand = false;
  assert_int_equal(rows_of(&one, &other), 2);
  double *const of_rows[] = { &other.area, &other.ozone_du, &other.sdd_j_m2, &other.age_factor,
                              &other.plane };
  for (size_t i = 0; i < sizeof of_rows / sizeof *of_rows; i++)
    for (int way = -1; way <= 1; way += 2) {
      other = next;
      *of_rows[i] *= 1 + 0.01 * way;
      assert_int_equal(rows_of(&one, &other), 2);
    }
}

static void
test_a_row_ends_with_the_quarter_of_an_hour(void **state)
{
  (void)state;
  const CalTraceRow one = stretch_at(0), last = stretch_at(899), behind = stretch_at(900);
  assert_int_equal(rows_of(&one, &last), 1);
  assert_int_equal(rows_of(&one, &behind), 2);
}

/* Weighed by their minutes. */
static void
test_the_means_of_a_row(void **state)
{
  (void)state;
  const CalTraceRow one = stretch_at(0);
  CalTraceRow next = stretch_at(60);
  next.minutes = 3, next.uvi = 9, next.believed_uvi = 8, next.zenith_deg = 34, next.vitd_j_m2 = 72;
  assert_int_equal(rows_of(&one, &next), 1);
  const CalTraceRow *const row = &trace.row[0];
  assert_near(row->minutes, 4);
  assert_near(row->uvi, 8);
  assert_near(row->believed_uvi, 7);
  assert_near(row->zenith_deg, 33);
  assert_near(row->erythemal_j_m2, 15);
  assert_near(row->vitd_j_m2, 84);
  assert_near(row->ratio, 84 / (1.5 * 4 * 7));
  assert_near(row->transmission, 120 / 840.0);
  assert_int_equal(row->span.end, 120);
}

/* Nothing believed has no ratio, and nothing made has passed all of its sunscreen. */
static void
test_a_row_of_nothing(void **state)
{
  (void)state;
  CalTraceRow dark = stretch_at(0);
  dark.uvi = dark.believed_uvi = dark.vitd_j_m2 = dark.iu_linear = 0;
  trace.n_rows = 0;
  cal_trace_add(&trace, &dark);
  assert_near(trace.row[0].ratio, 0);
  assert_near(trace.row[0].transmission, 1);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_a_day_of_all_sorts),
    cmocka_unit_test(test_rows_without_end),
    cmocka_unit_test(test_of_equal_readings_the_lower_address_is_named),
    cmocka_unit_test(test_what_begins_a_new_row),
    cmocka_unit_test(test_a_row_ends_with_the_quarter_of_an_hour),
    cmocka_unit_test(test_the_means_of_a_row),
    cmocka_unit_test(test_a_row_of_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
