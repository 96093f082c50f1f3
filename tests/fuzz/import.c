/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import.h"

#include <archive.h>

#include <calcifer/context.h>

#include <math.h>
#include <string.h>

typedef struct {
  CalEvent event;
  CalInstant received;
  guint n;
} Seen;

static void
keep(const CalArchiveLine *line, gpointer data)
{
  Seen *seen = data;
  FUZZ_REQUIRE(line->problem == NULL && !line->by_hand);
  seen->event = line->event;
  seen->received = line->received;
  seen->n++;
}

static void
require_same_entry(const CalEntry *a, const CalEntry *b)
{
  FUZZ_REQUIRE(a->kind == b->kind && a->way == b->way && a->at == b->at && a->recorded == b->recorded);
  FUZZ_REQUIRE(strcmp(a->id, b->id) == 0 && strcmp(a->name, b->name) == 0 && strcmp(a->value, b->value) == 0);
}

static void
require_same(const CalArchiveLine *line, const Seen *again)
{
  const CalEvent *a = &line->event, *b = &again->event;
  FUZZ_REQUIRE(again->n == 1 && a->kind == b->kind);
  switch (a->kind) {
  case CAL_EVENT_ENTRY:
    require_same_entry(&a->of.entry, &b->of.entry);
    break;
  case CAL_EVENT_RECORD:
    FUZZ_REQUIRE(memcmp(a->of.record.raw, b->of.record.raw, sizeof a->of.record.raw) == 0);
    FUZZ_REQUIRE(a->of.record.log_id == b->of.record.log_id && line->received == again->received);
    break;
  case CAL_EVENT_SAMPLE:
    FUZZ_REQUIRE(a->at == b->at && isfinite(a->of.sample.uv_index));
    FUZZ_REQUIRE(!(a->of.sample.uv_index < b->of.sample.uv_index) &&
                 !(a->of.sample.uv_index > b->of.sample.uv_index));
    break;
  }
  FUZZ_REQUIRE(a->kind == CAL_EVENT_ENTRY || cal_address_compare(&a->tag, &b->tag) == 0);
}

static void
require_there_and_back(const CalArchiveLine *line, CalArchiveFormat format)
{
  Seen again = { .n = 0 };
  CalEvent event = line->event;
  g_autoptr(GString) text = g_string_new(cal_archive_head(format));
  CalArchiveReader *reader = cal_archive_reader_new(keep, &again);
  if (event.kind == CAL_EVENT_ENTRY)
    event.at = event.of.entry.at;
  cal_archive_write(format, &event, line->received, text);
  cal_archive_reader_take(reader, text->str, text->len);
  cal_archive_reader_end(reader);
  cal_archive_reader_free(reader);
  require_same(line, &again);
}

static void
visit(const CalArchiveLine *line, gpointer data)
{
  ++*(guint *)data;
  if (line->problem != NULL) {
    FUZZ_REQUIRE(g_utf8_validate(line->problem, -1, NULL));
    return;
  }
  require_there_and_back(line, CAL_ARCHIVE_JSONL);
  require_there_and_back(line, CAL_ARCHIVE_CSV);
}

/* However a file comes, in one piece or in two, it has the same lines. */
static guint
read_in_pieces(const char *head, const char *bytes, size_t size, size_t cut)
{
  guint n_lines = 0;
  CalArchiveReader *reader = cal_archive_reader_new(visit, &n_lines);
  cal_archive_reader_take(reader, head, strlen(head));
  cal_archive_reader_take(reader, bytes, cut);
  cal_archive_reader_take(reader, bytes + cut, size - cut);
  cal_archive_reader_end(reader);
  cal_archive_reader_free(reader);
  return n_lines;
}

void
fuzz_import(const char *head, const char *bytes, size_t size)
{
  read_in_pieces(head, bytes, size, size / 2);
}
