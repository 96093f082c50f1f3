/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "undo.h"

#include <string.h>

#include "error.h"
#include "origin.h"
#include "row.h"
#include "store.h"
#include "tags.h"

/* Longer than anybody undoes an undo; a file may say more, and each link is looked at for each that comes. */
#define CHAIN_MAX 1000

static const char sql_entry_stands[] = "SELECT stands FROM entry WHERE number = ?";
static const char sql_kind[] = "SELECT kind FROM entry WHERE number = ?";
static const char sql_record_exists[] = "SELECT 1 FROM record WHERE id = ?";
static const char sql_record_at[] = "SELECT at FROM record WHERE id = ?";
static const char sql_record_is_undone[] = "SELECT 1 FROM record_undone WHERE id = ?";
static const char sql_standing_undos[] = "SELECT count(*) FROM entry WHERE kind = 7 AND name = ? AND stands";
static const char sql_set_stands[] = "UPDATE entry SET stands = ?1 WHERE number = ?2 AND stands <> ?1";
static const char sql_kind_and_at[] = "SELECT kind, at FROM entry WHERE number = ?";
static const char sql_undone_record[] = "INSERT INTO record_undone (id) VALUES (?) ON CONFLICT DO NOTHING";
static const char sql_redone_record[] = "DELETE FROM record_undone WHERE id = ?";
static const char sql_target_of[] = "SELECT name FROM entry WHERE number = ? AND kind = 7";

gboolean
cal_entry_number(CalLedger *ledger, const char *id, gint64 *number, GError **error)
{
  char uuid[37];
  gint64 theirs;
  *number = 0;
  return !cal_origin_parse(id, uuid, &theirs) || cal_origin_find(ledger, uuid, theirs, number, error);
}

static gboolean
find_record(CalLedger *ledger, const char *id, gint64 *record, GError **error)
{
  CalAddress tag;
  guint32 log_id, sequence;
  CalLogRow log;
  gint64 exists;
  *record = 0;
  if (!cal_event_record_id_parse(id, &tag, &log_id, &sequence))
    return TRUE;
  if (!cal_logs_find(ledger, &tag, log_id, &log, error) ||
      !cal_store_number(ledger, sql_record_exists, cal_row_id(log.log, sequence), 0, 0, &exists, error))
    return FALSE;
  *record = exists != 0 ? cal_row_id(log.log, sequence) : 0;
  return TRUE;
}

gboolean
cal_ledger_record_instant(CalLedger *ledger, const char *id, CalInstant *at, GError **error)
{
  gint64 record;
  if (!find_record(ledger, id, &record, error))
    return FALSE;
  if (record != 0)
    return cal_store_number(ledger, sql_record_at, record, 0, CAL_INSTANT_NONE, at, error);
  g_set_error(error, CAL_ERROR, CAL_ERROR_NOT_FOUND, "There is no record \"%s\".", id);
  return FALSE;
}

static gboolean
find_target(CalLedger *ledger, const char *id, CalTarget *target, GError **error)
{
  *target = (CalTarget){ 0 };
  if (!cal_entry_number(ledger, id, &target->number, error))
    return FALSE;
  return target->number != 0 || find_record(ledger, id, &target->record, error);
}

/* -1: there is no such event. */
static gboolean
read_standing(CalLedger *ledger, const CalTarget *target, gint64 *stands, GError **error)
{
  *stands = -1;
  if (target->number != 0)
    return cal_store_number(ledger, sql_entry_stands, target->number, 0, -1, stands, error);
  if (target->record == 0)
    return TRUE;
  gint64 undone;
  if (!cal_store_number(ledger, sql_record_is_undone, target->record, 0, 0, &undone, error))
    return FALSE;
  *stands = undone == 0;
  return TRUE;
}

/* One event has one spelling, by which its undos are found again. */
static gboolean
spell(CalLedger *ledger, const CalTarget *target, char id[CAL_ENTRY_NAME_SIZE], GError **error)
{
  CalAddress tag;
  char uuid[37];
  gint64 number;
  guint32 log_id, sequence;
  if (target->number != 0)
    return cal_origin_spell(ledger, target->number, id, CAL_ENTRY_NAME_SIZE, error);
  if (cal_event_record_id_parse(id, &tag, &log_id, &sequence))
    cal_event_record_id(&tag, log_id, sequence, id);
  else if (cal_origin_parse(id, uuid, &number))
    g_snprintf(id, CAL_ENTRY_NAME_SIZE, "%s:%" G_GINT64_FORMAT, uuid, number);
  return TRUE;
}

static gboolean
fail_without_target(CalLedger *ledger, const CalTarget *target, char id[CAL_ENTRY_NAME_SIZE], GError **error)
{
  gboolean forgotten;
  if (!spell(ledger, target, id, error) || !cal_ledger_is_forgotten(ledger, id, &forgotten, error))
    return FALSE;
  g_set_error(error, CAL_ERROR, CAL_ERROR_NOT_FOUND,
              forgotten ? "\"%s\" was forgotten, which cannot be undone." : "There is no entry \"%s\".", id);
  return FALSE;
}

static gboolean
check_can_be_undone(CalLedger *ledger, gint64 number, GError **error)
{
  gint64 kind;
  if (!cal_store_number(ledger, sql_kind, number, 0, 0, &kind, error))
    return FALSE;
  if (kind != CAL_ENTRY_TOMBSTONE)
    return TRUE;
  g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID, "What was forgotten cannot be brought back.");
  return FALSE;
}

