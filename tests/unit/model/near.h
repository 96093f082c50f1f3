/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Comparisons of numbers, and numbers at random that are the same at every run. */
#ifndef CALCIFER_TESTS_NEAR_H
#define CALCIFER_TESTS_NEAR_H

#include "../cmocka_prelude.h"

#include <math.h>
#include <stdio.h>

/* NaN is near nothing. */
#define assert_near(value, expected, tolerance)                                                              \
  do {                                                                                                       \
    const double near_value = (value), near_expected = (expected), near_tolerance = (tolerance);             \
    if (!(fabs(near_value - near_expected) <= near_tolerance))                                               \
      fail_msg("%s is %.9g, not %.9g within %.3g", #value, near_value, near_expected, near_tolerance);       \
  } while (0)

#define assert_near_share(value, expected, share) assert_near(value, expected, fabs(expected) * (share))

/* Marsaglia's xorshift64; *seed is not 0. */
static inline double
random_between(uint64_t *seed, double low, double high)
{
  *seed ^= *seed << 13;
  *seed ^= *seed >> 7;
  *seed ^= *seed << 17;
  return low + (high - low) * ((double)(*seed >> 11) / 9007199254740992.0);
}

#endif
