/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of an OMRON 2JCIE-BL01 that keeps a log: as its manual tells it (include/calcifer/omron.h), and
 * with what may go wrong. It measures when it is told to, so that a test has a year of rows at once: the
 * first row `start` seconds ago, each an interval behind the one before.
 */
#ifndef CALCIFER_TESTS_SIM_OMRON_H
#define CALCIFER_TESTS_SIM_OMRON_H

#include <glib.h>

typedef struct SimOmron SimOmron;

SimOmron *sim_omron_new(void);
void sim_omron_free(SimOmron *omron);

/* FALSE: no such characteristic. */
gboolean sim_omron_read(SimOmron *omron, const char *uuid, GByteArray *out);
gboolean sim_omron_write(SimOmron *omron, const char *uuid, const guint8 *bytes, gsize size);

/* What a test does to it; FALSE: no such thing.
 *   omron-start N        its clock was set N seconds ago, and it has measured nothing since
 *   omron-rows N         measures so many rows
 *   omron-uv N           hundredths, of the rows to come
 *   omron-interval N     seconds; as a change by somebody, which clears its time
 *   omron-off N          its clock is off by this (signed)
 *   omron-battery 0      a new battery: its time is cleared, and its flash is not
 *   omron-restarts 1     to set its clock lets it begin at page 0
 *   omron-retrieving N   so many looks at the flag find the page not there yet
 *   omron-broken N       this page cannot be retrieved
 *   omron-mute 1         it keeps no log, whatever its clock says
 */
gboolean sim_omron_do(SimOmron *omron, const char *name, guint value);

typedef struct SimOmronCounts {
  guint sets; /* writes of the clock */
  guint requests;
  guint rows_read;
  guint page; /* the newest */
  guint row;
} SimOmronCounts;

SimOmronCounts sim_omron_counts(const SimOmron *omron);

#endif
