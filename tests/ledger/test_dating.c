/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Instants of records: kept as calcifer/dating.h computes them, whatever comes when. */
#include "desk.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include <calcifer/dating.h>
#include <error.h>
#include <store.h>

static CalInstant
instant_of(Desk *desk, guint32 sequence)
{
  g_autoptr(GArray) events = desk_events(desk);
  for (guint i = 0; i < events->len; i++) {
    const CalEvent *event = &g_array_index(events, CalEvent, i);
    CalRecord record;
    if (event->kind != CAL_EVENT_RECORD)
      continue;
    cal_record_decode(event->of.record.raw, &record);
    if (record.sequence == sequence)
      return event->at;
  }
  return CAL_INSTANT_NONE;
}

static void
assert_span(CalSpan span, CalInstant start, CalInstant end)
{
  assert_int_equal(span.start, start);
  assert_int_equal(span.end, end);
}

static void
test_example(void **state)
{
  Desk *desk = *state;
  CalSpan touched;
  const CalRecord undated[] = { desk_undated(1, 100, 1), desk_undated(2, 160, 1) };
  desk_append(desk, undated, 2, &touched);
  assert_true(touched.end <= touched.start); /* no day has them */
  assert_int_equal(instant_of(desk, 1), CAL_INSTANT_NONE);
  const CalRecord clock = desk_clock(3, NOON, 400, 0);
  desk_append(desk, &clock, 1, &touched);
  assert_int_equal(instant_of(desk, 1), NOON - 300);
  assert_int_equal(instant_of(desk, 2), NOON - 240);
  assert_span(touched, NOON - 300, NOON + 1);
}

static void
test_a_live_record_touches_its_own_minute(void **state)
{
  Desk *desk = *state;
  CalSpan touched;
  CalRecord record = desk_minute(1, NOON);
  desk_append(desk, &record, 1, &touched);
  assert_span(touched, NOON, NOON + 60);
  desk_append(desk, &record, 1, &touched);
  assert_true(touched.end <= touched.start); /* the same again */
  record = desk_minute(2, NOON + 60);
  record.uv.duration_s = 43200; /* into the night */
  desk_append(desk, &record, 1, &touched);
  assert_span(touched, NOON + 60, NOON + 60 + 43200);
  record = desk_minute(3, NOON);
  record.uv.duration_s = 65535; /* rejected, and no longer for that */
  desk_append(desk, &record, 1, &touched);
  assert_span(touched, NOON, NOON + 43200);
}

/* The clock had been an hour behind since the clock record before. */
static void
test_a_correction_touches_where_they_were_and_are(void **state)
{
  Desk *desk = *state;
  CalSpan touched;
  const CalRecord before[] = { desk_minute(1, NOON - 7200), desk_clock(2, NOON - 3600, 10, 0),
                               desk_minute(3, NOON), desk_minute(4, NOON + 60) };
  desk_append(desk, before, 4, NULL);
  const CalRecord clock = desk_clock(5, NOON + 3720, 4000, (guint32)NOON + 120);
  desk_append(desk, &clock, 1, &touched);
  assert_int_equal(instant_of(desk, 1), NOON - 7200); /* behind another clock */
  assert_int_equal(instant_of(desk, 3), NOON + 3600);
  assert_int_equal(instant_of(desk, 4), NOON + 3660);
  assert_span(touched, NOON, NOON + 3721);
  const CalRecord late = desk_minute(6, NOON + 4000);
  desk_append(desk, &late, 1, &touched);
  assert_span(touched, NOON + 4000, NOON + 4060);
}

/* A record of another start fills in and shows that the run was none. */
static void
test_what_was_dated_may_lose_its_date(void **state)
{
  Desk *desk = *state;
  CalSpan touched;
  const CalRecord first[] = { desk_undated(1, 100, 1), desk_undated(2, 200, 1), desk_clock(5, NOON, 400, 0) };
  desk_append(desk, first, 3, NULL);
  assert_int_equal(instant_of(desk, 2), NOON - 200);
  const CalRecord between = desk_undated(4, 20, 2);
  desk_append(desk, &between, 1, &touched);
  assert_int_equal(instant_of(desk, 1), CAL_INSTANT_NONE);
  assert_int_equal(instant_of(desk, 2), CAL_INSTANT_NONE);
  assert_int_equal(instant_of(desk, 4), CAL_INSTANT_NONE);
  assert_span(touched, NOON - 300, NOON - 200 + 60);
}

