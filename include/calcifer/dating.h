/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * When a tag's records happened. A tag whose clock is unset counts seconds since its start; the record that
 * it stores when its clock is set says what those seconds were.
 *
 *   const CalDatingRecord records[] = {
 *     { .sequence = 1, .boot = 1, .time = 100 },
 *     { .sequence = 2, .boot = 1, .time = 1759171200, .clock_set = true, .is_clock = true, .uptime_s = 400 },
 *   };
 *   CalInstant instants[2];
 *   cal_dating_date(records, 2, instants)
 *   instants[0]     1759171200 - (400 - 100) = 1759170900
 *
 * The rules, in which a *clock* is a clock record with FLAG_CLOCK_SET (one without it sets nothing):
 *
 *   - An undated record takes the first clock behind it, if all records known between the two have the same
 *     boot number as both; otherwise it stays undated. A gap in the sequence ends nothing by itself.
 *   - A dated record is shifted by the next clock, whatever the boot numbers, when that clock was set more
 *     than 60 s away from what it showed before: by that difference.
 *   - A clock has its own time, which nothing shifts.
 *   - What no clock dates takes the word of the tag's owner about its run, an entry of kind "date", see
 *     CalDatingOwner below: a word holds for a range of sequences and a boot number, and so depends on no
 *     record at all.
 *
 *      sequence   1  2  3  C  5  6  7  C'  9          1-3 depend on themselves and C, and on nothing else;
 *                 └──┴──┴──┘  └──┴──┴──┘  └─ ...      5-7 on themselves and C'; from 9 on, on what comes.
 *
 * So nothing depends on an earlier record, and nothing behind the next clock matters. **When a record arrives
 * with sequence s, only the records above p and up to s can change their instants**, p being the highest
 * clock below s (0 if there is none). To date them anew, pass the records above p, up to and including the
 * first clock at or above s, or up to the log's end. That also holds for a record that is taken away.
 */
#ifndef CALCIFER_DATING_H
#define CALCIFER_DATING_H

#include <calcifer/event.h>
#include <calcifer/instant.h>
#include <calcifer/record.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A clock set by no more than this corrects a drift and shifts nothing. */
#define CAL_DATING_DRIFT_MAX_S 60

/* 2020-01-01T00:00:00Z: no tag of this profile is older, so that an earlier date is a clock gone wrong. */
#define CAL_DATING_EARLIEST INT64_C(1577836800)

/* A record may end this far ahead of the host's clock before it has to wait. */
#define CAL_DATING_AHEAD_MAX_S 60

/* What dating needs of a record. */
typedef struct CalDatingRecord {
  uint32_t sequence;
  uint32_t time; /* raw: Unix seconds if clock_set, else seconds since the tag's start */
  uint16_t boot;
  bool clock_set;
  bool is_clock;     /* a record of type clock; the two below are its payload */
  uint32_t uptime_s; /* seconds since the tag's start */
  uint32_t previous; /* Unix seconds shown before, 0 when it was unset */
} CalDatingRecord;

CalDatingRecord cal_dating_record(const CalRecord *record);

/* Does it part the log for the rule above: a clock record that was itself dated. */
bool cal_dating_is_clock(const CalDatingRecord *record);

/* Dates the records of one log, which stand in rising order of sequence and end with the log or with a clock.
 * instants[i] is when records[i] began, CAL_INSTANT_NONE if that is not known. */
void cal_dating_date(const CalDatingRecord *records, size_t count, CalInstant *instants);

/* The same, one record at a time, for a reader that goes backwards through a log: begin with a zeroed
 * CalDating and pass the records in falling order of sequence. */
typedef struct CalDating {
  bool has_clock;
  bool run_reaches; /* every record between here and the clock has the clock's boot number */
  CalDatingRecord clock;
} CalDating;

CalInstant cal_dating_step(CalDating *dating, const CalDatingRecord *record);

/* The word of the tag's owner about a run that no clock dates: its record `first` began at `at`, when it
 * showed `uptime_s`. It holds for all undated records with this boot number from `from` to `to`, also those
 * that come later: from behind the last record of another start to before the next. Of two words the later
 * one holds. */
typedef struct CalDatingOwner {
  CalAddress tag;
  uint32_t log_id;
  uint32_t first;
  uint32_t from;
  uint32_t to;
  uint16_t boot;
  uint32_t uptime_s;
  CalInstant at;
} CalDatingOwner;

#define CAL_DATING_OWNER_SIZE 96 /* of either text, with the NUL */

/* The name and value of its entry, and back; false, and *owner untouched, for what format would not write. */
void cal_dating_owner_format(const CalDatingOwner *owner, char name[CAL_DATING_OWNER_SIZE],
                             char value[CAL_DATING_OWNER_SIZE]);
bool cal_dating_owner_parse(const char *name, const char *value, CalDatingOwner *owner);

/* When a record of this log began by the owner's word; CAL_INSTANT_NONE when the word is not about it. */
CalInstant cal_dating_by_owner(const CalDatingOwner *owner, const CalDatingRecord *record);

/* Must a record of `duration_s` (0 for a moment) that began at `start` wait, when the host's clock shows
 * `now`? It must when it is undated, began before CAL_DATING_EARLIEST, or ends more than
 * CAL_DATING_AHEAD_MAX_S ahead. */
bool cal_dating_is_held(CalInstant start, uint32_t duration_s, CalInstant now);

/* The first `now` at which a record is no longer held: CAL_INSTANT_NONE if no waiting helps. */
CalInstant cal_dating_held_until(CalInstant start, uint32_t duration_s);

#ifdef __cplusplus
}
#endif

#endif
