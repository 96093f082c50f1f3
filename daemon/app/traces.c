/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "traces.h"

#include <math.h>
#include <string.h>

/* A day so long over is hardly touched any more: its block is not written again each minute. */
#define SETTLED_D 6

typedef struct {
  double iu;
  double lab_nmol_l; /* NAN without a laboratory value */
  double mk7_ug;
} Trace;

/* Of the days read last: means are of the newest days, or of days that are told one after another. */
#define N_MEANS 16
G_STATIC_ASSERT(N_MEANS >= CAL_DAYS_OF_MEANS);

typedef struct {
  CalDate date; /* CAL_DATE_NONE: none yet, or no longer good */
  CalMeanDay mean;
} DayMean;

/* So many days to be read are looked through for empty ones first: a question for each costs more than a day
 * or two. */
#define MANY_D 12

/* What is done while somebody waits. Days that are read from the cache are steps, and so are blocks. */
#define FOLDS_AT_ONCE 48
#define STEPS_AT_ONCE 256
#define FOLDS_A_SLICE 16

/* The folds, with all days before this one in them. */
typedef struct {
  CalDate date;
  CalSerum serum;
  double carried_ug;
} Walk;

struct CalTraces {
  CalLedger *ledger;
  CalDays *days;
  CalDate first;
  Walk base;             /* from its date on rows are in memory; `first`, until they rest */
  CalWeightClass weight; /* that it began with */
  GArray *row;           /* Trace, from the base on */
  CalDate good_to;       /* those before this date are good */
  CalDate settled_from;  /* from here to good_to all are known and stay so */
  gboolean behind;
  Walk walk;             /* at most up to good_to; its date is CAL_DATE_NONE: begin at the base */
  DayMean mean[N_MEANS]; /* by the date's rest */
  char *key;
};

CalTraces *
cal_traces_new(CalLedger *ledger, CalDays *days)
{
  CalTraces *traces = g_new0(CalTraces, 1);
  traces->ledger = ledger;
  traces->days = days;
  traces->row = g_array_new(FALSE, FALSE, sizeof(Trace));
  traces->first = traces->base.date = traces->walk.date = CAL_DATE_NONE;
  for (guint i = 0; i < N_MEANS; i++)
    traces->mean[i].date = CAL_DATE_NONE;
  traces->key = g_strdup_printf("model %d, traces of %zu bytes", CAL_DAY_MODEL, sizeof(Trace));
  return traces;
}

void
cal_traces_free(CalTraces *traces)
{
  g_array_unref(traces->row);
  g_free(traces->key);
  g_free(traces);
}

static void
drop_means(CalTraces *traces, CalDate from)
{
  for (guint i = 0; i < N_MEANS; i++)
    if (traces->mean[i].date >= from)
      traces->mean[i].date = CAL_DATE_NONE;
}

void
cal_traces_forget(CalTraces *traces, CalDate from)
{
  traces->good_to = MIN(traces->good_to, from);
  if (traces->walk.date != CAL_DATE_NONE && traces->walk.date > from)
    traces->walk.date = CAL_DATE_NONE;
  drop_means(traces, from);
}

/* -- The row -------------------------------------------------------------------------------------------- */

static Trace *
trace_at(CalTraces *traces, CalDate date)
{
  return &g_array_index(traces->row, Trace, date - traces->base.date);
}

static DayMean *
mean_at(CalTraces *traces, CalDate date)
{
  return &traces->mean[(guint32)date % N_MEANS];
}

/* FALSE when the day could not be read. */
static gboolean
read_day(CalTraces *traces, CalDate date, CalInstant now, CalDayResult *result)
{
  Trace *trace = trace_at(traces, date);
  *trace = (Trace){ 0, NAN, 0 };
  if (!cal_days_result(traces->days, date, now, result, NULL))
    return FALSE;
  mean_at(traces, date)->date = date;
  cal_mean_day(result, &mean_at(traces, date)->mean);
  trace->iu = cal_day_total(result, CAL_NUTRIENT_VITAMIN_D);
  trace->mk7_ug = cal_day_total(result, CAL_NUTRIENT_MK7);
  if (result->n_labs > 0)
    trace->lab_nmol_l = result->lab[result->n_labs - 1].nmol_l;
  return TRUE;
}

