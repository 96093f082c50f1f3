/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store.h"

static CalStatement *
prepare(CalLedger *ledger, const char *sql, GError **error)
{
  sqlite3_stmt *stmt = NULL;
  const int code = sqlite3_prepare_v3(ledger->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);
  if (code != SQLITE_OK) {
    cal_store_fail(ledger, code, "read", error);
    return NULL;
  }
  CalStatement *statement = g_new(CalStatement, 1);
  *statement = (CalStatement){ stmt, ledger, sql };
  return statement;
}

/* A statement is out of the cache while it is in use: whoever asks for the same text meanwhile (a visit that
 * reads the ledger again) gets one of its own. */
CalStatement *
cal_statement_take(CalLedger *ledger, const char *sql, GError **error)
{
  gpointer idle = NULL;
  if (g_hash_table_steal_extended(ledger->statements, sql, NULL, &idle))
    return idle;
  return prepare(ledger, sql, error);
}

void
cal_statement_release(CalStatement *statement)
{
  CalLedger *ledger = statement->ledger;
  sqlite3_reset(statement->stmt); /* its code repeats the error of the last step, which was told there */
  sqlite3_clear_bindings(statement->stmt);
  if (g_hash_table_contains(ledger->statements, statement->sql))
    cal_statement_free(statement);
  else
    g_hash_table_insert(ledger->statements, (gpointer)statement->sql, statement);
}

void
cal_statement_free(gpointer data)
{
  CalStatement *statement = data;
  sqlite3_finalize(statement->stmt);
  g_free(statement);
}

gboolean
cal_statement_next(CalStatement *statement, gboolean *has_row, GError **error)
{
  const int code = sqlite3_step(statement->stmt);
  *has_row = code == SQLITE_ROW;
  if (code == SQLITE_ROW)
    return TRUE;
  if (code != SQLITE_DONE)
    cal_store_fail(statement->ledger, code, sqlite3_stmt_readonly(statement->stmt) ? "read" : "written",
                   error);
  sqlite3_reset(statement->stmt);
  return code == SQLITE_DONE;
}

gboolean
cal_statement_each(CalStatement *statement, gboolean *ok, GError **error)
{
  gboolean has_row;
  *ok = cal_statement_next(statement, &has_row, error);
  return *ok && has_row;
}

gboolean
cal_statement_run(CalStatement *statement, GError **error)
{
  gboolean has_row;
  const gboolean done = cal_statement_next(statement, &has_row, error);
  g_assert(!has_row);
  return done;
}

static CalStatement *
take_with_numbers(CalLedger *ledger, const char *sql, gint64 first, gint64 second, GError **error)
{
  CalStatement *statement = cal_statement_take(ledger, sql, error);
  if (statement == NULL)
    return NULL;
  const int n = sqlite3_bind_parameter_count(statement->stmt);
  if (n > 0)
    sqlite3_bind_int64(statement->stmt, 1, first);
  if (n > 1)
    sqlite3_bind_int64(statement->stmt, 2, second);
  return statement;
}

gboolean
cal_store_run(CalLedger *ledger, const char *sql, gint64 first, gint64 second, GError **error)
{
  g_autoptr(CalStatement) statement = take_with_numbers(ledger, sql, first, second, error);
  return statement != NULL && cal_statement_run(statement, error);
}

gboolean
cal_store_number(CalLedger *ledger, const char *sql, gint64 first, gint64 second, gint64 otherwise,
                 gint64 *number, GError **error)
{
  g_autoptr(CalStatement) statement = take_with_numbers(ledger, sql, first, second, error);
  gboolean has_row;
  if (statement == NULL || !cal_statement_next(statement, &has_row, error))
    return FALSE;
  const gboolean is_number = has_row && sqlite3_column_type(statement->stmt, 0) == SQLITE_INTEGER;
  *number = is_number ? sqlite3_column_int64(statement->stmt, 0) : otherwise;
  return TRUE;
}
