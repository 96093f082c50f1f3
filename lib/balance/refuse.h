/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How parsers refuse: all of these answer false, so that a parser may return what they return. */
#ifndef CALCIFER_LIB_REFUSE_H
#define CALCIFER_LIB_REFUSE_H

#include <calcifer/amount.h>
#include <calcifer/refusal.h>

#include "word.h"

/* `text` is the beginning of the whole in which the word stands; refusal may be NULL. */
bool cal_refuse(CalRefusal *refusal, CalRefusalReason reason, const char *text, CalWord word,
                const char *expected);

/* The reason that stands behind an amount that was not understood. */
CalRefusalReason cal_refusal_of_amount(CalAmountResult result);

/* Offers a known name: it is kept among the nearest if it resembles the refused word. */
void cal_refuse_offer(CalRefusal *refusal, const char *name);

/* The number of single changes that lead from one text to the other; at most 32 bytes are looked at. */
int cal_refuse_distance(const char *a, const char *b);

#endif
