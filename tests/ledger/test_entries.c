/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entries and their undoing. */
#include "desk.h"

#include <sqlite3.h>
#include <string.h>

#include <error.h>

static gboolean
stands(Desk *desk, const char *id)
{
  g_autoptr(GError) error = NULL;
  CalEntry entry;
  gboolean answer;
  if (!cal_ledger_get_entry(desk->ledger, id, &entry, &answer, &error))
    fail_msg("%s", error->message);
  return answer;
}

static CalEntry
undo(Desk *desk, const char *id)
{
  return desk_enter(desk, CAL_ENTRY_UNDO, NOON + 1000, id, "");
}

static guint
n_told(Desk *desk)
{
  g_autoptr(GArray) events = desk_events(desk);
  return events->len;
}

static void
test_an_entry_comes_back_as_it_went(void **state)
{
  Desk *desk = *state;
  CalEntry entry = desk_enter(desk, CAL_ENTRY_FOOD, -5,
                              "Käse \xE2\x80\x9C"
                              "alt\xE2\x80\x9D",
                              "120g");
  g_autofree char *expected = g_strdup_printf("%s:1", cal_ledger_uuid(desk->ledger));
  assert_string_equal(entry.id, expected);
  desk_reopen(desk);
  CalEntry again = { 0 };
  assert_true(cal_ledger_get_entry(desk->ledger, entry.id, &again, NULL, NULL));
  assert_string_equal(again.id, entry.id);
  assert_int_equal(again.kind, CAL_ENTRY_FOOD);
  assert_int_equal(again.way, CAL_WAY_HAND);
  assert_int_equal(again.at, -5);
  assert_string_equal(again.name, entry.name);
  assert_string_equal(again.value, "120g");
}

static void
test_numbers_go_up(void **state)
{
  Desk *desk = *state;
  for (int i = 1; i <= 12; i++) {
    const CalEntry entry = desk_enter(desk, CAL_ENTRY_TAKE, NOON, "d3", "1");
    g_autofree char *expected = g_strdup_printf("%s:%d", cal_ledger_uuid(desk->ledger), i);
    assert_string_equal(entry.id, expected);
    if (i == 6)
      desk_reopen(desk);
  }
}

static void
test_ids_that_name_nothing(void **state)
{
  Desk *desk = *state;
  const CalEntry entry = desk_enter(desk, CAL_ENTRY_TAKE, NOON, "d3", "1");
  const char *uuid = cal_ledger_uuid(desk->ledger);
  g_autofree char *ids[] = { g_strdup(""),
                             g_strdup("1"),
                             g_strdup(uuid),
                             g_strdup_printf("%s:", uuid),
                             g_strdup_printf("%s:0", uuid),
                             g_strdup_printf("%s:2", uuid),
                             g_strdup_printf("%s:01", uuid),
                             g_strdup_printf("%s:-1", uuid),
                             g_strdup_printf("%s:1 ", uuid),
                             g_strdup_printf("%s:9223372036854775808", uuid),
                             g_strdup("00000000-0000-4000-8000-000000000000:1"),
                             g_strdup("tag:C0:FF:EE:00:00:01:00AB12CD:1") };
  for (gsize i = 0; i < G_N_ELEMENTS(ids); i++) {
    GError *error = NULL;
    CalEntry found;
    assert_false(cal_ledger_get_entry(desk->ledger, ids[i], &found, NULL, &error));
    desk_assert_error(&error, CAL_ERROR_NOT_FOUND);
    CalEntry undoing = { .kind = CAL_ENTRY_UNDO, .way = CAL_WAY_HAND, .at = NOON, .recorded = NOON };
    g_strlcpy(undoing.name, ids[i], sizeof undoing.name);
    assert_false(cal_ledger_append_entry(desk->ledger, &undoing, &error));
    desk_assert_error(&error, CAL_ERROR_NOT_FOUND);
    g_free(ids[i]);
    ids[i] = NULL;
  }
  assert_true(stands(desk, entry.id));
}

