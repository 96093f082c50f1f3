/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive.h"

#include "food_table.h"

#include <calcifer/context.h>
#include <calcifer/hex.h>
#include <calcifer/record.h>

#include <json-glib/json-glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 16384

/* An entry's text fits in a line many times over. Instants outside the years 1 to 9999 are written as
 * numbers. */
#define ISO_FIRST INT64_C(-62135596800)
#define ISO_LAST  INT64_C(253402300799)

/* Of the 32 bits that a record's time has, and some more: nothing is received later. */
#define RECEIVED_LAST (INT64_C(1) << 34)

enum { ID, KIND, WAY, AT, RECORDED, NAME, VALUE, ADDRESS, LOG, RAW, RECEIVED, UV_INDEX, N_CELLS };
static const char *const columns[] = { "id",      "kind", "way", "at",       "recorded", "name", "value",
                                       "address", "log",  "raw", "received", "uv_index", NULL };
static const char *const ways[] = { NULL, "hand", "button", "bubble", "daemon" };

typedef struct Cells {
  char *text[N_CELLS]; /* owned; NULL: there is none */
} Cells;

static void
cells_clear(Cells *cells)
{
  for (guint i = 0; i < N_CELLS; i++)
    g_clear_pointer(&cells->text[i], g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Cells, cells_clear)

gboolean
cal_archive_format_parse(const char *name, CalArchiveFormat *format)
{
  *format = g_str_equal(name, "csv") ? CAL_ARCHIVE_CSV : CAL_ARCHIVE_JSONL;
  return g_str_equal(name, "csv") || g_str_equal(name, "jsonl");
}

const char *
cal_archive_head(CalArchiveFormat format)
{
  return format == CAL_ARCHIVE_CSV ? "id,kind,way,at,recorded,name,value,address,log,raw,received,uv_index\n"
                                   : "";
}

/* -- Event -> cells
 * ----------------------------------------------------------------------------------------------- */

static char *
instant_text(CalInstant at)
{
  if (at == CAL_INSTANT_NONE)
    return NULL;
  if (at < ISO_FIRST || at > ISO_LAST)
    return g_strdup_printf("%" G_GINT64_FORMAT, at);
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(at);
  return g_date_time_format_iso8601(time);
}

static void
fill_entry(const CalEntry *entry, Cells *cells)
{
  cells->text[ID] = g_strdup(entry->id);
  cells->text[KIND] = g_strdup(cal_entry_kind_name(entry->kind));
  cells->text[WAY] = g_strdup(ways[entry->way]);
  cells->text[RECORDED] = instant_text(entry->recorded);
  cells->text[NAME] = g_strdup(entry->name);
  cells->text[VALUE] = g_strdup(entry->value);
}

static void
fill_record(const CalEvent *event, CalInstant received, Cells *cells)
{
  CalRecord record;
  cal_record_decode(event->of.record.raw, &record);
  cells->text[ID] = g_malloc(CAL_ENTRY_ID_SIZE);
  cal_event_record_id(&event->tag, event->of.record.log_id, record.sequence, cells->text[ID]);
  cells->text[KIND] = g_strdup("record");
  cells->text[LOG] = g_strdup_printf("%08X", event->of.record.log_id);
  cells->text[RAW] = g_malloc(2 * CAL_RECORD_SIZE + 1);
  cal_hex_format(event->of.record.raw, CAL_RECORD_SIZE, cells->text[RAW]);
  cells->text[RECEIVED] = instant_text(received);
}

static void
fill_sample(const CalEvent *event, Cells *cells)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  cells->text[KIND] = g_strdup("sample");
  cells->text[UV_INDEX] = g_strdup(g_ascii_dtostr(text, sizeof text, event->of.sample.uv_index));
}

static void
fill_cells(const CalEvent *event, CalInstant received, Cells *cells)
{
  cells->text[AT] = instant_text(event->at);
  switch (event->kind) {
  case CAL_EVENT_ENTRY:
    fill_entry(&event->of.entry, cells);
    return;
  case CAL_EVENT_RECORD:
    fill_record(event, received, cells);
    break;
  case CAL_EVENT_SAMPLE:
    fill_sample(event, cells);
    break;
  }
  cells->text[ADDRESS] = g_malloc(CAL_ADDRESS_TEXT_SIZE);
  cal_address_format(&event->tag, cells->text[ADDRESS]);
}

