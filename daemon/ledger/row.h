/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A record as a row holds it. Private to the ledger. */
#ifndef CALCIFERD_LEDGER_ROW_H
#define CALCIFERD_LEDGER_ROW_H

#include <calcifer/address.h>
#include <calcifer/record.h>
#include <gio/gio.h>
#include <sqlite3.h>

/* The 12 bytes behind sequence and time. */
#define CAL_ROW_REST_SIZE (CAL_RECORD_SIZE - 8)

/* Sequences to a block of record_day: with a record a minute a day lies in 6 of them, or 7. */
#define CAL_ROW_BLOCK_BITS 8

static inline gint64
cal_row_id(gint64 log, gint64 sequence)
{
  return (gint64)((guint64)log << 32 | (guint64)sequence);
}

static inline guint32
cal_row_sequence(gint64 id)
{
  return (guint32)(id & G_MAXUINT32);
}

/* The day (UTC) of an instant, for record_day. */
static inline gint64
cal_row_day(gint64 at)
{
  return at / 86400 - (at % 86400 < 0);
}

/* Binds time and rest to two parameters that follow each other. `raw` must live until the statement is reset.
 */
void cal_row_bind_raw(sqlite3_stmt *stmt, int parameter, const guint8 raw[CAL_RECORD_SIZE]);

/* Puts the 20 bytes together again from the columns id, time, rest, which follow each other. */
void cal_row_read_raw(sqlite3_stmt *stmt, int column, guint8 raw[CAL_RECORD_SIZE]);

/* The same, of an id and a time that were read before, and the column rest. */
void cal_row_read_rest(sqlite3_stmt *stmt, int column, gint64 id, gint64 time, guint8 raw[CAL_RECORD_SIZE]);

/* Reads an address that was written as text. */
void cal_row_read_address(sqlite3_stmt *stmt, int column, CalAddress *address);

/* For how long a record lasts from its instant on: at least a second, at most half a day. */
gint64 cal_row_length_s(const CalRecord *record);

#endif
