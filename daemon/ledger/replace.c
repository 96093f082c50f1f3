/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Another ledger in the place of the present one.
 *
 *   stage:    backup ──copy──▶ ledger.db.restore-XXXXXX ──migrate, check, compare──▶ ready
 *   replace:  ledger.db  ──link──▶ ledger.db.DATE      (both names lead to it)
 *             ledger.db-wal ─────▶ ledger.db.DATE-wal  (a WAL must not meet another database)
 *             staged ──rename──▶ ledger.db             (the one step that matters, and it is atomic)
 */
#include "rescue.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "beside.h"
#include "error.h"
#include "keep.h"
#include "store.h"

/* Ids as they are known everywhere, of both ledgers. */
#define IDS_OF(schema)                                                                                       \
  "SELECT coalesce(o.uuid || ':' || o.number, (SELECT uuid FROM " schema ".ledger) || ':' || e.number) AS "  \
  "id FROM " schema ".entry e LEFT JOIN " schema ".origin o ON o.entry = e.number"

static const char sql_attach[] = "ATTACH ? AS present";
static const char sql_entries_gone[] =
    "SELECT count(*) FROM (" IDS_OF("present") " EXCEPT " IDS_OF("main") ")";
static const char sql_records_gone[] =
    "SELECT count(*), min(r.at), max(r.at) FROM present.record r"
    "  JOIN present.log l ON l.log = r.log JOIN present.tag t ON t.tag = l.tag"
    "  LEFT JOIN main.tag mt ON mt.address = t.address"
    "  LEFT JOIN main.log ml ON ml.tag = mt.tag AND ml.log_id = l.log_id"
    "  LEFT JOIN main.record mr ON mr.id = (ml.log << 32) + r.sequence"
    "  WHERE mr.id IS NULL";
/* The high-water marks of buttons that are only heard (daemon/app/gates.c). */
static const char sql_keep_gates[] =
    "INSERT INTO main.memory SELECT key, value FROM present.memory WHERE key LIKE 'press/%'"
    "  ON CONFLICT (key) DO UPDATE SET value = excluded.value";

void
cal_replacement_clear(CalReplacement *replacement)
{
  if (replacement->staged != NULL)
    cal_ledger_discard(replacement->staged); /* in its place it has another name */
  g_clear_pointer(&replacement->staged, g_free);
}

static gboolean
fail_with_errno(const char *path, GError **error)
{
  const int saved = errno;
  g_set_error(error, CAL_ERROR, CAL_ERROR_STORAGE, "%s: %s.", path, g_strerror(saved));
  return FALSE;
}

/* -- Staging -------------------------------------------------------------------------------------------- */

/* Read and written, not sent: a backup may come from a file system that cannot do that. */
static gboolean
copy_bytes(int from, int to, GError **error)
{
  g_autofree guint8 *bytes = g_malloc(1 << 20);
  for (gsize size = 0;; size = 0) {
    const ssize_t n = read(from, bytes, 1 << 20);
    if (n == 0)
      return fsync(to) == 0 || fail_with_errno("The copy of the backup", error);
    if (n < 0 && errno == EINTR)
      continue;
    while (n > 0 && size < (gsize)n) {
      const ssize_t written = write(to, bytes + size, (gsize)n - size);
      if (written < 0 && errno != EINTR)
        return fail_with_errno("The copy of the backup", error);
      size += written > 0 ? (gsize)written : 0;
    }
    if (n < 0)
      return fail_with_errno("The backup", error);
  }
}

static gboolean
copy_backup(const char *path, int fd, CalReplacement *replacement, GError **error)
{
  g_autofree char *staged = g_strconcat(path, ".restore-XXXXXX", NULL);
  const int to = g_mkstemp_full(staged, O_RDWR | O_CLOEXEC, 0600);
  if (to < 0)
    return fail_with_errno(staged, error);
  replacement->staged = g_steal_pointer(&staged);
  const gboolean copied = copy_bytes(fd, to, error);
  close(to);
  return copied;
}

/* A daemon that starts makes a ledger of an empty file, or of a database without a table, as the first page
 * of a file whose rest is in a WAL may be. As a backup they would take the place of a ledger with all in it.
 */
static gboolean
holds_something(const char *path, GError **error)
{
  struct stat status;
  guint version = 0;
  if (stat(path, &status) == 0 && status.st_size > 0) {
    g_autoptr(CalLedger) ledger = cal_store_open_to_read(path, &version, error);
    if (ledger == NULL || version > 0)
      return ledger != NULL;
  }
  g_set_error_literal(error, CAL_ERROR, CAL_ERROR_DAMAGED, "The backup is empty.");
  return FALSE;
}

static gboolean
attach_present(CalLedger *ledger, const char *path, GError **error)
{
  g_autoptr(CalStatement) attach = cal_statement_take(ledger, sql_attach, error);
  if (attach == NULL)
    return FALSE;
  sqlite3_bind_text(attach->stmt, 1, path, -1, SQLITE_STATIC);
  return cal_statement_run(attach, error);
}

