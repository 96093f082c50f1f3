/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "keep.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "beside.h"
#include "error.h"

#define N_KEPT     2
#define OF_VERSION ".version-"

static const char sql_copy[] = "VACUUM INTO ?";

/* -- Names ---------------------------------------------------------------------------------------------- */

/* The paths beside the ledger whose names begin as its own does and go on with this. */
static GPtrArray *
list(const char *path, const char *end)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
  g_autofree char *directory = g_path_get_dirname(path), *name = g_path_get_basename(path);
  g_autofree char *prefix = g_strconcat(name, end, NULL);
  g_autoptr(GDir) files = g_dir_open(directory, 0, NULL);
  for (const char *file; files != NULL && (file = g_dir_read_name(files)) != NULL;)
    if (g_str_has_prefix(file, prefix))
      g_ptr_array_add(paths, g_build_filename(directory, file, NULL));
  return paths;
}

/* -- The WAL -------------------------------------------------------------------------------------------- */

/* The other name of the ledger, under which its WAL went aside; NULL: it has none. */
static char *
other_name(const char *path, const struct stat *status)
{
  g_autoptr(GPtrArray) paths = list(path, ".");
  for (guint i = 0; i < paths->len; i++) {
    struct stat other;
    g_autofree char *wal = g_strconcat(paths->pdata[i], "-wal", NULL);
    if (stat(paths->pdata[i], &other) == 0 && other.st_dev == status->st_dev &&
        other.st_ino == status->st_ino && g_file_test(wal, G_FILE_TEST_EXISTS))
      return g_strdup(paths->pdata[i]);
  }
  return NULL;
}

void
cal_keep_wal(const char *path)
{
  struct stat status;
  g_autofree char *wal = g_strconcat(path, "-wal", NULL);
  if (stat(path, &status) != 0 || status.st_nlink < 2 || g_file_test(wal, G_FILE_TEST_EXISTS))
    return;
  g_autofree char *name = other_name(path, &status);
  if (name == NULL)
    return;
  g_autofree char *aside = g_strconcat(name, "-wal", NULL), *shm = g_strconcat(name, "-shm", NULL);
  if (rename(aside, wal) != 0)
    return;
  g_unlink(shm);
  g_unlink(name);
  cal_ledger_sync_names(path);
}

/* -- Versions ------------------------------------------------------------------------------------------- */

static gboolean
fail_with_errno(CalLedger *ledger, GError **error)
{
  const int saved = errno;
  g_set_error(error, CAL_ERROR, CAL_ERROR_STORAGE,
              "The ledger %s could not be kept as it is before it is brought up to date: %s.", ledger->path,
              g_strerror(saved));
  return FALSE;
}

static gboolean
copy_to(CalLedger *ledger, const char *path, GError **error)
{
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_copy, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text(statement->stmt, 1, path, -1, SQLITE_STATIC);
  return cal_statement_run(statement, error);
}

/* Under its name only when all of it is on the disk. */
static gboolean
make_durable(CalLedger *ledger, const char *made, const char *name, GError **error)
{
  const int fd = open(made, O_RDONLY | O_CLOEXEC);
  const gboolean synced = fd >= 0 && fsync(fd) == 0;
  if (!synced)
    fail_with_errno(ledger, error);
  if (fd >= 0)
    close(fd);
  if (!synced)
    return FALSE;
  if (rename(made, name) != 0)
    return fail_with_errno(ledger, error);
  cal_ledger_sync_names(name);
  return TRUE;
}

static guint64
version_of(const char *path)
{
  guint64 version;
  const char *number = strrchr(path, '-') + 1;
  return g_ascii_string_to_unsigned(number, 10, 1, G_MAXUINT32, &version, NULL) ? version : 0;
}

static gint
compare_versions(gconstpointer a, gconstpointer b)
{
  const guint64 left = version_of(*(const char *const *)a), right = version_of(*(const char *const *)b);
  return (left < right) - (left > right); /* the newest first */
}

static void
remove_old(CalLedger *ledger)
{
  g_autoptr(GPtrArray) paths = list(ledger->path, OF_VERSION);
  g_ptr_array_sort(paths, compare_versions);
  for (guint i = N_KEPT; i < paths->len; i++)
    if (version_of(paths->pdata[i]) != 0)
      g_unlink(paths->pdata[i]);
}

gboolean
cal_keep_version(CalLedger *ledger, guint version, GError **error)
{
  g_autofree char *made = g_strconcat(ledger->path, ".keep-XXXXXX", NULL);
  g_autofree char *name = g_strdup_printf("%s" OF_VERSION "%u", ledger->path, version);
  const int fd = g_mkstemp_full(made, O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail_with_errno(ledger, error);
  close(fd);
  const gboolean kept = copy_to(ledger, made, error) && make_durable(ledger, made, name, error);
  if (kept)
    remove_old(ledger);
  else
    cal_ledger_discard(made);
  return kept;
}
