/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "entry_row.h"
#include "error.h"
#include "origin.h"
#include "owner_dates.h"
#include "store.h"
#include "tags.h"
#include "undo.h"

static const char sql_next_number[] = "SELECT max(number) + 1 FROM entry";
static const char sql_add[] = "INSERT INTO entry (number, kind, way, at, recorded, name, value, sum)"
                              "  VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
static const char sql_get[] =
    "SELECT number, kind, way, at, recorded, name, value, stands FROM entry WHERE number = ?";
/* What is worn today is a setting; the two parts go by an index each. */
static const char sql_newest_by_hand[] =
    "SELECT number, kind, way, at, recorded, name, value FROM entry INDEXED BY entry_by_hand"
    "  WHERE stands AND kind < 20 AND kind <> 7 AND way IN (1, 3) AND recorded >= ?1"
    " UNION ALL "
    "SELECT number, kind, way, at, recorded, name, value FROM entry INDEXED BY entry_setting"
    "  WHERE stands AND kind >= 20 AND kind = 20 AND name = 'wear' AND way IN (1, 3) AND recorded >= ?1"
    "  ORDER BY number DESC LIMIT 1";

/* -- What may come in ----------------------------------------------------------------------------------- */

static gboolean
is_way(CalWay way)
{
  switch (way) {
  case CAL_WAY_HAND:
  case CAL_WAY_BUTTON:
  case CAL_WAY_BUBBLE:
  case CAL_WAY_DAEMON:
    return TRUE;
  }
  return FALSE;
}

static gboolean
check_text(const char *what, const char *text, gsize size, GError **error)
{
  const gsize length = strnlen(text, size);
  if (length < size && g_utf8_validate(text, (gssize)length, NULL))
    return TRUE;
  g_set_error(error, CAL_ERROR, CAL_ERROR_INVALID,
              "The %s of an entry is UTF-8 of at most %" G_GSIZE_FORMAT " bytes.", what, size - 1);
  return FALSE;
}

static gboolean
check(const CalEntry *entry, GError **error)
{
  if (cal_entry_kind_name(entry->kind) != NULL && is_way(entry->way) && entry->at != CAL_INSTANT_NONE &&
      entry->recorded != CAL_INSTANT_NONE)
    return check_text("name", entry->name, sizeof entry->name, error) &&
           check_text("value", entry->value, sizeof entry->value, error);
  g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID,
                      "An entry needs a kind, a way and the instants at which it holds and was recorded.");
  return FALSE;
}

/* -- Writing -------------------------------------------------------------------------------------------- */

guint64
cal_entry_sum(gint64 number, const CalEntry *entry)
{
  guint64 sum = cal_sum_number(CAL_SUM_BASIS, number);
  sum = cal_sum_number(sum, (gint64)entry->kind);
  sum = cal_sum_number(sum, (gint64)entry->way);
  sum = cal_sum_number(sum, entry->at);
  sum = cal_sum_number(sum, entry->recorded);
  return cal_sum_text(cal_sum_text(sum, entry->name), entry->value);
}

static gboolean
insert_entry(CalLedger *ledger, gint64 number, const CalEntry *entry, GError **error)
{
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_add, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64(statement->stmt, 1, number);
  sqlite3_bind_int64(statement->stmt, 2, (gint64)entry->kind);
  sqlite3_bind_int64(statement->stmt, 3, (gint64)entry->way);
  sqlite3_bind_int64(statement->stmt, 4, entry->at);
  sqlite3_bind_int64(statement->stmt, 5, entry->recorded);
  sqlite3_bind_text(statement->stmt, 6, entry->name, -1, SQLITE_STATIC);
  sqlite3_bind_text(statement->stmt, 7, entry->value, -1, SQLITE_STATIC);
  sqlite3_bind_int64(statement->stmt, 8, (gint64)cal_entry_sum(number, entry));
  return cal_statement_run(statement, error);
}

/* A press names the tag that it came from, which then has been heard. */
static gboolean
count_press(CalLedger *ledger, const CalEntry *entry, GError **error)
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  CalAddress tag;
  gint64 row;
  g_strlcpy(address, entry->name, sizeof address);
  if (entry->kind != CAL_ENTRY_PRESS || !cal_address_parse(address, &tag))
    return TRUE;
  return cal_tags_ensure(ledger, &tag, &row, error) && cal_tags_add_heard(ledger, row, 1, 0, error);
}

/* Never one that was given before: when an older copy of this ledger was put back, other ledgers may know of
 * more, and have forgotten it. */
