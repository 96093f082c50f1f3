/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How one bubble lives, as a pure function: no bus, no clock, no memory. The notifier carries out what it
 * says.
 *
 *                         SHOW: seek                READY: send
 *            ┌────────┐ ───────────▶ ┌─────────┐ ───────────────▶ ┌─────────┐
 *            │  IDLE  │              │ WAITING │                  │ SENDING │◀──────────────────────────┐
 *            └────────┘ ◀─────────── └─────────┘                  └─────────┘                           │
 *              ▲  ▲ ▲     WITHDRAW        ▲            SHOW ┌───────┘ │  │ │ REFUSED, first: rest        │
 *              │  │ │                     │                 ▼         │  │ └───────────▶ ┌─────────┐     │
 *              │  │ │             LOST from every     ┌─────────┐     │  │               │ RESTING │─────┤
 *              │  │ │             phase that still    │ CHANGED │     │  │ ANSWERED      └─────────┘     │
 *              │  │ │             wants the bubble    └─────────┘     │  ▼                 RESTED: send  │
 *              │  │ │                                   │  ▲ ANSWERED:│ ┌───────┐  SHOW: send             │
 *              │  │ │  CLOSED: tell            WITHDRAW │  │ send,    │ │ SHOWN │────────────────────────┤
 *              │  │ └──────────────────────────┐        │  │ SENDING  │ └───────┘                        │
 *              │  │                            │        ▼  │ SHOW     │   │   │                          │
 *              │  │                            │     ┌───────────┐   │   │   │ WITHDRAW: close          │
 *              │  │                            └─────│ CANCELLED │◀──┘   │   ▼                          │
 *              │  │                           SHOWN  └───────────┘ WITHDRAW ┌─────────┐  SHOW  ┌───────────┐
 *              │  │                                        └─ANSWERED:─────▶│ CLOSING │ ─────▶ │ REOPENING │
 *              │  │                                          close          └─────────┘ ◀───── └───────────┘
 *              │  └────────────────────────────────────────── CLOSE_DONE, CLOSED ┘   WITHDRAW   │ CLOSE_DONE,
 *              └─ second REFUSED: tell (by way of CLOSING if older words are on screen)         └ CLOSED:
 * send
 *
 * Three rules shape it. While a Notify is under way nothing else is sent for its topic, because the id that a
 * replacement or a withdrawal needs is only in the answer; so no bubble can be left behind. An error is tried
 * again once and after a rest, never at once (Plasma counts repetitions within a second as excess). When the
 * server goes, its ids go: what is wanted waits for the next one, what is transient is given up.
 */
#ifndef CALCIFERD_NOTIFY_BUBBLE_STEP_H
#define CALCIFERD_NOTIFY_BUBBLE_STEP_H

#include <glib.h>

typedef enum CalBubblePhase {
  CAL_BUBBLE_IDLE,      /* nothing wanted, nothing under way: the topic may be forgotten */
  CAL_BUBBLE_WAITING,   /* wanted, no server ready */
  CAL_BUBBLE_SENDING,   /* Notify under way with the newest words */
  CAL_BUBBLE_CHANGED,   /* Notify under way with older words; the newest follow on the answer */
  CAL_BUBBLE_CANCELLED, /* Notify under way; to be closed on the answer */
  CAL_BUBBLE_SHOWN,     /* on screen, nothing under way */
  CAL_BUBBLE_RESTING,   /* refused; to be sent again after a rest */
  CAL_BUBBLE_CLOSING,   /* CloseNotification under way */
  CAL_BUBBLE_REOPENING, /* CloseNotification under way; to be shown afresh on the answer */
} CalBubblePhase;
#define CAL_BUBBLE_PHASES 9

typedef enum CalBubbleEvent {
  CAL_BUBBLE_SHOW,       /* new words are wanted on screen */
  CAL_BUBBLE_WITHDRAW,   /* nothing is wanted on screen */
  CAL_BUBBLE_READY,      /* a server is there and its capabilities are known */
  CAL_BUBBLE_NO_SERVER,  /* none is there and none can be started */
  CAL_BUBBLE_LOST,       /* the server left the bus */
  CAL_BUBBLE_ANSWERED,   /* Notify returned an id */
  CAL_BUBBLE_REFUSED,    /* Notify returned an error, the server is alive */
  CAL_BUBBLE_RESTED,     /* the rest after a refusal is over */
  CAL_BUBBLE_CLOSED,     /* NotificationClosed for our id */
  CAL_BUBBLE_CLOSE_DONE, /* CloseNotification returned, well or not */
} CalBubbleEvent;
#define CAL_BUBBLE_EVENTS 10

typedef struct CalBubbleState {
  CalBubblePhase phase;
  gboolean on_screen; /* the server holds a bubble of this topic and we know its id */
  gboolean retried;   /* the next refusal is the last */
  gboolean transient; /* of the newest words; set by the caller before SHOW */
} CalBubbleState;

/* What is to be carried out, in this order; several may be set. */
typedef enum CalBubbleDo {
  CAL_BUBBLE_DO_NOTHING = 0,
  CAL_BUBBLE_DO_SEEK = 1 << 0,         /* if a server is ready say READY, else look for one */
  CAL_BUBBLE_DO_SEND = 1 << 1,         /* Notify with the newest words, replacing what is on screen */
  CAL_BUBBLE_DO_CLOSE = 1 << 2,        /* CloseNotification */
  CAL_BUBBLE_DO_REST = 1 << 3,         /* say RESTED after CAL_BUBBLE_REST_MS */
  CAL_BUBBLE_DO_TELL_CLOSED = 1 << 4,  /* the server's reason, faithfully */
  CAL_BUBBLE_DO_TELL_REFUSED = 1 << 5, /* the server would not have it */
  CAL_BUBBLE_DO_TELL_LOST = 1 << 6,    /* given up for want of a server */
} CalBubbleDo;

/* Plasma refuses an identical bubble within one second; half as much again is left for slow clocks. */
#define CAL_BUBBLE_REST_MS 2000

typedef struct CalBubbleStep {
  CalBubbleState next;
  CalBubbleDo todo;
} CalBubbleStep;

/* Pure and total. */
CalBubbleStep cal_bubble_step(CalBubbleState state, CalBubbleEvent event);

/* Whether the newest words are, or are going to be, on screen. */
gboolean cal_bubble_phase_wanted(CalBubblePhase phase);

/* For logs and probes. */
const char *cal_bubble_phase_name(CalBubblePhase phase);
const char *cal_bubble_event_name(CalBubbleEvent event);

#endif
