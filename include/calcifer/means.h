/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Means of days, as the findings look at them: for too little over the known days alone, for too much over
 * all days of the calendar, of which what is not recorded is 0.
 *
 *   CalMeanDay day[14];
 *   cal_mean_day(&result, &day[13]);          of each day, in their order
 *   cal_means(day, 14, CAL_MEAN_MAGNESIUM, 7, false).known     mg a day of its known days
 */
#ifndef CALCIFER_MEANS_H
#define CALCIFER_MEANS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <calcifer/day.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum CalMeanOf {
  CAL_MEAN_VITAMIN_D,
  CAL_MEAN_CALCIUM,
  CAL_MEAN_MAGNESIUM,
  CAL_MEAN_K1,
  CAL_MEAN_K2, /* all of it; a day is known when each part is */
  CAL_MEAN_VITAMIN_C,
} CalMeanOf;

#define CAL_MEAN_COUNT 6

/* What means need of a day. */
typedef struct CalMeanDay {
  double total[CAL_MEAN_COUNT];   /* all sources, the sun at its best estimate */
  double counted[CAL_MEAN_COUNT]; /* of it what an upper limit counts: D without sun, Mg of supplements */
  uint32_t unknown;               /* bit 1u << CalMeanOf: something of unknown contents was eaten */
  bool known;
  bool closed;
} CalMeanDay;

void cal_mean_day(const CalDayResult *result, CalMeanDay *day);

typedef struct CalMeans {
  double known; /* of all sources over the known days; NAN: none is known */
  size_t known_days;
  double calendar; /* of what is counted over all days of the window */
} CalMeans;

/* `day`: in ascending order without a gap; days before the first count as nothing. While the last one goes on
 * (the day is neither over nor closed) the known days are those before it, if they are enough for a finding:
 * 5 of 7, 10 of 14. `n` of one more than the window sees them all. */
CalMeans cal_means(const CalMeanDay *day, size_t n, CalMeanOf of, size_t window, bool goes_on);

#ifdef __cplusplus
}
#endif

#endif