gboolean
cal_undo_resolve(CalLedger *ledger, char id[CAL_ENTRY_NAME_SIZE], GError **error)
{
  CalTarget target;
  gint64 stands;
  if (!find_target(ledger, id, &target, error) || !read_standing(ledger, &target, &stands, error))
    return FALSE;
  if (stands < 0)
    return fail_without_target(ledger, &target, id, error);
  if (target.number != 0 && !check_can_be_undone(ledger, target.number, error))
    return FALSE;
  if (stands == 0) {
    g_set_error(error, CAL_ERROR, CAL_ERROR_EXISTS, "\"%s\" is undone already.", id);
    return FALSE;
  }
  return spell(ledger, &target, id, error);
}

gboolean
cal_undo_find(CalLedger *ledger, char id[CAL_ENTRY_NAME_SIZE], CalTarget *target, GError **error)
{
  gint64 stands;
  if (!find_target(ledger, id, target, error) || !read_standing(ledger, target, &stands, error) ||
      !spell(ledger, target, id, error))
    return FALSE;
  if (stands < 0)
    *target = (CalTarget){ 0 };
  return TRUE;
}

static gboolean
has_standing_undo(CalLedger *ledger, const char *id, gboolean *has, GError **error)
{
  gboolean has_row;
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_standing_undos, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text(statement->stmt, 1, id, -1, SQLITE_STATIC);
  if (!cal_statement_next(statement, &has_row, error))
    return FALSE;
  *has = has_row && sqlite3_column_int64(statement->stmt, 0) > 0;
  return TRUE;
}

gboolean
cal_undo_touch(CalLedger *ledger, const CalTarget *target, GError **error)
{
  gboolean has_row;
  const gboolean is_entry = target->number != 0;
  g_autoptr(CalStatement) row = cal_statement_take(ledger, is_entry ? sql_kind_and_at : sql_record_at, error);
  if (row == NULL)
    return FALSE;
  sqlite3_bind_int64(row->stmt, 1, is_entry ? target->number : target->record);
  if (!cal_statement_next(row, &has_row, error))
    return FALSE;
  if (has_row && is_entry)
    cal_days_touch_entry(ledger, (CalEntryKind)sqlite3_column_int(row->stmt, 0),
                         sqlite3_column_int64(row->stmt, 1));
  else if (has_row && sqlite3_column_type(row->stmt, 0) != SQLITE_NULL)
    cal_days_touch_entry(ledger, CAL_ENTRY_PRESS, sqlite3_column_int64(row->stmt, 0));
  return TRUE;
}

static gboolean
write_standing(CalLedger *ledger, const CalTarget *target, gboolean stands, GError **error)
{
  if (target->number == 0 && target->record == 0)
    return TRUE; /* not here yet: it will be told when it comes */
  const gboolean written =
      target->number != 0
          ? cal_store_run(ledger, sql_set_stands, stands, target->number, error)
          : cal_store_run(ledger, stands ? sql_redone_record : sql_undone_record, target->record, 0, error);
  return written && (sqlite3_changes(ledger->db) == 0 || cal_undo_touch(ledger, target, error));
}

/* What an entry undoes: its target's id, freed by the caller; NULL when it is no undo. */
static gboolean
read_target_of(CalLedger *ledger, gint64 number, char **id, GError **error)
{
  gboolean has_row;
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_target_of, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64(statement->stmt, 1, number);
  if (!cal_statement_next(statement, &has_row, error))
    return FALSE;
  *id = has_row ? g_strdup((const char *)sqlite3_column_text(statement->stmt, 0)) : NULL;
  return TRUE;
}

static gboolean
is_same_entry(const char *a, const char *b)
{
  char uuid_a[37], uuid_b[37];
  gint64 number_a, number_b;
  return cal_origin_parse(a, uuid_a, &number_a) && cal_origin_parse(b, uuid_b, &number_b) &&
         number_a == number_b && g_str_equal(uuid_a, uuid_b);
}

gboolean
cal_undo_closes_circle(CalLedger *ledger, const CalEntry *undo, gboolean *closes, GError **error)
{
  g_autofree char *id = g_strdup(undo->name);
  *closes = FALSE;
  for (guint n = 0; id != NULL && !*closes; n++) {
    g_autofree char *done = g_steal_pointer(&id);
    gint64 number;
    *closes = n == CHAIN_MAX || is_same_entry(done, undo->id);
    if (!cal_entry_number(ledger, done, &number, error) ||
        (!*closes && number != 0 && !read_target_of(ledger, number, &id, error)))
      return FALSE;
  }
  return TRUE;
}

/* When the target is itself an undo, what it undoes changes too, and so on down the chain, which ends since
 * an undo is younger than what it names, and none that closes a circle is taken in. */
gboolean
cal_undo_apply(CalLedger *ledger, const char *first, GError **error)
{
  g_autofree char *id = g_strdup(first);
  while (id != NULL) {
    CalTarget target;
    gboolean undone;
    g_autofree char *done = g_steal_pointer(&id);
    if (!find_target(ledger, done, &target, error) || !has_standing_undo(ledger, done, &undone, error) ||
        !write_standing(ledger, &target, !undone, error) ||
        (target.number != 0 && !read_target_of(ledger, target.number, &id, error)))
      return FALSE;
  }
  return TRUE;
}
