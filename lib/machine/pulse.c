/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 *            not running, from anywhere but PAUSING             PAUSING too when not powered
 *   RESTING ◀────────────────────────────────────────────────────────────
 *      │ running
 *      ▼                  missed, and trusted long enough
 *   TRUSTING ────────────────────────────────────────────▶ LOOKING ── LOOKED ──▶ LISTENING
 *    ▲  ▲  ▲                                                  │                     │ 10 s
 *    │  │  └── failed, or nobody is missed any more ──────────┴─────────────────────┤
 *    │  │                                                                           ▼
 *    │  └─────────────── heard: 15 min ────────────────────────────────────────  COMPARING
 *    │                                                                              │ nothing heard
 *    └── running again: 1, 2, 4 ... 60 min ──  RESTING  ◀───────── 2 s ─────────  PAUSING
 *
 * Three looks in a row that found nothing heard: deaf, until somebody is heard or the power goes.
 */
#include "pulse.h"

void
cal_pulse_init(CalPulse *pulse)
{
  *pulse = (CalPulse){ .state = CAL_PULSE_RESTING, .deadline_ms = CAL_PULSE_NEVER };
}

const char *
cal_pulse_state_name(CalPulseState state)
{
  static const char *const names[CAL_PULSE_STATES] = { "resting",   "trusting",  "looking",
                                                       "listening", "comparing", "pausing" };
  return state < CAL_PULSE_STATES ? names[state] : "?";
}

bool
cal_pulse_is_deaf(const CalPulse *pulse)
{
  return pulse->deaf >= CAL_PULSE_DEAF_MAX;
}

static CalPulseAction
enter(CalPulse *pulse, CalPulseState state, int64_t deadline_ms, CalPulseAction action)
{
  pulse->state = state;
  pulse->deadline_ms = deadline_ms;
  return action;
}

/* In TRUSTING: what the level and the time ask for. */
static CalPulseAction
settle(CalPulse *pulse, int64_t now_ms)
{
  if (!pulse->level.missed)
    return enter(pulse, CAL_PULSE_TRUSTING, CAL_PULSE_NEVER, CAL_PULSE_NOTHING);
  if (now_ms < pulse->trust_ms)
    return enter(pulse, CAL_PULSE_TRUSTING, pulse->trust_ms, CAL_PULSE_NOTHING);
  return enter(pulse, CAL_PULSE_LOOKING, CAL_PULSE_NEVER, CAL_PULSE_LOOK);
}

static CalPulseAction
trust(CalPulse *pulse, int64_t for_ms, int64_t now_ms)
{
  pulse->trust_ms = now_ms + for_ms;
  return settle(pulse, now_ms);
}

/* 1, 1, 2, 4 ... 60 min, by how often in a row nothing was heard. */
static int64_t
settle_ms(unsigned deaf)
{
  const unsigned doublings = deaf > 1 ? deaf - 1 : 0;
  return doublings > 5 ? CAL_PULSE_AGAIN_MAX_MS : (int64_t)CAL_PULSE_SETTLE_MS << doublings;
}

static CalPulseAction
on_running_level(CalPulse *pulse, int64_t now_ms)
{
  switch (pulse->state) {
  case CAL_PULSE_RESTING:
    return trust(pulse, settle_ms(pulse->deaf), now_ms);
  case CAL_PULSE_TRUSTING:
    return settle(pulse, now_ms);
  case CAL_PULSE_LOOKING: /* somebody was heard meanwhile: the look's answer is of no interest */
  case CAL_PULSE_LISTENING:
  case CAL_PULSE_COMPARING:
    return pulse->level.missed ? CAL_PULSE_NOTHING : settle(pulse, now_ms);
  case CAL_PULSE_PAUSING: /* it has not stopped yet */
  case CAL_PULSE_STATES:
    return CAL_PULSE_NOTHING;
  }
  return CAL_PULSE_NOTHING;
}

