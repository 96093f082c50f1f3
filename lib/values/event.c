/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/event.h>

#include <stddef.h>
#include <string.h>

#define ID_PREFIX     "tag:"
#define ADDRESS_CHARS (CAL_ADDRESS_TEXT_SIZE - 1)
#define LOG_ID_CHARS  8

static const char digits[] = "0123456789ABCDEF";

static char *
write_log_id(char *to, uint32_t log_id)
{
  for (int shift = 28; shift >= 0; shift -= 4)
    *to++ = digits[log_id >> shift & 15];
  return to;
}

static void
write_decimal(char *to, uint32_t number)
{
  char reversed[10];
  int n = 0;
  do
    reversed[n++] = digits[number % 10];
  while ((number /= 10) > 0);
  while (n > 0)
    *to++ = reversed[--n];
  *to = '\0';
}

void
cal_event_record_id(const CalAddress *tag, uint32_t log_id, uint32_t sequence, char id[CAL_ENTRY_ID_SIZE])
{
  memcpy(id, ID_PREFIX, strlen(ID_PREFIX));
  char *end = id + strlen(ID_PREFIX);
  cal_address_format(tag, end);
  end += ADDRESS_CHARS;
  *end++ = ':';
  end = write_log_id(end, log_id);
  *end++ = ':';
  write_decimal(end, sequence);
}

/* The value of a digit of either case, or 16. */
static uint32_t
hex_value(char c)
{
  if (c >= '0' && c <= '9')
    return (uint32_t)(c - '0');
  if (c >= 'A' && c <= 'F')
    return (uint32_t)(c - 'A') + 10;
  if (c >= 'a' && c <= 'f')
    return (uint32_t)(c - 'a') + 10;
  return 16;
}

static bool
read_log_id(const char *text, uint32_t *log_id)
{
  uint32_t value = 0;
  for (int i = 0; i < LOG_ID_CHARS; i++) {
    const uint32_t digit = hex_value(text[i]);
    if (digit > 15)
      return false;
    value = value << 4 | digit;
  }
  *log_id = value;
  return true;
}

/* Digits alone, without leading zeros, to the end of the text: one number has one spelling. */
static bool
read_decimal(const char *text, uint32_t *number)
{
  uint64_t value = 0;
  if (*text == '\0' || (text[0] == '0' && text[1] != '\0'))
    return false;
  for (; *text != '\0'; text++) {
    if (*text < '0' || *text > '9')
      return false;
    value = value * 10 + (uint64_t)(*text - '0');
    if (value > UINT32_MAX)
      return false;
  }
  *number = (uint32_t)value;
  return true;
}

bool
cal_event_record_id_parse(const char *id, CalAddress *tag, uint32_t *log_id, uint32_t *sequence)
{
  char address[CAL_ADDRESS_TEXT_SIZE] = "";
  const size_t head = strlen(ID_PREFIX) + ADDRESS_CHARS;
  if (strlen(id) < head + 1 + LOG_ID_CHARS + 1 + 1 || memcmp(id, ID_PREFIX, strlen(ID_PREFIX)) != 0)
    return false;
  memcpy(address, id + strlen(ID_PREFIX), ADDRESS_CHARS);
  const char *const log = id + head + 1;
  if (id[head] != ':' || log[LOG_ID_CHARS] != ':')
    return false;
  CalAddress parsed;
  uint32_t parsed_log, parsed_sequence;
  if (!cal_address_parse(address, &parsed) || !read_log_id(log, &parsed_log) ||
      !read_decimal(log + LOG_ID_CHARS + 1, &parsed_sequence))
    return false;
  *tag = parsed;
  *log_id = parsed_log;
  *sequence = parsed_sequence;
  return true;
}

/* Settings first: what holds from an instant on holds for what happens in it. */
static int
rank(const CalEvent *event)
{
  switch (event->kind) {
  case CAL_EVENT_ENTRY:
    return cal_entry_kind_is_setting(event->of.entry.kind) ? 0 : 1;
  case CAL_EVENT_RECORD:
    return 2;
  case CAL_EVENT_SAMPLE:
    return 3;
  }
  return 4;
}

static int
compare_unsigned(uint64_t a, uint64_t b)
{
  return (a > b) - (a < b);
}

/* The part of an id before its last colon: the UUID of the ledger that gave it. */
static size_t
length_of_origin(const char *id)
{
  const char *const colon = strrchr(id, ':');
  return colon == NULL ? 0 : (size_t)(colon - id);
}

/* By UUID, then by number as a number: of two settings that hold from the same instant the one that was
 * entered later comes later, number 10 after number 9. */
static int
compare_ids(const char *a, const char *b)
{
  const size_t origin_a = length_of_origin(a), origin_b = length_of_origin(b);
  const int origins = strncmp(a, b, origin_a < origin_b ? origin_a : origin_b);
  if (origins != 0)
    return origins;
  const int lengths = compare_unsigned(origin_a, origin_b);
  if (lengths != 0)
    return lengths;
  const int digit_counts = compare_unsigned(strlen(a + origin_a), strlen(b + origin_b));
  return digit_counts != 0 ? digit_counts : strcmp(a + origin_a, b + origin_b);
}

static uint32_t
sequence_of(const uint8_t raw[CAL_EVENT_RAW_SIZE])
{
  return (uint32_t)raw[0] | (uint32_t)raw[1] << 8 | (uint32_t)raw[2] << 16 | (uint32_t)raw[3] << 24;
}

static int
compare_records(const CalEvent *a, const CalEvent *b)
{
  const int tags = cal_address_compare(&a->tag, &b->tag);
  if (tags != 0)
    return tags;
  const int logs = compare_unsigned(a->of.record.log_id, b->of.record.log_id);
  if (logs != 0)
    return logs;
  const int sequences = compare_unsigned(sequence_of(a->of.record.raw), sequence_of(b->of.record.raw));
  return sequences != 0 ? sequences : memcmp(a->of.record.raw, b->of.record.raw, CAL_EVENT_RAW_SIZE);
}

static int
compare_samples(const CalEvent *a, const CalEvent *b)
{
  const int tags = cal_address_compare(&a->tag, &b->tag);
  if (tags != 0)
    return tags;
  return (a->of.sample.uv_index > b->of.sample.uv_index) - (a->of.sample.uv_index < b->of.sample.uv_index);
}

int
cal_event_compare(const CalEvent *a, const CalEvent *b)
{
  if (a->at != b->at)
    return a->at < b->at ? -1 : 1;
  if (rank(a) != rank(b))
    return rank(a) < rank(b) ? -1 : 1;
  switch (a->kind) {
  case CAL_EVENT_ENTRY:
    return compare_ids(a->of.entry.id, b->of.entry.id);
  case CAL_EVENT_RECORD:
    return compare_records(a, b);
  case CAL_EVENT_SAMPLE:
    return compare_samples(a, b);
  }
  return 0;
}
