/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A ledger whose first page is damaged: SQLite takes it for no database, since that page says where each
 * table begins. Every ledger that this version made has its tables begin on the same pages, so the first page
 * of a new one stands in for it, in a copy. In a ledger that an older version made they begin elsewhere; what
 * is then read in the wrong place does not bear its sum, and is not taken.
 */
#ifndef CALCIFERD_LEDGER_FIRST_PAGE_H
#define CALCIFERD_LEDGER_FIRST_PAGE_H

#include <glib.h>

/* Makes such a copy of the file beside it. Its path, to be discarded; NULL when it is no copy of a ledger's
 * pages, or could not be made. */
char *cal_first_page_replace(const char *path, GError **error);

/* Removes the copy and what SQLite left beside it, and frees the path. NULL is nothing. */
void cal_first_page_discard(char *copy);

#endif
