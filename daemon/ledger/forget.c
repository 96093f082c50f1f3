/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Forgetting: the one way by which anything leaves the ledger.
 *
 *   tombstone added ──▶ content deleted (zeroed in its page: secure_delete) ──▶ commit ──▶ scrub: every page
 * is written anew, and the WAL, in which older copies of the pages lie, is written back and cut to nothing
 *
 * secure_delete alone is not enough: when SQLite balances its tree, rows move to a neighbouring page, and the
 * copies that they leave in the unallocated part of the old one belong to no row that could be deleted.
 *
 * The triggers let a row be deleted only when its tombstone is there, so that nothing goes without a trace.
 */
#include "forget.h"

#include <string.h>

#include "entry_row.h"
#include "error.h"
#include "origin.h"
#include "owner_dates.h"
#include "row.h"
#include "store.h"
#include "stretches.h"
#include "tags.h"

static const char sql_kind[] = "SELECT kind FROM entry WHERE number = ?";
static const char sql_tombstone[] = "SELECT 1 FROM entry WHERE kind = 31 AND name = ?";
static const char sql_delete_entry[] = "DELETE FROM entry WHERE number = ?";
static const char sql_is_clock[] = "SELECT 1 FROM record_clock WHERE id = ?";
static const char sql_read_record[] = "SELECT id, time, rest FROM record WHERE id = ?";
static const char sql_mark_record[] = "INSERT INTO record_forgotten (id) VALUES (?)";
static const char sql_delete_record[] = "DELETE FROM record WHERE id = ?";
static const char sql_delete_unset[] = "DELETE FROM record_unset WHERE id = ?";
static const char sql_delete_undone[] = "DELETE FROM record_undone WHERE id = ?";
static const char sql_delete_conflicts[] = "DELETE FROM conflict WHERE id = ?";
static const char sql_knows_record[] = "SELECT 1 FROM record_forgotten WHERE id = ?";
static const char sql_count_records[] = "SELECT count(*) FROM record_forgotten WHERE id BETWEEN ? AND ?";

gboolean
cal_forget_knows_record(CalLedger *ledger, gint64 id, gboolean *known, GError **error)
{
  gint64 found;
  if (!cal_store_number(ledger, sql_knows_record, id, 0, 0, &found, error))
    return FALSE;
  *known = found != 0;
  return TRUE;
}

gboolean
cal_forget_count_records(CalLedger *ledger, gint64 first, gint64 last, gint64 *n, GError **error)
{
  return cal_store_number(ledger, sql_count_records, first, last, 0, n, error);
}

gboolean
cal_ledger_is_forgotten(CalLedger *ledger, const char *id, gboolean *forgotten, GError **error)
{
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_tombstone, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text(statement->stmt, 1, id, -1, SQLITE_STATIC);
  return cal_statement_next(statement, forgotten, error);
}

/* -- What may be forgotten ------------------------------------------------------------------------------ */

static gboolean
refuse(GError **error, const char *why)
{
  g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID, why);
  return FALSE;
}

/* An undo holds nothing of its own, and a tombstone is all that there is left. */
static gboolean
check_entry(CalLedger *ledger, gint64 number, GError **error)
{
  gint64 kind;
  if (!cal_store_number(ledger, sql_kind, number, 0, 0, &kind, error))
    return FALSE;
  if (kind == CAL_ENTRY_UNDO)
    return refuse(error, "An undo holds nothing that could be forgotten; undo it instead.");
  return kind != CAL_ENTRY_TOMBSTONE ||
         refuse(error, "That is the trace of what was forgotten, and it stays.");
}

/* Other records have their time from it, and it says nothing of its wearer. */
static gboolean
check_record(CalLedger *ledger, gint64 id, GError **error)
{
  gint64 is_clock;
  if (!cal_store_number(ledger, sql_is_clock, id, 0, 0, &is_clock, error))
    return FALSE;
  return is_clock == 0 ||
         refuse(error, "That record sets the clock of others, and says nothing of you; it stays.");
}

static gboolean
check_target(CalLedger *ledger, const CalTarget *target, GError **error)
{
  return target->number != 0 ? check_entry(ledger, target->number, error)
                             : check_record(ledger, target->record, error);
}

static gboolean
is_id(const char *id)
{
  char uuid[37];
  gint64 number;
  CalAddress tag;
  guint32 log_id, sequence;
  return cal_origin_parse(id, uuid, &number) || cal_event_record_id_parse(id, &tag, &log_id, &sequence);
}

gboolean
cal_forget_find(CalLedger *ledger, CalEntry *tombstone, CalTarget *target, gboolean *may, GError **error)
{
  g_autoptr(GError) problem = NULL;
  if (!cal_undo_find(ledger, tombstone->name, target, error))
    return FALSE;
  const gboolean is_here = target->number != 0 || target->record != 0;
  *may = is_here ? check_target(ledger, target, &problem) : is_id(tombstone->name);
  if (problem == NULL || g_error_matches(problem, CAL_ERROR, CAL_ERROR_INVALID))
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&problem));
  return FALSE;
}

