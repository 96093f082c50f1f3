/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Instants and civil dates.
 *
 * The core never asks what time it is and knows no time zones: every function that needs the time takes
 * it, and whoever calls says where a day begins and ends.
 */
#ifndef CALCIFER_INSTANT_H
#define CALCIFER_INSTANT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Seconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX time). */
typedef int64_t CalInstant;

/* No instant: an event that nobody could date yet, a bound that does not exist. */
#define CAL_INSTANT_NONE INT64_MIN

/* Days since 1970-01-01 in the proleptic Gregorian calendar. */
typedef int32_t CalDate;

#define CAL_DATE_NONE INT32_MIN

/* A half-open stretch of time: start belongs to it, end does not. Empty when end <= start. */
typedef struct CalSpan {
  CalInstant start;
  CalInstant end;
} CalSpan;

/* The date of year, month (1-12), day (1-31); CAL_DATE_NONE when the calendar has no such day. */
CalDate cal_date_from_civil(int year, int month, int day);

/* The year, month (1-12) and day (1-31) of a date. Any pointer may be NULL. */
void cal_date_to_civil(CalDate date, int *year, int *month, int *day);

/* "YYYY-MM-DD" and nothing else; CAL_DATE_NONE otherwise. */
CalDate cal_date_parse(const char *text);

/* Writes "YYYY-MM-DD" and a NUL. Years 0 to 9999. */
void cal_date_format(CalDate date, char text[11]);

#ifdef __cplusplus
}
#endif

#endif
