/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Service data from anybody. The first byte says whether key and address are known and whether the rest is
 * to be sealed with them first, so that what lies behind the seal is reached too.
 */
#include "fuzz.h"

#include <calcifer/bthome.h>
#include <calcifer/number.h>

#include <math.h>
#include <string.h>

enum { WITH_KEY = 1, WITH_ADDRESS = 2, SEALED = 4, TRIGGERED = 8 };

static const CalBthomeKey key = { { 0x23, 0x1d, 0x39, 0xc1, 0xd7, 0xcc, 0x1a, 0xb1, 0xae, 0xe2, 0x24, 0xcd,
                                    0x09, 0x6d, 0xb9, 0x32 } };
static const CalAddress address = { { 0x54, 0x48, 0xe6, 0x8f, 0x80, 0xa5 } };

static void
require_sane_object(const CalBthome *packet, const CalBthomeObject *object)
{
  char text[CAL_NUMBER_TEXT_SIZE], version[CAL_BTHOME_FIRMWARE_TEXT_SIZE];
  FUZZ_REQUIRE(object->name != NULL && object->unit != NULL);
  FUZZ_REQUIRE(isfinite(object->value));
  FUZZ_REQUIRE(object->kind != CAL_BTHOME_KIND_NUMBER ||
               cal_number_format(object->value, object->decimals, text));
  FUZZ_REQUIRE((size_t)object->offset + object->size <= sizeof packet->payload);
  if (object->kind == CAL_BTHOME_KIND_FIRMWARE)
    cal_bthome_firmware_format(packet, object, version);
}

static void
require_sane_packet(const CalBthome *packet)
{
  char slot[CAL_BTHOME_SLOT_TEXT_SIZE];
  FUZZ_REQUIRE(packet->count <= CAL_BTHOME_OBJECTS_MAX);
  FUZZ_REQUIRE(packet->count > 0 || !packet->complete);
  for (size_t i = 0; i < packet->count; i++)
    require_sane_object(packet, &packet->objects[i]);
  const unsigned buttons = cal_bthome_buttons(packet);
  for (unsigned place = 1; place <= buttons; place++)
    cal_bthome_slot_format(place, cal_bthome_button(packet, place), slot);
  FUZZ_REQUIRE(cal_bthome_find(packet, CAL_BTHOME_BUTTON, buttons + 1) == NULL);
}

/* What was sealed opens to the same objects as the plain packet has. */
static void
require_same_behind_seal(const uint8_t *objects, size_t size, bool trigger)
{
  uint8_t sealed[CAL_BTHOME_DATA_MAX], plain[CAL_BTHOME_DATA_MAX];
  CalBthome opened, read;
  const size_t sealed_size = cal_bthome_seal(objects, size, trigger, 42, &key, &address, sealed);
  if (sealed_size == 0)
    return;
  plain[0] = 0x40;
  memcpy(plain + 1, objects, size);
  FUZZ_REQUIRE(cal_bthome_decode(sealed, sealed_size, &key, &address, &opened) == CAL_BTHOME_OK);
  FUZZ_REQUIRE(cal_bthome_decode(plain, size + 1, NULL, NULL, &read) == CAL_BTHOME_OK);
  FUZZ_REQUIRE(opened.encrypted && opened.counter == 42 && opened.trigger == trigger);
  FUZZ_REQUIRE(opened.count == read.count && opened.complete == read.complete);
  FUZZ_REQUIRE(memcmp(opened.payload, read.payload, size) == 0);
  require_sane_packet(&opened);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  CalBthome packet;
  if (size < 1)
    return 0;
  const uint8_t how = data[0];
  if (how & SEALED)
    require_same_behind_seal(data + 1, size - 1, (how & TRIGGERED) != 0);
  else if (cal_bthome_decode(data + 1, size - 1, how & WITH_KEY ? &key : NULL,
                             how & WITH_ADDRESS ? &address : NULL, &packet) == CAL_BTHOME_OK)
    require_sane_packet(&packet);
  return 0;
}
