/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the library's decoders make of bytes, for test_tag_profile.py to hold against the document:
 *
 *   decode KIND HEX          prints lines "name = value", in the words of doc/tag-profile.md
 *   decode dating HEX...     prints a line for each record: Unix seconds, or "undated"
 *
 * Exits with 1 when the library refuses the bytes and with 2 when the words make no sense.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <calcifer/dating.h>
#include <calcifer/hex.h>
#include <calcifer/record.h>
#include <calcifer/record_access.h>
#include <calcifer/tag_advertisement.h>
#include <calcifer/tag_clock.h>
#include <calcifer/tag_feature.h>
#include <calcifer/uv_index.h>

#define BYTES_MAX   64
#define RECORDS_MAX 32

typedef struct Bytes {
  uint8_t data[BYTES_MAX];
  size_t size;
} Bytes;

static bool
advertisement(const Bytes *bytes)
{
  CalTagAdvertisement decoded;
  if (!cal_tag_advertisement_decode(bytes->data, bytes->size, &decoded))
    return false;
  printf("log_id = 0x%08" PRIx32 "\nnewest = %" PRIu32 "\n", decoded.log_id, decoded.newest);
  return true;
}

static bool
feature(const Bytes *bytes)
{
  CalTagFeature decoded;
  if (cal_tag_feature_decode(bytes->data, bytes->size, &decoded) != CAL_TAG_FEATURE_OK)
    return false;
  printf("version = %u\nfeatures =%s%s%s\n", decoded.version,
         (decoded.features & CAL_TAG_FEATURE_UV) != 0 ? " uv" : "",
         (decoded.features & CAL_TAG_FEATURE_INTAKE) != 0 ? " intake" : "",
         (decoded.features & CAL_TAG_FEATURE_WEAR) != 0 ? " wear" : "");
  printf("slots = %u\ncapacity = %" PRIu32 "\nlog_id = 0x%08" PRIx32 "\n", decoded.slots, decoded.capacity,
         decoded.log_id);
  return true;
}

static bool
clock_shown(const Bytes *bytes)
{
  CalTagClock decoded;
  if (!cal_tag_clock_decode(bytes->data, bytes->size, &decoded))
    return false;
  printf("time = %" PRIu32 "\nuptime_s = %" PRIu32 "\nboot = %u\n", decoded.time, decoded.uptime_s,
         decoded.boot);
  return true;
}

static bool
clock_setting(const Bytes *bytes)
{
  uint32_t time;
  if (!cal_tag_clock_setting_decode(bytes->data, bytes->size, &time))
    return false;
  printf("time = %" PRIu32 "\n", time);
  return true;
}

static bool
uv_index(const Bytes *bytes)
{
  int index;
  if (!cal_uv_index_decode(bytes->data, bytes->size, &index))
    return false;
  if (index == CAL_UV_INDEX_NONE)
    printf("uv_index = none\n");
  else
    printf("uv_index = %d\n", index);
  return true;
}

static const char *
opcode_name(unsigned opcode)
{
  static const char *const names[] = { "?", "report", "delete", "abort", "number" };
  return names[opcode < sizeof names / sizeof *names ? opcode : 0];
}

static bool
request(const Bytes *bytes)
{
  static const char *const operators[] = { "null",  "all",   "less-or-equal", "greater-or-equal",
                                           "range", "first", "last" };
  CalRecordAccessRequest decoded;
  if (cal_record_access_request_decode(bytes->data, bytes->size, &decoded) != CAL_RECORD_ACCESS_SUCCESS)
    return false;
  printf("opcode = %s\noperator = %s\n", opcode_name(decoded.opcode), operators[decoded.op]);
  if (decoded.op == CAL_RECORD_ACCESS_LESS_OR_EQUAL || decoded.op == CAL_RECORD_ACCESS_GREATER_OR_EQUAL ||
      decoded.op == CAL_RECORD_ACCESS_RANGE)
    printf("sequence = %" PRIu32 "\n", decoded.sequence);
  if (decoded.op == CAL_RECORD_ACCESS_RANGE)
    printf("last = %" PRIu32 "\n", decoded.last);
  return true;
}

static bool
answer(const Bytes *bytes)
{
  CalRecordAccessAnswer decoded;
  if (!cal_record_access_answer_decode(bytes->data, bytes->size, &decoded))
    return false;
  if (decoded.is_number) {
    printf("number = %" PRIu32 "\n", decoded.number);
    return true;
  }
  printf("request = %s\ncode = %s\n", opcode_name(decoded.request),
         cal_record_access_code_text(decoded.code));
  return true;
}

static const struct {
  const char *kind;
  bool (*print)(const Bytes *bytes);
} kinds[] = {
  { "advertisement", advertisement }, { "feature", feature }, { "clock", clock_shown },
  { "clock-setting", clock_setting }, { "request", request }, { "answer", answer },
  { "uv-index", uv_index },
};

static int
decode_one(const char *kind, const char *hex)
{
  Bytes bytes;
  if (!cal_hex_parse(hex, bytes.data, sizeof bytes.data, &bytes.size))
    return 2;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (strcmp(kinds[i].kind, kind) == 0)
      return kinds[i].print(&bytes) ? 0 : 1;
  return 2;
}

static int
date_all(char **hex, size_t count)
{
  CalDatingRecord records[RECORDS_MAX];
  CalInstant instants[RECORDS_MAX];
  if (count > RECORDS_MAX)
    return 2;
  for (size_t i = 0; i < count; i++) {
    CalRecord record;
    Bytes bytes;
    if (!cal_hex_parse(hex[i], bytes.data, sizeof bytes.data, &bytes.size) || bytes.size != CAL_RECORD_SIZE)
      return 2;
    cal_record_decode(bytes.data, &record);
    records[i] = cal_dating_record(&record);
  }
  cal_dating_date(records, count, instants);
  for (size_t i = 0; i < count; i++) {
    if (instants[i] == CAL_INSTANT_NONE)
      printf("undated\n");
    else
      printf("%" PRId64 "\n", instants[i]);
  }
  return 0;
}

int
main(int argc, char **argv)
{
  if (argc >= 3 && strcmp(argv[1], "dating") == 0)
    return date_all(argv + 2, (size_t)argc - 2);
  return argc == 3 ? decode_one(argv[1], argv[2]) : 2;
}
