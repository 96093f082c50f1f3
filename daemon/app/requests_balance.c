/* SPDX-License-Identifier: GPL-2.0-or-later */
/* org.calciferd.Balance1 and org.calciferd.Service1 */
#include "requests.h"

#include "describe_day.h"
#include "error.h"
#include "job.h"
#include "publish.h"
#include "turn.h"
#include "wire.h"

#define DAYS_AT_MOST  366 /* in one answer */
#define FOLDS_AT_MOST 16  /* likewise: others wait meanwhile */
#define FORTNIGHT_D   14

/* A rebuild goes on for so long before it lets others in. */
#define SLICE_US   (10 * G_TIME_SPAN_MILLISECOND)
#define REBUILDING "Folding all days anew."

/* A date that has begun; `otherwise` for an empty text. */
static gboolean
read_date(const char *text, CalDate otherwise, CalDate today, CalDate *date, GError **error)
{
  *date = text[0] == '\0' ? otherwise : cal_date_parse(text);
  if (*date == CAL_DATE_NONE)
    g_set_error(error, CAL_ERROR, CAL_ERROR_INVALID, "'%s' is no date; it is written YYYY-MM-DD", text);
  else if (*date > today)
    g_set_error(error, CAL_ERROR, CAL_ERROR_NOT_FOUND, "%s has not begun", text);
  else
    return TRUE;
  return FALSE;
}

GVariant *
cal_app_get_day(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  const char *text;
  CalDate date;
  const CalInstant now = cal_app_now();
  const CalDate today = cal_zones_date(app->zones, now);
  g_autofree CalDayResult *result = g_new(CalDayResult, 1);
  (void)path;
  g_variant_get(arguments, "(&s)", &text);
  if (!read_date(text, today, today, &date, error) || !cal_days_result(app->days, date, now, result, error))
    return NULL;
  return g_variant_new("(@a{sv})", cal_app_describe_day(app, result));
}

/* At least a day, and not further than somebody can wait for; *next is the day behind the last one. */
static GVariant *
describe_days(CalApp *app, CalDate from, CalDate to, CalDate *next, GError **error)
{
  const CalInstant now = cal_app_now();
  const guint64 folds_end = cal_days_n_folded(app->days) + FOLDS_AT_MOST;
  g_autofree CalDayResult *result = g_new(CalDayResult, 1);
  g_autoptr(CalDayColumns) columns = cal_day_columns_new();
  *next = from;
  do {
    if (!cal_days_result(app->days, *next, now, result, error))
      return NULL;
    cal_day_columns_add(columns, app, result);
    ++*next;
  } while (*next <= to && cal_days_n_folded(app->days) < folds_end);
  return cal_day_columns_end(columns);
}

GVariant *
cal_app_get_days(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  const char *from_text, *to_text;
  CalDate from, to, behind;
  char next[11] = "";
  guint32 limit;
  const CalDate today = cal_zones_date(app->zones, cal_app_now());
  (void)path;
  g_variant_get(arguments, "(&s&su)", &from_text, &to_text, &limit);
  if (!read_date(to_text, today, today, &to, error) ||
      !read_date(from_text, to - FORTNIGHT_D + 1, today, &from, error))
    return NULL;
  if (from > to || limit < 1 || limit > DAYS_AT_MOST) {
    g_set_error(error, CAL_ERROR, CAL_ERROR_INVALID,
                "a history goes from a date to a later one, with a limit from 1 to %d", DAYS_AT_MOST);
    return NULL;
  }
  cal_ledger_hold_still(app->ledger);
  GVariant *days = describe_days(app, from, MIN(to, from + (CalDate)limit - 1), &behind, error);
  cal_ledger_let_go(app->ledger);
  if (days == NULL)
    return NULL;
  if (behind <= to)
    cal_date_format(behind, next);
  return g_variant_new("(@a{sv}s)", days, next);
}

