/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/food.h>

#include <string.h>

#include <calcifer/amount.h>
#include <calcifer/number.h>
#include <calcifer/product.h>

#include "contents.h"
#include "refuse.h"

/* What is less would be written as 0 g, which nobody could read again. */
#define LEAST_PORTION_G 0.01

#define ALL_NUTRIENTS ((1u << CAL_NUTRIENT_COUNT) - 1)

/* -- Value texts -- */

static bool
parse_grams(const char *text, CalWord word, double most, double *grams, CalRefusal *refusal)
{
  static const char expected[] = "grams, as in 85g";
  char copy[24];
  CalAmount amount;
  if (!cal_word_copy(word, copy, sizeof copy))
    return cal_refuse(refusal, CAL_REFUSAL_TOO_LONG, text, word, expected);
  const CalAmountResult result = cal_amount_parse(copy, &amount);
  if (result != CAL_AMOUNT_OK)
    return cal_refuse(refusal, cal_refusal_of_amount(result), text, word, expected);
  if (!cal_amount_convert(&amount, CAL_UNIT_G, grams))
    return cal_refuse(refusal, CAL_REFUSAL_WRONG_UNIT, text, word, expected);
  if (*grams <= 0 || *grams > most)
    return cal_refuse(refusal, CAL_REFUSAL_OUT_OF_RANGE, text, word, expected);
  return true;
}

static bool
parse_whole(const char *text, CalWord word, CalWhole *whole, CalRefusal *refusal)
{
  if (cal_word_is(word, "yes"))
    *whole = CAL_WHOLE_YES;
  else if (cal_word_is(word, "no"))
    *whole = CAL_WHOLE_NO;
  else
    return cal_refuse(refusal, CAL_REFUSAL_UNEXPECTED, text, word, "whole=yes or whole=no");
  return true;
}

static bool
parse_word(const char *text, CalWord word, CalFood *food, uint32_t *listed, CalRefusal *refusal)
{
  CalWord key, value;
  if (!cal_word_split(word, '=', &key, &value))
    return cal_refuse(refusal, CAL_REFUSAL_UNEXPECTED, text, word, "portion=85g or NUTRIENT=AMOUNT");
  if (cal_word_is(key, "portion"))
    return parse_grams(text, value, CAL_FOOD_MAX_G, &food->portion_g, refusal);
  if (cal_word_is(key, "whole"))
    return parse_whole(text, value, &food->whole, refusal);
  return cal_contents_parse(key, value, text, &food->per_100g, listed, refusal);
}

bool
cal_food_parse(const char *value, CalFood *food, CalRefusal *refusal)
{
  CalFood parsed = { .per_100g.unknown = ALL_NUTRIENTS };
  const char *cursor = value;
  uint32_t listed = 0;
  CalWord word;
  while (cal_word_next(&cursor, &word))
    if (!parse_word(value, word, &parsed, &listed, refusal))
      return false;
  if (listed == 0)
    return cal_refuse(refusal, CAL_REFUSAL_MISSING, value, cal_word_of(value),
                      "what 100 g hold, as in magnesium=335mg");
  *food = parsed;
  return true;
}

static bool
format_portion(const CalFood *food, char *value)
{
  char number[CAL_NUMBER_TEXT_SIZE];
  const int three_digits = 3; /* 2.125 would read as two thousand */
  if (!(food->portion_g >= LEAST_PORTION_G))
    return true;
  cal_number_format(food->portion_g, three_digits - 1, number);
  return cal_text_append(value, CAL_ENTRY_VALUE_SIZE, "portion=") &&
         cal_text_append(value, CAL_ENTRY_VALUE_SIZE, number) &&
         cal_text_append(value, CAL_ENTRY_VALUE_SIZE, "g");
}

static bool
format_whole(CalWhole whole, char *value)
{
  if (whole == CAL_WHOLE_UNKNOWN)
    return true;
  return (value[0] == '\0' || cal_text_append(value, CAL_ENTRY_VALUE_SIZE, " ")) &&
         cal_text_append(value, CAL_ENTRY_VALUE_SIZE, whole == CAL_WHOLE_YES ? "whole=yes" : "whole=no");
}

