/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <stdlib.h>
#include <string.h>

#include <calcifer/tag_clock.h>

#include "../../../lib/machine/transfer_parts.h"
#include "../stride.h"

/* -- A tag and a ledger in memory, and the wire between them */

#define RECORDS_MAX 6000
#define WIRE_MAX    20000
#define TAG_LOG     0x12345678u

typedef struct Parcel {
  CalTransferEventKind kind;
  uint8_t bytes[CAL_RECORD_SIZE];
  size_t n_bytes;
} Parcel;

typedef struct World {
  CalTransfer transfer;
  int64_t now_ms;
  /* the tag */
  bool stored[RECORDS_MAX + 1];
  uint32_t newest;
  uint32_t tag_clock;
  uint8_t version;
  unsigned drop, twice, shuffle, early; /* every n-th; stretches of n; the answer overtakes n */
  bool silent, lies, busy, unsubscribed;
  unsigned sent, requests, deletes, aborts, clock_writes, range_requests;
  uint32_t deleted_up_to;
  /* the wire */
  Parcel wire[WIRE_MAX];
  unsigned wire_first, wire_count;
  /* the ledger */
  bool committed[RECORDS_MAX + 1];
  bool lost[RECORDS_MAX + 1];
  uint32_t floor;
  unsigned commits, doubles, largest_commit;
  bool fails;
  bool barrier;
  bool believable;
  CalTransferActionKind waiting; /* an answer to this is due */
  CalTransferFault failed;
  bool has_failed;
} World;

static World world;

static void
put(CalTransferEventKind kind, const uint8_t *bytes, size_t n_bytes)
{
  assert_true(world.wire_count < WIRE_MAX);
  Parcel *parcel = &world.wire[(world.wire_first + world.wire_count++) % WIRE_MAX];
  parcel->kind = kind;
  parcel->n_bytes = n_bytes;
  memcpy(parcel->bytes, bytes, n_bytes);
}

static void
record_bytes(uint32_t sequence, uint8_t bytes[CAL_RECORD_SIZE])
{
  memset(bytes, 0, CAL_RECORD_SIZE);
  for (int i = 0; i < 4; i++)
    bytes[i] = (uint8_t)(sequence >> (8 * i));
  bytes[10] = 1;
}

static void
send_record(uint32_t sequence)
{
  uint8_t bytes[CAL_RECORD_SIZE];
  world.sent++;
  if (world.drop && world.sent % world.drop == 0)
    return;
  record_bytes(sequence, bytes);
  put(CAL_TRANSFER_RECORD, bytes, sizeof bytes);
  if (world.twice && world.sent % world.twice == 0)
    put(CAL_TRANSFER_RECORD, bytes, sizeof bytes);
}

static void
swap_parcels(unsigned a, unsigned b)
{
  const Parcel parcel = world.wire[a % WIRE_MAX];
  world.wire[a % WIRE_MAX] = world.wire[b % WIRE_MAX];
  world.wire[b % WIRE_MAX] = parcel;
}

static void
shuffle_wire(unsigned from)
{
  const unsigned end = world.wire_first + world.wire_count;
  for (unsigned at = from; world.shuffle && at < end; at += world.shuffle)
    for (unsigned i = at; i + 1 < end && i + 1 < at + world.shuffle; i++)
      swap_parcels(i, i + (unsigned)rand() % (at + world.shuffle < end ? at + world.shuffle - i : end - i));
}

static void
answer(uint8_t request, uint8_t code)
{
  const uint8_t bytes[] = { 6, 0, request, code };
  put(CAL_TRANSFER_ANSWER, bytes, sizeof bytes);
  unsigned at = world.wire_first + world.wire_count - 1;
  for (unsigned i = 0; i < world.early && at > world.wire_first; i++, at--)
    swap_parcels(at, at - 1);
}

static void
report(uint32_t low, uint32_t high, unsigned at_most)
{
  const unsigned from = world.wire_first + world.wire_count;
  unsigned found = 0;
  for (uint32_t sequence = low; sequence <= world.newest && sequence <= high && found < at_most; sequence++)
    if (sequence > 0 && world.stored[sequence]) {
      found++;
      if (!world.lies)
        send_record(sequence);
    }
  shuffle_wire(from);
  if (!world.silent)
    answer(1, found > 0 || world.lies ? 1 : 6);
}

static void
tag_delete(uint32_t up_to)
{
  world.deletes++;
  world.deleted_up_to = up_to;
  assert_true(world.barrier);
  for (uint32_t sequence = 1; sequence <= world.newest && sequence <= up_to; sequence++) {
    assert_true(world.committed[sequence] || world.lost[sequence] || sequence < world.floor);
    world.stored[sequence] = false;
  }
  answer(2, 1);
}

static void
tag_number(uint32_t low)
{
  uint32_t number = 0;
  for (uint32_t sequence = low; sequence <= world.newest; sequence++)
    number += world.stored[sequence];
  const uint8_t bytes[] = { 5, 0, (uint8_t)number, (uint8_t)(number >> 8), (uint8_t)(number >> 16), 0 };
  put(CAL_TRANSFER_ANSWER, bytes, sizeof bytes);
}

static void
tag_request(const CalRecordAccessRequest *request)
{
  world.requests++;
  switch (request->opcode) {
  case CAL_RECORD_ACCESS_REPORT:
    world.range_requests += request->op == CAL_RECORD_ACCESS_RANGE;
    if (request->op == CAL_RECORD_ACCESS_FIRST)
      report(1, UINT32_MAX, 1);
    else
      report(request->sequence, request->op == CAL_RECORD_ACCESS_RANGE ? request->last : UINT32_MAX,
             UINT32_MAX);
    break;
  case CAL_RECORD_ACCESS_DELETE:
    tag_delete(request->sequence);
    break;
  case CAL_RECORD_ACCESS_NUMBER:
    tag_number(request->sequence);
    break;
  case CAL_RECORD_ACCESS_ABORT:
    world.aborts++;
    answer(3, 1);
    break;
  }
}

/* -- The ledger's half */

static bool
is_settled(uint32_t sequence)
{
  return world.committed[sequence] || world.lost[sequence];
}

