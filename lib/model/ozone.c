/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/ozone.h>

#include "curve.h"

#include <math.h>

#define LATITUDES          18 /* band centres, -85 to 85 */
#define LATITUDE_FIRST_DEG (-85.0)
#define LATITUDE_STEP_DEG  10.0
#define MONTHS             12
#define YEAR_DAYS          365.2425 /* the calendar's mean */

/*
 * McPeters et al. 2013 (SBUV merged ozone, version 8.6), means of 2004-2015 in Dobson units at mid-month,
 * from south to north. Polar night has no measurement: there each latitude runs straight from its last month
 * of light to its first
 * (-85: March to September; -75: April to August; -65: May to July; 65: December; 75: November to January;
 * 85: October to February), for the curves' sake, since nobody tans in it.
 */
static const double climatology_du[LATITUDES][MONTHS] = {
  { 280, 269, 258, 247, 235, 224, 212, 201, 189, 178, 195, 270 }, /* -85 */
  { 287, 279, 278, 262, 246, 231, 215, 199, 183, 199, 248, 288 }, /* -75 */
  { 300, 293, 289, 291, 290, 290, 289, 288, 253, 283, 301, 307 }, /* -65 */
  { 302, 290, 285, 289, 300, 312, 320, 329, 338, 346, 332, 314 }, /* -55 */
  { 284, 275, 271, 275, 288, 306, 321, 335, 343, 342, 324, 299 }, /* -45 */
  { 271, 267, 266, 266, 272, 287, 299, 310, 318, 318, 305, 285 }, /* -35 */
  { 262, 258, 257, 258, 259, 264, 269, 278, 289, 292, 287, 273 }, /* -25 */
  { 255, 253, 253, 251, 251, 252, 255, 260, 269, 271, 268, 261 }, /* -15 */
  { 249, 250, 254, 254, 253, 254, 258, 263, 267, 263, 258, 252 }, /* -5 */
  { 245, 247, 255, 259, 261, 263, 267, 270, 269, 261, 254, 248 }, /* 5 */
  { 246, 250, 262, 272, 277, 278, 277, 276, 273, 264, 256, 248 }, /* 15 */
  { 258, 266, 281, 294, 297, 292, 288, 283, 277, 268, 262, 257 }, /* 25 */
  { 299, 311, 321, 328, 325, 314, 302, 295, 287, 276, 276, 288 }, /* 35 */
  { 354, 371, 373, 368, 358, 342, 321, 309, 298, 290, 302, 329 }, /* 45 */
  { 379, 399, 405, 396, 379, 357, 335, 318, 305, 306, 321, 348 }, /* 55 */
  { 391, 408, 416, 414, 388, 354, 326, 311, 302, 307, 322, 356 }, /* 65 */
  { 389, 420, 418, 424, 392, 350, 317, 296, 289, 292, 324, 356 }, /* 75 */
  { 377, 401, 425, 425, 391, 348, 312, 288, 279, 304, 328, 353 }, /* 85 */
};

/* The middle of each month in days from the year's beginning, February with its share of leap days. */
static const double mid_month_day[MONTHS] = { 15.5,     45.12125, 74.7425,  105.2425, 135.7425, 166.2425,
                                              196.7425, 227.7425, 258.2425, 288.7425, 319.2425, 349.7425 };

/* Noon of the date in days from the year's beginning, in years of the mean length. */
static double
day_of_year(CalDate date)
{
  int year;
  cal_date_to_civil(date, &year, 0, 0);
  const CalDate begin = cal_date_from_civil(year, 1, 1);
  const double length = cal_date_from_civil(year, 12, 31) + 1 - begin;
  return (date - begin + 0.5) * YEAR_DAYS / length;
}

static double
row_on_day(const double *row, double day)
{
  int first = -2;
  while (first + 2 < MONTHS && day >= mid_month_day[first + 2])
    first++;
  double x[4], y[4];
  for (int i = 0; i < 4; i++) {
    const int month = first + i;
    const int years = month < 0 ? -1 : month >= MONTHS ? 1 : 0;
    x[i] = mid_month_day[month - years * MONTHS] + years * YEAR_DAYS;
    y[i] = row[month - years * MONTHS];
  }
  return cal_curve_between(x, y, day);
}

/* Beyond the outermost bands the same value goes on. */
static int
nearest_band(int band)
{
  return band < 0 ? 0 : band >= LATITUDES ? LATITUDES - 1 : band;
}

double
cal_ozone_climatology_du(double latitude_deg, CalDate date)
{
  const double day = day_of_year(date);
  const double position = (latitude_deg - LATITUDE_FIRST_DEG) / LATITUDE_STEP_DEG;
  const double inside = fmin(fmax(position, 0.0), LATITUDES - 1.0);
  const int band = inside >= LATITUDES - 1.0 ? LATITUDES - 2 : (int)inside;
  double x[4], y[4];
  for (int i = 0; i < 4; i++) {
    x[i] = band - 1 + i;
    y[i] = row_on_day(climatology_du[nearest_band(band - 1 + i)], day);
  }
  return cal_curve_between(x, y, inside);
}
