/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "days.h"

#include "packed.h"
#include "traces.h"

/* How far an event reaches: a record over midnight, a dose window (see cal_day_span()). */
#define REACH_BACK_S (3 * 3600)
#define REACH_ON_S   (15 * 3600)
/* Further than that in any zone: days that lie so far from the next event are empty. */
#define REACH_D 3

struct CalDays {
  CalLedger *ledger;
  CalZones *zones;
  GArray *settings;    /* CalEvent, all settings in order */
  CalDay *today;       /* the fold that is stepped; NULL: none since the rest */
  CalDate today_date;  /* CAL_DATE_NONE: nothing is folded in memory */
  CalDayResult *shown; /* today's, asked for several times until something is told of it */
  gboolean shown_valid;
  CalEvent *last; /* the last event that today was told; last_valid says whether there was one */
  gboolean last_valid;
  CalDayResult *kept; /* yesterday's, which is not cached yet */
  CalDate kept_date;  /* CAL_DATE_NONE: nothing is kept */
  CalSpan kept_span;  /* what it is made of */
  CalTraces *traces;
  CalWeightClass weight;
  guint n_weighed;  /* by how many settings; G_MAXUINT: not yet */
  gint first_zone;  /* of the settings; -1: none */
  GArray *gathered; /* CalCachedDay: to be cached in one commit */
  gboolean gathers;
  guint64 n_folded;
  char *key; /* of what is cached */
};

static char *
cache_key(void)
{
  return g_strdup_printf("model %d, %zu bytes", CAL_DAY_MODEL, sizeof(CalDayResult));
}

/* How a result is cached is no model. */
static char *
packed_key(void)
{
  g_autofree char *key = cache_key();
  return g_strconcat(key, ", packed", NULL);
}

static gboolean
collect_setting(const CalEvent *event, gpointer data)
{
  g_array_append_val(((CalDays *)data)->settings, *event);
  return TRUE;
}

static void
take_zones(CalDays *days)
{
  cal_zones_clear(days->zones);
  days->first_zone = -1;
  for (guint i = 0; i < days->settings->len; i++) {
    const CalEntry *entry = &g_array_index(days->settings, CalEvent, i).of.entry;
    if (entry->kind != CAL_ENTRY_ZONE)
      continue;
    g_autofree char *name = g_strndup(entry->value, strcspn(entry->value, " "));
    cal_zones_add(days->zones, entry->at, name[0] != '\0' ? name : "UTC");
    if (days->first_zone < 0)
      days->first_zone = (gint)i;
  }
}

CalDays *
cal_days_new(CalLedger *ledger, CalZones *zones, GError **error)
{
  g_autoptr(CalDays) days = g_new0(CalDays, 1);
  days->ledger = ledger;
  days->zones = zones;
  days->settings = g_array_new(FALSE, FALSE, sizeof(CalEvent));
  days->traces = cal_traces_new(ledger, days);
  days->gathered = g_array_new(FALSE, FALSE, sizeof(CalCachedDay));
  days->last = g_new0(CalEvent, 1);
  days->kept = g_new0(CalDayResult, 1);
  days->shown = g_new0(CalDayResult, 1);
  days->key = packed_key();
  days->today_date = CAL_DATE_NONE;
  return cal_days_reload_settings(days, error) ? g_steal_pointer(&days) : NULL;
}

void
cal_days_free(CalDays *days)
{
  g_array_unref(days->settings);
  g_array_unref(days->gathered);
  cal_traces_free(days->traces);
  g_free(days->today);
  g_free(days->kept);
  g_free(days->shown);
  g_free(days->last);
  g_free(days->key);
  g_free(days);
}

static void
drop_kept(CalDays *days, CalDate first, CalDate last)
{
  if (days->kept_date >= first && days->kept_date <= last)
    days->kept_date = CAL_DATE_NONE;
}

void
cal_days_forget(CalDays *days, CalDate first, CalDate last)
{
  g_autoptr(GError) error = NULL;
  drop_kept(days, first, last);
  cal_traces_forget(days->traces, first);
  if (!cal_ledger_drop_cached_days(days->ledger, first, last, &error))
    g_warning("a cached day could not be dropped: %s", error->message);
}

gboolean
cal_days_reload_settings(CalDays *days, GError **error)
{
  g_array_set_size(days->settings, 0);
  days->today_date = CAL_DATE_NONE;
  days->kept_date = CAL_DATE_NONE;
  days->n_weighed = G_MAXUINT;
  if (!cal_ledger_each_setting(days->ledger, collect_setting, days, error))
    return FALSE;
  take_zones(days);
  return TRUE;
}

