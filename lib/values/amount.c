/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/amount.h>

#include "decimal.h"

#include <calcifer/number.h>

#include <stddef.h>
#include <string.h>

#define MICRO_SIGN   "\xc2\xb5"     /* U+00B5, what keyboards have */
#define GREEK_MU     "\xce\xbc"     /* U+03BC, what Unicode prefers */
#define NO_BREAK     "\xc2\xa0"     /* U+00A0 */
#define NARROW_SPACE "\xe2\x80\xaf" /* U+202F, the typographer's space before a unit */

typedef struct UnitName {
  const char *name;
  CalUnit unit;
  bool any_case;
} UnitName;

static const UnitName unit_names[] = {
  { "IU", CAL_UNIT_IU, true },           { "IE", CAL_UNIT_IU, true },
  { "I.E.", CAL_UNIT_IU, true },         { "I.U.", CAL_UNIT_IU, true },
  { "ug", CAL_UNIT_UG, true },           { "mcg", CAL_UNIT_UG, true },
  { MICRO_SIGN "g", CAL_UNIT_UG, true }, { GREEK_MU "g", CAL_UNIT_UG, true },
  { "mg", CAL_UNIT_MG, false },          { "g", CAL_UNIT_G, false },
  { "kg", CAL_UNIT_KG, false },          { "ml", CAL_UNIT_ML, false },
  { "mL", CAL_UNIT_ML, false },          { "nmol/L", CAL_UNIT_NMOL_L, true },
  { "ng/mL", CAL_UNIT_NG_ML, true },     { "x", CAL_UNIT_COUNT, true },
  { "pc", CAL_UNIT_COUNT, true },        { "pcs", CAL_UNIT_COUNT, true },
  { "piece", CAL_UNIT_COUNT, true },     { "pieces", CAL_UNIT_COUNT, true },
  { "portion", CAL_UNIT_COUNT, true },   { "portions", CAL_UNIT_COUNT, true },
  { "serving", CAL_UNIT_COUNT, true },   { "servings", CAL_UNIT_COUNT, true },
};

static size_t
space_length(const char *text)
{
  if (*text == ' ' || *text == '\t')
    return 1;
  if (strncmp(text, NO_BREAK, strlen(NO_BREAK)) == 0)
    return strlen(NO_BREAK);
  if (strncmp(text, NARROW_SPACE, strlen(NARROW_SPACE)) == 0)
    return strlen(NARROW_SPACE);
  return 0;
}

static const char *
skip_spaces(const char *text)
{
  for (size_t length = space_length(text); length > 0; length = space_length(text))
    text += length;
  return text;
}

static char
lower(char c)
{
  return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Where the name ends in the text, or NULL when the text does not begin with it. */
static const char *
match_name(const char *text, const UnitName *candidate)
{
  for (const char *name = candidate->name; *name != '\0'; name++, text++) {
    const bool same = candidate->any_case ? lower(*text) == lower(*name) : *text == *name;
    if (!same)
      return NULL;
  }
  return text;
}

static bool
find_unit(const char *text, CalUnit *unit)
{
  for (size_t i = 0; i < sizeof unit_names / sizeof *unit_names; i++) {
    const char *end = match_name(text, &unit_names[i]);
    if (end != NULL && *skip_spaces(end) == '\0') {
      *unit = unit_names[i].unit;
      return true;
    }
  }
  return false;
}

/* Digits behind the number, or a second mark with digits: somebody divided thousands. */
static bool
goes_on_as_number(const char *end)
{
  const char *next = *end == '.' || *end == ',' ? end + 1 : skip_spaces(end);
  return *next >= '0' && *next <= '9';
}

static CalAmountResult
parse_value(const char *text, const char **end, double *value)
{
  CalDecimal decimal;
  *end = cal_decimal_scan(text, ".,", &decimal);
  if (decimal.integer_digits + decimal.fraction_digits == 0 ||
      (decimal.marked && decimal.fraction_digits == 0))
    return CAL_AMOUNT_NO_NUMBER;
  if (cal_decimal_is_ambiguous(text, &decimal) || goes_on_as_number(*end))
    return CAL_AMOUNT_AMBIGUOUS_SEPARATOR;
  *value = cal_decimal_value(&decimal);
  return decimal.too_large || *value > CAL_AMOUNT_MAX ? CAL_AMOUNT_OUT_OF_RANGE : CAL_AMOUNT_OK;
}

CalAmountResult
cal_amount_parse(const char *text, CalAmount *amount)
{
  CalAmount parsed = { 0 };
  const char *end;
  const CalAmountResult result = parse_value(skip_spaces(text), &end, &parsed.value);
  if (result != CAL_AMOUNT_OK)
    return result;
  end = skip_spaces(end);
  if (*end == '\0')
    return CAL_AMOUNT_NO_UNIT;
  if (!find_unit(end, &parsed.unit))
    return CAL_AMOUNT_UNKNOWN_UNIT;
  *amount = parsed;
  return CAL_AMOUNT_OK;
}

const char *
cal_unit_symbol(CalUnit unit)
{
  switch (unit) {
  case CAL_UNIT_IU:
    return "IU";
  case CAL_UNIT_UG:
    return MICRO_SIGN "g";
  case CAL_UNIT_MG:
    return "mg";
  case CAL_UNIT_G:
    return "g";
  case CAL_UNIT_KG:
    return "kg";
  case CAL_UNIT_ML:
    return "mL";
  case CAL_UNIT_NMOL_L:
    return "nmol/L";
  case CAL_UNIT_NG_ML:
    return "ng/mL";
  case CAL_UNIT_COUNT:
    return "x";
  }
  return "";
}

void
cal_amount_format(const CalAmount *amount, char text[CAL_AMOUNT_TEXT_SIZE])
{
  text[0] = '\0';
  if (!(amount->value >= 0 && amount->value <= CAL_AMOUNT_MAX))
    return;
  char number[CAL_NUMBER_TEXT_SIZE];
  cal_number_format(amount->value, 6, number);
  const char *mark = strchr(number, '.');
  strcpy(text, number);
  if (mark != NULL && strlen(mark) == 4 && amount->value >= 1)
    strcat(text, "0");
  strcat(text, " ");
  strcat(text, cal_unit_symbol(amount->unit));
}

/* Micrograms in the unit, or 0 when it is no unit of mass. */
static double
ug_per_unit(CalUnit unit)
{
  switch (unit) {
  case CAL_UNIT_UG:
    return 1;
  case CAL_UNIT_MG:
    return 1e3;
  case CAL_UNIT_G:
    return 1e6;
  case CAL_UNIT_KG:
    return 1e9;
  case CAL_UNIT_IU:
  case CAL_UNIT_ML:
  case CAL_UNIT_NMOL_L:
  case CAL_UNIT_NG_ML:
  case CAL_UNIT_COUNT:
    return 0;
  }
  return 0;
}

bool
cal_amount_convert(const CalAmount *amount, CalUnit unit, double *value)
{
  const double from = ug_per_unit(amount->unit);
  const double to = ug_per_unit(unit);
  if (amount->unit == unit) {
    *value = amount->value;
    return true;
  }
  if (from <= 0 || to <= 0)
    return false;
  *value = from >= to ? amount->value * (from / to) : amount->value / (to / from);
  return true;
}
