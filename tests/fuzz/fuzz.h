/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One target a file. A target takes any bytes, and stops the program when something that must hold does not:
 * the sanitizers look for the rest. Built twice: by clang with libFuzzer when -Dfuzz=true, and in every build
 * with replay.c, which feeds it the seeds of corpus/ as an ordinary test.
 */
#ifndef CALCIFER_TESTS_FUZZ_H
#define CALCIFER_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_REQUIRE(condition)                                                                              \
  do {                                                                                                       \
    if (!(condition))                                                                                        \
      abort();                                                                                               \
  } while (0)

#endif
