/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whether an adapter that says it is discovering still hears anything: a controller can be stuck with
 * Discovering true. Nobody looks for it until a tag is missed; then all devices' signal strengths are looked
 * at twice, and when nothing was heard in between discovery pauses and begins again.
 *
 *   CalPulse pulse;
 *   cal_pulse_init(&pulse);
 *   CalPulseEvent event = { .kind = CAL_PULSE_LEVEL,
 *                           .level = { .powered = true, .running = true, .missed = true } };
 *   cal_pulse_step(&pulse, &event, 0);                       CAL_PULSE_NOTHING: it has just begun to listen
 *   event.kind = CAL_PULSE_TIME;
 *   cal_pulse_step(&pulse, &event, CAL_PULSE_SETTLE_MS)      CAL_PULSE_LOOK
 *
 * Times are milliseconds of a clock that never steps.
 */
#ifndef CAL_MACHINE_PULSE_H
#define CAL_MACHINE_PULSE_H

#include <stdbool.h>
#include <stdint.h>

typedef enum CalPulseState {
  CAL_PULSE_RESTING,   /* discovery does not run */
  CAL_PULSE_TRUSTING,  /* it is believed to hear: nobody is missed, or it was looked at lately */
  CAL_PULSE_LOOKING,   /* the first look is under way */
  CAL_PULSE_LISTENING, /* ten seconds between the looks */
  CAL_PULSE_COMPARING, /* the second look is under way */
  CAL_PULSE_PAUSING,   /* nothing was heard: discovery pauses, and begins again at the deadline */
  CAL_PULSE_STATES
} CalPulseState;

typedef struct CalPulseLevel {
  bool powered;
  bool running; /* discovery of ours, as far as BlueZ tells */
  bool missed;  /* a tag is silent beyond its habit */
} CalPulseLevel;

typedef enum CalPulseEventKind {
  CAL_PULSE_LEVEL,
  CAL_PULSE_LOOKED,      /* the look is over: heard */
  CAL_PULSE_LOOK_FAILED, /* BlueZ did not tell */
  CAL_PULSE_TIME,
  CAL_PULSE_EVENTS
} CalPulseEventKind;

typedef struct CalPulseEvent {
  CalPulseEventKind kind;
  CalPulseLevel level;
  bool heard; /* of the second look: some device's signal is new, or another than at the first */
} CalPulseEvent;

typedef enum CalPulseAction {
  CAL_PULSE_NOTHING,
  CAL_PULSE_LOOK,   /* look at all signal strengths, and keep them if this is the first */
  CAL_PULSE_PAUSE,  /* let go of discovery */
  CAL_PULSE_RESUME, /* and take it up again */
} CalPulseAction;

#define CAL_PULSE_NEVER INT64_MAX

typedef struct CalPulse {
  CalPulseState state;
  CalPulseLevel level;
  int64_t deadline_ms; /* when TIME is due; CAL_PULSE_NEVER */
  int64_t trust_ms;    /* in TRUSTING: until then it is not looked at, whoever is missed */
  unsigned deaf;       /* in a row: looks that found nothing heard */
} CalPulse;

#define CAL_PULSE_SETTLE_MS 60000 /* after discovery began */
#define CAL_PULSE_LISTEN_MS 10000 /* between the two looks */
#define CAL_PULSE_PAUSE_MS  2000  /* StopDiscovery takes some tens of milliseconds */
#define CAL_PULSE_ALIVE_MS                                                                                   \
  900000 /* it hears others: the tag is away, and one look in a quarter of an hour will do */
#define CAL_PULSE_AGAIN_MAX_MS 3600000
#define CAL_PULSE_DEAF_MAX     3 /* so many restarts in vain, and the user is told */

void cal_pulse_init(CalPulse *pulse);

/* Total: every event is answered in every state. */
CalPulseAction cal_pulse_step(CalPulse *pulse, const CalPulseEvent *event, int64_t now_ms);

/* Restarting discovery has not helped, and only the power will. */
bool cal_pulse_is_deaf(const CalPulse *pulse);

/* "resting", "trusting" ...; static. */
const char *cal_pulse_state_name(CalPulseState state);

#endif
