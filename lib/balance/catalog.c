/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/catalog.h>

#include <math.h>
#include <string.h>

#include <calcifer/amount.h>
#include <calcifer/number.h>

#include "refuse.h"
#include "word.h"

/* -- The installed table -- */

enum { FIELD_WHOLE = 12, FIELD_LABEL, FIELD_ALIASES, FIELD_MEASURES, FIELDS };

/* "cup 156 sr28" */
static bool
parse_measure(CalWord text, CalCatalogFood *food)
{
  char copy[48], name[16], number[CAL_NUMBER_TEXT_SIZE];
  CalWord word;
  CalHousehold measure;
  double grams;
  const char *cursor = copy;
  if (!cal_word_copy(text, copy, sizeof copy) || !cal_word_next(&cursor, &word) ||
      !cal_word_copy(word, name, sizeof name) || !cal_household_parse(name, &measure) ||
      !cal_word_next(&cursor, &word) || !cal_word_copy(word, number, sizeof number) ||
      !cal_number_parse(number, &grams) || !(grams > 0) || grams > CAL_FOOD_MAX_G)
    return false;
  food->measure_g[measure] = grams;
  return cal_word_next(&cursor, &word); /* who says so */
}

static bool
parse_measures(CalWord text, CalCatalogFood *food)
{
  CalWord part;
  while (text.length > 0 && cal_word_next_part(&text, ';', &part))
    if (!parse_measure(part, food))
      return false;
  return true;
}

/* What is not written down follows: spoons are parts of a cup. */
static void
derive_measures(CalCatalogFood *food)
{
  static const struct {
    CalHousehold measure;
    double cups;
  } parts[] = { { CAL_HOUSEHOLD_TABLESPOON, 1.0 / 16 }, { CAL_HOUSEHOLD_TEASPOON, 1.0 / 48 } };
  const double spoon_g = food->measure_g[CAL_HOUSEHOLD_TABLESPOON];
  if (!(food->measure_g[CAL_HOUSEHOLD_CUP] > 0) && spoon_g > 0 &&
      !(food->measure_g[CAL_HOUSEHOLD_TEASPOON] > 0))
    food->measure_g[CAL_HOUSEHOLD_TEASPOON] = spoon_g / 3;
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (!(food->measure_g[parts[i].measure] > 0))
      food->measure_g[parts[i].measure] = food->measure_g[CAL_HOUSEHOLD_CUP] * parts[i].cups;
}

bool
cal_catalog_from_csv_row(const char *row, CalCatalogFood *food)
{
  CalCatalogFood parsed = { .whole = false };
  CalWord rest = cal_word_of(row), field[FIELDS];
  size_t n = 0;
  if (!cal_food_from_csv_row(row, &parsed.food))
    return false;
  while (n < FIELDS && cal_word_next_part(&rest, ',', &field[n]))
    n++;
  if (n > FIELD_WHOLE && field[FIELD_WHOLE].length > 0 && !cal_word_is(field[FIELD_WHOLE], "whole"))
    return false;
  parsed.whole = n > FIELD_WHOLE && field[FIELD_WHOLE].length > 0;
  if (n > FIELD_WHOLE)
    parsed.food.whole = parsed.whole ? CAL_WHOLE_YES : CAL_WHOLE_NO;
  if ((n > FIELD_LABEL && !cal_word_copy(field[FIELD_LABEL], parsed.label, sizeof parsed.label)) ||
      (n > FIELD_ALIASES && !cal_word_copy(field[FIELD_ALIASES], parsed.aliases, sizeof parsed.aliases)) ||
      (n > FIELD_MEASURES && !parse_measures(field[FIELD_MEASURES], &parsed)))
    return false;
  derive_measures(&parsed);
  *food = parsed;
  return true;
}

/* -- Names -- */

/* Takes one alias after another. */
static bool
next_alias(CalWord *rest, char alias[CAL_FOOD_NAME_SIZE])
{
  CalWord part;
  return rest->length > 0 && cal_word_next_part(rest, ';', &part) &&
         cal_word_copy(part, alias, CAL_FOOD_NAME_SIZE);
}

static bool
has_alias(const CalCatalogFood *food, const char *typed, bool nearly)
{
  CalFood other = { .portion_g = 0 };
  CalWord rest = cal_word_of(food->aliases);
  char folded[CAL_FOOD_NAME_SIZE];
  if (!cal_word_fold(cal_word_of(typed), folded, sizeof folded))
    return false;
  while (next_alias(&rest, other.name))
    if (nearly ? cal_food_is_called(&other, typed) : strcmp(other.name, folded) == 0)
      return true;
  return false;
}

