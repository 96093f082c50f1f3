/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The gate as text, numbers in decimal, fields in this order, those in brackets only when they are there:
 *
 *   "1 d=DIGEST[ c=COUNTER][ a=ANEW:SEEN][ e=ID:PLACE:KIND:AT]..."
 */
#include <calcifer/press.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void
cal_press_gate_encode(const CalPressGate *gate, char text[CAL_PRESS_TEXT_SIZE])
{
  char *at = text;
  const char *const end = text + CAL_PRESS_TEXT_SIZE;
  at += snprintf(at, (size_t)(end - at), "1 d=%" PRIu64, gate->digest);
  if (gate->has_counter)
    at += snprintf(at, (size_t)(end - at), " c=%" PRIu32, gate->counter);
  if (gate->anew_seen > 0)
    at += snprintf(at, (size_t)(end - at), " a=%" PRIu32 ":%u", gate->anew, gate->anew_seen);
  for (unsigned i = 0; i < gate->n_recent; i++) {
    const CalPressRecent *recent = &gate->recent[i];
    at += snprintf(at, (size_t)(end - at), " e=%d:%u:%u:%" PRId64, recent->packet_id, recent->place,
                   recent->kind, recent->at);
  }
}

static bool
take_text(const char **at, const char *text)
{
  const size_t length = strlen(text);
  if (strncmp(*at, text, length) != 0)
    return false;
  *at += length;
  return true;
}

/* Far beyond every clock, and far from where a difference of two would overflow. */
#define WHEN_MAX (INT64_C(1) << 53)

/* Digits without leading zeros, up to max. */
static bool
take_number(const char **at, uint64_t max, uint64_t *number)
{
  uint64_t value = 0;
  const char *const start = *at;
  for (; **at >= '0' && **at <= '9'; (*at)++) {
    const uint64_t digit = (uint64_t)(**at - '0');
    if (digit > max || value > (max - digit) / 10)
      return false;
    value = value * 10 + digit;
  }
  if (*at == start || (*start == '0' && *at - start > 1))
    return false;
  *number = value;
  return true;
}

static bool
take_signed(const char **at, int64_t *number)
{
  const bool negative = take_text(at, "-");
  uint64_t magnitude;
  if (!take_number(at, INT64_MAX, &magnitude) || (negative && magnitude == 0))
    return false;
  *number = negative ? -(int64_t)magnitude : (int64_t)magnitude;
  return true;
}

static bool
take_recent(const char **at, CalPressRecent *recent)
{
  int64_t packet_id, when;
  uint64_t place, kind;
  if (!take_signed(at, &packet_id) || !take_text(at, ":") ||
      !take_number(at, CAL_PRESS_BUTTONS_MAX - 1, &place) || !take_text(at, ":") ||
      !take_number(at, CAL_BTHOME_PRESS_HOLD, &kind) || !take_text(at, ":") || !take_signed(at, &when))
    return false;
  if (packet_id < CAL_PRESS_NO_ID || packet_id > 255 || when > WHEN_MAX || when < -WHEN_MAX)
    return false;
  *recent = (CalPressRecent){
    .packet_id = (int16_t)packet_id, .place = (uint8_t)place, .kind = (uint8_t)kind, .at = when
  };
  return true;
}

static bool
take_counter(const char **at, CalPressGate *gate)
{
  uint64_t counter;
  if (!take_text(at, " c="))
    return true;
  if (!take_number(at, UINT32_MAX, &counter))
    return false;
  gate->has_counter = true;
  gate->counter = (uint32_t)counter;
  return true;
}

static bool
take_anew(const char **at, CalPressGate *gate)
{
  uint64_t anew, seen;
  if (!take_text(at, " a="))
    return true;
  if (!take_number(at, UINT32_MAX, &anew) || !take_text(at, ":") || !take_number(at, UINT8_MAX, &seen) ||
      seen == 0)
    return false;
  gate->anew = (uint32_t)anew;
  gate->anew_seen = (uint8_t)seen;
  return true;
}

bool
cal_press_gate_decode(const char *text, CalPressGate *gate)
{
  CalPressGate read = { 0 };
  const char *at = text;
  if (!take_text(&at, "1 d=") || !take_number(&at, UINT64_MAX, &read.digest) || !take_counter(&at, &read) ||
      !take_anew(&at, &read))
    return false;
  while (take_text(&at, " e=")) {
    if (read.n_recent == CAL_PRESS_RECENT_MAX || !take_recent(&at, &read.recent[read.n_recent]))
      return false;
    read.n_recent++;
  }
  if (*at != '\0')
    return false;
  *gate = read;
  return true;
}
