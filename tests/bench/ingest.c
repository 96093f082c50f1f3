/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What reaches the ledger, beside SQLite and the file system that do the same without it.
 *
 *   bench-ingest FOLDER ROUNDS
 *
 *   backlog        seconds of this process for 30 days of minutes, in batches of 512, each on the disk
 *   backlog-wall   the same by the wall
 *   press          milliseconds, p99, until a press is on the disk; the floor writes as much to a file and
 * syncs sample-bytes   bytes of the file to a UV minute; the floor is a table of number and record
 */
#include "pair.h"

#include <ledger.h>

#include <calcifer/record.h>

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define N_RECORDS 43200
#define N_BATCH   512
#define N_PRESSES 300
#define LOG_ID    7
#define START     INT64_C(1759147200)

static const CalAddress tag = { { 0xC0, 0xFF, 0xEE, 0, 0, 1 } };

typedef struct Times {
  double cpu, wall;
} Times;

static void
must(gboolean done, const char *what)
{
  if (!done)
    g_error("%s failed", what);
}

static void
make_batch(guint8 raw[N_BATCH][CAL_RECORD_SIZE], guint32 first, guint32 n)
{
  for (guint32 i = 0; i < n; i++) {
    const guint16 mean = (guint16)((first + i) % 600);
    const CalRecord record = { .sequence = first + i,
                               .time = (guint32)(START + 60 * (gint64)(first + i)),
                               .boot = 1,
                               .type = CAL_RECORD_UV,
                               .flags = CAL_RECORD_FLAG_CLOCK_SET,
                               .uv = { 60, mean, (guint16)(mean + 50) } };
    cal_record_encode(&record, raw[i]);
  }
}

static double
size_of(const char *path)
{
  struct stat status;
  must(stat(path, &status) == 0, path);
  return (double)status.st_size;
}

/* -- A backlog ------------------------------------------------------------------------------------------ */

static Times
take_backlog(CalLedger *ledger)
{
  guint8 raw[N_BATCH][CAL_RECORD_SIZE];
  Times times = { 0 };
  for (guint32 first = 1; first <= N_RECORDS; first += N_BATCH) {
    const guint32 n = MIN(N_BATCH, N_RECORDS - first + 1);
    CalTally tally = { 0 };
    CalSpan touched = { 0 };
    make_batch(raw, first, n);
    const double cpu = cpu_s(), wall = wall_s();
    must(cal_ledger_append_records(ledger, &tag, LOG_ID, (const guint8(*)[CAL_RECORD_SIZE])raw, n, START,
                                   &tally, &touched, NULL),
         "append");
    times.cpu += cpu_s() - cpu;
    times.wall += wall_s() - wall;
  }
  return times;
}

static sqlite3 *
open_bare(const char *path)
{
  sqlite3 *db = NULL;
  must(sqlite3_open(path, &db) == SQLITE_OK, path);
  must(sqlite3_exec(db,
                    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                    "CREATE TABLE record (id INTEGER PRIMARY KEY, raw BLOB NOT NULL) STRICT",
                    NULL, NULL, NULL) == SQLITE_OK,
       "schema");
  return db;
}

static void
insert_batch(sqlite3 *db, sqlite3_stmt *stmt, guint8 raw[N_BATCH][CAL_RECORD_SIZE], guint32 first, guint32 n)
{
  sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
  for (guint32 i = 0; i < n; i++) {
    sqlite3_bind_int64(stmt, 1, first + i);
    sqlite3_bind_blob(stmt, 2, raw[i], CAL_RECORD_SIZE, SQLITE_STATIC);
    must(sqlite3_step(stmt) == SQLITE_DONE, "insert");
    sqlite3_reset(stmt);
  }
  must(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK, "commit");
}

static Times
take_backlog_bare(sqlite3 *db)
{
  guint8 raw[N_BATCH][CAL_RECORD_SIZE];
  Times times = { 0 };
  sqlite3_stmt *stmt = NULL;
  must(sqlite3_prepare_v2(db, "INSERT INTO record VALUES (?, ?)", -1, &stmt, NULL) == SQLITE_OK, "prepare");
  for (guint32 first = 1; first <= N_RECORDS; first += N_BATCH) {
    const guint32 n = MIN(N_BATCH, N_RECORDS - first + 1);
    make_batch(raw, first, n);
    const double cpu = cpu_s(), wall = wall_s();
    insert_batch(db, stmt, raw, first, n);
    times.cpu += cpu_s() - cpu;
    times.wall += wall_s() - wall;
  }
  sqlite3_finalize(stmt);
  return times;
}

/* -- Presses -------------------------------------------------------------------------------------------- */

static int
compare(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double
p99(double *values)
{
  qsort(values, N_PRESSES, sizeof *values, compare);
  return values[N_PRESSES * 99 / 100];
}

static void
press(CalLedger *ledger, int i)
{
  CalEntry entry = { .kind = CAL_ENTRY_PRESS, .way = CAL_WAY_BUTTON, .at = START + i, .recorded = START + i };
  g_strlcpy(entry.name, "C0:FF:EE:00:00:01 1", sizeof entry.name);
  g_strlcpy(entry.value, "1", sizeof entry.value);
  must(cal_ledger_append_entry(ledger, &entry, NULL), "press");
}

/* What a commit of a press writes: three pages of the WAL with their headers. */
static void
write_and_sync(int fd, int i)
{
  static const char pages[3 * (4096 + 24)];
  must(pwrite(fd, pages, sizeof pages, i * (off_t)sizeof pages) == (ssize_t)sizeof pages, "write");
  must(fdatasync(fd) == 0, "sync");
}

static void
tell_presses(CalLedger *ledger, const char *path)
{
  double ours[N_PRESSES], bare[N_PRESSES];
  const int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  must(fd >= 0, path);
  for (int i = 0; i < N_PRESSES; i++) {
    double start = wall_s();
    press(ledger, i);
    ours[i] = 1000 * (wall_s() - start);
    start = wall_s();
    write_and_sync(fd, i);
    bare[i] = 1000 * (wall_s() - start);
  }
  close(fd);
  tell_pair("press", p99(ours), p99(bare));
}

/* -- A round -------------------------------------------------------------------------------------------- */

static void
run(const char *folder, int round)
{
  g_autofree char *name = g_strdup_printf("%s/%d", folder, round);
  g_autofree char *path = g_strconcat(name, "/ledger.db", NULL), *bare_path = g_strconcat(name, ".db", NULL);
  g_autofree char *synced = g_strconcat(name, ".synced", NULL);
  CalLedger *ledger = cal_ledger_open(path, NULL);
  must(ledger != NULL, path);
  cal_ledger_close(ledger);
  const double empty = size_of(path);
  ledger = cal_ledger_open(path, NULL);
  sqlite3 *bare = open_bare(bare_path);
  const Times ours = take_backlog(ledger), floor_of_it = take_backlog_bare(bare);
  tell_pair("backlog", ours.cpu, floor_of_it.cpu);
  tell_pair("backlog-wall", ours.wall, floor_of_it.wall);
  sqlite3_close(bare);
  cal_ledger_close(ledger);
  tell_pair("sample-bytes", (size_of(path) - empty) / N_RECORDS, size_of(bare_path) / N_RECORDS);
  ledger = cal_ledger_open(path, NULL);
  tell_presses(ledger, synced);
  cal_ledger_close(ledger);
}

int
main(int argc, char **argv)
{
  if (argc != 3)
    g_error("usage: bench-ingest FOLDER ROUNDS");
  for (int round = 0; round < atoi(argv[2]); round++)
    run(argv[1], round);
  return EXIT_SUCCESS;
}
