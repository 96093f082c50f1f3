/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "samples.h"

#include <math.h>
#include <string.h>

#include "error.h"
#include "store.h"
#include "tags.h"

/* How many may wait for a commit. When none can be made (a full disk), no more are taken. */
#define MAX_PENDING 1000

static const char sql_add_sample[] =
    "INSERT INTO sample (at, tag, uv_index) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";

guint64
cal_sample_sum(CalInstant at, double uv_index)
{
  gint64 bits;
  memcpy(&bits, &uv_index, sizeof bits);
  return cal_sum_number(cal_sum_number(CAL_SUM_BASIS, at), bits);
}

static gboolean
write_sample(CalLedger *ledger, const CalEvent *event, GError **error)
{
  gint64 tag;
  g_autoptr(CalStatement) statement = cal_statement_take(ledger, sql_add_sample, error);
  if (statement == NULL || !cal_tags_ensure(ledger, &event->tag, &tag, error))
    return FALSE;
  sqlite3_bind_int64(statement->stmt, 1, event->at);
  sqlite3_bind_int64(statement->stmt, 2, tag);
  sqlite3_bind_double(statement->stmt, 3, event->of.sample.uv_index);
  if (!cal_statement_run(statement, error))
    return FALSE;
  if (sqlite3_changes(ledger->db) == 0)
    return TRUE; /* the same value in the same second says nothing new */
  cal_days_touch(ledger, (CalSpan){ event->at, event->at + 1 });
  return cal_tags_add_heard(ledger, tag, 1, cal_sample_sum(event->at, event->of.sample.uv_index), error);
}

gboolean
cal_samples_write_pending(CalLedger *ledger, GError **error)
{
  for (guint i = 0; i < ledger->samples->len; i++)
    if (!write_sample(ledger, &g_array_index(ledger->samples, CalEvent, i), error))
      return FALSE;
  return TRUE;
}

void
cal_samples_forget_pending(CalLedger *ledger)
{
  g_array_set_size(ledger->samples, 0);
}

gboolean
cal_ledger_flush(CalLedger *ledger, GError **error)
{
  g_auto(CalTransaction) transaction = { 0 };
  if (ledger->samples->len == 0 && g_hash_table_size(ledger->duplicates) == 0)
    return TRUE;
  return cal_transaction_begin(&transaction, ledger, error) && cal_transaction_commit(&transaction, error);
}

gboolean
cal_ledger_append_sample(CalLedger *ledger, const CalAddress *tag, CalInstant at, double uv_index,
                         GError **error)
{
  CalEvent event = { .kind = CAL_EVENT_SAMPLE, .at = at, .tag = *tag };
  event.of.sample.uv_index = uv_index + 0.0; /* of the two zeros the plain one */
  if (at == CAL_INSTANT_NONE || !isfinite(uv_index)) {
    g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID,
                        "A sample needs an instant and a finite UV index.");
    return FALSE;
  }
  if (ledger->samples->len >= MAX_PENDING && !cal_ledger_flush(ledger, error))
    return FALSE;
  g_array_append_val(ledger->samples, event);
  return TRUE;
}
