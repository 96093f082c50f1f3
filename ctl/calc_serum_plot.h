/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A row of days of 25(OH)D for the eye and for the ear. It names no level: it is a number, a range and a
 * date.
 */
#ifndef CALCIFERCTL_CALC_SERUM_PLOT_H
#define CALCIFERCTL_CALC_SERUM_PLOT_H

#include "screen.h"

#include <calcifer/instant.h>
#include <calcifer/serum.h>

typedef struct SerumDay {
  CalDate date;
  CalSerumEstimate estimate;
  double lab_nmol_l; /* NAN without one */
} SerumDay;

/* Prints the plot of `days` (SerumDay, without gaps); when the screen is plain, one line to a date instead.
 */
void ctl_serum_plot(const CtlScreen *screen, const GArray *days);

#endif
