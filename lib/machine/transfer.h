/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The transfer of records from one Tag Event tag: what to read, ask, commit and delete, and when, so that the
 * promises of the tag profile hold. It neither stores nor sends: each step returns one action, the driver
 * carries it out and feeds what came of it.
 *
 *   CalTransfer transfer;
 *   cal_transfer_init(&transfer);
 *   CalTransferEvent event = { .kind = CAL_TRANSFER_OPENED };
 *   CalTransferAction action = cal_transfer_step(&transfer, &event, 0);     CAL_TRANSFER_READ_FEATURE
 *
 * COMMIT, LOOK, SET_FLOOR, MARK_LOST and BARRIER are carried out at once, and their answer is the next event;
 * the others are answered later, and records and answers of the tag may come in between.
 *
 * One lives as long as its tag is adopted, so that a gap is known again in the next connection. It is
 * sizeof(CalTransfer), under 2 KiB, and nothing outside of it grows, however much the tag sends.
 * Times are milliseconds of a clock that never steps.
 */
#ifndef CAL_MACHINE_TRANSFER_H
#define CAL_MACHINE_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <calcifer/instant.h>
#include <calcifer/record.h>
#include <calcifer/record_access.h>
#include <calcifer/tag_clock.h>
#include <calcifer/tag_feature.h>

typedef enum CalTransferState {
  CAL_TRANSFER_CLOSED,      /* no connection */
  CAL_TRANSFER_FEATURE,     /* reading Feature */
  CAL_TRANSFER_CLOCK,       /* reading Clock */
  CAL_TRANSFER_SETTING,     /* writing Clock */
  CAL_TRANSFER_SUBSCRIBING, /* turning on notifications and indications */
  CAL_TRANSFER_LOOKING,     /* asking the owner what is committed and what is missing */
  CAL_TRANSFER_STORING,     /* the owner stores a floor or a loss, or sets the barrier before a delete */
  CAL_TRANSFER_REQUESTING,  /* a procedure runs on the tag */
  CAL_TRANSFER_QUIET,       /* it was answered, not all is there: waiting for silence */
  CAL_TRANSFER_ABORTING,    /* it was not: an abort is written */
  CAL_TRANSFER_LIVE,        /* nothing to ask: records come as they are made */
  CAL_TRANSFER_RESTING, /* asking brought nothing but trouble: later again; records are taken all the same */
  CAL_TRANSFER_FAILED,  /* this connection is of no use: waiting for its end */
  CAL_TRANSFER_STATES
} CalTransferState;

typedef enum CalTransferFault {
  CAL_TRANSFER_FAULT_AUTH,         /* ATT 0x05, 0x0f */
  CAL_TRANSFER_FAULT_BUSY,         /* 0xfe: a procedure is running */
  CAL_TRANSFER_FAULT_UNSUBSCRIBED, /* 0xfd */
  CAL_TRANSFER_FAULT_GONE,         /* the connection or the object is no more: its end is told soon */
  CAL_TRANSFER_FAULT_VERSION,      /* Feature is of a newer version */
  CAL_TRANSFER_FAULT_PROTOCOL,     /* what came is not what the profile says */
  CAL_TRANSFER_FAULT_OTHER,
} CalTransferFault;

typedef enum CalTransferEventKind {
  CAL_TRANSFER_OPENED,       /* connected, services known */
  CAL_TRANSFER_ENDED,        /* the link is lost or let go */
  CAL_TRANSFER_FEATURE_READ, /* bytes, n_bytes */
  CAL_TRANSFER_CLOCK_READ,   /* bytes, n_bytes; host_now, host_believable */
  CAL_TRANSFER_CLOCK_SET,
  CAL_TRANSFER_SUBSCRIBED,
  CAL_TRANSFER_LOOKED,       /* floor, settled, newest, gap_first, gap_last */
  CAL_TRANSFER_COMMITTED,    /* the batch is on stable storage */
  CAL_TRANSFER_STORED,       /* the floor or the loss is; or the barrier holds */
  CAL_TRANSFER_STORE_FAILED, /* LOOK, COMMIT, SET_FLOOR, MARK_LOST or BARRIER failed */
  CAL_TRANSFER_RECORD,       /* bytes: CAL_RECORD_SIZE of them */
  CAL_TRANSFER_JUNK,         /* a notification that is no whole number of records */
  CAL_TRANSFER_ANSWER,       /* bytes, n_bytes: an indication of the control point */
  CAL_TRANSFER_CALL_FAILED,  /* the read, write or subscription under way failed: fault */
  CAL_TRANSFER_CLOCK_NEWS,   /* the host's clock was set, or became believable */
  CAL_TRANSFER_TIME,         /* the driver sends it at the deadline */
  CAL_TRANSFER_EVENTS
} CalTransferEventKind;

