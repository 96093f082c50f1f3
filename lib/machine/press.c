/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A packet passes three doors, in this order:
 *
 *   authentic?      plain, no key ─────────────────────────────────────────▶ open
 *                   plain, key known ── DOWNGRADE      no key ── NEEDS_KEY
 *                   wrong check ── NOT_AUTHENTIC       right ──▶ counter?
 *   counter?        above the highest ──▶ open         equal, other bytes ── OTHER_BYTES
 *                   equal, same bytes ── DUPLICATE     below ── REPLAY, from the second rising one on ANEW
 *   event new?      (packet id, place, kind) remembered ── DUPLICATE         else COUNT, and remember it
 *
 * An event that is remembered is a duplicate at the second door, too: late echoes are common (bluez.md 3.4).
 */
#include <calcifer/press.h>

void
cal_press_gate_init(CalPressGate *gate)
{
  *gate = (CalPressGate){ 0 };
}

/* http://www.isthe.com/chongo/tech/comp/fnv/ */
uint64_t
cal_press_digest(const uint8_t *data, size_t size)
{
  uint64_t digest = UINT64_C(0xcbf29ce484222325);
  for (size_t i = 0; i < size; i++)
    digest = (digest ^ data[i]) * UINT64_C(0x100000001b3);
  return digest;
}

/* A clock that was set back must not keep old events in memory for years. */
static bool
is_recent(const CalPressRecent *recent, CalInstant now)
{
  const CalInstant age = now - recent->at;
  return age > -CAL_PRESS_RECENT_S && age < CAL_PRESS_RECENT_S;
}

static void
forget_old(CalPressGate *gate, CalInstant now)
{
  unsigned kept = 0;
  for (unsigned i = 0; i < gate->n_recent; i++)
    if (is_recent(&gate->recent[i], now))
      gate->recent[kept++] = gate->recent[i];
  gate->n_recent = (uint8_t)kept;
}

static CalPressRecent *
find(CalPressGate *gate, int packet_id, unsigned place, CalBthomePress kind)
{
  for (unsigned i = 0; i < gate->n_recent; i++) {
    CalPressRecent *recent = &gate->recent[i];
    if (recent->packet_id == packet_id && recent->place == place && recent->kind == (uint8_t)kind)
      return recent;
  }
  return NULL;
}

static bool
is_event(CalBthomePress press)
{
  switch (press) {
  case CAL_BTHOME_PRESS_NONE:
  case CAL_BTHOME_PRESS_UNKNOWN:
    return false;
  case CAL_BTHOME_PRESS_SINGLE:
  case CAL_BTHOME_PRESS_DOUBLE:
  case CAL_BTHOME_PRESS_TRIPLE:
  case CAL_BTHOME_PRESS_LONG:
  case CAL_BTHOME_PRESS_LONG_DOUBLE:
  case CAL_BTHOME_PRESS_LONG_TRIPLE:
  case CAL_BTHOME_PRESS_HOLD:
    return true;
  }
  return false;
}

/* The first door. */
static CalPressVerdict
judge_sender(const CalPressPacket *packet)
{
  if (!packet->encrypted)
    return packet->key_known ? CAL_PRESS_DOWNGRADE : CAL_PRESS_NOTHING;
  if (!packet->key_known)
    return CAL_PRESS_NEEDS_KEY;
  return packet->authentic ? CAL_PRESS_NOTHING : CAL_PRESS_NOT_AUTHENTIC;
}

static CalPressVerdict
judge_lower_counter(CalPressGate *gate, uint32_t counter)
{
  if (gate->anew_seen == 0 || counter > gate->anew) {
    gate->anew = counter;
    gate->anew_seen = gate->anew_seen < UINT8_MAX ? (uint8_t)(gate->anew_seen + 1) : UINT8_MAX;
  }
  return cal_press_gate_asks(gate, NULL) ? CAL_PRESS_COUNTER_ANEW : CAL_PRESS_REPLAY;
}

/* The second door, of an authentic packet. */
static CalPressVerdict
judge_counter(CalPressGate *gate, const CalPressPacket *packet)
{
  if (gate->has_counter && packet->counter < gate->counter)
    return judge_lower_counter(gate, packet->counter);
  if (gate->has_counter && packet->counter == gate->counter)
    return packet->digest == gate->digest ? CAL_PRESS_DUPLICATE : CAL_PRESS_OTHER_BYTES;
  gate->has_counter = true;
  gate->counter = packet->counter;
  gate->anew_seen = 0;
  return CAL_PRESS_NOTHING;
}

static CalPressVerdict
judge_packet(CalPressGate *gate, const CalPressPacket *packet)
{
  const CalPressVerdict sender = judge_sender(packet);
  if (sender != CAL_PRESS_NOTHING)
    return sender;
  const bool said_before = packet->digest == gate->digest;
  const CalPressVerdict counter = packet->encrypted ? judge_counter(gate, packet) : CAL_PRESS_NOTHING;
  if (counter != CAL_PRESS_NOTHING)
    return counter;
  gate->digest = packet->digest;
  return packet->snapshot && said_before ? CAL_PRESS_DUPLICATE : CAL_PRESS_NOTHING;
}

static CalPressVerdict
remember(CalPressGate *gate, int packet_id, unsigned place, CalBthomePress kind, CalInstant now)
{
  if (gate->n_recent == CAL_PRESS_RECENT_MAX)
    return CAL_PRESS_CROWDED;
  gate->recent[gate->n_recent++] = (CalPressRecent){
    .packet_id = (int16_t)packet_id, .place = (uint8_t)place, .kind = (uint8_t)kind, .at = now
  };
  return CAL_PRESS_COUNT;
}

