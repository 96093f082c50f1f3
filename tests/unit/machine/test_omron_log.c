/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <stdlib.h>
#include <string.h>

#include "../../../lib/machine/omron_log.h"
#include "../stride.h"

/* -- A sensor and a ledger in memory. A row's ultraviolet follows from the true time at which it was
 * measured, so that each committed row can be held to what was measured then. */

#define LOGS      4
#define SEQUENCES 100000
#define BEGIN     1750000000u

typedef struct Log {
  uint32_t id;
  uint32_t floor;
  uint8_t state[SEQUENCES]; /* 1 committed, 2 lost */
  uint8_t raw[SEQUENCES][CAL_RECORD_SIZE];
} Log;

typedef struct World {
  CalOmronLog log;
  int64_t now_ms;
  uint32_t host_now;
  bool believable;
  /* the sensor */
  bool set;
  uint32_t clock; /* shows */
  uint16_t interval;
  uint16_t page;
  uint8_t row;
  bool recording;
  uint32_t created[CAL_OMRON_PAGES];               /* 0: never written */
  uint32_t truth[CAL_OMRON_PAGES][CAL_OMRON_ROWS]; /* host's seconds */
  uint16_t requested;
  uint8_t next_row;
  unsigned retrieving; /* so many looks at the flag say so */
  bool silent, set_restarts, wrong_rows;
  int broken_page; /* -1: none */
  unsigned sets, requests, row_reads, shown;
  unsigned in_vain; /* requests for the broken page */
  /* the ledger, which keeps sequences below SEQUENCES */
  CalOmronRun run;
  Log logs[LOGS];
  unsigned n_logs;
  unsigned commits, doubles, conflicts;
  bool fails;
  CalOmronAction due; /* not yet answered */
} World;

static World world;

static void
reset(void)
{
  memset(&world, 0, sizeof world);
  cal_omron_log_init(&world.log);
  world.host_now = BEGIN;
  world.believable = true;
  world.interval = 300;
  world.broken_page = -1;
}

/* -- The sensor */

static void
new_row(void)
{
  if (!world.recording) {
    world.recording = true;
    world.page = world.row = 0;
  } else if (++world.row == CAL_OMRON_ROWS) {
    world.row = 0;
    world.page = (uint16_t)((world.page + 1) % CAL_OMRON_PAGES);
  }
  if (world.row == 0)
    world.created[world.page] = world.clock;
  world.truth[world.page][world.row] = world.host_now;
}

static void
measure(unsigned rows)
{
  for (unsigned i = 0; i < rows; i++) {
    world.host_now += world.interval;
    world.clock += world.set ? world.interval : 0;
    if (world.set)
      new_row();
  }
}

/* Somebody else set the clock, and it runs right. */
static void
recording_since_begin(unsigned rows)
{
  reset();
  world.set = true;
  world.clock = BEGIN;
  measure(rows);
}

static void
write_clock(uint32_t time)
{
  world.sets++;
  world.recording = world.recording && !world.set_restarts;
  world.set = true;
  world.clock = time;
}

static uint16_t
uv_of(uint32_t truth)
{
  return (uint16_t)(truth / 300 % 1100);
}

static void
put(uint8_t *at, size_t size, uint32_t value)
{
  for (size_t i = 0; i < size; i++)
    at[i] = (uint8_t)(value >> (8 * i));
}

/* -- The ledger */

static Log *
log_of(uint32_t id)
{
  for (unsigned i = 0; i < world.n_logs; i++)
    if (world.logs[i].id == id)
      return &world.logs[i];
  assert_true(world.n_logs < LOGS);
  world.logs[world.n_logs].id = id;
  return &world.logs[world.n_logs++];
}

static CalOmronEvent
look(void)
{
  CalOmronEvent event = { .kind = CAL_OMRON_LOOKED, .run = world.run };
  if (world.run.log_id == 0)
    return event;
  const Log *log = log_of(world.run.log_id);
  event.floor = log->floor;
  event.settled = log->floor == 0 ? 0 : log->floor - 1;
  while (log->floor != 0 && log->state[event.settled + 1] != 0)
    event.settled++;
  for (uint32_t i = 1; i < SEQUENCES; i++)
    if (log->state[i] == 1)
      event.newest = i;
  return event;
}

static void
commit(const uint8_t raw[CAL_RECORD_SIZE])
{
  CalRecord record;
  cal_record_decode(raw, &record);
  if (record.sequence >= SEQUENCES)
    return;
  Log *log = log_of(world.run.log_id);
  if (log->state[record.sequence] == 1) {
    world.doubles++;
    world.conflicts += memcmp(log->raw[record.sequence], raw, CAL_RECORD_SIZE) != 0;
    return;
  }
  log->state[record.sequence] = 1;
  memcpy(log->raw[record.sequence], raw, CAL_RECORD_SIZE);
}

