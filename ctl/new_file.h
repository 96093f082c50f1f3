/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file that the daemon writes for us: it has its name when it is whole, and never before. Until then it has
 * another one beside it, and whatever ends the work removes that.
 *
 *   g_auto(CtlNewFile) file = { .fd = -1 };
 *   if (!ctl_new_file_begin(&file, path)) return CTL_EXIT_FAILED;
 *   ... somebody writes to file.fd ...
 *   if (!ctl_new_file_keep(&file)) return CTL_EXIT_FAILED;
 */
#ifndef CALCIFERCTL_NEW_FILE_H
#define CALCIFERCTL_NEW_FILE_H

#include <glib.h>

typedef struct CtlNewFile {
  const char *path;
  char *partial; /* NULL when there is none, or it has its name */
  int fd;        /* who hands it on sets it to -1 */
} CtlNewFile;

/* 0600; what is there already stays. FALSE after having complained. */
gboolean ctl_new_file_begin(CtlNewFile *file, const char *path);

/* FALSE after having complained, also when something took the name meanwhile. */
gboolean ctl_new_file_keep(CtlNewFile *file);

void ctl_new_file_clear(CtlNewFile *file);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CtlNewFile, ctl_new_file_clear)

#endif
