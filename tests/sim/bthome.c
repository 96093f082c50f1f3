/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bthome.h"

#include <calcifer/address.h>
#include <nettle/ccm.h>
#include <string.h>

#include "packing.h"

#define TAG_SIZE 4

GBytes *
sim_bthome_encrypt(const char *address, GBytes *key, guint32 counter, guint8 info, GBytes *objects)
{
  CalAddress parsed;
  if (!cal_address_parse(address, &parsed) || g_bytes_get_size(key) != AES128_KEY_SIZE)
    return NULL;
  gsize size;
  const guint8 *plain = g_bytes_get_data(objects, &size);
  guint8 nonce[13] = { [6] = 0xd2, [7] = 0xfc, [8] = info };
  memcpy(nonce, parsed.octet, 6);
  sim_put_u32(nonce + 9, counter);
  struct ccm_aes128_ctx context;
  ccm_aes128_set_key(&context, g_bytes_get_data(key, NULL));
  g_autofree guint8 *sealed = g_malloc(size + TAG_SIZE);
  ccm_aes128_encrypt_message(&context, sizeof nonce, nonce, 0, NULL, TAG_SIZE, size + TAG_SIZE, sealed,
                             plain);
  GByteArray *packet = g_byte_array_new();
  g_byte_array_append(packet, &info, 1);
  g_byte_array_append(packet, sealed, (guint)size);
  g_byte_array_append(packet, nonce + 9, 4);
  g_byte_array_append(packet, sealed + size, TAG_SIZE);
  return g_byte_array_free_to_bytes(packet);
}
