/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <calcifer/device.h>

#include <stddef.h>
#include <string.h>

/* Names, objects and buttons of Shelly's as in https://shelly-api-docs.shelly.cloud/docs-ble; a button's
 * place in the packet is its number, and what was not pressed stands there as "none". The weather station
 * sends two packets in turn, the UV index in one of them, and its button serves pairing. Espruino's as in its
 * module BTHome.js, Silicon Labs' as in the GATT service of its sensor demonstration. */
static const CalDevice rows[] = {
  { "SBBT-002C", "Shelly BLU Button1 or Button Tough", CAL_DEVICE_UV_NONE, 1, CAL_UUID_SHELLY_KEY },
  { "SBBT-102C", "Shelly BLU Button ZB", CAL_DEVICE_UV_NONE, 1, CAL_UUID_SHELLY_KEY },
  { "SBBT-004CUS", "Shelly BLU RC Button 4", CAL_DEVICE_UV_NONE, 4, CAL_UUID_SHELLY_KEY },
  { "SBBT-004CEU", "Shelly BLU Wall Switch 4", CAL_DEVICE_UV_NONE, 4, CAL_UUID_SHELLY_KEY },
  { "SBWS-90CM", "Shelly and Ecowitt WS90 weather station", CAL_DEVICE_UV_MEASURED, 1, NULL },
  { "Puck.js", "Espruino Puck.js", CAL_DEVICE_UV_PROGRAMMED, 1, NULL },
  { "Bangle.js", "Espruino Bangle.js", CAL_DEVICE_UV_PROGRAMMED, 1, NULL },
  { "Thunder Sense", "Silicon Labs Thunderboard Sense", CAL_DEVICE_UV_MEASURED, 0, NULL },
  { "Thunderboard", "Silicon Labs Thunderboard", CAL_DEVICE_UV_MEASURED, 0, NULL },
};

/* Not isalnum(), which asks the locale. */
static bool
is_letter_or_digit(char c)
{
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

const CalDevice *
cal_device_find(const char *name)
{
  for (size_t i = 0; name != NULL && i < sizeof rows / sizeof *rows; i++) {
    const size_t length = strlen(rows[i].name);
    if (strncmp(name, rows[i].name, length) == 0 && !is_letter_or_digit(name[length]))
      return &rows[i];
  }
  return NULL;
}

/* What every kind of device says of itself. */
static bool
is_about_itself(uint8_t id)
{
  return id == CAL_BTHOME_PACKET_ID || id == CAL_BTHOME_BATTERY || id == CAL_BTHOME_DEVICE_TYPE ||
         id == CAL_BTHOME_FIRMWARE || id == CAL_BTHOME_FIRMWARE_SHORT;
}

static bool
speaks_of_buttons_alone(const CalBthome *packet)
{
  for (size_t i = 0; i < packet->count; i++) {
    if (packet->objects[i].id != CAL_BTHOME_BUTTON && !is_about_itself(packet->objects[i].id))
      return false;
  }
  return packet->complete && cal_bthome_buttons(packet) > 0;
}

bool
cal_device_has_buttons_alone(const CalDevice *device, const CalBthome *packet)
{
  if (device != NULL && device->uv != CAL_DEVICE_UV_PROGRAMMED)
    return device->uv == CAL_DEVICE_UV_NONE && device->buttons > 0;
  return packet != NULL && speaks_of_buttons_alone(packet);
}
