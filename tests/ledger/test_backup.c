/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies made while the ledger is in use. */
#include "desk.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <error.h>

static void
fill(Desk *desk)
{
  const CalRecord others[] = { desk_undated(900, 60, 2), desk_clock(901, NOON, 100, 0),
                               desk_minute(1, NOON + 1) };
  CalEntry undo = { .kind = CAL_ENTRY_UNDO, .way = CAL_WAY_HAND, .at = NOON, .recorded = NOON };
  desk_append_minutes(desk, 1, 700);
  desk_append(desk, others, 3, NULL); /* undated, a clock, a conflict */
  undo = desk_enter(desk, CAL_ENTRY_FOOD, NOON, "egg", "60g");
  desk_enter(desk, CAL_ENTRY_PROFILE, NOON, "spf", "30");
  desk_enter(desk, CAL_ENTRY_UNDO, NOON, undo.id, "");
  assert_true(cal_ledger_set_floor(desk->ledger, &desk_tag, LOG_ID, 1, NULL));
  assert_true(cal_ledger_mark_lost(desk->ledger, &desk_tag, LOG_ID, 701, 800, NULL));
  assert_true(cal_ledger_remember(desk->ledger, "k", "v", NULL));
  assert_true(cal_ledger_append_sample(desk->ledger, &desk_other_tag, NOON, 2.5, NULL)); /* pending */
}

static void
assert_equal_tellings(Desk *desk, CalLedger *copy)
{
  g_autoptr(GArray) ours = desk_events(desk);
  Desk other = { .ledger = copy };
  g_autoptr(GArray) theirs = desk_events(&other);
  assert_int_equal(ours->len, theirs->len);
  assert_true(ours->len > 700);
  for (guint i = 0; i < ours->len; i++)
    assert_int_equal(
        cal_event_compare(&g_array_index(ours, CalEvent, i), &g_array_index(theirs, CalEvent, i)), 0);
}

static void
test_example(void **state)
{
  Desk *desk = *state;
  g_autofree char *path = g_build_filename(desk->directory, "copy.db", NULL);
  fill(desk);
  const int fd = open(path, O_RDWR | O_CREAT, 0600);
  struct stat status;
  assert_int_equal(ftruncate(fd, 1 << 22), 0); /* something longer was there before */
  assert_int_equal(lseek(fd, 100, SEEK_SET), 100);
  assert_true(cal_ledger_backup(desk->ledger, fd, NULL));
  assert_int_equal(fstat(fd, &status), 0);
  assert_in_range(status.st_size, 4096, 1 << 20);
  close(fd);
  desk_enter(desk, CAL_ENTRY_FOOD, NOON + 9999, "egg", "60g"); /* the ledger goes on, the copy stays */
  g_autoptr(CalLedger) copy = cal_ledger_open(path, NULL);
  assert_non_null(copy);
  assert_string_equal(cal_ledger_uuid(copy), cal_ledger_uuid(desk->ledger));
  assert_true(cal_ledger_check(copy, NULL));
  desk_enter(&(Desk){ .ledger = copy }, CAL_ENTRY_FOOD, NOON + 9999, "egg", "60g");
  assert_equal_tellings(desk, copy);
}

/* Table by table, told by SQLite itself. */
static void
test_every_table_is_equal(void **state)
{
  Desk *desk = *state;
  g_autofree char *path = g_build_filename(desk->directory, "copy.db", NULL);
  static const char *const tables[] = { "ledger",       "entry",         "tag",        "log",
                                        "lost",         "record",        "record_day", "record_clock",
                                        "record_unset", "record_undone", "stretch",    "conflict",
                                        "sample",       "memory",        "day",        "record_forgotten",
                                        "origin" };
  fill(desk);
  const int fd = open(path, O_RDWR | O_CREAT, 0600);
  assert_true(cal_ledger_backup(desk->ledger, fd, NULL));
  close(fd);
  g_autofree char *count = g_strdup_printf("ATTACH '%s' AS copy", path);
  for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
    g_autofree char *sql = g_strdup_printf(
        "SELECT count(*) FROM (SELECT * FROM %s EXCEPT SELECT * FROM copy.%s) ", tables[i], tables[i]);
    g_autofree char *back = g_strdup_printf(
        "SELECT count(*) FROM (SELECT * FROM copy.%s EXCEPT SELECT * FROM %s) ", tables[i], tables[i]);
    assert_int_equal(desk_sql_number_attached(desk->path, count, sql), 0);
    assert_int_equal(desk_sql_number_attached(desk->path, count, back), 0);
  }
  assert_int_equal(desk_sql_number(path, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"),
                   G_N_ELEMENTS(tables)); /* none is missing above */
}

