/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records that were read, for the fold of the next day, which reads most of them again. Private to the
 * ledger.
 *
 *   UTC day     │     1     │     2     │     3     │     4     │
 *   block     ├──────┤├──────┤├──────┤├──────┤├──────┤├──────┤    of 256 records of one log
 *   fold of 2         ├────────────────────┤                      days 1, 2 and 3
 *   fold of 3                     ├────────────────────┤          2 and 3 are kept, and the block in
 *                                                                 which 3 ends and 4 begins
 */
#ifndef CALCIFERD_LEDGER_KEPT_H
#define CALCIFERD_LEDGER_KEPT_H

#include <glib.h>

typedef struct CalKept CalKept;

CalKept *cal_kept_new(void);
void cal_kept_free(CalKept *kept);

/* Something is going to change. */
void cal_kept_clear(CalKept *kept);

/* The records (CalTold) of a whole day (UTC), in order; NULL: not kept. Free with g_array_unref(), and change
 * nothing in it. */
GArray *cal_kept_day(const CalKept *kept, gint64 day);
void cal_kept_keep_day(CalKept *kept, gint64 day, GArray *told);

/* The same of the block that was read last: all of it that counts, by number. */
GArray *cal_kept_block(const CalKept *kept, gint64 first_id);
void cal_kept_keep_block(CalKept *kept, gint64 first_id, GArray *told);

#endif
