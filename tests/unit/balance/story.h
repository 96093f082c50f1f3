/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Days told as a list of what happened. Local time is UTC+1 without changes unless a test says otherwise. */
#ifndef CALCIFER_TESTS_STORY_H
#define CALCIFER_TESTS_STORY_H

#include <stddef.h>

#include <calcifer/day.h>

#define STORY_OFFSET_S 3600
#define STORY_DATE     20601 /* 2026-05-28 */
#define STORY_MAX      4096

typedef struct Story {
  CalEvent event[STORY_MAX];
  size_t n;
  unsigned next_id;
} Story;

/* Nothing has happened yet. */
void story_begin(Story *story);

/* The instant at which the clock showed hour:minute on the day `days` after STORY_DATE. */
CalInstant story_at(int days, int hour, int minute);

CalDayFrame story_frame(int days);
CalDayFrames story_frames(int days);

/* Appends; the pointer is valid until the next. By hand unless `way` says otherwise. */
CalEvent *story_entry(Story *story, CalEntryKind kind, CalInstant at, const char *name, const char *value);
CalEvent *story_entry_by(Story *story, CalWay way, CalEntryKind kind, CalInstant at, const char *name,
                         const char *value);
CalEvent *story_uv(Story *story, const char *tag, uint32_t sequence, CalInstant at, unsigned duration_s,
                   double uvi, unsigned flags);
CalEvent *story_press(Story *story, const char *tag, uint32_t sequence, CalInstant at, unsigned slot);
CalEvent *story_wear(Story *story, const char *tag, uint32_t sequence, CalInstant at, unsigned on);
CalEvent *story_sample(Story *story, const char *tag, CalInstant at, double uvi);

/* Puts the events into their order. */
void story_sort(Story *story);

/* Folds the day `days` after STORY_DATE from the sorted events, as a caller does. */
void story_fold(Story *story, int days, CalDayResult *result);
void story_fold_frames(Story *story, const CalDayFrames *frames, CalDayResult *result);

/* The context of all settings before an instant. */
void story_context(const Story *story, CalInstant before, CalContext *context);

#endif
