/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Alerts: findings with a life of their own. A finding holds or does not; an alert was raised, shown, put
 * off, dismissed or withdrawn, and remembers it across restarts.
 *
 *   CalAlerts alerts;
 *   cal_alerts_init(&alerts);
 *   n = cal_alerts_find(&alerts, finding, n_findings, &moment, effect);   what to show, withdraw, remember
 *   n = cal_alerts_act(&alerts, id, CAL_ALERT_SNOOZE, 3600, &moment, effect);
 */
#ifndef CALCIFER_ALERT_H
#define CALCIFER_ALERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <calcifer/finding.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CAL_ALERT_MAX       40
#define CAL_ALERT_TEXT_SIZE 256 /* of one alert's memory, with the NUL */

/* The drawing stands in lib/balance/alert.c. */
typedef enum CalAlertState {
  CAL_ALERT_NONE,      /* the slot is free */
  CAL_ALERT_RAISED,    /* stands, no bubble: it waits for its hour, or is none to be shown */
  CAL_ALERT_SHOWN,     /* stands, a bubble is or was on the screen */
  CAL_ALERT_SNOOZED,   /* stands, no bubble before `until` */
  CAL_ALERT_DISMISSED, /* stands, and its owner knows */
  CAL_ALERT_OVER,      /* stands no more; kept for its quiet time, told to nobody */
} CalAlertState;

typedef struct CalAlert {
  uint32_t id; /* 1 ..., for `calciferctl alerts dismiss ID` */
  CalAlertState state;
  CalFinding finding; /* as it was found last; after a restart with code, severity and subject alone */
  CalInstant since;   /* when it was raised */
  CalInstant shown;   /* the last bubble; CAL_INSTANT_NONE */
  CalInstant until;   /* of a snooze; of an alert that is over: when it is forgotten */
  CalInstant dismissed;
  double shown_value; /* what the last bubble said */
  CalSeverity shown_severity;
  bool on_screen; /* a bubble of this life of the daemon was not closed yet */
} CalAlert;

/* How its owner wants to be told; from the settings file, since it changes no number. */
typedef struct CalAlertSettings {
  int32_t quiet_from_minute; /* of the local day; equal to the next: no quiet hours */
  int32_t quiet_to_minute;
  int32_t bubbles_a_day; /* critical ones pass */
} CalAlertSettings;

/* Quiet from 22:00 to 07:00, eight bubbles a day. */
CalAlertSettings cal_alert_settings_default(void);

/* Where time stands, and what was on the wall. */
typedef struct CalMoment {
  CalInstant now;
  CalDate date;
  int32_t minute; /* of the local day */
  int32_t utc_offset_s;
  CalInstant day_ends;
  CalInstant day_begins;
} CalMoment;

typedef struct CalAlerts {
  CalAlert alert[CAL_ALERT_MAX];
  uint32_t next_id;
  CalAlertSettings settings;
  bool notifier; /* somebody shows bubbles */
  CalDate bubbles_date;
  int32_t bubbles; /* shown on that date */
  CalInstant last; /* when cal_alerts_find() was asked last in this life; 0: not yet */
} CalAlerts;

typedef enum CalAlertAction {
  CAL_ALERT_SNOOZE,
  CAL_ALERT_DISMISS,
  CAL_ALERT_CLOSED, /* the bubble left the screen and nobody said anything */
} CalAlertAction;

typedef enum CalAlertEffectKind {
  CAL_ALERT_EFFECT_SHOW,     /* or replace the bubble of this alert */
  CAL_ALERT_EFFECT_WITHDRAW, /* take the bubble off the screen */
  CAL_ALERT_EFFECT_REMEMBER, /* write the slot's memory, cal_alert_format() */
} CalAlertEffectKind;

typedef struct CalAlertEffect {
  CalAlertEffectKind kind;
  uint32_t slot;
  uint32_t alert; /* its id, also when the slot was freed since */
} CalAlertEffect;

/* The most that one call gives: of each slot the bubble that goes, the one that comes, and its memory. */
#define CAL_ALERT_MAX_EFFECTS (3 * CAL_ALERT_MAX)

void cal_alerts_init(CalAlerts *alerts);

/* The findings that hold now, all of them: raises, updates, withdraws. Also for the passing of time: call it
 * again with the same findings. When the clock was set back, what was said or put off under the wrong time
 * counts from now. Alerts beyond CAL_ALERT_MAX are those of the least severity, and wait. */
size_t cal_alerts_find(CalAlerts *alerts, const CalFinding *finding, size_t n_findings,
                       const CalMoment *moment, CalAlertEffect effect[CAL_ALERT_MAX_EFFECTS]);

/* What a person did with an alert. An id that is not there has no effect. */
size_t cal_alerts_act(CalAlerts *alerts, uint32_t id, CalAlertAction action, int64_t snooze_s,
                      const CalMoment *moment, CalAlertEffect effect[CAL_ALERT_MAX_EFFECTS]);

/* NULL when no alert that stands has this id. Owned by alerts. */
const CalAlert *cal_alerts_by_id(const CalAlerts *alerts, uint32_t id);

/* Whether it is told: raised, shown, snoozed or dismissed. */
bool cal_alert_stands(const CalAlert *alert);

/* The findings of all alerts that stand, for the hysteresis of cal_findings(). */
size_t cal_alerts_standing(const CalAlerts *alerts, CalFinding finding[CAL_ALERT_MAX]);

/* The next instant at which time alone may have an effect; CAL_INSTANT_NONE: none. */
CalInstant cal_alerts_next(const CalAlerts *alerts, const CalMoment *moment);

/* One slot's memory as text, for a ledger to keep: an empty text for a free slot. */
void cal_alert_format(const CalAlert *alert, char text[CAL_ALERT_TEXT_SIZE]);
/* Puts it back after a restart. False, and the slot stays free, for a text that is no memory of an alert. */
bool cal_alerts_restore(CalAlerts *alerts, uint32_t slot, const char *text);

#ifdef __cplusplus
}
#endif

#endif
