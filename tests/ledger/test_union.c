/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two ledgers put together, in any order. */
#include "desk.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include <error.h>

static void
keep(const CalEvent *event, CalInstant received, gpointer data)
{
  (void)received;
  g_array_append_vals(data, event, 1);
}

/* All that a ledger holds, as an export is told it. */
static GArray *
all_of(CalLedger *ledger, guint limit)
{
  CalLedgerPage page;
  guint n;
  GArray *all = g_array_new(FALSE, TRUE, sizeof(CalEvent));
  cal_ledger_page_begin(&page);
  do
    assert_true(cal_ledger_page(ledger, &page, limit, keep, all, &n, NULL));
  while (n > 0);
  return all;
}

static void
bring_one(CalLedger *to, const CalEvent *event)
{
  CalTally tally = { 0 };
  CalSpan touched = { 0 };
  CalEntry entry = event->of.entry;
  switch (event->kind) {
  case CAL_EVENT_ENTRY:
    assert_true(cal_ledger_import_entries(to, &entry, 1, NULL));
    break;
  case CAL_EVENT_RECORD:
    assert_true(cal_ledger_append_records(to, &event->tag, event->of.record.log_id, &event->of.record.raw, 1,
                                          NOON + 99999, &tally, &touched, NULL));
    break;
  case CAL_EVENT_SAMPLE:
    assert_true(cal_ledger_append_sample(to, &event->tag, event->at, event->of.sample.uv_index, NULL));
    break;
  }
}

static void
bring(CalLedger *to, const GArray *events, gboolean backwards)
{
  for (guint i = 0; i < events->len; i++)
    bring_one(to, &g_array_index(events, CalEvent, backwards ? events->len - 1 - i : i));
}

static void
assert_same(const GArray *a, const GArray *b)
{
  assert_int_equal(a->len, b->len);
  for (guint i = 0; i < a->len; i++)
    assert_int_equal(cal_event_compare(&g_array_index(a, CalEvent, i), &g_array_index(b, CalEvent, i)), 0);
}

static void
fill(Desk *desk)
{
  char id[CAL_ENTRY_ID_SIZE];
  const CalRecord conflict = desk_minute(1, NOON + 1);
  desk_append_minutes(desk, 1, 30);
  desk_append(desk, &conflict, 1, NULL);
  const CalEntry food = desk_enter(desk, CAL_ENTRY_FOOD, NOON, "egg", "60g");
  desk_enter(desk, CAL_ENTRY_PROFILE, NOON, "spf", "30");
  const CalEntry undo = desk_enter(desk, CAL_ENTRY_UNDO, NOON, food.id, "");
  desk_enter(desk, CAL_ENTRY_FOOD, NOON, "egg", "61g");
  desk_enter(desk, CAL_ENTRY_UNDO, NOON, undo.id, "");
  const CalEntry gone = desk_enter(desk, CAL_ENTRY_FOOD, NOON, "egg", "62g");
  desk_enter(desk, CAL_ENTRY_UNDO, NOON, gone.id, "");
  cal_event_record_id(&desk_tag, LOG_ID, 7, id);
  desk_enter(desk, CAL_ENTRY_UNDO, NOON, id, "");
  assert_true(cal_ledger_append_sample(desk->ledger, &desk_other_tag, NOON, 2.5, NULL));
}

static CalLedger *
another(Desk *desk, const char *name)
{
  g_autofree char *path = g_build_filename(desk->directory, name, NULL);
  CalLedger *ledger = cal_ledger_open(path, NULL);
  assert_non_null(ledger);
  return ledger;
}

static void
test_example(void **state)
{
  Desk *desk = *state;
  fill(desk);
  g_autoptr(CalLedger) other = another(desk, "other.db");
  g_autoptr(GArray) ours = all_of(desk->ledger, 3);
  assert_int_equal(ours->len, 30 + 1 + 8 + 1);
  bring(other, ours, FALSE);
  bring(other, ours, FALSE); /* again changes nothing */
  g_autoptr(GArray) theirs = all_of(other, 1000);
  assert_same(ours, theirs);
  assert_true(cal_ledger_check(other, NULL));
}