static gboolean
count_gone(CalLedger *ledger, CalReplacement *replacement, GError **error)
{
  gboolean has_row;
  g_autoptr(CalStatement) records = cal_statement_take(ledger, sql_records_gone, error);
  if (records == NULL || !cal_statement_next(records, &has_row, error) || !has_row)
    return FALSE;
  const gboolean dated = sqlite3_column_type(records->stmt, 1) != SQLITE_NULL;
  replacement->n_records_gone = sqlite3_column_int64(records->stmt, 0);
  replacement->from = dated ? sqlite3_column_int64(records->stmt, 1) : CAL_INSTANT_NONE;
  replacement->to = dated ? sqlite3_column_int64(records->stmt, 2) : CAL_INSTANT_NONE;
  return cal_store_number(ledger, sql_entries_gone, 0, 0, 0, &replacement->n_entries_gone, error);
}

/* Whatever goes wrong here: the present ledger is of an older version, or cannot be read, and a backup may
 * well be restored for that. */
static void
compare(CalLedger *ledger, const char *path, CalReplacement *replacement)
{
  g_autofree char *sentence = NULL;
  g_autoptr(GError) error = NULL;
  if (cal_ledger_examine(path, &sentence) != CAL_LEDGER_WHOLE || !attach_present(ledger, path, &error))
    return;
  replacement->compared =
      count_gone(ledger, replacement, &error) && cal_store_run(ledger, sql_keep_gates, 0, 0, &error);
  if (!replacement->compared)
    g_warning("the backup could not be compared: %s", error->message);
}

/* What a message about the copy says is true of the backup, which has another name. */
static void
tell_of_backup(const char *staged, GError **error)
{
  if (error == NULL || *error == NULL)
    return;
  g_auto(GStrv) parts = g_strsplit((*error)->message, staged, -1);
  g_autofree char *message = g_strjoinv("(the backup)", parts);
  const int code = (*error)->code;
  g_clear_error(error);
  g_set_error_literal(error, CAL_ERROR, code, message);
}

static gboolean
open_staged(const char *path, CalReplacement *replacement, GError **error)
{
  g_autoptr(CalLedger) ledger = cal_store_open_copy(replacement->staged, error);
  if (ledger == NULL || !cal_ledger_check(ledger, error))
    return FALSE;
  compare(ledger, path, replacement);
  return cal_store_write_back(ledger, error); /* only the file takes the ledger's place */
}

gboolean
cal_ledger_stage_backup(const char *path, int fd, CalReplacement *replacement, GError **error)
{
  if (!copy_backup(path, fd, replacement, error))
    return FALSE;
  const gboolean ready = holds_something(replacement->staged, error) && open_staged(path, replacement, error);
  if (!ready)
    tell_of_backup(replacement->staged, error);
  return ready;
}

/* -- Replacing ------------------------------------------------------------------------------------------ */

/* A name that nothing has yet. */
static char *
dated_name(const char *path, CalInstant now)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(now);
  g_autofree char *date = g_date_time_format(time, "%Y-%m-%dT%H%M%SZ");
  char *name = g_strconcat(path, ".", date, NULL);
  for (guint n = 2; g_file_test(name, G_FILE_TEST_EXISTS); n++) {
    g_free(name);
    name = g_strdup_printf("%s.%s-%u", path, date, n);
  }
  return name;
}

/* A file system without links cannot have both names, and renames. Nothing there is no failure. */
static gboolean
give_name(const char *path, const char *name, GError **error)
{
  if (link(path, name) == 0 || errno == ENOENT)
    return TRUE;
  return ((errno == EPERM || errno == EOPNOTSUPP) && rename(path, name) == 0) || fail_with_errno(path, error);
}

static gboolean
set_aside(const char *path, const char *name, GError **error)
{
  static const char *const ends[] = { "-wal", "-shm" };
  if (!give_name(path, name, error))
    return FALSE;
  cal_ledger_sync_names(path); /* by this name the WAL finds back, see cal_keep_wal() */
  for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
    g_autofree char *from = g_strconcat(path, ends[i], NULL);
    g_autofree char *to = g_strconcat(name, ends[i], NULL);
    if (rename(from, to) != 0 && errno != ENOENT)
      return fail_with_errno(from, error);
  }
  cal_ledger_sync_names(path); /* or the new ledger could be there after a loss of power, and the WAL too */
  return TRUE;
}

gboolean
cal_ledger_replace(const char *path, const char *staged, CalInstant now, char **aside, GError **error)
{
  struct stat status;
  const gboolean is_there = stat(path, &status) == 0 && status.st_size > 0;
  g_autofree char *name = is_there ? dated_name(path, now) : NULL;
  *aside = NULL;
  if (is_there && !set_aside(path, name, error))
    return FALSE;
  if (rename(staged, path) != 0)
    return fail_with_errno(path, error);
  cal_ledger_sync_names(path);
  *aside = g_steal_pointer(&name);
  return TRUE;
}
