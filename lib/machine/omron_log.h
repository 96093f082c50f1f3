/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading the log of one OMRON sensor: what to read, request, commit and set, and when, so that each row is
 * counted once, and none is lost that the sensor still has. It neither stores nor sends: each step returns
 * one action, the driver carries it out and feeds what came of it.
 *
 *   CalOmronLog log;
 *   cal_omron_log_init(&log);
 *   CalOmronEvent event = { .kind = CAL_OMRON_OPENED };
 *   CalOmronAction action = cal_omron_log_step(&log, &event, 0);     CAL_OMRON_READ_CLOCK
 *
 * LOOK, KEEP_RUN, SET_FLOOR, MARK_LOST and COMMIT are carried out at once, and their answer is the next
 * event; the others are answered later. A row is taken when the next one is there: until then its time is not
 * over.
 *
 * One lives as long as its sensor is adopted. It is sizeof(CalOmronLog), and nothing outside of it grows.
 * Times are milliseconds of a clock that never steps. On the sensor nothing is deleted or changed but its
 * clock.
 */
#ifndef CAL_MACHINE_OMRON_LOG_H
#define CAL_MACHINE_OMRON_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <calcifer/instant.h>
#include <calcifer/omron.h>
#include <calcifer/record.h>

#include "omron_run.h"
#include "transfer.h" /* its faults */

typedef enum CalOmronState {
  CAL_OMRON_CLOSED,     /* no connection */
  CAL_OMRON_CLOCK,      /* reading its time */
  CAL_OMRON_SETTING,    /* writing it */
  CAL_OMRON_WHERE,      /* reading where the log stands */
  CAL_OMRON_LOOKING,    /* asking the owner which run is known and what of it is committed */
  CAL_OMRON_STORING,    /* the owner stores run, floor, loss or rows */
  CAL_OMRON_REQUESTING, /* writing which page is wanted */
  CAL_OMRON_ASKING,     /* reading whether it is there */
  CAL_OMRON_WAITING,    /* it is not yet: asked again soon */
  CAL_OMRON_READING,    /* reading a row of it */
  CAL_OMRON_SHOWING,    /* reading the newest measurement, to be shown */
  CAL_OMRON_LIVE,       /* all is here: looked at again each minute */
  CAL_OMRON_RESTING,    /* trouble: later again */
  CAL_OMRON_UNUSABLE,   /* this connection is of no use: waiting for its end */
  CAL_OMRON_STATES
} CalOmronState;

typedef enum CalOmronEventKind {
  CAL_OMRON_OPENED,     /* connected, services known */
  CAL_OMRON_ENDED,      /* the link is lost or let go */
  CAL_OMRON_CLOCK_READ, /* bytes; host_now, host_believable */
  CAL_OMRON_CLOCK_WRITTEN,
  CAL_OMRON_NEWEST_READ, /* bytes */
  CAL_OMRON_LOOKED,      /* run (log_id 0: none), and of its log floor, settled, newest */
  CAL_OMRON_STORED,      /* what was to be stored is on stable storage */
  CAL_OMRON_STORE_FAILED,
  CAL_OMRON_REQUESTED,
  CAL_OMRON_FLAG_READ,   /* bytes */
  CAL_OMRON_ROW_READ,    /* bytes */
  CAL_OMRON_LATEST_READ, /* the driver has shown it */
  CAL_OMRON_CALL_FAILED, /* fault */
  CAL_OMRON_CLOCK_NEWS,  /* the host's clock was set, or became believable */
  CAL_OMRON_TIME,        /* the driver sends it at the deadline */
  CAL_OMRON_EVENTS
} CalOmronEventKind;

typedef struct CalOmronEvent {
  CalOmronEventKind kind;
  CalTransferFault fault;
  const uint8_t *bytes; /* read during the step only */
  size_t n_bytes;
  CalInstant host_now;
  bool host_believable;
  CalOmronRun run;
  uint32_t floor; /* 0: this log was never seen */
  uint32_t settled;
  uint32_t newest;
} CalOmronEvent;

