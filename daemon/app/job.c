/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "job.h"

#include "error.h"
#include "rest.h"

#define STAYS_FOR_S 60

/* Of those that are under way: each may hold a file open. Of those that are done: each is an object to be
 * told of. */
#define UNDER_WAY_AT_MOST 16
#define DONE_AT_MOST      64

struct CalJob {
  CalApp *app;
  char *path;
  char *sentence;
  GCancellable *cancellable;
  GVariant *result; /* a{sv} */
  char *error_name;
  char *error_message;
  double progress; /* below 0: not known */
  gboolean done;
  guint leave_id;
  CalJobSlice slice; /* see cal_job_run() */
  gpointer work;
  GDestroyNotify end;
  guint slice_id;
};

static void
publish(CalJob *job)
{
  GVariantBuilder properties = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  g_variant_builder_add(&properties, "{sv}", "Progress", g_variant_new_double(job->done ? 1 : job->progress));
  g_variant_builder_add(&properties, "{sv}", "Sentence", g_variant_new_string(job->sentence));
  g_variant_builder_add(&properties, "{sv}", "Done", g_variant_new_boolean(job->done));
  g_variant_builder_add(&properties, "{sv}", "Error",
                        g_variant_new("(ss)", job->error_name != NULL ? job->error_name : "",
                                      job->error_message != NULL ? job->error_message : ""));
  g_variant_builder_add(&properties, "{sv}", "Result", job->result);
  cal_bus_publish(job->app->bus, job->path, "Job1", g_variant_builder_end(&properties));
}

static guint
count(const CalApp *app, gboolean done)
{
  guint n = 0;
  for (guint i = 0; i < app->jobs->len; i++)
    n += ((const CalJob *)app->jobs->pdata[i])->done == done;
  return n;
}

gboolean
cal_job_has_room(const CalApp *app, GError **error)
{
  if (count(app, FALSE) < UNDER_WAY_AT_MOST)
    return TRUE;
  g_set_error(error, CAL_ERROR, CAL_ERROR_LIMIT,
              "%d pieces of work are under way, which is the most; try again later", UNDER_WAY_AT_MOST);
  return FALSE;
}

CalJob *
cal_job_new(CalApp *app, const char *sentence)
{
  CalJob *job = g_new0(CalJob, 1);
  job->app = app;
  job->progress = -1;
  job->path = g_strdup_printf(CAL_BUS_ROOT "/job/%u", ++app->next_job);
  job->sentence = g_strdup(sentence);
  job->cancellable = g_cancellable_new();
  job->result = g_variant_ref_sink(g_variant_new("a{sv}", NULL));
  g_ptr_array_add(app->jobs, job);
  publish(job);
  return job;
}

/* -- Slices --------------------------------------------------------------------------------------------- */

static void
end_work(CalJob *job)
{
  g_clear_handle_id(&job->slice_id, g_source_remove);
  if (job->end != NULL)
    job->end(g_steal_pointer(&job->work));
  job->end = NULL;
}

static gboolean
on_slice(gpointer data)
{
  CalJob *job = data;
  gboolean done = FALSE;
  g_autoptr(GError) error = NULL;
  const gboolean ok = !g_cancellable_set_error_if_cancelled(job->cancellable, &error) &&
                      job->slice(job, job->work, &done, &error);
  if (ok && !done)
    return G_SOURCE_CONTINUE;
  end_work(job);
  cal_job_finish(job, error);
  return G_SOURCE_REMOVE;
}

void
cal_job_run(CalJob *job, CalJobSlice slice, gpointer work, GDestroyNotify end)
{
  job->slice = slice;
  job->work = work;
  job->end = end;
  job->slice_id = g_idle_add(on_slice, job);
}

void
cal_job_stop_all(CalApp *app)
{
  for (guint i = 0; i < app->jobs->len; i++)
    end_work(app->jobs->pdata[i]);
}

/* -- Life ----------------------------------------------------------------------------------------------- */

void
cal_job_free(gpointer data)
{
  CalJob *job = data;
  end_work(job);
  g_clear_handle_id(&job->leave_id, g_source_remove);
  g_cancellable_cancel(job->cancellable);
  g_object_unref(job->cancellable);
  g_variant_unref(job->result);
  g_free(job->path);
  g_free(job->sentence);
  g_free(job->error_name);
  g_free(job->error_message);
  g_free(job);
}

CalApp *
cal_job_app(CalJob *job)
{
  return job->app;
}

const char *
cal_job_path(CalJob *job)
{
  return job->path;
}

GCancellable *
cal_job_cancellable(CalJob *job)
{
  return job->cancellable;
}

void
cal_job_set_result(CalJob *job, GVariant *result)
{
  g_variant_unref(job->result);
  job->result = g_variant_ref_sink(result);
  publish(job);
}

void
cal_job_tell(CalJob *job, double progress, const char *sentence)
{
  job->progress = progress;
  g_free(job->sentence);
  job->sentence = g_strdup(sentence);
  publish(job);
}

static void
leave(CalJob *job)
{
  cal_bus_retract(job->app->bus, job->path);
  g_ptr_array_remove(job->app->jobs, job);
}

static gboolean
on_leave(gpointer data)
{
  CalJob *job = data;
  job->leave_id = 0;
  leave(job);
  return G_SOURCE_REMOVE;
}

/* The one that has been done for longest: jobs stand in the order in which they began, which is near enough.
 */
static void
make_room_for_done(CalApp *app)
{
  for (guint i = 0; i < app->jobs->len && count(app, TRUE) > DONE_AT_MOST; i++) {
    CalJob *job = app->jobs->pdata[i];
    if (job->done) {
      leave(job);
      return;
    }
  }
}

/* What GIO says of a file or of a cancellation gets a name that the interface knows. */
static GError *
in_our_domain(const GError *error)
{
  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_new_literal(CAL_ERROR, CAL_ERROR_CANCELLED, "it was interrupted");
  if (error->domain == G_IO_ERROR)
    return g_error_new_literal(CAL_ERROR, CAL_ERROR_FAILED, error->message);
  return g_error_copy(error);
}

void
cal_job_finish(CalJob *job, const GError *error)
{
  job->done = TRUE;
  if (error != NULL) {
    g_autoptr(GError) ours = in_our_domain(error);
    job->error_name = g_dbus_error_encode_gerror(ours);
    job->error_message = g_strdup(ours->message);
  }
  publish(job);
  cal_bus_tell_now(job->app->bus);
  cal_app_rest_soon(job->app);
  job->leave_id = g_timeout_add_seconds(STAYS_FOR_S, on_leave, job);
  make_room_for_done(job->app);
}

CalJob *
cal_job_find(CalApp *app, const char *path)
{
  for (guint i = 0; i < app->jobs->len; i++) {
    CalJob *job = app->jobs->pdata[i];
    if (g_str_equal(job->path, path))
      return job;
  }
  return NULL;
}
