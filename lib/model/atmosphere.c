/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two tables, one road through them. The logarithm of the value runs along ozone first (its logarithm, four
 * nodes, never turning between nodes), then along zenith as a spline in a measure of the slant path, in which
 * the logarithm of the value is nearly straight: ln of the relative airmass for R, its -1/2th power for the
 * UV index. Against zenith itself both would bend too sharply for nodes 10 degrees apart.
 */
#include <calcifer/atmosphere.h>

#include "curve.h"

#include <math.h>
#include <stddef.h>

#define RADIANS              (3.14159265358979323846 / 180.0)
#define ZENITH_NODES         CAL_ATMOSPHERE_NODES /* 0, 10 ... 80 degrees */
#define ZENITH_TABLE_END_DEG 80.0
#define ZENITH_HELD_DEG      85.0
#define RATIO_NODES          9
#define UVI_NODES            7

/* R is held from 85 degrees on, a choice, see doc/model.md. R at 85 degrees over R at 80: 0.52 of radiative
 * transfer over the table's 0.680, at 300 DU. Over ozone this quotient hardly moves, and light at 85 degrees
 * is a hundredth of noon's. */
#define RATIO_85_TO_80 (0.52 / 0.680)

/* Near the slopes with which the columns of the UV index table end (1.5 to 1.7): a choice. */
#define HORIZON_POWER 1.6

/* Of the same runs as the tables (TUV 5.0): clean air thinner by a km lets 5.5 % more through. */
#define ALTITUDE_GAIN_PER_M 5.5e-5

/* TUV 5.0 (Madronich 2010), 8 streams, cloudless, sea level, albedo 0.05, at 1 au: see the header. */
static const double ratio_ozone_du[RATIO_NODES] = { 200, 250, 275, 300, 325, 350, 400, 450, 500 };
static const double ratio_table[ZENITH_NODES][RATIO_NODES] = {
  { 1.985, 2.014, 2.012, 1.999, 1.981, 1.957, 1.891, 1.814, 1.728 },
  { 1.989, 2.013, 2.009, 1.997, 1.975, 1.949, 1.882, 1.801, 1.714 },
  { 1.996, 2.011, 2.002, 1.983, 1.958, 1.926, 1.850, 1.762, 1.668 },
  { 2.006, 2.003, 1.982, 1.955, 1.920, 1.879, 1.787, 1.687, 1.583 },
  { 2.006, 1.971, 1.936, 1.893, 1.844, 1.791, 1.677, 1.560, 1.445 },
  { 1.979, 1.892, 1.834, 1.770, 1.703, 1.635, 1.495, 1.361, 1.235 },
  { 1.877, 1.718, 1.630, 1.543, 1.456, 1.371, 1.212, 1.069, 0.942 },
  { 1.613, 1.376, 1.265, 1.161, 1.065, 0.976, 0.822, 0.694, 0.590 },
  { 1.117, 0.868, 0.767, 0.680, 0.604, 0.539, 0.432, 0.351, 0.289 },
};

static const double uvi_ozone_du[UVI_NODES] = { 200, 250, 300, 350, 400, 450, 500 };
static const double uvi_table[ZENITH_NODES][UVI_NODES] = {
  { 20.39, 15.50, 12.37, 10.22, 8.688, 7.541, 6.659 }, { 19.60, 14.90, 11.88, 9.829, 8.355, 7.255, 6.409 },
  { 17.33, 13.17, 10.51, 8.700, 7.403, 6.437, 5.694 }, { 14.04, 10.66, 8.521, 7.066, 6.026, 5.251, 4.657 },
  { 10.21, 7.756, 6.214, 5.171, 4.426, 3.874, 3.449 }, { 6.469, 4.934, 3.975, 3.328, 2.868, 2.527, 2.265 },
  { 3.423, 2.634, 2.144, 1.815, 1.581, 1.408, 1.276 }, { 1.379, 1.081, 0.897, 0.774, 0.686, 0.622, 0.572 },
  { 0.352, 0.286, 0.245, 0.218, 0.198, 0.184, 0.173 },
};

/* Of airmass_at() the zenith nodes, computed once (a test computes them again): its logarithm and its
 * -1/sqrt. */
static const double log_airmass[ZENITH_NODES] = { -4.17542433e-07, 0.0153083304, 0.0622015937,
                                                  0.143838931,     0.266507944,  0.441907875,
                                                  0.692942863,     1.07118893,   1.72963175 };
