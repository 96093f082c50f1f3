/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The daemon's program, run for one piece of work where no daemon can be asked: it knows the ledger and the
 * radio, and the client does not. */
#ifndef CALCIFERCTL_PROGRAM_H
#define CALCIFERCTL_PROGRAM_H

#include <gio/gio.h>

/* Runs the program that the session bus would start with one argument and, unless it is -1, a descriptor as
 * its standard input, which is taken. Returns what it prints, an a{sv}; NULL with its own line as the error.
 */
GVariant *ctl_program_run(const char *argument, int input, GError **error);

/* Whether there is a daemon that the session bus, or its unit, could start. */
gboolean ctl_program_is_installed(void);

#endif
