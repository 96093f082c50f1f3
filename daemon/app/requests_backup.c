/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Backup: a copy of the ledger into a file that the client opened. */
#include "requests.h"

#include "error.h"
#include "job.h"

#include <sys/stat.h>
#include <unistd.h>

#define SENTENCE "Copying the ledger."

typedef struct {
  CalBackup *copy; /* NULL until the first slice */
  int fd;
} Backup;

static void
end_backup(gpointer data)
{
  Backup *backup = data;
  g_clear_pointer(&backup->copy, cal_ledger_backup_end);
  close(backup->fd);
  g_free(backup);
}

static gboolean
on_slice(CalJob *job, gpointer work, gboolean *done, GError **error)
{
  Backup *backup = work;
  if (backup->copy == NULL)
    backup->copy = cal_ledger_backup_begin(cal_job_app(job)->ledger, backup->fd, error);
  if (backup->copy == NULL || !cal_ledger_backup_step(backup->copy, done, error))
    return FALSE;
  cal_job_tell(job, cal_ledger_backup_progress(backup->copy), SENTENCE);
  return TRUE;
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
  CalJob *job = cal_job_new(app, SENTENCE);
  Backup *backup = g_new0(Backup, 1);
  backup->fd = fd;
  cal_job_run(job, on_slice, backup, end_backup);
  return g_variant_new("(o)", cal_job_path(job));
}
