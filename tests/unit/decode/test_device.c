/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../cmocka_prelude.h"
#include "vectors.h"

#include <calcifer/device.h>
#include <calcifer/uv_index.h>

#include <string.h>

static void
test_example(void **state)
{
  (void)state;
  const CalDevice *device = cal_device_find("SBBT-004CUS");
  assert_non_null(device);
  assert_string_equal(device->model, "Shelly BLU RC Button 4");
  assert_int_equal(device->buttons, 4);
  assert_true(cal_device_has_buttons_alone(device, NULL));
}

/* -- The vectors */

static void
render_model(const CalDevice *device, char *text, size_t size)
{
  vectors_append(text, size, "%s", device == NULL ? "?" : device->model);
  if (device != NULL && device->buttons > 0)
    vectors_append(text, size, ", %u button%s", device->buttons, device->buttons == 1 ? "" : "s");
}

static void
render_slots(const CalBthome *packet, char *text, size_t size)
{
  char slot[CAL_BTHOME_SLOT_TEXT_SIZE];
  for (unsigned place = 1; place <= cal_bthome_buttons(packet); place++) {
    if (cal_bthome_slot_format(place, cal_bthome_button(packet, place), slot))
      vectors_append(text, size, " %s", slot);
  }
}

static void
render_packet(const CalBthome *packet, char *text, size_t size)
{
  double value;
  render_slots(packet, text, size);
  if (cal_bthome_value(packet, CAL_BTHOME_UV_INDEX, &value))
    vectors_append(text, size, " uv=%.1f", value);
  if (cal_bthome_value(packet, CAL_BTHOME_BATTERY, &value))
    vectors_append(text, size, " battery=%.0f", value);
}

static void
render_characteristic(const uint8_t *data, size_t data_size, char *text, size_t size)
{
  int uv_index;
  assert_true(cal_uv_index_decode(data, data_size, &uv_index));
  if (uv_index != CAL_UV_INDEX_NONE)
    vectors_append(text, size, " uv=%d", uv_index);
}

/* One packet of a line, behind its ";"; the first also tells the role. */
static void
render_bytes(const CalDevice *device, bool is_characteristic, bool is_first, char **input, char *text,
             size_t size)
{
  uint8_t data[CAL_BTHOME_DATA_MAX];
  CalBthome packet;
  const size_t data_size = vectors_take_hex(input, data, sizeof data);
  const bool is_open =
      !is_characteristic && cal_bthome_decode(data, data_size, NULL, NULL, &packet) == CAL_BTHOME_OK;
  if (is_first)
    vectors_append(text, size, "; %s",
                   cal_device_has_buttons_alone(device, is_open ? &packet : NULL) ? "buttons" : "(ambient)");
  vectors_append(text, size, ";");
  if (is_characteristic)
    render_characteristic(data, data_size, text, size);
  else if (is_open)
    render_packet(&packet, text, size);
  else
    vectors_append(text, size, " sealed");
}

static void
render_line(char *input, char *text, size_t size)
{
  assert_int_equal(input[0], '"');
  char *name = input + 1, *end = strchr(name, '"');
  assert_non_null(end);
  *end = '\0';
  input = end + 1;
  const CalDevice *device = cal_device_find(name);
  const bool is_characteristic = strncmp(input, " 2A76", 5) == 0;
  input += is_characteristic ? 5 : 0;
  render_model(device, text, size);
  for (bool is_first = true; is_first || *input == '/'; is_first = false) {
    input += is_first ? 0 : 1;
    render_bytes(device, is_characteristic, is_first, &input, text, size);
    input += strspn(input, " ");
  }
  assert_int_equal(*input, '\0');
}

static void
test_what_they_send(void **state)
{
  (void)state;
  assert_true(vectors_check("device.txt", render_line) >= 28);
}

/* -- The rest */

static void
test_names_that_are_none(void **state)
{
  (void)state;
  assert_null(cal_device_find(NULL));
  assert_null(cal_device_find(""));
  assert_null(cal_device_find("SBBT-002"));
  assert_null(cal_device_find("SBBT-002C1"));
  assert_null(cal_device_find(" SBBT-002C"));
  assert_null(cal_device_find("My Puck.js"));
  assert_non_null(cal_device_find("SBBT-002C"));
  assert_non_null(cal_device_find("SBBT-002C\xc3\xa4"));
}

