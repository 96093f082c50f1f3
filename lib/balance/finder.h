/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the functions that look for findings share. */
#ifndef CALCIFER_LIB_FINDER_H
#define CALCIFER_LIB_FINDER_H

#include <calcifer/finding.h>
#include <calcifer/reference.h>

typedef struct Finder {
  const CalDayResult *row;
  size_t n_rows; /* at least 1 */
  const CalContext *context;
  const CalFindingInput *input;
  CalReference reference;
  uint32_t audience;
  uint32_t private_bits;
  CalFinding *found;
  size_t n_found;
} Finder;

/* Whether a code is said to this person at all. */
bool cal_finder_may(const Finder *finder, CalCode code);

/* The threshold: the profile's, or the default given, halved for whom it is halved. */
double cal_finder_threshold(const Finder *finder, CalCode code, double fallback);

/* The default that it takes: of the code, or of this person's reference intakes. */
double cal_finder_default(const Finder *finder, CalCode code);

/* Whether this finding stood before. */
bool cal_finder_stood(const Finder *finder, CalCode code, const char *subject);

/* Whether a value is above (or at) the threshold, 10 % below it if this already stood. */
bool cal_finder_above(const Finder *finder, CalCode code, const char *subject, double value,
                      double threshold);
/* The same for a value that is too small. */
bool cal_finder_below(const Finder *finder, CalCode code, const char *subject, double value,
                      double threshold);

/* Adds a finding with the code's ordinary tone; the pointer is valid until the next. Never NULL: the last one
 * is overwritten when there are too many. */
CalFinding *cal_finder_add(Finder *finder, CalCode code, const char *subject, double value, double reference);

void cal_find_balance(Finder *finder);
void cal_find_sun(Finder *finder);
void cal_find_doses(Finder *finder);
void cal_find_window(Finder *finder);  /* when the sun closes the gap */
void cal_find_machine(Finder *finder); /* the radio, the disk */
void cal_find_tags(Finder *finder);

/* From when on a tag that is there would have been heard. */
CalInstant cal_finder_could_hear_since(const CalFindingInput *input, const CalTagState *tag);

/* When a window begins or ends to be spoken of next; CAL_INSTANT_NONE: never. */
CalInstant cal_finder_next_window(const Finder *finder);

/* The seconds after its due time at which a dose is missed, and those at which nobody speaks of it any more:
 * a choice, since it may still be recorded as taken late for as long (dose.c). */
int64_t cal_finder_missed_after_s(const Finder *finder);
#define CAL_FINDER_MISSED_UNTIL_S (12 * 3600)

/* A worn sample is new enough to act upon: a choice. */
#define CAL_FINDER_FRESH_S (30 * 60)

/* Bluetooth may be off for a moment: a choice. */
#define CAL_FINDER_RADIO_S 60

/* A bond seems lost for a moment while a tag is adopted anew; and a tag's clock is set, and its records
 * dated, some time after it came near. Both are ours. */
#define CAL_FINDER_BOND_S  60
#define CAL_FINDER_CLOCK_S 3600

#endif
