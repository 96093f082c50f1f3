/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A tag that sends whatever it likes whenever it likes, and a ledger that answers truly or fails. What must
 * hold: nothing is deleted that is not settled, no batch overflows, and the machine comes to rest after every
 * event.
 */
#include "fuzz.h"

#include "../../lib/machine/transfer.h"

#include <string.h>

#define SEQUENCES 2048 /* that this tag has */
#define STEPS_MAX 20000

typedef struct World {
  CalTransfer transfer;
  int64_t now_ms;
  uint8_t settled[SEQUENCES + 2]; /* 1: it is; the last never */
  uint32_t newest;                /* settled one, or 0 */
  uint32_t floor;
  bool fails;
  bool barrier; /* holds since the last commit */
  bool linked;
} World;

/* The first from there on that is settled, or is not; libc's search, since one of our own would be traced. */
static uint32_t
first_from(const World *world, uint32_t from, int settled)
{
  const uint8_t *found = memchr(world->settled + from, settled, sizeof world->settled - from);
  FUZZ_REQUIRE(found != NULL);
  return (uint32_t)(found - world->settled);
}

static uint32_t
settled_up_to(const World *world)
{
  return first_from(world, world->floor, 0) - 1;
}

static CalTransferEvent
look(const World *world, uint32_t from)
{
  CalTransferEvent event = { .kind = CAL_TRANSFER_LOOKED, .floor = world->floor };
  if (world->floor == 0)
    return event;
  event.settled = settled_up_to(world);
  event.newest = world->newest;
  from = from > world->floor ? from : world->floor;
  if (from >= event.newest)
    return event;
  from = first_from(world, from, 0);
  if (from >= event.newest)
    return event;
  event.gap_first = from;
  event.gap_last = first_from(world, from, 1) - 1;
  return event;
}

static void
commit(World *world)
{
  FUZZ_REQUIRE(world->floor != 0 && world->transfer.n_batch > 0 &&
               world->transfer.n_batch <= CAL_TRANSFER_BATCH_MAX);
  for (unsigned i = 0; i < world->transfer.n_batch; i++) {
    const uint8_t *bytes = world->transfer.batch[i];
    const uint32_t sequence = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8;
    FUZZ_REQUIRE(sequence > 0 && sequence <= SEQUENCES);
    world->settled[sequence] = 1;
    world->newest = sequence > world->newest ? sequence : world->newest;
  }
  world->barrier = false;
}

static void
mark_lost(World *world, uint32_t first, uint32_t last)
{
  FUZZ_REQUIRE(first >= world->floor && first <= last && last < world->newest);
  memset(world->settled + first, 1, last - first + 1);
}

static void
require_fair_request(World *world, const CalRecordAccessRequest *request)
{
  FUZZ_REQUIRE(world->linked);
  if (request->opcode != CAL_RECORD_ACCESS_DELETE)
    return;
  FUZZ_REQUIRE(world->barrier && request->op == CAL_RECORD_ACCESS_LESS_OR_EQUAL);
  FUZZ_REQUIRE(world->floor != 0 && request->sequence <= settled_up_to(world));
}

/* True when the answer is there at once, in *event. */
static bool
perform(World *world, const CalTransferAction *action, CalTransferEvent *event)
{
  switch (action->kind) {
  case CAL_TRANSFER_LOOK:
    *event = look(world, action->first);
    break;
  case CAL_TRANSFER_COMMIT:
    if (!world->fails)
      commit(world);
    *event = (CalTransferEvent){ .kind = CAL_TRANSFER_COMMITTED };
    break;
  case CAL_TRANSFER_SET_FLOOR:
    FUZZ_REQUIRE(world->floor == 0 && action->first > 0);
    if (!world->fails)
      world->floor = action->first;
    *event = (CalTransferEvent){ .kind = CAL_TRANSFER_STORED };
    break;
  case CAL_TRANSFER_MARK_LOST:
    if (!world->fails)
      mark_lost(world, action->first, action->last);
    *event = (CalTransferEvent){ .kind = CAL_TRANSFER_STORED };
    break;
  case CAL_TRANSFER_BARRIER:
    world->barrier = !world->fails;
    *event = (CalTransferEvent){ .kind = CAL_TRANSFER_STORED };
    break;
  case CAL_TRANSFER_REQUEST:
    require_fair_request(world, &action->request);
    return false;
  case CAL_TRANSFER_NOTHING:
  case CAL_TRANSFER_READ_FEATURE:
  case CAL_TRANSFER_READ_CLOCK:
  case CAL_TRANSFER_WRITE_CLOCK:
  case CAL_TRANSFER_SUBSCRIBE:
  case CAL_TRANSFER_FAIL:
    return false;
  }
  if (world->fails)
    event->kind = CAL_TRANSFER_STORE_FAILED;
  return true;
}

