/* SPDX-License-Identifier: GPL-2.0-or-later */
/* org.calciferd.Ledger1 */
#include "requests.h"

#include "commit.h"
#include "error.h"
#include "foods.h"
#include "member.h"
#include "page.h"

#include <calcifer/number.h>
#include <calcifer/record.h>

#define NEWEST_WITHIN_S 3600
#define MINUTES_AT_MOST 1e6

/* A tag's food or product name may come from anywhere; a number is written the same in every locale. */
static char *
number_text(double value)
{
  char text[CAL_NUMBER_TEXT_SIZE];
  return g_strdup(cal_number_format(value, 3, text) ? text : "?");
}

gboolean
cal_app_options_known(GVariant *options, const char *const *known, GError **error)
{
  GVariantIter iter;
  const char *name;
  g_variant_iter_init(&iter, options);
  while (g_variant_iter_next(&iter, "{&sv}", &name, NULL)) {
    if (!g_strv_contains(known, name)) {
      g_set_error(error, CAL_ERROR, CAL_ERROR_INVALID, "there is no option '%s'", name);
      return FALSE;
    }
  }
  return TRUE;
}

GVariant *
cal_app_enter_and_tell(CalApp *app, CalEntry *entry, GError **error)
{
  if (!cal_app_enter(app, entry, error))
    return NULL;
  g_autofree char *sentence = cal_app_sentence(entry);
  return g_variant_new("(ss)", entry->id, sentence);
}

/* Of what was taken before its product was added the contents are entered with it. */
static GVariant *
enter_take(CalApp *app, CalEntry *take, GError **error)
{
  CalEntry entries[2];
  if (take->at == 0 || !cal_app_product_before(app, take->name, take->at, &entries[0]))
    return cal_app_enter_and_tell(app, take, error);
  entries[1] = *take;
  if (!cal_app_check(app, take, error) || !cal_app_enter_all(app, entries, 2, error))
    return NULL;
  g_autofree char *sentence = cal_app_sentence(&entries[1]);
  return g_variant_new("(ss)", entries[1].id, sentence);
}

GVariant *
cal_app_take(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  static const char *const known[] = { "way", NULL };
  const char *product, *way = "";
  double servings;
  gint64 at;
  g_autoptr(GVariant) options = NULL;
  (void)path;
  g_variant_get(arguments, "(&sdx@a{sv})", &product, &servings, &at, &options);
  if (!cal_app_options_known(options, known, error))
    return NULL;
  g_variant_lookup(options, "way", "&s", &way);
  g_autofree char *value = number_text(servings);
  if (!cal_app_fits(product, value, error))
    return NULL;
  CalEntry entry = cal_app_entry(CAL_ENTRY_TAKE, g_str_equal(way, "bubble") ? CAL_WAY_BUBBLE : CAL_WAY_HAND,
                                 at, product, value);
  return enter_take(owner, &entry, error);
}

/* "2 slices of gouda" became grams: both are said. Who typed the grams, or the food alone, knows. */
static char *
food_sentence(const CalEntry *eaten, const char *phrase)
{
  g_autofree char *sentence = cal_app_sentence(eaten);
  g_auto(GStrv) words = g_strsplit(phrase, " ", -1);
  g_autofree char *closed = g_strjoinv("", words);
  if (words[0] == NULL || words[1] == NULL || strstr(closed, eaten->value) != NULL)
    return g_steal_pointer(&sentence);
  return g_strdup_printf("%s, typed as '%s'", sentence, phrase);
}

/* The food as it is in the ledger from now on, together with what was eaten of it. */
static GVariant *
enter_food(CalApp *app, const CalFood *food, double grams, gint64 at, const char *phrase, GError **error)
{
  CalEntry entries[2];
  gsize n = 0;
  g_autofree char *number = number_text(grams);
  g_autofree char *value = g_strconcat(number, "g", NULL);
  if (cal_app_food_entry(app, food, &entries[n]))
    n++;
  entries[n++] = cal_app_entry(CAL_ENTRY_FOOD, CAL_WAY_HAND, at, food->name, value);
  if (!cal_app_enter_all(app, entries, n, error))
    return NULL;
  g_autofree char *sentence = food_sentence(&entries[n - 1], phrase);
  return g_variant_new("(ss)", entries[n - 1].id, sentence);
}

GVariant *
cal_app_food(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  static const char *const known[] = { NULL };
  const char *name, *amount;
  double grams;
  gint64 at;
  CalCatalogFood food;
  g_autoptr(GVariant) options = NULL;
  (void)path;
  g_variant_get(arguments, "(&s&sx@a{sv})", &name, &amount, &at, &options);
  g_autofree char *phrase = g_strjoin(amount[0] != '\0' ? " " : "", name, amount, NULL);
  if (!cal_app_options_known(options, known, error) ||
      !cal_app_food_read(owner, phrase, &food, &grams, error))
    return NULL;
  return enter_food(owner, &food.food, grams, at, phrase, error);
}

