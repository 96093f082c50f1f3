/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The foods of the installed table as people call them. tests/lint/translations.py sees that none is left
 * out. */
#ifndef CALCIFERCTL_FOOD_LABELS_H
#define CALCIFERCTL_FOOD_LABELS_H

#include <glib.h>

/* A label from the bus, which is English, as this person reads it; one's own foods stay what they are. */
const char *ctl_food_label(const char *label);

#endif
