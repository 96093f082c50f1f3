/* SPDX-License-Identifier: GPL-2.0-or-later */
/* calciferctl calc record HEX: what an event record of the tag profile says. */
#include "calc.h"
#include "calc_options.h"
#include "json.h"
#include "language.h"
#include "verb.h"

#include <calcifer/hex.h>
#include <calcifer/record.h>

#define USAGE "calciferctl calc record HEX"

#define INPUT_MAX 4096

static void
add_count(JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name(builder, name);
  json_builder_add_int_value(builder, value);
}

static void
add_flag(JsonBuilder *builder, const char *name, bool value)
{
  json_builder_set_member_name(builder, name);
  json_builder_add_boolean_value(builder, value);
}

static void
add_previous_time(JsonBuilder *builder, uint32_t previous)
{
  json_builder_set_member_name(builder, "previous_time");
  if (previous == 0)
    json_builder_add_null_value(builder);
  else
    json_builder_add_int_value(builder, previous);
}

static void
add_type(JsonBuilder *builder, uint8_t type)
{
  const char *name = cal_record_type_name(type);
  json_builder_set_member_name(builder, "type");
  if (name == NULL)
    json_builder_add_int_value(builder, type);
  else
    json_builder_add_string_value(builder, name);
}

static void
add_payload(JsonBuilder *builder, const CalRecord *record)
{
  switch (record->type) {
  case CAL_RECORD_UV:
    add_count(builder, "duration_s", record->uv.duration_s);
    ctl_json_number(builder, "mean_uvi", record->uv.mean / 100.0);
    ctl_json_number(builder, "max_uvi", record->uv.maximum / 100.0);
    break;
  case CAL_RECORD_INTAKE:
    add_count(builder, "slot", record->intake.slot);
    add_count(builder, "presses", record->intake.presses);
    break;
  case CAL_RECORD_WEAR:
    /* The number when it is neither on nor off, which `rejected` then says. */
    if (record->wear.on > 1)
      add_count(builder, "on", record->wear.on);
    else
      add_flag(builder, "on", record->wear.on == 1);
    break;
  case CAL_RECORD_CLOCK:
    add_count(builder, "uptime_s", record->clock.uptime_s);
    add_previous_time(builder, record->clock.previous);
    break;
  default: /* a byte that no version of the profile names yet */
    break;
  }
}

static void
add_flags(JsonBuilder *builder, uint8_t flags)
{
  json_builder_set_member_name(builder, "flags");
  json_builder_begin_object(builder);
  add_flag(builder, "worn", (flags & CAL_RECORD_FLAG_WORN) != 0);
  add_flag(builder, "saturated", (flags & CAL_RECORD_FLAG_SATURATED) != 0);
  json_builder_end_object(builder);
}

static int
print_record(const uint8_t *bytes)
{
  CalRecord record;
  cal_record_decode(bytes, &record);
  const CalRecordVerdict verdict = cal_record_verdict(&record, 0);
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_object(builder);
  add_count(builder, "sequence", record.sequence);
  add_count(builder, "time", record.time);
  add_flag(builder, "time_is_unix", (record.flags & CAL_RECORD_FLAG_CLOCK_SET) != 0);
  add_count(builder, "boot", record.boot);
  add_type(builder, record.type);
  add_flags(builder, record.flags);
  add_payload(builder, &record);
  ctl_json_text(builder, "rejected",
                verdict == CAL_RECORD_ACCEPTED ? NULL : cal_record_verdict_name(verdict));
  json_builder_end_object(builder);
  ctl_json_print(builder);
  return CTL_EXIT_DONE;
}

static int
print_error(size_t size)
{
  static const char said[] = N_("a record has %d bytes, and these are %zu");
  g_autofree char *sentence = g_strdup_printf(said, CAL_RECORD_SIZE, size);
  g_autofree char *shown = g_strdup_printf(_(said), CAL_RECORD_SIZE, size);
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_object(builder);
  ctl_json_text(builder, "error", sentence);
  json_builder_end_object(builder);
  ctl_json_print(builder);
  return ctl_failure(_("%s. HEX is one record, %d digits."), shown, 2 * CAL_RECORD_SIZE);
}

int
ctl_calc_record(int argc, char **argv)
{
  uint8_t bytes[INPUT_MAX];
  size_t size;
  const char *hex = NULL;
  const CalcOption options[] = { { NULL } };
  if (!calc_options_read(options, argc, argv, &hex))
    return CTL_EXIT_USAGE;
  if (hex == NULL)
    return ctl_usage_error(_("one HEX is wanted: %s"), USAGE);
  if (!cal_hex_parse(hex, bytes, sizeof bytes, &size))
    return ctl_usage_error(_("HEX is pairs of hexadecimal digits: %s"), USAGE);
  return size == CAL_RECORD_SIZE ? print_record(bytes) : print_error(size);
}
