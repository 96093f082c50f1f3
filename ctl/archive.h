/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that are read. */
#ifndef CALCIFERCTL_ARCHIVE_H
#define CALCIFERCTL_ARCHIVE_H

/* A file to read from, no folder; -1 with errno set. */
int ctl_archive_open(const char *path);

#endif
