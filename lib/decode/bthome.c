/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/bthome.h>

#include "bthome_seal.h"
#include "bthome_table.h"
#include "cursor.h"

#include <calcifer/hex.h>

#include <stdio.h>
#include <string.h>

/* The device information byte. */
#define INFO_ENCRYPTED 0x01
#define INFO_ADDRESS   0x02
#define INFO_TRIGGER   0x04
#define INFO_VERSION   0xe0
#define VERSION_2      0x40

/* Service data taken apart, still sealed when it was encrypted. */
typedef struct Frame {
  uint8_t info;
  CalCursor objects;
} Frame;

static bool
is_encrypted(uint8_t info)
{
  return (info & INFO_ENCRYPTED) != 0;
}

/* Inside a packet an address stands with its last octet first. */
static CalBthomeResult
check_address(Frame *frame, const CalAddress *sender)
{
  if (frame->objects.left < sizeof sender->octet)
    return CAL_BTHOME_CUT_OFF;
  if (sender == NULL)
    return CAL_BTHOME_MISSING_ADDRESS;
  const uint8_t *reversed = cal_cursor_pull(&frame->objects, sizeof sender->octet);
  for (size_t i = 0; i < sizeof sender->octet; i++) {
    if (reversed[i] != sender->octet[sizeof sender->octet - 1 - i])
      return CAL_BTHOME_WRONG_ADDRESS;
  }
  return CAL_BTHOME_OK;
}

static CalBthomeResult
take_apart(const uint8_t *data, size_t size, const CalAddress *address, Frame *frame)
{
  frame->objects = (CalCursor){ data, size };
  if (!cal_cursor_pull_u8(&frame->objects, &frame->info))
    return CAL_BTHOME_NO_DATA;
  if (size > CAL_BTHOME_DATA_MAX)
    return CAL_BTHOME_TOO_LONG;
  if ((frame->info & INFO_VERSION) != VERSION_2)
    return CAL_BTHOME_WRONG_VERSION;
  if (frame->objects.left > 0 && (frame->info & INFO_ADDRESS) != 0) {
    const CalBthomeResult result = check_address(frame, address);
    if (result != CAL_BTHOME_OK)
      return result;
  }
  return frame->objects.left == 0 ? CAL_BTHOME_NO_DATA : CAL_BTHOME_OK;
}

/* Leaves the deciphered objects in `plain` and the frame pointing there. */
static CalBthomeResult
open_frame(Frame *frame, const CalBthomeKey *key, const CalAddress *address, uint8_t *plain,
           uint32_t *counter)
{
  if (key == NULL)
    return CAL_BTHOME_MISSING_KEY;
  if (address == NULL)
    return CAL_BTHOME_MISSING_ADDRESS;
  if (frame->objects.left <= CAL_BTHOME_SEAL_SIZE)
    return CAL_BTHOME_CUT_OFF;
  const size_t size = frame->objects.left - CAL_BTHOME_SEAL_SIZE;
  CalCursor seal = { frame->objects.at + size, CAL_BTHOME_SEAL_SIZE };
  cal_cursor_pull_u32(&seal, counter);
  if (!cal_bthome_open(frame->objects.at, size, frame->info, key, address, plain))
    return CAL_BTHOME_WRONG_MIC;
  frame->objects = (CalCursor){ plain, size };
  return CAL_BTHOME_OK;
}

static inline bool
pull_unsigned(CalCursor *cursor, size_t size, double *steps)
{
  uint32_t sent;
  if (!cal_cursor_pull_le(cursor, size, &sent))
    return false;
  *steps = sent;
  return true;
}

static inline bool
pull_signed(CalCursor *cursor, size_t size, double *steps)
{
  uint32_t sent;
  if (!cal_cursor_pull_le(cursor, size, &sent))
    return false;
  const unsigned spare = 32 - 8U * (unsigned)size;
  *steps = (int32_t)(sent << spare) >> spare;
  return true;
}

/* Each length in a branch of its own, since a processor guesses branches: it reads on in the next object
 * before it knows this one's row. */
static inline bool
pull_steps(CalCursor *cursor, CalBthomeForm form, double *steps)
{
  switch (form) {
  case CAL_BTHOME_FORM_UNSIGNED_1:
    return pull_unsigned(cursor, 1, steps);
  case CAL_BTHOME_FORM_UNSIGNED_2:
    return pull_unsigned(cursor, 2, steps);
  case CAL_BTHOME_FORM_UNSIGNED_3:
    return pull_unsigned(cursor, 3, steps);
  case CAL_BTHOME_FORM_UNSIGNED_4:
    return pull_unsigned(cursor, 4, steps);
  case CAL_BTHOME_FORM_SIGNED_1:
    return pull_signed(cursor, 1, steps);
  case CAL_BTHOME_FORM_SIGNED_2:
    return pull_signed(cursor, 2, steps);
  case CAL_BTHOME_FORM_SIGNED_4:
    return pull_signed(cursor, 4, steps);
  case CAL_BTHOME_FORM_UNKNOWN:
  case CAL_BTHOME_FORM_OTHER:
    break;
  }
  return false;
}

