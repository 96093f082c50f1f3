/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Export: the client opens the file, the daemon writes the descriptor a page at a time, and goes on with
 * everything else between two pages. */
#include "requests.h"

#include "archive.h"
#include "error.h"
#include "fhir.h"
#include "job.h"

#include <errno.h>
#include <gio/gunixoutputstream.h>
#include <unistd.h>

#define EVENTS_A_PAGE 256
#define DAYS_A_PAGE   16

typedef struct {
  CalJob *job;
  gboolean is_fhir;
  CalArchiveFormat format; /* when it is not */
  CalLedgerPage page;
  CalDate next, last; /* of FHIR: the days that are left */
  CalDate telling;    /* the one that is being written */
  gboolean any;
  GOutputStream *stream;
  GString *chunk;
  gint64 n_told, n_all;
} Export;

static void
end_export(Export *export, const GError *error)
{
  GVariantBuilder result = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  g_variant_builder_add(&result, "{sv}", "events", g_variant_new_int64(export->n_told));
  cal_job_set_result(export->job, g_variant_builder_end(&result));
  g_output_stream_close(export->stream, NULL, NULL);
  cal_job_finish(export->job, error);
  g_object_unref(export->stream);
  g_string_free(export->chunk, TRUE);
  g_free(export);
}

static void
add_line(const CalEvent *event, CalInstant received, gpointer data)
{
  Export *export = data;
  cal_archive_write(export->format, event, received, export->chunk);
}

static gboolean
add_lab(const CalEvent *event, gpointer data)
{
  Export *export = data;
  const CalZones *zones = cal_job_app(export->job)->zones;
  /* What a fold reads of a day reaches into its neighbours. */
  if (event->kind == CAL_EVENT_ENTRY && cal_zones_date(zones, event->at) == export->telling)
    cal_fhir_lab(&event->of.entry, &export->any, export->chunk);
  return TRUE;
}

static gboolean
add_day(Export *export, CalDate date, GError **error)
{
  CalApp *app = cal_job_app(export->job);
  CalDayFrames frames;
  g_autofree CalDayResult *result = g_new(CalDayResult, 1);
  export->telling = date;
  cal_zones_frames(app->zones, date, &frames);
  if (!cal_days_result(app->days, date, cal_app_now(), result, error) ||
      !cal_ledger_each(app->ledger, cal_day_span(&frames), add_lab, export, error))
    return FALSE;
  cal_fhir_day(result, cal_ledger_uuid(app->ledger), date < export->last, &export->any, export->chunk);
  return TRUE;
}

/* The next days; behind the last one the end of the Bundle, and then nothing. */
static gboolean
page_days(Export *export, guint *n, GError **error)
{
  for (*n = 0; *n < DAYS_A_PAGE && export->next <= export->last; ++*n, export->n_told++) {
    if (!add_day(export, export->next++, error))
      return FALSE;
  }
  if (*n > 0 || export->next > export->last + 1)
    return TRUE;
  g_string_append(export->chunk, cal_fhir_tail(export->any));
  export->next++;
  *n = 1;
  return TRUE;
}

static gboolean
fill_page(Export *export, guint *n, GError **error)
{
  if (export->is_fhir)
    return page_days(export, n, error);
  const gboolean read = cal_ledger_page(cal_job_app(export->job)->ledger, &export->page, EVENTS_A_PAGE,
                                        add_line, export, n, error);
  export->n_told += read ? *n : 0;
  return read;
}

static void write_chunk(Export *export);

static void
next_page(Export *export)
{
  guint n;
  g_autoptr(GError) error = NULL;
  g_string_truncate(export->chunk, 0);
  if (!fill_page(export, &n, &error) || n == 0) {
    if (error == NULL && fsync(g_unix_output_stream_get_fd(G_UNIX_OUTPUT_STREAM(export->stream))) != 0 &&
        errno != EINVAL && errno != EROFS)
      g_set_error(&error, CAL_ERROR, CAL_ERROR_STORAGE, "the file could not be written: %s",
                  g_strerror(errno));
    end_export(export, error);
    return;
  }
  g_autofree char *sentence = g_strdup_printf("%" G_GINT64_FORMAT " %s written.", export->n_told,
                                              export->is_fhir ? "days" : "events");
  cal_job_tell(export->job, MIN((double)export->n_told / (double)MAX(export->n_all, 1), 1), sentence);
  write_chunk(export);
}

static void
on_written(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  if (g_output_stream_write_all_finish(G_OUTPUT_STREAM(source), result, NULL, &error))
    next_page(data);
  else
    end_export(data, error);
}

static void
write_chunk(Export *export)
{
  g_output_stream_write_all_async(export->stream, export->chunk->str, export->chunk->len,
                                  G_PRIORITY_DEFAULT_IDLE, cal_job_cancellable(export->job), on_written,
                                  export);
}

static void
begin_days(Export *export)
{
  CalApp *app = cal_job_app(export->job);
  const CalDate oldest = cal_days_oldest(app->days);
  export->is_fhir = TRUE;
  export->last = cal_zones_date(app->zones, cal_app_now());
  export->next = oldest != CAL_DATE_NONE ? oldest : export->last;
  export->n_all = export->last - export->next + 1;
}

GVariant *
cal_app_export(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  const char *format;
  gint32 index;
  CalArchiveFormat parsed = CAL_ARCHIVE_JSONL;
  gint64 n_all;
  (void)path;
  g_variant_get(arguments, "(&sh)", &format, &index);
  const gboolean is_fhir = g_str_equal(format, "fhir");
  if (!is_fhir && !cal_archive_format_parse(format, &parsed)) {
    g_set_error(error, CAL_ERROR, CAL_ERROR_INVALID, "'%s' is no format; there are csv, jsonl and fhir",
                format);
    return NULL;
  }
  const gboolean may_begin = cal_job_has_room(app, error) && cal_ledger_count_all(app->ledger, &n_all, error);
  const int fd = may_begin ? cal_bus_take_descriptor(app->bus, index, error) : -1;
  if (fd < 0)
    return NULL;
  Export *export = g_new0(Export, 1);
  export->job = cal_job_new(app, "Writing the export.");
  export->format = parsed;
  export->n_all = n_all;
  export->stream = g_unix_output_stream_new(fd, TRUE);
  export->chunk = g_string_new(is_fhir ? cal_fhir_head : cal_archive_head(parsed));
  if (is_fhir)
    begin_days(export);
  cal_ledger_page_begin(&export->page);
  write_chunk(export);
  return g_variant_new("(o)", cal_job_path(export->job));
}
