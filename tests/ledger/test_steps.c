/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The n-th thing that is asked of SQLite fails, for n = 1, 2, ... until none does any more, while the ledger
 * does each thing that it can:
 *
 *   what failed says so by a named error, and the ledger tells what it told before
 *   what did not fail for all that gave the right answer
 *   when the cause is gone, the same ledger does it as if nothing had been
 */
#include "golden.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <unistd.h>

#include <error.h>
#include <rescue.h>
#include <store.h>

#define OTHER_UUID "00000000-0000-4000-8000-00000000000b"
#define RECORD     "tag:C0:FF:EE:00:00:01:00AB12CD:"
#define EVER       ((CalSpan){ G_MININT64, G_MAXINT64 })
#define DAY        20360

/* -- SQLite that fails ---------------------------------------------------------------------------------- */

typedef enum { PREPARES, STEPS, OTHERS, N_CALLS } Call;

/* The calls below have no argument for it. */
static struct {
  Call failing;
  guint n, fail_at; /* counted from 1; 0: none fails */
} sqlite;

/* The linker puts these in the place of SQLite's. */
int __wrap_sqlite3_prepare_v2(sqlite3 *db, const char *sql, int n, sqlite3_stmt **stmt, const char **tail);
int __real_sqlite3_prepare_v2(sqlite3 *db, const char *sql, int n, sqlite3_stmt **stmt, const char **tail);
int __wrap_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned flags, sqlite3_stmt **stmt,
                              const char **tail);
int __real_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned flags, sqlite3_stmt **stmt,
                              const char **tail);
int __wrap_sqlite3_step(sqlite3_stmt *stmt);
int __real_sqlite3_step(sqlite3_stmt *stmt);

int __wrap_sqlite3_exec(sqlite3 *db, const char *sql, int (*row)(void *, int, char **, char **), void *data,
                        char **text);
int __real_sqlite3_exec(sqlite3 *db, const char *sql, int (*row)(void *, int, char **, char **), void *data,
                        char **text);
int __wrap_sqlite3_open_v2(const char *path, sqlite3 **db, int flags, const char *vfs);
int __real_sqlite3_open_v2(const char *path, sqlite3 **db, int flags, const char *vfs);
int __wrap_sqlite3_backup_step(sqlite3_backup *backup, int n_pages);
int __real_sqlite3_backup_step(sqlite3_backup *backup, int n_pages);
int __wrap_sqlite3_wal_checkpoint_v2(sqlite3 *db, const char *name, int mode, int *n_log, int *n_done);
int __real_sqlite3_wal_checkpoint_v2(sqlite3 *db, const char *name, int mode, int *n_log, int *n_done);

static gboolean
is_due(Call call)
{
  return sqlite.fail_at != 0 && call == sqlite.failing && ++sqlite.n == sqlite.fail_at;
}

int
__wrap_sqlite3_prepare_v2(sqlite3 *db, const char *sql, int n, sqlite3_stmt **stmt, const char **tail)
{
  *stmt = NULL;
  return is_due(PREPARES) ? SQLITE_IOERR : __real_sqlite3_prepare_v2(db, sql, n, stmt, tail);
}

int
__wrap_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned flags, sqlite3_stmt **stmt,
                          const char **tail)
{
  *stmt = NULL;
  return is_due(PREPARES) ? SQLITE_IOERR : __real_sqlite3_prepare_v3(db, sql, n, flags, stmt, tail);
}

int
__wrap_sqlite3_step(sqlite3_stmt *stmt)
{
  return is_due(STEPS) ? SQLITE_IOERR : __real_sqlite3_step(stmt);
}

/* The end of a transaction that wrote nothing asks nothing of the disk, and a rollback nothing that could
 * fail. */
