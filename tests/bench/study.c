/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ledgers of many wearers, each exported twice as CSV by the daemon's own code: behind all but the last day,
 * and at the end, as a study gets it that asks each month. The second holds all of the first.
 *
 *   bench-study FOLDER WEARERS DAYS     writes FOLDER/WEARER-1.csv and FOLDER/WEARER-2.csv
 *
 * Tells wearers, distinct records, distinct entries, and the lines of all files.
 */
#include "../../daemon/app/archive.h"

#include <ledger.h>

#include <calcifer/record.h>

#include <glib/gstdio.h>
#include <stdlib.h>

#define START   INT64_C(1893456000)
#define DAY_S   86400
#define MINUTES 1440
#define PAGE    4096
#define N_WORDS 4

typedef struct Study {
  const char *folder;
  char *ledger_path;
  gint64 n_records, n_entries, n_lines;
} Study;

static void
must(gboolean done, GError *error)
{
  if (!done)
    g_error("%s", error != NULL ? error->message : "it failed");
}

static CalAddress
tag_of(int wearer)
{
  return (CalAddress){ { 0xC0, 0xFF, 0xEE, (guint8)(wearer >> 16), (guint8)(wearer >> 8), (guint8)wearer } };
}

static void
write_minutes(Study *study, CalLedger *ledger, int wearer, int day)
{
  guint8 raw[MINUTES][CAL_RECORD_SIZE];
  CalTally tally = { 0 };
  CalSpan touched = { 0 };
  GError *error = NULL;
  const CalAddress tag = tag_of(wearer);
  for (int minute = 0; minute < MINUTES; minute++) {
    const int from_noon = ABS(minute - MINUTES / 2);
    const guint16 mean = (guint16)(from_noon < 360 ? (360 - from_noon) * (1 + wearer % 3) / 3 : 0);
    const CalRecord record = { .sequence = (guint32)(1 + day * MINUTES + minute),
                               .time = (guint32)(START + day * DAY_S + minute * 60),
                               .boot = 1,
                               .type = CAL_RECORD_UV,
                               .flags = CAL_RECORD_FLAG_CLOCK_SET,
                               .uv = { 60, mean, (guint16)(mean + 10) } };
    cal_record_encode(&record, raw[minute]);
  }
  must(cal_ledger_append_records(ledger, &tag, (guint32)wearer, (const guint8(*)[CAL_RECORD_SIZE])raw,
                                 MINUTES, START + (day + 1) * DAY_S, &tally, &touched, &error),
       error);
  study->n_records += (gint64)tally.fresh;
}

static void
write_meals(Study *study, CalLedger *ledger, int day)
{
  static const char *const words[N_WORDS] = { "salmon", "yogurt", "=bread, \"dark\"", "spinach" };
  GError *error = NULL;
  for (int i = 0; i < N_WORDS; i++) {
    CalEntry entry = { .kind = CAL_ENTRY_FOOD, .way = CAL_WAY_HAND };
    entry.at = entry.recorded = START + day * DAY_S + 8 * 3600 + i * 3600;
    g_strlcpy(entry.name, words[i], sizeof entry.name);
    g_strlcpy(entry.value, "100g", sizeof entry.value);
    must(cal_ledger_append_entry(ledger, &entry, &error), error);
    study->n_entries++;
  }
}

typedef struct Export {
  GString *text;
  gint64 n_lines;
} Export;

static void
on_event(const CalEvent *event, CalInstant received, gpointer data)
{
  Export *export = data;
  cal_archive_write(CAL_ARCHIVE_CSV, event, received, export->text);
  export->n_lines++;
}

static void
export_ledger(Study *study, CalLedger *ledger, int wearer, int time)
{
  CalLedgerPage page;
  guint n_told = 1;
  GError *error = NULL;
  Export export = { .text = g_string_new(cal_archive_head(CAL_ARCHIVE_CSV)) };
  g_autofree char *path = g_strdup_printf("%s/%06d-%d.csv", study->folder, wearer, time);
  cal_ledger_page_begin(&page);
  while (n_told > 0)
    must(cal_ledger_page(ledger, &page, PAGE, on_event, &export, &n_told, &error), error);
  must(g_file_set_contents(path, export.text->str, (gssize) export.text->len, &error), error);
  g_string_free(export.text, TRUE);
  study->n_lines += export.n_lines;
}

static void
remove_ledger(const Study *study)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };
  for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
    g_autofree char *path = g_strconcat(study->ledger_path, suffixes[i], NULL);
    g_unlink(path);
  }
}

static void
write_wearer(Study *study, int wearer, int days)
{
  GError *error = NULL;
  CalLedger *ledger = cal_ledger_open(study->ledger_path, &error);
  must(ledger != NULL, error);
  for (int day = 0; day < days; day++) {
    if (day == days - 1)
      export_ledger(study, ledger, wearer, 1);
    write_minutes(study, ledger, wearer, day);
    write_meals(study, ledger, day);
  }
  export_ledger(study, ledger, wearer, 2);
  cal_ledger_close(ledger);
  remove_ledger(study);
}

int
main(int argc, char **argv)
{
  if (argc != 4)
    g_error("usage: bench-study FOLDER WEARERS DAYS");
  Study study = { .folder = argv[1], .ledger_path = g_build_filename(argv[1], "one", "ledger.db", NULL) };
  for (int wearer = 1; wearer <= atoi(argv[2]); wearer++)
    write_wearer(&study, wearer, atoi(argv[3]));
  g_print("%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", argv[2], study.n_records,
          study.n_entries, study.n_lines);
  g_free(study.ledger_path);
  return EXIT_SUCCESS;
}
