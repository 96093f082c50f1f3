/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program around one CalLink, for tests: an owner whose ledger is a few tables in memory. Commands come on
 * standard input, one a line; whatever the link tells goes to standard output, one JSON object a line.
 *
 *   add ADDR event|bthome|ess|omron    remove ADDR    adopt ADDR    fetch ADDR    cancel    scan SECONDS rest
 *   wake    fail yes|no|records       believe yes|no (the clock)   clock     floors (ask)    quit
 */
#include "link.h"
#include <calcifer/hex.h>
#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct Log {
  guint32 floor;
  GTree *in; /* sequence → sequence: committed */
  GTree *lost;
} Log;

typedef struct Probe {
  GMainLoop *loop;
  CalLink *link;
  GHashTable *memory;     /* address → text */
  GHashTable *logs;       /* "ADDR/LOGID" → Log */
  gboolean fails;         /* everything */
  gboolean fails_records; /* committing them alone */
  gboolean believes;
  GCancellable *cancellable;
} Probe;

/* -- Telling */

G_GNUC_PRINTF(2, 3)
static void
say(const CalAddress *tag, const char *format, ...)
{
  char text[CAL_ADDRESS_TEXT_SIZE] = "";
  va_list arguments;
  if (tag)
    cal_address_format(tag, text);
  g_print("{\"tag\":\"%s\",\"ms\":%" G_GINT64_FORMAT ",", text, g_get_monotonic_time() / 1000);
  va_start(arguments, format);
  g_autofree char *rest = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_print("%s}\n", rest);
  fflush(stdout);
}

static char *
quote(const char *text)
{
  g_autofree char *escaped = text ? g_strescape(text, "") : NULL;
  return escaped ? g_strdup_printf("\"%s\"", escaped) : g_strdup("null");
}

/* -- The ledger */

static int
compare_sequences(gconstpointer a, gconstpointer b)
{
  const guint x = GPOINTER_TO_UINT(a), y = GPOINTER_TO_UINT(b);
  return x < y ? -1 : x > y;
}

static void
log_free(gpointer data)
{
  Log *log = data;
  g_tree_unref(log->in);
  g_tree_unref(log->lost);
  g_free(log);
}

static Log *
find_log(Probe *probe, const CalAddress *tag, guint32 log_id)
{
  char text[CAL_ADDRESS_TEXT_SIZE];
  cal_address_format(tag, text);
  g_autofree char *key = g_strdup_printf("%s/%u", text, log_id);
  Log *log = g_hash_table_lookup(probe->logs, key);
  if (log)
    return log;
  log = g_new0(Log, 1);
  log->in = g_tree_new(compare_sequences);
  log->lost = g_tree_new(compare_sequences);
  g_hash_table_insert(probe->logs, g_steal_pointer(&key), log);
  return log;
}

static gboolean
has(GTree *tree, guint32 sequence)
{
  return g_tree_lookup(tree, GUINT_TO_POINTER(sequence)) != NULL;
}

static gboolean
fails(Probe *probe, GError **error)
{
  if (probe->fails)
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "the disk is full");
  return probe->fails;
}

static guint32
newest_of(const Log *log)
{
  GTreeNode *last = g_tree_node_last(log->in);
  return last ? GPOINTER_TO_UINT(g_tree_node_key(last)) : 0;
}

/* Lost ranges are kept as single sequences up to this many, which is what tests make. */
#define LOST_MAX 100000

static gboolean
on_progress(const CalAddress *tag, guint32 log_id, CalLogProgress *progress, gpointer data, GError **error)
{
  Probe *probe = data;
  const Log *log = find_log(probe, tag, log_id);
  if (fails(probe, error))
    return FALSE;
  *progress = (CalLogProgress){ .floor = log->floor, .newest = newest_of(log) };
  if (log->floor == 0)
    return TRUE;
  guint32 sequence = log->floor;
  while (has(log->in, sequence) || has(log->lost, sequence))
    sequence++;
  progress->settled = sequence - 1;
  return TRUE;
}