void
cal_days_rest(CalDays *days)
{
  days->today_date = CAL_DATE_NONE;
  g_clear_pointer(&days->today, g_free);
  cal_traces_rest(days->traces);
  cal_zones_rest(days->zones);
}

const GArray *
cal_days_settings(const CalDays *days)
{
  return days->settings;
}

void
cal_days_context(CalDays *days, CalInstant at, CalContext *context)
{
  cal_context_init(context);
  /* The first zone held before it was told, too, as cal_zones_add() has it: its city is where the sun is
   * looked for in the half hour before the daemon's first start. */
  if (days->first_zone >= 0)
    cal_context_step(context, &g_array_index(days->settings, CalEvent, days->first_zone).of.entry);
  for (guint i = 0; i < days->settings->len; i++) {
    const CalEvent *setting = &g_array_index(days->settings, CalEvent, i);
    if (setting->at > at)
      return;
    cal_context_step(context, &setting->of.entry);
  }
}

/* -- Folding
 * ---------------------------------------------------------------------------------------------------- */

typedef struct {
  CalDays *days;
  CalDay *day;
  guint next_setting;
  CalInstant now;
  CalEvent *last; /* NULL: nobody wants to know */
  gboolean any;
} Fold;

static void
step(Fold *fold, const CalEvent *event)
{
  cal_day_step(fold->day, event, fold->now);
  if (fold->last != NULL)
    *fold->last = *event;
  fold->any = TRUE;
}

static const CalEvent *
next_setting(const Fold *fold)
{
  return fold->next_setting < fold->days->settings->len
             ? &g_array_index(fold->days->settings, CalEvent, fold->next_setting)
             : NULL;
}

static gboolean
fold_event(const CalEvent *event, gpointer data)
{
  Fold *fold = data;
  for (const CalEvent *setting = next_setting(fold); setting != NULL && cal_event_compare(setting, event) < 0;
       setting = next_setting(fold)) {
    step(fold, setting);
    fold->next_setting++;
  }
  step(fold, event);
  return TRUE;
}

/* Folds a day into `day`; its last event goes to `last`. */
static gboolean
fold_day(CalDays *days, CalDate date, CalInstant now, CalTrace *trace, CalDay *day, CalEvent *last,
         gboolean *any, GError **error)
{
  CalDayFrames frames;
  g_autofree CalContext *context = g_new(CalContext, 1);
  Fold fold = { days, day, 0, now, last, FALSE };
  days->n_folded++;
  cal_zones_frames(days->zones, date, &frames);
  const CalSpan span = cal_day_span(&frames);
  cal_days_context(days, span.start - 1, context);
  cal_day_begin(day, &frames, context);
  day->trace = trace;
  for (const CalEvent *setting = next_setting(&fold); setting != NULL && setting->at < span.start;
       setting = next_setting(&fold))
    fold.next_setting++;
  if (!cal_ledger_each(days->ledger, span, fold_event, &fold, error))
    return FALSE;
  for (const CalEvent *setting = next_setting(&fold); setting != NULL && setting->at < span.end;
       setting = next_setting(&fold)) {
    step(&fold, setting);
    fold.next_setting++;
  }
  if (any != NULL)
    *any = fold.any;
  return TRUE;
}

gboolean
cal_days_trace(CalDays *days, CalDate date, CalInstant now, CalTrace *trace, CalDayResult *result,
               GError **error)
{
  g_autofree CalDay *day = g_new(CalDay, 1);
  if (!fold_day(days, date, now, trace, day, NULL, NULL, error))
    return FALSE;
  cal_day_result(day, result);
  return TRUE;
}

gboolean
cal_days_fold(CalDays *days, CalDate date, CalInstant now, CalDayResult *result, GError **error)
{
  return cal_days_trace(days, date, now, NULL, result, error);
}

static gboolean
todays_result(CalDays *days, CalDate date, CalInstant now, CalDayResult *result, GError **error)
{
  if (days->today_date != date) {
    days->today_date = CAL_DATE_NONE;
    if (days->today == NULL)
      days->today = g_new(CalDay, 1);
    if (!fold_day(days, date, now, NULL, days->today, days->last, &days->last_valid, error))
      return FALSE;
    days->today_date = date;
    days->shown_valid = FALSE;
  }
  if (!days->shown_valid)
    cal_day_result(days->today, days->shown);
  days->shown_valid = TRUE;
  *result = *days->shown;
  return TRUE;
}