static void
append_number(GString *value, GVariant *options, const char *name)
{
  double number;
  if (!g_variant_lookup(options, name, "d", &number))
    return;
  g_autofree char *text = number_text(number);
  g_string_append_printf(value, " %s=%s", name, text);
}

static void
append_word(GString *value, GVariant *options, const char *name)
{
  const char *word;
  if (g_variant_lookup(options, name, "&s", &word))
    g_string_append_printf(value, " %s=%s", name, word);
}

/* When so many minutes began that end now. What no length of time is, the check of the entry refuses. */
static CalInstant
minutes_ago(double minutes)
{
  const gboolean is_length = minutes > 0 && minutes < MINUTES_AT_MOST;
  return cal_app_now() - (is_length ? (CalInstant)(minutes * 60) : 0);
}

GVariant *
cal_app_sun(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  static const char *const known[] = { "uvi", "sky", "wearing", "spf", NULL };
  double minutes;
  gint64 at;
  g_autoptr(GVariant) options = NULL;
  g_autoptr(GString) value = NULL;
  (void)path;
  g_variant_get(arguments, "(dx@a{sv})", &minutes, &at, &options);
  if (!cal_app_options_known(options, known, error))
    return NULL;
  g_autofree char *length = number_text(minutes);
  value = g_string_new(length);
  g_string_append(value, "min");
  append_number(value, options, "uvi");
  append_word(value, options, "sky");
  append_word(value, options, "wearing");
  append_number(value, options, "spf");
  CalEntry entry =
      cal_app_entry(CAL_ENTRY_SUN, CAL_WAY_HAND, at != 0 ? at : minutes_ago(minutes), "", value->str);
  return cal_app_fits("", value->str, error) ? cal_app_enter_and_tell(owner, &entry, error) : NULL;
}

GVariant *
cal_app_lab(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  static const char *const known[] = { NULL };
  const char *value;
  gint64 at;
  g_autoptr(GVariant) options = NULL;
  (void)path;
  g_variant_get(arguments, "(&sx@a{sv})", &value, &at, &options);
  if (!cal_app_options_known(options, known, error))
    return NULL;
  CalEntry entry = cal_app_entry(CAL_ENTRY_LAB, CAL_WAY_HAND, at, "", value);
  return cal_app_fits("", value, error) ? cal_app_enter_and_tell(owner, &entry, error) : NULL;
}

GVariant *
cal_app_done(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  static const char *const known[] = { NULL };
  gint64 at;
  g_autoptr(GVariant) options = NULL;
  (void)path;
  g_variant_get(arguments, "(x@a{sv})", &at, &options);
  if (!cal_app_options_known(options, known, error))
    return NULL;
  CalEntry entry = cal_app_entry(CAL_ENTRY_DONE, CAL_WAY_HAND, at, "", "");
  return cal_app_enter_and_tell(owner, &entry, error);
}

GVariant *
cal_app_undo(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  static const char *const known[] = { NULL };
  CalApp *app = owner;
  const char *id;
  CalEntry target;
  g_autoptr(GVariant) options = NULL;
  (void)path;
  g_variant_get(arguments, "(&s@a{sv})", &id, &options);
  if (!cal_app_options_known(options, known, error))
    return NULL;
  g_autofree char *whole = cal_app_typed_id(app, id);
  CalEntry entry = cal_app_entry(CAL_ENTRY_UNDO, CAL_WAY_HAND, 0, whole, "");
  if (!cal_app_enter(app, &entry, error))
    return NULL;
  const gboolean is_entry = cal_ledger_get_entry(app->ledger, whole, &target, NULL, NULL);
  g_autofree char *what = is_entry ? cal_app_sentence(&target) : g_strdup(whole);
  g_autofree char *sentence = g_strdup_printf("took back: %s", what);
  return g_variant_new("(ss)", entry.id, sentence);
}

GVariant *
cal_app_get_newest(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  CalEntry entry;
  (void)path;
  (void)arguments;
  if (!cal_ledger_newest_by_hand(app->ledger, cal_app_now() - NEWEST_WITHIN_S, &entry, error)) {
    if (error != NULL && g_error_matches(*error, CAL_ERROR, CAL_ERROR_NOT_FOUND))
      g_clear_error(error);
    if (error != NULL && *error == NULL)
      g_set_error_literal(
          error, CAL_ERROR, CAL_ERROR_NOT_FOUND,
          "nothing was entered by hand within the last hour; 'calciferctl log' lists the day's entries with "
          "their ids, for 'calciferctl undo ID'");
    return NULL;
  }
  g_autofree char *sentence = cal_app_sentence(&entry);
  return g_variant_new("(ss)", entry.id, sentence);
}

/* -- GetEvents and GetEntries
 * ---------------------------------------------------------------------------------------------------- */

