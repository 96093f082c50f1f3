/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A ledger that is another than it should be: looked at, replaced by a backup, or by what of it can be read.
 *
 *   CalReplacement replacement = { 0 };
 *   cal_ledger_stage_backup(path, fd, &replacement, &error)      checked, and beside the ledger
 *   ... whoever has the ledger closes it ...
 *   cal_ledger_replace(path, replacement.staged, now, &aside, &error)
 *
 * Nothing is ever written over: the ledger that was goes aside under a dated name, and until the new one
 * stands in its place the old one does.
 */
#ifndef CALCIFERD_LEDGER_RESCUE_H
#define CALCIFERD_LEDGER_RESCUE_H

#include "ledger.h"

typedef enum CalLedgerState {
  CAL_LEDGER_ABSENT,     /* none yet: it is made when the daemon starts */
  CAL_LEDGER_WHOLE,      /* every sum is right */
  CAL_LEDGER_OLDER,      /* whole as far as SQLite sees, and brought up to date when it is opened */
  CAL_LEDGER_NEWER,      /* of a newer version of the program */
  CAL_LEDGER_DAMAGED,    /* or somebody else's database, or none at all */
  CAL_LEDGER_UNREADABLE, /* it cannot be opened */
} CalLedgerState;

/* "absent", "whole", ... */
const char *cal_ledger_state_name(CalLedgerState state);

/* Reads all of it, beside a daemon that has it open, and changes nothing. The sentence, when it is not whole:
 * free with g_free(). */
CalLedgerState cal_ledger_examine(const char *path, char **sentence);

/* The advisory lock that a daemon holds, for who works on the file while none runs. Close the descriptor when
 * all is done. -1 with CAL_ERROR_BUSY when a daemon runs. */
int cal_ledger_hold(const char *path, GError **error);

/* What is to become the ledger, and what it does not hold of the one that it replaces. */
typedef struct CalReplacement {
  char *staged;          /* the file beside the ledger; owned */
  gboolean compared;     /* FALSE: the present one cannot be read, and the counts below are not known */
  gint64 n_entries_gone; /* entries that only the present ledger has */
  gint64 n_records_gone; /* a tag's records likewise, which the tag may have deleted meanwhile */
  CalInstant from, to;   /* the instants of the first and the last of them; CAL_INSTANT_NONE: none is dated */
} CalReplacement;
void cal_replacement_clear(CalReplacement *replacement);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CalReplacement, cal_replacement_clear)

/* Copies a backup from a descriptor to beside the ledger, brings the copy up to date, reads all of it, and
 * compares. What keeps recorded packets of a button from counting again is taken over from the present one.
 * CAL_ERROR_DAMAGED for what is no whole ledger of ours. */
gboolean cal_ledger_stage_backup(const char *path, int fd, CalReplacement *replacement, GError **error);

typedef struct CalSalvage {
  gint64 n_entries, n_records, n_samples; /* what was read */
  gint64 n_entries_lost, n_records_lost;  /* what was there by its numbers, and could not be */
} CalSalvage;

/* Reads what can be read of a damaged ledger into a new one beside it. CAL_ERROR_REFUSED when it is whole,
 * CAL_ERROR_DAMAGED when nothing can be read, or when it is of a newer version. */
gboolean cal_ledger_stage_salvage(const char *path, CalInstant now, CalReplacement *replacement,
                                  CalSalvage *salvage, GError **error);

/* Puts the staged file in the place of the ledger, which nobody has open. `aside`: where that is now, NULL
 * when there was none; free with g_free(). */
gboolean cal_ledger_replace(const char *path, const char *staged, CalInstant now, char **aside,
                            GError **error);

/* From now on nothing is appended to an open ledger (CAL_ERROR_BUSY), and no barrier holds: what came after
 * it was compared would be lost. */
void cal_ledger_seal(CalLedger *ledger, gboolean sealed);

#endif
