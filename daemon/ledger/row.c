/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "row.h"

#include <string.h>

static guint32
get_le32(const guint8 *at)
{
  return (guint32)at[0] | (guint32)at[1] << 8 | (guint32)at[2] << 16 | (guint32)at[3] << 24;
}

static void
put_le32(guint8 *at, guint32 value)
{
  for (int i = 0; i < 4; i++)
    at[i] = (guint8)(value >> 8 * i);
}

void
cal_row_bind_raw(sqlite3_stmt *stmt, int parameter, const guint8 raw[CAL_RECORD_SIZE])
{
  int n = CAL_ROW_REST_SIZE;
  while (n > 0 && raw[8 + n - 1] == 0)
    n--;
  sqlite3_bind_int64(stmt, parameter, get_le32(raw + 4));
  sqlite3_bind_blob(stmt, parameter + 1, raw + 8, n, SQLITE_STATIC);
}

void
cal_row_read_raw(sqlite3_stmt *stmt, int column, guint8 raw[CAL_RECORD_SIZE])
{
  cal_row_read_rest(stmt, column + 2, sqlite3_column_int64(stmt, column),
                    sqlite3_column_int64(stmt, column + 1), raw);
}

void
cal_row_read_rest(sqlite3_stmt *stmt, int column, gint64 id, gint64 time, guint8 raw[CAL_RECORD_SIZE])
{
  const void *rest = sqlite3_column_blob(stmt, column);
  const int n = sqlite3_column_bytes(stmt, column);
  memset(raw, 0, CAL_RECORD_SIZE);
  put_le32(raw, cal_row_sequence(id));
  put_le32(raw + 4, (guint32)time);
  if (rest != NULL)
    memcpy(raw + 8, rest, (gsize)MIN(n, CAL_ROW_REST_SIZE));
}

void
cal_row_read_address(sqlite3_stmt *stmt, int column, CalAddress *address)
{
  const char *text = (const char *)sqlite3_column_text(stmt, column);
  if (text == NULL || !cal_address_parse(text, address))
    memset(address, 0, sizeof *address); /* only damage does that, which a check tells */
}

gint64
cal_row_length_s(const CalRecord *record)
{
  return CLAMP(record->uv.duration_s, 1, CAL_RECORD_DURATION_MAX_S);
}
