/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is remembered, and the cache of day results. */
#include "desk.h"

#include <string.h>

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

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_set_up, desk_tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_example),
    TEST(test_it_is_text),
    TEST(test_a_day_is_found_by_date_and_key),
    TEST(test_days_are_dropped_by_range),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
