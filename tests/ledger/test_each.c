/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Telling events in order, and between which instants they lie. */
#include "desk.h"

#include <sqlite3.h>

#include <store.h>

static void
add_sample(Desk *desk, const CalAddress *tag, CalInstant at, double uv_index)
{
  assert_true(cal_ledger_append_sample(desk->ledger, tag, at, uv_index, NULL));
}

static void
test_example(void **state)
{
  Desk *desk = *state;
  desk_enter(desk, CAL_ENTRY_FOOD, NOON + 30, "egg", "60g");
  desk_append_minutes(desk, 1, 2);
  add_sample(desk, &desk_other_tag, NOON + 10, 4.5);
  desk_enter(desk, CAL_ENTRY_ROLE, NOON, "C0:FF:EE:00:00:02", "worn"); /* a setting is not told here */
  g_autoptr(GArray) events = desk_events(desk);
  static const CalEventKind kinds[] = { CAL_EVENT_RECORD, CAL_EVENT_SAMPLE, CAL_EVENT_ENTRY,
                                        CAL_EVENT_RECORD };
  assert_int_equal(events->len, 4);
  for (guint i = 0; i < 4; i++)
    assert_int_equal(g_array_index(events, CalEvent, i).kind, kinds[i]);
  assert_true(g_array_index(events, CalEvent, 1).of.sample.uv_index == 4.5);
  assert_int_equal(g_array_index(events, CalEvent, 3).of.record.log_id, LOG_ID);
}

/* What waits is told as if it were committed: in order, and once. */
static void
test_samples_that_wait(void **state)
{
  Desk *desk = *state;
  static const CalInstant order[] = { 1, 1, 5, 9 };
  add_sample(desk, &desk_other_tag, NOON + 5, 1.5);
  assert_true(cal_ledger_flush(desk->ledger, NULL));
  add_sample(desk, &desk_other_tag, NOON + 9, 1.5);
  add_sample(desk, &desk_other_tag, NOON + 5, 1.5); /* committed */
  add_sample(desk, &desk_other_tag, NOON + 1, 2.5);
  add_sample(desk, &desk_other_tag, NOON + 1, -0.0);
  add_sample(desk, &desk_other_tag, NOON + 1, 0.0); /* the same */
  add_sample(desk, &desk_other_tag, NOON + 1, 2.5); /* the same */
  for (int committed = 0; committed < 2; committed++) {
    g_autoptr(GArray) events = desk_events(desk);
    assert_int_equal(events->len, G_N_ELEMENTS(order));
    for (guint i = 0; i < events->len; i++)
      assert_int_equal(g_array_index(events, CalEvent, i).at, NOON + order[i]);
    assert_true(g_array_index(events, CalEvent, 1).of.sample.uv_index == 2.5);
    assert_true(cal_ledger_flush(desk->ledger, NULL));
  }
  assert_true(cal_ledger_check(desk->ledger, NULL));
}

/* -- Against a sort ------------------------------------------------------------------------------------- */

static CalInstant
random_instant(guint64 *seed)
{
  /* Few distinct instants, so that many events share one; on both sides of midnights and of 1970. */
  static const CalInstant bases[] = { NOON, NOON + 12 * 3600, NOON - 12 * 3600, 0, 86400 };
  return bases[desk_random(seed, G_N_ELEMENTS(bases))] + desk_random(seed, 9) - 4;
}

/* Tags and logs appear in another order than they are to be told in. */
static void
add_random_record(Desk *desk, GArray *expected, guint64 *seed)
{
  const CalAddress *tags[] = { &desk_other_tag, &desk_tag };
  const CalInstant at = random_instant(seed);
  CalEvent event = { .kind = CAL_EVENT_RECORD, .at = MAX(at, 0) };
  CalTally tally = { 0 };
  CalSpan touched = { 0 };
  const guint32 which = expected->len < 4 ? expected->len : desk_random(seed, 4);
  event.tag = *tags[which / 2];
  event.of.record.log_id = which % 2 == 0 ? 0xffffffffu : 7;
  const CalRecord record = desk_minute(1 + desk_random(seed, 1u << 20), event.at);
  cal_record_encode(&record, event.of.record.raw);
  assert_true(cal_ledger_append_records(desk->ledger, &event.tag, event.of.record.log_id,
                                        (const guint8(*)[CAL_RECORD_SIZE]) & event.of.record.raw, 1, NOON,
                                        &tally, &touched, NULL));
  if (tally.fresh == 1)
    g_array_append_val(expected, event);
}