static void
feed(World *world, CalTransferEvent event)
{
  int steps = 0;
  for (;;) {
    const CalTransferAction action = cal_transfer_step(&world->transfer, &event, world->now_ms);
    FUZZ_REQUIRE(world->transfer.state < CAL_TRANSFER_STATES);
    FUZZ_REQUIRE(world->transfer.n_batch <= CAL_TRANSFER_BATCH_MAX);
    FUZZ_REQUIRE(world->transfer.n_gaps <= CAL_TRANSFER_GAPS_MAX);
    if (!perform(world, &action, &event))
      return;
    FUZZ_REQUIRE(++steps < STEPS_MAX);
  }
}

/* At the deadline: it is answered, and the next one lies ahead. A clock that was set meanwhile is compared at
 * the same moment, as a step of its own. */
static void
pass_time(World *world)
{
  const int64_t deadline_ms = cal_transfer_deadline_ms(&world->transfer);
  if (deadline_ms == CAL_TRANSFER_NEVER)
    return;
  world->now_ms = deadline_ms > world->now_ms ? deadline_ms : world->now_ms;
  feed(world, (CalTransferEvent){ .kind = CAL_TRANSFER_TIME });
  if (cal_transfer_deadline_ms(&world->transfer) <= world->now_ms)
    feed(world, (CalTransferEvent){ .kind = CAL_TRANSFER_TIME });
  FUZZ_REQUIRE(cal_transfer_deadline_ms(&world->transfer) > world->now_ms);
}

static void
send_record(World *world, const uint8_t *bytes)
{
  uint8_t record[CAL_RECORD_SIZE] = { bytes[0], bytes[1] & 7 };
  feed(world, (CalTransferEvent){ .kind = CAL_TRANSFER_RECORD, .bytes = record, .n_bytes = sizeof record });
}

/* Four bytes an event: what, and three that it is made of. */
static void
take_event(World *world, const uint8_t *bytes)
{
  const uint8_t feature[] = { bytes[1] % 3, 7, 0, 2, 0, 0x10, 0, 0, 0x78, 0x56, 0x34, 0x12 };
  const uint8_t clock[10] = { bytes[1], bytes[2], bytes[3], 0 };
  const uint8_t answer[] = { 5 + bytes[1] % 3, 0, bytes[2], bytes[3], 0, 0 };
  const CalTransferEventKind kind = (CalTransferEventKind)(bytes[0] % CAL_TRANSFER_EVENTS);
  CalTransferEvent event = { .kind = kind,
                             .fault = (CalTransferFault)(bytes[1] % (CAL_TRANSFER_FAULT_OTHER + 1)) };
  switch (kind) {
  case CAL_TRANSFER_OPENED:
  case CAL_TRANSFER_ENDED:
    world->linked = kind == CAL_TRANSFER_OPENED;
    break;
  case CAL_TRANSFER_FEATURE_READ:
    event.bytes = feature;
    event.n_bytes = sizeof feature;
    break;
  case CAL_TRANSFER_CLOCK_READ:
    event.bytes = clock;
    event.n_bytes = sizeof clock;
    event.host_now = 1790000000;
    event.host_believable = bytes[1] & 1;
    break;
  case CAL_TRANSFER_RECORD:
    send_record(world, bytes + 1);
    return;
  case CAL_TRANSFER_ANSWER:
    event.bytes = answer;
    event.n_bytes = bytes[1] & 0x80 ? bytes[1] % sizeof answer : answer[0] == 5 ? 6 : 4;
    break;
  case CAL_TRANSFER_TIME:
    pass_time(world);
    return;
  case CAL_TRANSFER_STORE_FAILED: /* from here on the ledger fails, or works */
    world->fails = !world->fails;
    return;
  case CAL_TRANSFER_LOOKED: /* these the ledger answers, and nobody else */
  case CAL_TRANSFER_COMMITTED:
  case CAL_TRANSFER_STORED:
    return;
  case CAL_TRANSFER_CLOCK_SET:
  case CAL_TRANSFER_SUBSCRIBED:
  case CAL_TRANSFER_JUNK:
  case CAL_TRANSFER_CALL_FAILED:
  case CAL_TRANSFER_CLOCK_NEWS:
  case CAL_TRANSFER_EVENTS:
    break;
  }
  feed(world, event);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  World world = { .now_ms = 0 };
  cal_transfer_init(&world.transfer);
  for (size_t i = 0; i + 3 < size; i += 4)
    take_event(&world, data + i);
  return 0;
}
