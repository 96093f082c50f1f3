/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was swallowed: food as it is told, supplements once it is settled which of them count. */
#include <string.h>

#include "check.h"
#include "fold.h"

/* A food that brings K2: more than this in a portion, of what is known. A choice. */
#define K2_FOOD_UG 5.0

/* Supplement calcium within this time counts as taken at once: a choice. */
#define BURST_S 1800

/* -- Food -- */

static bool
brings_k2(const CalFood *food, double grams)
{
  const double portion_g = food->portion_g > 0 ? food->portion_g : grams;
  return cal_nutrients_k2(&food->per_100g) * portion_g / 100 > K2_FOOD_UG;
}

void
cal_day_step_food(CalDay *day, const CalEntry *entry)
{
  CalDayResult *const sum = &day->sum;
  CalFood food;
  double grams;
  if (!cal_grams_parse(entry->value, &grams))
    return;
  sum->known = true;
  sum->n_foods++;
  if (!cal_context_eaten(&day->context, entry->name, &food)) {
    sum->food.unknown |= (1u << CAL_NUTRIENT_COUNT) - 1;
    return;
  }
  cal_food_add(&food, grams, &sum->food);
  sum->n_whole += food.whole == CAL_WHOLE_YES;
  sum->n_made += food.whole == CAL_WHOLE_NO;
  sum->k2_food = sum->k2_food || brings_k2(&food, grams);
  sum->natto = sum->natto || cal_food_is_natto(&food);
}

/* -- Supplements -- */

static void
add_intake(CalDay *day, const CalProduct *product, double servings, CalWay way, const char *id, CalInstant at)
{
  if (day->n_intakes == CAL_DAY_MAX_INTAKES) {
    /* Nothing that was taken is lost, though nobody looks for its twin any more. */
    if (cal_frame_contains(&day->frames.day, at))
      cal_nutrients_add(&day->sum.supplement, &product->serving, servings);
    return;
  }
  CalIntake *const intake = &day->intake[day->n_intakes++];
  cal_day_copy_text(intake->id, sizeof intake->id, id);
  cal_day_copy_text(intake->product, sizeof intake->product, product->name);
  intake->at = at;
  intake->way = way;
  intake->servings = servings;
  intake->serving = product->serving;
  intake->has_interval = product->has_interval;
}

/* Of a product that was added only later (or is gone) nobody knows what it held then. */
void
cal_day_step_take(CalDay *day, const CalEntry *entry)
{
  const CalProduct *const product = cal_context_product(&day->context, entry->name);
  double servings;
  if (!cal_servings_parse(entry->value, &servings))
    return;
  if (product != NULL)
    add_intake(day, product, servings, entry->way, entry->id, entry->at);
  else if (cal_frame_contains(&day->frames.day, entry->at))
    day->sum.supplement.unknown |= (1u << CAL_NUTRIENT_COUNT) - 1;
}

static void
note_unmapped(CalDay *day, const CalAddress *tag, const char *slot, double presses)
{
  CalDayResult *const sum = &day->sum;
  uint32_t i = 0;
  while (i < sum->n_unmapped &&
         (!cal_address_equal(&sum->unmapped[i].tag, tag) || strcmp(sum->unmapped[i].slot, slot) != 0))
    i++;
  if (i == CAL_DAY_MAX_UNMAPPED)
    return;
  sum->unmapped[i].tag = *tag;
  cal_day_copy_text(sum->unmapped[i].slot, sizeof sum->unmapped[i].slot, slot);
  sum->unmapped[i].presses += (uint32_t)presses;
  if (i == sum->n_unmapped)
    sum->n_unmapped++;
}

void
cal_day_step_press(CalDay *day, const CalAddress *tag, const char *slot, double presses, const char *id,
                   CalInstant at)
{
  const CalProduct *const product = cal_context_mapped(&day->context, tag, slot);
  if (product != NULL)
    add_intake(day, product, presses, CAL_WAY_BUTTON, id, at);
  else if (cal_frame_contains(&day->frames.day, at))
    note_unmapped(day, tag, slot, presses);
}

/* -- Due doses -- */

static void
plan(CalDay *day, const CalProduct *product, CalInstant since)
{
  const CalDayFrame *const frames[] = { &day->frames.before, &day->frames.day, &day->frames.after };
  for (size_t i = 0; i < 3; i++)
    day->n_due =
        (uint32_t)cal_dose_schedule(product, frames[i], since, day->due, day->n_due, CAL_DOSE_MAX_WINDOWS);
}

