/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/skin.h>

#include <string.h>

/* J/m2 erythema-weighted, Fitzpatrick's types I to VI; as widely quoted, not read in the original. */
static const double med_j_m2[] = { 200, 250, 300, 450, 600, 1000 };

/* Webb & Engelsen 2006: the rule's quarter of a MED is one of Boston's sun, 21 March at noon, whose
 * vitamin-D-weighted irradiance they give as 1.70 times the erythema-weighted. */
#define RULE_MED_SHARE     0.25
#define BOSTON_MARCH_RATIO 1.70

/* Dowdy, Sayre & Holick 2010: the rule was measured under a lamp; sunlight makes 1.32 times as much
 * previtamin D to the same erythema. */
#define SUN_OVER_LAMP 1.32

double
cal_skin_med_j_m2(int phototype)
{
  const int nearest = phototype < CAL_PHOTOTYPE_MIN   ? CAL_PHOTOTYPE_MIN
                      : phototype > CAL_PHOTOTYPE_MAX ? CAL_PHOTOTYPE_MAX
                                                      : phototype;
  return med_j_m2[nearest - CAL_PHOTOTYPE_MIN];
}

double
cal_skin_sdd_j_m2(int phototype, CalCalibration calibration)
{
  const double sdd = RULE_MED_SHARE * cal_skin_med_j_m2(phototype) * BOSTON_MARCH_RATIO;
  switch (calibration) {
  case CAL_CALIBRATION_DOWDY:
    return sdd / SUN_OVER_LAMP;
  case CAL_CALIBRATION_WEBB_ENGELSEN:
    return sdd;
  }
  return sdd;
}

/* Godar and colleagues, as widely quoted, not read in the original: previtamin D made by ageing skin. */
double
cal_skin_age_factor(int age_years)
{
  if (age_years <= 21)
    return 1.00;
  if (age_years <= 40)
    return 0.83;
  if (age_years <= 59)
    return 0.66;
  return 0.49;
}

const char *
cal_calibration_name(CalCalibration calibration)
{
  switch (calibration) {
  case CAL_CALIBRATION_DOWDY:
    return "dowdy";
  case CAL_CALIBRATION_WEBB_ENGELSEN:
    return "webb-engelsen";
  }
  return "dowdy";
}

bool
cal_calibration_parse(const char *text, CalCalibration *calibration)
{
  for (int i = CAL_CALIBRATION_DOWDY; i <= CAL_CALIBRATION_WEBB_ENGELSEN; i++) {
    if (strcmp(text, cal_calibration_name((CalCalibration)i)) == 0) {
      *calibration = (CalCalibration)i;
      return true;
    }
  }
  return false;
}
