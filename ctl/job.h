/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting for an org.calciferd.Job1 of the daemon, with its sentence on the terminal; Ctrl-C cancels it. */
#ifndef CALCIFERCTL_JOB_H
#define CALCIFERCTL_JOB_H

#include "client.h"

/* Waits until the job is done. Returns its result (a{sv}); NULL with the job's error. `quiet`: no progress.
 */
GVariant *ctl_job_wait(CtlClient *client, const char *path, gboolean quiet, GError **error);

#endif
