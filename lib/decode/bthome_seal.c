/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bthome_seal.h"

#include "cursor.h"

#include <nettle/ccm.h>
#include <string.h>

#define NONCE_SIZE 13

#define UUID_SIZE 2

/* The sender's address as written, the UUID as on the air, the device information as sent (a triggered packet
 * has another nonce than a regular one), the counter as sent. */
static void
make_nonce(uint8_t nonce[NONCE_SIZE], const CalAddress *address, uint8_t device_information,
           const uint8_t *counter)
{
  static const uint8_t uuid[UUID_SIZE] = { 0xd2, 0xfc };
  memcpy(nonce, address->octet, sizeof address->octet);
  memcpy(nonce + sizeof address->octet, uuid, UUID_SIZE);
  nonce[sizeof address->octet + UUID_SIZE] = device_information;
  memcpy(nonce + NONCE_SIZE - CAL_BTHOME_COUNTER_SIZE, counter, CAL_BTHOME_COUNTER_SIZE);
}

bool
cal_bthome_open(const uint8_t *sealed, size_t size, uint8_t device_information, const CalBthomeKey *key,
                const CalAddress *address, uint8_t *plain)
{
  struct ccm_aes128_ctx cipher;
  uint8_t nonce[NONCE_SIZE];
  uint8_t message[CAL_BTHOME_DATA_MAX + CAL_BTHOME_MIC_SIZE];
  make_nonce(nonce, address, device_information, sealed + size);
  memcpy(message, sealed, size);
  memcpy(message + size, sealed + size + CAL_BTHOME_COUNTER_SIZE, CAL_BTHOME_MIC_SIZE);
  ccm_aes128_set_key(&cipher, key->octet);
  if (ccm_aes128_decrypt_message(&cipher, NONCE_SIZE, nonce, 0, NULL, CAL_BTHOME_MIC_SIZE, size, plain,
                                 message))
    return true;
  memset(plain, 0, size);
  return false;
}

size_t
cal_bthome_seal(const uint8_t *objects, size_t size, bool trigger, uint32_t counter, const CalBthomeKey *key,
                const CalAddress *address, uint8_t *data)
{
  struct ccm_aes128_ctx cipher;
  uint8_t nonce[NONCE_SIZE];
  uint8_t counter_bytes[CAL_BTHOME_COUNTER_SIZE];
  uint8_t message[CAL_BTHOME_DATA_MAX];
  if (size == 0 || size > CAL_BTHOME_DATA_MAX - 1 - CAL_BTHOME_SEAL_SIZE)
    return 0;
  data[0] = trigger ? 0x45 : 0x41;
  cal_put_le(counter_bytes, CAL_BTHOME_COUNTER_SIZE, counter);
  make_nonce(nonce, address, data[0], counter_bytes);
  ccm_aes128_set_key(&cipher, key->octet);
  ccm_aes128_encrypt_message(&cipher, NONCE_SIZE, nonce, 0, NULL, CAL_BTHOME_MIC_SIZE,
                             size + CAL_BTHOME_MIC_SIZE, message, objects);
  memcpy(data + 1, message, size);
  memcpy(data + 1 + size, counter_bytes, CAL_BTHOME_COUNTER_SIZE);
  memcpy(data + 1 + size + CAL_BTHOME_COUNTER_SIZE, message + size, CAL_BTHOME_MIC_SIZE);
  return 1 + size + CAL_BTHOME_SEAL_SIZE;
}
