/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <calcifer/dating.h>

#include <stdlib.h>
#include <string.h>

#define NOON    1759147200u /* 2025-09-29T12:00:00Z */
#define NOBODY  CAL_INSTANT_NONE
#define COUNTED 64

static void
test_example(void **state)
{
  (void)state;
  const CalDatingRecord records[] = {
    { .sequence = 1, .boot = 1, .time = 100 },
    { .sequence = 2, .boot = 1, .time = 1759171200, .clock_set = true, .is_clock = true, .uptime_s = 400 },
  };
  CalInstant instants[2];
  cal_dating_date(records, 2, instants);
  assert_int_equal(instants[0], 1759170900);
  assert_int_equal(instants[1], 1759171200);
}

/* Records as the worked examples write them. */
static CalDatingRecord
undated(uint32_t sequence, uint16_t boot, uint32_t uptime_s)
{
  return (CalDatingRecord){ .sequence = sequence, .boot = boot, .time = uptime_s };
}

static CalDatingRecord
dated(uint32_t sequence, uint16_t boot, uint32_t time)
{
  return (CalDatingRecord){ .sequence = sequence, .boot = boot, .time = time, .clock_set = true };
}

static CalDatingRecord
clock_set(uint32_t sequence, uint16_t boot, uint32_t time, uint32_t uptime_s, uint32_t previous)
{
  return (CalDatingRecord){ sequence, time, boot, true, true, uptime_s, previous };
}

static void
check(const CalDatingRecord *records, const CalInstant *expected, size_t count)
{
  CalInstant instants[COUNTED];
  cal_dating_date(records, count, instants);
  for (size_t i = 0; i < count; i++)
    assert_int_equal(instants[i], expected[i]);
}

static void
test_first_clock_of_the_run_dates_what_came_before(void **state)
{
  (void)state;
  const CalDatingRecord records[] = { undated(1, 4, 10), undated(2, 4, 3610), clock_set(3, 4, NOON, 7210, 0),
                                      dated(4, 4, NOON + 60), clock_set(5, 4, NOON + 90, 7300, NOON + 85) };
  const CalInstant expected[] = { NOON - 7200, NOON - 3600, NOON, NOON + 60, NOON + 90 };
  check(records, expected, 5);
}

static void
test_a_run_without_a_clock_stays_undated(void **state)
{
  (void)state;
  const CalDatingRecord records[] = { undated(1, 4, 10), undated(2, 5, 20), clock_set(3, 5, NOON, 60, 0),
                                      undated(4, 6, 5) };
  const CalInstant expected[] = { NOBODY, NOON - 40, NOON, NOBODY };
  check(records, expected, 4);
}

static void
test_a_gap_within_one_boot_breaks_nothing(void **state)
{
  (void)state;
  const CalDatingRecord records[] = { undated(1, 4, 10), undated(900, 4, 500),
                                      clock_set(5000, 4, NOON, 1000, 0) };
  const CalInstant expected[] = { NOON - 990, NOON - 500, NOON };
  check(records, expected, 3);
}

/* Boot numbers wrap: 4, 5, then 4 again are three runs. */
static void
test_an_equal_boot_number_beyond_another_is_another_run(void **state)
{
  (void)state;
  const CalDatingRecord records[] = { undated(1, 4, 10), undated(2, 5, 10), undated(3, 4, 10),
                                      clock_set(4, 4, NOON, 20, 0) };
  const CalInstant expected[] = { NOBODY, NOBODY, NOON - 10, NOON };
  check(records, expected, 4);
}

static void
test_correction_shifts_what_is_dated_since_the_clock_before(void **state)
{
  (void)state;
  const CalDatingRecord records[] = {
    dated(1, 4, NOON),      clock_set(2, 4, NOON + 10, 100, NOON + 10),   dated(3, 4, NOON + 20),
    dated(4, 5, NOON + 30), clock_set(5, 6, NOON + 3640, 900, NOON + 40), dated(6, 6, NOON + 3650)
  };
  const CalInstant expected[] = { NOON, NOON + 10, NOON + 3620, NOON + 3630, NOON + 3640, NOON + 3650 };
  check(records, expected, 6);
}

static void
test_correction_reaches_back_to_the_start_of_the_log(void **state)
{
  (void)state;
  const CalDatingRecord records[] = { dated(40, 4, NOON + 86400), clock_set(50, 4, NOON, 100, NOON + 86400) };
  const CalInstant expected[] = { NOON, NOON };
  check(records, expected, 2);
}

