/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A year in the life of somebody who has Calcifer: meals, supplements, an outdoor life with the seasons, a
 * holiday in the south, a week of illness. Made by a generator with a seed, and lived hour by hour through
 * the fold, the findings and the alerts, whose bubbles the person heeds.
 *
 *   year_live(&person, seed, &told);
 *   told.bubbles[41]   how many were shown on the 11th of February
 */
#ifndef CALCIFER_TESTS_YEAR_H
#define CALCIFER_TESTS_YEAR_H

#include <stdbool.h>
#include <stdint.h>

#include <calcifer/finding.h>

#define YEAR_DAYS 365

typedef struct YearPerson {
  const char *name;
  const char *settings; /* "KEY VALUE; KEY VALUE" */
  const char *winter;   /* what is taken from October to April, as a product has it */
  int minute;           /* at which it is due */
  int appetite_percent; /* of the table's portions */
  int enters_percent;   /* of the meals are entered */
  bool is_steady;       /* the same vegetable every day, and no spinach */
} YearPerson;

typedef struct YearTold {
  int bubbles[YEAR_DAYS];
  int by_code[CAL_CODE_COUNT];
  int repeated; /* bubbles for the same cause within its quiet time, none of them graver */
  int flapped;  /* findings of days that ended and held again without a whole day between */
  int days_with_entries;
  double sun_iu; /* of the whole year */
} YearTold;

void year_live(const YearPerson *person, uint64_t seed, YearTold *told);

#endif
