/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is remembered, and the cache of day results. */
#include "desk.h"

#include <string.h>

#include <calcifer/dating.h>
#include <error.h>

static void
assert_recalled(Desk *desk, const char *key, const char *expected)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *value = cal_ledger_recall(desk->ledger, key, &error);
  assert_null(error);
  if (expected == NULL)
    assert_null(value);
  else
    assert_string_equal(value, expected);
}

static void
test_example(void **state)
{
  Desk *desk = *state;
  assert_recalled(desk, "dismissed/d-low", NULL);
  assert_true(cal_ledger_remember(desk->ledger, "dismissed/d-low", "2025-09-29", NULL));
  desk_reopen(desk);
  assert_recalled(desk, "dismissed/d-low", "2025-09-29");
  assert_true(cal_ledger_remember(desk->ledger, "dismissed/d-low", "", NULL));
  assert_recalled(desk, "dismissed/d-low", "");
  assert_true(cal_ledger_remember(desk->ledger, "dismissed/d-low", NULL, NULL));
  assert_recalled(desk, "dismissed/d-low", NULL);
  assert_true(cal_ledger_remember(desk->ledger, "dismissed/d-low", NULL, NULL));
}

static void
test_it_is_text(void **state)
{
  Desk *desk = *state;
  GError *error = NULL;
  assert_false(cal_ledger_remember(desk->ledger, "k", "\xff", &error));
  desk_assert_error(&error, CAL_ERROR_INVALID);
  assert_false(cal_ledger_remember(desk->ledger, "\xff", "v", &error));
  desk_assert_error(&error, CAL_ERROR_INVALID);
}

static void
put(Desk *desk, CalDate date, const char *key, const char *text)
{
  g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
  assert_true(cal_ledger_cache_day(desk->ledger, date, key, bytes, NULL));
}

static void
assert_cached(Desk *desk, CalDate date, const char *key, const char *expected)
{
  g_autoptr(GBytes) bytes = cal_ledger_cached_day(desk->ledger, date, key);
  assert_int_equal(bytes != NULL, expected != NULL);
  if (expected == NULL)
    return;
  assert_int_equal(g_bytes_get_size(bytes), strlen(expected));
  if (expected[0] != '\0')
    assert_memory_equal(g_bytes_get_data(bytes, NULL), expected, strlen(expected));
}

static void
test_a_day_is_found_by_date_and_key(void **state)
{
  Desk *desk = *state;
  put(desk, 20000, "model-1", "result");
  assert_cached(desk, 20000, "model-1", "result");
  assert_cached(desk, 20000, "model-2", NULL);
  assert_cached(desk, 20001, "model-1", NULL);
  put(desk, 20000, "model-2", "better");
  assert_cached(desk, 20000, "model-1", NULL); /* one to a date */
  desk_reopen(desk);
  assert_cached(desk, 20000, "model-2", "better");
  put(desk, -1, "model-2", "");
  assert_cached(desk, -1, "model-2", "");
}

static void
test_days_are_dropped_by_range(void **state)
{
  Desk *desk = *state;
  for (CalDate date = 10; date <= 15; date++)
    put(desk, date, "k", "v");
  assert_true(cal_ledger_drop_cached_days(desk->ledger, 11, 13, NULL));
  for (CalDate date = 10; date <= 15; date++)
    assert_cached(desk, date, "k", date >= 11 && date <= 13 ? NULL : "v");
  assert_true(cal_ledger_drop_cached_days(desk->ledger, G_MININT32, G_MAXINT32, NULL));
  assert_cached(desk, 10, "k", NULL);
}

static void
test_a_block_is_dropped_without_its_days(void **state)
{
  Desk *desk = *state;
  g_autoptr(GBytes) bytes = g_bytes_new_static("traces", 6);
  assert_true(cal_ledger_cache_block(desk->ledger, 0, "k", bytes, NULL));
  assert_true(cal_ledger_drop_cached_days(desk->ledger, 1, 1, NULL));
  assert_null(cal_ledger_cached_block(desk->ledger, 0, "k"));
}

/* Views within one another: written meanwhile, read by the same ledger, and let go by the outer one. */
static void
test_still_within_still(void **state)
{
  Desk *desk = *state;
  cal_ledger_hold_still(desk->ledger);
  cal_ledger_hold_still(desk->ledger);
  put(desk, 7, "k", "v");
  cal_ledger_let_go(desk->ledger);
  assert_cached(desk, 7, "k", "v");
  cal_ledger_let_go(desk->ledger);
  put(desk, 8, "k", "v");
  assert_cached(desk, 8, "k", "v");
}

/* -- What is cached goes with what it was made of, in one commit ---------------------------------------- */

#define DAY ((CalDate)(NOON / 86400))

static void
cache_around(Desk *desk)
{
  for (CalDate date = DAY - 20; date <= DAY + 20; date++)
    put(desk, date, "k", "v");
}

