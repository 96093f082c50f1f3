/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Taking in what another ledger holds. It is a union by identity: what is there already stays as it is, and
 * in whatever order two ledgers are put together, the same events stand.
 */
#include "entry_row.h"
#include "error.h"
#include "forget.h"
#include "origin.h"
#include "owner_dates.h"
#include "store.h"
#include "tags.h"
#include "undo.h"

static const char sql_undos_of_records[] =
    "SELECT name FROM entry WHERE kind = 7 AND name >= 'tag:' AND name < 'tag;'";
static const char sql_sample[] = "SELECT count(*) FROM sample s JOIN tag ON tag.tag = s.tag"
                                 "  WHERE s.at = ? AND tag.address = ? AND s.uv_index = ?";

/* An entry's id as it is spelled everywhere. */
static gboolean
spell(const char *id, char spelled[CAL_ENTRY_ID_SIZE], char uuid[37], gint64 *theirs)
{
  if (!cal_origin_parse(id, uuid, theirs))
    return FALSE;
  g_snprintf(spelled, CAL_ENTRY_ID_SIZE, "%s:%" G_GINT64_FORMAT, uuid, *theirs);
  return TRUE;
}

/* What is not here is known all the same when it was forgotten. */
static gboolean
knows_forgotten(CalLedger *ledger, const char *id, CalKnown *known, GError **error)
{
  char spelled[CAL_ENTRY_ID_SIZE], uuid[37];
  gint64 theirs;
  gboolean forgotten = FALSE;
  if (spell(id, spelled, uuid, &theirs) && !cal_ledger_is_forgotten(ledger, spelled, &forgotten, error))
    return FALSE;
  *known = forgotten ? CAL_KNOWN_SAME : CAL_KNOWN_NOT;
  return TRUE;
}

gboolean
cal_ledger_knows_entry(CalLedger *ledger, const CalEntry *entry, CalKnown *known, GError **error)
{
  CalEntry stored;
  g_autoptr(GError) problem = NULL;
  if (!cal_ledger_get_entry(ledger, entry->id, &stored, NULL, &problem)) {
    if (g_error_matches(problem, CAL_ERROR, CAL_ERROR_NOT_FOUND))
      return knows_forgotten(ledger, entry->id, known, error);
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
  }
  const gboolean same = stored.kind == entry->kind && stored.way == entry->way && stored.at == entry->at &&
                        stored.recorded == entry->recorded && g_str_equal(stored.name, entry->name) &&
                        g_str_equal(stored.value, entry->value);
  *known = same ? CAL_KNOWN_SAME : CAL_KNOWN_OTHERWISE;
  return TRUE;
}

gboolean
cal_ledger_knows_sample(CalLedger *ledger, const CalAddress *tag, CalInstant at, double uv_index,
                        CalKnown *known, GError **error)
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  gboolean has_row;
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_sample, error);
  if (statement == NULL)
    return FALSE;
  cal_address_format(tag, address);
  sqlite3_bind_int64(statement->stmt, 1, at);
  sqlite3_bind_text(statement->stmt, 2, address, -1, SQLITE_STATIC);
  sqlite3_bind_double(statement->stmt, 3, uv_index);
  if (!cal_statement_next(statement, &has_row, error))
    return FALSE;
  *known = has_row && sqlite3_column_int64(statement->stmt, 0) > 0 ? CAL_KNOWN_SAME : CAL_KNOWN_NOT;
  return TRUE;
}

/* Writes it under its own number where it was made here, so that no later one takes that; else under the
 * next, with what it is known by. */
static gboolean
write_entry(CalLedger *ledger, const CalEntry *entry, const char uuid[37], gint64 theirs, GError **error)
{
  gboolean is_taken = TRUE;
  if (g_str_equal(uuid, ledger->uuid) && !cal_origin_is_taken(ledger, theirs, &is_taken, error))
    return FALSE;
  const gboolean home = !is_taken;
  gint64 number = home ? theirs : 0;
  return cal_entry_write(ledger, entry, &number, error) &&
         (home || cal_origin_add(ledger, number, uuid, theirs, error));
}

/* What it names goes, or will never come: a tombstone wins in every merge. */
static gboolean
take_tombstone(CalLedger *ledger, CalEntry *entry, const char uuid[37], gint64 theirs, GError **error)
{
  CalTarget target;
  gboolean may;
  if (!cal_forget_find(ledger, entry, &target, &may, error))
    return FALSE;
  return !may ||
         (write_entry(ledger, entry, uuid, theirs, error) && cal_forget_erase(ledger, entry, &target, error));
}

/* An undo that is read may name what is not here yet, and what is read may be named by an undo that is: both
 * ways the standing is found anew. */
static gboolean
take_entry(CalLedger *ledger, CalEntry *entry, GError **error)
{
  char uuid[37];
  gint64 theirs, number;
  gboolean forgotten, closes_circle = FALSE;
  if (!spell(entry->id, entry->id, uuid, &theirs)) {
    g_set_error(error, CAL_ERROR, CAL_ERROR_INVALID, "\"%s\" is no id of an entry.", entry->id);
    return FALSE;
  }
  if (!cal_ledger_is_forgotten(ledger, entry->id, &forgotten, error) ||
      !cal_entry_number(ledger, entry->id, &number, error))
    return FALSE;
  if (forgotten || number != 0)
    return TRUE;
  if (entry->kind == CAL_ENTRY_TOMBSTONE)
    return take_tombstone(ledger, entry, uuid, theirs, error);
  if (entry->kind == CAL_ENTRY_UNDO && !cal_undo_closes_circle(ledger, entry, &closes_circle, error))
    return FALSE;
  if (closes_circle)
    return TRUE; /* it cannot have happened */
  return write_entry(ledger, entry, uuid, theirs, error) &&
         (entry->kind != CAL_ENTRY_UNDO || cal_undo_apply(ledger, entry->name, error)) &&
         cal_undo_apply(ledger, entry->id, error);
}

static gboolean
take_all(CalLedger *ledger, CalEntry *entries, gsize n_entries, GError **error)
{
  g_auto(CalTransaction) transaction = { 0 };
  if (!cal_transaction_begin(&transaction, ledger, error))
    return FALSE;
  for (gsize i = 0; i < n_entries; i++)
    if (!take_entry(ledger, &entries[i], error))
      return FALSE;
  return cal_owner_dates_refresh(ledger, error) && cal_transaction_commit(&transaction, error);
}

gboolean
cal_ledger_import_entries(CalLedger *ledger, CalEntry *entries, gsize n_entries, GError **error)
{
  if (!cal_owner_dates_ensure(ledger, error))
    return FALSE;
  g_autoptr(GArray) before = g_array_ref(ledger->owner_dates);
  if (n_entries == 0 || take_all(ledger, entries, n_entries, error))
    return TRUE;
  cal_owner_dates_restore(ledger, before); /* what was rolled back is known no more */
  return FALSE;
}

gboolean
cal_undo_apply_to_records(CalLedger *ledger, GError **error)
{
  gboolean ok;
  g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(CalStatement) rows = cal_statement_take(ledger, sql_undos_of_records, error);
  if (rows == NULL)
    return FALSE;
  while (cal_statement_each(rows, &ok, error))
    g_ptr_array_add(ids, g_strdup((const char *)sqlite3_column_text(rows->stmt, 0)));
  for (guint i = 0; ok && i < ids->len; i++)
    ok = cal_undo_apply(ledger, ids->pdata[i], error);
  return ok;
}
