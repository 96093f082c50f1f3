/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <calcifer/record.h>

#define LOG_ID 0x1234u
#define NOW    (INT64_C(1) << 40) /* nothing is held */

void
story_begin(Story *story)
{
  story->n = 0;
  story->next_id = 1;
}

CalInstant
story_at(int days, int hour, int minute)
{
  return ((int64_t)STORY_DATE + days) * 86400 + hour * 3600 + minute * 60 - STORY_OFFSET_S;
}

CalDayFrame
story_frame(int days)
{
  CalDayFrame frame = { .date = STORY_DATE + days, .n_pieces = 1 };
  frame.piece[0].span = (CalSpan){ story_at(days, 0, 0), story_at(days + 1, 0, 0) };
  frame.piece[0].utc_offset_s = STORY_OFFSET_S;
  return frame;
}

CalDayFrames
story_frames(int days)
{
  return (CalDayFrames){ story_frame(days - 1), story_frame(days), story_frame(days + 1) };
}

static CalEvent *
append(Story *story, CalEventKind kind, CalInstant at)
{
  if (story->n == STORY_MAX)
    abort();
  CalEvent *const event = &story->event[story->n++];
  memset(event, 0, sizeof *event);
  event->kind = kind;
  event->at = at;
  return event;
}

CalEvent *
story_entry_by(Story *story, CalWay way, CalEntryKind kind, CalInstant at, const char *name,
               const char *value)
{
  CalEvent *const event = append(story, CAL_EVENT_ENTRY, at);
  CalEntry *const entry = &event->of.entry;
  snprintf(entry->id, sizeof entry->id, "u:%u", story->next_id++);
  entry->kind = kind;
  entry->way = way;
  entry->at = at;
  entry->recorded = at < 0 ? story_at(0, 0, 0) : at;
  snprintf(entry->name, sizeof entry->name, "%s", name);
  snprintf(entry->value, sizeof entry->value, "%s", value);
  return event;
}

CalEvent *
story_entry(Story *story, CalEntryKind kind, CalInstant at, const char *name, const char *value)
{
  return story_entry_by(story, CAL_WAY_HAND, kind, at, name, value);
}

static CalEvent *
record(Story *story, const char *tag, CalInstant at, CalRecord *made)
{
  CalEvent *const event = append(story, CAL_EVENT_RECORD, at);
  if (!cal_address_parse(tag, &event->tag))
    abort();
  made->time = (uint32_t)at;
  made->boot = 1;
  made->flags |= CAL_RECORD_FLAG_CLOCK_SET;
  event->of.record.log_id = LOG_ID;
  cal_record_encode(made, event->of.record.raw);
  return event;
}

CalEvent *
story_uv(Story *story, const char *tag, uint32_t sequence, CalInstant at, unsigned duration_s, double uvi,
         unsigned flags)
{
  CalRecord made = { .sequence = sequence, .type = CAL_RECORD_UV, .flags = (uint8_t)flags };
  made.uv.duration_s = (uint16_t)duration_s;
  made.uv.mean = made.uv.maximum = (uint16_t)(uvi * 100 + 0.5);
  return record(story, tag, at, &made);
}

CalEvent *
story_press(Story *story, const char *tag, uint32_t sequence, CalInstant at, unsigned slot)
{
  CalRecord made = { .sequence = sequence, .type = CAL_RECORD_INTAKE };
  made.intake.slot = (uint8_t)slot;
  made.intake.presses = 1;
  return record(story, tag, at, &made);
}

CalEvent *
story_wear(Story *story, const char *tag, uint32_t sequence, CalInstant at, unsigned on)
{
  CalRecord made = { .sequence = sequence, .type = CAL_RECORD_WEAR };
  made.wear.on = (uint8_t)on;
  return record(story, tag, at, &made);
}

CalEvent *
story_sample(Story *story, const char *tag, CalInstant at, double uvi)
{
  CalEvent *const event = append(story, CAL_EVENT_SAMPLE, at);
  if (!cal_address_parse(tag, &event->tag))
    abort();
  event->of.sample.uv_index = uvi;
  return event;
}

static int
compare(const void *a, const void *b)
{
  return cal_event_compare(a, b);
}

void
story_sort(Story *story)
{
  qsort(story->event, story->n, sizeof story->event[0], compare);
}

void
story_context(const Story *story, CalInstant before, CalContext *context)
{
  cal_context_init(context);
  for (size_t i = 0; i < story->n && story->event[i].at < before; i++)
    if (story->event[i].kind == CAL_EVENT_ENTRY && cal_entry_kind_is_setting(story->event[i].of.entry.kind))
      cal_context_step(context, &story->event[i].of.entry);
}

void
story_fold_frames(Story *story, const CalDayFrames *frames, CalDayResult *result)
{
  CalContext *const context = malloc(sizeof *context);
  CalDay *const day = malloc(sizeof *day);
  const CalSpan span = cal_day_span(frames);
  story_sort(story);
  story_context(story, span.start, context);
  cal_day_begin(day, frames, context);
  for (size_t i = 0; i < story->n; i++)
    cal_day_step(day, &story->event[i], NOW);
  cal_day_result(day, result);
  free(day);
  free(context);
}

void
story_fold(Story *story, int days, CalDayResult *result)
{
  const CalDayFrames frames = story_frames(days);
  story_fold_frames(story, &frames, result);
}