static void
test_undo_and_undo_undo(void **state)
{
  Desk *desk = *state;
  const CalEntry entry = desk_enter(desk, CAL_ENTRY_TAKE, NOON, "d3", "1");
  const CalEntry first = undo(desk, entry.id);
  assert_false(stands(desk, entry.id));
  assert_int_equal(n_told(desk), 0);
  const CalEntry second = undo(desk, first.id);
  assert_true(stands(desk, entry.id));
  assert_int_equal(n_told(desk), 1);
  const CalEntry third = undo(desk, second.id);
  assert_false(stands(desk, entry.id));
  assert_true(stands(desk, first.id));
  assert_true(stands(desk, third.id));
  desk_reopen(desk);
  assert_false(stands(desk, entry.id));
  undo(desk, first.id); /* the other end of the chain */
  assert_true(stands(desk, entry.id));
}

static void
test_undone_twice_is_refused(void **state)
{
  Desk *desk = *state;
  GError *error = NULL;
  const CalEntry entry = desk_enter(desk, CAL_ENTRY_TAKE, NOON, "d3", "1");
  undo(desk, entry.id);
  CalEntry again = { .kind = CAL_ENTRY_UNDO, .way = CAL_WAY_HAND, .at = NOON, .recorded = NOON };
  g_strlcpy(again.name, entry.id, sizeof again.name);
  assert_false(cal_ledger_append_entry(desk->ledger, &again, &error));
  desk_assert_error(&error, CAL_ERROR_EXISTS);
  assert_false(stands(desk, entry.id));
}

static void
test_an_id_may_be_typed_in_either_case(void **state)
{
  Desk *desk = *state;
  const CalEntry entry = desk_enter(desk, CAL_ENTRY_TAKE, NOON, "d3", "1");
  g_autofree char *upper = g_ascii_strup(entry.id, -1);
  const CalEntry undoing = undo(desk, upper);
  assert_string_equal(undoing.name, entry.id); /* spelled as the ledger does */
  assert_false(stands(desk, entry.id));
  undo(desk, undoing.id);
  assert_true(stands(desk, entry.id));
}

static gboolean
count(const CalEvent *event, gpointer n)
{
  assert_int_equal(event->kind, CAL_EVENT_ENTRY);
  assert_true(cal_entry_kind_is_setting(event->of.entry.kind));
  ++*(guint *)n;
  return TRUE;
}

static void
test_settings_are_told_apart_and_can_be_undone(void **state)
{
  Desk *desk = *state;
  desk_enter(desk, CAL_ENTRY_TAKE, NOON, "d3", "1");
  for (int number = 20; number <= 27; number++)
    desk_enter(desk, (CalEntryKind)number, NOON - number, "x", "y");
  const CalEntry profile = desk_enter(desk, CAL_ENTRY_PROFILE, NOON, "spf", "30");
  guint n = 0;
  assert_true(cal_ledger_each_setting(desk->ledger, count, &n, NULL));
  assert_int_equal(n, 9);
  assert_int_equal(n_told(desk), 1);
  undo(desk, profile.id);
  n = 0;
  assert_true(cal_ledger_each_setting(desk->ledger, count, &n, NULL));
  assert_int_equal(n, 8);
}

static void
test_a_record_can_be_undone(void **state)
{
  Desk *desk = *state;
  desk_append_minutes(desk, 1, 3);
  const CalEntry first = undo(desk, "tag:c0:ff:ee:00:00:01:00ab12cd:2");
  assert_string_equal(first.name, "tag:C0:FF:EE:00:00:01:00AB12CD:2");
  g_autoptr(GArray) events = desk_events(desk);
  assert_int_equal(events->len, 2);
  assert_int_equal(g_array_index(events, CalEvent, 0).of.record.raw[0], 1);
  assert_int_equal(g_array_index(events, CalEvent, 1).of.record.raw[0], 3);
  undo(desk, first.id);
  assert_int_equal(n_told(desk), 3);
  GError *error = NULL;
  CalEntry missing = { .kind = CAL_ENTRY_UNDO, .way = CAL_WAY_HAND, .at = NOON, .recorded = NOON };
  g_strlcpy(missing.name, "tag:C0:FF:EE:00:00:01:00AB12CD:4", sizeof missing.name);
  assert_false(cal_ledger_append_entry(desk->ledger, &missing, &error));
  desk_assert_error(&error, CAL_ERROR_NOT_FOUND);
}