/* -- Carrying out */

static CalOmronAction feed(CalOmronEvent event);

static CalOmronAction
feed_bytes(CalOmronEventKind kind, const uint8_t *bytes, size_t n_bytes)
{
  return feed((CalOmronEvent){ .kind = kind,
                               .bytes = bytes,
                               .n_bytes = n_bytes,
                               .host_now = world.host_now,
                               .host_believable = world.believable });
}

static CalOmronEvent
stored(void)
{
  return (CalOmronEvent){ .kind = world.fails ? CAL_OMRON_STORE_FAILED : CAL_OMRON_STORED };
}

/* What is carried out at once. True when the action was such a one. */
static bool
store(const CalOmronAction *action, CalOmronEvent *event)
{
  *event = stored();
  switch (action->kind) {
  case CAL_OMRON_LOOK:
    if (!world.fails)
      *event = look();
    return true;
  case CAL_OMRON_KEEP_RUN:
    assert_int_not_equal(world.log.run.log_id, 0);
    if (!world.fails)
      world.run = world.log.run;
    return true;
  case CAL_OMRON_SET_FLOOR:
    assert_int_equal(log_of(world.run.log_id)->floor, 0);
    log_of(world.run.log_id)->floor = world.fails ? 0 : action->first;
    return true;
  case CAL_OMRON_MARK_LOST:
    assert_true(action->first <= action->last && action->last - action->first <= 13u << 20);
    if (action->last >= SEQUENCES) { /* which only a sensor gone mad makes of it: no room */
      event->kind = CAL_OMRON_STORE_FAILED;
      return true;
    }
    for (uint32_t i = action->first; i <= action->last && !world.fails; i++)
      log_of(world.run.log_id)->state[i] |= 2;
    return true;
  case CAL_OMRON_COMMIT:
    world.commits++;
    for (unsigned i = 0; i < world.log.n_batch && !world.fails; i++)
      commit(world.log.batch[i]);
    return true;
  case CAL_OMRON_NOTHING:
  case CAL_OMRON_READ_CLOCK:
  case CAL_OMRON_WRITE_CLOCK:
  case CAL_OMRON_READ_NEWEST:
  case CAL_OMRON_REQUEST:
  case CAL_OMRON_READ_FLAG:
  case CAL_OMRON_READ_ROW:
  case CAL_OMRON_READ_LATEST:
  case CAL_OMRON_FAIL:
    return false;
  }
  return false;
}

static CalOmronAction
feed(CalOmronEvent event)
{
  CalOmronAction action = cal_omron_log_step(&world.log, &event, world.now_ms);
  for (int i = 0; store(&action, &event); i++) {
    assert_true(i < 100); /* it comes to an end by itself */
    action = cal_omron_log_step(&world.log, &event, world.now_ms);
  }
  if (action.kind != CAL_OMRON_NOTHING)
    world.due = action;
  return action;
}

static void
answer_newest(void)
{
  uint8_t bytes[CAL_OMRON_NEWEST_SIZE] = { 0 };
  put(bytes + 4, 2, world.interval);
  if (world.set && world.recording) {
    put(bytes, 4, world.created[world.page]);
    put(bytes + 6, 2, world.page);
    bytes[8] = world.row;
  }
  feed_bytes(CAL_OMRON_NEWEST_READ, bytes, sizeof bytes);
}

static void
answer_flag(void)
{
  const bool there = world.created[world.requested] != 0 && world.requested != world.broken_page;
  uint8_t bytes[CAL_OMRON_FLAG_SIZE] = { there ? 1 : 2 };
  put(bytes + 1, 4, world.created[world.requested]);
  if (world.retrieving > 0) {
    world.retrieving--;
    bytes[0] = 0;
  }
  feed_bytes(CAL_OMRON_FLAG_READ, bytes, sizeof bytes);
}

static void
answer_row(void)
{
  uint8_t bytes[CAL_OMRON_ROW_SIZE] = { world.wrong_rows ? 12 - world.next_row : world.next_row };
  put(bytes + 7, 2, uv_of(world.truth[world.requested][world.next_row]));
  world.row_reads++;
  world.next_row = world.next_row > 0 ? world.next_row - 1 : 0;
  feed_bytes(CAL_OMRON_ROW_READ, bytes, sizeof bytes);
}

static void
answer_clock(void)
{
  uint8_t bytes[CAL_OMRON_TIME_SIZE];
  put(bytes, 4, world.set ? world.clock : 0);
  feed_bytes(CAL_OMRON_CLOCK_READ, bytes, sizeof bytes);
}

