/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/sunscreen.h>

#include <math.h>

/* The advice on bottles is to put it on again after two hours; that it goes straight down is a choice. */
#define LASTS_S 7200.0

/* NaN counts as none. */
static double
at_least_one(double spf)
{
  return spf > 1.0 ? spf : 1.0;
}

double
cal_sunscreen_transmission(double spf)
{
  return 1.0 / at_least_one(spf);
}

double
cal_sunscreen_spf_as_applied(double spf)
{
  /* People put on about a third of the tested amount, and what a film keeps off goes with its thickness to
   * the power: as widely quoted, not read in the original. */
  return cbrt(at_least_one(spf));
}

double
cal_sunscreen_spf_after(double spf, double seconds)
{
  if (!(seconds >= 0.0))
    return 1.0;
  return 1.0 + (at_least_one(spf) - 1.0) * fmax(0.0, 1.0 - seconds / LASTS_S);
}
