/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records: once each, byte for byte, whatever comes again. */
#include "desk.h"

#include <glib/gstdio.h>
#include <string.h>

#include <error.h>

static CalTagCounts
counts_of(Desk *desk, const CalAddress *tag, CalInstant now)
{
  g_autoptr(GError) error = NULL;
  CalTagCounts counts;
  if (!cal_ledger_tag_counts(desk->ledger, tag, now, &counts, &error))
    fail_msg("%s", error->message);
  return counts;
}

static void
test_example(void **state)
{
  Desk *desk = *state;
  CalTally tally = desk_append_minutes(desk, 1, 10);
  assert_int_equal(tally.fresh, 10);
  tally = desk_append_minutes(desk, 6, 15);
  assert_int_equal(tally.fresh, 5);
  assert_int_equal(tally.duplicates, 5);
  CalLogState log;
  assert_true(cal_ledger_set_floor(desk->ledger, &desk_tag, LOG_ID, 1, NULL));
  assert_true(cal_ledger_log_state(desk->ledger, &desk_tag, LOG_ID, &log, NULL));
  assert_int_equal(log.floor, 1);
  assert_int_equal(log.settled, 15);
  assert_int_equal(log.newest, 15);
}

/* Every byte of a record matters and comes back, trailing zeros or not, known type or not. */
static void
test_bytes_come_back(void **state)
{
  Desk *desk = *state;
  guint64 seed = 1;
  guint8 raw[300][CAL_RECORD_SIZE];
  CalTally tally = { 0 };
  CalSpan touched = { 0 };
  for (guint i = 0; i < G_N_ELEMENTS(raw); i++) {
    memset(raw[i], 0, CAL_RECORD_SIZE);
    const guint n = desk_random(&seed, CAL_RECORD_SIZE - 3); /* so many bytes behind the sequence are noise */
    for (guint j = 0; j < n; j++)
      raw[i][4 + j] = (guint8)desk_random(&seed, 256);
    raw[i][0] = (guint8)(i & 255);
    raw[i][1] = (guint8)(i >> 8);
    raw[i][11] = CAL_RECORD_FLAG_CLOCK_SET; /* dated, so that it is told */
    raw[i][10] = raw[i][10] == CAL_RECORD_CLOCK ? 200 : raw[i][10];
  }
  assert_true(cal_ledger_append_records(desk->ledger, &desk_tag, LOG_ID,
                                        (const guint8(*)[CAL_RECORD_SIZE])raw, G_N_ELEMENTS(raw), NOON,
                                        &tally, &touched, NULL));
  assert_int_equal(tally.fresh, G_N_ELEMENTS(raw));
  desk_reopen(desk);
  g_autoptr(GArray) events = desk_events(desk);
  assert_int_equal(events->len, G_N_ELEMENTS(raw));
  for (guint i = 0; i < events->len; i++) {
    const guint8 *told = g_array_index(events, CalEvent, i).of.record.raw;
    assert_memory_equal(told, raw[told[0] | told[1] << 8], CAL_RECORD_SIZE);
  }
}

static void
test_sequences_at_their_bounds(void **state)
{
  Desk *desk = *state;
  const CalRecord records[] = { desk_minute(0, NOON), desk_minute(G_MAXUINT32, NOON + 60),
                                desk_minute(G_MAXUINT32 - 1, NOON + 120) };
  assert_int_equal(desk_append(desk, records, 3, NULL).fresh, 3);
  assert_int_equal(desk_append(desk, records, 3, NULL).duplicates, 3);
  CalLogState log;
  guint32 first, last;
  assert_true(cal_ledger_set_floor(desk->ledger, &desk_tag, LOG_ID, G_MAXUINT32 - 1, NULL));
  assert_true(cal_ledger_log_state(desk->ledger, &desk_tag, LOG_ID, &log, NULL));
  assert_int_equal(log.settled, G_MAXUINT32);
  assert_int_equal(log.newest, G_MAXUINT32);
  GError *error = NULL;
  assert_false(cal_ledger_next_gap(desk->ledger, &desk_tag, LOG_ID, 0, G_MAXUINT32, &first, &last, &error));
  assert_null(error);
  g_autoptr(GArray) events = desk_events(desk);
  assert_int_equal(events->len, 3);
}