typedef struct CalTransferEvent {
  CalTransferEventKind kind;
  CalTransferFault fault;
  const uint8_t *bytes; /* read during the step only */
  size_t n_bytes;
  CalInstant host_now;
  bool host_believable;
  uint32_t floor; /* 0: this log was never seen */
  uint32_t settled;
  uint32_t newest;
  uint32_t gap_first; /* 0: no gap at or above what LOOK asked for */
  uint32_t gap_last;
} CalTransferEvent;

typedef enum CalTransferActionKind {
  CAL_TRANSFER_NOTHING,
  CAL_TRANSFER_READ_FEATURE,
  CAL_TRANSFER_READ_CLOCK,
  CAL_TRANSFER_WRITE_CLOCK, /* clock_time */
  CAL_TRANSFER_SUBSCRIBE,   /* event records and control point */
  CAL_TRANSFER_REQUEST,     /* request: write it to the control point */
  CAL_TRANSFER_LOOK,        /* first: tell the log's state and its first gap at or above it */
  CAL_TRANSFER_COMMIT,      /* transfer->batch, transfer->n_batch records */
  CAL_TRANSFER_SET_FLOOR,   /* first */
  CAL_TRANSFER_MARK_LOST,   /* first ... last */
  CAL_TRANSFER_BARRIER,
  CAL_TRANSFER_FAIL, /* fault: give this connection up */
} CalTransferActionKind;

typedef struct CalTransferAction {
  CalTransferActionKind kind;
  CalRecordAccessRequest request;
  uint32_t clock_time;
  uint32_t first;
  uint32_t last;
  CalTransferFault fault;
} CalTransferAction;

/* What the running procedure is for. */
typedef enum CalTransferAsk {
  CAL_TRANSFER_ASK_FIRST,  /* the oldest record, for the floor */
  CAL_TRANSFER_ASK_NUMBER, /* how many there are, for the progress that is shown */
  CAL_TRANSFER_ASK_GAP,    /* what is missing */
  CAL_TRANSFER_ASK_TAIL,   /* all above the newest */
  CAL_TRANSFER_ASK_DELETE,
} CalTransferAsk;

/* Why it does not go on, for a person. */
typedef enum CalTransferTrouble {
  CAL_TRANSFER_FINE,
  CAL_TRANSFER_SILENT,    /* the tag does not answer */
  CAL_TRANSFER_CONFUSED,  /* it answers what the profile does not allow */
  CAL_TRANSFER_NO_STORE,  /* the owner cannot store */
  CAL_TRANSFER_LOST_WORD, /* it answers success and sends nothing */
} CalTransferTrouble;