/* Answers what is due. False: nothing is, or the sensor is silent. */
static bool
answer(void)
{
  const CalOmronAction due = world.due;
  if (world.silent || due.kind == CAL_OMRON_NOTHING || due.kind == CAL_OMRON_FAIL)
    return false;
  world.due = (CalOmronAction){ .kind = CAL_OMRON_NOTHING };
  world.now_ms += 30;
  if (due.kind == CAL_OMRON_READ_CLOCK) {
    answer_clock();
  } else if (due.kind == CAL_OMRON_WRITE_CLOCK) {
    write_clock(due.clock_time);
    feed((CalOmronEvent){ .kind = CAL_OMRON_CLOCK_WRITTEN });
  } else if (due.kind == CAL_OMRON_READ_NEWEST) {
    answer_newest();
  } else if (due.kind == CAL_OMRON_REQUEST) {
    world.requests++;
    world.in_vain += due.page == world.broken_page;
    if (world.log.probing)
      assert_int_equal(due.row, 0); /* its flag alone is wanted */
    world.requested = due.page;
    world.next_row = due.row;
    feed((CalOmronEvent){ .kind = CAL_OMRON_REQUESTED });
  } else if (due.kind == CAL_OMRON_READ_FLAG) {
    answer_flag();
  } else if (due.kind == CAL_OMRON_READ_ROW) {
    answer_row();
  } else {
    world.shown++;
    feed((CalOmronEvent){ .kind = CAL_OMRON_LATEST_READ });
  }
  return true;
}

static void
pass_time(void)
{
  const int64_t deadline_ms = cal_omron_log_deadline_ms(&world.log);
  assert_true(deadline_ms < CAL_OMRON_NEVER);
  world.now_ms = deadline_ms;
  feed((CalOmronEvent){ .kind = CAL_OMRON_TIME });
}

/* Until all is quiet, or so many answers were given. */
static unsigned
drive(unsigned at_most)
{
  unsigned n = 0;
  while (n < at_most) {
    if (answer())
      n++;
    else if (world.log.state == CAL_OMRON_WAITING)
      pass_time();
    else
      break;
  }
  return n;
}

static void
open_link(void)
{
  world.due = (CalOmronAction){ .kind = CAL_OMRON_NOTHING };
  feed((CalOmronEvent){ .kind = CAL_OMRON_OPENED });
}

static void
close_link(void)
{
  feed((CalOmronEvent){ .kind = CAL_OMRON_ENDED });
  assert_int_equal(world.log.state, CAL_OMRON_CLOSED);
}

static void
visit(void)
{
  open_link();
  drive(1000000);
}

/* -- What must hold */

typedef struct Sum {
  unsigned rows;
  unsigned lost;
  unsigned clocks;
  uint32_t first_time;
  uint32_t last_time;
} Sum;

/* Every committed row says what was measured `behind` seconds after its time. */
static Sum
sum_of(unsigned log_number, int32_t behind)
{
  Sum sum = { 0 };
  const Log *log = &world.logs[log_number];
  for (uint32_t i = 1; i < SEQUENCES; i++) {
    CalRecord record;
    cal_record_decode(log->raw[i], &record);
    sum.lost += log->state[i] == 2;
    if (log->state[i] != 1)
      continue;
    assert_int_equal(record.sequence, i);
    sum.clocks += record.type == CAL_RECORD_CLOCK;
    if (record.type != CAL_RECORD_UV)
      continue;
    assert_int_equal(record.uv.mean, uv_of(record.time + (uint32_t)behind));
    assert_int_equal(record.uv.maximum, record.uv.mean);
    assert_int_equal(record.uv.duration_s, world.interval);
    assert_int_equal(record.flags, CAL_RECORD_FLAG_CLOCK_SET);
    assert_true(sum.rows == 0 || record.time > sum.last_time);
    sum.first_time = sum.rows == 0 ? record.time : sum.first_time;
    sum.last_time = record.time;
    sum.rows++;
  }
  return sum;
}

static void
test_example(void **state)
{
  (void)state;
  CalOmronLog log;
  cal_omron_log_init(&log);
  CalOmronEvent event = { .kind = CAL_OMRON_OPENED };
  CalOmronAction action = cal_omron_log_step(&log, &event, 0);
  assert_int_equal(action.kind, CAL_OMRON_READ_CLOCK);
}

static void
test_example_of_a_run(void **state)
{
  (void)state;
  CalOmronRun run = { 0 };
  const CalOmronNewest newest = { .created = 1750000000, .interval_s = 300, .page = 5, .row = 3 };
  uint32_t page;
  cal_omron_run_meet(&run, &newest);
  assert_true(cal_omron_run_place(&run, &newest, &page));
  assert_int_equal(page, 2053);
  assert_int_equal(cal_omron_sequence(page, newest.row), 26693);
  assert_int_equal(cal_omron_page_of(26693), 2053);
  assert_int_equal(cal_omron_row_of(26693), 3);
}