int
__wrap_sqlite3_exec(sqlite3 *db, const char *sql, int (*row)(void *, int, char **, char **), void *data,
                    char **text)
{
  const gboolean is_end = g_str_equal(sql, "COMMIT") && sqlite3_txn_state(db, NULL) != SQLITE_TXN_WRITE;
  if (!is_end && !g_str_equal(sql, "ROLLBACK") && is_due(OTHERS))
    return SQLITE_IOERR;
  return __real_sqlite3_exec(db, sql, row, data, text);
}

int
__wrap_sqlite3_open_v2(const char *path, sqlite3 **db, int flags, const char *vfs)
{
  *db = NULL;
  return is_due(OTHERS) ? SQLITE_CANTOPEN : __real_sqlite3_open_v2(path, db, flags, vfs);
}

int
__wrap_sqlite3_backup_step(sqlite3_backup *backup, int n_pages)
{
  return is_due(OTHERS) ? SQLITE_IOERR : __real_sqlite3_backup_step(backup, n_pages);
}

int
__wrap_sqlite3_wal_checkpoint_v2(sqlite3 *db, const char *name, int mode, int *n_log, int *n_done)
{
  return is_due(OTHERS) ? SQLITE_IOERR : __real_sqlite3_wal_checkpoint_v2(db, name, mode, n_log, n_done);
}

static void
arm(Call call, guint n)
{
  sqlite.failing = call;
  sqlite.n = 0;
  sqlite.fail_at = n;
}

/* Whether it came to the call that fails. */
static gboolean
disarm(void)
{
  const gboolean failed = sqlite.n >= sqlite.fail_at;
  sqlite.fail_at = 0;
  return failed;
}

/* -- What is done --------------------------------------------------------------------------------------- */

static gboolean
tell_kind(const CalEvent *event, gpointer told)
{
  g_string_append_printf(told, "%d@%" G_GINT64_FORMAT " ", (int)event->kind, event->at);
  return TRUE;
}

static void
tell_page(const CalEvent *event, CalInstant received, gpointer told)
{
  tell_kind(event, told);
  g_string_append_printf(told, "%" G_GINT64_FORMAT " ", received);
}

/* An entry's id in the ledger of the test. */
static const char *
id_of(Desk *desk, int number, char (*id)[CAL_ENTRY_ID_SIZE])
{
  g_snprintf(*id, sizeof *id, "%s:%d", cal_ledger_uuid(desk->ledger), number);
  return *id;
}

static gboolean
get_entry(Desk *desk, GString *told, GError **error)
{
  char id[CAL_ENTRY_ID_SIZE];
  CalEntry entry;
  gboolean stands;
  if (!cal_ledger_get_entry(desk->ledger, id_of(desk, 1, &id), &entry, &stands, error))
    return FALSE;
  g_string_append_printf(told, "%s %d", entry.name, stands);
  return TRUE;
}

static gboolean
get_foreign_entry(Desk *desk, GString *told, GError **error)
{
  CalEntry entry;
  gboolean forgotten = FALSE;
  if (!cal_ledger_get_entry(desk->ledger, "00000000-0000-4000-8000-00000000000a:4", &entry, NULL, error) ||
      !cal_ledger_is_forgotten(desk->ledger, "00000000-0000-4000-8000-00000000000a:5", &forgotten, error))
    return FALSE;
  g_string_append_printf(told, "%s %d", entry.name, forgotten);
  return TRUE;
}

static gboolean
record_instant(Desk *desk, GString *told, GError **error)
{
  CalInstant at;
  if (!cal_ledger_record_instant(desk->ledger, RECORD "8", &at, error))
    return FALSE;
  g_string_append_printf(told, "%" G_GINT64_FORMAT, at);
  return TRUE;
}

static gboolean
newest_by_hand(Desk *desk, GString *told, GError **error)
{
  CalEntry entry;
  if (!cal_ledger_newest_by_hand(desk->ledger, NOON, &entry, error))
    return FALSE;
  g_string_append(told, entry.id);
  return TRUE;
}