static void
test_who_tells_a_key(void **state)
{
  (void)state;
  assert_string_equal(cal_device_find("SBBT-002C")->key_uuid, "eb0fb41b-af4b-4724-a6f9-974f55aba81a");
  assert_string_equal(cal_device_find("SBBT-102C")->key_uuid, CAL_UUID_SHELLY_KEY);
  assert_string_equal(cal_device_find("SBBT-004CUS")->key_uuid, CAL_UUID_SHELLY_KEY);
  assert_string_equal(cal_device_find("SBBT-004CEU")->key_uuid, CAL_UUID_SHELLY_KEY);
  assert_null(cal_device_find("SBWS-90CM")->key_uuid);
  assert_null(cal_device_find("Puck.js")->key_uuid);
}

static void
test_nothing_is_known_of_nobody(void **state)
{
  (void)state;
  assert_false(cal_device_has_buttons_alone(NULL, NULL));
  assert_false(cal_device_has_buttons_alone(cal_device_find("Puck.js"), NULL));
  assert_false(cal_device_has_buttons_alone(cal_device_find("Thunder Sense"), NULL));
}

/* A row's name ends where no letter and no digit goes on; these are the neighbours of both in ASCII. */
static void
test_where_a_name_ends(void **state)
{
  (void)state;
  char name[] = "Puck.js?x";
  for (const char *c = "/:@[`{ -"; *c != '\0'; c++) {
    name[7] = *c;
    assert_non_null(cal_device_find(name));
  }
  for (const char *c = "09AZaz"; *c != '\0'; c++) {
    name[7] = *c;
    assert_null(cal_device_find(name));
  }
}

static CalBthome
packet_of(const uint8_t *data, size_t size)
{
  CalBthome packet;
  assert_int_equal(cal_bthome_decode(data, size, NULL, NULL, &packet), CAL_BTHOME_OK);
  return packet;
}

/* Beside its buttons a device may tell what every kind of device tells, and no more. */
static void
test_buttons_and_what_a_device_says_of_itself(void **state)
{
  (void)state;
  static const uint8_t buttons[] = { 0x40, 0x00, 9, 0x01, 100, 0x3a, 1, 0xf0, 1, 0, 0xf1, 1, 2, 3, 4 };
  static const uint8_t other_firmware[] = { 0x40, 0x3a, 0, 0xf2, 1, 2, 3 };
  static const uint8_t with_light[] = { 0x40, 0x05, 1, 2, 3, 0x3a, 1 };
  static const uint8_t no_button[] = { 0x40, 0x00, 9, 0x01, 100 };
  static const uint8_t cut[] = { 0x40, 0x3a, 1, 0xf1, 1 };
  CalBthome packet = packet_of(buttons, sizeof buttons);
  assert_true(cal_device_has_buttons_alone(NULL, &packet));
  packet = packet_of(other_firmware, sizeof other_firmware);
  assert_true(cal_device_has_buttons_alone(NULL, &packet));
  packet = packet_of(with_light, sizeof with_light);
  assert_false(cal_device_has_buttons_alone(NULL, &packet));
  packet = packet_of(no_button, sizeof no_button);
  assert_false(cal_device_has_buttons_alone(NULL, &packet));
  packet = packet_of(cut, sizeof cut);
  assert_false(packet.complete);
  assert_false(cal_device_has_buttons_alone(NULL, &packet));
  assert_false(cal_device_has_buttons_alone(NULL, NULL));
}

static void
test_a_row_without_buttons_has_none(void **state)
{
  (void)state;
  const CalDevice neither = { "X", "X", CAL_DEVICE_UV_NONE, 0, NULL };
  const CalDevice button = { "X", "X", CAL_DEVICE_UV_NONE, 1, NULL };
  const CalDevice sensor = { "X", "X", CAL_DEVICE_UV_MEASURED, 1, NULL };
  assert_false(cal_device_has_buttons_alone(&neither, NULL));
  assert_true(cal_device_has_buttons_alone(&button, NULL));
  assert_false(cal_device_has_buttons_alone(&sensor, NULL));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_what_they_send),
    cmocka_unit_test(test_names_that_are_none),
    cmocka_unit_test(test_who_tells_a_key),
    cmocka_unit_test(test_nothing_is_known_of_nobody),
    cmocka_unit_test(test_where_a_name_ends),
    cmocka_unit_test(test_buttons_and_what_a_device_says_of_itself),
    cmocka_unit_test(test_a_row_without_buttons_has_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
