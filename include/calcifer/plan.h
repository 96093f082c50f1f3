/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The plan of a day: when the sun closes the vitamin D gap without bringing the day's total over half a MED.
 * Which foods close it, suggest.h tells.
 *
 *   CalPlan plan;
 *   const CalPlanInput input = { .context = &context, .frame = frame, .day = today, .now = now, .sky_ratio =
 * NAN }; cal_plan(&input, &plan); plan.window[0].gap_minutes     minutes that close the gap, from
 * plan.window[0].best on
 *
 * A forecast: clear sky, times what an ambient tag reads against it now. Vitamin D takes 0.45 of the
 * horizontal plane's index, an upright body's share; sunburn takes the whole of it, and never less than a
 * clear sky, since clouds part. To whom sun is not advised no minutes are told at all, nor to anybody on a
 * day whose sun is a lower bound.
 */
#ifndef CALCIFER_PLAN_H
#define CALCIFER_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <calcifer/context.h>
#include <calcifer/day.h>
#include <calcifer/frame.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The share of a MED that no plan goes beyond, what was got already included: a choice. */
#define CAL_PLAN_MED_LIMIT 0.5

/* R times the UV index under which the sun counts as making no vitamin D: an hour of it, upright, with face
 * and hands bare, comes to 84 IU for somebody of type II and 22 to 40 years, less than the estimate's own
 * error and a seventh of the reference intake. A choice of this program. */
#define CAL_PLAN_LEAST_VITD_UVI 0.5

/* What an ambient tag may make of a clear sky's forecast: an overcast sky lets 0.31 through, and cloud adds
 * up to a quarter. A choice. */
#define CAL_PLAN_SKY_LOW  0.2
#define CAL_PLAN_SKY_HIGH 1.3
/* From this zenith angle on its reading says little about the rest of the day; nor after this time. Choices.
 */
#define CAL_PLAN_SKY_ZENITH_DEG 75.0
#define CAL_PLAN_SKY_FRESH_S    3600

#define CAL_PLAN_MAX_WINDOWS 8

/* A day of 25 hours has as many minutes; of one that a traveller made longer the first are planned. */
#define CAL_PLAN_MINUTES 1500

typedef enum CalPlanAdvice {
  CAL_PLAN_GIVEN,
  CAL_PLAN_NO_SUN,     /* sun is never advised to this person */
  CAL_PLAN_SUN_UNSET,  /* not until phototype and birth year are known */
  CAL_PLAN_ASK_KIDNEY, /* nothing is suggested, food neither */
  CAL_PLAN_ASK_DOCTOR,
  CAL_PLAN_SUN_BOUND, /* a sensor was at the end of its range: half a MED may be passed already */
} CalPlanAdvice;

/* Beginning anywhere in `starts` the gap can be closed. */
typedef struct CalPlanWindow {
  CalSpan starts;
  CalInstant best;         /* where it takes the fewest minutes */
  double gap_minutes;      /* from there */
  double gap_minutes_most; /* from the worst beginning in the window */
  double half_med_minutes; /* from `best` to half a MED; INFINITY: not before sunset */
  double first_minutes;    /* that close the gap from starts.start: from now, when now is in the window */
  double first_half_med_minutes; /* from there to half a MED; INFINITY likewise */
} CalPlanWindow;

/* The light of a clear sky from `start` on, which is most of the work: where the sun stands each minute.
 * Whoever plans again and again keeps it, as long as context, frame and now are the same. */
typedef struct CalPlanLight {
  CalInstant start; /* CAL_INSTANT_NONE: nothing is kept, and the next plan fills it */
  int32_t n;        /* minutes */
  CalInstant sunrise;
  CalInstant noon;
  CalInstant sunset;
  double noon_uvi;
  double noon_ratio;
  double uvi[CAL_PLAN_MINUTES];   /* in the middle of the minute */
  double ratio[CAL_PLAN_MINUTES]; /* R */
} CalPlanLight;

typedef struct CalPlanInput {
  const CalContext *context; /* as it holds now; borrowed */
  CalDayFrame frame;
  const CalDayResult *day; /* what was got that day; NULL: nothing yet. Borrowed */
  CalInstant now;          /* nothing is planned before it; CAL_INSTANT_NONE: the whole day */
  double sky_ratio;        /* cal_plan_sky_ratio(); NAN: none */
  CalPlanLight *light;     /* written and read; NULL: none is kept. Borrowed */
} CalPlanInput;

typedef struct CalPlan {
  CalDate date;
  CalPlanAdvice advice;
  uint32_t audience;
  uint32_t assumed; /* bit 1u << CalProfileKey */
  CalPlace place;
  CalPlaceOrigin origin;
  double target_iu;
  double got_iu;
  double gap_iu;       /* 0: nothing is missing */
  double med_fraction; /* of the day so far */
  bool lower_bound;    /* a sensor was at the end of its range: it is more than that */
  double sky_ratio;    /* NAN: a clear sky is assumed */
  CalInstant sunrise;  /* CAL_INSTANT_NONE where there is none */
  CalInstant noon;
  CalInstant sunset;
  double noon_uvi;
  double noon_vitd_uvi; /* R times the index at noon: under the least nothing is made on this day at all */
  double
      best_vitd_uvi; /* R times the index where it is greatest: under the least the sun makes nothing today */
  CalSpan makes;     /* while it is over the least; empty when it never is */
  uint32_t n_windows;
  CalPlanWindow window[CAL_PLAN_MAX_WINDOWS];
  /* The most that is to be had within half a MED when no window closes the gap; minutes 0: nothing is. */
  CalInstant most_at;
  double most_minutes;
  double most_iu;
} CalPlan;

/* What an ambient tag read last, against a clear sky there, bounded; NAN when it is too old, the sun too low,
 * or there is none. */
double cal_plan_sky_ratio(const CalContext *context, const CalDayFrame *frame, const CalDayNewest *ambient,
                          CalInstant now);

void cal_plan(const CalPlanInput *input, CalPlan *plan);

#ifdef __cplusplus
}
#endif

#endif
