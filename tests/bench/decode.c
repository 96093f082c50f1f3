/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decoding one advertisement, beside what cannot be left out of it: copying its bytes, and opening its seal.
 * Nanoseconds of this process.
 *
 *   bench-decode ROUNDS
 */
#include "pair.h"

#include <calcifer/bthome.h>

#include <nettle/ccm.h>
#include <stdlib.h>
#include <string.h>

#define N_PLAIN  400000
#define N_SEALED 60000
#define NONCE    13
#define MIC      4

/* Battery, temperature, humidity, UV index: what a weather tag sends. */
static const uint8_t objects[] = { 0x01, 0x61, 0x02, 0xca, 0x09, 0x03, 0xbf, 0x13, 0x46, 0x32 };
static const CalBthomeKey key = { { 0x23, 0x1d, 0x39, 0xc1, 0xd7, 0xcc, 0x1a, 0xb1, 0xae, 0xe2, 0x24, 0xcd,
                                    0x09, 0x6d, 0xb9, 0x32 } };
static const CalAddress sender = { { 0x54, 0x48, 0xe6, 0x8f, 0x80, 0xa5 } };

/* The compiler must not see that nothing becomes of it. */
static void
use(const void *memory)
{
  __asm__ volatile("" : : "r"(memory) : "memory");
}

static double
decode(const uint8_t *data, size_t size, int n)
{
  CalBthome packet;
  const double start = cpu_s();
  for (int i = 0; i < n; i++) {
    if (cal_bthome_decode(data, size, &key, &sender, &packet) != CAL_BTHOME_OK || packet.count != 4)
      abort();
    use(&packet);
  }
  return (cpu_s() - start) / n * 1e9;
}

/* A byte at a time, as whoever looks at each of them must. */
static double
copy(const uint8_t *data, size_t size, int n)
{
  uint8_t copied[CAL_BTHOME_DATA_MAX];
  const double start = cpu_s();
  for (int i = 0; i < n; i++) {
    for (size_t at = 0; at < size; at++) {
      copied[at] = data[at];
      use(copied);
    }
  }
  return (cpu_s() - start) / n * 1e9;
}

static double
open_seal(const uint8_t *data, size_t size, int n)
{
  uint8_t plain[CAL_BTHOME_DATA_MAX], nonce[NONCE] = { 0 }, message[CAL_BTHOME_DATA_MAX];
  const size_t length = size - 1 - 8;
  memcpy(nonce, sender.octet, sizeof sender.octet);
  memcpy(nonce + 6, "\xd2\xfc", 2);
  nonce[8] = data[0];
  memcpy(nonce + 9, data + 1 + length, 4);
  memcpy(message, data + 1, length);
  memcpy(message + length, data + 1 + length + 4, MIC);
  const double start = cpu_s();
  for (int i = 0; i < n; i++) {
    struct ccm_aes128_ctx cipher;
    ccm_aes128_set_key(&cipher, key.octet);
    if (!ccm_aes128_decrypt_message(&cipher, NONCE, nonce, 0, NULL, MIC, length, plain, message))
      abort();
    use(plain);
  }
  return (cpu_s() - start) / n * 1e9;
}

int
main(int argc, char **argv)
{
  uint8_t plain[1 + sizeof objects] = { 0x40 }, sealed[CAL_BTHOME_DATA_MAX];
  memcpy(plain + 1, objects, sizeof objects);
  const size_t size = cal_bthome_seal(objects, sizeof objects, false, 7, &key, &sender, sealed);
  for (int round = argc > 1 ? atoi(argv[1]) : 15; round > 0; round--) {
    tell_pair("decode", decode(plain, sizeof plain, N_PLAIN), copy(plain, sizeof plain, N_PLAIN));
    tell_pair("decode-sealed", decode(sealed, size, N_SEALED), open_seal(sealed, size, N_SEALED));
  }
  return EXIT_SUCCESS;
}
