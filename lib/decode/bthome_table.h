/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What bthome.io's table of objects says of each id. */
#ifndef CALCIFER_LIB_BTHOME_TABLE_H
#define CALCIFER_LIB_BTHOME_TABLE_H

#include <calcifer/bthome.h>

/* How the bytes behind an id are to be read. */
typedef enum CalBthomeForm {
  CAL_BTHOME_FORM_UNKNOWN, /* an id that nobody has given a meaning, so that its length is not known either */
  CAL_BTHOME_FORM_UNSIGNED_1,
  CAL_BTHOME_FORM_UNSIGNED_2,
  CAL_BTHOME_FORM_UNSIGNED_3,
  CAL_BTHOME_FORM_UNSIGNED_4,
  CAL_BTHOME_FORM_SIGNED_1,
  CAL_BTHOME_FORM_SIGNED_2,
  CAL_BTHOME_FORM_SIGNED_4,
  CAL_BTHOME_FORM_OTHER, /* as blank.kind says */
} CalBthomeForm;

/* An object is begun by copying its row's blank, which is three moves of a processor. Where pointers have 64
 * bits a row fills one line of the cache. */
typedef struct CalBthomeRow {
  CalBthomeObject blank; /* the object but for what the packet says. Of a number: value is 1, or what else
                            each step counts; number = steps * blank.value / divisor */
  uint8_t form;          /* CalBthomeForm */
  uint8_t size;          /* in bytes behind the id; 0 where the packet itself says it */
  double divisor;        /* 10^blank.decimals */
} CalBthomeRow;

extern const CalBthomeRow cal_bthome_rows[256];

static inline const CalBthomeRow *
cal_bthome_row(uint8_t id)
{
  return &cal_bthome_rows[id];
}

/* The name of an event object's code, or NULL. */
const char *cal_bthome_event_name(uint8_t id, uint8_t code);

#endif
