/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/frame.h>

#define DATE 20601 /* 2026-05-28 */
#define HOUR 3600

/* The instant at which a clock `offset_h` ahead of UTC shows an hour of a date. */
static CalInstant
local(int days, double hour, int offset_h)
{
  return ((CalInstant)DATE + days) * 86400 + (CalInstant)(hour * HOUR) - (CalInstant)offset_h * HOUR;
}

static CalFramePiece
piece(CalInstant start, CalInstant end, int offset_h)
{
  return (CalFramePiece){ { start, end }, offset_h * HOUR };
}

static void
test_example(void **state)
{
  (void)state;
  const CalInstant midnight = local(0, 0, 1);
  CalDayFrame frame = { .date = DATE, .n_pieces = 1, .piece = { { { midnight, midnight + 86400 }, 3600 } } };
  assert_int_equal(cal_frame_instant(&frame, 8 * 60), midnight + 8 * HOUR);
}

static void
test_a_plain_day(void **state)
{
  (void)state;
  const CalDayFrame frame = { DATE, 1, { piece(local(0, 0, 1), local(1, 0, 1), 1) } };
  assert_int_equal(cal_frame_extent(&frame).start, local(0, 0, 1));
  assert_int_equal(cal_frame_extent(&frame).end, local(1, 0, 1));
  assert_true(cal_frame_contains(&frame, local(0, 0, 1)));
  assert_false(cal_frame_contains(&frame, local(0, 0, 1) - 1));
  assert_true(cal_frame_contains(&frame, local(1, 0, 1) - 1));
  assert_false(cal_frame_contains(&frame, local(1, 0, 1)));
  for (int minute = 0; minute < 1440; minute++) {
    const CalInstant instant = cal_frame_instant(&frame, minute);
    assert_int_equal(instant, local(0, 0, 1) + minute * 60);
    assert_int_equal(cal_frame_minute(&frame, instant), minute);
    assert_int_equal(cal_frame_minute(&frame, instant + 59), minute);
  }
  assert_int_equal(cal_frame_minute(&frame, local(1, 0, 1)), -1);
  assert_int_equal(cal_frame_minute(&frame, local(0, 0, 1) - 1), -1);
}

/* At 02:00 the clock jumps to 03:00: the day is 23 hours long. */
static void
test_the_spring_change(void **state)
{
  (void)state;
  const CalInstant jump = local(0, 2, 1);
  const CalDayFrame frame = { DATE, 2, { piece(local(0, 0, 1), jump, 1), piece(jump, local(1, 0, 2), 2) } };
  assert_int_equal(cal_frame_extent(&frame).end - cal_frame_extent(&frame).start, 23 * HOUR);
  assert_int_equal(cal_frame_minute(&frame, jump - 1), 119);
  assert_int_equal(cal_frame_minute(&frame, jump), 180);
  assert_int_equal(cal_frame_instant(&frame, 119), jump - 60);
  assert_int_equal(cal_frame_instant(&frame, 120), jump);
  assert_int_equal(cal_frame_instant(&frame, 150), jump);
  assert_int_equal(cal_frame_instant(&frame, 180), jump);
  assert_int_equal(cal_frame_instant(&frame, 8 * 60), local(0, 8, 2));
  assert_int_equal(cal_frame_instant(&frame, 1439), local(1, 0, 2) - 60);
}

/* At 03:00 it goes back to 02:00: the hour between comes twice, and its first coming is meant. */
static void
test_the_autumn_change(void **state)
{
  (void)state;
  const CalInstant back = local(0, 3, 2);
  const CalDayFrame frame = { DATE, 2, { piece(local(0, 0, 2), back, 2), piece(back, local(1, 0, 1), 1) } };
  assert_int_equal(cal_frame_extent(&frame).end - cal_frame_extent(&frame).start, 25 * HOUR);
  assert_int_equal(cal_frame_instant(&frame, 150), local(0, 2.5, 2));
  assert_int_equal(cal_frame_minute(&frame, local(0, 2.5, 2)), 150);
  assert_int_equal(cal_frame_minute(&frame, local(0, 2.5, 1)), 150);
  assert_int_equal(cal_frame_instant(&frame, 180), local(0, 3, 1));
  assert_int_equal(cal_frame_instant(&frame, 0), local(0, 0, 2));
}

