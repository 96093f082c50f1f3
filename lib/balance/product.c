/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/product.h>

#include <string.h>

#include "contents.h"
#include "other.h"
#include "refuse.h"

bool
cal_product_name_valid(const char *name, size_t size)
{
  const size_t length = strlen(name);
  if (length == 0 || length >= size || name[0] == ' ' || name[length - 1] == ' ')
    return false;
  for (size_t i = 0; i < length; i++)
    if ((unsigned char)name[i] < ' ' || name[i] == 0x7f || name[i] == '=')
      return false;
  return true;
}

static int
two_digits(const char *text)
{
  if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
    return -1;
  return (text[0] - '0') * 10 + (text[1] - '0');
}

int
cal_minute_parse(const char *text)
{
  char padded[6] = "0";
  const size_t length = strlen(text);
  if (length < 4 || length > 5)
    return -1;
  memcpy(padded + 5 - length, text, length + 1); /* "8:00" is "08:00" */
  if (padded[2] != ':')
    return -1;
  const int hour = two_digits(padded), minute = two_digits(padded + 3);
  return hour < 0 || hour > 23 || minute < 0 || minute > 59 ? -1 : hour * 60 + minute;
}

void
cal_minute_format(int minute, char text[6])
{
  const int of_day = ((minute % 1440) + 1440) % 1440;
  text[0] = (char)('0' + of_day / 600);
  text[1] = (char)('0' + of_day / 60 % 10);
  text[2] = ':';
  text[3] = (char)('0' + of_day % 60 / 10);
  text[4] = (char)('0' + of_day % 10);
  text[5] = '\0';
}

/* What a parser works on. */
typedef struct Draft {
  const char *text;
  CalProduct product;
  CalRefusal *refusal;
  uint32_t said;  /* bit of Key */
  bool is_change; /* a word without a value takes out what it names */
  uint32_t taken; /* bit 1u << nutrient: taken out */
  uint32_t n_others_taken;
  char other_taken[CAL_PRODUCT_MAX_OTHERS][CAL_OTHER_NAME_SIZE];
} Draft;

typedef enum Key {
  KEY_AT = 1 << 0,
  KEY_EVERY = 1 << 1,
  KEY_ON = 1 << 2,
  KEY_WITH = 1 << 3,
  KEY_FROM = 1 << 4
} Key;

/* In ascending order. */
static void
insert_time(CalProduct *product, int minute)
{
  uint32_t i = product->n_times;
  while (i > 0 && product->minute[i - 1] > minute) {
    product->minute[i] = product->minute[i - 1];
    i--;
  }
  product->minute[i] = (int16_t)minute;
  product->n_times++;
}

static bool
parse_at(Draft *draft, CalWord value)
{
  static const char expected[] = "times of the day, as in at=08:00 or at=08:00,20:00";
  CalWord rest = value, part;
  while (cal_word_next_part(&rest, ',', &part)) {
    char time[8];
    const int minute = cal_word_copy(part, time, sizeof time) ? cal_minute_parse(time) : -1;
    if (minute < 0)
      return cal_refuse(draft->refusal, CAL_REFUSAL_OUT_OF_RANGE, draft->text, part, expected);
    if (draft->product.n_times == CAL_PRODUCT_MAX_TIMES)
      return cal_refuse(draft->refusal, CAL_REFUSAL_TOO_MANY, draft->text, part, "eight times a day at most");
    for (uint32_t i = 0; i < draft->product.n_times; i++)
      if (draft->product.minute[i] == minute)
        return cal_refuse(draft->refusal, CAL_REFUSAL_TWICE, draft->text, part, "each time once");
    insert_time(&draft->product, minute);
  }
  return true;
}

static bool
parse_every(Draft *draft, CalWord value)
{
  static const char expected[] = "a number of days from 1 to 92, as in every=7d";
  int days = 0;
  size_t i = 0;
  for (; i < value.length && i < 3 && value.start[i] >= '0' && value.start[i] <= '9'; i++)
    days = days * 10 + (value.start[i] - '0');
  if (i == 0 || i + 1 != value.length || value.start[i] != 'd')
    return cal_refuse(draft->refusal, CAL_REFUSAL_NO_NUMBER, draft->text, value, expected);
  if (days < 1 || days > CAL_PRODUCT_MAX_EVERY)
    return cal_refuse(draft->refusal, CAL_REFUSAL_OUT_OF_RANGE, draft->text, value, expected);
  draft->product.every_days = days;
  return true;
}