/* Two logs of a tag, two tags with one log id: four times the same sequence, four records. */
static void
test_identity_is_tag_log_and_sequence(void **state)
{
  Desk *desk = *state;
  const CalRecord record = desk_minute(7, NOON);
  const CalAddress *tags[] = { &desk_tag, &desk_other_tag };
  guint8 raw[1][CAL_RECORD_SIZE];
  cal_record_encode(&record, raw[0]);
  CalTally tally = { 0 };
  CalSpan touched = { 0 };
  for (int twice = 0; twice < 2; twice++)
    for (guint i = 0; i < 4; i++)
      assert_true(cal_ledger_append_records(desk->ledger, tags[i / 2], LOG_ID + i % 2,
                                            (const guint8(*)[CAL_RECORD_SIZE])raw, 1, NOON, &tally, &touched,
                                            NULL));
  assert_int_equal(tally.fresh, 4);
  assert_int_equal(tally.duplicates, 4);
  assert_int_equal(counts_of(desk, &desk_tag, NOON + 3600).received, 2);
  assert_int_equal(counts_of(desk, &desk_tag, NOON + 3600).duplicates, 2);
}

static void
test_the_first_copy_stays(void **state)
{
  Desk *desk = *state;
  CalRecord record = desk_minute(1, NOON);
  desk_append(desk, &record, 1, NULL);
  for (guint16 copy = 1; copy <= 6; copy++) {
    record.uv.mean = (guint16)(100 + copy);
    const CalTally tally = desk_append(desk, &record, 1, NULL);
    assert_int_equal(tally.conflicts, 1);
    assert_int_equal(counts_of(desk, &desk_tag, NOON).conflicts, MIN(copy, 4)); /* and no more are kept */
  }
  record.uv.mean = 103;
  assert_int_equal(desk_append(desk, &record, 1, NULL).duplicates, 1); /* a conflict that is known */
  g_autoptr(GArray) events = desk_events(desk);
  assert_int_equal(events->len, 1);
  guint8 raw[CAL_RECORD_SIZE];
  const CalRecord first = desk_minute(1, NOON);
  cal_record_encode(&first, raw);
  assert_memory_equal(g_array_index(events, CalEvent, 0).of.record.raw, raw, CAL_RECORD_SIZE);
}

/* Time and the last byte are parts of the content too. */
static void
test_any_difference_is_a_conflict(void **state)
{
  Desk *desk = *state;
  const CalRecord record = desk_minute(1, NOON);
  guint8 raw[1][CAL_RECORD_SIZE];
  CalSpan touched = { 0 };
  desk_append(desk, &record, 1, NULL);
  for (guint at = 4; at < CAL_RECORD_SIZE; at++) {
    CalTally tally = { 0 };
    cal_record_encode(&record, raw[0]);
    raw[0][at] ^= 1;
    assert_true(cal_ledger_append_records(desk->ledger, &desk_tag, LOG_ID,
                                          (const guint8(*)[CAL_RECORD_SIZE])raw, 1, NOON, &tally, &touched,
                                          NULL));
    assert_int_equal(tally.conflicts, 1);
  }
  assert_true(touched.end <= touched.start); /* nothing changed */
}

static void
test_doubles_within_a_batch(void **state)
{
  Desk *desk = *state;
  CalRecord records[4] = { desk_minute(2, NOON), desk_minute(1, NOON), desk_minute(2, NOON),
                           desk_minute(1, NOON) };
  records[3].uv.mean = 999;
  const CalTally tally = desk_append(desk, records, 4, NULL);
  assert_int_equal(tally.fresh, 2);
  assert_int_equal(tally.duplicates, 1);
  assert_int_equal(tally.conflicts, 1);
}