static CalTransferEvent
looked(uint32_t from)
{
  CalTransferEvent event = { .kind = CAL_TRANSFER_LOOKED, .floor = world.floor };
  if (world.floor == 0)
    return event;
  for (uint32_t sequence = 1; sequence <= RECORDS_MAX; sequence++)
    if (world.committed[sequence])
      event.newest = sequence;
  event.settled = world.floor - 1;
  while (event.settled < RECORDS_MAX && is_settled(event.settled + 1))
    event.settled++;
  for (uint32_t sequence = from > world.floor ? from : world.floor; sequence < event.newest; sequence++) {
    if (!is_settled(sequence) && event.gap_first == 0)
      event.gap_first = sequence;
    if (is_settled(sequence) && event.gap_first != 0)
      break;
    if (event.gap_first != 0)
      event.gap_last = sequence;
  }
  return event;
}

static CalTransferEvent
commit_batch(void)
{
  if (world.fails)
    return (CalTransferEvent){ .kind = CAL_TRANSFER_STORE_FAILED };
  assert_int_not_equal(world.floor, 0);
  assert_in_range(world.transfer.n_batch, 1, CAL_TRANSFER_BATCH_MAX);
  for (unsigned i = 0; i < world.transfer.n_batch; i++) {
    const uint8_t *bytes = world.transfer.batch[i];
    const uint32_t sequence = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8;
    world.doubles += world.committed[sequence];
    world.committed[sequence] = true;
  }
  world.commits++;
  world.barrier = false;
  return (CalTransferEvent){ .kind = CAL_TRANSFER_COMMITTED };
}

static CalTransferEvent
store(const CalTransferAction *action)
{
  if (world.fails)
    return (CalTransferEvent){ .kind = CAL_TRANSFER_STORE_FAILED };
  if (action->kind == CAL_TRANSFER_SET_FLOOR)
    world.floor = action->first;
  if (action->kind == CAL_TRANSFER_BARRIER)
    world.barrier = true;
  for (uint32_t sequence = action->first;
       action->kind == CAL_TRANSFER_MARK_LOST && sequence <= action->last && sequence <= RECORDS_MAX;
       sequence++)
    world.lost[sequence] = !world.committed[sequence];
  return (CalTransferEvent){ .kind = CAL_TRANSFER_STORED };
}

/* Carries one action out; false when nothing follows at once. */
static bool
perform(const CalTransferAction *action, CalTransferEvent *event)
{
  switch (action->kind) {
  case CAL_TRANSFER_LOOK:
    *event = looked(action->first);
    return true;
  case CAL_TRANSFER_COMMIT:
    *event = commit_batch();
    return true;
  case CAL_TRANSFER_SET_FLOOR:
  case CAL_TRANSFER_MARK_LOST:
  case CAL_TRANSFER_BARRIER:
    *event = store(action);
    return true;
  case CAL_TRANSFER_REQUEST:
    *event = (CalTransferEvent){ .kind = CAL_TRANSFER_CALL_FAILED };
    event->fault = world.busy ? CAL_TRANSFER_FAULT_BUSY : CAL_TRANSFER_FAULT_UNSUBSCRIBED;
    if (action->request.opcode != CAL_RECORD_ACCESS_ABORT && (world.busy || world.unsubscribed))
      return true;
    tag_request(&action->request);
    return false;
  case CAL_TRANSFER_FAIL:
    world.has_failed = true;
    world.failed = action->fault;
    return false;
  case CAL_TRANSFER_READ_FEATURE:
  case CAL_TRANSFER_READ_CLOCK:
  case CAL_TRANSFER_WRITE_CLOCK:
  case CAL_TRANSFER_SUBSCRIBE:
    world.waiting = action->kind;
    world.clock_writes += action->kind == CAL_TRANSFER_WRITE_CLOCK;
    if (action->kind == CAL_TRANSFER_WRITE_CLOCK)
      world.tag_clock = action->clock_time;
    return false;
  case CAL_TRANSFER_NOTHING:
    return false;
  }
  return false;
}

static void
feed(CalTransferEvent event)
{
  unsigned steps = 0;
  for (;;) {
    const CalTransferAction action = cal_transfer_step(&world.transfer, &event, world.now_ms);
    assert_true(world.transfer.n_batch <= CAL_TRANSFER_BATCH_MAX);
    if (!perform(&action, &event))
      return;
    assert_true(++steps < 3 * RECORDS_MAX);
  }
}

#define HOST_NOW 1790000000

/* Answers the read, write or subscription that is due. */
static bool
answer_call(void)
{
  const uint8_t feature[] = { world.version, 7, 0, 2, 0, 0x10, 0, 0, 0x78, 0x56, 0x34, 0x12 };
  const uint32_t clock = world.tag_clock;
  const uint8_t clock_bytes[10] = { (uint8_t)clock, (uint8_t)(clock >> 8), (uint8_t)(clock >> 16),
                                    (uint8_t)(clock >> 24) };
  const CalTransferActionKind what = world.waiting;
  world.waiting = CAL_TRANSFER_NOTHING;
  if (what == CAL_TRANSFER_READ_FEATURE)
    feed(
        (CalTransferEvent){ .kind = CAL_TRANSFER_FEATURE_READ, .bytes = feature, .n_bytes = sizeof feature });
  else if (what == CAL_TRANSFER_READ_CLOCK)
    feed((CalTransferEvent){ .kind = CAL_TRANSFER_CLOCK_READ,
                             .bytes = clock_bytes,
                             .n_bytes = sizeof clock_bytes,
                             .host_now = HOST_NOW,
                             .host_believable = world.believable });
  else if (what == CAL_TRANSFER_WRITE_CLOCK)
    feed((CalTransferEvent){ .kind = CAL_TRANSFER_CLOCK_SET });
  else if (what == CAL_TRANSFER_SUBSCRIBE)
    feed((CalTransferEvent){ .kind = CAL_TRANSFER_SUBSCRIBED });
  return what != CAL_TRANSFER_NOTHING;
}

static bool
deliver(void)
{
  if (world.wire_count == 0)
    return false;
  const Parcel parcel = world.wire[world.wire_first % WIRE_MAX];
  world.wire_first = (world.wire_first + 1) % WIRE_MAX;
  world.wire_count--;
  world.now_ms++;
  feed((CalTransferEvent){ .kind = parcel.kind, .bytes = parcel.bytes, .n_bytes = parcel.n_bytes });
  return true;
}