/* -- Cells -> line
 * ------------------------------------------------------------------------------------------------ */

static void
write_cell(const char *cell, GString *text)
{
  if (cell == NULL)
    return;
  g_string_append_c(text, '"');
  if (cell[0] != '\0' && strchr("'=+-@\t\r", cell[0]) != NULL)
    g_string_append_c(text, '\'');
  for (; *cell != '\0'; cell++) {
    if (*cell == '"')
      g_string_append_c(text, '"');
    g_string_append_c(text, *cell);
  }
  g_string_append_c(text, '"');
}

static void
write_csv(const Cells *cells, GString *text)
{
  for (guint i = 0; i < N_CELLS; i++) {
    if (i > 0)
      g_string_append_c(text, ',');
    write_cell(cells->text[i], text);
  }
}

static void
write_json(const Cells *cells, GString *text)
{
  g_autoptr(JsonBuilder) builder = json_builder_new();
  g_autoptr(JsonGenerator) generator = json_generator_new();
  json_builder_begin_object(builder);
  for (guint i = 0; i < N_CELLS; i++) {
    if (cells->text[i] == NULL)
      continue;
    json_builder_set_member_name(builder, columns[i]);
    json_builder_add_string_value(builder, cells->text[i]);
  }
  json_builder_end_object(builder);
  g_autoptr(JsonNode) root = json_builder_get_root(builder);
  json_generator_set_root(generator, root);
  g_autofree char *line = json_generator_to_data(generator, NULL);
  g_string_append(text, line);
}

void
cal_archive_write(CalArchiveFormat format, const CalEvent *event, CalInstant received, GString *text)
{
  g_auto(Cells) cells = { { NULL } };
  fill_cells(event, received, &cells);
  switch (format) {
  case CAL_ARCHIVE_JSONL:
    write_json(&cells, text);
    break;
  case CAL_ARCHIVE_CSV:
    write_csv(&cells, text);
    break;
  }
  g_string_append_c(text, '\n');
}

/* -- Cells -> event
 * ----------------------------------------------------------------------------------------------- */

static gboolean
read_instant(const char *text, CalInstant *at)
{
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
  g_autoptr(GDateTime) time = text != NULL ? g_date_time_new_from_iso8601(text, utc) : NULL;
  if (time != NULL) {
    *at = g_date_time_to_unix(time);
    return TRUE;
  }
  return text != NULL && g_ascii_string_to_signed(text, 10, G_MININT64 + 1, G_MAXINT64, at, NULL);
}

static const char *
read_way(const char *text, CalWay *way)
{
  *way = CAL_WAY_HAND;
  for (guint i = 1; text != NULL && i < G_N_ELEMENTS(ways); i++) {
    if (g_str_equal(text, ways[i])) {
      *way = (CalWay)i;
      return NULL;
    }
  }
  return text == NULL ? NULL : "way is hand, button, bubble or daemon";
}

static gboolean
copy_text(const char *from, char *to, gsize size)
{
  return from == NULL || (g_utf8_validate(from, -1, NULL) && g_strlcpy(to, from, size) < size);
}

static const char *
read_entry(const Cells *cells, CalArchiveLine *line)
{
  CalEntry *entry = &line->event.of.entry;
  line->event.kind = CAL_EVENT_ENTRY;
  line->by_hand = cells->text[ID] == NULL;
  entry->at = line->event.at;
  entry->recorded = entry->at;
  if (!read_instant(cells->text[AT], &entry->at))
    return "an entry needs at, as in 2026-03-28T08:00:00Z";
  if (cells->text[RECORDED] != NULL && !read_instant(cells->text[RECORDED], &entry->recorded))
    return "recorded is a time, as in 2026-03-28T08:00:00Z";
  if (!copy_text(cells->text[ID], entry->id, sizeof entry->id) ||
      !copy_text(cells->text[NAME], entry->name, sizeof entry->name) ||
      !copy_text(cells->text[VALUE], entry->value, sizeof entry->value))
    return "id, name or value is too long, or no UTF-8";
  if (!line->by_hand && !cal_entry_id_is_valid(entry->id))
    return "id of an entry is a UUID, a colon and a number";
  return read_way(cells->text[WAY], &entry->way);
}

