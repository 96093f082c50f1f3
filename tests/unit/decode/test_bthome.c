/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"
#include "vectors.h"

#include <calcifer/bthome.h>
#include <calcifer/hex.h>
#include <calcifer/number.h>

#include <string.h>

static void
test_example(void **state)
{
  (void)state;
  static const uint8_t data[] = { 0x40, 0x02, 0xc4, 0x09, 0x03, 0xbf, 0x13 };
  CalBthome packet;
  assert_int_equal(cal_bthome_decode(data, sizeof data, NULL, NULL, &packet), CAL_BTHOME_OK);
  assert_int_equal(packet.count, 2);
  assert_string_equal(packet.objects[0].name, "temperature");
  assert_true(packet.objects[0].value == 25);
  assert_string_equal(packet.objects[0].unit, "Cel");
  assert_string_equal(packet.objects[1].name, "humidity");
  assert_true(packet.objects[1].value == 50.55);
  assert_string_equal(packet.objects[1].unit, "%");
  assert_true(packet.complete && !packet.encrypted && !packet.trigger);
}

static void
render_bytes(const CalBthome *packet, const CalBthomeObject *object, char *text, size_t size)
{
  char hex[2 * CAL_BTHOME_DATA_MAX + 1];
  cal_hex_format(cal_bthome_bytes(packet, object), object->size, hex);
  vectors_append(text, size, "<%s>", hex);
}

static void
render_number(const CalBthomeObject *object, char *text, size_t size)
{
  char number[CAL_NUMBER_TEXT_SIZE];
  assert_true(cal_number_format(object->value, object->decimals, number));
  vectors_append(text, size, "%s%s%s", number, *object->unit == '\0' ? "" : " ", object->unit);
}

static void
render_event(const CalBthomeObject *object, char *text, size_t size)
{
  if (object->event == NULL)
    vectors_append(text, size, "?%d", (int)object->value);
  else
    vectors_append(text, size, "%s", object->event);
  if (object->id == CAL_BTHOME_DIMMER)
    vectors_append(text, size, "/%d", object->steps);
}

static void
render_object(const CalBthome *packet, const CalBthomeObject *object, char *text, size_t size)
{
  char version[CAL_BTHOME_FIRMWARE_TEXT_SIZE];
  vectors_append(text, size, "%s=", object->name);
  switch (object->kind) {
  case CAL_BTHOME_KIND_NUMBER:
    render_number(object, text, size);
    break;
  case CAL_BTHOME_KIND_EVENT:
    render_event(object, text, size);
    break;
  case CAL_BTHOME_KIND_TEXT:
    vectors_append(text, size, "\"%.*s\"", object->size, (const char *)cal_bthome_bytes(packet, object));
    break;
  case CAL_BTHOME_KIND_COMMAND:
    vectors_append(text, size, "%d:", (int)object->value);
    render_bytes(packet, object, text, size);
    break;
  case CAL_BTHOME_KIND_RAW:
    render_bytes(packet, object, text, size);
    break;
  case CAL_BTHOME_KIND_FIRMWARE:
    cal_bthome_firmware_format(packet, object, version);
    vectors_append(text, size, "%s", version);
    break;
  }
}

static void
render_packet(const CalBthome *packet, char *text, size_t size)
{
  if (packet->encrypted)
    vectors_append(text, size, "encrypted ");
  if (packet->trigger)
    vectors_append(text, size, "trigger ");
  for (size_t i = 0; i < packet->count; i++) {
    vectors_append(text, size, "%s", i == 0 ? "" : ", ");
    render_object(packet, &packet->objects[i], text, size);
  }
  if (!packet->complete)
    vectors_append(text, size, "%s...", packet->count == 0 ? "" : " ");
}

/* The value behind "name=" in what is left of the input, up to the next space; NULL if it is not there. */
static const char *
option(const char *input, const char *name, char *value, size_t size)
{
  const char *at = strstr(input, name);
  if (at == NULL)
    return NULL;
  at += strlen(name);
  const size_t length = strcspn(at, " ");
  assert_true(length < size);
  memcpy(value, at, length);
  value[length] = '\0';
  return value;
}

