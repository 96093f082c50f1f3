/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"
#include "vectors.h"

#include <calcifer/hex.h>
#include <calcifer/record.h>

#include <stdlib.h>
#include <string.h>

static void
test_example(void **state)
{
  (void)state;
  const uint8_t bytes[CAL_RECORD_SIZE] = { 7, 0, 0, 0,  0x80, 0xd2, 0xda, 0x68, 1,
                                           0, 1, 3, 60, 0,    0x2c, 1,    0x90, 1 };
  CalRecord record;
  cal_record_decode(bytes, &record);
  assert_int_equal(record.sequence, 7);
  assert_int_equal(record.time, 1759171200);
  assert_int_equal(record.type, CAL_RECORD_UV);
  assert_int_equal(record.uv.duration_s, 60);
  assert_int_equal(record.uv.mean, 300);
  assert_int_equal(record.uv.maximum, 400);
  assert_int_equal(cal_record_verdict(&record, 0), CAL_RECORD_ACCEPTED);
}

static void
render_payload(const CalRecord *record, char *text, size_t size)
{
  char hex[2 * sizeof record->payload + 1];
  switch (record->type) {
  case CAL_RECORD_UV:
    vectors_append(text, size, "uv %u %u %u", record->uv.duration_s, record->uv.mean, record->uv.maximum);
    break;
  case CAL_RECORD_INTAKE:
    vectors_append(text, size, "intake %u %u", record->intake.slot, record->intake.presses);
    break;
  case CAL_RECORD_WEAR:
    vectors_append(text, size, "wear %u", record->wear.on);
    break;
  case CAL_RECORD_CLOCK:
    vectors_append(text, size, "clock %u %u", record->clock.uptime_s, record->clock.previous);
    break;
  default:
    cal_hex_format(record->payload, sizeof record->payload, hex);
    vectors_append(text, size, "%u %s", record->type, hex);
  }
}

static void
render_line(char *input, char *text, size_t size)
{
  uint8_t bytes[CAL_RECORD_SIZE];
  CalRecord record;
  assert_int_equal(vectors_take_hex(&input, bytes, sizeof bytes), CAL_RECORD_SIZE);
  const char *slots = strstr(input, "slots=");
  cal_record_decode(bytes, &record);
  vectors_append(text, size, "%u @%u boot %u ", record.sequence, record.time, record.boot);
  render_payload(&record, text, size);
  vectors_append(text, size, "%s%s%s", record.flags & CAL_RECORD_FLAG_CLOCK_SET ? " set" : "",
                 record.flags & CAL_RECORD_FLAG_WORN ? " worn" : "",
                 record.flags & CAL_RECORD_FLAG_SATURATED ? " saturated" : "");
  const uint8_t count = slots == NULL ? 0 : (uint8_t)atoi(slots + 6);
  vectors_append(text, size, ": %s", cal_record_verdict_name(cal_record_verdict(&record, count)));
}

static void
test_records(void **state)
{
  (void)state;
  assert_true(vectors_check("record.txt", render_line) >= 30);
}

/* A pseudorandom walk over all of the bytes' values; unused bytes come back as 0. */
static void
test_what_is_encoded_is_decoded(void **state)
{
  (void)state;
  uint32_t seed = 1;
  for (int round = 0; round < 20000; round++) {
    uint8_t bytes[CAL_RECORD_SIZE], back[CAL_RECORD_SIZE];
    CalRecord record, again;
    for (size_t i = 0; i < sizeof bytes; i++) {
      seed = seed * 1664525u + 1013904223u;
      bytes[i] = (uint8_t)(seed >> 24);
    }
    bytes[10] = (uint8_t)(round % 6);
    cal_record_decode(bytes, &record);
    cal_record_encode(&record, back);
    cal_record_decode(back, &again);
    static const size_t used[] = { 8, 6, 2, 1, 8, 8 };
    assert_memory_equal(back, bytes, 12 + used[bytes[10]]);
    for (size_t i = 12 + used[bytes[10]]; i < CAL_RECORD_SIZE; i++)
      assert_int_equal(back[i], 0);
    assert_int_equal(cal_record_verdict(&record, 3), cal_record_verdict(&again, 3));
  }
}

static void
test_only_whole_records_are_taken(void **state)
{
  (void)state;
  static const struct {
    size_t size, count;
  } rows[] = { { 0, 0 },  { 1, 0 },  { 19, 0 },   { 20, 1 }, { 21, 0 },
               { 39, 0 }, { 40, 2 }, { 500, 25 }, { 512, 0 } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    assert_int_equal(cal_record_count(rows[i].size), rows[i].count);
}

static void
test_type_names(void **state)
{
  (void)state;
  assert_string_equal(cal_record_type_name(CAL_RECORD_UV), "uv");
  assert_string_equal(cal_record_type_name(CAL_RECORD_INTAKE), "intake");
  assert_string_equal(cal_record_type_name(CAL_RECORD_WEAR), "wear");
  assert_string_equal(cal_record_type_name(CAL_RECORD_CLOCK), "clock");
  assert_null(cal_record_type_name(0));
  assert_null(cal_record_type_name(5));
  assert_null(cal_record_type_name(255));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_records),
    cmocka_unit_test(test_what_is_encoded_is_decoded),
    cmocka_unit_test(test_only_whole_records_are_taken),
    cmocka_unit_test(test_type_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