/* The same by a record that has a date of its own. */
static void
test_a_dated_record_may_break_a_run(void **state)
{
  Desk *desk = *state;
  CalSpan touched;
  const CalRecord first[] = { desk_undated(1, 100, 1), desk_minute(2, NOON - 250), desk_undated(3, 200, 1),
                              desk_clock(6, NOON, 400, 0) };
  desk_append(desk, first, 4, NULL);
  assert_int_equal(instant_of(desk, 3), NOON - 200);
  CalRecord between = desk_minute(5, NOON - 50);
  between.boot = 2;
  desk_append(desk, &between, 1, &touched);
  assert_int_equal(instant_of(desk, 1), CAL_INSTANT_NONE);
  assert_int_equal(instant_of(desk, 2), NOON - 250);
  assert_int_equal(instant_of(desk, 3), CAL_INSTANT_NONE);
  assert_int_equal(instant_of(desk, 5), NOON - 50);
  assert_span(touched, NOON - 300, NOON + 10);
}

/* -- Against the pure function -------------------------------------------------------------------------- */

#define N_RECORDS 160

static CalRecord
random_record(guint64 *seed, guint32 sequence, CalInstant *clock, guint16 *boot, gboolean *is_set)
{
  *clock += 1 + desk_random(seed, 100);
  if (desk_random(seed, 25) == 0) {
    ++*boot;
    *is_set = desk_random(seed, 3) == 0;
  }
  CalRecord record =
      *is_set ? desk_minute(sequence, *clock) : desk_undated(sequence, (guint32)(*clock - NOON), *boot);
  if (desk_random(seed, 12) == 0) {
    static const gint64 shifts[] = { 0, 30, -60, 61, 3600, -7200, 86400 };
    const gint64 shift = shifts[desk_random(seed, G_N_ELEMENTS(shifts))];
    record = desk_clock(sequence, *clock + shift, (guint32)(*clock - NOON), *is_set ? (guint32)*clock : 0);
    *clock += shift;
    *is_set = TRUE;
  }
  if (desk_random(seed, 40) == 0)
    record.flags ^= CAL_RECORD_FLAG_CLOCK_SET; /* also a clock record that sets nothing */
  record.boot = *boot;
  return record;
}

typedef struct World {
  CalRecord records[N_RECORDS];
  gboolean is_in[N_RECORDS];
  CalInstant at[N_RECORDS]; /* as of the last look; CAL_INSTANT_NONE for what is not in */
} World;

static void
date_world(World *world)
{
  CalDatingRecord known[N_RECORDS];
  CalInstant instants[N_RECORDS];
  gsize n = 0;
  for (gsize i = 0; i < N_RECORDS; i++)
    if (world->is_in[i])
      known[n++] = cal_dating_record(&world->records[i]);
  cal_dating_date(known, n, instants);
  n = 0;
  for (gsize i = 0; i < N_RECORDS; i++)
    world->at[i] = world->is_in[i] ? instants[n++] : CAL_INSTANT_NONE;
}

static void
assert_touched(const CalRecord *record, CalInstant at, CalSpan touched)
{
  if (at == CAL_INSTANT_NONE)
    return;
  assert_true(touched.start <= at);
  assert_true(touched.end >= at + MAX(record->uv.duration_s, 1));
}

static void
assert_like_world(Desk *desk, const World *world)
{
  g_autoptr(GArray) events = desk_events(desk);
  guint n_dated = 0, n_told = 0;
  for (guint i = 0; i < events->len; i++) {
    const CalEvent *event = &g_array_index(events, CalEvent, i);
    CalRecord record;
    if (event->kind != CAL_EVENT_RECORD)
      continue;
    cal_record_decode(event->of.record.raw, &record);
    assert_int_equal(event->at, world->at[record.sequence - 1]);
    n_told++;
  }
  for (gsize i = 0; i < N_RECORDS; i++)
    n_dated += world->at[i] != CAL_INSTANT_NONE;
  assert_int_equal(n_told, n_dated);
}