typedef enum CalOmronActionKind {
  CAL_OMRON_NOTHING,
  CAL_OMRON_READ_CLOCK,
  CAL_OMRON_WRITE_CLOCK, /* clock_time */
  CAL_OMRON_READ_NEWEST,
  CAL_OMRON_LOOK,
  CAL_OMRON_KEEP_RUN,  /* log->run */
  CAL_OMRON_SET_FLOOR, /* first, of log->run */
  CAL_OMRON_MARK_LOST, /* first ... last */
  CAL_OMRON_COMMIT,    /* log->batch, log->n_batch records */
  CAL_OMRON_REQUEST,   /* page (of the ring), row */
  CAL_OMRON_READ_FLAG,
  CAL_OMRON_READ_ROW,
  CAL_OMRON_READ_LATEST,
  CAL_OMRON_FAIL, /* fault: give this connection up */
} CalOmronActionKind;

typedef struct CalOmronAction {
  CalOmronActionKind kind;
  uint32_t clock_time;
  uint32_t first;
  uint32_t last;
  uint16_t page;
  uint8_t row;
  CalTransferFault fault;
} CalOmronAction;

/* Why it does not go on, for a person. */
typedef enum CalOmronTrouble {
  CAL_OMRON_FINE,
  CAL_OMRON_SILENT,   /* it does not answer */
  CAL_OMRON_CONFUSED, /* it answers what its manual does not allow */
  CAL_OMRON_NO_STORE, /* the owner cannot store */
  CAL_OMRON_NO_LOG,   /* its clock is set, and it records nothing */
} CalOmronTrouble;

#define CAL_OMRON_SILENCE_MS  30000
#define CAL_OMRON_ASK_MS      100 /* between two looks at the flag; the manual names no time */
#define CAL_OMRON_LIVE_MS     60000
#define CAL_OMRON_REST_MS     900000   /* from a sensor that does not answer */
#define CAL_OMRON_STORE_MS    60000    /* from a storage that does not store */
#define CAL_OMRON_CLOCK_MS    86400000 /* a day: crystals drift by seconds */
#define CAL_OMRON_CLOCK_OFF_S 2
#define CAL_OMRON_TRIES       3 /* for one page, before a rest */
#define CAL_OMRON_TRIES_MAX   6 /* before it is lost */
#define CAL_OMRON_ERASED      16 /* pages before the newest's next: flash is erased some pages ahead (assumed) */
#define CAL_OMRON_NEVER       INT64_MAX

typedef struct CalOmronLog {
  CalOmronState state;
  CalOmronTrouble trouble;
  bool set_up;           /* in this connection: its clock and its log were read */
  bool clock_left_alone; /* the host's own clock is not believable */
  bool clock_due;        /* it is off, and is set when all rows are here */
  bool clock_turn;       /* all rows are here */
  bool probing;          /* the page that is requested is to tell where the run begins */
  bool met;              /* a strange run was met in this look */
  uint32_t set_to;       /* STORING: the clock is to be set to this; 0: not */
  CalOmronNewest newest;
  CalOmronRun run;
  uint32_t at;    /* the newest page, counted on */
  uint32_t floor; /* as last looked */
  uint32_t settled;
  uint32_t target;  /* the newest row that is complete */
  uint32_t page;    /* the one that is requested, counted on */
  uint32_t created; /* that page */
  uint8_t low;      /* its rows that are wanted */
  uint8_t high;
  uint8_t row;        /* the one that is read next */
  uint32_t low_page;  /* probing: the run begins here or above ... */
  uint32_t high_page; /* ... and not above this */
  uint32_t tried;     /* the page that did not come */
  uint8_t tries;
  uint32_t done; /* progress: rows received of what was found */
  uint32_t of;   /* 0: none under way */
  int64_t step_ms;
  int64_t silent_ms; /* WAITING: until then the page must be there */
  int64_t clock_ms;  /* when the clock is compared again */
  unsigned n_batch;
  uint8_t batch[CAL_OMRON_ROWS][CAL_RECORD_SIZE];
} CalOmronLog;

void cal_omron_log_init(CalOmronLog *log);

/* Total: every event is answered in every state. */
CalOmronAction cal_omron_log_step(CalOmronLog *log, const CalOmronEvent *event, int64_t now_ms);

/* When TIME is due; CAL_OMRON_NEVER. */
int64_t cal_omron_log_deadline_ms(const CalOmronLog *log);

/* "closed", "clock" ...; static. */
const char *cal_omron_state_name(CalOmronState state);

#endif
