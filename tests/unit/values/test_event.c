/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"

#include <string.h>

#include <calcifer/event.h>
#include <strings.h>

#define UUID_A "1b4e28ba-2fa1-11d2-883f-0016d3cca427"
#define UUID_B "2b4e28ba-2fa1-11d2-883f-0016d3cca427"

static const CalAddress tag_one = { { 0xC0, 0xFF, 0xEE, 0, 0, 1 } };
static const CalAddress tag_two = { { 0xC0, 0xFF, 0xEE, 0, 0, 2 } };

static void
test_example(void **state)
{
  (void)state;
  char id[CAL_ENTRY_ID_SIZE];
  CalAddress tag;
  uint32_t log_id, sequence;
  cal_event_record_id(&tag_one, 0x00ab12cd, 4711, id);
  assert_string_equal(id, "tag:C0:FF:EE:00:00:01:00AB12CD:4711");
  assert_true(cal_event_record_id_parse(id, &tag, &log_id, &sequence));
  assert_int_equal(cal_address_compare(&tag, &tag_one), 0);
  assert_int_equal(log_id, 0x00ab12cd);
  assert_int_equal(sequence, 4711);
}

static void
test_ids_at_their_bounds(void **state)
{
  (void)state;
  static const uint32_t numbers[] = { 0, 1, 9, 10, 4294967295u };
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    char id[CAL_ENTRY_ID_SIZE];
    CalAddress tag;
    uint32_t log_id, sequence;
    cal_event_record_id(&tag_two, numbers[i], numbers[i], id);
    assert_true(cal_event_record_id_parse(id, &tag, &log_id, &sequence));
    assert_int_equal(log_id, numbers[i]);
    assert_int_equal(sequence, numbers[i]);
  }
}

static void
test_what_is_no_record_id(void **state)
{
  (void)state;
  static const char *const bad[] = {
    "",
    "tag:",
    UUID_A ":12",
    "tag:C0:FF:EE:00:00:01:00AB12CD",
    "tag:C0:FF:EE:00:00:01:00AB12CD:",
    "tag:C0:FF:EE:00:00:01:00AB12C:4711",
    "tag:C0:FF:EE:00:00:01:00AB12CG:4711",
    "tag:C0:FF:EE:00:00:01:00AB12C@:4711",
    "tag:C0:FF:EE:00:00:01:00AB12C`:4711",
    "tag:C0:FF:EE:00:00:01:00AB12Cg:4711",
    "tag:C0:FF:EE:00:00:01:00AB12C/:4711",
    "tag:C0:FF:EE:00:00:01-00AB12CD:4711",
    "tag:C0:FF:EE:00:00:01:00AB12CD-4711",
    "tag:C0:FF:EE:00:00:01:00AB12CD:47:1",
    "tag:C0:FF:EE:00:00:0x:00AB12CD:4711",
    "tag:C0:FF:EE:00:00:01:00AB12CD:04711",
    "tag:C0:FF:EE:00:00:01:00AB12CD:-1",
    "tag:C0:FF:EE:00:00:01:00AB12CD:1 ",
    "tag:C0:FF:EE:00:00:01:00AB12CD:4294967296",
    "TAG:C0:FF:EE:00:00:01:00AB12CD:4711",
  };
  CalAddress tag = tag_one;
  uint32_t log_id = 1, sequence = 2;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_false(cal_event_record_id_parse(bad[i], &tag, &log_id, &sequence));
  assert_int_equal(cal_address_compare(&tag, &tag_one), 0);
  assert_int_equal(log_id, 1);
  assert_int_equal(sequence, 2);
}

/* Both cases of each digit mean the same. */
static void
test_digits_of_a_log_in_either_case(void **state)
{
  (void)state;
  CalAddress tag;
  uint32_t log_id, sequence;
  assert_true(cal_event_record_id_parse("tag:C0:FF:EE:00:00:01:09AFaf90:0", &tag, &log_id, &sequence));
  assert_int_equal(log_id, 0x09afaf90);
  assert_int_equal(sequence, 0);
}

static CalEvent
entry(CalInstant at, CalEntryKind kind, const char *id)
{
  CalEvent event = { .kind = CAL_EVENT_ENTRY, .at = at };
  event.of.entry.kind = kind;
  event.of.entry.at = at;
  strcpy(event.of.entry.id, id);
  return event;
}

static CalEvent
record(CalInstant at, const CalAddress *tag, uint32_t log_id, uint32_t sequence)
{
  CalEvent event = { .kind = CAL_EVENT_RECORD, .at = at, .tag = *tag };
  event.of.record.log_id = log_id;
  for (int i = 0; i < 4; i++)
    event.of.record.raw[i] = (uint8_t)(sequence >> 8 * i);
  return event;
}

static CalEvent
sample(CalInstant at, const CalAddress *tag, double uv_index)
{
  CalEvent event = { .kind = CAL_EVENT_SAMPLE, .at = at, .tag = *tag };
  event.of.sample.uv_index = uv_index;
  return event;
}

/* Each row comes before all rows below it, and equals itself alone. */
static void
test_the_order_is_total(void **state)
{
  (void)state;
  const CalEvent rows[] = {
    sample(-1, &tag_two, 9),
    entry(0, CAL_ENTRY_ZONE, UUID_A ":9"),
    entry(0, CAL_ENTRY_PROFILE, UUID_A ":10"),
    entry(0, CAL_ENTRY_PROFILE, UUID_B ":2"),
    entry(0, CAL_ENTRY_TAKE, UUID_A ":2"),
    entry(0, CAL_ENTRY_UNDO, UUID_A ":11"),
    entry(0, CAL_ENTRY_FOOD, UUID_B ":1"),
    record(0, &tag_one, 7, 2),
    record(0, &tag_one, 7, 0x100),
    record(0, &tag_one, 7, 0x1000000),
    record(0, &tag_one, 8, 1),
    record(0, &tag_two, 1, 1),
    sample(0, &tag_one, 0.1),
    sample(0, &tag_one, 3),
    sample(0, &tag_two, 0),
    entry(1, CAL_ENTRY_ZONE, UUID_A ":1"),
  };
  const int n = sizeof rows / sizeof *rows;
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) {
      const int order = cal_event_compare(&rows[i], &rows[j]);
      assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
    }
}

