/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/units.h>

double
cal_iu_from_ug(double ug)
{
  return ug * CAL_UNITS_IU_PER_UG;
}

double
cal_ug_from_iu(double iu)
{
  return iu / CAL_UNITS_IU_PER_UG;
}

double
cal_nmol_l_from_ng_ml(double ng_ml)
{
  return ng_ml * CAL_UNITS_NMOL_L_PER_NG_ML;
}

double
cal_ng_ml_from_nmol_l(double nmol_l)
{
  return nmol_l / CAL_UNITS_NMOL_L_PER_NG_ML;
}
