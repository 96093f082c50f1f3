/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "outbox.h"

#include <string.h>

#include "store.h"

struct SimOutbox {
  GQueue packets;
  GRand *dice; /* the same seed each time: a failing run can be run again */
  guint reported;
};

SimOutbox *
sim_outbox_new(void)
{
  SimOutbox *outbox = g_new0(SimOutbox, 1);
  g_queue_init(&outbox->packets);
  outbox->dice = g_rand_new_with_seed(20240601);
  return outbox;
}

void
sim_outbox_free(SimOutbox *outbox)
{
  sim_outbox_clear(outbox);
  g_rand_free(outbox->dice);
  g_free(outbox);
}

static SimPacket *
packet_new(SimPacketKind kind, const guint8 *bytes, gsize size)
{
  g_assert(size <= SIM_PACKET_MAX);
  SimPacket *packet = g_new0(SimPacket, 1);
  packet->kind = kind;
  packet->size = size;
  memcpy(packet->bytes, bytes, size);
  return packet;
}

static gboolean
every(guint n, guint count)
{
  return n != 0 && count % n == 0;
}

/* The same identity with another content: the payload's first byte differs. */
static void
push_altered(SimOutbox *outbox, const guint8 *bytes)
{
  SimPacket *packet = packet_new(SIM_PACKET_REPORT, bytes, SIM_RECORD_SIZE);
  packet->bytes[12] ^= 0x01;
  g_queue_push_tail(&outbox->packets, packet);
}

static void
push_junk(SimOutbox *outbox)
{
  guint8 junk[SIM_RECORD_SIZE - 7];
  for (gsize i = 0; i < sizeof junk; i++)
    junk[i] = (guint8)g_rand_int_range(outbox->dice, 0, 256);
  g_queue_push_tail(&outbox->packets, packet_new(SIM_PACKET_REPORT, junk, sizeof junk));
}

void
sim_outbox_report(SimOutbox *outbox, const SimFaults *faults, const guint8 *bytes, gsize size)
{
  guint count = ++outbox->reported;
  if (!every(faults->drop, count))
    g_queue_push_tail(&outbox->packets, packet_new(SIM_PACKET_REPORT, bytes, size));
  if (every(faults->duplicate, count))
    g_queue_push_tail(&outbox->packets, packet_new(SIM_PACKET_REPORT, bytes, size));
  if (every(faults->alter, count))
    push_altered(outbox, bytes);
  if (every(faults->junk, count))
    push_junk(outbox);
}

void
sim_outbox_live(SimOutbox *outbox, const guint8 *bytes, gsize size)
{
  g_queue_push_tail(&outbox->packets, packet_new(SIM_PACKET_LIVE, bytes, size));
}

void
sim_outbox_answer(SimOutbox *outbox, guint early, const guint8 *bytes, gsize size)
{
  GList *before = NULL;
  GList *tail = outbox->packets.tail;
  for (guint i = 0; i < early && tail && ((SimPacket *)tail->data)->kind == SIM_PACKET_REPORT; i++) {
    before = tail;
    tail = tail->prev;
  }
  SimPacket *answer = packet_new(SIM_PACKET_ANSWER, bytes, size);
  if (before)
    g_queue_insert_before(&outbox->packets, before, answer);
  else
    g_queue_push_tail(&outbox->packets, answer);
}

void
sim_outbox_shuffle(SimOutbox *outbox, guint n)
{
  guint length = outbox->packets.length;
  guint stretch = MIN(n, length);
  for (guint i = 0; i + 1 < stretch; i++) {
    gint32 other = g_rand_int_range(outbox->dice, (gint32)i, (gint32)stretch);
    GList *a = g_queue_peek_nth_link(&outbox->packets, length - 1 - i);
    GList *b = g_queue_peek_nth_link(&outbox->packets, length - 1 - (guint)other);
    gpointer kept = a->data;
    a->data = b->data;
    b->data = kept;
  }
}

guint
sim_outbox_length(const SimOutbox *outbox)
{
  return outbox->packets.length;
}

SimPacket *
sim_outbox_pop(SimOutbox *outbox)
{
  return g_queue_pop_head(&outbox->packets);
}

void
sim_outbox_cancel(SimOutbox *outbox)
{
  for (GList *at = outbox->packets.head, *next; at; at = next) {
    next = at->next;
    if (((SimPacket *)at->data)->kind == SIM_PACKET_LIVE)
      continue;
    g_free(at->data);
    g_queue_delete_link(&outbox->packets, at);
  }
}

void
sim_outbox_clear(SimOutbox *outbox)
{
  g_queue_clear_full(&outbox->packets, g_free);
}
