/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * When the sun closes the gap of vitamin D: the plan's windows, told near their best hour.
 *
 *   starts.start            best - 1 h          best              starts.end
 *   ─────┼─────────────────────┼──────────────────┼──────────────────┼─────
 *        beginning here works  ├──────────── spoken of ──────────────┤
 */
#include <math.h>

#include "finder.h"

/* Time enough to make room for it, and near enough to noon that waiting saves few minutes. A choice of this
 * program, as is that who had enough in the mean of a fortnight is not short. */
#define LEAD_S    3600
#define FORTNIGHT 14

static CalInstant
spoken_from(const CalPlanWindow *window)
{
  const CalInstant lead = window->best - LEAD_S;
  return lead > window->starts.start ? lead : window->starts.start;
}

static const CalPlanWindow *
open_window(const CalPlan *plan, CalInstant now)
{
  for (uint32_t i = 0; i < plan->n_windows; i++)
    if (now >= spoken_from(&plan->window[i]) && now < plan->window[i].starts.end)
      return &plan->window[i];
  return NULL;
}

/* What today's own schedule will still bring: who waits for the evening's drops is not short of them. */
static double
coming_iu(const Finder *finder)
{
  const CalDayResult *const today = &finder->row[finder->n_rows - 1];
  double sum = 0;
  for (uint32_t i = 0; i < today->n_doses; i++) {
    const CalProduct *const product = cal_context_product(finder->context, today->dose[i].product);
    if (product != NULL && today->dose[i].filled == CAL_INSTANT_NONE)
      sum += product->serving.amount[CAL_NUTRIENT_VITAMIN_D];
  }
  return sum;
}

/* What is recorded is a lower bound: a mean that suffices on every calendar day's account suffices. */
static bool
had_enough(const Finder *finder, double target_iu)
{
  const size_t last = finder->n_rows - 1, first = last > FORTNIGHT ? last - FORTNIGHT : 0;
  double sum = 0;
  for (size_t i = first; i < last; i++)
    sum += cal_day_total(&finder->row[i], CAL_NUTRIENT_VITAMIN_D);
  return last > first && sum / FORTNIGHT >= target_iu;
}

/* Today, and not made up for by the days before nor by what is due. */
static bool
is_short(const Finder *finder)
{
  const CalPlan *const plan = finder->input->plan;
  return plan != NULL && plan->date == finder->row[finder->n_rows - 1].date &&
         plan->advice == CAL_PLAN_GIVEN && plan->origin != CAL_PLACE_GUESS &&
         cal_finder_may(finder, CAL_CODE_SUN_WINDOW) && plan->gap_iu > coming_iu(finder) &&
         !had_enough(finder, plan->target_iu);
}

void
cal_find_window(Finder *finder)
{
  const CalPlan *const plan = finder->input->plan;
  const CalPlanWindow *const window = is_short(finder) ? open_window(plan, finder->input->now) : NULL;
  if (window == NULL)
    return;
  const double threshold =
      cal_finder_threshold(finder, CAL_CODE_SUN_WINDOW, cal_code_facts(CAL_CODE_SUN_WINDOW)->threshold);
  const double minutes = window->first_minutes, half = window->first_half_med_minutes;
  char date[11];
  cal_date_format(plan->date, date);
  if (minutes > threshold && !cal_finder_below(finder, CAL_CODE_SUN_WINDOW, date, minutes, threshold))
    return;
  CalFinding *const finding =
      cal_finder_add(finder, CAL_CODE_SUN_WINDOW, date, ceil(minutes), isinf(half) ? NAN : floor(half));
  finding->flags |= isnan(plan->sky_ratio) ? CAL_FINDING_CLEAR : CAL_FINDING_AMBIENT;
  finding->other = plan->gap_iu;
}

static void
sooner(CalInstant *next, CalInstant now, CalInstant at)
{
  if (at > now && (*next == CAL_INSTANT_NONE || at < *next))
    *next = at;
}

CalInstant
cal_finder_next_window(const Finder *finder)
{
  CalInstant next = CAL_INSTANT_NONE;
  if (!is_short(finder))
    return next;
  for (uint32_t i = 0; i < finder->input->plan->n_windows; i++) {
    const CalPlanWindow *const window = &finder->input->plan->window[i];
    sooner(&next, finder->input->now, spoken_from(window));
    sooner(&next, finder->input->now, window->starts.end);
  }
  return next;
}
