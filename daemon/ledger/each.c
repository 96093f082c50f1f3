/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Telling events in the order of time. Four sources, each in the order of cal_event_compare() by itself, are
 * merged as they are read, so that ten years take no more memory than a day:
 *
 *   entries ─────────────┐
 *   records, day by day ─┤
 *   samples ─────────────┼──▶ the least of the four heads ──▶ visit
 *   samples pending ─────┘
 */
#include <string.h>

#include "entry_row.h"
#include "row.h"
#include "store.h"
#include "told.h"

/* By the id that an entry carries, so that two ledgers with the same entries tell them in one order. */
#define FROM_ENTRY                                                                                           \
  "SELECT e.number, kind, way, at, recorded, name, value"                                                    \
  "  FROM entry e LEFT JOIN origin o ON o.entry = e.number"
#define IN_ORDER " ORDER BY at, coalesce(o.uuid, (SELECT uuid FROM ledger)), coalesce(o.number, e.number)"
static const char sql_entries[] =
    FROM_ENTRY " WHERE stands AND kind < 20 AND kind <> 7 AND at >= ? AND at < ?" IN_ORDER;
static const char sql_settings[] = FROM_ENTRY " WHERE stands AND kind >= 20 AND kind <> 31" IN_ORDER;
static const char sql_samples[] =
    "SELECT s.at, address, s.uv_index FROM sample s CROSS JOIN tag ON tag.tag = s.tag"
    "  WHERE s.at >= ? AND s.at < ? ORDER BY s.at, address, s.uv_index";
static const char sql_next_day[] =
    "SELECT day FROM record_day WHERE day >= ? AND day <= ? ORDER BY day LIMIT 1";

typedef struct CalSource CalSource;

/* Reads the next event into the source's head; FALSE on error, has_head FALSE at the end. */
typedef gboolean (*CalSourceNext)(CalSource *source, GError **error);

struct CalSource {
  CalSourceNext next;
  CalLedger *ledger;
  CalStatement *statement;
  CalSpan span;
  gint64 day;      /* of records: the one behind that which is being read */
  GArray *told;    /* CalTold: those of that day, in order */
  gboolean keeps;  /* days of records may be kept for who reads next */
  GArray *pending; /* of samples that are not committed: those in the span, in order */
  guint n_read;
  gboolean has_head;
  CalEvent head;
};

static void
cal_source_clear(CalSource *source)
{
  g_clear_pointer(&source->statement, cal_statement_release);
  g_clear_pointer(&source->pending, g_array_unref);
  g_clear_pointer(&source->told, g_array_unref);
}

/* -- The sources ---------------------------------------------------------------------------------------- */

static gboolean
next_entry(CalSource *source, GError **error)
{
  if (!cal_statement_next(source->statement, &source->has_head, error))
    return FALSE;
  if (!source->has_head)
    return TRUE;
  source->head.kind = CAL_EVENT_ENTRY;
  if (!cal_entry_read(source->ledger, source->statement->stmt, &source->head.of.entry, error))
    return FALSE;
  source->head.at = source->head.of.entry.at;
  return TRUE;
}

static gboolean
next_sample(CalSource *source, GError **error)
{
  if (!cal_statement_next(source->statement, &source->has_head, error))
    return FALSE;
  if (!source->has_head)
    return TRUE;
  source->head.kind = CAL_EVENT_SAMPLE;
  source->head.at = sqlite3_column_int64(source->statement->stmt, 0);
  cal_row_read_address(source->statement->stmt, 1, &source->head.tag);
  source->head.of.sample.uv_index = sqlite3_column_double(source->statement->stmt, 2);
  return TRUE;
}

static gboolean
next_pending(CalSource *source, GError **error)
{
  (void)error;
  const CalEvent *events = (const CalEvent *)(gpointer)source->pending->data;
  while (source->has_head && source->n_read < source->pending->len &&
         cal_event_compare(&events[source->n_read], &source->head) == 0)
    source->n_read++; /* heard twice */
  source->has_head = source->n_read < source->pending->len;
  if (source->has_head)
    source->head = events[source->n_read++];
  return TRUE;
}

/* -- Records, a day at a time -- */

/* Reads the next day that has records; FALSE in *has_day when there is none in the span. */
static gboolean
open_day(CalSource *source, gboolean *has_day, GError **error)
{
  const gint64 last = cal_row_day(source->span.end - 1);
  if (!cal_store_number(source->ledger, sql_next_day, source->day, last, G_MAXINT64, &source->day, error))
    return FALSE;
  *has_day = source->day != G_MAXINT64;
  source->n_read = 0;
  g_clear_pointer(&source->told, g_array_unref);
  if (!*has_day)
    return TRUE;
  source->told = cal_told_day(source->ledger, source->day, source->span, source->keeps, error);
  source->day++;
  return source->told != NULL;
}

/* The next of the day that was read; what is kept of it may lie outside of the span. */
static const CalTold *
next_told(CalSource *source)
{
  while (source->told != NULL && source->n_read < source->told->len) {
    const CalTold *told = &g_array_index(source->told, CalTold, source->n_read++);
    if (told->at >= source->span.start && told->at < source->span.end)
      return told;
  }
  return NULL;
}

static gboolean
next_record(CalSource *source, GError **error)
{
  gboolean has_day = TRUE;
  const CalTold *told;
  while ((told = next_told(source)) == NULL && has_day)
    if (!open_day(source, &has_day, error))
      return FALSE;
  source->has_head = told != NULL;
  if (!source->has_head)
    return TRUE;
  source->head.kind = CAL_EVENT_RECORD;
  source->head.at = told->at;
  source->head.tag = told->tag;
  source->head.of.record.log_id = told->log_id;
  memcpy(source->head.of.record.raw, told->raw, sizeof told->raw);
  return TRUE;
}