/* Records that are all new are added many at once: none that is there may go that way, wherever it lies. */
static void
test_a_known_one_anywhere_in_a_batch(void **state)
{
  Desk *desk = *state;
  CalRecord records[40];
  for (guint32 place = 0; place < G_N_ELEMENTS(records); place++) {
    for (guint32 i = 0; i < G_N_ELEMENTS(records); i++)
      records[i] = desk_minute(1 + 100 * place + i, NOON + 60 * (gint64)i);
    desk_append(desk, &records[place], 1, NULL);
    const CalTally tally = desk_append(desk, records, G_N_ELEMENTS(records), NULL);
    assert_int_equal(tally.fresh, G_N_ELEMENTS(records) - 1);
    assert_int_equal(tally.duplicates, 1);
  }
  g_autoptr(GArray) events = desk_events(desk);
  assert_int_equal(events->len, G_N_ELEMENTS(records) * G_N_ELEMENTS(records));
  assert_true(cal_ledger_check(desk->ledger, NULL));
}

static void
test_a_forgotten_one_in_a_batch(void **state)
{
  Desk *desk = *state;
  desk_append_minutes(desk, 5, 5);
  desk_forget(desk, NOON, "tag:C0:FF:EE:00:00:01:00AB12CD:5");
  const CalTally tally = desk_append_minutes(desk, 1, 40);
  assert_int_equal(tally.fresh, 39);
  assert_int_equal(tally.duplicates, 1);
}

static void
test_a_double_in_a_long_batch(void **state)
{
  Desk *desk = *state;
  CalRecord records[41];
  for (guint32 i = 0; i < G_N_ELEMENTS(records); i++)
    records[i] = desk_minute(i < 20 ? i : i - 1, NOON + 60 * (gint64)i);
  records[20] = records[19];
  const CalTally tally = desk_append(desk, records, G_N_ELEMENTS(records), NULL);
  assert_int_equal(tally.fresh, 40);
  assert_int_equal(tally.duplicates, 1);
}

/* A batch of a size that many at once do not fill, and the same one by one: the same ledger, to the byte of
 * each record and its instant. */
static void
test_many_at_once_are_the_same_as_each_alone(void **state)
{
  Desk *desk = *state;
  CalRecord records[50];
  for (guint32 i = 0; i < G_N_ELEMENTS(records); i++)
    records[i] = i % 7 == 3 ? desk_undated(1 + i, 60 * i, 2) : desk_minute(1 + i, NOON + 60 * (gint64)i);
  assert_int_equal(desk_append(desk, records, G_N_ELEMENTS(records), NULL).fresh, G_N_ELEMENTS(records));
  g_autoptr(GArray) at_once = desk_events(desk);
  const gint64 undated = counts_of(desk, &desk_tag, NOON + 86400).undated;
  desk_close(desk);
  assert_int_equal(g_unlink(desk->path), 0);
  desk_open(desk);
  for (guint32 i = 0; i < G_N_ELEMENTS(records); i++)
    desk_append(desk, &records[i], 1, NULL);
  g_autoptr(GArray) alone = desk_events(desk);
  assert_int_equal(counts_of(desk, &desk_tag, NOON + 86400).undated, undated);
  assert_int_equal(at_once->len, alone->len);
  for (guint i = 0; i < alone->len; i++) {
    const CalEvent *left = &g_array_index(at_once, CalEvent, i), *right = &g_array_index(alone, CalEvent, i);
    assert_int_equal(left->at, right->at);
    assert_memory_equal(left->of.record.raw, right->of.record.raw, CAL_RECORD_SIZE);
  }
}

