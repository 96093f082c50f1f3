/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/nutrient.h>

#include <math.h>
#include <stddef.h>
#include <string.h>

/* As widely quoted; not read in the original. */
#define MK7_HALF_LIFE_H 68.0

static const struct {
  const char *name;
  CalUnit unit;
} nutrients[CAL_NUTRIENT_COUNT] = {
  [CAL_NUTRIENT_VITAMIN_D] = { "d", CAL_UNIT_IU },
  [CAL_NUTRIENT_CALCIUM] = { "calcium", CAL_UNIT_MG },
  [CAL_NUTRIENT_MAGNESIUM] = { "magnesium", CAL_UNIT_MG },
  [CAL_NUTRIENT_K1] = { "k1", CAL_UNIT_UG },
  [CAL_NUTRIENT_MK4] = { "mk4", CAL_UNIT_UG },
  [CAL_NUTRIENT_MK7] = { "mk7", CAL_UNIT_UG },
  [CAL_NUTRIENT_K2_OTHER] = { "k2-other", CAL_UNIT_UG },
  [CAL_NUTRIENT_VITAMIN_C] = { "vitamin-c", CAL_UNIT_MG },
};

/* What people type and labels print, apart from the canonical names. K2 on a label that says no more is
 * MK-7's: it is the form that supplements are made of. */
static const struct {
  const char *alias;
  CalNutrient nutrient;
} aliases[] = {
  { "d2", CAL_NUTRIENT_VITAMIN_D },
  { "d3", CAL_NUTRIENT_VITAMIN_D },
  { "vitamin-d", CAL_NUTRIENT_VITAMIN_D },
  { "vitamin-d2", CAL_NUTRIENT_VITAMIN_D },
  { "vitamin-d3", CAL_NUTRIENT_VITAMIN_D },
  { "ergocalciferol", CAL_NUTRIENT_VITAMIN_D },
  { "cholecalciferol", CAL_NUTRIENT_VITAMIN_D },
  { "colecalciferol", CAL_NUTRIENT_VITAMIN_D },
  { "ca", CAL_NUTRIENT_CALCIUM },
  { "mg", CAL_NUTRIENT_MAGNESIUM },
  { "vitamin-k1", CAL_NUTRIENT_K1 },
  { "phylloquinone", CAL_NUTRIENT_K1 },
  { "mk-4", CAL_NUTRIENT_MK4 },
  { "menaquinone-4", CAL_NUTRIENT_MK4 },
  { "k2", CAL_NUTRIENT_MK7 },
  { "vitamin-k2", CAL_NUTRIENT_MK7 },
  { "mk-7", CAL_NUTRIENT_MK7 },
  { "k2-mk7", CAL_NUTRIENT_MK7 },
  { "k2-mk4", CAL_NUTRIENT_MK4 },
  { "menaquinone-7", CAL_NUTRIENT_MK7 },
  { "mk8", CAL_NUTRIENT_K2_OTHER },
  { "mk9", CAL_NUTRIENT_K2_OTHER },
  { "mk-8", CAL_NUTRIENT_K2_OTHER },
  { "mk-9", CAL_NUTRIENT_K2_OTHER },
  { "c", CAL_NUTRIENT_VITAMIN_C },
  { "ascorbic-acid", CAL_NUTRIENT_VITAMIN_C },
};

const char *
cal_nutrient_word(size_t i)
{
  if (i < CAL_NUTRIENT_COUNT)
    return nutrients[i].name;
  i -= CAL_NUTRIENT_COUNT;
  return i < sizeof aliases / sizeof *aliases ? aliases[i].alias : NULL;
}

const char *
cal_nutrient_name(CalNutrient nutrient)
{
  return nutrients[nutrient].name;
}

CalUnit
cal_nutrient_unit(CalNutrient nutrient)
{
  return nutrients[nutrient].unit;
}

/* ASCII alone: the names are. */
static bool
is_called(const char *typed, const char *name)
{
  for (; *typed != '\0' && *name != '\0'; typed++, name++) {
    const char lower = (char)(*typed >= 'A' && *typed <= 'Z' ? *typed - 'A' + 'a' : *typed);
    if (lower != *name)
      return false;
  }
  return *typed == *name;
}

bool
cal_nutrient_parse(const char *name, CalNutrient *nutrient)
{
  for (int i = 0; i < CAL_NUTRIENT_COUNT; i++)
    if (is_called(name, nutrients[i].name)) {
      *nutrient = (CalNutrient)i;
      return true;
    }
  for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
    if (is_called(name, aliases[i].alias)) {
      *nutrient = aliases[i].nutrient;
      return true;
    }
  return false;
}

void
cal_nutrients_add(CalNutrients *sum, const CalNutrients *part, double factor)
{
  if (!(factor > 0))
    return;
  for (int i = 0; i < CAL_NUTRIENT_COUNT; i++)
    sum->amount[i] += factor * part->amount[i];
  sum->unknown |= part->unknown;
}

double
cal_nutrients_k2(const CalNutrients *of)
{
  return of->amount[CAL_NUTRIENT_MK4] + of->amount[CAL_NUTRIENT_MK7] + of->amount[CAL_NUTRIENT_K2_OTHER];
}

double
cal_nutrients_mk7_carried_ug(double carried_ug, double taken_ug)
{
  return (carried_ug + taken_ug) * exp2(-24 / MK7_HALF_LIFE_H);
}
