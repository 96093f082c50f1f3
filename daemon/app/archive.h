/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events as lines of a file, both ways without loss: JSON lines, and CSV with a header.
 *
 *   {"id":"...:4","kind":"food","way":"hand","at":"2026-03-28T08:00:00Z","recorded":"...","name":"egg","value":"60g"}
 *   {"id":"tag:C0:FF:EE:00:00:01:00AB12CD:7","kind":"record","at":"...","address":"...","log":"00AB12CD","raw":"07..."}
 *   {"kind":"sample","at":"...","address":"...","uv_index":"2.5"}
 *
 * The members of the one are the columns of the other, all text. A cell of the CSV that a spreadsheet would
 * take for a formula, or that begins with an apostrophe, gets an apostrophe before it, which is taken away
 * again. A table of foods (food_table.h) is read, too.
 */
#ifndef CALCIFERD_APP_ARCHIVE_H
#define CALCIFERD_APP_ARCHIVE_H

#include <calcifer/event.h>
#include <gio/gio.h>

typedef enum CalArchiveFormat {
  CAL_ARCHIVE_JSONL,
  CAL_ARCHIVE_CSV,
} CalArchiveFormat;

gboolean cal_archive_format_parse(const char *name, CalArchiveFormat *format);

/* What stands before the first event; "" when nothing does. */
const char *cal_archive_head(CalArchiveFormat format);

/* Appends an event as a line. `received` as cal_ledger_page() tells it. */
void cal_archive_write(CalArchiveFormat format, const CalEvent *event, CalInstant received, GString *text);

/* What reads a file, a chunk at a time. */
typedef struct CalArchiveReader CalArchiveReader;

/* Called for each line: with the event, or with `problem` saying what is wrong. An entry that carries no id
 * gets one that its content and its count among equal lines make, and `by_hand` is told. */
typedef struct CalArchiveLine {
  guint number; /* counted from 1 */
  CalEvent event;
  CalInstant received; /* CAL_INSTANT_NONE: not said */
  gboolean by_hand;
  gboolean is_food;    /* a row of food_table.h */
  const char *problem; /* NULL when it is right */
} CalArchiveLine;
typedef void (*CalArchiveVisit)(const CalArchiveLine *line, gpointer data);

/* The format is known by the first character: '{' begins JSON. */
CalArchiveReader *cal_archive_reader_new(CalArchiveVisit visit, gpointer data);
void cal_archive_reader_take(CalArchiveReader *reader, const char *bytes, gsize size);
/* The end of the file: what has no newline is a line too. */
void cal_archive_reader_end(CalArchiveReader *reader);
void cal_archive_reader_free(CalArchiveReader *reader);

#endif
