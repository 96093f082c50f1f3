/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the daemon says while it runs: all of GLib's messages pass through one writer. In the journal they
 * keep their fields; elsewhere each is a line on stderr. No level writes a health value or a key, and what
 * came over the air is escaped, one message a line.
 *
 *   CalJournal *journal = cal_journal_new(G_LOG_LEVEL_MESSAGE);
 *   cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_SETTINGS, "%s; the defaults hold", error->message);
 */
#ifndef CALCIFERD_JOURNAL_H
#define CALCIFERD_JOURNAL_H

#include <glib.h>

/* The messages that a person looks up: each has an id of its own, and an entry in the installed catalogue
 * (`journalctl -x`), systemd/calciferd.catalog. */
typedef enum CalJournalMessage {
  CAL_JOURNAL_READY,
  CAL_JOURNAL_STOPPING,
  CAL_JOURNAL_LEDGER,     /* the ledger cannot be opened, read or written */
  CAL_JOURNAL_SETTINGS,   /* the settings file is wrong */
  CAL_JOURNAL_NAME_TAKEN, /* another calciferd runs */
  CAL_JOURNAL_WATCHDOG,   /* the watchdog is not fed */
  CAL_JOURNAL_COUNTER,    /* the owner accepted a counter that began anew */
  CAL_JOURNAL_BOND,       /* tag and machine do not share a bond any more */
  CAL_JOURNAL_FOODS,      /* the table of foods is not there, or a row of it is wrong */
} CalJournalMessage;

typedef struct CalJournal CalJournal;

/* Takes GLib's messages from now on, once in a process. Never freed: GLib may say something to the last. */
CalJournal *cal_journal_new(GLogLevelFlags least);

/* The least severe level that is written. */
void cal_journal_set_level(CalJournal *journal, GLogLevelFlags least);

/* A message that has an id. */
void cal_journal(GLogLevelFlags level, CalJournalMessage message, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

#endif
