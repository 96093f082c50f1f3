/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One turn of the wheel: something happened, these are the effects. All that is decided about health is
 * decided here and below; whoever calls carries the effects out.
 *
 *   CalEffect effect[CAL_TURN_MAX_EFFECTS];
 *   CalTurnEvent event = { .kind = CAL_TURN_TICK };
 *   size_t n = cal_turn(turn, &event, &moment, effect);
 *   for each: refold a day, show a bubble, append an entry ...
 *
 * Life: cal_turn_init(); cal_turn_restore() of what was remembered; CAL_TURN_CONTEXT; CAL_TURN_BEGIN, whose
 * answer asks for a row of days; then whatever happens, as it happens. Effects are to be carried out in their
 * order. While days are awaited nothing new is found, so that half a refold raises nothing; only when the
 * ledger is in trouble the days that are there must do.
 *
 * CalTurn is a plain struct of about half a megabyte that its owner allocates and nobody else writes to.
 */
#ifndef CALCIFER_TURN_H
#define CALCIFER_TURN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <calcifer/alert.h>
#include <calcifer/context.h>
#include <calcifer/day.h>
#include <calcifer/entry.h>
#include <calcifer/finding.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CAL_TURN_MAX_EFFECTS (CAL_ALERT_MAX_EFFECTS + 40)
#define CAL_TURN_KEY_SIZE    32

typedef enum CalTurnEventKind {
  CAL_TURN_BEGIN,    /* the ledger is open and what was remembered is restored: begin with a row of days */
  CAL_TURN_CONTEXT,  /* the context of now, folded anew since a setting was committed or the day changed */
  CAL_TURN_ENTRY,    /* an entry was committed */
  CAL_TURN_RECORDS,  /* records or samples were committed that touch these days */
  CAL_TURN_DAY,      /* a day was folded, asked for or stepped */
  CAL_TURN_TICK,     /* the instant of CAL_EFFECT_WAKE, or any other */
  CAL_TURN_TAGS,     /* the state of all adopted tags */
  CAL_TURN_RADIO,    /* whether any adapter is switched on */
  CAL_TURN_LEDGER,   /* whether the ledger refuses to commit */
  CAL_TURN_NOTIFIER, /* whether anybody shows bubbles; a new one is given those that were not withdrawn */
  CAL_TURN_SETTINGS, /* quiet hours and the like were read */
  CAL_TURN_ACTION,   /* a person answered a bubble or an alert */
} CalTurnEventKind;

typedef enum CalTurnAction {
  CAL_TURN_TAKEN, /* intake-missed: I took it */
  CAL_TURN_SNOOZE,
  CAL_TURN_DISMISS,
  CAL_TURN_EXPLAIN, /* also the default action of a bubble: writes nothing */
  CAL_TURN_CLOSED,  /* the bubble went away by itself */
  CAL_TURN_SAME,    /* same-dose: it was the same */
  CAL_TURN_SECOND,  /* same-dose: it was a second one */
  CAL_TURN_UNDO,    /* of the bubble that confirmed an entry */
} CalTurnAction;

typedef struct CalTurnEvent {
  CalTurnEventKind kind;
  union {
    const CalContext *context; /* copied */
    struct {
      const CalEntry *entry; /* borrowed during the call */
      CalDate first;         /* cal_day_touched() by it, or by what it undoes */
      CalDate last;
      bool setting; /* it, or what it undoes, is a setting */
    } entry;
    struct {
      CalDate first; /* cal_day_touched() by all of them */
      CalDate last;
      const CalEvent *event; /* the newest of them, or NULL; borrowed */
    } records;
    const CalDayResult *day; /* copied */
    struct {
      const CalTagState *tag; /* copied */
      size_t n_tags;
    } tags;
    CalRadioState radio;
    bool ledger_trouble;
    bool notifier;
    CalAlertSettings settings;
    struct {
      CalTurnAction action;
      uint32_t alert;                   /* its id; not of an undo */
      int64_t snooze_s;                 /* of a snooze; 0: an hour */
      char entry_id[CAL_ENTRY_ID_SIZE]; /* of an undo */
    } action;
  } of;
} CalTurnEvent;

