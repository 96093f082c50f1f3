/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A notification of the Event Record characteristic, and what becomes of its records. */
#include "fuzz.h"

#include <calcifer/dating.h>
#include <calcifer/record.h>

#include <string.h>

static void
require_round_trip(const CalRecord *record)
{
  uint8_t bytes[CAL_RECORD_SIZE];
  CalRecord again;
  cal_record_encode(record, bytes);
  cal_record_decode(bytes, &again);
  FUZZ_REQUIRE(again.sequence == record->sequence && again.time == record->time);
  FUZZ_REQUIRE(again.boot == record->boot && again.type == record->type && again.flags == record->flags);
  FUZZ_REQUIRE(again.uv.duration_s == record->uv.duration_s && again.uv.mean == record->uv.mean);
  FUZZ_REQUIRE(again.uv.maximum == record->uv.maximum && again.wear.on == record->wear.on);
  FUZZ_REQUIRE(again.intake.slot == record->intake.slot && again.intake.presses == record->intake.presses);
  FUZZ_REQUIRE(again.clock.uptime_s == record->clock.uptime_s &&
               again.clock.previous == record->clock.previous);
}

static void
require_true_if_accepted(const CalRecord *record)
{
  const CalRecordVerdict verdict = cal_record_verdict(record, 0);
  FUZZ_REQUIRE(*cal_record_verdict_name(verdict) != '\0');
  FUZZ_REQUIRE((cal_record_type_name(record->type) == NULL) == (verdict == CAL_RECORD_UNKNOWN_TYPE));
  if (verdict == CAL_RECORD_ACCEPTED && record->type == CAL_RECORD_UV)
    FUZZ_REQUIRE(record->uv.duration_s > 0 && record->uv.mean <= record->uv.maximum &&
                 record->uv.maximum <= 4500);
  if (verdict == CAL_RECORD_ACCEPTED && record->type == CAL_RECORD_INTAKE)
    FUZZ_REQUIRE(record->intake.slot > 0 && record->intake.presses > 0 && record->intake.presses <= 20);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  CalDating dating = { 0 };
  for (size_t i = cal_record_count(size); i-- > 0;) {
    CalRecord record;
    cal_record_decode(data + i * CAL_RECORD_SIZE, &record);
    require_round_trip(&record);
    require_true_if_accepted(&record);
    const CalDatingRecord dated = cal_dating_record(&record);
    const CalInstant instant = cal_dating_step(&dating, &dated);
    FUZZ_REQUIRE(instant == CAL_INSTANT_NONE ||
                 (instant > -(INT64_C(1) << 34) && instant < INT64_C(1) << 34));
    const CalInstant until = cal_dating_held_until(instant, record.uv.duration_s);
    FUZZ_REQUIRE(until == CAL_INSTANT_NONE || !cal_dating_is_held(instant, record.uv.duration_s, until));
  }
  return 0;
}