static bool
pass_time(int64_t until_ms)
{
  const int64_t deadline_ms = cal_transfer_deadline_ms(&world.transfer);
  if (deadline_ms > until_ms)
    return false;
  world.now_ms = deadline_ms > world.now_ms ? deadline_ms : world.now_ms;
  feed((CalTransferEvent){ .kind = CAL_TRANSFER_TIME });
  return true;
}

/* Runs until nothing happens before `seconds` have passed. */
static void
run(int64_t seconds)
{
  const int64_t until_ms = world.now_ms + seconds * 1000;
  while (answer_call() || deliver() || pass_time(until_ms))
    ;
  world.now_ms = until_ms;
}

static void
open_link(void)
{
  feed((CalTransferEvent){ .kind = CAL_TRANSFER_OPENED });
}

static void
cut_link(void)
{
  world.wire_count = 0;
  world.waiting = CAL_TRANSFER_NOTHING;
  feed((CalTransferEvent){ .kind = CAL_TRANSFER_ENDED });
}

static void
reset(uint32_t n_records)
{
  memset(&world, 0, sizeof world);
  cal_transfer_init(&world.transfer);
  world.version = 1;
  world.believable = true;
  world.tag_clock = HOST_NOW;
  world.newest = n_records;
  for (uint32_t sequence = 1; sequence <= n_records; sequence++)
    world.stored[sequence] = true;
}

static void
assert_all_committed(void)
{
  for (uint32_t sequence = 1; sequence <= world.newest; sequence++)
    if (!world.committed[sequence])
      fail_msg("record %u of %u is missing", sequence, world.newest);
}

static void
add_live(void)
{
  uint8_t bytes[CAL_RECORD_SIZE];
  record_bytes(++world.newest, bytes);
  world.stored[world.newest] = true;
  put(CAL_TRANSFER_RECORD, bytes, sizeof bytes);
}

/* -- The tests */

static void
test_example(void **state)
{
  (void)state;
  CalTransfer transfer;
  cal_transfer_init(&transfer);
  const CalTransferEvent event = { .kind = CAL_TRANSFER_OPENED };
  const CalTransferAction action = cal_transfer_step(&transfer, &event, 0);
  assert_int_equal(action.kind, CAL_TRANSFER_READ_FEATURE);
  assert_true(sizeof(CalTransfer) < 2048);
}

static void
test_a_backlog(void **state)
{
  (void)state;
  reset(2000);
  open_link();
  run(4);
  assert_all_committed();
  assert_int_equal(world.transfer.state, CAL_TRANSFER_LIVE);
  assert_int_equal(world.floor, 1);
  assert_int_equal(world.deletes, 1);
  assert_int_equal(world.deleted_up_to, 2000);
  assert_int_equal(world.doubles, 0);
}

static void
test_live_records_are_committed_and_deleted_at_a_polite_pace(void **state)
{
  (void)state;
  reset(10);
  open_link();
  run(4);
  assert_int_equal(world.deletes, 1);
  for (int i = 0; i < 10; i++) {
    add_live();
    run(1);
  }
  assert_all_committed();
  assert_int_equal(world.commits, 1 + 1 + 10);
  run(60);
  assert_int_equal(world.deletes, 2);
  assert_int_equal(world.deleted_up_to, 20);
}

static void
test_an_empty_tag_gets_its_floor_from_the_first_record(void **state)
{
  (void)state;
  reset(0);
  open_link();
  run(10);
  assert_int_equal(world.floor, 0);
  assert_int_equal(world.transfer.state, CAL_TRANSFER_LIVE);
  add_live();
  run(10);
  assert_int_equal(world.floor, 1);
  assert_all_committed();
}

static void
test_first_contact_begins_at_the_oldest(void **state)
{
  (void)state;
  reset(100);
  for (uint32_t sequence = 1; sequence < 40; sequence++)
    world.stored[sequence] = false;
  open_link();
  run(10);
  assert_int_equal(world.floor, 40);
  assert_false(world.lost[39]);
  assert_true(world.committed[40] && world.committed[100]);
}

static void
test_the_clock_is_set_before_anything_is_asked(void **state)
{
  (void)state;
  reset(5);
  world.tag_clock = 0;
  open_link();
  while (world.clock_writes == 0) {
    assert_int_equal(world.requests, 0);
    assert_true(answer_call());
  }
  assert_int_equal(world.tag_clock, HOST_NOW);
  run(5);
  assert_int_equal(world.clock_writes, 1);
}

static void
test_which_clock_is_off(void **state)
{
  (void)state;
  static const struct {
    uint32_t shows;
    bool believable;
    unsigned writes;
  } rows[] = { { HOST_NOW, true, 0 },     { HOST_NOW + 2, true, 0 }, { HOST_NOW - 2, true, 0 },
               { HOST_NOW + 3, true, 1 }, { HOST_NOW - 3, true, 1 }, { 0, true, 1 },
               { 0, false, 0 },           { UINT32_MAX, true, 1 } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    reset(1);
    world.tag_clock = rows[i].shows;
    world.believable = rows[i].believable;
    open_link();
    run(5);
    assert_int_equal(world.clock_writes, rows[i].writes);
    assert_int_equal(world.transfer.clock_left_alone, !rows[i].believable);
  }
}

static void
test_the_clock_is_compared_again_after_a_day(void **state)
{
  (void)state;
  reset(1);
  open_link();
  run(5);
  world.tag_clock -= 5;
  run(86400);
  assert_int_equal(world.clock_writes, 1);
  assert_int_equal(world.transfer.state, CAL_TRANSFER_LIVE);
  world.tag_clock -= 5;
  feed((CalTransferEvent){ .kind = CAL_TRANSFER_CLOCK_NEWS });
  run(1);
  assert_int_equal(world.clock_writes, 2);
}

/* In the middle of a transfer, which is not broken off for it. */
static void
test_the_host_is_set_while_records_come(void **state)
{
  (void)state;
  reset(2000);
  open_link();
  run(1);
  const CalTransferState before = world.transfer.state;
  assert_int_not_equal(before, CAL_TRANSFER_LIVE);
  world.tag_clock -= 5;
  feed((CalTransferEvent){ .kind = CAL_TRANSFER_CLOCK_NEWS });
  assert_int_equal(world.transfer.state, before);
  run(120);
  assert_all_committed();
  assert_int_equal(world.clock_writes, 1);
}

