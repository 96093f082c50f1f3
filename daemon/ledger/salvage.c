/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What can be read of a damaged ledger, put into a new one by the same calls that a tag and a person use: so
 * all that is derived is made anew, and the identities stay. What a tag still holds of the rest is asked for
 * again, since the gaps are known.
 *
 *   entries ──▶ records ──▶ lost, floors ──▶ samples ──▶ what is remembered ──▶ the sums, read again
 */
#include "rescue.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "entry_row.h"
#include "error.h"
#include "first_page.h"
#include "origin.h"
#include "row.h"
#include "salvage_walk.h"
#include "store.h"

#define A_BATCH 512

static const char sql_entries[] = "SELECT number, kind, way, at, recorded, name, value, sum FROM entry"
                                  "  WHERE number >= ? ORDER BY number";
static const char sql_names[] = "SELECT number, name FROM entry WHERE number >= ? AND kind IN (7, 8, 31)"
                                " ORDER BY number";
static const char sql_other_names[] = "SELECT entry, uuid FROM origin WHERE entry >= ? ORDER BY entry";
static const char sql_logs[] =
    "SELECT l.log, t.address, l.log_id, coalesce(l.floor, 0)"
    "  FROM log l CROSS JOIN tag t ON t.tag = l.tag WHERE l.log >= ? ORDER BY l.log";
static const char sql_records[] = "SELECT id, time, rest FROM record WHERE id >= ? ORDER BY id";
static const char sql_received[] = "SELECT received FROM record_unset WHERE id = ?";
static const char sql_conflicts[] = "SELECT id, raw, received FROM conflict WHERE id >= ? ORDER BY id";
static const char sql_lost[] = "SELECT log, first, last FROM lost WHERE log >= ? ORDER BY log, first";
static const char sql_samples[] = "SELECT s.at, t.address, s.uv_index FROM sample s CROSS JOIN tag t"
                                  "  ON t.tag = s.tag WHERE s.at >= ? ORDER BY s.at";
static const char sql_memory[] = "SELECT ?1 + 1, key, value FROM memory WHERE ?1 < 1";
static const char sql_stretches[] = "SELECT log, first, last FROM stretch WHERE log >= ? AND with_lost = 0"
                                    "  ORDER BY log, first";

typedef struct {
  CalAddress tag;
  guint32 log_id;
  guint32 floor;
} Log;

typedef struct {
  CalLedger *from, *to;
  CalInstant now;
  CalSalvage *salvage;
  GHashTable *logs; /* row number → Log, owned */
  GArray *order;    /* gint64: the row numbers, as they were made */
  GArray *entries;  /* CalEntry that wait */
  gint64 n_entry_numbers, n_forgotten;
  guint8 raw[A_BATCH][CAL_RECORD_SIZE]; /* records that wait, all of one log */
  gsize n_raw;
  gint64 raw_log;
  CalInstant received;
  gint64 n_stretched;
  GError *error; /* of the new ledger, which ends all */
} Work;

/* -- Entries -------------------------------------------------------------------------------------------- */

/* One that the new ledger does not take for what it holds keeps out the others of its batch: then one by one.
 */
static void
import_entries(Work *work)
{
  CalEntry *entries = (CalEntry *)(gpointer)work->entries->data;
  const guint n = work->entries->len;
  gint64 taken = n;
  if (!cal_ledger_import_entries(work->to, entries, n, NULL)) {
    taken = 0;
    for (guint i = 0; i < n; i++)
      taken += cal_ledger_import_entries(work->to, &entries[i], 1, NULL) ? 1 : 0;
  }
  work->salvage->n_entries += taken;
  g_array_set_size(work->entries, 0);
}

static gboolean
on_entry(sqlite3_stmt *row, gpointer data)
{
  Work *work = data;
  CalEntry entry;
  if (sqlite3_column_type(row, 5) != SQLITE_TEXT || sqlite3_column_type(row, 6) != SQLITE_TEXT)
    return TRUE;                                 /* only damage does that */
  cal_entry_read(work->from, row, &entry, NULL); /* one whose own id cannot be read is better than none */
  const gint64 number = sqlite3_column_int64(row, 0);
  work->n_entry_numbers = MAX(work->n_entry_numbers, number);
  if ((guint64)sqlite3_column_int64(row, 7) != cal_entry_sum(number, &entry))
    return TRUE; /* not what was entered */
  work->n_forgotten += entry.kind == CAL_ENTRY_TOMBSTONE && !g_str_has_prefix(entry.name, "tag:");
  g_array_append_val(work->entries, entry);
  if (work->entries->len == A_BATCH)
    import_entries(work);
  return TRUE;
}

