/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "contents.h"

#include <string.h>

#include <calcifer/amount.h>
#include <calcifer/units.h>

#include "refuse.h"

#define AMOUNT_SIZE 40

static void
offer_nutrients(CalRefusal *refusal)
{
  for (int i = 0; i < CAL_NUTRIENT_COUNT; i++)
    cal_refuse_offer(refusal, cal_nutrient_name((CalNutrient)i));
}

bool
cal_contents_is_known(CalWord name)
{
  char folded[AMOUNT_SIZE];
  CalNutrient nutrient;
  return cal_word_fold(name, folded, sizeof folded) && cal_nutrient_parse(folded, &nutrient);
}

/* One letter in a short name, two in a long one. */
bool
cal_contents_is_slip(CalWord name)
{
  char folded[AMOUNT_SIZE];
  const char *word;
  if (!cal_word_fold(name, folded, sizeof folded))
    return false;
  const int few = name.length > 5 ? 2 : 1;
  for (size_t i = 0; (word = cal_nutrient_word(i)) != NULL; i++)
    if (cal_refuse_distance(folded, word) <= few)
      return true;
  return false;
}

static bool
parse_nutrient(CalWord name, const char *text, CalNutrient *nutrient, CalRefusal *refusal)
{
  char folded[AMOUNT_SIZE];
  if (cal_word_fold(name, folded, sizeof folded) && cal_nutrient_parse(folded, nutrient))
    return true;
  cal_refuse(refusal, CAL_REFUSAL_UNKNOWN_NAME, text, name, "a nutrient, as in d=2000IU or magnesium=200mg");
  offer_nutrients(refusal);
  return false;
}

/* In the nutrient's own unit; false when the unit does not measure it. */
static bool
convert(const CalAmount *amount, CalNutrient nutrient, double *value)
{
  const CalUnit unit = cal_nutrient_unit(nutrient);
  double ug;
  if (unit != CAL_UNIT_IU)
    return cal_amount_convert(amount, unit, value);
  if (amount->unit == CAL_UNIT_IU)
    *value = amount->value;
  else if (cal_amount_convert(amount, CAL_UNIT_UG, &ug))
    *value = cal_iu_from_ug(ug);
  else
    return false;
  return true;
}

static double
most(CalNutrient nutrient)
{
  switch (cal_nutrient_unit(nutrient)) {
  case CAL_UNIT_IU:
    return CAL_CONTENTS_MAX_IU;
  case CAL_UNIT_MG:
    return CAL_CONTENTS_MAX_G * 1e3;
  case CAL_UNIT_UG:
    return CAL_CONTENTS_MAX_G * 1e6;
  case CAL_UNIT_G:
  case CAL_UNIT_KG:
  case CAL_UNIT_ML:
  case CAL_UNIT_NMOL_L:
  case CAL_UNIT_NG_ML:
  case CAL_UNIT_COUNT:
    return 0;
  }
  return 0;
}

static bool
parse_amount(CalNutrient nutrient, CalWord word, const char *text, double *value, CalRefusal *refusal)
{
  char copy[AMOUNT_SIZE];
  CalAmount amount;
  const char *const expected = cal_nutrient_unit(nutrient) == CAL_UNIT_IU
                                   ? "an amount with its unit, as in 2000IU or 50ug"
                                   : "a mass with its unit, as in 200mg or 100ug";
  if (!cal_word_copy(word, copy, sizeof copy))
    return cal_refuse(refusal, CAL_REFUSAL_TOO_LONG, text, word, expected);
  const CalAmountResult result = cal_amount_parse(copy, &amount);
  if (result != CAL_AMOUNT_OK)
    return cal_refuse(refusal, cal_refusal_of_amount(result), text, word, expected);
  if (!convert(&amount, nutrient, value))
    return cal_refuse(refusal, CAL_REFUSAL_WRONG_UNIT, text, word, expected);
  if (*value > most(nutrient))
    return cal_refuse(refusal, CAL_REFUSAL_OUT_OF_RANGE, text, word, "an amount that a serving can hold");
  return true;
}

bool
cal_contents_parse(CalWord name, CalWord amount, const char *text, CalNutrients *contents, uint32_t *listed,
                   CalRefusal *refusal)
{
  CalNutrient nutrient;
  if (!parse_nutrient(name, text, &nutrient, refusal))
    return false;
  const uint32_t bit = 1u << nutrient;
  if ((*listed & bit) != 0)
    return cal_refuse(refusal, CAL_REFUSAL_TWICE, text, name, "each nutrient once");
  contents->unknown &= ~bit;
  contents->amount[nutrient] = 0;
  if (cal_word_is(amount, "?"))
    contents->unknown |= bit;
  else if (!parse_amount(nutrient, amount, text, &contents->amount[nutrient], refusal))
    return false;
  *listed |= bit;
  return true;
}

bool
cal_text_append(char *text, size_t size, const char *more)
{
  const size_t length = strlen(text), added = strlen(more);
  if (length + added >= size)
    return false;
  memcpy(text + length, more, added + 1);
  return true;
}

/* "37.5 \u00b5g" as value texts have it: without a space, and in ASCII. */
static void
squeeze(const char *formatted, char *to)
{
  for (; *formatted != '\0'; formatted++)
    if ((unsigned char)formatted[0] == 0xc2 && (unsigned char)formatted[1] == 0xb5) {
      *to++ = 'u';
      formatted++;
    } else if (*formatted != ' ') {
      *to++ = *formatted;
    }
  *to = '\0';
}

bool
cal_amount_append(char *text, size_t size, const char *name, const CalAmount *amount)
{
  char squeezed[CAL_AMOUNT_TEXT_SIZE] = "?";
  if (amount != NULL) {
    char formatted[CAL_AMOUNT_TEXT_SIZE];
    cal_amount_format(amount, formatted);
    squeeze(formatted, squeezed);
  }
  return (text[0] == '\0' || cal_text_append(text, size, " ")) && cal_text_append(text, size, name) &&
         cal_text_append(text, size, "=") && cal_text_append(text, size, squeezed);
}

bool
cal_contents_append(char *text, size_t size, CalNutrient nutrient, const CalNutrients *contents)
{
  const CalAmount known = { contents->amount[nutrient], cal_nutrient_unit(nutrient) };
  const bool is_known = (contents->unknown >> nutrient & 1u) == 0;
  return cal_amount_append(text, size, cal_nutrient_name(nutrient), is_known ? &known : NULL);
}
