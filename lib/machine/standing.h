/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is asked of another program once and is to stand from then on: a registration, a lock, an answer that
 * everything else waits for. It is asked again, less and less often, until it is granted.
 *
 *   CalStanding standing;
 *   cal_standing_init(&standing);
 *   cal_standing_step(&standing, CAL_STANDING_WANTED, 0)     CAL_STANDING_ASK
 *   cal_standing_step(&standing, CAL_STANDING_FAILED, 10)    CAL_STANDING_NOTHING, until deadline_ms
 *
 * Times are milliseconds of a clock that never steps.
 */
#ifndef CAL_MACHINE_STANDING_H
#define CAL_MACHINE_STANDING_H

#include <stdbool.h>
#include <stdint.h>

typedef enum CalStandingState {
  CAL_STANDING_OFF,     /* nobody wants it, or there is nobody to ask */
  CAL_STANDING_ASKING,  /* the call is under way */
  CAL_STANDING_HELD,    /* it was granted */
  CAL_STANDING_WAITING, /* it was not: asked again at the deadline */
  CAL_STANDING_STATES
} CalStandingState;

typedef enum CalStandingEvent {
  CAL_STANDING_WANTED,
  CAL_STANDING_UNWANTED, /* or whoever granted it is gone, and with it what was granted */
  CAL_STANDING_GRANTED,  /* the answers to the last ASK, and to no other */
  CAL_STANDING_FAILED,
  CAL_STANDING_TIME,
  CAL_STANDING_EVENTS
} CalStandingEvent;

typedef enum CalStandingAction {
  CAL_STANDING_NOTHING,
  CAL_STANDING_ASK,
} CalStandingAction;

#define CAL_STANDING_NEVER      INT64_MAX
#define CAL_STANDING_LONGEST_MS 60000 /* 1 s after the first failure, 2 after the second, and so on */

typedef struct CalStanding {
  CalStandingState state;
  int64_t deadline_ms; /* when TIME is due */
  unsigned failures;   /* in a row */
} CalStanding;

void cal_standing_init(CalStanding *standing);

/* Total: every event is answered in every state. */
CalStandingAction cal_standing_step(CalStanding *standing, CalStandingEvent event, int64_t now_ms);

/* Wanted, and refused the last time. */
bool cal_standing_is_refused(const CalStanding *standing);

#endif
