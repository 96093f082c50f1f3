/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Work that takes longer than a reply may: an object on the bus from its start to a minute after its end. */
#ifndef CALCIFERD_APP_JOB_H
#define CALCIFERD_APP_JOB_H

#include "app.h"

typedef struct CalJob CalJob;

/* Whether one more may begin. */
gboolean cal_job_has_room(const CalApp *app, GError **error);

/* Publishes a new job. Owned by the app, which keeps it until a minute after it is done, or until too many
 * others are done. */
CalJob *cal_job_new(CalApp *app, const char *sentence);

CalApp *cal_job_app(CalJob *job);
const char *cal_job_path(CalJob *job);
GCancellable *cal_job_cancellable(CalJob *job);

/* Work that is done a slice at a time, whenever the main loop is idle. `slice` tells how far it is, sets
 * *done, or the error; when the job is done, failed, cancelled or freed, `end` is called once with the work.
 */
typedef gboolean (*CalJobSlice)(CalJob *job, gpointer work, gboolean *done, GError **error);
void cal_job_run(CalJob *job, CalJobSlice slice, gpointer work, GDestroyNotify end);

/* Ends the work of all that run so, which is before what they work on goes. */
void cal_job_stop_all(CalApp *app);

/* How far it is, 0 to 1, below 0 when that is not known; and what it does now. */
void cal_job_tell(CalJob *job, double progress, const char *sentence);

/* What it brought so far: a{sv}, floating is taken. */
void cal_job_set_result(CalJob *job, GVariant *result);

/* Done, with `error` (may be NULL, not taken). */
void cal_job_finish(CalJob *job, const GError *error);

CalJob *cal_job_find(CalApp *app, const char *path);

void cal_job_free(gpointer job);

#endif