/* -- The cache of days that are over
 * ---------------------------------------------------------------------------- */

/* Which model reckoned last is remembered, and when another one took over: its days are reckoned anew. */

gint64
cal_days_note_model(CalLedger *ledger, CalInstant now)
{
  gint64 changed = 0;
  g_autofree char *key = cache_key();
  g_autofree char *before = cal_ledger_recall(ledger, "model", NULL);
  g_autofree char *stamp = g_strdup_printf("%" G_GINT64_FORMAT, now);
  if (before != NULL && !g_str_equal(before, key))
    cal_ledger_remember(ledger, "model-changed", stamp, NULL);
  if (g_strcmp0(before, key) != 0)
    cal_ledger_remember(ledger, "model", key, NULL);
  g_autofree char *text = cal_ledger_recall(ledger, "model-changed", NULL);
  if (text != NULL)
    g_ascii_string_to_signed(text, 10, 0, G_MAXINT64, &changed, NULL);
  return changed;
}

static gboolean
cached_result(CalDays *days, CalDate date, CalDayResult *result)
{
  g_autoptr(GBytes) packed = cal_ledger_cached_day(days->ledger, date, days->key);
  return packed != NULL && cal_packed_open(packed, result, sizeof *result);
}

static void
write_gathered(CalDays *days)
{
  g_autoptr(GError) error = NULL;
  const CalCachedDay *rows = (const CalCachedDay *)(gpointer)days->gathered->data;
  if (!cal_ledger_cache_days(days->ledger, rows, days->gathered->len, days->key, &error))
    g_debug("days could not be cached: %s", error->message);
  for (guint i = 0; i < days->gathered->len; i++)
    g_bytes_unref(rows[i].result);
  g_array_set_size(days->gathered, 0);
}

static void
cache_result(CalDays *days, CalDate date, const CalDayResult *result)
{
  const CalCachedDay row = { date, cal_packed_new(result, sizeof *result) };
  g_array_append_val(days->gathered, row);
  if (!days->gathers)
    write_gathered(days);
}

void
cal_days_gather(CalDays *days, gboolean gather)
{
  days->gathers = gather;
  cal_ledger_keep_days(days->ledger, gather);
  if (!gather && days->gathered->len > 0)
    write_gathered(days);
}

/* Yesterday may still be reached by a late dose; until then it is asked for with each thing that is told of
 * today. */
static void
keep(CalDays *days, CalDate date, const CalDayResult *result)
{
  CalDayFrames frames;
  cal_zones_frames(days->zones, date, &frames);
  days->kept_span = cal_day_span(&frames);
  days->kept_date = date;
  *days->kept = *result;
}

gboolean
cal_days_result(CalDays *days, CalDate date, CalInstant now, CalDayResult *result, GError **error)
{
  const CalDate today = cal_zones_date(days->zones, now);
  if (date == today)
    return todays_result(days, date, now, result, error);
  if (date == today - 1 && date == days->kept_date) {
    *result = *days->kept;
    return TRUE;
  }
  if (cached_result(days, date, result))
    return TRUE;
  if (!cal_days_fold(days, date, now, result, error))
    return FALSE;
  /* What is held changes with the clock. */
  if (date < today - 1 && result->look_again == CAL_INSTANT_NONE)
    cache_result(days, date, result);
  if (date == today - 1 && result->look_again == CAL_INSTANT_NONE)
    keep(days, date, result);
  return TRUE;
}

/* -- What is new
 * ------------------------------------------------------------------------------------------------ */

static void
touched_by(const CalDays *days, CalInstant at, CalDate *first, CalDate *last)
{
  CalDayFrames frames;
  cal_zones_frames(days->zones, cal_zones_date(days->zones, at), &frames);
  cal_day_touched(&frames, at, first, last);
}

void
cal_days_touched(const CalDays *days, CalSpan span, CalDate *first, CalDate *last)
{
  CalDate unused;
  touched_by(days, span.start, first, &unused);
  touched_by(days, MAX(span.end - 1, span.start), &unused, last);
}

void
cal_days_drop(CalDays *days, CalDate first, CalDate last)
{
  drop_kept(days, first, last);
  cal_traces_forget(days->traces, first);
  if (days->today_date >= first && days->today_date <= last)
    days->today_date = CAL_DATE_NONE;
}