static void
add_random_sample(Desk *desk, GArray *expected, guint64 *seed)
{
  const CalAddress *tags[] = { &desk_other_tag, &desk_tag };
  CalEvent event = { .kind = CAL_EVENT_SAMPLE,
                     .at = random_instant(seed),
                     .tag = *tags[desk_random(seed, 2)] };
  event.of.sample.uv_index = 0.1 * desk_random(seed, 5);
  add_sample(desk, &event.tag, event.at, event.of.sample.uv_index);
  for (guint i = 0; i < expected->len; i++)
    if (cal_event_compare(&g_array_index(expected, CalEvent, i), &event) == 0)
      return;
  g_array_append_val(expected, event);
}

static void
add_random_entry(Desk *desk, GArray *expected, guint64 *seed)
{
  CalEvent event = { .kind = CAL_EVENT_ENTRY, .at = random_instant(seed) };
  event.of.entry = desk_enter(desk, CAL_ENTRY_TAKE, event.at, "d3", "1");
  g_array_append_val(expected, event);
}

static int
compare(gconstpointer a, gconstpointer b)
{
  return cal_event_compare(a, b);
}

static gboolean
collect(const CalEvent *event, gpointer events)
{
  g_array_append_vals(events, event, 1);
  return TRUE;
}

static void
assert_told(Desk *desk, GArray *expected, CalSpan span)
{
  g_autoptr(GArray) told = g_array_new(FALSE, FALSE, sizeof(CalEvent));
  guint n = 0;
  assert_true(cal_ledger_each(desk->ledger, span, collect, told, NULL));
  for (guint i = 0; i < expected->len; i++) {
    const CalEvent *event = &g_array_index(expected, CalEvent, i);
    if (event->at < span.start || event->at >= span.end)
      continue;
    assert_true(n < told->len);
    assert_int_equal(cal_event_compare(&g_array_index(told, CalEvent, n++), event), 0);
  }
  assert_int_equal(n, told->len);
}

static void
test_the_order_is_that_of_a_sort(void **state)
{
  Desk *desk = *state;
  guint64 seed = 20250929;
  g_autoptr(GArray) expected = g_array_new(FALSE, FALSE, sizeof(CalEvent));
  for (int i = 0; i < 600; i++) {
    const guint32 kind = i < 4 ? 0 : desk_random(&seed, 3);
    (kind == 0 ? add_random_record : kind == 1 ? add_random_sample : add_random_entry)(desk, expected, &seed);
  }
  add_random_sample(desk, expected, &seed); /* something is pending in any case */
  g_array_sort(expected, compare);
  assert_told(desk, expected, (CalSpan){ G_MININT64, G_MAXINT64 });
  for (int i = 0; i < 400; i++) {
    const CalInstant start = random_instant(&seed);
    cal_ledger_keep_days(desk->ledger, i >= 200);
    assert_told(desk, expected, (CalSpan){ start, start + desk_random(&seed, 100000) });
  }
  desk_reopen(desk);
  assert_told(desk, expected, (CalSpan){ G_MININT64, G_MAXINT64 });
}

/* -- Spans and visits ----------------------------------------------------------------------------------- */

static gboolean
stop_at_second(const CalEvent *event, gpointer n)
{
  (void)event;
  return ++*(guint *)n < 2;
}

static void
test_a_visit_may_stop_and_may_read(void **state)
{
  Desk *desk = *state;
  guint n = 0;
  desk_append_minutes(desk, 1, 100);
  assert_true(cal_ledger_each(desk->ledger, (CalSpan){ 0, G_MAXINT64 }, stop_at_second, &n, NULL));
  assert_int_equal(n, 2);
  desk_append_minutes(desk, 101, 102); /* nothing is left open */
}

