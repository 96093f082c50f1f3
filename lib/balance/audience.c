/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/audience.h>

#include <stddef.h>

/* Skin burns more easily before, calcification is more common after: the ages at which reference intakes
 * change too. Choices. */
#define ADULT_AGE 18
#define OLD_AGE   70

#define NO_SUN        CAL_AUDIENCE_NO_SUN
#define ASK_KIDNEY    CAL_AUDIENCE_ASK_KIDNEY
#define ASK_DOCTOR    CAL_AUDIENCE_ASK_DOCTOR
#define STEADY_K      CAL_AUDIENCE_STEADY_K
#define CALCIFICATION CAL_AUDIENCE_CALCIFICATION

/* Who is spoken to differently: doc/model.md has the reasons. */
static const struct {
  CalCondition condition;
  uint32_t audience;
} by_condition[] = {
  { CAL_CONDITION_KIDNEY_DISEASE, ASK_KIDNEY },
  { CAL_CONDITION_KIDNEY_STONES, ASK_DOCTOR },
  { CAL_CONDITION_HYPERCALCAEMIA, ASK_DOCTOR | NO_SUN },
  { CAL_CONDITION_HYPERPARATHYROIDISM, ASK_DOCTOR | NO_SUN },
  { CAL_CONDITION_SARCOIDOSIS, ASK_DOCTOR | NO_SUN },
  { CAL_CONDITION_GRANULOMATOUS_DISEASE, NO_SUN },
  { CAL_CONDITION_SKIN_CANCER, NO_SUN },
  { CAL_CONDITION_LUPUS, NO_SUN },
  { CAL_CONDITION_PORPHYRIA, NO_SUN },
  { CAL_CONDITION_XERODERMA, NO_SUN },
  { CAL_CONDITION_ALBINISM, NO_SUN },
  { CAL_CONDITION_IMMUNOSUPPRESSION, NO_SUN },
  { CAL_CONDITION_DIABETES, CALCIFICATION },
};

static const struct {
  CalMedicine medicine;
  uint32_t audience;
} by_medicine[] = {
  { CAL_MEDICINE_VITAMIN_K_ANTAGONIST, STEADY_K },
  { CAL_MEDICINE_DIRECT_ANTICOAGULANT, CAL_AUDIENCE_DIRECT },
  { CAL_MEDICINE_PHOTOSENSITISER, NO_SUN },
  { CAL_MEDICINE_THIAZIDE, ASK_DOCTOR },
  { CAL_MEDICINE_DIGOXIN, ASK_DOCTOR },
  { CAL_MEDICINE_LITHIUM, ASK_DOCTOR },
  { CAL_MEDICINE_LEVOTHYROXINE, CAL_AUDIENCE_APART },
  { CAL_MEDICINE_TETRACYCLINE, CAL_AUDIENCE_APART },
  { CAL_MEDICINE_QUINOLONE, CAL_AUDIENCE_APART },
  { CAL_MEDICINE_BISPHOSPHONATE, CAL_AUDIENCE_APART },
};

/* What each of them means for each code. */
static const struct {
  CalCode code;
  CalCodeAudience means;
} by_code[CAL_CODE_COUNT] = {
  { CAL_CODE_D_LOW,
    { .reworded = NO_SUN | CAL_AUDIENCE_SUN_UNSET | CAL_AUDIENCE_NO_MORE | CAL_AUDIENCE_PREGNANT } },
  { CAL_CODE_D_HIGH, { .reworded = CAL_AUDIENCE_NO_MORE } },
  { CAL_CODE_D_VERY_HIGH, { .reworded = CAL_AUDIENCE_NO_MORE } },
  { CAL_CODE_D_WITHOUT_K2, { .silenced = STEADY_K, .reworded = CAL_AUDIENCE_NO_MORE } },
  { CAL_CODE_D_WITHOUT_MAGNESIUM, { .reworded = CAL_AUDIENCE_NO_MORE } },
  { CAL_CODE_CA_HIGH, { .reworded = CAL_AUDIENCE_NO_MORE } },
  { CAL_CODE_CA_SUPPLEMENT_HIGH, { .reworded = CAL_AUDIENCE_NO_MORE | CAL_AUDIENCE_APART } },
  { CAL_CODE_CA_MG_RATIO, { .reworded = CAL_AUDIENCE_NO_MORE } },
  { CAL_CODE_MG_LOW, { .reworded = CAL_AUDIENCE_NO_MORE } },
  { CAL_CODE_MG_SUPPLEMENT_HIGH, { .reworded = CAL_AUDIENCE_NO_MORE } },
  { CAL_CODE_K_STEADY, { .only = STEADY_K, .reworded = STEADY_K } },
  { CAL_CODE_SAME_DOSE, { 0 } },
  { CAL_CODE_SUN_HALF, { .halved = NO_SUN } },
  { CAL_CODE_SUN_NEAR, { .halved = NO_SUN } },
  { CAL_CODE_SUN_BURN, { .halved = NO_SUN } },
  { CAL_CODE_SUN_PROTECT, { 0 } },
  { CAL_CODE_SUN_WINDOW, { .silenced = NO_SUN | CAL_AUDIENCE_SUN_UNSET | CAL_AUDIENCE_NO_MORE } },
  { CAL_CODE_INTAKE_MISSED, { 0 } },
  { CAL_CODE_TAG_BATTERY, { 0 } },
  { CAL_CODE_TAG_SILENT, { 0 } },
  { CAL_CODE_RECORDS_LOST, { 0 } },
  { CAL_CODE_BLUETOOTH_OFF, { 0 } },
  { CAL_CODE_LEDGER_TROUBLE, { 0 } },
  { CAL_CODE_TAG_COUNTER, { 0 } },
  { CAL_CODE_TAG_PLACE, { 0 } },
  { CAL_CODE_TAG_STUCK, { 0 } },
  { CAL_CODE_TAG_BOND, { 0 } },
  { CAL_CODE_TAG_CLOCK, { 0 } },
};

