/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Plain decimal numbers, the same in every locale: the ones a program writes and a command line takes where
 * no unit belongs. For what a person weighs or swallows see amount.h.
 *
 *   double value;
 *   cal_number_parse("-33.9", &value)        true; -33.9
 *   cal_number_parse("33,9", &value)         false: the comma is for amounts
 *
 *   char text[CAL_NUMBER_TEXT_SIZE];
 *   cal_number_format(2.50, 3, text)         "2.5"
 */
#ifndef CALCIFER_NUMBER_H
#define CALCIFER_NUMBER_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CAL_NUMBER_TEXT_SIZE 24 /* a sign, 12 digits, the point, 6 digits, the NUL, and some air */

/* The largest magnitude that cal_number_format() writes, so that six decimals still mean something. */
#define CAL_NUMBER_FORMAT_MAX 1e12

/* The whole text: an optional sign, digits, and perhaps a point with digits behind it. No exponent, no space,
 * no separator, no hexadecimal, no "inf", at most 19 digits before the point. False, and *value untouched,
 * otherwise. Up to 15 significant digits give the nearest double. */
bool cal_number_parse(const char *text, double *value);

/* Rounded to `decimals` (0 to 6) places, without trailing zeros and never as "-0". False, and an empty text,
 * for NAN, infinities and magnitudes above CAL_NUMBER_FORMAT_MAX. */
bool cal_number_format(double value, int decimals, char text[CAL_NUMBER_TEXT_SIZE]);

#ifdef __cplusplus
}
#endif

#endif
