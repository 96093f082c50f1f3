/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the ledger answers: what a commit needs is tried, and taken back before it would wake the disk. */
#include "error.h"
#include "store.h"

static const char sql_write[] = "INSERT INTO memory (key, value) VALUES ('probe', '1')"
                                "  ON CONFLICT DO UPDATE SET value = excluded.value";
static const char sql_read[] = "SELECT count(*) FROM memory WHERE key = 'probe'";

gboolean
cal_ledger_probe(CalLedger *ledger, GError **error)
{
  gint64 n_read = 0;
  g_auto(CalTransaction) transaction = { 0 };
  if (!cal_transaction_begin(&transaction, ledger, error) || !cal_store_run(ledger, sql_write, 0, 0, error) ||
      !cal_store_number(ledger, sql_read, 0, 0, 0, &n_read, error))
    return FALSE;
  if (n_read == 1)
    return TRUE;
  g_set_error(error, CAL_ERROR, CAL_ERROR_STORAGE, "The ledger %s does not hold what is written to it.",
              ledger->path);
  return FALSE;
}
