/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Import: the client opens the file, the daemon reads the descriptor a piece at a time, and goes on with
 * everything else between two pieces. */
#include "requests.h"

#include "archive.h"
#include "commit.h"
#include "error.h"
#include "foods.h"
#include "job.h"
#include "place_follow.h"
#include "publish.h"
#include "tags.h"
#include "turn.h"
#include "zone_watch.h"

#include <calcifer/message.h>

#include <gio/gunixinputstream.h>
#include <string.h>
#include <sys/stat.h>

#define BYTES_A_READ     65536
#define PROBLEMS_AT_MOST 20
#define RECORDS_A_BATCH  512
#define AHEAD_S          60 /* as of an entry by hand: clocks differ by so much */

typedef struct {
  CalJob *job;
  gboolean dry_run;
  gboolean forgets; /* a tombstone was among it */
  GInputStream *stream;
  guint64 size, n_read; /* bytes; a size of 0 is not known, as that of a pipe */
  guint8 *bytes;
  CalArchiveReader *reader;
  GArray *entries; /* CalEntry of this piece */
  GArray *records; /* CalArchiveLine likewise */
  guint32 fresh, known, conflicts, bad;
  guint32 n_foods;   /* of those that are fresh: from a table of foods */
  GHashTable *eaten; /* names of foods in lines written by hand */
  GPtrArray *problems;
  GError *error; /* of the ledger: nothing more is taken */
} Import;

static void
note_problem(Import *import, guint number, const char *problem)
{
  import->bad++;
  if (import->problems->len < PROBLEMS_AT_MOST)
    g_ptr_array_add(import->problems, g_strdup_printf("line %u: %s", number, problem));
}

/* Why nothing can have happened then, NULL when it can. */
static const char *
wrong_instant(CalInstant at)
{
  if (at > cal_app_now() + AHEAD_S)
    return "that lies in the future";
  return at < CAL_CONTEXT_ALWAYS ? "that lies before the year 1900" : NULL;
}

static CalInstant
instant_of(const CalEvent *event)
{
  return event->kind == CAL_EVENT_ENTRY ? event->of.entry.at : event->at;
}

/* What no ledger can have taken. A record's own time is dated by the ledger. A name may be unknown here and
 * known where it came from. */
static gboolean
is_refused(CalApp *app, const CalEvent *event, char line[CAL_MESSAGE_LINE_SIZE])
{
  CalRefusal refusal = { 0 };
  const char *when = event->kind != CAL_EVENT_RECORD ? wrong_instant(instant_of(event)) : NULL;
  if (when != NULL) {
    g_strlcpy(line, when, CAL_MESSAGE_LINE_SIZE);
    return TRUE;
  }
  if (event->kind != CAL_EVENT_ENTRY || cal_entry_check(app->context, &event->of.entry, &refusal))
    return FALSE;
  cal_message_refusal(&refusal, line);
  switch (refusal.reason) {
  case CAL_REFUSAL_NONE:
  case CAL_REFUSAL_UNKNOWN_NAME:
  case CAL_REFUSAL_TWICE:
  case CAL_REFUSAL_TOO_MANY:
  case CAL_REFUSAL_INFANT:
    return FALSE;
  case CAL_REFUSAL_MISSING:
  case CAL_REFUSAL_UNEXPECTED:
  case CAL_REFUSAL_NO_NUMBER:
  case CAL_REFUSAL_NO_UNIT:
  case CAL_REFUSAL_UNKNOWN_UNIT:
  case CAL_REFUSAL_WRONG_UNIT:
  case CAL_REFUSAL_AMBIGUOUS_SEPARATOR:
  case CAL_REFUSAL_OUT_OF_RANGE:
  case CAL_REFUSAL_TOO_LONG:
    return TRUE;
  }
  return TRUE;
}

