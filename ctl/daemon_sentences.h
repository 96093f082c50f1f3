/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sentences that the daemon says to people over the bus, where all is English: the daemon's own texts,
 * with
 * "%s" for whatever stands in them. tests/lint/translations.py sees that the daemon says them.
 */
#ifndef CALCIFERCTL_DAEMON_SENTENCES_H
#define CALCIFERCTL_DAEMON_SENTENCES_H

/* Ends with NULL. */
extern const char *const ctl_daemon_sentences[];

#endif
