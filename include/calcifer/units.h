/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The two conversions that belong to vitamin D alone.
 *
 *   cal_iu_from_ug(50)            2000 IU, what a label means by 50 ug
 *   cal_nmol_l_from_ng_ml(30)     74.88 nmol/L, the laboratory's other unit
 *
 * Nothing is clamped or checked: NAN stays NAN.
 */
#ifndef CALCIFER_UNITS_H
#define CALCIFER_UNITS_H

#ifdef __cplusplus
extern "C" {
#endif

/* 1 IU is the activity of 0.025 ug of cholecalciferol (WHO Expert Committee on Biological Standardization,
 * 1949). Holds for vitamins D2 and D3, and for no other vitamin. */
#define CAL_UNITS_IU_PER_UG 40.0

/* 25-hydroxyvitamin D3 has 400.64 g/mol: 1 ng/mL is 2.496 nmol/L. */
#define CAL_UNITS_NMOL_L_PER_NG_ML 2.496

/* Vitamin D, as taken: ug to IU and back. */
double cal_iu_from_ug(double ug);
double cal_ug_from_iu(double iu);

/* 25-hydroxyvitamin D, as measured in serum: ng/mL to nmol/L and back. */
double cal_nmol_l_from_ng_ml(double ng_ml);
double cal_ng_ml_from_nmol_l(double nmol_l);

#ifdef __cplusplus
}
#endif

#endif
