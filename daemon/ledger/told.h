/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The records of a day, as cal_ledger_each() tells them. Private to the ledger. */
#ifndef CALCIFERD_LEDGER_TOLD_H
#define CALCIFERD_LEDGER_TOLD_H

#include "ledger.h"

typedef struct CalTold {
  gint64 id;
  CalInstant at;
  CalAddress tag;
  guint32 log_id;
  guint8 raw[CAL_RECORD_SIZE];
} CalTold;

/* The records of a day (UTC) that count, in the order of cal_event_compare(): CalTold, those of the span at
 * least. NULL on error. With `keeps`, what is read may come from and go to what cal_ledger_keep_days() keeps:
 * nobody may say so but who reads what is committed. Free with g_array_unref(). */
GArray *cal_told_day(CalLedger *ledger, gint64 day, CalSpan span, gboolean keeps, GError **error);

/* Something is going to change. */
void cal_told_forget(CalLedger *ledger);

#endif
