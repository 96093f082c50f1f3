/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walking over a table of which pages cannot be read. Private to the ledger. */
#ifndef CALCIFERD_LEDGER_SALVAGE_WALK_H
#define CALCIFERD_LEDGER_SALVAGE_WALK_H

#include <sqlite3.h>

#include "ledger.h"

/* FALSE ends the walk. */
typedef gboolean (*CalSalvageVisit)(sqlite3_stmt *row, gpointer data);

/* Tells each row that can be read, once and in order. `sql` selects those whose key is ?1 or more, in the
 * key's order, the key in its first column; where the key is not unique, rows beside a page that cannot be
 * read may be left out. */
void cal_salvage_walk(sqlite3 *db, const char *sql, CalSalvageVisit visit, gpointer data);

#endif
