/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store.h"

#include "packing.h"

struct SimStore {
  SimRecord *ring;
  guint capacity;
  guint head; /* index in the ring of the oldest */
  guint count;
};

SimStore *
sim_store_new(guint capacity)
{
  g_assert(capacity > 0);
  SimStore *store = g_new0(SimStore, 1);
  store->ring = g_new0(SimRecord, capacity);
  store->capacity = capacity;
  return store;
}

void
sim_store_free(SimStore *store)
{
  g_free(store->ring);
  g_free(store);
}

guint32
sim_record_sequence(const SimRecord *record)
{
  return sim_get_u32(record->bytes);
}

void
sim_store_append(SimStore *store, const SimRecord *record)
{
  if (store->count == store->capacity) {
    store->head = (store->head + 1) % store->capacity;
    store->count--;
  }
  store->ring[(store->head + store->count) % store->capacity] = *record;
  store->count++;
}

guint
sim_store_count(const SimStore *store)
{
  return store->count;
}

guint
sim_store_capacity(const SimStore *store)
{
  return store->capacity;
}

const SimRecord *
sim_store_at(const SimStore *store, guint index)
{
  return index < store->count ? &store->ring[(store->head + index) % store->capacity] : NULL;
}

guint
sim_store_find(const SimStore *store, guint32 sequence)
{
  guint low = 0, high = store->count;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (sim_record_sequence(sim_store_at(store, middle)) < sequence)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

guint
sim_store_delete_up_to(SimStore *store, guint32 sequence)
{
  guint removed = sequence == G_MAXUINT32 ? store->count : sim_store_find(store, sequence + 1);
  store->head = (store->head + removed) % store->capacity;
  store->count -= removed;
  return removed;
}

void
sim_store_clear(SimStore *store)
{
  store->head = store->count = 0;
}
