/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waiting for an org.calciferd.Job1 of the daemon. On a terminal its sentence stands in a line that is
 * rewritten; where no cursor may move (--plain, TERM=dumb) a line is told at the beginning and at each tenth.
 *
 *   waiting ── Ctrl-C ──▶ asked to end ── Done ──▶ told what was done by then
 *                              └── Ctrl-C once more ──▶ no longer waited for
 */
#ifndef CALCIFERCTL_JOB_H
#define CALCIFERCTL_JOB_H

#include "client.h"

/* Waits until the job is done. Returns its result (a{sv}); NULL with the job's error, and then what it
 * brought until it failed in `so_far` (may be NULL). `quiet`: no progress. */
GVariant *ctl_job_wait(CtlClient *client, const char *path, gboolean quiet, GVariant **so_far,
                       GError **error);

#endif