static void
render_line(char *input, char *text, size_t size)
{
  uint8_t data[300];
  char key_text[40], mac_text[40];
  CalBthomeKey key;
  CalAddress mac;
  CalBthome packet;
  const size_t data_size = vectors_take_hex(&input, data, sizeof data);
  const bool has_key = option(input, "key=", key_text, sizeof key_text) != NULL;
  const bool has_mac = option(input, "mac=", mac_text, sizeof mac_text) != NULL;
  assert_true(!has_key || cal_bthome_key_parse(key_text, &key));
  assert_true(!has_mac || cal_address_parse(mac_text, &mac));
  const CalBthomeResult result =
      cal_bthome_decode(data, data_size, has_key ? &key : NULL, has_mac ? &mac : NULL, &packet);
  if (result != CAL_BTHOME_OK)
    vectors_append(text, size, "error %s", cal_bthome_result_text(result));
  else
    render_packet(&packet, text, size);
}

static void
test_frames(void **state)
{
  (void)state;
  assert_true(vectors_check("bthome.txt", render_line) > 80);
}

static void
test_every_row_of_the_table(void **state)
{
  (void)state;
  assert_true(vectors_check("bthome_table.txt", render_line) > 400);
}

/* The shortest object of an id, all its bytes 0; none when the id is unknown. */
static size_t
shortest(uint8_t id, CalBthome *packet)
{
  uint8_t data[8] = { 0x40, id };
  for (size_t size = 3; size <= sizeof data; size++) {
    const CalBthomeResult result = cal_bthome_decode(data, size, NULL, NULL, packet);
    if (result == CAL_BTHOME_OK && packet->count > 0)
      return size - 2;
  }
  return 0;
}

static void
render_id(char *input, char *text, size_t size)
{
  uint8_t id;
  CalBthome packet;
  assert_int_equal(vectors_take_hex(&input, &id, 1), 1);
  const size_t length = shortest(id, &packet);
  if (length > 0)
    vectors_append(text, size, "%s %zu", packet.objects[0].name, length);
}

static void
test_no_id_is_missing_and_none_invented(void **state)
{
  (void)state;
  CalBthome packet;
  int known = 0;
  for (int id = 0; id < 256; id++)
    known += shortest((uint8_t)id, &packet) > 0;
  assert_int_equal(vectors_check("bthome_ids.txt", render_id), known);
}

static void
test_counter_of_the_published_example(void **state)
{
  (void)state;
  static const uint8_t data[] = { 0x41, 0xa4, 0x72, 0x66, 0xc9, 0x5f, 0x73, 0x00,
                                  0x11, 0x22, 0x33, 0x78, 0x23, 0x72, 0x14 };
  CalBthomeKey key;
  CalAddress mac;
  CalBthome packet;
  assert_true(cal_bthome_key_parse("231d39c1d7cc1ab1aee224cd096db932", &key));
  assert_true(cal_address_parse("54:48:E6:8F:80:A5", &mac));
  assert_int_equal(cal_bthome_decode(data, sizeof data, &key, &mac, &packet), CAL_BTHOME_OK);
  assert_int_equal(packet.counter, 0x33221100);
}

static void
test_nothing_is_written_unless_decoded(void **state)
{
  (void)state;
  static const uint8_t data[] = { 0x00, 0x46, 0x32 };
  CalBthome packet, before;
  memset(&packet, 0x5a, sizeof packet);
  memcpy(&before, &packet, sizeof packet);
  assert_int_equal(cal_bthome_decode(data, sizeof data, NULL, NULL, &packet), CAL_BTHOME_WRONG_VERSION);
  assert_memory_equal(&packet, &before, sizeof packet);
}

static void
test_the_longest_packet(void **state)
{
  (void)state;
  uint8_t data[CAL_BTHOME_DATA_MAX + 1] = { 0x40 };
  CalBthome packet;
  for (size_t i = 1; i < sizeof data; i += 2) {
    data[i] = CAL_BTHOME_UV_INDEX;
    if (i + 1 < sizeof data)
      data[i + 1] = (uint8_t)i;
  }
  assert_int_equal(cal_bthome_decode(data, CAL_BTHOME_DATA_MAX, NULL, NULL, &packet), CAL_BTHOME_OK);
  assert_int_equal(packet.count, CAL_BTHOME_OBJECTS_MAX);
  assert_true(packet.complete);
  assert_int_equal(cal_bthome_decode(data, CAL_BTHOME_DATA_MAX + 1, NULL, NULL, &packet),
                   CAL_BTHOME_TOO_LONG);
  assert_int_equal(cal_bthome_decode(data, CAL_BTHOME_DATA_MAX - 1, NULL, NULL, &packet), CAL_BTHOME_OK);
  assert_int_equal(packet.count, CAL_BTHOME_OBJECTS_MAX - 1);
  assert_false(packet.complete);
}

