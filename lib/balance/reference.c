/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/reference.h>

#include <math.h>

#include <calcifer/skin.h>
#include <calcifer/units.h>

/* From this age on a person is an adult, where nothing more is known of the age. */
#define ADULT              19
#define OLDEST             120
#define UNKNOWN_AGE_FACTOR 0.49 /* of 60 and over: the lowest there is (Godar, quoted by many) */

/* Up to which age (in whole years) a row holds, and its figures; of two figures the first is male's. */
typedef struct Row {
  int to_age;
  double d_target_ug;
  double d_ul_ug;
  double calcium_mg[2];
  double calcium_ul_mg;
  double magnesium_mg[2];
  double magnesium_ear_mg[2];
  double magnesium_ul_mg;
  double k1_ug[2];
} Row;

#define NONE NAN

/* IOM/NASEM: RDA, or AI for vitamin K; UL. Dietary Reference Intakes for Calcium and Vitamin D (2011), and
 * for Calcium, Phosphorus, Magnesium, Vitamin D and Fluoride (1997; the UL of magnesium is of supplements
 * alone), and for Vitamin A, Vitamin K ... (2001). The EARs of magnesium below 19 years are widely quoted;
 * they were not read in the primary source. */
static const Row iom[] = {
  { 3, 15, 63, { 700, 700 }, 2500, { 80, 80 }, { 65, 65 }, 65, { 30, 30 } },
  { 8, 15, 75, { 1000, 1000 }, 2500, { 130, 130 }, { 110, 110 }, 110, { 55, 55 } },
  { 13, 15, 100, { 1300, 1300 }, 3000, { 240, 240 }, { 200, 200 }, 350, { 60, 60 } },
  { 18, 15, 100, { 1300, 1300 }, 3000, { 410, 360 }, { 340, 300 }, 350, { 75, 75 } },
  { 30, 15, 100, { 1000, 1000 }, 2500, { 400, 310 }, { 330, 255 }, 350, { 120, 90 } },
  { 50, 15, 100, { 1000, 1000 }, 2500, { 420, 320 }, { 350, 265 }, 350, { 120, 90 } },
  { 70, 15, 100, { 1000, 1200 }, 2000, { 420, 320 }, { 350, 265 }, 350, { 120, 90 } },
  { OLDEST, 20, 100, { 1200, 1200 }, 2000, { 420, 320 }, { 350, 265 }, 350, { 120, 90 } },
};

static const Row iom_pregnant[] = {
  { 18, 15, 100, { 1300, 1300 }, 3000, { 400, 400 }, { 335, 335 }, 350, { 75, 75 } },
  { 30, 15, 100, { 1000, 1000 }, 2500, { 350, 350 }, { 290, 290 }, 350, { 90, 90 } },
  { OLDEST, 15, 100, { 1000, 1000 }, 2500, { 360, 360 }, { 300, 300 }, 350, { 90, 90 } },
};

static const Row iom_lactating[] = {
  { 18, 15, 100, { 1300, 1300 }, 3000, { 360, 360 }, { 300, 300 }, 350, { 75, 75 } },
  { 30, 15, 100, { 1000, 1000 }, 2500, { 310, 310 }, { 255, 255 }, 350, { 90, 90 } },
  { OLDEST, 15, 100, { 1000, 1000 }, 2500, { 320, 320 }, { 265, 265 }, 350, { 90, 90 } },
};

/* EFSA: AI of vitamin D and K1 and magnesium, PRI of calcium, ULs (vitamin D 2023). Figures below 18 years
 * and the UL of magnesium are widely quoted; they were not read in the primary source. The EARs of magnesium
 * are the same as above: EFSA has none. */
static const Row efsa[] = {
  { 2, 15, 50, { 450, 450 }, NONE, { 170, 170 }, { 65, 65 }, NONE, { 12, 12 } },
  { 3, 15, 50, { 450, 450 }, NONE, { 230, 230 }, { 65, 65 }, NONE, { 12, 12 } },
  { 6, 15, 50, { 800, 800 }, NONE, { 230, 230 }, { 110, 110 }, 250, { 20, 20 } },
  { 8, 15, 50, { 800, 800 }, NONE, { 230, 230 }, { 110, 110 }, 250, { 30, 30 } },
  { 9, 15, 50, { 800, 800 }, NONE, { 230, 230 }, { 200, 200 }, 250, { 30, 30 } },
  { 10, 15, 50, { 800, 800 }, NONE, { 300, 250 }, { 200, 200 }, 250, { 30, 30 } },
  { 13, 15, 100, { 1150, 1150 }, NONE, { 300, 250 }, { 200, 200 }, 250, { 45, 45 } },
  { 14, 15, 100, { 1150, 1150 }, NONE, { 300, 250 }, { 340, 300 }, 250, { 45, 45 } },
  { 17, 15, 100, { 1150, 1150 }, NONE, { 300, 250 }, { 340, 300 }, 250, { 65, 65 } },
  { 18, 15, 100, { 1000, 1000 }, 2500, { 350, 300 }, { 340, 300 }, 250, { 70, 70 } },
  { 24, 15, 100, { 1000, 1000 }, 2500, { 350, 300 }, { 330, 255 }, 250, { 70, 70 } },
  { 30, 15, 100, { 950, 950 }, 2500, { 350, 300 }, { 330, 255 }, 250, { 70, 70 } },
  { OLDEST, 15, 100, { 950, 950 }, 2500, { 350, 300 }, { 350, 265 }, 250, { 70, 70 } },
};

