/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The disk is full, cannot be written, or the file is taken away: an error, nothing by halves, and it goes on
 * when the cause is gone. */
#include "desk.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <error.h>
#include <store.h>

/* No page more than there are now. */
static void
fill_disk(Desk *desk, gboolean full)
{
  sqlite3_exec(desk->ledger->db, full ? "PRAGMA max_page_count = 1" : "PRAGMA max_page_count = 1000000", NULL,
               NULL, NULL);
}

static gboolean
append_minutes(Desk *desk, guint32 first, guint32 n, CalTally *tally, CalSpan *touched, GError **error)
{
  g_autofree guint8(*raw)[CAL_RECORD_SIZE] = g_malloc(n * CAL_RECORD_SIZE);
  for (guint32 i = 0; i < n; i++) {
    const CalRecord record = desk_minute(first + i, NOON + 60 * (gint64)(first + i));
    cal_record_encode(&record, raw[i]);
  }
  return cal_ledger_append_records(desk->ledger, &desk_tag, LOG_ID, (const guint8(*)[CAL_RECORD_SIZE])raw, n,
                                   NOON, tally, touched, error);
}

static guint
n_told(Desk *desk)
{
  g_autoptr(GArray) events = desk_events(desk);
  return events->len;
}

static void
test_a_full_disk_and_back(void **state)
{
  Desk *desk = *state;
  GError *error = NULL;
  CalTally tally = { 0 };
  CalSpan touched = { 0 };
  desk_append_minutes(desk, 1, 100);
  fill_disk(desk, TRUE);
  assert_false(append_minutes(desk, 101, 5000, &tally, &touched, &error));
  desk_assert_error(&error, CAL_ERROR_STORAGE);
  assert_int_equal(tally.fresh, 0);
  assert_true(touched.end <= touched.start);
  CalLogState log;
  assert_true(cal_ledger_log_state(desk->ledger, &desk_tag, LOG_ID, &log, NULL));
  assert_int_equal(log.newest, 100);
  assert_int_equal(n_told(desk), 100); /* reading goes on */
  assert_true(cal_ledger_check(desk->ledger, NULL));
  fill_disk(desk, FALSE);
  assert_true(append_minutes(desk, 101, 5000, &tally, &touched, &error));
  assert_int_equal(tally.fresh, 5000);
  assert_int_equal(n_told(desk), 5100);
}

static void
test_samples_wait_for_a_full_disk_within_bounds(void **state)
{
  Desk *desk = *state;
  GError *error = NULL;
  int taken = 0;
  fill_disk(desk, TRUE);
  while (taken < 5000 && cal_ledger_append_sample(desk->ledger, &desk_other_tag, NOON + taken, 1.5, &error))
    taken++;
  desk_assert_error(&error, CAL_ERROR_STORAGE);
  assert_in_range(taken, 1000, 1200); /* a few fit on the pages that there are */
  assert_int_equal(n_told(desk), taken);
  assert_false(cal_ledger_flush(desk->ledger, &error));
  desk_assert_error(&error, CAL_ERROR_STORAGE);
  fill_disk(desk, FALSE);
  assert_true(cal_ledger_flush(desk->ledger, &error));
  desk_reopen(desk);
  assert_int_equal(n_told(desk), taken);
}

/* A write that the kernel refuses, in the middle of a transaction: the limit on a file's size stands in for a
 * disk. In a child, since the limit is the process's. */
static void
try_with_small_files(Desk *desk, int answer)
{
  GError *error = NULL;
  CalTally tally = { 0 };
  CalSpan touched = { 0 };
  const struct rlimit small = { 200000, RLIM_INFINITY }, none = { RLIM_INFINITY, RLIM_INFINITY };
  signal(SIGXFSZ, SIG_IGN);
  desk->ledger = cal_ledger_open(desk->path, NULL);
  setrlimit(RLIMIT_FSIZE, &small);
  const gboolean refused = !append_minutes(desk, 1, 20000, &tally, &touched, &error) &&
                           g_error_matches(error, CAL_ERROR, CAL_ERROR_STORAGE);
  g_clear_error(&error);
  setrlimit(RLIMIT_FSIZE, &none);
  const gboolean resumed = append_minutes(desk, 1, 300, &tally, &touched, &error) && tally.fresh == 300;
  cal_ledger_close(desk->ledger);
  _exit(write(answer, refused && resumed ? "y" : "n", 1) == 1 ? 0 : 1);
}

