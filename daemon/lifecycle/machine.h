/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts about the machine and the process that `calciferctl doctor` asks for. */
#ifndef CALCIFERD_MACHINE_H
#define CALCIFERD_MACHINE_H

#include <gio/gio.h>
#include <stdio.h>

/* The accounts of a passwd file, but for `self`, that a person can log in to: numbered as people are
 * (login.defs(5): from 1000 up), with a shell that is one. Free with g_strfreev(). */
char **cal_machine_accounts(FILE *passwd, guint self);

/* What rfkill does to Bluetooth, from a folder like /sys/class/rfkill: "none", "soft" or "hard". */
const char *cal_machine_rfkill(const char *folder);

/* What timedate1 says of the clock, as NTPSynchronized or CanNTP: 1, 0, or -1 when nobody says. Blocks. */
int cal_machine_clock_flag(GDBusConnection *bus, const char *property);

/* Which layers of the sandbox hold, tried from inside: a{sb}, floating. */
GVariant *cal_machine_sandbox(void);

#endif