/* The third door, of one button. */
static CalPressVerdict
judge_button(CalPressGate *gate, const CalPressPacket *packet, unsigned place, CalInstant now,
             CalPressResult *result)
{
  const CalBthomePress kind = packet->button[place];
  if (!is_event(kind))
    return CAL_PRESS_NOTHING;
  CalPressRecent *before = find(gate, packet->packet_id, place, kind);
  if (!before && result->packet != CAL_PRESS_NOTHING)
    return result->packet;
  if (!before) {
    const CalPressVerdict verdict = remember(gate, packet->packet_id, place, kind, now);
    result->store |= verdict == CAL_PRESS_COUNT;
    return verdict;
  }
  if (now - before->at >= CAL_PRESS_REFRESH_S && result->packet == CAL_PRESS_NOTHING) {
    before->at = now;
    result->store = true;
  }
  return CAL_PRESS_DUPLICATE;
}

/* Of two packets with one counter the later one is the tag's as well: there is firmware that does so, and a
 * repeat has the same bytes. What is below the highest counter may be of any summer's noon. */
static bool
believe_measurements(const CalPressPacket *packet, CalPressVerdict verdict)
{
  if (packet->snapshot)
    return false;
  switch (verdict) {
  case CAL_PRESS_NOTHING:
  case CAL_PRESS_COUNT:
  case CAL_PRESS_OTHER_BYTES:
    return true;
  case CAL_PRESS_REPLAY:
  case CAL_PRESS_COUNTER_ANEW:
  case CAL_PRESS_DUPLICATE:
  case CAL_PRESS_NEEDS_KEY:
  case CAL_PRESS_NOT_AUTHENTIC:
  case CAL_PRESS_DOWNGRADE:
  case CAL_PRESS_CROWDED:
    return false;
  }
  return false;
}

/* Events of a sender that is not believed are not even compared with those that are remembered. */
static bool
is_sender_refused(CalPressVerdict verdict)
{
  return verdict == CAL_PRESS_NEEDS_KEY || verdict == CAL_PRESS_NOT_AUTHENTIC ||
         verdict == CAL_PRESS_DOWNGRADE;
}

/* The high-water mark, or what waits for the owner's word, is another than before. */
static bool
has_moved(const CalPressGate *gate, const CalPressGate *before)
{
  return gate->has_counter != before->has_counter || gate->counter != before->counter ||
         gate->anew != before->anew || gate->anew_seen != before->anew_seen;
}

void
cal_press_gate_step(CalPressGate *gate, const CalPressPacket *packet, CalInstant now, CalPressResult *result)
{
  const unsigned n = packet->n_buttons;
  const CalPressGate before = *gate;
  *result = (CalPressResult){ .n_buttons = n < CAL_PRESS_BUTTONS_MAX ? n : CAL_PRESS_BUTTONS_MAX };
  forget_old(gate, now);
  result->packet = judge_packet(gate, packet);
  result->measurements = believe_measurements(packet, result->packet);
  result->store_soon = has_moved(gate, &before);
  for (unsigned place = 0; place < result->n_buttons; place++) {
    if (!is_sender_refused(result->packet))
      result->button[place] = judge_button(gate, packet, place, now, result);
    else if (packet->button[place] != CAL_BTHOME_PRESS_NONE)
      result->button[place] = result->packet;
  }
}

bool
cal_press_gate_asks(const CalPressGate *gate, uint32_t *anew)
{
  if (anew != NULL)
    *anew = gate->anew;
  return gate->anew_seen > 1;
}

bool
cal_press_gate_accept_anew(CalPressGate *gate)
{
  if (gate->anew_seen == 0)
    return false;
  gate->counter = gate->anew;
  gate->digest = 0;
  gate->anew_seen = 0;
  return true;
}

static void
take_buttons(CalPressPacket *packet, const CalBthome *decoded)
{
  const unsigned n = cal_bthome_buttons(decoded);
  packet->n_buttons = n < CAL_PRESS_BUTTONS_MAX ? n : CAL_PRESS_BUTTONS_MAX;
  for (unsigned place = 0; place < packet->n_buttons; place++)
    packet->button[place] = cal_bthome_button(decoded, place + 1);
}

void
cal_press_packet_make(CalPressPacket *packet, const uint8_t *data, size_t size, bool key_known,
                      CalBthomeResult result, const CalBthome *decoded)
{
  double packet_id;
  *packet = (CalPressPacket){ .key_known = key_known,
                              .encrypted = size > 0 && (data[0] & 1),
                              .authentic = result == CAL_BTHOME_OK,
                              .packet_id = CAL_PRESS_NO_ID,
                              .digest = cal_press_digest(data, size) };
  if (result != CAL_BTHOME_OK)
    return;
  packet->counter = decoded->counter;
  if (cal_bthome_value(decoded, CAL_BTHOME_PACKET_ID, &packet_id))
    packet->packet_id = (int)packet_id;
  take_buttons(packet, decoded);
}

const char *
cal_press_verdict_text(CalPressVerdict verdict)
{
  switch (verdict) {
  case CAL_PRESS_NOTHING:
    return "nothing";
  case CAL_PRESS_COUNT:
    return "counted";
  case CAL_PRESS_DUPLICATE:
    return "heard before";
  case CAL_PRESS_NEEDS_KEY:
    return "encrypted, and its key is not known";
  case CAL_PRESS_NOT_AUTHENTIC:
    return "not sealed with this tag's key";
  case CAL_PRESS_DOWNGRADE:
    return "unencrypted, from a tag that has a key";
  case CAL_PRESS_REPLAY:
    return "older than what was heard before";
  case CAL_PRESS_OTHER_BYTES:
    return "a counter used twice";
  case CAL_PRESS_COUNTER_ANEW:
    return "the counter began anew";
  case CAL_PRESS_CROWDED:
    return "too many events at once";
  }
  return "";
}
