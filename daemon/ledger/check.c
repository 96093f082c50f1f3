/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the ledger is whole. SQLite looks after its own structure; a value that has changed within a sound
 * page it takes for what was meant, and that is what the sums are for.
 */

#include "entry_row.h"
#include "error.h"
#include "forget.h"
#include "row.h"
#include "samples.h"
#include "store.h"

static const char sql_integrity[] = "PRAGMA integrity_check(1)";
static const char sql_foreign_keys[] = "PRAGMA foreign_key_check";
static const char sql_entries[] =
    "SELECT number, kind, way, at, recorded, name, value, sum FROM entry ORDER BY number";
static const char sql_stretches[] = "SELECT log, first, last, sum FROM stretch WHERE with_lost = 0";
static const char sql_records[] = "SELECT id, time, rest FROM record WHERE id BETWEEN ? AND ?";
static const char sql_stray_records[] =
    "SELECT (SELECT count(*) FROM record)"
    "  + (SELECT count(*) FROM record_forgotten)"
    "  - (SELECT coalesce(sum(last - first + 1), 0) FROM stretch WHERE with_lost = 0)";
static const char sql_tags[] = "SELECT tag, address, sum FROM tag";
static const char sql_samples[] = "SELECT at, uv_index FROM sample WHERE tag = ?";

static gboolean fail_as_damaged(CalLedger *ledger, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

static gboolean
fail_as_damaged(CalLedger *ledger, GError **error, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *what = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(error, CAL_ERROR, CAL_ERROR_DAMAGED, "The ledger %s is damaged: %s.", ledger->path, what);
  return FALSE;
}

static gboolean
check_structure(CalLedger *ledger, GError **error)
{
  gboolean has_row;
  g_autoptr(CalStatement) integrity = cal_statement_take(ledger, sql_integrity, error);
  if (integrity == NULL || !cal_statement_next(integrity, &has_row, error))
    return FALSE;
  const char *line = has_row ? (const char *)sqlite3_column_text(integrity->stmt, 0) : "no answer";
  if (g_strcmp0(line, "ok") != 0)
    return fail_as_damaged(ledger, error, "%s", line);
  g_autoptr(CalStatement) keys = cal_statement_take(ledger, sql_foreign_keys, error);
  if (keys == NULL || !cal_statement_next(keys, &has_row, error))
    return FALSE;
  return !has_row ||
         fail_as_damaged(ledger, error, "a row of %s leads nowhere", sqlite3_column_text(keys->stmt, 0));
}

static gboolean
check_entries(CalLedger *ledger, GError **error)
{
  gboolean ok;
  g_autoptr(CalStatement) rows = cal_statement_take(ledger, sql_entries, error);
  if (rows == NULL)
    return FALSE;
  while (cal_statement_each(rows, &ok, error)) {
    CalEntry entry;
    if (!cal_entry_read(ledger, rows->stmt, &entry, error))
      return FALSE;
    if ((guint64)sqlite3_column_int64(rows->stmt, 7) !=
        cal_entry_sum(sqlite3_column_int64(rows->stmt, 0), &entry))
      return fail_as_damaged(ledger, error, "entry %s is not what was entered", entry.id);
  }
  return ok;
}

static gboolean
sum_records(CalLedger *ledger, gint64 first, gint64 last, guint64 *sum, gint64 *n_records, GError **error)
{
  gboolean ok;
  g_autoptr(CalStatement) rows = cal_statement_take(ledger, sql_records, error);
  if (rows == NULL)
    return FALSE;
  sqlite3_bind_int64(rows->stmt, 1, first);
  sqlite3_bind_int64(rows->stmt, 2, last);
  for (*sum = 0, *n_records = 0; cal_statement_each(rows, &ok, error); ++*n_records) {
    guint8 raw[CAL_RECORD_SIZE];
    cal_row_read_raw(rows->stmt, 0, raw);
    *sum += cal_sum_bytes(CAL_SUM_BASIS, raw, sizeof raw);
  }
  return ok;
}

static gboolean
check_records(CalLedger *ledger, GError **error)
{
  gboolean ok;
  g_autoptr(CalStatement) stretches = cal_statement_take(ledger, sql_stretches, error);
  if (stretches == NULL)
    return FALSE;
  while (cal_statement_each(stretches, &ok, error)) {
    const gint64 log = sqlite3_column_int64(stretches->stmt, 0);
    const gint64 first = sqlite3_column_int64(stretches->stmt, 1),
                 last = sqlite3_column_int64(stretches->stmt, 2);
    guint64 sum;
    gint64 n_records, n_forgotten;
    if (!sum_records(ledger, cal_row_id(log, first), cal_row_id(log, last), &sum, &n_records, error) ||
        !cal_forget_count_records(ledger, cal_row_id(log, first), cal_row_id(log, last), &n_forgotten, error))
      return FALSE;
    if (n_records + n_forgotten != last - first + 1 ||
        sum != (guint64)sqlite3_column_int64(stretches->stmt, 3))
      return fail_as_damaged(ledger, error,
                             "records %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT " are not what the tag sent",
                             first, last);
  }
  gint64 n_stray;
  if (!ok || !cal_store_number(ledger, sql_stray_records, 0, 0, 0, &n_stray, error))
    return FALSE;
  return n_stray == 0 || fail_as_damaged(ledger, error, "there are records that never came");
}

static gboolean
sum_samples(CalLedger *ledger, gint64 tag, guint64 *sum, GError **error)
{
  gboolean ok;
  g_autoptr(CalStatement) rows = cal_statement_take(ledger, sql_samples, error);
  if (rows == NULL)
    return FALSE;
  sqlite3_bind_int64(rows->stmt, 1, tag);
  for (*sum = 0; cal_statement_each(rows, &ok, error);)
    *sum += cal_sample_sum(sqlite3_column_int64(rows->stmt, 0), sqlite3_column_double(rows->stmt, 1));
  return ok;
}

static gboolean
check_samples(CalLedger *ledger, GError **error)
{
  gboolean ok;
  g_autoptr(CalStatement) tags = cal_statement_take(ledger, sql_tags, error);
  if (tags == NULL)
    return FALSE;
  while (cal_statement_each(tags, &ok, error)) {
    guint64 sum;
    if (!sum_samples(ledger, sqlite3_column_int64(tags->stmt, 0), &sum, error))
      return FALSE;
    if (sum != (guint64)sqlite3_column_int64(tags->stmt, 2))
      return fail_as_damaged(ledger, error, "the samples of %s are not what was heard",
                             sqlite3_column_text(tags->stmt, 1));
  }
  return ok;
}

gboolean
cal_ledger_check(CalLedger *ledger, GError **error)
{
  return check_structure(ledger, error) && check_entries(ledger, error) && check_records(ledger, error) &&
         check_samples(ledger, error);
}
