/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "food_advice.h"

/* Habits are what was eaten in so long. */
#define HABIT_S (30 * 86400)
#define WEEK_S  (7 * 86400)

typedef struct {
  const GArray *foods;
  guint32 *times;
  CalInstant week;
  guint32 fish_this_week;
} Habits;

static gboolean
count_food(const CalEvent *event, gpointer data)
{
  Habits *habits = data;
  if (event->kind != CAL_EVENT_ENTRY || event->of.entry.kind != CAL_ENTRY_FOOD)
    return TRUE;
  for (guint i = 0; i < habits->foods->len; i++) {
    const CalFood *food = &g_array_index(habits->foods, CalCatalogFood, i).food;
    if (!g_str_equal(food->name, event->of.entry.name))
      continue;
    habits->times[i]++;
    habits->fish_this_week +=
        event->at >= habits->week && (food->not_for & CAL_FOOD_NOT_PREGNANT_TWICE_WEEKLY) != 0;
  }
  return TRUE;
}

gssize
cal_app_advise_foods(CalApp *app, CalNutrient nutrient, double gap, guint32 audience, GArray *foods,
                     CalSuggestion *found, gsize max, GError **error)
{
  const CalInstant now = cal_app_now();
  g_autofree guint32 *times = g_new0(guint32, foods->len + 1);
  Habits habits = { foods, times, now - WEEK_S, 0 };
  if (!cal_ledger_each(app->ledger, (CalSpan){ now - HABIT_S, now + 60 }, count_food, &habits, error))
    return -1;
  const CalSuggestInput input = {
    .foods = (const CalCatalogFood *)(gpointer)foods->data,
    .n_foods = foods->len,
    .times = times,
    .nutrient = nutrient,
    .gap = gap,
    .audience = audience,
    .fish_this_week = habits.fish_this_week,
  };
  return (gssize)cal_suggest(&input, found, max);
}

const char *
cal_app_food_label(const CalCatalogFood *food)
{
  return food->label[0] != '\0' ? food->label : food->food.name;
}
