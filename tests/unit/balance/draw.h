/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers by lot that are the same on every machine and in every run. */
#ifndef CALCIFER_TESTS_DRAW_H
#define CALCIFER_TESTS_DRAW_H

#include <stdint.h>

/* The next of a generator: splitmix64 (Steele, Lea & Flood 2014). */
static inline uint64_t
draw_next(uint64_t *generator)
{
  uint64_t z = *generator += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return z ^ z >> 31;
}

/* 0 to n - 1. */
static inline int
draw_below(uint64_t *generator, int n)
{
  return (int)(draw_next(generator) % (uint64_t)n);
}

#endif
