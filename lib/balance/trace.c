/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/trace.h>

#include <stddef.h>

#include <calcifer/synthesis.h>

/* A row is of one quarter of an hour: a day of light fits the table, and can be followed by hand. */
#define ROW_S 900

static bool
same(double a, double b)
{
  return !(a < b) && !(b < a);
}

static bool
goes_on(const CalTraceRow *row, const CalTraceRow *next)
{
  return row->by_hand == next->by_hand && cal_address_equal(&row->tag, &next->tag) &&
         row->span.start / ROW_S == next->span.start / ROW_S && same(row->area, next->area) &&
         same(row->ozone_du, next->ozone_du) && same(row->sdd_j_m2, next->sdd_j_m2) &&
         same(row->age_factor, next->age_factor) && same(row->plane, next->plane);
}

static double
mean(double a, double minutes_a, double b, double minutes_b)
{
  return (a * minutes_a + b * minutes_b) / (minutes_a + minutes_b);
}

/* What makes the row's products exact. */
static void
settle(CalTraceRow *row)
{
  const double believed = CAL_SYNTHESIS_J_M2_PER_UVI_MINUTE * row->minutes * row->believed_uvi * row->plane;
  const double whole = 1000 * row->vitd_j_m2 / row->sdd_j_m2 * row->area / 0.25 * row->age_factor;
  row->ratio = believed > 0 ? row->vitd_j_m2 / believed : 0;
  row->transmission = whole > 0 ? row->iu_linear / whole : 1;
}

/* A day of more rows than there is room for goes on in the last. */
void
cal_trace_add(CalTrace *trace, const CalTraceRow *stretch)
{
  CalTraceRow *row = trace->n_rows > 0 ? &trace->row[trace->n_rows - 1] : NULL;
  if (row == NULL || (!goes_on(row, stretch) && trace->n_rows < CAL_TRACE_MAX_ROWS)) {
    row = &trace->row[trace->n_rows++];
    *row = *stretch;
    settle(row);
    return;
  }
  row->span.end = stretch->span.end;
  row->uvi = mean(row->uvi, row->minutes, stretch->uvi, stretch->minutes);
  row->believed_uvi = mean(row->believed_uvi, row->minutes, stretch->believed_uvi, stretch->minutes);
  row->zenith_deg = mean(row->zenith_deg, row->minutes, stretch->zenith_deg, stretch->minutes);
  row->minutes += stretch->minutes;
  row->erythemal_j_m2 += stretch->erythemal_j_m2;
  row->vitd_j_m2 += stretch->vitd_j_m2;
  row->iu_linear += stretch->iu_linear;
  settle(row);
}
