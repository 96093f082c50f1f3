/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * BTHome version 2: what a beacon says in the service data of UUID FCD2. https://bthome.io/format,
 * https://bthome.io/encryption
 *
 *   static const uint8_t data[] = { 0x40, 0x02, 0xc4, 0x09, 0x03, 0xbf, 0x13 };
 *   CalBthome packet;
 *   cal_bthome_decode(data, sizeof data, NULL, NULL, &packet)     CAL_BTHOME_OK
 *   packet.objects[0].name, .value, .unit                         "temperature", 25, "Cel"
 *   packet.objects[1].name, .value, .unit                         "humidity", 50.55, "%"
 *
 * A packet is decoded without any memory of those before it: whether its counter or packet id is new, and
 * whether a plain packet may be believed of a sender that has a key, the caller knows.
 */
#ifndef CALCIFER_BTHOME_H
#define CALCIFER_BTHOME_H

#include <calcifer/address.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CAL_BTHOME_UUID "0000fcd2-0000-1000-8000-00805f9b34fb"

/* The length of an advertising structure is one byte, which counts more than the service data alone. */
#define CAL_BTHOME_DATA_MAX 255

/* The shortest objects take two bytes each, behind the byte of device information. */
#define CAL_BTHOME_OBJECTS_MAX ((CAL_BTHOME_DATA_MAX - 1) / 2)

/* What encryption adds behind the objects: the counter and the message integrity check. */
#define CAL_BTHOME_SEAL_SIZE 8

/* Object ids that code asks for by name. */
enum {
  CAL_BTHOME_PACKET_ID = 0x00,
  CAL_BTHOME_BATTERY = 0x01,
  CAL_BTHOME_ILLUMINANCE = 0x05,
  CAL_BTHOME_BUTTON = 0x3a,
  CAL_BTHOME_DIMMER = 0x3c,
  CAL_BTHOME_UV_INDEX = 0x46,
  CAL_BTHOME_DEVICE_TYPE = 0xf0,
  CAL_BTHOME_FIRMWARE = 0xf1,
  CAL_BTHOME_FIRMWARE_SHORT = 0xf2,
};

/* A key of AES-128, as the tag's maker prints it: the first byte first. */
typedef struct CalBthomeKey {
  uint8_t octet[16];
} CalBthomeKey;

typedef enum CalBthomeKind {
  CAL_BTHOME_KIND_NUMBER,   /* value, in unit; flags are the numbers 0 and 1 */
  CAL_BTHOME_KIND_EVENT,    /* value is the event's code, event its name, steps how far a dimmer turned */
  CAL_BTHOME_KIND_TEXT,     /* UTF-8 if the sender is honest; the bytes are kept as they came */
  CAL_BTHOME_KIND_RAW,      /* bytes */
  CAL_BTHOME_KIND_FIRMWARE, /* a version in 3 or 4 bytes: cal_bthome_firmware_format() */
  CAL_BTHOME_KIND_COMMAND,  /* value is the opcode, the bytes are its arguments */
} CalBthomeKind;

typedef struct CalBthomeObject {
  uint8_t id;
  CalBthomeKind kind;
  const char *name;  /* snake_case, as in bthome.io's table; static */
  const char *unit;  /* UCUM, "" when the value has none; static */
  const char *event; /* of KIND_EVENT, NULL for a code without a name; static. NULL for the other kinds */
  double value;
  int decimals;   /* how many decimals the value can have; 0 says that it is a whole number */
  uint8_t steps;  /* 0 unless a dimmer turned */
  uint8_t offset; /* TEXT, RAW, FIRMWARE, COMMAND: where the bytes lie in CalBthome.payload, and how many */
  uint8_t size;
} CalBthomeObject;

/* Refers to nothing outside, so that it can be copied and needs no freeing. Objects from `count` on, and the
 * payload behind its end, mean nothing. */
typedef struct CalBthome {
  bool encrypted;
  bool trigger;     /* sent when something happened: silence says nothing about the sender */
  bool complete;    /* false when an unknown id or a cut-off object ended the list; what came before counts */
  uint32_t counter; /* of an encrypted packet; 0 for a plain one */
  size_t count;
  CalBthomeObject objects[CAL_BTHOME_OBJECTS_MAX];
  uint8_t payload[CAL_BTHOME_DATA_MAX]; /* the objects as sent, deciphered */
} CalBthome;

