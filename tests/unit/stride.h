/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CAL_TESTS_STRIDE_H
#define CAL_TESTS_STRIDE_H

#include <stdlib.h>

/* How far a loop over seeds goes in a step: each of them, or every n-th with CAL_TEST_STRIDE=n. Valgrind,
 * which looks at the code and not at what is drawn, is asked for every seventh: seven shares no divisor with
 * what seeds are divided by. */
static inline int
stride(void)
{
  const char *const text = getenv("CAL_TEST_STRIDE");
  const int n = text != NULL ? atoi(text) : 1;
  return n > 1 ? n : 1;
}

#endif