static const Row *
row_of(const Row *rows, int age)
{
  while (rows->to_age < age && rows->to_age < OLDEST)
    rows++;
  return rows;
}

static double
magnesium_ear(const Row *row, CalStage stage, int age, int sex)
{
  if (stage == CAL_STAGE_PREGNANT)
    return row_of(iom_pregnant, age)->magnesium_ear_mg[sex];
  if (stage == CAL_STAGE_LACTATING)
    return row_of(iom_lactating, age)->magnesium_ear_mg[sex];
  return row->magnesium_ear_mg[sex];
}

static const Row *
table_of(CalReferenceSet set, CalStage stage)
{
  if (set == CAL_REFERENCE_EFSA)
    return efsa;
  if (stage == CAL_STAGE_PREGNANT)
    return iom_pregnant;
  return stage == CAL_STAGE_LACTATING ? iom_lactating : iom;
}

/* fmin() passes over a NAN: what one possible age has no limit for, the other has. */
static void
lower(const CalReference *one, CalReference *least)
{
  least->d_target_iu = fmin(least->d_target_iu, one->d_target_iu);
  least->d_ul_iu = fmin(least->d_ul_iu, one->d_ul_iu);
  least->calcium_target_mg = fmin(least->calcium_target_mg, one->calcium_target_mg);
  least->calcium_ul_mg = fmin(least->calcium_ul_mg, one->calcium_ul_mg);
  least->magnesium_target_mg = fmin(least->magnesium_target_mg, one->magnesium_target_mg);
  least->magnesium_ear_mg = fmin(least->magnesium_ear_mg, one->magnesium_ear_mg);
  least->magnesium_ul_mg = fmin(least->magnesium_ul_mg, one->magnesium_ul_mg);
  least->k1_target_ug = fmin(least->k1_target_ug, one->k1_target_ug);
}

static CalReference
reference_of(CalReferenceSet set, CalStage stage, int age, CalSex who)
{
  const Row *const row = row_of(table_of(set, stage), age);
  const int sex = who == CAL_SEX_FEMALE ? 1 : 0;
  return (CalReference){
    .set = set,
    .d_target_iu = cal_iu_from_ug(row->d_target_ug),
    .d_ul_iu = cal_iu_from_ug(row->d_ul_ug),
    .calcium_target_mg = row->calcium_mg[sex],
    .calcium_ul_mg = row->calcium_ul_mg,
    .magnesium_target_mg = row->magnesium_mg[sex],
    .magnesium_ear_mg = magnesium_ear(row, stage, age, sex),
    .magnesium_ul_mg = row->magnesium_ul_mg,
    .k1_target_ug = row->k1_ug[sex],
  };
}

/* Ages that the person may have: of the two if the birth year is known, of all adults if not. */
static void
possible_ages(const CalProfile *profile, CalDate on, int *first, int *last)
{
  *first = ADULT;
  *last = OLDEST;
  if (cal_profile_age(profile, on, first))
    *last = *first + 1;
}

void
cal_reference_for(const CalProfile *profile, CalDate on, CalReference *reference)
{
  const CalReferenceSet set =
      cal_profile_knows(profile, CAL_PROFILE_REFERENCE) ? profile->reference : CAL_REFERENCE_IOM;
  const CalStage stage = cal_profile_knows(profile, CAL_PROFILE_STAGE) ? profile->stage : CAL_STAGE_NONE;
  int first, last;
  possible_ages(profile, on, &first, &last);
  *reference = (CalReference){ set, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN };
  for (int age = first; age <= last; age++)
    for (int sex = CAL_SEX_FEMALE; sex <= CAL_SEX_MALE; sex++) {
      if (cal_profile_knows(profile, CAL_PROFILE_SEX) && profile->sex != (CalSex)sex)
        continue;
      const CalReference one = reference_of(set, stage, age, (CalSex)sex);
      lower(&one, reference);
    }
}

double
cal_reference_target(const CalReference *reference, CalNutrient nutrient)
{
  switch (nutrient) {
  case CAL_NUTRIENT_VITAMIN_D:
    return reference->d_target_iu;
  case CAL_NUTRIENT_CALCIUM:
    return reference->calcium_target_mg;
  case CAL_NUTRIENT_MAGNESIUM:
    return reference->magnesium_target_mg;
  case CAL_NUTRIENT_K1:
    return reference->k1_target_ug;
  case CAL_NUTRIENT_MK4:
  case CAL_NUTRIENT_MK7:
  case CAL_NUTRIENT_K2_OTHER:
  case CAL_NUTRIENT_VITAMIN_C:
    return NAN;
  }
  return NAN;
}

double
cal_reference_age_factor(const CalProfile *profile, CalDate on)
{
  int age;
  if (!cal_profile_age(profile, on, &age))
    return UNKNOWN_AGE_FACTOR;
  return fmin(cal_skin_age_factor(age), cal_skin_age_factor(age + 1));
}
