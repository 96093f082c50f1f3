/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one error domain of the daemon's edges. Each code has one D-Bus name (org.calciferd.Error.*), held in
 * the table of error.c and told to GDBus, so that a client sees the same error that the edge raised.
 * A message is one sentence for a person: what, where, what was expected.
 */
#ifndef CALCIFERD_ERROR_H
#define CALCIFERD_ERROR_H

#include <glib.h>

typedef enum CalError {
  CAL_ERROR_INVALID,     /* a value that cannot be: its message says what was expected */
  CAL_ERROR_NOT_FOUND,   /* no such product, food, tag, alert, entry */
  CAL_ERROR_EXISTS,      /* it is there already */
  CAL_ERROR_REFUSED,     /* possible but not allowed in this state */
  CAL_ERROR_LIMIT,       /* one more would exceed a documented bound */
  CAL_ERROR_BUSY,        /* the same work is under way */
  CAL_ERROR_UNAVAILABLE, /* what it needs is not there: no adapter, no BlueZ, no notification server */
  CAL_ERROR_TIMED_OUT,   /* an answer did not come in time */
  CAL_ERROR_STORAGE,     /* the ledger could not be read or written */
  CAL_ERROR_DAMAGED,     /* the ledger is no ledger, or of a newer version: left untouched */
  CAL_ERROR_PROTOCOL,    /* a peer answered what its specification does not allow */
  CAL_ERROR_CANCELLED,   /* it was asked to end before it was done */
  CAL_ERROR_FAILED,      /* anything else */
} CalError;

#define CAL_ERROR (cal_error_quark())
GQuark cal_error_quark(void);

#endif
