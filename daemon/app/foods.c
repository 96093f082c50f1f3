/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "foods.h"

#include "commit.h"
#include "error.h"
#include "rest.h"

#include <calcifer/message.h>

#include <string.h>

#define SUGGESTED_AT_MOST 4
/* A longer phrase is nobody's slip in a name, and is not compared with each of them. */
#define PHRASE_AT_MOST 128

/* Rows that are none are logged with their line and passed over. An array of CalCatalogFood, owned by the
 * caller; empty with an error logged when the file cannot be read. */
static GArray *
read_table(const char *path)
{
  GArray *foods = g_array_new(FALSE, FALSE, sizeof(CalCatalogFood));
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) lines = NULL;
  if (!g_file_get_contents(path, &text, NULL, &error)) {
    cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_FOODS, "the table of foods is missing: %s", error->message);
    return foods;
  }
  lines = g_strsplit(text, "\n", -1);
  for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++) {
    CalCatalogFood food;
    if (lines[i][0] == '\0')
      continue;
    if (cal_catalog_from_csv_row(lines[i], &food))
      g_array_append_val(foods, food);
    else
      cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_FOODS, "%s, line %u: this is no row of foods", path,
                  i + 1);
  }
  return foods;
}

/* Read when it is asked for, and let go of at the next rest. */
static const GArray *
table(CalApp *app)
{
  if (app->catalog == NULL) {
    app->catalog = read_table(app->paths.foods);
    cal_app_rest_soon(app);
  }
  return app->catalog;
}

static const CalCatalogFood *
in_table(CalApp *app, const char *name)
{
  const GArray *foods = table(app);
  for (guint i = 0; i < foods->len; i++) {
    const CalCatalogFood *food = &g_array_index(foods, CalCatalogFood, i);
    if (g_str_equal(food->food.name, name))
      return food;
  }
  return NULL;
}

/* Contents are the ledger's; names, measures and whom it is not for are the table's, if it has that food. */
static void
add_own(CalApp *app, const CalFood *own, GArray *foods)
{
  const CalCatalogFood *row = in_table(app, own->name);
  CalCatalogFood food = row != NULL ? *row : (CalCatalogFood){ .whole = FALSE };
  const guint32 not_for = food.food.not_for;
  food.food = *own;
  if (own->whole != CAL_WHOLE_UNKNOWN)
    food.whole = own->whole == CAL_WHOLE_YES;
  food.food.not_for |= not_for;
  g_array_append_val(foods, food);
}

/* Its parts know for whom they are not from the table, as foods do. */
static void
add_recipe(CalApp *app, const CalRecipe *recipe, GArray *foods)
{
  CalCatalogFood food = { .whole = FALSE };
  cal_recipe_mix(recipe, app->context->food, app->context->n_foods, &food.food);
  food.whole = food.food.whole == CAL_WHOLE_YES;
  for (guint i = 0; i < recipe->n_parts; i++) {
    const CalCatalogFood *row = in_table(app, recipe->part[i].food);
    food.food.not_for |= row != NULL ? row->food.not_for : 0;
  }
  g_array_append_val(foods, food);
}

const CalFood *
cal_app_food_installed(CalApp *app, const char *name)
{
  const CalCatalogFood *row = in_table(app, name);
  return row != NULL ? &row->food : NULL;
}

GArray *
cal_app_foods_all(CalApp *app)
{
  GArray *foods = g_array_new(FALSE, FALSE, sizeof(CalCatalogFood));
  for (guint i = 0; i < app->context->n_recipes; i++)
    add_recipe(app, &app->context->recipe[i], foods);
  for (guint i = 0; i < app->context->n_foods; i++)
    add_own(app, &app->context->food[i], foods);
  for (guint i = 0; i < table(app)->len; i++) {
    const CalCatalogFood *food = &g_array_index(app->catalog, CalCatalogFood, i);
    if (cal_context_food(app->context, food->food.name) == NULL)
      g_array_append_val(foods, *food);
  }
  return foods;
}

