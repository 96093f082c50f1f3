/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is done to a ledger that the daemon cannot begin with, and what a doctor wants to know of the machine
 * without a daemon: `calciferd --examine`, `--restore` (the backup on standard input) and `--salvage`. Each
 * prints one a{sv} as GVariant text; the client asks for it.
 */
#ifndef CALCIFERD_APP_RESCUE_H
#define CALCIFERD_APP_RESCUE_H

#include "app.h"
#include "ledger/rescue.h"

/* Runs what the word asks for and returns the exit status; -1 when it is none of these words. */
int cal_app_rescue(const char *word, const CalPaths *paths);

/* a{sv}, floating: aside, compared, entries_gone, records_gone, from, to; behind a salvage what was read,
 * too. `aside` may be NULL. */
GVariant *cal_app_describe_rescue(const CalReplacement *replacement, const CalSalvage *salvage,
                                  const char *aside);

#endif
