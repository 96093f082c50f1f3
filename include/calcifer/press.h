/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The gate that a button event heard in passing must get through before it counts as an intake. A broadcast
 * is heard many times, can be recorded and sent again by anybody, and one press too many is a dose too many:
 * a press counts once or not at all.
 *
 *   CalPressGate gate;
 *   cal_press_gate_init(&gate);
 *   CalPressPacket packet = { .packet_id = 7, .n_buttons = 1, .button = { CAL_BTHOME_PRESS_SINGLE } };
 *   CalPressResult result;
 *   cal_press_gate_step(&gate, &packet, 1000, &result)     result.button[0] is CAL_PRESS_COUNT
 *   cal_press_gate_step(&gate, &packet, 1001, &result)     result.button[0] is CAL_PRESS_DUPLICATE
 *
 * When result.store is set, the gate must be on stable storage before the presses act: encode it, store it,
 * then append the presses. A crash in between loses a press that its owner sees missing; the other order
 * would count it twice, which nobody sees.
 *
 * When result.store_soon is set, the packet raised the highest counter without a press in it. Then the gate
 * is stored within CAL_PRESS_STORE_WITHIN_S and at the end of the program: a press that was recorded while
 * nobody listened, and is sent after a newer packet was heard, must be refused also by the next start. That
 * it need not be at once saves a write for each packet of a tag that speaks every few seconds; what it costs
 * is the mark of a minute, when the machine itself dies.
 *
 * Numbers of a counter that began anew (a changed battery, one of 16 bits that wrapped) cannot be told from a
 * recording that somebody sends again. Nothing of such packets is believed, neither presses nor measurements,
 * until the owner says that it is right, see cal_press_gate_accept_anew(); from then on packets recorded
 * since the old beginning could be sent again, which is why nobody but the owner may say it.
 */
#ifndef CALCIFER_PRESS_H
#define CALCIFER_PRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <calcifer/bthome.h>
#include <calcifer/instant.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CAL_PRESS_BUTTONS_MAX 16   /* places in one packet that can count; the largest tag known has 4 */
#define CAL_PRESS_RECENT_MAX  32   /* events remembered of one tag */
#define CAL_PRESS_RECENT_S    120  /* for so long; tag-profile: equal events within 120 s are one */
#define CAL_PRESS_REFRESH_S   30   /* a repeat this late moves the memory on, and is stored */
#define CAL_PRESS_NO_ID       (-1) /* packet_id of a packet without one */

#define CAL_PRESS_STORE_WITHIN_S 60 /* a mark that rose without a press */

typedef struct CalPressRecent {
  int16_t packet_id; /* 0 ... 255, or CAL_PRESS_NO_ID */
  uint8_t place;     /* 0: the first button */
  uint8_t kind;      /* CalBthomePress */
  CalInstant at;
} CalPressRecent;

/* What is remembered of one tag. */
typedef struct CalPressGate {
  bool has_counter;
  uint32_t counter; /* the highest of an authentic packet */
  uint64_t digest;  /* of the packet that had it, or of the last plain one */
  uint32_t anew;    /* the highest of those counters that began anew below it */
  uint8_t anew_seen;
  uint8_t n_recent;
  CalPressRecent recent[CAL_PRESS_RECENT_MAX];
} CalPressGate;

typedef struct CalPressPacket {
  bool key_known; /* the tag's owner has given its key */
  bool encrypted;
  bool authentic; /* it was deciphered and its check passed */
  bool snapshot;  /* BlueZ had it in store: it may be old, and may have been heard before */
  uint32_t counter;
  int packet_id;   /* 0 ... 255, or CAL_PRESS_NO_ID */
  uint64_t digest; /* cal_press_digest() of the bytes as they came */
  unsigned n_buttons;
  CalBthomePress button[CAL_PRESS_BUTTONS_MAX];
} CalPressPacket;

typedef enum CalPressVerdict {
  CAL_PRESS_NOTHING,       /* no event of this button */
  CAL_PRESS_COUNT,         /* counts */
  CAL_PRESS_DUPLICATE,     /* heard before */
  CAL_PRESS_NEEDS_KEY,     /* refused: encrypted, and its key is not known */
  CAL_PRESS_NOT_AUTHENTIC, /* refused: another key, another sender, or altered */
  CAL_PRESS_DOWNGRADE,     /* refused: unencrypted, from a tag that has a key */
  CAL_PRESS_REPLAY,        /* refused: its counter is below one heard before */
  CAL_PRESS_OTHER_BYTES,   /* refused: two packets with one counter */
  CAL_PRESS_COUNTER_ANEW,  /* refused: the counter began anew: a changed battery, or a recording; ask */
  CAL_PRESS_CROWDED,       /* refused: more events than can be remembered for 120 s */
} CalPressVerdict;

typedef struct CalPressResult {
  bool measurements;      /* the packet's measurements may be believed */
  bool store;             /* the gate has to be stored before the presses act */
  bool store_soon;        /* within CAL_PRESS_STORE_WITHIN_S: what it knows of counters has changed */
  CalPressVerdict packet; /* NOTHING: fine; else why its events were refused, or DUPLICATE */
  unsigned n_buttons;
  CalPressVerdict button[CAL_PRESS_BUTTONS_MAX];
} CalPressResult;

void cal_press_gate_init(CalPressGate *gate);

/* Judges one packet; `now` is the wall clock's, which may step either way. Total. */
void cal_press_gate_step(CalPressGate *gate, const CalPressPacket *packet, CalInstant now,
                         CalPressResult *result);

/* Makes a packet for the gate of service data and what cal_bthome_decode() made of it; `decoded` is read for
 * CAL_BTHOME_OK alone. */
void cal_press_packet_make(CalPressPacket *packet, const uint8_t *data, size_t size, bool key_known,
                           CalBthomeResult result, const CalBthome *decoded);

/* Whether a counter that began anew waits for its owner's word: two packets or more, each above the one
 * before it and all below the highest, with none above it since. *anew (may be NULL): the highest of them. */
bool cal_press_gate_asks(const CalPressGate *gate, uint32_t *anew);

/* The owner says that the counter's new beginning is right (a changed battery): what comes after the counters
 * seen since counts. False when none was seen. The gate has to be stored at once. */
bool cal_press_gate_accept_anew(CalPressGate *gate);

/* FNV-1a, 64 bits: tells packets apart, proves nothing. */
uint64_t cal_press_digest(const uint8_t *data, size_t size);

/* The verdict in a few words; static. */
const char *cal_press_verdict_text(CalPressVerdict verdict);

#define CAL_PRESS_TEXT_SIZE 1280

/* The gate as one line of text, and back. Decode answers false, and leaves *gate untouched, for anything that
 * encode would not have written. */
void cal_press_gate_encode(const CalPressGate *gate, char text[CAL_PRESS_TEXT_SIZE]);
bool cal_press_gate_decode(const char *text, CalPressGate *gate);

#ifdef __cplusplus
}
#endif

#endif
