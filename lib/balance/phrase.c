/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What people type of a meal, read as a food and an amount of it. */
#include <calcifer/catalog.h>

#include <string.h>

#include "contents.h"
#include "word.h"

#define MAX_WORDS 12

typedef struct Phrase {
  CalWord word[MAX_WORDS];
  size_t n;
} Phrase;

/* The text of words first ... last - 1; false when it does not fit. */
static bool
join(const Phrase *phrase, size_t first, size_t last, char *to, size_t size)
{
  to[0] = '\0';
  if (first >= last)
    return true;
  const char *const start = phrase->word[first].start;
  const CalWord *const end = &phrase->word[last - 1];
  return cal_word_copy((CalWord){ start, (size_t)(end->start + end->length - start) }, to, size);
}

/* "of" is nobody's name. */
static size_t
behind_of(const Phrase *phrase, size_t first)
{
  return first < phrase->n && cal_word_is(phrase->word[first], "of") ? first + 1 : first;
}

typedef struct Reading {
  CalCatalogFinder find;
  const void *data;
  CalCatalogFood *food;
  double *grams;
  CalRefusal *refusal;
  CalPhraseResult result;
} Reading;

/* TRUE when the one is a food's name and the other an amount of it. */
static bool
read_texts(const char *name, const char *amount, Reading *reading)
{
  CalCatalogFood food;
  CalRefusal refusal;
  if (name[0] == '\0' || !reading->find(reading->data, name, &food))
    return false;
  if (cal_catalog_amount_g(&food, amount, reading->grams, &refusal)) {
    *reading->food = food;
    reading->result = CAL_PHRASE_OK;
    return true;
  }
  if (reading->result == CAL_PHRASE_NO_FOOD) {
    *reading->food = food;
    reading->result = CAL_PHRASE_NO_AMOUNT;
    if (reading->refusal != NULL)
      *reading->refusal = refusal;
  }
  return false;
}

/* One way to read it: a name here, an amount there. */
static bool
read_so(const Phrase *phrase, Reading *reading, size_t name_first, size_t name_last, size_t amount_first,
        size_t amount_last)
{
  char name[CAL_FOOD_NAME_SIZE], amount[CAL_FOOD_NAME_SIZE];
  return join(phrase, behind_of(phrase, name_first), name_last, name, sizeof name) &&
         join(phrase, amount_first, amount_last, amount, sizeof amount) && read_texts(name, amount, reading);
}

/* "2 herring fillets": the measure stands behind the name. */
static bool
read_measure_last(const Phrase *phrase, Reading *reading)
{
  char name[CAL_FOOD_NAME_SIZE], amount[CAL_FOOD_NAME_SIZE], measure[CAL_FOOD_NAME_SIZE];
  CalHousehold known;
  return phrase->n >= 3 && join(phrase, phrase->n - 1, phrase->n, measure, sizeof measure) &&
         cal_household_parse(measure, &known) && join(phrase, 1, phrase->n - 1, name, sizeof name) &&
         join(phrase, 0, 1, amount, sizeof amount) && cal_text_append(amount, sizeof amount, " ") &&
         cal_text_append(amount, sizeof amount, measure) && read_texts(name, amount, reading);
}

CalPhraseResult
cal_catalog_phrase(const char *text, CalCatalogFinder find, const void *data, CalCatalogFood *food,
                   double *grams, CalRefusal *refusal)
{
  Phrase phrase = { .n = 0 };
  Reading reading = { find, data, food, grams, refusal, CAL_PHRASE_NO_FOOD };
  const char *cursor = text;
  while (phrase.n < MAX_WORDS && cal_word_next(&cursor, &phrase.word[phrase.n]))
    phrase.n++;
  for (size_t length = phrase.n; length > 0; length--)
    if (read_so(&phrase, &reading, 0, length, length, phrase.n) ||
        read_so(&phrase, &reading, phrase.n - length, phrase.n, 0, phrase.n - length))
      return CAL_PHRASE_OK;
  (void)read_measure_last(&phrase, &reading); /* its result is in the reading */
  return reading.result;
}
