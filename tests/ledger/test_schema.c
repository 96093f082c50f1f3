/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Versions of the file: old ones are brought up to date whole or not at all. */
#include "golden.h"

#include <sqlite3.h>
#include <string.h>

#include <keep.h>
#include <schema.h>

/* For each version there has been: opened, migrated, it tells what it told. */
static void
test_golden_files_tell_what_they_told(void **state)
{
  Desk *desk = *state;
  for (guint version = 1; version <= cal_schema_n_steps; version++) {
    g_autofree char *db = g_strdup_printf(CAL_GOLDEN_DIRECTORY "/v%u.db", version);
    g_autofree char *txt = g_strdup_printf(CAL_GOLDEN_DIRECTORY "/v%u.txt", version);
    g_autofree char *content = NULL, *expected = NULL;
    gsize size;
    assert_true(g_file_get_contents(db, &content, &size, NULL));
    assert_true(g_file_get_contents(txt, &expected, NULL, NULL));
    desk_close(desk);
    assert_true(g_file_set_contents(desk->path, content, (gssize)size, NULL));
    assert_int_equal(desk_sql_number(desk->path, "PRAGMA user_version"), version);
    desk_open(desk);
    g_autofree char *told = golden_tell(desk);
    assert_string_equal(told, expected);
    assert_int_equal(desk_sql_number(desk->path, "PRAGMA user_version"), cal_schema_n_steps);
    assert_true(cal_ledger_check(desk->ledger, NULL));
    desk_enter(desk, CAL_ENTRY_TAKE, NOON, "d3", "1"); /* and it goes on */
  }
}

/* A new ledger is at the newest version, and filled alike it tells the same but for its name. */
static void
test_a_new_ledger_tells_the_same(void **state)
{
  Desk *desk = *state;
  g_autofree char *path = g_strdup_printf(CAL_GOLDEN_DIRECTORY "/v%u.txt", cal_schema_n_steps);
  g_autofree char *expected = NULL;
  assert_true(g_file_get_contents(path, &expected, NULL, NULL));
  golden_fill(desk);
  g_autofree char *told = golden_tell(desk);
  g_autoptr(GString) renamed = g_string_new(told);
  g_autofree char *uuid = g_strndup(strchr(expected, ' ') + 1, 36);
  g_string_replace(renamed, cal_ledger_uuid(desk->ledger), uuid, 0);
  assert_string_equal(renamed->str, expected);
}

/* The two that came last, each a whole ledger of its version. */
static void
test_what_was_is_kept(void **state)
{
  Desk *desk = *state;
  g_autofree char *directory = g_path_get_dirname(desk->path);
  for (guint version = 1; version < cal_schema_n_steps; version++) {
    g_autofree char *db = g_strdup_printf(CAL_GOLDEN_DIRECTORY "/v%u.db", version);
    g_autofree char *kept = g_strdup_printf("%s.version-%u", desk->path, version), *content = NULL;
    gsize size;
    desk_close(desk);
    assert_true(g_file_get_contents(db, &content, &size, NULL));
    assert_true(g_file_set_contents(desk->path, content, (gssize)size, NULL));
    desk_reopen(desk);
    assert_int_equal(desk_sql_number(kept, "PRAGMA user_version"), version);
    assert_int_equal(desk_sql_number(kept, "PRAGMA application_id"), CAL_SCHEMA_APPLICATION_ID);
    assert_true(desk_sql_number(kept, "SELECT count(*) FROM record") > 5);
  }
  desk_reopen(desk); /* nothing to bring up to date, nothing to keep */
  g_autoptr(GDir) files = g_dir_open(directory, 0, NULL);
  guint n_kept = 0;
  for (const char *name; (name = g_dir_read_name(files)) != NULL;) {
    n_kept += strstr(name, ".version-") != NULL;
    assert_null(strstr(name, ".keep-"));
  }
  assert_int_equal(n_kept, 2);
}