static gboolean
state_of_log(Desk *desk, GString *told, GError **error)
{
  CalLogState log;
  guint32 first, last;
  if (!cal_ledger_log_state(desk->ledger, &desk_tag, LOG_ID, &log, error))
    return FALSE;
  const gboolean is_gap = cal_ledger_next_gap(desk->ledger, &desk_tag, LOG_ID, 15, 30, &first, &last, error);
  g_string_append_printf(told, "%u %u %u %u-%u", log.floor, log.settled, log.newest, first, last);
  return is_gap;
}

static gboolean
undated_runs(Desk *desk, GString *told, GError **error)
{
  g_autoptr(GArray) runs = cal_ledger_undated_runs(desk->ledger, &desk_tag, error);
  for (guint i = 0; runs != NULL && i < runs->len; i++) {
    const CalUndatedRun *run = &g_array_index(runs, CalUndatedRun, i);
    g_string_append_printf(told, "%u-%u after %" G_GINT64_FORMAT " ", run->first, run->last, run->after);
  }
  return runs != NULL;
}

static gboolean
tag_counts(Desk *desk, GString *told, GError **error)
{
  CalTagCounts counts;
  if (!cal_ledger_tag_counts(desk->ledger, &desk_tag, NOON + 4000, &counts, error))
    return FALSE;
  g_string_append_printf(told, "%d %d %d", (int)counts.received, (int)counts.lost, (int)counts.rejected);
  return TRUE;
}

static gboolean
each(Desk *desk, GString *told, GError **error)
{
  return cal_ledger_each(desk->ledger, EVER, tell_kind, told, error);
}

static gboolean
each_entry(Desk *desk, GString *told, GError **error)
{
  return cal_ledger_each_entry(desk->ledger, EVER, tell_kind, told, error);
}

static gboolean
each_setting(Desk *desk, GString *told, GError **error)
{
  return cal_ledger_each_setting(desk->ledger, tell_kind, told, error);
}

static gboolean
extent(Desk *desk, GString *told, GError **error)
{
  CalSpan span;
  CalInstant next, oldest;
  desk->ledger->oldest_known = FALSE;
  if (!cal_ledger_extent(desk->ledger, &span, error) ||
      !cal_ledger_next(desk->ledger, NOON + 100, &next, error) ||
      !cal_ledger_oldest(desk->ledger, &oldest, error))
    return FALSE;
  g_string_append_printf(told,
                         "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT,
                         span.start, span.end, next, oldest);
  return TRUE;
}

static gboolean
probe(Desk *desk, GString *told, GError **error)
{
  (void)told;
  return cal_ledger_probe(desk->ledger, error);
}

static gboolean
recall(Desk *desk, GString *told, GError **error)
{
  GError *found = NULL;
  g_autofree char *value = cal_ledger_recall(desk->ledger, "dismissed/d-low", &found);
  const gboolean done = found == NULL;
  g_string_append(told, value != NULL ? value : "");
  if (found != NULL)
    g_propagate_error(error, found);
  return done;
}

static gboolean
knows(Desk *desk, GString *told, GError **error)
{
  guint8 raw[CAL_RECORD_SIZE];
  const CalRecord record = desk_minute(9, NOON + 272);
  CalKnown of_entry, of_sample, of_record;
  CalEntry entry = { .kind = CAL_ENTRY_TAKE, .way = CAL_WAY_HAND, .at = NOON, .recorded = NOON };
  g_strlcpy(entry.name, "d3k2", sizeof entry.name);
  g_strlcpy(entry.value, "2", sizeof entry.value);
  id_of(desk, 1, &entry.id);
  cal_record_encode(&record, raw);
  if (!cal_ledger_knows_entry(desk->ledger, &entry, &of_entry, error) ||
      !cal_ledger_knows_sample(desk->ledger, &desk_other_tag, NOON + 30, 0.1, &of_sample, error) ||
      !cal_ledger_knows_record(desk->ledger, &desk_tag, LOG_ID, raw, &of_record, error))
    return FALSE;
  g_string_append_printf(told, "%d %d %d", (int)of_entry, (int)of_sample, (int)of_record);
  return TRUE;
}