#define AN_ADDRESS "C0:FF:EE:00:00:01"

/* One record has one spelling of its id; what is near it is none. */
static void
test_ids_of_records_at_their_bounds(void **state)
{
  (void)state;
  static const struct {
    const char *id;
    uint32_t log_id, sequence;
  } good[] = {
    { "tag:" AN_ADDRESS ":00000000:0", 0, 0 },
    { "tag:" AN_ADDRESS ":FFFFFFFF:4294967295", UINT32_MAX, UINT32_MAX },
    { "tag:" AN_ADDRESS ":0123abcf:9", 0x0123abcf, 9 },
    { "tag:" AN_ADDRESS ":89ABCDEF:10", 0x89abcdef, 10 },
    { "tag:" AN_ADDRESS ":00AB12CD:1234567890", 0x00ab12cd, 1234567890 },
  };
  static const char *const bad[] = {
    "tag:" AN_ADDRESS ":00000000:4294967296", "tag:" AN_ADDRESS ":00000000:00",
    "tag:" AN_ADDRESS ":00000000:01",         "tag:" AN_ADDRESS ":00000000:",
    "tag:" AN_ADDRESS ":00000000:1/",         "tag:" AN_ADDRESS ":00000000::1",
    "tag:" AN_ADDRESS ":0000000G:1",          "tag:" AN_ADDRESS ":0000000g:1",
    "tag:" AN_ADDRESS ":0000000/:1",          "tag:" AN_ADDRESS ":0000000@:1",
    "tag:" AN_ADDRESS ":0000000`:1",          "tag:" AN_ADDRESS ":0000000 :1",
    "tag:" AN_ADDRESS ":000000000:1",         "tag:" AN_ADDRESS "x00000000:1",
    "tag:" AN_ADDRESS ":00000000x1",          "tax:" AN_ADDRESS ":00000000:1",
    "tag:C0:FF:EE:00:00:0G:00000000:1",       "tag:" AN_ADDRESS ":00000000",
    "tag:" AN_ADDRESS ":00000000:1 ",         "tag:" AN_ADDRESS ":00000000:18446744073709551617",
  };
  CalAddress tag;
  uint32_t log_id, sequence;
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    char again[CAL_ENTRY_ID_SIZE];
    assert_true(cal_event_record_id_parse(good[i].id, &tag, &log_id, &sequence));
    assert_true(log_id == good[i].log_id && sequence == good[i].sequence);
    cal_event_record_id(&tag, log_id, sequence, again);
    assert_int_equal(strcasecmp(again, good[i].id), 0);
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    if (cal_event_record_id_parse(bad[i], &tag, &log_id, &sequence))
      fail_msg("%s", bad[i]);
}

static CalEvent
named(const char *id)
{
  CalEvent event = { .kind = CAL_EVENT_ENTRY, .of.entry.kind = CAL_ENTRY_TAKE };
  memcpy(event.of.entry.id, id, strlen(id));
  return event;
}

/* Of one instant and rank: by ledger, then by number. Each row comes before all below it. */
static void
test_the_order_of_ids(void **state)
{
  (void)state;
  static const char *const ids[] = { "1", "2", "11", "a:1", "a:2", "a:10", "ab:1", "b:1", "b:9", "b:10" };
  const size_t n = sizeof ids / sizeof *ids;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) {
      const CalEvent a = named(ids[i]), b = named(ids[j]);
      const int order = cal_event_compare(&a, &b);
      if ((order < 0) != (i < j) || (order > 0) != (i > j))
        fail_msg("%s, %s: %d", ids[i], ids[j], order);
    }
}

/* Records by tag, log, sequence (to its highest byte) and bytes; samples by tag and value. */
static void
test_the_order_of_records_and_samples(void **state)
{
  (void)state;
  CalEvent events[8] = { 0 };
  for (size_t i = 0; i < 8; i++)
    events[i].kind = CAL_EVENT_RECORD;
  events[1].of.record.raw[19] = 1;
  events[2].of.record.raw[0] = 255;
  events[3].of.record.raw[1] = 1;
  events[4].of.record.raw[2] = 1;
  events[5].of.record.raw[3] = 1;
  events[6].of.record.log_id = 1;
  assert_true(cal_address_parse("00:00:00:00:00:01", &events[7].tag));
  for (int kind = 0; kind < 2; kind++) {
    for (size_t i = 0; i < 8; i++)
      for (size_t j = 0; j < 8; j++) {
        const int order = cal_event_compare(&events[i], &events[j]);
        assert_true((order < 0) == (i < j) && (order > 0) == (i > j));
      }
    for (size_t i = 0; i < 8; i++) {
      const CalAddress tag = events[i].tag;
      events[i] = (CalEvent){ .kind = CAL_EVENT_SAMPLE, .tag = tag, .of.sample.uv_index = (double)i };
    }
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_ids_at_their_bounds),
    cmocka_unit_test(test_what_is_no_record_id),
    cmocka_unit_test(test_digits_of_a_log_in_either_case),
    cmocka_unit_test(test_the_order_is_total),
    cmocka_unit_test(test_ids_of_records_at_their_bounds),
    cmocka_unit_test(test_the_order_of_ids),
    cmocka_unit_test(test_the_order_of_records_and_samples),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