static void
test_a_backlog(void **state)
{
  (void)state;
  recording_since_begin(40 * 13 + 5);
  visit();
  const Sum sum = sum_of(0, 0);
  assert_int_equal(world.log.state, CAL_OMRON_LIVE);
  assert_int_equal(sum.rows, 40 * 13 + 4); /* the newest is not over */
  assert_int_equal(sum.first_time, BEGIN + 300);
  assert_int_equal(sum.lost, 0);
  assert_int_equal(world.sets, 0);
  assert_int_equal(world.log.of, 0);
}

/* Each minute the newest measurement is shown, and what is complete is fetched, and no more. */
static void
test_live(void **state)
{
  (void)state;
  recording_since_begin(20);
  visit();
  const unsigned before = world.row_reads;
  for (unsigned minute = 1; minute <= 50; minute++) {
    if (minute % 5 == 0)
      measure(1);
    pass_time();
    drive(1000);
  }
  assert_int_equal(sum_of(0, 0).rows, 29);
  assert_int_equal(world.row_reads - before, 10);
  assert_int_equal(world.shown, 50);
  assert_int_equal(world.doubles, 0);
}

/* What is here is not asked for again, be it the first row of the log. */
static void
test_the_second_row(void **state)
{
  (void)state;
  recording_since_begin(2);
  visit();
  assert_int_equal(world.row_reads, 1);
  measure(1);
  visit();
  assert_int_equal(sum_of(0, 0).rows, 2);
  assert_int_equal(world.row_reads, 2);
  assert_int_equal(world.doubles, 0);
}

static void
test_cut_anywhere(void **state)
{
  (void)state;
  for (unsigned cut = 1; cut < 120; cut += (unsigned)stride()) {
    recording_since_begin(5 * 13 + 7);
    for (unsigned i = 0; i < 3; i++) {
      open_link();
      drive(cut);
      close_link();
    }
    visit();
    assert_int_equal(sum_of(0, 0).rows, 5 * 13 + 6);
    assert_int_equal(world.conflicts, 0);
    assert_int_equal(world.doubles, 0);
    assert_int_equal(world.n_logs, 1);
  }
}

/* The sensor measures on while it is read, a row to a few answers. */
static void
test_it_goes_on_meanwhile(void **state)
{
  (void)state;
  recording_since_begin(10 * 13);
  open_link();
  for (int i = 0; i < 100; i++) {
    measure(1);
    drive(7);
  }
  drive(1000000);
  pass_time();
  drive(1000000);
  assert_int_equal(sum_of(0, 0).rows, 10 * 13 + 99);
  assert_int_equal(world.conflicts + world.doubles, 0);
}

static void
test_the_ring_turns(void **state)
{
  (void)state;
  recording_since_begin(30);
  visit();
  close_link();
  assert_int_equal(sum_of(0, 0).rows, 29);
  measure(2100 * 13);
  visit();
  const Sum sum = sum_of(0, 0);
  assert_int_equal(world.n_logs, 1);
  assert_int_equal(sum.rows + sum.lost, 30 + 2100 * 13 - 1);
  assert_int_equal(sum.lost, 53 * 13 - 29 + 13 * 2); /* pages 0 ... 2102, of which 2048 are there */
  assert_int_equal(world.conflicts, 0);
  measure(2050 * 13); /* and once more than a lap */
  visit();
  assert_int_equal(world.n_logs, 1);
  assert_int_equal(sum_of(0, 0).rows + sum_of(0, 0).lost, 30 + 4150 * 13 - 1);
}

static void
test_first_contact_after_a_lap(void **state)
{
  (void)state;
  recording_since_begin(2048 * 13 + 100 * 13 + 4);
  visit();
  const Sum sum = sum_of(0, 0);
  assert_int_equal(sum.rows, 2047 * 13 + 3);
  assert_int_equal(sum.lost, 0);
}

/* Pages of an earlier recording are behind the newest, in no order with it. */
static void
test_pages_of_an_earlier_run(void **state)
{
  (void)state;
  recording_since_begin(700 * 13);
  world.recording = false;
  world.host_now += 86400 * 3;
  world.clock = world.host_now;
  const uint32_t again = world.host_now;
  measure(50);
  visit();
  const Sum sum = sum_of(0, 0);
  assert_int_equal(sum.rows, 49);
  assert_int_equal(sum.first_time, again + 300);
  assert_true(world.requests < 20);
}

static void
test_the_clock_is_unset(void **state)
{
  (void)state;
  reset();
  visit();
  assert_int_equal(world.sets, 1);
  assert_int_equal(world.clock, BEGIN);
  assert_int_equal(world.log.state, CAL_OMRON_LIVE);
  assert_int_equal(world.run.log_id, BEGIN);
  measure(31);
  pass_time();
  drive(1000);
  const Sum sum = sum_of(0, 0);
  assert_int_equal(world.n_logs, 1);
  assert_int_equal(sum.rows, 30);
  assert_int_equal(sum.first_time, BEGIN + 300);
  assert_int_equal(world.sets, 1);
}

