/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the notifier owes its caller, told in order from the main loop and never from inside one of the
 * caller's own calls. So a callback may show and withdraw as it likes.
 */
#ifndef CALCIFERD_NOTIFY_OUTBOX_H
#define CALCIFERD_NOTIFY_OUTBOX_H

#include "notifier.h"

typedef struct CalOutbox CalOutbox;

CalOutbox *cal_outbox_new(const CalNotifierEvents *events, gpointer data);
void cal_outbox_free(CalOutbox *outbox); /* what was not told yet is dropped */

void cal_outbox_put_action(CalOutbox *outbox, const char *topic, const char *key);
void cal_outbox_put_closed(CalOutbox *outbox, const char *topic, CalBubbleClosed reason);
void cal_outbox_put_available(CalOutbox *outbox, gboolean available);

#endif
