/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "owner_dates.h"
#include "samples.h"
#include "store.h"
#include "tags.h"
#include "told.h"

gboolean
cal_transaction_begin(CalTransaction *transaction, CalLedger *ledger, GError **error)
{
  g_assert(ledger->n_readers == 0);
  /* IMMEDIATE: whether the database can be written shows here and not halfway through. */
  if (!cal_store_takes_events(ledger, error) || !cal_owner_dates_ensure(ledger, error) ||
      !cal_store_run(ledger, "BEGIN IMMEDIATE", 0, 0, error))
    return FALSE;
  cal_told_forget(ledger);
  transaction->ledger = ledger;
  ledger->touched = (CalSpan){ 0, 0 };
  return TRUE;
}

gboolean
cal_transaction_commit(CalTransaction *transaction, GError **error)
{
  CalLedger *ledger = transaction->ledger;
  if (!cal_samples_write_pending(ledger, error) || !cal_tags_write_pending(ledger, error) ||
      !cal_days_drop_touched(ledger, error) || !cal_store_is_in_place(ledger, error) ||
      !cal_store_run(ledger, "COMMIT", 0, 0, error))
    return FALSE;
  transaction->ledger = NULL;
  if (ledger->touched.start <= ledger->oldest && ledger->touched.end > ledger->touched.start)
    ledger->oldest_known = FALSE;
  cal_samples_forget_pending(ledger);
  cal_tags_forget_pending(ledger);
  return TRUE;
}

void
cal_transaction_clear(CalTransaction *transaction)
{
  if (transaction->ledger == NULL)
    return;
  /* After some errors SQLite has rolled back already. A rollback that fails leaves the transaction open and
   * its changes uncommitted; the next begin says so. */
  if (!sqlite3_get_autocommit(transaction->ledger->db))
    sqlite3_exec(transaction->ledger->db, "ROLLBACK", NULL, NULL, NULL);
  transaction->ledger = NULL;
}
