/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/clothing.h>

#include <stddef.h>
#include <string.h>

/* Lund & Browder 1944, adult, percent of the skin; both sides where there are two. */
static const struct {
  CalBodyPart part;
  const char *name;
  double percent;
} body_parts[] = {
  { CAL_BODY_HEAD, "head", 7.0 },
  { CAL_BODY_NECK, "neck", 2.0 },
  { CAL_BODY_UPPER_ARMS, "upper-arms", 2 * 4.0 },
  { CAL_BODY_FOREARMS, "forearms", 2 * 3.0 },
  { CAL_BODY_HANDS, "hands", 2 * 2.5 },
  { CAL_BODY_THIGHS, "thighs", 2 * 9.5 },
  { CAL_BODY_LOWER_LEGS, "lower-legs", 2 * 7.0 },
  { CAL_BODY_FEET, "feet", 2 * 3.5 },
  { CAL_BODY_CHEST_BELLY, "chest-belly", 13.0 },
  { CAL_BODY_BACK, "back", 13.0 },
  { CAL_BODY_BUTTOCKS, "buttocks", 2 * 2.5 },
  { CAL_BODY_GENITAL, "genital", 1.0 },
};

#define BODY_PARTS (sizeof body_parts / sizeof *body_parts)

/* Conventions of this kind of model, near to the sums of Lund & Browder's parts. */
double
cal_clothing_bare_fraction(CalClothing clothing)
{
  switch (clothing) {
  case CAL_CLOTHING_FACE_HANDS:
    return 0.10;
  case CAL_CLOTHING_FOREARMS:
    return 0.16;
  case CAL_CLOTHING_ARMS:
    return 0.25;
  case CAL_CLOTHING_TSHIRT_SHORTS:
    return 0.35;
  case CAL_CLOTHING_SWIMWEAR:
    return 0.85;
  }
  return 0.0;
}

const char *
cal_clothing_name(CalClothing clothing)
{
  switch (clothing) {
  case CAL_CLOTHING_FACE_HANDS:
    return "face-hands";
  case CAL_CLOTHING_FOREARMS:
    return "forearms";
  case CAL_CLOTHING_ARMS:
    return "arms";
  case CAL_CLOTHING_TSHIRT_SHORTS:
    return "tshirt-shorts";
  case CAL_CLOTHING_SWIMWEAR:
    return "swimwear";
  }
  return "";
}

bool
cal_clothing_parse(const char *text, double *bare_fraction)
{
  for (int i = CAL_CLOTHING_FACE_HANDS; i <= CAL_CLOTHING_SWIMWEAR; i++) {
    if (strcmp(text, cal_clothing_name((CalClothing)i)) == 0) {
      *bare_fraction = cal_clothing_bare_fraction((CalClothing)i);
      return true;
    }
  }
  return false;
}

double
cal_body_bare_fraction(unsigned parts)
{
  double percent = 0.0;
  for (size_t i = 0; i < BODY_PARTS; i++) {
    if (parts & (unsigned)body_parts[i].part)
      percent += body_parts[i].percent;
  }
  return percent / 100.0;
}

bool
cal_body_part_parse(const char *text, CalBodyPart *part)
{
  for (size_t i = 0; i < BODY_PARTS; i++) {
    if (strcmp(text, body_parts[i].name) == 0) {
      *part = body_parts[i].part;
      return true;
    }
  }
  return false;
}
