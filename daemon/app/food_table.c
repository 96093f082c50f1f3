/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "food_table.h"

#include <calcifer/context.h>
#include <calcifer/food.h>
#include <calcifer/number.h>

#include <string.h>

#define IU_A_UG        40
#define HEAD_SIZE      64
#define ALL_UNKNOWN    ((1u << CAL_NUTRIENT_COUNT) - 1)
#define AMOUNT_AT_MOST 1e6

/* Heads as they are compared: small letters and digits, nothing else. Those of SR28's ABBREV and FoodData
 * Central's files (as widely quoted; not read in the original), and those of data/foods.csv. */
typedef struct Column {
  const char *head;
  CalNutrient nutrient;
  double factor; /* to the nutrient's own unit */
} Column;

static const Column nutrients[] = {
  { "vitdiu", CAL_NUTRIENT_VITAMIN_D, 1 },
  { "vitamindiu", CAL_NUTRIENT_VITAMIN_D, 1 },
  { "vitamindd2d3internationalunitsiu", CAL_NUTRIENT_VITAMIN_D, 1 },
  { "vitdug", CAL_NUTRIENT_VITAMIN_D, IU_A_UG },
  { "vitamindug", CAL_NUTRIENT_VITAMIN_D, IU_A_UG },
  { "vitamindd2d3ug", CAL_NUTRIENT_VITAMIN_D, IU_A_UG },
  { "camg", CAL_NUTRIENT_CALCIUM, 1 },
  { "calciummg", CAL_NUTRIENT_CALCIUM, 1 },
  { "calciumcamg", CAL_NUTRIENT_CALCIUM, 1 },
  { "mgmg", CAL_NUTRIENT_MAGNESIUM, 1 },
  { "magnesiummg", CAL_NUTRIENT_MAGNESIUM, 1 },
  { "magnesiummgmg", CAL_NUTRIENT_MAGNESIUM, 1 },
  { "k1ug", CAL_NUTRIENT_K1, 1 },
  { "vitkug", CAL_NUTRIENT_K1, 1 },
  { "vitaminkug", CAL_NUTRIENT_K1, 1 },
  { "vitaminkphylloquinoneug", CAL_NUTRIENT_K1, 1 },
  { "mk4ug", CAL_NUTRIENT_MK4, 1 },
  { "menaquinone4ug", CAL_NUTRIENT_MK4, 1 },
  { "vitaminkmenaquinone4ug", CAL_NUTRIENT_MK4, 1 },
  { "mk7ug", CAL_NUTRIENT_MK7, 1 },
  { "mkotherug", CAL_NUTRIENT_K2_OTHER, 1 },
  { "vitcmg", CAL_NUTRIENT_VITAMIN_C, 1 },
  { "vitamincmg", CAL_NUTRIENT_VITAMIN_C, 1 },
  { "vitaminctotalascorbicacidmg", CAL_NUTRIENT_VITAMIN_C, 1 },
};
static const char *const names[] = {
  "shrtdesc", "description", "longdesc", "fooddescription", "mainfooddescription", "food", "name", "id"
};
static const char *const portions[] = { "portiong", "gmwt1" };

/* "Vit_D_µg" as "vitdug"; "mcg" is the same, and so are the microgram's letters of UTF-8 and of Latin-1,
 * which old tables are in. */
static void
simplify(const char *head, char simple[HEAD_SIZE])
{
  gsize n = 0;
  for (guchar before = 0; head != NULL && *head != '\0' && n + 1 < HEAD_SIZE; before = (guchar)*head++) {
    const guchar c = (guchar)*head;
    if (c == 0xb5 || (before == 0xce && c == 0xbc))
      simple[n++] = 'u';
    else if (g_ascii_isalnum((char)c))
      simple[n++] = g_ascii_tolower((char)c);
  }
  simple[n] = '\0';
  if (g_str_has_suffix(simple, "mcg"))
    memcpy(simple + n - strlen("mcg"), "ug", sizeof "ug");
}

static const Column *
column_of(const char *head)
{
  char simple[HEAD_SIZE];
  simplify(head, simple);
  for (gsize i = 0; i < G_N_ELEMENTS(nutrients); i++) {
    if (g_str_equal(simple, nutrients[i].head))
      return &nutrients[i];
  }
  return NULL;
}

