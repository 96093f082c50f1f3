/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "curve.h"

#include <math.h>

/*
 * One row of the equations for the second derivatives M at the inner nodes:
 * h[i-1] M[i-1] + 2 (h[i-1] + h[i]) M[i] + h[i] M[i+1] = 6 (d[i] - d[i-1]).
 */
typedef struct Row {
  double below;
  double on;
  double above;
  double right;
} Row;

static double
secant(const double *x, const double *y, int i)
{
  return (y[i + 1] - y[i]) / (x[i + 1] - x[i]);
}

static Row
inner_row(const double *x, const double *y, int i)
{
  const double before = x[i] - x[i - 1];
  const double after = x[i + 1] - x[i];
  return (Row){ .below = before,
                .on = 2.0 * (before + after),
                .above = after,
                .right = 6.0 * (secant(x, y, i) - secant(x, y, i - 1)) };
}

CalSpline
cal_spline_through(int count, const double *x, const double *y, double *bend)
{
  Row rows[CAL_CURVE_NODES_MAX];
  const int last = count - 2;
  for (int i = 1; i <= last; i++)
    rows[i] = inner_row(x, y, i);

  /* Not a knot: the third derivative does not jump at the outermost inner nodes, so that M at each end is the
   * line through its two neighbours. */
  const double low = rows[1].below / rows[1].above;
  rows[1].on += rows[1].below * (1.0 + low);
  rows[1].above -= rows[1].below * low;
  const double high = rows[last].above / rows[last].below;
  rows[last].on += rows[last].above * (1.0 + high);
  rows[last].below -= rows[last].above * high;

  for (int i = 2; i <= last; i++) {
    const double factor = rows[i].below / rows[i - 1].on;
    rows[i].on -= factor * rows[i - 1].above;
    rows[i].right -= factor * rows[i - 1].right;
  }
  bend[last] = rows[last].right / rows[last].on;
  for (int i = last - 1; i >= 1; i--)
    bend[i] = (rows[i].right - rows[i].above * bend[i + 1]) / rows[i].on;
  bend[0] = bend[1] + low * (bend[1] - bend[2]);
  bend[last + 1] = bend[last] + high * (bend[last] - bend[last - 1]);
  return (CalSpline){ count, x, y, bend };
}

static int
stretch_of(const CalSpline *spline, double x)
{
  int i = 0;
  while (i < spline->count - 2 && x >= spline->x[i + 1])
    i++;
  return i;
}

double
cal_spline_at(const CalSpline *spline, double x)
{
  const int i = stretch_of(spline, x);
  const double width = spline->x[i + 1] - spline->x[i];
  const double a = (spline->x[i + 1] - x) / width;
  const double b = 1.0 - a;
  const double bent = (a * a * a - a) * spline->bend[i] + (b * b * b - b) * spline->bend[i + 1];
  return a * spline->y[i] + b * spline->y[i + 1] + bent * width * width / 6.0;
}

double
cal_spline_slope_at(const CalSpline *spline, double x)
{
  const int i = stretch_of(spline, x);
  const double width = spline->x[i + 1] - spline->x[i];
  const double a = (spline->x[i + 1] - x) / width;
  const double b = 1.0 - a;
  const double bent = (3.0 * b * b - 1.0) * spline->bend[i + 1] - (3.0 * a * a - 1.0) * spline->bend[i];
  return secant(spline->x, spline->y, i) + bent * width / 6.0;
}

/* Hermite's cubic from y0 with slope m0 to y1 with slope m1, t from 0 to 1. */
static double
hermite(double y0, double m0, double y1, double m1, double width, double t)
{
  const double s = 1.0 - t;
  return s * s * ((1.0 + 2.0 * t) * y0 + t * width * m0) + t * t * ((1.0 + 2.0 * s) * y1 - s * width * m1);
}

static double
bessel_slope(const double x[3], const double y[3])
{
  const double before = x[1] - x[0];
  const double after = x[2] - x[1];
  return (after * secant(x, y, 0) + before * secant(x, y, 1)) / (before + after);
}

static double
monotone_slope(const double x[3], const double y[3])
{
  const double before = secant(x, y, 0);
  const double after = secant(x, y, 1);
  if (before * after <= 0.0)
    return 0.0;
  const double bound = 3.0 * fmin(fabs(before), fabs(after));
  const double slope = bessel_slope(x, y);
  return fabs(slope) <= bound ? slope : copysign(bound, slope);
}

double
cal_curve_between(const double x[4], const double y[4], double at)
{
  const double width = x[2] - x[1];
  return hermite(y[1], bessel_slope(x, y), y[2], bessel_slope(x + 1, y + 1), width, (at - x[1]) / width);
}

double
cal_curve_between_monotone(const double x[4], const double y[4], double at)
{
  const double width = x[2] - x[1];
  return hermite(y[1], monotone_slope(x, y), y[2], monotone_slope(x + 1, y + 1), width, (at - x[1]) / width);
}
