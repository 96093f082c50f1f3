/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packed.h"

#include <string.h>

#define COUNT_SIZE 2
#define LONGEST    G_MAXUINT16
/* Fewer zeros than the two counts take stay where they are. */
#define FEW (2 * COUNT_SIZE)

static gsize
zeros_at(const guint8 *bytes, gsize size)
{
  gsize n = 0;
  while (n < size && n < LONGEST && bytes[n] == 0)
    n++;
  return n;
}

/* Up to where it is worth while to count zeros again. */
static gsize
plain_at(const guint8 *bytes, gsize size)
{
  gsize n = 0;
  while (n < size && n < LONGEST && zeros_at(bytes + n, MIN(size - n, FEW + 1)) <= FEW)
    n++;
  return n;
}

static void
add_count(GByteArray *packed, gsize n)
{
  const guint8 bytes[COUNT_SIZE] = { (guint8)n, (guint8)(n >> 8) };
  g_byte_array_append(packed, bytes, sizeof bytes);
}

GBytes *
cal_packed_new(const void *bytes, gsize size)
{
  const guint8 *at = bytes;
  GByteArray *packed = g_byte_array_new();
  while (size > 0) {
    const gsize n_zeros = zeros_at(at, size), n_plain = plain_at(at + n_zeros, size - n_zeros);
    add_count(packed, n_zeros);
    add_count(packed, n_plain);
    g_byte_array_append(packed, at + n_zeros, (guint)n_plain);
    at += n_zeros + n_plain;
    size -= n_zeros + n_plain;
  }
  return g_byte_array_free_to_bytes(packed);
}

gboolean
cal_packed_open(GBytes *packed, void *bytes, gsize size)
{
  gsize left;
  const guint8 *from = g_bytes_get_data(packed, &left);
  guint8 *to = bytes;
  while (left >= FEW) {
    const gsize n_zeros = from[0] | (gsize)from[1] << 8, n_plain = from[2] | (gsize)from[3] << 8;
    from += FEW;
    left -= FEW;
    if (n_plain > left || n_zeros + n_plain > size)
      return FALSE;
    memset(to, 0, n_zeros);
    memcpy(to + n_zeros, from, n_plain);
    to += n_zeros + n_plain;
    size -= n_zeros + n_plain;
    from += n_plain;
    left -= n_plain;
  }
  return left == 0 && size == 0;
}
