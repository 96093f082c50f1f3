/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a label lists besides the nutrients that are reckoned with: zinc, iodine, vitamin B12 ... by any name.
 */
#ifndef CALCIFER_LIB_OTHER_H
#define CALCIFER_LIB_OTHER_H

#include <calcifer/product.h>
#include <calcifer/refusal.h>

#include "word.h"

/* Whether a word can be such a name: letters, digits and hyphens, and neither a nutrient's name nor a slip of
 * one. */
bool cal_other_name_valid(CalWord name);

/* Reads the two sides of one word. The amount has its unit, of mass or IU; "?" for none. False: refused. */
bool cal_other_parse(CalWord name, CalWord amount, const char *text, CalOther *other, CalRefusal *refusal);

#endif
