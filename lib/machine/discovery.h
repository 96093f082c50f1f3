/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Discovery on one adapter: it runs while somebody needs it and is begun again whenever BlueZ has let it end,
 * which power-off, a restart and other programs do without a word.
 *
 *   CalDiscovery discovery;
 *   cal_discovery_init(&discovery);
 *   CalDiscoveryEvent event = { .kind = CAL_DISCOVERY_LEVEL, .level = { .powered = true, .wanted = true } };
 *   cal_discovery_step(&discovery, &event, 0)          CAL_DISCOVERY_START
 *
 * Times are milliseconds of a clock that never steps.
 */
#ifndef CAL_MACHINE_DISCOVERY_H
#define CAL_MACHINE_DISCOVERY_H

#include <stdbool.h>
#include <stdint.h>

typedef enum CalDiscoveryState {
  CAL_DISCOVERY_OFF,      /* no adapter, or its power is off */
  CAL_DISCOVERY_RESTING,  /* nobody needs it, or a connection is being made */
  CAL_DISCOVERY_STARTING, /* filter and StartDiscovery are under way */
  CAL_DISCOVERY_RUNNING,
  CAL_DISCOVERY_STOPPING, /* StopDiscovery is under way */
  CAL_DISCOVERY_WAITING,  /* it failed or ended: begun again at the deadline */
  CAL_DISCOVERY_STATES
} CalDiscoveryState;

typedef struct CalDiscoveryLevel {
  bool powered;
  bool wanted;      /* needed now, and not in the way of a connection being made */
  bool discovering; /* Adapter1.Discovering: true for any client's session */
} CalDiscoveryLevel;

typedef enum CalDiscoveryEventKind {
  CAL_DISCOVERY_LEVEL,
  CAL_DISCOVERY_STARTED, /* also for InProgress: our session is there already */
  CAL_DISCOVERY_START_FAILED,
  CAL_DISCOVERY_STOPPED, /* or could not be stopped, which leaves nothing to do */
  CAL_DISCOVERY_TIME,
  CAL_DISCOVERY_EVENTS
} CalDiscoveryEventKind;

typedef struct CalDiscoveryEvent {
  CalDiscoveryEventKind kind;
  CalDiscoveryLevel level;
} CalDiscoveryEvent;

typedef enum CalDiscoveryAction {
  CAL_DISCOVERY_NOTHING,
  CAL_DISCOVERY_START, /* SetDiscoveryFilter, then StartDiscovery */
  CAL_DISCOVERY_STOP,
} CalDiscoveryAction;

#define CAL_DISCOVERY_NEVER INT64_MAX

typedef struct CalDiscovery {
  CalDiscoveryState state;
  CalDiscoveryLevel level;
  int64_t deadline_ms; /* when TIME is due */
  unsigned failures;   /* in a row */
} CalDiscovery;

/* BlueZ itself pauses up to 5 s between two rounds of one session (its IDLE_DISCOV_TIMEOUT). */
#define CAL_DISCOVERY_PAUSE_MS     6000
#define CAL_DISCOVERY_RETRY_MAX_MS 60000

void cal_discovery_init(CalDiscovery *discovery);
CalDiscoveryAction cal_discovery_step(CalDiscovery *discovery, const CalDiscoveryEvent *event,
                                      int64_t now_ms);

/* A session of ours runs, or pauses between two of BlueZ's rounds. */
bool cal_discovery_has_session(const CalDiscovery *discovery);

/* "off", "resting" ...; static. */
const char *cal_discovery_state_name(CalDiscoveryState state);

#endif
