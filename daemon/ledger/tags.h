/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of tags and of their logs. Private to the ledger. */
#ifndef CALCIFERD_LEDGER_TAGS_H
#define CALCIFERD_LEDGER_TAGS_H

#include "ledger.h"

typedef struct CalLogRow {
  gint64 log;    /* the row's number, the upper half of its records' ids; 0: there is none */
  guint32 floor; /* 0: not told yet */
} CalLogRow;

/* The row's number, 0 when there is none. */
gboolean cal_tags_find(CalLedger *ledger, const CalAddress *tag, gint64 *row, GError **error);

/* The same, within a transaction, making it when there is none. */
gboolean cal_tags_ensure(CalLedger *ledger, const CalAddress *tag, gint64 *row, GError **error);

gboolean cal_logs_find(CalLedger *ledger, const CalAddress *tag, guint32 log_id, CalLogRow *row,
                       GError **error);
gboolean cal_logs_ensure(CalLedger *ledger, const CalAddress *tag, guint32 log_id, CalLogRow *row,
                         GError **error);

/* Adds to the count of samples and presses heard, and to the sum over the samples. Within a transaction. */
gboolean cal_tags_add_heard(CalLedger *ledger, gint64 row, gint64 n_heard, guint64 sum, GError **error);

/* The count of duplicates: added to in memory, written with whatever is committed next. */
void cal_tags_count_duplicates(CalLedger *ledger, const CalAddress *tag, gint64 n_duplicates);
gint64 cal_tags_pending_duplicates(CalLedger *ledger, const CalAddress *tag);
gboolean cal_tags_write_pending(CalLedger *ledger, GError **error);
void cal_tags_forget_pending(CalLedger *ledger);

#endif
