/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that the ledger holds, undone or not, a page at a time: for an export that lets the daemon go on
 * between its pages. A page begins behind where the last one ended; what is appended meanwhile comes at the
 * end.
 *
 *   entries, by number ──▶ records, by address, log id, sequence ──▶ the conflicts of each ──▶ samples
 */
#include "entry_row.h"
#include "row.h"
#include "store.h"

#include <math.h>
#include <string.h>

static const char sql_entries[] = "SELECT number, kind, way, at, recorded, name, value FROM entry"
                                  "  WHERE number > ? ORDER BY number LIMIT ?";
static const char sql_next_log[] = "SELECT log, address, log_id FROM log JOIN tag USING (tag)"
                                   "  WHERE (address, log_id) > (?, ?) ORDER BY address, log_id LIMIT 1";
static const char sql_records[] =
    "SELECT r.id, r.time, r.rest, r.at, u.received FROM record r LEFT JOIN record_unset u ON u.id = r.id"
    "  WHERE r.id > ? AND r.id <= ? ORDER BY r.id LIMIT ?";
static const char sql_conflicts[] = "SELECT raw, received FROM conflict WHERE id = ? ORDER BY received, raw";
static const char sql_samples[] =
    "SELECT at, address, uv_index FROM sample JOIN tag USING (tag)"
    "  WHERE (at, address, uv_index) > (?, ?, ?) ORDER BY at, address, uv_index LIMIT ?";

void
cal_ledger_page_begin(CalLedgerPage *page)
{
  memset(page, 0, sizeof *page);
  page->sample_at = G_MININT64;
  page->sample_uv_index = -HUGE_VAL;
}

static gboolean
page_entries(CalLedger *ledger, CalLedgerPage *page, guint limit, CalLedgerPageVisit visit, gpointer data,
             guint *n, GError **error)
{
  gboolean ok;
  g_autoptr(CalStatement) rows = cal_statement_take(ledger, sql_entries, error);
  if (rows == NULL)
    return FALSE;
  sqlite3_bind_int64(rows->stmt, 1, page->number);
  sqlite3_bind_int64(rows->stmt, 2, limit);
  while (cal_statement_each(rows, &ok, error)) {
    CalEvent event = { .kind = CAL_EVENT_ENTRY };
    if (!cal_entry_read(ledger, rows->stmt, &event.of.entry, error))
      return FALSE;
    event.at = event.of.entry.at;
    page->number = sqlite3_column_int64(rows->stmt, 0);
    visit(&event, CAL_INSTANT_NONE, data);
    ++*n;
  }
  return ok;
}

static gboolean
tell_conflicts(CalLedger *ledger, CalEvent *event, gint64 id, CalLedgerPageVisit visit, gpointer data,
               GError **error)
{
  gboolean ok;
  g_autoptr(CalStatement) rows = cal_statement_take(ledger, sql_conflicts, error);
  if (rows == NULL)
    return FALSE;
  sqlite3_bind_int64(rows->stmt, 1, id);
  event->at = CAL_INSTANT_NONE;
  while (cal_statement_each(rows, &ok, error)) {
    if (sqlite3_column_bytes(rows->stmt, 0) != CAL_RECORD_SIZE)
      continue; /* only damage does that */
    memcpy(event->of.record.raw, sqlite3_column_blob(rows->stmt, 0), CAL_RECORD_SIZE);
    visit(event, sqlite3_column_int64(rows->stmt, 1), data);
  }
  return ok;
}

static CalInstant
instant_of(sqlite3_stmt *stmt, int column)
{
  return sqlite3_column_type(stmt, column) == SQLITE_NULL ? CAL_INSTANT_NONE
                                                          : sqlite3_column_int64(stmt, column);
}

