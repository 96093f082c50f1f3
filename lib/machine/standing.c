/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 *   OFF ──WANTED──▶ ASKING ──GRANTED──▶ HELD
 *    ▲               │  ▲
 *    │ UNWANTED,     │  │ deadline: 1, 2, 4 ... 60 s
 *    │ from any-   FAILED │
 *    │ where         ▼  │
 *    └───────────── WAITING
 */
#include "standing.h"

void
cal_standing_init(CalStanding *standing)
{
  *standing = (CalStanding){ .state = CAL_STANDING_OFF, .deadline_ms = CAL_STANDING_NEVER };
}

bool
cal_standing_is_refused(const CalStanding *standing)
{
  return standing->failures > 0;
}

static CalStandingAction
enter(CalStanding *standing, CalStandingState state, int64_t deadline_ms, CalStandingAction action)
{
  standing->state = state;
  standing->deadline_ms = deadline_ms;
  return action;
}

static int64_t
again_ms(unsigned failures)
{
  const unsigned doublings = failures - 1;
  if (doublings > 5)
    return CAL_STANDING_LONGEST_MS;
  return INT64_C(1000) << doublings;
}

static CalStandingAction
on_granted(CalStanding *standing)
{
  if (standing->state != CAL_STANDING_ASKING)
    return CAL_STANDING_NOTHING;
  standing->failures = 0;
  return enter(standing, CAL_STANDING_HELD, CAL_STANDING_NEVER, CAL_STANDING_NOTHING);
}

static CalStandingAction
on_failed(CalStanding *standing, int64_t now_ms)
{
  if (standing->state != CAL_STANDING_ASKING)
    return CAL_STANDING_NOTHING;
  standing->failures++;
  return enter(standing, CAL_STANDING_WAITING, now_ms + again_ms(standing->failures), CAL_STANDING_NOTHING);
}

static CalStandingAction
ask_from(CalStanding *standing, CalStandingState state)
{
  if (standing->state != state)
    return CAL_STANDING_NOTHING;
  return enter(standing, CAL_STANDING_ASKING, CAL_STANDING_NEVER, CAL_STANDING_ASK);
}

CalStandingAction
cal_standing_step(CalStanding *standing, CalStandingEvent event, int64_t now_ms)
{
  switch (event) {
  case CAL_STANDING_WANTED:
    return ask_from(standing, CAL_STANDING_OFF);
  case CAL_STANDING_UNWANTED:
    cal_standing_init(standing);
    return CAL_STANDING_NOTHING;
  case CAL_STANDING_GRANTED:
    return on_granted(standing);
  case CAL_STANDING_FAILED:
    return on_failed(standing, now_ms);
  case CAL_STANDING_TIME:
    return now_ms < standing->deadline_ms ? CAL_STANDING_NOTHING : ask_from(standing, CAL_STANDING_WAITING);
  case CAL_STANDING_EVENTS:
    return CAL_STANDING_NOTHING;
  }
  return CAL_STANDING_NOTHING;
}
