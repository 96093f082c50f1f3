/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sender's side of an encrypted BTHome packet. */
#ifndef CALCIFER_TESTS_SIM_BTHOME_H
#define CALCIFER_TESTS_SIM_BTHOME_H

#include <glib.h>

/* AES-128-CCM, four bytes of authentication, no associated data; nonce: address, D2 FC, info, counter.
 * info is the device-information byte, 0x41 or 0x45. NULL when the address is none or the key not 16 bytes.
 */
GBytes *sim_bthome_encrypt(const char *address, GBytes *key, guint32 counter, guint8 info, GBytes *objects);

#endif