/* Whether a day folded anew is what it was taken for. Results hold no padding that was not zeroed. */
static gboolean
differs(CalApp *app, CalDate date, CalInstant now, gboolean *differing, GError **error)
{
  g_autofree CalDayResult *kept = g_new0(CalDayResult, 1);
  g_autofree CalDayResult *folded = g_new0(CalDayResult, 1);
  if (!cal_days_result(app->days, date, now, kept, error) ||
      !cal_days_fold(app->days, date, now, folded, error))
    return FALSE;
  *differing = memcmp(kept, folded, sizeof *kept) != 0;
  return TRUE;
}

typedef struct {
  CalDate oldest, next, empty_until, today;
  guint32 days, differing;
} Rebuild;

/* The next day; those on which nothing happened are not folded, and counted. */
static gboolean
rebuild_day(CalApp *app, Rebuild *rebuild, GError **error)
{
  gboolean differing = FALSE;
  if (rebuild->next >= rebuild->empty_until)
    rebuild->empty_until = cal_days_skip_empty(app->days, rebuild->next, rebuild->today + 1);
  if (rebuild->next >= rebuild->empty_until && !differs(app, rebuild->next, cal_app_now(), &differing, error))
    return FALSE;
  rebuild->next++;
  rebuild->days++;
  rebuild->differing += differing ? 1 : 0;
  return TRUE;
}

static void
tell_rebuild(CalJob *job, const Rebuild *rebuild)
{
  GVariantBuilder result = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  const double of = (double)(rebuild->today - rebuild->oldest + 1);
  g_variant_builder_add(&result, "{sv}", "days", g_variant_new_uint32(rebuild->days));
  g_variant_builder_add(&result, "{sv}", "differing", g_variant_new_uint32(rebuild->differing));
  cal_job_set_result(job, g_variant_builder_end(&result));
  cal_job_tell(job, MIN(rebuild->days / of, 1), REBUILDING);
}

static gboolean
on_rebuild(CalJob *job, gpointer work, gboolean *done, GError **error)
{
  Rebuild *rebuild = work;
  CalApp *app = cal_job_app(job);
  const gint64 until = g_get_monotonic_time() + SLICE_US;
  gboolean ok = TRUE;
  cal_days_gather(app->days, TRUE);
  do {
    *done = rebuild->next > rebuild->today;
    ok = *done || rebuild_day(app, rebuild, error);
  } while (ok && !*done && g_get_monotonic_time() < until);
  cal_days_gather(app->days, FALSE);
  if (ok)
    tell_rebuild(job, rebuild);
  return ok;
}

GVariant *
cal_app_rebuild(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  (void)path;
  (void)arguments;
  if (!cal_job_has_room(app, error))
    return NULL;
  CalJob *job = cal_job_new(app, REBUILDING);
  Rebuild *rebuild = g_new0(Rebuild, 1);
  rebuild->today = cal_zones_date(app->zones, cal_app_now());
  rebuild->oldest = cal_days_oldest(app->days);
  if (rebuild->oldest == CAL_DATE_NONE)
    rebuild->oldest = rebuild->today + 1;
  rebuild->next = rebuild->empty_until = rebuild->oldest;
  cal_job_run(job, on_rebuild, rebuild, g_free);
  return g_variant_new("(o)", cal_job_path(job));
}

GVariant *
cal_app_reload(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  (void)path;
  (void)arguments;
  cal_app_reload_settings(owner, error);
  return NULL;
}

static gboolean
on_forget(gpointer data)
{
  g_main_loop_quit(((CalApp *)data)->loop);
  return G_SOURCE_REMOVE;
}

GVariant *
cal_app_forget_everything(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  const char *sentence;
  (void)path;
  g_variant_get(arguments, "(&s)", &sentence);
  if (!g_str_equal(sentence, "forget everything")) {
    g_set_error_literal(error, CAL_ERROR, CAL_ERROR_REFUSED, "only the words 'forget everything' do that");
    return NULL;
  }
  app->forgets = TRUE;
  g_idle_add(on_forget, app); /* behind the reply */
  return NULL;
}
