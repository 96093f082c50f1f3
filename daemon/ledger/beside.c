/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lies beside the ledger and bears its name, all of it as much of a secret:
 *
 *   ledger.db-wal, -shm, -journal        SQLite's
 *   ledger.db.DATE                       an older ledger, set aside (replace.c), with files of SQLite's own
 *   ledger.db.version-N                  an older ledger, as it was before its migration (keep.c)
 *   ledger.db.backup-XXXXXX              work in progress, as .restore-, .salvage-, .keep-, .new- and
 * .reading- are; left behind only by a crash
 */
#include "beside.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "error.h"

#define RANDOM_LENGTH 6 /* of the Xs of g_mkstemp() */

typedef gboolean (*Wanted)(const char *ending);

static gboolean
is_sqlites(const char *ending)
{
  return g_str_equal(ending, "") || g_str_equal(ending, "-wal") || g_str_equal(ending, "-shm") ||
         g_str_equal(ending, "-journal");
}

static gboolean
is_of_ledger(const char *ending)
{
  return ending[0] == '.' || is_sqlites(ending);
}

static gboolean
is_unfinished(const char *ending)
{
  static const char *const works[] = { ".backup-", ".restore-", ".salvage-", ".keep-", ".new-", ".reading-" };
  for (gsize i = 0; i < G_N_ELEMENTS(works); i++) {
    const gsize length = strlen(works[i]) + RANDOM_LENGTH;
    if (g_str_has_prefix(ending, works[i]) && strlen(ending) >= length && is_sqlites(ending + length))
      return TRUE;
  }
  return FALSE;
}

gboolean
cal_ledger_sync_names(const char *path)
{
  g_autofree char *directory = g_path_get_dirname(path);
  const int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const gboolean synced = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);
  if (fd >= 0)
    close(fd);
  return synced;
}

/* All that can be removed is; the error is the last one. */
static gboolean
remove_wanted(const char *path, Wanted wanted, GError **error)
{
  int failure = 0;
  const char *name;
  g_autofree char *directory = g_path_get_dirname(path);
  g_autofree char *base = g_path_get_basename(path);
  g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *file = g_build_filename(directory, name, NULL);
    if (g_str_has_prefix(name, base) && wanted(name + strlen(base)) && g_unlink(file) != 0)
      failure = errno;
  }
  if (dir != NULL && !cal_ledger_sync_names(path))
    failure = errno;
  if (failure != 0)
    g_set_error(error, CAL_ERROR, CAL_ERROR_STORAGE, "Not all of the ledger %s could be removed: %s.", path,
                g_strerror(failure));
  return failure == 0;
}

gboolean
cal_ledger_remove(const char *path, GError **error)
{
  return remove_wanted(path, is_of_ledger, error);
}

gboolean
cal_ledger_sweep(const char *path, GError **error)
{
  return remove_wanted(path, is_unfinished, error);
}

void
cal_ledger_discard(const char *copy)
{
  static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
  for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
    g_autofree char *name = g_strconcat(copy, ends[i], NULL);
    g_unlink(name);
  }
}
