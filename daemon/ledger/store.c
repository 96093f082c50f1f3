/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store.h"

#include <string.h>

#include "error.h"

static CalError
error_of(int code)
{
  switch (code & 0xff) { /* the primary code of an extended one */
  case SQLITE_FULL:
  case SQLITE_IOERR:
  case SQLITE_READONLY:
  case SQLITE_CANTOPEN:
  case SQLITE_PERM:
  case SQLITE_AUTH:
  case SQLITE_NOLFS:
    return CAL_ERROR_STORAGE;
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
    return CAL_ERROR_DAMAGED;
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return CAL_ERROR_BUSY;
  default:
    return CAL_ERROR_FAILED;
  }
}

gboolean
cal_store_fail(CalLedger *ledger, int code, const char *doing, GError **error)
{
  g_set_error(error, CAL_ERROR, (gint)error_of(code), "The ledger %s could not be %s: %s.", ledger->path,
              doing, ledger->db == NULL ? sqlite3_errstr(code) : sqlite3_errmsg(ledger->db));
  return FALSE;
}

guint64
cal_sum_bytes(guint64 sum, const void *bytes, gsize n_bytes)
{
  const guint8 *at = bytes;
  for (gsize i = 0; i < n_bytes; i++)
    sum = (sum ^ at[i]) * UINT64_C(0x100000001b3);
  return sum;
}

guint64
cal_sum_text(guint64 sum, const char *text)
{
  return cal_sum_bytes(sum, text, strlen(text) + 1);
}

guint64
cal_sum_number(guint64 sum, gint64 number)
{
  const gint64 little = GINT64_TO_LE(number);
  return cal_sum_bytes(sum, &little, sizeof little);
}
