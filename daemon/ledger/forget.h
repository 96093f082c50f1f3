/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was forgotten. Private to the ledger. */
#ifndef CALCIFERD_LEDGER_FORGET_H
#define CALCIFERD_LEDGER_FORGET_H

#include "ledger.h"

/* Whether the record of this row's id was forgotten: it is known, and never taken again. */
gboolean cal_forget_knows_record(CalLedger *ledger, gint64 id, gboolean *known, GError **error);

/* How many of these records were forgotten, ids inclusive. */
gboolean cal_forget_count_records(CalLedger *ledger, gint64 first, gint64 last, gint64 *n, GError **error);

#endif