static void
test_in_any_order(void **state)
{
  Desk *desk = *state;
  fill(desk);
  g_autoptr(CalLedger) backwards = another(desk, "backwards.db");
  g_autoptr(GArray) all = all_of(desk->ledger, 1000);
  Desk other = { .ledger = backwards };
  bring(backwards, all, TRUE); /* undos before what they undo, the undone record too */
  g_autoptr(GArray) told = desk_events(desk);
  g_autoptr(GArray) told_there = desk_events(&other);
  assert_int_equal(told->len, 29 + 2 + 1); /* without record 7, with the food whose undo was undone */
  assert_int_equal(told_there->len, told->len);
  for (guint i = 0; i < told->len; i++) {
    const CalEvent *event = &g_array_index(told, CalEvent, i);
    if (event->kind == CAL_EVENT_ENTRY)
      assert_string_equal(event->of.entry.id, g_array_index(told_there, CalEvent, i).of.entry.id);
  }
}

static void
test_first_copy_stays_and_numbers_come_home(void **state)
{
  Desk *desk = *state;
  CalKnown known;
  CalEntry food = desk_enter(desk, CAL_ENTRY_FOOD, NOON, "egg", "60g"), stored;
  CalEntry changed = food, ahead = food, next;
  g_strlcpy(changed.value, "600g", sizeof changed.value);
  assert_true(cal_ledger_knows_entry(desk->ledger, &food, &known, NULL) && known == CAL_KNOWN_SAME);
  assert_true(cal_ledger_knows_entry(desk->ledger, &changed, &known, NULL) && known == CAL_KNOWN_OTHERWISE);
  assert_true(cal_ledger_import_entries(desk->ledger, &changed, 1, NULL));
  assert_true(cal_ledger_get_entry(desk->ledger, food.id, &stored, NULL, NULL));
  assert_string_equal(stored.value, "60g");
  g_snprintf(ahead.id, sizeof ahead.id, "%s:9", cal_ledger_uuid(desk->ledger)); /* after an older backup */
  assert_true(cal_ledger_import_entries(desk->ledger, &ahead, 1, NULL));
  next = desk_enter(desk, CAL_ENTRY_DONE, NOON, "", "");
  assert_true(g_str_has_suffix(next.id, ":10"));
}

static void
test_no_id(void **state)
{
  Desk *desk = *state;
  CalEntry food = desk_enter(desk, CAL_ENTRY_FOOD, NOON, "egg", "60g");
  const char *const ids[] = { "",
                              "x",
                              "tag:C0:FF:EE:00:00:01:00000001:1",
                              "1234:1",
                              "00000000-0000-4000-8000-00000000000g:1",
                              "00000000-0000-4000-8000-000000000000:0" };
  for (gsize i = 0; i < G_N_ELEMENTS(ids); i++) {
    GError *error = NULL;
    g_strlcpy(food.id, ids[i], sizeof food.id);
    assert_false(cal_ledger_import_entries(desk->ledger, &food, 1, &error));
    desk_assert_error(&error, CAL_ERROR_INVALID);
  }
}

/* -- Tombstones ----------------------------------------------------------------------------------------- */

#define SECOND_RECORD "tag:C0:FF:EE:00:00:01:00AB12CD:2"

static gint
compare_events(gconstpointer a, gconstpointer b)
{
  return cal_event_compare(a, b);
}

/* Whatever order they hold it in. */
static void
assert_hold_the_same(CalLedger *a, CalLedger *b)
{
  g_autoptr(GArray) all_a = all_of(a, 1000);
  g_autoptr(GArray) all_b = all_of(b, 1000);
  g_array_sort(all_a, compare_events);
  g_array_sort(all_b, compare_events);
  assert_same(all_a, all_b);
  assert_true(cal_ledger_check(a, NULL));
  assert_true(cal_ledger_check(b, NULL));
}

static gboolean
holds_text(const GArray *events, const char *text)
{
  for (guint i = 0; i < events->len; i++) {
    const CalEvent *event = &g_array_index(events, CalEvent, i);
    if (event->kind == CAL_EVENT_ENTRY && strstr(event->of.entry.name, text) != NULL)
      return TRUE;
  }
  return FALSE;
}

static gint64
undated(Desk *desk)
{
  CalTagCounts counts;
  assert_true(cal_ledger_tag_counts(desk->ledger, &desk_tag, NOON, &counts, NULL));
  return counts.undated;
}

/* A third of its events are forgotten on one machine: they go from one that has them, come in no more
 * afterwards, and never come to one that had none. */
