/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* BTHome's use of AES-128-CCM, apart from where in a packet the pieces lie. https://bthome.io/encryption */
#ifndef CALCIFER_LIB_BTHOME_SEAL_H
#define CALCIFER_LIB_BTHOME_SEAL_H

#include <calcifer/bthome.h>

#define CAL_BTHOME_COUNTER_SIZE 4
#define CAL_BTHOME_MIC_SIZE     4

/* Opens `sealed`, which is `size` bytes of ciphertext, the counter and the check, into `plain`. False, and
 * plain all zero, when the check fails. At most CAL_BTHOME_DATA_MAX bytes of ciphertext. */
bool cal_bthome_open(const uint8_t *sealed, size_t size, uint8_t device_information, const CalBthomeKey *key,
                     const CalAddress *address, uint8_t *plain);

#endif
