/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Samples heard and not committed yet. Private to the ledger. */
#ifndef CALCIFERD_LEDGER_SAMPLES_H
#define CALCIFERD_LEDGER_SAMPLES_H

#include "ledger.h"

/* Writes what is pending within the transaction under way; it stays pending until it is forgotten, which is
 * when that transaction is committed. */
gboolean cal_samples_write_pending(CalLedger *ledger, GError **error);
void cal_samples_forget_pending(CalLedger *ledger);

/* What a sample adds to its tag's sum. */
guint64 cal_sample_sum(CalInstant at, double uv_index);

#endif