/* 60 s is drift, 61 s is a correction, either way; a clock that was unset corrects nothing. */
static void
test_what_is_a_correction(void **state)
{
  (void)state;
  static const struct {
    uint32_t previous;
    int shift;
  } rows[] = { { NOON - 60, 0 },   { NOON - 61, 61 }, { NOON + 60, 0 },
               { NOON + 61, -61 }, { 0, 0 },          { 1, (int)NOON - 1 } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const CalDatingRecord records[] = { dated(1, 4, NOON - 100),
                                        clock_set(2, 4, NOON, 100, rows[i].previous) };
    const CalInstant expected[] = { (CalInstant)NOON - 100 + rows[i].shift, NOON };
    check(records, expected, 2);
  }
}

/* Undated records count from the tag's start, which a wrong clock did not move. */
static void
test_correction_leaves_undated_records_alone(void **state)
{
  (void)state;
  const CalDatingRecord records[] = { undated(1, 4, 10), dated(2, 4, NOON - 5000),
                                      clock_set(3, 4, NOON, 110, NOON - 4990) };
  const CalInstant expected[] = { NOON - 100, NOON - 10, NOON };
  check(records, expected, 3);
}

static void
test_a_clock_record_that_was_not_set_dates_nothing(void **state)
{
  (void)state;
  CalDatingRecord unset = clock_set(2, 4, 77, 77, NOON);
  unset.clock_set = false;
  const CalDatingRecord records[] = { undated(1, 4, 10), unset, clock_set(3, 4, NOON, 110, 0) };
  const CalInstant expected[] = { NOON - 100, NOON - 33, NOON };
  check(records, expected, 3);
  assert_false(cal_dating_is_clock(&unset));
}

static void
test_extremes_do_not_overflow(void **state)
{
  (void)state;
  const CalDatingRecord records[] = { undated(1, 4, UINT32_MAX), undated(2, 4, 0), dated(3, 4, UINT32_MAX),
                                      clock_set(UINT32_MAX, 4, 0, UINT32_MAX, UINT32_MAX) };
  const CalInstant expected[] = { 0, -(CalInstant)UINT32_MAX, 0, 0 };
  check(records, expected, 4);
}

static void
test_from_a_record(void **state)
{
  (void)state;
  const CalRecord clock = { .sequence = 3,
                            .time = NOON,
                            .boot = 9,
                            .type = CAL_RECORD_CLOCK,
                            .flags = CAL_RECORD_FLAG_CLOCK_SET,
                            .clock = { 500, NOON - 7 } };
  const CalRecord press = {
    .sequence = 4, .time = 12, .boot = 9, .type = CAL_RECORD_INTAKE, .flags = CAL_RECORD_FLAG_WORN
  };
  const CalDatingRecord of_clock = cal_dating_record(&clock);
  const CalDatingRecord of_press = cal_dating_record(&press);
  assert_true(cal_dating_is_clock(&of_clock));
  assert_true(of_clock.sequence == 3 && of_clock.time == NOON && of_clock.boot == 9);
  assert_true(of_clock.uptime_s == 500 && of_clock.previous == NOON - 7);
  assert_false(of_press.clock_set || of_press.is_clock || cal_dating_is_clock(&of_press));
}

static void
test_held(void **state)
{
  (void)state;
  const CalInstant now = NOON;
  assert_true(cal_dating_is_held(CAL_INSTANT_NONE, 0, now));
  assert_true(cal_dating_is_held(CAL_DATING_EARLIEST - 1, 3600, now));
  assert_false(cal_dating_is_held(CAL_DATING_EARLIEST, 3600, now));
  assert_false(cal_dating_is_held(now + 60, 0, now));
  assert_true(cal_dating_is_held(now + 61, 0, now));
  assert_false(cal_dating_is_held(now - 3540, 3600, now));
  assert_true(cal_dating_is_held(now - 3539, 3600, now));
  assert_int_equal(cal_dating_held_until(CAL_INSTANT_NONE, 0), CAL_INSTANT_NONE);
  assert_int_equal(cal_dating_held_until(CAL_DATING_EARLIEST - 1, 0), CAL_INSTANT_NONE);
  const CalInstant until = cal_dating_held_until(now + 500, 40);
  assert_int_equal(until, now + 480);
  assert_true(cal_dating_is_held(now + 500, 40, until - 1));
  assert_false(cal_dating_is_held(now + 500, 40, until));
}