static const double root_airmass[ZENITH_NODES] = { -1.00000021,  -0.992375053, -0.969377858,
                                                   -0.930605838, -0.875242777, -0.80175361,
                                                   -0.707179022, -0.585321232, -0.421129085 };

/* Rozenberg 1966: relative optical airmass, 1 overhead and 40 at the horizon, even in the zenith angle. */
static double
airmass_at(double zenith_deg)
{
  const double height = cos(zenith_deg * RADIANS);
  return 1.0 / (height + 0.025 * exp(-11.0 * height));
}

/* d ln(airmass) / d zenith, per degree. */
static double
log_airmass_slope(double zenith_deg)
{
  const double height = cos(zenith_deg * RADIANS);
  const double bend = 1.0 - 0.275 * exp(-11.0 * height);
  return airmass_at(zenith_deg) * bend * sin(zenith_deg * RADIANS) * RADIANS;
}

/* NaN counts as low. */
static double
clamp(double value, double low, double high, bool *clamped)
{
  if (value >= low && value <= high)
    return value;
  if (clamped != NULL)
    *clamped = true;
  return value > high ? high : low;
}

/* The two ozone nodes around a column and their outer neighbours; at the table's edges the outer neighbour is
 * made up (index -1 or count). */
typedef struct OzoneStretch {
  int first;
  int count;
  double at;   /* ln ozone */
  double x[4]; /* ln ozone at the four */
} OzoneStretch;

static OzoneStretch
ozone_stretch(const double *nodes_du, int count, double ozone_du)
{
  OzoneStretch stretch = { .first = -1, .count = count, .at = log(ozone_du) };
  while (stretch.first + 3 < count && ozone_du > nodes_du[stretch.first + 2])
    stretch.first++;
  for (int i = 0; i < 4; i++) {
    const int node = stretch.first + i;
    if (node >= 0 && node < count)
      stretch.x[i] = log(nodes_du[node]);
  }
  if (stretch.first < 0)
    stretch.x[0] = 2.0 * stretch.x[1] - stretch.x[2];
  if (stretch.first + 3 == count)
    stretch.x[3] = 2.0 * stretch.x[2] - stretch.x[1];
  return stretch;
}

/* The parabola through three nodes, at x. */
static double
parabola_at(const double px[3], const double py[3], double x)
{
  const double near = (py[1] - py[0]) / (px[1] - px[0]);
  const double far = (py[2] - py[1]) / (px[2] - px[1]);
  return py[0] + (x - px[0]) * (near + (x - px[1]) * (far - near) / (px[2] - px[0]));
}

/* ln of the value at one zenith node and the given ozone. */
static double
along_ozone(const OzoneStretch *stretch, const double *row)
{
  double y[4];
  for (int i = 0; i < 4; i++) {
    const int node = stretch->first + i;
    if (node >= 0 && node < stretch->count)
      y[i] = log(row[node]);
  }
  if (stretch->first < 0)
    y[0] = parabola_at(stretch->x + 1, y + 1, stretch->x[0]);
  if (stretch->first + 3 == stretch->count)
    y[3] = parabola_at(stretch->x, y, stretch->x[3]);
  return cal_curve_between_monotone(stretch->x, y, stretch->at);
}

/* From 80 degrees, where it goes on with its own slope, to 85, where it is held. */
static double
log_ratio_near_horizon(const CalSpline *spline, double zenith_deg)
{
  const double width = ZENITH_HELD_DEG - ZENITH_TABLE_END_DEG;
  const double start = spline->y[ZENITH_NODES - 1];
  const double slope =
      cal_spline_slope_at(spline, spline->x[ZENITH_NODES - 1]) * log_airmass_slope(ZENITH_TABLE_END_DEG);
  const double t = fmin((zenith_deg - ZENITH_TABLE_END_DEG) / width, 1.0);
  const double s = 1.0 - t;
  return start + log(RATIO_85_TO_80) * t * t * (3.0 - 2.0 * t) + slope * width * t * s * s;
}

static double
clamp_zenith(double zenith_deg, bool *clamped)
{
  return clamp(zenith_deg, 0.0, CAL_ATMOSPHERE_ZENITH_MAX_DEG, clamped);
}

static double
clamp_ozone(double ozone_du, bool *clamped)
{
  return clamp(ozone_du, CAL_ATMOSPHERE_OZONE_MIN_DU, CAL_ATMOSPHERE_OZONE_MAX_DU, clamped);
}

/* -- Along zenith: made for a column of ozone, and asked at an angle -- */

