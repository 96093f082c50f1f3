/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the completions of the shells ask: see complete.c. */
#ifndef CALCIFERCTL_COMPLETE_H
#define CALCIFERCTL_COMPLETE_H

#include "verb.h"

/* argv[1] ... are the words typed behind the program's name, the last one begun or empty. */
int ctl_complete(const CtlVerb *verbs, int argc, char **argv);

#endif
