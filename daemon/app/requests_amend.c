/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Amend and Forget of org.calciferd.Ledger1.
 *
 *   amend    old entry ◀── undo ── and a new one in its place, in one commit
 *   forget   old entry erased, a tombstone in its place; then the cached days that knew it, then the WAL
 */
#include "requests.h"

#include "commit.h"
#include "cut.h"
#include "error.h"
#include "foods.h"

#include <calcifer/number.h>
#include <calcifer/record.h>

#include <string.h>

static char *
grams_text(double grams)
{
  char text[CAL_NUMBER_TEXT_SIZE];
  return g_strconcat(cal_number_format(grams, 2, text) ? text : "?", "g", NULL);
}

static gboolean
is_number(const char *word)
{
  double ignored;
  return cal_number_parse(word, &ignored);
}

/* "2", "d3k2" or "d3k2 2": what is not said stays. */
static gboolean
amend_take(CalApp *app, char **words, CalEntry *entry, GError **error)
{
  const guint n = g_strv_length(words);
  for (guint i = 0; i < n; i++) {
    const gboolean is_servings = is_number(words[i]) && cal_context_product(app->context, words[i]) == NULL;
    if (is_servings && (i > 0 || n == 1))
      cal_app_cut(entry->value, words[i], sizeof entry->value);
    else
      cal_app_cut(entry->name, words[i], sizeof entry->name);
  }
  if (entry->name[0] != '\0')
    return TRUE;
  g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID,
                      "the button meant no product then; which was it? As in amend ID PRODUCT");
  return FALSE;
}

/* "80g" of the same food, or another phrase. */
static gboolean
amend_food(CalApp *app, const char *phrase, CalEntry *entry, CalFood *eaten, GError **error)
{
  CalCatalogFood food;
  double grams;
  if (!cal_app_food_find(app, entry->name, &food) || !cal_catalog_amount_g(&food, phrase, &grams, NULL)) {
    if (!cal_app_food_read(app, phrase, &food, &grams, error))
      return FALSE;
  }
  g_autofree char *value = grams_text(grams);
  cal_app_cut(entry->name, food.food.name, sizeof entry->name);
  cal_app_cut(entry->value, value, sizeof entry->value);
  *eaten = food.food;
  return TRUE;
}

/* Whether one word takes the other's place: the minutes, the same key, or uvi= and sky=, of which one says
 * what the other would only guess. */
static gboolean
replaces(const char *word, const char *old)
{
  static const char *const index[] = { "uvi=", "sky=" };
  const char *const sign = strchr(word, '=');
  if (sign == NULL || strchr(old, '=') == NULL)
    return sign == NULL && strchr(old, '=') == NULL;
  const gboolean both = (g_str_has_prefix(word, index[0]) || g_str_has_prefix(word, index[1])) &&
                        (g_str_has_prefix(old, index[0]) || g_str_has_prefix(old, index[1]));
  return both || strncmp(word, old, (gsize)(sign - word) + 1) == 0;
}

/* "45", "uvi=6", "45 sky=clear spf=30": what is not said stays. */
static gboolean
amend_sun(char **words, CalEntry *entry, GError **error)
{
  g_auto(GStrv) old = g_strsplit(entry->value, " ", -1);
  g_autoptr(GString) value = g_string_new(NULL);
  gboolean minutes_said = FALSE;
  for (guint i = 0; words[i] != NULL; i++) {
    if (strchr(words[i], '=') != NULL)
      continue;
    g_string_append_printf(value, "%s%s%s", value->len > 0 ? " " : "", words[i],
                           is_number(words[i]) ? "min" : "");
    minutes_said = TRUE;
  }
  for (guint i = 0; old[i] != NULL; i++) {
    gboolean replaced = minutes_said && strchr(old[i], '=') == NULL;
    for (guint j = 0; words[j] != NULL; j++)
      replaced = replaced || replaces(words[j], old[i]);
    if (!replaced)
      g_string_append_printf(value, "%s%s", value->len > 0 ? " " : "", old[i]);
  }
  for (guint i = 0; words[i] != NULL; i++) {
    if (strchr(words[i], '=') != NULL)
      g_string_append_printf(value, " %s", words[i]);
  }
  cal_app_cut(entry->value, value->str, sizeof entry->value);
  return cal_app_fits("", value->str, error);
}