/* Of any length, and nothing behind it. */
static void
test_the_payload_is_what_was_sent(void **state)
{
  (void)state;
  for (size_t length = 0; length <= CAL_BTHOME_DATA_MAX - 3; length++) {
    uint8_t data[CAL_BTHOME_DATA_MAX] = { 0x40, 0x53, (uint8_t)length };
    CalBthome packet;
    memset(&packet, 0xaa, sizeof packet);
    for (size_t i = 0; i < length; i++)
      data[3 + i] = (uint8_t)(7 * i + 1);
    assert_int_equal(cal_bthome_decode(data, 3 + length, NULL, NULL, &packet), CAL_BTHOME_OK);
    assert_true(packet.complete && packet.count == 1 && packet.counter == 0 && !packet.encrypted);
    assert_int_equal(packet.objects[0].size, length);
    assert_memory_equal(cal_bthome_bytes(&packet, &packet.objects[0]), data + 3, length);
    assert_memory_equal(packet.payload, data + 1, 2 + length);
    if (2 + length < sizeof packet.payload)
      assert_int_equal(packet.payload[2 + length], 0xaa);
  }
}

static void
test_a_button_has_no_steps(void **state)
{
  static const uint8_t data[] = { 0x40, 0x3a, 0x01, 0x3a, 0x02, 0x3c, 0x01, 0x05 };
  CalBthome packet;
  (void)state;
  assert_int_equal(cal_bthome_decode(data, sizeof data, NULL, NULL, &packet), CAL_BTHOME_OK);
  assert_int_equal(packet.count, 3);
  assert_int_equal(packet.objects[0].steps, 0);
  assert_int_equal(packet.objects[1].steps, 0);
  assert_int_equal(packet.objects[2].steps, 5);
}

static void
test_what_others_ask_of_a_packet(void **state)
{
  (void)state;
  static const uint8_t data[] = { 0x44, 0x00, 9,    0x01, 55,   0x3a, 0x00, 0x3a,
                                  0x01, 0x3a, 0xfe, 0x3a, 0x09, 0x46, 25 };
  CalBthome packet;
  double value = -1;
  assert_int_equal(cal_bthome_decode(data, sizeof data, NULL, NULL, &packet), CAL_BTHOME_OK);
  assert_true(cal_bthome_value(&packet, CAL_BTHOME_UV_INDEX, &value) && value == 2.5);
  assert_true(cal_bthome_value(&packet, CAL_BTHOME_BATTERY, &value) && value == 55);
  assert_true(cal_bthome_value(&packet, CAL_BTHOME_PACKET_ID, &value) && value == 9);
  assert_false(cal_bthome_value(&packet, CAL_BTHOME_ILLUMINANCE, &value));
  assert_true(value == 9);
  assert_int_equal(cal_bthome_buttons(&packet), 4);
  assert_int_equal(cal_bthome_button(&packet, 0), CAL_BTHOME_PRESS_NONE);
  assert_int_equal(cal_bthome_button(&packet, 1), CAL_BTHOME_PRESS_NONE);
  assert_int_equal(cal_bthome_button(&packet, 2), CAL_BTHOME_PRESS_SINGLE);
  assert_int_equal(cal_bthome_button(&packet, 3), CAL_BTHOME_PRESS_HOLD);
  assert_int_equal(cal_bthome_button(&packet, 4), CAL_BTHOME_PRESS_UNKNOWN);
  assert_int_equal(cal_bthome_button(&packet, 5), CAL_BTHOME_PRESS_NONE);
}

