/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 *   OFF ──powered──▶ RESTING ──wanted──▶ STARTING ──STARTED──▶ RUNNING ──not wanted──▶ STOPPING
 *    ▲                  ▲                 │    ▲                  │                       │
 *    │ not powered,     │ not wanted      │    │ deadline         │ Discovering is        │ STOPPED
 *    │ from anywhere    │           FAILED▼    │                  │ false                 ▼
 *                       └───────────────WAITING ◀─────────────────┘                    RESTING
 *
 * Discovering that comes back before the deadline was BlueZ's pause between two rounds: RUNNING again.
 */
#include "discovery.h"

void
cal_discovery_init(CalDiscovery *discovery)
{
  *discovery = (CalDiscovery){ .state = CAL_DISCOVERY_OFF, .deadline_ms = CAL_DISCOVERY_NEVER };
}

const char *
cal_discovery_state_name(CalDiscoveryState state)
{
  static const char *const names[CAL_DISCOVERY_STATES] = { "off",     "resting",  "starting",
                                                           "running", "stopping", "waiting" };
  return state < CAL_DISCOVERY_STATES ? names[state] : "?";
}

bool
cal_discovery_has_session(const CalDiscovery *discovery)
{
  return discovery->state == CAL_DISCOVERY_RUNNING ||
         (discovery->state == CAL_DISCOVERY_WAITING && discovery->failures == 0);
}

static CalDiscoveryAction
enter(CalDiscovery *discovery, CalDiscoveryState state, int64_t deadline_ms, CalDiscoveryAction action)
{
  discovery->state = state;
  discovery->deadline_ms = deadline_ms;
  return action;
}

static CalDiscoveryAction
start(CalDiscovery *discovery)
{
  return enter(discovery, CAL_DISCOVERY_STARTING, CAL_DISCOVERY_NEVER, CAL_DISCOVERY_START);
}

/* From a state in which no session of ours exists. */
static CalDiscoveryAction
settle(CalDiscovery *discovery)
{
  if (discovery->level.wanted)
    return start(discovery);
  return enter(discovery, CAL_DISCOVERY_RESTING, CAL_DISCOVERY_NEVER, CAL_DISCOVERY_NOTHING);
}

/* A session exists. Discovering may not be told yet: then the deadline looks again. */
static CalDiscoveryAction
run(CalDiscovery *discovery, int64_t now_ms)
{
  if (!discovery->level.wanted)
    return enter(discovery, CAL_DISCOVERY_STOPPING, CAL_DISCOVERY_NEVER, CAL_DISCOVERY_STOP);
  if (!discovery->level.discovering)
    return enter(discovery, CAL_DISCOVERY_WAITING, now_ms + CAL_DISCOVERY_PAUSE_MS, CAL_DISCOVERY_NOTHING);
  return enter(discovery, CAL_DISCOVERY_RUNNING, CAL_DISCOVERY_NEVER, CAL_DISCOVERY_NOTHING);
}

/* Without a failure before, a session of ours exists and pauses; after one, Discovering is another's. */
static CalDiscoveryAction
on_level_while_waiting(CalDiscovery *discovery, int64_t now_ms)
{
  if (discovery->failures > 0)
    return discovery->level.wanted ? CAL_DISCOVERY_NOTHING : settle(discovery);
  if (discovery->level.discovering || !discovery->level.wanted)
    return run(discovery, now_ms);
  return CAL_DISCOVERY_NOTHING;
}

static CalDiscoveryAction
on_powered_level(CalDiscovery *discovery, int64_t now_ms)
{
  switch (discovery->state) {
  case CAL_DISCOVERY_OFF:
  case CAL_DISCOVERY_RESTING:
    return settle(discovery);
  case CAL_DISCOVERY_RUNNING:
    return run(discovery, now_ms);
  case CAL_DISCOVERY_WAITING:
    return on_level_while_waiting(discovery, now_ms);
  case CAL_DISCOVERY_STARTING: /* their answers come, and are judged by the level of then */
  case CAL_DISCOVERY_STOPPING:
  case CAL_DISCOVERY_STATES:
    return CAL_DISCOVERY_NOTHING;
  }
  return CAL_DISCOVERY_NOTHING;
}

