/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The BTHome keys, in a file of their own ($XDG_DATA_HOME/calciferd/keys, 0600): one line "ADDRESS HEX" a
 * tag. They are in no export, no log, no argument and not in the ledger.
 */
#ifndef CALCIFERD_KEYS_H
#define CALCIFERD_KEYS_H

#include <glib.h>

#include <calcifer/address.h>

#define CAL_KEY_SIZE 16 /* bytes: AES-128 */

typedef struct CalKeys CalKeys;

/* Reads the file; a missing one holds no keys. What an interrupted writing left beside it is removed.
 * CAL_ERROR_INVALID with file and line, CAL_ERROR_STORAGE. */
CalKeys *cal_keys_open(const char *path, GError **error);
void cal_keys_free(CalKeys *keys); /* wipes them from memory */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalKeys, cal_keys_free)

/* The key of a tag, owned by the set; NULL when it has none. */
const guint8 *cal_keys_find(CalKeys *keys, const CalAddress *tag);

/* Removes the file, for an owner who wants nothing to be left. CAL_ERROR_STORAGE. */
gboolean cal_keys_remove(const char *path, GError **error);

/* Sets (or removes, with NULL) a key and rewrites the file, all or nothing. */
gboolean cal_keys_set(CalKeys *keys, const CalAddress *tag, const guint8 *key, GError **error);

#endif
