/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A product: a supplement, what one serving of it holds and when it is due.
 *
 *   CalProduct product;
 *   cal_product_parse("d=2000IU mk7=100ug at=08:00 with=food", &product, NULL)   true
 *   product.serving.amount[CAL_NUTRIENT_VITAMIN_D]                               2000
 */
#ifndef CALCIFER_PRODUCT_H
#define CALCIFER_PRODUCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <calcifer/entry.h>
#include <calcifer/instant.h>
#include <calcifer/nutrient.h>
#include <calcifer/refusal.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CAL_PRODUCT_NAME_SIZE 48 /* bytes of UTF-8 with the NUL */
#define CAL_PRODUCT_MAX_TIMES 8

/* The longest interval between two doses that may be entered, in days. */
#define CAL_PRODUCT_MAX_EVERY 92

/* The most servings that one entry may hold; a tag's record holds 20 at most. */
#define CAL_PRODUCT_MAX_SERVINGS 100

/* Of what is listed and not reckoned with. */
#define CAL_PRODUCT_MAX_OTHERS 12
#define CAL_OTHER_NAME_SIZE    24

/* What a label lists besides the nutrients that are reckoned with, as "zinc=10mg": kept, shown, never
 * counted.
 */
typedef struct CalOther {
  char name[CAL_OTHER_NAME_SIZE]; /* in lower case, '-' for spaces */
  double amount;
  CalUnit unit;
  bool is_known; /* false: the label names it without an amount */
} CalOther;

typedef struct CalProduct {
  char name[CAL_PRODUCT_NAME_SIZE]; /* empty after cal_product_parse(), which does not know it */
  CalNutrients serving;
  uint32_t listed; /* bit 1u << nutrient: the label names it */
  uint32_t n_others;
  CalOther other[CAL_PRODUCT_MAX_OTHERS];
  int32_t every_days; /* 1: each day */
  uint32_t weekdays;  /* bit 0 Monday ... 6 Sunday: due on these alone; 0: on all */
  bool has_interval;  /* every= or on= was said: a day's dose stands for several days */
  bool with_food;
  uint32_t n_times;
  int16_t minute[CAL_PRODUCT_MAX_TIMES]; /* of the local day, ascending */
  CalDate from;                          /* the first due day of an interval; CAL_DATE_NONE: not said */
} CalProduct;

/* The value of a product entry: NUTRIENT=AMOUNT ..., every=Nd or on=mon,thu, at=HH:MM[,HH:MM ...], with=food,
 * from=YYYY-MM-DD, in any order with spaces between. Vitamin D may come in IU or mass, the other nutrients in
 * mass ("?": the label names it without an amount); any other name is kept as one of `other`. At least one
 * content. False: refused, *product untouched; refusal may be NULL. */
bool cal_product_parse(const char *value, CalProduct *product, CalRefusal *refusal);

/* The same words as a change of *product: what they name becomes so, "mk7=" or "at=" without a value takes it
 * out, and all else stays. False: refused, *product untouched. */
bool cal_product_change(const char *words, CalProduct *product, CalRefusal *refusal);

/* Whether the product is due on this date at all, at whatever times. */
bool cal_product_is_due_on(const CalProduct *product, CalDate date);

/* The value that parses back to the same; false when it does not fit. */
bool cal_product_format(const CalProduct *product, char value[CAL_ENTRY_VALUE_SIZE]);

/* Whether a text can name a product (or a food): 1 byte or more, shorter than `size`, no control character,
 * no
 * '=' and no space at either end. */
bool cal_product_name_valid(const char *name, size_t size);

/* "mon" ... "sun", for 0 to 6. */
const char *cal_weekday_name(unsigned weekday);

/* Minutes since midnight of "08:00" or "8:00"; -1 for anything else. */
int cal_minute_parse(const char *text);
void cal_minute_format(int minute, char text[6]);

#ifdef __cplusplus
}
#endif

#endif