static const char *
read_record(const Cells *cells, CalArchiveLine *line)
{
  gsize size = 0;
  guint64 log_id;
  line->event.kind = CAL_EVENT_RECORD;
  if (cells->text[RAW] == NULL ||
      !cal_hex_parse(cells->text[RAW], line->event.of.record.raw, CAL_RECORD_SIZE, &size) ||
      size != CAL_RECORD_SIZE)
    return "raw of a record is 40 hexadecimal digits";
  if (cells->text[LOG] == NULL ||
      !g_ascii_string_to_unsigned(cells->text[LOG], 16, 0, G_MAXUINT32, &log_id, NULL))
    return "log of a record is 8 hexadecimal digits";
  line->event.of.record.log_id = (guint32)log_id;
  if (cells->text[RECEIVED] != NULL && !(read_instant(cells->text[RECEIVED], &line->received) &&
                                         line->received >= 0 && line->received <= RECEIVED_LAST))
    return "received is a time, as in 2026-03-28T08:00:00Z";
  return NULL;
}

static const char *
read_sample(const Cells *cells, CalArchiveLine *line)
{
  char *end = NULL;
  line->event.kind = CAL_EVENT_SAMPLE;
  if (!read_instant(cells->text[AT], &line->event.at))
    return "a sample needs at, as in 2026-03-28T08:00:00Z";
  if (cells->text[UV_INDEX] == NULL)
    return "a sample needs uv_index";
  line->event.of.sample.uv_index = g_ascii_strtod(cells->text[UV_INDEX], &end);
  return end != cells->text[UV_INDEX] && *end == '\0' && isfinite(line->event.of.sample.uv_index)
             ? NULL
             : "uv_index is a number";
}

static const char *
read_event(const Cells *cells, CalArchiveLine *line)
{
  const char *kind = cells->text[KIND];
  line->received = CAL_INSTANT_NONE;
  read_instant(cells->text[AT], &line->event.at);
  if (kind == NULL)
    return "kind is missing";
  if (cal_entry_kind_parse(kind, &line->event.of.entry.kind))
    return read_entry(cells, line);
  if (!g_str_equal(kind, "record") && !g_str_equal(kind, "sample"))
    return "there is no such kind";
  if (cells->text[ADDRESS] == NULL || !cal_address_parse(cells->text[ADDRESS], &line->event.tag))
    return "address is written AA:BB:CC:DD:EE:FF";
  return g_str_equal(kind, "record") ? read_record(cells, line) : read_sample(cells, line);
}

/* -- Text -> cells
 * ------------------------------------------------------------------------------------------------ */

/* "\\u0000": the text would end there, and be another one. Behind a backslash it stands for itself. */
static gboolean
holds_nul(const char *text)
{
  for (gboolean is_escaped = FALSE; *text != '\0'; text++) {
    if (is_escaped && g_str_has_prefix(text, "u0000"))
      return TRUE;
    is_escaped = *text == '\\' && !is_escaped;
  }
  return FALSE;
}

static const char *
parse_json(const char *text, Cells *cells)
{
  if (holds_nul(text))
    return "a text holds a NUL";
  g_autoptr(JsonParser) parser = json_parser_new();
  if (!json_parser_load_from_data(parser, text, -1, NULL) || json_parser_get_root(parser) == NULL ||
      !JSON_NODE_HOLDS_OBJECT(json_parser_get_root(parser)))
    return "that is no JSON object on a line of its own";
  JsonObject *object = json_node_get_object(json_parser_get_root(parser));
  for (guint i = 0; i < N_CELLS; i++) {
    JsonNode *node = json_object_get_member(object, columns[i]);
    if (node == NULL || JSON_NODE_HOLDS_NULL(node))
      continue;
    if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_STRING)
      return "each member of a line is a text in quotation marks";
    cells->text[i] = json_node_dup_string(node);
  }
  return NULL;
}

