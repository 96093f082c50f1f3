/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How much of the body is bare, as a fraction of its skin: by the name of a usual set of clothes, or added up
 * from parts for a set of one's own.
 *
 *     double bare;
 *     cal_clothing_parse("tshirt-shorts", &bare) is true, bare is 0.35
 *     cal_body_bare_fraction(CAL_BODY_HEAD | CAL_BODY_HANDS | CAL_BODY_FOREARMS) is 0.18
 */
#ifndef CALCIFER_CLOTHING_H
#define CALCIFER_CLOTHING_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum CalClothing {
  CAL_CLOTHING_FACE_HANDS,
  CAL_CLOTHING_FOREARMS, /* and face and hands */
  CAL_CLOTHING_ARMS,     /* whole arms, and face and hands */
  CAL_CLOTHING_TSHIRT_SHORTS,
  CAL_CLOTHING_SWIMWEAR,
} CalClothing;

/* 0 to 1. */
double cal_clothing_bare_fraction(CalClothing clothing);

/* "face-hands", "forearms", "arms", "tshirt-shorts", "swimwear". */
const char *cal_clothing_name(CalClothing clothing);

/* The bare fraction of the set of that name. False, and *bare_fraction untouched, for any other. */
bool cal_clothing_parse(const char *text, double *bare_fraction);

/* Bits of a set of parts; where a body has two, both are meant. */
typedef enum CalBodyPart {
  CAL_BODY_HEAD = 1 << 0,
  CAL_BODY_NECK = 1 << 1,
  CAL_BODY_UPPER_ARMS = 1 << 2,
  CAL_BODY_FOREARMS = 1 << 3,
  CAL_BODY_HANDS = 1 << 4,
  CAL_BODY_THIGHS = 1 << 5,
  CAL_BODY_LOWER_LEGS = 1 << 6,
  CAL_BODY_FEET = 1 << 7,
  CAL_BODY_CHEST_BELLY = 1 << 8,
  CAL_BODY_BACK = 1 << 9,
  CAL_BODY_BUTTOCKS = 1 << 10,
  CAL_BODY_GENITAL = 1 << 11,
} CalBodyPart;

#define CAL_BODY_WHOLE ((1u << 12) - 1)

/* 0 to 1, of an adult; bits that are no part count nothing. */
double cal_body_bare_fraction(unsigned parts);

/* "head", "neck", "upper-arms", "forearms", "hands", "thighs", "lower-legs", "feet", "chest-belly", "back",
 * "buttocks", "genital". False, and *part untouched, for anything else. */
bool cal_body_part_parse(const char *text, CalBodyPart *part);

#ifdef __cplusplus
}
#endif

#endif