static gboolean
pages(Desk *desk, GString *told, GError **error)
{
  CalLedgerPage page;
  guint n_told = 1;
  gint64 n_all;
  cal_ledger_page_begin(&page);
  while (n_told > 0) {
    if (!cal_ledger_page(desk->ledger, &page, 7, tell_page, told, &n_told, error))
      return FALSE;
  }
  return cal_ledger_count_all(desk->ledger, &n_all, error);
}

static gboolean
check(Desk *desk, GString *told, GError **error)
{
  (void)told;
  return cal_ledger_check(desk->ledger, error);
}

/* -- What changes it ------------------------------------------------------------------------------------ */

static gboolean
enter(Desk *desk, CalEntryKind kind, const char *name, const char *value, GError **error)
{
  CalEntry entry = { .kind = kind, .way = CAL_WAY_HAND, .at = NOON + 500, .recorded = NOON + 500 };
  g_strlcpy(entry.name, name, sizeof entry.name);
  g_strlcpy(entry.value, value, sizeof entry.value);
  const gboolean done = cal_ledger_append_entry(desk->ledger, &entry, error);
  assert_int_equal(entry.id[0] != '\0', done); /* what is not there has no id */
  return done;
}

static gboolean
take(Desk *desk, GString *told, GError **error)
{
  (void)told;
  return enter(desk, CAL_ENTRY_TAKE, "d3k2", "2", error);
}

static gboolean
undo_entry(Desk *desk, GString *told, GError **error)
{
  char id[CAL_ENTRY_ID_SIZE];
  (void)told;
  return enter(desk, CAL_ENTRY_UNDO, id_of(desk, 1, &id), "", error);
}

/* The undo of an undo: a record comes back. */
static gboolean
undo_record(Desk *desk, GString *told, GError **error)
{
  (void)told;
  return enter(desk, CAL_ENTRY_UNDO, RECORD "9", "", error);
}

static gboolean
forget(Desk *desk, const char *id, GError **error)
{
  CalEntry tombstone = {
    .kind = CAL_ENTRY_TOMBSTONE, .way = CAL_WAY_HAND, .at = NOON + 600, .recorded = NOON + 600
  };
  g_strlcpy(tombstone.name, id, sizeof tombstone.name);
  return cal_ledger_forget(desk->ledger, &tombstone, error);
}

static gboolean
forget_entry(Desk *desk, GString *told, GError **error)
{
  char id[CAL_ENTRY_ID_SIZE];
  (void)told;
  return forget(desk, id_of(desk, 2, &id), error);
}

static gboolean
forget_record(Desk *desk, GString *told, GError **error)
{
  (void)told;
  return forget(desk, RECORD "9", error);
}

/* One that is new, one that is there, one that contradicts, and a clock that dates older ones. */
static gboolean
append_records(Desk *desk, GString *told, GError **error)
{
  const CalRecord records[] = { desk_undated(25, 65, 2), desk_minute(9, NOON + 270),
                                desk_minute(8, NOON + 209), desk_clock(26, NOON + 5000, 130, 0) };
  guint8 raw[G_N_ELEMENTS(records)][CAL_RECORD_SIZE];
  CalTally tally = { 0 };
  CalSpan touched = { 0 };
  for (gsize i = 0; i < G_N_ELEMENTS(records); i++)
    cal_record_encode(&records[i], raw[i]);
  const gboolean done =
      cal_ledger_append_records(desk->ledger, &desk_tag, LOG_ID, (const guint8(*)[CAL_RECORD_SIZE])raw,
                                G_N_ELEMENTS(records), NOON + 6000, &tally, &touched, error);
  assert_true(done || (tally.fresh == 0 && touched.end <= touched.start));
  g_string_append_printf(told, "%d %d %d", (int)tally.fresh, (int)tally.duplicates, (int)tally.conflicts);
  return done;
}