typedef struct Words {
  CalDatingOwner owner[40];
  CalEntry said[40];  /* the entries of kind date */
  CalEntry entry[40]; /* what takes them back, or again, when it is undone */
  gboolean stands[40];
  guint n;
} Words;

static CalInstant
by_words(const Words *words, const CalRecord *record)
{
  if (words == NULL)
    return CAL_INSTANT_NONE;
  const CalDatingRecord undated = cal_dating_record(record);
  for (guint i = words->n; i-- > 0;) {
    const CalInstant at =
        words->stands[i] ? cal_dating_by_owner(&words->owner[i], &undated) : CAL_INSTANT_NONE;
    if (at != CAL_INSTANT_NONE)
      return at;
  }
  return CAL_INSTANT_NONE;
}

static void
date_world_with(World *world, const Words *words)
{
  date_world(world);
  for (gsize i = 0; i < N_RECORDS; i++)
    if (world->is_in[i] && world->at[i] == CAL_INSTANT_NONE)
      world->at[i] = by_words(words, &world->records[i]);
}

static void
append_some(Desk *desk, World *world, const Words *words, guint64 *seed, guint32 *order, gsize *n_in)
{
  CalRecord batch[24];
  CalInstant before[N_RECORDS];
  CalSpan touched;
  const gsize wanted = 1 + desk_random(seed, 3) * desk_random(seed, 12);
  const gsize n = MIN(wanted, N_RECORDS - *n_in);
  memcpy(before, world->at, sizeof before);
  for (gsize i = 0; i < n; i++) {
    const guint32 which = order[*n_in + i];
    batch[i] = world->records[which];
    world->is_in[which] = TRUE;
  }
  *n_in += n;
  desk_append(desk, batch, n, &touched);
  date_world_with(world, words);
  for (gsize i = 0; i < N_RECORDS; i++)
    if (before[i] != world->at[i]) {
      assert_touched(&world->records[i], before[i], touched);
      assert_touched(&world->records[i], world->at[i], touched);
    }
}

static void
put_in_order(guint32 *order, guint64 *seed, guint64 round)
{
  for (guint32 i = 0; i < N_RECORDS; i++)
    order[i] = round % 4 == 0 ? N_RECORDS - 1 - i : i; /* from the end, or from the beginning, */
  const guint32 n_swaps = round % 4 == 1   ? 0
                          : round % 4 == 2 ? 20
                                           : N_RECORDS; /* with a few swapped, or all */
  for (guint32 i = 0; i < n_swaps; i++) {
    const guint32 a = desk_random(seed, N_RECORDS), b = desk_random(seed, N_RECORDS), kept = order[a];
    order[a] = order[b];
    order[b] = kept;
  }
}

static void
test_any_order_gives_the_same_instants(void **state)
{
  for (guint64 round = 1; round <= 60; round++) {
    guint64 seed = round * 104729;
    World world = { 0 };
    guint32 order[N_RECORDS];
    CalInstant clock = NOON;
    guint16 boot = 1;
    gboolean is_set = FALSE;
    for (guint32 i = 0; i < N_RECORDS; i++)
      world.records[i] = random_record(&seed, i + 1, &clock, &boot, &is_set);
    put_in_order(order, &seed, round);
    date_world(&world);
    desk_set_up(state);
    Desk *desk = *state;
    for (gsize n_in = 0; n_in < N_RECORDS;) {
      append_some(desk, &world, NULL, &seed, order, &n_in);
      assert_like_world(desk, &world);
    }
    desk_tear_down(state);
  }
}

/* -- The owner's word ------------------------------------------------------------------------------------ */

static GArray *
runs_of(Desk *desk)
{
  g_autoptr(GError) error = NULL;
  GArray *runs = cal_ledger_undated_runs(desk->ledger, &desk_tag, &error);
  if (runs == NULL)
    fail_msg("%s", error->message);
  return runs;
}

static gint64
count_undated(Desk *desk)
{
  CalTagCounts counts;
  assert_true(cal_ledger_tag_counts(desk->ledger, &desk_tag, NOON, &counts, NULL));
  return counts.undated;
}

