/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening: what is made, what is refused and left as it was. */
#include "desk.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <error.h>

/* The example of ledger.h. */
static void
test_example(void **state)
{
  Desk *desk = *state;
  g_autoptr(GError) error = NULL;
  CalEntry entry = { .kind = CAL_ENTRY_TAKE, .way = CAL_WAY_HAND, .at = NOON, .recorded = NOON + 5 };
  g_strlcpy(entry.name, "d3k2", sizeof entry.name);
  g_strlcpy(entry.value, "1", sizeof entry.value);
  assert_true(cal_ledger_append_entry(desk->ledger, &entry, &error));
  desk_reopen(desk);
  CalEntry again;
  gboolean stands;
  assert_true(cal_ledger_get_entry(desk->ledger, entry.id, &again, &stands, &error));
  assert_true(stands);
  assert_string_equal(again.name, "d3k2");
  assert_int_equal(again.at, NOON);
  assert_int_equal(again.recorded, NOON + 5);
}

static mode_t
mode_of(const char *path)
{
  struct stat status;
  assert_int_equal(stat(path, &status), 0);
  return status.st_mode & 07777;
}

static void
test_nobody_else_may_look(void **state)
{
  Desk *desk = *state;
  g_autofree char *directory = g_path_get_dirname(desk->path);
  g_autofree char *wal = g_strconcat(desk->path, "-wal", NULL);
  desk_enter(desk, CAL_ENTRY_TAKE, NOON, "d3", "1");
  assert_int_equal(mode_of(directory), 0700);
  assert_int_equal(mode_of(desk->path), 0600);
  assert_int_equal(mode_of(wal), 0600);
  desk_close(desk);
  assert_int_equal(g_chmod(desk->path, 0644), 0);
  desk_open(desk);
  assert_int_equal(mode_of(desk->path), 0600);
}

static void
test_uuid_is_for_ever_and_its_own(void **state)
{
  Desk *desk = *state;
  g_autofree char *uuid = g_strdup(cal_ledger_uuid(desk->ledger));
  assert_true(g_uuid_string_is_valid(uuid));
  desk_reopen(desk);
  assert_string_equal(cal_ledger_uuid(desk->ledger), uuid);
  g_autofree char *other_path = g_build_filename(desk->directory, "other.db", NULL);
  g_autoptr(CalLedger) other = cal_ledger_open(other_path, NULL);
  assert_non_null(other);
  assert_string_not_equal(cal_ledger_uuid(other), uuid);
}

/* -- Refusals ------------------------------------------------------------------------------------------- */

static void
assert_refused_untouched(const char *path, int code)
{
  g_autofree char *before = NULL, *after = NULL;
  gsize size_before, size_after;
  g_autofree char *wal = g_strconcat(path, "-wal", NULL);
  const gboolean had_wal = g_file_test(wal, G_FILE_TEST_EXISTS);
  assert_true(g_file_get_contents(path, &before, &size_before, NULL));
  const mode_t mode = mode_of(path);
  desk_assert_refused(path, code);
  desk_assert_refused(path, code);
  assert_true(g_file_get_contents(path, &after, &size_after, NULL));
  assert_int_equal(size_before, size_after);
  assert_memory_equal(before, after, size_before);
  assert_int_equal(mode_of(path), mode);
  assert_int_equal(g_file_test(wal, G_FILE_TEST_EXISTS), had_wal);
}

static void
test_what_is_no_database(void **state)
{
  Desk *desk = *state;
  static const char *const texts[] = {
    "hello", "SQLite format 3",
    "a letter that is longer than a hundred bytes, so "
    "that a whole header could be read from it, and which is still no database"
  };
  g_autofree char *path = g_build_filename(desk->directory, "letter.txt", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    assert_true(g_file_set_contents(path, texts[i], -1, NULL));
    assert_refused_untouched(path, CAL_ERROR_DAMAGED);
  }
  desk_assert_refused(desk->directory, CAL_ERROR_STORAGE);
}

static void
test_another_programs_database(void **state)
{
  Desk *desk = *state;
  g_autofree char *plain = g_build_filename(desk->directory, "plain.db", NULL);
  g_autofree char *named = g_build_filename(desk->directory, "named.db", NULL);
  desk_sql(plain, "CREATE TABLE photos (name TEXT)");
  desk_sql(named, "PRAGMA application_id = 42; CREATE TABLE photos (name TEXT)");
  assert_refused_untouched(plain, CAL_ERROR_DAMAGED);
  assert_refused_untouched(named, CAL_ERROR_DAMAGED);
}