void
cal_days_take(CalDays *days, const CalEvent *event, CalInstant now)
{
  if (event->at >= days->kept_span.start && event->at < days->kept_span.end)
    days->kept_date = CAL_DATE_NONE;
  if (days->today_date == CAL_DATE_NONE)
    return;
  const CalSpan span = cal_day_span(&days->today->frames);
  if (event->at < span.start || event->at >= span.end)
    return;
  if (days->last_valid && cal_event_compare(event, days->last) <= 0) {
    days->today_date = CAL_DATE_NONE;
    return;
  }
  cal_day_step(days->today, event, now);
  days->shown_valid = FALSE;
  *days->last = *event;
  days->last_valid = TRUE;
}

/* A ledger may hold what some other program dated before any time that is counted. */
CalDate
cal_days_oldest(CalDays *days)
{
  CalInstant oldest;
  if (!cal_ledger_oldest(days->ledger, &oldest, NULL) || oldest == CAL_INSTANT_NONE)
    return CAL_DATE_NONE;
  return cal_zones_date(days->zones, MAX(oldest, CAL_CONTEXT_ALWAYS));
}

CalDate
cal_days_skip_empty(CalDays *days, CalDate date, CalDate end)
{
  CalInstant next;
  if (!cal_ledger_next(days->ledger, ((CalInstant)date - REACH_D) * 86400, &next, NULL))
    return date;
  if (next == CAL_INSTANT_NONE)
    return end;
  const CalInstant last = ((CalInstant)end + REACH_D) * 86400;
  return CLAMP(cal_zones_date(days->zones, MIN(next, last)) - REACH_D, date, end);
}

/* -- What days leave behind
 * ------------------------------------------------------------------------------------------------------ */

static guint
settings_until(const CalDays *days, CalInstant now)
{
  guint n = days->settings->len;
  while (n > 0 && g_array_index(days->settings, CalEvent, n - 1).at > now)
    n--;
  return n;
}

/* By the settings that hold now, of which it is reckoned again when there is one more. */
static CalWeightClass
weight_class(CalDays *days, CalInstant now)
{
  const guint n = settings_until(days, now);
  if (n != days->n_weighed) {
    g_autofree CalContext *context = g_new(CalContext, 1);
    cal_days_context(days, now, context);
    days->weight = context->profile.weight_class;
    days->n_weighed = n;
  }
  return days->weight;
}

/* FALSE when there is no day at all. */
static gboolean
begin_query(CalDays *days, CalInstant now, CalTracesQuery *query)
{
  *query = (CalTracesQuery){ cal_days_oldest(days), cal_zones_date(days->zones, now), now,
                             weight_class(days, now) };
  return query->oldest != CAL_DATE_NONE;
}

gboolean
cal_days_past(CalDays *days, CalDate date, CalInstant now, CalSerumEstimate *serum, double *carried_ug)
{
  CalTracesQuery query;
  return begin_query(days, now, &query) && date >= query.oldest &&
         cal_traces_at(days->traces, &query, date, serum, carried_ug);
}

guint64
cal_days_n_folded(const CalDays *days)
{
  return days->n_folded;
}

gboolean
cal_days_are_behind(const CalDays *days)
{
  return cal_traces_are_behind(days->traces);
}

gboolean
cal_days_go_on(CalDays *days, CalInstant now, gint64 until_us)
{
  CalTracesQuery query;
  return !begin_query(days, now, &query) || cal_traces_go_on(days->traces, &query, until_us);
}

gboolean
cal_days_serum(CalDays *days, CalDate date, CalInstant now, CalSerumEstimate *estimate)
{
  double carried_ug;
  return cal_days_past(days, date, now, estimate, &carried_ug);
}

guint
cal_days_of_means(CalDays *days, CalDate date, CalInstant now, CalMeanDay day[CAL_DAYS_OF_MEANS])
{
  double carried_ug;
  CalSerumEstimate estimate;
  const CalDate oldest = cal_days_oldest(days);
  if (oldest == CAL_DATE_NONE || date < oldest)
    return 0;
  cal_days_past(days, date, now, &estimate, &carried_ug); /* reads the days, unless they are too many */
  const guint n = (guint)MIN(date - oldest + 1, CAL_DAYS_OF_MEANS);
  for (guint i = 0; i < n; i++)
    day[i] = cal_traces_mean(days->traces, date - (CalDate)(n - 1 - i), now);
  return n;
}