static void
assert_void(Desk *desk, gboolean all_later)
{
  for (CalDate date = DAY - 2; date <= DAY + 2; date++)
    assert_cached(desk, date, "k", NULL); /* whatever the zone */
  assert_cached(desk, DAY - 10, "k", "v");
  assert_cached(desk, DAY + 10, "k", all_later ? NULL : "v");
}

static void
test_a_day_goes_with_an_entry(void **state)
{
  Desk *desk = *state;
  cache_around(desk);
  const CalEntry first = desk_enter(desk, CAL_ENTRY_FOOD, NOON, "egg", "60g");
  assert_void(desk, FALSE);
  cache_around(desk);
  const CalEntry undo = desk_enter(desk, CAL_ENTRY_UNDO, NOON + 15 * 86400, first.id, "");
  assert_void(desk, FALSE);
  cache_around(desk);
  desk_enter(desk, CAL_ENTRY_UNDO, NOON + 15 * 86400, undo.id, "");
  assert_void(desk, FALSE);
  cache_around(desk);
  const CalEntry setting = desk_enter(desk, CAL_ENTRY_PROFILE, NOON, "spf", "30");
  assert_void(desk, TRUE);
  cache_around(desk);
  desk_enter(desk, CAL_ENTRY_UNDO, NOON + 15 * 86400, setting.id, "");
  assert_void(desk, TRUE);
  cache_around(desk);
  desk_forget(desk, NOON + 15 * 86400, first.id);
  assert_void(desk, FALSE);
}

/* The first zone of all is that of the days before it, too; a later one is not. */
static void
test_all_days_before_go_with_the_first_zone(void **state)
{
  Desk *desk = *state;
  cache_around(desk);
  desk_enter(desk, CAL_ENTRY_ZONE, NOON, "", "Europe/Berlin 52.50 13.37");
  for (CalDate date = DAY - 20; date <= DAY + 20; date++)
    assert_cached(desk, date, "k", NULL);
  cache_around(desk);
  desk_enter(desk, CAL_ENTRY_ZONE, NOON + 1, "", "Asia/Tokyo 35.65 139.73");
  assert_void(desk, TRUE);
}

static void
test_a_day_goes_with_what_a_tag_tells(void **state)
{
  Desk *desk = *state;
  const CalRecord undated = desk_undated(100, 600, 3);
  const CalRecord clock = desk_clock(101, NOON, 1200, 0);
  cache_around(desk);
  desk_append_minutes(desk, 1, 5);
  assert_void(desk, FALSE);
  cache_around(desk);
  desk_append_minutes(desk, 1, 5); /* nothing new */
  assert_cached(desk, DAY, "k", "v");
  desk_append(desk, &undated, 1, NULL); /* of no day */
  assert_cached(desk, DAY, "k", "v");
  desk_append(desk, &clock, 1, NULL);
  assert_void(desk, FALSE);
  cache_around(desk);
  assert_true(cal_ledger_append_sample(desk->ledger, &desk_other_tag, NOON, 1.5, NULL));
  assert_cached(desk, DAY, "k", "v"); /* not committed */
  assert_true(cal_ledger_flush(desk->ledger, NULL));
  assert_void(desk, FALSE);
  cache_around(desk);
  desk_enter(desk, CAL_ENTRY_UNDO, NOON + 15 * 86400, "tag:C0:FF:EE:00:00:01:00AB12CD:3", "");
  assert_void(desk, FALSE);
  cache_around(desk);
  desk_append_minutes(desk, 6, 6); /* the undo is applied again, and changes nothing */
  assert_void(desk, FALSE);
  cache_around(desk);
  desk_forget(desk, NOON + 15 * 86400, "tag:C0:FF:EE:00:00:01:00AB12CD:4");
  assert_void(desk, FALSE);
}

/* The owner's word for a run moves records from nowhere to a day. */
static void
test_a_day_goes_with_the_owners_word(void **state)
{
  Desk *desk = *state;
  const CalRecord undated[] = { desk_undated(100, 600, 3), desk_undated(101, 660, 3) };
  CalDatingOwner owner = {
    .tag = desk_tag, .log_id = LOG_ID, .boot = 3, .from = 100, .to = 101, .first = 100
  };
  char name[CAL_DATING_OWNER_SIZE], value[CAL_DATING_OWNER_SIZE];
  owner.at = NOON;
  owner.uptime_s = 600;
  cal_dating_owner_format(&owner, name, value);
  desk_append(desk, undated, 2, NULL);
  cache_around(desk);
  desk_enter(desk, CAL_ENTRY_DATE, NOON + 15 * 86400, name, value);
  assert_void(desk, FALSE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_set_up, desk_tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_example),
    TEST(test_it_is_text),
    TEST(test_a_day_is_found_by_date_and_key),
    TEST(test_days_are_dropped_by_range),
    TEST(test_a_block_is_dropped_without_its_days),
    TEST(test_still_within_still),
    TEST(test_a_day_goes_with_an_entry),
    TEST(test_all_days_before_go_with_the_first_zone),
    TEST(test_a_day_goes_with_what_a_tag_tells),
    TEST(test_a_day_goes_with_the_owners_word),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
