/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The entries of a day, with their ids. */
#ifndef CALCIFERCTL_ENTRIES_H
#define CALCIFERCTL_ENTRIES_H

#include "verb.h"

/* `log` without a verb; `verbs` are those that its --help tells of. */
int ctl_entries(int argc, char **argv, const CtlVerb *verbs);

#endif
