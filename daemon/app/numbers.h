/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A dictionary of numbers, a{sd}, as the bus has it. A day is told in two dozen of them, so they are written
 * in GVariant's own form at once, instead of as four objects to a number:
 *
 *   CalNumbers numbers = { 0 };
 *   cal_numbers_put(&numbers, "iu", 120);
 *   GVariant *variant = cal_numbers_end(&numbers);
 */
#ifndef CALCIFERD_APP_NUMBERS_H
#define CALCIFERD_APP_NUMBERS_H

#include <glib.h>

#define CAL_NUMBERS_MAX      16
#define CAL_NUMBERS_NAME_MAX 31

/* Begins with zeros. */
typedef struct CalNumbers {
  guint8 bytes[CAL_NUMBERS_MAX *
               48]; /* a name, its NUL, to the next eight, the number, one, to the next eight */
  gsize size;
  guint16 end[CAL_NUMBERS_MAX]; /* of each entry */
  guint n;
} CalNumbers;

/* At most CAL_NUMBERS_MAX, with names of at most CAL_NUMBERS_NAME_MAX bytes; NAN is not known, and left out.
 */
void cal_numbers_put(CalNumbers *numbers, const char *name, double value);

/* Floating. */
GVariant *cal_numbers_end(const CalNumbers *numbers);

#endif