static bool
is_named(const CalCatalogFood *food, const char *typed)
{
  char folded[CAL_FOOD_NAME_SIZE], name[CAL_FOOD_NAME_SIZE];
  return cal_word_fold(cal_word_of(typed), folded, sizeof folded) &&
         cal_word_fold(cal_word_of(food->food.name), name, sizeof name) && strcmp(folded, name) == 0;
}

static bool
is_called(const CalCatalogFood *food, const char *typed, int pass)
{
  switch (pass) {
  case 0:
    return is_named(food, typed);
  case 1:
    return has_alias(food, typed, false);
  case 2:
    return cal_food_is_called(&food->food, typed);
  default: /* the last pass */
    return has_alias(food, typed, true);
  }
}

const CalCatalogFood *
cal_catalog_find(const CalCatalogFood *foods, size_t n_foods, const char *typed)
{
  for (int pass = 0; pass < 4; pass++)
    for (size_t i = 0; i < n_foods; i++)
      if (is_called(&foods[i], typed, pass))
        return &foods[i];
  return NULL;
}

static bool
holds(const char *text, CalWord word)
{
  char lower[CAL_CATALOG_ALIASES_SIZE], folded[CAL_FOOD_NAME_SIZE];
  return cal_word_fold(cal_word_of(text), lower, sizeof lower) &&
         cal_word_fold(word, folded, sizeof folded) && strstr(lower, folded) != NULL;
}

bool
cal_catalog_matches(const CalCatalogFood *food, const char *typed)
{
  const char *cursor = typed;
  CalWord word;
  bool any = false;
  while (cal_word_next(&cursor, &word)) {
    any = true;
    if (!holds(food->food.name, word) && !holds(food->label, word) && !holds(food->aliases, word))
      return cal_catalog_find(food, 1, typed) != NULL;
  }
  return any;
}

/* A third of the word may differ; in the whole name, or in a word of it that is no shorter by much. */
static int
likeness(const char *name, const char *folded)
{
  const size_t length = strlen(folded);
  int least = -1;
  if (length >= 3 && strstr(name, folded) != NULL)
    return 0;
  for (const char *part = name; part != NULL;) {
    char word[CAL_FOOD_NAME_SIZE] = "";
    const char *const end = strchr(part, '-');
    cal_word_copy((CalWord){ part, end != NULL ? (size_t)(end - part) : strlen(part) }, word, sizeof word);
    const int slips = cal_refuse_distance(folded, word);
    if (slips <= (int)length / 3 && (least < 0 || slips < least))
      least = slips;
    part = end != NULL ? end + 1 : NULL;
  }
  const int slips = cal_refuse_distance(folded, name);
  return slips <= (int)length / 3 && (least < 0 || slips < least) ? slips : least;
}

int
cal_catalog_likeness(const CalCatalogFood *food, const char *typed)
{
  char folded[CAL_FOOD_NAME_SIZE], alias[CAL_FOOD_NAME_SIZE];
  CalWord rest = cal_word_of(food->aliases);
  if (!cal_word_fold(cal_word_of(typed), folded, sizeof folded))
    return -1;
  int least = likeness(food->food.name, folded);
  while (next_alias(&rest, alias)) {
    const int slips = likeness(alias, folded);
    if (slips >= 0 && (least < 0 || slips < least))
      least = slips;
  }
  return least;
}

/* -- Amounts -- */

/* "120" of what comes in no pieces is rather 120 g than so many portions. */
#define PORTIONS_BY_NUMBER 12

#define LEAST_ROUNDED_G 0.01
#define HALVES_FROM_G   20

static const struct {
  const char *word;
  double count;
} counts[] = {
  { "a", 1 }, { "an", 1 }, { "one", 1 }, { "two", 2 }, { "three", 3 }, { "four", 4 }, { "half", 0.5 },
};

static bool
count_of_word(CalWord word, double *count)
{
  char folded[8];
  if (!cal_word_fold(word, folded, sizeof folded))
    return false;
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
    if (strcmp(folded, counts[i].word) == 0) {
      *count = counts[i].count;
      return true;
    }
  return false;
}

/* "a", "two" and "half an" at the beginning; *end is behind it. */
static bool
parse_count_in_words(const char *text, double *count, const char **end)
{
  const char *cursor = text;
  CalWord word;
  double article;
  if (!cal_word_next(&cursor, &word) || !count_of_word(word, count))
    return false;
  *end = cursor;
  if (*count < 1 && cal_word_next(&cursor, &word) && count_of_word(word, &article) && article == 1)
    *end = cursor;
  return true;
}