static void
salvage_entries(Work *work)
{
  cal_salvage_walk(work->from->db, sql_entries, on_entry, work);
  import_entries(work);
  work->salvage->n_entries_lost =
      MAX(0, work->n_entry_numbers - work->salvage->n_entries - work->n_forgotten);
}

/* -- Records -------------------------------------------------------------------------------------------- */

static gboolean
on_log(sqlite3_stmt *row, gpointer data)
{
  Work *work = data;
  const gint64 number = sqlite3_column_int64(row, 0);
  const char *address = (const char *)sqlite3_column_text(row, 1);
  Log *log = g_new0(Log, 1);
  gint64 *key = g_memdup2(&number, sizeof number);
  log->log_id = (guint32)sqlite3_column_int64(row, 2);
  log->floor = (guint32)sqlite3_column_int64(row, 3);
  if (address == NULL || !cal_address_parse(address, &log->tag)) {
    g_free(log);
    g_free(key);
    return TRUE;
  }
  g_hash_table_insert(work->logs, key, log);
  g_array_append_val(work->order, number);
  return TRUE;
}

static gboolean
append_records(Work *work)
{
  CalTally tally = { 0 };
  CalSpan touched = { 0 };
  const Log *log = g_hash_table_lookup(work->logs, &work->raw_log);
  const gsize n = work->n_raw;
  work->n_raw = 0;
  if (n == 0 || log == NULL)
    return TRUE; /* whose they are is not known any more */
  if (!cal_ledger_append_records(work->to, &log->tag, log->log_id,
                                 (const guint8(*)[CAL_RECORD_SIZE])work->raw, n, work->received, &tally,
                                 &touched, &work->error))
    return FALSE;
  work->salvage->n_records += (gint64)tally.fresh;
  return TRUE;
}

/* When it came, where that matters; now is later than that in any case. */
static CalInstant
received_of(Work *work, gint64 id, const guint8 raw[CAL_RECORD_SIZE])
{
  CalRecord record;
  gint64 received = work->now;
  cal_record_decode(raw, &record);
  if ((record.flags & CAL_RECORD_FLAG_CLOCK_SET) == 0)
    cal_store_number(work->from, sql_received, id, 0, work->now, &received, NULL);
  return received;
}

static gboolean
wait_with_record(Work *work, gint64 id, CalInstant received, const guint8 raw[CAL_RECORD_SIZE])
{
  const gint64 log = id >> 32;
  const gboolean full = work->n_raw == A_BATCH || log != work->raw_log || received != work->received;
  if (full && !append_records(work))
    return FALSE;
  work->raw_log = log;
  work->received = received;
  memcpy(work->raw[work->n_raw++], raw, CAL_RECORD_SIZE);
  return TRUE;
}

static gboolean
on_record(sqlite3_stmt *row, gpointer data)
{
  guint8 raw[CAL_RECORD_SIZE];
  const gint64 id = sqlite3_column_int64(row, 0);
  if (sqlite3_column_type(row, 2) != SQLITE_BLOB || sqlite3_column_bytes(row, 2) > CAL_ROW_REST_SIZE)
    return TRUE; /* only damage does that */
  cal_row_read_raw(row, 0, raw);
  return wait_with_record(data, id, received_of(data, id, raw), raw);
}

static gboolean
on_conflict(sqlite3_stmt *row, gpointer data)
{
  guint8 raw[CAL_RECORD_SIZE];
  if (sqlite3_column_bytes(row, 1) != CAL_RECORD_SIZE)
    return TRUE;
  memcpy(raw, sqlite3_column_blob(row, 1), sizeof raw);
  return wait_with_record(data, sqlite3_column_int64(row, 0), sqlite3_column_int64(row, 2), raw);
}

static gboolean
on_stretch(sqlite3_stmt *row, gpointer data)
{
  ((Work *)data)->n_stretched += sqlite3_column_int64(row, 2) - sqlite3_column_int64(row, 1) + 1;
  return TRUE;
}

