/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the measuring programs share: clocks, and how they tell what they measured. A line is a figure's name,
 * ours, the floor; both were measured one right after the other, so that what the machine did meanwhile
 * befell both.
 */
#ifndef CALCIFER_TESTS_BENCH_PAIR_H
#define CALCIFER_TESTS_BENCH_PAIR_H

#include <stdio.h>
#include <time.h>

static inline double
seconds_of(clockid_t clock)
{
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* By the wall. */
static inline double
wall_s(void)
{
  return seconds_of(CLOCK_MONOTONIC);
}

/* Of this process, whatever others do. */
static inline double
cpu_s(void)
{
  return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

static inline void
tell_pair(const char *figure, double ours, double floor_of_it)
{
  printf("%s %.9g %.9g\n", figure, ours, floor_of_it);
  fflush(stdout);
}

#endif