static gboolean
next_number(CalLedger *ledger, gint64 *number, GError **error)
{
  char id[CAL_ENTRY_ID_SIZE];
  if (!cal_store_number(ledger, sql_next_number, 0, 0, 1, number, error))
    return FALSE;
  for (gboolean forgotten = TRUE; forgotten; *number += forgotten) {
    g_snprintf(id, sizeof id, "%s:%" G_GINT64_FORMAT, ledger->uuid, *number);
    if (!cal_ledger_is_forgotten(ledger, id, &forgotten, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
cal_entry_write(CalLedger *ledger, const CalEntry *entry, gint64 *number, GError **error)
{
  cal_days_touch_entry(ledger, entry->kind, entry->at);
  return check(entry, error) && (*number != 0 || next_number(ledger, number, error)) &&
         insert_entry(ledger, *number, entry, error) && count_press(ledger, entry, error) &&
         cal_owner_dates_ensure_log(ledger, entry, error);
}

gboolean
cal_entry_append(CalLedger *ledger, CalEntry *entry, GError **error)
{
  gint64 number = 0;
  const gboolean is_undo = entry->kind == CAL_ENTRY_UNDO;
  if ((is_undo && !cal_undo_resolve(ledger, entry->name, error)) ||
      !cal_entry_write(ledger, entry, &number, error))
    return FALSE;
  g_snprintf(entry->id, sizeof entry->id, "%s:%" G_GINT64_FORMAT, ledger->uuid, number);
  return !is_undo || cal_undo_apply(ledger, entry->name, error);
}

static gboolean
write_all(CalLedger *ledger, CalEntry *entries, gsize n_entries, gboolean dating, GError **error)
{
  g_auto(CalTransaction) transaction = { 0 };
  if (!cal_transaction_begin(&transaction, ledger, error))
    return FALSE;
  for (gsize i = 0; i < n_entries; i++)
    if (!cal_entry_append(ledger, &entries[i], error))
      return FALSE;
  return (!dating || cal_owner_dates_refresh(ledger, error)) && cal_transaction_commit(&transaction, error);
}

/* Whether it may change what an owner's word dates. */
static gboolean
may_date(const CalEntry *entry)
{
  return entry->kind == CAL_ENTRY_DATE || entry->kind == CAL_ENTRY_UNDO;
}

static gboolean
append_all(CalLedger *ledger, CalEntry *entries, gsize n_entries, GError **error)
{
  gboolean dating = FALSE;
  if (!cal_owner_dates_ensure(ledger, error))
    return FALSE;
  g_autoptr(GArray) before = g_array_ref(ledger->owner_dates);
  for (gsize i = 0; i < n_entries; i++)
    dating = dating || may_date(&entries[i]);
  if (write_all(ledger, entries, n_entries, dating, error))
    return TRUE;
  cal_owner_dates_restore(ledger, before); /* what was rolled back is known no more */
  return FALSE;
}

gboolean
cal_ledger_append_entries(CalLedger *ledger, CalEntry *entries, gsize n_entries, GError **error)
{
  for (gsize i = 0; i < n_entries; i++)
    if (!check(&entries[i], error))
      return FALSE;
  if (n_entries == 0 || append_all(ledger, entries, n_entries, error))
    return TRUE;
  for (gsize i = 0; i < n_entries; i++)
    entries[i].id[0] = '\0'; /* given for nothing */
  return FALSE;
}

gboolean
cal_ledger_append_entry(CalLedger *ledger, CalEntry *entry, GError **error)
{
  return cal_ledger_append_entries(ledger, entry, 1, error);
}

/* -- Reading -------------------------------------------------------------------------------------------- */

gboolean
cal_entry_read(CalLedger *ledger, sqlite3_stmt *stmt, CalEntry *entry, GError **error)
{
  entry->kind = (CalEntryKind)sqlite3_column_int(stmt, 1);
  entry->way = (CalWay)sqlite3_column_int(stmt, 2);
  entry->at = sqlite3_column_int64(stmt, 3);
  entry->recorded = sqlite3_column_int64(stmt, 4);
  g_strlcpy(entry->name, (const char *)sqlite3_column_text(stmt, 5), sizeof entry->name);
  g_strlcpy(entry->value, (const char *)sqlite3_column_text(stmt, 6), sizeof entry->value);
  return cal_origin_spell(ledger, sqlite3_column_int64(stmt, 0), entry->id, sizeof entry->id, error);
}

gboolean
cal_ledger_get_entry(CalLedger *ledger, const char *id, CalEntry *entry, gboolean *stands, GError **error)
{
  gboolean has_row;
  gint64 number;
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_get, error);
  if (statement == NULL || !cal_entry_number(ledger, id, &number, error))
    return FALSE;
  sqlite3_bind_int64(statement->stmt, 1, number);
  if (!cal_statement_next(statement, &has_row, error))
    return FALSE;
  if (!has_row) {
    g_set_error(error, CAL_ERROR, CAL_ERROR_NOT_FOUND, "There is no entry \"%s\".", id);
    return FALSE;
  }
  if (stands != NULL)
    *stands = sqlite3_column_int(statement->stmt, 7) != 0;
  return cal_entry_read(ledger, statement->stmt, entry, error);
}

gboolean
cal_ledger_newest_by_hand(CalLedger *ledger, CalInstant since, CalEntry *entry, GError **error)
{
  gboolean has_row;
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_newest_by_hand, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64(statement->stmt, 1, since);
  if (!cal_statement_next(statement, &has_row, error))
    return FALSE;
  if (!has_row) {
    g_set_error_literal(error, CAL_ERROR, CAL_ERROR_NOT_FOUND, "There is no such recent entry made by hand.");
    return FALSE;
  }
  return cal_entry_read(ledger, statement->stmt, entry, error);
}
