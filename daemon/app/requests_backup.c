/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Backup: a copy of the ledger into a file that the client opened. */
#include "requests.h"

#include "error.h"
#include "job.h"

#include <sys/stat.h>
#include <unistd.h>

typedef struct {
  CalJob *job;
  int fd;
} Backup;

/* One piece, since SQLite makes the copy in one call. */
static gboolean
on_backup(gpointer data)
{
  Backup *backup = data;
  g_autoptr(GError) error = NULL;
  if (!g_cancellable_set_error_if_cancelled(cal_job_cancellable(backup->job), &error))
    cal_ledger_backup(cal_job_app(backup->job)->ledger, backup->fd, &error);
  close(backup->fd);
  cal_job_finish(backup->job, error);
  g_free(backup);
  return G_SOURCE_REMOVE;
}

/* A pipe would let its reader stop the daemon. */
static gboolean
is_file(int fd, GError **error)
{
  struct stat status;
  if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
    return TRUE;
  close(fd);
  g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID, "a backup goes into a file");
  return FALSE;
}

GVariant *
cal_app_backup(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  gint32 index;
  (void)path;
  g_variant_get(arguments, "(h)", &index);
  const int fd = cal_job_has_room(app, error) ? cal_bus_take_descriptor(app->bus, index, error) : -1;
  if (fd < 0 || !is_file(fd, error))
    return NULL;
  Backup *backup = g_new0(Backup, 1);
  backup->job = cal_job_new(app, "Copying the ledger.");
  backup->fd = fd;
  g_idle_add(on_backup, backup);
  return g_variant_new("(o)", cal_job_path(backup->job));
}
