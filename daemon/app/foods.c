/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "foods.h"

#include <string.h>

#define SUGGESTED_AT_MOST 4

GArray *
cal_app_foods_read(const char *path)
{
  GArray *foods = g_array_new(FALSE, FALSE, sizeof(CalFood));
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) lines = NULL;
  if (!g_file_get_contents(path, &text, NULL, &error)) {
    cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_FOODS, "the table of foods is missing: %s", error->message);
    return foods;
  }
  lines = g_strsplit(text, "\n", -1);
  for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++) {
    CalFood food;
    if (lines[i][0] == '\0')
      continue;
    if (cal_food_from_csv_row(lines[i], &food))
      g_array_append_val(foods, food);
    else
      cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_FOODS, "%s, line %u: this is no row of foods", path,
                  i + 1);
  }
  return foods;
}

const CalFood *
cal_app_food_find(CalApp *app, const char *typed, gboolean *installed)
{
  const CalFood *own = cal_food_find(app->context->food, app->context->n_foods, typed);
  *installed = own == NULL;
  return own != NULL ? own : cal_food_find((const CalFood *)(void *)app->foods->data, app->foods->len, typed);
}

/* As long a common beginning, at least three letters, or the whole word inside. */
static gboolean
is_near(const char *name, const char *typed)
{
  gsize common = 0;
  while (name[common] != '\0' && g_ascii_tolower(typed[common]) == name[common])
    common++;
  return common >= 3 || (strlen(typed) >= 3 && strstr(name, typed) != NULL);
}

char *
cal_app_food_suggest(CalApp *app, const char *typed)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  for (guint i = 0; i < app->foods->len && names->len < SUGGESTED_AT_MOST; i++) {
    CalFood *food = &g_array_index(app->foods, CalFood, i);
    if (is_near(food->name, typed))
      g_ptr_array_add(names, food->name);
  }
  if (names->len == 0)
    return NULL;
  g_ptr_array_add(names, NULL);
  return g_strjoinv(", ", (char **)names->pdata);
}
