/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/dating.h>

CalDatingRecord
cal_dating_record(const CalRecord *record)
{
  return (CalDatingRecord){
    .sequence = record->sequence,
    .time = record->time,
    .boot = record->boot,
    .clock_set = (record->flags & CAL_RECORD_FLAG_CLOCK_SET) != 0,
    .is_clock = record->type == CAL_RECORD_CLOCK,
    .uptime_s = record->clock.uptime_s,
    .previous = record->clock.previous,
  };
}

bool
cal_dating_is_clock(const CalDatingRecord *record)
{
  return record->is_clock && record->clock_set;
}

/* By how much a clock moved what was dated before it. */
static int64_t
correction_s(const CalDatingRecord *clock)
{
  const int64_t moved_s = (int64_t)clock->time - clock->previous;
  const bool is_drift = moved_s >= -CAL_DATING_DRIFT_MAX_S && moved_s <= CAL_DATING_DRIFT_MAX_S;
  return clock->previous == 0 || is_drift ? 0 : moved_s;
}

static CalInstant
date_by_clock(const CalDating *dating, const CalDatingRecord *record)
{
  const CalDatingRecord *clock = &dating->clock;
  if (record->clock_set)
    return (CalInstant)record->time + (dating->has_clock ? correction_s(clock) : 0);
  if (!dating->has_clock || !dating->run_reaches)
    return CAL_INSTANT_NONE;
  return (CalInstant)clock->time - ((CalInstant)clock->uptime_s - record->time);
}

CalInstant
cal_dating_step(CalDating *dating, const CalDatingRecord *record)
{
  if (cal_dating_is_clock(record)) {
    *dating = (CalDating){ .has_clock = true, .run_reaches = true, .clock = *record };
    return record->time;
  }
  dating->run_reaches = dating->run_reaches && record->boot == dating->clock.boot;
  return date_by_clock(dating, record);
}

void
cal_dating_date(const CalDatingRecord *records, size_t count, CalInstant *instants)
{
  CalDating dating = { 0 };
  for (size_t i = count; i-- > 0;)
    instants[i] = cal_dating_step(&dating, &records[i]);
}

CalInstant
cal_dating_held_until(CalInstant start, uint32_t duration_s)
{
  return start < CAL_DATING_EARLIEST ? CAL_INSTANT_NONE : start + duration_s - CAL_DATING_AHEAD_MAX_S;
}

bool
cal_dating_is_held(CalInstant start, uint32_t duration_s, CalInstant now)
{
  return start < CAL_DATING_EARLIEST || now < cal_dating_held_until(start, duration_s);
}
