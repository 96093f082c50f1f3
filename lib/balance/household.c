/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/household.h>

#include <stddef.h>
#include <string.h>

#include "word.h"

static const char *const names[CAL_HOUSEHOLD_COUNT] = {
  [CAL_HOUSEHOLD_CUP] = "cup",
  [CAL_HOUSEHOLD_GLASS] = "glass",
  [CAL_HOUSEHOLD_TABLESPOON] = "tablespoon",
  [CAL_HOUSEHOLD_TEASPOON] = "teaspoon",
  [CAL_HOUSEHOLD_SLICE] = "slice",
  [CAL_HOUSEHOLD_PACK] = "pack",
  [CAL_HOUSEHOLD_PIECE] = "piece",
  [CAL_HOUSEHOLD_HANDFUL] = "handful",
  [CAL_HOUSEHOLD_CAN] = "can",
  [CAL_HOUSEHOLD_FILLET] = "fillet",
  [CAL_HOUSEHOLD_BAR] = "bar",
};

static const struct {
  const char *word;
  CalHousehold measure;
} others[] = {
  { "glasses", CAL_HOUSEHOLD_GLASS },
  { "tbsp", CAL_HOUSEHOLD_TABLESPOON },
  { "tbsps", CAL_HOUSEHOLD_TABLESPOON },
  { "tbs", CAL_HOUSEHOLD_TABLESPOON },
  { "tsp", CAL_HOUSEHOLD_TEASPOON },
  { "tsps", CAL_HOUSEHOLD_TEASPOON },
  { "packet", CAL_HOUSEHOLD_PACK },
  { "packets", CAL_HOUSEHOLD_PACK },
  { "package", CAL_HOUSEHOLD_PACK },
  { "packages", CAL_HOUSEHOLD_PACK },
  { "pot", CAL_HOUSEHOLD_PACK },
  { "pots", CAL_HOUSEHOLD_PACK },
  { "pc", CAL_HOUSEHOLD_PIECE },
  { "pcs", CAL_HOUSEHOLD_PIECE },
  { "whole", CAL_HOUSEHOLD_PIECE },
  { "handfuls", CAL_HOUSEHOLD_HANDFUL },
  { "handsful", CAL_HOUSEHOLD_HANDFUL },
  { "tin", CAL_HOUSEHOLD_CAN },
  { "tins", CAL_HOUSEHOLD_CAN },
  { "filet", CAL_HOUSEHOLD_FILLET },
  { "filets", CAL_HOUSEHOLD_FILLET },
  /* in German */
  { "tasse", CAL_HOUSEHOLD_CUP },
  { "tassen", CAL_HOUSEHOLD_CUP },
  { "glas", CAL_HOUSEHOLD_GLASS },
  { "gläser", CAL_HOUSEHOLD_GLASS },
  { "esslöffel", CAL_HOUSEHOLD_TABLESPOON },
  { "el", CAL_HOUSEHOLD_TABLESPOON },
  { "teelöffel", CAL_HOUSEHOLD_TEASPOON },
  { "tl", CAL_HOUSEHOLD_TEASPOON },
  { "scheibe", CAL_HOUSEHOLD_SLICE },
  { "scheiben", CAL_HOUSEHOLD_SLICE },
  { "packung", CAL_HOUSEHOLD_PACK },
  { "packungen", CAL_HOUSEHOLD_PACK },
  { "becher", CAL_HOUSEHOLD_PACK },
  { "stück", CAL_HOUSEHOLD_PIECE },
  { "stücke", CAL_HOUSEHOLD_PIECE },
  { "handvoll", CAL_HOUSEHOLD_HANDFUL },
  { "dose", CAL_HOUSEHOLD_CAN },
  { "dosen", CAL_HOUSEHOLD_CAN },
  { "tafel", CAL_HOUSEHOLD_BAR },
  { "riegel", CAL_HOUSEHOLD_BAR },
};

const char *
cal_household_name(CalHousehold measure)
{
  return names[measure];
}

/* The word, or the word and an s. */
static bool
is_one_of(const char *word, const char *name)
{
  const size_t length = strlen(name);
  return strncmp(word, name, length) == 0 && (word[length] == '\0' || strcmp(word + length, "s") == 0);
}

bool
cal_household_parse(const char *typed, CalHousehold *measure)
{
  char folded[16];
  if (!cal_word_fold(cal_word_of(typed), folded, sizeof folded))
    return false;
  for (int i = 0; i < CAL_HOUSEHOLD_COUNT; i++)
    if (is_one_of(folded, names[i])) {
      *measure = (CalHousehold)i;
      return true;
    }
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (strcmp(folded, others[i].word) == 0) {
      *measure = others[i].measure;
      return true;
    }
  return false;
}