static void
test_a_newer_version_is_refused(void **state)
{
  (void)state;
  reset(5);
  world.version = 2;
  open_link();
  run(5);
  assert_true(world.has_failed);
  assert_int_equal(world.failed, CAL_TRANSFER_FAULT_VERSION);
  assert_int_equal(world.requests, 0);
}

static void
test_dropped_notifications_are_asked_for_again(void **state)
{
  (void)state;
  reset(2000);
  world.drop = 7;
  open_link();
  run(120);
  assert_all_committed();
  assert_in_range(world.range_requests, 1, 150); /* for 285 gaps */
  assert_int_equal(world.deleted_up_to, 2000);
}

static void
test_the_answer_comes_early(void **state)
{
  (void)state;
  reset(300);
  world.early = 20;
  open_link();
  run(30);
  assert_all_committed();
  assert_int_equal(world.deleted_up_to, 300);
}

static void
test_a_gap_that_the_tag_no_longer_has_is_lost_at_once(void **state)
{
  (void)state;
  reset(100);
  for (uint32_t sequence = 50; sequence < 60; sequence++)
    world.stored[sequence] = false;
  open_link();
  run(20);
  for (uint32_t sequence = 50; sequence < 60; sequence++)
    assert_true(world.lost[sequence]);
  assert_int_equal(world.deleted_up_to, 100);
}

/* Success, and nothing sent: lost after three requests in two connections, and not before. */
static void
test_a_lie_about_success(void **state)
{
  (void)state;
  reset(100);
  open_link();
  run(3);
  world.lies = true;
  world.newest = 103;
  world.committed[103] = true; /* heard; 101 and 102 were not */
  add_live();
  run(60);
  assert_false(world.lost[101]);
  assert_int_equal(world.deleted_up_to, 100);
  cut_link();
  open_link();
  run(60);
  assert_true(world.lost[101] && world.lost[102]);
  run(60);
  assert_int_equal(world.deleted_up_to, 104);
}

static void
test_a_gap_is_lost_at_the_third_request_that_brings_nothing(void **state)
{
  (void)state;
  reset(100);
  open_link();
  run(3);
  cut_link();
  world.lies = true;
  world.newest = 103;
  world.committed[103] = true;
  for (unsigned requests = 1; requests <= 3; requests++) {
    assert_false(world.lost[101]);
    world.transfer.n_gaps = 1; /* so many were counted, each in a connection of its own */
    world.transfer.gaps[0] =
        (CalTransferGap){ .first = 101, .last = 102, .requests = (uint8_t)(requests - 1), .connections = 2 };
    open_link();
    while (world.transfer.pass < 2 && world.transfer.n_gaps == 1 && world.transfer.gaps[0].here == 0)
      assert_true(answer_call() || deliver() || pass_time(INT64_MAX - 1));
    run(1);
    assert_int_equal(world.lost[101], requests == 3);
    cut_link();
  }
}

static void
test_a_live_gap_is_filled(void **state)
{
  (void)state;
  reset(10);
  open_link();
  run(40);
  world.stored[11] = true; /* its notification was lost */
  world.newest = 11;
  add_live();
  run(1);
  assert_false(world.committed[11]);
  run(10);
  assert_true(world.committed[11]);
}

static void
test_a_tag_that_never_answers(void **state)
{
  (void)state;
  reset(100);
  world.silent = true;
  open_link();
  run(3600);
  assert_in_range(world.requests, 4, 16);
  assert_int_equal(world.transfer.state, CAL_TRANSFER_RESTING);
  assert_int_equal(world.transfer.trouble, CAL_TRANSFER_SILENT);
  world.silent = false;
  run(1000);
  assert_all_committed();
}

static void
test_busy_with_an_older_procedure(void **state)
{
  (void)state;
  reset(10);
  world.busy = true;
  open_link();
  run(1);
  assert_in_range(world.aborts, 1, 3);
  world.busy = false;
  run(1000);
  assert_all_committed();
}

static void
test_notifications_that_are_not_on(void **state)
{
  (void)state;
  reset(10);
  world.unsubscribed = true;
  open_link();
  answer_call();
  answer_call();
  answer_call();
  assert_int_equal(world.waiting, CAL_TRANSFER_SUBSCRIBE);
  world.unsubscribed = false;
  run(10);
  assert_all_committed();
}

static void
test_junk_is_counted_and_ignored(void **state)
{
  (void)state;
  static const uint8_t junk[] = { 1, 2, 3 };
  static const uint8_t zero[CAL_RECORD_SIZE] = { 0 };
  reset(10);
  open_link();
  run(5);
  feed((CalTransferEvent){ .kind = CAL_TRANSFER_JUNK });
  feed((CalTransferEvent){ .kind = CAL_TRANSFER_RECORD, .bytes = zero, .n_bytes = sizeof zero });
  feed((CalTransferEvent){ .kind = CAL_TRANSFER_ANSWER, .bytes = junk, .n_bytes = sizeof junk });
  assert_int_equal(world.transfer.junk, 3);
  run(40);
  assert_all_committed();
}

static void
test_nothing_is_told_to_the_tag_while_storage_fails(void **state)
{
  (void)state;
  reset(500);
  open_link();
  while (world.commits < 3)
    assert_true(answer_call() || deliver() || pass_time(INT64_MAX - 1));
  world.fails = true;
  run(300);
  assert_int_equal(world.deletes, 0);
  assert_int_equal(world.transfer.trouble, CAL_TRANSFER_NO_STORE);
  world.fails = false;
  run(300);
  assert_all_committed();
  assert_int_equal(world.deleted_up_to, 500);
}

/* Cut anywhere, with everything going wrong that may: all is there in the end, and assert_true()s in the
 * tag and in the ledger saw no delete too many. */
static void
test_cut_anywhere(void **state)
{
  (void)state;
  for (unsigned seed = 1; seed <= 60; seed += (unsigned)stride()) {
    srand(seed);
    reset(1 + (unsigned)rand() % 3000);
    world.drop = seed % 3 ? 0 : 5 + (unsigned)rand() % 50;
    world.twice = seed % 4 ? 0 : 5;
    world.shuffle = seed % 2 ? 0 : 2 + (unsigned)rand() % 40;
    world.early = seed % 5 ? 0 : (unsigned)rand() % 60;
    for (int connection = 0; connection < 20; connection++) {
      open_link();
      for (int events = rand() % 1200; events > 0; events--)
        if (!answer_call() && !deliver() && !pass_time(world.now_ms + 40000))
          break;
      cut_link();
    }
    open_link();
    run(400);
    assert_all_committed();
    for (uint32_t sequence = 1; sequence <= world.newest; sequence++)
      assert_false(world.lost[sequence]);
    assert_int_equal(world.deleted_up_to, world.newest);
  }
}

