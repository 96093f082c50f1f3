/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The little-endian bytes of the tag profile, as the simulated tag writes and reads them. The decoders of
 * lib/decode are not used here on purpose: a mistake in them must not be mirrored by the tag that tests them.
 */
#ifndef CALCIFER_TESTS_SIM_PACKING_H
#define CALCIFER_TESTS_SIM_PACKING_H

#include <glib.h>

static inline void
sim_put_u16(guint8 *at, guint16 value)
{
  at[0] = (guint8)(value & 0xff);
  at[1] = (guint8)(value >> 8);
}

static inline void
sim_put_u32(guint8 *at, guint32 value)
{
  sim_put_u16(at, (guint16)(value & 0xffff));
  sim_put_u16(at + 2, (guint16)(value >> 16));
}

static inline guint16
sim_get_u16(const guint8 *at)
{
  return (guint16)(at[0] | at[1] << 8);
}

static inline guint32
sim_get_u32(const guint8 *at)
{
  return (guint32)sim_get_u16(at) | (guint32)sim_get_u16(at + 2) << 16;
}

#endif
