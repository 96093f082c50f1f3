/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Another ledger in the place of the present one, while the daemon runs.
 *
 *   call ──▶ the ledger is sealed ──▶ staged beside it ──▶ the job is done ──▶ the daemon ends, and replaces
 *                  ▲                        │ error              it as it ends (wire.c); the next call, or
 *                  └──── goes on as before ─┘                    systemd, starts one that opens the new
 */
#include "requests.h"

#include "error.h"
#include "gates.h"
#include "job.h"
#include "rescue.h"

#include <unistd.h>

/* So that whoever waits for the job reads its result. */
#define ENDS_AFTER_MS 500

typedef struct {
  CalJob *job;
  int fd; /* of the backup; -1: salvage */
} Rescue;

static gboolean
on_end(gpointer data)
{
  g_main_loop_quit(((CalApp *)data)->loop);
  return G_SOURCE_REMOVE;
}

static void
conclude(Rescue *rescue, CalReplacement *replacement, const CalSalvage *salvage)
{
  CalApp *app = cal_job_app(rescue->job);
  cal_job_set_result(rescue->job, cal_app_describe_rescue(replacement, salvage, NULL));
  app->staged = g_steal_pointer(&replacement->staged);
  cal_job_finish(rescue->job, NULL);
  g_timeout_add(ENDS_AFTER_MS, on_end, app);
}

/* In one piece: nothing may come between comparing and replacing. */
static gboolean
on_rescue(gpointer data)
{
  g_autofree Rescue *rescue = data;
  CalApp *app = cal_job_app(rescue->job);
  CalSalvage salvage = { 0 };
  const gboolean salvages = rescue->fd < 0;
  g_auto(CalReplacement) replacement = { .from = CAL_INSTANT_NONE, .to = CAL_INSTANT_NONE };
  g_autoptr(GError) error = NULL;
  cal_app_store_gates(app);
  cal_ledger_flush(app->ledger, NULL);
  cal_ledger_seal(app->ledger, TRUE);
  const gboolean staged =
      salvages ? cal_ledger_stage_salvage(app->paths.ledger, cal_app_now(), &replacement, &salvage, &error)
               : cal_ledger_stage_backup(app->paths.ledger, rescue->fd, &replacement, &error);
  if (!salvages)
    close(rescue->fd);
  if (staged) {
    conclude(rescue, &replacement, salvages ? &salvage : NULL);
  } else {
    cal_ledger_seal(app->ledger, FALSE);
    cal_job_finish(rescue->job, error);
  }
  return G_SOURCE_REMOVE;
}

static GVariant *
begin(CalApp *app, int fd, const char *sentence)
{
  Rescue *rescue = g_new0(Rescue, 1);
  rescue->job = cal_job_new(app, sentence);
  rescue->fd = fd;
  g_idle_add(on_rescue, rescue);
  return g_variant_new("(o)", cal_job_path(rescue->job));
}

static gboolean
may_begin(CalApp *app, GError **error)
{
  if (app->staged == NULL)
    return cal_job_has_room(app, error);
  g_set_error_literal(error, CAL_ERROR, CAL_ERROR_BUSY, "the ledger is being replaced already");
  return FALSE;
}

GVariant *
cal_app_restore(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  gint32 index;
  (void)path;
  g_variant_get(arguments, "(h)", &index);
  const int fd = may_begin(app, error) ? cal_bus_take_descriptor(app->bus, index, error) : -1;
  return fd >= 0 ? begin(app, fd, "Reading the backup.") : NULL;
}

GVariant *
cal_app_salvage(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  (void)path;
  (void)arguments;
  return may_begin(owner, error) ? begin(owner, -1, "Reading what can be read.") : NULL;
}
