/* SPDX-License-Identifier: GPL-2.0-or-later */
/* AddFood, AddRecipe and RemoveFood of org.calciferd.Catalog1 */
#include "requests.h"

#include "commit.h"
#include "cut.h"
#include "error.h"
#include "foods.h"

#include <calcifer/message.h>
#include <calcifer/product.h>

#include <string.h>

static gboolean
refuse(GError **error, const CalRefusal *refusal)
{
  char line[CAL_MESSAGE_LINE_SIZE];
  cal_message_refusal(refusal, line);
  g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID, line);
  return FALSE;
}

static gboolean
check_name(const char *name, GError **error)
{
  if (cal_product_name_valid(name, CAL_FOOD_NAME_SIZE) && strchr(name, ';') == NULL)
    return TRUE;
  g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID,
                      "a food's name has under 48 letters, and no '=' or ';'");
  return FALSE;
}

/* -- AddFood --------------------------------------------------------------------------------------------- */

/* Takes "per=30g" out of the words; *per_g is its mass. */
static gboolean
take_per(char **words, double *per_g, GError **error)
{
  CalAmount amount;
  guint kept = 0;
  *per_g = 0;
  for (guint i = 0; words[i] != NULL; i++) {
    char *word = words[i];
    if (!g_str_has_prefix(word, "per=")) {
      words[kept++] = word;
      continue;
    }
    if (cal_amount_parse(word + strlen("per="), &amount) != CAL_AMOUNT_OK ||
        !cal_amount_convert(&amount, CAL_UNIT_G, per_g))
      *per_g = 0;
    g_free(word);
  }
  words[kept] = NULL;
  if (*per_g > 0)
    return TRUE;
  g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID,
                      "in how much of it? As in per=100g calcium=120mg, or per=30g as the label has it");
  return FALSE;
}

static gboolean
read_food(char **words, char value[CAL_ENTRY_VALUE_SIZE], GError **error)
{
  CalRefusal refusal;
  CalFood food;
  double per_g;
  if (!take_per(words, &per_g, error))
    return FALSE;
  g_autofree char *contents = g_strjoinv(" ", words);
  if (!cal_food_parse(contents, &food, &refusal))
    return refuse(error, &refusal);
  for (guint i = 0; i < CAL_NUTRIENT_COUNT; i++)
    food.per_100g.amount[i] *= 100 / per_g;
  return cal_food_format(&food, value);
}

GVariant *
cal_app_add_food(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  const char *name;
  char value[CAL_ENTRY_VALUE_SIZE];
  g_auto(GStrv) words = NULL;
  (void)path;
  g_variant_get(arguments, "(&s^as)", &name, &words);
  if (!check_name(name, error) || !read_food(words, value, error))
    return NULL;
  if (cal_context_recipe(app->context, name) != NULL) {
    g_set_error(error, CAL_ERROR, CAL_ERROR_EXISTS, "there is a recipe '%s'; remove it first", name);
    return NULL;
  }
  CalEntry entry = cal_app_entry(CAL_ENTRY_FOODSTUFF, CAL_WAY_HAND, 0, name, value);
  return cal_app_enter_and_tell(app, &entry, error);
}

/* -- AddRecipe ------------------------------------------------------------------------------------------- */

/* The food that begins at words[*at], with its amount: as many words as make sense together. */
static gboolean
next_part(CalApp *app, char **words, guint *at, CalCatalogFood *food, double *grams, GError **error)
{
  const guint n = g_strv_length(words);
  for (guint end = MIN(n, *at + 8); end > *at; end--) {
    g_autoptr(GString) phrase = g_string_new(NULL);
    for (guint i = *at; i < end; i++)
      g_string_append_printf(phrase, "%s%s", i > *at ? " " : "", words[i]);
    if (cal_app_food_read(app, phrase->str, food, grams, NULL)) {
      *at = end;
      return TRUE;
    }
  }
  /* The answer to what it began with says what is wrong. */
  cal_app_food_read(app, words[*at], food, grams, error);
  return FALSE;
}

static gboolean
is_known_in(const GArray *entries, const char *name)
{
  for (guint i = 0; i < entries->len; i++) {
    if (g_str_equal(g_array_index(entries, CalEntry, i).name, name))
      return TRUE;
  }
  return FALSE;
}