/* Spells the tombstone's name as the ledger does. */
static gboolean
resolve(CalLedger *ledger, CalEntry *tombstone, CalTarget *target, GError **error)
{
  gboolean forgotten;
  if (!cal_undo_find(ledger, tombstone->name, target, error))
    return FALSE;
  if (!cal_ledger_is_forgotten(ledger, tombstone->name, &forgotten, error))
    return FALSE;
  if (forgotten) {
    g_set_error(error, CAL_ERROR, CAL_ERROR_EXISTS, "\"%s\" is forgotten already.", tombstone->name);
    return FALSE;
  }
  if (target->number == 0 && target->record == 0) {
    g_set_error(error, CAL_ERROR, CAL_ERROR_NOT_FOUND, "There is no entry \"%s\".", tombstone->name);
    return FALSE;
  }
  return check_target(ledger, target, error);
}

/* -- Erasing -------------------------------------------------------------------------------------------- */

/* The range keeps the record among those that are in; its sum is over those that can still be read. */
static gboolean
take_from_sum(CalLedger *ledger, gint64 id, GError **error)
{
  guint8 raw[CAL_RECORD_SIZE];
  gboolean has_row;
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_read_record, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64(statement->stmt, 1, id);
  if (!cal_statement_next(statement, &has_row, error) || !has_row)
    return FALSE;
  cal_row_read_raw(statement->stmt, 0, raw);
  return cal_stretches_subtract(ledger, id >> 32, cal_row_sequence(id),
                                cal_sum_bytes(CAL_SUM_BASIS, raw, sizeof raw), error);
}

static gboolean
erase_record(CalLedger *ledger, gint64 id, GError **error)
{
  return take_from_sum(ledger, id, error) && cal_store_run(ledger, sql_mark_record, id, 0, error) &&
         cal_store_run(ledger, sql_delete_record, id, 0, error) &&
         cal_store_run(ledger, sql_delete_unset, id, 0, error) &&
         cal_store_run(ledger, sql_delete_undone, id, 0, error) &&
         cal_store_run(ledger, sql_delete_conflicts, id, 0, error);
}

/* A record that never came here: its place among those that are in is taken, so that no tag is asked for it,
 * and a tag that sends it sends what is known. */
static gboolean
keep_record_out(CalLedger *ledger, const char *id, GError **error)
{
  CalAddress tag;
  CalLogRow log;
  guint32 log_id, sequence;
  gboolean known;
  if (!cal_event_record_id_parse(id, &tag, &log_id, &sequence))
    return TRUE; /* an entry is known by its tombstone alone */
  if (!cal_logs_ensure(ledger, &tag, log_id, &log, error))
    return FALSE;
  const gint64 row = cal_row_id(log.log, sequence);
  const CalStretch own = { sequence, sequence, 0 };
  if (!cal_forget_knows_record(ledger, row, &known, error))
    return FALSE;
  return known || (cal_store_run(ledger, sql_mark_record, row, 0, error) &&
                   cal_stretches_add_committed(ledger, log.log, &own, error));
}

gboolean
cal_forget_erase(CalLedger *ledger, const CalEntry *tombstone, const CalTarget *target, GError **error)
{
  if (!cal_undo_touch(ledger, target, error))
    return FALSE;
  if (target->number != 0)
    return cal_store_run(ledger, sql_delete_entry, target->number, 0, error);
  return target->record != 0 ? erase_record(ledger, target->record, error)
                             : keep_record_out(ledger, tombstone->name, error);
}

static gboolean
forget(CalLedger *ledger, CalEntry *tombstone, GError **error)
{
  g_auto(CalTransaction) transaction = { 0 };
  CalTarget target;
  return cal_transaction_begin(&transaction, ledger, error) && resolve(ledger, tombstone, &target, error) &&
         cal_entry_append(ledger, tombstone, error) && cal_forget_erase(ledger, tombstone, &target, error) &&
         cal_owner_dates_refresh(ledger, error) && cal_transaction_commit(&transaction, error);
}

gboolean
cal_ledger_forget(CalLedger *ledger, CalEntry *tombstone, GError **error)
{
  if (!cal_owner_dates_ensure(ledger, error))
    return FALSE;
  g_autoptr(GArray) before = g_array_ref(ledger->owner_dates);
  g_assert(tombstone->kind == CAL_ENTRY_TOMBSTONE);
  if (forget(ledger, tombstone, error))
    return TRUE;
  cal_owner_dates_restore(ledger, before); /* what was rolled back is known no more */
  return FALSE;
}

/* What of it can be done is done also when the other half fails, as VACUUM does on a full disk. */
gboolean
cal_ledger_scrub(CalLedger *ledger, GError **error)
{
  const int vacuumed = sqlite3_exec(ledger->db, "VACUUM", NULL, NULL, NULL);
  const gboolean anew = vacuumed == SQLITE_OK || cal_store_fail(ledger, vacuumed, "cleaned", error);
  return cal_store_write_back(ledger, anew ? error : NULL) && anew;
}