static void
test_only_the_last_two_are_kept(void **state)
{
  Desk *desk = *state;
  GError *error = NULL;
  g_autofree char *third = g_strconcat(desk->path, ".version-3", NULL);
  for (guint version = 1; version <= 12; version++) {
    g_autofree char *older = g_strdup_printf("%s.version-%u", desk->path, version - 1 - (version > 1));
    if (!cal_keep_version(desk->ledger, version, &error))
      fail_msg("%s", error->message);
    assert_false(g_file_test(older, G_FILE_TEST_EXISTS));
  }
  assert_false(g_file_test(third, G_FILE_TEST_EXISTS));
}

/* -- The machinery -------------------------------------------------------------------------------------- */

static const char *const good[] = { "CREATE TABLE more (x INTEGER) STRICT; INSERT INTO more VALUES (7);",
                                    NULL };
static const char *const bad[] = { "CREATE TABLE more (x INTEGER) STRICT;", "INSERT INTO nowhere VALUES (7)",
                                   "INSERT INTO more VALUES (7)", NULL };
static const char *const better[] = { "UPDATE more SET x = x + 1", NULL };

static int
fail_to_fill(sqlite3 *db)
{
  return sqlite3_exec(db, "INSERT INTO more VALUES (8)", NULL, NULL, NULL) == SQLITE_OK ? SQLITE_FULL
                                                                                        : SQLITE_ERROR;
}

static sqlite3 *
open_golden(Desk *desk)
{
  sqlite3 *db;
  desk_enter(desk, CAL_ENTRY_TAKE, NOON, "d3", "1");
  desk_close(desk);
  assert_int_equal(sqlite3_open(desk->path, &db), SQLITE_OK);
  return db;
}

static void
test_steps_are_taken_in_turn(void **state)
{
  Desk *desk = *state;
  const CalSchemaStep steps[] = { cal_schema_steps[0], { good, NULL }, { better, NULL } };
  sqlite3 *db = open_golden(desk);
  assert_int_equal(cal_schema_migrate(db, steps, 3, 1), SQLITE_OK);
  CalSchemaKind kind;
  guint version;
  assert_int_equal(cal_schema_identify(db, 3, &kind, &version), SQLITE_OK);
  assert_int_equal(kind, CAL_SCHEMA_LEDGER);
  assert_int_equal(version, 3);
  assert_int_equal(cal_schema_identify(db, 2, &kind, &version), SQLITE_OK);
  assert_int_equal(kind, CAL_SCHEMA_NEWER);
  sqlite3_close(db);
  assert_int_equal(desk_sql_number(desk->path, "SELECT x FROM more"), 8);
  assert_int_equal(desk_sql_number(desk->path, "SELECT count(*) FROM entry"), 1);
}

static void
assert_step_leaves_file(Desk *desk, const CalSchemaStep *steps)
{
  g_autofree char *before = NULL, *after = NULL;
  gsize size_before, size_after;
  sqlite3 *db;
  assert_true(g_file_get_contents(desk->path, &before, &size_before, NULL));
  assert_int_equal(sqlite3_open(desk->path, &db), SQLITE_OK);
  assert_int_not_equal(cal_schema_migrate(db, steps, 2, 1), SQLITE_OK);
  assert_true(sqlite3_get_autocommit(db));
  sqlite3_close(db);
  assert_true(g_file_get_contents(desk->path, &after, &size_after, NULL));
  assert_int_equal(size_before, size_after);
  assert_memory_equal(before, after, size_before);
}

static void
test_a_step_that_fails_leaves_the_file_as_it_was(void **state)
{
  Desk *desk = *state;
  const CalSchemaStep broken[] = { cal_schema_steps[0], { bad, NULL } };
  const CalSchemaStep unfilled[] = { cal_schema_steps[0], { good, fail_to_fill } };
  sqlite3_close(open_golden(desk));
  assert_step_leaves_file(desk, broken);
  assert_step_leaves_file(desk, unfilled);
  desk_open(desk);
  g_autoptr(GArray) events = desk_events(desk);
  assert_int_equal(events->len, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_set_up, desk_tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_golden_files_tell_what_they_told),
    TEST(test_a_new_ledger_tells_the_same),
    TEST(test_what_was_is_kept),
    TEST(test_only_the_last_two_are_kept),
    TEST(test_steps_are_taken_in_turn),
    TEST(test_a_step_that_fails_leaves_the_file_as_it_was),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