static void
test_a_clock_that_is_not_believable_is_not_given_on(void **state)
{
  (void)state;
  reset();
  world.believable = false;
  visit();
  assert_int_equal(world.sets, 0);
  assert_true(world.log.clock_left_alone);
  assert_int_equal(world.log.trouble, CAL_OMRON_FINE);
  world.believable = true;
  feed((CalOmronEvent){ .kind = CAL_OMRON_CLOCK_NEWS });
  drive(1000);
  assert_int_equal(world.sets, 1);
  assert_false(world.log.clock_left_alone);
}

/* While the device is looked at: that look ends, and the clock is compared with the next. */
static void
test_the_host_is_set_while_it_looks(void **state)
{
  (void)state;
  reset();
  world.believable = false;
  visit();
  pass_time();
  feed((CalOmronEvent){ .kind = CAL_OMRON_TIME });
  assert_int_equal(world.log.state, CAL_OMRON_SHOWING);
  world.believable = true;
  feed((CalOmronEvent){ .kind = CAL_OMRON_CLOCK_NEWS });
  assert_int_equal(world.log.state, CAL_OMRON_SHOWING);
  drive(1000);
  pass_time();
  drive(1000);
  assert_int_equal(world.sets, 1);
}

/* It does not record, in a beacon mode that has no log. */
static void
test_nothing_is_recorded(void **state)
{
  (void)state;
  reset();
  visit();
  pass_time();
  drive(1000);
  assert_int_equal(world.log.trouble, CAL_OMRON_NO_LOG);
  assert_int_equal(world.log.state, CAL_OMRON_LIVE);
  assert_int_equal(world.sets, 1);
}

/* By five seconds: set when all is here, and the run goes on, whether the sensor goes on or begins anew. */
static void
test_a_clock_that_drifted(void **state)
{
  (void)state;
  recording_since_begin(100);
  world.clock -= 5;
  visit();
  assert_int_equal(world.sets, 1);
  assert_int_equal(world.clock, world.host_now);
  assert_int_equal(sum_of(0, 0).rows, 99);
  assert_int_equal(sum_of(0, 0).clocks, 0);
  measure(30);
  visit();
  assert_int_equal(world.n_logs, 1);
  assert_int_equal(world.conflicts + world.doubles, 0);
  unsigned committed = 0;
  for (uint32_t i = 1; i < SEQUENCES; i++)
    committed += world.logs[0].state[i] == 1;
  assert_int_equal(committed, 129);
}

static void
test_a_set_that_begins_anew(void **state)
{
  (void)state;
  recording_since_begin(100);
  world.clock -= 5;
  world.set_restarts = true;
  visit();
  assert_int_equal(sum_of(0, 0).rows, 99); /* before the set */
  measure(30);
  visit();
  assert_int_equal(world.n_logs, 2);
  assert_int_equal(sum_of(0, 0).rows, 99);
  assert_int_equal(sum_of(1, 0).rows, 29);
}

/* By an hour: the rows are here first, then what the clock showed, then it is set and a new log begins. */
static void
wrong_by(int32_t seconds, bool restarts)
{
  recording_since_begin(0);
  world.clock = BEGIN + (uint32_t)seconds;
  measure(100);
  world.set_restarts = restarts;
  visit();
  const Sum old = sum_of(0, -seconds);
  assert_int_equal(old.rows, 99);
  assert_int_equal(old.clocks, 1);
  assert_int_equal(world.sets, 1);
  assert_int_equal(world.clock, world.host_now);
  CalRecord clock = { 0 };
  for (uint32_t i = 1; i < SEQUENCES; i++)
    if (world.logs[0].state[i] == 1)
      cal_record_decode(world.logs[0].raw[i], &clock); /* the last */
  assert_int_equal(clock.type, CAL_RECORD_CLOCK);
  assert_int_equal((int32_t)(clock.time - clock.clock.previous), -seconds);
  const uint32_t set_at = world.host_now;
  measure(40);
  visit();
  measure(1);
  visit();
  assert_int_equal(world.n_logs, 2);
  const Sum new = sum_of(1, 0);
  assert_int_equal(world.sets, 1);
  assert_true(new.first_time > set_at &&new.first_time <= set_at + 13 * 300);
  assert_int_equal(new.rows, (world.host_now - new.first_time) / 300);
  assert_int_equal(world.conflicts + world.doubles, 0);
}

static void
test_a_clock_that_is_wrong(void **state)
{
  (void)state;
  wrong_by(3600, false);
  wrong_by(3600, true);
  wrong_by(-7200, false);
  wrong_by(-7200, true);
  wrong_by(86400 * 400, false);
}