static gboolean
read_again(const CalEvent *event, gpointer data)
{
  Desk *desk = data;
  guint n = 0;
  (void)event;
  assert_true(cal_ledger_each(desk->ledger, (CalSpan){ 0, G_MAXINT64 }, stop_at_second, &n, NULL));
  assert_int_equal(n, 2);
  return TRUE;
}

static void
test_reading_within_reading(void **state)
{
  Desk *desk = *state;
  desk_append_minutes(desk, 1, 5);
  assert_true(cal_ledger_each(desk->ledger, (CalSpan){ 0, G_MAXINT64 }, read_again, desk, NULL));
  desk_append_minutes(desk, 6, 6);
}

static void
test_the_end_of_a_span_is_outside(void **state)
{
  Desk *desk = *state;
  guint n = 0;
  desk_append_minutes(desk, 1, 2);
  desk_enter(desk, CAL_ENTRY_TAKE, NOON, "d3", "1");
  add_sample(desk, &desk_other_tag, NOON, 1);
  assert_true(cal_ledger_each(desk->ledger, (CalSpan){ NOON - 5, NOON }, stop_at_second, &n, NULL));
  assert_true(cal_ledger_each(desk->ledger, (CalSpan){ NOON + 1, NOON + 60 }, stop_at_second, &n, NULL));
  assert_true(cal_ledger_each(desk->ledger, (CalSpan){ NOON, NOON }, stop_at_second, &n, NULL));
  assert_true(cal_ledger_each(desk->ledger, (CalSpan){ NOON + 5, NOON - 5 }, stop_at_second, &n, NULL));
  assert_int_equal(n, 0);
}

static gboolean
collect_entry(const CalEvent *event, gpointer events)
{
  assert_int_equal(event->kind, CAL_EVENT_ENTRY);
  return collect(event, events);
}

static void
test_entries_alone(void **state)
{
  Desk *desk = *state;
  g_autoptr(GArray) told = g_array_new(FALSE, FALSE, sizeof(CalEvent));
  desk_append_minutes(desk, 1, 2);
  desk_enter(desk, CAL_ENTRY_TAKE, NOON + 2, "d3", "1");
  desk_enter(desk, CAL_ENTRY_FOOD, NOON + 1, "salmon", "100g");
  desk_enter(desk, CAL_ENTRY_TAKE, NOON + 3, "d3", "1");
  add_sample(desk, &desk_other_tag, NOON + 1, 1);
  assert_true(cal_ledger_each_entry(desk->ledger, (CalSpan){ NOON, NOON + 3 }, collect_entry, told, NULL));
  assert_int_equal(told->len, 2);
  assert_int_equal(g_array_index(told, CalEvent, 0).of.entry.kind, CAL_ENTRY_FOOD);
  assert_int_equal(g_array_index(told, CalEvent, 1).of.entry.kind, CAL_ENTRY_TAKE);
}

static CalSpan
extent_of(Desk *desk)
{
  CalSpan span;
  assert_true(cal_ledger_extent(desk->ledger, &span, NULL));
  return span;
}

static void
assert_extent(Desk *desk, CalInstant oldest, CalInstant newest)
{
  assert_int_equal(extent_of(desk).start, oldest);
  assert_int_equal(extent_of(desk).end, newest + 1);
}

static void
test_the_extent(void **state)
{
  Desk *desk = *state;
  char id[CAL_ENTRY_ID_SIZE];
  assert_int_equal(extent_of(desk).start, CAL_INSTANT_NONE);
  assert_int_equal(extent_of(desk).end, CAL_INSTANT_NONE);
  desk_enter(desk, CAL_ENTRY_PROFILE, 5, "spf", "30");
  const CalRecord undated = desk_undated(100, 60, 1);
  desk_append(desk, &undated, 1, NULL);
  assert_int_equal(extent_of(desk).start, CAL_INSTANT_NONE);
  desk_append_minutes(desk, 1, 3);
  assert_extent(desk, NOON, NOON + 120);
  const CalEntry old = desk_enter(desk, CAL_ENTRY_LAB, -1000, "", "30ng/mL");
  assert_extent(desk, -1000, NOON + 120);
  add_sample(desk, &desk_other_tag, NOON + 500, 1);
  assert_extent(desk, -1000, NOON + 500);
  assert_true(cal_ledger_flush(desk->ledger, NULL));
  assert_extent(desk, -1000, NOON + 500);
  desk_enter(desk, CAL_ENTRY_UNDO, NOON + 9000, old.id, "");
  assert_extent(desk, NOON, NOON + 500);
  cal_event_record_id(&desk_tag, LOG_ID, 1, id);
  desk_enter(desk, CAL_ENTRY_UNDO, NOON + 9000, id, "");
  assert_extent(desk, NOON + 60, NOON + 500);
}

