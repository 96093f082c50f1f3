/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/profile.h>

#include <math.h>
#include <string.h>

#include <calcifer/clothing.h>
#include <calcifer/number.h>

#include "refuse.h"

#define FIRST_BIRTH_YEAR 1900

/* -- Closed lists -- */

typedef struct Choice {
  const char *name;
  uint32_t value;
} Choice;

#define N(list) (sizeof list / sizeof *list)

static const Choice sexes[] = { { "female", CAL_SEX_FEMALE }, { "male", CAL_SEX_MALE } };

static const Choice stages[] = { { "none", CAL_STAGE_NONE },
                                 { "pregnant", CAL_STAGE_PREGNANT },
                                 { "may-become", CAL_STAGE_MAY_BECOME },
                                 { "lactating", CAL_STAGE_LACTATING } };

static const Choice references[] = { { "iom", CAL_REFERENCE_IOM }, { "efsa", CAL_REFERENCE_EFSA } };

static const Choice calibrations[] = { { "dowdy", CAL_CALIBRATION_DOWDY },
                                       { "webb-engelsen", CAL_CALIBRATION_WEBB_ENGELSEN } };

static const Choice weight_classes[] = { { "normal", CAL_WEIGHT_NORMAL },
                                         { "overweight", CAL_WEIGHT_OVERWEIGHT },
                                         { "obese", CAL_WEIGHT_OBESE } };

/* The names first, then what people call them. */
static const Choice conditions[] = {
  { "kidney-disease", CAL_CONDITION_KIDNEY_DISEASE },
  { "kidney-stones", CAL_CONDITION_KIDNEY_STONES },
  { "hypercalcaemia", CAL_CONDITION_HYPERCALCAEMIA },
  { "hyperparathyroidism", CAL_CONDITION_HYPERPARATHYROIDISM },
  { "sarcoidosis", CAL_CONDITION_SARCOIDOSIS },
  { "granulomatous-disease", CAL_CONDITION_GRANULOMATOUS_DISEASE },
  { "skin-cancer", CAL_CONDITION_SKIN_CANCER },
  { "lupus", CAL_CONDITION_LUPUS },
  { "porphyria", CAL_CONDITION_PORPHYRIA },
  { "xeroderma", CAL_CONDITION_XERODERMA },
  { "albinism", CAL_CONDITION_ALBINISM },
  { "immunosuppression", CAL_CONDITION_IMMUNOSUPPRESSION },
  { "diabetes", CAL_CONDITION_DIABETES },
  { "chronic-kidney-disease", CAL_CONDITION_KIDNEY_DISEASE },
  { "ckd", CAL_CONDITION_KIDNEY_DISEASE },
  { "dialysis", CAL_CONDITION_KIDNEY_DISEASE },
  { "nephrolithiasis", CAL_CONDITION_KIDNEY_STONES },
  { "hypercalcemia", CAL_CONDITION_HYPERCALCAEMIA },
  { "primary-hyperparathyroidism", CAL_CONDITION_HYPERPARATHYROIDISM },
  { "tuberculosis", CAL_CONDITION_GRANULOMATOUS_DISEASE },
  { "melanoma", CAL_CONDITION_SKIN_CANCER },
  { "sle", CAL_CONDITION_LUPUS },
  { "xeroderma-pigmentosum", CAL_CONDITION_XERODERMA },
  { "transplant", CAL_CONDITION_IMMUNOSUPPRESSION },
};

/* Classes first, then substances and brands. Doxycycline and hydrochlorothiazide are of a class of their own
 * and make skin sensitive to light besides. */