void
cal_day_plan_doses(CalDay *day)
{
  for (uint32_t i = 0; i < day->context.n_products; i++)
    plan(day, &day->context.product[i], CAL_INSTANT_NONE);
  cal_dose_sort(day->due, day->n_due);
}

void
cal_day_replan_doses(CalDay *day, const char *name, CalInstant since)
{
  const CalProduct *const product = cal_context_product(&day->context, name);
  uint32_t kept = 0;
  for (uint32_t i = 0; i < day->n_due; i++)
    if (day->due[i].due < since || strcmp(day->due[i].product, name) != 0)
      day->due[kept++] = day->due[i];
  memset(&day->due[kept], 0, (day->n_due - kept) * sizeof day->due[0]);
  day->n_due = kept;
  if (product != NULL)
    plan(day, product, since);
  cal_dose_sort(day->due, day->n_due);
}

/* -- The sum -- */

static int
answer_of(const void *data, const char *id)
{
  const CalDay *const day = data;
  for (uint32_t i = 0; i < day->n_answers; i++)
    if (strcmp(day->answer[i].id, id) == 0)
      return day->answer[i].second ? 2 : 1;
  return 0;
}

static bool
counts_today(const CalDay *day, const CalIntake *intake)
{
  return intake->verdict == CAL_INTAKE_COUNTS && cal_frame_contains(&day->frames.day, intake->at);
}

/* Of a product that is taken every few days one serving a day is what its interval explains. */
static double
explained_iu(const CalDay *day, uint32_t i)
{
  const CalIntake *const intake = &day->intake[i];
  if (!intake->has_interval)
    return 0;
  for (uint32_t j = 0; j < i; j++)
    if (counts_today(day, &day->intake[j]) && strcmp(day->intake[j].product, intake->product) == 0)
      return 0;
  return intake->serving.amount[CAL_NUTRIENT_VITAMIN_D] * (intake->servings < 1 ? intake->servings : 1);
}

/* Supplement calcium that counts in the half hour that ends with intake i. */
static double
burst_mg(const CalDay *day, uint32_t i)
{
  double sum = 0;
  for (uint32_t j = i + 1; j-- > 0;) {
    const CalIntake *const intake = &day->intake[j];
    if (day->intake[i].at - intake->at > BURST_S)
      break;
    if (intake->verdict == CAL_INTAKE_COUNTS)
      sum += intake->serving.amount[CAL_NUTRIENT_CALCIUM] * intake->servings;
  }
  return sum;
}

static void
add_doubt(const CalDay *day, const CalIntake *intake, CalDayResult *result)
{
  if (result->n_doubts == CAL_DOSE_MAX_DOUBTS || intake->twin < 0)
    return;
  const CalIntake *const first = &day->intake[intake->twin];
  CalDoubt *const doubt = &result->doubt[result->n_doubts++];
  cal_day_copy_text(doubt->id, sizeof doubt->id, intake->id);
  cal_day_copy_text(doubt->product, sizeof doubt->product, intake->product);
  doubt->at = intake->at;
  doubt->first_at = first->at;
  doubt->way = intake->way;
  doubt->first_way = first->way;
  doubt->minute = cal_frame_minute(&day->frames.day, intake->at);
}

static void
sum_intake(const CalDay *day, uint32_t i, CalDayResult *result)
{
  const CalIntake *const intake = &day->intake[i];
  if (!cal_frame_contains(&day->frames.day, intake->at))
    return;
  if (intake->verdict == CAL_INTAKE_DOUBT)
    add_doubt(day, intake, result);
  if (intake->verdict != CAL_INTAKE_COUNTS)
    return;
  cal_nutrients_add(&result->supplement, &intake->serving, intake->servings);
  result->interval_d_iu += explained_iu(day, i);
  const double burst = burst_mg(day, i);
  if (burst > result->calcium_burst_mg)
    result->calcium_burst_mg = burst;
}

void
cal_day_sum_intakes(CalDay *day, CalDayResult *result)
{
  cal_dose_settle(day->intake, day->n_intakes, day->due, day->n_due, answer_of, day);
  for (uint32_t i = 0; i < day->n_intakes; i++)
    sum_intake(day, i, result);
  for (uint32_t i = 0; i < day->n_due && result->n_doses < CAL_DOSE_MAX_DUE; i++)
    if (cal_frame_contains(&day->frames.day, day->due[i].due))
      result->dose[result->n_doses++] = day->due[i];
}