/* -- Cost ----------------------------------------------------------------------------------------------- */

static int
count_operations(void *n)
{
  ++*(guint64 *)n;
  return 0;
}

static gboolean
go_on(const CalEvent *event, gpointer n)
{
  (void)event;
  ++*(guint *)n;
  return TRUE;
}

/* How many of SQLite's instructions it takes to tell the first day, and what is asked beside it. */
static guint64
cost_of_first_day(Desk *desk)
{
  guint64 n = 0;
  guint n_events = 0;
  CalEntry newest;
  CalTagCounts counts;
  sqlite3_progress_handler(desk->ledger->db, 1, count_operations, &n);
  assert_true(cal_ledger_each(desk->ledger, (CalSpan){ NOON, NOON + 3600 }, go_on, &n_events, NULL));
  extent_of(desk);
  assert_true(cal_ledger_newest_by_hand(desk->ledger, NOON + 86400 * 365, &newest, NULL));
  assert_true(cal_ledger_tag_counts(desk->ledger, &desk_tag, NOON + 86400 * 365, &counts, NULL));
  sqlite3_progress_handler(desk->ledger->db, 0, NULL, NULL);
  assert_int_equal(n_events, 180);
  return n;
}

static void
add_days(Desk *desk, int first, int last)
{
  for (int day = first; day <= last; day++) {
    CalEntry entries[60];
    for (guint i = 0; i < 60; i++) {
      const CalInstant at = NOON + 86400 * day + 60 * i;
      entries[i] = (CalEntry){ .kind = CAL_ENTRY_FOOD, .way = CAL_WAY_HAND, .at = at, .recorded = at };
      add_sample(desk, &desk_other_tag, at, 1);
    }
    assert_true(cal_ledger_append_entries(desk->ledger, entries, 60, NULL));
    desk_append_minutes(desk, (guint32)day * 1440 + 1, (guint32)day * 1440 + 1440);
  }
}

static void
test_a_day_costs_the_same_in_a_long_ledger(void **state)
{
  Desk *desk = *state;
  add_days(desk, 0, 1);
  desk_enter(desk, CAL_ENTRY_FOOD, NOON + 86400 * 365, "egg", "60g");
  const guint64 in_a_short_one = cost_of_first_day(desk);
  add_days(desk, 2, 30);
  const guint64 in_a_long_one = cost_of_first_day(desk);
  assert_in_range(in_a_long_one, in_a_short_one * 9 / 10, in_a_short_one * 11 / 10);
}

/* Nothing lies between, wherever one begins to look. */
static void
require_empty_until_next(Desk *desk, const GArray *events, CalInstant from)
{
  CalInstant next;
  assert_true(cal_ledger_next(desk->ledger, from, &next, NULL));
  assert_true(next >= from);
  for (guint i = 0; i < events->len; i++) {
    const CalInstant at = g_array_index(events, CalEvent, i).at;
    assert_true(at < from || at >= next);
  }
}