/* -- The merge ------------------------------------------------------------------------------------------ */

#define N_SOURCES 4

/* Records lie within 2^34 s of 1970, since their times are 32 bits wide: no need to reckon with days beyond.
 */
#define DAYS_START (-(INT64_C(1) << 40))
#define DAYS_END   (INT64_C(1) << 40)

typedef struct CalMerge {
  CalLedger *ledger; /* NULL when nothing is being read */
  gboolean is_snapshot;
  CalSource sources[N_SOURCES];
} CalMerge;

static void
cal_merge_clear(CalMerge *merge)
{
  for (gsize i = 0; i < N_SOURCES; i++)
    cal_source_clear(&merge->sources[i]);
  if (merge->ledger != NULL)
    merge->ledger->n_readers--;
  if (merge->is_snapshot)
    sqlite3_exec(merge->ledger->db, "COMMIT", NULL, NULL, NULL); /* nothing was written */
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CalMerge, cal_merge_clear)

/* All that is read is of one state of the database. Within a visit that reads again, it is so already. */
static gboolean
begin_reading(CalMerge *merge, CalLedger *ledger, GError **error)
{
  merge->ledger = ledger;
  ledger->n_readers++;
  if (!sqlite3_get_autocommit(ledger->db))
    return TRUE;
  merge->is_snapshot = cal_store_run(ledger, "BEGIN", 0, 0, error);
  return merge->is_snapshot;
}

static int
compare_pending(gconstpointer a, gconstpointer b)
{
  return cal_event_compare(a, b);
}

static GArray *
copy_pending(CalLedger *ledger, CalSpan span)
{
  GArray *pending = g_array_new(FALSE, FALSE, sizeof(CalEvent));
  for (guint i = 0; i < ledger->samples->len; i++) {
    const CalEvent *event = &g_array_index(ledger->samples, CalEvent, i);
    if (event->at >= span.start && event->at < span.end)
      g_array_append_val(pending, *event);
  }
  g_array_sort(pending, compare_pending);
  return pending;
}

/* Takes the statement, if there is one, binds the span to its first two parameters, if it has them, and
 * reads the first head. */
static gboolean
start_source(CalMerge *merge, guint index, CalSourceNext next, const char *sql, CalSpan span, GError **error)
{
  CalSource *source = &merge->sources[index];
  *source = (CalSource){ .next = next, .ledger = merge->ledger, .span = span, .keeps = merge->is_snapshot };
  source->day = cal_row_day(span.start);
  if (sql == NULL)
    return next(source, error);
  source->statement = cal_statement_take(merge->ledger, sql, error);
  if (source->statement == NULL)
    return FALSE;
  if (sqlite3_bind_parameter_count(source->statement->stmt) == 2) {
    sqlite3_bind_int64(source->statement->stmt, 1, span.start);
    sqlite3_bind_int64(source->statement->stmt, 2, span.end);
  }
  return next(source, error);
}

static CalSource *
least_source(CalMerge *merge)
{
  CalSource *least = NULL;
  for (gsize i = 0; i < N_SOURCES; i++) {
    CalSource *source = &merge->sources[i];
    if (source->has_head && (least == NULL || cal_event_compare(&source->head, &least->head) < 0))
      least = source;
  }
  return least;
}

/* Moves past the head of a source, and past its like in the others: a pending sample may be committed
 * already.
 */
static gboolean
pass(CalMerge *merge, CalSource *least, GError **error)
{
  for (gsize i = 0; i < N_SOURCES; i++) {
    CalSource *other = &merge->sources[i];
    if (other != least && other->has_head && cal_event_compare(&other->head, &least->head) == 0 &&
        !other->next(other, error))
      return FALSE;
  }
  return least->next(least, error);
}

static gboolean
visit_all(CalMerge *merge, CalLedgerVisit visit, gpointer data, GError **error)
{
  for (CalSource *least = least_source(merge); least != NULL; least = least_source(merge)) {
    if (!visit(&least->head, data))
      return TRUE;
    if (!pass(merge, least, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
cal_ledger_each(CalLedger *ledger, CalSpan span, CalLedgerVisit visit, gpointer data, GError **error)
{
  g_auto(CalMerge) merge = { 0 };
  const CalSpan days = { MAX(span.start, DAYS_START), MIN(span.end, DAYS_END) };
  if (span.end <= span.start)
    return TRUE;
  if (!begin_reading(&merge, ledger, error) ||
      !start_source(&merge, 0, next_entry, sql_entries, span, error) ||
      !start_source(&merge, 1, next_sample, sql_samples, span, error) ||
      (days.start < days.end && !start_source(&merge, 2, next_record, NULL, days, error)))
    return FALSE;
  CalSource *pending = &merge.sources[3];
  *pending = (CalSource){ .next = next_pending, .pending = copy_pending(ledger, span) };
  return next_pending(pending, error) && visit_all(&merge, visit, data, error);
}

gboolean
cal_ledger_each_entry(CalLedger *ledger, CalSpan span, CalLedgerVisit visit, gpointer data, GError **error)
{
  g_auto(CalMerge) merge = { 0 };
  return begin_reading(&merge, ledger, error) &&
         start_source(&merge, 0, next_entry, sql_entries, span, error) &&
         visit_all(&merge, visit, data, error);
}

gboolean
cal_ledger_each_setting(CalLedger *ledger, CalLedgerVisit visit, gpointer data, GError **error)
{
  g_auto(CalMerge) merge = { 0 };
  return begin_reading(&merge, ledger, error) &&
         start_source(&merge, 0, next_entry, sql_settings, (CalSpan){ 0 }, error) &&
         visit_all(&merge, visit, data, error);
}
