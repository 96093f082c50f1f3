/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Foods that close a gap of vitamin D. */
#include <math.h>
#include <string.h>

#include <calcifer/audience.h>
#include <calcifer/plan.h>

#define MOST_PORTIONS 3.0
#define MOST_G        300.0
/* Oily fish and tuna, for who is pregnant or may become so. */
#define TWICE_A_WEEK 2

static const CalPlanHabit *
habit_of(const CalPlanHabit *habits, size_t n_habits, const char *name)
{
  for (size_t i = 0; i < n_habits; i++)
    if (strcmp(habits[i].name, name) == 0)
      return &habits[i];
  return NULL;
}

/* How often any food was eaten this week that pregnant people eat twice at most. */
static uint32_t
fish_this_week(const CalFood *foods, size_t n_foods, const CalPlanHabit *habits, size_t n_habits)
{
  uint32_t times = 0;
  for (size_t i = 0; i < n_foods; i++) {
    const CalPlanHabit *const habit = habit_of(habits, n_habits, foods[i].name);
    if (habit != NULL &&
        (foods[i].not_for & (CAL_FOOD_NOT_PREGNANT_TWICE_WEEKLY | CAL_FOOD_NOT_PREGNANT)) != 0)
      times += habit->in_week;
  }
  return times;
}

static bool
may_suggest(const CalFood *food, uint32_t audience, uint32_t fish)
{
  const bool rationed =
      (audience & CAL_AUDIENCE_PREGNANT) != 0 && (food->not_for & CAL_FOOD_NOT_PREGNANT_TWICE_WEEKLY) != 0;
  return cal_audience_may_suggest(audience, food) && !(rationed && fish >= TWICE_A_WEEK);
}

/* False when it holds none that is known, or too little of it. */
static bool
measure(const CalFood *food, double gap_iu, CalPlanFood *made)
{
  const double per_100g = food->per_100g.amount[CAL_NUTRIENT_VITAMIN_D];
  if (!(per_100g > 0))
    return false;
  made->food = food;
  made->grams = 100 * gap_iu / per_100g;
  made->portions = food->portion_g > 0 ? made->grams / food->portion_g : NAN;
  return made->grams <= MOST_G && !(made->portions > MOST_PORTIONS);
}

/* "salmon" of "salmon-canned". */
static size_t
kind_length(const char *name)
{
  return strcspn(name, "-");
}

static bool
same_kind(const CalFood *a, const CalFood *b)
{
  const size_t length = kind_length(a->name);
  return length == kind_length(b->name) && memcmp(a->name, b->name, length) == 0;
}

static bool
is_better(const CalPlanFood *a, const CalPlanFood *b)
{
  if (a->habit != b->habit)
    return a->habit;
  if (isnan(a->portions) != isnan(b->portions))
    return !isnan(a->portions);
  return isnan(a->portions) ? a->grams < b->grams : a->portions < b->portions;
}

static size_t
put(CalPlanFood found[CAL_PLAN_MAX_FOODS], size_t n, const CalPlanFood *food)
{
  size_t at = 0;
  for (size_t i = 0; i < n; i++) {
    if (!same_kind(found[i].food, food->food))
      continue;
    if (!is_better(food, &found[i]))
      return n;
    memmove(&found[i], &found[i + 1], (n - i - 1) * sizeof *found);
    n--;
    break;
  }
  while (at < n && !is_better(food, &found[at]))
    at++;
  if (at == CAL_PLAN_MAX_FOODS)
    return n;
  n = n < CAL_PLAN_MAX_FOODS ? n + 1 : n;
  memmove(&found[at + 1], &found[at], (n - at - 1) * sizeof *found);
  found[at] = *food;
  return n;
}

size_t
cal_plan_foods(const CalFood *foods, size_t n_foods, const CalPlanHabit *habits, size_t n_habits,
               double gap_iu, uint32_t audience, CalPlanFood found[CAL_PLAN_MAX_FOODS])
{
  const uint32_t fish = fish_this_week(foods, n_foods, habits, n_habits);
  size_t n = 0;
  for (size_t i = 0; gap_iu > 0 && i < n_foods; i++) {
    CalPlanFood made = { .habit = habit_of(habits, n_habits, foods[i].name) != NULL };
    if (may_suggest(&foods[i], audience, fish) && measure(&foods[i], gap_iu, &made))
      n = put(found, n, &made);
  }
  return n;
}