/* The profile's words, read off one record at a time and looking both ways: slow, and written apart from the
 * code under test. */
static CalInstant
date_by_the_book(const CalDatingRecord *records, size_t count, size_t i)
{
  const CalDatingRecord *record = &records[i];
  if (record->is_clock && record->clock_set)
    return record->time;
  for (size_t j = i + 1; j < count; j++) {
    const CalDatingRecord *next = &records[j];
    if (!record->clock_set && next->boot != record->boot)
      return NOBODY;
    if (!next->is_clock || !next->clock_set)
      continue;
    if (!record->clock_set)
      return (CalInstant)next->time - next->uptime_s + record->time;
    const int64_t moved = (int64_t)next->time - next->previous;
    return record->time + (next->previous != 0 && llabs(moved) > 60 ? moved : 0);
  }
  return record->clock_set ? (CalInstant)record->time : NOBODY;
}

static uint32_t
draw(uint32_t *seed, uint32_t below)
{
  *seed = *seed * 1664525u + 1013904223u;
  return (*seed >> 8) % below;
}

/* A log with gaps, few boot numbers so that they repeat, clocks now and then. */
static size_t
draw_log(uint32_t *seed, CalDatingRecord *records)
{
  const size_t count = 1 + draw(seed, COUNTED - 1);
  uint32_t sequence = draw(seed, 5);
  uint16_t boot = 1;
  for (size_t i = 0; i < count; i++) {
    sequence += 1 + (draw(seed, 4) == 0 ? draw(seed, 9) : 0);
    if (draw(seed, 6) == 0)
      boot = (uint16_t)draw(seed, 3);
    const bool is_clock = draw(seed, 7) == 0;
    const bool set = draw(seed, is_clock ? 8 : 2) != 0;
    records[i] = (CalDatingRecord){ sequence,
                                    set ? NOON + draw(seed, 900) : draw(seed, 900),
                                    boot,
                                    set,
                                    is_clock,
                                    is_clock ? draw(seed, 900) : 0,
                                    is_clock && draw(seed, 3) != 0 ? NOON + draw(seed, 900) : 0 };
  }
  return count;
}

static void
test_equals_the_book_on_random_logs(void **state)
{
  (void)state;
  uint32_t seed = 7;
  for (int round = 0; round < 3000; round++) {
    CalDatingRecord records[COUNTED];
    CalInstant instants[COUNTED];
    const size_t count = draw_log(&seed, records);
    cal_dating_date(records, count, instants);
    for (size_t i = 0; i < count; i++)
      assert_int_equal(instants[i], date_by_the_book(records, count, i));
  }
}

typedef struct KeptLog {
  size_t count;
  CalDatingRecord records[COUNTED];
  CalInstant instants[COUNTED];
} KeptLog;

/* Where the stretch begins that a record of this sequence can change, and one past where reading must end. */
static void
find_stretch(const KeptLog *log, uint32_t sequence, size_t *begin, size_t *end)
{
  *begin = 0;
  *end = log->count;
  for (size_t i = 0; i < log->count; i++) {
    const bool is_clock = cal_dating_is_clock(&log->records[i]);
    if (is_clock && log->records[i].sequence < sequence)
      *begin = i + 1;
    if (is_clock && log->records[i].sequence >= sequence && *end == log->count)
      *end = i + 1;
  }
}

static void
date_stretch(KeptLog *log, uint32_t sequence)
{
  size_t begin, end;
  CalInstant anew[COUNTED];
  find_stretch(log, sequence, &begin, &end);
  cal_dating_date(log->records + begin, end - begin, anew);
  for (size_t i = begin; i < end && log->records[i].sequence <= sequence; i++)
    log->instants[i] = anew[i - begin];
}

static void
insert_and_date(KeptLog *log, const CalDatingRecord *record)
{
  size_t at = log->count;
  while (at > 0 && log->records[at - 1].sequence > record->sequence)
    at--;
  memmove(log->records + at + 1, log->records + at, (log->count - at) * sizeof *log->records);
  memmove(log->instants + at + 1, log->instants + at, (log->count - at) * sizeof *log->instants);
  log->records[at] = *record;
  log->count++;
  date_stretch(log, record->sequence);
}