/* One cell from `text` on; the place behind it, or NULL when a quotation mark is not closed. */
static const char *
parse_cell(const char *text, GString *cell, gboolean *quoted)
{
  g_string_truncate(cell, 0);
  *quoted = *text == '"';
  if (!*quoted) {
    const gsize length = strcspn(text, ",");
    g_string_append_len(cell, text, (gssize)length);
    return text + length;
  }
  for (text++; *text != '\0'; text++) {
    if (*text == '"' && text[1] != '"')
      return text + 1;
    if (*text == '"')
      text++;
    g_string_append_c(cell, *text);
  }
  return NULL;
}

static GPtrArray *
split_csv(const char *text)
{
  GPtrArray *cells = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GString) cell = g_string_new(NULL);
  gboolean quoted;
  for (;; text++) {
    text = parse_cell(text, cell, &quoted);
    if (text == NULL || (*text != ',' && *text != '\0')) {
      g_ptr_array_unref(cells);
      return NULL;
    }
    const gboolean none = cell->len == 0 && !quoted;
    g_ptr_array_add(cells, none ? NULL : g_strdup(cell->str + (cell->str[0] == '\'' ? 1 : 0)));
    if (*text == '\0')
      return cells;
  }
}

static const char *
parse_csv(const char *text, const GPtrArray *header, Cells *cells)
{
  g_autoptr(GPtrArray) found = split_csv(text);
  if (found == NULL)
    return "a quotation mark is not closed";
  if (found->len != header->len)
    return "it has not as many cells as the header";
  for (guint i = 0; i < found->len; i++) {
    for (guint c = 0; c < N_CELLS; c++) {
      if (g_strcmp0(header->pdata[i], columns[c]) == 0 && cells->text[c] == NULL)
        cells->text[c] = g_strdup(found->pdata[i]);
    }
  }
  return NULL;
}

/* -- The reader
 * --------------------------------------------------------------------------------------------------- */

struct CalArchiveReader {
  CalArchiveVisit visit;
  gpointer data;
  GString *line;
  guint number; /* of the line that is being read */
  guint begun;  /* the line on which what is being read began */
  gboolean quoted;
  gboolean too_long;
  gboolean is_json;
  gboolean is_foods;  /* the header is that of a table of foods */
  GPtrArray *header;  /* of CSV; NULL: not read yet */
  GHashTable *counts; /* digest -> how many equal lines there were */
  GHashTable *foods;  /* names that came */
};

CalArchiveReader *
cal_archive_reader_new(CalArchiveVisit visit, gpointer data)
{
  CalArchiveReader *reader = g_new0(CalArchiveReader, 1);
  reader->visit = visit;
  reader->data = data;
  reader->line = g_string_new(NULL);
  reader->number = 1;
  reader->begun = 1;
  reader->counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  reader->foods = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  return reader;
}

void
cal_archive_reader_free(CalArchiveReader *reader)
{
  g_string_free(reader->line, TRUE);
  g_clear_pointer(&reader->header, g_ptr_array_unref);
  g_hash_table_unref(reader->counts);
  g_hash_table_unref(reader->foods);
  g_free(reader);
}

/* The identity of a line that carries none: a UUID made of the digest (RFC 9562, version 8), and the count of
 * such lines so far. The same file brought twice is one. */
static void
give_id(CalArchiveReader *reader, CalEntry *entry)
{
  g_autofree char *content =
      g_strdup_printf("%d\n%d\n%" G_GINT64_FORMAT "\n%" G_GINT64_FORMAT "\n%s\n%s", (int)entry->kind,
                      (int)entry->way, entry->at, entry->recorded, entry->name, entry->value);
  g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, content, -1);
  const guint count = GPOINTER_TO_UINT(g_hash_table_lookup(reader->counts, digest)) + 1;
  g_snprintf(entry->id, sizeof entry->id, "%.8s-%.4s-8%.3s-a%.3s-%.12s:%u", digest, digest + 8, digest + 12,
             digest + 15, digest + 18, count);
  g_hash_table_replace(reader->counts, g_steal_pointer(&digest), GUINT_TO_POINTER(count));
}

