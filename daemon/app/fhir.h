/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Days as a FHIR R4 Bundle of Observations. A laboratory's value has its LOINC code; what is estimated has
 * codes of HL7's guide for health records of persons' own, and never one of LOINC.
 */
#ifndef CALCIFERD_APP_FHIR_H
#define CALCIFERD_APP_FHIR_H

#include <calcifer/day.h>
#include <glib.h>

/* What stands before and behind the Observations. any: there were some. */
extern const char cal_fhir_head[];
const char *cal_fhir_tail(gboolean any);

/* What was eaten and swallowed, and the light of a day of the ledger with this UUID; of one that is not over
 * it is preliminary. *any: something stands before. */
void cal_fhir_day(const CalDayResult *day, const char *ledger, gboolean is_over, gboolean *any,
                  GString *text);

/* A laboratory's value, in ng/mL; as it was entered in a note. Nothing for any other entry. */
void cal_fhir_lab(const CalEntry *entry, gboolean *any, GString *text);

#endif