typedef enum CalEffectKind {
  CAL_EFFECT_FORGET,          /* what is cached of the days first ... last is void; they may lie far back */
  CAL_EFFECT_REFOLD,          /* fold the days first ... last and tell each by CAL_TURN_DAY */
  CAL_EFFECT_CONTEXT,         /* fold the context of now and tell it by CAL_TURN_CONTEXT */
  CAL_EFFECT_PUBLISH_BALANCE, /* today's balance has changed */
  CAL_EFFECT_PUBLISH_ALERTS,  /* the list of alerts has changed */
  CAL_EFFECT_SHOW,            /* a bubble for an alert; replaces the one of the same id */
  CAL_EFFECT_WITHDRAW,        /* the alert's bubble leaves the screen */
  CAL_EFFECT_CONFIRM,         /* a bubble that tells an entry that "Taken" made, with "Undo" */
  CAL_EFFECT_EXPLAIN,         /* show what stands behind a code */
  CAL_EFFECT_APPEND,          /* append this entry, then tell it by CAL_TURN_ENTRY */
  CAL_EFFECT_REMEMBER,        /* cal_ledger_remember(); an empty value removes */
  CAL_EFFECT_WAKE,            /* CAL_TURN_TICK at this instant; replaces the last one */
} CalEffectKind;

typedef enum CalBubbleAction { /* bits */
                               CAL_BUBBLE_TAKEN = 1 << 0,
                               CAL_BUBBLE_SNOOZE = 1 << 1,
                               CAL_BUBBLE_EXPLAIN = 1 << 2,
                               CAL_BUBBLE_SAME = 1 << 3,
                               CAL_BUBBLE_SECOND = 1 << 4,
                               CAL_BUBBLE_DISMISS = 1 << 5,
} CalBubbleAction;

typedef struct CalEffect {
  CalEffectKind kind;
  union {
    struct {
      CalDate first;
      CalDate last;
    } days; /* of forget and refold */
    struct {
      uint32_t alert;
      uint32_t actions; /* of CalBubbleAction */
      CalFinding finding;
    } show;
    uint32_t withdraw; /* the alert's id */
    struct {
      char entry_id[CAL_ENTRY_ID_SIZE];
      char product[CAL_PRODUCT_NAME_SIZE];
      CalInstant at;
    } confirm;
    CalFinding explain;
    CalEntry append; /* without id */
    struct {
      char key[CAL_TURN_KEY_SIZE];
      char value[CAL_ALERT_TEXT_SIZE];
    } remember;
    CalInstant wake;
  } of;
} CalEffect;

typedef struct CalTurn {
  CalContext context;
  CalDayResult row[CAL_FINDING_MAX_ROWS]; /* ascending, the last of n_rows is of `today` */
  bool have[CAL_FINDING_MAX_ROWS];        /* the row was told, and nothing has touched it since */
  uint32_t n_rows;
  CalDate today;
  CalTagState tag[CAL_CONTEXT_MAX_TAGS];
  uint32_t n_tags;
  CalRadioState radio;
  CalInstant radio_since;
  CalInstant started;
  bool ledger_trouble;
  bool begun;
  CalAlerts alerts;
  CalInstant wake;
  CalPlan plan;       /* of today, for sun-window */
  CalInstant planned; /* from when on; CAL_INSTANT_NONE: make it anew */
  CalDate light_date;
  CalPlanLight light; /* of today from when on; its start is CAL_INSTANT_NONE: none is kept */
} CalTurn;

void cal_turn_init(CalTurn *turn);

/* Before CAL_TURN_BEGIN: gives back what CAL_EFFECT_REMEMBER said. cal_turn_key() tells the keys to ask for,
 * NULL after the last. */
const char *cal_turn_key(uint32_t i, char key[CAL_TURN_KEY_SIZE]);
void cal_turn_restore(CalTurn *turn, const char *key, const char *value);

/* Total: every event in every state has its answer. Returns how many effects were written. */
size_t cal_turn(CalTurn *turn, const CalTurnEvent *event, const CalMoment *moment,
                CalEffect effect[CAL_TURN_MAX_EFFECTS]);

/* Today's balance; NULL before the first. Owned by turn. The alerts are turn->alerts. */
const CalDayResult *cal_turn_today(const CalTurn *turn);

#ifdef __cplusplus
}
#endif

#endif