/* "2", "0.5" and "1,5" at the beginning; *end is behind it. False when there is none. */
static bool
parse_decimal(const char *text, double *count, const char **end)
{
  char number[16];
  size_t n = 0;
  CalAmount amount;
  while (n + 3 < sizeof number && ((text[n] >= '0' && text[n] <= '9') || text[n] == '.' || text[n] == ','))
    n++;
  memcpy(number, text, n);
  memcpy(number + n, " x", 3);
  if (n == 0 || cal_amount_parse(number, &amount) != CAL_AMOUNT_OK)
    return false;
  *count = amount.value;
  *end = text + n;
  return true;
}

/* "1/2" as well. */
static bool
parse_digits(const char *text, double *count, const char **end)
{
  double below;
  if (!parse_decimal(text, count, end))
    return false;
  if (**end != '/')
    return true;
  if (!parse_decimal(*end + 1, &below, end) || !(below > 0))
    return false;
  *count /= below;
  return true;
}

static bool
parse_count(const char *text, double *count, const char **end)
{
  return parse_digits(text, count, end) || parse_count_in_words(text, count, end);
}

static bool
refuse_measure(const CalCatalogFood *food, const char *text, CalRefusal *refusal)
{
  cal_refuse(refusal, CAL_REFUSAL_UNKNOWN_UNIT, text, cal_word_of(text),
             "grams, portions, or a measure that is known for this food");
  for (int i = 0; i < CAL_HOUSEHOLD_COUNT && refusal != NULL; i++)
    for (size_t j = 0; j < CAL_REFUSAL_NEAREST && food->measure_g[i] > 0; j++)
      if (refusal->nearest[j][0] == '\0') {
        memcpy(refusal->nearest[j], cal_household_name((CalHousehold)i),
               strlen(cal_household_name((CalHousehold)i)) + 1);
        break;
      }
  return false;
}

/* How heavy one of what is counted is; 0: not known here. */
static double
one_g(const CalCatalogFood *food, const char *word)
{
  CalHousehold measure;
  const double piece_g = food->measure_g[CAL_HOUSEHOLD_PIECE];
  if (word[0] == '\0')
    return piece_g > 0 ? piece_g : food->food.portion_g;
  return cal_household_parse(word, &measure) ? food->measure_g[measure] : 0;
}

/* Nobody knows a cup or a slice to more than three digits; half an avocado stays half of one. */
static double
sensible(double mass)
{
  if (mass < LEAST_ROUNDED_G)
    return mass;
  if (mass >= HALVES_FROM_G)
    return round(2 * mass) / 2;
  return mass >= 1 ? round(10 * mass) / 10 : round(1000 * mass) / 1000;
}

static bool
in_range(double mass, const char *text, double *grams, CalRefusal *refusal)
{
  if (!(mass > 0) || mass > CAL_FOOD_MAX_G)
    return cal_refuse(refusal, CAL_REFUSAL_OUT_OF_RANGE, text, cal_word_of(text), "up to 10 kg");
  *grams = sensible(mass);
  return true;
}

bool
cal_catalog_amount_g(const CalCatalogFood *food, const char *text, double *grams, CalRefusal *refusal)
{
  CalAmount amount;
  CalHousehold measure;
  const char *behind;
  double count;
  while (*text == ' ')
    text++;
  if (cal_amount_parse(text, &amount) == CAL_AMOUNT_OK && amount.unit == CAL_UNIT_ML &&
      food->measure_g[CAL_HOUSEHOLD_CUP] > 0)
    return in_range(amount.value / CAL_HOUSEHOLD_CUP_ML * food->measure_g[CAL_HOUSEHOLD_CUP], text, grams,
                    refusal);
  if (!parse_count(text, &count, &behind))
    return cal_food_amount_g(&food->food, text, grams, refusal);
  while (*behind == ' ')
    behind++;
  const double one = one_g(food, behind);
  if (behind[0] == '\0' && count > PORTIONS_BY_NUMBER && !(food->measure_g[CAL_HOUSEHOLD_PIECE] > 0))
    return cal_refuse(refusal, CAL_REFUSAL_NO_UNIT, text, cal_word_of(text), "grams, as in 85g");
  if (one > 0)
    return in_range(count * one, text, grams, refusal);
  if (cal_food_amount_g(&food->food, text, grams, refusal))
    return true;
  return cal_household_parse(behind, &measure) ? refuse_measure(food, text, refusal) : false;
}