static void
test_all_or_none(void **state)
{
  Desk *desk = *state;
  GError *error = NULL;
  CalEntry entries[3] = { 0 };
  for (int i = 0; i < 3; i++)
    entries[i] =
        (CalEntry){ .kind = CAL_ENTRY_TAKE, .way = CAL_WAY_HAND, .at = NOON, .recorded = NOON, .name = "d3" };
  entries[2].kind = CAL_ENTRY_UNDO; /* of what does not exist */
  assert_false(cal_ledger_append_entries(desk->ledger, entries, 3, &error));
  desk_assert_error(&error, CAL_ERROR_NOT_FOUND);
  assert_string_equal(entries[0].id, "");
  assert_int_equal(n_told(desk), 0);
  /* Of one that is appended with it: an amendment. */
  g_snprintf(entries[2].name, sizeof entries[2].name, "%s:1", cal_ledger_uuid(desk->ledger));
  assert_true(cal_ledger_append_entries(desk->ledger, entries, 3, &error));
  assert_false(stands(desk, entries[0].id));
  assert_true(stands(desk, entries[1].id));
  assert_int_equal(n_told(desk), 1);
}

static void
assert_invalid(Desk *desk, CalEntry entry)
{
  GError *error = NULL;
  assert_false(cal_ledger_append_entry(desk->ledger, &entry, &error));
  desk_assert_error(&error, CAL_ERROR_INVALID);
}

static void
test_what_is_no_entry(void **state)
{
  Desk *desk = *state;
  const CalEntry good = {
    .kind = CAL_ENTRY_TAKE, .way = CAL_WAY_HAND, .at = NOON, .recorded = NOON, .name = "d3"
  };
  CalEntry bad = good;
  bad.kind = (CalEntryKind)9;
  assert_invalid(desk, bad);
  bad = good;
  bad.way = (CalWay)0;
  assert_invalid(desk, bad);
  bad = good;
  bad.at = CAL_INSTANT_NONE;
  assert_invalid(desk, bad);
  bad = good;
  bad.recorded = CAL_INSTANT_NONE;
  assert_invalid(desk, bad);
  bad = good;
  memset(bad.name, 'x', sizeof bad.name); /* no NUL */
  assert_invalid(desk, bad);
  bad = good;
  memset(bad.value, 'x', sizeof bad.value);
  assert_invalid(desk, bad);
  bad = good;
  memcpy(bad.name, "d\xff", 3);
  assert_invalid(desk, bad);
  bad = good;
  memcpy(bad.value, "\xc3", 2); /* half a letter */
  assert_invalid(desk, bad);
  assert_int_equal(n_told(desk), 0);

  CalEntry full = good;
  memset(full.name, 'n', sizeof full.name - 1);
  memset(full.value, 'v', sizeof full.value - 1);
  CalEntry again;
  assert_true(cal_ledger_append_entry(desk->ledger, &full, NULL));
  assert_true(cal_ledger_get_entry(desk->ledger, full.id, &again, NULL, NULL));
  assert_string_equal(again.name, full.name);
  assert_string_equal(again.value, full.value);
}

