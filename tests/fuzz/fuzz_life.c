/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The life of a link: two bytes an event, what is true and what is asked; then what must hold of any driver.
 */
#include "fuzz.h"

#include "../../lib/machine/life.h"

typedef struct Driver {
  CalLife life;
  int64_t now_ms;
  bool in_session;
} Driver;

static bool
is_session(CalLifeState state)
{
  return state == CAL_LIFE_SETTING_UP || state == CAL_LIFE_READY;
}

static bool
waits_for_time(CalLifeState state)
{
  return state == CAL_LIFE_CONNECTING || state == CAL_LIFE_RESOLVING || state == CAL_LIFE_MENDING ||
         state == CAL_LIFE_RETURNING || state == CAL_LIFE_BACKING_OFF || state == CAL_LIFE_LETTING_GO;
}

static CalLifeLevel
level_of(uint8_t bits, uint32_t epoch)
{
  return (CalLifeLevel){ .powered = bits & 1,
                         .exists = bits & 2,
                         .bonded = bits & 4,
                         .trusted = bits & 8,
                         .connected = bits & 16,
                         .resolved = bits & 32,
                         .epoch = epoch + (bits >> 7) };
}

/* Sessions begin and end in pairs, and no action is asked of a device that is not there. */
static void
take_actions(Driver *driver, unsigned actions)
{
  const CalLifeLevel *level = &driver->life.level;
  const bool there = level->powered && level->exists;
  if (actions & CAL_LIFE_ABANDON) {
    FUZZ_REQUIRE(driver->in_session);
    driver->in_session = false;
  }
  if (actions & CAL_LIFE_SET_UP) {
    FUZZ_REQUIRE(!driver->in_session && there && level->connected && level->resolved);
    driver->in_session = true;
  }
  FUZZ_REQUIRE(there || !(actions & (CAL_LIFE_CONNECT | CAL_LIFE_TRUST | CAL_LIFE_DISCONNECT)));
  FUZZ_REQUIRE(!(actions & CAL_LIFE_TRUST) || !(actions & CAL_LIFE_RELEASE));
  FUZZ_REQUIRE(!(actions & CAL_LIFE_CONNECT) || driver->life.state == CAL_LIFE_CONNECTING);
}

static void
require_sane(const Driver *driver)
{
  const CalLife *life = &driver->life;
  FUZZ_REQUIRE(life->state < CAL_LIFE_STATES);
  FUZZ_REQUIRE(driver->in_session == is_session(life->state));
  FUZZ_REQUIRE(is_session(life->state) || /* which waits when its connection was said to be gone */
               (life->deadline_ms != CAL_LIFE_NEVER) == waits_for_time(life->state));
  FUZZ_REQUIRE(life->deadline_ms == CAL_LIFE_NEVER ||
               life->deadline_ms - driver->now_ms <= CAL_LIFE_BACK_OFF_MAX_MS);
  FUZZ_REQUIRE(*cal_life_state_name(life->state) != '?');
  FUZZ_REQUIRE(cal_life_complaint(life) <= CAL_LIFE_RESTS);
}

/* Time goes on to the deadline when TIME is asked for, and by a little otherwise. */
static void
take_event(Driver *driver, uint8_t what, uint8_t bits)
{
  CalLifeEvent event = { .kind = (CalLifeEventKind)(what % CAL_LIFE_EVENTS),
                         .fault = (CalLifeFault)(bits % (CAL_LIFE_FAULT_OTHER + 1)),
                         .level = level_of(bits, driver->life.level.epoch) };
  const bool is_due = event.kind == CAL_LIFE_TIME && driver->life.deadline_ms != CAL_LIFE_NEVER;
  driver->now_ms = is_due ? driver->life.deadline_ms : driver->now_ms + (what >> 3) * 400;
  if (!is_due && driver->now_ms > driver->life.deadline_ms)
    driver->now_ms = driver->life.deadline_ms;
  take_actions(driver, cal_life_step(&driver->life, &event, driver->now_ms));
  FUZZ_REQUIRE(!is_due || driver->life.deadline_ms > driver->now_ms);
  require_sane(driver);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  if (size < 1)
    return 0;
  Driver driver = { .now_ms = 0 };
  cal_life_init(&driver.life, data[0] & 1);
  for (size_t i = 1; i + 1 < size; i += 2)
    take_event(&driver, data[i], data[i + 1]);
  return 0;
}
