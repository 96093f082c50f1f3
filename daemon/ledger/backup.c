/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A copy of the ledger while it is in use. SQLite writes it beside the ledger, the one place where the daemon
 * may certainly write, and from there its bytes go to the descriptor that the caller opened.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "beside.h"
#include "error.h"
#include "store.h"

static gboolean
fail_with_errno(GError **error)
{
  const int saved = errno;
  g_set_error(error, CAL_ERROR, CAL_ERROR_STORAGE, "The backup could not be written: %s.", g_strerror(saved));
  return FALSE;
}

static gboolean
send_all(int to, int from, GError **error)
{
  ssize_t n;
  do {
    n = sendfile(to, from, NULL, 1 << 20);
    if (n < 0 && errno != EINTR)
      return fail_with_errno(error);
  } while (n != 0);
  return TRUE;
}

/* A pipe can neither be cut to length nor synced, and need not be. */
static gboolean
send_copy(const char *copy, int fd, GError **error)
{
  struct stat status;
  if (fstat(fd, &status) != 0)
    return fail_with_errno(error);
  const gboolean is_file = S_ISREG(status.st_mode);
  if (is_file && (ftruncate(fd, 0) != 0 || lseek(fd, 0, SEEK_SET) != 0))
    return fail_with_errno(error);
  const int from = open(copy, O_RDONLY | O_CLOEXEC);
  if (from < 0)
    return fail_with_errno(error);
  const gboolean sent = send_all(fd, from, error);
  close(from);
  if (!sent)
    return FALSE;
  return !is_file || fsync(fd) == 0 || fail_with_errno(error);
}

static gboolean
copy_to(CalLedger *ledger, const char *path, GError **error)
{
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, "VACUUM INTO ?", error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text(statement->stmt, 1, path, -1, SQLITE_STATIC);
  return cal_statement_run(statement, error);
}

gboolean
cal_ledger_backup(CalLedger *ledger, int fd, GError **error)
{
  if (!cal_ledger_flush(ledger, error))
    return FALSE;
  g_autofree char *copy = g_strconcat(ledger->path, ".backup-XXXXXX", NULL);
  const int made = g_mkstemp_full(copy, O_RDWR | O_CLOEXEC, 0600);
  if (made < 0)
    return fail_with_errno(error);
  close(made);
  const gboolean done = copy_to(ledger, copy, error) && send_copy(copy, fd, error);
  cal_ledger_discard(copy);
  return done;
}