static void
test_a_write_refused_by_the_kernel(void **state)
{
  Desk *desk = *state;
  int ends[2];
  char answer = '?';
  desk_close(desk);
  assert_int_equal(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0)
    try_with_small_files(desk, ends[1]);
  close(ends[1]);
  assert_int_equal(read(ends[0], &answer, 1), 1);
  assert_int_equal(waitpid(child, NULL, 0), child);
  close(ends[0]);
  assert_int_equal(answer, 'y');
  desk_open(desk);
  assert_int_equal(n_told(desk), 300);
  assert_true(cal_ledger_check(desk->ledger, NULL));
}

/* -- The file goes -------------------------------------------------------------------------------------- */

static void
assert_stopped(Desk *desk)
{
  GError *error = NULL;
  CalEntry entry = {
    .kind = CAL_ENTRY_TAKE, .way = CAL_WAY_HAND, .at = NOON, .recorded = NOON, .name = "d3"
  };
  assert_false(cal_ledger_barrier(desk->ledger, &error));
  desk_assert_error(&error, CAL_ERROR_STORAGE);
  assert_false(cal_ledger_append_entry(desk->ledger, &entry, &error)); /* it would be lost */
  desk_assert_error(&error, CAL_ERROR_STORAGE);
  assert_string_equal(entry.id, "");
}

static void
test_a_barrier_when_all_is_well(void **state)
{
  Desk *desk = *state;
  GError *error = NULL;
  assert_true(cal_ledger_append_sample(desk->ledger, &desk_other_tag, NOON, 1.5, NULL));
  assert_true(cal_ledger_barrier(desk->ledger, &error));
  assert_int_equal(desk_sql_number(desk->path, "SELECT count(*) FROM sample"), 1);
  assert_int_equal(desk_sql_number(desk->path, "PRAGMA wal_checkpoint(TRUNCATE)"), 0);
  assert_true(cal_ledger_barrier(desk->ledger, &error));
}

static void
test_the_file_is_removed(void **state)
{
  Desk *desk = *state;
  desk_append_minutes(desk, 1, 3);
  assert_int_equal(g_unlink(desk->path), 0);
  assert_stopped(desk);
}

/* What is committed lives in the WAL for a while. */
static void
test_the_wal_is_removed(void **state)
{
  Desk *desk = *state;
  g_autofree char *wal = g_strconcat(desk->path, "-wal", NULL);
  desk_append_minutes(desk, 1, 3);
  assert_int_equal(g_unlink(wal), 0);
  assert_stopped(desk);
}

/* Another ledger in its place, in use by another: closing ours must not take its WAL away. */
static void
test_the_file_is_replaced(void **state)
{
  Desk *desk = *state;
  g_autofree char *aside = g_strconcat(desk->path, ".aside", NULL);
  g_autofree char *wal = g_strconcat(desk->path, "-wal", NULL);
  g_autofree char *shm = g_strconcat(desk->path, "-shm", NULL);
  desk_append_minutes(desk, 1, 3);
  assert_int_equal(rename(desk->path, aside), 0);
  assert_int_equal(g_unlink(wal), 0);
  assert_int_equal(g_unlink(shm), 0);
  assert_stopped(desk);
  Desk other = { .path = desk->path };
  desk_open(&other);
  desk_append_minutes(&other, 1, 7);
  assert_stopped(desk);
  desk_close(desk);
  assert_true(g_file_test(wal, G_FILE_TEST_EXISTS));
  assert_true(cal_ledger_barrier(other.ledger, NULL));
  desk_reopen(&other);
  assert_int_equal(n_told(&other), 7);
  desk_close(&other);
}

static void
test_a_directory_that_cannot_be_made(void **state)
{
  Desk *desk = *state;
  g_autofree char *inside_a_file = g_build_filename(desk->path, "data", "ledger.db", NULL);
  desk_assert_refused(inside_a_file, CAL_ERROR_STORAGE);
  desk_assert_refused("/proc/calcifer/ledger.db", CAL_ERROR_STORAGE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_set_up, desk_tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_a_full_disk_and_back),          TEST(test_samples_wait_for_a_full_disk_within_bounds),
    TEST(test_a_write_refused_by_the_kernel), TEST(test_a_barrier_when_all_is_well),
    TEST(test_the_file_is_removed),           TEST(test_the_wal_is_removed),
    TEST(test_the_file_is_replaced),          TEST(test_a_directory_that_cannot_be_made),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
