/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `explain today`: each step from light to vitamin D. */
#ifndef CALCIFERCTL_EXPLAIN_DAY_H
#define CALCIFERCTL_EXPLAIN_DAY_H

#include <glib.h>

/* Explains a date, "" being today. Returns the exit status. */
int ctl_explain_day(const char *date, gboolean json, gboolean plain);

#endif