static CalEntry
say(Desk *desk, const CalUndatedRun *run, CalInstant at)
{
  char name[CAL_DATING_OWNER_SIZE], value[CAL_DATING_OWNER_SIZE];
  const CalDatingOwner owner = { desk_tag, run->log_id, run->first,    run->from,
                                 run->to,  run->boot,   run->uptime_s, at };
  cal_dating_owner_format(&owner, name, value);
  return desk_enter(desk, CAL_ENTRY_DATE, NOON, name, value);
}

/* desk_append() receives all at NOON. */
static void
test_a_run_and_its_bounds(void **state)
{
  Desk *desk = *state;
  const CalRecord records[] = { desk_minute(1, NOON - 7200),    desk_undated(2, 100, 2),
                                desk_undated(3, 160, 2),        desk_undated(5, 1000, 2),
                                desk_undated(6, 50, 3),         desk_undated(7, 60, 4),
                                desk_clock(8, NOON - 60, 90, 0) };
  CalRecord last[G_N_ELEMENTS(records)];
  memcpy(last, records, sizeof last);
  last[5].boot = last[6].boot = 4;
  desk_append(desk, last, G_N_ELEMENTS(last), NULL);
  assert_int_equal(count_undated(desk), 4); /* the clock dates the seventh */
  g_autoptr(GArray) runs = runs_of(desk);
  assert_int_equal(runs->len, 2);
  const CalUndatedRun *run = &g_array_index(runs, CalUndatedRun, 0);
  assert_int_equal(run->log_id, LOG_ID);
  assert_int_equal(run->first, 2);
  assert_int_equal(run->last, 5);
  assert_int_equal(run->from, 2);
  assert_int_equal(run->to, 5);
  assert_int_equal(run->n_records, 3);
  assert_int_equal(run->length_s, 960);
  assert_int_equal(run->after, NOON - 7140);
  assert_int_equal(run->before, NOON - 960);
  run = &g_array_index(runs, CalUndatedRun, 1);
  assert_int_equal(run->first, 6);
  assert_int_equal(run->to, 6);
  assert_int_equal(run->after, NOON - 7140);
  assert_int_equal(run->before, NOON - 60);
}

static void
test_the_owner_dates_and_takes_it_back(void **state)
{
  Desk *desk = *state;
  const CalRecord records[] = { desk_undated(2, 100, 2), desk_undated(3, 160, 2) };
  desk_append(desk, records, 2, NULL);
  g_autoptr(GArray) runs = runs_of(desk);
  assert_int_equal(g_array_index(runs, CalUndatedRun, 0).after, CAL_INSTANT_NONE);
  const CalEntry said = say(desk, &g_array_index(runs, CalUndatedRun, 0), NOON - 3600);
  CalSpan span;
  assert_true(cal_ledger_dated_span(desk->ledger, &said, &span, NULL));
  assert_span(span, NOON - 3600, NOON - 3480);
  assert_int_equal(instant_of(desk, 2), NOON - 3600);
  assert_int_equal(instant_of(desk, 3), NOON - 3540);
  assert_int_equal(count_undated(desk), 0);
  const CalRecord late = desk_undated(4, 220, 2); /* the same run goes on */
  CalSpan touched;
  desk_append(desk, &late, 1, &touched);
  assert_span(touched, NOON - 3480, NOON - 3420);
  desk_reopen(desk);
  const CalRecord later = desk_undated(5, 280, 2);
  desk_append(desk, &later, 1, NULL);
  assert_int_equal(instant_of(desk, 5), NOON - 3420);
  const CalEntry undo = desk_enter(desk, CAL_ENTRY_UNDO, NOON, said.id, "");
  assert_int_equal(count_undated(desk), 4);
  assert_int_equal(instant_of(desk, 2), CAL_INSTANT_NONE);
  desk_enter(desk, CAL_ENTRY_UNDO, NOON, undo.id, "");
  assert_int_equal(count_undated(desk), 0);
  assert_int_equal(instant_of(desk, 5), NOON - 3420);
}