static gboolean
add_part(CalApp *app, const CalCatalogFood *food, double grams, CalRecipe *recipe, GArray *entries,
         GError **error)
{
  CalEntry known;
  const char *name = food->food.name;
  if (cal_context_recipe(app->context, name) != NULL || recipe->n_parts == CAL_RECIPE_MAX_FOODS) {
    g_set_error(error, CAL_ERROR, CAL_ERROR_INVALID,
                "a recipe is made of up to %d foods, none of them a recipe", CAL_RECIPE_MAX_FOODS);
    return FALSE;
  }
  CalRecipePart *part = &recipe->part[recipe->n_parts++];
  cal_app_cut(part->food, name, sizeof part->food);
  part->grams = grams;
  if (!is_known_in(entries, name) && cal_app_food_entry(app, &food->food, &known))
    g_array_append_val(entries, known);
  return TRUE;
}

static gboolean
read_recipe(CalApp *app, char **words, CalRecipe *recipe, GArray *entries, GError **error)
{
  for (guint at = 0; words[at] != NULL;) {
    CalCatalogFood food;
    double grams;
    if (!next_part(app, words, &at, &food, &grams, error) ||
        !add_part(app, &food, grams, recipe, entries, error))
      return FALSE;
  }
  if (recipe->n_parts > 0)
    return TRUE;
  g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID, "what is in it? As in oats 40g milk 200g");
  return FALSE;
}

static gboolean
check_recipe_name(CalApp *app, const char *name, GError **error)
{
  CalCatalogFood food;
  if (!check_name(name, error))
    return FALSE;
  if (cal_context_recipe(app->context, name) != NULL)
    return TRUE; /* it is changed from now on */
  if (app->context->n_recipes == CAL_CONTEXT_MAX_RECIPES)
    g_set_error(error, CAL_ERROR, CAL_ERROR_LIMIT, "%d recipes are the most; remove one first",
                CAL_CONTEXT_MAX_RECIPES);
  else if (cal_app_food_find(app, name, &food))
    g_set_error(error, CAL_ERROR, CAL_ERROR_EXISTS, "'%s' is a food already (%s); take another name", name,
                food.food.name);
  else
    return TRUE;
  return FALSE;
}

GVariant *
cal_app_add_recipe(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  const char *name;
  char value[CAL_ENTRY_VALUE_SIZE];
  CalRecipe recipe = { .n_parts = 0 };
  g_auto(GStrv) words = NULL;
  g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(CalEntry));
  (void)path;
  g_variant_get(arguments, "(&s^as)", &name, &words);
  if (!check_recipe_name(app, name, error) || !read_recipe(app, words, &recipe, entries, error))
    return NULL;
  if (cal_recipe_mass_g(&recipe) > CAL_FOOD_MAX_G || !cal_recipe_format(&recipe, value)) {
    g_set_error_literal(error, CAL_ERROR, CAL_ERROR_INVALID,
                        "that is more than one recipe can hold, or less than 0.01 g of something");
    return NULL;
  }
  const CalEntry entry = cal_app_entry(CAL_ENTRY_RECIPE, CAL_WAY_HAND, 0, name, value);
  g_array_append_val(entries, entry);
  if (!cal_app_enter_all(app, (CalEntry *)(gpointer)entries->data, entries->len, error))
    return NULL;
  const CalEntry *entered = &g_array_index(entries, CalEntry, entries->len - 1);
  g_autofree char *sentence = cal_app_sentence(entered);
  return g_variant_new("(ss)", entered->id, sentence);
}

/* -- RemoveFood ------------------------------------------------------------------------------------------ */

/* What the ledger says of a food differs from what the table says: somebody added it. */
static gboolean
is_own(const CalFood *known, const CalFood *installed)
{
  char ours[CAL_ENTRY_VALUE_SIZE], theirs[CAL_ENTRY_VALUE_SIZE];
  return known != NULL && (installed == NULL || !cal_food_format(known, ours) ||
                           !cal_food_format(installed, theirs) || !g_str_equal(ours, theirs));
}

/* One that took the place of a food of the table leaves it to that again. */
GVariant *
cal_app_remove_food(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  CalApp *app = owner;
  const char *name;
  char value[CAL_ENTRY_VALUE_SIZE] = "";
  (void)path;
  g_variant_get(arguments, "(&s)", &name);
  const gboolean is_recipe = cal_context_recipe(app->context, name) != NULL;
  const CalFood *installed = cal_app_food_installed(app, name);
  if (!is_recipe && !is_own(cal_context_food(app->context, name), installed)) {
    g_set_error(error, CAL_ERROR, CAL_ERROR_NOT_FOUND,
                "'%s' is no food that you added, and no recipe; 'calciferctl foods' lists all", name);
    return NULL;
  }
  if (!is_recipe && installed != NULL)
    cal_food_format(installed, value);
  CalEntry entry =
      cal_app_entry(is_recipe ? CAL_ENTRY_RECIPE : CAL_ENTRY_FOODSTUFF, CAL_WAY_HAND, 0, name, value);
  return cal_app_enter_and_tell(app, &entry, error);
}
