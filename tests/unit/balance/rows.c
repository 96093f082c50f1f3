/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rows.h"

#include <stdlib.h>
#include <string.h>

void
rows_fill(CalDayResult *row, size_t n, CalDate today)
{
  memset(row, 0, n * sizeof *row);
  for (size_t i = 0; i < n; i++) {
    row[i].model = CAL_DAY_MODEL;
    row[i].date = today - (CalDate)(n - 1 - i);
    row[i].newest.end = row[i].look_again = CAL_INSTANT_NONE;
    row[i].known = row[i].closed = true;
    row[i].k2_food = true;
  }
  rows_set_food(row, n, CAL_NUTRIENT_VITAMIN_D, 800);
  rows_set_food(row, n, CAL_NUTRIENT_CALCIUM, 800);
  rows_set_food(row, n, CAL_NUTRIENT_MAGNESIUM, 400);
  rows_set_food(row, n, CAL_NUTRIENT_K1, 90);
  rows_set_food(row, n, CAL_NUTRIENT_MK7, 10);
}

void
rows_set_food(CalDayResult *row, size_t n, CalNutrient nutrient, double amount)
{
  for (size_t i = 0; i < n; i++)
    row[i].food.amount[nutrient] = amount;
}

void
rows_set_supplement(CalDayResult *row, size_t n, CalNutrient nutrient, double amount)
{
  for (size_t i = 0; i < n; i++)
    row[i].supplement.amount[nutrient] = amount;
}

void
rows_profile(CalContext *context, const char *text)
{
  char key[64];
  const char *const value = strchr(text, ' ');
  if (value == NULL || (size_t)(value - text) >= sizeof key)
    abort();
  memcpy(key, text, (size_t)(value - text));
  key[value - text] = '\0';
  if (!cal_profile_set(&context->profile, key, value + 1, CAL_WAY_HAND, ROWS_NOW, ROWS_NOW, NULL))
    abort();
}
