/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "schema.h"

#define REFUSE "BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;"

/* Entries: kinds from 20 on are settings and 7 is an undo (entry.h); ways 1 and 3 are hand and bubble. A
 * partial index holds what one query asks for, so that a press costs one index and not four. `stands` is a
 * cache of the undo entries, the only column that may change. */
static const char entries_v1[] =
    "CREATE TABLE ledger (uuid TEXT NOT NULL) STRICT;"
    "CREATE TABLE entry ("
    "  number INTEGER PRIMARY KEY,"
    "  kind INTEGER NOT NULL,"
    "  way INTEGER NOT NULL,"
    "  at INTEGER NOT NULL,"
    "  recorded INTEGER NOT NULL,"
    "  name TEXT NOT NULL,"
    "  value TEXT NOT NULL,"
    "  sum INTEGER NOT NULL,"
    "  stands INTEGER NOT NULL DEFAULT 1"
    ") STRICT;"
    "CREATE INDEX entry_counting ON entry (at) WHERE stands AND kind < 20 AND kind <> 7;"
    "CREATE INDEX entry_setting ON entry (at) WHERE stands AND kind >= 20;"
    "CREATE INDEX entry_by_hand ON entry (recorded)"
    "  WHERE stands AND kind < 20 AND kind <> 7 AND way IN (1, 3);"
    "CREATE INDEX entry_undo ON entry (name) WHERE kind = 7;"
    "CREATE TRIGGER ledger_stays BEFORE UPDATE ON ledger " REFUSE
    "CREATE TRIGGER ledger_remains BEFORE DELETE ON ledger " REFUSE
    "CREATE TRIGGER entry_stays BEFORE UPDATE OF number, kind, way, at, recorded, name, value, sum ON "
    "entry " REFUSE "CREATE TRIGGER entry_remains BEFORE DELETE ON entry " REFUSE;

/* Tags and their logs. `floor` is told once. The numbers of a tag row and `rejected` are caches and counters.
 */
static const char logs_v1[] =
    "CREATE TABLE tag ("
    "  tag INTEGER PRIMARY KEY,"
    "  address TEXT NOT NULL UNIQUE,"
    "  duplicates INTEGER NOT NULL DEFAULT 0," /* came again and counted once */
    "  heard INTEGER NOT NULL DEFAULT 0,"      /* samples and presses */
    "  sum INTEGER NOT NULL DEFAULT 0"         /* of the sums of its samples, modulo 2^64 */
    ") STRICT;"
    "CREATE TABLE log ("
    "  log INTEGER PRIMARY KEY,"
    "  tag INTEGER NOT NULL REFERENCES tag,"
    "  log_id INTEGER NOT NULL,"
    "  floor INTEGER,"
    "  rejected INTEGER NOT NULL DEFAULT 0," /* records that cannot be true */
    "  UNIQUE (tag, log_id)"
    ") STRICT;"
    "CREATE TABLE lost (log INTEGER NOT NULL REFERENCES log, first INTEGER NOT NULL, last INTEGER NOT NULL) "
    "STRICT;"
    "CREATE TRIGGER tag_stays BEFORE UPDATE OF tag, address ON tag " REFUSE
    "CREATE TRIGGER tag_remains BEFORE DELETE ON tag " REFUSE
    "CREATE TRIGGER log_stays BEFORE UPDATE OF log, tag, log_id ON log " REFUSE
    "CREATE TRIGGER floor_stays BEFORE UPDATE OF floor ON log WHEN old.floor IS NOT NULL " REFUSE
    "CREATE TRIGGER log_remains BEFORE DELETE ON log " REFUSE
    "CREATE TRIGGER lost_stays BEFORE UPDATE ON lost " REFUSE
    "CREATE TRIGGER lost_remains BEFORE DELETE ON lost " REFUSE;

/* Records, the bulk of a ledger: ten years of minutes are 5 million rows.
 *
 *   id     log << 32 | sequence, so that the identity is the row's own key and needs no index
 *   time   bytes 4-7 of the record as a number
 *   rest   bytes 8-19 without the zeros at the end (an UV record leaves 10)
 *   shift  a cache: what dating adds to `time`; 0 for a tag whose clock is right, NULL when nothing dates it
 *
 * Measured with 43,200 UV minutes committed in batches of 512 (tests/bench/ingest.c): 26.9 bytes a
 * record, everything below included. The same rows keyed by (log, sequence) WITHOUT ROWID took 30.8, for the
 * pages of such a table are not packed when it grows at one end; with an index on `at` besides, 48.0. In
 * place of that index record_day tells which blocks of 256 sequences hold something of a day (UTC), and a day
 * is sorted as it is read.
 *
 *   record_clock   the records that set a clock: they bound what a new record can date anew
 *   record_unset   those that came without a set clock, and when: only a clock record dates them, and their
 *                  owner may want to know by when they had happened
 *   record_undone  a cache of the undo entries
 *   stretch        a cache: the sequences that are in, as ranges that do not touch; with_lost = 1: the
 *                  sequences that are in or lost. `sum` adds the sums of the records in the range
 *   conflict       copies with other content, all 20 bytes of them, kept beside the record that came first
 */