/* As on=mon,wed,fri. */
static const char *const weekday_names[7] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

const char *
cal_weekday_name(unsigned weekday)
{
  return weekday_names[weekday % 7];
}

static bool
parse_on(Draft *draft, CalWord value)
{
  static const char expected[] = "days of the week, as in on=mon,thu";
  CalWord rest = value, part;
  while (cal_word_next_part(&rest, ',', &part)) {
    char folded[12];
    size_t i = 0;
    const bool fits = cal_word_fold(part, folded, sizeof folded) && strlen(folded) >= 3;
    while (i < 7 && (!fits || strncmp(folded, weekday_names[i], 3) != 0))
      i++;
    if (i == 7)
      return cal_refuse(draft->refusal, CAL_REFUSAL_UNKNOWN_NAME, draft->text, part, expected);
    draft->product.weekdays |= 1u << i;
  }
  return true;
}

static bool
parse_with(Draft *draft, CalWord value)
{
  draft->product.with_food = cal_word_is(value, "food");
  return draft->product.with_food ||
         cal_refuse(draft->refusal, CAL_REFUSAL_UNKNOWN_NAME, draft->text, value, "with=food");
}

static bool
parse_from(Draft *draft, CalWord value)
{
  char date[12];
  draft->product.from = cal_word_copy(value, date, sizeof date) ? cal_date_parse(date) : CAL_DATE_NONE;
  return draft->product.from != CAL_DATE_NONE ||
         cal_refuse(draft->refusal, CAL_REFUSAL_OUT_OF_RANGE, draft->text, value,
                    "a date, as in from=2026-11-23");
}

static bool
parse_nutrient(Draft *draft, CalWord key, CalWord value)
{
  CalProduct *const product = &draft->product;
  if (cal_contents_is_known(key) || !cal_other_name_valid(key))
    return cal_contents_parse(key, value, draft->text, &product->serving, &product->listed, draft->refusal);
  CalOther other;
  if (!cal_other_parse(key, value, draft->text, &other, draft->refusal))
    return false;
  if (product->n_others == CAL_PRODUCT_MAX_OTHERS)
    return cal_refuse(draft->refusal, CAL_REFUSAL_TOO_MANY, draft->text, key, "twelve of them at most");
  for (uint32_t i = 0; i < product->n_others; i++)
    if (strcmp(product->other[i].name, other.name) == 0)
      return cal_refuse(draft->refusal, CAL_REFUSAL_TWICE, draft->text, key, "each nutrient once");
  product->other[product->n_others++] = other;
  return true;
}

/* "mk7=" of a change. What is not there is taken out easily. */
static bool
take_out(Draft *draft, CalWord key)
{
  char folded[CAL_OTHER_NAME_SIZE];
  CalNutrient nutrient;
  if (!cal_word_fold(key, folded, sizeof folded) || draft->n_others_taken == CAL_PRODUCT_MAX_OTHERS)
    return cal_refuse(draft->refusal, CAL_REFUSAL_TOO_LONG, draft->text, key, "the name of a nutrient");
  if (cal_nutrient_parse(folded, &nutrient))
    draft->taken |= 1u << nutrient;
  else
    memcpy(draft->other_taken[draft->n_others_taken++], folded, sizeof folded);
  return true;
}

static bool
parse_word(Draft *draft, CalWord word)
{
  static const struct {
    const char *name;
    Key key;
    bool (*parse)(Draft *draft, CalWord value);
  } keys[] = { { "at", KEY_AT, parse_at },
               { "every", KEY_EVERY, parse_every },
               { "on", KEY_ON, parse_on },
               { "with", KEY_WITH, parse_with },
               { "from", KEY_FROM, parse_from } };
  CalWord key, value;
  if (!cal_word_split(word, '=', &key, &value))
    return cal_refuse(draft->refusal, CAL_REFUSAL_UNEXPECTED, draft->text, word,
                      "NUTRIENT=AMOUNT, every=7d, on=mon,thu, at=08:00 or with=food");
  const bool takes_out = draft->is_change && value.length == 0;
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    if (cal_word_is(key, keys[i].name)) {
      draft->said |= keys[i].key;
      return takes_out || keys[i].parse(draft, value);
    }
  return takes_out ? take_out(draft, key) : parse_nutrient(draft, key, value);
}

