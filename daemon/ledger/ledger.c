/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opening and closing the file, and being sure that it is the right one.
 *
 *   lock ──▶ WAL back ──▶ open ──▶ identify ──▶ WAL, FULL ──▶ keep, migrate ──▶ remember which files
 *     │                                │
 *   busy       damaged, no database, another program's, newer: closed without a byte written
 */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "beside.h"
#include "error.h"
#include "keep.h"
#include "origin.h"
#include "owner_dates.h"
#include "rescue.h"
#include "schema.h"

/* A reader such as the sqlite3 shell may hold the file for a moment; nobody else writes to it. */
#define BUSY_TIMEOUT_MS 250

static const char sql_hold[] = "SELECT uuid FROM ledger";

static gboolean
fail_with_errno(const char *path, const char *doing, GError **error)
{
  const int saved = errno;
  g_set_error(error, CAL_ERROR, CAL_ERROR_STORAGE, "The ledger %s could not be %s: %s.", path, doing,
              g_strerror(saved));
  return FALSE;
}

static gboolean
fail_as_damaged(const char *path, const char *why, GError **error)
{
  g_set_error(error, CAL_ERROR, CAL_ERROR_DAMAGED, "%s %s; it was left untouched.", path, why);
  return FALSE;
}

/* -- The lock ------------------------------------------------------------------------------------------- */

static gboolean
make_directory(const char *path, GError **error)
{
  g_autofree char *directory = g_path_get_dirname(path);
  if (g_file_test(directory, G_FILE_TEST_IS_DIR))
    return TRUE;
  if (g_mkdir_with_parents(directory, 0700) != 0)
    return fail_with_errno(path, "made", error);
  cal_ledger_sync_names(directory); /* a file is only there after a loss of power when its name is */
  return TRUE;
}

/* Other daemons are kept out by flock(), which lives beside the record locks of SQLite: whoever only reads
 * with another tool is let in. */