typedef enum CalBthomeResult {
  CAL_BTHOME_OK,
  CAL_BTHOME_NO_DATA,         /* no byte, or no object behind the device information */
  CAL_BTHOME_TOO_LONG,        /* more than CAL_BTHOME_DATA_MAX bytes */
  CAL_BTHOME_WRONG_VERSION,   /* not version 2 */
  CAL_BTHOME_CUT_OFF,         /* too short for the address or the seal that it announces */
  CAL_BTHOME_MISSING_KEY,     /* encrypted, and no key was given */
  CAL_BTHOME_MISSING_ADDRESS, /* encrypted, or carries an address, and the sender's was not given */
  CAL_BTHOME_WRONG_ADDRESS,   /* carries an address that is not the sender's */
  CAL_BTHOME_WRONG_MIC,       /* another key, another sender, or altered on the way */
} CalBthomeResult;

/* Decodes service data as BlueZ gives it, without the UUID: `data` begins with the device information byte.
 *
 * The key opens encrypted packets and may be NULL for plain ones; given for a plain packet it is not used,
 * and `encrypted` says so. The sender's address is part of the nonce, and is what an address inside the
 * packet (device information bit 1, reserved by the specification and used by some senders) must be equal
 * to; NULL if it is not known.
 *
 * *packet is written for CAL_BTHOME_OK alone. Deciphered bytes never show before their check has passed. */
CalBthomeResult cal_bthome_decode(const uint8_t *data, size_t size, const CalBthomeKey *key,
                                  const CalAddress *address, CalBthome *packet);

/* The result in a few words, for a log or a person; static. */
const char *cal_bthome_result_text(CalBthomeResult result);

/* The bytes of a TEXT, RAW, FIRMWARE or COMMAND object, object->size of them; they live in *packet. */
const uint8_t *cal_bthome_bytes(const CalBthome *packet, const CalBthomeObject *object);

#define CAL_BTHOME_FIRMWARE_TEXT_SIZE 16

/* "4.2.1.0" of a FIRMWARE object. */
void cal_bthome_firmware_format(const CalBthome *packet, const CalBthomeObject *object,
                                char text[CAL_BTHOME_FIRMWARE_TEXT_SIZE]);

/* The nth object of an id, counted from 1, or NULL. */
const CalBthomeObject *cal_bthome_find(const CalBthome *packet, uint8_t id, unsigned nth);

/* The value of the first object of an id; false, and *value untouched, when there is none. */
bool cal_bthome_value(const CalBthome *packet, uint8_t id, double *value);

typedef enum CalBthomePress {
  CAL_BTHOME_PRESS_NONE, /* nothing happened to this button, or there is no such button */
  CAL_BTHOME_PRESS_SINGLE,
  CAL_BTHOME_PRESS_DOUBLE,
  CAL_BTHOME_PRESS_TRIPLE,
  CAL_BTHOME_PRESS_LONG,
  CAL_BTHOME_PRESS_LONG_DOUBLE,
  CAL_BTHOME_PRESS_LONG_TRIPLE,
  CAL_BTHOME_PRESS_HOLD,
  CAL_BTHOME_PRESS_UNKNOWN, /* an event that this version does not know */
} CalBthomePress;

/* What happened to the button at a place in the packet, counted from 1. */
CalBthomePress cal_bthome_button(const CalBthome *packet, unsigned place);

/* How many buttons the packet speaks of. */
unsigned cal_bthome_buttons(const CalBthome *packet);

/* bthome.io's name of an event: "none", "press", "double_press", ... "hold_press"; "unknown". Static. */
const char *cal_bthome_press_name(CalBthomePress press);

#define CAL_BTHOME_SLOT_TEXT_SIZE 24

/* The slot that a press falls into: "2" for a press of the second button, "2:double_press" and so on for the
 * other kinds. False, and an empty text, for NONE and UNKNOWN, which are nobody's slot, and for places that
 * no packet can have. */
bool cal_bthome_slot_format(unsigned place, CalBthomePress press, char text[CAL_BTHOME_SLOT_TEXT_SIZE]);

/* 32 hexadecimal digits; false, and *key untouched, for anything else. */
bool cal_bthome_key_parse(const char *text, CalBthomeKey *key);

/* What a sender does, for simulators and tests: seals `size` bytes of objects into service data with the
 * device information 0x41, or 0x45 when triggered. `data` has room for CAL_BTHOME_DATA_MAX bytes. Returns how
 * many were written, 0 when the objects are none or do not fit. */
size_t cal_bthome_seal(const uint8_t *objects, size_t size, bool trigger, uint32_t counter,
                       const CalBthomeKey *key, const CalAddress *address, uint8_t *data);

#ifdef __cplusplus
}
#endif

#endif
