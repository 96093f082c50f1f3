/* SPDX-License-Identifier: GPL-2.0-or-later */
/* org.calciferd.Tags1: runs of records that no clock dates, and their owner's word about them. */
#include "requests.h"

#include "commit.h"
#include "error.h"
#include "page.h"

#include <calcifer/dating.h>

/* "00AB12CD:12": the log and a record of the run. */
static char *
run_name(const CalUndatedRun *run)
{
  return g_strdup_printf("%08X:%u", run->log_id, run->first);
}

static GArray *
runs_of(CalApp *app, const char *text, CalAddress *address, GError **error)
{
  if (cal_address_parse(text, address))
    return cal_ledger_undated_runs(app->ledger, address, error);
  g_set_error(error, CAL_ERROR, CAL_ERROR_INVALID, "'%s' is no address; it is written AA:BB:CC:DD:EE:FF",
              text);
  return NULL;
}

/* Where it is not known when it was received, all of it is over by now. */
static CalInstant
before_of(const CalUndatedRun *run)
{
  return run->before != G_MAXINT64 ? run->before : cal_app_now() - run->length_s;
}

static GVariant *
describe_run(const CalUndatedRun *run)
{
  GVariantBuilder row = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  g_variant_builder_add(&row, "{sv}", "run", g_variant_new_take_string(run_name(run)));
  g_variant_builder_add(&row, "{sv}", "records", g_variant_new_int64(run->n_records));
  g_variant_builder_add(&row, "{sv}", "length_s", g_variant_new_int64(run->length_s));
  g_variant_builder_add(&row, "{sv}", "after",
                        g_variant_new_int64(run->after == CAL_INSTANT_NONE ? 0 : run->after));
  g_variant_builder_add(&row, "{sv}", "before", g_variant_new_int64(before_of(run)));
  return g_variant_builder_end(&row);
}

GVariant *
cal_app_get_undated_runs(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalAddress address;
  const char *text, *after;
  guint32 limit;
  g_auto(CalAppPage) page = { 0 };
  (void)path;
  g_variant_get(arguments, "(&s&su)", &text, &after, &limit);
  g_autoptr(GArray) runs =
      cal_app_page_begin(&page, after, limit, error) ? runs_of(owner, text, &address, error) : NULL;
  gboolean has_room = TRUE;
  for (guint i = 0; runs != NULL && has_room && i < runs->len; i++)
    has_room = cal_app_page_passes(&page, 0) ||
               cal_app_page_add(&page, describe_run(&g_array_index(runs, CalUndatedRun, i)));
  return runs != NULL ? cal_app_page_end(&page) : NULL;
}

/* By any record of it: the first one known may have changed since the run was listed. */
static const CalUndatedRun *
find_run(GArray *runs, const char *text, const char *address, GError **error)
{
  const char *colon = strchr(text, ':');
  guint64 log_id = 0, sequence = 0;
  g_autofree char *log = g_strndup(text, colon != NULL ? (gsize)(colon - text) : 0);
  const gboolean is_name = colon != NULL &&
                           g_ascii_string_to_unsigned(log, 16, 0, G_MAXUINT32, &log_id, NULL) &&
                           g_ascii_string_to_unsigned(colon + 1, 10, 0, G_MAXUINT32, &sequence, NULL);
  for (guint i = 0; is_name && i < runs->len; i++) {
    const CalUndatedRun *run = &g_array_index(runs, CalUndatedRun, i);
    if (run->log_id == log_id && sequence >= run->first && sequence <= run->last)
      return run;
  }
  g_set_error(error, CAL_ERROR, CAL_ERROR_NOT_FOUND,
              "%s has no run '%s' without a date; 'calciferctl tags date %s' lists those that it has",
              address, text, address);
  return NULL;
}

static char *
clock_text(CalInstant at)
{
  g_autoptr(GDateTime) local = g_date_time_new_from_unix_local(at);
  return local != NULL ? g_date_time_format(local, "%Y-%m-%d %H:%M:%S") : g_strdup("?");
}

/* No tag is older than CAL_DATING_EARLIEST, and what is dated before it would be held for good. */
static gboolean
lies_within_bounds(const CalUndatedRun *run, CalInstant at, GError **error)
{
  const CalInstant after = run->after != CAL_INSTANT_NONE ? run->after : CAL_DATING_EARLIEST;
  if (at >= after && at <= before_of(run))
    return TRUE;
  g_autofree char *low = clock_text(after), *high = clock_text(before_of(run));
  g_set_error(error, CAL_ERROR, CAL_ERROR_INVALID,
              "that run began between %s, %s, and %s, since it was over when it was received", low,
              run->after != CAL_INSTANT_NONE ? "when what was before it ended" : "as no tag is older", high);
  return FALSE;
}

GVariant *
cal_app_date_run(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  static const char *const known[] = { NULL };
  CalDatingOwner word = { 0 };
  const char *address, *name;
  char id[CAL_DATING_OWNER_SIZE], value[CAL_DATING_OWNER_SIZE];
  g_autoptr(GVariant) options = NULL;
  (void)path;
  g_variant_get(arguments, "(&s&sx@a{sv})", &address, &name, &word.at, &options);
  if (!cal_app_options_known(options, known, error))
    return NULL;
  g_autoptr(GArray) runs = runs_of(owner, address, &word.tag, error);
  const CalUndatedRun *run = runs != NULL ? find_run(runs, name, address, error) : NULL;
  if (run == NULL || !lies_within_bounds(run, word.at, error))
    return NULL;
  word.log_id = run->log_id;
  word.first = run->first;
  word.from = run->from;
  word.to = run->to;
  word.boot = run->boot;
  word.uptime_s = run->uptime_s;
  cal_dating_owner_format(&word, id, value);
  CalEntry entry = cal_app_entry(CAL_ENTRY_DATE, CAL_WAY_HAND, 0, id, value);
  return cal_app_enter_and_tell(owner, &entry, error);
}