static gboolean
look_up(CalLedger *ledger, const CalArchiveLine *line, CalKnown *known, GError **error)
{
  const CalEvent *event = &line->event;
  switch (event->kind) {
  case CAL_EVENT_ENTRY:
    return cal_ledger_knows_entry(ledger, &event->of.entry, known, error);
  case CAL_EVENT_RECORD:
    return cal_ledger_knows_record(ledger, &event->tag, event->of.record.log_id, event->of.record.raw, known,
                                   error);
  case CAL_EVENT_SAMPLE:
    return cal_ledger_knows_sample(ledger, &event->tag, event->at, event->of.sample.uv_index, known, error);
  }
  return FALSE;
}

static void
keep_line(Import *import, const CalArchiveLine *line)
{
  CalApp *app = cal_job_app(import->job);
  switch (line->event.kind) {
  case CAL_EVENT_ENTRY:
    g_array_append_val(import->entries, line->event.of.entry);
    if (line->by_hand && line->event.of.entry.kind == CAL_ENTRY_FOOD)
      g_hash_table_add(import->eaten, g_strdup(line->event.of.entry.name));
    import->forgets = import->forgets || line->event.of.entry.kind == CAL_ENTRY_TOMBSTONE;
    break;
  case CAL_EVENT_RECORD:
    g_array_append_vals(import->records, line, 1);
    break;
  case CAL_EVENT_SAMPLE:
    cal_ledger_append_sample(app->ledger, &line->event.tag, line->event.at, line->event.of.sample.uv_index,
                             &import->error);
    break;
  }
}

/* A food of a table is compared with the one of that name, since it has no id of its own. */
static const char *
look_up_food(CalApp *app, const Import *import, const CalEntry *entry, CalKnown *known)
{
  char value[CAL_ENTRY_VALUE_SIZE];
  const CalFood *ours = cal_context_food(app->context, entry->name);
  if (cal_context_recipe(app->context, entry->name) != NULL)
    return "there is a recipe of this name";
  if (ours == NULL)
    return app->context->n_foods + import->n_foods < CAL_CONTEXT_MAX_FOODS
               ? NULL
               : "there are 256 foods of one's own, which is the most; keep those lines that you eat of";
  const gboolean same = cal_food_format(ours, value) && g_str_equal(value, entry->value);
  *known = same ? CAL_KNOWN_SAME : CAL_KNOWN_OTHERWISE;
  return NULL;
}

static void
on_line(const CalArchiveLine *line, gpointer data)
{
  Import *import = data;
  CalApp *app = cal_job_app(import->job);
  char refusal[CAL_MESSAGE_LINE_SIZE];
  CalKnown known = CAL_KNOWN_NOT;
  if (import->error != NULL)
    return;
  if (line->problem != NULL) {
    note_problem(import, line->number, line->problem);
    return;
  }
  if (is_refused(app, &line->event, refusal)) {
    note_problem(import, line->number, refusal);
    return;
  }
  const char *problem = line->is_food ? look_up_food(app, import, &line->event.of.entry, &known) : NULL;
  if (problem != NULL) {
    note_problem(import, line->number, problem);
    return;
  }
  if (known == CAL_KNOWN_NOT && !look_up(app->ledger, line, &known, &import->error))
    return;
  import->n_foods += line->is_food && known == CAL_KNOWN_NOT;
  import->fresh += known == CAL_KNOWN_NOT;
  import->known += known == CAL_KNOWN_SAME;
  import->conflicts += known == CAL_KNOWN_OTHERWISE;
  const gboolean keeps =
      known == CAL_KNOWN_NOT || (known == CAL_KNOWN_OTHERWISE && line->event.kind == CAL_EVENT_RECORD);
  if (keeps && !import->dry_run)
    keep_line(import, line);
}

static gboolean
same_log(const CalArchiveLine *a, const CalArchiveLine *b)
{
  return memcmp(&a->event.tag, &b->event.tag, sizeof a->event.tag) == 0 &&
         a->event.of.record.log_id == b->event.of.record.log_id && a->received == b->received;
}

