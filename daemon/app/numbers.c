/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 *   entry   name, NUL, zeros to a multiple of 8, the double, and where the name ends as one byte
 *   array   entries, each from a multiple of 8 on; behind the last, where each ends, in one byte or two
 */
#include "numbers.h"

#include <math.h>
#include <string.h>

#define ALIGNED(size) (((size) + 7) & ~(gsize)7)

G_STATIC_ASSERT(sizeof(((CalNumbers *)0)->bytes) ==
                CAL_NUMBERS_MAX * ALIGNED(ALIGNED(CAL_NUMBERS_NAME_MAX + 1) + sizeof(double) + 1));

void
cal_numbers_put(CalNumbers *numbers, const char *name, double value)
{
  const gsize begin = ALIGNED(numbers->size), name_size = strlen(name) + 1;
  const gsize number_at = begin + ALIGNED(name_size);
  if (isnan(value))
    return;
  g_assert(numbers->n < CAL_NUMBERS_MAX && name_size <= CAL_NUMBERS_NAME_MAX + 1);
  memcpy(numbers->bytes + begin, name, name_size);
  memcpy(numbers->bytes + number_at, &value, sizeof value);
  numbers->bytes[number_at + sizeof value] = (guint8)name_size;
  numbers->size = number_at + sizeof value + 1;
  numbers->end[numbers->n++] = (guint16)numbers->size;
}

static void
write_ends(const CalNumbers *numbers, gboolean wide, guint8 *to)
{
  for (guint i = 0; i < numbers->n; i++) {
    *to++ = (guint8)numbers->end[i];
    if (wide)
      *to++ = (guint8)(numbers->end[i] >> 8);
  }
}

GVariant *
cal_numbers_end(const CalNumbers *numbers)
{
  const gboolean wide = numbers->size + numbers->n > G_MAXUINT8;
  const gsize size = numbers->size + numbers->n * (wide ? 2u : 1u);
  guint8 *bytes = g_malloc(size);
  if (size > 0)
    memcpy(bytes, numbers->bytes, numbers->size);
  write_ends(numbers, wide, bytes + numbers->size);
  return g_variant_new_from_data(G_VARIANT_TYPE("a{sd}"), bytes, size, TRUE, g_free, bytes);
}