/* "mk7=100 ug" is one word: a number waits for its unit. */
static bool
next_word(const char **cursor, CalWord *word)
{
  CalWord unit, before, behind;
  if (!cal_word_next(cursor, word))
    return false;
  const char last = word->start[word->length - 1];
  const char *ahead = *cursor;
  if (last < '0' || last > '9' || !cal_word_next(&ahead, &unit) ||
      cal_word_split(unit, '=', &before, &behind))
    return true;
  word->length = (size_t)(ahead - word->start);
  *cursor = ahead;
  return true;
}

static bool
parse_words(Draft *draft)
{
  const char *cursor = draft->text;
  CalWord word;
  while (next_word(&cursor, &word))
    if (!parse_word(draft, word))
      return false;
  return true;
}

/* All that is known of it being in the draft: whether it makes a product. */
static bool
finish(Draft *draft, CalProduct *product)
{
  CalProduct *const drafted = &draft->product;
  if (drafted->listed == 0 && drafted->n_others == 0)
    return cal_refuse(draft->refusal, CAL_REFUSAL_MISSING, draft->text, cal_word_of(draft->text),
                      "what a serving holds, as in d=2000IU");
  if (drafted->weekdays != 0 && drafted->every_days > 1)
    return cal_refuse(draft->refusal, CAL_REFUSAL_UNEXPECTED, draft->text, cal_word_of(draft->text),
                      "either every=7d or on=mon,thu");
  drafted->has_interval = drafted->every_days > 1 || drafted->weekdays != 0;
  *product = *drafted;
  return true;
}

bool
cal_product_parse(const char *value, CalProduct *product, CalRefusal *refusal)
{
  Draft draft = { .text = value, .product = { .every_days = 1, .from = CAL_DATE_NONE }, .refusal = refusal };
  return parse_words(&draft) && finish(&draft, product);
}

static void
keep_nutrients(const CalProduct *old, Draft *draft)
{
  CalProduct *const product = &draft->product;
  for (int i = 0; i < CAL_NUTRIENT_COUNT; i++) {
    const uint32_t bit = 1u << i;
    if ((old->listed & bit) == 0 || (product->listed & bit) != 0 || (draft->taken & bit) != 0)
      continue;
    product->listed |= bit;
    product->serving.amount[i] = old->serving.amount[i];
    product->serving.unknown |= old->serving.unknown & bit;
  }
}

static bool
is_taken_or_said(const Draft *draft, const char *name)
{
  for (uint32_t i = 0; i < draft->n_others_taken; i++)
    if (strcmp(draft->other_taken[i], name) == 0)
      return true;
  for (uint32_t i = 0; i < draft->product.n_others; i++)
    if (strcmp(draft->product.other[i].name, name) == 0)
      return true;
  return false;
}

static bool
keep_others(const CalProduct *old, Draft *draft)
{
  CalProduct *const product = &draft->product;
  for (uint32_t i = 0; i < old->n_others; i++) {
    if (is_taken_or_said(draft, old->other[i].name))
      continue;
    if (product->n_others == CAL_PRODUCT_MAX_OTHERS)
      return cal_refuse(draft->refusal, CAL_REFUSAL_TOO_MANY, draft->text, cal_word_of(draft->text),
                        "twelve of them at most");
    product->other[product->n_others++] = old->other[i];
  }
  return true;
}

/* every= and on= take one another's place. A new interval begins anew, unless from= says when. */
static void
keep_schedule(const CalProduct *old, Draft *draft)
{
  CalProduct *const product = &draft->product;
  const bool days_said = (draft->said & (KEY_EVERY | KEY_ON)) != 0;
  if ((draft->said & KEY_AT) == 0) {
    product->n_times = old->n_times;
    memcpy(product->minute, old->minute, sizeof product->minute);
  }
  if (!days_said) {
    product->every_days = old->every_days;
    product->weekdays = old->weekdays;
  }
  if ((draft->said & KEY_WITH) == 0)
    product->with_food = old->with_food;
  if ((draft->said & KEY_FROM) == 0 && (!days_said || product->every_days == old->every_days))
    product->from = old->from;
}

