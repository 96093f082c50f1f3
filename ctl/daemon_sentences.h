/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sentences that the daemon says to people over the bus, where all is English, and what the core says of
 * a packet: word by word, with "%s" for whatever stands in them. tests/lint/translations.py sees that they
 * are still said.
 */
#ifndef CALCIFERCTL_DAEMON_SENTENCES_H
#define CALCIFERCTL_DAEMON_SENTENCES_H

/* Ends with NULL. */
extern const char *const ctl_daemon_sentences[];

#endif
