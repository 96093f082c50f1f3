/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/product.h>

#include <string.h>

#include "contents.h"
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
  if (strlen(text) != 5 || text[2] != ':')
    return -1;
  const int hour = two_digits(text), minute = two_digits(text + 3);
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
} Draft;

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
  draft->product.has_interval = days > 1;
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
parse_word(Draft *draft, CalWord word)
{
  static const struct {
    const char *key;
    bool (*parse)(Draft *draft, CalWord value);
  } keys[] = { { "at", parse_at }, { "every", parse_every }, { "with", parse_with }, { "from", parse_from } };
  CalWord key, value;
  if (!cal_word_split(word, '=', &key, &value))
    return cal_refuse(draft->refusal, CAL_REFUSAL_UNEXPECTED, draft->text, word,
                      "NUTRIENT=AMOUNT, every=7d, at=08:00 or with=food");
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    if (cal_word_is(key, keys[i].key))
      return keys[i].parse(draft, value);
  return cal_contents_parse(key, value, draft->text, &draft->product.serving, &draft->product.listed,
                            draft->refusal);
}

bool
cal_product_parse(const char *value, CalProduct *product, CalRefusal *refusal)
{
  Draft draft = { .text = value, .product = { .every_days = 1, .from = CAL_DATE_NONE }, .refusal = refusal };
  const char *cursor = value;
  CalWord word;
  while (cal_word_next(&cursor, &word))
    if (!parse_word(&draft, word))
      return false;
  if (draft.product.listed == 0)
    return cal_refuse(refusal, CAL_REFUSAL_MISSING, value, cal_word_of(value),
                      "what a serving holds, as in d=2000IU");
  *product = draft.product;
  return true;
}

static bool
format_every(const CalProduct *product, char *value)
{
  char days[4] = "";
  size_t n = 0;
  if (!product->has_interval)
    return true;
  for (int power = 100; power > 0; power /= 10)
    if (n > 0 || product->every_days / power > 0)
      days[n++] = (char)('0' + product->every_days / power % 10);
  days[n] = '\0';
  return cal_text_append(value, CAL_ENTRY_VALUE_SIZE, " every=") &&
         cal_text_append(value, CAL_ENTRY_VALUE_SIZE, days) &&
         cal_text_append(value, CAL_ENTRY_VALUE_SIZE, "d");
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
  return format_every(product, value) && format_times(product, value) && format_rest(product, value);
}