bool
cal_product_change(const char *words, CalProduct *product, CalRefusal *refusal)
{
  Draft draft = { .text = words,
                  .product = { .every_days = 1, .from = CAL_DATE_NONE },
                  .refusal = refusal,
                  .is_change = true };
  if (!parse_words(&draft))
    return false;
  keep_nutrients(product, &draft);
  keep_schedule(product, &draft);
  memcpy(draft.product.name, product->name, sizeof product->name);
  return keep_others(product, &draft) && finish(&draft, product);
}

bool
cal_product_is_due_on(const CalProduct *product, CalDate date)
{
  const CalDate monday = -3; /* 29 December 1969 */
  const int weekday = (int)((((int64_t)date - monday) % 7 + 7) % 7);
  const int64_t days = product->from == CAL_DATE_NONE ? date : (int64_t)date - product->from;
  if (product->from != CAL_DATE_NONE && days < 0)
    return false;
  if (product->weekdays != 0)
    return (product->weekdays >> weekday & 1u) != 0;
  return days % product->every_days == 0;
}

static bool
format_every(const CalProduct *product, char *value)
{
  char days[4] = "";
  size_t n = 0;
  if (product->every_days <= 1)
    return true;
  for (int power = 100; power > 0; power /= 10)
    if (product->every_days / power > 0)
      days[n++] = (char)('0' + product->every_days / power % 10);
  days[n] = '\0';
  return cal_text_append(value, CAL_ENTRY_VALUE_SIZE, " every=") &&
         cal_text_append(value, CAL_ENTRY_VALUE_SIZE, days) &&
         cal_text_append(value, CAL_ENTRY_VALUE_SIZE, "d");
}

static bool
format_days(const CalProduct *product, char *value)
{
  bool is_first = true;
  for (size_t i = 0; i < 7; i++) {
    if ((product->weekdays >> i & 1u) == 0)
      continue;
    if (!cal_text_append(value, CAL_ENTRY_VALUE_SIZE, is_first ? " on=" : ",") ||
        !cal_text_append(value, CAL_ENTRY_VALUE_SIZE, weekday_names[i]))
      return false;
    is_first = false;
  }
  return true;
}

static bool
format_others(const CalProduct *product, char *value)
{
  for (uint32_t i = 0; i < product->n_others; i++) {
    const CalOther *const other = &product->other[i];
    const CalAmount amount = { other->amount, other->unit };
    if (!cal_amount_append(value, CAL_ENTRY_VALUE_SIZE, other->name, other->is_known ? &amount : NULL))
      return false;
  }
  return true;
}

static bool
format_times(const CalProduct *product, char *value)
{
  for (uint32_t i = 0; i < product->n_times; i++) {
    char time[6];
    cal_minute_format(product->minute[i], time);
    if (!cal_text_append(value, CAL_ENTRY_VALUE_SIZE, i == 0 ? " at=" : ",") ||
        !cal_text_append(value, CAL_ENTRY_VALUE_SIZE, time))
      return false;
  }
  return true;
}

static bool
format_rest(const CalProduct *product, char *value)
{
  char date[11] = "";
  if (product->with_food && !cal_text_append(value, CAL_ENTRY_VALUE_SIZE, " with=food"))
    return false;
  if (product->from == CAL_DATE_NONE)
    return true;
  cal_date_format(product->from, date);
  return cal_text_append(value, CAL_ENTRY_VALUE_SIZE, " from=") &&
         cal_text_append(value, CAL_ENTRY_VALUE_SIZE, date);
}

bool
cal_product_format(const CalProduct *product, char value[CAL_ENTRY_VALUE_SIZE])
{
  value[0] = '\0';
  for (int i = 0; i < CAL_NUTRIENT_COUNT; i++)
    if ((product->listed >> i & 1u) != 0 &&
        !cal_contents_append(value, CAL_ENTRY_VALUE_SIZE, (CalNutrient)i, &product->serving))
      return false;
  return format_others(product, value) && format_every(product, value) && format_days(product, value) &&
         format_times(product, value) && format_rest(product, value);
}
