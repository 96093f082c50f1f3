/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two ledgers put together, in any order. */
#include "desk.h"

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

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(test_example, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_in_any_order, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_first_copy_stays_and_numbers_come_home, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_no_id, desk_set_up, desk_tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
