/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may stand as a value: names that the daemon knows, lists that the core knows. */
#ifndef CALCIFERCTL_COMPLETE_VALUE_H
#define CALCIFERCTL_COMPLETE_VALUE_H

/* Prints what may stand in place of words[n], one a line, by the n words before it. */
void ctl_complete_value(int n, char **words);

#endif