/* The column of the first name that is there; -1 when there is none. */
static int
column_called(const GPtrArray *header, const char *const *list, gsize n)
{
  char simple[HEAD_SIZE];
  for (gsize i = 0; i < n; i++) {
    for (guint column = 0; column < header->len; column++) {
      simplify(header->pdata[column], simple);
      if (g_str_equal(simple, list[i]))
        return (int)column;
    }
  }
  return -1;
}

static const char *
cell_called(const GPtrArray *header, const GPtrArray *row, const char *const *list, gsize n)
{
  const int column = column_called(header, list, n);
  return column >= 0 ? row->pdata[column] : NULL;
}

gboolean
cal_food_table_is_header(const GPtrArray *header)
{
  gboolean has_nutrient = FALSE;
  for (guint i = 0; i < header->len; i++)
    has_nutrient = has_nutrient || column_of(header->pdata[i]) != NULL;
  return has_nutrient && column_called(header, names, G_N_ELEMENTS(names)) >= 0;
}

/* "CHEESE,COTTAGE" as "cheese-cottage": a name that can be typed as one word. Cut where it is too long; the
 * line of another food that begins so is then told to be its double. */
static gboolean
read_name(const char *text, char name[CAL_FOOD_NAME_SIZE])
{
  gsize n = 0;
  const char *end;
  g_autofree char *small = g_utf8_strdown(text != NULL ? text : "", -1);
  for (const char *c = small; *c != '\0' && n + 1 < CAL_FOOD_NAME_SIZE; c++) {
    if (g_ascii_isalnum(*c) || (guchar)*c >= 0x80)
      name[n++] = *c;
    else if (n > 0 && name[n - 1] != '-')
      name[n++] = '-';
  }
  g_utf8_validate(name, (gssize)n, &end); /* a letter that was cut through goes as a whole */
  n = (gsize)(end - name);
  while (n > 0 && name[n - 1] == '-')
    n--;
  name[n] = '\0';
  return n > 0;
}

/* An empty cell leaves *value as it is. */
static gboolean
read_number(const char *cell, gboolean *is_there, double *value)
{
  *is_there = cell != NULL && cell[0] != '\0';
  return !*is_there || (cal_number_parse(cell, value) && *value >= 0 && *value <= AMOUNT_AT_MOST);
}

/* What a file says twice, in two units, is taken from its first column. */
static gboolean
read_nutrients(const GPtrArray *header, const GPtrArray *row, CalNutrients *per_100g)
{
  per_100g->unknown = ALL_UNKNOWN;
  for (guint i = 0; i < header->len; i++) {
    double value = 0;
    gboolean is_there;
    const Column *column = column_of(header->pdata[i]);
    if (column == NULL || (per_100g->unknown & 1u << column->nutrient) == 0)
      continue;
    if (!read_number(row->pdata[i], &is_there, &value))
      return FALSE;
    if (!is_there)
      continue;
    per_100g->amount[column->nutrient] = value * column->factor;
    per_100g->unknown &= ~(1u << column->nutrient);
  }
  return TRUE;
}

const char *
cal_food_table_read(const GPtrArray *header, const GPtrArray *row, CalEntry *entry)
{
  CalFood food = { 0 };
  gboolean has_portion;
  *entry = (CalEntry){ .kind = CAL_ENTRY_FOODSTUFF, .way = CAL_WAY_HAND, .at = CAL_CONTEXT_ALWAYS };
  entry->recorded = entry->at;
  if (!read_name(cell_called(header, row, names, G_N_ELEMENTS(names)), food.name))
    return "the food has no name";
  if (!read_number(cell_called(header, row, portions, G_N_ELEMENTS(portions)), &has_portion,
                   &food.portion_g) ||
      !read_nutrients(header, row, &food.per_100g))
    return "what 100 g hold, and a portion's grams, are numbers from 0 on, or empty";
  if (food.per_100g.unknown == ALL_UNKNOWN)
    return "it says nothing of a nutrient that is counted";
  if (food.portion_g > CAL_FOOD_MAX_G || !cal_food_format(&food, entry->value))
    return "what 100 g hold, and a portion's grams, are numbers from 0 on, or empty";
  g_strlcpy(entry->name, food.name, sizeof entry->name);
  return NULL;
}