static gboolean
on_lost(sqlite3_stmt *row, gpointer data)
{
  Work *work = data;
  const gint64 number = sqlite3_column_int64(row, 0);
  const Log *log = g_hash_table_lookup(work->logs, &number);
  if (log != NULL)
    cal_ledger_mark_lost(work->to, &log->tag, log->log_id, (guint32)sqlite3_column_int64(row, 1),
                         (guint32)sqlite3_column_int64(row, 2), NULL);
  return TRUE;
}

/* The last log that was made of a tag is its open one, so the order is kept. */
static void
set_floors(Work *work)
{
  for (guint i = 0; i < work->order->len; i++) {
    const Log *log = g_hash_table_lookup(work->logs, &g_array_index(work->order, gint64, i));
    if (log->floor != 0)
      cal_ledger_set_floor(work->to, &log->tag, log->log_id, log->floor, NULL);
  }
}

static void
salvage_records(Work *work)
{
  gint64 n_forgotten = 0;
  cal_salvage_walk(work->from->db, sql_logs, on_log, work);
  cal_salvage_walk(work->from->db, sql_records, on_record, work);
  append_records(work);
  cal_salvage_walk(work->from->db, sql_conflicts, on_conflict, work);
  append_records(work);
  cal_salvage_walk(work->from->db, sql_stretches, on_stretch, work);
  cal_salvage_walk(work->from->db, sql_lost, on_lost, work);
  set_floors(work);
  cal_store_number(work->to, "SELECT count(*) FROM entry WHERE kind = 31 AND name LIKE 'tag:%'", 0, 0, 0,
                   &n_forgotten, NULL);
  work->salvage->n_records_lost = MAX(0, work->n_stretched - work->salvage->n_records - n_forgotten);
}

/* -- The rest ------------------------------------------------------------------------------------------- */

static gboolean
on_sample(sqlite3_stmt *row, gpointer data)
{
  Work *work = data;
  CalAddress tag;
  const char *address = (const char *)sqlite3_column_text(row, 1);
  if (address != NULL && cal_address_parse(address, &tag) &&
      cal_ledger_append_sample(work->to, &tag, sqlite3_column_int64(row, 0), sqlite3_column_double(row, 2),
                               NULL))
    work->salvage->n_samples++;
  return TRUE;
}

static gboolean
on_memory(sqlite3_stmt *row, gpointer data)
{
  const char *key = (const char *)sqlite3_column_text(row, 1);
  const char *value = (const char *)sqlite3_column_text(row, 2);
  if (key != NULL && value != NULL && g_utf8_validate(value, -1, NULL))
    cal_ledger_remember(((Work *)data)->to, key, value, NULL);
  return TRUE;
}

static gboolean
read_all(CalLedger *from, CalLedger *to, CalInstant now, CalSalvage *salvage, GError **error)
{
  g_autofree Work *work = g_new0(Work, 1);
  work->from = from;
  work->to = to;
  work->now = now;
  work->salvage = salvage;
  work->logs = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
  work->order = g_array_new(FALSE, FALSE, sizeof(gint64));
  work->entries = g_array_new(FALSE, FALSE, sizeof(CalEntry));
  salvage_entries(work);
  salvage_records(work);
  cal_salvage_walk(from->db, sql_samples, on_sample, work);
  cal_salvage_walk(from->db, sql_memory, on_memory, work);
  g_hash_table_unref(work->logs);
  g_array_unref(work->order);
  g_array_unref(work->entries);
  if (work->error == NULL)
    return cal_ledger_flush(to, error) && cal_ledger_check(to, error) && cal_store_write_back(to, error);
  g_propagate_error(error, work->error);
  return FALSE;
}

/* -- The name ------------------------------------------------------------------------------------------- */

static gboolean
count_name(sqlite3_stmt *row, gpointer data)
{
  char uuid[37];
  gint64 number;
  GHashTable *counts = data;
  const char *id = (const char *)sqlite3_column_text(row, 1);
  if (id == NULL || !cal_origin_parse(id, uuid, &number))
    return TRUE;
  const guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, uuid));
  g_hash_table_insert(counts, g_strdup(uuid), GUINT_TO_POINTER(count + 1));
  return TRUE;
}