/* What a clock says is better than what somebody remembers, and so it stays when that is taken back. */
static void
test_a_clock_holds_over_the_owner(void **state)
{
  Desk *desk = *state;
  CalSpan touched;
  const CalRecord records[] = { desk_undated(2, 100, 1), desk_undated(3, 160, 1) };
  desk_append(desk, records, 2, NULL);
  g_autoptr(GArray) runs = runs_of(desk);
  const CalEntry said = say(desk, &g_array_index(runs, CalUndatedRun, 0), NOON - 3600);
  const CalRecord clock = desk_clock(5, NOON, 400, 0);
  desk_append(desk, &clock, 1, &touched);
  assert_int_equal(instant_of(desk, 2), NOON - 300);
  assert_true(touched.start <= NOON - 3600);
  desk_enter(desk, CAL_ENTRY_UNDO, NOON, said.id, "");
  assert_int_equal(instant_of(desk, 2), NOON - 300);
  const CalRecord between = desk_undated(4, 20, 2); /* breaks the run to the clock */
  desk_append(desk, &between, 1, NULL);
  assert_int_equal(instant_of(desk, 2), CAL_INSTANT_NONE);
}

/* A word about a log of which nothing has come yet, as an import may bring it. */
static void
test_the_word_may_come_before_the_records(void **state)
{
  Desk *desk = *state;
  desk_enter(desk, CAL_ENTRY_DATE, NOON, "tag:C0:FF:EE:00:00:01:00AB12CD:2",
             "2025-09-29T11:00:00Z uptime=100 boot=2 from=0 to=4294967295");
  const CalRecord record = desk_undated(2, 100, 2);
  desk_append(desk, &record, 1, NULL);
  assert_int_equal(instant_of(desk, 2), NOON - 3600);
}

/* What was not committed dates nothing. */
static void
test_a_word_that_was_rolled_back(void **state)
{
  Desk *desk = *state;
  g_autofree char *aside = g_strconcat(desk->path, ".aside", NULL);
  const CalRecord records[] = { desk_undated(2, 100, 2), desk_undated(3, 160, 2) };
  GError *error = NULL;
  CalEntry entry = { .kind = CAL_ENTRY_DATE, .way = CAL_WAY_HAND, .at = NOON, .recorded = NOON };
  g_strlcpy(entry.name, "tag:C0:FF:EE:00:00:01:00AB12CD:2", sizeof entry.name);
  g_strlcpy(entry.value, "2025-09-29T11:00:00Z uptime=100 boot=2 from=0 to=4294967295", sizeof entry.value);
  desk_append(desk, records, 1, NULL);
  assert_int_equal(g_rename(desk->path, aside), 0);
  assert_false(cal_ledger_append_entry(desk->ledger, &entry, &error));
  desk_assert_error(&error, CAL_ERROR_STORAGE);
  assert_int_equal(g_rename(aside, desk->path), 0);
  desk_append(desk, records + 1, 1, NULL);
  assert_int_equal(count_undated(desk), 2);
  assert_true(cal_ledger_append_entry(desk->ledger, &entry, &error));
  assert_int_equal(count_undated(desk), 0);
}

/* -- The owner's words, against the pure functions */

/* Takes back (or again) what was said. */
static guint
take_back(Desk *desk, Words *words, guint64 *seed)
{
  const guint i = desk_random(seed, words->n);
  words->entry[i] = desk_enter(desk, CAL_ENTRY_UNDO, NOON, words->entry[i].id, "");
  words->stands[i] = !words->stands[i];
  return i;
}

static guint
say_something(Desk *desk, Words *words, const CalUndatedRun *run, CalInstant at)
{
  const guint i = words->n++;
  words->owner[i] =
      (CalDatingOwner){ desk_tag, run->log_id, run->first, run->from, run->to, run->boot, run->uptime_s, at };
  words->said[i] = words->entry[i] = say(desk, run, at);
  words->stands[i] = TRUE;
  return i;
}

/* Says something about a run that is undated now, or takes something back: whatever moves lies in the span
 * that the ledger tells of the entry. */
static void
say_or_take_back(Desk *desk, World *world, Words *words, guint64 *seed)
{
  CalInstant before[N_RECORDS];
  CalSpan span;
  guint i;
  g_autoptr(GArray) runs = runs_of(desk);
  memcpy(before, world->at, sizeof before);
  if (words->n > 0 && desk_random(seed, 3) == 0)
    i = take_back(desk, words, seed);
  else if (runs->len > 0 && words->n < G_N_ELEMENTS(words->owner))
    i = say_something(desk, words, &g_array_index(runs, CalUndatedRun, desk_random(seed, runs->len)),
                      NOON - 86400 + desk_random(seed, 86400));
  else
    return;
  date_world_with(world, words);
  assert_true(cal_ledger_dated_span(desk->ledger, &words->said[i], &span, NULL));
  for (gsize j = 0; j < N_RECORDS; j++)
    if (world->is_in[j] && before[j] != world->at[j] &&
        (before[j] == CAL_INSTANT_NONE || world->at[j] == CAL_INSTANT_NONE))
      assert_touched(&world->records[j], before[j] == CAL_INSTANT_NONE ? world->at[j] : before[j], span);
}