static CalPulseAction
on_level(CalPulse *pulse, const CalPulseLevel *level, int64_t now_ms)
{
  pulse->level = *level;
  if (!level->powered || !level->missed)
    pulse->deaf = 0;
  if (level->powered && pulse->state == CAL_PULSE_PAUSING)
    return CAL_PULSE_NOTHING;
  if (level->powered && level->running)
    return on_running_level(pulse, now_ms);
  return enter(pulse, CAL_PULSE_RESTING, CAL_PULSE_NEVER, CAL_PULSE_NOTHING);
}

static CalPulseAction
compare(CalPulse *pulse, bool heard, int64_t now_ms)
{
  if (heard) {
    pulse->deaf = 0;
    return trust(pulse, CAL_PULSE_ALIVE_MS, now_ms);
  }
  pulse->deaf++;
  return enter(pulse, CAL_PULSE_PAUSING, now_ms + CAL_PULSE_PAUSE_MS, CAL_PULSE_PAUSE);
}

static CalPulseAction
on_looked(CalPulse *pulse, bool heard, int64_t now_ms)
{
  switch (pulse->state) {
  case CAL_PULSE_LOOKING:
    return enter(pulse, CAL_PULSE_LISTENING, now_ms + CAL_PULSE_LISTEN_MS, CAL_PULSE_NOTHING);
  case CAL_PULSE_COMPARING:
    return compare(pulse, heard, now_ms);
  case CAL_PULSE_RESTING: /* of a look that the level has overtaken */
  case CAL_PULSE_TRUSTING:
  case CAL_PULSE_LISTENING:
  case CAL_PULSE_PAUSING:
  case CAL_PULSE_STATES:
    return CAL_PULSE_NOTHING;
  }
  return CAL_PULSE_NOTHING;
}

static CalPulseAction
on_look_failed(CalPulse *pulse, int64_t now_ms)
{
  switch (pulse->state) {
  case CAL_PULSE_LOOKING:
  case CAL_PULSE_COMPARING:
    return trust(pulse, CAL_PULSE_SETTLE_MS, now_ms);
  case CAL_PULSE_RESTING:
  case CAL_PULSE_TRUSTING:
  case CAL_PULSE_LISTENING:
  case CAL_PULSE_PAUSING:
  case CAL_PULSE_STATES:
    return CAL_PULSE_NOTHING;
  }
  return CAL_PULSE_NOTHING;
}

static CalPulseAction
on_time(CalPulse *pulse, int64_t now_ms)
{
  if (now_ms < pulse->deadline_ms)
    return CAL_PULSE_NOTHING;
  switch (pulse->state) {
  case CAL_PULSE_TRUSTING:
    return settle(pulse, now_ms);
  case CAL_PULSE_LISTENING:
    return enter(pulse, CAL_PULSE_COMPARING, CAL_PULSE_NEVER, CAL_PULSE_LOOK);
  case CAL_PULSE_PAUSING: /* the level will say when it runs */
    return enter(pulse, CAL_PULSE_RESTING, CAL_PULSE_NEVER, CAL_PULSE_RESUME);
  case CAL_PULSE_RESTING: /* these have no deadline */
  case CAL_PULSE_LOOKING:
  case CAL_PULSE_COMPARING:
  case CAL_PULSE_STATES:
    return CAL_PULSE_NOTHING;
  }
  return CAL_PULSE_NOTHING;
}

CalPulseAction
cal_pulse_step(CalPulse *pulse, const CalPulseEvent *event, int64_t now_ms)
{
  switch (event->kind) {
  case CAL_PULSE_LEVEL:
    return on_level(pulse, &event->level, now_ms);
  case CAL_PULSE_LOOKED:
    return on_looked(pulse, event->heard, now_ms);
  case CAL_PULSE_LOOK_FAILED:
    return on_look_failed(pulse, now_ms);
  case CAL_PULSE_TIME:
    return on_time(pulse, now_ms);
  case CAL_PULSE_EVENTS:
    return CAL_PULSE_NOTHING;
  }
  return CAL_PULSE_NOTHING;
}