/* Changes the copy of an entry as the words say. */
static gboolean
amend(CalApp *app, char **words, CalEntry *entry, CalFood *eaten, GError **error)
{
  g_autofree char *joined = g_strjoinv(" ", words);
  if (!cal_app_fits("", joined, error))
    return FALSE;
  if (entry->kind == CAL_ENTRY_FOOD && joined[0] != '\0')
    return amend_food(app, joined, entry, eaten, error);
  if (entry->kind == CAL_ENTRY_TAKE)
    return amend_take(app, words, entry, error);
  if (entry->kind == CAL_ENTRY_SUN && joined[0] != '\0')
    return amend_sun(words, entry, error);
  if (entry->kind == CAL_ENTRY_LAB && joined[0] != '\0')
    cal_app_cut(entry->value, joined, sizeof entry->value);
  else if (entry->kind != CAL_ENTRY_FOOD && joined[0] != '\0') {
    g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID,
                        "only the time of that can be amended, with --at");
    return FALSE;
  }
  return TRUE;
}

static gboolean
is_amendable(CalEntryKind kind)
{
  return kind == CAL_ENTRY_TAKE || kind == CAL_ENTRY_FOOD || kind == CAL_ENTRY_SUN || kind == CAL_ENTRY_LAB ||
         kind == CAL_ENTRY_DONE;
}

/* A press, amended, is the intake that it was: of the product that the button meant then. */
static void
read_press(CalApp *app, const CalAddress *tag, const char *slot, CalEntry *press)
{
  g_autofree CalContext *then = g_new(CalContext, 1);
  cal_days_context(app->days, press->at, then);
  const CalProduct *product = cal_context_mapped(then, tag, slot);
  press->kind = CAL_ENTRY_TAKE;
  press->way = CAL_WAY_BUTTON;
  cal_app_cut(press->name, product != NULL ? product->name : "", sizeof press->name);
}

typedef struct {
  CalApp *app;
  CalEntry *press; /* its id is sought; of no kind until it is found */
} Sought;

static gboolean
read_intake(const CalEvent *event, gpointer data)
{
  Sought *sought = data;
  CalRecord record;
  char id[CAL_ENTRY_ID_SIZE], slot[CAL_SLOT_SIZE];
  if (event->kind != CAL_EVENT_RECORD)
    return TRUE;
  cal_record_decode(event->of.record.raw, &record);
  cal_event_record_id(&event->tag, event->of.record.log_id, record.sequence, id);
  if (g_ascii_strcasecmp(id, sought->press->id) != 0)
    return TRUE;
  if (record.type != CAL_RECORD_INTAKE)
    return FALSE;
  sought->press->at = event->at;
  g_snprintf(slot, sizeof slot, "%u", record.intake.slot);
  g_snprintf(sought->press->value, sizeof sought->press->value, "%u", record.intake.presses);
  read_press(sought->app, &event->tag, slot, sought->press);
  return FALSE;
}

/* A tag's record that was undone is not told, and stays of no kind. */
static gboolean
read_record(CalApp *app, const char *id, CalEntry *press, GError **error)
{
  CalInstant at;
  Sought sought = { app, press };
  *press = (CalEntry){ .kind = CAL_ENTRY_TOMBSTONE };
  g_strlcpy(press->id, id, sizeof press->id);
  if (!cal_ledger_record_instant(app->ledger, id, &at, error))
    return FALSE;
  return at == CAL_INSTANT_NONE ||
         cal_ledger_each(app->ledger, (CalSpan){ at, at + 1 }, read_intake, &sought, error);
}

