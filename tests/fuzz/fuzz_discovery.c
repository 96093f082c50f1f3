/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Discovery on one adapter and the pulse that watches it, coupled as the daemon couples them, and a habit
 * beside them: two bytes an event. BlueZ's side is a model: a session exists or not.
 */
#include "fuzz.h"

#include "../../lib/machine/discovery.h"
#include "../../lib/machine/habit.h"
#include "../../lib/machine/pulse.h"

enum { POWERED = 1, WANTED = 2, DISCOVERING = 4, MISSED = 8, HEARD = 16, TRIGGERED = 32 };

typedef struct Driver {
  CalDiscovery discovery;
  CalPulse pulse;
  CalHabit habit;
  int64_t now_ms;
  uint8_t bits;
  bool starting, stopping, looking;
} Driver;

static void
take_action(Driver *driver, CalDiscoveryAction action)
{
  FUZZ_REQUIRE(action == CAL_DISCOVERY_NOTHING || (!driver->starting && !driver->stopping));
  FUZZ_REQUIRE(action == CAL_DISCOVERY_NOTHING || driver->discovery.level.powered);
  driver->starting = driver->starting || action == CAL_DISCOVERY_START;
  driver->stopping = driver->stopping || action == CAL_DISCOVERY_STOP;
}

static void
step_discovery(Driver *driver, CalDiscoveryEventKind kind)
{
  const bool pauses = driver->pulse.state == CAL_PULSE_PAUSING;
  const CalDiscoveryEvent event = { .kind = kind,
                                    .level = { .powered = driver->bits & POWERED,
                                               .wanted = (driver->bits & WANTED) && !pauses,
                                               .discovering = driver->bits & DISCOVERING } };
  take_action(driver, cal_discovery_step(&driver->discovery, &event, driver->now_ms));
  if (driver->discovery.state == CAL_DISCOVERY_OFF) /* whatever is under way is forgotten */
    driver->starting = driver->stopping = false;
}

static void
step_pulse(Driver *driver, CalPulseEventKind kind)
{
  const CalPulseEvent event = { .kind = kind,
                                .heard = driver->bits & HEARD,
                                .level = { .powered = driver->bits & POWERED,
                                           .running = cal_discovery_has_session(&driver->discovery),
                                           .missed = driver->bits & MISSED } };
  const CalPulseAction action = cal_pulse_step(&driver->pulse, &event, driver->now_ms);
  const bool looks = driver->pulse.state == CAL_PULSE_LOOKING || driver->pulse.state == CAL_PULSE_COMPARING;
  FUZZ_REQUIRE((action == CAL_PULSE_LOOK) <= looks);
  FUZZ_REQUIRE((action == CAL_PULSE_PAUSE) <= (driver->pulse.state == CAL_PULSE_PAUSING));
  driver->looking = looks;
}

static void
require_sane(const Driver *driver)
{
  const CalDiscovery *discovery = &driver->discovery;
  const CalPulse *pulse = &driver->pulse;
  FUZZ_REQUIRE(discovery->state < CAL_DISCOVERY_STATES && pulse->state < CAL_PULSE_STATES);
  FUZZ_REQUIRE((discovery->deadline_ms != CAL_DISCOVERY_NEVER) ==
               (discovery->state == CAL_DISCOVERY_WAITING));
  FUZZ_REQUIRE(driver->starting == (discovery->state == CAL_DISCOVERY_STARTING));
  FUZZ_REQUIRE(driver->stopping == (discovery->state == CAL_DISCOVERY_STOPPING));
  FUZZ_REQUIRE(discovery->deadline_ms == CAL_DISCOVERY_NEVER ||
               discovery->deadline_ms - driver->now_ms <= CAL_DISCOVERY_RETRY_MAX_MS);
  FUZZ_REQUIRE(pulse->state == CAL_PULSE_RESTING || pulse->level.powered);
  FUZZ_REQUIRE(!cal_pulse_is_deaf(pulse) || (pulse->level.powered && pulse->level.missed));
  FUZZ_REQUIRE(pulse->deadline_ms == CAL_PULSE_NEVER ||
               pulse->deadline_ms - driver->now_ms <= CAL_PULSE_AGAIN_MAX_MS);
}

static void
step_habit(Driver *driver)
{
  cal_habit_hear(&driver->habit, driver->bits & TRIGGERED, driver->now_ms);
  const int64_t deadline_ms = cal_habit_deadline_ms(&driver->habit);
  FUZZ_REQUIRE(!cal_habit_is_silent(&driver->habit, driver->now_ms));
  FUZZ_REQUIRE(deadline_ms == CAL_HABIT_NEVER ||
               (deadline_ms - driver->habit.heard_ms >= CAL_HABIT_LEAST_MS &&
                deadline_ms - driver->habit.heard_ms <= CAL_HABIT_LONGEST_MS));
}

/* What BlueZ answers it answers only when it was asked. */
static void
take_event(Driver *driver, unsigned what)
{
  switch (what % 6) {
  case 0:
    step_discovery(driver, CAL_DISCOVERY_LEVEL);
    break;
  case 1:
    if (driver->starting) {
      driver->starting = false;
      step_discovery(driver, CAL_DISCOVERY_STARTED);
    }
    break;
  case 2:
    if (driver->starting) {
      driver->starting = false;
      step_discovery(driver, CAL_DISCOVERY_START_FAILED);
    }
    break;
  case 3:
    if (driver->stopping) {
      driver->stopping = false;
      step_discovery(driver, CAL_DISCOVERY_STOPPED);
    }
    break;
  case 4:
    if (driver->looking)
      step_pulse(driver, driver->bits & TRIGGERED ? CAL_PULSE_LOOK_FAILED : CAL_PULSE_LOOKED);
    break;
  default:
    step_habit(driver);
    break;
  }
}

/* Time goes on, and whoever is due hears of it. */
static void
pass_time(Driver *driver, int64_t by_ms)
{
  driver->now_ms += by_ms;
  if (driver->now_ms >= driver->discovery.deadline_ms)
    step_discovery(driver, CAL_DISCOVERY_TIME);
  if (driver->now_ms >= driver->pulse.deadline_ms)
    step_pulse(driver, CAL_PULSE_TIME);
  FUZZ_REQUIRE(driver->discovery.deadline_ms > driver->now_ms && driver->pulse.deadline_ms > driver->now_ms);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  Driver driver = { .now_ms = 0 };
  cal_discovery_init(&driver.discovery);
  cal_pulse_init(&driver.pulse);
  cal_habit_init(&driver.habit);
  for (size_t i = 0; i + 1 < size; i += 2) {
    pass_time(&driver, (int64_t)(data[i] >> 3) * (data[i] >> 3) * 100);
    driver.bits = data[i + 1];
    take_event(&driver, data[i] & 7);
    step_discovery(&driver, CAL_DISCOVERY_LEVEL);
    step_pulse(&driver, CAL_PULSE_LEVEL);
    require_sane(&driver);
  }
  return 0;
}