static void
test_a_new_battery(void **state)
{
  (void)state;
  recording_since_begin(300);
  visit();
  close_link();
  world.set = world.recording = false;
  visit();
  assert_int_equal(world.sets, 1);
  measure(20);
  visit();
  assert_int_equal(world.n_logs, 2);
  assert_int_equal(sum_of(0, 0).rows, 299);
  assert_int_equal(sum_of(1, 0).rows, 19);
}

/* Somebody else gave it another interval, and the time. */
static void
test_another_interval(void **state)
{
  (void)state;
  recording_since_begin(300);
  visit();
  close_link();
  world.recording = false;
  world.interval = 600;
  measure(10);
  visit();
  assert_int_equal(world.n_logs, 2);
  assert_int_equal(sum_of(1, 0).rows, 9);
}

static void
test_silence(void **state)
{
  (void)state;
  recording_since_begin(30);
  visit();
  measure(20);
  pass_time();
  world.silent = true;
  assert_false(answer());
  const int64_t asked_ms = world.now_ms;
  pass_time();
  assert_int_equal(world.now_ms - asked_ms, CAL_OMRON_SILENCE_MS);
  assert_int_equal(world.log.state, CAL_OMRON_RESTING);
  assert_int_equal(world.log.trouble, CAL_OMRON_SILENT);
  assert_int_equal(world.log.n_batch + world.log.of + world.log.set_to, 0); /* nothing is under way */
  const int64_t rested_ms = world.now_ms;
  world.silent = false;
  pass_time();
  assert_int_equal(world.now_ms - rested_ms, CAL_OMRON_REST_MS);
  drive(1000);
  assert_int_equal(world.log.state, CAL_OMRON_LIVE);
  assert_int_equal(world.log.trouble, CAL_OMRON_FINE);
  assert_int_equal(sum_of(0, 0).rows, 49);
}

static void
test_a_page_that_takes_its_time(void **state)
{
  (void)state;
  recording_since_begin(30);
  world.retrieving = 20;
  visit();
  assert_int_equal(sum_of(0, 0).rows, 29);
  recording_since_begin(30);
  world.retrieving = 1000000;
  visit();
  assert_int_equal(world.log.state, CAL_OMRON_RESTING);
  assert_true(world.retrieving > 1000000 - 400);
}

static void
test_silence_from_the_beginning(void **state)
{
  (void)state;
  recording_since_begin(30);
  open_link();
  world.silent = true;
  pass_time();
  assert_int_equal(world.log.state, CAL_OMRON_UNUSABLE);
  assert_int_equal(world.due.kind, CAL_OMRON_FAIL);
}

/* It is asked for six times, with a rest after each third, and is lost then; the others are not. */
static void
test_a_page_that_does_not_come(void **state)
{
  (void)state;
  recording_since_begin(10 * 13);
  world.broken_page = 4;
  visit();
  for (int i = 0; i < 4 && world.log.state == CAL_OMRON_RESTING; i++) {
    assert_int_equal(sum_of(0, 0).lost, 0);
    assert_int_equal(world.in_vain, CAL_OMRON_TRIES);
    pass_time();
    drive(100000);
  }
  const Sum sum = sum_of(0, 0);
  assert_int_equal(world.log.state, CAL_OMRON_LIVE);
  assert_int_equal(world.in_vain, CAL_OMRON_TRIES_MAX);
  assert_int_equal(world.log.tries, 0);
  assert_int_equal(sum.lost, 13);
  assert_int_equal(sum.rows, 9 * 13 - 1);
}

static void
test_rows_in_another_order_are_not_taken(void **state)
{
  (void)state;
  recording_since_begin(30);
  world.wrong_rows = true;
  visit();
  assert_int_equal(world.log.state, CAL_OMRON_RESTING);
  assert_int_equal(world.log.trouble, CAL_OMRON_CONFUSED);
  assert_int_equal(sum_of(0, 0).rows, 0);
  world.wrong_rows = false;
  pass_time();
  drive(1000);
  assert_int_equal(sum_of(0, 0).rows, 29);
}

static void
test_storage_that_fails(void **state)
{
  (void)state;
  recording_since_begin(30);
  world.fails = true;
  visit();
  assert_int_equal(world.log.state, CAL_OMRON_RESTING);
  assert_int_equal(world.log.trouble, CAL_OMRON_NO_STORE);
  world.fails = false;
  pass_time();
  drive(1000);
  assert_int_equal(sum_of(0, 0).rows, 29);
}

static void
test_a_run_that_cannot_be_remembered_is_not_begun(void **state)
{
  (void)state;
  reset();
  world.fails = true;
  visit();
  assert_int_equal(world.sets, 0);
  assert_int_equal(world.log.state, CAL_OMRON_RESTING);
}

