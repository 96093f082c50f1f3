/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What BlueZ's errors mean to the machines. */
#ifndef CALCIFERD_LINK_FAULT_H
#define CALCIFERD_LINK_FAULT_H

#include <gio/gio.h>

#include <machine/life.h>
#include <machine/transfer.h>

/* Of a read, a write or a subscription. */
CalTransferFault cal_fault_of_gatt(const GError *error);

/* Of Connect and Pair. */
CalLifeFault cal_fault_of_connect(const GError *error);

/* What a fault of the transfer means for the link. */
CalLifeFault cal_fault_for_life(CalTransferFault fault);

/* org.bluez.Error.InProgress: somebody, perhaps ourselves, is at it; no signal tells when it is over. */
gboolean cal_fault_is_in_progress(const GError *error);

/* org.bluez.Error.AlreadyExists; NULL is none. */
gboolean cal_fault_is_there_already(const GError *error);

#endif
