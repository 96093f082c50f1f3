/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * EditProduct and CorrectProduct of org.calciferd.Catalog1.
 *
 *   the ledger   ──added──────────edited────────▶
 *   edit         ──added──────────edited──────NEW
 *   correct      NEW─(new)────────(new)─────────▶   each state anew, with the words; the old ones taken back
 */
#include "requests.h"

#include "commit.h"
#include "error.h"

#include <calcifer/message.h>

/* More states than anybody gives a product; one commit holds them all. */
#define STATES_AT_MOST 200

static void
refuse(const CalRefusal *refusal, GError **error)
{
  char line[CAL_MESSAGE_LINE_SIZE];
  cal_message_refusal(refusal, line);
  g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID, line);
}

/* The name and the words; FALSE when there is no such product, or nothing to change. */
static gboolean
read_arguments(CalApp *app, GVariant *arguments, const char **name, char **words, GError **error)
{
  g_autofree const char **list = NULL;
  g_variant_get(arguments, "(&s^a&s)", name, &list);
  *words = g_strjoinv(" ", (char **)list);
  if (cal_context_product(app->context, *name) == NULL)
    g_set_error(error, CAL_ERROR, CAL_ERROR_NOT_FOUND,
                "there is no product '%s'; 'calciferctl products' lists them", *name);
  else if ((*words)[0] == '\0')
    g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID, "what is to change? As in d3=4000IU at=20:00");
  else
    return TRUE;
  return FALSE;
}

static gboolean
format(const CalProduct *product, char value[CAL_ENTRY_VALUE_SIZE], GError **error)
{
  if (cal_product_format(product, value))
    return TRUE;
  g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID, "that is more than one product can hold");
  return FALSE;
}

GVariant *
cal_app_edit_product(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  const char *name;
  char value[CAL_ENTRY_VALUE_SIZE];
  CalRefusal refusal;
  g_autofree char *words = NULL;
  (void)path;
  if (!read_arguments(app, arguments, &name, &words, error))
    return NULL;
  CalProduct product = *cal_context_product(app->context, name);
  if (!cal_product_change(words, &product, &refusal)) {
    refuse(&refusal, error);
    return NULL;
  }
  if (!format(&product, value, error))
    return NULL;
  CalEntry entry = cal_app_entry(CAL_ENTRY_PRODUCT, CAL_WAY_HAND, 0, name, value);
  return cal_app_enter_and_tell(app, &entry, error);
}

/* What one state becomes: its entry is taken back, and one with the words in it stands in its place. */
static gboolean
correct_state(const CalEntry *old, const CalProduct *state, const char *words, GArray *entries,
              GError **error)
{
  char value[CAL_ENTRY_VALUE_SIZE];
  CalRefusal refusal;
  CalProduct product = *state;
  if (!cal_product_change(words, &product, &refusal)) {
    refuse(&refusal, error);
    return FALSE;
  }
  if (!format(&product, value, error))
    return FALSE;
  const CalEntry undo = cal_app_entry(CAL_ENTRY_UNDO, CAL_WAY_HAND, 0, old->id, "");
  const CalEntry anew = cal_app_entry(CAL_ENTRY_PRODUCT, CAL_WAY_HAND, old->at, old->name, value);
  g_array_append_val(entries, undo);
  g_array_append_val(entries, anew);
  return TRUE;
}

/* What was taken before the product was added held the same. That it was due then, nobody said. */
static gboolean
beginning_of(const CalProduct *first, CalEntry *entry, GError **error)
{
  char value[CAL_ENTRY_VALUE_SIZE];
  CalProduct product = *first;
  product.n_times = 0;
  if (!format(&product, value, error))
    return FALSE;
  *entry = cal_app_entry(CAL_ENTRY_PRODUCT, CAL_WAY_HAND, CAL_CONTEXT_ALWAYS, product.name, value);
  return TRUE;
}

static gboolean
add_beginning(const CalProduct *first, const char *words, GArray *entries, GError **error)
{
  CalEntry anew;
  CalProduct product = *first;
  if (!cal_product_change(words, &product, NULL))
    return TRUE;
  if (!beginning_of(&product, &anew, error))
    return FALSE;
  g_array_append_val(entries, anew);
  return TRUE;
}

gboolean
cal_app_product_before(CalApp *app, const char *name, CalInstant at, CalEntry *beginning)
{
  const GArray *settings = cal_days_settings(app->days);
  g_autofree CalContext *context = g_new(CalContext, 1);
  cal_context_init(context);
  for (guint i = 0; i < settings->len; i++) {
    const CalEntry *entry = &g_array_index(settings, CalEvent, i).of.entry;
    cal_context_step(context, entry);
    if (entry->kind != CAL_ENTRY_PRODUCT || !g_str_equal(entry->name, name))
      continue;
    const CalProduct *first = cal_context_product(context, name);
    return entry->at > at && first != NULL && beginning_of(first, beginning, NULL);
  }
  return FALSE;
}

/* Goes through all settings, and through each state of the product among them. */
static gboolean
correct_all(CalApp *app, const char *name, const char *words, GArray *entries, GError **error)
{
  const GArray *settings = cal_days_settings(app->days);
  g_autofree CalContext *context = g_new(CalContext, 1);
  gboolean is_first = TRUE;
  cal_context_init(context);
  for (guint i = 0; i < settings->len; i++) {
    const CalEntry *entry = &g_array_index(settings, CalEvent, i).of.entry;
    cal_context_step(context, entry);
    if (entry->kind != CAL_ENTRY_PRODUCT || !g_str_equal(entry->name, name) || entry->value[0] == '\0')
      continue;
    const CalProduct *state = cal_context_product(context, name);
    if (state == NULL)
      continue;
    if (is_first && entry->at > CAL_CONTEXT_ALWAYS && !add_beginning(state, words, entries, error))
      return FALSE;
    is_first = FALSE;
    if (!correct_state(entry, state, words, entries, error))
      return FALSE;
  }
  return TRUE;
}

GVariant *
cal_app_correct_product(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  const char *name;
  g_autofree char *words = NULL;
  g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(CalEntry));
  (void)path;
  if (!read_arguments(app, arguments, &name, &words, error) || !correct_all(app, name, words, entries, error))
    return NULL;
  if (entries->len > STATES_AT_MOST) {
    g_set_error_literal(error, CAL_ERROR, CAL_ERROR_LIMIT,
                        "that product was changed too often; remove it, and add it under another name");
    return NULL;
  }
  if (!cal_app_enter_all(app, (CalEntry *)(gpointer)entries->data, entries->len, error))
    return NULL;
  const CalEntry *last = &g_array_index(entries, CalEntry, entries->len - 1);
  g_autofree char *sentence = g_strdup_printf("product %s was always: %s", name, last->value);
  return g_variant_new("(ss)", last->id, sentence);
}