static void
test_ultraviolet_below_zero_is_none(void **state)
{
  (void)state;
  const CalOmronRun run = { .log_id = 1, .anchored = true, .interval_s = 60, .page = 2048, .created = BEGIN };
  const CalOmronRow below = { .row = 2, .uv_index = -3 }, above = { .row = 2, .uv_index = 32767 };
  uint8_t raw[CAL_RECORD_SIZE];
  CalRecord record;
  cal_omron_run_record(&run, 2048, BEGIN, &below, raw);
  cal_record_decode(raw, &record);
  assert_int_equal(record.time, BEGIN + 120);
  assert_int_equal(record.uv.mean, 0);
  assert_int_equal(cal_record_verdict(&record, 0), CAL_RECORD_ACCEPTED);
  cal_omron_run_record(&run, 2048, BEGIN, &above, raw);
  cal_record_decode(raw, &record);
  assert_int_equal(cal_record_verdict(&record, 0), CAL_RECORD_HIGH_UV_INDEX); /* and it is kept */
}

static void
test_the_clock_is_compared_at_its_time(void **state)
{
  (void)state;
  for (int64_t now_ms = 999; now_ms <= 1000; now_ms++) {
    CalOmronLog log;
    cal_omron_log_init(&log);
    log.state = CAL_OMRON_SHOWING;
    log.clock_ms = 1000;
    const CalOmronEvent event = { .kind = CAL_OMRON_LATEST_READ };
    const CalOmronAction action = cal_omron_log_step(&log, &event, now_ms);
    assert_int_equal(action.kind, now_ms < 1000 ? CAL_OMRON_READ_NEWEST : CAL_OMRON_READ_CLOCK);
  }
}

/* The newest row may be in the ledger, where what the clock showed took its place; one beyond is of no such
 * run. */
static void
test_the_newest_row_may_be_known(void **state)
{
  (void)state;
  for (uint32_t beyond = 0; beyond < 2; beyond++) {
    CalOmronLog log;
    cal_omron_log_init(&log);
    log.state = CAL_OMRON_LOOKING;
    log.newest = (CalOmronNewest){ .created = BEGIN, .interval_s = 300, .page = 5, .row = 3 };
    CalOmronEvent event = { .kind = CAL_OMRON_LOOKED, .floor = 26690 };
    cal_omron_run_meet(&event.run, &log.newest);
    event.newest = cal_omron_sequence(event.run.page, 3) + beyond;
    event.settled = event.newest;
    const CalOmronAction action = cal_omron_log_step(&log, &event, 0);
    assert_int_equal(action.kind == CAL_OMRON_KEEP_RUN, beyond);
  }
}

/* -- Totality */

static const CalOmronEventKind awaited[CAL_OMRON_STATES] = {
  [CAL_OMRON_CLOSED] = CAL_OMRON_OPENED,         [CAL_OMRON_CLOCK] = CAL_OMRON_CLOCK_READ,
  [CAL_OMRON_SETTING] = CAL_OMRON_CLOCK_WRITTEN, [CAL_OMRON_WHERE] = CAL_OMRON_NEWEST_READ,
  [CAL_OMRON_LOOKING] = CAL_OMRON_LOOKED,        [CAL_OMRON_STORING] = CAL_OMRON_STORED,
  [CAL_OMRON_REQUESTING] = CAL_OMRON_REQUESTED,  [CAL_OMRON_ASKING] = CAL_OMRON_FLAG_READ,
  [CAL_OMRON_WAITING] = CAL_OMRON_TIME,          [CAL_OMRON_READING] = CAL_OMRON_ROW_READ,
  [CAL_OMRON_SHOWING] = CAL_OMRON_LATEST_READ,   [CAL_OMRON_LIVE] = CAL_OMRON_TIME,
  [CAL_OMRON_RESTING] = CAL_OMRON_TIME,          [CAL_OMRON_UNUSABLE] = CAL_OMRON_ENDED,
};

static bool
is_for_everyone(CalOmronEventKind kind)
{
  return kind == CAL_OMRON_OPENED || kind == CAL_OMRON_ENDED || kind == CAL_OMRON_TIME ||
         kind == CAL_OMRON_CALL_FAILED || kind == CAL_OMRON_STORE_FAILED || kind == CAL_OMRON_CLOCK_NEWS;
}

