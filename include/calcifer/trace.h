/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The trace of a day: each step from what was read to vitamin D, as the fold took it, so that a person can
 * follow it with a pencil. Nodes of the integral are gathered into rows of a quarter of an hour at most; a
 * row's index, ratio and transmission are the means that make its products exact:
 *
 *   erythemal = 1.5 * minutes * uvi
 *   vitd      = 1.5 * minutes * believed_uvi * ratio * plane
 *   iu        = 1000 * vitd / sdd * area / 0.25 * age_factor * transmission
 *
 * and the sums of all rows are the day's.
 *
 *   CalTrace trace = { .n_rows = 0 };
 *   cal_day_begin(&day, &frames, &context);
 *   day.trace = &trace;
 */
#ifndef CALCIFER_TRACE_H
#define CALCIFER_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include <calcifer/address.h>
#include <calcifer/instant.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CAL_TRACE_MAX_ROWS 200

typedef struct CalTraceRow {
  CalSpan span;   /* from its first to its last stretch; there may be gaps in it */
  bool by_hand;   /* else by the tag */
  CalAddress tag; /* zero by hand */
  double minutes;
  double uvi;          /* as read, said or reckoned */
  double believed_uvi; /* what of it may make vitamin D */
  double zenith_deg;
  double ozone_du;
  double ratio; /* R */
  double plane; /* 0.45 by hand, 1 of a tag */
  double area;
  double transmission; /* of sunscreen, for vitamin D */
  double sdd_j_m2;
  double age_factor;
  double erythemal_j_m2;
  double vitd_j_m2;
  double iu_linear;
} CalTraceRow;

typedef struct CalTrace {
  uint32_t n_rows;
  CalTraceRow row[CAL_TRACE_MAX_ROWS];
} CalTrace;

/* Adds a stretch: its row, with everything but `ratio` and `transmission`, which follow from the rest. */
void cal_trace_add(CalTrace *trace, const CalTraceRow *stretch);

#ifdef __cplusplus
}
#endif

#endif
