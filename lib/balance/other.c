/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "other.h"

#include <string.h>

#include <calcifer/amount.h>

#include "contents.h"
#include "refuse.h"

/* Names that are too short, or too like one of ours, to be told from a slip. */
static const char *const usual[] = {
  "a",  "e",  "b1", "b2", "b3", "b5",        "b6",        "b7",         "b9",         "b12",
  "zn", "fe", "se", "cu", "mn", "vitamin-a", "vitamin-e", "vitamin-b1", "vitamin-b2", "vitamin-b3",
};

/* Keys of products and foods: in capitals they are no nutrients either, since what is written down is folded
 * and would be read as the key. Those of two letters are too short anyhow. */
static const char *const keys[] = { "every", "with", "from", "per", "portion", "whole" };

static bool
is_key(const char *folded)
{
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    if (strcmp(folded, keys[i]) == 0)
      return true;
  return false;
}

static bool
is_usual(const char *folded)
{
  for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
    if (strcmp(folded, usual[i]) == 0)
      return true;
  return strncmp(folded, "vitamin-b", strlen("vitamin-b")) == 0;
}

/* Beyond ASCII anything is a letter. */
static bool
is_letter(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || (unsigned char)c >= 0x80;
}

bool
cal_other_name_valid(CalWord name)
{
  char folded[CAL_OTHER_NAME_SIZE];
  if (!cal_word_fold(name, folded, sizeof folded) || folded[0] == '\0' || is_key(folded) ||
      cal_contents_is_known(name))
    return false;
  for (const char *c = folded; *c != '\0'; c++)
    if (!is_letter(*c))
      return false;
  return is_usual(folded) || (strlen(folded) > 2 && !cal_contents_is_slip(name));
}

static bool
is_mass_or_iu(CalUnit unit)
{
  switch (unit) {
  case CAL_UNIT_IU:
  case CAL_UNIT_UG:
  case CAL_UNIT_MG:
  case CAL_UNIT_G:
    return true;
  case CAL_UNIT_KG:
  case CAL_UNIT_ML:
  case CAL_UNIT_NMOL_L:
  case CAL_UNIT_NG_ML:
  case CAL_UNIT_COUNT:
    return false;
  }
  return false;
}

bool
cal_other_parse(CalWord name, CalWord amount, const char *text, CalOther *other, CalRefusal *refusal)
{
  static const char expected[] = "an amount with its unit, as in zinc=10mg";
  CalOther parsed = { .is_known = false };
  char copy[CAL_AMOUNT_TEXT_SIZE];
  CalAmount read;
  if (!cal_word_fold(name, parsed.name, sizeof parsed.name))
    return cal_refuse(refusal, CAL_REFUSAL_TOO_LONG, text, name, "a name under 24 letters");
  if (!cal_word_is(amount, "?")) {
    if (!cal_word_copy(amount, copy, sizeof copy))
      return cal_refuse(refusal, CAL_REFUSAL_TOO_LONG, text, amount, expected);
    const CalAmountResult result = cal_amount_parse(copy, &read);
    if (result != CAL_AMOUNT_OK)
      return cal_refuse(refusal, cal_refusal_of_amount(result), text, amount, expected);
    if (!is_mass_or_iu(read.unit))
      return cal_refuse(refusal, CAL_REFUSAL_WRONG_UNIT, text, amount, expected);
    parsed.is_known = true;
    parsed.amount = read.value;
    parsed.unit = read.unit;
  }
  *other = parsed;
  return true;
}