static void
test_words_in_any_order_give_the_same_instants(void **state)
{
  guint n_said = 0;
  for (guint64 round = 1; round <= 30; round++) {
    guint64 seed = round * 7919;
    World world = { 0 };
    Words words = { .n = 0 };
    guint32 order[N_RECORDS];
    CalInstant clock = NOON;
    guint16 boot = 1;
    gboolean is_set = FALSE;
    for (guint32 i = 0; i < N_RECORDS; i++)
      world.records[i] = random_record(&seed, i + 1, &clock, &boot, &is_set);
    put_in_order(order, &seed, round);
    date_world(&world);
    desk_set_up(state);
    Desk *desk = *state;
    for (gsize n_in = 0; n_in < N_RECORDS;) {
      append_some(desk, &world, &words, &seed, order, &n_in);
      say_or_take_back(desk, &world, &words, &seed);
      assert_like_world(desk, &world);
    }
    n_said += words.n;
    /* taken back, all of it: what no clock dates is undated again */
    for (guint i = 0; i < words.n; i++)
      if (words.stands[i])
        desk_enter(desk, CAL_ENTRY_UNDO, NOON, words.entry[i].id, "");
    date_world(&world);
    assert_like_world(desk, &world);
    desk_tear_down(state);
  }
  assert_true(n_said > 100);
}

/* -- Cost ----------------------------------------------------------------------------------------------- */

static int
count_operations(void *n)
{
  ++*(guint64 *)n;
  return 0;
}

/* How many of SQLite's instructions appending these takes: a cost that does not depend on the machine. */
static guint64
cost_of(Desk *desk, const CalRecord *records, gsize n_records)
{
  guint64 n = 0;
  sqlite3_progress_handler(desk->ledger->db, 1, count_operations, &n);
  assert_int_equal(desk_append(desk, records, n_records, NULL).fresh, n_records);
  sqlite3_progress_handler(desk->ledger->db, 0, NULL, NULL);
  return n;
}

static void
fill(Desk *desk, guint32 first, guint32 last)
{
  for (guint32 from = first; from <= last; from += 512)
    desk_append_minutes(desk, from, MIN(from + 511, last));
}

/* A tag gone wrong begins a run with every record: what lists them goes once over the log. */
static guint64
cost_of_listing(Desk *desk, guint32 first, guint32 last)
{
  CalRecord records[700];
  guint64 n = 0;
  for (guint32 sequence = first; sequence <= last; sequence++)
    records[sequence - first] = desk_undated(sequence, 100, (guint16)sequence);
  desk_append(desk, records, last - first + 1, NULL);
  sqlite3_progress_handler(desk->ledger->db, 1, count_operations, &n);
  g_autoptr(GArray) runs = runs_of(desk);
  sqlite3_progress_handler(desk->ledger->db, 0, NULL, NULL);
  assert_int_equal(runs->len, MIN(last, 1000));
  return n;
}

static void
test_many_runs_are_listed_in_one_go(void **state)
{
  Desk *desk = *state;
  const guint64 few = cost_of_listing(desk, 1, 200), many = cost_of_listing(desk, 201, 400);
  assert_in_range(many, few, few * 9 / 4);
  cost_of_listing(desk, 401, 1100); /* no more than a thousand */
}

static void
test_a_live_record_costs_the_same_in_a_long_log(void **state)
{
  Desk *desk = *state;
  fill(desk, 1, 300);
  const CalRecord early = desk_minute(301, NOON + 301 * 60), late = desk_minute(20301, NOON + 20301 * 60);
  const guint64 in_a_short_log = cost_of(desk, &early, 1);
  fill(desk, 302, 20300);
  const guint64 in_a_long_log = cost_of(desk, &late, 1);
  assert_in_range(in_a_long_log, in_a_short_log - 10, in_a_short_log + 10);
}