static void
test_a_tombstone_wins_in_any_order(void **state)
{
  Desk *desk = *state;
  desk_append_minutes(desk, 1, 3);
  const CalEntry secret = desk_enter(desk, CAL_ENTRY_FOOD, NOON, "secret", "1g");
  desk_enter(desk, CAL_ENTRY_RECIPE, NOON, "porridge", "oats 40g; milk 200g");
  g_autoptr(GArray) before = all_of(desk->ledger, 1000);
  g_autoptr(CalLedger) had = another(desk, "had.db");
  g_autoptr(CalLedger) had_none = another(desk, "none.db");
  bring(had, before, FALSE);
  desk_forget(desk, NOON + 1, secret.id);
  desk_forget(desk, NOON + 2, SECOND_RECORD);
  g_autoptr(GArray) after = all_of(desk->ledger, 1000);
  assert_int_equal(after->len, before->len); /* two less, and two tombstones */
  for (int way = 0; way < 2; way++) {
    bring(had, after, way == 1);
    bring(had, before, way == 1);
    bring(had_none, after, way == 0);
    bring(had_none, before, way == 0);
    assert_hold_the_same(desk->ledger, had);
    assert_hold_the_same(desk->ledger, had_none);
  }
  g_autoptr(GArray) there = all_of(had, 1000);
  assert_true(holds_text(there, "porridge"));
  assert_false(holds_text(there, "secret"));
}

static void
test_what_was_forgotten_is_known(void **state)
{
  Desk *desk = *state;
  CalKnown known;
  guint8 raw[CAL_RECORD_SIZE];
  const CalRecord second = desk_minute(2, NOON + 60);
  desk_append_minutes(desk, 1, 3);
  CalEntry secret = desk_enter(desk, CAL_ENTRY_FOOD, NOON, "secret", "1g");
  desk_forget(desk, NOON + 1, secret.id);
  desk_forget(desk, NOON + 2, SECOND_RECORD);
  g_autoptr(GArray) all = all_of(desk->ledger, 1000);
  g_autoptr(CalLedger) other = another(desk, "other.db");
  bring(other, all, TRUE);
  cal_record_encode(&second, raw);
  CalLedger *const ledgers[] = { desk->ledger, other };
  for (gsize i = 0; i < G_N_ELEMENTS(ledgers); i++) {
    assert_true(cal_ledger_knows_entry(ledgers[i], &secret, &known, NULL));
    assert_int_equal(known, CAL_KNOWN_SAME);
    assert_true(cal_ledger_knows_record(ledgers[i], &desk_tag, LOG_ID, raw, &known, NULL));
    assert_int_equal(known, CAL_KNOWN_SAME);
  }
  CalLogState log;
  assert_true(cal_ledger_log_state(other, &desk_tag, LOG_ID, &log, NULL));
  assert_int_equal(log.newest, 3);
}

/* Both forget the same before they hear of each other. */
static void
test_forgotten_on_both(void **state)
{
  Desk *desk = *state;
  desk_append_minutes(desk, 1, 3);
  const CalEntry secret = desk_enter(desk, CAL_ENTRY_FOOD, NOON, "secret", "1g");
  g_autoptr(GArray) before = all_of(desk->ledger, 1000);
  g_autoptr(CalLedger) ledger = another(desk, "other.db");
  Desk other = { .ledger = ledger };
  bring(ledger, before, FALSE);
  desk_forget(desk, NOON + 1, secret.id);
  desk_forget(desk, NOON + 2, SECOND_RECORD);
  desk_forget(&other, NOON + 3, SECOND_RECORD);
  desk_forget(&other, NOON + 4, secret.id); /* an entry of another ledger, by the id that it carries */
  g_autoptr(GArray) ours = all_of(desk->ledger, 1000);
  g_autoptr(GArray) theirs = all_of(ledger, 1000);
  bring(ledger, ours, FALSE);
  bring(desk->ledger, theirs, TRUE);
  assert_hold_the_same(desk->ledger, ledger);
  g_autoptr(GArray) all = all_of(ledger, 1000);
  assert_int_equal(all->len, 2 + 4);
}

/* After an older copy of the ledger was put back, others know of more than it does. */
static void
test_a_forgotten_number_is_not_given_again(void **state)
{
  Desk *desk = *state;
  CalEntry tombstone = { .kind = CAL_ENTRY_TOMBSTONE, .way = CAL_WAY_HAND, .at = NOON, .recorded = NOON };
  g_strlcpy(tombstone.id, "00000000-0000-4000-8000-000000000000:1", sizeof tombstone.id);
  g_snprintf(tombstone.name, sizeof tombstone.name, "%s:2", cal_ledger_uuid(desk->ledger));
  assert_true(cal_ledger_import_entries(desk->ledger, &tombstone, 1, NULL));
  const CalEntry next = desk_enter(desk, CAL_ENTRY_DONE, NOON, "", "");
  assert_true(g_str_has_suffix(next.id, ":3"));
}