/* Where the clock jumps at midnight there is no 00:30. */
static void
test_a_day_that_begins_at_one(void **state)
{
  (void)state;
  const CalInstant start = local(0, 1, 1);
  const CalDayFrame frame = { DATE, 1, { piece(start, local(1, 0, 1), 1) } };
  assert_int_equal(cal_frame_instant(&frame, 30), start);
  assert_int_equal(cal_frame_minute(&frame, start), 60);
}

/* Noon flight from +1 to -5: the clock shows 07:00 to 13:00 a second time. */
static void
test_a_flight_to_the_west(void **state)
{
  (void)state;
  const CalInstant landing = local(0, 13, 1);
  const CalDayFrame frame = { DATE,
                              2,
                              { piece(local(0, 0, 1), landing, 1), piece(landing, local(1, 0, -5), -5) } };
  assert_int_equal(cal_frame_extent(&frame).end - cal_frame_extent(&frame).start, 30 * HOUR);
  assert_int_equal(cal_frame_instant(&frame, 8 * 60), local(0, 8, 1));
  assert_int_equal(cal_frame_minute(&frame, landing), 7 * 60);
  assert_int_equal(cal_frame_instant(&frame, 20 * 60), local(0, 20, -5));
}

/* Over the date line to the east: ten hours of the date, a hole in which it was the day before, and all of
 * the date again. */
static void
test_a_day_with_a_hole(void **state)
{
  (void)state;
  const CalInstant landing = local(0, 10, 12);
  const CalDayFrame frame = {
    DATE, 2, { piece(local(0, 0, 12), landing, 12), piece(local(0, 0, -10), local(1, 0, -10), -10) }
  };
  assert_true(cal_frame_contains(&frame, landing - 1));
  assert_false(cal_frame_contains(&frame, landing));
  assert_int_equal(cal_frame_minute(&frame, landing), -1);
  assert_false(cal_frame_contains(&frame, local(0, 0, -10) - 1));
  assert_true(cal_frame_contains(&frame, local(0, 0, -10)));
  assert_int_equal(cal_frame_instant(&frame, 8 * 60), local(0, 8, 12));
  assert_int_equal(cal_frame_instant(&frame, 12 * 60), local(0, 12, -10));
  assert_int_equal(cal_frame_extent(&frame).end, local(1, 0, -10));
}

static void
test_a_day_that_ends_early_and_one_that_never_was(void **state)
{
  (void)state;
  const CalDayFrame early = { DATE, 1, { piece(local(0, 0, -8), local(0, 21, -8), -8) } };
  assert_int_equal(cal_frame_instant(&early, 20 * 60), local(0, 20, -8));
  assert_true(cal_frame_instant(&early, 21 * 60) == CAL_INSTANT_NONE);
  const CalDayFrame never = { .date = DATE, .n_pieces = 0 };
  assert_true(cal_frame_instant(&never, 0) == CAL_INSTANT_NONE);
  assert_false(cal_frame_contains(&never, local(0, 12, 0)));
  assert_true(cal_frame_extent(&never).end <= cal_frame_extent(&never).start);
}

/* Nepal's quarter of an hour, and a date before 1970. */
static void
test_odd_offsets_and_old_dates(void **state)
{
  (void)state;
  const int32_t offset_s = 5 * HOUR + 45 * 60;
  const CalInstant start = (CalInstant)-400 * 86400 - offset_s;
  const CalDayFrame frame = { -400, 1, { { { start, start + 86400 }, offset_s } } };
  assert_int_equal(cal_frame_instant(&frame, 600), start + 36000);
  assert_int_equal(cal_frame_minute(&frame, start + 36001), 600);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_a_plain_day),
    cmocka_unit_test(test_the_spring_change),
    cmocka_unit_test(test_the_autumn_change),
    cmocka_unit_test(test_a_day_that_begins_at_one),
    cmocka_unit_test(test_a_flight_to_the_west),
    cmocka_unit_test(test_a_day_with_a_hole),
    cmocka_unit_test(test_a_day_that_ends_early_and_one_that_never_was),
    cmocka_unit_test(test_odd_offsets_and_old_dates),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