static const char records_v1[] =
    "CREATE TABLE record ("
    "  id INTEGER PRIMARY KEY,"
    "  time INTEGER NOT NULL,"
    "  shift INTEGER,"
    "  rest BLOB NOT NULL,"
    "  log INTEGER GENERATED ALWAYS AS (id >> 32) VIRTUAL,"
    "  sequence INTEGER GENERATED ALWAYS AS (id & 4294967295) VIRTUAL,"
    "  at INTEGER GENERATED ALWAYS AS (time + shift) VIRTUAL"
    ") STRICT;"
    "CREATE INDEX record_undated ON record (log) WHERE shift IS NULL;"
    "CREATE TABLE record_day ("
    "  day INTEGER NOT NULL, log INTEGER NOT NULL, block INTEGER NOT NULL,"
    "  PRIMARY KEY (day, log, block)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE record_clock (id INTEGER PRIMARY KEY) STRICT;"
    "CREATE TABLE record_unset (id INTEGER PRIMARY KEY, received INTEGER NOT NULL) STRICT;"
    "CREATE TABLE record_undone (id INTEGER PRIMARY KEY) STRICT;"
    "CREATE TABLE stretch ("
    "  log INTEGER NOT NULL, with_lost INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,"
    "  sum INTEGER NOT NULL,"
    "  PRIMARY KEY (log, with_lost, first)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE conflict ("
    "  id INTEGER NOT NULL, raw BLOB NOT NULL, received INTEGER NOT NULL,"
    "  PRIMARY KEY (id, raw)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER record_stays BEFORE UPDATE OF id, time, rest ON record " REFUSE
    "CREATE TRIGGER record_remains BEFORE DELETE ON record " REFUSE
    "CREATE TRIGGER unset_stays BEFORE UPDATE ON record_unset " REFUSE
    "CREATE TRIGGER unset_remains BEFORE DELETE ON record_unset " REFUSE
    "CREATE TRIGGER conflict_stays BEFORE UPDATE ON conflict " REFUSE
    "CREATE TRIGGER conflict_remains BEFORE DELETE ON conflict " REFUSE;

/* Samples of tags that store nothing; what is remembered and is no event; the cache of day results. */
static const char others_v1[] =
    "CREATE TABLE sample ("
    "  at INTEGER NOT NULL, tag INTEGER NOT NULL REFERENCES tag, uv_index REAL NOT NULL,"
    "  PRIMARY KEY (at, tag, uv_index)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER sample_stays BEFORE UPDATE ON sample " REFUSE
    "CREATE TRIGGER sample_remains BEFORE DELETE ON sample " REFUSE
    "CREATE TABLE memory (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE day (date INTEGER PRIMARY KEY, key TEXT NOT NULL, result BLOB NOT NULL) STRICT;";

static const char *const version_1[] = { entries_v1, logs_v1, records_v1, others_v1, NULL };

/* Forgetting. What a tombstone (kind 31) names may be deleted, and nothing else: `record_forgotten` keeps the
 * identities of records, which have no entry to tell them by. */
static const char forget_v2[] =
    "CREATE INDEX entry_tombstone ON entry (name) WHERE kind = 31;"
    "CREATE TABLE record_forgotten (id INTEGER PRIMARY KEY) STRICT;"
    "CREATE TRIGGER forgotten_stays BEFORE UPDATE ON record_forgotten " REFUSE
    "CREATE TRIGGER forgotten_remains BEFORE DELETE ON record_forgotten " REFUSE "DROP TRIGGER entry_remains;"
    "CREATE TRIGGER entry_remains BEFORE DELETE ON entry WHEN old.kind = 31 OR NOT EXISTS"
    "  (SELECT 1 FROM entry e WHERE e.kind = 31"
    "   AND e.name = (SELECT uuid FROM ledger) || ':' || old.number) " REFUSE "DROP TRIGGER record_remains;"
    "DROP TRIGGER unset_remains;"
    "DROP TRIGGER conflict_remains;"
    "CREATE TRIGGER record_remains BEFORE DELETE ON record"
    "  WHEN NOT EXISTS (SELECT 1 FROM record_forgotten f WHERE f.id = old.id) " REFUSE
    "CREATE TRIGGER unset_remains BEFORE DELETE ON record_unset"
    "  WHEN NOT EXISTS (SELECT 1 FROM record_forgotten f WHERE f.id = old.id) " REFUSE
    "CREATE TRIGGER conflict_remains BEFORE DELETE ON conflict"
    "  WHEN NOT EXISTS (SELECT 1 FROM record_forgotten f WHERE f.id = old.id) " REFUSE;

static const char *const version_2[] = { forget_v2, NULL };

/* Where entries of other ledgers came from: the id that they carry, beside the number that they have here. A
 * tombstone names them by the former. */