/* A file that was made up forgets nothing that this ledger would not forget itself. */
static void
test_a_tombstone_that_is_none(void **state)
{
  Desk *desk = *state;
  const CalRecord clock = desk_clock(7, NOON, 400, 0);
  desk_append(desk, &clock, 1, NULL);
  const CalEntry food = desk_enter(desk, CAL_ENTRY_FOOD, NOON, "egg", "60g");
  const CalEntry undo = desk_enter(desk, CAL_ENTRY_UNDO, NOON, food.id, "");
  const CalEntry gone = desk_forget(desk, NOON, desk_enter(desk, CAL_ENTRY_DONE, NOON, "", "").id);
  const char *const names[] = { undo.id, gone.id, "tag:C0:FF:EE:00:00:01:00AB12CD:7", "nobody", "" };
  g_autoptr(GArray) before = all_of(desk->ledger, 1000);
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    CalEntry tombstone = { .kind = CAL_ENTRY_TOMBSTONE, .way = CAL_WAY_HAND, .at = NOON, .recorded = NOON };
    g_snprintf(tombstone.id, sizeof tombstone.id, "00000000-0000-4000-8000-000000000000:%d", (int)i + 1);
    g_strlcpy(tombstone.name, names[i], sizeof tombstone.name);
    assert_true(cal_ledger_import_entries(desk->ledger, &tombstone, 1, NULL));
  }
  g_autoptr(GArray) after = all_of(desk->ledger, 1000);
  assert_same(before, after);
}

static void
assert_sql_refused(const char *path, const char *sql)
{
  sqlite3 *db;
  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_CONSTRAINT);
  sqlite3_close(db);
}

/* A tombstone lets go what carries the id that it names, and not what has that number here. */
static void
test_the_way_is_narrow_for_others_entries(void **state)
{
  Desk *desk = *state;
  CalEntry food = { .kind = CAL_ENTRY_FOOD, .way = CAL_WAY_HAND, .at = NOON, .recorded = NOON };
  g_strlcpy(food.id, "00000000-0000-4000-8000-000000000000:1", sizeof food.id);
  assert_true(cal_ledger_import_entries(desk->ledger, &food, 1, NULL)); /* number 1 here */
  CalEntry tombstone = { .kind = CAL_ENTRY_TOMBSTONE, .way = CAL_WAY_HAND, .at = NOON, .recorded = NOON };
  g_strlcpy(tombstone.id, "00000000-0000-4000-8000-000000000000:2", sizeof tombstone.id);
  g_snprintf(tombstone.name, sizeof tombstone.name, "%s:1", cal_ledger_uuid(desk->ledger));
  assert_true(cal_ledger_import_entries(desk->ledger, &tombstone, 1, NULL));
  desk_close(desk);
  assert_sql_refused(desk->path, "DELETE FROM entry WHERE number = 1");
  assert_sql_refused(desk->path, "DELETE FROM origin");
  assert_sql_refused(desk->path, "UPDATE origin SET number = 7");
  desk_open(desk);
  desk_forget(desk, NOON + 1, food.id);
  assert_int_equal(desk_sql_number(desk->path, "SELECT count(*) FROM origin WHERE number = 1"), 0);
  assert_true(cal_ledger_check(desk->ledger, NULL));
}

/* -- Dates ---------------------------------------------------------------------------------------------- */

static CalEntry
say(Desk *desk)
{
  return desk_enter(desk, CAL_ENTRY_DATE, NOON, SECOND_RECORD,
                    "2025-09-29T11:00:00Z uptime=100 boot=2 from=0 to=4294967295");
}

/* A run that was dated on one machine is dated on the other, and what takes that back does so there. */
static void
test_a_date_travels(void **state)
{
  Desk *desk = *state;
  const CalRecord records[] = { desk_undated(2, 100, 2), desk_undated(3, 160, 2) };
  desk_append(desk, records, 2, NULL);
  const CalEntry said = say(desk);
  g_autoptr(GArray) dated = all_of(desk->ledger, 1000);
  const CalEntry undo = desk_enter(desk, CAL_ENTRY_UNDO, NOON, said.id, "");
  g_autoptr(GArray) undone = all_of(desk->ledger, 1000);
  desk_enter(desk, CAL_ENTRY_UNDO, NOON, undo.id, "");
  g_autoptr(GArray) redone = all_of(desk->ledger, 1000);
  for (int backwards = 0; backwards < 2; backwards++) {
    g_autoptr(CalLedger) ledger = another(desk, backwards ? "backwards.db" : "forwards.db");
    Desk other = { .ledger = ledger };
    bring(ledger, dated, backwards);
    assert_int_equal(undated(&other), 0);
    g_autoptr(GArray) events = desk_events(&other);
    assert_int_equal(g_array_index(events, CalEvent, 0).at, NOON - 3600);
    bring(ledger, undone, backwards);
    assert_int_equal(undated(&other), 2);
    bring(ledger, redone, backwards);
    assert_int_equal(undated(&other), 0);
  }
}

