/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The means of a week and a fortnight that end with a day, a{sv} as GetDay has it. */
#ifndef CALCIFERCTL_MEANS_H
#define CALCIFERCTL_MEANS_H

#include "json.h"
#include "screen.h"

#include <glib.h>

/* Nothing where nothing is recorded. */
void ctl_means_print(const CtlScreen *screen, GVariant *day);

/* The member `means` of an object. */
void ctl_means_add(JsonBuilder *builder, GVariant *day);

#endif