static gboolean
page_log(CalLedger *ledger, CalLedgerPage *page, guint limit, CalLedgerPageVisit visit, gpointer data,
         guint *n, GError **error)
{
  gboolean ok;
  g_autoptr(CalStatement) rows = cal_statement_take(ledger, sql_records, error);
  if (rows == NULL)
    return FALSE;
  sqlite3_bind_int64(rows->stmt, 1, page->record);
  sqlite3_bind_int64(rows->stmt, 2, cal_row_id(page->log, G_MAXUINT32));
  sqlite3_bind_int64(rows->stmt, 3, limit);
  while (cal_statement_each(rows, &ok, error)) {
    CalEvent event = { .kind = CAL_EVENT_RECORD, .at = instant_of(rows->stmt, 3) };
    cal_address_parse(page->address, &event.tag);
    event.of.record.log_id = page->log_id;
    cal_row_read_raw(rows->stmt, 0, event.of.record.raw);
    page->record = sqlite3_column_int64(rows->stmt, 0);
    visit(&event, instant_of(rows->stmt, 4), data);
    ++*n;
    if (!tell_conflicts(ledger, &event, page->record, visit, data, error))
      return FALSE;
  }
  return ok;
}

/* FALSE in *found behind the last log. */
static gboolean
next_log(CalLedger *ledger, CalLedgerPage *page, gboolean *found, GError **error)
{
  g_autoptr(CalStatement) rows = cal_statement_take(ledger, sql_next_log, error);
  if (rows == NULL)
    return FALSE;
  sqlite3_bind_text(rows->stmt, 1, page->address, -1, SQLITE_TRANSIENT);
  sqlite3_bind_int64(rows->stmt, 2, page->log == 0 ? -1 : (gint64)page->log_id);
  if (!cal_statement_next(rows, found, error))
    return FALSE;
  if (!*found)
    return TRUE;
  page->log = sqlite3_column_int64(rows->stmt, 0);
  g_strlcpy(page->address, (const char *)sqlite3_column_text(rows->stmt, 1), sizeof page->address);
  page->log_id = (guint32)sqlite3_column_int64(rows->stmt, 2);
  page->record = cal_row_id(page->log, 0) - 1;
  return TRUE;
}

static gboolean
page_records(CalLedger *ledger, CalLedgerPage *page, guint limit, CalLedgerPageVisit visit, gpointer data,
             guint *n, GError **error)
{
  gboolean more = TRUE;
  while (*n == 0 && more) {
    if (page->log != 0 && !page_log(ledger, page, limit, visit, data, n, error))
      return FALSE;
    if (*n == 0 && !next_log(ledger, page, &more, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
page_samples(CalLedger *ledger, CalLedgerPage *page, guint limit, CalLedgerPageVisit visit, gpointer data,
             guint *n, GError **error)
{
  gboolean ok;
  g_autoptr(CalStatement) rows = cal_statement_take(ledger, sql_samples, error);
  if (rows == NULL)
    return FALSE;
  sqlite3_bind_int64(rows->stmt, 1, page->sample_at);
  sqlite3_bind_text(rows->stmt, 2, page->sample_address, -1, SQLITE_TRANSIENT);
  sqlite3_bind_double(rows->stmt, 3, page->sample_uv_index);
  sqlite3_bind_int64(rows->stmt, 4, limit);
  while (cal_statement_each(rows, &ok, error)) {
    CalEvent event = { .kind = CAL_EVENT_SAMPLE, .at = sqlite3_column_int64(rows->stmt, 0) };
    g_strlcpy(page->sample_address, (const char *)sqlite3_column_text(rows->stmt, 1),
              sizeof page->sample_address);
    cal_address_parse(page->sample_address, &event.tag);
    event.of.sample.uv_index = sqlite3_column_double(rows->stmt, 2);
    page->sample_at = event.at;
    page->sample_uv_index = event.of.sample.uv_index;
    visit(&event, CAL_INSTANT_NONE, data);
    ++*n;
  }
  return ok;
}

gboolean
cal_ledger_page(CalLedger *ledger, CalLedgerPage *page, guint limit, CalLedgerPageVisit visit, gpointer data,
                guint *n_told, GError **error)
{
  *n_told = 0;
  if (!cal_ledger_flush(ledger, error) || !page_entries(ledger, page, limit, visit, data, n_told, error))
    return FALSE;
  if (*n_told == 0 && !page_records(ledger, page, limit, visit, data, n_told, error))
    return FALSE;
  return *n_told > 0 || page_samples(ledger, page, limit, visit, data, n_told, error);
}

gboolean
cal_ledger_count_all(CalLedger *ledger, gint64 *n_events, GError **error)
{
  return cal_store_number(ledger,
                          "SELECT (SELECT count(*) FROM entry) + (SELECT count(*) FROM record)"
                          "  + (SELECT count(*) FROM sample)",
                          0, 0, 0, n_events, error);
}
