/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory of one tag: a ring of 20-byte records in ascending sequence. A full ring overwrites its oldest.
 * Sequences ascend but need not be contiguous (a tag may be told to jump).
 */
#ifndef CALCIFER_TESTS_SIM_STORE_H
#define CALCIFER_TESTS_SIM_STORE_H

#include <glib.h>

#define SIM_RECORD_SIZE 20

typedef struct SimRecord {
  guint8 bytes[SIM_RECORD_SIZE];
} SimRecord;

typedef struct SimStore SimStore;

SimStore *sim_store_new(guint capacity);
void sim_store_free(SimStore *store);

guint32 sim_record_sequence(const SimRecord *record);

/* The record's sequence must be above every stored one. */
void sim_store_append(SimStore *store, const SimRecord *record);
guint sim_store_count(const SimStore *store);
guint sim_store_capacity(const SimStore *store);
/* Records in ascending order; the pointer holds until the store changes. NULL beyond the end. */
const SimRecord *sim_store_at(const SimStore *store, guint index);
/* Index of the first record whose sequence is at least this one; count when there is none. */
guint sim_store_find(const SimStore *store, guint32 sequence);
/* How many records were removed. */
guint sim_store_delete_up_to(SimStore *store, guint32 sequence);
void sim_store_clear(SimStore *store);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimStore, sim_store_free)

#endif
