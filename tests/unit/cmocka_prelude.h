/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What <cmocka.h> wants included before it, and numbers compared so that one that is none is equal to none.
 */
#ifndef CALCIFER_TESTS_CMOCKA_PRELUDE_H
#define CALCIFER_TESTS_CMOCKA_PRELUDE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* cmocka's own counts NAN as equal to every number. As there, what is within the precision of a float of one
 * another is equal, too. */
static inline int
cal_test_is_near(double value, double expected, double epsilon)
{
  const double off = value > expected ? value - expected : expected - value;
  const double size = expected < 0 ? -expected : expected;
  return off <= epsilon || off <= size * 1.2e-7;
}

#undef assert_float_equal
#define assert_float_equal(value, expected, epsilon)                                                         \
  _assert_true((unsigned long)cal_test_is_near((double)(value), (double)(expected), (double)(epsilon)),      \
               #value " is near " #expected, __FILE__, __LINE__)

#endif