/* In whatever order the records of a log arrive, dating only the stretch that each can change ends with the
 * same instants as dating all of it at once. */
static void
test_order_of_arrival_does_not_matter(void **state)
{
  (void)state;
  uint32_t seed = 11;
  for (int round = 0; round < 2000; round++) {
    CalDatingRecord records[COUNTED], shuffled[COUNTED];
    CalInstant expected[COUNTED];
    KeptLog log = { 0 };
    const size_t count = draw_log(&seed, records);
    cal_dating_date(records, count, expected);
    memcpy(shuffled, records, sizeof records);
    for (size_t i = count; i-- > 1;) {
      const size_t j = draw(&seed, (uint32_t)i + 1);
      const CalDatingRecord kept = shuffled[i];
      shuffled[i] = shuffled[j];
      shuffled[j] = kept;
    }
    for (size_t i = 0; i < count; i++)
      insert_and_date(&log, &shuffled[i]);
    for (size_t i = 0; i < count; i++)
      assert_int_equal(log.instants[i], expected[i]);
  }
}

/* -- The owner's word -- */

static CalDatingOwner
word(void)
{
  CalDatingOwner owner = {
    .log_id = 0xab12cd, .first = 12, .from = 10, .to = 20, .boot = 7, .uptime_s = 100, .at = NOON
  };
  assert_true(cal_address_parse("C0:FF:EE:00:00:01", &owner.tag));
  return owner;
}

static void
test_the_owner_dates_a_run(void **state)
{
  (void)state;
  const CalDatingOwner owner = word();
  CalDatingRecord record = undated(12, 7, 100);
  assert_int_equal(cal_dating_by_owner(&owner, &record), NOON);
  record = undated(10, 7, 40); /* came later, and was before */
  assert_int_equal(cal_dating_by_owner(&owner, &record), NOON - 60);
  record = undated(20, 7, 160);
  assert_int_equal(cal_dating_by_owner(&owner, &record), NOON + 60);
  static const struct {
    uint32_t sequence;
    uint16_t boot;
    bool clock_set;
  } others[] = { { 9, 7, false }, { 21, 7, false }, { 12, 8, false }, { 12, 7, true } };
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    record = undated(others[i].sequence, others[i].boot, 100);
    record.clock_set = others[i].clock_set;
    assert_int_equal(cal_dating_by_owner(&owner, &record), NOBODY);
  }
}

static void
test_the_owners_word_as_text(void **state)
{
  (void)state;
  static const char id[] = "tag:C0:FF:EE:00:00:01:00AB12CD:12";
  static const char text[] = "2025-09-29T12:00:00Z uptime=100 boot=7 from=10 to=20";
  const CalDatingOwner owner = word();
  CalDatingOwner read;
  char name[CAL_DATING_OWNER_SIZE], value[CAL_DATING_OWNER_SIZE];
  cal_dating_owner_format(&owner, name, value);
  assert_string_equal(name, id);
  assert_string_equal(value, text);
  assert_true(cal_dating_owner_parse(name, value, &read));
  assert_int_equal(read.at, NOON);
  assert_int_equal(read.from, 10);
  assert_int_equal(read.to, 20);
  assert_int_equal(read.first, 12);
  assert_int_equal(read.boot, 7);
  assert_int_equal(read.uptime_s, 100);
  assert_int_equal(read.log_id, 0xab12cd);
}

static void
test_what_is_no_word_of_an_owner(void **state)
{
  (void)state;
  static const char id[] = "tag:C0:FF:EE:00:00:01:00AB12CD:12";
  static const char *const values[] = {
    "",
    "2025-09-29",
    "2025-09-29T12:00:00Z",
    "2025-09-31T12:00:00Z uptime=100 boot=7 from=10 to=20",
    "2025-09-29T24:00:00Z uptime=100 boot=7 from=10 to=20",
    "2025-09-29T12:60:00Z uptime=100 boot=7 from=10 to=20",
    "2025-09-29T12:00:0Z uptime=100 boot=7 from=10 to=20",
    "2025-09-29 12:00:00Z uptime=100 boot=7 from=10 to=20",
    "2025-09-29T12:00:00Z uptime=100 boot=65536 from=10 to=20",
    "2025-09-29T12:00:00Z uptime=0100 boot=7 from=10 to=20",
    "2025-09-29T12:00:00Z uptime=4294967296 boot=7 from=10 to=20",
    "2025-09-29T12:00:00Z uptime=100 boot=7 from=13 to=20",
    "2025-09-29T12:00:00Z uptime=100 boot=7 from=10 to=11",
    "2025-09-29T12:00:00Z uptime=100 boot=7 from=10 to=20 ",
    "2025-09-29T12:00:00Z uptime= boot=7 from=10 to=20",
  };
  CalDatingOwner read = { .first = 42 };
  for (size_t i = 0; i < sizeof values / sizeof *values; i++)
    assert_false(cal_dating_owner_parse(id, values[i], &read));
  assert_false(cal_dating_owner_parse("u:12", "2025-09-29T12:00:00Z uptime=100 boot=7 from=10 to=20", &read));
  assert_int_equal(read.first, 42);
}