static gboolean
read_block(CalTraces *traces, CalDate date)
{
  g_autoptr(GBytes) bytes = cal_ledger_cached_block(traces->ledger, date, traces->key);
  if (bytes == NULL || g_bytes_get_size(bytes) != CAL_LEDGER_BLOCK_DAYS * sizeof(Trace))
    return FALSE;
  memcpy(trace_at(traces, date), g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
  return TRUE;
}

static void
write_block(CalTraces *traces, CalDate date)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = g_bytes_new(trace_at(traces, date), CAL_LEDGER_BLOCK_DAYS * sizeof(Trace));
  if (!cal_ledger_cache_block(traces->ledger, date, traces->key, bytes, &error))
    g_debug("what days leave behind could not be cached: %s", error->message);
}

/* A block of which the last day was just read. What is held may count later, so that a block with such a day
 * is not kept. */
static void
end_block(CalTraces *traces, CalDate date, CalDate settled_to)
{
  const CalDate first = date + 1 - CAL_LEDGER_BLOCK_DAYS;
  if (!cal_ledger_block_begins(first) || first < traces->settled_from || date >= settled_to)
    return;
  cal_days_gather(traces->days, FALSE); /* its days first */
  write_block(traces, first);
  cal_days_gather(traces->days, TRUE);
}

static void
take_day(CalTraces *traces, CalDate date, const CalTracesQuery *query, CalDayResult *result)
{
  if (!read_day(traces, date, query->now, result) || result->look_again != CAL_INSTANT_NONE)
    traces->settled_from = date + 1;
  end_block(traces, date, query->today - SETTLED_D);
}

/* Days on which nothing happened: to the end of a block that was begun, so that it can be kept, and from a
 * block's begin as far as there are any. */
static CalDate
skip_empty(CalTraces *traces, const CalTracesQuery *query, CalDate day, CalDate until)
{
  const gboolean whole = cal_ledger_block_begins(day);
  do {
    *trace_at(traces, day++) = (Trace){ 0, NAN, 0 };
  } while (day < until && (whole || !cal_ledger_block_begins(day)));
  if (!whole)
    end_block(traces, day - 1, query->today - SETTLED_D);
  return day;
}

/* One step on from a day towards a later one: days on which nothing happened, a block from the cache, or a
 * day. The day behind it. */
static CalDate
step_row(CalTraces *traces, const CalTracesQuery *query, CalDate day, CalDate date, CalDayResult *result)
{
  const CalDate block_end = day + CAL_LEDGER_BLOCK_DAYS;
  const CalDate empty_until = date - day > MANY_D ? cal_days_skip_empty(traces->days, day, date + 1) : day;
  if (empty_until > day)
    return skip_empty(traces, query, day, empty_until);
  if (block_end <= MIN(query->today - SETTLED_D, date + 1) && cal_ledger_block_begins(day) &&
      read_block(traces, day))
    return block_end;
  take_day(traces, day, query, result);
  return day + 1;
}

/* How much is done at once. */
typedef struct {
  guint64 folds;
  guint steps;
  gint64 until_us; /* monotonic */
} Portion;

static gboolean
is_over(const Portion *portion)
{
  return portion->folds == 0 || portion->steps == 0 || g_get_monotonic_time() >= portion->until_us;
}

/* Brings the row on to a date by at least a step and until the portion is over, with one commit of what is
 * to be cached. The day behind what it read. */
static CalDate
read_row(CalTraces *traces, const CalTracesQuery *query, CalDate date, Portion portion)
{
  g_autofree CalDayResult *result = g_new(CalDayResult, 1);
  CalDate day = MAX(traces->good_to, query->oldest);
  if (traces->row->len < (guint)(date - traces->base.date + 1))
    g_array_set_size(traces->row, (guint)(date - traces->base.date + 1));
  traces->settled_from = MIN(traces->settled_from, day);
  cal_days_gather(traces->days, TRUE);
  for (gboolean over = FALSE; day <= date && !over; over = is_over(&portion)) {
    const guint64 folds = cal_days_n_folded(traces->days);
    day = step_row(traces, query, day, date, result);
    portion.steps--;
    portion.folds -= MIN(portion.folds, cal_days_n_folded(traces->days) - folds);
  }
  cal_days_gather(traces->days, FALSE);
  /* Today goes on, and yesterday may. */
  traces->good_to = MAX(traces->good_to, MIN(day, query->today - 1));
  return day;
}

static void
begin_base(CalTraces *traces, CalWeightClass weight)
{
  traces->base = (Walk){ traces->first, cal_serum_begin(cal_serum_default_nmol_l(weight)), 0 };
  traces->weight = weight;
  traces->walk.date = CAL_DATE_NONE;
}

/* The row begins at the first day of all, or at a base that is good and not behind the day. One that was cut
 * by a rest is made whole up to where it was good, and not only up to the day: by blocks. */