/* Whatever comes in whatever state: no assertion fails, and the state stays one of those that there are. */
static void
test_every_event_in_every_state(void **state)
{
  (void)state;
  static const uint8_t bytes[CAL_RECORD_SIZE] = { 6, 0, 1, 1 };
  for (CalTransferState at = 0; at < CAL_TRANSFER_STATES; at++)
    for (CalTransferEventKind kind = 0; kind < CAL_TRANSFER_EVENTS; kind++)
      for (CalTransferFault fault = 0; fault <= CAL_TRANSFER_FAULT_OTHER; fault++)
        for (CalTransferAsk ask = 0; ask <= CAL_TRANSFER_ASK_DELETE; ask++)
          for (int code = 0; code <= 10; code += stride()) {
            reset(10);
            uint8_t what[CAL_RECORD_SIZE];
            memcpy(what, bytes, sizeof what);
            what[3] = (uint8_t)code;
            world.transfer.state = at;
            world.transfer.ask = ask;
            world.transfer.floor = 1;
            world.transfer.step_ms = 0;
            const CalTransferEvent event = { .kind = kind,
                                             .fault = fault,
                                             .bytes = what,
                                             .n_bytes = kind == CAL_TRANSFER_ANSWER ? 4 : sizeof what,
                                             .floor = 1 };
            const CalTransferAction action = cal_transfer_step(&world.transfer, &event, 5);
            assert_in_range(world.transfer.state, 0, CAL_TRANSFER_STATES - 1);
            assert_in_range(action.kind, 0, CAL_TRANSFER_FAIL);
            /* A delete is written behind a barrier and nowhere else. */
            if (action.kind == CAL_TRANSFER_REQUEST && action.request.opcode == CAL_RECORD_ACCESS_DELETE)
              assert_true(at == CAL_TRANSFER_STORING && kind == CAL_TRANSFER_STORED);
            if (action.kind == CAL_TRANSFER_SET_FLOOR)
              assert_int_equal(ask, CAL_TRANSFER_ASK_FIRST);
          }
}

/* Bytes from a hostile tag, in any order: the machine asks at a bounded pace and never asks to delete what is
 * not settled, which tag_delete() asserts. */
static void
test_random_bytes(void **state)
{
  (void)state;
  for (unsigned seed = 1; seed <= 40; seed += (unsigned)stride()) {
    srand(seed);
    reset(200);
    open_link();
    for (int i = 0; i < 4000; i++) {
      uint8_t bytes[CAL_RECORD_SIZE] = { (uint8_t)(rand() % 250), 0, (uint8_t)(rand() % 2 ? 0 : rand() % 8),
                                         (uint8_t)(rand() % 12) };
      if (rand() % 3 == 0)
        memcpy(bytes, (uint8_t[]){ 6, 0, (uint8_t)(rand() % 5), (uint8_t)(rand() % 10) }, 4);
      const bool is_record = rand() % 2;
      if (is_record)
        bytes[2] = bytes[3] = 0;
      feed((CalTransferEvent){ .kind = is_record ? CAL_TRANSFER_RECORD : CAL_TRANSFER_ANSWER,
                               .bytes = bytes,
                               .n_bytes = is_record ? sizeof bytes : 4 });
      if (!answer_call() && !deliver())
        pass_time(INT64_MAX - 1);
    }
    assert_true(world.requests < 4000);
  }
}

/* The journal tells states by their names. */
static void
test_each_state_has_a_name_of_its_own(void **state)
{
  (void)state;
  for (int i = 0; i < CAL_TRANSFER_STATES; i++) {
    const char *const name = cal_transfer_state_name((CalTransferState)i);
    assert_true(name != NULL && name[0] >= 'a' && name[0] <= 'z');
    for (int other = 0; other < i; other++)
      assert_string_not_equal(name, cal_transfer_state_name((CalTransferState)other));
  }
  assert_string_equal(cal_transfer_state_name(CAL_TRANSFER_STATES), "?");
}

/* A transfer that was put into a state by hand, with a floor and nothing in its batch. */
static CalTransfer
put_into(CalTransferState state)
{
  CalTransfer transfer;
  cal_transfer_init(&transfer);
  transfer.state = state;
  transfer.subscribed = true;
  transfer.floor = 1;
  transfer.ask_first = 10, transfer.ask_last = 20, transfer.lowest = 15;
  transfer.step_ms = 2000, transfer.quiet_end_ms = 10000;
  transfer.commit_ms = CAL_TRANSFER_NEVER;
  return transfer;
}

static CalTransferAction
take(CalTransfer *transfer, uint32_t sequence, int64_t now_ms)
{
  CalTransferEvent event = { .kind = CAL_TRANSFER_RECORD };
  uint8_t bytes[CAL_RECORD_SIZE];
  record_bytes(sequence, bytes);
  event.bytes = bytes;
  event.n_bytes = sizeof bytes;
  return cal_transfer_step(transfer, &event, now_ms);
}

/* A range of the first pass holds several gaps, so that nothing is said of any of them when it brings
 * nothing. */
static void
test_only_a_gap_asked_for_singly_is_counted(void **state)
{
  (void)state;
  for (uint8_t pass = 0; pass < 3; pass++) {
    CalTransfer transfer = put_into(CAL_TRANSFER_QUIET);
    const CalTransferEvent quiet = { .kind = CAL_TRANSFER_TIME };
    transfer.ask = CAL_TRANSFER_ASK_GAP;
    transfer.pass = pass;
    cal_transfer_step(&transfer, &quiet, 2000);
    assert_int_equal(transfer.n_gaps, pass > 0);
    assert_int_equal(transfer.gaps[0].first, pass > 0 ? 10 : 0);
    assert_int_equal(transfer.gaps[0].last, pass > 0 ? 20 : 0);
    assert_int_equal(transfer.gaps[0].requests, pass > 0);
  }
}

/* "There are none", though some came: that answer is wrong, and nothing is lost for it. To a delete the
 * records that came meanwhile are no answer. */