static gboolean
read_any(CalApp *app, const char *id, CalEntry *old, GError **error)
{
  CalAddress tag;
  char slot[CAL_SLOT_SIZE];
  guint32 log_id, sequence;
  if (cal_event_record_id_parse(id, &tag, &log_id, &sequence))
    return read_record(app, id, old, error);
  if (!cal_ledger_get_entry(app->ledger, id, old, NULL, error))
    return FALSE;
  if (old->kind == CAL_ENTRY_PRESS && cal_slot_parse(old->name, &tag, slot))
    read_press(app, &tag, slot, old);
  return TRUE;
}

static gboolean
read_old(CalApp *app, const char *id, CalEntry *old, GError **error)
{
  if (!read_any(app, id, old, error))
    return FALSE;
  if (is_amendable(old->kind))
    return TRUE;
  g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID,
                      "only what was logged or pressed can be amended: take, food, sun, lab, done, a button");
  return FALSE;
}

/* The counter-entry, the new entry, and between them the food if the ledger does not know it yet. */
static GVariant *
enter_amended(CalApp *app, const CalEntry *old, const CalEntry *anew, const CalFood *eaten, GError **error)
{
  CalEntry entries[3];
  gsize n = 0;
  entries[n++] = cal_app_entry(CAL_ENTRY_UNDO, CAL_WAY_HAND, 0, old->id, "");
  if (eaten->name[0] != '\0' && cal_app_food_entry(app, eaten, &entries[n]))
    n++;
  entries[n++] = cal_app_entry(anew->kind, old->way, anew->at, anew->name, anew->value);
  if (anew->kind != CAL_ENTRY_FOOD && !cal_app_check(app, &entries[n - 1], error))
    return NULL;
  if (!cal_app_enter_all(app, entries, n, error))
    return NULL;
  g_autofree char *sentence = cal_app_sentence(&entries[n - 1]);
  return g_variant_new("(ss)", entries[n - 1].id, sentence);
}

GVariant *
cal_app_amend(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  static const char *const known[] = { NULL };
  CalApp *app = owner;
  CalEntry old;
  CalFood eaten = { .portion_g = 0 };
  const char *id;
  gint64 at;
  g_auto(GStrv) words = NULL;
  g_autoptr(GVariant) options = NULL;
  (void)path;
  g_variant_get(arguments, "(&s^asx@a{sv})", &id, &words, &at, &options);
  g_autofree char *whole = cal_app_typed_id(app, id);
  if (!cal_app_options_known(options, known, error) || !read_old(app, whole, &old, error))
    return NULL;
  CalEntry anew = old;
  if (words[0] == NULL && at == 0) {
    g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID,
                        "what is to be otherwise? As in 80g, or --at 12:30");
    return NULL;
  }
  anew.at = at != 0 ? at : old.at;
  return amend(app, words, &anew, &eaten, error) ? enter_amended(app, &old, &anew, &eaten, error) : NULL;
}

GVariant *
cal_app_forget_event(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  static const char *const known[] = { NULL };
  CalApp *app = owner;
  const char *id;
  g_autoptr(GError) refused = NULL;
  g_autoptr(GVariant) options = NULL;
  (void)path;
  g_variant_get(arguments, "(&s@a{sv})", &id, &options);
  if (!cal_app_options_known(options, known, error))
    return NULL;
  g_autofree char *whole = cal_app_typed_id(app, id);
  CalEntry tombstone = cal_app_entry(CAL_ENTRY_TOMBSTONE, CAL_WAY_HAND, 0, whole, "");
  const gboolean forgotten = cal_app_forget_for_good(app, &tombstone, &refused);
  /* Also when it was forgotten before: perhaps the WAL could not be cleaned then. */
  if ((forgotten || g_error_matches(refused, CAL_ERROR, CAL_ERROR_EXISTS)) &&
      !cal_ledger_scrub(app->ledger, error)) {
    g_prefix_error(error, "it is forgotten, but an older copy may be left until you type it again: ");
    return NULL;
  }
  if (!forgotten) {
    g_propagate_error(error, g_steal_pointer(&refused));
    return NULL;
  }
  return g_variant_new("(ss)", tombstone.id,
                       "forgotten for good; that something was there stays known, and nothing else");
}