static const char *
read_food(CalArchiveReader *reader, CalArchiveLine *line)
{
  g_autoptr(GPtrArray) row = split_csv(reader->line->str);
  if (row == NULL)
    return "a quotation mark is not closed";
  if (row->len != reader->header->len)
    return "it has not as many cells as the header";
  line->event.kind = CAL_EVENT_ENTRY;
  line->event.at = CAL_CONTEXT_ALWAYS;
  line->by_hand = TRUE;
  line->is_food = TRUE;
  const char *problem = cal_food_table_read(reader->header, row, &line->event.of.entry);
  if (problem == NULL && !g_hash_table_add(reader->foods, g_strdup(line->event.of.entry.name)))
    return "a line before it has the same food, or one whose name begins with the same 47 letters";
  return problem;
}

static const char *
read_line(CalArchiveReader *reader, Cells *cells, CalArchiveLine *line)
{
  const char *problem;
  if (reader->too_long)
    return "it is too long";
  if (strlen(reader->line->str) != reader->line->len || !g_utf8_validate(reader->line->str, -1, NULL))
    return "it is no UTF-8 text";
  if (reader->is_foods)
    return read_food(reader, line);
  problem = reader->is_json ? parse_json(reader->line->str, cells)
                            : parse_csv(reader->line->str, reader->header, cells);
  return problem != NULL ? problem : read_event(cells, line);
}

static void
take_header(CalArchiveReader *reader)
{
  const gboolean has_mark = g_str_has_prefix(reader->line->str, "\xef\xbb\xbf"); /* as spreadsheets put it */
  g_autoptr(GPtrArray) header = split_csv(reader->line->str + (has_mark ? 3 : 0));
  for (guint i = 0; header != NULL && i < header->len; i++) {
    if (g_strcmp0(header->pdata[i], "kind") == 0)
      reader->header = g_ptr_array_ref(header);
  }
  reader->is_foods = reader->header == NULL && header != NULL && cal_food_table_is_header(header);
  if (reader->is_foods)
    reader->header = g_ptr_array_ref(header);
  if (reader->header != NULL)
    return;
  const CalArchiveLine line = {
    .number = reader->begun,
    .problem = "that is neither JSON nor a CSV header with the columns kind and at, or of a table "
               "of foods"
  };
  reader->header = g_ptr_array_new_with_free_func(g_free);
  reader->visit(&line, reader->data);
}

static void
end_line(CalArchiveReader *reader)
{
  g_auto(Cells) cells = { { NULL } };
  CalArchiveLine line = { .number = reader->begun };
  if (reader->line->len > 0 && reader->line->str[reader->line->len - 1] == '\r')
    g_string_truncate(reader->line, reader->line->len - 1);
  if (reader->line->len == 0 && !reader->too_long)
    return;
  if (!reader->is_json && reader->header == NULL && reader->line->str[0] == '{')
    reader->is_json = TRUE;
  if (!reader->is_json && reader->header == NULL) {
    take_header(reader);
    return;
  }
  line.problem = read_line(reader, &cells, &line);
  if (line.problem == NULL && line.by_hand)
    give_id(reader, &line.event.of.entry);
  reader->visit(&line, reader->data);
}

static void
next_line(CalArchiveReader *reader)
{
  end_line(reader);
  g_string_truncate(reader->line, 0);
  reader->too_long = FALSE;
  reader->quoted = FALSE;
  reader->begun = reader->number;
}

void
cal_archive_reader_take(CalArchiveReader *reader, const char *bytes, gsize size)
{
  for (gsize i = 0; i < size; i++) {
    reader->number += bytes[i] == '\n';
    if (bytes[i] == '"' && reader->header != NULL)
      reader->quoted = !reader->quoted;
    if (bytes[i] == '\n' && (!reader->quoted || reader->too_long)) {
      next_line(reader);
      continue;
    }
    if (reader->line->len < LINE_MAX_BYTES)
      g_string_append_c(reader->line, bytes[i]);
    else
      reader->too_long = TRUE;
  }
}

void
cal_archive_reader_end(CalArchiveReader *reader)
{
  next_line(reader);
}
