/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "origin.h"

#include "store.h"

#include <string.h>

#define UUID_CHARS 36

static const char sql_any[] = "SELECT count(*) FROM (SELECT 1 FROM origin LIMIT 1)";
static const char sql_of[] = "SELECT uuid, number FROM origin WHERE entry = ?";
/* One that was made here, and not one that came back. */
static const char sql_is_ours[] =
    "SELECT count(*) FROM entry WHERE number = ?1 AND NOT EXISTS (SELECT 1 FROM origin WHERE entry = ?1)";
static const char sql_is_there[] = "SELECT count(*) FROM entry WHERE number = ?";
static const char sql_find[] = "SELECT entry FROM origin WHERE uuid = ? AND number = ?";
static const char sql_add[] = "INSERT INTO origin (entry, uuid, number) VALUES (?, ?, ?)";

gboolean
cal_origin_open(CalLedger *ledger, GError **error)
{
  gint64 any;
  if (!cal_store_number(ledger, sql_any, 0, 0, 0, &any, error))
    return FALSE;
  ledger->has_origins = any != 0;
  return TRUE;
}

gboolean
cal_origin_spell(CalLedger *ledger, gint64 number, char *id, gsize size, GError **error)
{
  gboolean has_row;
  g_snprintf(id, size, "%s:%" G_GINT64_FORMAT, ledger->uuid, number);
  if (!ledger->has_origins)
    return TRUE;
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_of, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64(statement->stmt, 1, number);
  if (!cal_statement_next(statement, &has_row, error))
    return FALSE;
  if (has_row)
    g_snprintf(id, size, "%s:%" G_GINT64_FORMAT, (const char *)sqlite3_column_text(statement->stmt, 0),
               (gint64)sqlite3_column_int64(statement->stmt, 1));
  return TRUE;
}

gboolean
cal_origin_parse(const char *id, char uuid[37], gint64 *number)
{
  if (!cal_entry_id_is_valid(id))
    return FALSE;
  for (gsize i = 0; i < UUID_CHARS; i++)
    uuid[i] = g_ascii_tolower(id[i]);
  uuid[UUID_CHARS] = '\0';
  *number = g_ascii_strtoll(id + UUID_CHARS + 1, NULL, 10);
  return TRUE;
}

gboolean
cal_origin_is_taken(CalLedger *ledger, gint64 number, gboolean *is_taken, GError **error)
{
  gint64 there;
  if (!cal_store_number(ledger, sql_is_there, number, 0, 0, &there, error))
    return FALSE;
  *is_taken = there != 0;
  return TRUE;
}

static gboolean
find_foreign(CalLedger *ledger, const char uuid[37], gint64 theirs, gint64 *number, GError **error)
{
  gboolean has_row;
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_find, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text(statement->stmt, 1, uuid, -1, SQLITE_STATIC);
  sqlite3_bind_int64(statement->stmt, 2, theirs);
  if (!cal_statement_next(statement, &has_row, error))
    return FALSE;
  *number = has_row ? sqlite3_column_int64(statement->stmt, 0) : 0;
  return TRUE;
}

gboolean
cal_origin_find(CalLedger *ledger, const char uuid[37], gint64 theirs, gint64 *number, GError **error)
{
  gint64 is_ours = 0;
  if (g_str_equal(uuid, ledger->uuid) &&
      !cal_store_number(ledger, sql_is_ours, theirs, 0, 0, &is_ours, error))
    return FALSE;
  *number = is_ours != 0 ? theirs : 0;
  return is_ours != 0 || !ledger->has_origins || find_foreign(ledger, uuid, theirs, number, error);
}

gboolean
cal_origin_add(CalLedger *ledger, gint64 number, const char uuid[37], gint64 theirs, GError **error)
{
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_add, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64(statement->stmt, 1, number);
  sqlite3_bind_text(statement->stmt, 2, uuid, -1, SQLITE_STATIC);
  sqlite3_bind_int64(statement->stmt, 3, theirs);
  if (!cal_statement_run(statement, error))
    return FALSE;
  ledger->has_origins = TRUE;
  return TRUE;
}
