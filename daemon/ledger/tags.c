/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tags.h"

#include "store.h"

static const char sql_find_tag[] = "SELECT tag FROM tag WHERE address = ?";
static const char sql_add_tag[] = "INSERT INTO tag (address) VALUES (?)";
static const char sql_find_log[] = "SELECT log, coalesce(floor, 0) FROM log JOIN tag USING (tag)"
                                   "  WHERE address = ? AND log_id = ?";
static const char sql_add_log[] = "INSERT INTO log (tag, log_id) VALUES (?, ?)";
static const char sql_add_heard[] = "UPDATE tag SET heard = heard + ?2, sum = ?3 WHERE tag = ?1";
static const char sql_tag_sum[] = "SELECT sum FROM tag WHERE tag = ?";
static const char sql_add_duplicates[] = "UPDATE tag SET duplicates = duplicates + ? WHERE tag = ?";

static gboolean
find_by_address(CalLedger *ledger, const char *address, gint64 *row, GError **error)
{
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_find_tag, error);
  gboolean has_row;
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text(statement->stmt, 1, address, -1, SQLITE_STATIC);
  if (!cal_statement_next(statement, &has_row, error))
    return FALSE;
  *row = has_row ? sqlite3_column_int64(statement->stmt, 0) : 0;
  return TRUE;
}

static gboolean
ensure_by_address(CalLedger *ledger, const char *address, gint64 *row, GError **error)
{
  if (!find_by_address(ledger, address, row, error))
    return FALSE;
  if (*row != 0)
    return TRUE;
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_add_tag, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text(statement->stmt, 1, address, -1, SQLITE_STATIC);
  if (!cal_statement_run(statement, error))
    return FALSE;
  *row = sqlite3_last_insert_rowid(ledger->db);
  return TRUE;
}

gboolean
cal_tags_find(CalLedger *ledger, const CalAddress *tag, gint64 *row, GError **error)
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  cal_address_format(tag, address);
  return find_by_address(ledger, address, row, error);
}

gboolean
cal_tags_ensure(CalLedger *ledger, const CalAddress *tag, gint64 *row, GError **error)
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  cal_address_format(tag, address);
  return ensure_by_address(ledger, address, row, error);
}

gboolean
cal_logs_find(CalLedger *ledger, const CalAddress *tag, guint32 log_id, CalLogRow *row, GError **error)
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  gboolean has_row;
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_find_log, error);
  if (statement == NULL)
    return FALSE;
  cal_address_format(tag, address);
  sqlite3_bind_text(statement->stmt, 1, address, -1, SQLITE_STATIC);
  sqlite3_bind_int64(statement->stmt, 2, log_id);
  if (!cal_statement_next(statement, &has_row, error))
    return FALSE;
  *row = (CalLogRow){ 0 };
  if (has_row) {
    row->log = sqlite3_column_int64(statement->stmt, 0);
    row->floor = (guint32)sqlite3_column_int64(statement->stmt, 1);
  }
  return TRUE;
}

gboolean
cal_logs_ensure(CalLedger *ledger, const CalAddress *tag, guint32 log_id, CalLogRow *row, GError **error)
{
  gint64 tag_row;
  if (!cal_logs_find(ledger, tag, log_id, row, error))
    return FALSE;
  if (row->log != 0)
    return TRUE;
  if (!cal_tags_ensure(ledger, tag, &tag_row, error) ||
      !cal_store_run(ledger, sql_add_log, tag_row, log_id, error))
    return FALSE;
  row->log = sqlite3_last_insert_rowid(ledger->db);
  return TRUE;
}

/* The sum is added here and not by SQLite, whose integers overflow into floating point. */
gboolean
cal_tags_add_heard(CalLedger *ledger, gint64 row, gint64 n_heard, guint64 sum, GError **error)
{
  gint64 before;
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_add_heard, error);
  if (statement == NULL || !cal_store_number(ledger, sql_tag_sum, row, 0, 0, &before, error))
    return FALSE;
  sqlite3_bind_int64(statement->stmt, 1, row);
  sqlite3_bind_int64(statement->stmt, 2, n_heard);
  sqlite3_bind_int64(statement->stmt, 3, (gint64)((guint64)before + sum));
  return cal_statement_run(statement, error);
}

void
cal_tags_count_duplicates(CalLedger *ledger, const CalAddress *tag, gint64 n_duplicates)
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  cal_address_format(tag, address);
  gint64 *count = g_hash_table_lookup(ledger->duplicates, address);
  if (count == NULL) {
    count = g_new0(gint64, 1);
    g_hash_table_insert(ledger->duplicates, g_strdup(address), count);
  }
  *count += n_duplicates;
}

void
cal_ledger_count_duplicate(CalLedger *ledger, const CalAddress *tag)
{
  cal_tags_count_duplicates(ledger, tag, 1);
}

gint64
cal_tags_pending_duplicates(CalLedger *ledger, const CalAddress *tag)
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  cal_address_format(tag, address);
  const gint64 *count = g_hash_table_lookup(ledger->duplicates, address);
  return count == NULL ? 0 : *count;
}

gboolean
cal_tags_write_pending(CalLedger *ledger, GError **error)
{
  GHashTableIter iter;
  gpointer address, count;
  g_hash_table_iter_init(&iter, ledger->duplicates);
  while (g_hash_table_iter_next(&iter, &address, &count)) {
    gint64 row;
    if (!ensure_by_address(ledger, address, &row, error) ||
        !cal_store_run(ledger, sql_add_duplicates, *(const gint64 *)count, row, error))
      return FALSE;
  }
  return TRUE;
}

void
cal_tags_forget_pending(CalLedger *ledger)
{
  g_hash_table_remove_all(ledger->duplicates);
}
