/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wearer.h"

#include <math.h>

#include <calcifer/atmosphere.h>
#include <calcifer/clothing.h>
#include <calcifer/ozone.h>
#include <calcifer/reference.h>
#include <calcifer/sun.h>
#include <calcifer/sunscreen.h>

/* Without a phototype: burns like type I, makes vitamin D like type IV, to err on the safe side in both. A
 * choice. */
#define UNKNOWN_BURNS 1
#define UNKNOWN_MAKES 4

/* Between the tropics there is no winter to dress for. */
#define TROPIC_DEG 23.44

CalSkin
cal_wearer_skin(const CalProfile *profile, CalDate on)
{
  CalSkin skin = { UNKNOWN_MAKES, cal_reference_age_factor(profile, on), CAL_CALIBRATION_DOWDY };
  if (cal_profile_knows(profile, CAL_PROFILE_PHOTOTYPE))
    skin.phototype = profile->phototype;
  if (cal_profile_knows(profile, CAL_PROFILE_CALIBRATION))
    skin.calibration = profile->calibration;
  return skin;
}

int
cal_wearer_burns_like(const CalProfile *profile)
{
  return cal_profile_knows(profile, CAL_PROFILE_PHOTOTYPE) ? profile->phototype : UNKNOWN_BURNS;
}

bool
cal_wearer_says_wear(const CalProfile *profile, const CalDayFrame *day)
{
  return cal_frame_contains(day, profile->wear_at);
}

/* What people wear when nobody said: a choice of this program, on the side of too little vitamin D. In the
 * three warm months whole arms are bare, in the two before and after them forearms, else face and hands. */
static CalClothing
clothing_of_season(CalDate date, double latitude_deg)
{
  int month;
  if (fabs(latitude_deg) < TROPIC_DEG)
    return CAL_CLOTHING_ARMS;
  cal_date_to_civil(date, NULL, &month, NULL);
  if (latitude_deg < 0)
    month = (month + 5) % 12 + 1;
  if (month >= 6 && month <= 8)
    return CAL_CLOTHING_ARMS;
  return month >= 4 && month <= 10 ? CAL_CLOTHING_FOREARMS : CAL_CLOTHING_FACE_HANDS;
}

double
cal_wearer_bare_area(const CalProfile *profile, const CalDayFrame *day, double latitude_deg)
{
  double area;
  if (cal_wearer_says_wear(profile, day) && cal_profile_bare_area(profile, profile->wear, &area))
    return area;
  if (cal_profile_knows(profile, CAL_PROFILE_CLOTHING) &&
      cal_profile_bare_area(profile, profile->clothing, &area))
    return area;
  return cal_clothing_bare_fraction(clothing_of_season(day->date, latitude_deg));
}

double
cal_wearer_spf(const CalProfile *profile, const CalDayFrame *day, CalInstant at)
{
  if (cal_frame_contains(day, profile->wear_spf_at))
    return cal_sunscreen_spf_after(profile->wear_spf, (double)(at - profile->wear_spf_at));
  return cal_profile_knows(profile, CAL_PROFILE_SPF) ? profile->spf : 1;
}

bool
cal_wearer_said_ozone(const CalProfile *profile, const CalDayFrame *day)
{
  return cal_profile_knows(profile, CAL_PROFILE_OZONE) && cal_frame_contains(day, profile->ozone_at);
}

double
cal_wearer_ozone_du(const CalProfile *profile, const CalDayFrame *day, double latitude_deg)
{
  return cal_wearer_said_ozone(profile, day) ? profile->ozone_du
                                             : cal_ozone_climatology_du(latitude_deg, day->date);
}

double
cal_wearer_clear_uvi(const CalPlace *place, double ozone_du, CalInstant at, double zenith_deg)
{
  return cal_atmosphere_clear_uvi(zenith_deg, ozone_du, NULL) * cal_sun_distance_factor(at) *
         cal_atmosphere_altitude_factor(place->altitude_m);
}
