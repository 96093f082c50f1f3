/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "new_file.h"

#include "language.h"
#include "verb.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <unistd.h>

static gboolean
complain(const char *path, int code)
{
  if (code == EEXIST)
    ctl_failure(_("%s is there already; type another name, or remove it first."), path);
  else
    ctl_failure(_("%s: %s; type a path that you may write."), path, g_strerror(code));
  return FALSE;
}

gboolean
ctl_new_file_begin(CtlNewFile *file, const char *path)
{
  struct stat status;
  g_autofree char *partial = g_strconcat(path, ".part-XXXXXX", NULL);
  if (g_lstat(path, &status) == 0)
    return complain(path, EEXIST);
  const int fd = g_mkstemp_full(partial, O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0)
    return complain(path, errno);
  *file = (CtlNewFile){ path, g_steal_pointer(&partial), fd };
  return TRUE;
}

/* The name itself is to be there after a loss of power, too. */
static void
sync_folder(const char *path)
{
  g_autofree char *folder = g_path_get_dirname(path);
  const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return;
  (void)fsync(fd); /* not every file system can; the content is synced */
  close(fd);
}

/* A link never replaces what took the name meanwhile. A file system without links has no better way. */
static gboolean
give_name(const char *partial, const char *path)
{
  if (link(partial, path) == 0)
    return g_unlink(partial) == 0;
  return (errno == EPERM || errno == EOPNOTSUPP) && g_rename(partial, path) == 0;
}

gboolean
ctl_new_file_keep(CtlNewFile *file)
{
  if (!give_name(file->partial, file->path))
    return complain(file->path, errno);
  g_clear_pointer(&file->partial, g_free);
  sync_folder(file->path);
  return TRUE;
}

void
ctl_new_file_clear(CtlNewFile *file)
{
  if (file->fd >= 0)
    close(file->fd);
  if (file->partial != NULL)
    g_unlink(file->partial);
  g_free(file->partial);
}
