/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "transfers.h"

#include "language.h"

#include <stdio.h>

/* What is shorter is over before anybody has read of it. */
#define LONG_RECORDS 20

#define STEPS 10

struct CtlTransfers {
  gboolean rewrites;
  gboolean is_shown;     /* the line is on the terminal */
  GHashTable *told_step; /* tag → the tenth that was told last, as a pointer; of transfers under way alone */
};

CtlTransfers *
ctl_transfers_new(gboolean rewrites)
{
  CtlTransfers *transfers = g_new0(CtlTransfers, 1);
  transfers->rewrites = rewrites;
  transfers->told_step = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  return transfers;
}

void
ctl_transfers_free(CtlTransfers *transfers)
{
  ctl_transfers_wipe(transfers);
  g_hash_table_unref(transfers->told_step);
  g_free(transfers);
}

void
ctl_transfers_wipe(CtlTransfers *transfers)
{
  if (transfers->is_shown)
    printf("\r\033[K");
  transfers->is_shown = FALSE;
}

/* Whether the transfer was under way, and is no more. */
static gboolean
end_transfer(CtlTransfers *transfers, const char *tag)
{
  ctl_transfers_wipe(transfers);
  return g_hash_table_remove(transfers->told_step, tag);
}

/* TRUE for the first step of a transfer, and for each that is higher than the one told last. */
static gboolean
is_new_step(CtlTransfers *transfers, const char *tag, guint step)
{
  gpointer told;
  if (g_hash_table_lookup_extended(transfers->told_step, tag, NULL, &told) && step <= GPOINTER_TO_UINT(told))
    return FALSE;
  g_hash_table_insert(transfers->told_step, g_strdup(tag), GUINT_TO_POINTER(step));
  return TRUE;
}

char *
ctl_transfers_step(CtlTransfers *transfers, const char *tag, guint32 done, guint32 of)
{
  if (of == 0)
    return end_transfer(transfers, tag) ? g_strdup_printf(_("%s: the transfer is over"), tag) : NULL;
  if (of < LONG_RECORDS)
    return NULL;
  const gboolean is_new = is_new_step(transfers, tag, (guint)((guint64)done * STEPS / of));
  if (!transfers->rewrites)
    return is_new ? g_strdup_printf(P_("%s: %u of %u record", "%s: %u of %u records", of), tag, done, of)
                  : NULL;
  printf("\r\033[K");
  printf(P_("%s: %u of %u record", "%s: %u of %u records", of), tag, done, of);
  fflush(stdout);
  transfers->is_shown = TRUE;
  return NULL;
}
