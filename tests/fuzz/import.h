/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the targets of imports share: a file is read in two pieces, and what was understood of it is written
 * and read again, in both formats, and is the same. */
#ifndef CALCIFER_TESTS_FUZZ_IMPORT_H
#define CALCIFER_TESTS_FUZZ_IMPORT_H

#include "fuzz.h"

void fuzz_import(const char *head, const char *bytes, size_t size);

#endif
