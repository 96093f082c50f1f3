/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who is spoken to differently: one table from conditions, medicines, age, phototype and stage to what may
 * not be said to this person.
 */
#ifndef CALCIFER_AUDIENCE_H
#define CALCIFER_AUDIENCE_H

#include <stdbool.h>
#include <stdint.h>

#include <calcifer/code.h>
#include <calcifer/food.h>
#include <calcifer/instant.h>
#include <calcifer/profile.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum CalAudience {
  CAL_AUDIENCE_NO_SUN = 1 << 0,        /* never advised to go into the sun; sunburn at half the thresholds */
  CAL_AUDIENCE_ASK_KIDNEY = 1 << 1,    /* never "take more": ask your kidney team */
  CAL_AUDIENCE_ASK_DOCTOR = 1 << 2,    /* never "take more": ask your doctor */
  CAL_AUDIENCE_STEADY_K = 1 << 3,      /* vitamin K antagonist: no K2 advice, no food rich in vitamin K */
  CAL_AUDIENCE_PREGNANT = 1 << 4,      /* or may become: foods that are not suggested */
  CAL_AUDIENCE_SUN_UNSET = 1 << 5,     /* no sun advice until phototype and birth year are known */
  CAL_AUDIENCE_UNDER_18 = 1 << 6,      /* or perhaps under 18 */
  CAL_AUDIENCE_CALCIFICATION = 1 << 7, /* diabetes or over 70: told by explain, no threshold moves */
  CAL_AUDIENCE_APART = 1 << 8,         /* calcium and magnesium keep hours from a medicine */
  CAL_AUDIENCE_DIRECT = 1 << 9,        /* direct anticoagulant: vitamin K matters not, and that is said */
  CAL_AUDIENCE_PRIVATE = 1 << 10, /* in a finding: one of its bits comes from a condition or a medicine */
} CalAudience;

/* No food, no supplement and no sun is suggested. */
#define CAL_AUDIENCE_NO_MORE (CAL_AUDIENCE_ASK_KIDNEY | CAL_AUDIENCE_ASK_DOCTOR)

/* Bits of CalAudience, without PRIVATE. */
uint32_t cal_audience_of(const CalProfile *profile, CalDate on);

/* Those among them that a condition or a medicine gives reason for. */
uint32_t cal_audience_private(const CalProfile *profile);

/* What an audience changes in one code: bits of CalAudience. */
typedef struct CalCodeAudience {
  uint32_t only;     /* said to nobody else; 0: to everybody */
  uint32_t silenced; /* never said to these */
  uint32_t reworded; /* said in another way to these */
  uint32_t halved;   /* at half the threshold to these */
} CalCodeAudience;

CalCodeAudience cal_audience_code(CalCode code);

/* More vitamin K in a portion than is suggested to users of vitamin K antagonists, ug: a choice. */
#define CAL_AUDIENCE_K_PORTION_UG 20.0

/* Whether a food may be suggested to this audience; it may always be logged. */
bool cal_audience_may_suggest(uint32_t audience, const CalFood *food);

#ifdef __cplusplus
}
#endif

#endif