static bool
decode_event(CalCursor *cursor, const CalBthomeRow *row, CalBthomeObject *object)
{
  const uint8_t *bytes = cal_cursor_pull(cursor, row->size);
  if (bytes == NULL)
    return false;
  object->value = bytes[0];
  object->event = cal_bthome_event_name(object->id, bytes[0]);
  object->steps = row->size > 1 ? bytes[1] : 0;
  return true;
}

static bool
decode_bytes(CalCursor *cursor, size_t size, const uint8_t *start, CalBthomeObject *object)
{
  const uint8_t *bytes = cal_cursor_pull(cursor, size);
  if (bytes == NULL)
    return false;
  object->offset = (uint8_t)(bytes - start);
  object->size = (uint8_t)size;
  return true;
}

static bool
decode_counted_bytes(CalCursor *cursor, const uint8_t *start, CalBthomeObject *object)
{
  uint8_t size;
  return cal_cursor_pull_u8(cursor, &size) && decode_bytes(cursor, size, start, object);
}

/* A byte with the arguments' length in its low five bits, the opcode, the arguments. The other three bits are
 * reserved; if one is set the length may mean something else, so that the rest cannot be trusted. */
static bool
decode_command(CalCursor *cursor, const uint8_t *start, CalBthomeObject *object)
{
  uint8_t length, opcode;
  if (!cal_cursor_pull_u8(cursor, &length) || length > 31 || !cal_cursor_pull_u8(cursor, &opcode))
    return false;
  object->value = opcode;
  return decode_bytes(cursor, length, start, object);
}

static bool
decode_other(CalCursor *cursor, const CalBthomeRow *row, const uint8_t *start, CalBthomeObject *object)
{
  switch (object->kind) {
  case CAL_BTHOME_KIND_NUMBER: /* decode_number(), as most are, before this is asked */
    break;
  case CAL_BTHOME_KIND_EVENT:
    return decode_event(cursor, row, object);
  case CAL_BTHOME_KIND_TEXT:
  case CAL_BTHOME_KIND_RAW:
    return decode_counted_bytes(cursor, start, object);
  case CAL_BTHOME_KIND_FIRMWARE:
    return decode_bytes(cursor, row->size, start, object);
  case CAL_BTHOME_KIND_COMMAND:
    return decode_command(cursor, start, object);
  }
  return false;
}

/* False at an id whose length nobody knows, or when the bytes end before the object does. */
static inline bool
decode_object(CalCursor *cursor, const uint8_t *start, CalBthomeObject *object)
{
  const CalBthomeRow *row = cal_bthome_row(*cursor->at);
  cursor->at++;
  cursor->left--;
  *object = row->blank;
  double steps;
  if (!pull_steps(cursor, row->form, &steps))
    return row->form == CAL_BTHOME_FORM_OTHER && decode_other(cursor, row, start, object);
  object->value = steps * row->blank.value / row->divisor;
  return true;
}

/* Compilers make memcpy() of an unknown length up to 255 a string instruction, which needs as long to begin
 * as the whole packet to decode. The last eight bytes are taken as one, of which some were copied before. */
static void
copy_few(uint8_t *to, const uint8_t *from, size_t size)
{
  if (size < 8) {
    for (size_t done = 0; done < size; done++)
      to[done] = from[done];
    return;
  }
  for (size_t done = 0; done + 8 < size; done += 8)
    memcpy(to + done, from + done, 8);
  memcpy(to + size - 8, from + size - 8, 8);
}

/* Of the many objects that a packet has room for only those that are there are written: clearing the others
 * took ten times as long as all the rest. They are read where they came, since what was written just now is
 * slower to read, and where the next object begins waits for each id. */
static CalBthomeResult
decode_objects(CalCursor cursor, uint8_t info, uint32_t counter, CalBthome *packet)
{
  const uint8_t *const start = cursor.at;
  size_t count = 0;
  bool complete = true;
  copy_few(packet->payload, cursor.at, cursor.left);
  while (cursor.left > 0 && complete) {
    complete = decode_object(&cursor, start, &packet->objects[count]);
    count += complete;
  }
  packet->encrypted = is_encrypted(info);
  packet->trigger = (info & INFO_TRIGGER) != 0;
  packet->complete = complete;
  packet->counter = counter;
  packet->count = count;
  return CAL_BTHOME_OK;
}