static gboolean
lock_file(CalLedger *ledger, GError **error)
{
  struct stat status;
  ledger->lock_fd = open(ledger->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
  if (ledger->lock_fd < 0 || fstat(ledger->lock_fd, &status) != 0)
    return fail_with_errno(ledger->path, "opened", error);
  if (!S_ISREG(status.st_mode))
    return fail_as_damaged(ledger->path, "is no file", error);
  ledger->file = (CalFileIdentity){ status.st_dev, status.st_ino };
  if (flock(ledger->lock_fd, LOCK_EX | LOCK_NB) == 0) {
    cal_keep_wal(ledger->path);
    return TRUE;
  }
  if (errno != EWOULDBLOCK)
    return fail_with_errno(ledger->path, "locked", error);
  g_set_error(error, CAL_ERROR, CAL_ERROR_BUSY, "The ledger %s is in use by another calciferd.",
              ledger->path);
  return FALSE;
}

/* -- The database --------------------------------------------------------------------------------------- */

/* Until the file is known to be ours, closing must not write a WAL back that somebody left. (Where there is
 * none, SQLite makes an empty one, and takes it away again.) */
static gboolean
open_database(CalLedger *ledger, GError **error)
{
  const int has_wal = g_file_test(ledger->wal_path, G_FILE_TEST_EXISTS);
  const int code =
      sqlite3_open_v2(ledger->path, &ledger->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  if (code != SQLITE_OK)
    return cal_store_fail(ledger, code, "opened", error);
  sqlite3_extended_result_codes(ledger->db, 1);
  sqlite3_busy_timeout(ledger->db, BUSY_TIMEOUT_MS);
  sqlite3_db_config(ledger->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, has_wal, NULL);
  sqlite3_db_config(ledger->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config(ledger->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  return TRUE;
}

static gboolean
identify(CalLedger *ledger, guint *version, GError **error)
{
  CalSchemaKind kind;
  const int code = cal_schema_identify(ledger->db, cal_schema_n_steps, &kind, version);
  if (code != SQLITE_OK)
    return cal_store_fail(ledger, code, "read", error);
  switch (kind) {
  case CAL_SCHEMA_EMPTY:
  case CAL_SCHEMA_LEDGER:
    return TRUE;
  case CAL_SCHEMA_NEWER:
    return fail_as_damaged(ledger->path, "is a ledger of a newer version of calciferd", error);
  case CAL_SCHEMA_FOREIGN:
    return fail_as_damaged(ledger->path, "is another program's database", error);
  }
  g_assert_not_reached();
}

/* Whether a pragma, having been set, reads as it should: some are refused without an error. */
static gboolean
pragma_is(CalLedger *ledger, const char *sql, const char *expected, GError **error)
{
  sqlite3_stmt *stmt = NULL;
  int code = sqlite3_prepare_v2(ledger->db, sql, -1, &stmt, NULL);
  if (code == SQLITE_OK)
    code = sqlite3_step(stmt);
  const gboolean equal =
      code == SQLITE_ROW && g_strcmp0((const char *)sqlite3_column_text(stmt, 0), expected) == 0;
  if (code != SQLITE_ROW)
    cal_store_fail(ledger, code, "opened", error);
  else if (!equal)
    g_set_error(error, CAL_ERROR, CAL_ERROR_STORAGE,
                "The ledger %s could not be opened: its file system cannot do \"%s\".", ledger->path, sql);
  sqlite3_finalize(stmt);
  return equal;
}

static gboolean
configure(CalLedger *ledger, GError **error)
{
  /* Pages kept in memory are the kernel's to cache, too: 256 KiB of them make one day's fold no slower than
   * SQLite's own 2 MiB. cell_size_check and recursive_triggers: damage shows early, and REPLACE cannot pass
   * by a trigger. The size of what stays of the WAL after a backlog is bounded. */
  static const char pragmas[] =
      "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA cell_size_check = ON;"
      "PRAGMA recursive_triggers = ON; PRAGMA temp_store = MEMORY;"
      "PRAGMA cache_size = -256;"
      "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 1048576;";
  if (!pragma_is(ledger, "PRAGMA journal_mode = WAL", "wal", error))
    return FALSE;
  const int code = sqlite3_exec(ledger->db, pragmas, NULL, NULL, NULL);
  if (code != SQLITE_OK)
    return cal_store_fail(ledger, code, "opened", error);
  return pragma_is(ledger, "PRAGMA synchronous", "2", error) &&
         pragma_is(ledger, "PRAGMA foreign_keys", "1", error);
}

/* A ledger of an older version is kept; a copy in the making is not, since what it was made from is there. */
static gboolean
migrate(CalLedger *ledger, guint version, gboolean is_copy, GError **error)
{
  const gboolean is_older = version > 0 && version < cal_schema_n_steps;
  if (is_older && !is_copy && !cal_keep_version(ledger, version, error))
    return FALSE;
  const int code = cal_schema_migrate(ledger->db, cal_schema_steps, cal_schema_n_steps, version);
  return code == SQLITE_OK || cal_store_fail(ledger, code, "brought up to date", error);
}

static gboolean
read_uuid(CalLedger *ledger, GError **error)
{
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, "SELECT uuid FROM ledger", error);
  gboolean has_row;
  if (statement == NULL || !cal_statement_next(statement, &has_row, error))
    return FALSE;
  if (has_row)
    ledger->uuid = g_strdup((const char *)sqlite3_column_text(statement->stmt, 0));
  if (ledger->uuid == NULL || !g_uuid_string_is_valid(ledger->uuid))
    return fail_as_damaged(ledger->path, "has lost its name", error);
  return TRUE;
}

/* -- Which files ---------------------------------------------------------------------------------------- */

static gboolean
identify_files(CalLedger *ledger, GError **error)
{
  struct stat status;
  if (stat(ledger->wal_path, &status) != 0)
    return fail_with_errno(ledger->path, "opened", error);
  ledger->wal = (CalFileIdentity){ status.st_dev, status.st_ino };
  if (fchmod(ledger->lock_fd, 0600) != 0 || chmod(ledger->wal_path, 0600) != 0)
    return fail_with_errno(ledger->path, "kept private", error);
  return cal_store_is_in_place(ledger, error);
}

/* Both files are held open, so their inode numbers cannot have gone to others meanwhile. */
static gboolean
leads_to(const char *path, const CalFileIdentity *identity)
{
  struct stat status;
  return stat(path, &status) == 0 && status.st_dev == identity->device && status.st_ino == identity->inode;
}

gboolean
cal_store_is_in_place(CalLedger *ledger, GError **error)
{
  if (leads_to(ledger->path, &ledger->file) && leads_to(ledger->wal_path, &ledger->wal))
    return TRUE;
  g_set_error(error, CAL_ERROR, CAL_ERROR_STORAGE,
              "The ledger %s was removed or replaced while it was in use; nothing is written to it any more.",
              ledger->path);
  return FALSE;
}

/* SQLite cuts the WAL and does not sync that, since nothing of its own depends on it. */
static int
sync_wal(const CalLedger *ledger)
{
  const int fd = open(ledger->wal_path, O_RDONLY | O_CLOEXEC);
  const gboolean synced = fd >= 0 && fsync(fd) == 0;
  if (fd >= 0)
    close(fd);
  return synced ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

gboolean
cal_store_write_back(CalLedger *ledger, GError **error)
{
  int code = sqlite3_wal_checkpoint_v2(ledger->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  if (code == SQLITE_OK)
    code = sync_wal(ledger);
  return code == SQLITE_OK || cal_store_fail(ledger, code, "cleaned", error);
}

gboolean
cal_store_takes_events(CalLedger *ledger, GError **error)
{
  if (!ledger->sealed)
    return TRUE;
  g_set_error(error, CAL_ERROR, CAL_ERROR_BUSY, "The ledger %s is being replaced; try again in a moment.",
              ledger->path);
  return FALSE;
}

gboolean
cal_ledger_barrier(CalLedger *ledger, GError **error)
{
  /* Every commit has synced the WAL before it returned (synchronous = FULL, verified when it was opened).
   * What can still go wrong is that nobody will ever look at this file again. */
  return cal_store_takes_events(ledger, error) && cal_ledger_flush(ledger, error) &&
         cal_store_is_in_place(ledger, error);
}

/* -- Life ----------------------------------------------------------------------------------------------- */

static gboolean
open_ledger(CalLedger *ledger, gboolean is_copy, GError **error)
{
  guint version = 0;
  if (!make_directory(ledger->path, error) || !lock_file(ledger, error) || !open_database(ledger, error) ||
      !identify(ledger, &version, error) || !configure(ledger, error) ||
      !migrate(ledger, version, is_copy, error) || !read_uuid(ledger, error) ||
      !cal_origin_open(ledger, error) || !identify_files(ledger, error))
    return FALSE;
  sqlite3_db_config(ledger->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
  cal_ledger_sync_names(ledger->path);
  return TRUE;
}

static CalLedger *
make_ledger(const char *path)
{
  CalLedger *ledger = g_new0(CalLedger, 1);
  ledger->lock_fd = -1;
  ledger->path = g_canonicalize_filename(path, NULL);
  ledger->wal_path = g_strconcat(ledger->path, "-wal", NULL);
  ledger->statements = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, cal_statement_free);
  ledger->samples = g_array_new(FALSE, FALSE, sizeof(CalEvent));
  ledger->owner_dates = cal_owner_dates_new();
  ledger->duplicates = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  return ledger;
}

CalLedger *
cal_ledger_open(const char *path, GError **error)
{
  g_autoptr(CalLedger) ledger = make_ledger(path);
  return open_ledger(ledger, FALSE, error) ? g_steal_pointer(&ledger) : NULL;
}

CalLedger *
cal_store_open_copy(const char *path, GError **error)
{
  g_autoptr(CalLedger) ledger = make_ledger(path);
  return open_ledger(ledger, TRUE, error) ? g_steal_pointer(&ledger) : NULL;
}

/* Nobody has a file open that has no WAL beside it: then SQLite need not make one only to read. */
static char *
reading_uri(const CalLedger *ledger)
{
  g_autofree char *uri = g_filename_to_uri(ledger->path, NULL, NULL);
  const gboolean in_use = g_file_test(ledger->wal_path, G_FILE_TEST_EXISTS);
  return uri != NULL ? g_strconcat(uri, in_use ? "?mode=ro" : "?immutable=1", NULL) : NULL;
}

CalLedger *
cal_store_open_to_read(const char *path, guint *version, GError **error)
{
  g_autoptr(CalLedger) ledger = make_ledger(path);
  g_autofree char *uri = reading_uri(ledger);
  const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(uri != NULL ? uri : path, &ledger->db, flags, NULL);
  if (code != SQLITE_OK) {
    cal_store_fail(ledger, code, "opened", error);
    return NULL;
  }
  sqlite3_extended_result_codes(ledger->db, 1);
  sqlite3_busy_timeout(ledger->db, BUSY_TIMEOUT_MS);
  sqlite3_db_config(ledger->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  return identify(ledger, version, error) ? g_steal_pointer(&ledger) : NULL;
}

gboolean
cal_store_read_name(CalLedger *ledger, GError **error)
{
  return read_uuid(ledger, error) && cal_origin_open(ledger, error);
}

int
cal_ledger_hold(const char *path, GError **error)
{
  g_autoptr(CalLedger) ledger = make_ledger(path);
  if (!make_directory(ledger->path, error) || !lock_file(ledger, error))
    return -1;
  const int fd = ledger->lock_fd;
  ledger->lock_fd = -1;
  return fd;
}

void
cal_ledger_seal(CalLedger *ledger, gboolean sealed)
{
  ledger->sealed = sealed;
}

/* A ledger whose opening failed has no UUID, and nothing pending. */
void
cal_ledger_close(CalLedger *ledger)
{
  g_autoptr(GError) error = NULL;
  if (ledger->uuid != NULL && !ledger->sealed && !cal_ledger_flush(ledger, &error))
    g_warning("%s", error->message);
  g_clear_pointer(&ledger->held, cal_statement_release);
  g_hash_table_destroy(ledger->statements);
  const int code = sqlite3_close(ledger->db);
  g_assert(code == SQLITE_OK); /* a statement would be out of the cache still */
  if (ledger->lock_fd >= 0)
    close(ledger->lock_fd);
  cal_ledger_keep_days(ledger, FALSE);
  g_array_unref(ledger->samples);
  g_array_unref(ledger->owner_dates);
  g_hash_table_destroy(ledger->duplicates);
  g_free(ledger->uuid);
  g_free(ledger->wal_path);
  g_free(ledger->path);
  g_free(ledger);
}

const char *
cal_ledger_uuid(CalLedger *ledger)
{
  return ledger->uuid;
}

/* One statement that stands on its row keeps what the others would take and give back. */
void
cal_ledger_hold_still(CalLedger *ledger)
{
  gboolean has_row;
  if (ledger->n_held++ > 0)
    return;
  ledger->held = cal_statement_take(ledger, sql_hold, NULL);
  if (ledger->held != NULL)
    cal_statement_next(ledger->held, &has_row, NULL);
}

void
cal_ledger_let_go(CalLedger *ledger)
{
  g_assert(ledger->n_held > 0);
  if (--ledger->n_held == 0)
    g_clear_pointer(&ledger->held, cal_statement_release);
}

void
cal_ledger_rest(CalLedger *ledger)
{
  g_hash_table_remove_all(ledger->statements);
  sqlite3_db_release_memory(ledger->db);
}
