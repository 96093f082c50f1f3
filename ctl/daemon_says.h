/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the daemon says, in the person's language. */
#ifndef CALCIFERCTL_DAEMON_SAYS_H
#define CALCIFERCTL_DAEMON_SAYS_H

/* A sentence from the bus, which is English, as this person reads it; one that is not known stays as it is.
 * What stands in it may be a sentence, too ("took back: took 1 of d3k2 at 08:00"). Free with g_free(). */
char *ctl_daemon_says(const char *sentence);

/* Prints it on a line of its own, harmless to a terminal. */
void ctl_daemon_say(const char *sentence);

#endif