static void
test_a_newer_version(void **state)
{
  Desk *desk = *state;
  desk_enter(desk, CAL_ENTRY_TAKE, NOON, "d3", "1");
  desk_close(desk);
  desk_sql(desk->path, "PRAGMA user_version = 99");
  assert_refused_untouched(desk->path, CAL_ERROR_DAMAGED);
}

/* The version is in the WAL and not yet in the file: the newer program was killed. */
static void
test_a_newer_version_in_the_wal(void **state)
{
  Desk *desk = *state;
  g_autofree char *wal = g_strconcat(desk->path, "-wal", NULL);
  g_autofree char *before = NULL, *after = NULL;
  gsize size_before, size_after;
  desk_close(desk);
  const pid_t child = fork();
  if (child == 0) {
    sqlite3 *db;
    if (sqlite3_open(desk->path, &db) == SQLITE_OK)
      sqlite3_exec(db, "PRAGMA user_version = 98", NULL, NULL, NULL);
    raise(SIGKILL);
  }
  assert_int_equal(waitpid(child, NULL, 0), child);
  assert_true(g_file_get_contents(wal, &before, &size_before, NULL));
  assert_int_not_equal(size_before, 0);
  assert_refused_untouched(desk->path, CAL_ERROR_DAMAGED);
  assert_true(g_file_get_contents(wal, &after, &size_after, NULL));
  assert_int_equal(size_before, size_after);
  assert_memory_equal(before, after, size_before);
}

static void
test_a_damaged_ledger(void **state)
{
  Desk *desk = *state;
  desk_append_minutes(desk, 1, 2000);
  desk_close(desk);
  g_autofree char *whole = NULL;
  gsize size;
  assert_true(g_file_get_contents(desk->path, &whole, &size, NULL));
  assert_int_equal(truncate(desk->path, (off_t)size / 2), 0);
  assert_refused_untouched(desk->path, CAL_ERROR_DAMAGED);
  memset(whole + 100, 0xA5, 4096 - 100); /* the page that holds the schema */
  assert_true(g_file_set_contents(desk->path, whole, (gssize)size, NULL));
  assert_refused_untouched(desk->path, CAL_ERROR_DAMAGED);
}

/* -- The lock ------------------------------------------------------------------------------------------- */

/* In another process, since that is who is to be kept out. */
static int
open_in_child(const char *path)
{
  const pid_t child = fork();
  if (child == 0) {
    GError *error = NULL;
    CalLedger *ledger = cal_ledger_open(path, &error);
    _exit(ledger != NULL ? 100 : error->code);
  }
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  return WEXITSTATUS(status);
}

static void
test_one_daemon_at_a_time(void **state)
{
  Desk *desk = *state;
  assert_int_equal(open_in_child(desk->path), CAL_ERROR_BUSY);
  desk_enter(desk, CAL_ENTRY_TAKE, NOON, "d3", "1"); /* and our own locks are as they were */
  assert_int_equal(desk_sql_number(desk->path, "SELECT count(*) FROM entry"), 1); /* readers are let in */
  desk_close(desk);
  assert_int_equal(open_in_child(desk->path), 100);
}

static void
test_a_writer_from_outside_is_waited_for_and_told(void **state)
{
  Desk *desk = *state;
  GError *error = NULL;
  int ready[2];
  assert_int_equal(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    sqlite3 *db;
    if (sqlite3_open(desk->path, &db) != SQLITE_OK ||
        sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
      _exit(1);
    if (write(ready[1], "x", 1) == 1)
      pause();
    _exit(1);
  }
  char byte;
  assert_int_equal(read(ready[0], &byte, 1), 1);
  CalEntry entry = { .kind = CAL_ENTRY_TAKE, .way = CAL_WAY_HAND, .at = NOON, .recorded = NOON };
  assert_false(cal_ledger_append_entry(desk->ledger, &entry, &error));
  desk_assert_error(&error, CAL_ERROR_BUSY);
  assert_int_equal(kill(child, SIGKILL), 0);
  assert_int_equal(waitpid(child, NULL, 0), child);
  assert_true(cal_ledger_append_entry(desk->ledger, &entry, &error));
  close(ready[0]);
  close(ready[1]);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(test_example, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_nobody_else_may_look, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_uuid_is_for_ever_and_its_own, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_what_is_no_database, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_another_programs_database, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_a_newer_version, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_a_newer_version_in_the_wal, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_a_damaged_ledger, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_one_daemon_at_a_time, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown(test_a_writer_from_outside_is_waited_for_and_told, desk_set_up,
                                    desk_tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