static void
test_what_comes_next(void **state)
{
  Desk *desk = *state;
  CalInstant next;
  assert_true(cal_ledger_next(desk->ledger, NOON, &next, NULL));
  assert_true(next == CAL_INSTANT_NONE);
  desk_enter(desk, CAL_ENTRY_FOOD, NOON - INT64_C(86400) * 40000, "egg", "60g");
  desk_append_minutes(desk, 1, 2);
  desk_enter(desk, CAL_ENTRY_FOOD, NOON + 86400 * 50, "egg", "60g");
  add_sample(desk, &desk_other_tag, NOON + 86400 * 60, 4.5);
  g_autoptr(GArray) events = desk_events(desk);
  assert_int_equal(events->len, 5);
  require_empty_until_next(desk, events, NOON - INT64_C(86400) * 50000);
  for (guint i = 0; i < events->len; i++) {
    const CalInstant at = g_array_index(events, CalEvent, i).at;
    require_empty_until_next(desk, events, at);
    if (i + 1 < events->len)
      require_empty_until_next(desk, events, at + 1);
  }
  assert_true(cal_ledger_next(desk->ledger, NOON + 86400 * 20, &next, NULL));
  assert_true(next == NOON + 86400 * 50);
  assert_true(cal_ledger_next(desk->ledger, NOON + 86400 * 51, &next, NULL));
  assert_true(next == NOON + 86400 * 60); /* what waits to be committed is told, too */
  assert_true(cal_ledger_next(desk->ledger, NOON + 86400 * 61, &next, NULL));
  assert_true(next == CAL_INSTANT_NONE);
}

static guint
count_within(Desk *desk, CalInstant start, CalInstant end)
{
  g_autoptr(GArray) events = g_array_new(FALSE, FALSE, sizeof(CalEvent));
  assert_true(cal_ledger_each(desk->ledger, (CalSpan){ start, end }, collect, events, NULL));
  for (guint i = 0; i < events->len; i++) {
    const CalInstant at = g_array_index(events, CalEvent, i).at;
    assert_true(at >= start && at < end);
    assert_true(i == 0 || g_array_index(events, CalEvent, i - 1).at < at);
  }
  return events->len;
}

static guint
count_from(Desk *desk, CalInstant start)
{
  return count_within(desk, start, start + 42 * 3600);
}

/* Spans that overlap, as those of days that are folded one after another; twice, with the second found kept.
 * A commit is seen at once, whether it adds or takes away. */
static void
test_days_that_are_kept(void **state)
{
  Desk *desk = *state;
  static const guint minutes[] = { 0, 24 * 60, 42 * 60, 42 * 60, 5000 - 54 * 60, 5000 - 78 * 60 };
  char id[CAL_ENTRY_ID_SIZE];
  desk_append_minutes(desk, 1, 5000);
  cal_ledger_keep_days(desk->ledger, TRUE);
  for (gint64 day = 0; day < 6; day++) {
    const CalInstant start = NOON + (day - 2) * 86400 + 6 * 3600;
    assert_int_equal(count_from(desk, start), minutes[day]);
    assert_int_equal(count_from(desk, start), minutes[day]);
  }
  const CalInstant start = NOON + 86400;
  const CalRecord late = desk_minute(9000, start + 30);
  assert_int_equal(count_from(desk, start), 42 * 60);
  desk_append(desk, &late, 1, NULL);
  assert_int_equal(count_from(desk, start), 42 * 60 + 1);
  cal_event_record_id(&desk_tag, LOG_ID, late.sequence, id);
  desk_forget(desk, NOON, id);
  assert_int_equal(count_from(desk, start), 42 * 60);
  cal_ledger_keep_days(desk->ledger, FALSE);
  assert_int_equal(count_from(desk, start), 42 * 60);
}

/* Two days meet in a block: what is kept of it serves either, until it grows. */
static void
test_a_block_that_is_kept(void **state)
{
  Desk *desk = *state;
  const CalInstant midnight = NOON + 12 * 3600;
  for (guint32 last = 729; last < 733; last++) {
    desk_append_minutes(desk, last == 729 ? 1 : last, last);
    cal_ledger_keep_days(desk->ledger, TRUE);
    assert_int_equal(count_within(desk, midnight, midnight + 86400), last - 720);
    assert_int_equal(count_within(desk, NOON, midnight), 720);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_set_up, desk_tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_example),
    TEST(test_samples_that_wait),
    TEST(test_the_order_is_that_of_a_sort),
    TEST(test_a_visit_may_stop_and_may_read),
    TEST(test_reading_within_reading),
    TEST(test_the_end_of_a_span_is_outside),
    TEST(test_entries_alone),
    TEST(test_the_extent),
    TEST(test_what_comes_next),
    TEST(test_days_that_are_kept),
    TEST(test_a_block_that_is_kept),
    TEST(test_a_day_costs_the_same_in_a_long_ledger),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
