/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The value of a sun entry: "30min uvi=5.5 wearing=tshirt-shorts spf=30", "45min sky=broken". */
#ifndef CALCIFER_LIB_SUNLOG_H
#define CALCIFER_LIB_SUNLOG_H

#include <stdbool.h>
#include <stdint.h>

#include <calcifer/profile.h>
#include <calcifer/refusal.h>

typedef struct CalSunlog {
  int64_t duration_s; /* 1 to 43200 */
  double uvi;         /* of a horizontal plane; NAN: an ambient tag's, or of the clear sky times cloud */
  double cloud;       /* factor 0-1 */
  bool says_sky;      /* it was said, and holds whatever an ambient tag reads */
  double bare_area;   /* NAN: as the context has it */
  double spf;         /* NAN: likewise */
} CalSunlog;

/* The profile tells sets of clothes of one's own. Without uvi= and sky= an ambient tag
 * tells, and where there is none the sky was clear. */
bool cal_sunlog_parse(const CalProfile *profile, const char *value, CalSunlog *log, CalRefusal *refusal);

/* The same of a value that was accepted once. A set of clothes may have been named only after the sun began,
 * and the profile of that time does not tell it: then the area is NAN, and the sun still counts. */
bool cal_sunlog_read(const CalProfile *profile, const char *value, CalSunlog *log);

#endif
