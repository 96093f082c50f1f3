/* SPDX-License-Identifier: GPL-2.0-or-later */
/* calciferctl calc bthome HEX [--key HEX --mac ADDR]: what a BTHome beacon says. */
#include "calc.h"
#include "calc_options.h"
#include "daemon_says.h"
#include "json.h"
#include "language.h"
#include "verb.h"

#include <calcifer/bthome.h>
#include <calcifer/hex.h>

#define USAGE "calciferctl calc bthome HEX [--key HEX --mac ADDR]"

/* Longer data is refused by the decoder, with a better sentence than "no hexadecimal digits". */
#define INPUT_MAX 4096

typedef struct Words {
  const char *key;
  const char *mac;
  const char *hex;
} Words;

/* UTF-8 if the sender is honest; what is not, and NUL, becomes U+FFFD. */
static void
add_text(JsonBuilder *builder, const CalBthome *packet, const CalBthomeObject *object)
{
  g_autofree char *text = g_utf8_make_valid((const char *)cal_bthome_bytes(packet, object), object->size);
  json_builder_add_string_value(builder, text);
}

static void
add_hex(JsonBuilder *builder, const CalBthome *packet, const CalBthomeObject *object)
{
  char hex[2 * CAL_BTHOME_DATA_MAX + 1];
  cal_hex_format(cal_bthome_bytes(packet, object), object->size, hex);
  json_builder_add_string_value(builder, hex);
}

static void
add_number(JsonBuilder *builder, const CalBthomeObject *object)
{
  if (object->decimals == 0)
    json_builder_add_int_value(builder, (gint64)object->value);
  else
    json_builder_add_double_value(builder, object->value);
}

static void
add_event(JsonBuilder *builder, const CalBthomeObject *object)
{
  if (object->event == NULL)
    add_number(builder, object);
  else
    json_builder_add_string_value(builder, object->event);
}

static void
add_value(JsonBuilder *builder, const CalBthome *packet, const CalBthomeObject *object)
{
  char version[CAL_BTHOME_FIRMWARE_TEXT_SIZE];
  switch (object->kind) {
  case CAL_BTHOME_KIND_NUMBER:
  case CAL_BTHOME_KIND_COMMAND:
    add_number(builder, object);
    break;
  case CAL_BTHOME_KIND_EVENT:
    add_event(builder, object);
    break;
  case CAL_BTHOME_KIND_TEXT:
    add_text(builder, packet, object);
    break;
  case CAL_BTHOME_KIND_RAW:
    add_hex(builder, packet, object);
    break;
  case CAL_BTHOME_KIND_FIRMWARE:
    cal_bthome_firmware_format(packet, object, version);
    json_builder_add_string_value(builder, version);
    break;
  }
}

static void
add_object(JsonBuilder *builder, const CalBthome *packet, const CalBthomeObject *object)
{
  json_builder_begin_object(builder);
  json_builder_set_member_name(builder, "id");
  json_builder_add_int_value(builder, object->id);
  ctl_json_text(builder, "name", object->name);
  json_builder_set_member_name(builder, "value");
  add_value(builder, packet, object);
  ctl_json_text(builder, "unit", object->unit);
  if (object->id == CAL_BTHOME_DIMMER) {
    json_builder_set_member_name(builder, "steps");
    json_builder_add_int_value(builder, object->steps);
  }
  if (object->kind == CAL_BTHOME_KIND_COMMAND) {
    json_builder_set_member_name(builder, "arguments");
    add_hex(builder, packet, object);
  }
  json_builder_end_object(builder);
}

static void
add_flag(JsonBuilder *builder, const char *name, bool value)
{
  json_builder_set_member_name(builder, name);
  json_builder_add_boolean_value(builder, value);
}

static int
print_packet(const CalBthome *packet)
{
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_object(builder);
  add_flag(builder, "encrypted", packet->encrypted);
  add_flag(builder, "trigger", packet->trigger);
  json_builder_set_member_name(builder, "objects");
  json_builder_begin_array(builder);
  for (size_t i = 0; i < packet->count; i++)
    add_object(builder, packet, &packet->objects[i]);
  json_builder_end_array(builder);
  add_flag(builder, "complete", packet->complete);
  json_builder_end_object(builder);
  ctl_json_print(builder);
  return CTL_EXIT_DONE;
}

/* What to type next. */
static const char *
advice(CalBthomeResult result)
{
  switch (result) {
  case CAL_BTHOME_MISSING_KEY:
    return _("Add --key and its 32 digits, and --mac.");
  case CAL_BTHOME_MISSING_ADDRESS:
    return _("Add --mac and the sender's address.");
  case CAL_BTHOME_WRONG_ADDRESS:
  case CAL_BTHOME_WRONG_MIC:
    return _("Check --key and --mac.");
  case CAL_BTHOME_OK:
  case CAL_BTHOME_NO_DATA:
  case CAL_BTHOME_TOO_LONG:
  case CAL_BTHOME_WRONG_VERSION:
  case CAL_BTHOME_CUT_OFF:
    break;
  }
  return _("HEX is the service data of UUID FCD2, without the UUID.");
}

static int
print_error(CalBthomeResult result)
{
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_object(builder);
  ctl_json_text(builder, "error", cal_bthome_result_text(result));
  json_builder_end_object(builder);
  ctl_json_print(builder);
  g_autofree char *said = ctl_daemon_says(cal_bthome_result_text(result));
  return ctl_failure("%s. %s", said, advice(result));
}

static int
run_words(const Words *words)
{
  uint8_t data[INPUT_MAX];
  size_t size;
  CalBthomeKey key;
  CalAddress mac;
  CalBthome packet;
  if (words->hex == NULL)
    return ctl_usage_error(_("one HEX is wanted: %s"), USAGE);
  if (!cal_hex_parse(words->hex, data, sizeof data, &size))
    return ctl_usage_error(_("HEX is pairs of hexadecimal digits, as in 4002c40903bf13: %s"), USAGE);
  if (words->key != NULL && !cal_bthome_key_parse(words->key, &key))
    return ctl_usage_error(_("--key is 32 hexadecimal digits: %s"), USAGE);
  if (words->mac != NULL && !cal_address_parse(words->mac, &mac))
    return ctl_usage_error(_("--mac is an address as in 54:48:E6:8F:80:A5: %s"), USAGE);
  const CalBthomeResult result = cal_bthome_decode(data, size, words->key == NULL ? NULL : &key,
                                                   words->mac == NULL ? NULL : &mac, &packet);
  return result == CAL_BTHOME_OK ? print_packet(&packet) : print_error(result);
}

int
ctl_calc_bthome(int argc, char **argv)
{
  Words words = { NULL, NULL, NULL };
  const CalcOption options[] = {
    { .name = "key", .text = &words.key },
    { .name = "mac", .text = &words.mac },
    { NULL },
  };
  return calc_options_read(options, argc, argv, &words.hex) ? run_words(&words) : CTL_EXIT_USAGE;
}
