/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Findings: what the row of days, the profile, the tags and the radio give reason to say, now. A pure
 * function; the codes are those of code.h.
 *
 *   CalFinding finding[CAL_FINDING_MAX];
 *   size_t n = cal_findings(rows, n_rows, &context, &input, finding);
 *
 * Too much: the recorded sum over all calendar days of the window, since what is recorded is a lower bound.
 * Too little, ratios: the mean over the days that are known, at least 10 of 14 or 5 of 7; a day with
 * something eaten of which a nutrient is unknown is no known day of that nutrient. A day that is not over
 * says little about too little: it is left out while the days before it suffice and "that was all" was not
 * said.
 *
 * A finding that stood stands until its value has moved back by 10 % of its threshold, and one known day less
 * does not end it.
 */
#ifndef CALCIFER_FINDING_H
#define CALCIFER_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <calcifer/audience.h>
#include <calcifer/code.h>
#include <calcifer/context.h>
#include <calcifer/day.h>
#include <calcifer/frame.h>
#include <calcifer/plan.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CAL_FINDING_MAX          40
#define CAL_FINDING_SUBJECT_SIZE 80
#define CAL_FINDING_ABOUT_SIZE   64

/* The most days that any window needs: an interval product's longest, and never less than a fortnight and
 * today. */
#define CAL_FINDING_MAX_ROWS CAL_PRODUCT_MAX_EVERY

typedef enum CalFindingFlag {
  CAL_FINDING_NO_BUBBLE = 1 << 0, /* waits in the list of alerts */
  CAL_FINDING_BOUND = 1 << 1,     /* the value is a lower bound */
  CAL_FINDING_INTERVAL = 1 << 2,  /* the mean is over a product's interval */
  CAL_FINDING_BURST = 1 << 3,     /* ca-supplement-high: at once, not over the week */
  CAL_FINDING_CHANGED = 1 << 4,   /* k-steady: a supplement begun or stopped */
  CAL_FINDING_NATTO = 1 << 5,     /* k-steady: natto */
  CAL_FINDING_PAST = 1 << 6,      /* sun: later today, nothing to be done any more */
  CAL_FINDING_K2 = 1 << 7,        /* k-steady: it is K2 that moved, else K1 */
  CAL_FINDING_AMBIENT = 1 << 8,   /* sun: some by hand, with the index that an ambient tag read;
                                   sun-window: the forecast is scaled by what it reads */
  CAL_FINDING_CLEAR = 1 << 9,     /* sun: some by hand, under a clear sky that nobody said */
  CAL_FINDING_ALONE = 1 << 10,    /* tag-clock: it is left alone, since the host's own is not believable */
} CalFindingFlag;

typedef struct CalFinding {
  CalCode code;
  CalSeverity severity;
  uint32_t flags;    /* of CalFindingFlag */
  uint32_t audience; /* of CalAudience: how to speak of it */
  CalMeasure measure;
  double value;     /* what was found */
  double reference; /* what it is held against */
  double other;     /* ca-mg-ratio: mg of magnesium; d-without-magnesium: IU; k-steady: the share;
                     tag-place, tag-stuck: the index that the tag read; sun-window: IU that are missing;
                     tag-clock: records without a date; else NAN */
  int32_t days;     /* of the window; 0: none */
  int32_t known_days;
  int32_t minute;  /* local time that the sentence names; -1 */
  CalInstant when; /* what it is about: a due time, a dose in doubt; CAL_INSTANT_NONE */
  /* What tells two causes of one code apart: a dose, a tag's address, a date. Empty: there is only one. */
  char subject[CAL_FINDING_SUBJECT_SIZE];
  char about[CAL_FINDING_ABOUT_SIZE]; /* the name to be shown: of a product, of a tag */
} CalFinding;

typedef enum CalTagBond {
  CAL_TAG_BOND_UNKNOWN, /* out of reach, the radio off, or a tag that needs none */
  CAL_TAG_BOND_HOLDS,
  CAL_TAG_BOND_LOST, /* one of the two has forgotten it */
} CalTagBond;

/* An adopted tag, as the link knows it. */
typedef struct CalTagState {
  CalAddress address;
  char name[CAL_FINDING_ABOUT_SIZE]; /* empty: none */
  int battery_percent;               /* -1: unknown */
  CalInstant last_seen;              /* CAL_INSTANT_NONE: not since the daemon started */
  uint64_t lost;                     /* records that will never come */
  bool asks_counter;                 /* its counter began anew, see press.h */
  CalTagBond bond;
  uint64_t undated;       /* records that neither a clock nor the owner dated */
  bool clock_left_alone;  /* since the host's own is not believable */
  CalInstant bond_since;  /* when lost: since when */
  CalInstant clock_since; /* when there are undated records, or its clock is left alone: since when */
} CalTagState;

/* Whether the owner has something to do about its clock. */
static inline bool
cal_tag_state_is_troubled(const CalTagState *tag)
{
  return tag->undated > 0 || tag->clock_left_alone;
}

/* Sets both instants of a state that was just told: as they were of the same tag before (NULL: there was
 * none), or now. */
void cal_tag_state_since(CalTagState *tag, const CalTagState *before, CalInstant now);

typedef enum CalRadioState { CAL_RADIO_STATE_ON, CAL_RADIO_STATE_OFF } CalRadioState;

typedef struct CalFindingInput {
  CalInstant now;
  CalInstant started; /* when the daemon began to listen */
  int32_t utc_offset_s;
  const CalTagState *tag; /* adopted ones, borrowed */
  size_t n_tags;
  CalRadioState radio;
  CalInstant radio_since;
  bool ledger_trouble;
  const CalFinding *standing; /* what stood before, borrowed */
  size_t n_standing;
  const CalPlan *plan; /* of today from now on, or from less than an hour ago; NULL: none. Borrowed */
} CalFindingInput;

/* `row`: day results in ascending order of date without a gap, the last one today's. Returns how many
 * findings were written, the gravest first. */
size_t cal_findings(const CalDayResult *row, size_t n_rows, const CalContext *context,
                    const CalFindingInput *input, CalFinding finding[CAL_FINDING_MAX]);

/* How many rows cal_findings() makes use of with these products: 15 to CAL_FINDING_MAX_ROWS. */
size_t cal_finding_rows(const CalContext *context);

/* Whether a plan of this day could make cal_findings() say more: else none need be made. */
bool cal_finding_wants_plan(const CalContext *context, CalDate today);

/* The threshold of a code for this person on a day, in the measure of its facts: one's own, or the default
 * (which may be a reference intake of age and sex), halved for whom it is halved. NAN: it has none. */
double cal_finding_threshold(const CalContext *context, CalDate today, CalCode code);

/* The next instant at which time alone may change what cal_findings() says; CAL_INSTANT_NONE: none. */
CalInstant cal_finding_next(const CalDayResult *row, size_t n_rows, const CalContext *context,
                            const CalFindingInput *input);

#ifdef __cplusplus
}
#endif

#endif
