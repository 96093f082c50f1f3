/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Nutrients in value texts: "d=2000IU", "mk7=?". What products and foods have in common. */
#ifndef CALCIFER_LIB_CONTENTS_H
#define CALCIFER_LIB_CONTENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <calcifer/amount.h>
#include <calcifer/nutrient.h>
#include <calcifer/refusal.h>

#include "word.h"

/* No label and no food comes near: a hundred grams; 25 mg of vitamin D. */
#define CAL_CONTENTS_MAX_G  100.0
#define CAL_CONTENTS_MAX_IU 1e6

/* Reads the two sides of one word into `contents` and marks the nutrient in `listed`. */
bool cal_contents_parse(CalWord name, CalWord amount, const char *text, CalNutrients *contents,
                        uint32_t *listed, CalRefusal *refusal);

/* Whether a word is the name of a nutrient that is reckoned with. */
bool cal_contents_is_known(CalWord name);

/* Whether a word is so like such a name that it is a slip of it, as "magnesum". */
bool cal_contents_is_slip(CalWord name);

/* Appends " name=2000IU", or " name=?" without an amount; false when it does not fit. */
bool cal_amount_append(char *text, size_t size, const char *name, const CalAmount *amount);

/* Appends " name=amount" to a text of `size` bytes; false when it does not fit. */
bool cal_contents_append(char *text, size_t size, CalNutrient nutrient, const CalNutrients *contents);

/* Appends a text; false when it does not fit. */
bool cal_text_append(char *text, size_t size, const char *more);

#endif
