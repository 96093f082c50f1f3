/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cache of day results: one to a date, of which a key tells what it was made by and from. */
#include <string.h>

#include "store.h"

static const char sql_get[] = "SELECT result FROM day WHERE date = ? AND key = ?";
static const char sql_put[] = "INSERT INTO day (date, key, result) VALUES (?, ?, ?)"
                              "  ON CONFLICT DO UPDATE SET key = excluded.key, result = excluded.result";
static const char sql_drop[] = "DELETE FROM day WHERE date BETWEEN ? AND ?";

GBytes *
cal_ledger_cached_day(CalLedger *ledger, CalDate date, const char *key)
{
  gboolean has_row;
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_get, NULL);
  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64(statement->stmt, 1, date);
  sqlite3_bind_text(statement->stmt, 2, key, -1, SQLITE_STATIC);
  if (!cal_statement_next(statement, &has_row, NULL) || !has_row)
    return NULL;
  const void *result = sqlite3_column_blob(statement->stmt, 0);
  return g_bytes_new(result, (gsize)sqlite3_column_bytes(statement->stmt, 0));
}

static gboolean
put(CalLedger *ledger, CalDate date, const char *key, GBytes *result, GError **error)
{
  gsize size;
  const void *bytes = g_bytes_get_data(result, &size);
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_put, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64(statement->stmt, 1, date);
  sqlite3_bind_text(statement->stmt, 2, key, -1, SQLITE_STATIC);
  if (size == 0)
    sqlite3_bind_zeroblob(statement->stmt, 3, 0);
  else
    sqlite3_bind_blob64(statement->stmt, 3, bytes, size, SQLITE_STATIC);
  return cal_statement_run(statement, error);
}

gboolean
cal_ledger_cache_day(CalLedger *ledger, CalDate date, const char *key, GBytes *result, GError **error)
{
  g_auto(CalTransaction) transaction = { 0 };
  return cal_transaction_begin(&transaction, ledger, error) && put(ledger, date, key, result, error) &&
         cal_transaction_commit(&transaction, error);
}

gboolean
cal_ledger_drop_cached_days(CalLedger *ledger, CalDate first, CalDate last, GError **error)
{
  g_auto(CalTransaction) transaction = { 0 };
  return cal_transaction_begin(&transaction, ledger, error) &&
         cal_store_run(ledger, sql_drop, first, last, error) && cal_transaction_commit(&transaction, error);
}
