/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Amounts as people write them: a number that carries its unit.
 *
 *   CalAmount amount;
 *   cal_amount_parse("2000IU", &amount)      CAL_AMOUNT_OK; 2000, CAL_UNIT_IU
 *   cal_amount_parse("37,5 mcg", &amount)    CAL_AMOUNT_OK; 37.5, CAL_UNIT_UG
 *   cal_amount_parse("2000", &amount)        CAL_AMOUNT_NO_UNIT
 *   cal_amount_parse("2.000 IU", &amount)    CAL_AMOUNT_AMBIGUOUS_SEPARATOR
 *
 * Half the world writes 2.000 for two thousand and the other half for two. In a dose that is a factor of a
 * thousand, so a mark before exactly three digits is refused, unless only zeros stand before it: 0.125 mg can
 * be nothing but an eighth.
 */
#ifndef CALCIFER_AMOUNT_H
#define CALCIFER_AMOUNT_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum CalUnit {
  CAL_UNIT_IU,     /* IU, IE, I.E., I.U., in either case */
  CAL_UNIT_UG,     /* ug, mcg, and the micro sign or the Greek letter with g */
  CAL_UNIT_MG,     /* mg, in lower case only: Mg is an element and a million grams */
  CAL_UNIT_G,      /* g */
  CAL_UNIT_KG,     /* kg */
  CAL_UNIT_ML,     /* ml, mL */
  CAL_UNIT_NMOL_L, /* nmol/L, in either case */
  CAL_UNIT_NG_ML,  /* ng/mL, in either case */
  CAL_UNIT_COUNT,  /* x, pc, pcs, piece(s), portion(s), serving(s) */
} CalUnit;

typedef struct CalAmount {
  double value; /* 0 to CAL_AMOUNT_MAX */
  CalUnit unit;
} CalAmount;

/* Above every real amount in any of the units, and small enough to be written exactly. */
#define CAL_AMOUNT_MAX 1e9

#define CAL_AMOUNT_TEXT_SIZE 36

typedef enum CalAmountResult {
  CAL_AMOUNT_OK,
  CAL_AMOUNT_NO_NUMBER,           /* does not begin with an unsigned decimal number */
  CAL_AMOUNT_NO_UNIT,             /* a number, and nothing behind it */
  CAL_AMOUNT_UNKNOWN_UNIT,        /* what stands behind the number is not in the list above */
  CAL_AMOUNT_AMBIGUOUS_SEPARATOR, /* 2.000, 1,234.5, 2 000: two thousand or two? */
  CAL_AMOUNT_OUT_OF_RANGE,        /* above CAL_AMOUNT_MAX */
} CalAmountResult;

/* The whole of a UTF-8 text. '.' or ',' is the decimal mark; spaces (no-break ones too) may surround the
 * number and the unit. *amount is written for CAL_AMOUNT_OK alone. */
CalAmountResult cal_amount_parse(const char *text, CalAmount *amount);

/* "2000 IU", "37.5 \u00b5g": rounded to six decimals, with the unit's usual symbol, in such a way that
 * cal_amount_parse() reads it back (2.125 is written 2.1250). Empty text when the value is no amount. */
void cal_amount_format(const CalAmount *amount, char text[CAL_AMOUNT_TEXT_SIZE]);

/* The unit's usual symbol, UTF-8, static. */
const char *cal_unit_symbol(CalUnit unit);

/* The value in another unit of mass, or in the same unit: false when that cannot be said without knowing
 * the substance. IU are a substance's own (units.h has vitamin D's). */
bool cal_amount_convert(const CalAmount *amount, CalUnit unit, double *value);

#ifdef __cplusplus
}
#endif

#endif