static void
test_none_though_some_came(void **state)
{
  (void)state;
  static const struct {
    CalTransferAsk ask;
    uint8_t opcode;
    uint32_t brought;
    CalTransferState state;
  } rows[] = {
    { CAL_TRANSFER_ASK_GAP, CAL_RECORD_ACCESS_REPORT, 0, CAL_TRANSFER_STORING },
    { CAL_TRANSFER_ASK_GAP, CAL_RECORD_ACCESS_REPORT, 1, CAL_TRANSFER_QUIET },
    { CAL_TRANSFER_ASK_TAIL, CAL_RECORD_ACCESS_REPORT, 0, CAL_TRANSFER_LOOKING },
    { CAL_TRANSFER_ASK_TAIL, CAL_RECORD_ACCESS_REPORT, 1, CAL_TRANSFER_QUIET },
    { CAL_TRANSFER_ASK_DELETE, CAL_RECORD_ACCESS_DELETE, 1, CAL_TRANSFER_LOOKING },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalTransfer transfer = put_into(CAL_TRANSFER_REQUESTING);
    const uint8_t bytes[] = { 6, 0, rows[i].opcode, CAL_RECORD_ACCESS_NO_RECORDS };
    const CalTransferEvent event = { .kind = CAL_TRANSFER_ANSWER, .bytes = bytes, .n_bytes = sizeof bytes };
    transfer.ask = rows[i].ask;
    transfer.brought = rows[i].brought;
    cal_transfer_step(&transfer, &event, 1500);
    assert_int_equal(transfer.state, rows[i].state);
  }
}

/* What was asked for in vain is known in the next connection, and was not yet asked for there. */
static void
test_gaps_outlive_the_link(void **state)
{
  (void)state;
  CalTransfer transfer = put_into(CAL_TRANSFER_CLOSED);
  const CalTransferEvent opened = { .kind = CAL_TRANSFER_OPENED };
  transfer.n_gaps = CAL_TRANSFER_GAPS_MAX;
  for (uint32_t i = 0; i < CAL_TRANSFER_GAPS_MAX; i++)
    transfer.gaps[i] = (CalTransferGap){ .first = 10 * i + 1, .last = 10 * i + 2, .requests = 2, .here = 1 };
  cal_transfer_step(&transfer, &opened, 0);
  assert_int_equal(transfer.n_gaps, CAL_TRANSFER_GAPS_MAX);
  for (uint32_t i = 0; i < CAL_TRANSFER_GAPS_MAX; i++) {
    assert_int_equal(transfer.gaps[i].first, 10 * i + 1);
    assert_int_equal(transfer.gaps[i].requests, 2);
    assert_int_equal(transfer.gaps[i].here, 0);
  }
}

static void
test_a_sequence_has_four_bytes(void **state)
{
  (void)state;
  CalTransfer transfer = put_into(CAL_TRANSFER_REQUESTING);
  transfer.ask_last = transfer.lowest = UINT32_MAX;
  take(&transfer, 0x81726354, 1500);
  assert_int_equal(transfer.lowest, 0x81726354);
}

/* Each record begins the wait for quiet anew, up to its end; that for an answer without one; elsewhere there
 * is none to begin. */
static void
test_a_record_begins_the_wait_anew(void **state)
{
  (void)state;
  CalTransfer quiet = put_into(CAL_TRANSFER_QUIET), asking = put_into(CAL_TRANSFER_REQUESTING);
  CalTransfer aborting = put_into(CAL_TRANSFER_ABORTING);
  take(&quiet, 12, 1500);
  assert_int_equal(quiet.step_ms, 1500 + CAL_TRANSFER_QUIET_MS);
  take(&quiet, 13, 9900);
  assert_int_equal(quiet.step_ms, 10000);
  take(&asking, 12, 9900);
  assert_int_equal(asking.step_ms, 9900 + CAL_TRANSFER_SILENCE_MS);
  take(&aborting, 12, 1500);
  assert_int_equal(aborting.step_ms, 2000);
}

/* What was asked for is counted as brought, from its first to its last, and the lowest is remembered. */
static void
test_what_a_request_brought(void **state)
{
  (void)state;
  static const struct {
    uint32_t sequence, brought, lowest;
  } rows[] = { { 9, 0, 15 },  { 10, 1, 10 }, { 15, 1, 15 }, { 14, 1, 14 },
               { 16, 1, 15 }, { 20, 1, 15 }, { 21, 0, 15 } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalTransfer transfer = put_into(CAL_TRANSFER_REQUESTING);
    transfer.tag_is_empty = true;
    take(&transfer, rows[i].sequence, 0);
    assert_int_equal(transfer.brought, rows[i].brought);
    assert_int_equal(transfer.lowest, rows[i].lowest);
    assert_int_equal(transfer.done, 1);
    assert_false(transfer.tag_is_empty);
  }
}

/* A batch is committed when it is full; without a floor, or behind that, what comes is left to the tag. */
static void
test_a_full_batch(void **state)
{
  (void)state;
  for (uint32_t floor = 0; floor < 2; floor++) {
    CalTransfer transfer = put_into(CAL_TRANSFER_LIVE);
    transfer.floor = floor;
    for (uint32_t i = 1; i < CAL_TRANSFER_BATCH_MAX; i++)
      assert_int_not_equal(take(&transfer, i, 100 + i).kind, CAL_TRANSFER_COMMIT);
    assert_int_equal(transfer.commit_ms, 101 + CAL_TRANSFER_BATCH_MS);
    transfer.tail_done = true;
    const CalTransferAction action = take(&transfer, CAL_TRANSFER_BATCH_MAX, 500);
    assert_int_equal(action.kind == CAL_TRANSFER_COMMIT, floor == 1);
    assert_int_equal(transfer.n_batch, CAL_TRANSFER_BATCH_MAX);
    assert_true(transfer.tail_done);
    take(&transfer, CAL_TRANSFER_BATCH_MAX + 1, 500);
    assert_int_equal(transfer.n_batch, CAL_TRANSFER_BATCH_MAX);
    assert_false(transfer.tail_done);
  }
}

/* What is done about the clock that a tag shows, when the host's is `host_now`. */
static CalTransferAction
show_clock(CalTransfer *transfer, uint32_t shown, CalInstant host_now, bool believable)
{
  const CalTagClock clock = { .time = shown };
  uint8_t bytes[CAL_TAG_CLOCK_SIZE];
  *transfer = put_into(CAL_TRANSFER_CLOCK);
  transfer->subscribed = false;
  cal_tag_clock_encode(&clock, bytes);
  const CalTransferEvent event = { .kind = CAL_TRANSFER_CLOCK_READ,
                                   .bytes = bytes,
                                   .n_bytes = sizeof bytes,
                                   .host_now = host_now,
                                   .host_believable = believable };
  return cal_transfer_step(transfer, &event, 0);
}

