/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Folding days with the daemon's own code.
 *
 *   bench-day one LONG SHORT ROUNDS   microseconds for a day's balance in a long ledger, and in a short one:
 *                                     yesterday's, which both hold
 *   bench-day all LONG ROUNDS         seconds for all days, and for stepping the same rows in bare SQLite;
 * then peak of memory in KiB behind the first year, and at the end
 */
#include "pair.h"

#include "../../daemon/app/days.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define N_ONE 10

typedef struct Book {
  CalLedger *ledger;
  CalZones *zones;
  CalDays *days;
  CalInstant now;
} Book;

static void
must(gboolean done, const char *what)
{
  if (!done)
    g_error("%s failed", what);
}

static Book
open_book(const char *path)
{
  CalSpan extent;
  Book book = { .ledger = cal_ledger_open(path, NULL), .zones = cal_zones_new() };
  must(book.ledger != NULL, path);
  book.days = cal_days_new(book.ledger, book.zones, NULL);
  must(book.days != NULL && cal_ledger_extent(book.ledger, &extent, NULL), path);
  book.now = extent.end;
  return book;
}

static void
close_book(Book *book)
{
  cal_days_free(book->days);
  cal_zones_free(book->zones);
  cal_ledger_close(book->ledger);
}

static double
fold_one(Book *book)
{
  CalDayResult result;
  const CalDate date = cal_zones_date(book->zones, book->now) - 1;
  const double start = cpu_s();
  for (int i = 0; i < N_ONE; i++)
    must(cal_days_fold(book->days, date, book->now, &result, NULL), "fold");
  return (cpu_s() - start) / N_ONE * 1e6;
}

static double
peak_kib(void)
{
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)usage.ru_maxrss;
}

static double
fold_all(Book *book, double *early_kib)
{
  CalDayResult result;
  const CalDate first = cal_days_oldest(book->days), last = cal_zones_date(book->zones, book->now);
  const double start = cpu_s();
  cal_days_gather(book->days, TRUE); /* as the daemon does that folds all */
  for (CalDate date = first; date <= last; date++) {
    must(cal_days_fold(book->days, date, book->now, &result, NULL), "fold");
    if (date == first + 365)
      *early_kib = peak_kib();
  }
  cal_days_gather(book->days, FALSE);
  return cpu_s() - start;
}

static double
step_all(const char *path)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *stmt = NULL;
  gint64 sum = 0;
  must(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK, path);
  must(sqlite3_prepare_v2(db, "SELECT id, time, shift, rest FROM record", -1, &stmt, NULL) == SQLITE_OK,
       "prepare");
  const double start = cpu_s();
  while (sqlite3_step(stmt) == SQLITE_ROW) {
    sum += sqlite3_column_int64(stmt, 0) + sqlite3_column_int64(stmt, 1) + sqlite3_column_int64(stmt, 2);
    sum += *(const guint8 *)sqlite3_column_blob(stmt, 3);
  }
  const double taken = cpu_s() - start;
  must(sum != 0, "step");
  sqlite3_finalize(stmt);
  sqlite3_close(db);
  return taken;
}

static int
run_one(const char *long_path, const char *short_path, int rounds)
{
  Book long_book = open_book(long_path), short_book = open_book(short_path);
  fold_one(&long_book);
  fold_one(&short_book);
  for (; rounds > 0; rounds--)
    tell_pair("day", fold_one(&long_book), fold_one(&short_book));
  close_book(&long_book);
  close_book(&short_book);
  return EXIT_SUCCESS;
}

static int
run_all(const char *path, int rounds)
{
  double early_kib = 0;
  for (; rounds > 0; rounds--) {
    Book book = open_book(path);
    const double ours = fold_all(&book, &early_kib);
    close_book(&book);
    tell_pair("rebuild", ours, step_all(path));
    tell_pair("rebuild-memory", peak_kib(), early_kib);
  }
  return EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
  if (argc == 5 && strcmp(argv[1], "one") == 0)
    return run_one(argv[2], argv[3], atoi(argv[4]));
  if (argc == 4 && strcmp(argv[1], "all") == 0)
    return run_all(argv[2], atoi(argv[3]));
  g_error("usage: bench-day one LONG SHORT ROUNDS | all LONG ROUNDS");
}
