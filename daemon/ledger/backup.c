/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A copy of the ledger while it is in use, a slice at a time. SQLite makes it beside the ledger, the one
 * place where the daemon may certainly write, and from there its bytes go to the descriptor that the caller
 * opened. What is committed between two slices is in the copy, too: it is made by the connection that
 * commits.
 *
 *   begin ──▶ COPYING ── no page is left ──▶ SENDING ── no byte is left ──▶ synced: DONE
 *                └───────────── an error, or an end before the end ─────────▶ the copy beside is gone
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "beside.h"
#include "error.h"
#include "store.h"

/* Some milliseconds' worth on a slow disk. */
#define SLICE_PAGES 128
#define SLICE_BYTES (1 << 19)

typedef enum { COPYING, SENDING, DONE } State;

struct CalBackup {
  CalLedger *ledger;
  char *copy;
  int fd; /* the caller's */
  int from;
  sqlite3 *db;
  sqlite3_backup *work;
  gint64 sent, size;
  State state;
};

static gboolean
fail_with_errno(GError **error)
{
  const int saved = errno;
  g_set_error(error, CAL_ERROR, CAL_ERROR_STORAGE, "The backup could not be written: %s.", g_strerror(saved));
  return FALSE;
}

static gboolean
fail_with_code(CalBackup *backup, int code, GError **error)
{
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
    return cal_store_fail(backup->ledger, code, "read", error);
  g_set_error(error, CAL_ERROR, CAL_ERROR_STORAGE, "The backup could not be written: %s.",
              sqlite3_errstr(code));
  return FALSE;
}

/* -- Copying -------------------------------------------------------------------------------------------- */

/* Its bytes are synced where they go, and a copy that a crash leaves is swept. */
static gboolean
open_copy(CalBackup *backup, GError **error)
{
  int code = sqlite3_open_v2(backup->copy, &backup->db, SQLITE_OPEN_READWRITE, NULL);
  if (code == SQLITE_OK)
    code = sqlite3_exec(backup->db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
  if (code != SQLITE_OK)
    return fail_with_code(backup, code, error);
  backup->work = sqlite3_backup_init(backup->db, "main", backup->ledger->db, "main");
  return backup->work != NULL || fail_with_code(backup, sqlite3_errcode(backup->db), error);
}

/* The copy says of itself that it has a WAL, as the ledger does; now it is one file. */
static gboolean
close_copy(CalBackup *backup, GError **error)
{
  int code = sqlite3_backup_finish(g_steal_pointer(&backup->work));
  if (code == SQLITE_OK)
    code = sqlite3_exec(backup->db, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
  if (code != SQLITE_OK)
    return fail_with_code(backup, code, error);
  code = sqlite3_close(backup->db);
  backup->db = NULL;
  return code == SQLITE_OK || fail_with_code(backup, code, error);
}

/* A pipe can neither be cut to length nor synced, and need not be. */
static gboolean
begin_sending(CalBackup *backup, GError **error)
{
  struct stat to, from;
  backup->from = open(backup->copy, O_RDONLY | O_CLOEXEC);
  if (backup->from < 0 || fstat(backup->from, &from) != 0 || fstat(backup->fd, &to) != 0)
    return fail_with_errno(error);
  if (S_ISREG(to.st_mode) && (ftruncate(backup->fd, 0) != 0 || lseek(backup->fd, 0, SEEK_SET) != 0))
    return fail_with_errno(error);
  backup->size = from.st_size;
  backup->state = SENDING;
  return TRUE;
}

static gboolean
copy_slice(CalBackup *backup, GError **error)
{
  const int code = sqlite3_backup_step(backup->work, SLICE_PAGES);
  if (code == SQLITE_OK)
    return TRUE;
  if (code != SQLITE_DONE)
    return fail_with_code(backup, code, error);
  return close_copy(backup, error) && begin_sending(backup, error);
}

/* -- Sending -------------------------------------------------------------------------------------------- */

static gboolean
sync_file(CalBackup *backup, GError **error)
{
  struct stat to;
  if (fstat(backup->fd, &to) != 0 || (S_ISREG(to.st_mode) && fsync(backup->fd) != 0))
    return fail_with_errno(error);
  backup->state = DONE;
  return TRUE;
}

static gboolean
send_slice(CalBackup *backup, GError **error)
{
  const ssize_t n = sendfile(backup->fd, backup->from, NULL, SLICE_BYTES);
  if (n < 0)
    return errno == EINTR || fail_with_errno(error);
  backup->sent += n;
  return n > 0 || sync_file(backup, error);
}

/* -- The whole ------------------------------------------------------------------------------------------ */

CalBackup *
cal_ledger_backup_begin(CalLedger *ledger, int fd, GError **error)
{
  if (!cal_ledger_flush(ledger, error))
    return NULL;
  g_autofree char *copy = g_strconcat(ledger->path, ".backup-XXXXXX", NULL);
  const int made = g_mkstemp_full(copy, O_RDWR | O_CLOEXEC, 0600);
  if (made < 0) {
    fail_with_errno(error);
    return NULL;
  }
  close(made);
  g_autoptr(CalBackup) backup = g_new0(CalBackup, 1);
  backup->ledger = ledger;
  backup->copy = g_steal_pointer(&copy);
  backup->fd = fd;
  backup->from = -1;
  return open_copy(backup, error) ? g_steal_pointer(&backup) : NULL;
}

gboolean
cal_ledger_backup_step(CalBackup *backup, gboolean *done, GError **error)
{
  gboolean ok = TRUE;
  switch (backup->state) {
  case COPYING:
    ok = copy_slice(backup, error);
    break;
  case SENDING:
    ok = send_slice(backup, error);
    break;
  case DONE:
    break;
  }
  *done = backup->state == DONE;
  return ok;
}

double
cal_ledger_backup_progress(const CalBackup *backup)
{
  if (backup->work == NULL)
    return 0.5 + 0.5 * (double)backup->sent / (double)MAX(backup->size, 1);
  const int pages = sqlite3_backup_pagecount(backup->work);
  return pages > 0 ? 0.5 - 0.5 * sqlite3_backup_remaining(backup->work) / pages : 0;
}

void
cal_ledger_backup_end(CalBackup *backup)
{
  sqlite3_backup_finish(backup->work);
  sqlite3_close(backup->db);
  if (backup->from >= 0)
    close(backup->from);
  cal_ledger_discard(backup->copy);
  g_free(backup->copy);
  g_free(backup);
}

gboolean
cal_ledger_backup(CalLedger *ledger, int fd, GError **error)
{
  gboolean done = FALSE;
  g_autoptr(CalBackup) backup = cal_ledger_backup_begin(ledger, fd, error);
  while (backup != NULL && !done) {
    if (!cal_ledger_backup_step(backup, &done, error))
      return FALSE;
  }
  return done;
}