/* A clock is set when it is off by more than what is let pass, either way, and by nothing that does not fit
 * into it. */
static void
test_the_clock_at_its_bounds(void **state)
{
  (void)state;
  const CalInstant last = UINT32_MAX;
  const int64_t off = CAL_TRANSFER_CLOCK_OFF_S;
  const struct {
    CalInstant shown, host_now;
    bool believable, is_set, left_alone;
  } rows[] = { { 1000000 + off, 1000000, true, false, false },
               { 1000000 + off + 1, 1000000, true, true, false },
               { 1000000 - off, 1000000, true, false, false },
               { 1000000 - off - 1, 1000000, true, true, false },
               { 5000000, 1000000, false, false, true },
               { 5000000, 1, true, true, false },
               { 5000000, 0, true, false, true },
               { 5000000, -1, true, false, true },
               { 5000000, last, true, true, false },
               { 5000000, last + 1, true, false, true } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalTransfer transfer;
    const CalTransferAction action =
        show_clock(&transfer, (uint32_t)rows[i].shown, rows[i].host_now, rows[i].believable);
    assert_int_equal(action.kind == CAL_TRANSFER_WRITE_CLOCK, rows[i].is_set);
    assert_int_equal(transfer.clock_left_alone, rows[i].left_alone);
    if (rows[i].is_set)
      assert_int_equal(action.clock_time, rows[i].host_now);
  }
}

/* -- The parts, by themselves */

static void
test_requests_that_brought_nothing_are_counted(void **state)
{
  (void)state;
  CalTransfer transfer = put_into(CAL_TRANSFER_LOOKING);
  cal_transfer_count_fruitless(&transfer, 5, 9);
  cal_transfer_count_fruitless(&transfer, 5, 9);
  cal_transfer_count_fruitless(&transfer, 5, 8); /* another one, as is */
  cal_transfer_count_fruitless(&transfer, 4, 9);
  assert_int_equal(transfer.n_gaps, 3);
  assert_int_equal(transfer.gaps[0].requests, 2);
  assert_int_equal(transfer.gaps[0].here, 2);
  assert_int_equal(transfer.gaps[0].connections, 1);
  transfer.gaps[0].here = 0; /* the next connection */
  for (int i = 0; i < 300; i++)
    cal_transfer_count_fruitless(&transfer, 5, 9);
  assert_int_equal(transfer.gaps[0].requests, UINT8_MAX);
  assert_int_equal(transfer.gaps[0].connections, 2);
  for (uint32_t i = 3; i < CAL_TRANSFER_GAPS_MAX; i++)
    cal_transfer_count_fruitless(&transfer, 100 * i, 100 * i);
  assert_int_equal(transfer.n_gaps, CAL_TRANSFER_GAPS_MAX);
  cal_transfer_count_fruitless(&transfer, 7777, 7777); /* no room: its turn comes later */
  cal_transfer_count_fruitless(&transfer, 5, 8);
  assert_int_equal(transfer.n_gaps, CAL_TRANSFER_GAPS_MAX);
  assert_int_equal(transfer.gaps[1].requests, 2);
}

static void
test_closed_gaps_are_forgotten(void **state)
{
  (void)state;
  CalTransfer transfer = put_into(CAL_TRANSFER_LOOKING);
  for (uint32_t i = 1; i <= 4; i++)
    cal_transfer_count_fruitless(&transfer, 10 * i, 10 * i + 5);
  transfer.settled = 25;
  cal_transfer_forget_closed_gaps(&transfer);
  assert_int_equal(transfer.n_gaps, 2);
  assert_int_equal(transfer.gaps[0].first, 30);
  assert_int_equal(transfer.gaps[1].first, 40);
  transfer.settled = 34;
  cal_transfer_forget_closed_gaps(&transfer);
  assert_int_equal(transfer.n_gaps, 2);
}

static void
test_a_pass_that_asked_nothing_is_the_last(void **state)
{
  (void)state;
  CalTransfer transfer = put_into(CAL_TRANSFER_LOOKING);
  cal_transfer_begin_pass(&transfer, 2, 7);
  transfer.gap_from = 90;
  transfer.asked = 1;
  cal_transfer_end_pass(&transfer);
  assert_int_equal(transfer.pass, 3);
  assert_int_equal(transfer.gap_from, 7);
  assert_int_equal(transfer.asked, 0);
  cal_transfer_end_pass(&transfer);
  assert_int_equal(transfer.pass, CAL_TRANSFER_PASSES);
}

/* Gaps no farther apart than so much are one range; it ends with the last gap, or when it is full. */
static void
test_which_gaps_are_asked_for_together(void **state)
{
  (void)state;
  CalTransfer transfer = put_into(CAL_TRANSFER_LOOKING);
  cal_transfer_begin_pass(&transfer, 0, 1);
  assert_false(cal_transfer_merge_gap(&transfer, 0, 0));
  assert_false(cal_transfer_merge_gap(&transfer, 5, 9));
  assert_false(cal_transfer_merge_gap(&transfer, 9 + CAL_TRANSFER_MERGE, 100));
  assert_int_equal(transfer.gap_from, 101);
  assert_true(cal_transfer_merge_gap(&transfer, 101 + CAL_TRANSFER_MERGE, 300));
  assert_int_equal(transfer.span_first, 5);
  assert_int_equal(transfer.span_last, 100);
  assert_true(cal_transfer_merge_gap(&transfer, 0, 0));
  cal_transfer_begin_pass(&transfer, 0, 1);
  assert_true(cal_transfer_merge_gap(&transfer, 5, UINT32_MAX));
  assert_int_equal(transfer.gap_from, UINT32_MAX);
  cal_transfer_begin_pass(&transfer, 0, 1);
  for (uint32_t i = 1; i < CAL_TRANSFER_MERGED_MAX; i++)
    assert_false(cal_transfer_merge_gap(&transfer, 2 * i, 2 * i));
  assert_true(cal_transfer_merge_gap(&transfer, 2 * CAL_TRANSFER_MERGED_MAX, 2 * CAL_TRANSFER_MERGED_MAX));
}