/* All of them new, and more than are added at once. */
static gboolean
append_a_run(Desk *desk, GString *told, GError **error)
{
  guint8 raw[20][CAL_RECORD_SIZE];
  CalTally tally = { 0 };
  CalSpan touched = { 0 };
  for (guint32 i = 0; i < G_N_ELEMENTS(raw); i++) {
    const CalRecord record = desk_minute(40 + i, NOON + 3000 + 60 * (gint64)i);
    cal_record_encode(&record, raw[i]);
  }
  const gboolean done =
      cal_ledger_append_records(desk->ledger, &desk_tag, LOG_ID, (const guint8(*)[CAL_RECORD_SIZE])raw,
                                G_N_ELEMENTS(raw), NOON + 6000, &tally, &touched, error);
  assert_int_equal(tally.fresh, done ? G_N_ELEMENTS(raw) : 0);
  (void)told;
  return done;
}

static gboolean
append_to_another_log(Desk *desk, GString *told, GError **error)
{
  guint8 raw[1][CAL_RECORD_SIZE];
  CalTally tally = { 0 };
  CalSpan touched = { 0 };
  const CalRecord record = desk_minute(1, NOON + 9000);
  cal_record_encode(&record, raw[0]);
  (void)told;
  return cal_ledger_append_records(desk->ledger, &desk_tag, LOG_ID + 1, (const guint8(*)[CAL_RECORD_SIZE])raw,
                                   1, NOON + 9000, &tally, &touched, error);
}

static gboolean
sample(Desk *desk, GString *told, GError **error)
{
  (void)told;
  return cal_ledger_append_sample(desk->ledger, &desk_other_tag, NOON + 700, 4.5, error) &&
         cal_ledger_flush(desk->ledger, error);
}

static gboolean
new_log(Desk *desk, GString *told, GError **error)
{
  (void)told;
  return cal_ledger_set_floor(desk->ledger, &desk_tag, LOG_ID + 7, 3, error);
}

static gboolean
mark_lost(Desk *desk, GString *told, GError **error)
{
  (void)told;
  return cal_ledger_mark_lost(desk->ledger, &desk_tag, LOG_ID, 15, 18, error);
}

static gboolean
remember(Desk *desk, GString *told, GError **error)
{
  (void)told;
  return cal_ledger_remember(desk->ledger, "dismissed/d-low", "2025-09-30", error);
}

static gboolean
remember_nothing(Desk *desk, GString *told, GError **error)
{
  (void)told;
  return cal_ledger_remember(desk->ledger, "dismissed/d-low", NULL, error);
}

/* What is new, what is here, an undo of what is here, and a tombstone of it. */
static gboolean
import(Desk *desk, GString *told, GError **error)
{
  static const struct {
    CalEntryKind kind;
    const char *id, *name, *value;
  } rows[] = {
    { CAL_ENTRY_FOOD, OTHER_UUID ":1", "trout", "90g" },
    { CAL_ENTRY_FOOD, "00000000-0000-4000-8000-00000000000a:4", "herring", "90g" },
    { CAL_ENTRY_UNDO, OTHER_UUID ":2", "00000000-0000-4000-8000-00000000000a:4", "" },
    { CAL_ENTRY_UNDO, OTHER_UUID ":3", RECORD "9", "" },
    { CAL_ENTRY_TOMBSTONE, OTHER_UUID ":4", RECORD "23", "" },
  };
  CalEntry entries[G_N_ELEMENTS(rows)] = { 0 };
  (void)told;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    entries[i] =
        (CalEntry){ .kind = rows[i].kind, .way = CAL_WAY_HAND, .at = NOON + 800, .recorded = NOON + 800 };
    g_strlcpy(entries[i].id, rows[i].id, sizeof entries[i].id);
    g_strlcpy(entries[i].name, rows[i].name, sizeof entries[i].name);
    g_strlcpy(entries[i].value, rows[i].value, sizeof entries[i].value);
  }
  return cal_ledger_import_entries(desk->ledger, entries, G_N_ELEMENTS(entries), error);
}

