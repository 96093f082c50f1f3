/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking at a ledger that another process may have open. */
#include "rescue.h"

#include "error.h"
#include "schema.h"
#include "store.h"

const char *
cal_ledger_state_name(CalLedgerState state)
{
  switch (state) {
  case CAL_LEDGER_ABSENT:
    return "absent";
  case CAL_LEDGER_WHOLE:
    return "whole";
  case CAL_LEDGER_OLDER:
    return "older";
  case CAL_LEDGER_NEWER:
    return "newer";
  case CAL_LEDGER_DAMAGED:
    return "damaged";
  case CAL_LEDGER_UNREADABLE:
    return "unreadable";
  }
  return "unreadable";
}

/* An older version lacks tables that the whole check reads. */
static gboolean
structure_is_sound(CalLedger *ledger, GError **error)
{
  gboolean has_row;
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, "PRAGMA quick_check(1)", error);
  if (statement == NULL || !cal_statement_next(statement, &has_row, error))
    return FALSE;
  if (has_row && g_strcmp0((const char *)sqlite3_column_text(statement->stmt, 0), "ok") == 0)
    return TRUE;
  g_set_error(error, CAL_ERROR, CAL_ERROR_DAMAGED, "The ledger %s is damaged: %s.", ledger->path,
              has_row ? (const char *)sqlite3_column_text(statement->stmt, 0) : "no answer");
  return FALSE;
}

static CalLedgerState
state_of(const GError *error, guint version)
{
  if (error == NULL)
    return version < cal_schema_n_steps ? CAL_LEDGER_OLDER : CAL_LEDGER_WHOLE;
  if (!g_error_matches(error, CAL_ERROR, CAL_ERROR_DAMAGED))
    return CAL_LEDGER_UNREADABLE;
  return version > cal_schema_n_steps ? CAL_LEDGER_NEWER : CAL_LEDGER_DAMAGED;
}

/* SQLite takes an empty file for an empty database, and so does the daemon when it starts. */
static gboolean
is_absent(const char *path)
{
  struct stat status;
  return stat(path, &status) != 0 || (S_ISREG(status.st_mode) && status.st_size == 0);
}

CalLedgerState
cal_ledger_examine(const char *path, char **sentence)
{
  guint version = 0;
  g_autoptr(GError) error = NULL;
  *sentence = NULL;
  if (is_absent(path))
    return CAL_LEDGER_ABSENT;
  g_autoptr(CalLedger) ledger = cal_store_open_to_read(path, &version, &error);
  if (ledger != NULL && version < cal_schema_n_steps)
    structure_is_sound(ledger, &error);
  else if (ledger != NULL && cal_store_read_name(ledger, &error))
    cal_ledger_check(ledger, &error);
  if (error != NULL)
    *sentence = g_strdup(error->message);
  return state_of(error, version);
}