/* The clock record of a connection comes live, before the backlog that lies below it. */
static void
test_a_backlog_below_its_clock_record_costs_the_same_to_the_end(void **state)
{
  Desk *desk = *state;
  CalRecord clock = desk_clock(30000, NOON + 30000 * 60, 4000000, (guint32)(NOON + 30000 * 60 - 5));
  CalRecord batch[64];
  clock.boot = 2; /* the tag had started anew: what would cut off a run finds none, and looks no further */
  desk_append(desk, &clock, 1, NULL);
  guint64 costs[2];
  for (guint32 part = 0; part < 2; part++) {
    const guint32 first = part == 0 ? 257 : 20225; /* both begin a block */
    fill(desk, part == 0 ? 1 : 321, first - 1);
    for (guint32 i = 0; i < 64; i++)
      batch[i] = desk_minute(first + i, NOON + 60 * (gint64)(first + i));
    costs[part] = cost_of(desk, batch, 64);
  }
  assert_in_range(costs[1], costs[0] - costs[0] / 20, costs[0] + costs[0] / 20);
}

/* The same with an unset tag: the run up to the clock record is looked at where the records are. */
static void
test_an_undated_backlog_costs_the_same_to_the_end(void **state)
{
  Desk *desk = *state;
  const CalRecord clock = desk_clock(30000, NOON, 30000 * 60, 0);
  CalRecord batch[64];
  guint64 costs[300];
  desk_append(desk, &clock, 1, NULL);
  for (guint32 part = 0; part < G_N_ELEMENTS(costs); part++) {
    for (guint32 i = 0; i < 64; i++)
      batch[i] = desk_undated(1 + part * 64 + i, (part * 64 + i) * 60, 1);
    costs[part] = cost_of(desk, batch, 64);
  }
  assert_in_range(costs[298], costs[2] - costs[2] / 10, costs[2] + costs[2] / 10);
  assert_int_equal(instant_of(desk, 1), NOON - 30000 * 60);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_set_up, desk_tear_down)

/* It was received at a time that no clock can have shown: that bounds nothing. */
static void
test_a_run_that_a_host_without_a_clock_received(void **state)
{
  Desk *desk = *state;
  guint8 raw[2][CAL_RECORD_SIZE];
  CalTally tally = { 0 };
  CalSpan touched = { 0, 0 };
  const CalRecord records[] = { desk_minute(1, NOON - 7200), desk_undated(2, 100, 2) };
  for (gsize i = 0; i < G_N_ELEMENTS(records); i++)
    cal_record_encode(&records[i], raw[i]);
  assert_true(cal_ledger_append_records(desk->ledger, &desk_tag, LOG_ID,
                                        (const guint8(*)[CAL_RECORD_SIZE])raw, 2, CAL_DATING_EARLIEST - 1,
                                        &tally, &touched, NULL));
  g_autoptr(GArray) runs = runs_of(desk);
  assert_int_equal(runs->len, 1);
  assert_int_equal(g_array_index(runs, CalUndatedRun, 0).after, NOON - 7140);
  assert_int_equal(g_array_index(runs, CalUndatedRun, 0).before, G_MAXINT64);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_example),
    TEST(test_a_live_record_touches_its_own_minute),
    TEST(test_a_correction_touches_where_they_were_and_are),
    TEST(test_a_dated_record_may_break_a_run),
    TEST(test_what_was_dated_may_lose_its_date),
    cmocka_unit_test(test_any_order_gives_the_same_instants),
    TEST(test_a_run_and_its_bounds),
    TEST(test_the_owner_dates_and_takes_it_back),
    TEST(test_a_clock_holds_over_the_owner),
    TEST(test_a_run_that_a_host_without_a_clock_received),
    TEST(test_the_word_may_come_before_the_records),
    TEST(test_a_word_that_was_rolled_back),
    cmocka_unit_test(test_words_in_any_order_give_the_same_instants),
    TEST(test_many_runs_are_listed_in_one_go),
    TEST(test_a_live_record_costs_the_same_in_a_long_log),
    TEST(test_a_backlog_below_its_clock_record_costs_the_same_to_the_end),
    TEST(test_an_undated_backlog_costs_the_same_to_the_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
