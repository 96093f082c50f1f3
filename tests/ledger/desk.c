/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "desk.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include <error.h>

const CalAddress desk_tag = { { 0xC0, 0xFF, 0xEE, 0, 0, 1 } };
const CalAddress desk_other_tag = { { 0xC0, 0xFF, 0xEE, 0, 0, 2 } };

int
desk_set_up(void **state)
{
  Desk *desk = g_new0(Desk, 1);
  desk->directory = g_dir_make_tmp("calcifer-ledger-XXXXXX", NULL);
  assert_non_null(desk->directory);
  desk->path = g_build_filename(desk->directory, "data", "ledger.db", NULL);
  desk_open(desk);
  *state = desk;
  return 0;
}

void
desk_remove_tree(const char *path)
{
  g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
  for (const char *name; directory != NULL && (name = g_dir_read_name(directory)) != NULL;) {
    g_autofree char *child = g_build_filename(path, name, NULL);
    desk_remove_tree(child);
  }
  g_remove(path);
}

int
desk_tear_down(void **state)
{
  Desk *desk = *state;
  desk_close(desk);
  desk_remove_tree(desk->directory);
  g_free(desk->directory);
  g_free(desk->path);
  g_free(desk);
  return 0;
}

void
desk_close(Desk *desk)
{
  g_clear_pointer(&desk->ledger, cal_ledger_close);
}

void
desk_open(Desk *desk)
{
  g_autoptr(GError) error = NULL;
  desk->ledger = cal_ledger_open(desk->path, &error);
  if (desk->ledger == NULL)
    fail_msg("%s", error->message);
}

void
desk_reopen(Desk *desk)
{
  desk_close(desk);
  desk_open(desk);
}

void
desk_assert_error(GError **error, int code)
{
  assert_non_null(*error);
  assert_int_equal((*error)->domain, CAL_ERROR);
  if ((*error)->code != code)
    fail_msg("error %d and not %d: %s", (*error)->code, code, (*error)->message);
  const gsize length = strlen((*error)->message);
  assert_true(length > 10 && (*error)->message[length - 1] == '.'); /* a sentence */
  g_clear_error(error);
}

void
desk_assert_refused(const char *path, int code)
{
  GError *error = NULL;
  assert_null(cal_ledger_open(path, &error));
  desk_assert_error(&error, code);
}

gint64
desk_sql_number_attached(const char *path, const char *before, const char *sql)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *stmt = NULL;
  gint64 number = -1;
  if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
      sqlite3_exec(db, before, NULL, NULL, NULL) != SQLITE_OK ||
      sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
    fail_msg("%s: %s", sql, sqlite3_errmsg(db));
  if (sqlite3_step(stmt) == SQLITE_ROW)
    number = sqlite3_column_int64(stmt, 0);
  sqlite3_finalize(stmt);
  sqlite3_close(db);
  return number;
}

gint64
desk_sql_number(const char *path, const char *sql)
{
  return desk_sql_number_attached(path, "", sql);
}

void
desk_sql(const char *path, const char *sql)
{
  sqlite3 *db = NULL;
  if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK ||
      sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
    fail_msg("%s: %s", sql, sqlite3_errmsg(db));
  sqlite3_close(db);
}

/* -- Events --------------------------------------------------------------------------------------------- */

CalRecord
desk_minute(guint32 sequence, CalInstant at)
{
  return (CalRecord){ .sequence = sequence,
                      .time = (guint32)at,
                      .boot = 1,
                      .type = CAL_RECORD_UV,
                      .flags = CAL_RECORD_FLAG_CLOCK_SET | CAL_RECORD_FLAG_WORN,
                      .uv = { 60, (guint16)(sequence % 900), (guint16)(sequence % 900 + 50) } };
}

CalRecord
desk_clock(guint32 sequence, CalInstant at, guint32 uptime_s, guint32 previous)
{
  return (CalRecord){ .sequence = sequence,
                      .time = (guint32)at,
                      .boot = 1,
                      .type = CAL_RECORD_CLOCK,
                      .flags = CAL_RECORD_FLAG_CLOCK_SET,
                      .clock = { uptime_s, previous } };
}

CalRecord
desk_undated(guint32 sequence, guint32 uptime_s, guint16 boot)
{
  CalRecord record = desk_minute(sequence, uptime_s);
  record.boot = boot;
  record.flags = CAL_RECORD_FLAG_WORN;
  return record;
}

CalTally
desk_append(Desk *desk, const CalRecord *records, gsize n_records, CalSpan *touched)
{
  g_autoptr(GError) error = NULL;
  g_autofree guint8(*raw)[CAL_RECORD_SIZE] = g_malloc(n_records * CAL_RECORD_SIZE);
  CalTally tally = { 0 };
  CalSpan span = { 0 };
  for (gsize i = 0; i < n_records; i++)
    cal_record_encode(&records[i], raw[i]);
  if (!cal_ledger_append_records(desk->ledger, &desk_tag, LOG_ID, (const guint8(*)[CAL_RECORD_SIZE])raw,
                                 n_records, NOON, &tally, &span, &error))
    fail_msg("%s", error->message);
  assert_int_equal(tally.fresh + tally.duplicates + tally.conflicts, n_records);
  if (touched != NULL)
    *touched = span;
  return tally;
}

CalTally
desk_append_minutes(Desk *desk, guint32 first, guint32 last)
{
  const gsize n = last - first + 1;
  g_autofree CalRecord *records = g_new(CalRecord, n);
  for (gsize i = 0; i < n; i++)
    records[i] = desk_minute(first + (guint32)i, NOON + 60 * ((gint64)first + (gint64)i - 1));
  return desk_append(desk, records, n, NULL);
}

CalEntry
desk_enter(Desk *desk, CalEntryKind kind, CalInstant at, const char *name, const char *value)
{
  g_autoptr(GError) error = NULL;
  CalEntry entry = { .kind = kind, .way = CAL_WAY_HAND, .at = at, .recorded = at };
  g_strlcpy(entry.name, name, sizeof entry.name);
  g_strlcpy(entry.value, value, sizeof entry.value);
  if (!cal_ledger_append_entry(desk->ledger, &entry, &error))
    fail_msg("%s", error->message);
  return entry;
}

CalEntry
desk_forget(Desk *desk, CalInstant at, const char *id)
{
  GError *error = NULL;
  CalEntry tombstone = { .kind = CAL_ENTRY_TOMBSTONE, .way = CAL_WAY_HAND, .at = at, .recorded = at };
  g_strlcpy(tombstone.name, id, sizeof tombstone.name);
  if (!cal_ledger_forget(desk->ledger, &tombstone, &error))
    fail_msg("%s", error->message);
  return tombstone;
}

static gboolean
collect(const CalEvent *event, gpointer events)
{
  g_array_append_vals(events, event, 1);
  return TRUE;
}

GArray *
desk_events(Desk *desk)
{
  g_autoptr(GError) error = NULL;
  GArray *events = g_array_new(FALSE, FALSE, sizeof(CalEvent));
  if (!cal_ledger_each(desk->ledger, (CalSpan){ G_MININT64, G_MAXINT64 }, collect, events, &error))
    fail_msg("%s", error->message);
  return events;
}

/* xorshift64*, Vigna 2016. */
guint32
desk_random(guint64 *seed, guint32 below)
{
  *seed ^= *seed >> 12;
  *seed ^= *seed << 25;
  *seed ^= *seed >> 27;
  return (guint32)((*seed * UINT64_C(2685821657736338717)) >> 32) % below;
}