CalCodeAudience
cal_audience_code(CalCode code)
{
  return by_code[code].means;
}

uint32_t
cal_audience_private(const CalProfile *profile)
{
  uint32_t audience = 0;
  if (cal_profile_knows(profile, CAL_PROFILE_CONDITIONS))
    for (size_t i = 0; i < sizeof by_condition / sizeof *by_condition; i++)
      if ((profile->conditions & by_condition[i].condition) != 0)
        audience |= by_condition[i].audience;
  if (cal_profile_knows(profile, CAL_PROFILE_MEDICINES))
    for (size_t i = 0; i < sizeof by_medicine / sizeof *by_medicine; i++)
      if ((profile->medicines & by_medicine[i].medicine) != 0)
        audience |= by_medicine[i].audience;
  return audience;
}

/* Of the two ages that a birth year leaves open, each rule takes the one that makes it careful. */
static uint32_t
by_age(const CalProfile *profile, CalDate on)
{
  int low;
  if (!cal_profile_age(profile, on, &low))
    return CAL_AUDIENCE_SUN_UNSET;
  return (low < ADULT_AGE ? CAL_AUDIENCE_UNDER_18 | NO_SUN : 0u) | (low + 1 > OLD_AGE ? CALCIFICATION : 0u);
}

static uint32_t
by_phototype(const CalProfile *profile)
{
  if (!cal_profile_knows(profile, CAL_PROFILE_PHOTOTYPE))
    return CAL_AUDIENCE_SUN_UNSET;
  return profile->phototype == 1 ? NO_SUN : 0;
}

static uint32_t
by_stage(const CalProfile *profile)
{
  const bool known = cal_profile_knows(profile, CAL_PROFILE_STAGE);
  return known && (profile->stage == CAL_STAGE_PREGNANT || profile->stage == CAL_STAGE_MAY_BECOME)
             ? CAL_AUDIENCE_PREGNANT
             : 0;
}

uint32_t
cal_audience_of(const CalProfile *profile, CalDate on)
{
  return cal_audience_private(profile) | by_age(profile, on) | by_phototype(profile) | by_stage(profile);
}

static double
vitamin_k_ug(const CalFood *food)
{
  const double per_100g = food->per_100g.amount[CAL_NUTRIENT_K1] + cal_nutrients_k2(&food->per_100g);
  return per_100g * (food->portion_g > 0 ? food->portion_g : 100) / 100;
}

bool
cal_audience_may_suggest(uint32_t audience, const CalFood *food)
{
  if ((audience & CAL_AUDIENCE_NO_MORE) != 0)
    return false;
  if ((audience & CAL_AUDIENCE_PREGNANT) != 0 && (food->not_for & CAL_FOOD_NOT_PREGNANT) != 0)
    return false;
  return (audience & STEADY_K) == 0 || ((food->not_for & CAL_FOOD_NOT_VITAMIN_K_ANTAGONIST) == 0 &&
                                        vitamin_k_ug(food) <= CAL_AUDIENCE_K_PORTION_UG);
}
