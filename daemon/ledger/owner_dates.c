/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "owner_dates.h"

#include "dating_cache.h"
#include "store.h"
#include "tags.h"

G_STATIC_ASSERT(CAL_ENTRY_DATE == 12);
/* By the id that an entry carries, so that two ledgers with the same entries date alike. */
static const char sql_standing[] =
    "SELECT name, value FROM entry e LEFT JOIN origin o ON o.entry = e.number WHERE kind = 12 AND stands"
    "  ORDER BY at, coalesce(o.uuid, (SELECT uuid FROM ledger)), coalesce(o.number, e.number)";

typedef struct CalOwnerDate {
  gint64 log;
  CalDatingOwner owner;
} CalOwnerDate;

GArray *
cal_owner_dates_new(void)
{
  return g_array_new(FALSE, TRUE, sizeof(CalOwnerDate));
}

/* What cannot be understood (an entry of a later version) dates nothing. */
static gboolean
add(CalLedger *ledger, GArray *dates, const char *name, const char *value, GError **error)
{
  CalOwnerDate date = { 0 };
  CalLogRow log;
  if (!cal_dating_owner_parse(name, value, &date.owner))
    return TRUE;
  if (!cal_logs_find(ledger, &date.owner.tag, date.owner.log_id, &log, error))
    return FALSE;
  date.log = log.log;
  g_array_append_val(dates, date);
  return TRUE;
}

static GArray *
read_standing(CalLedger *ledger, GError **error)
{
  gboolean ok;
  g_autoptr(GArray) dates = cal_owner_dates_new();
  g_autoptr(CalStatement) rows = cal_statement_take(ledger, sql_standing, error);
  if (rows == NULL)
    return NULL;
  while (cal_statement_each(rows, &ok, error)) {
    const char *name = (const char *)sqlite3_column_text(rows->stmt, 0);
    const char *value = (const char *)sqlite3_column_text(rows->stmt, 1);
    if (!add(ledger, dates, name, value, error))
      return NULL;
  }
  return ok ? g_steal_pointer(&dates) : NULL;
}

gboolean
cal_owner_dates_ensure(CalLedger *ledger, GError **error)
{
  if (ledger->owner_dates_read)
    return TRUE;
  g_autoptr(GArray) dates = read_standing(ledger, error);
  if (dates == NULL)
    return FALSE;
  cal_owner_dates_restore(ledger, dates);
  ledger->owner_dates_read = TRUE;
  return TRUE;
}

void
cal_owner_dates_restore(CalLedger *ledger, GArray *before)
{
  g_array_ref(before);
  g_array_unref(ledger->owner_dates);
  ledger->owner_dates = before;
}

gboolean
cal_owner_dates_ensure_log(CalLedger *ledger, const CalEntry *entry, GError **error)
{
  CalDatingOwner owner;
  CalLogRow log;
  return entry->kind != CAL_ENTRY_DATE || !cal_dating_owner_parse(entry->name, entry->value, &owner) ||
         cal_logs_ensure(ledger, &owner.tag, owner.log_id, &log, error);
}

static gboolean
says_the_same(const CalOwnerDate *a, const CalOwnerDate *b)
{
  return a->log == b->log && a->owner.from == b->owner.from && a->owner.to == b->owner.to &&
         a->owner.boot == b->owner.boot && a->owner.at - a->owner.uptime_s == b->owner.at - b->owner.uptime_s;
}

static gboolean
holds(GArray *dates, const CalOwnerDate *wanted)
{
  for (guint i = 0; i < dates->len; i++)
    if (says_the_same(&g_array_index(dates, CalOwnerDate, i), wanted))
      return TRUE;
  return FALSE;
}

/* Dates anew what only one of the two is about. */
static gboolean
carry_out_missing(CalLedger *ledger, GArray *dates, GArray *others, GError **error)
{
  for (guint i = 0; i < dates->len; i++) {
    const CalOwnerDate *date = &g_array_index(dates, CalOwnerDate, i);
    if (!holds(others, date) && !cal_dating_anew(ledger, date->log, date->owner.from, date->owner.to, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
cal_owner_dates_refresh(CalLedger *ledger, GError **error)
{
  g_autoptr(GArray) before = g_array_ref(ledger->owner_dates);
  g_autoptr(GArray) now = read_standing(ledger, error);
  if (now == NULL)
    return FALSE;
  cal_owner_dates_restore(ledger, now);
  return carry_out_missing(ledger, before, now, error) && carry_out_missing(ledger, now, before, error);
}

CalInstant
cal_owner_dates_find(CalLedger *ledger, gint64 log, const CalDatingRecord *record)
{
  for (guint i = ledger->owner_dates->len; i-- > 0;) {
    const CalOwnerDate *date = &g_array_index(ledger->owner_dates, CalOwnerDate, i);
    const CalInstant at = date->log == log ? cal_dating_by_owner(&date->owner, record) : CAL_INSTANT_NONE;
    if (at != CAL_INSTANT_NONE)
      return at;
  }
  return CAL_INSTANT_NONE;
}
