/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sunlog.h"

#include <math.h>

#include <calcifer/cloud.h>
#include <calcifer/duration.h>
#include <calcifer/number.h>

#include "refuse.h"

/* As long as a record may be: nobody lies in the sun for more than half a day.
 * org.calciferd.Ledger1.Sun tells it in minutes. */
#define MAX_S 43200

/* As of a record: an index above was never measured on Earth. */
#define MAX_UVI 45.0

typedef struct Draft {
  const CalProfile *profile;
  const char *text;
  CalSunlog log;
  bool accepted; /* once: a set of clothes that is unknown at its time is as good as not said */
  CalRefusal *refusal;
} Draft;

static bool
parse_number(Draft *draft, CalWord word, double low, double high, const char *expected, double *value)
{
  char copy[CAL_NUMBER_TEXT_SIZE];
  double parsed;
  if (!cal_word_copy(word, copy, sizeof copy) || !cal_number_parse(copy, &parsed))
    return cal_refuse(draft->refusal, CAL_REFUSAL_NO_NUMBER, draft->text, word, expected);
  if (!(parsed >= low && parsed <= high))
    return cal_refuse(draft->refusal, CAL_REFUSAL_OUT_OF_RANGE, draft->text, word, expected);
  *value = parsed;
  return true;
}

static bool
parse_uvi(Draft *draft, CalWord word)
{
  return parse_number(draft, word, 0, MAX_UVI, "a UV index, 0 to 45", &draft->log.uvi);
}

static bool
parse_sky(Draft *draft, CalWord word)
{
  static const char expected[] = "clear, scattered, broken, overcast or a factor from 0 to 1";
  char copy[16];
  CalCloud cloud;
  draft->log.says_sky = true;
  if (!cal_word_copy(word, copy, sizeof copy) || !cal_cloud_parse(copy, &cloud))
    return parse_number(draft, word, 0, 1, expected, &draft->log.cloud);
  draft->log.cloud = cal_cloud_factor(cloud);
  return true;
}

static bool
parse_wearing(Draft *draft, CalWord word)
{
  char name[CAL_CLOTHING_NAME_SIZE];
  return (cal_word_fold(word, name, sizeof name) &&
          cal_profile_bare_area(draft->profile, name, &draft->log.bare_area)) ||
         draft->accepted ||
         cal_refuse(draft->refusal, CAL_REFUSAL_UNKNOWN_NAME, draft->text, word,
                    "face-hands, forearms, arms, tshirt-shorts, swimwear or a set of your own");
}

static bool
parse_spf(Draft *draft, CalWord word)
{
  return parse_number(draft, word, 1, 100, "the sun protection factor, 1 (none) to 100", &draft->log.spf);
}

static bool
parse_word(Draft *draft, CalWord word)
{
  static const struct {
    const char *key;
    bool (*parse)(Draft *draft, CalWord value);
  } keys[] = {
    { "uvi", parse_uvi }, { "sky", parse_sky }, { "wearing", parse_wearing }, { "spf", parse_spf }
  };
  CalWord key, value;
  if (cal_word_split(word, '=', &key, &value))
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
      if (cal_word_is(key, keys[i].key))
        return keys[i].parse(draft, value);
  return cal_refuse(draft->refusal, CAL_REFUSAL_UNEXPECTED, draft->text, word,
                    "uvi=N, sky=SKY, wearing=SET or spf=N");
}

static bool
parse_duration(Draft *draft, CalWord word)
{
  static const char expected[] = "how long, as in 30min, up to 12h";
  char copy[24];
  if (!cal_word_copy(word, copy, sizeof copy) || !cal_duration_parse(copy, 60, &draft->log.duration_s))
    return cal_refuse(draft->refusal, CAL_REFUSAL_NO_NUMBER, draft->text, word, expected);
  return (draft->log.duration_s > 0 && draft->log.duration_s <= MAX_S) ||
         cal_refuse(draft->refusal, CAL_REFUSAL_OUT_OF_RANGE, draft->text, word, expected);
}

static bool
parse(Draft *draft)
{
  const char *cursor = draft->text;
  CalWord word;
  draft->log = (CalSunlog){ .uvi = NAN, .cloud = 1, .bare_area = NAN, .spf = NAN };
  if (!cal_word_next(&cursor, &word))
    return cal_refuse(draft->refusal, CAL_REFUSAL_MISSING, draft->text, cal_word_of(draft->text),
                      "how long, as in 30min");
  if (!parse_duration(draft, word))
    return false;
  while (cal_word_next(&cursor, &word))
    if (!parse_word(draft, word))
      return false;
  return true;
}

bool
cal_sunlog_parse(const CalProfile *profile, const char *value, CalSunlog *log, CalRefusal *refusal)
{
  Draft draft = { .profile = profile, .text = value, .refusal = refusal };
  if (!parse(&draft))
    return false;
  *log = draft.log;
  return true;
}

bool
cal_sunlog_read(const CalProfile *profile, const char *value, CalSunlog *log)
{
  Draft draft = { .profile = profile, .text = value, .accepted = true };
  if (!parse(&draft))
    return false;
  *log = draft.log;
  return true;
}