static void
begin_row(CalTraces *traces, const CalTracesQuery *query, CalDate date)
{
  const gboolean is_new = traces->first != query->oldest;
  const gboolean is_cut = !is_new && traces->base.date != traces->first;
  const gboolean is_other_weight = traces->weight != query->weight;
  const CalDate good_to = traces->good_to;
  if (is_new || (is_cut && (is_other_weight || MIN(date, good_to) < traces->base.date))) {
    traces->first = traces->good_to = traces->settled_from = query->oldest;
    begin_base(traces, query->weight);
    if (is_cut && good_to > traces->first)
      read_row(traces, query, good_to - 1, (Portion){ FOLDS_AT_ONCE, STEPS_AT_ONCE, G_MAXINT64 });
  } else if (is_other_weight) {
    begin_base(traces, query->weight);
  }
}

/* Brings the row up to a date. FALSE when there is more to be folded than can be waited for. */
static gboolean
reach(CalTraces *traces, const CalTracesQuery *query, CalDate date)
{
  begin_row(traces, query, date);
  if (date < traces->good_to)
    return TRUE;
  if (!traces->behind)
    traces->behind =
        read_row(traces, query, date, (Portion){ FOLDS_AT_ONCE, STEPS_AT_ONCE, G_MAXINT64 }) <= date;
  if (traces->behind)
    drop_means(traces, traces->good_to);
  return !traces->behind;
}

gboolean
cal_traces_are_behind(const CalTraces *traces)
{
  return traces->behind;
}

gboolean
cal_traces_go_on(CalTraces *traces, const CalTracesQuery *query, gint64 until_us)
{
  const CalDate last = query->today - 2; /* the last that stays good */
  begin_row(traces, query, last);
  if (traces->good_to <= last)
    read_row(traces, query, last, (Portion){ FOLDS_A_SLICE, STEPS_AT_ONCE, until_us });
  traces->behind = traces->good_to <= last;
  return !traces->behind;
}

/* -- The walk ------------------------------------------------------------------------------------------- */

static void
step(Walk *walk, const Trace *trace, CalSerumEstimate *serum)
{
  *serum = cal_serum_step(&walk->serum, trace->iu, trace->lab_nmol_l);
  walk->carried_ug = cal_nutrients_mk7_carried_ug(walk->carried_ug, trace->mk7_ug);
  walk->date++;
}

gboolean
cal_traces_at(CalTraces *traces, const CalTracesQuery *query, CalDate date, CalSerumEstimate *serum,
              double *carried_ug)
{
  Walk *walk = &traces->walk;
  if (!reach(traces, query, date))
    return FALSE;
  if (walk->date == CAL_DATE_NONE || walk->date > date)
    *walk = traces->base;
  while (walk->date < MIN(date, traces->good_to))
    step(walk, trace_at(traces, walk->date), serum);
  Walk rest = *walk; /* behind what is good nothing is kept */
  while (rest.date < date)
    step(&rest, trace_at(traces, rest.date), serum);
  *carried_ug = rest.carried_ug;
  step(&rest, trace_at(traces, date), serum);
  return TRUE;
}

void
cal_traces_rest(CalTraces *traces)
{
  GArray *row = traces->row;
  CalSerumEstimate unused;
  if (traces->behind || traces->base.date == CAL_DATE_NONE ||
      traces->good_to <= traces->base.date + SETTLED_D) /* it may be the first of all dates */
    return;
  const CalDate from = traces->good_to - SETTLED_D;
  const guint n_left = (guint)(from - traces->base.date);
  for (guint i = 0; i < n_left; i++)
    step(&traces->base, &g_array_index(row, Trace, i), &unused);
  traces->row = g_array_new(FALSE, FALSE, sizeof(Trace));
  g_array_append_vals(traces->row, &g_array_index(row, Trace, n_left), row->len - n_left);
  g_array_unref(row);
  traces->settled_from = MAX(traces->settled_from, from);
  if (traces->walk.date < from)
    traces->walk.date = CAL_DATE_NONE;
}

CalMeanDay
cal_traces_mean(CalTraces *traces, CalDate date, CalInstant now)
{
  DayMean *mean = mean_at(traces, date);
  if (mean->date != date) {
    g_autofree CalDayResult *result = g_new0(CalDayResult, 1);
    *mean = (DayMean){ .date = date };
    if (cal_days_result(traces->days, date, now, result, NULL))
      cal_mean_day(result, &mean->mean);
  }
  return mean->mean;
}
