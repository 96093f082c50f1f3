/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Doses: one pill, one count.
 *
 * A scheduled product is due at times of the day. Each due dose has a window from 3 h before to 3 h after;
 * windows of the same product that would overlap meet in the middle. Whatever is taken inside is compared at
 * its own time, not at the time at which it was told:
 *
 *              button / "Taken" / by hand               the same way again
 *     due ────────────────────────────────▶ filled ──────────────────────────▶ a second dose: counts
 *                                             │ another way
 *                                             ▼
 *                                          in doubt: kept, counts nothing, asks
 *                                             │            │
 *                                  "same" ◀───┘            └───▶ "second"
 *                             counts nothing                  counts
 *
 * Outside of windows the same holds for the same product by another way within 10 minutes of one that
 * counted, also where the later one lies in a window that the earlier one just missed.
 */
#ifndef CALCIFER_DOSE_H
#define CALCIFER_DOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <calcifer/entry.h>
#include <calcifer/frame.h>
#include <calcifer/instant.h>
#include <calcifer/nutrient.h>
#include <calcifer/product.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How far from its due time a dose is still that dose, and how near to each other two ways of telling are of
 * one: choices. */
#define CAL_DOSE_WINDOW_S (3 * 3600)
#define CAL_DOSE_TWIN_S   600

#define CAL_DOSE_MAX_DUE     48  /* of one day */
#define CAL_DOSE_MAX_WINDOWS 144 /* of three */
#define CAL_DOSE_MAX_DOUBTS  8

typedef struct CalDueDose {
  char product[CAL_PRODUCT_NAME_SIZE];
  CalInstant due;
  int32_t minute;    /* of the local day */
  CalWay way;        /* by which it was filled */
  CalInstant filled; /* CAL_INSTANT_NONE: not recorded */
} CalDueDose;

/* A dose that may have been recorded before, by another way. */
typedef struct CalDoubt {
  char id[CAL_ENTRY_ID_SIZE]; /* of the dose that counts nothing */
  char product[CAL_PRODUCT_NAME_SIZE];
  CalInstant at;
  CalInstant first_at; /* of the one that counts */
  CalWay way;
  CalWay first_way;
  int32_t minute; /* local, of `at` */
} CalDoubt;

typedef enum CalIntakeVerdict {
  CAL_INTAKE_COUNTS,
  CAL_INTAKE_DOUBT, /* counts nothing until somebody answers */
  CAL_INTAKE_SAME,  /* answered: the same pill */
} CalIntakeVerdict;

/* Something taken. */
typedef struct CalIntake {
  char id[CAL_ENTRY_ID_SIZE];
  char product[CAL_PRODUCT_NAME_SIZE];
  CalInstant at;
  CalWay way;
  double servings;
  CalNutrients serving; /* as the product was when it was taken */
  bool has_interval;
  CalIntakeVerdict verdict;
  int32_t twin; /* index of the intake it was compared with; -1 */
} CalIntake;

/* The part of time in which an intake fills the dose due[i], among n_due sorted by time. */
CalSpan cal_dose_window(const CalDueDose *due, size_t n_due, size_t i);

/* Gives every intake its verdict and fills the due doses. Intakes in the order of events, due doses sorted by
 * instant and unfilled. answer(data, id) tells 0: none, 1: same, 2: second. */
typedef int (*CalDoseAnswer)(const void *data, const char *id);
void cal_dose_settle(CalIntake *intake, size_t n_intakes, CalDueDose *due, size_t n_due, CalDoseAnswer answer,
                     const void *data);

/* Appends the doses of a product that are due on a day at or after `since`; returns the new count, which
 * stays within max. */
size_t cal_dose_schedule(const CalProduct *product, const CalDayFrame *frame, CalInstant since,
                         CalDueDose *due, size_t n_due, size_t max);

/* Sorts by instant, then by product. */
void cal_dose_sort(CalDueDose *due, size_t n_due);

#ifdef __cplusplus
}
#endif

#endif