/* Runs of one log, as they stand in the file. */
static gboolean
take_records(Import *import, GError **error)
{
  CalApp *app = cal_job_app(import->job);
  const CalArchiveLine *lines = (const CalArchiveLine *)(gpointer)import->records->data;
  guint8 raw[RECORDS_A_BATCH][CAL_RECORD_SIZE];
  for (guint i = 0; i < import->records->len;) {
    const CalArchiveLine *first = &lines[i];
    CalTally tally = { 0 };
    CalSpan touched = { 0 };
    gsize n = 0;
    for (; i < import->records->len && n < RECORDS_A_BATCH && same_log(first, &lines[i]); i++)
      memcpy(raw[n++], lines[i].event.of.record.raw, CAL_RECORD_SIZE);
    const CalInstant received = first->received != CAL_INSTANT_NONE ? first->received : cal_app_now();
    if (!cal_ledger_append_records(app->ledger, &first->event.tag, first->event.of.record.log_id,
                                   (const guint8(*)[CAL_RECORD_SIZE])raw, n, received, &tally, &touched,
                                   error))
      return FALSE;
  }
  return TRUE;
}

/* Commits a piece. The days that were folded before it are void. */
static gboolean
commit_piece(Import *import)
{
  CalApp *app = cal_job_app(import->job);
  if (import->error == NULL && !import->dry_run &&
      cal_ledger_drop_cached_days(app->ledger, G_MININT32 + 1, G_MAXINT32, &import->error) &&
      cal_ledger_import_entries(app->ledger, (CalEntry *)(gpointer)import->entries->data,
                                import->entries->len, &import->error) &&
      take_records(import, &import->error))
    cal_ledger_flush(app->ledger, &import->error);
  cal_days_drop(app->days, G_MININT32 + 1, G_MAXINT32);
  g_array_set_size(import->entries, 0);
  g_array_set_size(import->records, 0);
  return import->error == NULL;
}

/* What was brought may be of any kind and any day. */
static void
settle(CalApp *app)
{
  g_autoptr(GError) error = NULL;
  const CalDate today = cal_zones_date(app->zones, cal_app_now());
  if (!cal_days_reload_settings(app->days, &error))
    cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_LEDGER, "the settings could not be read again: %s",
                error->message);
  const CalDate oldest = cal_days_oldest(app->days);
  cal_days_drop(app->days, G_MININT32 + 1, G_MAXINT32);
  cal_days_forget(app->days, G_MININT32 + 1, G_MAXINT32);
  cal_app_tell_context(app);
  cal_app_tell_records(app, oldest != CAL_DATE_NONE ? oldest : today, today, NULL);
  cal_app_sync_tags(app);
  cal_app_tags_changed(app); /* how many are undated */
  cal_app_publish_catalog(app);
  cal_app_publish_profile(app);
  cal_app_follow_place(app);
  cal_app_keep_zone(app);
  cal_app_publish_balance_soon(app);
}

static GVariant *
describe_import(Import *import)
{
  GVariantBuilder result = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  g_variant_builder_add(&result, "{sv}", "fresh", g_variant_new_uint32(import->fresh));
  g_variant_builder_add(&result, "{sv}", "known", g_variant_new_uint32(import->known));
  g_variant_builder_add(&result, "{sv}", "conflicts", g_variant_new_uint32(import->conflicts));
  g_variant_builder_add(&result, "{sv}", "bad", g_variant_new_uint32(import->bad));
  g_variant_builder_add(
      &result, "{sv}", "problems",
      g_variant_new_strv((const char *const *)import->problems->pdata, (gssize)import->problems->len));
  return g_variant_builder_end(&result);
}

/* What is in a food of the table the ledger learns with the first entry of it. A ledger's own lines bring it
 * along; those that were written by hand do not, and would count nothing. */