/* What is entered between two slices, by the connection that copies, is in the copy. */
static void
test_in_slices(void **state)
{
  Desk *desk = *state;
  gboolean done = FALSE;
  guint n_slices = 0;
  double progress = 0;
  g_autofree char *path = g_build_filename(desk->directory, "copy.db", NULL);
  fill(desk);
  g_autofree char *wide = g_strnfill(30000, 'x');
  for (int i = 0; i < 100; i++) {
    g_autofree char *key = g_strdup_printf("wide-%d", i);
    assert_true(cal_ledger_remember(desk->ledger, key, wide, NULL));
  }
  const int fd = open(path, O_RDWR | O_CREAT, 0600);
  g_autoptr(CalBackup) backup = cal_ledger_backup_begin(desk->ledger, fd, NULL);
  assert_non_null(backup);
  for (; !done; n_slices++) {
    assert_true(cal_ledger_backup_step(backup, &done, NULL));
    assert_true(cal_ledger_backup_progress(backup) >= progress - 0.1); /* the ledger grows */
    progress = cal_ledger_backup_progress(backup);
    if (n_slices < 1)
      desk_enter(desk, CAL_ENTRY_FOOD, NOON + 99999 + n_slices, "egg", "60g");
  }
  assert_true(n_slices > 6);
  close(fd);
  g_autoptr(CalLedger) copy = cal_ledger_open(path, NULL);
  assert_non_null(copy);
  assert_true(cal_ledger_check(copy, NULL));
  assert_equal_tellings(desk, copy);
}

static void
test_ended_before_the_end(void **state)
{
  Desk *desk = *state;
  gboolean done = FALSE;
  g_autofree char *path = g_build_filename(desk->directory, "copy.db", NULL);
  g_autofree char *directory = g_path_get_dirname(desk->path);
  fill(desk);
  const int fd = open(path, O_RDWR | O_CREAT, 0600);
  for (int n_slices = 0; n_slices < 3; n_slices++) {
    CalBackup *backup = cal_ledger_backup_begin(desk->ledger, fd, NULL);
    for (int i = 0; i < n_slices; i++)
      assert_true(cal_ledger_backup_step(backup, &done, NULL));
    cal_ledger_backup_end(backup);
    g_autoptr(GDir) files = g_dir_open(directory, 0, NULL);
    for (const char *name; (name = g_dir_read_name(files)) != NULL;)
      assert_null(strstr(name, ".backup-"));
    desk_enter(desk, CAL_ENTRY_FOOD, NOON + n_slices, "egg", "60g");
  }
  assert_false(done);
  close(fd);
}

static void
test_nothing_is_left_beside_it(void **state)
{
  Desk *desk = *state;
  g_autofree char *directory = g_path_get_dirname(desk->path);
  fill(desk);
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  close(ends[0]); /* nobody reads */
  GError *error = NULL;
  assert_false(cal_ledger_backup(desk->ledger, ends[1], &error));
  desk_assert_error(&error, CAL_ERROR_STORAGE);
  close(ends[1]);
  const int full = open("/dev/full", O_WRONLY);
  assert_false(cal_ledger_backup(desk->ledger, full, &error));
  desk_assert_error(&error, CAL_ERROR_STORAGE);
  close(full);
  g_autoptr(GDir) files = g_dir_open(directory, 0, NULL);
  for (const char *name; (name = g_dir_read_name(files)) != NULL;)
    assert_true(g_str_equal(name, "ledger.db") || g_str_equal(name, "ledger.db-wal") ||
                g_str_equal(name, "ledger.db-shm"));
  desk_enter(desk, CAL_ENTRY_FOOD, NOON, "egg", "60g"); /* and the ledger is as before */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_set_up, desk_tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_example),
    TEST(test_every_table_is_equal),
    TEST(test_in_slices),
    TEST(test_ended_before_the_end),
    TEST(test_nothing_is_left_beside_it),
  };
  signal(SIGPIPE, SIG_IGN); /* as the daemon does */
  return cmocka_run_group_tests(tests, NULL, NULL);
}