static void
test_slots(void **state)
{
  (void)state;
  char text[CAL_BTHOME_SLOT_TEXT_SIZE];
  assert_true(cal_bthome_slot_format(1, CAL_BTHOME_PRESS_SINGLE, text));
  assert_string_equal(text, "1");
  assert_true(cal_bthome_slot_format(3, CAL_BTHOME_PRESS_DOUBLE, text));
  assert_string_equal(text, "3:double_press");
  assert_true(cal_bthome_slot_format(CAL_BTHOME_OBJECTS_MAX, CAL_BTHOME_PRESS_LONG_TRIPLE, text));
  assert_string_equal(text, "127:long_triple_press");
  assert_false(cal_bthome_slot_format(1, CAL_BTHOME_PRESS_NONE, text));
  assert_string_equal(text, "");
  assert_false(cal_bthome_slot_format(1, CAL_BTHOME_PRESS_UNKNOWN, text));
  assert_false(cal_bthome_slot_format(0, CAL_BTHOME_PRESS_SINGLE, text));
  assert_false(cal_bthome_slot_format(CAL_BTHOME_OBJECTS_MAX + 1, CAL_BTHOME_PRESS_SINGLE, text));
}

static void
test_a_copy_stands_alone(void **state)
{
  (void)state;
  static const uint8_t data[] = { 0x40, 0x53, 0x02, 'o', 'k' };
  CalBthome packet, copy;
  assert_int_equal(cal_bthome_decode(data, sizeof data, NULL, NULL, &packet), CAL_BTHOME_OK);
  copy = packet;
  memset(&packet, 0, sizeof packet);
  assert_memory_equal(cal_bthome_bytes(&copy, &copy.objects[0]), "ok", 2);
}

static void
test_what_is_no_key(void **state)
{
  (void)state;
  static const char *const bad[] = { "", "231d39c1d7cc1ab1aee224cd096db9",
                                     "231d39c1d7cc1ab1aee224cd096db93200", "231d39c1d7cc1ab1aee224cd096db93g",
                                     "231d39c1 d7cc1ab1aee224cd096db932" };
  CalBthomeKey key = { { 7 } };
  const CalBthomeKey before = key;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_false(cal_bthome_key_parse(bad[i], &key));
  assert_memory_equal(&key, &before, sizeof key);
}

/* Every size that fits, both forms; and one bit turned anywhere is noticed. */
static void
test_what_is_sealed_opens(void **state)
{
  (void)state;
  uint8_t objects[CAL_BTHOME_DATA_MAX] = { 0 };
  uint8_t data[CAL_BTHOME_DATA_MAX];
  const CalBthomeKey key = { { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 } };
  const CalAddress mac = { { 0xc0, 1, 2, 3, 4, 5 } };
  CalBthome packet;
  for (size_t size = 2; size <= CAL_BTHOME_DATA_MAX - 1 - CAL_BTHOME_SEAL_SIZE; size += 2) {
    objects[size - 2] = CAL_BTHOME_UV_INDEX;
    objects[size - 1] = (uint8_t)size;
    const bool trigger = size % 4 == 0;
    const uint32_t counter = (uint32_t)size * 16777259u;
    const size_t sealed = cal_bthome_seal(objects, size, trigger, counter, &key, &mac, data);
    assert_int_equal(sealed, size + 9);
    assert_int_equal(cal_bthome_decode(data, sealed, &key, &mac, &packet), CAL_BTHOME_OK);
    assert_true(packet.encrypted && packet.trigger == trigger && packet.counter == counter &&
                packet.complete);
    assert_int_equal(packet.count, size / 2);
    data[1 + size % (sealed - 1)] ^= (uint8_t)(1 << size % 8);
    assert_int_equal(cal_bthome_decode(data, sealed, &key, &mac, &packet), CAL_BTHOME_WRONG_MIC);
  }
  assert_int_equal(cal_bthome_seal(objects, 0, false, 1, &key, &mac, data), 0);
  assert_int_equal(
      cal_bthome_seal(objects, CAL_BTHOME_DATA_MAX - CAL_BTHOME_SEAL_SIZE, false, 1, &key, &mac, data), 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_frames),
    cmocka_unit_test(test_every_row_of_the_table),
    cmocka_unit_test(test_no_id_is_missing_and_none_invented),
    cmocka_unit_test(test_counter_of_the_published_example),
    cmocka_unit_test(test_nothing_is_written_unless_decoded),
    cmocka_unit_test(test_the_longest_packet),
    cmocka_unit_test(test_the_payload_is_what_was_sent),
    cmocka_unit_test(test_a_button_has_no_steps),
    cmocka_unit_test(test_what_others_ask_of_a_packet),
    cmocka_unit_test(test_slots),
    cmocka_unit_test(test_a_copy_stands_alone),
    cmocka_unit_test(test_what_is_no_key),
    cmocka_unit_test(test_what_is_sealed_opens),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
