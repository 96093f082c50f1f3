/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the ledger share: the open database, statements, transactions, errors. Private to this
 * folder.
 */
#ifndef CALCIFERD_LEDGER_STORE_H
#define CALCIFERD_LEDGER_STORE_H

#include <sqlite3.h>
#include <sys/stat.h>

#include "kept.h"
#include "ledger.h"

/* Which file a path led to when it was opened. */
typedef struct CalFileIdentity {
  dev_t device;
  ino_t inode;
} CalFileIdentity;

struct CalLedger {
  sqlite3 *db;
  char *path;
  char *wal_path;
  char *uuid;
  int lock_fd; /* holds the advisory lock; closed after db, since closing any descriptor of a file drops the
                  record locks that SQLite has on it */
  CalFileIdentity file, wal;
  GHashTable *statements;    /* SQL text, compared by its address → idle CalStatement */
  GArray *samples;           /* CalEvent: heard and not committed yet */
  GHashTable *duplicates;    /* address text → gint64 *: counted and not committed yet */
  gboolean has_origins;      /* of entries of other ledgers */
  guint n_held;              /* cal_ledger_hold_still() within one another */
  struct CalStatement *held; /* what keeps the view of cal_ledger_hold_still(); NULL: nothing */
  GArray *owner_dates;       /* what owners said of undated runs, see owner_dates.h */
  gboolean owner_dates_read;
  CalSpan touched;       /* what the open transaction changes of what days are folded from */
  CalInstant latest_end; /* no record ends later; when latest_known */
  gboolean latest_known;
  CalInstant oldest; /* of what is committed, G_MAXINT64 for nothing; when oldest_known */
  gboolean oldest_known;
  gboolean sealed; /* it is being replaced: nothing may be appended */
  CalKept *kept;   /* of records, for the next fold; NULL: none are kept */
  guint n_readers; /* cal_ledger_each() and its like under way: nothing may be appended */
};

/* -- Errors --------------------------------------------------------------------------------------------- */

/* Sets *error by SQLite's result code and returns FALSE. `doing` is a verb in the past: "read", "written". */
gboolean cal_store_fail(CalLedger *ledger, int code, const char *doing, GError **error);

/* -- Statements ----------------------------------------------------------------------------------------- */

/* A prepared statement, borrowed from the cache. Its text must be a string that lives as long as the program
 * (a literal), and one text must be one object. */
typedef struct CalStatement {
  sqlite3_stmt *stmt;
  CalLedger *ledger;
  const char *sql;
} CalStatement;

CalStatement *cal_statement_take(CalLedger *ledger, const char *sql, GError **error);

/* Steps to the next row. *has_row is FALSE at the end, where the statement is ready to run again. */
gboolean cal_statement_next(CalStatement *statement, gboolean *has_row, GError **error);

/* The same for loops: TRUE for each row, then FALSE, with *ok telling whether that was the end or an error.
 */
gboolean cal_statement_each(CalStatement *statement, gboolean *ok, GError **error);

/* Runs a statement that gives no rows. Ready to run again, bindings kept. */
gboolean cal_statement_run(CalStatement *statement, GError **error);

/* Gives it back to the cache, reset and unbound. */
void cal_statement_release(CalStatement *statement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalStatement, cal_statement_release)

/* Finalizes an idle statement of the cache. */
void cal_statement_free(gpointer statement);

/* Runs a statement with up to two integers bound and no rows. */
gboolean cal_store_run(CalLedger *ledger, const char *sql, gint64 first, gint64 second, GError **error);

/* The integer in the first column of the first row, with up to two integers bound; `otherwise` when there is
 * no row or it is NULL there. */
gboolean cal_store_number(CalLedger *ledger, const char *sql, gint64 first, gint64 second, gint64 otherwise,
                          gint64 *number, GError **error);

/* -- Transactions --------------------------------------------------------------------------------------- */

/* Every change is made in one: what is pending goes with it, and all of it is on the disk when commit
 * returns TRUE. What is not committed at the end of its scope is rolled back. */
typedef struct CalTransaction {
  CalLedger *ledger; /* NULL when none is open */
} CalTransaction;

gboolean cal_transaction_begin(CalTransaction *transaction, CalLedger *ledger, GError **error);
gboolean cal_transaction_commit(CalTransaction *transaction, GError **error);
void cal_transaction_clear(CalTransaction *transaction);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CalTransaction, cal_transaction_clear)

/* -- The cache of days ---------------------------------------------------------------------------------- */

/* The open transaction changes what days are folded from in this span: what is cached of them goes with its
 * commit. Later it would be too late: in between, the machine may stop. */
void cal_days_touch(CalLedger *ledger, CalSpan span);

/* The same for an entry, one that appears, goes, or stands otherwise than before: a setting holds from its
 * time on. */
void cal_days_touch_entry(CalLedger *ledger, CalEntryKind kind, CalInstant at);

/* The same for records, whose ends are in the span. */
void cal_days_touch_records(CalLedger *ledger, CalSpan span);

/* Drops them. */
gboolean cal_days_drop_touched(CalLedger *ledger, GError **error);

/* -- The file ------------------------------------------------------------------------------------------- */

/* CAL_ERROR_STORAGE when the path no longer leads to the open files: what is committed now would be lost. */
gboolean cal_store_is_in_place(CalLedger *ledger, GError **error);

/* Writes the WAL back into the file and cuts it to nothing. */
gboolean cal_store_write_back(CalLedger *ledger, GError **error);

/* CAL_ERROR_BUSY when it is sealed. */
gboolean cal_store_takes_events(CalLedger *ledger, GError **error);

/* Opens a copy in the making, as cal_ledger_open() does: nothing is kept of it before it is brought up to
 * date. */
CalLedger *cal_store_open_copy(const char *path, GError **error);

/* Opens a ledger of any version up to ours for reading alone, beside whoever has it; of a damaged one what
 * can be read can be. Its name and origins are read by the second. */
CalLedger *cal_store_open_to_read(const char *path, guint *version, GError **error);
gboolean cal_store_read_name(CalLedger *ledger, GError **error);

/* -- Sums ----------------------------------------------------------------------------------------------- */

/* FNV-1a over bytes, beginning with CAL_SUM_BASIS: against decay on the disk, not against a forger. SQLite
 * notices a damaged page structure and not a damaged value. */
#define CAL_SUM_BASIS UINT64_C(0xcbf29ce484222325)
guint64 cal_sum_bytes(guint64 sum, const void *bytes, gsize n_bytes);
guint64 cal_sum_text(guint64 sum, const char *text);
guint64 cal_sum_number(guint64 sum, gint64 number);

#endif