static void
test_the_newest_by_hand(void **state)
{
  Desk *desk = *state;
  GError *error = NULL;
  CalEntry found;
  assert_false(cal_ledger_newest_by_hand(desk->ledger, 0, &found, &error));
  desk_assert_error(&error, CAL_ERROR_NOT_FOUND);
  const CalEntry take = desk_enter(desk, CAL_ENTRY_TAKE, NOON, "d3", "1");
  const CalEntry food = desk_enter(desk, CAL_ENTRY_FOOD, NOON - 100, "egg", "60g"); /* the clock went back */
  desk_enter(desk, CAL_ENTRY_PROFILE, NOON + 50, "spf", "30");
  CalEntry press = { .kind = CAL_ENTRY_PRESS,
                     .way = CAL_WAY_BUTTON,
                     .at = NOON + 60,
                     .recorded = NOON + 60,
                     .name = "C0:FF:EE:00:00:02 1",
                     .value = "1" };
  assert_true(cal_ledger_append_entry(desk->ledger, &press, NULL));
  assert_true(cal_ledger_newest_by_hand(desk->ledger, NOON - 3600, &found, &error));
  assert_string_equal(found.id, food.id);
  assert_true(cal_ledger_newest_by_hand(desk->ledger, NOON, &found, &error));
  assert_string_equal(found.id, take.id);
  assert_false(cal_ledger_newest_by_hand(desk->ledger, NOON + 1, &found, &error));
  desk_assert_error(&error, CAL_ERROR_NOT_FOUND);
  undo(desk, food.id);
  assert_true(cal_ledger_newest_by_hand(desk->ledger, NOON - 3600, &found, &error));
  assert_string_equal(found.id, take.id);
}

/* Whatever connection tries, and whichever way: what was appended stays. */
static void
test_appended_is_appended(void **state)
{
  Desk *desk = *state;
  static const char *const attempts[] = { "UPDATE entry SET value = '2'",
                                          "UPDATE entry SET at = at + 1",
                                          "UPDATE entry SET number = 7",
                                          "DELETE FROM entry",
                                          "UPDATE record SET time = 0",
                                          "UPDATE record SET rest = x'00'",
                                          "DELETE FROM record",
                                          "UPDATE sample SET uv_index = 0",
                                          "DELETE FROM sample",
                                          "UPDATE ledger SET uuid = 'x'",
                                          "DELETE FROM ledger",
                                          "UPDATE log SET floor = 2",
                                          "DELETE FROM log",
                                          "UPDATE tag SET address = 'x'",
                                          "DELETE FROM tag",
                                          "UPDATE lost SET last = 1",
                                          "DELETE FROM lost",
                                          "UPDATE conflict SET raw = x'00'",
                                          "DELETE FROM conflict",
                                          "UPDATE record_unset SET received = 0",
                                          "DELETE FROM record_unset",
                                          "UPDATE entry SET stands = 'yes'" };
  CalRecord records[3] = { desk_minute(1, NOON), desk_undated(2, 60, 1), desk_minute(1, NOON) };
  records[2].uv.mean = 7;
  desk_enter(desk, CAL_ENTRY_TAKE, NOON, "d3", "1");
  desk_append(desk, records, 3, NULL);
  assert_true(cal_ledger_set_floor(desk->ledger, &desk_tag, LOG_ID, 1, NULL));
  assert_true(cal_ledger_mark_lost(desk->ledger, &desk_tag, LOG_ID, 3, 4, NULL));
  assert_true(cal_ledger_append_sample(desk->ledger, &desk_other_tag, NOON, 3.5, NULL));
  assert_true(cal_ledger_flush(desk->ledger, NULL));
  desk_close(desk);
  sqlite3 *db;
  assert_int_equal(sqlite3_open(desk->path, &db), SQLITE_OK);
  for (gsize i = 0; i < G_N_ELEMENTS(attempts); i++)
    if (sqlite3_exec(db, attempts[i], NULL, NULL, NULL) != SQLITE_CONSTRAINT)
      fail_msg("%s: %s", attempts[i], sqlite3_errmsg(db));
  assert_int_equal(sqlite3_exec(db, "UPDATE entry SET stands = 0", NULL, NULL, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, "UPDATE record SET shift = 1", NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(db);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_set_up, desk_tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_an_entry_comes_back_as_it_went),
    TEST(test_numbers_go_up),
    TEST(test_ids_that_name_nothing),
    TEST(test_undo_and_undo_undo),
    TEST(test_undone_twice_is_refused),
    TEST(test_an_id_may_be_typed_in_either_case),
    TEST(test_settings_are_told_apart_and_can_be_undone),
    TEST(test_a_record_can_be_undone),
    TEST(test_all_or_none),
    TEST(test_what_is_no_entry),
    TEST(test_the_newest_by_hand),
    TEST(test_appended_is_appended),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