static gboolean
date_run(Desk *desk, GString *told, GError **error)
{
  (void)told;
  return enter(desk, CAL_ENTRY_DATE, RECORD "21", "2025-09-29T14:00:00Z", error);
}

static gboolean
cache(Desk *desk, GString *told, GError **error)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static("sun", 3);
  CalDate block = DAY;
  (void)told;
  while (!cal_ledger_block_begins(block))
    block++;
  return cal_ledger_cache_day(desk->ledger, DAY, "key", bytes, error) &&
         cal_ledger_cache_block(desk->ledger, block, "key", bytes, error) &&
         cal_ledger_drop_cached_days(desk->ledger, DAY, DAY, error);
}

static gboolean
scrub(Desk *desk, GString *told, GError **error)
{
  (void)told;
  return cal_ledger_scrub(desk->ledger, error);
}

/* -- Copies --------------------------------------------------------------------------------------------- */

static gboolean
back_up(Desk *desk, GString *told, GError **error)
{
  g_autofree char *path = g_build_filename(desk->directory, "backup.db", NULL);
  const int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  (void)told;
  const gboolean done = cal_ledger_backup(desk->ledger, fd, error);
  close(fd);
  return done;
}

/* The golden one that the ledger was filled from, which lacks nothing of it. */
static gboolean
stage_backup(Desk *desk, GString *told, GError **error)
{
  g_auto(CalReplacement) replacement = { 0 };
  g_autofree char *mother = g_build_filename(desk->directory, "mother.db", NULL);
  const int fd = open(mother, O_RDONLY | O_CLOEXEC);
  const gboolean done = cal_ledger_stage_backup(desk->path, fd, &replacement, error);
  close(fd);
  g_string_append_printf(told, "%d %d %d", replacement.compared, (int)replacement.n_entries_gone,
                         (int)replacement.n_records_gone);
  if (done)
    g_unlink(replacement.staged);
  return done;
}

/* -- Each of them --------------------------------------------------------------------------------------- */

typedef enum {
  NONE,
  KEEPS,   /* what it took is told at once, and is to be committed with the next */
  GOES_ON, /* a backup is taken all the same when the present ledger cannot be read, to compare */
} Leniency;

typedef struct Deed {
  const char *name;
  gboolean (*run)(Desk *desk, GString *told, GError **error);
  Leniency leniency;
} Deed;

static const Deed deeds[] = {
  { "get_entry", get_entry, NONE },
  { "get_foreign_entry", get_foreign_entry, NONE },
  { "record_instant", record_instant, NONE },
  { "newest_by_hand", newest_by_hand, NONE },
  { "state_of_log", state_of_log, NONE },
  { "undated_runs", undated_runs, NONE },
  { "tag_counts", tag_counts, NONE },
  { "each", each, NONE },
  { "each_entry", each_entry, NONE },
  { "each_setting", each_setting, NONE },
  { "extent", extent, NONE },
  { "probe", probe, NONE },
  { "recall", recall, NONE },
  { "knows", knows, NONE },
  { "pages", pages, NONE },
  { "check", check, NONE },
  { "take", take, NONE },
  { "undo_entry", undo_entry, NONE },
  { "undo_record", undo_record, NONE },
  { "forget_entry", forget_entry, NONE },
  { "forget_record", forget_record, NONE },
  { "append_records", append_records, NONE },
  { "append_a_run", append_a_run, NONE },
  { "append_to_another_log", append_to_another_log, NONE },
  { "sample", sample, KEEPS },
  { "new_log", new_log, NONE },
  { "mark_lost", mark_lost, NONE },
  { "remember", remember, NONE },
  { "remember_nothing", remember_nothing, NONE },
  { "import", import, NONE },
  { "date_run", date_run, NONE },
  { "cache", cache, NONE },
  { "scrub", scrub, NONE },
  { "back_up", back_up, NONE },
  { "stage_backup", stage_backup, GOES_ON },
};