#define CAL_TRANSFER_BATCH_MAX    64
#define CAL_TRANSFER_GAPS_MAX     16        /* gaps whose attempts are counted; others wait for their turn */
#define CAL_TRANSFER_MERGE        64        /* gaps no farther apart than this are asked for in one range */
#define CAL_TRANSFER_MERGED_MAX   200       /* of them in one range */
#define CAL_TRANSFER_PASS_MAX     64        /* requests in one pass */
#define CAL_TRANSFER_PASSES 6 /* in one connection; the first merges, the others ask singly */
#define CAL_TRANSFER_REPORT_MAX   (1 << 20) /* records in one report: the tag is not telling the truth */
#define CAL_TRANSFER_BATCH_MS     200
#define CAL_TRANSFER_QUIET_MS     2000  /* tag-profile, promise 3 */
#define CAL_TRANSFER_SILENCE_MS   30000 /* tag-profile, promise 5 */
#define CAL_TRANSFER_ABORT_MS     5000
#define CAL_TRANSFER_SETUP_MS     60000
#define CAL_TRANSFER_DELETE_MS    30000    /* between two deletes on a live tag */
#define CAL_TRANSFER_REST_MS      900000   /* from a tag that does not answer */
#define CAL_TRANSFER_STORE_MS     60000    /* from a storage that does not store */
#define CAL_TRANSFER_CLOCK_MS     86400000 /* a day: crystals drift by seconds */
#define CAL_TRANSFER_CLOCK_OFF_S  2        /* tag-profile, setting the clock */
#define CAL_TRANSFER_MISFIRES_MAX 3        /* in one connection */
#define CAL_TRANSFER_LOST_AFTER   3        /* requests, in at least two connections; promise 3 */
#define CAL_TRANSFER_NEVER        INT64_MAX

typedef struct CalTransferGap {
  uint32_t first;
  uint32_t last;
  uint8_t requests;    /* that brought nothing */
  uint8_t connections; /* in which */
  uint8_t here;        /* of the requests: in this connection */
} CalTransferGap;

typedef struct CalTransfer {
  CalTransferState state;
  CalTransferTrouble trouble;
  CalTagFeature feature;
  bool clock_left_alone; /* the host's own clock is not believable */
  bool subscribed;
  bool tail_done; /* the tag says that it has no more */
  bool number_known;
  bool tag_is_empty;   /* at first contact: no floor yet */
  uint8_t pass;        /* over the gaps: 0 merges them, 1 and 2 ask singly, 3 is done */
  uint8_t asked;       /* in this pass */
  uint8_t merged;      /* into the span */
  uint8_t misfires;    /* in this connection */
  uint8_t empty_tails; /* successes that brought nothing */
  CalTransferAsk ask;  /* while a procedure runs, and after */
  uint32_t ask_first;  /* its range */
  uint32_t ask_last;
  CalTransferActionKind storing; /* in STORING: SET_FLOOR, MARK_LOST or BARRIER */
  uint32_t reported;             /* records since it began, asked for or not */
  uint32_t brought;              /* of them, those that were asked for */
  uint32_t lowest;               /* of them */
  uint32_t floor;                /* as last looked */
  uint32_t settled;
  uint32_t newest;
  uint32_t deleted;    /* up to here the tag was told to delete, in this connection */
  uint32_t pass_from;  /* where this round of passes begins */
  uint32_t gap_from;   /* where the pass stands */
  uint32_t span_first; /* gaps merged so far; 0 none */
  uint32_t span_last;
  uint32_t horizon;     /* gaps up to here had their passes */
  uint32_t done;        /* progress: records received of the transfer */
  uint32_t of;          /* 0: not known, or none under way */
  uint64_t junk;        /* since the start */
  int64_t step_ms;      /* when the state acts by itself */
  int64_t quiet_end_ms; /* QUIET ends here at the latest */
  int64_t commit_ms;    /* when the batch is due */
  int64_t gap_ms;       /* in LIVE: when a gap above the horizon has had its time to fill */
  int64_t delete_ms;    /* the earliest next delete */
  int64_t clock_ms;     /* when the clock is compared again */
  unsigned n_gaps;
  CalTransferGap gaps[CAL_TRANSFER_GAPS_MAX];
  unsigned n_batch;
  uint8_t batch[CAL_TRANSFER_BATCH_MAX][CAL_RECORD_SIZE];
} CalTransfer;

void cal_transfer_init(CalTransfer *transfer);

/* Total: every event is answered in every state. */
CalTransferAction cal_transfer_step(CalTransfer *transfer, const CalTransferEvent *event, int64_t now_ms);

/* When TIME is due; CAL_TRANSFER_NEVER. */
int64_t cal_transfer_deadline_ms(const CalTransfer *transfer);

/* Whether the session is set up: Feature read, clock compared, subscribed. */
bool cal_transfer_is_set_up(const CalTransfer *transfer);

/* "closed", "feature" ...; static. */
const char *cal_transfer_state_name(CalTransferState state);

#endif