/* Apart from the plain packets, which need no room on the stack. */
static CalBthomeResult
decode_sealed(Frame frame, const CalBthomeKey *key, const CalAddress *address, CalBthome *packet)
{
  uint8_t plain[CAL_BTHOME_DATA_MAX];
  uint32_t counter = 0;
  const CalBthomeResult result = open_frame(&frame, key, address, plain, &counter);
  return result == CAL_BTHOME_OK ? decode_objects(frame.objects, frame.info, counter, packet) : result;
}

CalBthomeResult
cal_bthome_decode(const uint8_t *data, size_t size, const CalBthomeKey *key, const CalAddress *address,
                  CalBthome *packet)
{
  Frame frame;
  const CalBthomeResult result = take_apart(data, size, address, &frame);
  if (result != CAL_BTHOME_OK)
    return result;
  if (is_encrypted(frame.info))
    return decode_sealed(frame, key, address, packet);
  return decode_objects(frame.objects, frame.info, 0, packet);
}

const char *
cal_bthome_result_text(CalBthomeResult result)
{
  switch (result) {
  case CAL_BTHOME_OK:
    return "decoded";
  case CAL_BTHOME_NO_DATA:
    return "no data";
  case CAL_BTHOME_TOO_LONG:
    return "longer than an advertisement can be";
  case CAL_BTHOME_WRONG_VERSION:
    return "not BTHome version 2";
  case CAL_BTHOME_CUT_OFF:
    return "cut off";
  case CAL_BTHOME_MISSING_KEY:
    return "encrypted, and no key given";
  case CAL_BTHOME_MISSING_ADDRESS:
    return "the sender's address is needed";
  case CAL_BTHOME_WRONG_ADDRESS:
    return "carries another address than its sender's";
  case CAL_BTHOME_WRONG_MIC:
    return "wrong key or address, or altered on the way";
  }
  return "";
}

const uint8_t *
cal_bthome_bytes(const CalBthome *packet, const CalBthomeObject *object)
{
  return packet->payload + object->offset;
}

/* Bytes come with the least significant part of the version first. */
void
cal_bthome_firmware_format(const CalBthome *packet, const CalBthomeObject *object,
                           char text[CAL_BTHOME_FIRMWARE_TEXT_SIZE])
{
  const uint8_t *part = cal_bthome_bytes(packet, object);
  if (object->size == 4)
    snprintf(text, CAL_BTHOME_FIRMWARE_TEXT_SIZE, "%d.%d.%d.%d", part[3], part[2], part[1], part[0]);
  else
    snprintf(text, CAL_BTHOME_FIRMWARE_TEXT_SIZE, "%d.%d.%d", part[2], part[1], part[0]);
}

const CalBthomeObject *
cal_bthome_find(const CalBthome *packet, uint8_t id, unsigned nth)
{
  unsigned seen = 0;
  for (size_t i = 0; i < packet->count; i++) {
    if (packet->objects[i].id == id && ++seen == nth)
      return &packet->objects[i];
  }
  return NULL;
}

bool
cal_bthome_value(const CalBthome *packet, uint8_t id, double *value)
{
  const CalBthomeObject *object = cal_bthome_find(packet, id, 1);
  if (object == NULL)
    return false;
  *value = object->value;
  return true;
}

unsigned
cal_bthome_buttons(const CalBthome *packet)
{
  unsigned count = 0;
  for (size_t i = 0; i < packet->count; i++)
    count += packet->objects[i].id == CAL_BTHOME_BUTTON;
  return count;
}

bool
cal_bthome_slot_format(unsigned place, CalBthomePress press, char text[CAL_BTHOME_SLOT_TEXT_SIZE])
{
  text[0] = '\0';
  if (press == CAL_BTHOME_PRESS_NONE || press == CAL_BTHOME_PRESS_UNKNOWN || place < 1 ||
      place > CAL_BTHOME_OBJECTS_MAX)
    return false;
  if (press == CAL_BTHOME_PRESS_SINGLE)
    snprintf(text, CAL_BTHOME_SLOT_TEXT_SIZE, "%u", place);
  else
    snprintf(text, CAL_BTHOME_SLOT_TEXT_SIZE, "%u:%s", place, cal_bthome_press_name(press));
  return true;
}

bool
cal_bthome_key_parse(const char *text, CalBthomeKey *key)
{
  CalBthomeKey parsed;
  size_t size;
  if (!cal_hex_parse(text, parsed.octet, sizeof parsed.octet, &size) || size != sizeof parsed.octet)
    return false;
  *key = parsed;
  return true;
}