static void
test_a_forgotten_date_dates_nothing(void **state)
{
  Desk *desk = *state;
  const CalRecord records[] = { desk_undated(2, 100, 2), desk_undated(3, 160, 2) };
  const CalRecord late = desk_undated(4, 220, 2);
  desk_append(desk, records, 2, NULL);
  const CalEntry said = say(desk);
  g_autoptr(GArray) dated = all_of(desk->ledger, 1000);
  g_autoptr(CalLedger) ledger = another(desk, "other.db");
  Desk other = { .ledger = ledger };
  bring(ledger, dated, FALSE);
  assert_int_equal(undated(&other), 0);
  desk_forget(desk, NOON + 1, said.id);
  assert_int_equal(undated(desk), 2);
  g_autoptr(GArray) after = all_of(desk->ledger, 1000);
  bring(ledger, after, FALSE);
  assert_int_equal(undated(&other), 2);
  desk_append(&other, &late, 1, NULL);
  assert_int_equal(undated(&other), 3);
}

/* What was not committed dates nothing. */
static void
test_a_date_that_was_rolled_back(void **state)
{
  Desk *desk = *state;
  GError *error = NULL;
  const CalRecord record = desk_undated(2, 100, 2);
  g_autoptr(CalLedger) ledger = another(desk, "other.db");
  Desk other = { .ledger = ledger };
  g_autofree char *aside = g_strconcat(desk->path, ".aside", NULL);
  CalEntry said = say(&other);
  assert_int_equal(g_rename(desk->path, aside), 0);
  assert_false(cal_ledger_import_entries(desk->ledger, &said, 1, &error));
  desk_assert_error(&error, CAL_ERROR_STORAGE);
  assert_int_equal(g_rename(aside, desk->path), 0);
  desk_append(desk, &record, 1, NULL);
  assert_int_equal(undated(desk), 1);
  assert_true(cal_ledger_import_entries(desk->ledger, &said, 1, NULL));
  assert_int_equal(undated(desk), 0);
}

/* A file may say that two undos undo each other: what stands then, nobody could say. */
static void
test_no_undo_undoes_itself(void **state)
{
  Desk *desk = *state;
  static const char uuid[] = "00000000-0000-4000-8000-00000000000";
  static const int circles[][2] = { { 5, 5 }, { 6, 7 }, { 7, 6 }, { 8, 9 }, { 9, 10 }, { 10, 8 } };
  for (guint i = 0; i < G_N_ELEMENTS(circles); i++) {
    CalEntry undo = { .kind = CAL_ENTRY_UNDO, .way = CAL_WAY_HAND, .at = NOON, .recorded = NOON };
    g_snprintf(undo.id, sizeof undo.id, "%s%d:%d", uuid, i % 2, circles[i][0]);
    g_snprintf(undo.name, sizeof undo.name, "%s%d:%d", uuid, i == 0 ? 0 : (int)(i + 1) % 2, circles[i][1]);
    if (i >= 3) { /* of three, from one ledger */
      g_snprintf(undo.id, sizeof undo.id, "%s2:%d", uuid, circles[i][0]);
      g_snprintf(undo.name, sizeof undo.name, "%s2:%d", uuid, circles[i][1]);
    }
    assert_true(cal_ledger_import_entries(desk->ledger, &undo, 1, NULL));
  }
  assert_true(cal_ledger_check(desk->ledger, NULL));
  g_autoptr(GArray) all = all_of(desk->ledger, 10);
  assert_int_equal(all->len, 3); /* all but those that would close the three circles */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_set_up, desk_tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_example),
    TEST(test_in_any_order),
    TEST(test_first_copy_stays_and_numbers_come_home),
    TEST(test_no_id),
    TEST(test_a_tombstone_wins_in_any_order),
    TEST(test_what_was_forgotten_is_known),
    TEST(test_forgotten_on_both),
    TEST(test_a_forgotten_number_is_not_given_again),
    TEST(test_a_tombstone_that_is_none),
    TEST(test_the_way_is_narrow_for_others_entries),
    TEST(test_a_date_travels),
    TEST(test_a_forgotten_date_dates_nothing),
    TEST(test_a_date_that_was_rolled_back),
    TEST(test_no_undo_undoes_itself),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
