/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Golden ledgers: for each version of the schema a file as that version wrote it, and what it tells, as text.
 * They are made once, by make_golden_ledger in the commit that brings a version, and never again.
 */
#ifndef CALCIFER_TESTS_LEDGER_GOLDEN_H
#define CALCIFER_TESTS_LEDGER_GOLDEN_H

#include "desk.h"

/* Puts something of everything into an empty ledger. */
void golden_fill(Desk *desk);

/* All that the ledger tells, a line to each thing. Free with g_free(). */
char *golden_tell(Desk *desk);

#endif