static void
add_record(GVariantBuilder *row, const CalEvent *event)
{
  CalRecord record;
  char id[CAL_ENTRY_ID_SIZE], address[CAL_ADDRESS_TEXT_SIZE];
  cal_address_format(&event->tag, address);
  cal_record_decode(event->of.record.raw, &record);
  cal_event_record_id(&event->tag, event->of.record.log_id, record.sequence, id);
  cal_member_text(row, "id", id);
  cal_member_text(row, "kind", cal_record_type_name(record.type));
  cal_member_text(row, "address", address);
}

static void
add_sample(GVariantBuilder *row, const CalEvent *event)
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  cal_address_format(&event->tag, address);
  cal_member_text(row, "kind", "sample");
  cal_member_text(row, "address", address);
  g_variant_builder_add(row, "{sv}", "uv_index", g_variant_new_double(event->of.sample.uv_index));
}

/* Of an entry of this ledger's own the number that its id ends with. */
static void
add_number(GVariantBuilder *row, const char *id, const char *uuid)
{
  const gsize length = strlen(uuid);
  if (g_str_has_prefix(id, uuid) && id[length] == ':')
    g_variant_builder_add(row, "{sv}", "number",
                          g_variant_new_int64(g_ascii_strtoll(id + length + 1, NULL, 10)));
}

static void
add_entry(GVariantBuilder *row, const CalEntry *entry, const char *uuid)
{
  add_number(row, entry->id, uuid);
  cal_member_text(row, "id", entry->id);
  cal_member_text(row, "kind", cal_entry_kind_name(entry->kind));
  cal_member_text(row, "name", entry->name);
  cal_member_text(row, "value", entry->value);
}

static GVariant *
describe_event(const CalEvent *event, const char *uuid)
{
  GVariantBuilder row = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  g_variant_builder_add(&row, "{sv}", "at", g_variant_new_int64(event->at));
  switch (event->kind) {
  case CAL_EVENT_ENTRY:
    add_entry(&row, &event->of.entry, uuid);
    break;
  case CAL_EVENT_RECORD:
    add_record(&row, event);
    break;
  case CAL_EVENT_SAMPLE:
    add_sample(&row, event);
    break;
  }
  return g_variant_builder_end(&row);
}

typedef struct {
  CalAppPage page;
  const char *uuid;  /* the ledger's */
  CalEntryKind kind; /* of GetEntries */
} Events;

static gboolean
add_event(const CalEvent *event, gpointer data)
{
  Events *events = data;
  return cal_app_page_passes(&events->page, event->at) ||
         cal_app_page_add(&events->page, describe_event(event, events->uuid));
}

static gboolean
read_events(CalApp *app, Events *events, GVariant *arguments, GError **error)
{
  CalSpan span;
  const char *after;
  guint32 limit;
  g_variant_get(arguments, "(xx&su)", &span.start, &span.end, &after, &limit);
  if (!cal_app_page_begin(&events->page, after, limit, error))
    return FALSE;
  span.start = MAX(span.start, events->page.key);
  return cal_ledger_each(app->ledger, span, add_event, events, error);
}

GVariant *
cal_app_get_events(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  Events events = { .uuid = cal_ledger_uuid(app->ledger) };
  GVariant *reply = read_events(app, &events, arguments, error) ? cal_app_page_end(&events.page) : NULL;
  cal_app_page_clear(&events.page);
  (void)path;
  return reply;
}

static gboolean
add_entry_of_kind(const CalEvent *event, gpointer data)
{
  const Events *events = data;
  return event->of.entry.kind != events->kind || add_event(event, data);
}

static gboolean
check_kind(const char *name, CalEntryKind *kind, GError **error)
{
  if (cal_entry_kind_parse(name, kind) && !cal_entry_kind_is_setting(*kind) && *kind != CAL_ENTRY_UNDO)
    return TRUE;
  g_set_error(error, CAL_ERROR, CAL_ERROR_INVALID,
              "'%s' is no kind of entry that counts; one is take, food, sun, lab or done", name);
  return FALSE;
}

static gboolean
read_entries(CalApp *app, Events *entries, GVariant *arguments, GError **error)
{
  CalSpan span;
  const char *kind, *after;
  guint32 limit;
  g_variant_get(arguments, "(&sxx&su)", &kind, &span.start, &span.end, &after, &limit);
  if (!cal_app_page_begin(&entries->page, after, limit, error) || !check_kind(kind, &entries->kind, error))
    return FALSE;
  span.start = MAX(span.start, entries->page.key);
  return cal_ledger_each_entry(app->ledger, span, add_entry_of_kind, entries, error);
}

GVariant *
cal_app_get_entries(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  Events entries = { .uuid = cal_ledger_uuid(app->ledger) };
  GVariant *reply = read_entries(app, &entries, arguments, error) ? cal_app_page_end(&entries.page) : NULL;
  cal_app_page_clear(&entries.page);
  (void)path;
  return reply;
}