static void
test_counts_of_a_tag(void **state)
{
  Desk *desk = *state;
  CalRecord records[] = {
    desk_minute(1, NOON),       desk_minute(2, NOON + 60),  desk_minute(3, NOON + 120),
    desk_undated(4, 60, 1),     desk_minute(5, 1577836799), desk_minute(6, NOON + 500),
    desk_minute(7, NOON + 441), desk_minute(8, NOON),       desk_minute(12, NOON + 600),
  };
  records[1].uv.duration_s = 0;     /* rejected */
  records[2].type = 77;             /* rejected: unknown */
  records[7].uv.duration_s = 43200; /* held: it ends in the evening */
  desk_append(desk, records, G_N_ELEMENTS(records), NULL);
  desk_append(desk, records, 2, NULL);
  assert_true(cal_ledger_set_floor(desk->ledger, &desk_tag, LOG_ID, 1, NULL));
  assert_true(cal_ledger_mark_lost(desk->ledger, &desk_tag, LOG_ID, 8, 10, NULL));
  const CalInstant now =
      NOON + 441; /* 7 ends 60 s ahead and is let pass; 6, 8 and 12 have to wait; 5 for ever */
  const CalTagCounts counts = counts_of(desk, &desk_tag, now);
  assert_int_equal(counts.received, 9);
  assert_int_equal(counts.lost, 2);
  assert_int_equal(counts.rejected, 2);
  assert_int_equal(counts.conflicts, 0);
  assert_int_equal(counts.undated, 1);
  assert_int_equal(counts.held, 4);
  assert_int_equal(counts.duplicates, 2);
  assert_int_equal(counts_of(desk, &desk_tag, NOON + 86400).held, 1);
  desk_reopen(desk);
  assert_int_equal(counts_of(desk, &desk_tag, now).duplicates, 2);
  assert_int_equal(counts_of(desk, &desk_other_tag, now).received, 0);
}

/* That none is held is known without a look, until something comes or the clock goes back. */
static void
test_what_is_held_follows_the_clock(void **state)
{
  Desk *desk = *state;
  const CalRecord first = desk_minute(1, NOON), later = desk_minute(2, NOON + 2 * 86400);
  desk_append(desk, &first, 1, NULL);
  assert_int_equal(counts_of(desk, &desk_tag, NOON + 86400).held, 0);
  desk_append(desk, &later, 1, NULL);
  assert_int_equal(counts_of(desk, &desk_tag, NOON + 86400).held, 1);
  assert_int_equal(counts_of(desk, &desk_tag, NOON + 3 * 86400).held, 0);
  assert_int_equal(counts_of(desk, &desk_tag, NOON - 600).held, 2);
  desk_reopen(desk);
  assert_int_equal(counts_of(desk, &desk_tag, NOON + 30 * 86400).held, 0);
  assert_int_equal(counts_of(desk, &desk_tag, NOON - 600).held, 2);
}

static void
test_a_broadcaster_counts_samples_and_presses(void **state)
{
  Desk *desk = *state;
  CalEntry press = { .kind = CAL_ENTRY_PRESS,
                     .way = CAL_WAY_BUTTON,
                     .at = NOON,
                     .recorded = NOON,
                     .name = "C0:FF:EE:00:00:02 1",
                     .value = "1" };
  assert_true(cal_ledger_append_sample(desk->ledger, &desk_other_tag, NOON, 3.5, NULL));
  cal_ledger_count_duplicate(desk->ledger, &desk_other_tag);
  assert_int_equal(counts_of(desk, &desk_other_tag, NOON).received, 1); /* pending */
  assert_int_equal(counts_of(desk, &desk_other_tag, NOON).duplicates, 1);
  assert_true(cal_ledger_append_entry(desk->ledger, &press, NULL)); /* commits all of it */
  desk_reopen(desk);
  cal_ledger_count_duplicate(desk->ledger, &desk_other_tag);
  assert_int_equal(counts_of(desk, &desk_other_tag, NOON).received, 2);
  assert_int_equal(counts_of(desk, &desk_other_tag, NOON).duplicates, 2);
  desk_reopen(desk); /* closing commits what is pending */
  assert_int_equal(counts_of(desk, &desk_other_tag, NOON).duplicates, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_set_up, desk_tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_example),
    TEST(test_bytes_come_back),
    TEST(test_sequences_at_their_bounds),
    TEST(test_identity_is_tag_log_and_sequence),
    TEST(test_the_first_copy_stays),
    TEST(test_any_difference_is_a_conflict),
    TEST(test_doubles_within_a_batch),
    TEST(test_a_known_one_anywhere_in_a_batch),
    TEST(test_a_forgotten_one_in_a_batch),
    TEST(test_a_double_in_a_long_batch),
    TEST(test_many_at_once_are_the_same_as_each_alone),
    TEST(test_counts_of_a_tag),
    TEST(test_what_is_held_follows_the_clock),
    TEST(test_a_broadcaster_counts_samples_and_presses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
