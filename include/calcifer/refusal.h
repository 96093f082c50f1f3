/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Why a text was not accepted: what, where, and what was expected; enough for one clear line
 * (cal_message_refusal() writes it).
 */
#ifndef CALCIFER_REFUSAL_H
#define CALCIFER_REFUSAL_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum CalRefusalReason {
  CAL_REFUSAL_NONE,
  CAL_REFUSAL_MISSING,             /* there is nothing where something is needed */
  CAL_REFUSAL_UNEXPECTED,          /* there is something where nothing belongs */
  CAL_REFUSAL_UNKNOWN_NAME,        /* not one of the names that are known here; see nearest */
  CAL_REFUSAL_NO_NUMBER,           /* not a number */
  CAL_REFUSAL_NO_UNIT,             /* a number without its unit */
  CAL_REFUSAL_UNKNOWN_UNIT,        /* no such unit */
  CAL_REFUSAL_WRONG_UNIT,          /* a unit that does not measure this */
  CAL_REFUSAL_AMBIGUOUS_SEPARATOR, /* 2.000: two or two thousand? */
  CAL_REFUSAL_OUT_OF_RANGE,        /* cannot be */
  CAL_REFUSAL_TWICE,               /* said already */
  CAL_REFUSAL_TOO_LONG,            /* a text that does not fit */
  CAL_REFUSAL_TOO_MANY,            /* more of them than are kept */
  CAL_REFUSAL_INFANT,              /* under one year of age: not for this program */
} CalRefusalReason;

#define CAL_REFUSAL_WORD_SIZE 64
#define CAL_REFUSAL_NEAREST   3

typedef struct CalRefusal {
  CalRefusalReason reason;
  bool in_name;                     /* of the entry; else in its value */
  size_t offset;                    /* in bytes, of the word that was refused */
  char word[CAL_REFUSAL_WORD_SIZE]; /* that word, cut to fit at a character */
  const char *expected; /* static, English: "a product that you have added"; NULL: nothing to say */
  char nearest[CAL_REFUSAL_NEAREST][CAL_REFUSAL_WORD_SIZE]; /* known names like it; "" when fewer */
} CalRefusal;

#ifdef __cplusplus
}
#endif

#endif
