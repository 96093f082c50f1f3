/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The profile: what a person said about themselves, each key known or not. What is not known stays so, and
 * whoever needs a value assumes the cautious one and says so.
 *
 *   CalProfile profile = cal_profile_unset();
 *   cal_profile_set(&profile, "phototype", "2", at, &refusal)   true
 *   profile.known & (1u << CAL_PROFILE_PHOTOTYPE)               not 0
 */
#ifndef CALCIFER_PROFILE_H
#define CALCIFER_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <calcifer/code.h>
#include <calcifer/entry.h>
#include <calcifer/refusal.h>
#include <calcifer/serum.h>
#include <calcifer/skin.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum CalProfileKey {
  CAL_PROFILE_BIRTH_YEAR,
  CAL_PROFILE_SEX,
  CAL_PROFILE_STAGE,
  CAL_PROFILE_PHOTOTYPE,
  CAL_PROFILE_CLOTHING,
  CAL_PROFILE_SPF,
  CAL_PROFILE_PLACE,
  CAL_PROFILE_REFERENCE,
  CAL_PROFILE_CALIBRATION,
  CAL_PROFILE_OZONE,
  CAL_PROFILE_WEIGHT_CLASS,
  CAL_PROFILE_CONDITIONS,
  CAL_PROFILE_MEDICINES,
} CalProfileKey;

#define CAL_PROFILE_KEY_COUNT 13

typedef enum CalSex { CAL_SEX_FEMALE, CAL_SEX_MALE } CalSex;

typedef enum CalStage {
  CAL_STAGE_NONE,
  CAL_STAGE_PREGNANT,
  CAL_STAGE_MAY_BECOME,
  CAL_STAGE_LACTATING,
} CalStage;

typedef enum CalReferenceSet { CAL_REFERENCE_IOM, CAL_REFERENCE_EFSA } CalReferenceSet;

/* Bits of CalProfile.conditions. */
typedef enum CalCondition {
  CAL_CONDITION_KIDNEY_DISEASE = 1 << 0,
  CAL_CONDITION_KIDNEY_STONES = 1 << 1,
  CAL_CONDITION_HYPERCALCAEMIA = 1 << 2,
  CAL_CONDITION_HYPERPARATHYROIDISM = 1 << 3,
  CAL_CONDITION_SARCOIDOSIS = 1 << 4,
  CAL_CONDITION_GRANULOMATOUS_DISEASE = 1 << 5,
  CAL_CONDITION_SKIN_CANCER = 1 << 6,
  CAL_CONDITION_LUPUS = 1 << 7,
  CAL_CONDITION_PORPHYRIA = 1 << 8,
  CAL_CONDITION_XERODERMA = 1 << 9,
  CAL_CONDITION_ALBINISM = 1 << 10,
  CAL_CONDITION_IMMUNOSUPPRESSION = 1 << 11,
  CAL_CONDITION_DIABETES = 1 << 12,
} CalCondition;

#define CAL_CONDITION_COUNT 13

/* Bits of CalProfile.medicines: classes, brands being their aliases. */
typedef enum CalMedicine {
  CAL_MEDICINE_VITAMIN_K_ANTAGONIST = 1 << 0,
  CAL_MEDICINE_DIRECT_ANTICOAGULANT = 1 << 1,
  CAL_MEDICINE_PHOTOSENSITISER = 1 << 2,
  CAL_MEDICINE_THIAZIDE = 1 << 3,
  CAL_MEDICINE_DIGOXIN = 1 << 4,
  CAL_MEDICINE_LITHIUM = 1 << 5,
  CAL_MEDICINE_LEVOTHYROXINE = 1 << 6,
  CAL_MEDICINE_TETRACYCLINE = 1 << 7,
  CAL_MEDICINE_QUINOLONE = 1 << 8,
  CAL_MEDICINE_BISPHOSPHONATE = 1 << 9,
} CalMedicine;

#define CAL_MEDICINE_COUNT 10

typedef struct CalPlace {
  double latitude_deg;  /* -90 to 90, north positive */
  double longitude_deg; /* -180 to 180, east positive */
  double altitude_m;    /* -500 to 9000 */
} CalPlace;

#define CAL_CLOTHING_NAME_SIZE 24
#define CAL_CLOTHING_OWN_SETS  16

/* A set of clothes that the person defined: what it leaves bare. */
typedef struct CalClothingSet {
  char name[CAL_CLOTHING_NAME_SIZE];
  double bare_area; /* fraction of the body, 0-1 */
} CalClothingSet;

typedef struct CalProfile {
  uint32_t known; /* bit 1u << CalProfileKey; the fields of other keys mean nothing */
  int birth_year;
  CalSex sex;
  CalStage stage;
  int phototype; /* Fitzpatrick I-VI as 1-6 */
  char clothing[CAL_CLOTHING_NAME_SIZE];
  double spf; /* 1 to 100; 1 is none */
  CalPlace place;
  bool place_follows; /* the desktop's own position, when it gives one, is the place */
  CalReferenceSet reference;
  CalCalibration calibration;
  double ozone_du; /* for the day in which ozone_at lies, and no other */
  CalInstant ozone_at;
  CalWeightClass weight_class;
  uint32_t conditions; /* of CalCondition */
  uint32_t medicines;  /* of CalMedicine */

  /* `wear`: today's clothing and sunscreen, from wear_at to the end of that day. */
  CalInstant wear_at; /* CAL_INSTANT_NONE: never said */
  char wear[CAL_CLOTHING_NAME_SIZE];
  double wear_spf;        /* NAN: never said */
  CalInstant wear_spf_at; /* when the sunscreen was put on; a change of clothes leaves it on the skin */

  double threshold[CAL_CODE_COUNT]; /* NAN: the default */
  CalClothingSet own[CAL_CLOTHING_OWN_SETS];
  uint32_t n_own;
} CalProfile;

/* Nothing known, no thresholds and no sets of one's own. */
CalProfile cal_profile_unset(void);

/* Sets one key as `calciferctl profile set KEY VALUE` has it: the keys above, `threshold.CODE`,
 * `clothing.NAME` (body parts with commas between them, or a fraction) and `wear` ("SET" or "SET spf=N"). An
 * empty value makes the key unknown again. A place that came by CAL_WAY_DAEMON is the desktop's position and
 * leaves "follow" as it is. `at` is from when it holds and `recorded` when it was said (its year tells an
 * infant).
 * False: refused, with the profile untouched; refusal may be NULL. */
bool cal_profile_set(CalProfile *profile, const char *key, const char *value, CalWay way, CalInstant at,
                     CalInstant recorded, CalRefusal *refusal);

const char *cal_profile_key_name(CalProfileKey key);

/* The i-th value of a key that has a closed list, names before their aliases; NULL behind the last one, and
 * for a key that has none. */
const char *cal_profile_key_choice(CalProfileKey key, size_t i);

static inline bool
cal_profile_knows(const CalProfile *profile, CalProfileKey key)
{
  return (profile->known >> key & 1u) != 0;
}

/* Fraction of the body that a named set leaves bare: face-hands, forearms, arms, tshirt-shorts, swimwear or a
 * set of one's own. False when there is no such set. */
bool cal_profile_bare_area(const CalProfile *profile, const char *clothing, double *area);

/* Ages that somebody of this birth year may have on a date: *low and *low + 1. False when it is not known. */
bool cal_profile_age(const CalProfile *profile, CalDate on, int *low);

#ifdef __cplusplus
}
#endif

#endif