/* Each number of an owner's word at its last value, and one behind. */
static void
test_the_owners_word_at_its_bounds(void **state)
{
  (void)state;
  static const char id[] = "tag:C0:FF:EE:00:00:01:00AB12CD:12";
  static const struct {
    const char *in, *out;
  } rows[] = {
    { "2025-09-29T23:00:00Z uptime=100 boot=7 from=10 to=20",
      "2025-09-29T24:00:00Z uptime=100 boot=7 from=10 to=20" },
    { "2025-09-29T12:59:00Z uptime=100 boot=7 from=10 to=20",
      "2025-09-29T12:60:00Z uptime=100 boot=7 from=10 to=20" },
    { "2025-09-29T12:00:59Z uptime=100 boot=7 from=10 to=20",
      "2025-09-29T12:00:60Z uptime=100 boot=7 from=10 to=20" },
    { "2025-09-29T12:00:00Z uptime=4294967295 boot=7 from=10 to=20",
      "2025-09-29T12:00:00Z uptime=4294967296 boot=7 from=10 to=20" },
    { "2025-09-29T12:00:00Z uptime=100 boot=65535 from=10 to=20",
      "2025-09-29T12:00:00Z uptime=100 boot=65536 from=10 to=20" },
    { "2025-09-29T12:00:00Z uptime=100 boot=7 from=12 to=12",
      "2025-09-29T12:00:00Z uptime=100 boot=7 from=13 to=13" },
    { "2025-09-29T12:00:00Z uptime=100 boot=7 from=0 to=4294967295",
      "2025-09-29T12:00:00Z uptime=100 boot=7 from=0 to=4294967296" },
    { "1969-12-31T23:59:59Z uptime=0 boot=0 from=10 to=20",
      "1969-12-31T23:59:59Z uptime=0 boot=0 from=10 to=11" },
  };
  CalDatingOwner read;
  char name[CAL_DATING_OWNER_SIZE], value[CAL_DATING_OWNER_SIZE];
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    assert_true(cal_dating_owner_parse(id, rows[i].in, &read));
    cal_dating_owner_format(&read, name, value);
    assert_string_equal(value, rows[i].in);
    assert_string_equal(name, id);
    assert_false(cal_dating_owner_parse(id, rows[i].out, &read));
  }
  assert_int_equal(read.at, -1);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_first_clock_of_the_run_dates_what_came_before),
    cmocka_unit_test(test_a_run_without_a_clock_stays_undated),
    cmocka_unit_test(test_a_gap_within_one_boot_breaks_nothing),
    cmocka_unit_test(test_an_equal_boot_number_beyond_another_is_another_run),
    cmocka_unit_test(test_correction_shifts_what_is_dated_since_the_clock_before),
    cmocka_unit_test(test_correction_reaches_back_to_the_start_of_the_log),
    cmocka_unit_test(test_what_is_a_correction),
    cmocka_unit_test(test_correction_leaves_undated_records_alone),
    cmocka_unit_test(test_a_clock_record_that_was_not_set_dates_nothing),
    cmocka_unit_test(test_extremes_do_not_overflow),
    cmocka_unit_test(test_from_a_record),
    cmocka_unit_test(test_held),
    cmocka_unit_test(test_equals_the_book_on_random_logs),
    cmocka_unit_test(test_order_of_arrival_does_not_matter),
    cmocka_unit_test(test_the_owner_dates_a_run),
    cmocka_unit_test(test_the_owners_word_as_text),
    cmocka_unit_test(test_what_is_no_word_of_an_owner),
    cmocka_unit_test(test_the_owners_word_at_its_bounds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