static CalDiscoveryAction
on_level(CalDiscovery *discovery, const CalDiscoveryLevel *level, int64_t now_ms)
{
  discovery->level = *level;
  if (level->powered)
    return on_powered_level(discovery, now_ms);
  discovery->failures = 0;
  return enter(discovery, CAL_DISCOVERY_OFF, CAL_DISCOVERY_NEVER, CAL_DISCOVERY_NOTHING);
}

static CalDiscoveryAction
on_started(CalDiscovery *discovery, int64_t now_ms)
{
  switch (discovery->state) {
  case CAL_DISCOVERY_STARTING:
    discovery->failures = 0;
    return run(discovery, now_ms);
  case CAL_DISCOVERY_OFF: /* of a life before */
  case CAL_DISCOVERY_RESTING:
  case CAL_DISCOVERY_RUNNING:
  case CAL_DISCOVERY_STOPPING:
  case CAL_DISCOVERY_WAITING:
  case CAL_DISCOVERY_STATES:
    return CAL_DISCOVERY_NOTHING;
  }
  return CAL_DISCOVERY_NOTHING;
}

/* 2, 4, 8 ... 60 s. */
static int64_t
retry_ms(unsigned failures)
{
  return failures > 5 ? CAL_DISCOVERY_RETRY_MAX_MS : INT64_C(1000) << failures;
}

static CalDiscoveryAction
on_start_failed(CalDiscovery *discovery, int64_t now_ms)
{
  switch (discovery->state) {
  case CAL_DISCOVERY_STARTING:
    if (!discovery->level.wanted)
      return settle(discovery);
    discovery->failures++;
    return enter(discovery, CAL_DISCOVERY_WAITING, now_ms + retry_ms(discovery->failures),
                 CAL_DISCOVERY_NOTHING);
  case CAL_DISCOVERY_OFF:
  case CAL_DISCOVERY_RESTING:
  case CAL_DISCOVERY_RUNNING:
  case CAL_DISCOVERY_STOPPING:
  case CAL_DISCOVERY_WAITING:
  case CAL_DISCOVERY_STATES:
    return CAL_DISCOVERY_NOTHING;
  }
  return CAL_DISCOVERY_NOTHING;
}

static CalDiscoveryAction
on_stopped(CalDiscovery *discovery)
{
  switch (discovery->state) {
  case CAL_DISCOVERY_STOPPING:
    return settle(discovery);
  case CAL_DISCOVERY_OFF:
  case CAL_DISCOVERY_RESTING:
  case CAL_DISCOVERY_STARTING:
  case CAL_DISCOVERY_RUNNING:
  case CAL_DISCOVERY_WAITING:
  case CAL_DISCOVERY_STATES:
    return CAL_DISCOVERY_NOTHING;
  }
  return CAL_DISCOVERY_NOTHING;
}

static CalDiscoveryAction
on_time(CalDiscovery *discovery, int64_t now_ms)
{
  switch (discovery->state) {
  case CAL_DISCOVERY_WAITING:
    return now_ms < discovery->deadline_ms ? CAL_DISCOVERY_NOTHING : settle(discovery);
  case CAL_DISCOVERY_OFF: /* these have no deadline */
  case CAL_DISCOVERY_RESTING:
  case CAL_DISCOVERY_STARTING:
  case CAL_DISCOVERY_RUNNING:
  case CAL_DISCOVERY_STOPPING:
  case CAL_DISCOVERY_STATES:
    return CAL_DISCOVERY_NOTHING;
  }
  return CAL_DISCOVERY_NOTHING;
}

CalDiscoveryAction
cal_discovery_step(CalDiscovery *discovery, const CalDiscoveryEvent *event, int64_t now_ms)
{
  switch (event->kind) {
  case CAL_DISCOVERY_LEVEL:
    return on_level(discovery, &event->level, now_ms);
  case CAL_DISCOVERY_STARTED:
    return on_started(discovery, now_ms);
  case CAL_DISCOVERY_START_FAILED:
    return on_start_failed(discovery, now_ms);
  case CAL_DISCOVERY_STOPPED:
    return on_stopped(discovery);
  case CAL_DISCOVERY_TIME:
    return on_time(discovery, now_ms);
  case CAL_DISCOVERY_EVENTS:
    return CAL_DISCOVERY_NOTHING;
  }
  return CAL_DISCOVERY_NOTHING;
}