static bool
find_in(const void *data, const char *typed, CalCatalogFood *food)
{
  const GArray *foods = data;
  const CalCatalogFood *found =
      cal_catalog_find((const CalCatalogFood *)(gpointer)foods->data, foods->len, typed);
  if (found != NULL)
    *food = *found;
  return found != NULL;
}

gboolean
cal_app_food_find(CalApp *app, const char *typed, CalCatalogFood *food)
{
  g_autoptr(GArray) foods = cal_app_foods_all(app);
  return find_in(foods, typed, food);
}

static void
refuse_food(CalApp *app, const char *phrase, GError **error)
{
  g_autofree char *near = strlen(phrase) <= PHRASE_AT_MOST ? cal_app_food_suggest(app, phrase) : NULL;
  g_set_error(error, CAL_ERROR, CAL_ERROR_NOT_FOUND,
              "no food is called '%s'%s%s; 'calciferctl foods' lists them", phrase,
              near != NULL ? "; did you mean " : "", near != NULL ? near : "");
}

gboolean
cal_app_food_read(CalApp *app, const char *phrase, CalCatalogFood *food, double *grams, GError **error)
{
  g_autoptr(GArray) foods = cal_app_foods_all(app);
  CalRefusal refusal = { .reason = CAL_REFUSAL_NONE };
  char line[CAL_MESSAGE_LINE_SIZE];
  switch (cal_catalog_phrase(phrase, find_in, foods, food, grams, &refusal)) {
  case CAL_PHRASE_OK:
    return TRUE;
  case CAL_PHRASE_NO_FOOD:
    refuse_food(app, phrase, error);
    return FALSE;
  case CAL_PHRASE_NO_AMOUNT:
    cal_message_refusal(&refusal, line);
    g_set_error(error, CAL_ERROR, CAL_ERROR_INVALID, "%s: %s", food->food.name, line);
    return FALSE;
  }
  return FALSE;
}

typedef struct {
  const char *name;
  int slips;
} Near;

static int
compare_near(gconstpointer a, gconstpointer b)
{
  return ((const Near *)a)->slips - ((const Near *)b)->slips;
}

/* The least of what the phrase as a whole and each word of it are like. */
static int
likeness(const CalCatalogFood *food, const char *typed)
{
  g_auto(GStrv) words = g_strsplit(typed, " ", -1);
  int least = cal_catalog_likeness(food, typed);
  for (guint i = 0; words[i] != NULL; i++) {
    const int slips = g_utf8_strlen(words[i], -1) >= 3 ? cal_catalog_likeness(food, words[i]) : -1;
    if (slips >= 0 && (least < 0 || slips < least))
      least = slips;
  }
  return least;
}

char *
cal_app_food_suggest(CalApp *app, const char *typed)
{
  g_autoptr(GArray) foods = cal_app_foods_all(app);
  g_autoptr(GArray) nearest = g_array_new(FALSE, FALSE, sizeof(Near));
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  for (guint i = 0; i < foods->len; i++) {
    const CalCatalogFood *food = &g_array_index(foods, CalCatalogFood, i);
    const Near near = { food->food.name, likeness(food, typed) };
    if (near.slips >= 0)
      g_array_append_val(nearest, near);
  }
  g_array_sort(nearest, compare_near);
  for (guint i = 0; i < nearest->len && i < SUGGESTED_AT_MOST; i++)
    g_ptr_array_add(names, (gpointer)g_array_index(nearest, Near, i).name);
  if (names->len == 0)
    return NULL;
  g_ptr_array_add(names, NULL);
  return g_strjoinv(", ", (char **)names->pdata);
}

gboolean
cal_app_food_entry(CalApp *app, const CalFood *food, CalEntry *entry)
{
  char value[CAL_ENTRY_VALUE_SIZE];
  if (cal_context_food(app->context, food->name) != NULL ||
      cal_context_recipe(app->context, food->name) != NULL || !cal_food_format(food, value))
    return FALSE;
  *entry = cal_app_entry(CAL_ENTRY_FOODSTUFF, CAL_WAY_DAEMON, CAL_CONTEXT_ALWAYS, food->name, value);
  return TRUE;
}