static const Choice medicines[] = {
  { "vitamin-k-antagonist", CAL_MEDICINE_VITAMIN_K_ANTAGONIST },
  { "direct-anticoagulant", CAL_MEDICINE_DIRECT_ANTICOAGULANT },
  { "photosensitiser", CAL_MEDICINE_PHOTOSENSITISER },
  { "thiazide", CAL_MEDICINE_THIAZIDE },
  { "digoxin", CAL_MEDICINE_DIGOXIN },
  { "lithium", CAL_MEDICINE_LITHIUM },
  { "levothyroxine", CAL_MEDICINE_LEVOTHYROXINE },
  { "tetracycline", CAL_MEDICINE_TETRACYCLINE },
  { "quinolone", CAL_MEDICINE_QUINOLONE },
  { "bisphosphonate", CAL_MEDICINE_BISPHOSPHONATE },
  { "warfarin", CAL_MEDICINE_VITAMIN_K_ANTAGONIST },
  { "coumadin", CAL_MEDICINE_VITAMIN_K_ANTAGONIST },
  { "marevan", CAL_MEDICINE_VITAMIN_K_ANTAGONIST },
  { "phenprocoumon", CAL_MEDICINE_VITAMIN_K_ANTAGONIST },
  { "marcumar", CAL_MEDICINE_VITAMIN_K_ANTAGONIST },
  { "marcoumar", CAL_MEDICINE_VITAMIN_K_ANTAGONIST },
  { "falithrom", CAL_MEDICINE_VITAMIN_K_ANTAGONIST },
  { "acenocoumarol", CAL_MEDICINE_VITAMIN_K_ANTAGONIST },
  { "sintrom", CAL_MEDICINE_VITAMIN_K_ANTAGONIST },
  { "fluindione", CAL_MEDICINE_VITAMIN_K_ANTAGONIST },
  { "previscan", CAL_MEDICINE_VITAMIN_K_ANTAGONIST },
  { "apixaban", CAL_MEDICINE_DIRECT_ANTICOAGULANT },
  { "eliquis", CAL_MEDICINE_DIRECT_ANTICOAGULANT },
  { "rivaroxaban", CAL_MEDICINE_DIRECT_ANTICOAGULANT },
  { "xarelto", CAL_MEDICINE_DIRECT_ANTICOAGULANT },
  { "edoxaban", CAL_MEDICINE_DIRECT_ANTICOAGULANT },
  { "lixiana", CAL_MEDICINE_DIRECT_ANTICOAGULANT },
  { "savaysa", CAL_MEDICINE_DIRECT_ANTICOAGULANT },
  { "dabigatran", CAL_MEDICINE_DIRECT_ANTICOAGULANT },
  { "pradaxa", CAL_MEDICINE_DIRECT_ANTICOAGULANT },
  { "photosensitizer", CAL_MEDICINE_PHOTOSENSITISER },
  { "isotretinoin", CAL_MEDICINE_PHOTOSENSITISER },
  { "amiodarone", CAL_MEDICINE_PHOTOSENSITISER },
  { "methoxsalen", CAL_MEDICINE_PHOTOSENSITISER },
  { "hydrochlorothiazide", CAL_MEDICINE_THIAZIDE | CAL_MEDICINE_PHOTOSENSITISER },
  { "hct", CAL_MEDICINE_THIAZIDE | CAL_MEDICINE_PHOTOSENSITISER },
  { "hctz", CAL_MEDICINE_THIAZIDE | CAL_MEDICINE_PHOTOSENSITISER },
  { "chlorthalidone", CAL_MEDICINE_THIAZIDE },
  { "indapamide", CAL_MEDICINE_THIAZIDE },
  { "lanoxin", CAL_MEDICINE_DIGOXIN },
  { "l-thyroxine", CAL_MEDICINE_LEVOTHYROXINE },
  { "synthroid", CAL_MEDICINE_LEVOTHYROXINE },
  { "euthyrox", CAL_MEDICINE_LEVOTHYROXINE },
  { "doxycycline", CAL_MEDICINE_TETRACYCLINE | CAL_MEDICINE_PHOTOSENSITISER },
  { "minocycline", CAL_MEDICINE_TETRACYCLINE },
  { "ciprofloxacin", CAL_MEDICINE_QUINOLONE },
  { "levofloxacin", CAL_MEDICINE_QUINOLONE },
  { "moxifloxacin", CAL_MEDICINE_QUINOLONE },
  { "alendronate", CAL_MEDICINE_BISPHOSPHONATE },
  { "fosamax", CAL_MEDICINE_BISPHOSPHONATE },
  { "risedronate", CAL_MEDICINE_BISPHOSPHONATE },
  { "ibandronate", CAL_MEDICINE_BISPHOSPHONATE },
};

/* -- One setter to a key -- */

typedef struct Setting {
  CalProfile *profile;
  const char *value;
  CalWay way;
  CalInstant at;
  CalInstant recorded;
  CalRefusal *refusal;
} Setting;

static bool
refuse(const Setting *setting, CalRefusalReason reason, CalWord word, const char *expected)
{
  cal_refuse(setting->refusal, reason, setting->value, word, expected);
  return false;
}

