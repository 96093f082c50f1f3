/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Smooth curves through the nodes of a table. */
#ifndef CAL_MODEL_CURVE_H
#define CAL_MODEL_CURVE_H

#define CAL_CURVE_NODES_MAX 16

/*
 * The cubic spline with not-a-knot ends (de Boor, A Practical Guide to Splines, chapter IV) through (x, y):
 * two continuous derivatives, exact for a cubic. 4 to CAL_CURVE_NODES_MAX nodes, x ascending. Points at the
 * caller's arrays, which must outlive it: it costs nothing to say one of what is kept.
 */
typedef struct CalSpline {
  int count;
  const double *x;
  const double *y;
  const double *bend; /* second derivatives */
} CalSpline;

/* Writes as many bends as there are nodes. */
CalSpline cal_spline_through(int count, const double *x, const double *y, double *bend);

/* Beyond the ends the outermost cubics go on. */
double cal_spline_at(const CalSpline *spline, double x);
double cal_spline_slope_at(const CalSpline *spline, double x);

/*
 * Between the middle two of four nodes, the cubic whose slope at each of these is that of the parabola
 * through it and its neighbours (Bessel's). Continuous with its slope from stretch to stretch.
 */
double cal_curve_between(const double x[4], const double y[4], double at);

/* The same, with slopes held within Fritsch & Carlson's (1980) bounds: it rises where the nodes rise, falls
 * where they fall, and turns only at a node. */
double cal_curve_between_monotone(const double x[4], const double y[4], double at);

#endif
