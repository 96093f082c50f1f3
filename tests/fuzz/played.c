/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "played.h"

#include <error.h>
#include <food_advice.h>
#include <place_follow.h>
#include <publish.h>
#include <redate.h>
#include <rest.h>
#include <tags.h>
#include <turn.h>
#include <zone_watch.h>

#include <stdlib.h>
#include <string.h>

#define ENTRIES_MAX 200
#define PLAYED_UUID "00000000-0000-4000-8000-000000000000"

/* CalDays and CalLedger are what we make them here: both are this. */
typedef struct Played {
  CalApp app;
  CalTurn turn;
  CalContext context;
  GArray *entries;  /* CalEntry */
  GArray *settings; /* CalEvent, in the order of time */
} Played;

static Played *
played(gconstpointer days_or_ledger)
{
  return (Played *)(gpointer)days_or_ledger;
}

static GArray *
some_foods(void)
{
  static const char *const rows[] = { "salmon,15237,85,526,15,30,0.1,,,,pregnant,3.7,whole,farmed salmon "
                                      "(cooked),atlantic-salmon,piece 170 usual",
                                      "oats,20038,40,,54,177,,,,,,,whole,oats,oat,cup 156 sr28" };
  GArray *foods = g_array_new(FALSE, FALSE, sizeof(CalCatalogFood));
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    CalCatalogFood food;
    g_assert(cal_catalog_from_csv_row(rows[i], &food));
    g_array_append_val(foods, food);
  }
  return foods;
}

/* What GLib calls critical is a fault of ours; and abort() libFuzzer knows, a trap it does not. */
static GLogWriterOutput
stop_at_complaint(GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer unused)
{
  g_log_writer_standard_streams(level, fields, n_fields, unused);
  if (level & (G_LOG_FLAG_FATAL | G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING))
    abort();
  return G_LOG_WRITER_HANDLED;
}

CalApp *
played_app(void)
{
  static Played *play;
  if (play == NULL) {
    g_log_set_writer_func(stop_at_complaint, NULL, NULL);
    play = g_new0(Played, 1);
    play->entries = g_array_new(FALSE, FALSE, sizeof(CalEntry));
    play->settings = g_array_new(FALSE, FALSE, sizeof(CalEvent));
    play->app = (CalApp){ .turn = &play->turn, .context = &play->context, .catalog = some_foods() };
    play->app.days = (CalDays *)(gpointer)play;
    play->app.ledger = (CalLedger *)(gpointer)play;
    play->app.zones = cal_zones_new();
    cal_context_init(&play->context);
  }
  if (play->entries->len > 0) /* a context is large, and most calls are refused */
    cal_context_init(&play->context);
  g_array_set_size(play->entries, 0);
  g_array_set_size(play->settings, 0);
  return &play->app;
}

CalInstant
cal_app_now(void)
{
  return PLAYED_NOW;
}

/* -- The ledger ----------------------------------------------------------------------------------------- */

static int
compare_settings(gconstpointer a, gconstpointer b)
{
  return cal_event_compare(a, b);
}

const char *
cal_ledger_uuid(CalLedger *ledger)
{
  (void)ledger;
  return PLAYED_UUID;
}

/* An undo names what is there. */
static gboolean
may_append(Played *play, const CalEntry *entry, GError **error)
{
  CalEntry target;
  return entry->kind != CAL_ENTRY_UNDO ||
         cal_ledger_get_entry((CalLedger *)(gpointer)play, entry->name, &target, NULL, error);
}

gboolean
cal_ledger_append_entries(CalLedger *ledger, CalEntry *entries, gsize n_entries, GError **error)
{
  Played *play = played(ledger);
  if (play->entries->len + n_entries > ENTRIES_MAX) {
    g_set_error_literal(error, CAL_ERROR, CAL_ERROR_STORAGE, "the ledger that is played is full");
    return FALSE;
  }
  for (gsize i = 0; i < n_entries; i++) {
    const CalEvent event = { .kind = CAL_EVENT_ENTRY, .at = entries[i].at, .of.entry = entries[i] };
    if (!may_append(play, &entries[i], error))
      return FALSE;
    g_assert(g_utf8_validate(entries[i].name, -1, NULL) && g_utf8_validate(entries[i].value, -1, NULL));
    g_snprintf(entries[i].id, sizeof entries[i].id, PLAYED_UUID ":%u", play->entries->len + 1);
    g_array_append_val(play->entries, entries[i]);
    if (cal_entry_kind_is_setting(entries[i].kind))
      g_array_append_val(play->settings, event);
  }
  g_array_sort(play->settings, compare_settings);
  return TRUE;
}

static gboolean
not_found(GError **error)
{
  g_set_error_literal(error, CAL_ERROR, CAL_ERROR_NOT_FOUND, "there is none");
  return FALSE;
}

gboolean
cal_ledger_get_entry(CalLedger *ledger, const char *id, CalEntry *entry, gboolean *stands, GError **error)
{
  const Played *play = played(ledger);
  for (guint i = 0; i < play->entries->len; i++) {
    const CalEntry *candidate = &g_array_index(play->entries, CalEntry, i);
    if (strcmp(candidate->id, id) != 0)
      continue;
    *entry = *candidate;
    if (stands != NULL)
      *stands = TRUE;
    return TRUE;
  }
  return not_found(error);
}