static const char origin_v3[] =
    "CREATE TABLE origin ("
    "  entry INTEGER PRIMARY KEY REFERENCES entry ON DELETE CASCADE, uuid TEXT NOT NULL, number INTEGER NOT "
    "NULL,"
    "  UNIQUE (uuid, number)"
    ") STRICT;"
    "CREATE TRIGGER origin_stays BEFORE UPDATE ON origin " REFUSE
    "CREATE TRIGGER origin_remains BEFORE DELETE ON origin WHEN NOT EXISTS"
    "  (SELECT 1 FROM entry e WHERE e.kind = 31 AND e.name = old.uuid || ':' || old.number) " REFUSE
    "DROP TRIGGER entry_remains;"
    "CREATE TRIGGER entry_remains BEFORE DELETE ON entry WHEN old.kind = 31 OR NOT EXISTS"
    "  (SELECT 1 FROM entry e WHERE e.kind = 31 AND e.name = coalesce("
    "     (SELECT o.uuid || ':' || o.number FROM origin o WHERE o.entry = old.number),"
    "     (SELECT uuid FROM ledger) || ':' || old.number)) " REFUSE;

static const char *const version_3[] = { origin_v3, NULL };

/* A ledger's name for as long as it lives. */
static int
give_uuid(sqlite3 *db)
{
  g_autofree char *uuid = g_uuid_string_random();
  sqlite3_stmt *stmt = NULL;
  int code = sqlite3_prepare_v2(db, "INSERT INTO ledger (uuid) VALUES (?)", -1, &stmt, NULL);
  if (code != SQLITE_OK)
    return code;
  sqlite3_bind_text(stmt, 1, uuid, -1, SQLITE_STATIC);
  code = sqlite3_step(stmt);
  sqlite3_finalize(stmt);
  return code == SQLITE_DONE ? SQLITE_OK : code;
}

const CalSchemaStep cal_schema_steps[] = {
  { version_1, give_uuid },
  { version_2, NULL },
  { version_3, NULL },
};
const guint cal_schema_n_steps = G_N_ELEMENTS(cal_schema_steps);

static int
read_number(sqlite3 *db, const char *sql, gint64 *number)
{
  sqlite3_stmt *stmt = NULL;
  int code = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
  if (code != SQLITE_OK)
    return code;
  code = sqlite3_step(stmt);
  if (code == SQLITE_ROW)
    *number = sqlite3_column_int64(stmt, 0);
  sqlite3_finalize(stmt);
  return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

int
cal_schema_identify(sqlite3 *db, guint n_steps, CalSchemaKind *kind, guint *version)
{
  gint64 application = 0, user_version = 0, n_objects = 0;
  int code = read_number(db, "PRAGMA application_id", &application);
  if (code == SQLITE_OK)
    code = read_number(db, "PRAGMA user_version", &user_version);
  if (code == SQLITE_OK)
    code = read_number(db, "SELECT count(*) FROM sqlite_schema", &n_objects);
  if (code != SQLITE_OK)
    return code;
  *version = (guint)MAX(user_version, 0);
  if (application == 0 && user_version == 0 && n_objects == 0)
    *kind = CAL_SCHEMA_EMPTY;
  else if (application != CAL_SCHEMA_APPLICATION_ID || user_version < 1)
    *kind = CAL_SCHEMA_FOREIGN;
  else
    *kind = *version > n_steps ? CAL_SCHEMA_NEWER : CAL_SCHEMA_LEDGER;
  return SQLITE_OK;
}

static int
run_scripts(sqlite3 *db, const char *const *scripts)
{
  int code = SQLITE_OK;
  for (; *scripts != NULL && code == SQLITE_OK; scripts++)
    code = sqlite3_exec(db, *scripts, NULL, NULL, NULL);
  return code;
}

static int
stamp(sqlite3 *db, guint version)
{
  g_autofree char *sql = g_strdup_printf("PRAGMA application_id = %d; PRAGMA user_version = %u;",
                                         CAL_SCHEMA_APPLICATION_ID, version);
  return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

static int
take_steps(sqlite3 *db, const CalSchemaStep *steps, guint n_steps, guint version)
{
  int code = SQLITE_OK;
  for (; version < n_steps && code == SQLITE_OK; version++) {
    code = run_scripts(db, steps[version].sql);
    if (code == SQLITE_OK && steps[version].fill != NULL)
      code = steps[version].fill(db);
  }
  return code == SQLITE_OK ? stamp(db, n_steps) : code;
}

int
cal_schema_migrate(sqlite3 *db, const CalSchemaStep *steps, guint n_steps, guint version)
{
  if (version >= n_steps)
    return SQLITE_OK;
  int code = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
  if (code == SQLITE_OK)
    code = take_steps(db, steps, n_steps, version);
  if (code == SQLITE_OK)
    code = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
  if (code != SQLITE_OK && !sqlite3_get_autocommit(db))
    sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
  return code;
}