static CalSpline
spline_of(const CalAtmosphereCurve *curve, const double *x)
{
  return (CalSpline){ ZENITH_NODES, x, curve->value, curve->bend };
}

/* `table` has a row to each node of zenith and a column to each of ozone; `x` is what the rows stand along.
 */
static CalAtmosphereCurve
curve_of(const double *table, const OzoneStretch *stretch, const double *x)
{
  CalAtmosphereCurve curve;
  for (int i = 0; i < ZENITH_NODES; i++)
    curve.value[i] = along_ozone(stretch, table + i * stretch->count);
  (void)cal_spline_through(ZENITH_NODES, x, curve.value, curve.bend);
  return curve;
}

static CalAtmosphereCurve
ratio_curve(double ozone_du)
{
  const OzoneStretch stretch = ozone_stretch(ratio_ozone_du, RATIO_NODES, ozone_du);
  return curve_of(ratio_table[0], &stretch, log_airmass);
}

static double
ratio_at(const CalAtmosphereCurve *curve, double zenith_deg)
{
  const CalSpline spline = spline_of(curve, log_airmass);
  if (zenith_deg > ZENITH_TABLE_END_DEG)
    return exp(log_ratio_near_horizon(&spline, zenith_deg));
  return exp(cal_spline_at(&spline, log(airmass_at(zenith_deg))));
}

/*
 * From 80 degrees as a power of the height above the horizon down to nothing at 90. The power is one for all
 * ozone, so that more ozone never lets more through; what the table's own slope differs from it fades out on
 * the way.
 */
static double
uvi_near_horizon(const CalSpline *spline, double zenith_deg)
{
  const double rest = CAL_ATMOSPHERE_ZENITH_MAX_DEG - ZENITH_TABLE_END_DEG;
  const double end = spline->x[ZENITH_NODES - 1];
  const double slope_per_deg =
      cal_spline_slope_at(spline, end) * -0.5 * end * log_airmass_slope(ZENITH_TABLE_END_DEG);
  const double way = (zenith_deg - ZENITH_TABLE_END_DEG) / rest;
  const double own = (slope_per_deg * rest + HORIZON_POWER) * way * (1.0 - 0.5 * way);
  return exp(spline->y[ZENITH_NODES - 1] + own) * pow(1.0 - way, HORIZON_POWER);
}

static CalAtmosphereCurve
clear_uvi_curve(double ozone_du)
{
  const OzoneStretch stretch = ozone_stretch(uvi_ozone_du, UVI_NODES, ozone_du);
  return curve_of(uvi_table[0], &stretch, root_airmass);
}

static double
clear_uvi_at(const CalAtmosphereCurve *curve, double zenith_deg)
{
  const CalSpline spline = spline_of(curve, root_airmass);
  if (zenith_deg > ZENITH_TABLE_END_DEG)
    return uvi_near_horizon(&spline, zenith_deg);
  return exp(cal_spline_at(&spline, -1.0 / sqrt(airmass_at(zenith_deg))));
}

/* -- What is asked for -- */

double
cal_atmosphere_ratio(double zenith_deg, double ozone_du, bool *clamped)
{
  const double zenith = clamp_zenith(zenith_deg, clamped);
  const CalAtmosphereCurve curve = ratio_curve(clamp_ozone(ozone_du, clamped));
  return ratio_at(&curve, zenith);
}

double
cal_atmosphere_clear_uvi(double zenith_deg, double ozone_du, bool *clamped)
{
  const double zenith = clamp_zenith(zenith_deg, clamped);
  const CalAtmosphereCurve curve = clear_uvi_curve(clamp_ozone(ozone_du, clamped));
  return clear_uvi_at(&curve, zenith);
}

CalAtmosphere
cal_atmosphere_of(double ozone_du)
{
  const double inside_du = clamp_ozone(ozone_du, NULL);
  return (CalAtmosphere){ ozone_du, ratio_curve(inside_du), clear_uvi_curve(inside_du) };
}

double
cal_atmosphere_ratio_of(const CalAtmosphere *atmosphere, double zenith_deg)
{
  return ratio_at(&atmosphere->ratio, clamp_zenith(zenith_deg, NULL));
}

double
cal_atmosphere_clear_uvi_of(const CalAtmosphere *atmosphere, double zenith_deg)
{
  return clear_uvi_at(&atmosphere->clear_uvi, clamp_zenith(zenith_deg, NULL));
}

double
cal_atmosphere_altitude_factor(double altitude_m)
{
  return fmax(1.0 + ALTITUDE_GAIN_PER_M * altitude_m, 0.0);
}