gboolean
cal_ledger_newest_by_hand(CalLedger *ledger, CalInstant since, CalEntry *entry, GError **error)
{
  const Played *play = played(ledger);
  (void)since;
  if (play->entries->len == 0)
    return not_found(error);
  *entry = g_array_index(play->entries, CalEntry, play->entries->len - 1);
  return TRUE;
}

gboolean
cal_ledger_record_instant(CalLedger *ledger, const char *id, CalInstant *at, GError **error)
{
  (void)ledger;
  *at = PLAYED_NOW - 3600;
  return strchr(id, 'F') != NULL || not_found(error);
}

gboolean
cal_ledger_forget(CalLedger *ledger, CalEntry *tombstone, GError **error)
{
  CalEntry target;
  return cal_ledger_get_entry(ledger, tombstone->name, &target, NULL, error) &&
         cal_ledger_append_entries(ledger, tombstone, 1, error);
}

gboolean
cal_ledger_scrub(CalLedger *ledger, GError **error)
{
  (void)ledger, (void)error;
  return TRUE;
}

gboolean
cal_ledger_dated_span(CalLedger *ledger, const CalEntry *entry, CalSpan *span, GError **error)
{
  (void)ledger, (void)error;
  *span = (CalSpan){ entry->at, entry->at };
  return TRUE;
}

gboolean
cal_ledger_each(CalLedger *ledger, CalSpan span, CalLedgerVisit visit, gpointer data, GError **error)
{
  const Played *play = played(ledger);
  (void)error;
  for (guint i = 0; i < play->entries->len; i++) {
    const CalEntry *entry = &g_array_index(play->entries, CalEntry, i);
    if (entry->at < span.start || entry->at >= span.end)
      continue;
    const CalEvent event = { .kind = CAL_EVENT_ENTRY, .at = entry->at, .of.entry = *entry };
    if (!visit(&event, data))
      break;
  }
  return TRUE;
}

gboolean
cal_ledger_each_entry(CalLedger *ledger, CalSpan span, CalLedgerVisit visit, gpointer data, GError **error)
{
  return cal_ledger_each(ledger, span, visit, data, error);
}

/* -- Days ----------------------------------------------------------------------------------------------- */

gboolean
cal_days_reload_settings(CalDays *days, GError **error)
{
  (void)days, (void)error;
  return TRUE;
}

const GArray *
cal_days_settings(const CalDays *days)
{
  return played(days)->settings;
}

void
cal_days_context(CalDays *days, CalInstant at, CalContext *context)
{
  const GArray *settings = played(days)->settings;
  cal_context_init(context);
  for (guint i = 0; i < settings->len && g_array_index(settings, CalEvent, i).at <= at; i++)
    cal_context_step(context, &g_array_index(settings, CalEvent, i).of.entry);
}

void
cal_days_touched(const CalDays *days, CalSpan span, CalDate *first, CalDate *last)
{
  (void)days, (void)span;
  *first = *last = 0;
}

void
cal_days_take(CalDays *days, const CalEvent *event, CalInstant now)
{
  (void)days, (void)event, (void)now;
}

void
cal_days_drop(CalDays *days, CalDate first, CalDate last)
{
  (void)days, (void)first, (void)last;
}

/* -- Who is told ---------------------------------------------------------------------------------------- */

void
cal_app_doubt(CalApp *app, const CalEntry *entry)
{
  (void)app, (void)entry;
}

void
cal_app_keep_zone(CalApp *app)
{
  (void)app;
}

void
cal_app_follow_place(CalApp *app)
{
  (void)app;
}

void
cal_app_publish_catalog(CalApp *app)
{
  (void)app;
}

void
cal_app_publish_profile(CalApp *app)
{
  (void)app;
}

void
cal_app_rest_soon(CalApp *app)
{
  (void)app;
}

void
cal_app_sync_tags(CalApp *app)
{
  (void)app;
}

void
cal_app_tags_changed(CalApp *app)
{
  (void)app;
}

void
cal_app_tell_ledger(CalApp *app, const GError *problem)
{
  (void)app, (void)problem;
}

void
cal_app_tell_entry(CalApp *app, const CalEntry *entry, CalDate first, CalDate last, gboolean setting)
{
  (void)app, (void)entry, (void)first, (void)last, (void)setting;
}

gboolean
cal_app_tell_action(CalApp *app, CalTurnAction action, guint32 alert, gint64 snooze_s, const char *entry_id,
                    GError **error)
{
  (void)app, (void)action, (void)alert, (void)snooze_s, (void)entry_id, (void)error;
  return TRUE;
}

void
cal_bus_emit(CalBus *bus, const char *path, const char *interface, const char *name, GVariant *arguments)
{
  g_variant_unref(g_variant_ref_sink(arguments));
  (void)bus, (void)path, (void)interface, (void)name;
}

void
cal_journal(GLogLevelFlags level, CalJournalMessage message, const char *format, ...)
{
  (void)level, (void)message, (void)format;
}

const char *
cal_app_food_label(const CalCatalogFood *food)
{
  return food->label;
}
