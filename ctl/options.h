/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options of a verb, parsed by GOption: after the call argv holds the verb's name and its words. A word that
 * begins with '-' and a digit is a number, never an option, and after "--" there are no options. Entries are
 * marked with N_() and told in the person's language; after --json all is told as programs read it. --plain
 * is taken by every verb, so that who needs it need not know which have something to leave out.
 */
#ifndef CALCIFERCTL_OPTIONS_H
#define CALCIFERCTL_OPTIONS_H

#include "verb.h"

/* `usage` is what follows the verb's name. FALSE after having complained: return CTL_EXIT_USAGE. --help
 * prints and exits 0. */
gboolean ctl_options_parse(int *argc, char ***argv, const char *usage, const GOptionEntry *entries);

/* The same for a group that does something without a verb too: its --help tells of its verbs. */
gboolean ctl_options_parse_group(int *argc, char ***argv, const CtlVerb *verbs, const GOptionEntry *entries);

/* The same for a verb that has no option but --json. */
gboolean ctl_options_parse_json(int *argc, char ***argv, const char *usage, gboolean *json);

/* As --at was typed, NULL for now (0). FALSE after having complained. */
gboolean ctl_options_at(const char *text, gint64 *at);

/* A number of the command line, '.' or ',' as decimal mark in every locale; a comma before three digits,
 * which may part thousands, is none. FALSE after having complained that `what` is none. */
gboolean ctl_options_number(const char *text, const char *what, double *number);

#endif