static gboolean
on_next_gap(const CalAddress *tag, guint32 log_id, guint32 from, guint32 up_to, guint32 *first, guint32 *last,
            gpointer data, GError **error)
{
  const Log *log = find_log(data, tag, log_id);
  (void)error;
  *first = *last = 0;
  for (guint32 sequence = MAX(from, log->floor); sequence <= up_to; sequence++) {
    const gboolean there = has(log->in, sequence) || has(log->lost, sequence);
    if (there && *first)
      break;
    if (!there && !*first)
      *first = sequence;
    if (!there)
      *last = sequence;
  }
  return *first != 0;
}

static gboolean
on_set_floor(const CalAddress *tag, guint32 log_id, guint32 floor, gpointer data, GError **error)
{
  if (fails(data, error))
    return FALSE;
  find_log(data, tag, log_id)->floor = floor;
  say(tag, "\"what\":\"floor\",\"log\":%u,\"floor\":%u", log_id, floor);
  return TRUE;
}

static gboolean
on_mark_lost(const CalAddress *tag, guint32 log_id, guint32 first, guint32 last, gpointer data,
             GError **error)
{
  Log *log = find_log(data, tag, log_id);
  if (fails(data, error))
    return FALSE;
  say(tag, "\"what\":\"lost\",\"log\":%u,\"first\":%u,\"last\":%u", log_id, first, last);
  for (guint32 sequence = first; sequence <= last && sequence - first < LOST_MAX; sequence++)
    g_tree_insert(log->lost, GUINT_TO_POINTER(sequence), GUINT_TO_POINTER(sequence));
  return TRUE;
}

static gboolean
on_records(const CalAddress *tag, guint32 log_id, guint8 slots, const guint8 (*raw)[CAL_RECORD_SIZE],
           gsize n_records, gpointer data, GError **error)
{
  Log *log = find_log(data, tag, log_id);
  g_autoptr(GString) sequences = g_string_new(NULL);
  if (((Probe *)data)->fails_records || fails(data, error))
    return FALSE;
  for (gsize i = 0; i < n_records; i++) {
    const guint32 sequence =
        (guint32)raw[i][0] | (guint32)raw[i][1] << 8 | (guint32)raw[i][2] << 16 | (guint32)raw[i][3] << 24;
    g_string_append_printf(sequences, "%s%u", i ? "," : "", sequence);
    g_tree_insert(log->in, GUINT_TO_POINTER(sequence), GUINT_TO_POINTER(sequence));
  }
  say(tag, "\"what\":\"records\",\"log\":%u,\"slots\":%u,\"sequences\":[%s]", log_id, slots, sequences->str);
  return TRUE;
}

static gboolean
on_barrier(const CalAddress *tag, gpointer data, GError **error)
{
  if (fails(data, error))
    return FALSE;
  say(tag, "\"what\":\"barrier\"");
  return TRUE;
}

static char *
on_recall(const CalAddress *tag, gpointer data, GError **error)
{
  char text[CAL_ADDRESS_TEXT_SIZE];
  cal_address_format(tag, text);
  return fails(data, error) ? NULL : g_strdup(g_hash_table_lookup(((Probe *)data)->memory, text));
}

static gboolean
on_remember(const CalAddress *tag, const char *text, gpointer data, GError **error)
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  cal_address_format(tag, address);
  if (fails(data, error))
    return FALSE;
  g_hash_table_insert(((Probe *)data)->memory, g_strdup(address), g_strdup(text));
  return TRUE;
}

static gboolean
on_clock_is_believable(gpointer data)
{
  return ((Probe *)data)->believes;
}

/* -- What else the link tells */

static void
on_broadcast(const CalAddress *tag, const guint8 *bytes, gsize n_bytes, gboolean snapshot, gpointer data)
{
  g_autoptr(GString) hex = g_string_new(NULL);
  (void)data;
  for (gsize i = 0; i < n_bytes; i++)
    g_string_append_printf(hex, "%02x", bytes[i]);
  say(tag, "\"what\":\"broadcast\",\"hex\":\"%s\",\"snapshot\":%s", hex->str, snapshot ? "true" : "false");
}