static bool
choose(const Setting *setting, CalWord word, const Choice *choices, size_t n, const char *expected,
       uint32_t *value)
{
  char folded[CAL_REFUSAL_WORD_SIZE];
  if (!cal_word_fold(word, folded, sizeof folded))
    return refuse(setting, CAL_REFUSAL_TOO_LONG, word, expected);
  for (size_t i = 0; i < n; i++)
    if (strcmp(choices[i].name, folded) == 0) {
      *value = choices[i].value;
      return true;
    }
  refuse(setting, CAL_REFUSAL_UNKNOWN_NAME, word, expected);
  for (size_t i = 0; i < n; i++)
    cal_refuse_offer(setting->refusal, choices[i].name);
  return false;
}

static bool
number(const Setting *setting, CalWord word, double low, double high, const char *expected, double *value)
{
  char copy[CAL_NUMBER_TEXT_SIZE];
  double parsed;
  if (!cal_word_copy(word, copy, sizeof copy) || !cal_number_parse(copy, &parsed))
    return refuse(setting, CAL_REFUSAL_NO_NUMBER, word, expected);
  if (!(parsed >= low && parsed <= high))
    return refuse(setting, CAL_REFUSAL_OUT_OF_RANGE, word, expected);
  *value = parsed;
  return true;
}

static bool
set_birth_year(Setting *setting)
{
  static const char expected[] = "the year of birth, as in 1980";
  const CalWord word = cal_word_of(setting->value);
  int year_now;
  double year;
  cal_date_to_civil((CalDate)(setting->recorded / 86400), &year_now, NULL, NULL);
  if (!number(setting, word, FIRST_BIRTH_YEAR, year_now, expected, &year))
    return false;
  if (year != floor(year))
    return refuse(setting, CAL_REFUSAL_NO_NUMBER, word, expected);
  if ((int)year >= year_now - 1)
    return refuse(setting, CAL_REFUSAL_INFANT, word,
                  "somebody over one year of age: infants' vitamin D belongs with their doctor");
  setting->profile->birth_year = (int)year;
  return true;
}

static bool
set_sex(Setting *setting)
{
  uint32_t value;
  if (!choose(setting, cal_word_of(setting->value), sexes, N(sexes), "female or male", &value))
    return false;
  setting->profile->sex = (CalSex)value;
  return true;
}

static bool
set_stage(Setting *setting)
{
  uint32_t value;
  if (!choose(setting, cal_word_of(setting->value), stages, N(stages),
              "none, pregnant, may-become or lactating", &value))
    return false;
  setting->profile->stage = (CalStage)value;
  return true;
}

static bool
set_phototype(Setting *setting)
{
  static const char expected[] = "Fitzpatrick's type, 1 to 6";
  double value;
  if (!number(setting, cal_word_of(setting->value), CAL_PHOTOTYPE_MIN, CAL_PHOTOTYPE_MAX, expected, &value))
    return false;
  if (value != floor(value))
    return refuse(setting, CAL_REFUSAL_OUT_OF_RANGE, cal_word_of(setting->value), expected);
  setting->profile->phototype = (int)value;
  return true;
}

/* The name of a set that exists, in its canonical spelling. */
static bool
clothing_name(const Setting *setting, CalWord word, char name[CAL_CLOTHING_NAME_SIZE])
{
  static const char expected[] = "face-hands, forearms, arms, tshirt-shorts, swimwear or a set of your own";
  double area;
  if (cal_word_fold(word, name, CAL_CLOTHING_NAME_SIZE) &&
      cal_profile_bare_area(setting->profile, name, &area))
    return true;
  refuse(setting, CAL_REFUSAL_UNKNOWN_NAME, word, expected);
  for (int i = CAL_CLOTHING_FACE_HANDS; i <= CAL_CLOTHING_SWIMWEAR; i++)
    cal_refuse_offer(setting->refusal, cal_clothing_name((CalClothing)i));
  for (uint32_t i = 0; i < setting->profile->n_own; i++)
    cal_refuse_offer(setting->refusal, setting->profile->own[i].name);
  return false;
}

static bool
set_clothing(Setting *setting)
{
  char name[CAL_CLOTHING_NAME_SIZE];
  if (!clothing_name(setting, cal_word_of(setting->value), name))
    return false;
  memcpy(setting->profile->clothing, name, sizeof name);
  return true;
}

static bool
set_spf(Setting *setting)
{
  return number(setting, cal_word_of(setting->value), 1, 100, "the sun protection factor, 1 (none) to 100",
                &setting->profile->spf);
}