bool
cal_food_format(const CalFood *food, char value[CAL_ENTRY_VALUE_SIZE])
{
  value[0] = '\0';
  if (!format_portion(food, value) || !format_whole(food->whole, value))
    return false;
  for (int i = 0; i < CAL_NUTRIENT_COUNT; i++)
    if (!cal_contents_append(value, CAL_ENTRY_VALUE_SIZE, (CalNutrient)i, &food->per_100g))
      return false;
  return true;
}

bool
cal_food_is_natto(const CalFood *food)
{
  return food->natto || strncmp(food->name, "natto", strlen("natto")) == 0;
}

void
cal_food_add(const CalFood *food, double grams, CalNutrients *sum)
{
  cal_nutrients_add(sum, &food->per_100g, grams / 100);
}

/* -- The installed table -- */

enum {
  CSV_ID,
  CSV_NDB,
  CSV_PORTION,
  CSV_FIRST_NUTRIENT,
  CSV_NOT_FOR = CSV_FIRST_NUTRIENT + 7,
  CSV_VITAMIN_C, /* from here on a row may end */
  CSV_FIELDS = CSV_VITAMIN_C + 5
};

static bool
csv_number(CalWord field, double *value)
{
  char copy[CAL_NUMBER_TEXT_SIZE];
  return cal_word_copy(field, copy, sizeof copy) && cal_number_parse(copy, value) && *value >= 0;
}

static bool
csv_contents(const CalWord field[7], CalNutrients *contents)
{
  static const CalNutrient column[7] = { CAL_NUTRIENT_VITAMIN_D, CAL_NUTRIENT_CALCIUM, CAL_NUTRIENT_MAGNESIUM,
                                         CAL_NUTRIENT_K1,        CAL_NUTRIENT_MK4,     CAL_NUTRIENT_MK7,
                                         CAL_NUTRIENT_K2_OTHER };
  *contents = (CalNutrients){ .unknown = ALL_NUTRIENTS };
  for (size_t i = 0; i < 7; i++) {
    if (field[i].length == 0)
      continue;
    if (!csv_number(field[i], &contents->amount[column[i]]))
      return false;
    contents->unknown &= ~(1u << column[i]);
  }
  return true;
}

static bool
csv_vitamin_c(CalWord field, CalNutrients *contents)
{
  if (field.length == 0)
    return true;
  contents->unknown &= ~(1u << CAL_NUTRIENT_VITAMIN_C);
  return csv_number(field, &contents->amount[CAL_NUTRIENT_VITAMIN_C]);
}

static bool
csv_not_for(CalWord rest, uint32_t *not_for)
{
  static const struct {
    const char *name;
    uint32_t bit;
  } known[] = {
    { "", 0 },
    { "pregnant", CAL_FOOD_NOT_PREGNANT },
    { "pregnant-twice-weekly", CAL_FOOD_NOT_PREGNANT_TWICE_WEEKLY },
    { "vitamin-k-antagonist", CAL_FOOD_NOT_VITAMIN_K_ANTAGONIST },
  };
  CalWord part;
  while (cal_word_next_part(&rest, ';', &part)) {
    size_t i = 0;
    while (i < sizeof known / sizeof *known && !cal_word_is(part, known[i].name))
      i++;
    if (i == sizeof known / sizeof *known)
      return false;
    *not_for |= known[i].bit;
  }
  return true;
}

bool
cal_food_from_csv_row(const char *row, CalFood *food)
{
  CalWord rest = cal_word_of(row), field[CSV_FIELDS];
  CalFood parsed = { .portion_g = 0 };
  size_t n = 0;
  while (n < CSV_FIELDS && cal_word_next_part(&rest, ',', &field[n]))
    n++;
  if (n <= CSV_NOT_FOR || rest.start != NULL ||
      !cal_word_copy(field[CSV_ID], parsed.name, sizeof parsed.name))
    return false;
  if (!cal_product_name_valid(parsed.name, sizeof parsed.name) ||
      !csv_number(field[CSV_PORTION], &parsed.portion_g) ||
      !csv_contents(&field[CSV_FIRST_NUTRIENT], &parsed.per_100g) ||
      !csv_not_for(field[CSV_NOT_FOR], &parsed.not_for) ||
      (n > CSV_VITAMIN_C && !csv_vitamin_c(field[CSV_VITAMIN_C], &parsed.per_100g)))
    return false;
  *food = parsed;
  return true;
}