static void
on_uv_index(const CalAddress *tag, CalTagKind kind, double uv_index, gpointer data)
{
  (void)data;
  say(tag, "\"what\":\"uv\",\"kind\":%d,\"hundredths\":%d", kind, (int)(uv_index * 100 + 0.5));
}

static void
on_tag_changed(const CalLinkStatus *status, gpointer data)
{
  g_autofree char *why = quote(status->why);
  g_autofree char *name = quote(status->name);
  (void)data;
  say(&status->address,
      "\"what\":\"status\",\"kind\":%d,\"connected\":%s,\"battery\":%d,\"done\":%u,\"of\":%u,\"name\":%s,"
      "\"why\":%s",
      status->kind, status->connected ? "true" : "false", status->battery_percent, status->transfer_done,
      status->transfer_of, name, why);
}

static void
on_radio_changed(CalRadio radio, gpointer data)
{
  (void)data;
  say(NULL, "\"what\":\"radio\",\"radio\":%d", radio);
}

static void
on_found(const CalFound *found, gpointer data)
{
  g_autofree char *name = quote(found->name);
  (void)data;
  g_autofree char *model = quote(found->device ? found->device->model : NULL);
  say(&found->address, "\"what\":\"found\",\"kind\":%d,\"encrypted\":%s,\"rssi\":%d,\"name\":%s,\"model\":%s",
      found->kind, found->encrypted ? "true" : "false", found->rssi, name, model);
}

static void
say_error(const char *what, const GError *error)
{
  g_autofree char *message = quote(error->message);
  say(NULL, "\"what\":\"%s\",\"domain\":\"%s\",\"code\":%d,\"error\":%s", what,
      g_quark_to_string(error->domain), error->code, message);
}

static void
on_scanned(GObject *source, GAsyncResult *result, gpointer data)
{
  Probe *probe = data;
  g_autoptr(GError) error = NULL;
  (void)source;
  if (cal_link_scan_finish(probe->link, result, &error))
    say(NULL, "\"what\":\"scanned\",\"error\":null");
  else
    say_error("scanned", error);
}

static void
on_adopted(GObject *source, GAsyncResult *result, gpointer data)
{
  Probe *probe = data;
  CalAdopted adopted;
  g_autoptr(GError) error = NULL;
  (void)source;
  if (!cal_link_adopt_finish(probe->link, result, &adopted, &error)) {
    say_error("adopted", error);
    return;
  }
  say(&adopted.identity, "\"what\":\"adopted\",\"kind\":%d,\"buttons\":%s,\"error\":null", adopted.kind,
      adopted.buttons_alone ? "true" : "false");
  cal_link_add_tag(probe->link, &adopted.identity, adopted.kind);
}

static void
on_fetched(GObject *source, GAsyncResult *result, gpointer data)
{
  Probe *probe = data;
  CalBthomeKey key;
  char hex[2 * sizeof key.octet + 1];
  g_autoptr(GError) error = NULL;
  (void)source;
  if (!cal_link_fetch_key_finish(probe->link, result, &key, &error)) {
    say_error("fetched", error);
    return;
  }
  cal_hex_format(key.octet, sizeof key.octet, hex);
  say(NULL, "\"what\":\"fetched\",\"key\":\"%s\",\"error\":null", hex);
}

/* -- Commands */

static CalTagKind
kind_named(const char *name)
{
  if (g_str_equal(name, "event"))
    return CAL_TAG_EVENT;
  if (g_str_equal(name, "omron"))
    return CAL_TAG_OMRON;
  return g_str_equal(name, "bthome") ? CAL_TAG_BTHOME : CAL_TAG_ESS;
}

