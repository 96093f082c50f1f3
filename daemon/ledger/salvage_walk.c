/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SQLite finds a key from the root down, so a damaged page hides only the keys below it:
 *
 *   keys    1 ........ 400 | 401 ..... 800 | 801 .... 1200
 *                          ╳ cannot be read
 *   walk    ───────────▶ 401: error
 *   leap    402, 404, 408, ... until a key can be found behind; then halve back to the first that can
 *   walk                                     801 ────────▶
 */
#include "salvage_walk.h"

typedef enum {
  PROBE_ROW,
  PROBE_END,
  PROBE_ERROR,
} Probe;

static Probe
step(sqlite3_stmt *stmt)
{
  const int code = sqlite3_step(stmt);
  return code == SQLITE_ROW ? PROBE_ROW : code == SQLITE_DONE ? PROBE_END : PROBE_ERROR;
}

static Probe
probe(sqlite3_stmt *stmt, gint64 key)
{
  sqlite3_reset(stmt);
  sqlite3_bind_int64(stmt, 1, key);
  return step(stmt);
}

/* Tells rows from *key on, and moves it behind the last one told. */
static Probe
walk_on(sqlite3_stmt *stmt, gint64 *key, CalSalvageVisit visit, gpointer data)
{
  Probe met = probe(stmt, *key);
  for (; met == PROBE_ROW; met = step(stmt)) {
    const gint64 at = sqlite3_column_int64(stmt, 0);
    if (!visit(stmt, data) || at == G_MAXINT64)
      return PROBE_END;
    *key = at + 1;
  }
  return met;
}

/* The first key behind `from`, where there was an error, that can be looked for. FALSE: none. */
static gboolean
leap(sqlite3_stmt *stmt, gint64 from, gint64 *to)
{
  guint64 lame = 0, good = 1;
  const guint64 room = (guint64)G_MAXINT64 - (guint64)from; /* modulo 2^64 */
  while (good < room && probe(stmt, from + (gint64)good) == PROBE_ERROR) {
    lame = good;
    good *= 2;
  }
  if (good >= room)
    return FALSE;
  while (good - lame > 1) {
    const guint64 middle = lame + (good - lame) / 2;
    if (probe(stmt, from + (gint64)middle) == PROBE_ERROR)
      lame = middle;
    else
      good = middle;
  }
  *to = from + (gint64)good;
  return TRUE;
}

void
cal_salvage_walk(sqlite3 *db, const char *sql, CalSalvageVisit visit, gpointer data)
{
  sqlite3_stmt *stmt = NULL;
  gint64 key = 0;
  if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
    return; /* an older version has no such table */
  while (walk_on(stmt, &key, visit, data) == PROBE_ERROR && leap(stmt, key, &key))
    ;
  sqlite3_finalize(stmt);
}
