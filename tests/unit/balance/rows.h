/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of days as the findings read them, without a fold: a person who has enough of everything. */
#ifndef CALCIFER_TESTS_ROWS_H
#define CALCIFER_TESTS_ROWS_H

#include <stddef.h>

#include <calcifer/context.h>
#include <calcifer/day.h>

#define ROWS_N     15
#define ROWS_TODAY 20615 /* 2026-06-11 */
#define ROWS_NOW   (ROWS_TODAY * INT64_C(86400) + 12 * 3600)

/* Days that are known and closed, with 800 IU of D, 800 mg of calcium, 400 mg of magnesium, 90 ug of K1 and
 * 10 ug of MK-7 from food; the last one is of `today`. */
void rows_fill(CalDayResult *row, size_t n, CalDate today);

/* The same amount on every row. */
void rows_set_food(CalDayResult *row, size_t n, CalNutrient nutrient, double amount);
void rows_set_supplement(CalDayResult *row, size_t n, CalNutrient nutrient, double amount);

/* A setting that must be right; `text` is "KEY VALUE". */
void rows_profile(CalContext *context, const char *text);

#endif