static bool
parse_place(const Setting *setting, CalPlace *place)
{
  static const char expected[] =
      "LATITUDE,LONGITUDE or LATITUDE,LONGITUDE,METRES, as in 52.5,13.4, or follow";
  CalWord rest = cal_word_of(setting->value), part[3];
  size_t n = 0;
  while (n < 3 && cal_word_next_item(&rest, ',', &part[n]))
    n++;
  if (n < 2 || rest.start != NULL)
    return refuse(setting, CAL_REFUSAL_UNEXPECTED, cal_word_of(setting->value), expected);
  place->altitude_m = 0;
  return number(setting, part[0], -90, 90, expected, &place->latitude_deg) &&
         number(setting, part[1], -180, 180, expected, &place->longitude_deg) &&
         (n < 3 || number(setting, part[2], -500, 9000, expected, &place->altitude_m));
}

/* "follow" says where the place shall come from, and is no place itself. */
static bool
set_place(Setting *setting)
{
  CalProfile *const profile = setting->profile;
  if (strcmp(setting->value, "follow") == 0) {
    profile->place_follows = true;
    if (!cal_profile_knows(profile, CAL_PROFILE_PLACE))
      profile->place = (CalPlace){ NAN, NAN, 0 };
    return true;
  }
  CalPlace place;
  if (!parse_place(setting, &place))
    return false;
  profile->place = place;
  profile->place_follows = profile->place_follows && setting->way == CAL_WAY_DAEMON;
  return true;
}

static bool
set_reference(Setting *setting)
{
  uint32_t value;
  if (!choose(setting, cal_word_of(setting->value), references, N(references), "iom or efsa", &value))
    return false;
  setting->profile->reference = (CalReferenceSet)value;
  return true;
}

static bool
set_calibration(Setting *setting)
{
  uint32_t value;
  if (!choose(setting, cal_word_of(setting->value), calibrations, N(calibrations), "dowdy or webb-engelsen",
              &value))
    return false;
  setting->profile->calibration = (CalCalibration)value;
  return true;
}

/* "climatology" ends what a day's own column said. */
static bool
set_ozone(Setting *setting)
{
  setting->profile->ozone_at = CAL_INSTANT_NONE;
  if (strcmp(setting->value, "climatology") == 0)
    return true;
  CalWord word = cal_word_of(setting->value);
  if (word.length > 2 && strcmp(setting->value + word.length - 2, "DU") == 0)
    word.length -= 2;
  if (!number(setting, word, 100, 600, "the day's column, 100 to 600 DU, or climatology",
              &setting->profile->ozone_du))
    return false;
  setting->profile->ozone_at = setting->at;
  return true;
}

static bool
set_weight_class(Setting *setting)
{
  uint32_t value;
  if (!choose(setting, cal_word_of(setting->value), weight_classes, N(weight_classes),
              "normal, overweight or obese", &value))
    return false;
  setting->profile->weight_class = (CalWeightClass)value;
  return true;
}

static bool
gather(const Setting *setting, const Choice *choices, size_t n, const char *expected, uint32_t *bits)
{
  CalWord rest = cal_word_of(setting->value), part;
  *bits = 0;
  if (cal_word_is(rest, "none"))
    return true;
  while (cal_word_next_item(&rest, ',', &part)) {
    uint32_t bit;
    if (!choose(setting, part, choices, n, expected, &bit))
      return false;
    *bits |= bit;
  }
  return true;
}

static bool
set_conditions(Setting *setting)
{
  return gather(setting, conditions, N(conditions), "conditions with commas between them, or none",
                &setting->profile->conditions);
}

static bool
set_medicines(Setting *setting)
{
  return gather(setting, medicines, N(medicines), "medicines with commas between them, or none",
                &setting->profile->medicines);
}

