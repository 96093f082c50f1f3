/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `calciferctl calc`: the pure core's arithmetic, one JSON value a call, no daemon needed. */
#ifndef CALCIFERCTL_CALC_H
#define CALCIFERCTL_CALC_H

#include "verb.h"

int ctl_calc(int argc, char **argv);

/* The verbs below calc, a table that ends with a row without a name. */
const CtlVerb *ctl_calc_verbs(void);

/* The verbs below calc that have a file of their own; argv[0] is the verb's name. */
int ctl_calc_sun(int argc, char **argv);
int ctl_calc_ratio(int argc, char **argv);
int ctl_calc_uvi(int argc, char **argv);
int ctl_calc_ozone(int argc, char **argv);
int ctl_calc_synthesis(int argc, char **argv);
int ctl_calc_burn(int argc, char **argv);
int ctl_calc_serum(int argc, char **argv);
int ctl_calc_bthome(int argc, char **argv);
int ctl_calc_record(int argc, char **argv);

#endif
