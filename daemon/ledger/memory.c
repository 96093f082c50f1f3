/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is remembered and is no event. */
#include "error.h"
#include "store.h"

static const char sql_remember[] = "INSERT INTO memory (key, value) VALUES (?, ?)"
                                   "  ON CONFLICT DO UPDATE SET value = excluded.value";
static const char sql_forget[] = "DELETE FROM memory WHERE key = ?";
static const char sql_recall[] = "SELECT value FROM memory WHERE key = ?";

static gboolean
write_memory(CalLedger *ledger, const char *key, const char *value, GError **error)
{
  g_autoptr(CalStatement) statement =
      cal_statement_take(ledger, value == NULL ? sql_forget : sql_remember, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text(statement->stmt, 1, key, -1, SQLITE_STATIC);
  if (value != NULL)
    sqlite3_bind_text(statement->stmt, 2, value, -1, SQLITE_STATIC);
  return cal_statement_run(statement, error);
}

gboolean
cal_ledger_remember(CalLedger *ledger, const char *key, const char *value, GError **error)
{
  g_auto(CalTransaction) transaction = { 0 };
  if (!g_utf8_validate(key, -1, NULL) || (value != NULL && !g_utf8_validate(value, -1, NULL))) {
    g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID, "What is remembered is UTF-8 text.");
    return FALSE;
  }
  return cal_transaction_begin(&transaction, ledger, error) && write_memory(ledger, key, value, error) &&
         cal_transaction_commit(&transaction, error);
}

char *
cal_ledger_recall(CalLedger *ledger, const char *key, GError **error)
{
  gboolean has_row;
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_recall, error);
  if (statement == NULL)
    return NULL;
  sqlite3_bind_text(statement->stmt, 1, key, -1, SQLITE_STATIC);
  if (!cal_statement_next(statement, &has_row, error) || !has_row)
    return NULL;
  return g_strdup((const char *)sqlite3_column_text(statement->stmt, 0));
}