/* A key with a closed list has it here, too, for who completes what is typed. */
static const struct {
  const char *name;
  bool (*set)(Setting *setting);
  const Choice *choices;
  size_t n_choices;
} keys[CAL_PROFILE_KEY_COUNT] = {
  [CAL_PROFILE_BIRTH_YEAR] = { "birth-year", set_birth_year, NULL, 0 },
  [CAL_PROFILE_SEX] = { "sex", set_sex, sexes, N(sexes) },
  [CAL_PROFILE_STAGE] = { "stage", set_stage, stages, N(stages) },
  [CAL_PROFILE_PHOTOTYPE] = { "phototype", set_phototype, NULL, 0 },
  [CAL_PROFILE_CLOTHING] = { "clothing", set_clothing, NULL, 0 },
  [CAL_PROFILE_SPF] = { "spf", set_spf, NULL, 0 },
  [CAL_PROFILE_PLACE] = { "place", set_place, NULL, 0 },
  [CAL_PROFILE_REFERENCE] = { "reference", set_reference, references, N(references) },
  [CAL_PROFILE_CALIBRATION] = { "calibration", set_calibration, calibrations, N(calibrations) },
  [CAL_PROFILE_OZONE] = { "ozone", set_ozone, NULL, 0 },
  [CAL_PROFILE_WEIGHT_CLASS] = { "weight-class", set_weight_class, weight_classes, N(weight_classes) },
  [CAL_PROFILE_CONDITIONS] = { "conditions", set_conditions, conditions, N(conditions) },
  [CAL_PROFILE_MEDICINES] = { "medicines", set_medicines, medicines, N(medicines) },
};

const char *
cal_profile_key_name(CalProfileKey key)
{
  return keys[key].name;
}

const char *
cal_profile_key_choice(CalProfileKey key, size_t i)
{
  return i < keys[key].n_choices ? keys[key].choices[i].name : NULL;
}

/* -- Keys with a name of their own -- */

static bool
set_threshold(Setting *setting, const char *name)
{
  CalCode code;
  double value = NAN;
  if (!cal_code_parse(name, &code))
    return cal_refuse(setting->refusal, CAL_REFUSAL_UNKNOWN_NAME, name, cal_word_of(name),
                      "threshold.CODE, with the code of an alert");
  if (setting->value[0] != '\0' && !cal_code_threshold_parse(code, setting->value, &value))
    return refuse(setting, CAL_REFUSAL_OUT_OF_RANGE, cal_word_of(setting->value),
                  "a value above 0 in the measure of that code, with its unit where it has one");
  setting->profile->threshold[code] = value;
  return true;
}

static bool
parse_parts(const Setting *setting, double *area)
{
  static const char expected[] = "body parts with commas between them (head, neck, upper-arms, forearms, "
                                 "hands, thighs, lower-legs, feet, "
                                 "chest-belly, back, buttocks, genital) or a fraction of the body, 0 to 1";
  CalWord rest = cal_word_of(setting->value), part;
  unsigned parts = 0;
  while (cal_word_next_item(&rest, ',', &part)) {
    char name[CAL_CLOTHING_NAME_SIZE];
    CalBodyPart bit;
    if (!cal_word_fold(part, name, sizeof name) || !cal_body_part_parse(name, &bit))
      return refuse(setting, CAL_REFUSAL_UNKNOWN_NAME, part, expected);
    parts |= (unsigned)bit;
  }
  *area = cal_body_bare_fraction(parts);
  return true;
}

static CalClothingSet *
own_set(CalProfile *profile, const char *name)
{
  for (uint32_t i = 0; i < profile->n_own; i++)
    if (strcmp(profile->own[i].name, name) == 0)
      return &profile->own[i];
  return NULL;
}

static void
remove_own(CalProfile *profile, CalClothingSet *set)
{
  if (set != NULL)
    *set = profile->own[--profile->n_own];
}

static bool
set_own_clothing(Setting *setting, const char *key)
{
  CalProfile *const profile = setting->profile;
  char name[CAL_CLOTHING_NAME_SIZE];
  double area;
  if (!cal_word_fold(cal_word_of(key), name, sizeof name) || name[0] == '\0' ||
      cal_clothing_parse(name, &area))
    return refuse(setting, CAL_REFUSAL_UNEXPECTED, cal_word_of(setting->value),
                  "clothing.NAME with a name of your own, under 24 letters");
  CalClothingSet *set = own_set(profile, name);
  if (setting->value[0] == '\0') {
    remove_own(profile, set);
    return true;
  }
  if (!(cal_number_parse(setting->value, &area) && area >= 0 && area <= 1) && !parse_parts(setting, &area))
    return false;
  if (set == NULL && profile->n_own == CAL_CLOTHING_OWN_SETS)
    return refuse(setting, CAL_REFUSAL_TOO_MANY, cal_word_of(setting->value), "16 sets of your own at most");
  if (set == NULL)
    set = &profile->own[profile->n_own++];
  memcpy(set->name, name, sizeof name);
  set->bare_area = area;
  return true;
}