/* What a state does not wait for changes nothing; and whatever comes, the state after it has a way out. */
static void
test_every_event_in_every_state(void **state)
{
  (void)state;
  static const uint8_t bytes[CAL_OMRON_ROW_SIZE] = { 0 };
  for (CalOmronState at = 0; at < CAL_OMRON_STATES; at++)
    for (CalOmronEventKind kind = 0; kind <= CAL_OMRON_EVENTS; kind++)
      for (size_t size = 0; size <= sizeof bytes; size += (size_t)stride()) {
        recording_since_begin(30);
        visit();
        world.log.state = at;
        world.log.step_ms = world.now_ms;
        const CalOmronEvent event = { .kind = kind, .bytes = bytes, .n_bytes = size, .run = world.run };
        const CalOmronAction action = cal_omron_log_step(&world.log, &event, world.now_ms);
        assert_in_range(world.log.state, 0, CAL_OMRON_STATES - 1);
        if (kind != awaited[at] && !is_for_everyone(kind)) {
          assert_int_equal(world.log.state, at);
          assert_int_equal(action.kind, CAL_OMRON_NOTHING);
        }
        if (kind == awaited[at] && kind != CAL_OMRON_ENDED)
          assert_true(world.log.state != at || action.kind != CAL_OMRON_NOTHING);
        const bool by_owner = world.log.state == CAL_OMRON_LOOKING || world.log.state == CAL_OMRON_STORING;
        const bool at_end = world.log.state == CAL_OMRON_CLOSED || world.log.state == CAL_OMRON_UNUSABLE;
        assert_true(by_owner || at_end || world.log.step_ms < CAL_OMRON_NEVER);
        assert_true(*cal_omron_state_name(world.log.state) != '?');
      }
}

/* Bytes from a sensor gone mad: feed() asserts that no step goes round for ever, and the pace stays bounded.
 */
static void
test_random_bytes(void **state)
{
  (void)state;
  for (unsigned seed = 1; seed <= 60; seed += (unsigned)stride()) {
    srand(seed);
    recording_since_begin(100);
    open_link();
    for (int i = 0; i < 300 && world.n_logs < LOGS - 1; i++) {
      world.interval = (uint16_t)(rand() % 3 ? 300 : 1 + rand() % 3600);
      world.page = (uint16_t)(rand() % CAL_OMRON_PAGES);
      world.row = (uint8_t)(rand() % CAL_OMRON_ROWS);
      world.created[world.page] = rand() % 2 ? BEGIN + (uint32_t)(rand() % 100000) : (uint32_t)rand() * 2u;
      world.clock = rand() % 4 ? world.host_now : (uint32_t)rand();
      world.wrong_rows = rand() % 4 == 0;
      if (drive(1 + (unsigned)rand() % 40) == 0 && world.log.step_ms < CAL_OMRON_NEVER)
        pass_time();
      else if (world.log.state == CAL_OMRON_UNUSABLE || rand() % 10 == 0)
        close_link(), open_link();
    }
    assert_in_range(world.log.n_batch, 0, CAL_OMRON_ROWS);
  }
}

/* The journal tells states by their names. */
static void
test_each_state_has_a_name_of_its_own(void **state)
{
  (void)state;
  for (int i = 0; i < CAL_OMRON_STATES; i++) {
    const char *const name = cal_omron_state_name((CalOmronState)i);
    assert_true(name != NULL && name[0] >= 'a' && name[0] <= 'z');
    for (int other = 0; other < i; other++)
      assert_string_not_equal(name, cal_omron_state_name((CalOmronState)other));
  }
  assert_string_equal(cal_omron_state_name(CAL_OMRON_STATES), "?");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_example_of_a_run),
    cmocka_unit_test(test_a_backlog),
    cmocka_unit_test(test_live),
    cmocka_unit_test(test_the_second_row),
    cmocka_unit_test(test_cut_anywhere),
    cmocka_unit_test(test_it_goes_on_meanwhile),
    cmocka_unit_test(test_the_ring_turns),
    cmocka_unit_test(test_first_contact_after_a_lap),
    cmocka_unit_test(test_pages_of_an_earlier_run),
    cmocka_unit_test(test_the_clock_is_unset),
    cmocka_unit_test(test_a_clock_that_is_not_believable_is_not_given_on),
    cmocka_unit_test(test_the_host_is_set_while_it_looks),
    cmocka_unit_test(test_nothing_is_recorded),
    cmocka_unit_test(test_a_clock_that_drifted),
    cmocka_unit_test(test_a_set_that_begins_anew),
    cmocka_unit_test(test_a_clock_that_is_wrong),
    cmocka_unit_test(test_a_new_battery),
    cmocka_unit_test(test_another_interval),
    cmocka_unit_test(test_silence),
    cmocka_unit_test(test_a_page_that_takes_its_time),
    cmocka_unit_test(test_silence_from_the_beginning),
    cmocka_unit_test(test_a_page_that_does_not_come),
    cmocka_unit_test(test_rows_in_another_order_are_not_taken),
    cmocka_unit_test(test_storage_that_fails),
    cmocka_unit_test(test_a_run_that_cannot_be_remembered_is_not_begun),
    cmocka_unit_test(test_ultraviolet_below_zero_is_none),
    cmocka_unit_test(test_the_clock_is_compared_at_its_time),
    cmocka_unit_test(test_the_newest_row_may_be_known),
    cmocka_unit_test(test_every_event_in_every_state),
    cmocka_unit_test(test_random_bytes),
    cmocka_unit_test(test_each_state_has_a_name_of_its_own),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
