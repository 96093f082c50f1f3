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
is_encrypted(const Frame *frame)
{
  return (frame->info & INFO_ENCRYPTED) != 0;
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

static double
scale(int64_t number, const CalBthomeRow *row)
{
  static const double powers[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6 };
  const double scaled = (double)(number * row->numerator);
  return row->decimals == 0 ? scaled : scaled / powers[row->decimals];
}

static inline bool
pull_number(CalCursor *cursor, size_t size, bool is_signed, int64_t *number)
{
  uint32_t sent;
  if (!cal_cursor_pull_le(cursor, size, &sent))
    return false;
  const unsigned spare = 64 - 8U * (unsigned)size;
  *number = is_signed ? (int64_t)((uint64_t)sent << spare) >> spare : (int64_t)sent;
  return true;
}

/* Each length in a branch of its own, since a processor guesses branches: it reads on in the next object
 * before it knows this one's row. */
static bool
pull_number_of(const CalBthomeRow *row, CalCursor *cursor, int64_t *number)
{
  switch (row->size) {
  case 1:
    return pull_number(cursor, 1, row->is_signed, number);
  case 2:
    return pull_number(cursor, 2, row->is_signed, number);
  case 3:
    return pull_number(cursor, 3, row->is_signed, number);
  case 4:
    return pull_number(cursor, 4, row->is_signed, number);
  default:
    return false;
  }
}

static CalBthomeObject
object_of(uint8_t id, const CalBthomeRow *row, double value)
{
  return (CalBthomeObject){ .id = id,
                            .kind = row->kind,
                            .name = row->name,
                            .unit = row->unit,
                            .value = value,
                            .decimals = row->decimals };
}

static bool
decode_number(CalCursor *cursor, uint8_t id, const CalBthomeRow *row, CalBthomeObject *object)
{
  int64_t number;
  if (!pull_number_of(row, cursor, &number))
    return false;
  *object = object_of(id, row, scale(number, row));
  return true;
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
  switch (row->kind) {
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
static bool
decode_object(CalCursor *cursor, const uint8_t *start, CalBthomeObject *object)
{
  uint8_t id;
  if (!cal_cursor_pull_u8(cursor, &id))
    return false;
  const CalBthomeRow *row = cal_bthome_row(id);
  if (row->name == NULL)
    return false;
  if (row->kind == CAL_BTHOME_KIND_NUMBER)
    return decode_number(cursor, id, row, object);
  *object = object_of(id, row, 0);
  return decode_other(cursor, row, start, object);
}

/* Compilers make memcpy() of an unknown length up to 255 a string instruction, which needs as long to begin
 * as the whole packet to decode. */
static void
copy_few(uint8_t *to, const uint8_t *from, size_t size)
{
  size_t done = 0;
  for (; done + 8 <= size; done += 8)
    memcpy(to + done, from + done, 8);
  for (; done + 2 <= size; done += 2)
    memcpy(to + done, from + done, 2);
  if (done < size)
    to[done] = from[done];
}

/* Of the many objects that a packet has room for only those that are there are written: clearing the others
 * took ten times as long as all the rest. They are read where they came, since what was written just now is
 * slower to read, and where the next object begins waits for each id. */
static void
decode_objects(const Frame *frame, CalBthome *packet)
{
  const uint8_t *const start = frame->objects.at;
  CalCursor cursor = frame->objects;
  size_t count = 0;
  bool complete = true;
  copy_few(packet->payload, frame->objects.at, frame->objects.left);
  while (cursor.left > 0 && complete) {
    complete = decode_object(&cursor, start, &packet->objects[count]);
    count += complete;
  }
  packet->complete = complete;
  packet->count = count;
}

CalBthomeResult
cal_bthome_decode(const uint8_t *data, size_t size, const CalBthomeKey *key, const CalAddress *address,
                  CalBthome *packet)
{
  Frame frame;
  uint8_t plain[CAL_BTHOME_DATA_MAX];
  uint32_t counter = 0;
  CalBthomeResult result = take_apart(data, size, address, &frame);
  if (result == CAL_BTHOME_OK && is_encrypted(&frame))
    result = open_frame(&frame, key, address, plain, &counter);
  if (result != CAL_BTHOME_OK)
    return result;
  packet->encrypted = is_encrypted(&frame);
  packet->trigger = (frame.info & INFO_TRIGGER) != 0;
  packet->counter = counter;
  decode_objects(&frame, packet);
  return CAL_BTHOME_OK;
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
