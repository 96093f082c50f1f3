/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include "../../../lib/machine/omron_run.h"

#define START  1750000000u
#define PAGE_S 3900 /* thirteen rows of five minutes */

static CalOmronNewest
newest_at(unsigned page, uint32_t created)
{
  return (
      CalOmronNewest){ .created = created, .interval_s = 300, .page = (uint16_t)(page % CAL_OMRON_PAGES) };
}

/* A run whose page 2053 was created at START. */
static CalOmronRun
met(void)
{
  CalOmronRun run;
  const CalOmronNewest newest = newest_at(5, START);
  cal_omron_run_meet(&run, &newest);
  return run;
}

static bool
place(const CalOmronRun *run, unsigned page, uint32_t created, uint32_t *placed)
{
  const CalOmronNewest newest = newest_at(page, created);
  *placed = 0;
  return cal_omron_run_place(run, &newest, placed);
}

static void
test_example(void **state)
{
  (void)state;
  const CalOmronRun run = met();
  uint32_t page;
  assert_int_equal(run.log_id, START);
  assert_true(place(&run, 5, START, &page));
  assert_int_equal(page, 2053);
  assert_int_equal(cal_omron_sequence(page, 3), 26693);
  assert_int_equal(cal_omron_page_of(26693), 2053);
  assert_int_equal(cal_omron_row_of(26693), 3);
}

static void
test_pages_are_counted_on_over_the_end_of_the_ring(void **state)
{
  (void)state;
  const CalOmronRun run = met();
  uint32_t page;
  for (unsigned on = 0; on < 3 * CAL_OMRON_PAGES; on += 61) {
    assert_true(place(&run, 5 + on, START + on * PAGE_S, &page));
    assert_int_equal(page, 2053 + on);
  }
  assert_false(place(&run, 4, START - PAGE_S, &page)); /* before the first that is known */
}

static void
test_what_has_no_place(void **state)
{
  (void)state;
  CalOmronRun run = met();
  uint32_t page;
  const CalOmronNewest faster = { .created = START, .interval_s = 299, .page = 5 };
  assert_false(cal_omron_run_place(&run, &faster, &page));
  run.anchored = false;
  assert_false(place(&run, 5, START, &page));
  run.anchored = true;
  run.interval_s = 0;
  const CalOmronNewest none = { .created = START, .interval_s = 0, .page = 5 };
  assert_false(cal_omron_run_place(&run, &none, &page));
  run.interval_s = 1;
  const CalOmronNewest each_second = { .created = START, .interval_s = 1, .page = 5 };
  assert_true(cal_omron_run_place(&run, &each_second, &page));
}

/* A minute, two intervals, and a 64th of the way: 660 s at the known page, 4560 s 64 pages on or back. */
static void
test_how_far_off_the_pace_a_page_may_be(void **state)
{
  (void)state;
  const CalOmronRun run = met();
  assert_true(cal_omron_run_fits(&run, 2053, START + 660));
  assert_true(cal_omron_run_fits(&run, 2053, START - 660));
  assert_false(cal_omron_run_fits(&run, 2053, START + 661));
  assert_false(cal_omron_run_fits(&run, 2053, START - 661));
  assert_true(cal_omron_run_fits(&run, 2053 + 64, START + 64 * PAGE_S + 4560));
  assert_false(cal_omron_run_fits(&run, 2053 + 64, START + 64 * PAGE_S + 4561));
  assert_true(cal_omron_run_fits(&run, 2053 - 64, START - 64 * PAGE_S - 4560));
  assert_false(cal_omron_run_fits(&run, 2053 - 64, START - 64 * PAGE_S - 4561));
}

static void
test_no_page_is_older_than_the_run(void **state)
{
  (void)state;
  CalOmronRun run = met();
  run.since = START - 10;
  assert_true(cal_omron_run_fits(&run, 2053, START - 10));
  assert_false(cal_omron_run_fits(&run, 2053, START - 11));
}

/* Of two pages of the ring that are as far from the pace the one ahead. Where the pace may be off by more
 * than half a lap, the nearest still counts. */
static void
test_the_nearest_of_two_laps(void **state)
{
  (void)state;
  const CalOmronRun run = met();
  const unsigned on = 90000; /* a 64th of which is 1406 pages */
  uint32_t page;
  assert_true(place(&run, 5 + on + 1024, START + on * PAGE_S, &page));
  assert_int_equal(page, 2053 + on + 1024);
  assert_true(place(&run, 5 + on + 1025, START + on * PAGE_S, &page));
  assert_int_equal(page, 2053 + on + 1025 - CAL_OMRON_PAGES);
}

/* Half a year of a row each second, and no page more. */
static void
test_how_far_ahead_is_believed(void **state)
{
  (void)state;
  CalOmronRun run = met();
  run.interval_s = 1;
  CalOmronNewest newest = { .created = START + 13u * (1u << 20), .interval_s = 1, .page = 5 };
  uint32_t page;
  assert_true(cal_omron_run_place(&run, &newest, &page));
  assert_int_equal(page, 2053 + (1u << 20));
  newest.created += 13;
  newest.page++;
  assert_false(cal_omron_run_place(&run, &newest, &page));
}