static void
learn_foods(Import *import)
{
  CalApp *app = cal_job_app(import->job);
  GHashTableIter iter;
  gpointer name;
  CalEntry entry;
  CalCatalogFood food;
  g_hash_table_iter_init(&iter, import->eaten);
  while (import->error == NULL && g_hash_table_iter_next(&iter, &name, NULL))
    if (cal_app_food_find(app, name, &food) && g_str_equal(food.food.name, name) &&
        cal_app_food_entry(app, &food.food, &entry))
      cal_app_enter_all(app, &entry, 1, &import->error);
}

/* What was forgotten elsewhere is gone from here to the last byte, too. */
static void
scrub(Import *import)
{
  GError *error = NULL;
  if (!import->forgets || cal_ledger_scrub(cal_job_app(import->job)->ledger, &error))
    return;
  g_prefix_error(&error, "all is in, but an older copy of what was forgotten may be left until you forget or "
                         "import the next thing: ");
  if (import->error == NULL)
    import->error = g_steal_pointer(&error);
  g_clear_error(&error);
}

static void
end_import(Import *import, const GError *error)
{
  if (!import->dry_run) {
    settle(cal_job_app(import->job));
    learn_foods(import);
  }
  scrub(import);
  cal_job_set_result(import->job, describe_import(import));
  cal_job_finish(import->job, import->error != NULL ? import->error : error);
  g_clear_error(&import->error);
  g_object_unref(import->stream);
  cal_archive_reader_free(import->reader);
  g_array_unref(import->entries);
  g_array_unref(import->records);
  g_ptr_array_unref(import->problems);
  g_hash_table_unref(import->eaten);
  g_free(import->bytes);
  g_free(import);
}

static void
tell(Import *import)
{
  const double progress = import->size > 0 ? (double)import->n_read / (double)import->size : -1;
  g_autofree char *sentence = g_strdup_printf("%u new, %u known.", import->fresh, import->known);
  cal_job_tell(import->job, MIN(progress, 1), sentence);
}

static void read_piece(Import *import);

static void
on_read(GObject *source, GAsyncResult *result, gpointer data)
{
  Import *import = data;
  g_autoptr(GError) error = NULL;
  const gssize n = g_input_stream_read_finish(G_INPUT_STREAM(source), result, &error);
  if (n > 0)
    cal_archive_reader_take(import->reader, (const char *)import->bytes, (gsize)n);
  else if (n == 0)
    cal_archive_reader_end(import->reader);
  if (n < 0 || !commit_piece(import) || n == 0) {
    end_import(import, error);
    return;
  }
  import->n_read += (guint64)n;
  tell(import);
  read_piece(import);
}

static void
read_piece(Import *import)
{
  g_input_stream_read_async(import->stream, import->bytes, BYTES_A_READ, G_PRIORITY_DEFAULT_IDLE,
                            cal_job_cancellable(import->job), on_read, import);
}

static guint64
size_of(int fd)
{
  struct stat status;
  return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) ? (guint64)status.st_size : 0;
}

GVariant *
cal_app_import(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  gint32 index;
  gboolean dry_run;
  (void)path;
  g_variant_get(arguments, "(hb)", &index, &dry_run);
  const int fd = cal_job_has_room(app, error) ? cal_bus_take_descriptor(app->bus, index, error) : -1;
  if (fd < 0)
    return NULL;
  Import *import = g_new0(Import, 1);
  import->job = cal_job_new(app, "Reading the file.");
  import->dry_run = dry_run;
  import->size = size_of(fd);
  import->stream = g_unix_input_stream_new(fd, TRUE);
  import->bytes = g_malloc(BYTES_A_READ);
  import->reader = cal_archive_reader_new(on_line, import);
  import->entries = g_array_new(FALSE, FALSE, sizeof(CalEntry));
  import->records = g_array_new(FALSE, FALSE, sizeof(CalArchiveLine));
  import->problems = g_ptr_array_new_with_free_func(g_free);
  import->eaten = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  read_piece(import);
  return g_variant_new("(o)", cal_job_path(import->job));
}
