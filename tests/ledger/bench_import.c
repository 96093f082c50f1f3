/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A month of minutes into a ledger, in batches of 512, beside a bare SQLite table that takes the same bytes
 * in the same batches with the same durability; then all of it read in order. Prints a line to each figure.
 */
#include "desk.h"

#include <sqlite3.h>
#include <sys/stat.h>

#define N_RECORDS 43200
#define N_BATCH   512

static double
seconds_since(gint64 start)
{
  return (double)(g_get_monotonic_time() - start) / 1e6;
}

static double
size_of(const char *path)
{
  struct stat status;
  assert_int_equal(stat(path, &status), 0);
  return (double)status.st_size;
}

static double
import(Desk *desk)
{
  const gint64 start = g_get_monotonic_time();
  for (guint32 first = 1; first <= N_RECORDS; first += N_BATCH)
    desk_append_minutes(desk, first, MIN(first + N_BATCH - 1, N_RECORDS));
  return seconds_since(start);
}

static void
insert_batch(sqlite3_stmt *stmt, guint32 first)
{
  for (guint32 i = first; i < first + N_BATCH && i <= N_RECORDS; i++) {
    guint8 raw[CAL_RECORD_SIZE];
    const CalRecord record = desk_minute(i, NOON + 60 * (gint64)i);
    cal_record_encode(&record, raw);
    sqlite3_bind_int64(stmt, 1, i);
    sqlite3_bind_blob(stmt, 2, raw, CAL_RECORD_SIZE, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(stmt), SQLITE_DONE);
    sqlite3_reset(stmt);
  }
}

static double
import_bare(const char *path)
{
  sqlite3 *db;
  sqlite3_stmt *stmt;
  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  sqlite3_exec(db,
               "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
               "CREATE TABLE record (id INTEGER PRIMARY KEY, raw BLOB NOT NULL) STRICT",
               NULL, NULL, NULL);
  assert_int_equal(sqlite3_prepare_v2(db, "INSERT INTO record VALUES (?, ?)", -1, &stmt, NULL), SQLITE_OK);
  const gint64 start = g_get_monotonic_time();
  for (guint32 first = 1; first <= N_RECORDS; first += N_BATCH) {
    sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    insert_batch(stmt, first);
    assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
  }
  const double taken_s = seconds_since(start);
  sqlite3_finalize(stmt);
  sqlite3_close(db);
  return taken_s;
}

static gboolean
count(const CalEvent *event, gpointer n)
{
  (void)event;
  ++*(guint *)n;
  return TRUE;
}

static double
read_all(Desk *desk)
{
  guint n = 0;
  const gint64 start = g_get_monotonic_time();
  assert_true(cal_ledger_each(desk->ledger, (CalSpan){ 0, G_MAXINT64 }, count, &n, NULL));
  assert_int_equal(n, N_RECORDS);
  return seconds_since(start);
}

int
main(void)
{
  void *state;
  desk_set_up(&state);
  Desk *desk = state;
  g_autofree char *bare = g_build_filename(desk->directory, "bare.db", NULL);
  desk_reopen(desk);
  const double empty = size_of(desk->path);
  const double bare_s = import_bare(bare);
  const double import_s = import(desk);
  const double read_s = read_all(desk);
  desk_close(desk);
  g_print("import    %8.0f records/s\n", N_RECORDS / import_s);
  g_print("floor     %8.0f records/s   bare inserts\n", N_RECORDS / bare_s);
  g_print("ratio     %8.2f\n", import_s / bare_s);
  g_print("reading   %8.0f records/s   in the order of time\n", N_RECORDS / read_s);
  g_print("size      %8.1f bytes/record\n", (size_of(desk->path) - empty) / N_RECORDS);
  desk_tear_down(&state);
  return 0;
}