/* Three requests in two connections and nothing came: lost. Five in one: until the next. */
static void
test_how_often_a_gap_is_asked_for(void **state)
{
  (void)state;
  static const struct {
    uint8_t requests, connections, here;
    CalTransferActionKind expected;
  } rows[] = { { 0, 0, 0, CAL_TRANSFER_REQUEST }, { 2, 2, 1, CAL_TRANSFER_REQUEST },
               { 3, 1, 3, CAL_TRANSFER_REQUEST }, { 3, 2, 1, CAL_TRANSFER_MARK_LOST },
               { 4, 1, 4, CAL_TRANSFER_REQUEST }, { 5, 1, 5, CAL_TRANSFER_LOOK },
               { 9, 1, 9, CAL_TRANSFER_LOOK } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalTransfer transfer = put_into(CAL_TRANSFER_LOOKING);
    transfer.n_gaps = rows[i].requests > 0;
    transfer.gaps[0] = (CalTransferGap){ 5, 9, rows[i].requests, rows[i].connections, rows[i].here };
    const CalTransferAction action = cal_transfer_single_gap(&transfer, 5, 9, 0);
    assert_int_equal(action.kind, rows[i].expected);
    if (action.kind == CAL_TRANSFER_REQUEST)
      assert_true(action.request.sequence == 5 && action.request.last == 9 && transfer.asked == 1);
    if (action.kind == CAL_TRANSFER_MARK_LOST)
      assert_true(action.first == 5 && action.last == 9);
  }
}

/* The tail begins behind the newest, and never before the floor; behind the last sequence there is none. */
static void
test_where_the_tail_begins(void **state)
{
  (void)state;
  static const struct {
    uint32_t newest, first;
  } rows[] = {
    { 0, 10 }, { 9, 10 }, { 10, 11 }, { 11, 12 }, { UINT32_MAX - 1, UINT32_MAX }, { UINT32_MAX, 0 }
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CalTransfer transfer = put_into(CAL_TRANSFER_LOOKING);
    transfer.pass = CAL_TRANSFER_PASSES;
    transfer.number_known = true;
    transfer.horizon = UINT32_MAX;
    transfer.delete_ms = CAL_TRANSFER_NEVER;
    const CalTransferEvent event = { .kind = CAL_TRANSFER_LOOKED, .floor = 10, .newest = rows[i].newest };
    const CalTransferAction action = cal_transfer_on_looked(&transfer, &event, 0);
    assert_int_equal(action.kind, rows[i].first > 0 ? CAL_TRANSFER_REQUEST : CAL_TRANSFER_NOTHING);
    assert_int_equal(action.request.sequence, rows[i].first);
  }
}

/* What waits in the batch is committed before anything else, as soon as there is a floor. */
static void
test_the_batch_goes_first(void **state)
{
  (void)state;
  for (uint32_t floor = 0; floor < 2; floor++)
    for (unsigned n_batch = 0; n_batch < 2; n_batch++) {
      CalTransfer transfer = put_into(CAL_TRANSFER_SUBSCRIBING);
      transfer.floor = floor;
      transfer.n_batch = n_batch;
      const bool commits = floor == 1 && n_batch == 1;
      assert_int_equal(cal_transfer_evaluate(&transfer).kind,
                       commits ? CAL_TRANSFER_COMMIT : CAL_TRANSFER_LOOK);
      const CalTransferEvent event = { .kind = CAL_TRANSFER_LOOKED, .floor = floor };
      assert_int_equal(cal_transfer_on_looked(&transfer, &event, 0).kind == CAL_TRANSFER_COMMIT, commits);
    }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_a_backlog),
    cmocka_unit_test(test_live_records_are_committed_and_deleted_at_a_polite_pace),
    cmocka_unit_test(test_an_empty_tag_gets_its_floor_from_the_first_record),
    cmocka_unit_test(test_first_contact_begins_at_the_oldest),
    cmocka_unit_test(test_the_clock_is_set_before_anything_is_asked),
    cmocka_unit_test(test_which_clock_is_off),
    cmocka_unit_test(test_the_clock_is_compared_again_after_a_day),
    cmocka_unit_test(test_the_host_is_set_while_records_come),
    cmocka_unit_test(test_a_newer_version_is_refused),
    cmocka_unit_test(test_dropped_notifications_are_asked_for_again),
    cmocka_unit_test(test_the_answer_comes_early),
    cmocka_unit_test(test_a_gap_that_the_tag_no_longer_has_is_lost_at_once),
    cmocka_unit_test(test_a_lie_about_success),
    cmocka_unit_test(test_a_gap_is_lost_at_the_third_request_that_brings_nothing),
    cmocka_unit_test(test_a_live_gap_is_filled),
    cmocka_unit_test(test_a_tag_that_never_answers),
    cmocka_unit_test(test_busy_with_an_older_procedure),
    cmocka_unit_test(test_notifications_that_are_not_on),
    cmocka_unit_test(test_junk_is_counted_and_ignored),
    cmocka_unit_test(test_nothing_is_told_to_the_tag_while_storage_fails),
    cmocka_unit_test(test_cut_anywhere),
    cmocka_unit_test(test_every_event_in_every_state),
    cmocka_unit_test(test_random_bytes),
    cmocka_unit_test(test_each_state_has_a_name_of_its_own),
    cmocka_unit_test(test_only_a_gap_asked_for_singly_is_counted),
    cmocka_unit_test(test_none_though_some_came),
    cmocka_unit_test(test_gaps_outlive_the_link),
    cmocka_unit_test(test_a_sequence_has_four_bytes),
    cmocka_unit_test(test_a_record_begins_the_wait_anew),
    cmocka_unit_test(test_what_a_request_brought),
    cmocka_unit_test(test_a_full_batch),
    cmocka_unit_test(test_the_clock_at_its_bounds),
    cmocka_unit_test(test_requests_that_brought_nothing_are_counted),
    cmocka_unit_test(test_closed_gaps_are_forgotten),
    cmocka_unit_test(test_a_pass_that_asked_nothing_is_the_last),
    cmocka_unit_test(test_which_gaps_are_asked_for_together),
    cmocka_unit_test(test_how_often_a_gap_is_asked_for),
    cmocka_unit_test(test_where_the_tail_begins),
    cmocka_unit_test(test_the_batch_goes_first),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
