/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What bthome.io's table of objects says of each id. */
#ifndef CALCIFER_LIB_BTHOME_TABLE_H
#define CALCIFER_LIB_BTHOME_TABLE_H

#include <calcifer/bthome.h>

typedef struct CalBthomeRow {
  const char *name; /* NULL: an id that nobody has given a meaning, so that its length is not known either */
  CalBthomeKind kind;
  uint8_t size; /* in bytes behind the id; 0 where the packet itself says it */
  bool is_signed;
  uint8_t numerator; /* value = number as sent * numerator / 10^decimals */
  uint8_t decimals;
  const char *unit; /* UCUM */
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
