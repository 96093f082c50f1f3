/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A disk that can lose power and that can fail, below everything: the calls by which SQLite's VFS, GLib and
 * the daemon change files. They stand here in libc's place, do what they are asked, and write it down.
 *
 *   content   write, ftruncate ──▶ cache ──fsync, fdatasync of the file──▶ disk
 *   names     open, rename, link, unlink ──▶ cache ──fsync of the directory──▶ disk
 *
 * An SQLite VFS in between would see neither the daemon's own files nor whether a directory was synced.
 *
 *   disk_watch("/tmp/x/data");
 *   ... ledger work; whenever something was acknowledged, disk_n_steps() tells how far the disk was ...
 *   for (guint n = 0; n <= disk_n_steps(); n++)
 *     disk_leave(n, DISK_KEEPS_SYNCED, 0, "/tmp/x/wreck")      what is found after a loss of power behind
 * step n
 *
 * One directory at a time, without folders in it. SQLite's -shm files are no content: they are not kept.
 */
#ifndef CALCIFER_TESTS_LEDGER_DISK_H
#define CALCIFER_TESTS_LEDGER_DISK_H

#include <glib.h>

/* Begins anew with a directory that is empty; NULL ends it. Until then no sync reaches the
 * real disk. */
void disk_watch(const char *directory);

/* How many changes and syncs there have been. */
guint disk_n_steps(void);

/* What became of what was not synced. */
typedef enum DiskLoss {
  DISK_KEEPS_ALL,    /* nothing is lost: the process was killed and the machine was not */
  DISK_KEEPS_SYNCED, /* all of it is lost */
  DISK_TEARS,        /* by the seed: each sector is there, is not, or in part; where a file has grown, what is
                        missing is zeros or anything; names likewise */
} DiskLoss;

/* Writes what is left behind step n into another directory, which is emptied before. */
void disk_leave(guint n_steps, DiskLoss loss, guint64 seed, const char *directory);

/* Whether that differs from what is left a step later, for a loss without a seed. */
gboolean disk_step_matters(guint step, DiskLoss loss);

/* -- Failure -------------------------------------------------------------------------------------------- */

typedef enum DiskCall {
  DISK_OPEN,
  DISK_WRITE, /* and what makes a file longer or shorter */
  DISK_SYNC,  /* of a file or a directory */
  DISK_NAME,  /* rename, link, unlink */
  DISK_N_CALLS,
} DiskCall;

/* The n-th of these calls from now on, counted from 1, fails with this errno, and with `ever` all after it. A
 * write writes half before. n = 0: none does. */
void disk_fail(DiskCall call, guint n, gboolean ever, int error);

/* Whether the one that should has failed since then. */
gboolean disk_has_failed(void);

#endif