/* The last page all of whose rows have a sequence of 32 bits. */
static void
test_the_end_of_the_sequences(void **state)
{
  (void)state;
  const uint32_t last = UINT32_MAX / CAL_OMRON_ROWS - 1;
  const CalOmronRun run = {
    .log_id = 1, .anchored = true, .interval_s = 300, .page = last - 2, .created = START
  };
  uint32_t page;
  assert_true(place(&run, last, START + 2 * PAGE_S, &page));
  assert_int_equal(page, last);
  assert_true(cal_omron_sequence(last, CAL_OMRON_ROWS - 1) > cal_omron_sequence(last - 1, 0));
  assert_false(place(&run, last + 1, START + 3 * PAGE_S, &page));
}

static void
test_a_run_that_we_began(void **state)
{
  (void)state;
  CalOmronRun run;
  const CalOmronNewest before = newest_at(9, START - 5);
  cal_omron_run_set(&run, &before, START);
  assert_int_equal(run.log_id, START);
  assert_int_equal(run.since, START - 2);
  assert_false(run.anchored);
  const CalOmronNewest idle = newest_at(10, 0), other_time = newest_at(9, START),
                       next = newest_at(10, START - 5);
  assert_false(cal_omron_run_anchor(&run, &idle));
  assert_false(cal_omron_run_anchor(&run, &before));
  CalOmronRun rewritten = run;
  assert_true(cal_omron_run_anchor(&rewritten, &other_time));
  assert_true(rewritten.anchored);
  assert_int_equal(rewritten.page, 9 + CAL_OMRON_PAGES);
  assert_true(cal_omron_run_anchor(&run, &next));
  assert_int_equal(run.page, 10 + CAL_OMRON_PAGES);
}

/* The ring holds 2047 full pages behind the newest; a run younger than that, its own and two for the pace. */
static void
test_the_lowest_page_of_a_run(void **state)
{
  (void)state;
  CalOmronRun run = met();
  assert_int_equal(cal_omron_run_lowest(&run, 9000, START), 9000 - 2047);
  assert_int_equal(cal_omron_run_lowest(&run, 9000, 1000), 9000 - 2047); /* nobody knows since when */
  run.since = START;
  assert_int_equal(cal_omron_run_lowest(&run, 9000, START - 1), 9000 - 2047);
  assert_int_equal(cal_omron_run_lowest(&run, 9000, START), 9000 - 2);
  assert_int_equal(cal_omron_run_lowest(&run, 9000, START + 10 * PAGE_S - 1), 9000 - 11);
  assert_int_equal(cal_omron_run_lowest(&run, 9000, START + 10 * PAGE_S), 9000 - 12);
  assert_int_equal(cal_omron_run_lowest(&run, 9000, START + 2044 * PAGE_S), 9000 - 2046);
  assert_int_equal(cal_omron_run_lowest(&run, 9000, START + 5000 * PAGE_S), 9000 - 2047);
}

static void
test_records(void **state)
{
  (void)state;
  const CalOmronRun run = met();
  const CalOmronRow bright = { .row = 4, .uv_index = 512 }, dark = { .row = 0, .uv_index = -1 };
  uint8_t raw[CAL_RECORD_SIZE];
  CalRecord record;
  cal_omron_run_record(&run, 2053, START, &bright, raw);
  cal_record_decode(raw, &record);
  assert_int_equal(record.sequence, 2053 * 13 + 5);
  assert_int_equal(record.time, START + 1200);
  assert_int_equal(record.type, CAL_RECORD_UV);
  assert_int_equal(record.uv.duration_s, 300);
  assert_int_equal(record.uv.mean, 512);
  assert_int_equal(record.uv.maximum, 512);
  cal_omron_run_record(&run, 2053, START, &dark, raw);
  cal_record_decode(raw, &record);
  assert_int_equal(record.uv.mean, 0);
  assert_int_equal(record.time, START);
  cal_omron_run_clock(77, START, START - 9, raw);
  cal_record_decode(raw, &record);
  assert_int_equal(record.sequence, 77);
  assert_int_equal(record.type, CAL_RECORD_CLOCK);
  assert_int_equal(record.time, START);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_pages_are_counted_on_over_the_end_of_the_ring),
    cmocka_unit_test(test_what_has_no_place),
    cmocka_unit_test(test_how_far_off_the_pace_a_page_may_be),
    cmocka_unit_test(test_no_page_is_older_than_the_run),
    cmocka_unit_test(test_the_nearest_of_two_laps),
    cmocka_unit_test(test_how_far_ahead_is_believed),
    cmocka_unit_test(test_the_end_of_the_sequences),
    cmocka_unit_test(test_a_run_that_we_began),
    cmocka_unit_test(test_the_lowest_page_of_a_run),
    cmocka_unit_test(test_records),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