static gboolean
strike_name(sqlite3_stmt *row, gpointer data)
{
  const char *uuid = (const char *)sqlite3_column_text(row, 1);
  if (uuid != NULL)
    g_hash_table_remove(data, uuid);
  return TRUE;
}

/* Undos, answers and tombstones name entries by the ledger's name; those of other ledgers are known by their
 * origins. NULL when none names any. */
static char *
name_by_undos(CalLedger *ledger)
{
  gpointer name, count;
  char *found = NULL;
  guint most = 0;
  GHashTableIter iter;
  g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  cal_salvage_walk(ledger->db, sql_names, count_name, counts);
  cal_salvage_walk(ledger->db, sql_other_names, strike_name, counts);
  g_hash_table_iter_init(&iter, counts);
  while (g_hash_table_iter_next(&iter, &name, &count)) {
    if (GPOINTER_TO_UINT(count) <= most)
      continue;
    g_free(found);
    found = g_strdup(name);
    most = GPOINTER_TO_UINT(count);
  }
  return found;
}

/* Where the name cannot be read, and none is found, it is replaced: then no undo is left that misses it. */
static CalLedger *
open_damaged(const char *path, GError **error)
{
  guint version = 0;
  CalLedger *ledger = cal_store_open_to_read(path, &version, error);
  if (ledger == NULL || cal_store_read_name(ledger, NULL) || ledger->uuid != NULL)
    return ledger;
  ledger->uuid = name_by_undos(ledger);
  if (ledger->uuid == NULL)
    ledger->uuid = g_uuid_string_random();
  cal_origin_open(ledger, NULL);
  return ledger;
}

static gboolean
may_be_salvaged(const char *path, GError **error)
{
  g_autofree char *sentence = NULL;
  switch (cal_ledger_examine(path, &sentence)) {
  case CAL_LEDGER_DAMAGED:
    return TRUE;
  case CAL_LEDGER_NEWER:
  case CAL_LEDGER_UNREADABLE:
    g_set_error_literal(error, CAL_ERROR, CAL_ERROR_DAMAGED, sentence);
    return FALSE;
  case CAL_LEDGER_ABSENT:
  case CAL_LEDGER_WHOLE:
  case CAL_LEDGER_OLDER:
    g_set_error(error, CAL_ERROR, CAL_ERROR_REFUSED, "The ledger %s is whole; there is nothing to salvage.",
                path);
    return FALSE;
  }
  return FALSE;
}

static char *
make_staged(const char *path)
{
  char *staged = g_strconcat(path, ".salvage-XXXXXX", NULL);
  const int fd = g_mkstemp_full(staged, O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0)
    close(fd);
  return staged; /* where it could not be made, opening it says why */
}

static gboolean
salvage_from(CalLedger *from, const char *path, CalInstant now, CalReplacement *replacement,
             CalSalvage *salvage, GError **error)
{
  replacement->staged = make_staged(path);
  g_autoptr(CalLedger) to = cal_store_open_copy(replacement->staged, error);
  return to != NULL && read_all(from, to, now, salvage, error);
}

/* What cannot be opened for its first page, see first_page.h; *error says why it cannot. Where no entry bears
 * its sum the tables begin elsewhere, and records, which have none, would be believed for nothing. */
static gboolean
salvage_copy(const char *path, CalInstant now, CalReplacement *replacement, CalSalvage *salvage,
             GError **error)
{
  char *copy = cal_first_page_replace(path, NULL);
  CalLedger *from = copy != NULL ? open_damaged(copy, NULL) : NULL;
  const gboolean read =
      from != NULL && salvage_from(from, path, now, replacement, salvage, NULL) && salvage->n_entries > 0;
  g_clear_pointer(&from, cal_ledger_close);
  cal_first_page_discard(copy);
  if (read)
    g_clear_error(error);
  else
    g_prefix_error_literal(error, "Nothing of it can be read. ");
  return read;
}

gboolean
cal_ledger_stage_salvage(const char *path, CalInstant now, CalReplacement *replacement, CalSalvage *salvage,
                         GError **error)
{
  if (!may_be_salvaged(path, error))
    return FALSE;
  g_autoptr(CalLedger) from = open_damaged(path, error);
  if (from == NULL)
    return salvage_copy(path, now, replacement, salvage, error);
  return salvage_from(from, path, now, replacement, salvage, error);
}
