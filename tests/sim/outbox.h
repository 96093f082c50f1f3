/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tag is about to send, in order, after its faults have had their way with it.
 * The transport takes one packet after another from the head.
 */
#ifndef CALCIFER_TESTS_SIM_OUTBOX_H
#define CALCIFER_TESTS_SIM_OUTBOX_H

#include "fault.h"

#define SIM_PACKET_MAX 240 /* twelve records */

typedef enum SimPacketKind {
  SIM_PACKET_LIVE,   /* a record that was stored a moment ago, notified unasked */
  SIM_PACKET_REPORT, /* records that a report asked for */
  SIM_PACKET_ANSWER, /* an indication of the control point */
} SimPacketKind;

typedef struct SimPacket {
  SimPacketKind kind;
  gsize size;
  guint8 bytes[SIM_PACKET_MAX];
} SimPacket;

typedef struct SimOutbox SimOutbox;

SimOutbox *sim_outbox_new(void);
void sim_outbox_free(SimOutbox *outbox);

/* Records of a report: dropped, doubled, altered as the faults say. */
void sim_outbox_report(SimOutbox *outbox, const SimFaults *faults, const guint8 *bytes, gsize size);
void sim_outbox_live(SimOutbox *outbox, const guint8 *bytes, gsize size);
/* Puts the answer before the last `early` packets of the report. */
void sim_outbox_answer(SimOutbox *outbox, guint early, const guint8 *bytes, gsize size);
/* The last n packets, if of a report, change places. */
void sim_outbox_shuffle(SimOutbox *outbox, guint n);

guint sim_outbox_length(const SimOutbox *outbox);
/* Transfer full; NULL when there is nothing to send. */
SimPacket *sim_outbox_pop(SimOutbox *outbox);
/* Forgets the packets of a report, the answer to one included; live ones stay. */
void sim_outbox_cancel(SimOutbox *outbox);
void sim_outbox_clear(SimOutbox *outbox);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimOutbox, sim_outbox_free)

#endif