/* "SET" or "SET spf=N". */
static bool
set_wear(Setting *setting)
{
  CalProfile *const profile = setting->profile;
  const char *cursor = setting->value;
  CalWord word, key, spf;
  char name[CAL_CLOTHING_NAME_SIZE];
  double factor = NAN;
  if (!cal_word_next(&cursor, &word)) {
    profile->wear_at = profile->wear_spf_at = CAL_INSTANT_NONE;
    return true;
  }
  if (!clothing_name(setting, word, name))
    return false;
  if (cal_word_next(&cursor, &word)) {
    if (!cal_word_split(word, '=', &key, &spf) || !cal_word_is(key, "spf"))
      return refuse(setting, CAL_REFUSAL_UNEXPECTED, word, "spf=N");
    if (!number(setting, spf, 1, 100, "the sun protection factor, 1 (none) to 100", &factor))
      return false;
  }
  memcpy(profile->wear, name, sizeof name);
  profile->wear_at = setting->at;
  if (!isnan(factor)) {
    profile->wear_spf = factor;
    profile->wear_spf_at = setting->at;
  }
  return true;
}

/* -- The profile -- */

CalProfile
cal_profile_unset(void)
{
  CalProfile profile = { .ozone_at = CAL_INSTANT_NONE,
                         .wear_at = CAL_INSTANT_NONE,
                         .wear_spf = NAN,
                         .wear_spf_at = CAL_INSTANT_NONE };
  for (int i = 0; i < CAL_CODE_COUNT; i++)
    profile.threshold[i] = NAN;
  return profile;
}

static bool
set_key(Setting *setting, CalProfileKey key)
{
  CalProfile *const profile = setting->profile;
  const uint32_t bit = 1u << key;
  if (setting->value[0] == '\0') {
    profile->known &= ~bit;
    profile->place_follows = profile->place_follows && key != CAL_PROFILE_PLACE;
    return true;
  }
  if (!keys[key].set(setting))
    return false;
  const bool is_place = key != CAL_PROFILE_PLACE || !isnan(profile->place.latitude_deg);
  if (is_place)
    profile->known |= bit;
  return true;
}

static void
refuse_key(CalRefusal *refusal, const char *key)
{
  if (refusal == NULL)
    return;
  cal_refuse(refusal, CAL_REFUSAL_UNKNOWN_NAME, key, cal_word_of(key), "a key of the profile");
  refusal->in_name = true;
  for (int i = 0; i < CAL_PROFILE_KEY_COUNT; i++)
    cal_refuse_offer(refusal, keys[i].name);
}

static bool
set_any(Setting *setting, const char *key)
{
  static const char threshold[] = "threshold.", clothing[] = "clothing.";
  for (int i = 0; i < CAL_PROFILE_KEY_COUNT; i++)
    if (strcmp(keys[i].name, key) == 0)
      return set_key(setting, (CalProfileKey)i);
  if (strncmp(key, threshold, sizeof threshold - 1) == 0)
    return set_threshold(setting, key + sizeof threshold - 1);
  if (strncmp(key, clothing, sizeof clothing - 1) == 0)
    return set_own_clothing(setting, key + sizeof clothing - 1);
  if (strcmp(key, "wear") == 0)
    return set_wear(setting);
  refuse_key(setting->refusal, key);
  return false;
}

bool
cal_profile_set(CalProfile *profile, const char *key, const char *value, CalWay way, CalInstant at,
                CalInstant recorded, CalRefusal *refusal)
{
  CalProfile changed = *profile;
  Setting setting = { &changed, value, way, at, recorded, refusal };
  if (!set_any(&setting, key))
    return false;
  *profile = changed;
  return true;
}

bool
cal_profile_bare_area(const CalProfile *profile, const char *clothing, double *area)
{
  if (cal_clothing_parse(clothing, area))
    return true;
  for (uint32_t i = 0; i < profile->n_own; i++)
    if (strcmp(profile->own[i].name, clothing) == 0) {
      *area = profile->own[i].bare_area;
      return true;
    }
  return false;
}

bool
cal_profile_age(const CalProfile *profile, CalDate on, int *low)
{
  int year;
  if (!cal_profile_knows(profile, CAL_PROFILE_BIRTH_YEAR))
    return false;
  cal_date_to_civil(on, &year, NULL, NULL);
  const int age = year - profile->birth_year - 1;
  *low = age < 0 ? 0 : age;
  return true;
}
