/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What <cmocka.h> wants included before it. */
#ifndef CALCIFER_TESTS_CMOCKA_PRELUDE_H
#define CALCIFER_TESTS_CMOCKA_PRELUDE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