/* -- What people type -- */

/* The last word's English plural endings, longest first: berries, tomatoes, eggs. */
static bool
is_plural_of(const char *typed, const char *name)
{
  static const struct {
    const char *plural;
    const char *singular;
  } endings[] = { { "ies", "y" }, { "oes", "o" }, { "ches", "ch" }, { "shes", "sh" }, { "s", "" } };
  const size_t length = strlen(typed), name_length = strlen(name);
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
    const size_t plural = strlen(endings[i].plural), singular = strlen(endings[i].singular);
    if (length < plural || name_length < singular || length - plural != name_length - singular)
      continue;
    if (memcmp(typed, name, length - plural) == 0 &&
        strcmp(typed + length - plural, endings[i].plural) == 0 &&
        strcmp(name + name_length - singular, endings[i].singular) == 0)
      return true;
  }
  return false;
}

static bool
is_exactly(const CalFood *food, const char *folded)
{
  char name[CAL_FOOD_NAME_SIZE];
  return cal_word_fold(cal_word_of(food->name), name, sizeof name) && strcmp(name, folded) == 0;
}

static bool
is_nearly(const CalFood *food, const char *folded)
{
  char name[CAL_FOOD_NAME_SIZE];
  return cal_word_fold(cal_word_of(food->name), name, sizeof name) &&
         (is_plural_of(folded, name) || is_plural_of(name, folded));
}

bool
cal_food_is_called(const CalFood *food, const char *typed)
{
  char folded[CAL_FOOD_NAME_SIZE];
  return cal_word_fold(cal_word_of(typed), folded, sizeof folded) &&
         (is_exactly(food, folded) || is_nearly(food, folded));
}

const CalFood *
cal_food_find(const CalFood *foods, size_t n_foods, const char *typed)
{
  char folded[CAL_FOOD_NAME_SIZE];
  if (!cal_word_fold(cal_word_of(typed), folded, sizeof folded))
    return NULL;
  for (size_t i = 0; i < n_foods; i++)
    if (is_exactly(&foods[i], folded))
      return &foods[i];
  for (size_t i = 0; i < n_foods; i++)
    if (is_nearly(&foods[i], folded))
      return &foods[i];
  return NULL;
}

/* Words that mean one portion. A cup or a spoon does not: it has a size of its own for each food. */
static bool
means_portion(CalWord word)
{
  static const char *const words[] = { "",        "portion", "portions", "serving", "servings", "piece",
                                       "pieces",  "pc",      "pcs",      "pack",    "packs",    "packet",
                                       "packets", "slice",   "slices",   "x" };
  char folded[16];
  if (!cal_word_fold(word, folded, sizeof folded))
    return false;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strcmp(folded, words[i]) == 0)
      return true;
  return false;
}

/* A number with nothing but a portion's word behind it; false when it is something else. */
static bool
parse_portions(const char *text, double *portions)
{
  char number[16];
  size_t n = 0;
  while (text[n] == ' ')
    text++;
  for (; n + 3 < sizeof number && ((text[n] >= '0' && text[n] <= '9') || text[n] == '.' || text[n] == ',');
       n++)
    number[n] = text[n];
  memcpy(number + n, " x", 3);
  CalAmount amount;
  if (!means_portion(cal_word_of(text + n)) || cal_amount_parse(number, &amount) != CAL_AMOUNT_OK)
    return false;
  *portions = amount.value;
  return true;
}

bool
cal_food_amount_g(const CalFood *food, const char *text, double *grams, CalRefusal *refusal)
{
  double portions = 1;
  if (text[0] != '\0' && !parse_portions(text, &portions))
    return parse_grams(text, cal_word_of(text), CAL_FOOD_MAX_G, grams, refusal);
  const double mass = portions * food->portion_g;
  if (!(food->portion_g > 0))
    return cal_refuse(refusal, CAL_REFUSAL_NO_UNIT, text, cal_word_of(text),
                      "grams: its portion is not known");
  if (!(mass > 0) || mass > CAL_FOOD_MAX_G)
    return cal_refuse(refusal, CAL_REFUSAL_OUT_OF_RANGE, text, cal_word_of(text), "up to 10 kg");
  *grams = mass;
  return true;
}