static void
do_tag(Probe *probe, const char *verb, const CalAddress *tag, const char *kind)
{
  if (g_str_equal(verb, "add"))
    cal_link_add_tag(probe->link, tag, kind_named(kind));
  else if (g_str_equal(verb, "remove"))
    cal_link_remove_tag(probe->link, tag);
  else if (g_str_equal(verb, "adopt"))
    cal_link_adopt(probe->link, tag, probe->cancellable, on_adopted, probe);
  else if (g_str_equal(verb, "fetch"))
    cal_link_fetch_key(probe->link, tag, probe->cancellable, on_fetched, probe);
}

static void
do_plain(Probe *probe, const char *verb, const char *word)
{
  if (g_str_equal(verb, "fail"))
    probe->fails = g_str_equal(word, "yes"), probe->fails_records = g_str_equal(word, "records");
  else if (g_str_equal(verb, "believe"))
    probe->believes = g_str_equal(word, "yes");
  else if (g_str_equal(verb, "scan"))
    cal_link_scan(probe->link, (guint)g_ascii_strtoull(word, NULL, 10), on_found, probe, probe->cancellable,
                  on_scanned, probe);
  else if (g_str_equal(verb, "cancel"))
    g_cancellable_cancel(probe->cancellable);
  else if (g_str_equal(verb, "rest"))
    cal_link_rest(probe->link);
  else if (g_str_equal(verb, "wake"))
    cal_link_wake(probe->link);
  else if (g_str_equal(verb, "rested"))
    say(NULL, "\"what\":\"rested\",\"yes\":%s", cal_link_is_at_rest(probe->link) ? "true" : "false");
  else if (g_str_equal(verb, "clock"))
    cal_link_clock_news(probe->link);
  else if (g_str_equal(verb, "quit"))
    g_main_loop_quit(probe->loop);
}

static void
do_line(Probe *probe, const char *line)
{
  g_auto(GStrv) words = g_strsplit(line, " ", 3);
  const guint n = g_strv_length(words);
  CalAddress tag;
  if (n >= 2 && cal_address_parse(words[1], &tag))
    do_tag(probe, words[0], &tag, n > 2 ? words[2] : "");
  else if (n >= 1)
    do_plain(probe, words[0], n > 1 ? words[1] : "");
}

static void
on_line(GObject *source, GAsyncResult *result, gpointer data)
{
  Probe *probe = data;
  g_autofree char *line =
      g_data_input_stream_read_line_finish(G_DATA_INPUT_STREAM(source), result, NULL, NULL);
  if (!line) {
    g_main_loop_quit(probe->loop);
    return;
  }
  do_line(probe, line);
  g_data_input_stream_read_line_async(G_DATA_INPUT_STREAM(source), 0, NULL, on_line, probe);
}

int
main(void)
{
  static const CalLinkOwner owner = {
    .progress = on_progress,
    .next_gap = on_next_gap,
    .set_floor = on_set_floor,
    .mark_lost = on_mark_lost,
    .records = on_records,
    .barrier = on_barrier,
    .recall = on_recall,
    .remember = on_remember,
    .clock_is_believable = on_clock_is_believable,
    .broadcast = on_broadcast,
    .uv_index = on_uv_index,
    .tag_changed = on_tag_changed,
    .radio_changed = on_radio_changed,
  };
  g_autoptr(GError) error = NULL;
  g_autoptr(GDBusConnection) bus = g_bus_get_sync(G_BUS_TYPE_SYSTEM, NULL, &error);
  if (!bus) {
    g_printerr("%s\n", error->message);
    return 1;
  }
  g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
  g_autoptr(GInputStream) input = g_unix_input_stream_new(STDIN_FILENO, FALSE);
  g_autoptr(GDataInputStream) lines = g_data_input_stream_new(input);
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  Probe probe = { .loop = loop, .believes = TRUE, .cancellable = cancellable };
  probe.memory = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  probe.logs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, log_free);
  probe.link = cal_link_new(bus, &owner, &probe);
  g_data_input_stream_read_line_async(lines, 0, NULL, on_line, &probe);
  g_main_loop_run(loop);
  cal_link_free(probe.link);
  g_hash_table_unref(probe.logs);
  g_hash_table_unref(probe.memory);
  return 0;
}
