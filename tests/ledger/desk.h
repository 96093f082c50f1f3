/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every test of the ledger needs: a directory of its own, a ledger in it, records and entries to put in.
 */
#ifndef CALCIFER_TESTS_LEDGER_DESK_H
#define CALCIFER_TESTS_LEDGER_DESK_H

#include "../unit/cmocka_prelude.h"

#include <ledger.h>

#include <calcifer/record.h>

#define NOON   INT64_C(1759147200) /* 2025-09-29T12:00:00Z */
#define LOG_ID 0x00ab12cdu

extern const CalAddress desk_tag;       /* C0:FF:EE:00:00:01 */
extern const CalAddress desk_other_tag; /* C0:FF:EE:00:00:02 */

typedef struct Desk {
  char *directory;
  char *path;
  CalLedger *ledger; /* open, or NULL */
} Desk;

/* cmocka's setup and teardown: *state is a Desk, with an open ledger. */
int desk_set_up(void **state);
int desk_tear_down(void **state);

/* Removes a file, or a directory with all in it. */
void desk_remove_tree(const char *path);

void desk_close(Desk *desk);
void desk_open(Desk *desk); /* must succeed */
void desk_reopen(Desk *desk);

/* Opening must fail with this code. */
void desk_assert_refused(const char *path, int code);

/* Checks and frees the error, clearing the pointer. */
void desk_assert_error(GError **error, int code);

/* Runs SQL on the file over a connection of its own, as another tool would; must succeed. The number is the
 * first column of the first row; `before` is run first. */
void desk_sql(const char *path, const char *sql);
gint64 desk_sql_number_attached(const char *path, const char *before, const char *sql);
gint64 desk_sql_number(const char *path, const char *sql);

/* -- Events --------------------------------------------------------------------------------------------- */

/* An UV record of a minute whose time is by a set clock. */
CalRecord desk_minute(guint32 sequence, CalInstant at);
CalRecord desk_clock(guint32 sequence, CalInstant at, guint32 uptime_s, guint32 previous);
CalRecord desk_undated(guint32 sequence, guint32 uptime_s, guint16 boot);

/* Appends; must succeed. The tally and span of this call alone. */
CalTally desk_append(Desk *desk, const CalRecord *records, gsize n_records, CalSpan *touched);

/* Minutes first ... last, one after another, beginning at NOON with sequence 1. */
CalTally desk_append_minutes(Desk *desk, guint32 first, guint32 last);

/* Appends an entry by hand, recorded at `at`; must succeed. */
CalEntry desk_enter(Desk *desk, CalEntryKind kind, CalInstant at, const char *name, const char *value);

/* Forgets an event by its id; must succeed. The tombstone. */
CalEntry desk_forget(Desk *desk, CalInstant at, const char *id);

/* All that cal_ledger_each() tells of all time. Free with g_array_unref(). */
GArray *desk_events(Desk *desk);

/* A small generator of its own, so that a seed means the same everywhere. */
guint32 desk_random(guint64 *seed, guint32 below);

#endif
