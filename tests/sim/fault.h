/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a tag may be told to do wrong. Every knob is a number, 0 is off; the names below are those of the
 * control interface.
 */
#ifndef CALCIFER_TESTS_SIM_FAULT_H
#define CALCIFER_TESTS_SIM_FAULT_H

#include <glib.h>

typedef struct SimFaults {
  guint drop;         /* every n-th notification of a report is never sent */
  guint duplicate;    /* every n-th is sent twice */
  guint shuffle;      /* stretches of n notifications are sent in an order drawn anew */
  guint early_answer; /* the answer overtakes the last n notifications */
  guint never_answer; /* reports are never answered */
  guint junk;         /* every n-th is followed by bytes that are no record */
  guint lie_report;   /* a report is answered with success, and nothing was sent */
  guint lie_delete;   /* a delete is answered with success, and nothing was deleted */
  guint alter;      /* every n-th is followed by a copy of its record with the same sequence, other content */
  guint racp_error; /* every write to the control point gets this ATT error */
} SimFaults;

/* False when there is no such knob. */
gboolean sim_faults_set(SimFaults *faults, const char *name, guint value);

#endif
