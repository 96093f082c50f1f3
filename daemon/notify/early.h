/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals that came before the id they are about. A slow server may show a bubble, let the person press its
 * button, and answer Notify only then; the press must not be lost. While a Notify is under way, signals for
 * ids that nobody knows are kept here, and handed out when an answer brings the id. Most are about other
 * programs' bubbles, as some servers broadcast, and are dropped when no Notify is under way any more.
 */
#ifndef CALCIFERD_NOTIFY_EARLY_H
#define CALCIFERD_NOTIFY_EARLY_H

#include <glib.h>

typedef struct CalEarlySignal {
  guint32 id;
  char *key;      /* of ActionInvoked; NULL for NotificationClosed */
  guint32 reason; /* of NotificationClosed */
} CalEarlySignal;

void cal_early_signal_free(CalEarlySignal *signal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalEarlySignal, cal_early_signal_free)

/* The queue is the caller's, of CalEarlySignal, oldest first. More than this and the oldest goes. */
#define CAL_EARLY_MAX 32

void cal_early_keep(GQueue *early, guint32 id, const char *key, guint32 reason);

/* Takes out the oldest about `id`, NULL if there is none. Owned by the caller. */
CalEarlySignal *cal_early_take(GQueue *early, guint32 id);

void cal_early_clear(GQueue *early);

#endif