/* The ledger as it was filled. */
static void
restore(Desk *desk)
{
  g_autofree char *mother = g_build_filename(desk->directory, "mother.db", NULL), *bytes = NULL;
  g_autofree char *wal = g_strconcat(desk->path, "-wal", NULL), *shm = g_strconcat(desk->path, "-shm", NULL);
  gsize n_bytes;
  desk_close(desk);
  g_unlink(wal);
  g_unlink(shm);
  assert_true(g_file_get_contents(mother, &bytes, &n_bytes, NULL));
  assert_true(
      g_file_set_contents_full(desk->path, bytes, (gssize)n_bytes, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  desk_open(desk);
}

static int
set_up(void **state)
{
  desk_set_up(state);
  Desk *desk = *state;
  golden_fill(desk);
  g_autofree char *mother = g_build_filename(desk->directory, "mother.db", NULL);
  const int fd = open(mother, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  assert_true(cal_ledger_backup(desk->ledger, fd, NULL));
  return close(fd);
}

/* What the ledger tells before, what the deed answers when all goes well, and what the ledger tells then. */
typedef struct Expected {
  const char *start, *answer, *end;
} Expected;

/* Once with the n-th call failing; FALSE when it did not come to it. */
static gboolean
try_with_fault(Desk *desk, const Deed *deed, Call call, guint n, const Expected *expected)
{
  GError *error = NULL;
  g_autoptr(GString) told = g_string_new(NULL);
  g_hash_table_remove_all(desk->ledger->statements);
  arm(call, n);
  const gboolean done = deed->run(desk, told, &error);
  const gboolean failed = disarm();
  if (!done) {
    g_autofree char *after = golden_tell(desk);
    if (!failed)
      fail_msg("%s failed of its own: %s", deed->name, error->message);
    if (error == NULL)
      fail_msg("%s: call %u failed, and no error says so", deed->name, n);
    desk_assert_error(&error, CAL_ERROR_STORAGE);
    if (deed->leniency != KEEPS && g_strcmp0(after, expected->start) != 0)
      fail_msg("%s: call %u failed, and something is left of it:\n%s\nbefore:\n%s", deed->name, n, after,
               expected->start);
    return TRUE;
  }
  assert_null(error);
  if (!(failed && deed->leniency == GOES_ON) && g_strcmp0(told->str, expected->answer) != 0)
    fail_msg("%s: call %u failed, and the answer is %s, not %s", deed->name, n, told->str, expected->answer);
  if (failed)
    restore(desk);
  return failed;
}

/* How often something failed. */
static guint
try_each_fault(Desk *desk, const Deed *deed, Call call, const Expected *expected)
{
  guint n = 1;
  restore(desk);
  while (try_with_fault(desk, deed, call, n, expected))
    n++;
  g_autofree char *now = golden_tell(desk);
  assert_string_equal(now, expected->end);
  desk_reopen(desk);
  g_autofree char *again = golden_tell(desk);
  assert_string_equal(again, expected->end);
  assert_true(cal_ledger_check(desk->ledger, NULL));
  return n - 1;
}

static void
test_each_thing_that_a_ledger_does(void **state)
{
  Desk *desk = *state;
  for (gsize i = 0; i < G_N_ELEMENTS(deeds); i++) {
    GError *error = NULL;
    g_autoptr(GString) good = g_string_new(NULL);
    restore(desk);
    g_autofree char *start = golden_tell(desk);
    if (!deeds[i].run(desk, good, &error))
      fail_msg("%s: %s", deeds[i].name, error->message);
    g_autofree char *end = golden_tell(desk);
    const Expected expected = { start, good->str, end };
    guint n_failed = 0;
    for (Call call = PREPARES; call < N_CALLS; call++)
      n_failed += try_each_fault(desk, &deeds[i], call, &expected);
    if (n_failed == 0)
      fail_msg("%s asks nothing of SQLite", deeds[i].name);
  }
}

/* -- Opening -------------------------------------------------------------------------------------------- */

/* Until nothing fails any more; then it is open. How often it was refused. */
static guint
open_with_each_fault(Desk *desk, Call call)
{
  gboolean failed = TRUE;
  guint n_refused = 0;
  for (guint n = 1; failed; n++) {
    GError *error = NULL;
    desk_close(desk);
    arm(call, n);
    desk->ledger = cal_ledger_open(desk->path, &error);
    failed = disarm();
    if (desk->ledger != NULL)
      continue;
    if (!failed)
      fail_msg("%s", error->message);
    desk_assert_error(&error, CAL_ERROR_STORAGE);
    n_refused++;
  }
  return n_refused;
}

static void
test_opening(void **state)
{
  Desk *desk = *state;
  g_autofree char *before = golden_tell(desk);
  for (Call call = PREPARES; call < N_CALLS; call++) {
    desk_close(desk);
    assert_true(open_with_each_fault(desk, call) > 0);
    g_autofree char *after = golden_tell(desk);
    assert_string_equal(after, before);
  }
}

static void
test_making(void **state)
{
  Desk *desk = *state;
  for (Call call = PREPARES; call < N_CALLS; call++) {
    desk_close(desk);
    g_unlink(desk->path);
    assert_true(open_with_each_fault(desk, call) > 0);
    golden_fill(desk); /* it is a whole one */
    assert_true(cal_ledger_check(desk->ledger, NULL));
  }
}

static void
test_bringing_up_to_date(void **state)
{
  Desk *desk = *state;
  for (guint version = 1; version <= 2; version++) {
    for (Call call = PREPARES; call < N_CALLS; call++) {
      g_autofree char *golden = g_strdup_printf(CAL_GOLDEN_DIRECTORY "/v%u.db", version), *bytes = NULL;
      gsize n_bytes;
      desk_close(desk);
      assert_true(g_file_get_contents(golden, &bytes, &n_bytes, NULL));
      assert_true(g_file_set_contents(desk->path, bytes, (gssize)n_bytes, NULL));
      assert_true(open_with_each_fault(desk, call) > 0);
      g_autofree char *told = golden_tell(desk), *wanted = NULL;
      g_autofree char *text = g_strdup_printf(CAL_GOLDEN_DIRECTORY "/v%u.txt", version);
      assert_true(g_file_get_contents(text, &wanted, NULL, NULL));
      assert_string_equal(told, wanted);
      assert_true(cal_ledger_check(desk->ledger, NULL));
    }
  }
}

/* -- Salvage -------------------------------------------------------------------------------------------- */

/* What cannot be read of a damaged ledger is lost, and counted; a salvage that goes on without a word would
 * be worse than none. */
static void
test_salvage(void **state)
{
  Desk *desk = *state;
  GError *error = NULL;
  gboolean failed = TRUE;
  desk_close(desk);
  desk_sql(desk->path, "UPDATE tag SET sum = sum + 1");
  CalSalvage good = { 0 };
  g_auto(CalReplacement) replacement = { 0 };
  assert_true(cal_ledger_stage_salvage(desk->path, NOON, &replacement, &good, &error));
  for (guint n = 1; failed; n += 1 + n / 4) {
    CalSalvage salvage = { 0 };
    g_auto(CalReplacement) staged = { 0 };
    arm(STEPS, n);
    const gboolean done = cal_ledger_stage_salvage(desk->path, NOON, &staged, &salvage, &error);
    failed = disarm();
    assert_int_equal(done, error == NULL);
    g_clear_error(&error);
    if (done && !failed)
      assert_int_equal(salvage.n_records, good.n_records);
    if (done)
      g_unlink(staged.staged);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, desk_tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_each_thing_that_a_ledger_does), TEST(test_opening), TEST(test_making),
    TEST(test_bringing_up_to_date),           TEST(test_salvage),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
